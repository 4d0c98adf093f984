import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { timerEvent } from '#runtime/testEvents.ts';
import { Orders } from './models/Order.ts';

/** Bread is ordered until noon, milk until ten in the evening: between the two a day is locked in part (S1, S12). */
const NOON = '2027-01-05T06:30:00.000Z';
const EVENING = '2027-01-05T14:30:00.000Z';
const CUTOFF = '2027-01-05T16:30:00.000Z';

interface Answer extends Refusal {
  subscriptionId: string;
  endDate?: string;
  receipt: {
    firstDayAffected: string;
    cutoffAt: string;
    monthBefore: number;
    monthAfter: number;
    lines: object[];
    firstDays: object[];
    stays?: object[];
  };
}

let dairy: TestDairy;
let subscriptionId: string;
beforeEach(async () => {
  dairy = await testDairy();
  await dairy.addProduct({ productId: 'P201', name: 'Bread', price: 40, stock: 50, category: 'Bakery' });
  const cutoffs = [{ productId: 'P201', cutoffTime: '12:00', cutoffDaysBefore: 1 }];
  await dairy.call('admin', 'updateSettings', { cutoffs }, dairy.admin);
  const wish = {
    items: [
      { productId: 'P101', qty: 2 },
      { productId: 'P201', qty: 1 },
    ],
    schedule: { type: 'DAILY' },
    startDate: '2027-01-06',
    slot: 'MORNING',
    paymentMethod: 'COD',
  };
  ({ subscriptionId } = await dairy.call<Answer>('order', 'subscribeOrder', wish, dairy.household));
  dairy.clock.set(EVENING);
});
afterEach(() => dairy?.close());

const ask = (change: object) =>
  dairy.call<Answer>('order', 'changeSubscription', { subscriptionId, ...change }, dairy.household);
async function calendar(from: string, to: string) {
  const days = await dairy.call<
    { day: string; amount: number; lines: { productId: string; qty: number; status: string }[] }[]
  >('order', 'viewCalendar', { from, to }, dairy.household);
  return Object.fromEntries(
    days.map(({ day, lines, amount }) => [
      day,
      [...lines.map((line) => `${line.productId} ${line.qty} ${line.status}`), amount],
    ]),
  );
}
async function ran(at: string) {
  dairy.clock.set(at);
  await dairy.handlerOf('order')(timerEvent('runOrders'));
  await dairy.settle();
  const { rows } = await dairy.world.store.query(Orders, { index: 'byUser', hash: 'U101' });
  return rows.map(({ deliveryDay, items }) => [
    deliveryDay,
    ...items.map(({ productId, qty }) => `${productId} ${qty}`),
  ]);
}

test('Who skips tomorrow in the evening gets the bread that is baked and not the milk, and the receipt and the calendar say so', async () => {
  const { receipt } = await ask({ action: 'SKIP', day: '2027-01-06' });
  expect(receipt).toMatchObject({
    firstDayAffected: '2027-01-06',
    cutoffAt: CUTOFF,
    monthBefore: 26 * 140,
    monthAfter: 26 * 140 - 100,
    lines: [{ day: '2027-01-06', productId: 'P101', qtyBefore: 2, qtyAfter: 0, locksAt: CUTOFF }],
    firstDays: [{ productId: 'P101', day: '2027-01-06', locksAt: CUTOFF }],
    stays: [{ day: '2027-01-06', productId: 'P201', qty: 1, locksAt: NOON }],
  });
  expect(await calendar('2027-01-06', '2027-01-07')).toEqual({
    '2027-01-06': ['P101 2 SKIPPED', 'P201 1 LOCKED', 40],
    '2027-01-07': ['P101 2 PLANNED', 'P201 1 PLANNED', 140],
  });
  const simulated = await dairy.call<{ digest: string }>(
    'admin',
    'simulateRun',
    { day: '2027-01-06' },
    dairy.admin,
  );
  expect(simulated).toMatchObject({ due: 1, orders: 1, amount: 40 });
  expect(await ran('2027-01-05T16:30:06.000Z')).toEqual([['2027-01-06', 'P201 1']]);
  expect(await dairy.call('admin', 'runDay', { day: '2027-01-06' }, dairy.admin)).toMatchObject({
    digest: simulated.digest,
  });
  expect(await calendar('2027-01-06', '2027-01-06')).toEqual({
    '2027-01-06': ['P101 2 SKIPPED', 'P201 1 ORDERED', 40],
  });
  expect(await ran('2027-01-06T16:30:06.000Z')).toEqual([
    ['2027-01-06', 'P201 1'],
    ['2027-01-07', 'P101 2', 'P201 1'],
  ]);
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('Once nothing of a day is open it is refused, and the first day that is is named; before noon all of it is skipped', async () => {
  dairy.clock.set(CUTOFF);
  expect(await ask({ action: 'SKIP', day: '2027-01-06' })).toMatchObject({
    status: 409,
    code: 'PAST_CUTOFF',
    firstDay: '2027-01-07',
  });
  dairy.clock.set('2027-01-06T06:29:59.999Z');
  const { receipt } = await ask({ action: 'SKIP', day: '2027-01-07' });
  expect(receipt.stays).toBeUndefined();
  expect(receipt.firstDays).toHaveLength(2);
});

test('A new quantity from tomorrow on is there tomorrow for milk and the day after for bread, each told with its lock', async () => {
  const items = [
    { productId: 'P101', qty: 3 },
    { productId: 'P201', qty: 4 },
  ];
  const { receipt } = await ask({ action: 'CHANGE', items });
  expect(receipt).toMatchObject({
    firstDayAffected: '2027-01-06',
    firstDays: [
      { productId: 'P101', day: '2027-01-06', locksAt: CUTOFF },
      { productId: 'P201', day: '2027-01-07', locksAt: '2027-01-06T06:30:00.000Z' },
    ],
    stays: [{ day: '2027-01-06', productId: 'P201', qty: 1 }],
  });
  await ran('2027-01-05T16:30:06.000Z');
  expect(await ran('2027-01-06T16:30:06.000Z')).toEqual([
    ['2027-01-06', 'P101 3', 'P201 1'],
    ['2027-01-07', 'P101 3', 'P201 4'],
  ]);
});

test('An order that ends in the evening ends with the bread that is baked, and nothing is left of it after that', async () => {
  const ended = await ask({ action: 'CANCEL' });
  expect(ended).toMatchObject({ status: 'ACTIVE', endDate: '2027-01-06' });
  expect(ended.receipt).toMatchObject({
    firstDayAffected: '2027-01-06',
    monthAfter: 40,
    firstDays: [
      { productId: 'P101', day: '2027-01-06' },
      { productId: 'P201', day: '2027-01-07' },
    ],
    stays: [{ day: '2027-01-06', productId: 'P201', qty: 1 }],
  });
  expect(await ran('2027-01-05T16:30:06.000Z')).toEqual([['2027-01-06', 'P201 1']]);
  dairy.clock.set('2027-01-06T16:30:06.000Z');
  await dairy.handlerOf('order')(timerEvent('followSubscriptions'));
  expect(await ran('2027-01-07T16:30:06.000Z')).toEqual([['2027-01-06', 'P201 1']]);
  const [shown] = await dairy.call<object[]>('order', 'listSubscriptions', { limit: 5 }, dairy.household);
  expect(shown).toMatchObject({ status: 'CANCELLED', endReason: 'CANCELLED' });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('A pause and its return in one evening leave the bread as it is and bring the milk back', async () => {
  await ask({ action: 'PAUSE' });
  expect(await calendar('2027-01-06', '2027-01-07')).toEqual({
    '2027-01-06': ['P101 2 PAUSED', 'P201 1 LOCKED', 40],
    '2027-01-07': ['P101 2 PAUSED', 'P201 1 PAUSED', 0],
  });
  const { receipt } = await ask({ action: 'RESUME' });
  expect(receipt.stays).toBeUndefined();
  expect(await calendar('2027-01-06', '2027-01-07')).toEqual({
    '2027-01-06': ['P101 2 PLANNED', 'P201 1 LOCKED', 140],
    '2027-01-07': ['P101 2 PLANNED', 'P201 1 PLANNED', 140],
  });
});

test('What stayed stays through another change of that evening, which says so as well, and cannot be added to', async () => {
  await ask({ action: 'SKIP', day: '2027-01-06' });
  const stays = [{ day: '2027-01-06', productId: 'P201', qty: 1, locksAt: NOON }];
  expect((await ask({ action: 'PAUSE', from: '2027-01-06' })).receipt).toMatchObject({ stays });
  expect((await ask({ action: 'RESUME', from: '2027-01-06' })).receipt).toMatchObject({ stays });
  expect(
    await ask({ action: 'ADD_ONE_OFF', day: '2027-01-06', items: [{ productId: 'P201', qty: 1 }] }),
  ).toMatchObject({ code: 'PAST_CUTOFF' });
  expect((await ask({ action: 'UNSKIP', day: '2027-01-06' })).receipt.stays).toBeUndefined();
  expect(await ran('2027-01-05T16:30:06.000Z')).toEqual([['2027-01-06', 'P101 2', 'P201 1']]);
});

test('What is added to a day comes whole or is refused: milk in the evening, bread not any more', async () => {
  const one = (productId: string) => [{ productId, qty: 1 }];
  expect(await ask({ action: 'ADD_ONE_OFF', day: '2027-01-06', items: one('P101') })).toHaveProperty(
    'receipt',
  );
  expect(
    await ask({ action: 'ADD_ONE_OFF', day: '2027-01-06', items: [...one('P101'), ...one('P201')] }),
  ).toMatchObject({ code: 'PAST_CUTOFF', firstDay: '2027-01-07' });
  expect(await ran('2027-01-05T16:30:06.000Z')).toEqual([['2027-01-06', 'P101 3', 'P201 1']]);
});
