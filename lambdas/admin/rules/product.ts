import { z } from '@hono/zod-openapi';
import { catalogueKeyOf, type Product } from '#lambdas/product/models/Product.ts';
import { standingPricesAfter } from '#lambdas/product/rules/standingPrice.ts';
import { type Day, type Instant, isDay } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { Amount, AmountOrNone } from '#shared/domain/money.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';

/** Most pieces that a figure of stock may say. */
export const MAX_PIECES = 1_000_000;
const pieces = z.number().int().min(0).max(MAX_PIECES);

const needed = {
  name: z.string().trim().min(1).max(120).openapi({ example: 'Cow Milk' }),
  price: Amount,
  category: z.string().trim().min(1).max(60).openapi({ example: 'Milk' }),
};
const stockMode = z.enum(['ON_HAND', 'PER_DAY']);
/** Basis points of the net price by tax component. */
const taxes = z
  .record(
    z.string().regex(/^[A-Z][A-Z0-9]{0,19}$/, { message: 'a tax is named in capitals, such as CGST' }),
    z.number().int().min(0).max(10_000),
  )
  .refine((rates) => Object.keys(rates).length <= 6, { message: 'names more than 6 taxes' })
  .openapi({ example: { CGST: 250, SGST: 250 } });
const extra = {
  unit: z.string().trim().min(1).max(40).openapi({ example: '1 l' }),
  description: z.string().trim().min(1).max(1_000),
  imageUrl: z
    .string()
    .regex(/^(https?:\/)?\/[^\s\\]{1,500}$/, {
      message: 'must be a web address or a path that begins with /',
    })
    .openapi({ example: '/product/image?file=cow-milk.svg' }),
  dailySupply: pieces,
  lowStockAt: pieces,
  taxes,
  /** Other rates from a delivery day on; the list replaces the one before. */
  taxChanges: z
    .array(z.strictObject({ from: z.string().refine(isDay, { message: 'must be a day YYYY-MM-DD' }), taxes }))
    .max(20)
    .refine((changes) => new Set(changes.map(({ from }) => from)).size === changes.length, {
      message: 'has a day twice',
    })
    .openapi({ example: [{ from: '2027-04-01', taxes: { CGST: 600, SGST: 600 } }] }),
  hsn: z
    .string()
    .trim()
    .regex(/^[0-9A-Za-z]{2,12}$/, { message: 'must be 2 to 12 digits or letters' })
    .openapi({ example: '0401' }),
  /** For each bottle that is left at a door, given back when it comes back. */
  deposit: Amount,
};
type ExtraField = keyof typeof extra;
const extraFields = Object.keys(extra) as ExtraField[];

function optional<S extends Record<string, z.ZodType>>(shape: S) {
  return z.strictObject(shape).partial().shape;
}

/** A new product. With just `stock` it is ON_HAND; with `dailySupply` it is PER_DAY. */
export const AddProduct = z.strictObject({
  productId: idSchema('product').optional(),
  ...needed,
  stock: pieces.optional(),
  stockMode: stockMode.optional(),
  ...optional(extra),
});
export type AddProduct = z.infer<typeof AddProduct>;

const nullable = {
  ...Object.fromEntries(extraFields.map((field) => [field, extra[field].nullable()])),
  deposit: AmountOrNone,
} as {
  [F in ExtraField]: z.ZodNullable<(typeof extra)[F]>;
};

/** What shall change of a product; null takes an optional field away. Stock has a door of its own. */
export const UpdateProduct = z.strictObject({
  productId: idSchema('product'),
  ...optional(needed),
  stockMode: stockMode.optional(),
  ...optional(nullable),
  active: z.boolean().optional(),
});
export type UpdateProduct = z.infer<typeof UpdateProduct>;

/** The first row of a product, or the refusal when its stock is told in two ways. */
export function newProduct(input: AddProduct & { productId: string }, createdAt: string): Product | Problem {
  const mode = input.stockMode ?? (input.dailySupply === undefined ? 'ON_HAND' : 'PER_DAY');
  const wrong = mode === 'PER_DAY' ? 'stock' : 'dailySupply';
  if (input[wrong] !== undefined) return wrongMode(wrong, mode);
  const { stock = 0, dailySupply, ...given } = input;
  return {
    ...given,
    stockMode: mode,
    ...(mode === 'PER_DAY' ? { dailySupply: dailySupply ?? 0 } : {}),
    stock,
    reserved: 0,
    sold: 0,
    wasted: 0,
    received: stock,
    active: true,
    createdAt,
    version: 1,
    catalogueKey: catalogueKeyOf(input.productId),
  };
}

/** When a price is announced, and from which day on a rise reaches standing orders. */
export interface PriceNotice {
  at: Instant;
  today: Day;
  reaches: Day;
}

export interface ProductChanges {
  set: Partial<Product>;
  remove: ExtraField[];
  /** Names of what changes, for the event; empty when everything is so already. */
  fields: string[];
}

/**
 * What of a wish is not so yet. A PER_DAY product always has a daily supply, an ON_HAND product never. A dearer price
 * reaches standing orders from the day `notice` names.
 */
export function productChanges(
  product: Product,
  input: UpdateProduct,
  notice: PriceNotice,
): ProductChanges | Problem {
  const { productId: _same, ...wish } = input;
  const mode = wish.stockMode ?? product.stockMode;
  if (mode === 'ON_HAND') {
    if (typeof wish.dailySupply === 'number') return wrongMode('dailySupply', mode);
    wish.dailySupply = null;
  } else if (wish.dailySupply === null) {
    return wrongMode('dailySupply', mode);
  } else if (product.dailySupply === undefined) {
    wish.dailySupply ??= 0;
  }
  const differing = Object.entries(wish).filter(([field, value]) => {
    if (value === undefined) return false;
    const now = product[field as keyof Product];
    return value === null ? now !== undefined : !isSame(value, now);
  });
  const set: Partial<Product> = Object.fromEntries(differing.filter(([, value]) => value !== null));
  if (set.price !== undefined) set.standingPrices = standingPricesAfter(product, set.price, notice);
  return {
    set,
    remove: differing.filter(([, value]) => value === null).map(([field]) => field as ExtraField),
    fields: differing.map(([field]) => field),
  };
}

/** The product as it is after its changes. */
export function changedProduct(product: Product, { set, remove }: Omit<ProductChanges, 'fields'>): Product {
  const after: Product = { ...product, ...set, version: product.version + 1 };
  for (const field of remove) delete after[field];
  return after;
}

function isSame(a: unknown, b: unknown): boolean {
  const text = (value: unknown) =>
    value !== null && typeof value === 'object' ? JSON.stringify(Object.entries(value).sort()) : value;
  return text(a) === text(b);
}

function wrongMode(field: string, mode: Product['stockMode']): Problem {
  const detail = `does not fit a product whose stock is ${mode}`;
  return refuse('STOCK_MODE', `/${field} ${detail}.`, { errors: [{ pointer: `/${field}`, detail }] });
}
