import type { Settings } from '#shared/data/settings.ts';
import { addDays, type Day, dayOf, type Instant, laterDay } from '#shared/domain/day.ts';
import type { Plan, Subscription } from '../models/Subscription.ts';
import { lockReachDays, slotLockOf } from './cutoff.ts';
import { plannedDays } from './plannedDays.ts';
import { planOn } from './schedule.ts';

/** How far ahead a day that can still change is looked for. */
const MOST_DAYS_AHEAD = 100;

/**
 * Whether a change would alter what cannot change any more: a line that has locked, in the slot it had or in the one it
 * gets, the place or the payment of a day whose slot has locked, or a day that an order run has dealt with. Without
 * `before` there was no standing order.
 */
export function altersLocked(
  before: Subscription | undefined,
  after: Subscription,
  settings: Settings,
  now: Instant,
): boolean {
  const today = dayOf(now, settings.timeZone);
  const reach = addDays(today, lockReachDays(settings));
  const done = before?.lastRunDay ?? '';
  const last = laterDay(done, reach);
  const was = before ? duesOf(before, settings, today, last) : new Map<Day, Due>();
  return alteredDays(was, duesOf(after, settings, today, last)).some(({ day, dayLocks, lines }) => {
    const locks = [...dayLocks, ...lines.flatMap((line) => line.locks)];
    return day <= done || locks.some((lock) => lock <= now);
  });
}

/** What is due on a day: each product's quantity and lock, and what the whole day has in common. */
export interface Due {
  lines: Map<string, { qty: number; locksAt: Instant }>;
  slotId: string;
  slotLock: Instant;
  terms: string;
}

/** What is due on each of some days. */
export function duesOf(subscription: Subscription, settings: Settings, from: Day, to: Day): Map<Day, Due> {
  const dues = new Map<Day, Due>();
  for (const { day, plan, slotId, lines } of plannedDays(subscription, settings, from, to)) {
    const due: Due['lines'] = new Map();
    for (const { productId, qty, state, locksAt } of lines) {
      if (state === 'DUE') due.set(productId, { qty: (due.get(productId)?.qty ?? 0) + qty, locksAt });
    }
    const slotLock = slotLockOf(settings, slotId, day) ?? '';
    if (due.size > 0) dues.set(day, { lines: due, slotId, slotLock, terms: termsOf(plan) });
  }
  return dues;
}

function termsOf({ address, paymentMethod }: Plan): string {
  return JSON.stringify([address, paymentMethod]);
}

/** What differs on a day before and after a change, and the locks of that. */
export interface Altered {
  day: Day;
  /** Of what the whole day has in common: where it comes, in which slot, and how it is paid. */
  dayLocks: Instant[];
  lines: { productId: string; locks: Instant[] }[];
}

/** The days that differ, in their order. */
export function alteredDays(was: ReadonlyMap<Day, Due>, is: ReadonlyMap<Day, Due>): Altered[] {
  return [...new Set([...was.keys(), ...is.keys()])]
    .sort()
    .map((day) => alteredOn(day, was.get(day), is.get(day)))
    .filter(({ dayLocks, lines }) => dayLocks.length > 0 || lines.length > 0);
}

function alteredOn(day: Day, was: Due | undefined, is: Due | undefined): Altered {
  const lines: Altered['lines'] = [];
  const moves = was !== undefined && is !== undefined && was.slotId !== is.slotId;
  for (const productId of new Set([...(was?.lines.keys() ?? []), ...(is?.lines.keys() ?? [])])) {
    const [old, next] = [was?.lines.get(productId), is?.lines.get(productId)];
    if (!moves && old?.qty === next?.qty) continue;
    lines.push({ productId, locks: [old, next].flatMap((line) => line?.locksAt ?? []) });
  }
  // A day is one order: it moves to another slot whole or not at all.
  if (moves) return { day, dayLocks: lines.flatMap(({ locks }) => locks), lines };
  const other = was && is && was.terms !== is.terms;
  return { day, dayLocks: other ? [was.slotLock, is.slotLock] : [], lines };
}

/** The first day, from today on, that no run has dealt with and whose slot has not locked. */
export function firstOpenDayOf(
  subscription: Subscription,
  settings: Settings,
  now: Instant,
): Day | undefined {
  let day = dayOf(now, settings.timeZone);
  for (let ahead = 0; ahead < MOST_DAYS_AHEAD; ahead++, day = addDays(day, 1)) {
    if (day <= (subscription.lastRunDay ?? '')) continue;
    const plan = planOn(subscription.plans, day) ?? subscription.plans[0];
    const lock = plan && slotLockOf(settings, plan.slotId, day);
    // In a slot that is not offered any more nothing locks.
    if (lock === undefined || lock > now) return day;
  }
  return undefined;
}

/** The first day from another on for which something holds, within a few months. */
export function firstDayThat(from: Day, holds: (day: Day) => boolean): Day | undefined {
  for (let ahead = 0, day = from; ahead < MOST_DAYS_AHEAD; ahead++, day = addDays(day, 1)) {
    if (holds(day)) return day;
  }
  return undefined;
}
