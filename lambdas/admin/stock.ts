import { z } from '@hono/zod-openapi';
import { changeProduct, type Product, type StockDay, StockDays } from '#lambdas/product/models/Product.ts';
import { all, atLeast, is } from '#shared/data/condition.ts';
import { create, update, type Write } from '#shared/data/write.ts';
import { type Day, isDay } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import { MAX_PIECES } from './rules/product.ts';

const kinds = ['qty', 'wasted', 'supply'] as const;
const pieces = z.number().int().min(1).max(MAX_PIECES);

/** Exactly one of: `qty` came in (ON_HAND), `wasted` was thrown away, the day's `supply` is now so much (PER_DAY). */
export const Restock = z
  .strictObject({
    productId: idSchema('product'),
    qty: pieces.optional(),
    wasted: pieces.optional(),
    supply: z.number().int().min(0).max(MAX_PIECES).optional(),
    day: z
      .string()
      .refine(isDay, { message: 'must be a day YYYY-MM-DD' })
      .optional()
      .openapi({ format: 'date', example: '2027-01-05' }),
  })
  .refine((input) => kinds.filter((kind) => input[kind] !== undefined).length === 1, {
    message: 'must have exactly one of qty, wasted and supply',
  })
  .openapi({ example: { productId: 'P101', qty: 100 } });
export type Restock = z.infer<typeof Restock>;

/** What a restock writes, and the figures after it; no writes when they are so already. */
export interface Restocked {
  writes: Write[];
  after: Product;
  dayAfter?: StockDay;
}

export function restockWrites(
  product: Product,
  stockDay: StockDay | undefined,
  input: Restock,
): Restocked | Problem {
  const { qty = 0, wasted = 0, supply, day } = input;
  if (product.stockMode === 'ON_HAND') {
    if (supply !== undefined) return wrongMode('supply', product);
    if (day !== undefined) return wrongMode('day', product);
    return countOnHand(product, qty, wasted);
  }
  if (input.qty !== undefined) return wrongMode('qty', product);
  if (day === undefined) return dayNeeded();
  return supply === undefined
    ? wasteOfDay(product, stockDay, day, wasted)
    : supplyDay(product, stockDay, day, supply);
}

function countOnHand(product: Product, qty: number, wasted: number): Restocked | Problem {
  const stock = product.stock + qty - wasted;
  if (stock < 0) return tooLittle(product.productId, wasted, product.stock);
  if (stock > MAX_PIECES) return tooMuch();
  const add = qty > 0 ? { stock: qty, received: qty } : { stock: -wasted, wasted };
  // Sales in between do not change the version, so what is left is checked in the write.
  const left = qty > 0 ? undefined : atLeast('stock', wasted);
  return {
    writes: [changeProduct(product, { add }, left)],
    after: { ...product, stock, version: product.version + 1 },
  };
}

function wasteOfDay(
  product: Product,
  had: StockDay | undefined,
  day: Day,
  wasted: number,
): Restocked | Problem {
  const { productId } = product;
  const before = had ?? untouchedDay(product, day, product.dailySupply ?? 0);
  if (before.stock < wasted) return tooLittle(productId, wasted, before.stock);
  const dayAfter = { ...before, stock: before.stock - wasted, wasted: before.wasted + wasted };
  const add = { stock: -wasted, wasted };
  const write = had
    ? update(StockDays, { productId, day }, { add }, atLeast('stock', wasted))
    : create(StockDays, dayAfter);
  return { writes: [write, changeProduct(product, {})], after: nextVersion(product), dayAfter };
}

function supplyDay(
  product: Product,
  had: StockDay | undefined,
  day: Day,
  supply: number,
): Restocked | Problem {
  const { productId } = product;
  if (!had) {
    const dayAfter = untouchedDay(product, day, supply);
    const writes = [create(StockDays, dayAfter), changeProduct(product, {})];
    return { writes, after: nextVersion(product), dayAfter };
  }
  const more = supply - had.supply;
  const taken = had.supply - had.stock;
  if (more === 0) return { writes: [], after: product, dayAfter: had };
  if (supply < taken) return belowTaken(taken);
  // Whatever is sold in between: stock stays supply − reserved − sold − wasted, and never falls below 0.
  const write = update(
    StockDays,
    { productId, day },
    { add: { supply: more, stock: more } },
    all(is('supply', had.supply), atLeast('stock', Math.max(0, -more))),
  );
  const dayAfter = { ...had, supply, stock: had.stock + more };
  return { writes: [write, changeProduct(product, {})], after: nextVersion(product), dayAfter };
}

/** A day of which nothing was taken yet. */
function untouchedDay({ productId }: Product, day: Day, supply: number): StockDay {
  return { productId, day, supply, stock: supply, reserved: 0, sold: 0, wasted: 0 };
}

function nextVersion(product: Product): Product {
  return { ...product, version: product.version + 1 };
}

function wrongMode(field: 'qty' | 'supply' | 'day', product: Product): Problem {
  const detail = `does not fit ${product.productId}, whose stock is ${product.stockMode}`;
  return refuse('STOCK_MODE', `/${field} ${detail}.`, { errors: [{ pointer: `/${field}`, detail }] });
}

function dayNeeded(): Problem {
  const detail = 'is needed for a product whose stock is PER_DAY';
  return refuse('STOCK_MODE', `/day ${detail}.`, { errors: [{ pointer: '/day', detail }] });
}

function tooLittle(productId: string, wasted: number, available: number): Problem {
  const detail = `${productId}: ${wasted} wasted, ${available} left`;
  return refuse('OUT_OF_STOCK', detail, { errors: [{ pointer: '/wasted', detail, productId, available }] });
}

function tooMuch(): Problem {
  const detail = `makes more than ${MAX_PIECES} in stock`;
  return refuse('INVALID_INPUT', `/qty ${detail}.`, { errors: [{ pointer: '/qty', detail }] });
}

function belowTaken(taken: number): Problem {
  const detail = `is less than the ${taken} taken for that day`;
  return refuse('SUPPLY_BELOW_TAKEN', `The supply ${detail}.`, {
    errors: [{ pointer: '/supply', detail, taken }],
  });
}
