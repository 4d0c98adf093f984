import { addDays, type Day, laterDay } from '#shared/domain/day.ts';
import type { Subscription, SubscriptionDay } from '../models/Subscription.ts';

/** A slot's day may be dealt with before earlier days of another slot: no slot locks more days ahead than these. */
const KEPT_DAYS = 31;

/** What an order run leaves of a subscription: exceptions of days that are over are not needed any more. */
export function afterRun(
  subscription: Subscription,
  lines: SubscriptionDay['lines'],
  day: Day,
): Subscription {
  const { lastRunDay, skips, oneOffs, pauses, plans } = subscription;
  const over = addDays(day, -KEPT_DAYS);
  const short = lines.some(({ outcome }) => outcome === 'SHORT' || outcome === 'OUT_OF_STOCK');
  const forward = lines.filter((line) => line.scheduledDay > day).map(({ scheduledDay }) => scheduledDay);
  const broughtForward = [...new Set([...(subscription.broughtForward ?? []), ...forward])].filter(
    (scheduled) => scheduled > over,
  );
  return {
    ...subscription,
    lastRunDay: laterDay(lastRunDay ?? day, day),
    ...(short ? { shortedOn: laterDay(subscription.shortedOn ?? day, day) } : {}),
    ...(broughtForward.length > 0 ? { broughtForward } : {}),
    skips: skips.filter((skipped) => skipped > over),
    oneOffs: oneOffs.filter((oneOff) => oneOff.day > over),
    pauses: pauses.filter(({ to }) => to === undefined || to > over),
    plans: plans.filter((_, i) => (plans[i + 1]?.from ?? '9999') > over),
  };
}
