import { afterEach, beforeEach, expect, test } from 'vitest';
import { Balances, balanceKey } from '#lambdas/payment/models/Ledger.ts';
import { Products } from '#lambdas/product/models/Product.ts';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { publishedOf, timerEvent } from '#runtime/testEvents.ts';
import { Orders, runOrderIdOf } from './models/Order.ts';
import { SubscriptionDays, subscriptionDayKey } from './models/Subscription.ts';
import { tryAgain } from './secondTry.ts';

// MORNING's and EARLY's cutoff for Wednesday the 6th is the evening before, 22:00 in Kolkata.
const LOCK = '2027-01-05T16:30:00.000Z';
const DAY = '2027-01-06';
const minutesAfter = (minutes: number) => new Date(Date.parse(LOCK) + minutes * 60_000).toISOString();

let dairy: TestDairy;
beforeEach(async () => {
  dairy = await testDairy();
  await dairy.addProduct({ productId: 'P102', name: 'Curd', price: 30, stock: 40 });
});
afterEach(() => dairy?.close());

/** A household's standing order of milk at 50 and what else it says, paid from the prepaid balance. */
async function subscribe(items: object[], input: object = {}): Promise<string> {
  const answer = await dairy.call<Refusal & { subscriptionId: string }>(
    'order',
    'subscribeOrder',
    {
      items,
      schedule: { type: 'DAILY' },
      startDate: DAY,
      slot: 'MORNING',
      paymentMethod: 'WALLET',
      ...input,
    },
    dairy.household,
  );
  if (!answer.subscriptionId) throw new Error(`${answer.code}: ${answer.detail}`);
  return answer.subscriptionId;
}

/** Cash at the desk counts at once. */
async function topUp(amount: number): Promise<void> {
  const { userId } = dairy.household;
  const input = { userId, amount, paymentMethod: 'CASH' };
  const { code } = await dairy.call<Refusal>('payment', 'topUpWallet', input, dairy.admin);
  if (code) throw new Error(code);
}

const run = () => dairy.handlerOf('order')(timerEvent('runOrders'));
async function runAfterCutoff(): Promise<void> {
  dairy.clock.set(minutesAfter(0.1));
  await run();
  await dairy.settle();
}

async function dayOf(subscriptionId: string) {
  const order = await dairy.world.store.get(Orders, { orderId: runOrderIdOf(subscriptionId, DAY) });
  const key = subscriptionDayKey(dairy.household.userId, DAY, subscriptionId);
  const record = await dairy.world.store.get(SubscriptionDays, key);
  return {
    order,
    outcome: record?.outcome,
    lines: record?.lines.map(({ productId, granted, outcome }) => `${productId} ${granted} ${outcome}`),
  };
}

async function moneyOf() {
  const row = await dairy.world.store.get(Balances, balanceKey(dairy.household.userId));
  return { wallet: 0 - (row?.wallet ?? 0), held: 0 - (row?.held ?? 0), owed: row?.owed ?? 0 };
}

const setTerms = (terms: object) => dairy.call('admin', 'updateSettings', terms, dairy.admin);
const milk = { productId: 'P101', qty: 2 };
const curd = { productId: 'P102', qty: 1 };

test('A day without money comes after all when the household pays in within the hour', async () => {
  const subscriptionId = await subscribe([milk, curd]);
  await runAfterCutoff();
  expect(await dayOf(subscriptionId)).toMatchObject({ order: undefined, outcome: 'BALANCE_SHORT' });

  dairy.clock.set(minutesAfter(59));
  await topUp(200);
  await dairy.settle();
  const { order, outcome, lines } = await dayOf(subscriptionId);
  expect(order).toMatchObject({ status: 'CONFIRMED', amount: 13_000, through: 'RUN' });
  expect([outcome, lines]).toEqual(['ORDERED', ['P101 2 ORDERED', 'P102 1 ORDERED']]);
  expect(await moneyOf()).toEqual({ wallet: 7_000, held: 13_000, owed: 0 });
  const shelf = await dairy.world.store.get(Products, { productId: 'P101' });
  expect([shelf?.stock, shelf?.reserved]).toEqual([98, 2]);
  expect(await publishedOf(dairy.world, 'ORDER_CONFIRMED')).toHaveLength(1);
  expect(await dairy.call('order', 'viewCalendar', { from: DAY, to: DAY }, dairy.household)).toMatchObject([
    { amount: 130, lines: [{ status: 'ORDERED' }, { status: 'ORDERED' }] },
  ]);
  const made = await dairy.call('admin', 'runDay', { day: DAY }, dairy.admin);
  expect(made).toMatchObject({ due: 1, orders: 1, reasons: {}, amount: 130 });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('After the hour the day is closed, and the money waits for the next one', async () => {
  const subscriptionId = await subscribe([milk]);
  await runAfterCutoff();
  dairy.clock.set(minutesAfter(60));
  await topUp(200);
  await dairy.settle();
  expect(await dayOf(subscriptionId)).toMatchObject({ order: undefined, outcome: 'BALANCE_SHORT' });
  expect(await moneyOf()).toEqual({ wallet: 20_000, held: 0, owed: 0 });
});

test('What was missing is added to the order of the day, its money beside the first, and is delivered with it', async () => {
  await topUp(100);
  const subscriptionId = await subscribe([milk, curd]);
  await runAfterCutoff();
  const first = await dayOf(subscriptionId);
  expect(first.lines).toEqual(['P101 2 ORDERED', 'P102 0 BALANCE_SHORT']);
  expect(first.order).toMatchObject({ amount: 10_000 });

  await topUp(50);
  await dairy.settle();
  const { order, lines } = await dayOf(subscriptionId);
  expect(lines).toEqual(['P101 2 ORDERED', 'P102 1 ORDERED']);
  expect(order).toMatchObject({
    amount: 13_000,
    items: [{ productId: 'P101' }, { productId: 'P102', qty: 1 }],
  });
  expect(await moneyOf()).toEqual({ wallet: 2_000, held: 13_000, owed: 0 });
  expect(await publishedOf(dairy.world, 'SUBSCRIPTION_DAY_COMPLETED')).toMatchObject([
    { subscriptionId, orderId: order?.orderId, amountMinor: 3_000, lines: [{ productId: 'P102', qty: 1 }] },
  ]);
  const report = (type: string) =>
    dairy.call('analytics', 'generateReport', { type, from: '2027-01-05', to: '2027-01-05' }, dairy.admin);
  expect(await report('orders')).toMatchObject([{ status: 'CONFIRMED', count: 1, amount: 130 }]);
  // The second top-up, the first was the day before; and what both paid.
  expect(await report('payments')).toMatchObject([
    { paymentMethod: 'CASH', succeeded: 1, succeededAmount: 50 },
    { paymentMethod: 'WALLET', succeeded: 2, succeededAmount: 130 },
  ]);
  const told = await dairy.call<{ type: string }[]>('notification', 'listNotifications', {}, dairy.household);
  expect(told.map(({ type }) => type)).toContain('DAY_COMPLETED');

  const deliveryId = order?.deliveryId ?? (await dairy.orderRow(order?.orderId ?? '')).deliveryId ?? '';
  await dairy.move(deliveryId, 'PICKED_UP');
  await dairy.move(deliveryId, 'IN_TRANSIT');
  await dairy.move(deliveryId, 'DELIVERED');
  await dairy.settle();
  expect(await moneyOf()).toEqual({ wallet: 2_000, held: 0, owed: 0 });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('A cancelled order gives both payments back', async () => {
  await topUp(100);
  const subscriptionId = await subscribe([milk, curd]);
  await runAfterCutoff();
  await topUp(30);
  await dairy.settle();
  const { order } = await dayOf(subscriptionId);
  await dairy.call('order', 'cancelOrder', { orderId: order?.orderId }, dairy.admin);
  await dairy.settle();
  expect(await moneyOf()).toEqual({ wallet: 13_000, held: 0, owed: 0 });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('Of two delivery times that lock apart, a top-up tries only the one that has locked again', async () => {
  const { slots } = await dairy.call<{ slots: { slotId: string; cutoffTime: string }[] }>(
    'admin',
    'viewSettings',
    {},
    dairy.admin,
  );
  // EVENING locks three hours before MORNING does.
  const apart = slots.map((slot) => (slot.slotId === 'EVENING' ? { ...slot, cutoffTime: '19:00' } : slot));
  await setTerms({ slots: apart });
  const evening = await subscribe([milk], { slot: 'EVENING' });
  const morning = await subscribe([milk]);
  dairy.clock.set(minutesAfter(-179));
  await run();
  await dairy.settle();
  expect(await dayOf(evening)).toMatchObject({ order: undefined, outcome: 'BALANCE_SHORT' });

  dairy.clock.set(minutesAfter(-130));
  await topUp(150);
  await dairy.settle();
  expect((await dayOf(evening)).order).toMatchObject({ status: 'CONFIRMED', slotId: 'EVENING' });
  expect(await dayOf(morning)).toMatchObject({ order: undefined, outcome: undefined });

  // MORNING locks with too little left; the hour of EVENING is over, and only MORNING is tried again.
  await runAfterCutoff();
  expect(await dayOf(morning)).toMatchObject({ order: undefined, outcome: 'BALANCE_SHORT' });
  await topUp(500);
  await dairy.settle();
  expect((await dayOf(morning)).order).toMatchObject({ status: 'CONFIRMED', slotId: 'MORNING' });
  expect(await moneyOf()).toEqual({ wallet: 45_000, held: 20_000, owed: 0 });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('What was added by a second try comes short, or not at all, as any line', async () => {
  const atDoor = async (more: object, last: string) => {
    const { deliveryId = '' } = await dairy.orderRow(runOrderIdOf(subscriptionId, DAY));
    await dairy.move(deliveryId, 'PICKED_UP');
    await dairy.move(deliveryId, 'IN_TRANSIT');
    await dairy.move(deliveryId, last, more);
    await dairy.settle();
  };
  await topUp(100);
  const subscriptionId = await subscribe([milk, { ...curd, qty: 3 }]);
  await runAfterCutoff();
  await topUp(90);
  await dairy.settle();
  expect((await dayOf(subscriptionId)).lines).toEqual(['P101 2 ORDERED', 'P102 3 ORDERED']);
  await atDoor({ items: [{ productId: 'P102', delivered: 1 }] }, 'DELIVERED');
  // Two curds that did not come are given back, and stand on the shelf again.
  expect(await moneyOf()).toEqual({ wallet: 6_000, held: 0, owed: 0 });
  expect(await dairy.world.store.get(Products, { productId: 'P102' })).toMatchObject({ stock: 39, sold: 1 });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('An order with both payments that nobody could deliver gives both back', async () => {
  await topUp(100);
  const subscriptionId = await subscribe([milk, curd]);
  await runAfterCutoff();
  await topUp(30);
  await dairy.settle();
  const { orderId, deliveryId = '' } = await dairy.orderRow(runOrderIdOf(subscriptionId, DAY));
  await dairy.move(deliveryId, 'PICKED_UP');
  await dairy.move(deliveryId, 'FAILED', { reason: 'Gate locked' });
  await dairy.call('order', 'cancelOrder', { orderId, goods: 'WASTE' }, dairy.admin);
  await dairy.settle();
  expect(await moneyOf()).toEqual({ wallet: 13_000, held: 0, owed: 0 });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('However often and at once a top-up is told, what it pays comes once', async () => {
  const subscriptionId = await subscribe([milk, curd]);
  await runAfterCutoff();
  await topUp(500);
  const again = () => tryAgain(dairy.world, dairy.household.userId, minutesAfter(5));
  await Promise.all([dairy.settle(), again(), again(), again()]);
  expect(await again()).toBeUndefined();
  await dairy.settle();
  expect(await dayOf(subscriptionId)).toMatchObject({ order: { amount: 13_000 }, outcome: 'ORDERED' });
  expect(await moneyOf()).toEqual({ wallet: 37_000, held: 13_000, owed: 0 });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('Money that covers a part pays whole lines, the oldest standing order first; more money pays the rest', async () => {
  const first = await subscribe([milk]);
  dairy.clock.advance(60);
  const second = await subscribe([curd, milk], { slot: 'EARLY' });
  await runAfterCutoff();
  await topUp(130);
  await dairy.settle();
  expect(await dayOf(first)).toMatchObject({ order: { amount: 10_000 } });
  expect((await dayOf(second)).lines).toEqual(['P102 1 ORDERED', 'P101 0 BALANCE_SHORT']);
  await topUp(100);
  await dairy.settle();
  expect((await dayOf(second)).lines).toEqual(['P102 1 ORDERED', 'P101 2 ORDERED']);
  expect(await moneyOf()).toEqual({ wallet: 0, held: 23_000, owed: 0 });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('Where a dairy brings all or nothing, a top-up that is too small brings nothing', async () => {
  await setTerms({ balanceShort: 'NONE' });
  const first = await subscribe([milk]);
  const second = await subscribe([curd]);
  await runAfterCutoff();
  await topUp(129);
  await dairy.settle();
  expect([(await dayOf(first)).order, (await dayOf(second)).order]).toEqual([undefined, undefined]);
  await topUp(1);
  await dairy.settle();
  expect(await moneyOf()).toEqual({ wallet: 0, held: 13_000, owed: 0 });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('With grace a second try goes to the limit of debt as the first did', async () => {
  await setTerms({ balanceShort: 'GRACE', graceLimit: 20 });
  const subscriptionId = await subscribe([milk]);
  await runAfterCutoff();
  expect(await dayOf(subscriptionId)).toMatchObject({ outcome: 'BALANCE_SHORT' });
  await topUp(80);
  await dairy.settle();
  expect(await dayOf(subscriptionId)).toMatchObject({ order: { amount: 10_000 } });
  expect(await moneyOf()).toEqual({ wallet: 0, held: 10_000, owed: 2_000 });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('What others have bought meanwhile does not come, and is not paid', async () => {
  const subscriptionId = await subscribe([milk, curd]);
  await runAfterCutoff();
  await dairy.call('admin', 'restockProduct', { productId: 'P101', wasted: 99 }, dairy.admin);
  await topUp(500);
  await dairy.settle();
  const { order, lines } = await dayOf(subscriptionId);
  expect(lines).toEqual(['P101 1 SHORT', 'P102 1 ORDERED']);
  expect(order).toMatchObject({ amount: 8_000 });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('An order that is packed or called off is left as it is', async () => {
  await topUp(100);
  const [packed, gone] = [await subscribe([milk, curd]), await subscribe([milk], { slot: 'EARLY' })];
  await runAfterCutoff();
  const { order } = await dayOf(packed);
  await dairy.call('order', 'setOrderStatus', { orderId: order?.orderId, status: 'PACKED' }, dairy.admin);
  await topUp(30);
  await dairy.settle();
  expect((await dayOf(packed)).order).toMatchObject({ status: 'PACKED', amount: 10_000 });
  // The money is still there; with more of it the other one comes.
  expect((await dayOf(gone)).order).toBeUndefined();
  expect(await moneyOf()).toEqual({ wallet: 3_000, held: 10_000, owed: 0 });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('A run that is still at work is waited for', async () => {
  const subscriptionId = await subscribe([milk]);
  dairy.clock.set(minutesAfter(0.1));
  const [, refusal] = await Promise.all([run(), topUp(200).then(() => dairy.settle())]);
  expect(refusal).toBeUndefined();
  await run();
  await dairy.settle();
  expect(await dayOf(subscriptionId)).toMatchObject({ order: { amount: 10_000 } });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});
