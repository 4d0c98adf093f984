import fc from 'fast-check';
import {
  type Almanac,
  type Arrangement,
  type CutoffException,
  type Day,
  type Moment,
  type Schedule,
  step,
} from './model/almanac.ts';
import type { Act, Item, Payment, Subscribed } from './model/standing.ts';

/** Lives begin shortly before a month's end, a leap day, or a day on which the clocks change there. */
const beginnings: Record<string, readonly Day[]> = {
  'Asia/Kolkata': ['2028-02-26', '2027-12-29', '2027-06-02'],
  'Europe/London': ['2027-03-25', '2027-10-28', '2028-02-21'],
  'America/New_York': ['2027-03-11', '2027-11-04', '2027-12-29'],
  'Australia/Lord_Howe': ['2027-03-31', '2027-09-30', '2028-02-26'],
};
export const productIds = ['Pmilk', 'Pcurd', 'Pghee'] as const;
const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];

const cutoffTimes = fc.constantFrom('22:00', '01:30', '02:30', '00:00', '23:59');
const weekdaySet = (maxLength: number) =>
  fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1, maxLength });
const optional = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined, freq: 2 });

/** Where a life is played: from which date on, and how the dairy has arranged its days. */
export interface Place {
  begins: Day;
  arrangement: Arrangement;
}

const exceptions: fc.Arbitrary<(begins: Day) => CutoffException> = fc
  .record({
    productId: optional(fc.constantFrom(...productIds)),
    slotId: optional(fc.constantFrom('MORNING', 'EVENING')),
    weekday: optional(fc.constantFrom(...weekdays)),
    ahead: optional(fc.integer({ min: 2, max: 20 })),
    cutoffTime: cutoffTimes,
    cutoffDaysBefore: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ productId, slotId, weekday, ahead, ...cutoff }) => (begins: Day) => ({
    // An exception names a product, a weekday or a date.
    ...(productId === undefined && weekday === undefined && ahead === undefined ? { weekday: 'SUN' } : {}),
    ...(productId === undefined ? {} : { productId }),
    ...(slotId === undefined ? {} : { slotId }),
    ...(weekday === undefined ? {} : { weekday }),
    ...(ahead === undefined ? {} : { date: step(begins, ahead) }),
    ...cutoff,
  }));

export const places: fc.Arbitrary<Place> = fc
  .record({
    where: fc.constantFrom(
      ...Object.entries(beginnings).flatMap(([timeZone, days]) =>
        days.map((begins) => ({ timeZone, begins })),
      ),
    ),
    morning: fc.record({ cutoffTime: cutoffTimes, cutoffDaysBefore: fc.integer({ min: 1, max: 2 }) }),
    evening: fc.constantFrom(
      { cutoffTime: '10:00', cutoffDaysBefore: 0 },
      { cutoffTime: '22:00', cutoffDaysBefore: 1 },
    ),
    exceptions: fc.array(exceptions, { maxLength: 3 }),
    closedWeekdays: fc.oneof(fc.constant<string[]>([]), weekdaySet(1)),
    holidays: fc.uniqueArray(
      fc.record({
        ahead: fc.integer({ min: 1, max: 25 }),
        move: fc.constantFrom<'DAY_BEFORE' | 'DROP'>('DAY_BEFORE', 'DROP'),
      }),
      { maxLength: 3, selector: ({ ahead }) => ahead },
    ),
  })
  .map(({ where: { begins, timeZone }, morning, evening, exceptions: some, closedWeekdays, holidays }) => ({
    begins,
    arrangement: {
      timeZone,
      slots: [
        { slotId: 'MORNING', from: '07:00', to: '10:00', capacity: null, ...morning },
        { slotId: 'EVENING', from: '17:00', to: '20:00', capacity: null, ...evening },
      ],
      cutoffs: some.map((exception) => exception(begins)),
      closedWeekdays,
      holidays: holidays.map(({ ahead, move }) => ({ day: step(begins, ahead), name: 'Fair', move })),
    },
  }));

export const schedules: fc.Arbitrary<Schedule> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Schedule>({ type: 'DAILY' }) },
  { weight: 2, arbitrary: fc.constant<Schedule>({ type: 'ALTERNATE_DAYS' }) },
  fc.integer({ min: 1, max: 7 }).map((n): Schedule => ({ type: 'EVERY_N_DAYS', n })),
  weekdaySet(5).map((days): Schedule => ({ type: 'WEEKDAYS', days })),
  fc
    .uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 6 })
    .map((daysOfMonth): Schedule => ({ type: 'MONTHLY', daysOfMonth })),
);

const quantities = fc.integer({ min: 1, max: 4 });
export const items: fc.Arbitrary<Item[]> = fc
  .uniqueArray(
    fc.record(
      {
        productId: fc.constantFrom(...productIds),
        qty: quantities,
        qtyByWeekday: fc.dictionary(fc.constantFrom(...weekdays), fc.integer({ min: 0, max: 4 }), {
          maxKeys: 3,
        }),
        substituteProductId: fc.constantFrom(...productIds),
      },
      { requiredKeys: ['productId', 'qty'] },
    ),
    { minLength: 1, maxLength: 3, selector: ({ productId }) => productId },
  )
  .map((some) =>
    some.map(({ substituteProductId, ...item }) =>
      // Nothing stands in for itself.
      substituteProductId === undefined || substituteProductId === item.productId
        ? item
        : { ...item, substituteProductId },
    ),
  );

const payments = fc.constantFrom<Payment>('WALLET', 'WALLET', 'WALLET', 'COD', 'ACCOUNT');
const slotIds = fc.constantFrom('MORNING', 'MORNING', 'EVENING');

/** A wish whose dates are still to be counted from the day it is made. */
export type Wish<T> = (today: Day) => T;

export const subscribes: fc.Arbitrary<Wish<Subscribed>> = fc
  .record({
    items,
    schedule: schedules,
    ahead: fc.integer({ min: 1, max: 5 }),
    length: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined, freq: 3 }),
    slot: slotIds,
    paymentMethod: payments,
  })
  .map(({ ahead, length, ...terms }) => (today) => ({
    ...terms,
    startDate: step(today, ahead),
    ...(length === undefined ? {} : { endDate: step(today, ahead + length) }),
  }));

const aheads = fc.integer({ min: -1, max: 14 });
const from = optional(aheads);
const dated = (ahead: number | undefined, today: Day) =>
  ahead === undefined ? {} : { from: step(today, ahead) };

export const acts: fc.Arbitrary<Wish<Act>> = fc.oneof(
  {
    weight: 3,
    arbitrary: aheads.map(
      (n) =>
        (today: Day): Act => ({ action: 'SKIP', day: step(today, n) }),
    ),
  },
  aheads.map(
    (n) =>
      (today: Day): Act => ({ action: 'UNSKIP', day: step(today, n) }),
  ),
  {
    weight: 2,
    arbitrary: fc
      .record({
        from,
        days: optional(fc.integer({ min: 0, max: 12 })),
        productIds: fc.option(fc.uniqueArray(fc.constantFrom(...productIds), { minLength: 1 }), {
          nil: undefined,
        }),
      })
      .map(
        ({ from: ahead, days, productIds: some }) =>
          (today: Day): Act => ({
            action: 'PAUSE',
            ...dated(ahead, today),
            ...(days === undefined ? {} : { to: step(today, (ahead ?? 0) + days) }),
            ...(some ? { productIds: some } : {}),
          }),
      ),
  },
  fc.record({ from, reanchor: optional(fc.boolean()) }).map(
    ({ from: ahead, reanchor }) =>
      (today: Day): Act => ({
        action: 'RESUME',
        ...dated(ahead, today),
        ...(reanchor === undefined ? {} : { reanchor }),
      }),
  ),
  {
    weight: 3,
    arbitrary: fc
      .record({
        from,
        terms: fc.record(
          { items, schedule: schedules, slot: slotIds, paymentMethod: payments },
          { requiredKeys: [] },
        ),
      })
      .filter(({ terms }) => Object.keys(terms).length > 0)
      .map(
        ({ from: ahead, terms }) =>
          (today: Day): Act => ({
            action: 'CHANGE',
            ...dated(ahead, today),
            ...terms,
          }),
      ),
  },
  {
    weight: 3,
    arbitrary: fc.record({ ahead: aheads, productId: fc.constantFrom(...productIds), qty: quantities }).map(
      ({ ahead, ...piece }) =>
        (today: Day): Act => ({ action: 'ADD_ONE_OFF', day: step(today, ahead), items: [piece] }),
    ),
  },
  from.map(
    (ahead) =>
      (today: Day): Act => ({ action: 'CANCEL', ...dated(ahead, today) }),
  ),
);

/**
 * How time passes until the next wish: by minutes, or to a cutoff, a millisecond before it or one after it, or some time
 * after it, about as long as a top-up can still bring what locked.
 */
export type Wait = { minutes: number } | { slotId: string; milliseconds: number };

export const waits: fc.Arbitrary<Wait> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ minutes: fc.integer({ min: 0, max: 60 * 40 }) }) },
  fc.record({
    slotId: fc.constantFrom('MORNING', 'EVENING'),
    milliseconds: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(-1, 0, 1) },
      { weight: 2, arbitrary: fc.integer({ min: 4_000, max: 3_700_000 }) },
      fc.constantFrom(3_599_999, 3_600_000),
    ),
  }),
);

/** The moment at which a wait that begins at a moment ends. */
export function waited(wait: Wait, almanac: Almanac, now: Moment): Moment {
  if ('minutes' in wait) return shifted(now, wait.minutes * 60_000);
  const today = almanac.today(now);
  for (let ahead = 0; ahead < 10; ahead++) {
    const lock = almanac.lock(wait.slotId, step(today, ahead));
    if (lock !== undefined && lock > shifted(now, 1)) return shifted(lock, wait.milliseconds);
  }
  return now;
}

/** A moment so many milliseconds later. */
export function shifted(at: Moment, milliseconds: number): Moment {
  return new Date(Date.parse(at) + milliseconds).toISOString();
}
