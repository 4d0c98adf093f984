import { afterAll, beforeAll, expect, test } from 'vitest';
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
import type { LambdaHandler } from '#shared/lambda.ts';
import { makeHandler } from './orderHandler.ts';

let dairy: TestDairy;
let handler: LambdaHandler;
beforeAll(async () => {
  dairy = await testDairy();
  handler = makeHandler(dairy.world);
});
afterAll(() => dairy?.close());

const cartItems = [{ productId: 'P101', qty: 2 }];
const stock = async () => {
  const row = await dairy.world.store.get(Products, { productId: 'P101' });
  return { stock: row?.stock, reserved: row?.reserved, sold: row?.sold, wasted: row?.wasted };
};

test('A household orders through API Gateway, and an order too large for the shelf takes nothing from it', async () => {
  const token = await tokenOf(dairy.world, dairy.household);
  const body = { cartItems, totalAmount: 100, deliverySlot: dairy.morning };
  const created = httpResult<{ orderId: string }>(
    await handler(httpEvent('POST', '/order/create', { token, body })),
  );
  expect(created).toMatchObject({ status: 201, body: { status: 'CREATED', amount: 100 } });
  expect(await dairy.orderRow(created.body.orderId)).toMatchObject({
    status: 'CREATED',
    amount: 10_000,
    userId: 'U101',
  });
  expect(await stock()).toEqual({ stock: 98, reserved: 2, sold: 0, wasted: 0 });

  const tooMany = { ...body, totalAmount: undefined, cartItems: [{ productId: 'P101', qty: 99 }] };
  const short = httpResult(await handler(httpEvent('POST', '/order/create', { token, body: tooMany })));
  expect(short).toMatchObject({ status: 409, body: { code: 'OUT_OF_STOCK', errors: [{ available: 98 }] } });
  expect(await stock()).toEqual({ stock: 98, reserved: 2, sold: 0, wasted: 0 });
});

test('Another Lambda places an order with the seed’s payload and gets the seed’s answer', async () => {
  const household = await dairy.addHousehold('U205');
  const payload = { userId: 'U205', cartItems, totalAmount: 100, deliverySlot: '2027-01-05T07:00:00Z' };
  expect(await handler({ function: 'validateOrder', actor: household, payload })).toMatchObject({
    valid: true,
    amount: 100,
  });
  const made = (await handler({ function: 'createOrder', actor: household, payload })) as { orderId: string };
  expect(made).toMatchObject({ orderId: expect.stringMatching(/^O/), status: 'CREATED' });
  // 07:00Z is half past twelve in Kolkata: the third of the slots.
  expect(await dairy.orderRow(made.orderId)).toMatchObject({
    userId: 'U205',
    slotId: 'MIDDAY',
    deliveryDay: '2027-01-05',
  });
  const foreign = await handler({ function: 'createOrder', actor: dairy.household, payload });
  expect(foreign).toMatchObject({ code: 'FOREIGN_USER', status: 403 });
});

test('The clock cancels an order that nobody paid, once, and its milk can be sold again', async () => {
  const order = await dairy.order();
  const held = await stock();
  dairy.clock.advance(31 * 60);
  expect(await handler(timerEvent('expireOrders'))).toMatchObject({ expired: expect.any(Number) });
  const ended = await dairy.orderRow(order.orderId);
  expect(ended).toMatchObject({ status: 'CANCELLED', cancelReason: 'PAYMENT_TIMEOUT' });
  expect(await stock()).toEqual({ stock: 100, reserved: 0, sold: 0, wasted: 0 });
  expect(held.reserved).toBeGreaterThan(0);
  expect(await handler(timerEvent('expireOrders'))).toEqual({ due: 0, expired: 0 });
  const told = (await publishedOf(dairy.world, 'ORDER_CANCELLED')).filter(
    ({ entityId }) => entityId === order.orderId,
  );
  expect(told).toHaveLength(1);
});

test('The clock releases a failed delivery at noon of the next day, and not before', async () => {
  const order = await dairy.order();
  await dairy.pay(order, { paymentMethod: 'COD' });
  const { orderId } = order;
  const given = await dairy.call<{ deliveryId: string }>(
    'delivery',
    'assignDelivery',
    { orderId },
    dairy.admin,
  );
  await dairy.move(given.deliveryId, 'PICKED_UP');
  await dairy.move(given.deliveryId, 'FAILED', { reason: 'NOBODY_HOME' });
  const before = await stock();
  dairy.clock.set('2027-01-07T06:29:59.000Z');
  expect(await handler(timerEvent('releaseUnresolved'))).toMatchObject({ released: 0 });
  expect(await dairy.orderRow(orderId)).toMatchObject({ status: 'DISPATCHED' });
  dairy.clock.set('2027-01-07T06:30:00.000Z');
  expect(await handler(timerEvent('releaseUnresolved'))).toMatchObject({ released: 1 });
  expect(await dairy.orderRow(orderId)).toMatchObject({
    status: 'CANCELLED',
    cancelReason: 'DELIVERY_FAILED',
  });
  expect(await stock()).toEqual({ ...before, sold: 0, wasted: 2 });
});

test('A batch names the one message that cannot be read, and an event of no kind orders know is a fault', async () => {
  const [placed] = await publishedOf(dairy.world, 'ORDER_PLACED');
  expect(await handler(queueEvent('order', [placed ?? {}, 'no event']))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'message-1' }],
  });
  await expect(handler(timerEvent('reconcilePayments'))).rejects.toThrow('no timer reconcilePayments');
  for (const event of strangeEvents) await expect(handler(event)).rejects.toThrow('of no kind');
});
