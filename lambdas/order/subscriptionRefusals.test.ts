import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Balances, balanceKey } from '#lambdas/payment/models/Ledger.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { put } from '#shared/data/write.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { Subscriptions } from './models/Subscription.ts';

/** What a household may not ask of a standing order, and the code it is refused with. Nothing is changed by any. */
let dairy: TestDairy;
let household: Actor;
let count = 0;
beforeAll(async () => {
  dairy = await testDairy();
  await dairy.addProduct({ productId: 'P201', name: 'Bread', price: 40, stock: 500, category: 'Bakery' });
  await dairy.addProduct({ productId: 'P202', name: 'Old Bread', price: 20, stock: 5, category: 'Bakery' });
  await dairy.call('admin', 'updateProduct', { productId: 'P202', active: false }, dairy.admin);
});
afterAll(() => dairy?.close());
beforeEach(async () => {
  household = await dairy.addHousehold(`Uref${++count}`);
});

const item = { productId: 'P101', qty: 2 };
const daily = {
  items: [item],
  schedule: { type: 'DAILY' },
  startDate: '2027-01-06',
  slot: 'MORNING',
  paymentMethod: 'COD',
};
type Answer = Refusal & { subscriptionId: string; receipt: { through: string } };
const subscribe = (input: object = {}, actor = household) =>
  dairy.call<Answer>('order', 'subscribeOrder', { ...daily, ...input }, actor);
const change = (subscriptionId: string, input: object, actor = household) =>
  dairy.call<Answer>('order', 'changeSubscription', { subscriptionId, ...input }, actor);
const rowOf = (subscriptionId: string) => dairy.world.store.get(Subscriptions, { subscriptionId });
const everyWeekday = { MON: 0, TUE: 0, WED: 0, THU: 0, FRI: 0, SAT: 0, SUN: 0 };
const many = (number: number) => Array.from({ length: number }, (_, i) => ({ productId: `P9${i}`, qty: 1 }));

test.for<[string, object, string, string | undefined]>([
  ['a day no calendar has', { startDate: '2027-02-30' }, 'INVALID_INPUT', '/startDate'],
  ['29 February of a common year', { startDate: '2027-02-29' }, 'INVALID_INPUT', '/startDate'],
  ['an end no calendar has', { endDate: '2027-13-01' }, 'INVALID_INPUT', '/endDate'],
  ['an end before the start', { endDate: '2027-01-05' }, 'INVALID_INPUT', '/endDate'],
  ['a start in the past', { startDate: '2026-12-01' }, 'PAST_CUTOFF', '/startDate'],
  ['a start today, which has locked', { startDate: '2027-01-04' }, 'PAST_CUTOFF', '/startDate'],
  ['a start years ahead', { startDate: '2031-01-06' }, 'INVALID_INPUT', '/startDate'],
  ['no products', { items: [] }, 'INVALID_INPUT', '/items'],
  ['too many products', { items: many(51) }, 'TOO_MANY_LINES', '/items'],
  [
    'a product that is not sold',
    { items: [{ productId: 'P999', qty: 1 }] },
    'PRODUCT_UNKNOWN',
    '/items/0/productId',
  ],
  [
    'one not sold any more',
    { items: [item, { productId: 'P202', qty: 1 }] },
    'PRODUCT_UNKNOWN',
    '/items/1/productId',
  ],
  ['a product twice', { items: [item, item] }, 'INVALID_INPUT', '/items/1/productId'],
  ['no pieces', { items: [{ ...item, qty: 0 }] }, 'INVALID_INPUT', '/items/0/qty'],
  ['too many pieces', { items: [{ ...item, qty: 1_001 }] }, 'INVALID_INPUT', '/items/0/qty'],
  ['half a piece', { items: [{ ...item, qty: 1.5 }] }, 'INVALID_INPUT', '/items/0/qty'],
  ['endless pieces', { items: [{ ...item, qty: 1e308 }] }, 'INVALID_INPUT', '/items/0/qty'],
  [
    'pieces below nought of a weekday',
    { items: [{ ...item, qtyByWeekday: { MON: -1 } }] },
    'INVALID_INPUT',
    '/items/0/qtyByWeekday/MON',
  ],
  [
    'every weekday left out',
    { items: [{ ...item, qtyByWeekday: everyWeekday }] },
    'INVALID_INPUT',
    '/items/0/qtyByWeekday',
  ],
  ['a weekday of no week', { items: [{ ...item, qtyByWeekday: { FUNDAY: 1 } }] }, 'INVALID_INPUT', undefined],
  ['no schedule', { schedule: {} }, 'INVALID_INPUT', '/schedule/type'],
  ['a schedule of no kind', { schedule: { type: 'HOURLY' } }, 'INVALID_INPUT', '/schedule/type'],
  ['no weekdays', { schedule: { type: 'WEEKDAYS', days: [] } }, 'INVALID_INPUT', '/schedule/days'],
  [
    'a weekday twice',
    { schedule: { type: 'WEEKDAYS', days: ['MON', 'MON'] } },
    'INVALID_INPUT',
    '/schedule/days',
  ],
  ['every nought days', { schedule: { type: 'EVERY_N_DAYS', n: 0 } }, 'INVALID_INPUT', '/schedule/n'],
  ['every 1,000 days', { schedule: { type: 'EVERY_N_DAYS', n: 1_000 } }, 'INVALID_INPUT', '/schedule/n'],
  [
    'no days of the month',
    { schedule: { type: 'MONTHLY', daysOfMonth: [] } },
    'INVALID_INPUT',
    '/schedule/daysOfMonth',
  ],
  [
    'the 32nd',
    { schedule: { type: 'MONTHLY', daysOfMonth: [32] } },
    'INVALID_INPUT',
    '/schedule/daysOfMonth/0',
  ],
  [
    'a day of the month twice',
    { schedule: { type: 'MONTHLY', daysOfMonth: [1, 1] } },
    'INVALID_INPUT',
    '/schedule/daysOfMonth',
  ],
  [
    'days that its end keeps from coming',
    { schedule: { type: 'MONTHLY', daysOfMonth: [1] }, endDate: '2027-01-20' },
    'INVALID_INPUT',
    '/schedule',
  ],
  [
    'only weekdays without pieces',
    { schedule: { type: 'WEEKDAYS', days: ['MON'] }, items: [{ ...item, qtyByWeekday: { MON: 0 } }] },
    'INVALID_INPUT',
    '/schedule',
  ],
  ['a slot the dairy has not', { slot: 'NOON' }, 'SLOT_NOT_OFFERED', '/slot'],
  ['a slot without a name', { slot: '  ' }, 'INVALID_INPUT', '/slot'],
  ['a payment of no kind', { paymentMethod: 'BARTER' }, 'INVALID_INPUT', '/paymentMethod'],
  ['paying afterwards without a limit', { paymentMethod: 'ACCOUNT' }, 'METHOD_UNAVAILABLE', '/paymentMethod'],
  ['a field there is not', { discount: 50 }, 'INVALID_INPUT', '/discount'],
  ['a prototype', JSON.parse('{"__proto__":{"slot":"MORNING"}}'), 'INVALID_INPUT', undefined],
  ['half a character', { slot: '\ud800' }, 'INVALID_INPUT', '/slot'],
])('A standing order with %s is refused', async ([, input, code, pointer]) => {
  const refused = await subscribe(input);
  expect(refused).toMatchObject({ code, ...(pointer ? { errors: [{ pointer }] } : {}) });
  expect(refused.status).toBe(code === 'PAST_CUTOFF' ? 409 : 422);
  expect(await dairy.call('order', 'listSubscriptions', {}, household)).toEqual([]);
});

test.for<[string, object, string]>([
  ['a day no calendar has', { action: 'SKIP', day: '2027-02-30' }, 'INVALID_INPUT'],
  ['a day in the past', { action: 'SKIP', day: '2026-12-01' }, 'PAST_CUTOFF'],
  ['an unskip of a day in the past', { action: 'UNSKIP', day: '2026-12-01' }, 'PAST_CUTOFF'],
  ['a day that is not skipped', { action: 'UNSKIP', day: '2027-01-08' }, 'NOTHING_PLANNED'],
  ['a skip of a day before it begins', { action: 'SKIP', day: '2027-01-05' }, 'NOTHING_PLANNED'],
  ['a day years ahead', { action: 'SKIP', day: '2099-01-01' }, 'INVALID_INPUT'],
  ['no day', { action: 'SKIP' }, 'INVALID_INPUT'],
  ['fields of another action', { action: 'SKIP', day: '2027-01-08', items: [item] }, 'INVALID_INPUT'],
  ['an action there is not', { action: 'DOUBLE', day: '2027-01-08' }, 'INVALID_INPUT'],
  ['no action', { day: '2027-01-08' }, 'INVALID_INPUT'],
  [
    'a pause that ends before it begins',
    { action: 'PAUSE', from: '2027-01-09', to: '2027-01-08' },
    'INVALID_INPUT',
  ],
  ['a pause from the past on', { action: 'PAUSE', from: '2026-12-31', to: '2027-01-08' }, 'PAST_CUTOFF'],
  ['a pause for ages', { action: 'PAUSE', from: '2027-01-08', to: '9999-12-31' }, 'INVALID_INPUT'],
  ['a pause of what it does not bring', { action: 'PAUSE', productIds: ['P201'] }, 'PRODUCT_UNKNOWN'],
  ['a pause of nothing', { action: 'PAUSE', productIds: [] }, 'INVALID_INPUT'],
  ['a return though nothing is paused', { action: 'RESUME' }, 'NOTHING_PLANNED'],
  ['a change of nothing', { action: 'CHANGE', from: '2027-01-08' }, 'INVALID_INPUT'],
  [
    'a change to what is not sold',
    { action: 'CHANGE', items: [{ productId: 'P202', qty: 1 }] },
    'PRODUCT_UNKNOWN',
  ],
  ['a change to too many products', { action: 'CHANGE', items: many(51) }, 'TOO_MANY_LINES'],
  ['a change to a slot there is not', { action: 'CHANGE', slot: 'NOON' }, 'SLOT_NOT_OFFERED'],
  ['a change to paying afterwards', { action: 'CHANGE', paymentMethod: 'ACCOUNT' }, 'METHOD_UNAVAILABLE'],
  [
    'a change after which nothing comes',
    {
      action: 'CHANGE',
      schedule: { type: 'WEEKDAYS', days: ['MON'] },
      items: [{ ...item, qtyByWeekday: { MON: 0 } }],
    },
    'INVALID_INPUT',
  ],
  ['a one-off of nothing', { action: 'ADD_ONE_OFF', day: '2027-01-08', items: [] }, 'INVALID_INPUT'],
  [
    'a one-off of what is not sold',
    { action: 'ADD_ONE_OFF', day: '2027-01-08', items: [{ productId: 'P999', qty: 1 }] },
    'PRODUCT_UNKNOWN',
  ],
  [
    'a one-off beyond the days that can be ordered for',
    { action: 'ADD_ONE_OFF', day: '2027-02-04', items: [item] },
    'SLOT_NOT_OFFERED',
  ],
  [
    'a one-off of too many pieces with those that stand',
    { action: 'ADD_ONE_OFF', day: '2027-01-08', items: [{ ...item, qty: 999 }] },
    'INVALID_INPUT',
  ],
  [
    'a one-off of too many products',
    { action: 'ADD_ONE_OFF', day: '2027-01-08', items: many(51) },
    'TOO_MANY_LINES',
  ],
  [
    'a one-off before it begins',
    { action: 'ADD_ONE_OFF', day: '2027-01-05', items: [item] },
    'SLOT_NOT_OFFERED',
  ],
])('A change with %s is refused, and the standing order stays as it was', async ([, input, code]) => {
  const { subscriptionId } = await subscribe();
  const before = await rowOf(subscriptionId);
  const refused = await change(subscriptionId, input);
  expect(refused.code).toBe(code);
  expect(refused.status).toBe(['PAST_CUTOFF', 'NOTHING_PLANNED'].includes(code) ? 409 : 422);
  if (code === 'PAST_CUTOFF') expect(refused.firstDay).toMatch(/^2027-01-0/);
  expect(await rowOf(subscriptionId)).toEqual(before);
});

test('Nobody sees or changes another household’s standing order, and one that does not exist looks the same', async () => {
  const { subscriptionId } = await subscribe();
  const stranger = await dairy.addHousehold(`Uother${count}`);
  for (const id of [subscriptionId, 'S404']) {
    expect(await change(id, { action: 'CANCEL' }, stranger)).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
    expect(await dairy.call('order', 'listReceipts', { subscriptionId: id }, stranger)).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
  }
  for (const name of ['listSubscriptions', 'viewCalendar', 'listReceipts']) {
    expect(await dairy.call('order', name, { userId: household.userId }, stranger)).toMatchObject({
      status: 403,
      code: 'FOREIGN_USER',
    });
  }
});

test('Outside the served postal codes no standing order begins or moves to; inside it does', async () => {
  await dairy.call('admin', 'updateSettings', { servedPincodes: ['560001'] }, dairy.admin);
  const at = (pincode: string) => ({ line1: '1 Lake Road', city: 'Bengaluru', pincode });
  expect(await subscribe({ address: at('110001') })).toMatchObject({ code: 'OUTSIDE_SERVICE_AREA' });
  const { subscriptionId } = await subscribe({ address: at('560001') });
  expect(await change(subscriptionId, { action: 'CHANGE', address: at('110001') })).toMatchObject({
    status: 422,
    code: 'OUTSIDE_SERVICE_AREA',
  });
  expect(await change(subscriptionId, { action: 'CHANGE', address: at('560001') })).toHaveProperty('receipt');
  await dairy.call('admin', 'updateSettings', { servedPincodes: [] }, dairy.admin);
});

test('A household that staff granted a limit may pay afterwards, also by a change', async () => {
  const { subscriptionId } = await subscribe();
  const row = { ...balanceKey(household.userId), creditLimit: 100_000 };
  await dairy.world.store.write(put(Balances, row as never));
  expect(await subscribe({ paymentMethod: 'ACCOUNT' })).toMatchObject({ paymentMethod: 'ACCOUNT' });
  const changed = await change(subscriptionId, { action: 'CHANGE', paymentMethod: 'ACCOUNT' });
  expect((await rowOf(subscriptionId))?.plans.at(-1)?.paymentMethod).toBe('ACCOUNT');
  expect(changed.receipt).toBeDefined();
});

test('The desk begins and changes a standing order for a household on the phone, and it is recorded as such', async () => {
  const made = await subscribe({ userId: household.userId }, dairy.admin);
  expect(made).toMatchObject({
    userId: household.userId,
    placedBy: dairy.admin.userId,
    through: 'DESK',
    receipt: { through: 'DESK', by: dairy.admin.userId },
  });
  const changed = await change(made.subscriptionId, { action: 'CHANGE', slot: 'EVENING' }, dairy.admin);
  expect(changed).toMatchObject({ comingChanges: [], slot: 'EVENING', receipt: { through: 'DESK' } });
  expect(await subscribe({ userId: 'Unobody' }, dairy.admin)).toMatchObject({ status: 404 });
});
