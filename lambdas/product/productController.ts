import { commit, happened } from '#shared/data/commit.ts';
import { absent, all, atLeast, atMost, is } from '#shared/data/condition.ts';
import { update } from '#shared/data/write.ts';
import type { Minor } from '#shared/domain/money.ts';
import { refuse } from '#shared/domain/problem.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import { type Call, JsonText, Reply } from '#shared/http/door.ts';
import { eachMessage, type Message } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { type Catalogue, catalogueOf } from './models/catalogue.ts';
import { Products, StockDays, shownProduct } from './models/Product.ts';

export interface ListProducts {
  category?: string;
  q?: string;
  inStock?: boolean;
  minPrice?: Minor;
  maxPrice?: Minor;
  limit: number;
  cursor?: string;
  filters?: { q?: string; inStock?: boolean; minPrice?: Minor; maxPrice?: Minor };
}

/** Products on sale, by category and name. Made from the warm catalogue; the text is kept as long as it is. */
export async function listProducts(world: World, { input }: Call<ListProducts>) {
  const held = catalogueOf(world);
  const catalogue = held instanceof Promise ? await held : held;
  const question = JSON.stringify(input);
  let answer = catalogue.answers.get(question);
  if (!answer) {
    const page = pageOf(catalogue, { ...input, ...input.filters });
    if (!page) return refuse('INVALID_CURSOR');
    answer = { text: JSON.stringify(page.offers.map(shownProduct)), cursor: page.cursor };
    catalogue.answers.set(question, answer);
  }
  return new Reply(new JsonText(answer.text), { cursor: answer.cursor });
}

function pageOf(catalogue: Catalogue, input: ListProducts) {
  const category = input.category?.toLowerCase();
  const words = (input.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found = catalogue.listed.filter(({ product, available }) => {
    if (category !== undefined && product.category.toLowerCase() !== category) return false;
    if (input.inStock && available <= 0) return false;
    if (input.minPrice !== undefined && product.price < input.minPrice) return false;
    if (input.maxPrice !== undefined && product.price > input.maxPrice) return false;
    const text = `${product.name} ${product.category} ${product.description ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  let start = 0;
  if (input.cursor !== undefined) {
    const last = Buffer.from(input.cursor, 'base64url').toString('utf8');
    start = found.findIndex(({ product }) => product.productId === last) + 1;
    if (start === 0) return undefined;
  }
  const offers = found.slice(start, start + input.limit);
  const last = offers.at(-1)?.product.productId;
  const more = start + input.limit < found.length;
  return { offers, cursor: more && last ? Buffer.from(last).toString('base64url') : undefined };
}

/** One product, also one that is not on sale any more (`active` false): old orders link to it. */
export async function getProductDetails(world: World, { input }: Call<{ productId: string }>) {
  const held = catalogueOf(world);
  const catalogue = held instanceof Promise ? await held : held;
  const offer = catalogue.byId.get(input.productId);
  return offer ? shownProduct(offer) : refuse('NOT_FOUND', `There is no product ${input.productId}.`);
}

/** Event door: after sales and restocks, tells staff once when a product has fallen to its warning level. */
export function watchStock(world: World, messages: readonly Message[]): Promise<string[]> {
  return eachMessage(world, 'product', messages, async (event) => {
    for (const productId of productsOf(event)) {
      const outcome = await watchProduct(world, event, productId);
      if (outcome instanceof Error) return outcome;
    }
    return undefined;
  });
}

function productsOf(event: DairyEvent): string[] {
  if (event.eventType === 'PRODUCT_UPDATED') return [String(event.productId)];
  return ((event.lines ?? []) as { productId: string }[]).map((line) => line.productId);
}

async function watchProduct(world: World, event: DairyEvent, productId: string) {
  const day = typeof event.deliveryDay === 'string' ? event.deliveryDay : undefined;
  const context = {
    actor: { userId: 'system', role: 'system' as const },
    requestId: event.eventId,
    action: 'watchStock',
  };
  const asks = [
    { table: Products, key: { productId } },
    { table: StockDays, key: { productId, day: day ?? 'none' } },
  ] as const;
  return commit(world, context, asks, ([product, stockDay]) => {
    const counted = product?.stockMode === 'PER_DAY' ? stockDay : product;
    const level = product?.lowStockAt;
    if (!product || !counted || level === undefined) return { writes: [], answer: undefined };
    const low = counted.stock <= level;
    if (low === (counted.lowStockTold ?? false)) return { writes: [], answer: undefined };
    const flag = low
      ? {
          changes: { set: { lowStockTold: true } },
          condition: all(atMost('stock', level), absent('lowStockTold')),
        }
      : {
          changes: { remove: ['lowStockTold' as const] },
          condition: all(atLeast('stock', level + 1), is('lowStockTold', true)),
        };
    const write =
      counted === product
        ? update(Products, { productId }, flag.changes, flag.condition)
        : update(StockDays, { productId, day: day ?? '' }, flag.changes, flag.condition);
    const told = happened('STOCK_LOW', productId, product.version, {
      productId,
      stock: counted.stock,
      day: stockDay?.day,
    });
    return { writes: [write], events: low ? [told] : [], answer: undefined };
  });
}
