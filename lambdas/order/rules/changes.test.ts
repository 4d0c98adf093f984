import { expect, test } from 'vitest';
import type { Settings } from '#shared/data/settings.ts';
import { Problem } from '#shared/domain/problem.ts';
import type { Subscription } from '../models/Subscription.ts';
import { afterRun } from './afterRun.ts';
import { applyChange, type Change, firstStart } from './changes.ts';
import { linesOf, planFrom, settingsWith, standingOrder } from './testing.ts';

// Monday 10 o'clock in Kolkata: tomorrow, the 5th, is open until 22:00.
const NOW = '2027-01-04T04:30:00.000Z';
const plain = settingsWith();
const milk = () => standingOrder(planFrom('2027-01-05'));

function changed(
  subscription: Subscription,
  change: Change,
  settings: Settings = plain,
  now = NOW,
): Subscription {
  const outcome = applyChange(subscription, change, settings, now);
  if (outcome instanceof Problem) throw outcome;
  return outcome.subscription;
}
function refusal(subscription: Subscription, change: Change, settings: Settings = plain, now = NOW) {
  const outcome = applyChange(subscription, change, settings, now);
  return outcome instanceof Problem
    ? { code: outcome.code, firstDay: outcome.more?.firstDay }
    : { code: 'NONE', firstDay: outcome.from };
}

// Bread is baked three days ahead: at this moment that of the 6th and before has locked, and milk of tomorrow has not.
const bakery = settingsWith({ cutoffs: [{ productId: 'P201', cutoffTime: '12:00', cutoffDaysBefore: 3 }] });
const breakfast = (milks: number, breads: number) => [
  { productId: 'P101', qty: milks },
  ...(breads > 0 ? [{ productId: 'P201', qty: breads }] : []),
];
const both = (some: Partial<Subscription> = {}) =>
  standingOrder(planFrom('2027-01-05', { items: breakfast(2, 1) }), some);
const days = (subscription: Subscription, to = '2027-01-07', settings = bakery) =>
  linesOf(subscription, settings, '2027-01-05', to);

test('S1: what has locked of a day comes all the same, and what has not is skipped, paused, changed or ended', () => {
  const ask = (change: Change, of = both()) => changed(of, change, bakery);
  expect(days(ask({ action: 'SKIP', day: '2027-01-06' }))).toEqual({
    '2027-01-05': ['P101 2', 'P201 1'],
    '2027-01-06': ['P101 2 SKIPPED', 'P201 1'],
    '2027-01-07': ['P101 2', 'P201 1'],
  });
  expect(days(ask({ action: 'PAUSE', to: '2027-01-07' }), '2027-01-08')).toEqual({
    '2027-01-05': ['P101 2 PAUSED', 'P201 1'],
    '2027-01-06': ['P101 2 PAUSED', 'P201 1'],
    '2027-01-07': ['P101 2 PAUSED', 'P201 1 PAUSED'],
    '2027-01-08': ['P101 2', 'P201 1'],
  });
  expect(days(ask({ action: 'CHANGE', from: '2027-01-06', items: breakfast(3, 2) }))).toEqual({
    '2027-01-05': ['P101 2', 'P201 1'],
    '2027-01-06': ['P101 3', 'P201 1'],
    '2027-01-07': ['P101 3', 'P201 2'],
  });
  const milkOnly = standingOrder(planFrom('2027-01-05'));
  expect(days(ask({ action: 'CHANGE', items: breakfast(3, 2) }, milkOnly))).toEqual({
    '2027-01-05': ['P101 3'],
    '2027-01-06': ['P101 3'],
    '2027-01-07': ['P101 3', 'P201 2'],
  });
});

test('S1: an order that ends while something of it has locked ends with that', () => {
  const ended = changed(both(), { action: 'CANCEL' }, bakery);
  expect(ended).toMatchObject({ status: 'ACTIVE', endDay: '2027-01-06', endReason: 'CANCELLED' });
  expect(days(ended, '2027-01-31')).toEqual({
    '2027-01-05': ['P101 2 SKIPPED', 'P201 1'],
    '2027-01-06': ['P101 2 SKIPPED', 'P201 1'],
  });
  // Where nothing has locked it ends at once.
  const one = standingOrder(planFrom('2027-01-05'));
  expect(changed(one, { action: 'CANCEL' }, bakery)).toMatchObject({
    status: 'CANCELLED',
    endDay: '2027-01-04',
  });
});

test('S1: an order that ends with something that has locked brings nothing of what had not been planned when it locked', () => {
  const alternate = { type: 'EVERY_N_DAYS', n: 3 } as const;
  const plan = planFrom('2027-01-05', { items: breakfast(1, 1), schedule: alternate });
  const daily = changed(standingOrder(plan), { action: 'CHANGE', schedule: { type: 'DAILY' } }, bakery);
  expect(days(daily)).toEqual({
    '2027-01-05': ['P101 1', 'P201 1'],
    '2027-01-06': ['P101 1'],
    '2027-01-07': ['P101 1', 'P201 1'],
  });
  const late = changed(daily, { action: 'SKIP', day: '2027-01-07' }, bakery, '2027-01-05T06:00:00.000Z');
  const ended = changed(late, { action: 'CANCEL' }, bakery, '2027-01-05T06:00:00.000Z');
  expect(days(ended)['2027-01-06'] ?? []).not.toContain('P201 1 SKIPPED');
});

test('S1: of a return and of a skip that is taken back, what has locked stays away', () => {
  const skipped = both({ skips: ['2027-01-06'] });
  const back = changed(skipped, { action: 'UNSKIP', day: '2027-01-06' }, bakery);
  expect(days(back)['2027-01-06']).toEqual(['P101 2', 'P201 1 SKIPPED']);
  const paused = both({ pauses: [{ from: '2027-01-05' }] });
  expect(days(changed(paused, { action: 'RESUME' }, bakery))).toEqual({
    '2027-01-05': ['P101 2', 'P201 1 PAUSED'],
    '2027-01-06': ['P101 2', 'P201 1 PAUSED'],
    '2027-01-07': ['P101 2', 'P201 1'],
  });
});

test('S1: what has locked stands as it stood through every later change, also once all of the day has locked', () => {
  const skipped = changed(both(), { action: 'SKIP', day: '2027-01-06' }, bakery);
  const again = changed(skipped, { action: 'UNSKIP', day: '2027-01-06' }, bakery);
  expect(days(again)['2027-01-06']).toEqual(['P101 2', 'P201 1']);
  const more = changed(skipped, { action: 'CHANGE', items: breakfast(1, 5) }, bakery);
  expect(days(more)).toEqual({
    '2027-01-05': ['P101 1', 'P201 1'],
    '2027-01-06': ['P101 1 SKIPPED', 'P201 1'],
    '2027-01-07': ['P101 1', 'P201 5'],
  });
  const late = '2027-01-05T16:30:00.000Z';
  const paused = changed(more, { action: 'PAUSE', from: '2027-01-07' }, bakery, late);
  expect(days(paused, '2027-01-09')).toEqual({
    '2027-01-05': ['P101 1', 'P201 1'],
    '2027-01-06': ['P101 1 SKIPPED', 'P201 1'],
    '2027-01-07': ['P101 1 PAUSED', 'P201 5'],
    '2027-01-08': ['P101 1 PAUSED', 'P201 5'],
    '2027-01-09': ['P101 1 PAUSED', 'P201 5 PAUSED'],
  });
});

test('S1: a change that reaches nothing of its first day is refused, and names the first day it can reach', () => {
  const reaches = (change: Change, of = both(), now = NOW) => refusal(of, change, bakery, now);
  expect(reaches({ action: 'SKIP', day: '2027-01-06' }).code).toBe('NONE');
  expect(reaches({ action: 'CHANGE', from: '2027-01-05', items: breakfast(2, 0) })).toEqual({
    code: 'PAST_CUTOFF',
    firstDay: '2027-01-07',
  });
  expect(reaches({ action: 'PAUSE', from: '2027-01-05', productIds: ['P201'] })).toEqual({
    code: 'PAST_CUTOFF',
    firstDay: '2027-01-07',
  });
  expect(reaches({ action: 'CANCEL' })).toEqual({ code: 'NONE', firstDay: '2027-01-05' });
  const skipped = changed(both(), { action: 'SKIP', day: '2027-01-06' }, bakery);
  expect(reaches({ action: 'SKIP', day: '2027-01-06' }, skipped, '2027-01-05T16:30:00.000Z')).toEqual({
    code: 'PAST_CUTOFF',
    firstDay: '2027-01-07',
  });
});

test('S1: a day comes in one slot: where something of it has locked it does not move, and what is added comes whole or not', () => {
  expect(refusal(both(), { action: 'CHANGE', from: '2027-01-05', slot: 'EVENING' }, bakery)).toEqual({
    code: 'PAST_CUTOFF',
    firstDay: '2027-01-07',
  });
  // Nor does what has locked of days that the change leaves out.
  const monthly = { type: 'MONTHLY' as const, daysOfMonth: [20] };
  const rarer = { action: 'CHANGE', from: '2027-01-05', slot: 'EVENING', schedule: monthly } as const;
  expect(refusal(both(), rarer, bakery)).toEqual({ code: 'PAST_CUTOFF', firstDay: '2027-01-07' });
  expect(days(changed(both(), { ...rarer, slot: undefined }, bakery))).toEqual({
    '2027-01-05': ['P201 1'],
    '2027-01-06': ['P201 1'],
  });
  const items = [
    { productId: 'P101', qty: 1 },
    { productId: 'P201', qty: 1 },
  ];
  expect(refusal(both(), { action: 'ADD_ONE_OFF', day: '2027-01-06', items }, bakery)).toEqual({
    code: 'PAST_CUTOFF',
    firstDay: '2027-01-07',
  });
  const added = changed(
    both(),
    { action: 'ADD_ONE_OFF', day: '2027-01-06', items: items.slice(0, 1) },
    bakery,
  );
  expect(days(added)['2027-01-06']).toEqual(['P101 2', 'P201 1', 'P101 1']);
  // What was added and has locked is not dropped by a skip.
  const bread = both({ oneOffs: [{ day: '2027-01-06', items: items.slice(1) }] });
  const skipped = changed(bread, { action: 'SKIP', day: '2027-01-06' }, bakery);
  expect(days(skipped)['2027-01-06']).toEqual(['P101 2 SKIPPED', 'P201 1', 'P201 1']);
});

test('S1: a date that locks early in between comes as it stood, whatever pauses around it; a day closed since does not', () => {
  const settings = settingsWith({
    cutoffs: [{ date: '2027-01-08', cutoffTime: '09:00', cutoffDaysBefore: 4 }],
  });
  const pause: Change = { action: 'PAUSE', from: '2027-01-06', to: '2027-01-10' };
  const paused = changed(milk(), pause, settings);
  expect(linesOf(paused, settings, '2027-01-07', '2027-01-09')).toEqual({
    '2027-01-07': ['P101 2 PAUSED'],
    '2027-01-08': ['P101 2'],
    '2027-01-09': ['P101 2 PAUSED'],
  });
  const closed = { ...settings, holidays: [{ day: '2027-01-08', name: 'Storm', move: 'DROP' as const }] };
  expect(linesOf(paused, closed, '2027-01-08', '2027-01-08')).toEqual({ '2027-01-08': ['P101 2 HOLIDAY'] });
  expect(refusal(milk(), { ...pause, from: '2027-01-08' }, settings)).toEqual({
    code: 'PAST_CUTOFF',
    firstDay: '2027-01-05',
  });
  const plan = planFrom('2027-01-06');
  expect(firstStart(standingOrder(plan), settings, NOW)).toBe('2027-01-09');
  expect(firstStart(standingOrder({ ...plan, slotId: 'NOON' }), settings, NOW)).toBeUndefined();
});

test('S1: the last moment is the millisecond before the lock, and what a run has dealt with is closed', () => {
  const skip: Change = { action: 'SKIP', day: '2027-01-05' };
  expect(refusal(milk(), skip, plain, '2027-01-04T16:29:59.999Z').code).toBe('NONE');
  expect(refusal(milk(), skip, plain, '2027-01-04T16:30:00.000Z')).toEqual({
    code: 'PAST_CUTOFF',
    firstDay: '2027-01-06',
  });
  const run = { ...milk(), lastRunDay: '2027-01-06' };
  expect(refusal(run, { action: 'SKIP', day: '2027-01-06' })).toEqual({
    code: 'PAST_CUTOFF',
    firstDay: '2027-01-07',
  });
});

test('S3: a skip names the day of the schedule, wherever a holiday moved its lines, and not what the other day has itself', () => {
  const settings = settingsWith({ holidays: [{ day: '2027-01-08', name: 'Fair', move: 'DAY_BEFORE' }] });
  const skipped = changed(milk(), { action: 'SKIP', day: '2027-01-08' }, settings);
  expect(linesOf(skipped, settings, '2027-01-07', '2027-01-08')).toEqual({
    '2027-01-07': ['P101 2'],
    '2027-01-08': ['P101 2 SKIPPED'],
  });
  const other = changed(milk(), { action: 'SKIP', day: '2027-01-07' }, settings);
  expect(linesOf(other, settings, '2027-01-07', '2027-01-08')).toEqual({
    '2027-01-07': ['P101 2 SKIPPED', 'P101 2'],
    '2027-01-08': ['P101 2 MOVED'],
  });
  // It takes the cutoff of the day it comes on: once that has passed it cannot be skipped any more.
  const late = '2027-01-06T16:30:00.000Z';
  expect(refusal(milk(), { action: 'SKIP', day: '2027-01-08' }, settings, late)).toEqual({
    code: 'PAST_CUTOFF',
    firstDay: '2027-01-09',
  });
});

test('S4: skip, pause, holiday and one-off never move the count; a new schedule counts from its day, a return only when asked', () => {
  const alternate = standingOrder(planFrom('2027-01-05', { schedule: { type: 'ALTERNATE_DAYS' } }));
  const days = (subscription: Subscription) =>
    Object.entries(linesOf(subscription, plain, '2027-01-05', '2027-01-16'))
      .filter(([, lines]) => lines.includes('P101 2'))
      .map(([day]) => day.slice(8));
  expect(days(alternate)).toEqual(['05', '07', '09', '11', '13', '15']);
  const exceptions = [
    { action: 'SKIP', day: '2027-01-07' },
    { action: 'PAUSE', from: '2027-01-09', to: '2027-01-10' },
    { action: 'ADD_ONE_OFF', day: '2027-01-12', items: [{ productId: 'P201', qty: 1 }] },
  ] as const;
  const excepted = exceptions.reduce<Subscription>(
    (sub, change) => changed(sub, change as Change),
    alternate,
  );
  expect(days(excepted)).toEqual(['05', '11', '13', '15']);
  const anew = changed(alternate, {
    action: 'CHANGE',
    from: '2027-01-08',
    schedule: { type: 'EVERY_N_DAYS', n: 3 },
  });
  expect(days(anew)).toEqual(['05', '07', '08', '11', '14']);
  const paused = changed(alternate, { action: 'PAUSE', from: '2027-01-06' });
  expect(days(changed(paused, { action: 'RESUME', from: '2027-01-10' }))).toEqual(['05', '11', '13', '15']);
  const returned = changed(paused, { action: 'RESUME', from: '2027-01-10', reanchor: true });
  expect(days(returned)).toEqual(['05', '10', '12', '14', '16']);
});

test('S4: a plan to come that has a count of its own keeps it when an earlier one is counted anew', () => {
  const alternate = standingOrder(planFrom('2027-01-05', { schedule: { type: 'ALTERNATE_DAYS' } }));
  const planned = changed(alternate, {
    action: 'CHANGE',
    from: '2027-01-20',
    schedule: { type: 'EVERY_N_DAYS', n: 5 },
  });
  const paused = changed(planned, { action: 'PAUSE', from: '2027-01-06' });
  const returned = changed(paused, { action: 'RESUME', from: '2027-01-08', reanchor: true });
  expect(returned.plans.map(({ from, anchor }) => [from, anchor])).toEqual([
    ['2027-01-05', '2027-01-05'],
    ['2027-01-08', '2027-01-08'],
    ['2027-01-20', '2027-01-20'],
  ]);
});

test('S6: the end is a day of delivery still, the day after is not, and a cancelled order ends the day before', () => {
  const ending = standingOrder(planFrom('2027-01-05'), { endDay: '2027-01-07', endReason: 'ENDED' });
  expect(Object.keys(linesOf(ending, plain, '2027-01-05', '2027-01-31'))).toEqual([
    '2027-01-05',
    '2027-01-06',
    '2027-01-07',
  ]);
  expect(refusal(ending, { action: 'CHANGE', from: '2027-01-08', slot: 'EVENING' }).code).toBe(
    'NOTHING_PLANNED',
  );
  expect(refusal(ending, { action: 'CANCEL', from: '2027-01-08' }).code).toBe('NOTHING_PLANNED');
  const cancelled = changed(milk(), { action: 'CANCEL', from: '2027-01-07' });
  expect(cancelled).toMatchObject({ endDay: '2027-01-06', endReason: 'CANCELLED', status: 'ACTIVE' });
  expect(changed(milk(), { action: 'CANCEL' })).toMatchObject({ endDay: '2027-01-04', status: 'CANCELLED' });
  expect(refusal({ ...milk(), status: 'CANCELLED' }, { action: 'CANCEL' }).code).toBe('INVALID_TRANSITION');
});

test('S7: a one-off goes to any served day, alone on a skipped one; a later skip or pause drops it, a paused day refuses it', () => {
  const bread = [{ productId: 'P201', qty: 1 }];
  const settings = settingsWith({ holidays: [{ day: '2027-01-09', name: 'Fair', move: 'DROP' }] });
  const weekly = standingOrder(
    planFrom('2027-01-05', { schedule: { type: 'WEEKDAYS', days: ['TUE', 'WED'] } }),
  );
  const skipped = changed(weekly, { action: 'SKIP', day: '2027-01-06' }, settings);
  const added = ['2027-01-06', '2027-01-07'].reduce(
    (sub, day) => changed(sub, { action: 'ADD_ONE_OFF', day, items: bread }, settings),
    skipped,
  );
  expect(linesOf(added, settings, '2027-01-06', '2027-01-07')).toEqual({
    '2027-01-06': ['P101 2 SKIPPED', 'P201 1'],
    '2027-01-07': ['P201 1'],
  });
  expect(changed(added, { action: 'SKIP', day: '2027-01-07' }, settings).oneOffs).toHaveLength(1);
  expect(changed(added, { action: 'PAUSE', from: '2027-01-06' }, settings).oneOffs).toEqual([]);
  const onDay = (day: string, sub = added) =>
    refusal(sub, { action: 'ADD_ONE_OFF', day, items: bread }, settings).code;
  expect(onDay('2027-01-09')).toBe('SLOT_NOT_OFFERED');
  expect(onDay('2027-02-04')).toBe('SLOT_NOT_OFFERED');
  expect(onDay('2027-01-08', changed(added, { action: 'PAUSE', from: '2027-01-08' }, settings))).toBe(
    'PAUSED',
  );
});

test('S7: a pause of one product drops that product’s one-offs and leaves the others', () => {
  const items = [
    { productId: 'P201', qty: 1 },
    { productId: 'P301', qty: 2 },
  ];
  const added = changed(milk(), { action: 'ADD_ONE_OFF', day: '2027-01-07', items });
  const paused = changed(added, { action: 'PAUSE', from: '2027-01-06', productIds: ['P201'] });
  expect(paused.oneOffs).toEqual([{ day: '2027-01-07', items: [{ productId: 'P301', qty: 2 }] }]);
  expect(refusal(added, { action: 'PAUSE', productIds: ['P999'] }).code).toBe('PRODUCT_UNKNOWN');
});

test('S7: a day holds 50 products with its standing lines, and 1,000 pieces of each', () => {
  const items = Array.from({ length: 49 }, (_, i) => ({ productId: `P9${i}`, qty: 1 }));
  const full = changed(milk(), { action: 'ADD_ONE_OFF', day: '2027-01-07', items });
  const more = (productId: string, qty: number) =>
    refusal(full, { action: 'ADD_ONE_OFF', day: '2027-01-07', items: [{ productId, qty }] }).code;
  expect(more('P301', 1)).toBe('TOO_MANY_LINES');
  expect(more('P101', 998)).toBe('NONE');
  expect(more('P101', 999)).toBe('INVALID_INPUT');
});

test('A household plans a year ahead at most, and keeps no more exceptions than a row holds', () => {
  expect(refusal(milk(), { action: 'SKIP', day: '2028-01-06' }).code).toBe('INVALID_INPUT');
  expect(refusal(milk(), { action: 'PAUSE', to: '9999-12-31' }).code).toBe('INVALID_INPUT');
  expect(refusal(milk(), { action: 'PAUSE', from: '2027-02-02', to: '2027-02-01' }).code).toBe(
    'INVALID_INPUT',
  );
  expect(refusal(milk(), { action: 'CHANGE', from: '2027-02-02' }).code).toBe('INVALID_INPUT');
  const many = Array.from({ length: 12_000 }, () => '2027-06-01');
  expect(refusal({ ...milk(), skips: many, pauses: [] }, { action: 'CHANGE', slot: 'EVENING' }).code).toBe(
    'NONE',
  );
  const pauses = Array.from({ length: 8_000 }, () => ({ from: '2027-06-01', to: '2027-06-01' }));
  expect(refusal({ ...milk(), pauses }, { action: 'CHANGE', slot: 'EVENING' }).code).toBe('TOO_MANY_LINES');
});

test('What is long over leaves the standing order with its next change', () => {
  const old = {
    ...milk(),
    startDay: '2026-01-01',
    plans: [planFrom('2026-01-01'), planFrom('2026-06-01', { slotId: 'EVENING' }), planFrom('2026-12-30')],
    skips: ['2026-03-01', '2027-01-08'],
    pauses: [
      { from: '2026-04-01', to: '2026-04-30' },
      { from: '2026-12-20', to: '2026-12-27' },
    ],
    oneOffs: [{ day: '2026-05-01', items: [{ productId: 'P201', qty: 1 }] }],
  };
  const after = changed(old, { action: 'SKIP', day: '2027-01-09' });
  expect(after.plans.map(({ from }) => from)).toEqual(['2026-06-01', '2026-12-30']);
  expect(after.skips).toEqual(['2027-01-08', '2027-01-09']);
  expect(after.pauses).toEqual([{ from: '2026-12-20', to: '2026-12-27' }]);
  expect(after.oneOffs).toEqual([]);
});

test('I14: moving to a slot that locks three days earlier neither loses nor doubles a day', () => {
  const settings = settingsWith({
    slots: [
      {
        slotId: 'MORNING',
        from: '07:00',
        to: '10:00',
        cutoffTime: '22:00',
        cutoffDaysBefore: 1,
        capacity: null,
      },
      {
        slotId: 'BAKERY',
        from: '07:00',
        to: '10:00',
        cutoffTime: '06:00',
        cutoffDaysBefore: 3,
        capacity: null,
      },
    ],
  });
  expect(refusal(milk(), { action: 'CHANGE', from: '2027-01-07', slot: 'BAKERY' }, settings)).toEqual({
    code: 'PAST_CUTOFF',
    firstDay: '2027-01-08',
  });
  let moved = changed(milk(), { action: 'CHANGE', slot: 'BAKERY' }, settings);
  expect(moved.plans.map(({ from, slotId }) => [from, slotId])).toEqual([
    ['2027-01-05', 'MORNING'],
    ['2027-01-08', 'BAKERY'],
  ]);
  // The bakery's run of the 8th comes before the morning's of the 6th and the 7th, which are still there after it.
  moved = afterRun(moved, [], '2027-01-08');
  expect(linesOf(moved, settings, '2027-01-06', '2027-01-08')).toEqual({
    '2027-01-06': ['P101 2'],
    '2027-01-07': ['P101 2'],
    '2027-01-08': ['P101 2'],
  });
  // They have locked meanwhile for changes, so nothing moves back under the run.
  expect(refusal(moved, { action: 'SKIP', day: '2027-01-07' }, settings)).toEqual({
    code: 'PAST_CUTOFF',
    firstDay: '2027-01-09',
  });
});

test('S3: what a run brought forward does not come again, though the holiday is taken back', () => {
  const line = { productId: 'P101', qty: 2, granted: 2, price: 5_000, outcome: 'ORDERED' };
  const ran = afterRun(
    milk(),
    [
      { ...line, scheduledDay: '2027-01-07' },
      { ...line, scheduledDay: '2027-01-08' },
    ],
    '2027-01-07',
  );
  expect(linesOf(ran, plain, '2027-01-08', '2027-01-09')).toEqual({
    '2027-01-08': ['P101 2 MOVED'],
    '2027-01-09': ['P101 2'],
  });
});
