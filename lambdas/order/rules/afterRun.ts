import { addDays, type Day, laterDay } from '#shared/domain/day.ts';
import type { Subscription, SubscriptionDay } from '../models/Subscription.ts';

/** A slot's day may be dealt with before earlier days of another slot: no slot locks more days ahead than these. */
const KEPT_DAYS = 31;

/** What an order run leaves of a subscription: how far it has come, and what later days must know of this one. */
export function afterRun(
  subscription: Subscription,
  lines: SubscriptionDay['lines'],
  day: Day,
): Subscription {
  const over = addDays(day, -KEPT_DAYS);
  const short = lines.some(({ outcome }) => isShort(outcome));
  const forward = lines.filter((line) => line.scheduledDay > day).map(({ scheduledDay }) => scheduledDay);
  const broughtForward = [...new Set([...(subscription.broughtForward ?? []), ...forward])].filter(
    (scheduled) => scheduled > over,
  );
  return {
    ...withoutOver(subscription, day),
    lastRunDay: laterDay(subscription.lastRunDay ?? day, day),
    ...(short ? { shortedOn: laterDay(subscription.shortedOn ?? day, day) } : {}),
    ...(broughtForward.length > 0 ? { broughtForward } : {}),
  };
}

/** Whether a line lacked what the dairy did not have. */
export function isShort(outcome: string): boolean {
  return outcome === 'SHORT' || outcome === 'OUT_OF_STOCK';
}

/** A subscription without exceptions and plans of days that are long over on a day: nothing asks for them any more. */
export function withoutOver(subscription: Subscription, day: Day): Subscription {
  const { skips, oneOffs, pauses, plans, frozen } = subscription;
  const over = addDays(day, -KEPT_DAYS);
  return {
    ...subscription,
    skips: skips.filter((skipped) => skipped > over),
    oneOffs: oneOffs.filter((oneOff) => oneOff.day > over),
    ...(frozen ? { frozen: frozen.filter((kept) => kept.day > over) } : {}),
    pauses: pauses.filter(({ to }) => to === undefined || to > over),
    plans: plans.filter((_, i) => (plans[i + 1]?.from ?? '9999') > over),
  };
}
