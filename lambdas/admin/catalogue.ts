import { forgetCatalogue } from '#lambdas/product/models/catalogue.ts';
import {
  addProductWrite,
  changeProduct,
  type Product,
  Products,
  type StockDay,
  StockDays,
  shownProduct,
} from '#lambdas/product/models/Product.ts';
import { commit, happened, type NewEvent } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { nextOpenDay } from '#shared/data/slot.ts';
import { addDays, type Day, dayOf, type Instant } from '#shared/domain/day.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import {
  type AddProduct,
  changedProduct,
  newProduct,
  type PriceNotice,
  productChanges,
  type UpdateProduct,
} from './rules/product.ts';
import { type Restock, restockWrites } from './stock.ts';

/** Puts a new product on sale. */
export async function addProduct(world: World, call: Call<AddProduct>) {
  const productId = call.input.productId ?? `P${world.ids.next()}`;
  const product = newProduct({ ...call.input, productId }, world.clock.now().toISOString());
  if (product instanceof Problem) return product;
  const answer = await commit(world, call, [], () => ({
    writes: [addProductWrite(product)],
    events: [happened('PRODUCT_ADDED', productId, 1, { productId })],
    answer: shownAfter(product, undefined),
  }));
  if (!(answer instanceof Problem)) forgetCatalogue(world);
  return answer;
}

/** Changes what is given and differs; an order placed at the old price meanwhile is refused, not charged wrong. */
export async function updateProduct(world: World, call: Call<UpdateProduct>) {
  const { productId } = call.input;
  const notice = await priceNotice(world);
  const answer = await commit(world, call, await asksOf(world, productId), ([product, stockDay]) => {
    if (!product) return noSuchProduct(productId);
    const changes = productChanges(product, call.input, notice);
    if (changes instanceof Problem) return changes;
    if (changes.fields.length === 0) return { writes: [], answer: shownAfter(product, stockDay) };
    return {
      writes: [changeProduct(product, changes)],
      events: [productUpdated(product, changes.fields, pricedAt(changes.fields, notice))],
      answer: shownAfter(changedProduct(product, changes), stockDay),
    };
  });
  if (!(answer instanceof Problem)) forgetCatalogue(world);
  return answer;
}

/** When a price that changes now is announced, and from which day on a rise reaches standing orders. */
export async function priceNotice(world: World): Promise<PriceNotice> {
  const { timeZone, priceNoticeDays } = await settingsOf(world);
  const now = world.clock.now();
  const today = dayOf(now, timeZone);
  return { at: now.toISOString(), today, reaches: addDays(today, priceNoticeDays) };
}

/** Of a changed price, the instant by which its entry among the product's announced prices is found. */
export function pricedAt(fields: readonly string[], { at }: PriceNotice): { pricedAt?: Instant } {
  return fields.includes('price') ? { pricedAt: at } : {};
}

/** Records what came in, what was thrown away, or what a day's supply is. */
export async function restockProduct(world: World, call: Call<Restock>) {
  const { productId, day } = call.input;
  const shown = await asksOf(world, productId);
  // A product without a day is asked for the day that is shown anyway.
  const touched = { table: StockDays, key: { productId, day: day ?? shown[1].key.day } };
  const answer = await commit(world, call, [...shown, touched] as const, ([product, shownDay, stockDay]) => {
    if (!product) return noSuchProduct(productId);
    const restocked = restockWrites(product, stockDay, call.input);
    if (restocked instanceof Problem) return restocked;
    const { writes, after, dayAfter } = restocked;
    return {
      writes,
      events:
        writes.length > 0
          ? [productUpdated(product, [dayAfter ? 'supply' : 'stock'], { deliveryDay: dayAfter?.day })]
          : [],
      answer: shownAfter(after, dayAfter?.day === shown[1].key.day ? dayAfter : shownDay),
    };
  });
  if (!(answer instanceof Problem)) forgetCatalogue(world);
  return answer;
}

/** The product and its figures of the next open day, whose stock is the one that is shown. */
async function asksOf(world: World, productId: string) {
  const day = nextOpenDay(await settingsOf(world), world.clock.now());
  return [
    { table: Products, key: { productId } },
    { table: StockDays, key: { productId, day } },
  ] as const;
}

function shownAfter(product: Product, stockDay: StockDay | undefined) {
  const available =
    product.stockMode === 'PER_DAY' ? (stockDay?.stock ?? product.dailySupply ?? 0) : product.stock;
  return shownProduct({ product, available });
}

/** The event of a change that makes the product's next version. */
export function productUpdated(
  product: Product,
  fields: string[],
  more: { deliveryDay?: Day; pricedAt?: Instant } = {},
): NewEvent {
  const { productId, version } = product;
  return happened('PRODUCT_UPDATED', productId, version + 1, { productId, fields, ...more });
}

/** The refusal of a product that is not there. */
export function noSuchProduct(productId: string): Problem {
  return refuse('NOT_FOUND', `There is no product ${productId}.`);
}
