import { type Weekday, weekdays } from '#shared/data/settings.ts';
import type { Day } from '#shared/domain/day.ts';
import type { Plan, StandingItem } from '../models/Subscription.ts';

const MS_PER_DAY = 86_400_000;

/** A day's number, 0 for 1970-01-01. An order run asks by the ten thousand, so days are counted, not reckoned with. */
export function dayNumber(day: Day): number {
  return Date.parse(day) / MS_PER_DAY;
}

/** The day that has a number. */
export function dayAt(number: number): Day {
  return new Date(number * MS_PER_DAY).toISOString().slice(0, 10);
}

const MOST_DAYS_KEPT = 5_000;
const following = new Map<Day, Day>();

/** The day after another; the same few are asked for again and again. */
export function dayAfter(day: Day): Day {
  let next = following.get(day);
  if (next === undefined) {
    next = dayAt(dayNumber(day) + 1);
    if (following.size >= MOST_DAYS_KEPT) following.clear();
    following.set(day, next);
  }
  return next;
}

/** The weekday of a calendar day. */
export function weekdayOf(day: Day): Weekday {
  // Day 0 was a Thursday, three after Monday; the sum keeps days before 1970 positive.
  return weekdays[(((dayNumber(day) + 3) % 7) + 7) % 7] as Weekday;
}

/**
 * Whether a plan's schedule names a day. Alternate and every-N days are calendar days counted from the anchor and
 * none before it; what happens on a day (skip, pause, holiday) never shifts the count.
 */
export function isScheduled({ schedule, anchor }: Pick<Plan, 'schedule' | 'anchor'>, day: Day): boolean {
  switch (schedule.type) {
    case 'DAILY':
      return true;
    case 'ALTERNATE_DAYS':
      return isEvery(2, anchor, day);
    case 'EVERY_N_DAYS':
      return isEvery(schedule.n, anchor, day);
    case 'WEEKDAYS':
      return schedule.days.includes(weekdayOf(day));
    case 'MONTHLY':
      return isDayOfMonth(schedule.daysOfMonth, day);
  }
}

function isEvery(count: number, anchor: Day, day: Day): boolean {
  const since = dayNumber(day) - dayNumber(anchor);
  return since >= 0 && since % count === 0;
}

/** A day that the month lacks is its last day, which is one day however many are named that fall on it. */
function isDayOfMonth(daysOfMonth: readonly number[], day: Day): boolean {
  const dayOfMonth = Number(day.slice(8));
  if (daysOfMonth.includes(dayOfMonth)) return true;
  const isLast = dayAfter(day).endsWith('-01');
  return isLast && daysOfMonth.some((named) => named > dayOfMonth);
}

/** How many of an item a scheduled day brings; 0 leaves it out that day. */
export function qtyOn({ qty, qtyByWeekday }: StandingItem, day: Day): number {
  return qtyByWeekday?.[weekdayOf(day)] ?? qty;
}

/** The plan in force on a day: the last that has begun; none before the first begins. Plans are ascending by `from`. */
export function planOn(plans: readonly Plan[], day: Day): Plan | undefined {
  return plans.findLast(({ from }) => from <= day);
}
