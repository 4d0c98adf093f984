import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Order, Orders } from '#lambdas/order/models/Order.ts';
import { Products } from '#lambdas/product/models/Product.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { timerEvent } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { Deliveries } from './models/Delivery.ts';
import { chooseCourier } from './rules/choose.ts';

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());

async function assigned(): Promise<{ order: Order; deliveryId: string }> {
  const placed = await dairy.order();
  await dairy.pay(placed);
  await dairy.settle();
  const order = await dairy.orderRow(placed.orderId);
  return { order, deliveryId: order.deliveryId ?? '' };
}
const row = (deliveryId: string) => dairy.world.store.get(Deliveries, { deliveryId });
const stock = async () => {
  const product = await dairy.world.store.get(Products, { productId: 'P101' });
  return { stock: product?.stock, reserved: product?.reserved, sold: product?.sold, wasted: product?.wasted };
};
const assign = (orderId: string, more: object = {}) =>
  dairy.call<Refusal & { deliveryId: string; courierId: string }>(
    'delivery',
    'assignDelivery',
    { orderId, ...more },
    dairy.admin,
  );

test('A confirmed order gets a courier by itself, and the same stop always the same one', async () => {
  const first = await assigned();
  const second = await assigned();
  expect(await row(first.deliveryId)).toMatchObject({
    status: 'ASSIGNED',
    courierId: dairy.courier.userId,
    orderId: first.order.orderId,
  });
  expect((await row(second.deliveryId))?.courierId).toBe((await row(first.deliveryId))?.courierId);
  expect(first.order.todo).toBeUndefined();
});

test('Stops spread over the couriers, and one who leaves moves only their own', () => {
  const couriers = ['U1', 'U2', 'U3', 'U4'];
  const stops = Array.from({ length: 4_000 }, (_, i) => `U${i} home`);
  const before = stops.map((stop) => chooseCourier(stop, couriers));
  for (const courier of couriers) {
    const share = before.filter((chosen) => chosen === courier).length;
    expect(share).toBeGreaterThan(800);
    expect(share).toBeLessThan(1_200);
  }
  const after = stops.map((stop) => chooseCourier(stop, ['U1', 'U2', 'U4']));
  stops.forEach((_, i) => {
    if (before[i] !== 'U3') expect(after[i]).toBe(before[i]);
  });
  expect(chooseCourier('stop', [])).toBeUndefined();
});

test('Picking up dispatches the order through PACKED and turns reserved into sold', async () => {
  const { order, deliveryId } = await assigned();
  const before = await stock();
  expect(await dairy.move(deliveryId, 'PICKED_UP')).toMatchObject({ status: 'PICKED_UP' });
  const after = await dairy.orderRow(order.orderId);
  expect(after.timeline.map((entry) => entry.status)).toEqual([
    'CREATED',
    'CONFIRMED',
    'PACKED',
    'DISPATCHED',
  ]);
  expect(await stock()).toMatchObject({ reserved: (before.reserved ?? 0) - 2, sold: (before.sold ?? 0) + 2 });
});

test('A move outside the table is refused and changes nothing', async () => {
  const { deliveryId } = await assigned();
  expect(await dairy.move(deliveryId, 'DELIVERED')).toMatchObject({
    status: 409,
    code: 'INVALID_TRANSITION',
  });
  expect(await row(deliveryId)).toMatchObject({ status: 'ASSIGNED', version: 1 });
  await dairy.move(deliveryId, 'PICKED_UP');
  expect(await dairy.move(deliveryId, 'PICKED_UP')).toMatchObject({
    code: 'INVALID_TRANSITION',
    deliveryStatus: 'PICKED_UP',
  });
});

test('Another courier does not find the delivery; the desk may act for its courier', async () => {
  const { deliveryId } = await assigned();
  const other: Actor = { userId: 'Uother', role: 'courier' };
  expect(await dairy.move(deliveryId, 'PICKED_UP', {}, other)).toMatchObject({ status: 404 });
  expect(await dairy.move(deliveryId, 'PICKED_UP', {}, dairy.household)).toMatchObject({ status: 403 });
  expect(await dairy.move(deliveryId, 'PICKED_UP', {}, dairy.admin)).toMatchObject({ status: 'PICKED_UP' });
});

test('A failed delivery needs a reason, and another try is a new delivery of the same order', async () => {
  const { order, deliveryId } = await assigned();
  await dairy.move(deliveryId, 'PICKED_UP');
  expect(await dairy.move(deliveryId, 'FAILED')).toMatchObject({
    status: 422,
    errors: [{ pointer: '/reason' }],
  });
  await dairy.move(deliveryId, 'FAILED', { reason: 'NOBODY_HOME' });
  const sold = (await stock()).sold;
  expect(await dairy.orderRow(order.orderId)).toMatchObject({
    status: 'DISPATCHED',
    todoAt: '2027-01-07T06:30:00.000Z',
  });
  const again = await assign(order.orderId);
  expect(again.deliveryId).toBe(`${deliveryId}-2`);
  for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) await dairy.move(again.deliveryId, status);
  expect(await dairy.orderRow(order.orderId)).toMatchObject({ status: 'DELIVERED', attempts: 2 });
  expect((await stock()).sold).toBe(sold);
  expect(await dairy.move(deliveryId, 'DELIVERED')).toMatchObject({ code: 'INVALID_TRANSITION' });
});

test('The desk gives a failed order up: goods return or are wasted as it says, the money goes back', async () => {
  for (const [goods, figure] of [
    ['RETURN', 'stock'],
    ['WASTE', 'wasted'],
  ] as const) {
    const { order, deliveryId } = await assigned();
    await dairy.move(deliveryId, 'PICKED_UP');
    const cancel = (more: object) =>
      dairy.call('order', 'cancelOrder', { orderId: order.orderId, ...more }, dairy.admin);
    expect(await cancel({ goods })).toMatchObject({ code: 'INVALID_TRANSITION' });
    await dairy.move(deliveryId, 'FAILED', { reason: 'WRONG_ADDRESS' });
    expect(await cancel({})).toMatchObject({ status: 422, errors: [{ pointer: '/goods' }] });
    const before = await stock();
    expect(await cancel({ goods })).toMatchObject({ status: 'CANCELLED', cancelReason: 'DELIVERY_FAILED' });
    expect((await stock())[figure]).toBe((before[figure] ?? 0) + 2);
  }
});

test('A failure that nobody resolves is released at noon of the next day', async () => {
  const own = await testDairy();
  try {
    const order = await own.order();
    await own.pay(order);
    await own.settle();
    const { deliveryId } = await own.orderRow(order.orderId);
    await own.move(deliveryId ?? '', 'PICKED_UP');
    await own.move(deliveryId ?? '', 'FAILED', { reason: 'GATE_CLOSED' });
    own.clock.set('2027-01-07T06:29:59Z');
    expect(await own.handlerOf('order')(timerEvent('releaseUnresolved'))).toEqual({ due: 0, released: 0 });
    own.clock.set('2027-01-07T06:30:00Z');
    expect(await own.handlerOf('order')(timerEvent('releaseUnresolved'))).toEqual({ due: 1, released: 1 });
    expect(await own.orderRow(order.orderId)).toMatchObject({
      status: 'CANCELLED',
      cancelReason: 'DELIVERY_FAILED',
    });
  } finally {
    await own.close();
  }
});

test('Cancelling an order ends its assigned delivery in the same step', async () => {
  const { order, deliveryId } = await assigned();
  await dairy.call('order', 'cancelOrder', { orderId: order.orderId }, dairy.household);
  expect(await row(deliveryId)).toMatchObject({ status: 'FAILED', reason: 'ORDER_CANCELLED' });
  expect(await dairy.move(deliveryId, 'PICKED_UP')).toMatchObject({ code: 'INVALID_TRANSITION' });
});

test('Without a courier an order waits; the first one who comes gets it, and who leaves hands over', async () => {
  const own = await testDairy();
  try {
    await own.call('admin', 'updateUser', { userId: own.courier.userId, active: false }, own.admin);
    const order = await own.order();
    await own.pay(order);
    await own.settle();
    const waiting = await own.orderRow(order.orderId);
    expect(waiting.status).toBe('CONFIRMED');
    expect(waiting).not.toHaveProperty('deliveryId');
    expect(await own.call('delivery', 'assignDelivery', { orderId: order.orderId }, own.admin)).toMatchObject(
      { code: 'NO_COURIER' },
    );
    own.clock.advance(3);
    const asha = await own.addCourier('asha');
    await own.settle();
    const { deliveryId } = await own.orderRow(order.orderId);
    expect(await own.world.store.get(Deliveries, { deliveryId: deliveryId ?? '' })).toMatchObject({
      courierId: asha.userId,
    });
    const bala = await own.addCourier('bala');
    await own.call('admin', 'updateUser', { userId: asha.userId, active: false }, own.admin);
    own.clock.advance(3);
    await own.settle();
    expect(await own.world.store.get(Deliveries, { deliveryId: deliveryId ?? '' })).toMatchObject({
      courierId: bala.userId,
      status: 'ASSIGNED',
    });
  } finally {
    await own.close();
  }
});

test('The run sheet lists a courier’s stops by slot with what to bring and what to collect', async () => {
  const own = await testDairy();
  try {
    const later = await own.order({ deliverySlot: '2027-01-06T07:00:00Z' });
    const early = await own.order();
    await own.pay(later, { paymentMethod: 'COD' });
    await own.pay(early);
    await own.settle();
    const sheet = await own.call<object[]>('delivery', 'viewRun', { day: '2027-01-06' }, own.courier);
    expect(sheet).toMatchObject([
      {
        orderId: early.orderId,
        cashDue: 0,
        items: [{ productId: 'P101', qty: 2 }],
        household: { name: 'U101' },
      },
      { orderId: later.orderId, cashDue: 100, slotId: 'MIDDAY' },
    ]);
    expect(await own.call('delivery', 'viewRun', { courierId: 'Uother' }, own.courier)).toMatchObject({
      status: 403,
    });
  } finally {
    await own.close();
  }
});

test('Tracking shows the way of an order to its household, its courier and the desk only', async () => {
  const { order, deliveryId } = await assigned();
  await dairy.move(deliveryId, 'PICKED_UP');
  await dairy.move(deliveryId, 'IN_TRANSIT', { location: { lat: 12.97, lng: 77.59 } });
  const track = (actor: Actor) => dairy.call('delivery', 'trackOrder', { orderId: order.orderId }, actor);
  for (const actor of [dairy.household, dairy.courier, dairy.admin]) {
    expect(await track(actor)).toMatchObject({
      status: 'DISPATCHED',
      delivery: { status: 'IN_TRANSIT', location: { lat: 12.97 } },
    });
  }
  expect(await track({ userId: 'Uother', role: 'courier' })).toMatchObject({ status: 404 });
  expect(await dairy.world.store.get(Orders, { orderId: order.orderId })).toMatchObject({
    status: 'DISPATCHED',
  });
});
