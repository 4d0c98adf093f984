import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { type Settings, weekdays } from '#shared/data/settings.ts';
import { addDays, type Day } from '#shared/domain/day.ts';
import type { Plan, Schedule, Subscription } from '../models/Subscription.ts';
import { plannedDays } from './plannedDays.ts';
import { linesOf, planFrom, settingsWith, standingOrder } from './testing.ts';

const holiday = (day: Day, move: 'DAY_BEFORE' | 'DROP', declaredAt?: string) => ({
  day,
  name: 'Fair',
  move,
  declaredAt,
});

test('S2: a cancelled order comes before a pause, a pause before a skip, that before a closed day, that before a holiday', () => {
  const day = '2027-01-08';
  const all = {
    skips: [day],
    pauses: [{ from: day, to: day }],
    endDay: '2027-01-07',
  };
  const settings = settingsWith({ closedWeekdays: ['FRI'], holidays: [holiday(day, 'DROP')] });
  const holidays = settingsWith({ holidays: [holiday(day, 'DROP')] });
  const on = (some: Partial<Subscription>, under: Settings) =>
    linesOf(standingOrder(planFrom('2027-01-05'), some), under, day, day)[day];
  expect(on(all, settings)).toBeUndefined();
  expect(on({ ...all, endDay: undefined }, settings)).toEqual(['P101 2 PAUSED']);
  expect(on({ skips: [day] }, settings)).toEqual(['P101 2 SKIPPED']);
  expect(on({}, settings)).toEqual(['P101 2 NOT_SERVED']);
  expect(on({}, holidays)).toEqual(['P101 2 HOLIDAY']);
  expect(on({}, settingsWith())).toEqual(['P101 2']);
});

test('S3: a holiday moves to the day before, keeps the day of its schedule, and takes the new day’s cutoff', () => {
  const settings = settingsWith({ holidays: [holiday('2027-01-08', 'DAY_BEFORE')] });
  const weekly = planFrom('2027-01-05', { schedule: { type: 'WEEKDAYS', days: ['THU', 'FRI'] } });
  const days = plannedDays(standingOrder(weekly), settings, '2027-01-06', '2027-01-08');
  const [thursday, friday] = days;
  expect(thursday?.lines).toMatchObject([
    { productId: 'P101', scheduledDay: '2027-01-07', state: 'DUE' },
    { productId: 'P101', scheduledDay: '2027-01-08', state: 'DUE', locksAt: '2027-01-06T16:30:00.000Z' },
  ]);
  expect(friday?.lines).toMatchObject([{ state: 'MOVED', movedTo: '2027-01-07' }]);
});

test('S3: where the day before is paused, before the start, locked, closed or a holiday itself, the holiday’s lines are dropped', () => {
  const day = '2027-01-08';
  const moves = (some: Partial<Subscription>, settings: Settings, from = '2027-01-05') =>
    linesOf(standingOrder(planFrom(from), some), settings, day, day)[day];
  const moved = settingsWith({ holidays: [holiday(day, 'DAY_BEFORE')] });
  expect(moves({}, moved)).toEqual(['P101 2 MOVED']);
  expect(moves({ pauses: [{ from: '2027-01-07', to: '2027-01-07' }] }, moved)).toEqual(['P101 2 HOLIDAY']);
  expect(moves({}, moved, day)).toEqual(['P101 2 HOLIDAY']);
  const declared = (at: string) => settingsWith({ holidays: [holiday(day, 'DAY_BEFORE', at)] });
  expect(moves({}, declared('2027-01-06T16:29:59.999Z'))).toEqual(['P101 2 MOVED']);
  expect(moves({}, declared('2027-01-06T16:30:00.000Z'))).toEqual(['P101 2 HOLIDAY']);
  expect(moves({}, { ...moved, closedWeekdays: ['THU'] })).toEqual(['P101 2 HOLIDAY']);
  const two = settingsWith({ holidays: [holiday('2027-01-07', 'DAY_BEFORE'), holiday(day, 'DAY_BEFORE')] });
  expect(moves({}, two)).toEqual(['P101 2 HOLIDAY']);
  // A pause of the day itself wins over the move.
  expect(moves({ pauses: [{ from: day, to: day }] }, moved)).toEqual(['P101 2 PAUSED']);
});

test('S8: several standing orders of one household are planned each by itself', () => {
  const settings = settingsWith();
  const milk = standingOrder(planFrom('2027-01-05'), { skips: ['2027-01-06'] });
  const bread = standingOrder(planFrom('2027-01-05', { items: [{ productId: 'P201', qty: 1 }] }));
  expect(linesOf(milk, settings, '2027-01-06', '2027-01-06')).toEqual({ '2027-01-06': ['P101 2 SKIPPED'] });
  expect(linesOf(bread, settings, '2027-01-06', '2027-01-06')).toEqual({ '2027-01-06': ['P201 1'] });
});

/** The first day that is played; clocks change, months end and leap days come within the days after it. */
const FIRST = '2027-12-20';
const PLAYED_DAYS = 125;
const zones = ['Asia/Kolkata', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe'];
const products = ['P101', 'P201', 'P301'];

const dayIn = fc.integer({ min: 0, max: PLAYED_DAYS }).map((ahead) => addDays(FIRST, ahead));
const schedules: fc.Arbitrary<Schedule> = fc.oneof(
  fc.constantFrom<Schedule>({ type: 'DAILY' }, { type: 'ALTERNATE_DAYS' }),
  fc.record({ type: fc.constant('EVERY_N_DAYS' as const), n: fc.integer({ min: 1, max: 30 }) }),
  fc.record({
    type: fc.constant('WEEKDAYS' as const),
    days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
  }),
  fc.record({
    type: fc.constant('MONTHLY' as const),
    daysOfMonth: fc.uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 5 }),
  }),
);
const plans: fc.Arbitrary<Plan> = fc
  .tuple(
    dayIn,
    schedules,
    fc.uniqueArray(fc.constantFrom(...products), { minLength: 1 }),
    fc.dictionary(fc.constantFrom(...weekdays), fc.integer({ min: 0, max: 4 })),
    fc.constantFrom('MORNING', 'EVENING'),
  )
  .map(([from, schedule, ids, qtyByWeekday, slotId]) =>
    planFrom(from, {
      schedule,
      slotId,
      items: ids.map((productId, i) => ({ productId, qty: i + 1, ...(i === 0 ? { qtyByWeekday } : {}) })),
    }),
  );
const pauses = fc.record({
  from: dayIn,
  length: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
  productIds: fc.option(fc.uniqueArray(fc.constantFrom(...products), { minLength: 1 }), { nil: undefined }),
});
const lives = fc.record({
  plans: fc.uniqueArray(plans, { minLength: 1, maxLength: 3, selector: ({ from }) => from }),
  skips: fc.uniqueArray(dayIn, { maxLength: 12 }),
  pauses: fc.array(pauses, { maxLength: 4 }),
  oneOffs: fc.uniqueArray(dayIn, { maxLength: 6 }),
  endDay: fc.option(dayIn, { nil: undefined }),
  timeZone: fc.constantFrom(...zones),
  closedWeekdays: fc.uniqueArray(fc.constantFrom(...weekdays), { maxLength: 2 }),
  holidays: fc.uniqueArray(
    fc.record({
      day: dayIn,
      move: fc.constantFrom<'DAY_BEFORE' | 'DROP'>('DAY_BEFORE', 'DROP'),
      declaredHoursBefore: fc.integer({ min: 0, max: 120 }),
    }),
    { maxLength: 12, selector: ({ day }) => day },
  ),
  breadLocksDaysBefore: fc.integer({ min: 1, max: 4 }),
});
type Life = typeof lives extends fc.Arbitrary<infer L> ? L : never;

function played(life: Life): { subscription: Subscription; settings: Settings } {
  const ordered = life.plans.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const settings = settingsWith({
    timeZone: life.timeZone,
    closedWeekdays: life.closedWeekdays,
    holidays: life.holidays.map(({ day, move, declaredHoursBefore }) =>
      holiday(day, move, new Date(Date.parse(day) - declaredHoursBefore * 3_600_000).toISOString()),
    ),
    cutoffs: [{ productId: 'P201', cutoffTime: '01:30', cutoffDaysBefore: life.breadLocksDaysBefore }],
  });
  const subscription = standingOrder(ordered[0] as Plan, {
    plans: ordered,
    endDay: life.endDay,
    skips: life.skips,
    pauses: life.pauses.map(({ from, length, productIds }) => ({
      from,
      ...(length === undefined ? {} : { to: addDays(from, length) }),
      ...(productIds ? { productIds } : {}),
    })),
    oneOffs: life.oneOffs.map((day) => ({ day, items: [{ productId: 'P301', qty: 7 }] })),
  });
  return { subscription, settings };
}

/** Every date a plan's schedule names, found by stepping through the calendar. */
function datesOf({ schedule, anchor, from }: Plan): Set<string> {
  const dates = new Set<string>();
  const end = Temporal.PlainDate.from(FIRST).add({ days: PLAYED_DAYS + 2 });
  const add = (date: Temporal.PlainDate) => {
    if (date.toString() >= from) dates.add(date.toString());
  };
  const steps = { DAILY: 1, ALTERNATE_DAYS: 2, WEEKDAYS: 1, EVERY_N_DAYS: 0, MONTHLY: 0 };
  if (schedule.type === 'MONTHLY') {
    let month = Temporal.PlainYearMonth.from(from.slice(0, 7));
    for (
      ;
      Temporal.PlainYearMonth.compare(month, end.toPlainYearMonth()) <= 0;
      month = month.add({ months: 1 })
    ) {
      for (const day of schedule.daysOfMonth) add(month.toPlainDate({ day }));
    }
    return dates;
  }
  const step = schedule.type === 'EVERY_N_DAYS' ? schedule.n : steps[schedule.type];
  let date = Temporal.PlainDate.from(anchor);
  for (; Temporal.PlainDate.compare(date, end) <= 0; date = date.add({ days: step })) {
    const named = schedule.type !== 'WEEKDAYS' || schedule.days.includes(nameOf(date));
    if (named) add(date);
  }
  return dates;
}

function nameOf(date: Temporal.PlainDate) {
  return weekdays[date.dayOfWeek - 1] ?? 'MON';
}

/** The same days, told day by day from sets: which plan is in force, what it names, and what stands in the way. */
class Oracle {
  readonly #subscription: Subscription;
  readonly #settings: Settings;
  readonly #named: Map<Plan, Set<string>>;
  constructor(subscription: Subscription, settings: Settings) {
    this.#subscription = subscription;
    this.#settings = settings;
    this.#named = new Map(subscription.plans.map((plan) => [plan, datesOf(plan)]));
  }

  /** `<product> <qty> <state>` of a day, sorted. */
  tell(day: string): string[] {
    const next = Temporal.PlainDate.from(day).add({ days: 1 }).toString();
    const own = this.#scheduled(day).map(({ productId, qty, state }) => `${productId} ${qty} ${state}`);
    const moved = this.#scheduled(next)
      .filter(({ state }) => state === 'MOVED')
      .map(({ productId, qty }) => `${productId} ${qty} DUE`);
    const extra = this.#ended(day) || !this.#planOf(day) ? [] : this.#oneOffs(day);
    return [...own, ...moved, ...extra].sort();
  }

  #ended(day: string): boolean {
    return this.#subscription.endDay !== undefined && day > this.#subscription.endDay;
  }

  #planOf(day: string): Plan | undefined {
    return this.#subscription.plans.filter(({ from }) => from <= day).at(-1);
  }

  #scheduled(day: string): { productId: string; qty: number; state: string }[] {
    const plan = this.#planOf(day);
    if (!plan || this.#ended(day) || !this.#named.get(plan)?.has(day)) return [];
    const weekday = nameOf(Temporal.PlainDate.from(day));
    return plan.items
      .map((item) => ({ productId: item.productId, qty: item.qtyByWeekday?.[weekday] ?? item.qty }))
      .filter(({ qty }) => qty > 0)
      .map((line) => ({ ...line, state: this.#stateOf(line.productId, day) }));
  }

  #stateOf(productId: string, day: string): string {
    if (this.#paused(productId).has(day)) return 'PAUSED';
    if (new Set(this.#subscription.skips).has(day)) return 'SKIPPED';
    if (this.#closed(day)) return 'NOT_SERVED';
    if (!this.#holidays().has(day)) return 'DUE';
    return this.#moves(productId, day) ? 'MOVED' : 'HOLIDAY';
  }

  #oneOffs(day: string): string[] {
    return this.#subscription.oneOffs
      .filter((oneOff) => oneOff.day === day)
      .flatMap(({ items }) => items)
      .map(({ productId, qty }) => {
        if (this.#paused(productId).has(day)) return `${productId} ${qty} PAUSED`;
        if (this.#closed(day)) return `${productId} ${qty} NOT_SERVED`;
        return `${productId} ${qty} ${this.#holidays().has(day) ? 'HOLIDAY' : 'DUE'}`;
      });
  }

  #paused(productId: string): Set<string> {
    const days = new Set<string>();
    const end = Temporal.PlainDate.from(FIRST).add({ days: PLAYED_DAYS + 2 });
    for (const { from, to, productIds } of this.#subscription.pauses) {
      if (productIds && !productIds.includes(productId)) continue;
      const last = to ? Temporal.PlainDate.from(to) : end;
      for (let date = Temporal.PlainDate.from(from); Temporal.PlainDate.compare(date, last) <= 0; ) {
        days.add(date.toString());
        date = date.add({ days: 1 });
      }
    }
    return days;
  }

  #closed(day: string): boolean {
    return this.#settings.closedWeekdays.includes(nameOf(Temporal.PlainDate.from(day)));
  }

  #holidays(): Set<string> {
    return new Set(this.#settings.holidays.map(({ day }) => day));
  }

  #moves(productId: string, day: string): boolean {
    const declared = this.#settings.holidays.find((one) => one.day === day);
    const before = Temporal.PlainDate.from(day).subtract({ days: 1 });
    const target = before.toString();
    if (declared?.move !== 'DAY_BEFORE' || target < this.#subscription.startDay) return false;
    if (this.#closed(target) || this.#holidays().has(target) || this.#paused(productId).has(target))
      return false;
    const known = Temporal.Instant.from(declared.declaredAt ?? '1970-01-01T00:00Z');
    return Temporal.Instant.compare(this.#lock(productId, before), known) > 0;
  }

  #lock(productId: string, date: Temporal.PlainDate): Temporal.Instant {
    const { timeZone, cutoffs } = this.#settings;
    const at = (daysBefore: number, plainTime: string) =>
      date.subtract({ days: daysBefore }).toZonedDateTime({ timeZone, plainTime }).toInstant();
    const slot = at(1, '22:00');
    if (productId !== 'P201') return slot;
    const own = at(cutoffs[0]?.cutoffDaysBefore ?? 1, '01:30');
    return Temporal.Instant.compare(own, slot) < 0 ? own : slot;
  }
}

test('Whatever is planned, paused, skipped and closed, each day has what a day-by-day reckoning finds, through leap day, month ends and changed clocks (S2–S7, I13, I24)', () => {
  fc.assert(
    fc.property(lives, (life) => {
      const { subscription, settings } = played(life);
      const last = addDays(FIRST, PLAYED_DAYS);
      const told = new Map(
        plannedDays(subscription, settings, FIRST, last).map(({ day, lines }) => [
          day,
          lines.map(({ productId, qty, state }) => `${productId} ${qty} ${state}`).sort(),
        ]),
      );
      const oracle = new Oracle(subscription, settings);
      for (let day = FIRST; day <= last; day = addDays(day, 1)) {
        expect([day, told.get(day) ?? []]).toEqual([day, oracle.tell(day)]);
      }
    }),
    { numRuns: 120 },
  );
});
