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
import { type Product, Products, type StockDay, StockDays, shownProduct } from './models/Product.ts';

export interface ListProducts {
  category?: string;
  q?: string;
  inStock?: boolean;
  minPrice?: Minor;
  maxPrice?: Minor;
  limit: number;
  cursor?: string;
  all?: boolean;
  filters?: { q?: string; inStock?: boolean; minPrice?: Minor; maxPrice?: Minor };
}

/** Products on sale (or `all`), by category and name. Made from the warm catalogue; the text is kept as long as it is. */
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
    if (!product.active && !input.all) return false;
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
export async function watchStock(world: World, messages: readonly Message[]): Promise<string[]> {
  const crossed = await crossedLevels(world, messages);
  return eachMessage(world, 'product', messages, async (event) => {
    for (const figure of figuresOf(event)) {
      if (!crossed.has(figure.id)) continue;
      const outcome = await tellLevel(world, event, figure);
      if (outcome instanceof Error) return outcome;
    }
    return undefined;
  });
}

/** A product's stock, of a day when it is supplied by the day, that an event may have changed. */
interface Figure {
  id: string;
  productId: string;
  day: string;
}

function figuresOf(event: DairyEvent): Figure[] {
  const day = typeof event.deliveryDay === 'string' ? event.deliveryDay : 'none';
  return productsOf(event).map((productId) => ({ id: `${productId} ${day}`, productId, day }));
}

/** Which of the figures that a batch may have changed need telling, read in one call: hardly ever one does. */
async function crossedLevels(world: World, messages: readonly Message[]): Promise<Set<string>> {
  const figures = [
    ...new Map(
      messages.flatMap(({ event }) => figuresOf(event)).map((figure) => [figure.id, figure]),
    ).values(),
  ];
  const rows = await world.store.getMany(figures.flatMap(rowsOf));
  return new Set(
    figures
      .filter((_, i) => {
        const [product, stockDay] = rows.slice(2 * i, 2 * i + 2);
        return levelOf(product as Product | undefined, stockDay as StockDay | undefined)?.news;
      })
      .map(({ id }) => id),
  );
}

function rowsOf({ productId, day }: Figure) {
  return [
    { table: Products, key: { productId } },
    { table: StockDays, key: { productId, day } },
  ] as const;
}

/** Where a figure stands to its product's warning level, and whether that has not been told yet. */
function levelOf(product: Product | undefined, stockDay: StockDay | undefined) {
  const counted = product?.stockMode === 'PER_DAY' ? stockDay : product;
  const level = product?.lowStockAt;
  if (!counted || level === undefined) return undefined;
  const low = counted.stock <= level;
  return { level, stock: counted.stock, low, news: low !== (counted.lowStockTold ?? false) };
}

function productsOf(event: DairyEvent): string[] {
  if (event.eventType === 'PRODUCT_UPDATED') return [String(event.productId)];
  if (event.eventType === 'ORDER_RUN_CLOSED') return (event.productIds ?? []) as string[];
  return ((event.lines ?? []) as { productId: string }[]).map((line) => line.productId);
}

function tellLevel(world: World, event: DairyEvent, figure: Figure) {
  const context = {
    actor: { userId: 'system', role: 'system' as const },
    requestId: event.eventId,
    action: 'watchStock',
  };
  const { productId, day } = figure;
  return commit(world, context, rowsOf(figure), ([product, stockDay]) => {
    const found = levelOf(product, stockDay);
    if (!product || !found?.news) return { writes: [], answer: undefined };
    const { level, stock, low } = found;
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
      product.stockMode === 'PER_DAY'
        ? update(StockDays, { productId, day }, flag.changes, flag.condition)
        : update(Products, { productId }, flag.changes, flag.condition);
    const told = happened('STOCK_LOW', productId, product.version, { productId, stock, day: stockDay?.day });
    return { writes: [write], events: low ? [told] : [], answer: undefined };
  });
}
