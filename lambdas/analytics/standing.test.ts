import { afterAll, beforeAll, expect, test } from 'vitest';
import { subscriptionsOf } from '#lambdas/order/models/householdSubscriptions.ts';
import { checkInvariants } from '#runtime/invariants.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { timerEvent } from '#runtime/testEvents.ts';
import { addDays, type Day, dayOf, daysBetween } from '#shared/domain/day.ts';
import { hash32 } from '#shared/domain/shard.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { firstDaysOf } from './firstDeliveries.ts';
import { AnalyticsEvents, eachEventOf } from './models/AnalyticsEvent.ts';
import { FirstDeliveries } from './models/FirstDelivery.ts';
import { type RecurringRow, recurringReport } from './rules/recurring.ts';
import { dayFinder, type Logged } from './rules/report.ts';
import { type RetentionRow, retentionReport } from './rules/retention.ts';
import { type SubscriptionsRow, subscriptionsReport } from './rules/subscriptions.ts';

/** Three weeks of a small dairy from Monday, 4 January: every household gets two bottles (100) a day at the door. */
const FIRST = '2027-01-04';
const LAST = '2027-01-24';
/** What the subscriptions' rows said at the end of each day. */
const rowsSaid = new Map<Day, { active: number; paused: number; begun: number; lost: number }>();

let dairy: TestDairy;
let households: Actor[];
beforeAll(async () => {
  dairy = await testDairy();
  households = await Promise.all(
    ['Uanu', 'Ubina', 'Uchitra', 'Udev'].map((userId) => dairy.addHousehold(userId)),
  );
  await dairy.call('admin', 'restockProduct', { productId: 'P101', qty: 900 }, dairy.admin);
  for (const day of daysBetween(FIRST, LAST)) await live(day);
}, 120_000);
afterAll(() => dairy?.close());

const ids = new Map<string, string>();
const of = (name: number) => households[name] as Actor;

async function begin(name: number, startDate: Day, more: object = {}) {
  const made = await dairy.call<{ subscriptionId: string }>(
    'order',
    'subscribeOrder',
    {
      items: [{ productId: 'P101', qty: 2 }],
      schedule: { type: 'DAILY' },
      startDate,
      slot: 'MORNING',
      paymentMethod: 'COD',
      ...more,
    },
    of(name),
  );
  ids.set(of(name).userId, made.subscriptionId);
}
const change = (name: number, input: object) =>
  dairy.call('order', 'changeSubscription', { subscriptionId: ids.get(of(name).userId), ...input }, of(name));

/** What households do at ten o'clock of a day. */
const plans: Record<Day, () => Promise<unknown>> = {
  '2027-01-04': () => begin(0, '2027-01-06'),
  '2027-01-05': () => begin(1, '2027-01-07', { endDate: '2027-01-15' }),
  '2027-01-10': () => change(0, { action: 'PAUSE', from: '2027-01-12', to: '2027-01-14' }),
  '2027-01-11': () => begin(2, '2027-01-13'),
  '2027-01-18': () => change(2, { action: 'CANCEL' }),
  '2027-01-19': () => begin(3, '2027-01-25'),
};

async function live(day: Day) {
  const at = (time: string) => dairy.clock.set(`${day}T${time}.000Z`);
  const timer = (name: string) => dairy.handlerOf('order')(timerEvent(name));
  // The dairy's day begins at 18:30 UTC of the day before.
  dairy.clock.set(`${addDays(day, -1)}T18:30:10.000Z`);
  await timer('followSubscriptions');
  await timer('recordFigures');
  at('02:00:00');
  await deliver(day);
  at('04:30:00');
  await plans[day]?.();
  at('16:30:06');
  await timer('runOrders');
  await timer('followSubscriptions');
  await dairy.settle();
  const rows = await subscriptions();
  const has = (status: string) => rows.filter((row) => row.status === status).length;
  const lost = has('CANCELLED');
  rowsSaid.set(day, { active: has('ACTIVE'), paused: has('PAUSED'), begun: rows.length, lost });
}

async function deliver(day: Day) {
  const orders = await Promise.all(
    households.map((actor) =>
      dairy.call<{ deliveryDay: string; status: string; deliveryId: string }[]>(
        'order',
        'listOrders',
        { limit: 5 },
        actor,
      ),
    ),
  );
  const due = orders
    .flat()
    .filter(({ deliveryDay, status }) => deliveryDay === day && status === 'CONFIRMED');
  for (const { deliveryId } of due) {
    await dairy.move(deliveryId, 'PICKED_UP');
    await dairy.move(deliveryId, 'IN_TRANSIT');
    await dairy.move(deliveryId, 'DELIVERED', { cashCollected: 100 });
  }
  await dairy.settle();
}

async function subscriptions() {
  return (await Promise.all(households.map(({ userId }) => subscriptionsOf(dairy.world, userId)))).flat();
}

const report = <R>(type: string, more: object = {}) =>
  dairy.call<R[]>('analytics', 'generateReport', { type, from: FIRST, to: LAST, ...more }, dairy.admin);

test('Each day says how many standing orders were active, paused, new and lost, as their rows did (I22)', async () => {
  const told = await report<SubscriptionsRow>('subscriptions');
  let before = { begun: 0, lost: 0 };
  const expected = [...rowsSaid].map(([day, said]) => {
    const row = {
      day,
      active: said.active,
      paused: said.paused,
      new: said.begun - before.begun,
      lost: said.lost - before.lost,
    };
    before = said;
    return row;
  });
  expect(told).toEqual(expected);
  expect(
    told.map(({ new: begun, lost }) => [begun, lost]).filter(([a = 0, b = 0]) => a + b > 0),
  ).toHaveLength(6);
  expect(told.some(({ paused }) => paused > 0)).toBe(true);
});

test('A report of later days says the same as one from the beginning, because each day was counted', async () => {
  const whole = await report<SubscriptionsRow>('subscriptions');
  for (const from of ['2027-01-12', '2027-01-15', '2027-01-24']) {
    expect(await report('subscriptions', { from })).toEqual(whole.filter(({ day }) => day >= from));
  }
});

test('A week says how it ended, and all that began and was lost in it', async () => {
  expect(await report('subscriptions', { by: 'week' })).toEqual([
    { day: '2027-01-04', active: 1, paused: 1, new: 2, lost: 0 },
    { day: '2027-01-11', active: 2, paused: 0, new: 1, lost: 1 },
    { day: '2027-01-18', active: 2, paused: 0, new: 1, lost: 1 },
  ]);
});

test('What standing orders bring in a month is recorded day by day, from the calendar’s own reckoning', async () => {
  const rows = new Map((await report<RecurringRow>('recurring')).map((row) => [row.day, row]));
  expect(rows.size).toBe(21);
  expect(rows.get('2027-01-04')).toMatchObject({ households: 0, next30Days: 0 });
  // From the 6th until 3 February: 29 days.
  expect(rows.get('2027-01-05')).toMatchObject({ households: 1, active: 1, next30Days: 2900 });
  // The second one from the 7th until the 15th: 9 days.
  expect(rows.get('2027-01-06')).toMatchObject({ households: 2, active: 2, next30Days: 3000 + 900 });
  const last = rows.get('2027-01-24');
  expect(last).toMatchObject({ active: 2, households: 2, next30Days: 3000 + 2900 });
});

test('Of those first delivered to in a week, each later week says how many still were', async () => {
  const rows = await report<RetentionRow>('retention');
  expect(
    rows.map(({ cohort, week, households: all, retained, share }) => [cohort, week, all, retained, share]),
  ).toEqual([
    ['2027-01-04', 0, 2, 2, 1],
    ['2027-01-04', 1, 2, 2, 1],
    ['2027-01-04', 2, 2, 1, 0.5],
    ['2027-01-11', 0, 1, 1, 1],
    ['2027-01-11', 1, 1, 1, 1],
  ]);
  // Later weeks alone name no household new that is not.
  expect((await report<RetentionRow>('retention', { from: '2027-01-18' })).length).toBe(0);
  const first = await dairy.world.store.get(FirstDeliveries, { userId: of(0).userId });
  expect(first?.day).toBe('2027-01-06');
});

test('Events that come twice and in any order make the same reports', async () => {
  const days = daysBetween(addDays(FIRST, -1), addDays(LAST, 1));
  const kept: Logged[] = [];
  await eachEventOf(dairy.world.store, days, (event) => kept.push(event));
  const mixed = [...kept.sort((a, b) => (hash32(a.eventId) < hash32(b.eventId) ? -1 : 1)), ...kept.reverse()];
  const dayAt = dayFinder(FIRST, LAST, 'Asia/Kolkata');
  const subscribed = subscriptionsReport(daysBetween(FIRST, LAST), 'Asia/Kolkata');
  const recurring = recurringReport(FIRST, LAST);
  const retention = retentionReport(dayAt, [FIRST, '2027-01-18']);
  for (const event of mixed) for (const one of [subscribed, recurring, retention]) one.take(event);
  for (const [userId, day] of await firstDaysOf(dairy.world, retention.households()))
    retention.learn(userId, day);
  expect(subscribed.rows()).toEqual(await report('subscriptions'));
  expect(recurring.rows()).toEqual(await report('recurring'));
  expect(retention.rows()).toEqual(await report('retention'));
});

test('Reports come as CSV too', async () => {
  const csv = await dairy.call<string>(
    'analytics',
    'generateReport',
    { type: 'subscriptions', from: LAST, to: LAST, format: 'csv' },
    dairy.admin,
  );
  expect(csv.split('\r\n').slice(0, 2)).toEqual(['day,active,paused,new,lost', '2027-01-24,2,0,0,0']);
});

test('A day that is counted again, also after a crash, is in the log once for each shard', async () => {
  const day = dayOf(dairy.clock.now(), 'Asia/Kolkata');
  await dairy.handlerOf('order')(timerEvent('recordFigures'));
  await dairy.settle();
  const keys = [0, 1, 2, 3].map((shard) => `${day}#${shard}`);
  const kept = await dairy.world.store.queryAll(AnalyticsEvents, undefined, keys);
  expect(kept.filter(({ eventType }) => eventType === 'STANDING_COUNTED')).toHaveLength(4);
});

test('After three weeks the books and reports agree', async () => {
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});
