import type { Settings } from '#shared/data/settings.ts';
import type { Write } from '#shared/data/write.ts';
import { addDays, type Day, dayOf } from '#shared/domain/day.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import type { World } from '#shared/world.ts';
import { liveSubscriptionsOf } from './models/householdSubscriptions.ts';
import {
  figureOn,
  gateKey,
  homeKey,
  type Moves,
  monthKey,
  moveStandingPlaces,
  noteChange,
  type SlotPlace,
  SlotPlaces,
  touchHome,
  uncounted,
} from './models/SlotPlace.ts';
import { addressKeyOf } from './models/Stop.ts';
import { type Subscription, Subscriptions } from './models/Subscription.ts';
import { type HeldStop, heldStops, limitsOf, PLACES_TAKEN_DAYS } from './rules/heldStops.ts';
import { sharing } from './sharedStops.ts';

/** So many parts of a transaction are left to the change itself. */
const MOST_WRITES = 80;

/**
 * Takes the places that a standing order needs more than it had, and gives back those it does not need any more, in slots
 * with a capacity: the writes, on condition that there is room, or the refusal that names the first day without. Where
 * another standing order of the household stops at that door anyway, there is a place.
 */
export async function takeRoom(
  world: World,
  settings: Settings,
  before: Subscription | undefined,
  after: Subscription,
): Promise<Write[] | Problem> {
  const limits = limitsOf(settings);
  if (limits.size === 0) return [];
  const now = world.clock.now().toISOString();
  const from = dayOf(now, settings.timeZone);
  const heldBy = (subscription: Subscription) =>
    heldStops(subscription, settings, from, addDays(from, PLACES_TAKEN_DAYS - 1));
  const was = before ? heldBy(before) : [];
  const is = heldBy(after);
  const slotIds = [...new Set([...without(is, was), ...without(was, is)].map(({ slotId }) => slotId))];
  if (slotIds.length === 0) return [];
  const { gates, homes } = await slotsOf(world, slotIds, after.userId);
  const others = (await othersOf(world, after, homes)).flatMap(heldBy);
  const [more, less] = [without(without(is, was), others), without(without(was, is), others)];
  const shared = await sharing(world, after.userId, from, { more, less });
  const [alone, rest] = [without(more, shared.share), without(less, shared.unshare)];
  // From one door to another in one slot is one place as before.
  const [needed, left] = [alone.filter(isNot(rest)), rest.filter(isNot(alone))];
  const closed = more.find(({ slotId }) => !gates.has(slotId));
  if (closed) return uncounted(closed.slotId);
  const rows = await monthsOf(world, [...more, ...less]);
  const wrong = checkRoom(needed, rows, limits);
  if (wrong) return wrong;
  const isHeld = (stop: HeldStop) => gates.has(stop.slotId) && figureAt(rows, 'standing', stop) > 0;
  const notes = [
    ...shared.writes,
    ...slotIds
      .filter((slotId) => gates.has(slotId))
      .flatMap((slotId) => noteChange(slotId, homes.get(slotId), after, now)),
  ];
  const moving = {
    take: needed,
    leave: left.filter(isHeld),
    share: shared.share,
    unshare: shared.unshare.filter(isHeld),
  };
  const moves = movesOf(moving).map(([slotId, some]) => ({
    takes: some.take.length + some.share.length + some.unshare.length > 0,
    write: moveStandingPlaces(slotId, some, limits.get(slotId) ?? 0),
  }));
  // What is only given back and has no room in the transaction is free with the next count.
  moves.sort((a, b) => Number(b.takes) - Number(a.takes));
  if (notes.length + moves.filter(({ takes }) => takes).length > MOST_WRITES) {
    return refuse('TOO_MANY_LINES', 'The standing order changes between too many slots.');
  }
  return [...notes, ...moves.slice(0, MOST_WRITES - notes.length).map(({ write }) => write)];
}

/**
 * Whether a standing order of the household stops at a door anyway: then the write that keeps it so until an order by
 * hand relies on it.
 */
export async function standsThere(
  world: World,
  settings: Settings,
  { day, slotId }: { day: Day; slotId: string },
  { userId, addressKey }: { userId: string; addressKey: string },
): Promise<Write | undefined> {
  const { homes } = await slotsOf(world, [slotId], userId);
  const all = await othersOf(world, { userId }, homes);
  const stops = all.flatMap((subscription) => heldStops(subscription, settings, day, day));
  if (!stops.some((stop) => stop.slotId === slotId && addressKeyOf(stop.address) === addressKey))
    return undefined;
  const now = world.clock.now().toISOString();
  return touchHome(slotId, homes.get(slotId), { userId, subscriptionIds: [] }, now);
}

const nameOf = ({ day, slotId, address }: HeldStop) => `${day} ${slotId} ${addressKeyOf(address)}`;

function without(stops: readonly HeldStop[], others: readonly HeldStop[]): HeldStop[] {
  const names = new Set(others.map(nameOf));
  return stops.filter((stop) => !names.has(nameOf(stop)));
}

const placeOf = ({ day, slotId }: HeldStop) => `${day} ${slotId}`;

function isNot(others: readonly HeldStop[]): (stop: HeldStop) => boolean {
  const places = new Set(others.map(placeOf));
  return (stop) => !places.has(placeOf(stop));
}

/** The slots that are counted, and what the household changed in them lately. */
async function slotsOf(world: World, slotIds: readonly string[], userId: string) {
  const keys = [...slotIds.map(gateKey), ...slotIds.map((slotId) => homeKey(slotId, userId))];
  const rows = await world.store.getMany(keys.map((key) => ({ table: SlotPlaces, key })));
  const found = (from: number) =>
    new Map(
      slotIds.flatMap((slotId, i) =>
        rows[from + i] ? [[slotId, rows[from + i] as SlotPlace] as const] : [],
      ),
    );
  return { gates: found(0), homes: found(slotIds.length) };
}

/** A household's other standing orders, as they are now: also one that the index does not have yet. */
async function othersOf(
  world: World,
  { userId, subscriptionId = '' }: { userId: string; subscriptionId?: string },
  homes: ReadonlyMap<string, SlotPlace>,
): Promise<Subscription[]> {
  const rows = await liveSubscriptionsOf(world, userId);
  const lately = [...homes.values()].flatMap(({ subscriptionIds = [] }) => subscriptionIds);
  const others = new Set([...rows.map((row) => row.subscriptionId), ...lately]);
  others.delete(subscriptionId);
  const now = await world.store.getMany(
    [...others].map((id) => ({ table: Subscriptions, key: { subscriptionId: id } })),
  );
  return now.flatMap((row) => (row ? [row as Subscription] : []));
}

/** Rows of months by `<slotId> <YYYY-MM>`. */
type Months = ReadonlyMap<string, SlotPlace | undefined>;
const monthOf = ({ slotId, day }: HeldStop) => `${slotId} ${day.slice(0, 7)}`;

async function monthsOf(world: World, stops: readonly HeldStop[]): Promise<Months> {
  const months = new Map(stops.map((stop) => [monthOf(stop), monthKey(stop.slotId, stop.day)]));
  const rows = await world.store.getMany([...months.values()].map((key) => ({ table: SlotPlaces, key })));
  return new Map([...months.keys()].map((name, i) => [name, rows[i] as SlotPlace | undefined]));
}

const figureAt = (rows: Months, figure: 'taken' | 'standing', stop: HeldStop) =>
  figureOn(rows.get(monthOf(stop)), figure, stop.day) ?? -1;

/** What is taken and given back, for each slot and month. */
function movesOf(moving: Record<keyof Moves, readonly HeldStop[]>): [slotId: string, Moves][] {
  const months = new Map<string, [string, Moves]>();
  for (const kind of ['take', 'leave', 'share', 'unshare'] as const) {
    for (const stop of moving[kind]) {
      const month = months.get(monthOf(stop)) ?? [
        stop.slotId,
        { take: [], leave: [], share: [], unshare: [] },
      ];
      months.set(monthOf(stop), month);
      month[1][kind].push(stop.day);
    }
  }
  return [...months.values()];
}

/** What the rows say; whether it still holds, the writes find out. */
function checkRoom(
  needed: readonly HeldStop[],
  rows: Months,
  limits: ReadonlyMap<string, number>,
): Problem | undefined {
  const unknown = needed.find((stop) => figureAt(rows, 'taken', stop) < 0);
  if (unknown) return uncounted(unknown.slotId);
  const full = needed.filter((stop) => figureAt(rows, 'taken', stop) >= (limits.get(stop.slotId) ?? 0));
  const [first] = full.sort((a, b) => (a.day < b.day ? -1 : 1));
  if (!first) return undefined;
  const { slotId, day } = first;
  return refuse('SLOT_FULL', `The slot ${slotId} on ${day} has no place left.`, {
    errors: [{ pointer: '/slot', detail: `is full on ${day}` }],
    more: { day },
  });
}
