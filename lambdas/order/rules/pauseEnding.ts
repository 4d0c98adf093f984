import type { Settings } from '#shared/data/settings.ts';
import { addDays, type Day, dayOf, type Instant } from '#shared/domain/day.ts';
import type { Subscription } from '../models/Subscription.ts';
import { lockReachDays, slotLockOf } from './cutoff.ts';
import { plannedDays } from './plannedDays.ts';

/** A pause whose first day back is about to be cut off. */
export interface PauseEnding {
  pausedTo: Day;
  firstDay: Day;
  cutoffAt: Instant;
}

/** A schedule may bring something this many days after a pause for the first time. */
const MOST_DAYS_AFTER = 100;

/** The pause of a subscription whose first day back is cut off on a day; the latest, where several end together. */
export function pauseEndingOn(
  subscription: Subscription,
  settings: Settings,
  cutoffDay: Day,
): PauseEnding | undefined {
  const last = addDays(cutoffDay, lockReachDays(settings));
  const ends = subscription.pauses.flatMap(({ to }) => to ?? []).sort();
  for (const pausedTo of ends.reverse()) {
    if (pausedTo >= last || pausedTo < addDays(cutoffDay, -MOST_DAYS_AFTER)) continue;
    const back = plannedDays(subscription, settings, addDays(pausedTo, 1), last).find(({ lines }) =>
      lines.some(({ state }) => state === 'DUE'),
    );
    const cutoffAt = back && slotLockOf(settings, back.slotId, back.day);
    if (!back || !cutoffAt) continue;
    return dayOf(cutoffAt, settings.timeZone) === cutoffDay
      ? { pausedTo, firstDay: back.day, cutoffAt }
      : undefined;
  }
  return undefined;
}
