import type { Settings } from '#shared/data/settings.ts';
import { addDays, dayOf, type Instant, instantOf } from '#shared/domain/day.ts';

type Times = Pick<Settings, 'collectionTime' | 'dunningDays' | 'timeZone'>;

/** The next time of day at which automatic top-ups are looked at, after an instant. */
export function nextCollection({ collectionTime, timeZone }: Times, after: Instant): Instant {
  const today = dayOf(after, timeZone);
  const at = instantOf(today, collectionTime, timeZone);
  return at > after ? at : instantOf(addDays(today, 1), collectionTime, timeZone);
}

/**
 * When a collection that was declined so often is tried again: so many days after the first time, at the time of day
 * of collections and not before the household had its notice. Undefined when it is not tried any more.
 */
export function nextTry(
  times: Times,
  { failed, failedAt, notBefore }: { failed: number; failedAt: Instant; notBefore: Instant },
): Instant | undefined {
  const days = times.dunningDays[failed - 1];
  if (days === undefined) return undefined;
  const { collectionTime, timeZone } = times;
  const at = instantOf(addDays(dayOf(failedAt, timeZone), days), collectionTime, timeZone);
  return at > notBefore ? at : notBefore;
}
