import { runOrderIdOf as orderIdOf } from '#lambdas/order/models/Order.ts';
import { runKeyOf, runOrderOf } from '#lambdas/order/models/Subscription.ts';
import { type Balance, Balances } from '#lambdas/payment/models/Ledger.ts';
import { catalogueKeyOf, type Product, Products } from '#lambdas/product/models/Product.ts';
import { type User, Users } from '#lambdas/user/models/User.ts';
import { type Item, itemOf } from '#shared/data/item.ts';
import { weekdays } from '#shared/data/settings.ts';
import { addDays, type Day } from '#shared/domain/day.ts';
import { SHARDS, shardOf } from '#shared/domain/shard.ts';

/** The first day that standing orders come, a Monday. */
export const FIRST_DAY: Day = '2027-01-04';
const PRODUCTS = 10;
/** The product that is short: two of three units that are wanted are there. */
export const SHORT_PRODUCT = 3;
const PRICE = 5_000;

const idOf = (prefix: string, number: number) => `${prefix}${String(number).padStart(8, '0')}`;
/** The number at the end of an id. */
export const idNumber = (id: string) => Number(id.slice(-8));
export const subscriptionIdOf = (i: number) => idOf('SM', i);
export { orderIdOf };
export const productIdOf = (product: number) => idOf('PM', product);

/** Of seven standing orders two are one household's. */
export const householdOf = (i: number) => Math.floor(i / 7) * 6 + Math.min(i % 7, 5);
const userIdOf = (i: number) => idOf('UM', householdOf(i));

/**
 * Standing orders that are not kept but follow from their number: what they want, whose they are and what their
 * households have. Each comes once a week, all of a household on one day.
 */
export class Population {
  readonly count: number;
  /** The numbers of each shard's standing orders, in the order of its index. */
  readonly shards: readonly Int32Array[];

  constructor(count: number) {
    this.count = count;
    const sizes = new Array<number>(SHARDS).fill(0);
    const shardOfNumber = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const shard = shardOf(userIdOf(i));
      shardOfNumber[i] = shard;
      sizes[shard] = (sizes[shard] ?? 0) + 1;
    }
    const shards = sizes.map((size) => new Int32Array(size));
    const next = new Array<number>(SHARDS).fill(0);
    for (let i = 0; i < count; i++) {
      const shard = shardOfNumber[i] ?? 0;
      const place = next[shard] ?? 0;
      next[shard] = place + 1;
      const numbers = shards[shard];
      if (numbers) numbers[place] = i;
    }
    this.shards = shards;
  }

  /** Whether a standing order has something due on a day: not who skips it, and not who is paused. */
  isDue(i: number, day: number): boolean {
    return householdOf(i) % 7 === day % 7;
  }
  isSkipped(i: number): boolean {
    return i % 53 === 0;
  }
  isPaused(i: number): boolean {
    return i % 97 === 0;
  }
  /** What a household begins with, minor units: one in fifty has nothing. */
  walletOf(household: number): number {
    return household % 50 === 0 ? 0 : 1_000_000;
  }
  runOrderOf(i: number): string {
    return runOrderOf(userIdOf(i), subscriptionIdOf(i));
  }
  productsOf(i: number): number[] {
    return i % 3 === 0 ? [i % PRODUCTS, (i + 4) % PRODUCTS] : [i % PRODUCTS];
  }
  qtyOf(i: number): number {
    return 1 + (i % 2);
  }
}

export function productItems(): Item[] {
  return Array.from({ length: PRODUCTS }, (_, n) => {
    const productId = productIdOf(n);
    const product: Product = {
      productId,
      name: `Product ${n}`,
      price: PRICE,
      category: 'Milk',
      stockMode: 'PER_DAY',
      stock: 0,
      reserved: 0,
      sold: 0,
      received: 0,
      wasted: 0,
      dailySupply: 0,
      active: true,
      createdAt: '2026-12-01T00:00:00.000Z',
      version: 1,
      catalogueKey: catalogueKeyOf(productId),
    } as Product;
    return itemOf(Products, product);
  });
}

export function userItem(userId: string): Item {
  const user: User = {
    userId,
    role: 'customer',
    active: true,
    createdAt: '2026-12-01T00:00:00.000Z',
    version: 1,
  };
  return itemOf(Users, user);
}

export function balanceItem(balanceId: string, walletMinor: number): Item {
  const balance: Balance = { balanceId, wallet: -walletMinor };
  return itemOf(Balances, balance);
}

/**
 * A standing order's row as subscribing and the runs so far have left it. What the table folds is written as text here:
 * a million rows are made a dozen times, and made from objects that took longer than the run itself.
 */
export function subscriptionItem(population: Population, i: number, version: number, lastRunDay?: Day): Item {
  const userId = userIdOf(i);
  const weekday = householdOf(i) % 7;
  const items = population
    .productsOf(i)
    .map((product) => `{"productId":"${productIdOf(product)}","qty":${population.qtyOf(i)}}`);
  const plan = `{"from":"${FIRST_DAY}","anchor":"${FIRST_DAY}","items":[${items}],"schedule":{"type":"WEEKDAYS","days":["${weekdays[weekday]}"]},"slotId":"MORNING","address":{"line1":"${i % 90} Cross","city":"Bengaluru","pincode":"560010"},"paymentMethod":"WALLET"}`;
  const skips = population.isSkipped(i) ? `"${addDays(FIRST_DAY, weekday)}"` : '';
  const pauses = population.isPaused(i) ? `{"from":"${FIRST_DAY}"}` : '';
  const item: Item = {
    subscriptionId: { S: subscriptionIdOf(i) },
    userId: { S: userId },
    version: { N: String(version) },
    runKey: { S: runKeyOf(userId) },
    runOrder: { S: population.runOrderOf(i) },
    folded: {
      S: `{"status":"ACTIVE","plans":[${plan}],"startDay":"${FIRST_DAY}","skips":[${skips}],"pauses":[${pauses}],"oneOffs":[],"placedBy":"${userId}","through":"SELF","createdAt":"2026-12-01T00:00:00.000Z"}`,
    },
  };
  if (lastRunDay) item.lastRunDay = { S: lastRunDay };
  return item;
}
