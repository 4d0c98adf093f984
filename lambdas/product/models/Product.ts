import { z } from '@hono/zod-openapi';
import { absent, all, any, atLeast, is } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { check, create, type Refused, update, type Write } from '#shared/data/write.ts';
import type { Day } from '#shared/domain/day.ts';
import { AmountShown, type Minor, toMajor } from '#shared/domain/money.ts';
import { refuse } from '#shared/domain/problem.ts';
import { shardKeys, shardOf } from '#shared/domain/shard.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

/**
 * Something the dairy sells. `stock` is what can still be sold of an ON_HAND product; a PER_DAY product (milk)
 * has a supply for each delivery day instead, in StockDays. Always: received = stock + reserved + sold + wasted.
 */
export const Product = onDemand(() =>
  z.object({
    productId: z.string(),
    name: z.string(),
    /** Minor units, tax included. */
    price: z.number().int(),
    /** The prices that were announced lately, in that order: what a standing order's line costs follows from its lock. */
    standingPrices: z
      .array(z.object({ at: z.string(), reaches: z.string(), price: z.number().int() }))
      .optional(),
    category: z.string(),
    unit: z.string().optional(),
    description: z.string().optional(),
    imageUrl: z.string().optional(),
    stockMode: z.enum(['ON_HAND', 'PER_DAY']),
    stock: z.number().int(),
    reserved: z.number().int(),
    sold: z.number().int(),
    wasted: z.number().int(),
    /** All that ever came in, the opening stock included. */
    received: z.number().int(),
    /** Of a PER_DAY product: what a day has unless told otherwise. */
    dailySupply: z.number().int().optional(),
    /** Staff are told when what can still be sold falls to this. */
    lowStockAt: z.number().int().optional(),
    /** Whether they were told of this fall already. */
    lowStockTold: z.boolean().optional(),
    /** Basis points by tax component. */
    taxes: z.record(z.string(), z.number().int()).optional(),
    /** Other rates from a delivery day on. */
    taxChanges: z
      .array(z.object({ from: z.string(), taxes: z.record(z.string(), z.number().int()) }))
      .optional(),
    hsn: z.string().optional(),
    /** Minor units for each bottle that is left, given back for each that comes back. */
    deposit: z.number().int().optional(),
    active: z.boolean(),
    createdAt: z.string(),
    /** Counts changes by staff, not sales. */
    version: z.number().int(),
    /** Partition of the catalogue index. */
    catalogueKey: z.string(),
  }),
);
export type Product = TypeOf<typeof Product>;

export const Products = defineTable('Products', Product, {
  hash: 'productId',
  indexes: { byCatalogue: { hash: 'catalogueKey', range: 'productId' } },
});

/** A product as the API shows it: `stock` of a PER_DAY product is the next open day's. */
export const ProductShown = onDemand(() =>
  z
    .object({
      productId: z.string(),
      name: z.string(),
      price: AmountShown,
      stock: z.number().int(),
      category: z.string(),
      unit: z.string().optional(),
      description: z.string().optional(),
      imageUrl: z.string().optional(),
      stockMode: z.enum(['ON_HAND', 'PER_DAY']),
      dailySupply: z.number().int().optional(),
      lowStockAt: z.number().int().optional(),
      taxes: z.record(z.string(), z.number().int()).optional(),
      taxChanges: z
        .array(z.object({ from: z.string(), taxes: z.record(z.string(), z.number().int()) }))
        .optional(),
      hsn: z.string().optional(),
      deposit: AmountShown.optional(),
      active: z.boolean(),
    })
    .openapi('Product'),
);

/** A product as the API shows it; `available` is what can still be sold, on hand or of the next open day. */
export function shownProduct({ product, available }: { product: Product; available: number }) {
  return {
    productId: product.productId,
    name: product.name,
    price: toMajor(product.price),
    stock: available,
    category: product.category,
    unit: product.unit,
    description: product.description,
    imageUrl: product.imageUrl,
    stockMode: product.stockMode,
    dailySupply: product.dailySupply,
    lowStockAt: product.lowStockAt,
    taxes: product.taxes,
    taxChanges: product.taxChanges,
    hsn: product.hsn,
    deposit: product.deposit === undefined ? undefined : toMajor(product.deposit),
    active: product.active,
  };
}

/** A PER_DAY product's figures for one delivery day. Always: supply = stock + reserved + sold + wasted. */
export const StockDay = onDemand(() =>
  z.object({
    productId: z.string(),
    day: z.string(),
    supply: z.number().int(),
    stock: z.number().int(),
    reserved: z.number().int(),
    sold: z.number().int(),
    wasted: z.number().int(),
    lowStockTold: z.boolean().optional(),
  }),
);
export type StockDay = TypeOf<typeof StockDay>;

export const StockDays = defineTable('StockDays', StockDay, { hash: 'productId', range: 'day' });

export const catalogueKeys = shardKeys('CATALOGUE');

export function catalogueKeyOf(productId: string): string {
  return `CATALOGUE#${shardOf(productId)}`;
}

/** Adds a product that must be new. */
export function addProductWrite(product: Product): Write {
  return create(Products, product, () =>
    refuse('ID_TAKEN', `The productId ${product.productId} is taken.`, {
      errors: [{ pointer: '/productId', detail: 'is taken' }],
    }),
  );
}

/** Changes a product of a known version; sales in between do not disturb it. */
export function changeProduct(
  product: Product,
  changes: {
    set?: Partial<Product>;
    add?: Partial<Record<'stock' | 'received' | 'wasted', number>>;
    remove?: (keyof Product)[];
  },
  also?: Parameters<typeof all>[0],
  refused?: Refused,
): Write {
  const unchanged = is('version', product.version);
  return update(
    Products,
    { productId: product.productId },
    { ...changes, set: { ...changes.set, version: product.version + 1 } },
    also ? all(unchanged, also) : unchanged,
    refused,
  );
}

/** One line that stock is taken for: `priceMinor` is the price the customer was shown. */
export interface StockLine {
  productId: string;
  qty: number;
  priceMinor: Minor;
  stockMode: Product['stockMode'];
  dailySupply?: number;
  /** How many pieces must be left over, because standing orders will need them. */
  keep?: number;
}

/**
 * Reserves a line's quantity for a delivery day, on condition that it is there, the product is on sale and its
 * price and planned supply are those the decision used. `refused` gets the row as it is.
 */
export function takeStock(line: StockLine, day: Day, refused: Refused): Write[] {
  const needed = line.qty + (line.keep ?? 0);
  if (line.stockMode === 'ON_HAND') {
    const onSale = all(is('price', line.priceMinor), is('active', true), is('stockMode', 'ON_HAND'));
    const key = { productId: line.productId };
    const changes = { add: { stock: -line.qty, reserved: line.qty } };
    return [update(Products, key, changes, all(onSale, atLeast('stock', needed)), refused)];
  }
  return [takeOfDay(line, day, needed, refused)];
}

/**
 * Reserves units for standing orders, on condition that they are there: what they cost was fixed when they locked, and
 * what is taken off sale since is delivered once more.
 */
export function holdStock(line: Moved & { dailySupply?: number }, day: Day): Write {
  if (line.stockMode === 'PER_DAY') return takeOfDay(line, day, line.qty);
  const changes = { add: { stock: -line.qty, reserved: line.qty } };
  const there = all(is('stockMode', 'ON_HAND'), atLeast('stock', line.qty));
  return update(Products, { productId: line.productId }, changes, there);
}

function takeOfDay(
  line: Moved & { dailySupply?: number },
  day: Day,
  needed: number,
  refused?: Refused,
): Write {
  const supply = line.dailySupply ?? 0;
  const enough = atLeast('stock', needed);
  return update(
    StockDays,
    { productId: line.productId, day },
    {
      addFrom: {
        supply: { from: supply, by: 0 },
        stock: { from: supply, by: -line.qty },
        reserved: { from: 0, by: line.qty },
        sold: { from: 0, by: 0 },
        wasted: { from: 0, by: 0 },
      },
    },
    // A day without a row has its whole planned supply.
    needed <= supply ? any(absent('productId'), enough) : enough,
    refused,
  );
}

/** Requires of a PER_DAY product, whose sale writes only its day, that it is still sold as the decision saw it. */
export function stillOnSale(line: StockLine): Write {
  const asSeen = [is('price', line.priceMinor), is('active', true), is('stockMode', line.stockMode)];
  return check(
    Products,
    { productId: line.productId },
    all(...asSeen, is('dailySupply', line.dailySupply ?? 0)),
  );
}

type Figure = 'stock' | 'reserved' | 'sold' | 'wasted';
type Moved = Pick<StockLine, 'productId' | 'qty' | 'stockMode'>;

function moveFigures(line: Moved, day: Day, from: Figure, to: Figure, refused?: Refused): Write {
  const changes = { add: { [from]: -line.qty, [to]: line.qty } };
  const enough = atLeast(from, line.qty);
  return line.stockMode === 'ON_HAND'
    ? update(Products, { productId: line.productId }, changes, enough, refused)
    : update(StockDays, { productId: line.productId, day }, changes, enough, refused);
}

/** A reservation ends unsold: the quantity can be sold again. */
export const releaseStock = (line: Moved, day: Day) => moveFigures(line, day, 'reserved', 'stock');
/** The quantity leaves the dairy. */
export const sellStock = (line: Moved, day: Day) => moveFigures(line, day, 'reserved', 'sold');
/** What came back from the door goes into stock again, or is thrown away. */
export const returnStock = (line: Moved, day: Day) => moveFigures(line, day, 'sold', 'stock');
/** What was thought to have come back, or to be thrown away, was left at the door after all. */
export const resellStock = (line: Moved, day: Day, refused?: Refused) =>
  moveFigures(line, day, 'stock', 'sold', refused);
export const resellWasted = (line: Moved, day: Day, refused?: Refused) =>
  moveFigures(line, day, 'wasted', 'sold', refused);
export const wasteSoldStock = (line: Moved, day: Day) => moveFigures(line, day, 'sold', 'wasted');
