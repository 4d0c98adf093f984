import { catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { type Product, Products } from '#lambdas/product/models/Product.ts';
import { pricedAround, standingPriceOn } from '#lambdas/product/rules/standingPrice.ts';
import { happened, type NewEvent, outboxWrite } from '#shared/data/commit.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { StoreError } from '#shared/data/wire.ts';
import { create, type Write } from '#shared/data/write.ts';
import { type Day, dayOf, type Instant } from '#shared/domain/day.ts';
import { idPrefix } from '#shared/domain/id.ts';
import type { World } from '#shared/world.ts';
import { type Receipt, Receipts, runKeys, type Subscription, Subscriptions } from './models/Subscription.ts';
import { dealtThisMonth, earliestLock, pricesOf, untouched } from './receipts.ts';
import { type Dealt, difference, type PriceOn } from './rules/forecast.ts';
import type { WorkStep } from './steps.ts';

const SUBSCRIPTIONS_A_STEP = 200;
/** Each told subscription is two rows, and a transaction has room for 100. */
const TOLD_AT_ONCE = 40;

/** A price that staff announced, as it is told to those whose coming days it changes. */
interface Announcement {
  cause: string;
  product: Product;
  pricedAt: Instant;
  settings: Settings;
  before: PriceOn;
  after: PriceOn;
  today: Day;
  now: Instant;
}

/**
 * Tells a page of standing orders of new prices: each whose coming days one changes gets a receipt of it, and an event
 * with what its month costs now. The receipt's id follows from the event and the subscription, so that it is told once.
 */
export async function tellNewPrices(world: World, step: WorkStep) {
  const page = await world.store.query(Subscriptions, {
    index: 'byRun',
    hash: runKeys[step.shard] ?? '',
    limit: SUBSCRIPTIONS_A_STEP,
    cursor: step.cursor,
  });
  const announced = await announcements(world, step);
  const named = page.rows.filter((row) => announced.some(({ product }) => brings(row, product.productId)));
  // The index names candidates; their rows decide.
  const rows = await world.store.getMany(
    named.map(({ subscriptionId }) => ({ table: Subscriptions, key: { subscriptionId } })),
  );
  const told: Write[][] = [];
  for (const row of rows as (Subscription | undefined)[]) {
    for (const one of row ? announced.filter(({ product }) => brings(row, product.productId)) : []) {
      const writes = row && (await notice(world, one, row));
      if (writes) told.push(writes);
    }
  }
  for (let start = 0; start < told.length; start += TOLD_AT_ONCE) {
    await writeOnce(world, told.slice(start, start + TOLD_AT_ONCE));
  }
  return { cursor: page.cursor, page: page.rows.at(-1)?.subscriptionId ?? '' };
}

async function announcements(world: World, { prices = [] }: WorkStep): Promise<Announcement[]> {
  const settings = await settingsOf(world);
  const others = pricesOf(await catalogueOf(world));
  const now = world.clock.now().toISOString();
  const today = dayOf(now, settings.timeZone);
  const products = (await world.store.getMany(
    prices.map(({ productId }) => ({ table: Products, key: { productId } })),
  )) as (Product | undefined)[];
  return prices.flatMap(({ cause, productId, pricedAt }, i) => {
    const product = products[i];
    if (!product) return [];
    const pricing = (side: 'BEFORE' | 'AFTER'): PriceOn => {
      const priced = pricedAround(product, pricedAt, side);
      return (id, day, locksAt) =>
        id === productId ? standingPriceOn(priced, day, locksAt) : others(id, day, locksAt);
    };
    const [before, after] = [pricing('BEFORE'), pricing('AFTER')];
    return [{ cause, product, pricedAt, settings, before, after, today, now }];
  });
}

function brings({ plans, oneOffs }: Subscription, productId: string): boolean {
  const isIt = (item: { productId: string }) => item.productId === productId;
  return plans.some(({ items }) => items.some(isIt)) || oneOffs.some(({ items }) => items.some(isIt));
}

/** What tells a subscription of the price; undefined where no coming day of it changes. */
async function notice(
  world: World,
  announced: Announcement,
  subscription: Subscription,
): Promise<Write[] | undefined> {
  const { settings, before, after, today } = announced;
  const differs = (dealt: Dealt) =>
    difference({ subscription, priceOn: before }, { subscription, priceOn: after }, settings, {
      today,
      dealt,
      month: 'FIRST',
    });
  if (differs(untouched).lines.length === 0) return undefined;
  const found = differs(await dealtThisMonth(world, subscription, settings));
  const [first] = found.lines;
  if (!first) return undefined;
  const receipt = receiptFor(announced, subscription, first, found);
  return [
    create(Receipts, receipt),
    outboxWrite(world, toldEvent(announced, subscription, receipt), `E${receipt.receiptId}`),
  ];
}

function receiptFor(
  { cause, product, pricedAt, now }: Announcement,
  { subscriptionId, userId }: Subscription,
  first: Receipt['lines'][number],
  differs: ReturnType<typeof difference>,
): Receipt {
  return {
    receiptId: `${idPrefix.receipt}${cause.slice(idPrefix.event.length)}-${subscriptionId.slice(idPrefix.subscription.length)}`,
    subscriptionId,
    userId,
    action: 'PRICE_NOTICE',
    change: { action: 'PRICE_NOTICE', productId: product.productId, pricedAt },
    at: now,
    by: 'system',
    through: 'PRICE',
    firstDayAffected: first.day,
    cutoffAt: earliestLock(differs.lines, first.day),
    ...differs,
  };
}

function toldEvent(
  { product, before, after }: Announcement,
  { subscriptionId, userId, version }: Subscription,
  { receiptId, lines, firstDayAffected, monthBefore, monthAfter }: Receipt,
): NewEvent {
  const { productId } = product;
  const locksAt = lines[0]?.locksAt ?? '';
  return happened('PRICE_CHANGED', subscriptionId, version, {
    userId,
    subscriptionId,
    receiptId,
    productId,
    fromDay: firstDayAffected,
    oldPriceMinor: before(productId, firstDayAffected, locksAt),
    newPriceMinor: after(productId, firstDayAffected, locksAt),
    month: firstDayAffected.slice(0, 7),
    monthBeforeMinor: monthBefore,
    monthAfterMinor: monthAfter,
  });
}

/** Writes those that are not written yet, many at once where none is. */
async function writeOnce(world: World, told: readonly Write[][]): Promise<void> {
  try {
    await world.store.transact(told.flat());
  } catch (error) {
    if (!(error instanceof StoreError) || error.name !== 'TransactionCanceledException') throw error;
    const codes = error.reasons.map(({ Code }) => Code);
    if (!codes.includes('ConditionalCheckFailed')) throw error;
    if (told.length === 1) return;
    for (const writes of told) await writeOnce(world, [writes]);
  }
}
