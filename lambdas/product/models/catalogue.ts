import { LRUCache } from 'lru-cache';
import { Cached } from '#shared/data/cached.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { nextOpenDay } from '#shared/data/slot.ts';
import type { Day } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';
import { catalogueKeys, type Product, Products, StockDays } from './Product.ts';

/** A product with what can still be sold of it: on hand, or of the next open day's supply. */
export interface Offer {
  product: Product;
  available: number;
}

/** All products as they were at most 2 s ago, by id and in the order people see them. */
export interface Catalogue {
  day: Day;
  byId: ReadonlyMap<string, Offer>;
  /** By category and name. */
  listed: readonly Offer[];
  /** Answers made from this catalogue; they are dropped with it. */
  answers: LRUCache<string, { text: string; cursor?: string }>;
}

const caches = new WeakMap<World, Cached<Catalogue>>();

function cacheOf(world: World): Cached<Catalogue> {
  let cache = caches.get(world);
  if (!cache) {
    cache = new Cached(() => loadCatalogue(world), world.clock);
    caches.set(world, cache);
  }
  return cache;
}

export function catalogueOf(world: World): Promise<Catalogue> | Catalogue {
  return cacheOf(world).get();
}

/** Makes the next reader wait for the store: after a change, or when a write showed that the copy is stale. */
export function forgetCatalogue(world: World): void {
  cacheOf(world).forget();
}

async function loadCatalogue(world: World): Promise<Catalogue> {
  const settings = await settingsOf(world);
  const day = nextOpenDay(settings, world.clock.now());
  const products = await world.store.queryAll(Products, 'byCatalogue', catalogueKeys);
  const perDay = products.filter((product) => product.stockMode === 'PER_DAY');
  const stockDays = await world.store.getMany(
    perDay.map(({ productId }) => ({ table: StockDays, key: { productId, day } })),
  );
  const stockOf = new Map(
    perDay.map((product, i) => [product.productId, Number(stockDays[i]?.stock ?? product.dailySupply ?? 0)]),
  );
  const offers = products.map((product) => ({
    product,
    available: stockOf.get(product.productId) ?? product.stock,
  }));
  const order = new Intl.Collator('en');
  return {
    day,
    byId: new Map(offers.map((offer) => [offer.product.productId, offer])),
    listed: offers.toSorted(
      ({ product: a }, { product: b }) =>
        order.compare(a.category, b.category) ||
        order.compare(a.name, b.name) ||
        (a.productId < b.productId ? -1 : 1),
    ),
    answers: new LRUCache({ max: 500 }),
  };
}
