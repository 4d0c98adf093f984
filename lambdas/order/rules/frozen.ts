import type { Settings } from '#shared/data/settings.ts';
import { addDays, type Day, dayOf, daysBetween, type Instant, laterDay } from '#shared/domain/day.ts';
import type { Frozen, OneOffItem, Subscription } from '../models/Subscription.ts';
import { lockReachDays } from './cutoff.ts';
import { type Altered, alteredDays, duesOf } from './locked.ts';
import { plannedDays } from './plannedDays.ts';

/**
 * A change as far as it reaches: what has locked stays as it was, and is kept as `frozen` lines, and the rest follows the
 * change. Undefined where it does not reach the first day that it would alter: nothing of that day is open any more, or
 * the day cannot be divided, because it moves to another slot, is paid otherwise, or things are `added` to it.
 */
export function asFarAsOpen(
  before: Subscription,
  changed: Subscription,
  {
    settings,
    now,
    added,
  }: { settings: Settings; now: Instant; added?: { day: Day; items: readonly OneOffItem[] } },
): Subscription | undefined {
  const today = dayOf(now, settings.timeZone);
  const done = before.lastRunDay ?? '';
  const last = laterDay(done, addDays(today, lockReachDays(settings)));
  const had = (before.frozen ?? []).filter(({ day, locksAt }) => day <= done || locksAt <= now);
  const stands = ({ day, productId }: Frozen) =>
    added?.day === day && added.items.some((item) => item.productId === productId);
  if (had.some(stands)) return undefined;
  const was = duesOf(before, settings, today, last);
  const alteredBy = (after: Subscription) => alteredDays(was, duesOf(after, settings, today, last));
  const altered = alteredBy(withFrozen(changed, had));
  const isBlocked = ({ day, dayLocks, lines }: Altered) =>
    dayLocks.some((lock) => lock <= now) || (day <= done && lines.length > 0);
  if (altered.some(isBlocked)) return undefined;
  const closed = altered.map(({ day, lines }) => ({
    day,
    lines: lines.filter(({ locks }) => isOver(locks, now)),
  }));
  if (added && closed.some(({ lines }) => lines.length > 0)) return undefined;
  const nothingOpen =
    altered[0]?.lines.length === closed[0]?.lines.length && altered[0]?.dayLocks.length === 0;
  if (altered[0] && nothingOpen) return undefined;
  const more = closed.flatMap(({ day, lines }) =>
    lines.map(({ productId, locks }) => frozenLines(before, settings, { day, productId, locks })),
  );
  // What is kept of one day may put the end off, and then another day needs to be kept as well.
  const needed = differing(withFrozen(changed, []), had, settings);
  const kept = differing(withFrozen(changed, [...needed, ...more]), had, settings);
  const reached = withFrozen(changed, [...kept, ...more]);
  // What is kept of a day that the change leaves out would come in the slot that the change wants.
  return alteredBy(reached).some(isBlocked) ? undefined : reached;
}

/** The frozen lines that a subscription would not bring as they are, were they not kept. */
function differing(
  { frozen: _, ...bare }: Subscription,
  had: readonly Frozen[],
  settings: Settings,
): Frozen[] {
  return had.filter((kept) => !isAlike(kept.lines, linesOf(bare, settings, kept)));
}

const isOver = (locks: readonly Instant[], now: Instant) => locks.some((lock) => lock <= now);

/** What comes of a product on a day, or does not, as it stood before a change. */
function frozenLines(
  before: Subscription,
  settings: Settings,
  { locks, ...place }: { day: Day; productId: string; locks: readonly Instant[] },
): Frozen {
  return { ...place, locksAt: [...locks].sort()[0] ?? '', lines: linesOf(before, settings, place) };
}

function linesOf(
  subscription: Subscription,
  settings: Settings,
  { day, productId }: { day: Day; productId: string },
): Frozen['lines'] {
  return plannedDays(subscription, settings, day, day)
    .flatMap(({ lines }) => lines)
    .flatMap(({ productId: id, ...line }) => (id === productId ? [line] : []));
}

function isAlike(some: Frozen['lines'], others: Frozen['lines']): boolean {
  const texts = [some, others].map((lines) =>
    JSON.stringify(lines.map((line) => [line.qty, line.state, line.scheduledDay, line.oneOff, line.movedTo])),
  );
  return texts[0] === texts[1];
}

/** Frozen lines come though the order ends before them: it then ends with them, and brings nothing else until then. */
function withFrozen(subscription: Subscription, frozen: readonly Frozen[]): Subscription {
  const { frozen: _, ...rest } = subscription;
  if (frozen.length === 0) return rest;
  const kept = { ...rest, frozen: [...frozen].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)) };
  const { endDay, skips } = rest;
  const last = frozen.reduce((day, each) => laterDay(day, each.day), '');
  if (endDay === undefined || last <= endDay) return kept;
  const rests = daysBetween(laterDay(addDays(endDay, 1), rest.startDay), last);
  return { ...kept, endDay: last, skips: [...new Set([...skips, ...rests])].sort() };
}

const placeOf = ({ day, productId }: Frozen) => `${day} ${productId}`;
