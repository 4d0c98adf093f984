import type { Subscription } from '#lambdas/order/models/Subscription.ts';
import { slotLockOf } from '#lambdas/order/rules/cutoff.ts';
import { comingLines, type PriceOn } from '#lambdas/order/rules/forecast.ts';
import { planOn } from '#lambdas/order/rules/schedule.ts';
import type { Settings } from '#shared/data/settings.ts';
import { addDays, type Day, type Instant, laterDay } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';

/** What a household's standing orders take from its prepaid balance on a day, and when. */
export interface BalanceDay {
  day: Day;
  amountMinor: Minor;
  /** The first cutoff at which some of it is taken. */
  cutoffAt: Instant;
}

/** What a prepaid balance lacks for coming days of deliveries. */
export interface Need {
  /** The first day that it does not cover. */
  dueDay: Day;
  cutoffAt: Instant;
  missingMinor: Minor;
}

/**
 * The days from one to another, both included, on which standing orders take something from the prepaid balance, as
 * the calendar shows them; days that an order run has dealt with have been paid.
 */
export function balanceDays(
  subscriptions: readonly Subscription[],
  settings: Settings,
  priceOn: PriceOn,
  [from, to]: readonly [Day, Day],
): BalanceDay[] {
  const days = new Map<Day, BalanceDay>();
  for (const subscription of subscriptions) {
    const { plans, lastRunDay } = subscription;
    if (!plans.some(({ paymentMethod }) => paymentMethod === 'WALLET')) continue;
    const first = lastRunDay ? laterDay(from, addDays(lastRunDay, 1)) : from;
    for (const { day, amount } of comingLines(subscription, settings, priceOn, [first, to])) {
      const plan = planOn(plans, day);
      if (plan?.paymentMethod !== 'WALLET') continue;
      const cutoffAt = slotLockOf(settings, plan.slotId, day) ?? '';
      const known = days.get(day) ?? { day, amountMinor: 0, cutoffAt };
      known.amountMinor += amount;
      if (cutoffAt < known.cutoffAt) known.cutoffAt = cutoffAt;
      days.set(day, known);
    }
  }
  return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** How far ahead days of deliveries are looked for: a little first, because most come daily. */
const WINDOWS = [14, 45, 110];

/** What a balance lacks for so many coming days of deliveries; undefined where it covers them. */
export function needOf(
  subscriptions: readonly Subscription[],
  { settings, priceOn, today }: { settings: Settings; priceOn: PriceOn; today: Day },
  days: number,
  availableMinor: Minor,
): Need | undefined {
  let coming: BalanceDay[] = [];
  for (const window of WINDOWS) {
    coming = balanceDays(subscriptions, settings, priceOn, [today, addDays(today, window)]);
    if (coming.length >= days) break;
  }
  let leftMinor = availableMinor;
  let due: BalanceDay | undefined;
  for (const day of coming.slice(0, days)) {
    leftMinor -= day.amountMinor;
    if (leftMinor < 0) due ??= day;
  }
  return due && { dueDay: due.day, cutoffAt: due.cutoffAt, missingMinor: -leftMinor };
}
