import { afterAll, beforeAll, expect, test } from 'vitest';
import { Deliveries } from '#lambdas/delivery/models/Delivery.ts';
import { Products } from '#lambdas/product/models/Product.ts';
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
import { Outbox } from '#shared/events/event.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import { makeHandler } from './adminHandler.ts';
import { DeadLetters, deadLetterIdOf } from './models/DeadLetter.ts';

let dairy: TestDairy;
let handler: LambdaHandler;
let token: string;
beforeAll(async () => {
  dairy = await testDairy();
  handler = makeHandler(dairy.world);
  token = await tokenOf(dairy.world, dairy.admin);
});
afterAll(() => dairy?.close());

const productRow = (productId: string) => dairy.world.store.get(Products, { productId });

test('The desk puts a product on sale through API Gateway; a household cannot', async () => {
  const body = { productId: 'P301', name: 'Curd', price: 27.5, stock: 10, category: 'Curd' };
  const household = await tokenOf(dairy.world, dairy.household);
  const closed = httpResult(await handler(httpEvent('POST', '/product/add', { token: household, body })));
  expect(closed).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect(await productRow('P301')).toBeUndefined();
  const added = httpResult(await handler(httpEvent('POST', '/product/add', { token, body })));
  expect(added).toMatchObject({ status: 201, body });
  expect(await productRow('P301')).toMatchObject({ price: 2750, stock: 10, received: 10 });
});

test('The courier tells through API Gateway that the bottle is on its way', async () => {
  const order = await dairy.order();
  await dairy.pay(order);
  const { orderId } = order;
  const given = await dairy.call<{ deliveryId: string }>(
    'delivery',
    'assignDelivery',
    { orderId },
    dairy.admin,
  );
  const courier = await tokenOf(dairy.world, dairy.courier);
  const body = { deliveryId: given.deliveryId, status: 'PICKED_UP' };
  const moved = httpResult(await handler(httpEvent('PATCH', '/delivery/update', { token: courier, body })));
  expect(moved).toMatchObject({ status: 200, body });
  expect(await dairy.world.store.get(Deliveries, { deliveryId: given.deliveryId })).toMatchObject({
    status: 'PICKED_UP',
  });
  expect(await dairy.orderRow(orderId)).toMatchObject({ status: 'DISPATCHED' });
});

test('Another Lambda adds and changes products with the seed’s functions', async () => {
  const payload = { productId: 'P302', name: 'Ghee', price: 600, stock: 5, category: 'Ghee' };
  expect(await handler({ function: 'addProduct', payload })).toMatchObject(payload);
  expect(
    await handler({ function: 'updateProduct', payload: { productId: 'P302', price: 650 } }),
  ).toMatchObject({ price: 650 });
  expect(await productRow('P302')).toMatchObject({ price: 65_000, version: 2 });
  const again = await handler({ function: 'addProduct', payload });
  expect(again).toMatchObject({ code: 'ID_TAKEN', status: 409 });
  expect(await handler({ function: 'addProduct', actor: dairy.household, payload })).toMatchObject({
    code: 'FORBIDDEN',
  });
  expect(await productRow('P302')).toMatchObject({ price: 65_000, version: 2 });
});

test('What a consumer could not take becomes a dead letter that the desk sends once more', async () => {
  const [registered] = await publishedOf(dairy.world, 'USER_REGISTERED');
  const eventId = registered?.eventId ?? '';
  const deadLetterId = deadLetterIdOf('notification', eventId);
  const letter = () => dairy.world.store.get(DeadLetters, { deadLetterId });
  const batch = queueEvent('notification-dead', [registered ?? {}, 'poison'], 6);
  expect(await handler(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
  expect(await letter()).toMatchObject({ consumer: 'notification', eventId, status: 'OPEN', tries: 6 });

  const replayed = await handler(
    httpEvent('POST', '/admin/dead-letters/replay', { token, body: { deadLetterId } }),
  );
  expect(httpResult(replayed)).toMatchObject({ status: 200, body: { replayed: 1 } });
  expect(await letter()).toMatchObject({ status: 'REPLAYED' });
  const sentAgain = [];
  for await (const row of dairy.world.store.scan(Outbox)) if (row.onlyFor !== undefined) sentAgain.push(row);
  expect(sentAgain).toMatchObject([{ onlyFor: 'notification', event: { eventId } }]);
  const twice = await handler(
    httpEvent('POST', '/admin/dead-letters/replay', { token, body: { deadLetterId } }),
  );
  expect(httpResult(twice)).toMatchObject({ status: 409, body: { code: 'INVALID_TRANSITION' } });
});

test('A message of a queue that nobody listens to is not taken for done', async () => {
  const [registered] = await publishedOf(dairy.world, 'USER_REGISTERED');
  expect(await handler(queueEvent('nobody', [registered ?? {}]))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'message-0' }],
  });
});

test('An event of no kind it knows, and a timer it does not have, are faults', async () => {
  for (const event of strangeEvents) await expect(handler(event)).rejects.toThrow('of no kind');
  await expect(handler(timerEvent('expireOrders'))).rejects.toThrow('no timer expireOrders');
});
