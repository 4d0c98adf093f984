import type { Settings } from '#shared/data/settings.ts';
import { addDays, type Day, dayOf } from '#shared/domain/day.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import type { World } from '#shared/world.ts';
import { keptStops, standingOf } from './models/StandingDemand.ts';
import { addressKeyOf, SlotDays, slotDayKeys } from './models/Stop.ts';
import { type Plan, type Subscription, Subscriptions } from './models/Subscription.ts';
import { plannedDays } from './rules/plannedDays.ts';

/**
 * Whether a slot has a place for a standing order on each day that can be ordered for, from one on; the refusal names
 * the first that has none. Where another standing order of the household stops at that door anyway, there is one.
 */
export async function checkRoom(
  world: World,
  settings: Settings,
  subscription: Subscription,
  from: Day,
): Promise<Problem | undefined> {
  const last = addDays(dayOf(world.clock.now(), settings.timeZone), settings.bookAheadDays);
  const places = placesOf(subscription, settings, from, last).flatMap((place) => {
    const capacity = settings.slots.find(({ slotId }) => slotId === place.slotId)?.capacity ?? null;
    return capacity === null ? [] : [{ ...place, capacity }];
  });
  if (places.length === 0) return undefined;
  const [standing, rows] = await Promise.all([
    standingOf(world),
    world.store.getMany(
      places.flatMap(({ day, slotId }) => slotDayKeys(day, slotId)).map((key) => ({ table: SlotDays, key })),
    ),
  ]);
  const parts = rows.length / places.length;
  const full = places.filter(({ day, slotId, capacity }, i) => {
    const counters = rows.slice(i * parts, (i + 1) * parts);
    const booked = counters.reduce((sum, row) => sum + Number(row?.booked ?? 0), 0);
    return booked + keptStops(standing, slotId, day) >= capacity;
  });
  if (full.length === 0) return undefined;
  const own = await stopsOf(world, subscription, settings, [from, last]);
  const none = full.find((place) => !own.has(nameOf(place)));
  if (!none) return undefined;
  return refuse('SLOT_FULL', `The slot ${none.slotId} on ${none.day} has no place left.`, {
    errors: [{ pointer: '/slot', detail: `is full on ${none.day}` }],
    more: { day: none.day },
  });
}

/** A stop of a standing order: a day, a slot and a door. */
interface Place {
  day: Day;
  slotId: string;
  plan: Plan;
}

function placesOf(subscription: Subscription, settings: Settings, from: Day, to: Day): Place[] {
  return plannedDays(subscription, settings, from, to).filter(({ lines }) =>
    lines.some(({ state }) => state === 'DUE'),
  );
}

const nameOf = ({ day, slotId, plan }: Place) => `${day} ${slotId} ${addressKeyOf(plan.address)}`;

/** The stops that a household's standing orders make as they are, also this one before its change. */
async function stopsOf(
  world: World,
  { userId }: Subscription,
  settings: Settings,
  [from, to]: readonly [Day, Day],
): Promise<Set<string>> {
  const { rows } = await world.store.query(Subscriptions, { index: 'byUser', hash: userId });
  return new Set(rows.flatMap((row) => placesOf(row, settings, from, to)).map(nameOf));
}
