import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { weekdays } from '#shared/data/settings.ts';
import { addDays, type Day, daysBetween } from '#shared/domain/day.ts';
import type { Plan, Schedule } from '../models/Subscription.ts';
import { dayAt, dayNumber, isScheduled, planOn, qtyOn, weekdayOf } from './schedule.ts';

const anyDay = fc.integer({ min: -10_000, max: 40_000 }).map((count) => addDays('1990-01-01', count));

/** The days that a schedule names, from one to another. */
function days(schedule: Schedule, anchor: Day, from: Day, to: Day): Day[] {
  return daysBetween(from, to).filter((day) => isScheduled({ schedule, anchor }, day));
}

function plan(from: Day): Plan {
  return {
    from,
    anchor: from,
    items: [{ productId: 'P101', qty: 1 }],
    schedule: { type: 'DAILY' },
    slotId: 'MORNING',
    paymentMethod: 'WALLET',
  };
}

test('A daily household gets milk every day, also on 29 February', () => {
  const schedule: Schedule = { type: 'DAILY' };
  expect(days(schedule, '2028-02-01', '2028-02-28', '2028-03-01')).toEqual([
    '2028-02-28',
    '2028-02-29',
    '2028-03-01',
  ]);
});

test('Alternate days count calendar days from the anchor, through 31sts and leap days, never before it (S4)', () => {
  const schedule: Schedule = { type: 'ALTERNATE_DAYS' };
  expect(days(schedule, '2028-02-26', '2028-02-20', '2028-03-03')).toEqual([
    '2028-02-26',
    '2028-02-28',
    '2028-03-01',
    '2028-03-03',
  ]);
  expect(days(schedule, '2027-01-29', '2027-01-29', '2027-02-04')).toEqual([
    '2027-01-29',
    '2027-01-31',
    '2027-02-02',
    '2027-02-04',
  ]);
});

test('Every third day counts on over the turn of the year; a new anchor counts anew (S4)', () => {
  const schedule: Schedule = { type: 'EVERY_N_DAYS', n: 3 };
  expect(days(schedule, '2026-12-28', '2026-12-20', '2027-01-05')).toEqual([
    '2026-12-28',
    '2026-12-31',
    '2027-01-03',
  ]);
  expect(days(schedule, '2027-01-02', '2026-12-20', '2027-01-05')).toEqual(['2027-01-02', '2027-01-05']);
});

test('Chosen weekdays come each week, with a quantity for each and none where it is nought', () => {
  const schedule: Schedule = { type: 'WEEKDAYS', days: ['MON', 'SAT'] };
  expect(days(schedule, '2027-01-01', '2027-01-01', '2027-01-11')).toEqual([
    '2027-01-02',
    '2027-01-04',
    '2027-01-09',
    '2027-01-11',
  ]);
  const item = { productId: 'P101', qty: 2, qtyByWeekday: { SAT: 5, SUN: 0 } };
  expect(['2027-01-01', '2027-01-02', '2027-01-03'].map((day) => qtyOn(item, day))).toEqual([2, 5, 0]);
});

test('A day of the month that the month lacks is its last day, and days that fall on one date count once (S5)', () => {
  const schedule: Schedule = { type: 'MONTHLY', daysOfMonth: [29, 30, 31] };
  expect(days(schedule, '2027-01-01', '2027-02-01', '2027-04-30')).toEqual([
    '2027-02-28',
    '2027-03-29',
    '2027-03-30',
    '2027-03-31',
    '2027-04-29',
    '2027-04-30',
  ]);
  expect(days(schedule, '2028-01-01', '2028-02-01', '2028-02-29')).toEqual(['2028-02-29']);
  expect(days({ type: 'MONTHLY', daysOfMonth: [1] }, '2027-01-01', '2027-01-02', '2027-03-31')).toEqual([
    '2027-02-01',
    '2027-03-01',
  ]);
});

test('The plan of a day is the last that has begun, and before the first there is none', () => {
  const plans = [plan('2027-01-05'), plan('2027-02-01'), plan('2027-02-02')];
  const fromOn = (day: Day) => planOn(plans, day)?.from;
  expect(['2027-01-04', '2027-01-05', '2027-01-31', '2027-02-01', '2030-01-01'].map(fromOn)).toEqual([
    undefined,
    '2027-01-05',
    '2027-01-05',
    '2027-02-01',
    '2027-02-02',
  ]);
});

test('Weekdays and the numbers of days are the calendar’s, over a century (I24)', () => {
  fc.assert(
    fc.property(anyDay, (day) => {
      const date = Temporal.PlainDate.from(day);
      expect(weekdayOf(day)).toBe(weekdays[date.dayOfWeek - 1]);
      expect(dayNumber(day)).toBe(Temporal.PlainDate.from('1970-01-01').until(date).days);
      expect(dayAt(dayNumber(day))).toBe(day);
    }),
  );
});

const schedules: fc.Arbitrary<Schedule> = fc.oneof(
  fc.constant<Schedule>({ type: 'DAILY' }),
  fc.constant<Schedule>({ type: 'ALTERNATE_DAYS' }),
  fc.record({ type: fc.constant('EVERY_N_DAYS' as const), n: fc.integer({ min: 1, max: 90 }) }),
  fc.record({
    type: fc.constant('WEEKDAYS' as const),
    days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
  }),
  fc.record({
    type: fc.constant('MONTHLY' as const),
    daysOfMonth: fc.uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 6 }),
  }),
);

/** The same days found by walking: forward by steps from the anchor, week by week, and month by month. */
function walked(schedule: Schedule, anchor: Day, from: Day, to: Day): Set<Day> {
  const found = new Set<Day>();
  const step = schedule.type === 'ALTERNATE_DAYS' ? 2 : schedule.type === 'EVERY_N_DAYS' ? schedule.n : 1;
  if (schedule.type === 'ALTERNATE_DAYS' || schedule.type === 'EVERY_N_DAYS') {
    for (let day = anchor; day <= to; day = addDays(day, step)) found.add(day);
  }
  if (schedule.type === 'DAILY') for (const day of daysBetween(from, to)) found.add(day);
  if (schedule.type === 'WEEKDAYS') {
    for (const name of schedule.days) {
      let date = Temporal.PlainDate.from(from);
      while (date.dayOfWeek !== weekdays.indexOf(name) + 1) date = date.add({ days: 1 });
      for (; date.toString() <= to; date = date.add({ weeks: 1 })) found.add(date.toString());
    }
  }
  if (schedule.type === 'MONTHLY') {
    const last = Temporal.PlainYearMonth.from(to.slice(0, 7));
    let month = Temporal.PlainYearMonth.from(from.slice(0, 7));
    for (; Temporal.PlainYearMonth.compare(month, last) <= 0; month = month.add({ months: 1 })) {
      // A day beyond the month's end is constrained to the last by Temporal itself.
      for (const day of schedule.daysOfMonth) found.add(month.toPlainDate({ day }).toString());
    }
  }
  return new Set([...found].filter((day) => from <= day && day <= to));
}

test('A schedule names the days that walking the calendar finds, over years with leap days and month ends (S4, S5)', () => {
  const anchors = fc.integer({ min: 0, max: 1_500 }).map((count) => addDays('2026-12-01', count));
  fc.assert(
    fc.property(schedules, anchors, fc.integer({ min: -60, max: 900 }), (schedule, anchor, offset) => {
      const from = addDays(anchor, offset);
      const to = addDays(from, 400);
      expect(days(schedule, anchor, from, to)).toEqual([...walked(schedule, anchor, from, to)].sort());
    }),
    { numRuns: 60 },
  );
});
