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
import type { World } from '#shared/world.ts';
import { COUNT_ID, forgetStanding, type StandingDemand, StandingDemands } from './models/StandingDemand.ts';
import { addressKeyOf } from './models/Stop.ts';
import { runKeys, type Subscription, Subscriptions } from './models/Subscription.ts';
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
type Sums = Pick<StandingDemand, 'products' | 'stops'>;

/** Streams every standing order and writes what its coming days need; nothing of it is kept in memory but the sums. */
async function count(world: World): Promise<number> {
  const started = performance.now();
  const at = world.clock.now();
  const settings = await settingsOf(world);
  const today = dayOf(at, settings.timeZone);
  const days = daysBetween(today, addDays(today, settings.bookAheadDays));
  const sums = new Map<Day, Sums>(days.map((day) => [day, { products: {}, stops: {} }]));
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
      const stops = new Set<string>();
      for (const row of page.rows) countDays(row, settings, sums, stops);
      subscriptions += page.rows.length;
      cursor = page.cursor;
    } while (cursor);
  }
  await keep(world, sums, at, Math.ceil(performance.now() - started));
  return subscriptions;
}

/** Adds one standing order's days; a household's second order to the same door needs no second stop. */
function countDays(
  subscription: Subscription,
  settings: Settings,
  sums: ReadonlyMap<Day, Sums>,
  stops: Set<string>,
): void {
  const [today, last] = [[...sums.keys()][0] ?? '', [...sums.keys()].at(-1) ?? ''];
  const { lastRunDay, userId } = subscription;
  const from = lastRunDay ? laterDay(today, addDays(lastRunDay, 1)) : today;
  for (const { day, plan, slotId, lines } of plannedDays(subscription, settings, from, last)) {
    const sum = sums.get(day);
    const due = lines.filter(({ state }) => state === 'DUE');
    if (!sum || due.length === 0) continue;
    for (const { productId, qty } of due) sum.products[productId] = (sum.products[productId] ?? 0) + qty;
    const stop = `${day} ${slotId} ${userId} ${addressKeyOf(plan.address)}`;
    if (stops.has(stop)) continue;
    stops.add(stop);
    sum.stops[slotId] = (sum.stops[slotId] ?? 0) + 1;
  }
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
