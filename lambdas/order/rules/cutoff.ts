import type { CutoffRule, Settings, SlotWindow, Weekday } from '#shared/data/settings.ts';
import { type SlotOnDay, slotOn } from '#shared/data/slot.ts';
import { addDays, type Day, dayOf, type Instant, instantOf } from '#shared/domain/day.ts';
import { dayAt, dayNumber, weekdayOf } from './schedule.ts';

/** How far ahead an open day is looked for. */
const MOST_DAYS_AHEAD = 40;
const MOST_LOCKS_KEPT = 5_000;

type Holiday = Settings['holidays'][number];

/** When a slot's day locks, and when those products do that have rules of their own. */
interface DayLocks {
  slot: Instant;
  products: ReadonlyMap<string, Instant>;
}

/** What is asked of one state of the settings for every line of an order run, found once. */
interface Calendar {
  windows: ReadonlyMap<string, SlotWindow>;
  closedWeekdays: ReadonlySet<Weekday>;
  holidays: ReadonlyMap<Day, Holiday>;
  /** By `<slotId> <day>`. */
  locks: Map<string, DayLocks>;
  /** How many days after today a line can have locked at most. */
  reachDays: number;
}

// Settings are never changed in place: others are another object.
const calendars = new WeakMap<Settings, Calendar>();

function calendarOf(settings: Settings): Calendar {
  let calendar = calendars.get(settings);
  if (!calendar) {
    calendar = {
      windows: new Map(settings.slots.map((window) => [window.slotId, window])),
      closedWeekdays: new Set(settings.closedWeekdays),
      holidays: new Map(settings.holidays.map((holiday) => [holiday.day, holiday])),
      locks: new Map(),
      // A lock is a clock time of its day, which may be over by then: one day more.
      reachDays:
        1 + Math.max(...[...settings.slots, ...settings.cutoffs].map((rule) => rule.cutoffDaysBefore)),
    };
    calendars.set(settings, calendar);
  }
  return calendar;
}

/** Whether a day is one of the weekdays on which nothing is delivered. */
export function isClosedWeekday(settings: Settings, day: Day): boolean {
  const { closedWeekdays } = calendarOf(settings);
  return closedWeekdays.size > 0 && closedWeekdays.has(weekdayOf(day));
}

/** The holiday that falls on a day, if any. */
export function holidayOn(settings: Settings, day: Day): Holiday | undefined {
  return calendarOf(settings).holidays.get(day);
}

/** Whether anything is delivered on a day: it is neither a closed weekday nor a holiday. */
export function isServed(settings: Settings, day: Day): boolean {
  return !isClosedWeekday(settings, day) && holidayOn(settings, day) === undefined;
}

/** How many days after today a line can have locked at most: what comes later is open. */
export function lockReachDays(settings: Settings): number {
  return calendarOf(settings).reachDays;
}

/** A slot's window on a day, with the cutoff that the most specific rule gives it there. */
export function slotOnDay(settings: Settings, window: SlotWindow, day: Day): SlotOnDay {
  const slot = slotOn(window, day, settings.timeZone);
  return { ...slot, cutoffAt: slotLockOf(settings, window.slotId, day) ?? slot.cutoffAt };
}

/**
 * The last moment to change a slot's delivery day; undefined when the slot is not offered. A rule of that date wins
 * over one of the weekday, that over the slot's own cutoff; of two alike, the one that names the slot, else the first
 * in the list. A slot locks at the latest when it begins.
 */
export function slotLockOf(settings: Settings, slotId: string, day: Day): Instant | undefined {
  return locksOf(settings, slotId, day)?.slot;
}

/**
 * The last moment to change a product's line of a slot's delivery day; undefined when the slot is not offered. The
 * most specific rule wins (date, product, weekday, slot), but a product never locks later than its slot.
 */
export function lineLockOf(
  settings: Settings,
  slotId: string,
  day: Day,
  productId: string,
): Instant | undefined {
  const locks = locksOf(settings, slotId, day);
  return locks?.products.get(productId) ?? locks?.slot;
}

function locksOf(settings: Settings, slotId: string, day: Day): DayLocks | undefined {
  const { windows, locks } = calendarOf(settings);
  const name = `${slotId} ${day}`;
  let found = locks.get(name);
  if (!found) {
    const window = windows.get(slotId);
    if (!window) return undefined;
    found = findLocks(settings, window, day);
    if (locks.size >= MOST_LOCKS_KEPT) locks.clear();
    locks.set(name, found);
  }
  return found;
}

function findLocks({ cutoffs, timeZone }: Settings, window: SlotWindow, day: Day): DayLocks {
  const weekday = weekdayOf(day);
  const fitting = cutoffs.filter(
    (rule) =>
      (rule.slotId ?? window.slotId) === window.slotId &&
      (rule.weekday ?? weekday) === weekday &&
      (rule.date ?? day) === day,
  );
  const { startsAt } = slotOn(window, day, timeZone);
  const lockBy = ({ cutoffTime, cutoffDaysBefore }: CutoffRule | SlotWindow) =>
    earlier(instantOf(addDays(day, -cutoffDaysBefore), cutoffTime, timeZone), startsAt);

  const general = mostSpecific(fitting.filter(({ productId }) => productId === undefined));
  const slot = lockBy(general ?? window);
  const products = new Map<string, Instant>();
  for (const [productId, rules] of Map.groupBy(fitting, (rule) => rule.productId)) {
    const rule = mostSpecific(general ? [general, ...rules] : rules);
    if (productId !== undefined && rule) products.set(productId, earlier(lockBy(rule), slot));
  }
  return { slot, products };
}

function mostSpecific(rules: readonly CutoffRule[]): CutoffRule | undefined {
  let best: CutoffRule | undefined;
  for (const rule of rules) if (!best || specificity(rule) > specificity(best)) best = rule;
  return best;
}

/** Each thing that a rule names counts more than all that come after it. */
function specificity({ date, productId, weekday, slotId }: CutoffRule): number {
  return (date ? 8 : 0) + (productId ? 4 : 0) + (weekday ? 2 : 0) + (slotId ? 1 : 0);
}

function earlier(one: Instant, other: Instant): Instant {
  return one < other ? one : other;
}

/**
 * The first day, today or at most 40 days ahead, on which a slot is delivered and can still be changed, together
 * with a line of every product named; undefined when there is none or the slot is not offered.
 */
export function firstOpenDay(
  settings: Settings,
  slotId: string,
  now: Instant,
  productIds: readonly string[] = [],
): Day | undefined {
  const isOpen = (lock: Instant | undefined) => lock !== undefined && lock > now;
  const today = dayNumber(dayOf(now, settings.timeZone));
  for (let ahead = 0; ahead <= MOST_DAYS_AHEAD; ahead++) {
    const day = dayAt(today + ahead);
    if (
      isServed(settings, day) &&
      isOpen(slotLockOf(settings, slotId, day)) &&
      productIds.every((productId) => isOpen(lineLockOf(settings, slotId, day, productId)))
    ) {
      return day;
    }
  }
  return undefined;
}
