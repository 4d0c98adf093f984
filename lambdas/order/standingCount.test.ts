import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { timerEvent } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { Orders } from './models/Order.ts';
import { StandingDemands } from './models/StandingDemand.ts';

/** What standing orders will need is kept for them: orders by hand sell and book only what they leave (S9, S8). */
let dairy: TestDairy;
let other: Actor;
beforeEach(async () => {
  dairy = await testDairy();
  other = await dairy.addHousehold('U102');
  await dairy.addProduct({
    productId: 'P301',
    name: 'Curd',
    price: 30,
    stockMode: 'PER_DAY',
    dailySupply: 10,
  });
});
afterEach(() => dairy?.close());

const subscribe = (input: object = {}, actor: Actor = dairy.household) =>
  dairy.call<Refusal & { subscriptionId: string }>(
    'order',
    'subscribeOrder',
    {
      items: [{ productId: 'P301', qty: 8 }],
      schedule: { type: 'DAILY' },
      startDate: '2027-01-06',
      slot: 'MORNING',
      paymentMethod: 'COD',
      ...input,
    },
    actor,
  );
const order = (qty: number, productId = 'P301', deliverySlot = dairy.morning, actor = other) =>
  dairy.call<Refusal & { orderId: string }>(
    'order',
    'createOrder',
    { cartItems: [{ productId, qty }], deliverySlot },
    actor,
  );
const runOrders = () => dairy.handlerOf('order')(timerEvent('runOrders'));
const tick = () => dairy.handlerOf('order')(timerEvent('countStanding')) as Promise<{ counted: boolean }>;

test('S9: an order by hand sells only what standing demand leaves of a day, and the run has all it needs', async () => {
  await subscribe();
  await dairy.settle();
  expect(await order(3)).toMatchObject({
    status: 409,
    code: 'OUT_OF_STOCK',
    errors: [{ pointer: '/cartItems/0/qty', available: 2 }],
  });
  expect(await order(2)).toMatchObject({ status: 'CREATED' });
  expect(await order(1)).toMatchObject({ code: 'OUT_OF_STOCK', errors: [{ available: 0 }] });
  // A day on which nothing stands has its whole supply.
  expect(await order(10, 'P301', '2027-01-05T02:30:00.000Z')).toMatchObject({ status: 'CREATED' });
  dairy.clock.set('2027-01-05T16:30:06.000Z');
  await runOrders();
  const { rows } = await dairy.world.store.query(Orders, { index: 'byUser', hash: 'U101' });
  expect(rows).toMatchObject([{ deliveryDay: '2027-01-06', items: [{ productId: 'P301', qty: 8 }] }]);
  expect(await checkInvariants(dairy.world, { quiet: false })).toEqual([]);
});

test('S9: what is skipped, paused or cancelled is for sale again, and a one-off added to a standing order is kept too', async () => {
  const { subscriptionId } = await subscribe();
  const change = (input: object) =>
    dairy.call('order', 'changeSubscription', { subscriptionId, ...input }, dairy.household);
  await change({ action: 'SKIP', day: '2027-01-06' });
  await dairy.settle();
  expect(await order(10)).toMatchObject({ status: 'CREATED' });
  const items = [{ productId: 'P301', qty: 1 }];
  await change({ action: 'ADD_ONE_OFF', day: '2027-01-07', items });
  await dairy.settle();
  const thursday = '2027-01-07T02:30:00.000Z';
  expect(await order(2, 'P301', thursday)).toMatchObject({ errors: [{ available: 1 }] });
  await change({ action: 'CANCEL', from: '2027-01-07' });
  await dairy.settle();
  expect(await order(10, 'P301', thursday)).toMatchObject({ status: 'CREATED' });
});

test('S9: of a product with one figure for all days, what the next day with standing orders needs is kept', async () => {
  await subscribe({ items: [{ productId: 'P101', qty: 30 }], startDate: '2027-01-08' });
  await dairy.settle();
  expect(await order(71, 'P101')).toMatchObject({ code: 'OUT_OF_STOCK', errors: [{ available: 70 }] });
  expect(await order(70, 'P101')).toMatchObject({ status: 'CREATED' });
});

test('S8: orders by hand never crowd standing orders out of a slot, and a slot that is full takes no other one', async () => {
  const slots = [
    { slotId: 'MORNING', from: '07:00', to: '10:00', cutoffTime: '22:00', cutoffDaysBefore: 1, capacity: 2 },
    {
      slotId: 'EVENING',
      from: '17:00',
      to: '20:00',
      cutoffTime: '22:00',
      cutoffDaysBefore: 1,
      capacity: null,
    },
  ];
  await dairy.call('admin', 'updateSettings', { slots }, dairy.admin);
  const items = [{ productId: 'P101', qty: 1 }];
  await subscribe({ items });
  await dairy.settle();
  // A second standing order to the same door is the same stop.
  expect(await subscribe({ items })).toHaveProperty('receipt');
  await dairy.settle();
  const capacityLeft = async () =>
    (await dairy.call<{ capacityLeft: number }[]>('order', 'listSlots', { date: '2027-01-06' }))[0]
      ?.capacityLeft;
  expect(await capacityLeft()).toBe(1);
  expect(await order(1, 'P101')).toMatchObject({ status: 'CREATED' });
  expect(await capacityLeft()).toBe(0);
  const third = await dairy.addHousehold('U103');
  expect(await order(1, 'P101', dairy.morning, third)).toMatchObject({ status: 409, code: 'SLOT_FULL' });
  expect(await subscribe({ items }, third)).toMatchObject({
    status: 409,
    code: 'SLOT_FULL',
    day: '2027-01-06',
    errors: [{ pointer: '/slot' }],
  });
  // The next day still has a place; another slot has them without end, until somebody wants to move back.
  const later = await subscribe({ items, startDate: '2027-01-07' }, third);
  expect(later).toHaveProperty('receipt');
  await dairy.settle();
  const fourth = await dairy.addHousehold('U104');
  const evening = await subscribe({ items, slot: 'EVENING' }, fourth);
  expect(evening).toHaveProperty('receipt');
  expect(
    await dairy.call(
      'order',
      'changeSubscription',
      { subscriptionId: evening.subscriptionId, action: 'CHANGE', slot: 'MORNING' },
      fourth,
    ),
  ).toMatchObject({ code: 'SLOT_FULL' });
  // Skipping a day does not need a place, and both subscribers with one keep theirs.
  expect(
    await dairy.call(
      'order',
      'changeSubscription',
      { subscriptionId: later.subscriptionId, action: 'SKIP', day: '2027-01-08' },
      third,
    ),
  ).toHaveProperty('receipt');
  dairy.clock.set('2027-01-05T16:30:06.000Z');
  await runOrders();
  expect(await checkInvariants(dairy.world, { quiet: false })).toEqual([]);
});

test('The count is made anew after a change, a cutoff or an hour, and not for nothing', async () => {
  expect(await tick()).toMatchObject({ counted: true, subscriptions: 0 });
  dairy.clock.advance(60);
  expect(await tick()).toEqual({ counted: false });
  await subscribe();
  await dairy.settle();
  const row = await dairy.world.store.get(StandingDemands, { countId: 'ALL', day: '2027-01-06' });
  expect(row).toMatchObject({ products: { P301: 8 } });
  dairy.clock.advance(3_600);
  expect(await tick()).toMatchObject({ counted: true });
  dairy.clock.set('2027-01-05T16:30:06.000Z');
  await runOrders();
  expect(await tick()).toMatchObject({ counted: true });
  // What the run has ordered is reserved, and no longer only expected.
  const after = await dairy.world.store.get(StandingDemands, { countId: 'ALL', day: '2027-01-06' });
  expect(after).toMatchObject({ products: {} });
});
