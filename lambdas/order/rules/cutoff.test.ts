import { expect, test } from 'vitest';
import { firstOpenDay, isServed, lineLockOf, slotLockOf } from './cutoff.ts';
import { settingsWith } from './testing.ts';

// Wednesday 2027-01-06; Kolkata is 5 h 30 min ahead, so 22:00 there is 16:30 in UTC.
const DAY = '2027-01-06';
const evening = '2027-01-05T16:30:00.000Z';

test('S1: a slot locks at its own cutoff where no rule says otherwise; a slot that is not offered never does', () => {
  const settings = settingsWith();
  expect(slotLockOf(settings, 'MORNING', DAY)).toBe(evening);
  expect(lineLockOf(settings, 'MORNING', DAY, 'P101')).toBe(evening);
  expect(slotLockOf(settings, 'NOON', DAY)).toBeUndefined();
});

test('S1: the most specific rule wins: a date before a product, a product before a weekday, a weekday before the slot', () => {
  const at = (cutoffTime: string) => ({ cutoffTime, cutoffDaysBefore: 1 });
  const weekday = { weekday: 'WED' as const, ...at('20:00') };
  const product = { productId: 'P201', ...at('18:00') };
  const date = { date: DAY, ...at('12:00') };
  const lock = (cutoffs: object[]) =>
    lineLockOf(settingsWith({ cutoffs: cutoffs as never }), 'MORNING', DAY, 'P201');
  expect(lock([weekday])).toBe('2027-01-05T14:30:00.000Z');
  expect(lock([weekday, product])).toBe('2027-01-05T12:30:00.000Z');
  expect(lock([product, weekday, date])).toBe('2027-01-05T06:30:00.000Z');
  // A rule that names the slot as well is the more specific of two alike; another slot’s is none.
  expect(lock([weekday, { slotId: 'MORNING', weekday: 'WED', ...at('21:00') }])).toBe(
    '2027-01-05T15:30:00.000Z',
  );
  expect(lock([{ slotId: 'EVENING', weekday: 'WED', ...at('09:00') }])).toBe(evening);
});

test('S1: a product may lock earlier than its slot and never later; neither locks after the slot has begun', () => {
  const early = settingsWith({
    cutoffs: [{ productId: 'P201', cutoffTime: '12:00', cutoffDaysBefore: 3 }],
  });
  expect(lineLockOf(early, 'MORNING', DAY, 'P201')).toBe('2027-01-03T06:30:00.000Z');
  expect(lineLockOf(early, 'MORNING', DAY, 'P101')).toBe(evening);
  const late = settingsWith({
    cutoffs: [
      { productId: 'P201', cutoffTime: '06:00', cutoffDaysBefore: 0 },
      { date: '2027-01-07', cutoffTime: '23:00', cutoffDaysBefore: 0 },
    ],
  });
  expect(lineLockOf(late, 'MORNING', DAY, 'P201')).toBe(evening);
  expect(slotLockOf(late, 'MORNING', '2027-01-07')).toBe('2027-01-07T01:30:00.000Z');
});

test('S1: a cutoff is a clock time of the dairy, also when its clock is changed', () => {
  const london = settingsWith({ timeZone: 'Europe/London' });
  expect(slotLockOf(london, 'MORNING', '2027-03-28')).toBe('2027-03-27T22:00:00.000Z');
  expect(slotLockOf(london, 'MORNING', '2027-03-29')).toBe('2027-03-28T21:00:00.000Z');
  const island = settingsWith({ timeZone: 'Australia/Lord_Howe' });
  expect(slotLockOf(island, 'MORNING', '2027-04-04')).toBe('2027-04-03T11:00:00.000Z');
  expect(slotLockOf(island, 'MORNING', '2027-04-05')).toBe('2027-04-04T11:30:00.000Z');
});

test('S6: the first open day is the next that is served and has not locked for the slot and every product', () => {
  const settings = settingsWith({
    closedWeekdays: ['THU'],
    holidays: [{ day: '2027-01-08', name: 'Fair', move: 'DROP' }],
    cutoffs: [{ productId: 'P201', cutoffTime: '12:00', cutoffDaysBefore: 5 }],
  });
  expect(firstOpenDay(settings, 'MORNING', '2027-01-05T16:29:59.999Z')).toBe('2027-01-06');
  expect(firstOpenDay(settings, 'MORNING', evening)).toBe('2027-01-09');
  expect(firstOpenDay(settings, 'MORNING', evening, ['P201'])).toBe('2027-01-11');
  expect(firstOpenDay(settings, 'NOON', evening)).toBeUndefined();
  expect(['2027-01-06', '2027-01-07', '2027-01-08'].map((day) => isServed(settings, day))).toEqual([
    true,
    false,
    false,
  ]);
});
