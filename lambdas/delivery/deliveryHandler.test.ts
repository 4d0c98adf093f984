import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order } from '#lambdas/order/models/Order.ts';
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
import { StoreError } from '#shared/data/wire.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import { makeHandler } from './deliveryHandler.ts';
import { Deliveries } from './models/Delivery.ts';

let dairy: TestDairy;
let handler: LambdaHandler;
beforeAll(async () => {
  dairy = await testDairy();
  handler = makeHandler(dairy.world);
});
afterAll(() => dairy?.close());

async function confirmedOrder() {
  const { orderId } = await dairy.order();
  await dairy.pay(await dairy.orderRow(orderId));
  return dairy.orderRow(orderId);
}
/** The events that say so, in the orders' order. */
async function confirmedEventsOf(orders: readonly Order[]) {
  const events = await publishedOf(dairy.world, 'ORDER_CONFIRMED');
  return orders.map(({ orderId }) => events.find((event) => event.orderId === orderId) ?? {});
}
const deliveryOf = async (orderId: string) => {
  const { deliveryId } = await dairy.orderRow(orderId);
  return deliveryId === undefined ? undefined : dairy.world.store.get(Deliveries, { deliveryId });
};

test('A confirmed order gets its courier from the queue, once; a poison message beside it fails alone', async () => {
  const { orderId } = await confirmedOrder();
  const [confirmed] = await publishedOf(dairy.world, 'ORDER_CONFIRMED');
  const batch = queueEvent('delivery', ['no JSON at all', confirmed ?? {}]);
  expect(await handler(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
  const delivery = await deliveryOf(orderId);
  expect(delivery).toMatchObject({
    orderId,
    status: 'ASSIGNED',
    courierId: dairy.courier.userId,
    version: 1,
  });

  expect(await handler(queueEvent('delivery', [confirmed ?? {}], 2))).toEqual({ batchItemFailures: [] });
  expect(await deliveryOf(orderId)).toEqual(delivery);
  expect(await publishedOf(dairy.world, 'DELIVERY_ASSIGNED')).toHaveLength(1);
});

test('A batch of confirmed orders gets its couriers in one transaction', async () => {
  const orders = [await confirmedOrder(), await confirmedOrder(), await confirmedOrder()];
  const events = await confirmedEventsOf(orders);
  let transactions = 0;
  dairy.wireOf.current = (wire) => ({
    close: () => wire.close(),
    call: (operation, ...rest) => {
      if (operation === 'TransactWriteItems') transactions++;
      return wire.call(operation, ...rest);
    },
  });
  try {
    expect(await handler(queueEvent('delivery', events))).toEqual({ batchItemFailures: [] });
  } finally {
    dairy.wireOf.current = (wire) => wire;
  }
  expect(transactions).toBe(1);
  for (const { orderId } of orders) {
    expect(await deliveryOf(orderId)).toMatchObject({ orderId, status: 'ASSIGNED', version: 1 });
    const order = await dairy.orderRow(orderId);
    expect([order.attempts, order.todo]).toEqual([1, undefined]);
  }
});

test('Where the store refuses a batch of orders, each is assigned alone and only the bad one comes again', async () => {
  const orders = [await confirmedOrder(), await confirmedOrder(), await confirmedOrder()];
  const [first, bad, last] = orders as [Order, Order, Order];
  const events = await confirmedEventsOf(orders);
  dairy.wireOf.current = (wire) => ({
    close: () => wire.close(),
    call: async (operation, payload, ...rest) => {
      const touched = operation === 'TransactWriteItems' && JSON.stringify(payload).includes(bad.orderId);
      if (touched) throw new StoreError('ValidationException', 'refused by the test');
      return wire.call(operation, payload, ...rest);
    },
  });
  try {
    expect(await handler(queueEvent('delivery', events))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-1' }],
    });
  } finally {
    dairy.wireOf.current = (wire) => wire;
  }
  expect(await deliveryOf(first.orderId)).toMatchObject({ status: 'ASSIGNED' });
  expect(await deliveryOf(last.orderId)).toMatchObject({ status: 'ASSIGNED' });
  expect(await deliveryOf(bad.orderId)).toBeUndefined();
  expect(await handler(queueEvent('delivery', events, 2))).toEqual({ batchItemFailures: [] });
  expect(await deliveryOf(bad.orderId)).toMatchObject({ status: 'ASSIGNED', version: 1 });
});

test('The household and its courier follow the order through API Gateway; another courier does not', async () => {
  const { orderId } = await confirmedOrder();
  await handler({
    function: 'assignDelivery',
    actor: dairy.admin,
    payload: { orderId, courierId: dairy.courier.userId },
  });
  const stranger = await dairy.addCourier('meera');
  const track = async (actor: TestDairy['household']) => {
    const token = await tokenOf(dairy.world, actor);
    return httpResult(await handler(httpEvent('GET', '/order/track', { token, query: { orderId } })));
  };
  const seen = { status: 200, body: { orderId, status: 'CONFIRMED', delivery: { status: 'ASSIGNED' } } };
  expect(await track(dairy.household)).toMatchObject(seen);
  expect(await track(dairy.courier)).toMatchObject(seen);
  expect(await track(stranger)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
});

test('Another Lambda assigns with the seed’s payload and gets the seed’s answer', async () => {
  const { orderId } = await confirmedOrder();
  const payload = { orderId, deliverySlot: '2027-01-06T03:00:00Z', address: '123 Main St' };
  const answer = (await handler({ function: 'assignDelivery', actor: dairy.admin, payload })) as {
    deliveryId: string;
  };
  expect(answer).toMatchObject({ deliveryId: expect.stringMatching(/^D/), status: 'ASSIGNED' });
  expect(await deliveryOf(orderId)).toMatchObject({ ...answer, address: { line1: '123 Main St' } });

  const { deliveryId } = answer;
  const courier = { userId: (await deliveryOf(orderId))?.courierId ?? '', role: 'courier' };
  const moved = await handler({
    function: 'updateStatus',
    actor: courier,
    payload: { deliveryId, status: 'PICKED_UP' },
  });
  expect(moved).toMatchObject({ deliveryId, status: 'PICKED_UP' });
  expect(await dairy.orderRow(orderId)).toMatchObject({ status: 'DISPATCHED' });
  const back = await handler({
    function: 'updateStatus',
    actor: courier,
    payload: { deliveryId, status: 'ASSIGNED' },
  });
  expect(back).toMatchObject({ code: 'INVALID_TRANSITION', status: 409 });
  expect(await deliveryOf(orderId)).toMatchObject({ status: 'PICKED_UP' });
});

test('Without a courier an order waits; the clock gives it to the next one who comes', async () => {
  for (const userId of await activeCouriers()) {
    await dairy.call('admin', 'updateUser', { userId, active: false }, dairy.admin);
  }
  dairy.clock.advance(10);
  const { orderId } = await confirmedOrder();
  const confirmed = (await publishedOf(dairy.world, 'ORDER_CONFIRMED')).find(
    (event) => event.orderId === orderId,
  );
  expect(await handler(queueEvent('delivery', [confirmed ?? {}]))).toEqual({ batchItemFailures: [] });
  expect(await handler(timerEvent('assignWaiting'))).toEqual({ waiting: 1, assigned: 0 });
  expect(await deliveryOf(orderId)).toBeUndefined();

  const next = await dairy.addCourier('sunil');
  dairy.clock.advance(10);
  expect(await handler(timerEvent('assignWaiting'))).toEqual({ waiting: 1, assigned: 1 });
  expect(await deliveryOf(orderId)).toMatchObject({ status: 'ASSIGNED', courierId: next.userId });
  expect(await handler(timerEvent('assignWaiting'))).toEqual({ waiting: 0, assigned: 0 });
});

test('What a courier who leaves had not fetched yet goes to another', async () => {
  const leaver = (await activeCouriers())[0] ?? '';
  const { orderId } = await confirmedOrder();
  await handler({ function: 'assignDelivery', actor: dairy.admin, payload: { orderId, courierId: leaver } });
  const stays = await dairy.addCourier('lata');
  await dairy.call('admin', 'updateUser', { userId: leaver, active: false }, dairy.admin);
  const left = (await publishedOf(dairy.world, 'USER_CHANGED')).at(-1);
  expect(left).toMatchObject({ userId: leaver, active: false });
  expect(await handler(queueEvent('delivery', [left ?? {}]))).toEqual({ batchItemFailures: [] });
  expect(await deliveryOf(orderId)).toMatchObject({ status: 'ASSIGNED', courierId: stays.userId });
});

test('An event of no kind it knows, and a timer it does not have, are faults', async () => {
  for (const event of strangeEvents) await expect(handler(event)).rejects.toThrow('of no kind');
  await expect(handler(timerEvent('expireOrders'))).rejects.toThrow('no timer expireOrders');
});

async function activeCouriers(): Promise<string[]> {
  const query = { role: 'courier' };
  const listed = await dairy.call<{ userId: string; active: boolean }[]>(
    'admin',
    'listUsers',
    query,
    dairy.admin,
  );
  return listed.filter(({ active }) => active).map(({ userId }) => userId);
}
