import { afterAll, beforeAll, expect, test } from 'vitest';
import { request, tokenOf } from '#lambdas/admin/testing.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { timerEvent } from '#runtime/testEvents.ts';
import { addDays, type Day, daysBetween } from '#shared/domain/day.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { Orders } from './models/Order.ts';
import { Receipts } from './models/Subscription.ts';

interface Shown {
  receiptId: string;
  action: string;
  at: string;
  by: string;
  through: string;
  firstDayAffected: string;
  cutoffAt: string;
  monthBefore: number;
  monthAfter: number;
  next30Before: number;
  next30After: number;
  lines: { day: string; productId: string; qtyBefore: number; qtyAfter: number; locksAt: string }[];
  firstDays: { productId: string; day: string; locksAt: string }[];
}

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
  await dairy.addProduct({ productId: 'P201', name: 'Bread', price: 40, stock: 5_000, category: 'Bakery' });
  await dairy.call('admin', 'restockProduct', { productId: 'P101', qty: 5_000 }, dairy.admin);
  await dairy.call(
    'admin',
    'updateSettings',
    { cutoffs: [{ productId: 'P201', cutoffTime: '12:00', cutoffDaysBefore: 3 }] },
    dairy.admin,
  );
});
afterAll(() => dairy?.close());

const start = {
  items: [
    { productId: 'P101', qty: 2 },
    { productId: 'P201', qty: 1 },
  ],
  schedule: { type: 'DAILY' },
  startDate: '2027-01-08',
  slot: 'MORNING',
  paymentMethod: 'COD',
};
const begin = (actor: Actor, input: object = {}) =>
  dairy.call<{ subscriptionId: string; receipt: Shown }>(
    'order',
    'subscribeOrder',
    { ...start, ...input },
    actor,
  );
const change = (actor: Actor, subscriptionId: string, input: object) =>
  dairy.call<{ receipt: Shown }>('order', 'changeSubscription', { subscriptionId, ...input }, actor);
async function runUntil(day: Day, from: Day): Promise<void> {
  for (const due of daysBetween(from, day)) {
    dairy.clock.set(`${addDays(due, -1)}T16:30:06.000Z`);
    await dairy.handlerOf('order')(timerEvent('runOrders'));
  }
}

test('S12: a receipt holds when, who and through whom, each line before and after with its lock, and the first day of each', async () => {
  const actor = await dairy.addHousehold('Ureceipt');
  const { subscriptionId, receipt: first } = await begin(actor);
  expect(first).toMatchObject({
    action: 'SUBSCRIBE',
    firstDayAffected: '2027-01-08',
    cutoffAt: '2027-01-05T06:30:00.000Z',
    monthBefore: 0,
    monthAfter: 24 * 140,
  });
  const items = [
    { productId: 'P101', qty: 3 },
    { productId: 'P201', qty: 1 },
  ];
  const { receipt } = await change(actor, subscriptionId, { action: 'CHANGE', from: '2027-01-09', items });
  expect(receipt).toMatchObject({
    at: '2027-01-04T04:30:00.000Z',
    by: 'Ureceipt',
    through: 'SELF',
    firstDayAffected: '2027-01-09',
    cutoffAt: '2027-01-08T16:30:00.000Z',
    monthBefore: 24 * 140,
    monthAfter: 140 + 23 * 190,
    next30Before: 26 * 140,
    next30After: 140 + 25 * 190,
    firstDays: [{ productId: 'P101', day: '2027-01-09', locksAt: '2027-01-08T16:30:00.000Z' }],
  });
  expect(receipt.lines).toHaveLength(25);
  expect(receipt.lines[0]).toEqual({
    day: '2027-01-09',
    productId: 'P101',
    qtyBefore: 2,
    qtyAfter: 3,
    amountBefore: 100,
    amountAfter: 150,
    locksAt: '2027-01-08T16:30:00.000Z',
  });
  const { receipt: ended } = await change(actor, subscriptionId, { action: 'CANCEL', from: '2027-01-20' });
  expect(ended.firstDays).toEqual([
    { productId: 'P101', day: '2027-01-20', locksAt: '2027-01-19T16:30:00.000Z' },
    { productId: 'P201', day: '2027-01-20', locksAt: '2027-01-17T06:30:00.000Z' },
  ]);
  expect(await dairy.call('order', 'listReceipts', { subscriptionId }, actor)).toEqual([
    ended,
    receipt,
    first,
  ]);
  expect(await dairy.call('order', 'listReceipts', { limit: 2 }, actor)).toEqual([ended, receipt]);
});

test('S12: a receipt of a far day shows that day’s lines, though it is beyond the next 30', async () => {
  const actor = await dairy.addHousehold('Ufar');
  const { subscriptionId } = await begin(actor);
  const { receipt } = await change(actor, subscriptionId, { action: 'SKIP', day: '2027-03-20' });
  expect(receipt.firstDayAffected).toBe('2027-03-20');
  expect(receipt.lines.map(({ day, qtyAfter }) => [day, qtyAfter])).toEqual([
    ['2027-03-20', 0],
    ['2027-03-20', 0],
  ]);
  expect(receipt.monthAfter).toBe(receipt.monthBefore);
});

test('S12: the same request with its key gets the same receipt, and the change is made once', async () => {
  const actor = await dairy.addHousehold('Uagain');
  const { subscriptionId } = await begin(actor);
  const token = await tokenOf(dairy, actor);
  const patch = (body: object) =>
    request(dairy, 'order', ['PATCH', '/order/subscription'], {
      token,
      body: { subscriptionId, ...body },
      headers: { 'idempotency-key': 'pause-1' },
    });
  const pause = { action: 'PAUSE', from: '2027-01-10', to: '2027-01-12' };
  const [first, second] = [await patch(pause), await patch(pause)];
  expect(first.statusCode).toBe(200);
  expect(JSON.parse(second.text)).toEqual(JSON.parse(first.text));
  expect(JSON.parse(first.text).receipt.receiptId).toMatch(/^RC/);
  const { rows } = await dairy.world.store.query(Receipts, { hash: subscriptionId });
  expect(rows.map(({ action }) => action)).toEqual(['SUBSCRIBE', 'PAUSE']);
  expect((await patch({ ...pause, to: '2027-01-13' })).statusCode).toBe(422);
});

test('S12: this month’s cost is what the runs have charged and what they will, to the paisa, and a cancelled order is none of it', async () => {
  const actor = await dairy.addHousehold('Ubill');
  const { subscriptionId } = await begin(actor);
  await runUntil('2027-01-12', '2027-01-08');
  const { rows } = await dairy.world.store.query(Orders, { index: 'byUser', hash: actor.userId });
  expect(rows).toHaveLength(5);
  await dairy.call('order', 'cancelOrder', { orderId: rows[1]?.orderId, reason: 'DESK' }, dairy.admin);
  const skip = await change(actor, subscriptionId, { action: 'SKIP', day: '2027-01-20' });
  expect(skip.receipt).toMatchObject({ monthBefore: 23 * 140, monthAfter: 22 * 140 });
  const curd = [{ productId: 'P201', qty: 2 }];
  await change(actor, subscriptionId, { action: 'ADD_ONE_OFF', day: '2027-01-17', items: curd });
  const last = await change(actor, subscriptionId, { action: 'PAUSE', from: '2027-01-25', to: '2027-01-28' });
  expect(last.receipt.monthAfter).toBe(22 * 140 + 80 - 4 * 140);
  await runUntil('2027-02-02', '2027-01-13');
  const all = await dairy.world.store.query(Orders, { index: 'byUser', hash: actor.userId });
  const january = all.rows.filter(
    ({ deliveryDay, status }) => deliveryDay.startsWith('2027-01') && status !== 'CANCELLED',
  );
  expect(january.reduce((sum, { amount }) => sum + amount, 0)).toBe(last.receipt.monthAfter * 100);
  // In the new month nothing of the old one counts.
  const next = await change(actor, subscriptionId, { action: 'SKIP', day: '2027-02-10' });
  expect(next.receipt).toMatchObject({ monthBefore: 28 * 140, monthAfter: 27 * 140 });
});

test('S12: promo credit that an order has set aside is none of this month’s cost, before its stop as after it', async () => {
  const actor = await dairy.addHousehold('Udiscount');
  const { subscriptionId } = await begin(actor, { startDate: '2027-02-06' });
  const grant = { userId: actor.userId, amount: 100, reason: 'Sorry' };
  await dairy.call('payment', 'grantPromo', grant, dairy.admin);
  await runUntil('2027-02-07', '2027-02-03');
  const { receipt } = await change(actor, subscriptionId, { action: 'SKIP', day: '2027-02-20' });
  expect(receipt).toMatchObject({ monthBefore: 23 * 140 - 100, monthAfter: 22 * 140 - 100 });
});

test('I14: each day of a standing order that moves to a slot with another cutoff, and back, comes once', async () => {
  dairy.clock.set('2027-03-01T04:30:00.000Z');
  const window = { from: '07:00', to: '10:00', capacity: null };
  const slots = [
    { ...window, slotId: 'MORNING', cutoffTime: '22:00', cutoffDaysBefore: 1 },
    { ...window, slotId: 'BAKERY', cutoffTime: '06:00', cutoffDaysBefore: 3 },
  ];
  await dairy.call('admin', 'updateSettings', { slots, cutoffs: [] }, dairy.admin);
  const actor = await dairy.addHousehold('Umoves');
  const { subscriptionId } = await begin(actor, { startDate: '2027-03-03' });
  const moves: Record<string, object> = {
    '2027-03-02': { action: 'CHANGE', slot: 'BAKERY' },
    '2027-03-07': { action: 'SKIP', day: '2027-03-12' },
    '2027-03-09': { action: 'CHANGE', slot: 'MORNING' },
  };
  const runs = ['00:30:06', '16:30:06'];
  for (const today of daysBetween('2027-03-01', '2027-03-16')) {
    for (const time of runs) {
      dairy.clock.set(`${today}T${time}.000Z`);
      await dairy.handlerOf('order')(timerEvent('runOrders'));
    }
    const wanted = moves[today];
    if (wanted) expect(await change(actor, subscriptionId, wanted)).toHaveProperty('receipt');
  }
  const { rows } = await dairy.world.store.query(Orders, { index: 'byUser', hash: actor.userId });
  const came = rows.map(({ deliveryDay }) => deliveryDay).sort();
  const expected = daysBetween('2027-03-03', '2027-03-17').filter((day) => day !== '2027-03-12');
  expect(came).toEqual(expected);
  const slotsOf = new Set(rows.map(({ slotId }) => slotId));
  expect(slotsOf).toEqual(new Set(['MORNING', 'BAKERY']));
});
