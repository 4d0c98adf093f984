import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import {
  httpEvent,
  httpResult,
  publishedOf,
  queueEvent,
  strangeEvents,
  timerEvent,
  tokenOf,
} from '#runtime/testEvents.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import { type Notification, Notifications } from './models/Notification.ts';
import { makeHandler } from './notificationHandler.ts';

let dairy: TestDairy;
let handler: LambdaHandler;
beforeAll(async () => {
  dairy = await testDairy();
  handler = makeHandler(dairy.world);
});
afterAll(() => dairy?.close());

async function messagesTo(userId: string, type?: string): Promise<Notification[]> {
  const { rows } = await dairy.world.store.query(Notifications, { index: 'byUser', hash: userId });
  return rows.filter((row) => type === undefined || row.type === type);
}

test('A new household is welcomed once, however often its event comes; malformed events fail alone', async () => {
  const [registered] = await publishedOf(dairy.world, 'USER_REGISTERED');
  const nobody = { ...registered, eventId: 'Enobody', userId: 5 };
  const batch = queueEvent('notification', ['[]', registered ?? {}, nobody]);
  expect(await handler(batch)).toEqual({
    batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-2' }],
  });
  expect(await messagesTo('U101')).toMatchObject([
    { type: 'WELCOME_EMAIL', channel: 'EMAIL', status: 'SENT' },
  ]);
  expect(await handler(queueEvent('notification', [registered ?? {}, registered ?? {}], 2))).toEqual({
    batchItemFailures: [],
  });
  expect(await messagesTo('U101')).toHaveLength(1);
});

test('A confirmed order is told to its household, which finds it in its list through API Gateway', async () => {
  const order = await dairy.order();
  await dairy.pay(order);
  const [confirmed] = await publishedOf(dairy.world, 'ORDER_CONFIRMED');
  expect(await handler(queueEvent('notification', [confirmed ?? {}]))).toEqual({ batchItemFailures: [] });
  const token = await tokenOf(dairy.world, dairy.household);
  const listed = httpResult<{ type: string; message: string }[]>(
    await handler(httpEvent('GET', '/notification/list', { token })),
  );
  expect(listed.status).toBe(200);
  expect(listed.body[0]).toMatchObject({
    type: 'ORDER_CONFIRMED',
    channel: 'EMAIL',
    status: 'SENT',
    orderId: order.orderId,
  });
  expect(listed.body[0]?.message).toContain(`Confirmed: order ${order.orderId}`);
  const other = await dairy.addHousehold('U206');
  const query = { userId: 'U101' };
  const foreign = await handler(
    httpEvent('GET', '/notification/list', { token: await tokenOf(dairy.world, other), query }),
  );
  expect(httpResult(foreign)).toMatchObject({ status: 403, body: { code: 'FOREIGN_USER' } });
});

test('What can wait is held in the quiet hours and goes out by the clock in the morning', async () => {
  const order = await dairy.order();
  await dairy.pay(order);
  await dairy.call('order', 'cancelOrder', { orderId: order.orderId }, dairy.household);
  const [asked] = await publishedOf(dairy.world, 'REFUND_REQUESTED');
  dairy.clock.set('2027-01-04T17:30:00.000Z');
  await dairy.handlerOf('payment')(queueEvent('payment', [asked ?? {}]));
  const [issued] = await publishedOf(dairy.world, 'REFUND_ISSUED');
  expect(await handler(queueEvent('notification', [issued ?? {}]))).toEqual({ batchItemFailures: [] });
  expect(await messagesTo('U101', 'REFUND_ISSUED')).toMatchObject([
    { status: 'QUEUED', sendAfter: '2027-01-05T00:30:00.000Z' },
  ]);

  dairy.clock.set('2027-01-05T00:29:59.000Z');
  expect(await handler(timerEvent('sendWaiting'))).toMatchObject({ sent: 0 });
  dairy.clock.set('2027-01-05T00:30:00.000Z');
  expect(await handler(timerEvent('sendWaiting'))).toEqual({ sent: 1, failed: 0 });
  expect(await messagesTo('U101', 'REFUND_ISSUED')).toMatchObject([{ status: 'SENT' }]);
  expect(await handler(timerEvent('sendWaiting'))).toEqual({ sent: 0, failed: 0 });
});

test('Another Lambda sends with the seed’s payload; who has no telephone gets no text message', async () => {
  const payload = { userId: 'U101', type: 'WELCOME_EMAIL', message: 'Welcome Jimmy!' };
  const sent = (await handler({ function: 'sendEmail', payload })) as { notificationId: string };
  expect(sent).toEqual({ notificationId: expect.stringMatching(/^N/), status: 'SENT' });
  const row = await dairy.world.store.get(Notifications, { notificationId: sent.notificationId });
  expect(row).toMatchObject({ ...payload, channel: 'EMAIL', status: 'SENT' });
  const before = (await messagesTo('U101')).length;
  expect(await handler({ function: 'sendSMS', payload })).toMatchObject({
    code: 'INVALID_INPUT',
    status: 422,
  });
  expect(await handler({ function: 'sendEmail', actor: dairy.household, payload })).toMatchObject({
    code: 'FORBIDDEN',
  });
  expect(await messagesTo('U101')).toHaveLength(before);
});

test('An event of no kind it knows, and a timer it does not have, are faults', async () => {
  for (const event of strangeEvents) await expect(handler(event)).rejects.toThrow('of no kind');
  await expect(handler(timerEvent('expireOrders'))).rejects.toThrow('no timer expireOrders');
});
