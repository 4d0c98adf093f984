import { Meta } from '#shared/data/meta.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { put } from '#shared/data/write.ts';
import {
  addDays,
  type Day,
  dayOf,
  daysBetween,
  epochSeconds,
  type Instant,
  laterDay,
} from '#shared/domain/day.ts';
import { Problem } from '#shared/domain/problem.ts';
import type { World } from '#shared/world.ts';
import {
  COUNT_ID,
  DAYS_BY_SLOT,
  forgetStanding,
  type StandingDemand,
  StandingDemands,
} from './models/StandingDemand.ts';
import { runKeys, type Subscription, Subscriptions } from './models/Subscription.ts';
import { PlacesCount, placesBehind } from './placesCount.ts';
import { lockReachDays, slotLockOf } from './rules/cutoff.ts';
import { plannedDays } from './rules/plannedDays.ts';

const SUBSCRIPTIONS_A_PAGE = 500;
/** A count takes at most one part in so many of the time. */
const SPARING = 20;
const AT_LEAST_EVERY_MS = 3_600_000;
/** While order runs deal with a day, what is still needed of it falls. */
const RUN_GOES_ON_MS = 15 * 60_000;
/** A count that is done in so short a time is made again at once when something has changed. */
const QUICK_MS = 300;

const changedKey = { metaId: 'standingChanged' };
const countedKey = { metaId: 'standingCounted' };

/** Notes that a standing order, or a closed day, has changed; where a count is quick it is made at once. */
export async function standingChanged(world: World): Promise<void> {
  await world.store.write(put(Meta, { ...changedKey, text: world.clock.now().toISOString() }));
  const counted = await world.store.get(Meta, countedKey);
  if ((counted?.number ?? 0) <= QUICK_MS) await count(world);
}

const counting = new WeakMap<World, Promise<number>>();

/**
 * Books places, once more where that was refused and a quick count may find some: a slot that has a capacity since a
 * moment ago, or places that were given back while others were counted.
 */
export async function bookingPlaces<A>(world: World, book: () => Promise<A | Problem>): Promise<A | Problem> {
  const said = await book();
  if (!(said instanceof Problem) || (said.code !== 'SLOT_FULL' && said.code !== 'BUSY')) return said;
  return (await countPlaces(world)) ? book() : said;
}

/** Counts at once, where places are not known as they are and a count is quick. Whether it did. */
export async function countPlaces(world: World): Promise<boolean> {
  if (!(await placesBehind(world))) return false;
  const counted = await world.store.get(Meta, countedKey);
  if ((counted?.number ?? 0) > QUICK_MS) return false;
  const running = counting.get(world) ?? count(world).finally(() => counting.delete(world));
  counting.set(world, running);
  await running;
  return true;
}

/** Timer: counts anew what standing orders will need, when something has changed or a cutoff has passed. */
export async function countStanding(world: World) {
  const now = world.clock.now();
  const [changed, counted] = await Promise.all([
    world.store.get(Meta, changedKey),
    world.store.get(Meta, countedKey),
  ]);
  if (counted?.text) {
    const agoMs = now.getTime() - Date.parse(counted.text);
    const spared = agoMs >= SPARING * (counted.number ?? 0);
    const settings = await settingsOf(world);
    const news = (changed?.text ?? '') >= counted.text || ranSince(settings, counted.text, now);
    if (agoMs >= 0 && agoMs < AT_LEAST_EVERY_MS && !(news && spared)) return { counted: false };
  }
  return { counted: true, subscriptions: await count(world) };
}

/** Whether a cutoff has passed since an instant, or so shortly before that its order run went on. */
function ranSince(settings: Settings, since: Instant, now: Date): boolean {
  const from = new Date(Date.parse(since) - RUN_GOES_ON_MS).toISOString();
  const today = dayOf(now, settings.timeZone);
  const days = daysBetween(today, addDays(today, lockReachDays(settings)));
  return settings.slots.some(({ slotId }) =>
    days.some((day) => {
      const lock = slotLockOf(settings, slotId, day) ?? '';
      return from <= lock && lock <= now.toISOString();
    }),
  );
}

/** One day's sums while they are counted. */
type Sums = Pick<StandingDemand, 'products' | 'slots'>;

/** Streams every standing order and writes what its coming days need; nothing of it is kept in memory but the sums. */
async function count(world: World): Promise<number> {
  const at = world.clock.now();
  const settings = await settingsOf(world);
  const today = dayOf(at, settings.timeZone);
  const days = daysBetween(today, addDays(today, settings.bookAheadDays));
  const sums = new Map<Day, Sums>(
    days.map((day, ahead) => [day, ahead < DAYS_BY_SLOT ? { products: {}, slots: {} } : { products: {} }]),
  );
  const places = await PlacesCount.begin(world, settings, today);
  let subscriptions = 0;
  for (const hash of runKeys) {
    let cursor: string | undefined;
    do {
      const page = await world.store.query(Subscriptions, {
        index: 'byRun',
        hash,
        limit: SUBSCRIPTIONS_A_PAGE,
        cursor,
      });
      for (const row of page.rows) {
        countDays(row, settings, sums);
        places.add(row);
      }
      subscriptions += page.rows.length;
      cursor = page.cursor;
    } while (cursor);
  }
  await places.keep();
  await keep(world, sums, at, world.clock.now().getTime() - at.getTime());
  return subscriptions;
}

/** Adds what one standing order needs of its days. */
function countDays(subscription: Subscription, settings: Settings, sums: ReadonlyMap<Day, Sums>): void {
  const [today, last] = [[...sums.keys()][0] ?? '', [...sums.keys()].at(-1) ?? ''];
  const { lastRunDay } = subscription;
  const from = lastRunDay ? laterDay(today, addDays(lastRunDay, 1)) : today;
  for (const { day, slotId, lines } of plannedDays(subscription, settings, from, last)) {
    const sum = sums.get(day);
    if (!sum) continue;
    for (const { productId, qty, state } of lines) {
      if (state !== 'DUE') continue;
      addTo(sum.products, productId, qty);
      if (!sum.slots) continue;
      sum.slots[slotId] ??= {};
      addTo(sum.slots[slotId], productId, qty);
    }
  }
}

function addTo(sums: Record<string, number>, productId: string, qty: number): void {
  sums[productId] = (sums[productId] ?? 0) + qty;
}

async function keep(world: World, sums: ReadonlyMap<Day, Sums>, at: Date, tookMs: number): Promise<void> {
  const countedAt = at.toISOString();
  const rows = [...sums].map(([day, sum]) =>
    put(StandingDemands, {
      countId: COUNT_ID,
      day,
      ...sum,
      countedAt,
      expiresAtSeconds: epochSeconds(`${addDays(day, 3)}T00:00:00.000Z`),
    }),
  );
  await world.store.transact([...rows, put(Meta, { ...countedKey, text: countedAt, number: tookMs })]);
  forgetStanding(world);
}
