import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addDays,
  clockTimeOf,
  dayOf,
  daysBetween,
  epochSeconds,
  instantAfter,
  instantOf,
  isDay,
  isTimeZone,
  plusSeconds,
} from './day.ts';

const zone = fc.constantFrom(
  'Asia/Kolkata',
  'Europe/London',
  'America/New_York',
  'America/Santiago',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Auckland',
  'UTC',
);
const instant = fc
  .date({ min: new Date('2024-01-01'), max: new Date('2031-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const day = instant.map((at) => at.slice(0, 10));
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hours, minutes]) => `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`);

test('A clock time on a delivery day lies on that day, in every zone (I24, F9)', () => {
  fc.assert(
    fc.property(day, time, zone, (date, at, where) => dayOf(instantOf(date, at, where), where) === date),
  );
});

test('A clock time is that time again when read back, but in the hour that the clocks skip (I24, F9)', () => {
  fc.assert(
    fc.property(day, time, zone, (date, at, where) => {
      const back = clockTimeOf(instantOf(date, at, where), where);
      expect(back >= at).toBe(true);
      const skippedToday = dayHours(date, where) < 24;
      if (!skippedToday) expect(back).toBe(at);
    }),
  );
});

function dayHours(date: string, where: string): number {
  const [start, end] = [date, addDays(date, 1)].map((each) =>
    new Date(instantOf(each, '00:00', where)).getTime(),
  );
  return ((end ?? 0) - (start ?? 0)) / 3_600_000;
}

test('Every instant lies between the beginnings of its day and of the next (I24)', () => {
  fc.assert(
    fc.property(instant, zone, (at, where) => {
      const date = dayOf(at, where);
      expect(instantOf(date, '00:00', where) <= at).toBe(true);
      expect(at < instantOf(addDays(date, 1), '00:00', where)).toBe(true);
    }),
  );
});

test('When London puts its clocks forward the skipped half hour is the moment after; back, it is the first of two (F9)', () => {
  expect(instantOf('2027-03-28', '00:59', 'Europe/London')).toBe('2027-03-28T00:59:00.000Z');
  expect(instantOf('2027-03-28', '01:30', 'Europe/London')).toBe('2027-03-28T01:30:00.000Z');
  expect(instantOf('2027-03-28', '02:30', 'Europe/London')).toBe('2027-03-28T01:30:00.000Z');
  expect(instantOf('2027-10-31', '01:30', 'Europe/London')).toBe('2027-10-31T00:30:00.000Z');
  expect(instantOf('2027-10-31', '02:00', 'Europe/London')).toBe('2027-10-31T02:00:00.000Z');
  expect([dayHours('2027-03-28', 'Europe/London'), dayHours('2027-10-31', 'Europe/London')]).toEqual([
    23, 25,
  ]);
});

test('When New York changes its clocks its days have 23 and 25 hours, and none is skipped or doubled (F9)', () => {
  expect(instantOf('2027-03-14', '02:30', 'America/New_York')).toBe('2027-03-14T07:30:00.000Z');
  expect(instantOf('2027-11-07', '01:30', 'America/New_York')).toBe('2027-11-07T05:30:00.000Z');
  expect(daysBetween('2027-03-13', '2027-03-15')).toEqual(['2027-03-13', '2027-03-14', '2027-03-15']);
  expect(daysBetween('2027-11-06', '2027-11-08')).toEqual(['2027-11-06', '2027-11-07', '2027-11-08']);
});

test('A day whose midnight the clocks skip begins at one (F9)', () => {
  expect(instantOf('2026-09-06', '00:00', 'America/Santiago')).toBe('2026-09-06T04:00:00.000Z');
  expect(dayOf('2026-09-06T03:59:59.999Z', 'America/Santiago')).toBe('2026-09-05');
});

test('29 February is a day only in leap years, and the 31st only where the month has one (F9)', () => {
  expect(['2028-02-29', '2000-02-29', '2027-12-31'].every(isDay)).toBe(true);
  const none = [
    '2027-02-29',
    '1900-02-29',
    '2027-04-31',
    '2027-13-01',
    '2027-1-1',
    '2027-01-01T00:00Z',
    '',
    '20270101',
  ];
  expect(none.filter(isDay)).toEqual([]);
  expect([addDays('2028-02-28', 1), addDays('2028-02-28', 2), addDays('2027-02-28', 1)]).toEqual([
    '2028-02-29',
    '2028-03-01',
    '2027-03-01',
  ]);
});

test('Days count forward and back to where they began, and a range holds each once', () => {
  fc.assert(
    fc.property(
      day,
      fc.integer({ min: -800, max: 800 }),
      (date, count) => addDays(addDays(date, count), -count) === date,
    ),
  );
  fc.assert(
    fc.property(day, fc.integer({ min: 0, max: 500 }), (date, count) => {
      const days = daysBetween(date, addDays(date, count));
      expect(days.length).toBe(count + 1);
      expect(days.every((each, i) => i === 0 || addDays(days[i - 1] ?? '', 1) === each)).toBe(true);
    }),
  );
  expect(daysBetween('2027-01-02', '2027-01-01')).toEqual([]);
});

test('Seconds add up, and a time to live never ends before its instant', () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: -100_000, max: 100_000 }), (at, seconds) => {
      expect(new Date(plusSeconds(at, seconds)).getTime() - new Date(at).getTime()).toBe(seconds * 1_000);
      expect(epochSeconds(at) * 1_000).toBeGreaterThanOrEqual(new Date(at).getTime());
    }),
  );
});

test('What follows is dated later, also when the clock stands still or was set back', () => {
  const now = new Date('2027-01-04T16:29:59.999Z');
  expect(instantAfter(now, undefined)).toBe('2027-01-04T16:29:59.999Z');
  expect(instantAfter(now, '2027-01-04T16:29:59.998Z')).toBe('2027-01-04T16:29:59.999Z');
  expect(instantAfter(now, '2027-01-04T16:29:59.999Z')).toBe('2027-01-04T16:30:00.000Z');
  expect(instantAfter(now, '2027-01-05T00:00:00.000Z')).toBe('2027-01-05T00:00:00.001Z');
});

test('A time zone is one that exists', () => {
  expect(['Asia/Kolkata', 'UTC', 'Europe/London'].every(isTimeZone)).toBe(true);
  expect(['Asia/Atlantis', '', 'local', '../etc'].filter(isTimeZone)).toEqual([]);
});
