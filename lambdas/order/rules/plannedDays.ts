import type { Settings } from '#shared/data/settings.ts';
import { type Day, type Instant, instantOf, laterDay } from '#shared/domain/day.ts';
import type { lineStates, Plan, Subscription } from '../models/Subscription.ts';
import { holidayOn, isClosedWeekday, isServed, lineLockOf, slotLockOf } from './cutoff.ts';
import { dayAfter, dayAt, dayNumber, isScheduled, planOn, qtyOn } from './schedule.ts';

export type LineState = (typeof lineStates)[number];

export interface PlannedLine {
  productId: string;
  qty: number;
  state: LineState;
  /** The day that the schedule names; another than that of the delivery when a holiday moved it here. */
  scheduledDay: Day;
  oneOff: boolean;
  /**
   * The last moment to change the line: that of the day it comes on, or would come on if it were not skipped or
   * paused. In a slot no longer offered it is the beginning of the day.
   */
  locksAt: Instant;
  /** Of MOVED: the day it comes on instead. */
  movedTo?: Day;
}

/** What one delivery day of a subscription brings, and what it does not and why. */
export interface PlannedDay {
  day: Day;
  plan: Plan;
  slotId: string;
  lines: PlannedLine[];
}

/** A standing order under the dairy's settings. */
interface Standing {
  subscription: Subscription;
  settings: Settings;
}

/**
 * The days of a subscription from one to another, both included, that have a line, in order. A day's lines stand in
 * item order, then those that a holiday moved there, then one-offs. A line stands on its scheduled day once, DUE or
 * with the reason why not; one that moved stands DUE on its new day as well.
 */
export function plannedDays(
  subscription: Subscription,
  settings: Settings,
  from: Day,
  to: Day,
): PlannedDay[] {
  const standing = { subscription, settings };
  const last = lastDayOf(subscription, to);
  const planned: PlannedDay[] = [];
  // Days are text, and an order run asks for one: it is spared the counting.
  for (let day = laterDay(from, subscription.startDay); day <= last; day = dayAfter(day)) {
    const plan = planOn(subscription.plans, day);
    if (!plan) continue;
    const lines = [
      ...standingLines(standing, plan, day),
      ...linesMovedTo(standing, day),
      ...oneOffLines(standing, plan, day),
    ];
    const kept = subscription.frozen ? withFrozen(standing, plan, day, lines) : lines;
    if (kept.length > 0) planned.push({ day, plan, slotId: plan.slotId, lines: kept });
  }
  return planned;
}

/**
 * A day's lines with those that had locked as they stood, in their places or else at the end. A day that was closed since
 * does not bring them either.
 */
function withFrozen(standing: Standing, plan: Plan, day: Day, lines: readonly PlannedLine[]): PlannedLine[] {
  const frozen = standing.subscription.frozen?.filter((each) => each.day === day) ?? [];
  const unserved = frozen.length > 0 ? whyUnserved(standing, plan, day) : undefined;
  const here = new Map(frozen.map((each) => [each.productId, each.lines]));
  const linesOf = (productId: string) => {
    const kept = here.get(productId) ?? [];
    here.set(productId, []);
    return kept.map(({ state, ...line }): PlannedLine => {
      return { ...line, productId, state: state === 'DUE' ? (unserved ?? state) : state };
    });
  };
  const others = lines.flatMap((line) => (here.has(line.productId) ? linesOf(line.productId) : [line]));
  return [...others, ...[...here.keys()].flatMap(linesOf)];
}

/** How far ahead a plan is looked at for a delivery: longer than any schedule waits. */
const DELIVERS_WITHIN_DAYS = 100;

/** Whether a plan ever brings something from a day on, leaving aside pauses, skips and holidays. */
export function delivers({ plans, startDay, endDay }: Subscription, settings: Settings, from: Day): boolean {
  const first = dayNumber(laterDay(from, startDay));
  return Array.from({ length: DELIVERS_WITHIN_DAYS }, (_, ahead) => dayAt(first + ahead)).some((day) => {
    const plan = planOn(plans, day);
    if (!plan || day > (endDay ?? day) || isClosedWeekday(settings, day)) return false;
    return isScheduled(plan, day) && plan.items.some((item) => qtyOn(item, day) > 0);
  });
}

/** The last day, up to a given one, that a subscription may deliver on. Cancelled without an end, it never does. */
function lastDayOf({ status, endDay }: Subscription, to: Day): Day {
  if (endDay === undefined) return status === 'CANCELLED' ? '' : to;
  return endDay < to ? endDay : to;
}

function standingLines(standing: Standing, plan: Plan, day: Day): PlannedLine[] {
  if (!isScheduled(plan, day)) return [];
  const { subscription } = standing;
  const isSkipped = subscription.skips.includes(day);
  const cameBefore = subscription.broughtForward?.includes(day) ?? false;
  const unserved = whyUnserved(standing, plan, day);
  return plan.items.flatMap((item): PlannedLine[] => {
    const qty = qtyOn(item, day);
    if (qty === 0) return [];
    const { productId } = item;
    const place = { productId, qty, scheduledDay: day, oneOff: false };
    const moved = unserved === 'HOLIDAY' ? moveOf(standing, productId, day) : undefined;
    const locksAt = moved?.locksAt ?? lockOf(standing, plan, day, productId);
    // What a run has ordered for the day before has come, whatever has become of the holiday since.
    if (cameBefore) return [{ ...place, state: 'MOVED', locksAt, movedTo: dayAt(dayNumber(day) - 1) }];
    if (isPaused(subscription, productId, day)) return [{ ...place, state: 'PAUSED', locksAt }];
    if (isSkipped) return [{ ...place, state: 'SKIPPED', locksAt }];
    if (moved) return [{ ...place, state: 'MOVED', locksAt, movedTo: moved.day }];
    return [{ ...place, state: unserved ?? 'DUE', locksAt }];
  });
}

/** What a holiday on the next day moves to a day. A skip of that day itself does not touch it. */
function linesMovedTo(standing: Standing, day: Day): PlannedLine[] {
  const { subscription, settings } = standing;
  if (settings.holidays.length === 0) return [];
  const next = dayAfter(day);
  if (holidayOn(settings, next)?.move !== 'DAY_BEFORE' || next > lastDayOf(subscription, next)) return [];
  const plan = planOn(subscription.plans, next);
  const lines = plan ? standingLines(standing, plan, next) : [];
  return lines.flatMap(({ movedTo, ...line }) => (movedTo === day ? [{ ...line, state: 'DUE' }] : []));
}

/** One-offs come also where nothing stands or the day is skipped, never where it is paused; a holiday drops them. */
function oneOffLines(standing: Standing, plan: Plan, day: Day): PlannedLine[] {
  const { subscription } = standing;
  return subscription.oneOffs.flatMap((oneOff) => {
    if (oneOff.day !== day) return [];
    return oneOff.items.map(({ productId, qty }) => ({
      productId,
      qty,
      state: isPaused(subscription, productId, day) ? 'PAUSED' : (whyUnserved(standing, plan, day) ?? 'DUE'),
      scheduledDay: day,
      oneOff: true,
      locksAt: lockOf(standing, plan, day, productId),
    }));
  });
}

function isPaused({ pauses }: Subscription, productId: string, day: Day): boolean {
  return pauses.some(
    ({ from, to, productIds }) =>
      from <= day && day <= (to ?? day) && (productIds?.includes(productId) ?? true),
  );
}

function whyUnserved({ settings }: Standing, plan: Plan, day: Day): 'NOT_SERVED' | 'HOLIDAY' | undefined {
  if (isClosedWeekday(settings, day) || slotLockOf(settings, plan.slotId, day) === undefined) {
    return 'NOT_SERVED';
  }
  return holidayOn(settings, day) && 'HOLIDAY';
}

/**
 * Where a holiday moves a line to: the day before, in the slot and with the lock it has there. Nowhere when the
 * holiday only drops, or when that day is before the start, not served, paused for the product, or had locked when
 * the holiday was declared.
 */
function moveOf(
  { subscription, settings }: Standing,
  productId: string,
  holiday: Day,
): { day: Day; locksAt: Instant } | undefined {
  const declared = holidayOn(settings, holiday);
  if (declared?.move !== 'DAY_BEFORE') return undefined;
  const day = dayAt(dayNumber(holiday) - 1);
  const plan = planOn(subscription.plans, day);
  if (!plan || day < subscription.startDay || !isServed(settings, day)) return undefined;
  if (isPaused(subscription, productId, day)) return undefined;
  const locksAt = lineLockOf(settings, plan.slotId, day, productId);
  if (locksAt === undefined || locksAt <= (declared.declaredAt ?? '')) return undefined;
  return { day, locksAt };
}

function lockOf({ settings }: Standing, plan: Plan, day: Day, productId: string): Instant {
  return lineLockOf(settings, plan.slotId, day, productId) ?? instantOf(day, '00:00', settings.timeZone);
}
