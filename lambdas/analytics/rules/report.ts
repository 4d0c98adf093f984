import { addDays, type Day, daysBetween, type Instant, instantOf } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';

/** An event as reports read it: its own fields lie in `event`. */
export interface Logged {
  eventId: string;
  eventType: string;
  entityVersion: number;
  timestamp: Instant;
  event: Record<string, unknown>;
}

/** A report under way. Events may come in any order and more than once; the figures are the same. */
export interface Report<R> {
  take(event: Logged): void;
  rows(): R[];
}

/** How often and for how much something happened; `amountMinor` is minor units. */
export interface Tally {
  count: number;
  amountMinor: Minor;
}

/** Whether an event tells that an order came into being: one of an order run is placed and confirmed at once. */
export function isPlaced(eventType: string, event: Record<string, unknown>): boolean {
  return eventType === 'ORDER_PLACED' || (eventType === 'ORDER_CONFIRMED' && event.through === 'RUN');
}

/** Which of the days from `from` to `to` an instant lies on, in a zone; undefined outside them. */
export function dayFinder(from: Day, to: Day, timeZone: string): (at: Instant) => Day | undefined {
  // One search among the days' first moments, instead of calendar arithmetic for each of a year's events.
  const days = daysBetween(from, to);
  const starts = [...days, addDays(to, 1)].map((day) => instantOf(day, '00:00', timeZone));
  return (at) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? '') <= at) low = middle + 1;
      else high = middle;
    }
    return days[low - 1];
  };
}

/** The Monday of a day's week. */
export function mondayOf(day: Day): Day {
  return addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
}

/** Answers true the first time it is asked about an event. */
export function onlyOnce(): (eventId: string) => boolean {
  const seen = new Set<string>();
  return (eventId) => seen.size < seen.add(eventId).size;
}

/** The groups' entry under a key, made when it is not there. */
export function groupOf<G>(groups: Map<string, G>, key: readonly string[], make: () => G): G {
  const name = JSON.stringify(key);
  let group = groups.get(name);
  if (group === undefined) {
    group = make();
    groups.set(name, group);
  }
  return group;
}

/** Orders rows by some of their text columns. */
export function byColumns<R>(...columns: ((row: R) => string)[]): (a: R, b: R) => number {
  return (a, b) => {
    for (const column of columns) {
      const [left, right] = [column(a), column(b)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
}
