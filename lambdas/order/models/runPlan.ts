import { createHash } from 'node:crypto';
import { catalogueOf, forgetCatalogue } from '#lambdas/product/models/catalogue.ts';
import { StockDays } from '#lambdas/product/models/Product.ts';
import { settingsOf } from '#shared/data/settings.ts';
import type { SlotOnDay } from '#shared/data/slot.ts';
import { StoreError } from '#shared/data/wire.ts';
import { create } from '#shared/data/write.ts';
import type { Minor } from '#shared/domain/money.ts';
import type { World } from '#shared/world.ts';
import { decideRun, type RunUnit, wantedProducts } from '../rules/orderRun.ts';
import {
  OrderRuns,
  runIdOf,
  runKeys,
  type Subscription,
  SubscriptionDays,
  Subscriptions,
} from './Subscription.ts';

/** A row of shares holds so many: some 100 bytes each, and a row may have 400 KB. */
const SHARES_A_ROW = 2_000;

export interface RunPlan {
  units: RunUnit[];
  /** Fingerprint of every decision, in an order that does not depend on how they were read. */
  digest: string;
  stockOf: ReadonlyMap<string, number>;
}

/** Reads the prepaid balances of households, minor units. */
export type ReadBalances = (world: World, userIds: readonly string[]) => Promise<Map<string, Minor>>;

/**
 * Reads everything a slot's day depends on and decides it. Nothing is written. Subscriptions whose day is dealt with
 * already are left out; shares of an earlier try are kept.
 */
export async function planRun(
  world: World,
  slot: SlotOnDay,
  readBalances: ReadBalances,
  missed: boolean,
): Promise<RunPlan> {
  forgetCatalogue(world);
  const [settings, catalogue, subscriptions, decided] = await Promise.all([
    settingsOf(world),
    catalogueOf(world),
    openSubscriptions(world, slot.day),
    decidedShares(world, slot),
  ]);
  const productOf = (productId: string) => catalogue.byId.get(productId)?.product;
  const base = { day: slot.day, slotId: slot.slotId, settings, missed, subscriptions, productOf, decided };
  const wanted = [...wantedProducts(base)];
  const stockDays = await world.store.getMany(
    wanted.map((productId) => ({ table: StockDays, key: { productId, day: slot.day } })),
  );
  const stockOf = new Map(
    wanted.map((productId, i) => {
      const product = productOf(productId);
      const stock =
        product?.stockMode === 'PER_DAY'
          ? Number(stockDays[i]?.stock ?? product.dailySupply ?? 0)
          : (product?.stock ?? 0);
      return [productId, Math.max(0, stock)];
    }),
  );
  const payers = subscriptions.filter(({ plans }) => plans.some((plan) => plan.paymentMethod === 'WALLET'));
  const balanceOf = await readBalances(world, [...new Set(payers.map(({ userId }) => userId))]);
  const units = decideRun({ ...base, stockOf, balanceOf });
  return { units, digest: digestOf(units), stockOf };
}

/** Everybody's subscriptions that may have something on a day, except those whose day is over. */
async function openSubscriptions(world: World, day: string): Promise<Subscription[]> {
  const all = await world.store.queryAll(Subscriptions, 'byRun', runKeys);
  const begun = all.filter(({ startDay, endDay }) => startDay <= day && day <= (endDay ?? day));
  // Only a subscription whose run has come as far as this day can have it behind it.
  const perhaps = begun.filter(({ lastRunDay }) => lastRunDay !== undefined && lastRunDay >= day);
  const rows = await world.store.getMany(
    perhaps.map(({ subscriptionId }) => ({ table: SubscriptionDays, key: { subscriptionId, day } })),
  );
  const over = new Set(perhaps.filter((_, i) => rows[i]).map(({ subscriptionId }) => subscriptionId));
  return begun.filter(({ subscriptionId }) => !over.has(subscriptionId));
}

async function decidedShares(
  world: World,
  { day, slotId }: SlotOnDay,
): Promise<ReadonlyMap<string, number> | undefined> {
  const { rows } = await world.store.query(OrderRuns, { hash: runIdOf(day, slotId), consistent: true });
  if (!rows.some(({ part }) => part === 'HEAD')) return undefined;
  return new Map(
    rows
      .flatMap(({ short }) => short ?? [])
      .map(({ subscriptionId, productId, granted }) => [`${subscriptionId} ${productId}`, granted]),
  );
}

/**
 * Keeps a run's shares before its first order is written, the head last: a run that finds a head goes on with the
 * shares beside it. Answers whether they are this plan's; otherwise another run of the same day was first.
 */
export async function keepShares(world: World, { day, slotId }: SlotOnDay, plan: RunPlan): Promise<boolean> {
  const runId = runIdOf(day, slotId);
  const short = plan.units.flatMap(({ subscription, lines }) =>
    lines
      .filter(({ outcome }) => outcome === 'SHORT' || outcome === 'OUT_OF_STOCK')
      .map(({ productId }) => ({
        subscriptionId: subscription.subscriptionId,
        productId,
        granted: lines.reduce((sum, line) => (line.productId === productId ? sum + line.granted : sum), 0),
      })),
  );
  const rows = [];
  for (let start = 0; start < short.length; start += SHARES_A_ROW) {
    const part = `SHORT#${String(start / SHARES_A_ROW).padStart(4, '0')}`;
    rows.push({ runId, part, short: short.slice(start, start + SHARES_A_ROW) });
  }
  const startedAt = world.clock.now().toISOString();
  const orders = plan.units.filter(({ outcome }) => outcome === 'ORDERED').length;
  rows.push({ runId, part: 'HEAD', digest: plan.digest, startedAt, orders });
  try {
    await world.store.transact(rows.map((row) => create(OrderRuns, row)));
    return true;
  } catch (error) {
    if (!(error instanceof StoreError) || error.name !== 'TransactionCanceledException') throw error;
    return false;
  }
}

function digestOf(units: readonly RunUnit[]): string {
  const decisions = units.map(({ subscription, plan, outcome, lines }) => [
    subscription.subscriptionId,
    outcome,
    plan.paymentMethod,
    lines.map(({ productId, scheduledDay, qty, granted, price, outcome: why }) => [
      productId,
      scheduledDay,
      qty,
      granted,
      price,
      why,
    ]),
  ]);
  return createHash('sha256').update(JSON.stringify(decisions)).digest('hex');
}
