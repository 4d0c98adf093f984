import { addDays, clockTimeOf, dayOf, type Instant, instantOf } from '#shared/domain/day.ts';

/**
 * The end of the quiet hours that an instant lies in; undefined when it lies in none. Clock times `HH:MM` of
 * the dairy's zone; a window whose end is not after its beginning spans midnight, an empty one is none.
 */
export function quietUntil(
  now: Date,
  quietHours: { from: string; to: string } | null,
  timeZone: string,
): Instant | undefined {
  if (!quietHours || quietHours.from === quietHours.to) return undefined;
  const { from, to } = quietHours;
  const time = clockTimeOf(now, timeZone);
  const today = dayOf(now, timeZone);
  if (from < to) return from <= time && time < to ? instantOf(today, to, timeZone) : undefined;
  if (time >= from) return instantOf(addDays(today, 1), to, timeZone);
  return time < to ? instantOf(today, to, timeZone) : undefined;
}
