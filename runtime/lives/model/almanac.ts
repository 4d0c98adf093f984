import { Temporal } from 'temporal-polyfill';

/**
 * The model's calendar: what docs/domain.md says of days, locks and prices, told as plainly as it can be said and with
 * nothing taken from the code that it is compared with.
 */
export type Day = string;
export type Moment = string;

export interface Slot {
  slotId: string;
  from: string;
  to: string;
  cutoffTime: string;
  cutoffDaysBefore: number;
  capacity: null;
}

export interface CutoffException {
  slotId?: string;
  productId?: string;
  weekday?: string;
  date?: Day;
  cutoffTime: string;
  cutoffDaysBefore: number;
}

export interface Holiday {
  day: Day;
  name: string;
  move: 'DAY_BEFORE' | 'DROP';
  declaredAt?: Moment;
}

/** How a dairy has arranged its days. */
export interface Arrangement {
  timeZone: string;
  slots: Slot[];
  cutoffs: CutoffException[];
  closedWeekdays: string[];
  holidays: Holiday[];
}

const names = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
/** What an exception may name, that which weighs most first. */
const weights = ['date', 'productId', 'weekday', 'slotId'] as const;

/** Thousands of lives ask for the same few dates: each is reckoned once. */
function remembered<T>(reckon: (...asked: [string, string?, string?]) => T) {
  const known = new Map<string, T>();
  return (...asked: [string, string?, string?]): T => {
    const key = asked.join(' ');
    let answer = known.get(key);
    if (answer === undefined) {
      answer = reckon(...asked);
      known.set(key, answer);
    }
    return answer;
  };
}

const stepped = remembered((day, days) =>
  Temporal.PlainDate.from(day)
    .add({ days: Number(days) })
    .toString(),
);
const between = remembered(
  (from, to = '') => Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days,
);
const weekdayOf = remembered((day) => names[Temporal.PlainDate.from(day).dayOfWeek - 1] ?? '');
const inMonth = remembered((month, day) => {
  return Temporal.PlainYearMonth.from(month)
    .toPlainDate({ day: Number(day) })
    .toString();
});
const moment = remembered((day, time, timeZone = '') => {
  const at = Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(timeZone);
  return at.toInstant().toString({ smallestUnit: 'millisecond' });
});

/** The date so many days on. */
export function step(day: Day, days: number): Day {
  return stepped(day, String(days));
}

/** How many days lie between two dates. */
function gap(from: Day, to: Day): number {
  return between(from, to);
}

/** All dates from one to another, both included. */
export function dates(from: Day, to: Day): Day[] {
  const all: Day[] = [];
  for (let day = from; day <= to; day = step(day, 1)) all.push(day);
  return all;
}

/** The name of a date's weekday. */
export function weekday(day: Day): string {
  return weekdayOf(day);
}

/** The date in a zone at a moment. */
export function dateAt(at: Moment, timeZone: string): Day {
  return Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** The moment at which clocks in a zone show a time on a date. */
export function momentOf(day: Day, time: string, timeZone: string): Moment {
  return moment(day, time, timeZone);
}

/** The last date of a date's month. */
export function monthEnd(day: Day): Day {
  const date = Temporal.PlainDate.from(day);
  return date.with({ day: date.daysInMonth }).toString();
}

/** A run begins so long after a lock. */
const RUNS_AFTER_MS = 5_000;
/** A run that did not come is made up for so long. */
const LOOKS_BACK_DAYS = 14;
/** Every lock is at most so long before its day. */
export const LOCKS_WITHIN_DAYS = 10;

/** A dairy's days: which are served, and when the lines of each lock. */
export class Almanac {
  readonly arrangement: Arrangement;
  readonly #locks = new Map<string, Moment | undefined>();

  constructor(arrangement: Arrangement) {
    this.arrangement = arrangement;
  }

  today(now: Moment): Day {
    return dateAt(now, this.arrangement.timeZone);
  }

  closed(day: Day): boolean {
    return this.arrangement.closedWeekdays.includes(weekday(day));
  }

  holiday(day: Day): Holiday | undefined {
    return this.arrangement.holidays.find((holiday) => holiday.day === day);
  }

  served(day: Day): boolean {
    return !this.closed(day) && !this.holiday(day);
  }

  slot(slotId: string): Slot | undefined {
    return this.arrangement.slots.find((slot) => slot.slotId === slotId);
  }

  begins(slotId: string, day: Day): Moment {
    return momentOf(day, this.slot(slotId)?.from ?? '00:00', this.arrangement.timeZone);
  }

  /** When a slot's date locks, or with a product the line of it; nothing does in a slot that is not offered. */
  lock(slotId: string, day: Day, productId?: string): Moment | undefined {
    const key = `${slotId} ${day} ${productId ?? ''}`;
    if (!this.#locks.has(key)) this.#locks.set(key, this.#findLock(slotId, day, productId));
    return this.#locks.get(key);
  }

  #findLock(slotId: string, day: Day, productId: string | undefined): Moment | undefined {
    const slot = this.slot(slotId);
    if (!slot) return undefined;
    let fitting = this.arrangement.cutoffs.filter(
      (rule) =>
        (rule.slotId === undefined || rule.slotId === slotId) &&
        (rule.date === undefined || rule.date === day) &&
        (rule.weekday === undefined || rule.weekday === weekday(day)) &&
        (rule.productId === undefined || rule.productId === productId),
    );
    for (const weight of weights) {
      const naming = fitting.filter((rule) => rule[weight] !== undefined);
      if (naming.length > 0) fitting = naming;
    }
    const rule = fitting[0] ?? slot;
    const said = momentOf(step(day, -rule.cutoffDaysBefore), rule.cutoffTime, this.arrangement.timeZone);
    const atLatest = productId === undefined ? this.begins(slotId, day) : this.lock(slotId, day);
    return [said, atLatest ?? said].sort()[0];
  }

  /** The locks that pass between two moments, five seconds later, when the run begins. */
  runsBetween(from: Moment, to: Moment): Moment[] {
    const moments = new Set<Moment>();
    const first = step(this.today(from), -1);
    for (const day of dates(first, step(this.today(to), LOCKS_WITHIN_DAYS))) {
      for (const { slotId } of this.arrangement.slots) {
        const at = later(this.lock(slotId, day) ?? '', RUNS_AFTER_MS);
        if (from < at && at <= to) moments.add(at);
      }
    }
    return [...moments].sort();
  }

  /** What has locked by now, so long ago at most: the slots of each lock and day, the first lock first. */
  lockedBy(now: Moment): { key: string; day: Day; slotIds: string[] }[] {
    const today = this.today(now);
    const groups = new Map<string, { key: string; day: Day; slotIds: string[] }>();
    for (const day of dates(step(today, -LOOKS_BACK_DAYS), step(today, LOCKS_WITHIN_DAYS))) {
      for (const { slotId } of this.arrangement.slots) {
        const lock = this.lock(slotId, day) ?? '';
        if (later(lock, RUNS_AFTER_MS) > now) continue;
        const key = `${lock} ${day}`;
        groups.set(key, { key, day, slotIds: [...(groups.get(key)?.slotIds ?? []), slotId] });
      }
    }
    return [...groups.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  /** The days of which some slot has its run at a moment. */
  running(at: Moment): Day[] {
    return this.#near(at).filter((day) => this.#runs(day).includes(at));
  }

  /** The days whose last slot has its run at a moment. */
  closing(at: Moment): Day[] {
    return this.#near(at).filter((day) => this.#runs(day).sort().at(-1) === at);
  }

  #near(at: Moment): Day[] {
    const today = this.today(at);
    return dates(step(today, -1), step(today, LOCKS_WITHIN_DAYS));
  }

  #runs(day: Day): Moment[] {
    return this.arrangement.slots.map(({ slotId }) => later(this.lock(slotId, day) ?? '', RUNS_AFTER_MS));
  }
}

/** Whether a schedule that began to count on an anchor names a date. */
export function named(schedule: Schedule, anchor: Day, day: Day): boolean {
  switch (schedule.type) {
    case 'DAILY':
      return true;
    case 'WEEKDAYS':
      return schedule.days.includes(weekday(day));
    case 'ALTERNATE_DAYS':
      return day >= anchor && gap(anchor, day) % 2 === 0;
    case 'EVERY_N_DAYS':
      return day >= anchor && gap(anchor, day) % schedule.n === 0;
    case 'MONTHLY':
      return schedule.daysOfMonth.some((wanted) => inMonth(day.slice(0, 7), String(wanted)) === day);
  }
}

export type Schedule =
  | { type: 'DAILY' }
  | { type: 'ALTERNATE_DAYS' }
  | { type: 'EVERY_N_DAYS'; n: number }
  | { type: 'WEEKDAYS'; days: string[] }
  | { type: 'MONTHLY'; daysOfMonth: number[] };

export function later(at: Moment, milliseconds: number): Moment {
  return new Date(Date.parse(at) + milliseconds).toISOString();
}
