import { z } from '@hono/zod-openapi';
import { Cached } from '#shared/data/cached.ts';
import { atLeast } from '#shared/data/condition.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { defineTable } from '#shared/data/table.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import type { World } from '#shared/world.ts';

/**
 * What standing orders will need of a day that order runs have not dealt with: pieces by product. A count of the last
 * minute, made anew as a whole; it keeps goods back from orders placed by hand.
 */
export const StandingDemand = onDemand(() =>
  z.object({
    /** `ALL`: one dairy's count is read as one range. */
    countId: z.string(),
    day: z.string(),
    products: z.record(z.string(), z.number().int()),
    /** Of the coming days: the same by slot and product. */
    slots: z.record(z.string(), z.record(z.string(), z.number().int())).optional(),
    countedAt: z.string(),
    expiresAtSeconds: z.number().int(),
  }),
);
export type StandingDemand = TypeOf<typeof StandingDemand>;

export const StandingDemands = defineTable('StandingDemands', StandingDemand, {
  hash: 'countId',
  range: 'day',
  expires: true,
});
export const COUNT_ID = 'ALL';
/** For so many days, today included, what is needed is counted by slot as well: further ahead nobody packs. */
export const DAYS_BY_SLOT = 8;

/** The latest count, by day, as far as this process has seen it. */
export type Standing = ReadonlyMap<Day, StandingDemand>;

const caches = new WeakMap<World, Cached<Standing>>();

function cacheOf(world: World): Cached<Standing> {
  let cache = caches.get(world);
  if (!cache) {
    cache = new Cached(() => loadStanding(world), world.clock, { freshMs: 5_000, maxMs: 60_000 });
    caches.set(world, cache);
  }
  return cache;
}

async function loadStanding(world: World): Promise<Standing> {
  const today = dayOf(world.clock.now(), (await settingsOf(world)).timeZone);
  const { rows } = await world.store.query(StandingDemands, {
    hash: COUNT_ID,
    range: atLeast('day', today),
    consistent: true,
  });
  return new Map(rows.map((row) => [row.day, row]));
}

/** What standing orders will need, by a count that this process read at most a minute ago. */
export function standingOf(world: World): Promise<Standing> | Standing {
  return cacheOf(world).get();
}

/** Makes the next reader wait for the store: after a count. */
export function forgetStanding(world: World): void {
  cacheOf(world).forget();
}

/**
 * How many pieces orders by hand must leave of a product on a day. Of what is kept in one figure for all days it is
 * what the next day with standing orders needs: there is time to get more for those after it.
 */
export function keptPieces(
  standing: Standing,
  { productId, stockMode }: { productId: string; stockMode: 'ON_HAND' | 'PER_DAY' },
  day: Day,
): number {
  if (stockMode === 'PER_DAY') return standing.get(day)?.products[productId] ?? 0;
  const days = [...standing.values()].filter(({ products }) => (products[productId] ?? 0) > 0);
  const next = days.reduce<StandingDemand | undefined>(
    (first, one) => (first && first.day < one.day ? first : one),
    undefined,
  );
  return next?.products[productId] ?? 0;
}
