import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { httpEvent, httpResult, tokenOf } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { makeHandler } from '../admin/adminHandler.ts';
import { Deliveries } from './models/Delivery.ts';
import { doneAt } from './rules/doneAt.ts';

const DAY = '2027-01-06';

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
  await dairy.addProduct({ productId: 'Pbottle', name: 'Bottled Milk', price: 60, stock: 900, deposit: 20 });
});
afterAll(() => dairy?.close());

/** An order to be paid in cash that waits for the courier. */
async function assigned(household: Actor, cartItems: object[]) {
  const order = await dairy.order({ cartItems }, household);
  await dairy.pay(order, { paymentMethod: 'COD' }, household);
  await dairy.settle();
  // Whoever else delivers meanwhile: it is this courier's.
  const given = { orderId: order.orderId, courierId: dairy.courier.userId };
  await dairy.call('delivery', 'assignDelivery', given, dairy.admin);
  return (await dairy.orderRow(order.orderId)).deliveryId ?? '';
}
const toDoor = async (deliveryId: string) => {
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
};
const view = <A>(name: string, input: object = {}, actor = dairy.courier) =>
  dairy.call<A>('delivery', name, { day: DAY, ...input }, actor);
const totals = (actor?: Actor, input: object = {}) => view('viewRunTotals', input, actor);

test('The run sheet tells what each piece costs, its deposit, and what the household’s bottles are worth', async () => {
  const household = await dairy.addHousehold('Usheet');
  const two = [{ productId: 'Pbottle', qty: 2 }];
  const first = await assigned(household, two);
  await toDoor(first);
  await dairy.move(first, 'DELIVERED', { cashCollected: 160 });
  const second = await assigned(household, two);
  const sheet = await view<{ deliveryId: string }[]>('viewRun');
  expect(sheet.find(({ deliveryId }) => deliveryId === second)).toMatchObject({
    paid: 'AT_DOOR',
    promo: 0,
    cashDue: 160,
    items: [{ productId: 'Pbottle', name: 'Bottled Milk', qty: 2, price: 60, deposit: 20 }],
    bottlesHeld: [{ productId: 'Pbottle', name: 'Bottled Milk', count: 2, deposit: 40 }],
  });
  expect(sheet.find(({ deliveryId }) => deliveryId === first)).toMatchObject({ paid: 'BEFORE', cashDue: 0 });
});

test('A day’s totals count what the courier did, with the cash in hand; nobody else’s are shown', async () => {
  const before = await totals();
  expect(before).toMatchObject({ day: DAY, delivered: 1, cashCollected: 160, cashHeld: 160 });
  const household = await dairy.addHousehold('Utotals');
  const [left, failed, cancelled] = [
    await assigned(household, [{ productId: 'Pbottle', qty: 1 }]),
    await assigned(household, [{ productId: 'P101', qty: 1 }]),
    await assigned(household, [{ productId: 'P101', qty: 1 }]),
  ];
  await toDoor(left);
  await dairy.move(left, 'DELIVERED', { cashCollected: 80 });
  await dairy.move(failed, 'FAILED', { reason: 'NOBODY_HOME' });
  const cancelledOrder = (await dairy.world.store.get(Deliveries, { deliveryId: cancelled }))?.orderId;
  await dairy.call('order', 'cancelOrder', { orderId: cancelledOrder }, household);
  // One order of the household before is still open; the one that was cancelled is nobody's work.
  expect(await totals()).toEqual({
    day: DAY,
    courierId: dairy.courier.userId,
    delivered: 2,
    failed: 1,
    open: 1,
    cashCollected: 240,
    qrCollected: 0,
    empties: 0,
    cashHeld: 240,
  });
  const other = await dairy.addCourier('meena');
  expect(await totals(other)).toMatchObject({ delivered: 0, open: 0, cashHeld: 0 });
  expect(await totals(other, { courierId: dairy.courier.userId })).toMatchObject({ code: 'FOREIGN_USER' });
  expect(await totals(dairy.admin, { courierId: dairy.courier.userId })).toMatchObject({ delivered: 2 });
});

test('A step that is told late keeps the time of the door; money and time limits go by when it was told', async () => {
  const household = await dairy.addHousehold('Ulate');
  const deliveryId = await assigned(household, [{ productId: 'P101', qty: 1 }]);
  const atDoor = dairy.world.clock.now().toISOString();
  dairy.clock.advance(3 * 3_600);
  const told = dairy.world.clock.now().toISOString();
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status, { at: atDoor });
  const done = await dairy.move<{ orderId: string; timeline: object[] }>(deliveryId, 'DELIVERED', {
    at: atDoor,
    cashCollected: 50,
  });
  expect(done.timeline.at(-1)).toMatchObject({ status: 'DELIVERED', at: atDoor, toldAt: told });
  const row = await dairy.orderRow(done.orderId);
  expect(row.timeline.at(-1)).toMatchObject({ status: 'DELIVERED', at: told });
});

test('A phone whose clock is wrong tells no step before the last one, and none that is still to come', () => {
  const [before, now] = ['2027-01-06T01:00:00.000Z', '2027-01-06T03:00:00.000Z'];
  expect(doneAt(before, now)).toEqual({ at: now });
  expect(doneAt(before, now, '2027-01-06T02:00:00.000Z')).toEqual({
    at: '2027-01-06T02:00:00.000Z',
    toldAt: now,
  });
  expect(doneAt(before, now, '2026-12-31T00:00:00.000Z')).toEqual({ at: before, toldAt: now });
  expect(doneAt(before, now, '2027-02-01T00:00:00.000Z')).toEqual({ at: now });
});

test('A step that is sent again with its key, because the answer was lost, is done once and answered the same', async () => {
  const deliveryId = await assigned(await dairy.addHousehold('Ukey'), [{ productId: 'P101', qty: 1 }]);
  const handler = makeHandler(dairy.world);
  const token = await tokenOf(dairy.world, dairy.courier);
  const send = async (key: string) =>
    httpResult(
      await handler(
        httpEvent('PATCH', '/delivery/update', {
          token,
          body: { deliveryId, status: 'PICKED_UP' },
          headers: { 'idempotency-key': key },
        }),
      ),
    );
  const first = await send('tap-1');
  expect(first).toMatchObject({ status: 200, body: { status: 'PICKED_UP' } });
  expect(await send('tap-1')).toMatchObject({ status: 200, body: first.body });
  expect(await send('tap-2')).toMatchObject({
    status: 409,
    body: { code: 'INVALID_TRANSITION', deliveryStatus: 'PICKED_UP' },
  });
});
