import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { backOff } from '#shared/data/store.ts';
import { passingErrors, StoreError } from '#shared/data/wire.ts';
import { remove, type Write } from '#shared/data/write.ts';
import { type Day, plusSeconds } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';
import {
  countGate,
  countMonth,
  GATES,
  gateKey,
  isHome,
  type SlotPlace,
  SlotPlaces,
} from './models/SlotPlace.ts';
import { addressKeyOf, SlotDays, slotDayKeys } from './models/Stop.ts';
import { type Subscription, Subscriptions } from './models/Subscription.ts';
import { type HeldPlace, heldPlacesFrom, limitsOf, PLACES_COUNTED_DAYS } from './rules/heldStops.ts';
import { dayAt, dayNumber } from './rules/schedule.ts';

const MOST_TRIES = 20;
/** Orders by hand are for so many days ahead at most. */
const BOOKED_DAYS = 91;
/** An index knows of a change after so long; until then what changed is read by its key. */
const LAG_SECONDS = 60;
const MOST_WRITES = 100;

/** The gates of all slots whose places are counted, by slot. */
async function gatesOf(world: World): Promise<Map<string, SlotPlace>> {
  const { rows } = await world.store.query(SlotPlaces, { hash: GATES, consistent: true });
  return new Map(rows.map((gate) => [gate.part, gate]));
}

/** Whether a slot with a capacity has not been counted, or has changed since. */
export async function placesBehind(world: World): Promise<boolean> {
  const limits = limitsOf(await settingsOf(world));
  if (limits.size === 0) return false;
  const gates = await gatesOf(world);
  return [...limits.keys()].some((slotId) => {
    const gate = gates.get(slotId);
    return !gate || gate.changes !== gate.counted;
  });
}

/** Households whose standing orders are not taken from the index, by what they hold that was taken from it. */
type Apart = Map<string, { subscriptionIds: ReadonlySet<string>; stops: Set<string> }>;

/**
 * Counts the places that standing orders hold in slots with a capacity, while they change: what changed lately is read
 * once more at the end, by its key, and the sums are kept on condition that nothing has changed since. A place may be
 * counted twice when its order changed meanwhile, until the next count; none is ever left out.
 */
export class PlacesCount {
  readonly #world: World;
  readonly #limits: ReadonlyMap<string, number>;
  readonly #first: number;
  readonly #placesOf: (subscription: Subscription) => HeldPlace[];
  readonly #gates: ReadonlyMap<string, SlotPlace>;
  readonly #apart: ReadonlyMap<string, Apart>;
  readonly #sums: ReadonlyMap<string, Int32Array>;
  readonly #lately: ReadonlySet<string>;
  /** The household that came last: what was added of it, by name once there is a second standing order. */
  #last: { userId: string; places: HeldPlace[]; names?: Set<string> } = { userId: '', places: [] };

  private constructor(
    world: World,
    settings: Settings,
    today: Day,
    { gates, apart }: { gates: Map<string, SlotPlace>; apart: Map<string, Apart> },
  ) {
    this.#world = world;
    this.#limits = limitsOf(settings);
    this.#first = dayNumber(today);
    this.#placesOf = heldPlacesFrom(settings, today);
    this.#gates = gates;
    this.#apart = apart;
    this.#lately = new Set([...apart.values()].flatMap((households) => [...households.keys()]));
    this.#sums = new Map(
      [...this.#limits.keys()].map((slotId) => [slotId, new Int32Array(PLACES_COUNTED_DAYS)]),
    );
  }

  static async begin(world: World, settings: Settings, today: Day): Promise<PlacesCount> {
    const gates = await gatesOf(world);
    const apart = new Map<string, Apart>();
    for (const slotId of limitsOf(settings).keys()) apart.set(slotId, apartOf(await rowsOf(world, slotId)));
    // A household that is looked at apart in one slot is in all.
    const userIds = new Set([...apart.values()].flatMap((households) => [...households.keys()]));
    for (const households of apart.values()) {
      for (const userId of userIds) {
        if (!households.has(userId)) households.set(userId, { subscriptionIds: new Set(), stops: new Set() });
      }
    }
    return new PlacesCount(world, settings, today, { gates, apart });
  }

  /** Adds a standing order; those of one household come one after the other. */
  add(subscription: Subscription): void {
    if (this.#limits.size === 0) return;
    const { userId, subscriptionId } = subscription;
    const places = this.#placesOf(subscription);
    if (this.#lately.has(userId)) {
      this.#addApart(userId, subscriptionId, places);
      return;
    }
    if (this.#last.userId !== userId) {
      // Of most households there is one, which holds each place once: it is spared the comparing.
      this.#last = { userId, places };
      for (const { slotId, n } of places) addTo(this.#sums.get(slotId), n);
      return;
    }
    this.#last.names ??= new Set(this.#last.places.map(nameOf));
    for (const place of places) {
      const name = nameOf(place);
      if (this.#last.names.has(name)) continue;
      this.#last.names.add(name);
      addTo(this.#sums.get(place.slotId), place.n);
    }
  }

  #addApart(userId: string, subscriptionId: string, places: readonly HeldPlace[]): void {
    for (const place of places) {
      const apart = this.#apart.get(place.slotId)?.get(userId);
      if (apart && !apart.subscriptionIds.has(subscriptionId)) apart.stops.add(stopOf(place));
    }
  }

  /** Keeps what was counted, slot by slot; and forgets the places of slots without a capacity. */
  async keep(): Promise<void> {
    for (const slotId of this.#limits.keys()) {
      for (let tries = 1; !(await this.#keepSlot(slotId)); tries++) {
        // What it had stays: it is more than there is, never less.
        if (tries >= MOST_TRIES) break;
        await backOff(Math.min(tries, 3));
      }
    }
    for (const slotId of this.#gates.keys()) if (!this.#limits.has(slotId)) await forget(this.#world, slotId);
  }

  async #keepSlot(slotId: string): Promise<boolean> {
    const { store } = this.#world;
    const before = this.#gates.get(slotId);
    const gate = await store.get(SlotPlaces, gateKey(slotId));
    // Another count has come between, which knew at least as much.
    if (gate?.counts !== before?.counts) return true;
    const rows = await rowsOf(this.#world, slotId);
    const sums = await this.#sumsOf(slotId, apartOf(rows));
    const booked = await this.#booked(slotId);
    const days = Array.from(sums, (standing, n) => ({
      day: dayAt(this.#first + n),
      standing,
      booked: booked[n] ?? 0,
    }));
    const months = [...Map.groupBy(days, ({ day }) => day.slice(0, 7)).entries()];
    const writes = [
      countGate(slotId, gate, before),
      ...months.flatMap(([part, some]) => {
        const row = rows.find((month) => month.part === part);
        return countMonth(slotId, row, some, this.#limits.get(slotId) ?? 0) ?? [];
      }),
    ];
    if (!(await made(this.#world, writes))) return false;
    await this.#forgetOld(slotId, rows);
    return true;
  }

  /** What was taken from the index, and what the households hold whose orders changed lately. */
  async #sumsOf(slotId: string, changed: Apart): Promise<Int32Array> {
    const sums = Int32Array.from(this.#sums.get(slotId) ?? []);
    const ids = [...changed.values()].flatMap(({ subscriptionIds }) => [...subscriptionIds]);
    const rows = await this.#world.store.getMany(
      ids.map((subscriptionId) => ({ table: Subscriptions, key: { subscriptionId } })),
    );
    const apart = this.#apart.get(slotId) ?? new Map();
    const userIds = new Set([...apart.keys(), ...changed.keys()]);
    const stops = new Map([...userIds].map((userId) => [userId, new Set<string>(apart.get(userId)?.stops)]));
    for (const row of rows as (Subscription | undefined)[]) {
      if (!row) continue;
      for (const place of this.#placesOf(row)) {
        if (place.slotId === slotId) stops.get(row.userId)?.add(stopOf(place));
      }
    }
    for (const name of [...stops.values()].flatMap((some) => [...some]))
      addTo(sums, Number.parseInt(name, 10));
    return sums;
  }

  async #booked(slotId: string): Promise<number[]> {
    const days = Array.from({ length: BOOKED_DAYS }, (_, n) => slotDayKeys(dayAt(this.#first + n), slotId));
    const rows = await this.#world.store.getMany(days.flat().map((key) => ({ table: SlotDays, key })));
    const parts = rows.length / days.length;
    return days.map((_, n) =>
      rows.slice(n * parts, (n + 1) * parts).reduce((sum, row) => sum + Number(row?.booked ?? 0), 0),
    );
  }

  /** Changes that are so long ago that every index has them need not be read apart any more. */
  async #forgetOld(slotId: string, rows: readonly SlotPlace[]): Promise<void> {
    const before = plusSeconds(this.#world.clock.now(), -LAG_SECONDS);
    const old = rows.filter((row) => isHome(row) && (row.at ?? '') < before);
    for (let i = 0; i < old.length; i += MOST_WRITES) {
      const some = old.slice(i, i + MOST_WRITES);
      await made(
        this.#world,
        some.map((row) =>
          remove(
            SlotPlaces,
            { slotId, part: row.part },
            { op: '=', attribute: 'version', value: row.version },
          ),
        ),
      );
    }
  }
}

/** A stop of a household: its day, as a number counted from the first, and its door. */
const nameOf = (place: HeldPlace) => `${place.slotId} ${stopOf(place)}`;
const stopOf = ({ n, address }: HeldPlace) => `${n} ${addressKeyOf(address)}`;

function addTo(sums: Int32Array | undefined, n: number): void {
  if (sums) sums[n] = (sums[n] ?? 0) + 1;
}

async function rowsOf(world: World, slotId: string): Promise<SlotPlace[]> {
  const { rows } = await world.store.query(SlotPlaces, { hash: slotId, consistent: true });
  return rows;
}

function apartOf(rows: readonly SlotPlace[]): Apart {
  return new Map(
    rows
      .filter(isHome)
      .map(({ userId = '', subscriptionIds = [] }) => [
        userId,
        { subscriptionIds: new Set(subscriptionIds), stops: new Set<string>() },
      ]),
  );
}

/** A slot without a capacity is not counted: what it had is of no use when it gets one again. */
async function forget(world: World, slotId: string): Promise<void> {
  const rows = await rowsOf(world, slotId);
  const keys = [gateKey(slotId), ...rows.map(({ part }) => ({ slotId, part }))];
  keys.sort((a, b) => Number(isHome(a)) - Number(isHome(b)));
  for (let i = 0; i < keys.length; i += MOST_WRITES) {
    await made(
      world,
      keys.slice(i, i + MOST_WRITES).map((key) => remove(SlotPlaces, key)),
    );
  }
}

async function made(world: World, writes: readonly Write[]): Promise<boolean> {
  try {
    await world.store.transact(writes);
    return true;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const passes = passingErrors.has(error.name) || error.name === 'TransactionCanceledException';
    if (!passes) throw error;
    return false;
  }
}
