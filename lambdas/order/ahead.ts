import { encodeTime } from 'ulid';
import { type AutoTopUp, AutoTopUps, statusOf } from '#lambdas/payment/models/AutoTopUp.ts';
import { availableOf, type Balance, Balances, balanceKey } from '#lambdas/payment/models/Ledger.ts';
import { type BalanceDay, balanceDays } from '#lambdas/payment/rules/need.ts';
import { catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { happened, type NewEvent, outboxWrite } from '#shared/data/commit.ts';
import { Meta } from '#shared/data/meta.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { StoreError } from '#shared/data/wire.ts';
import { put, type Write } from '#shared/data/write.ts';
import { addDays, clockTimeOf, type Day, dayOf, type Instant, plusSeconds } from '#shared/domain/day.ts';
import { idPrefix } from '#shared/domain/id.ts';
import type { World } from '#shared/world.ts';
import { runKeys, type Subscription, Subscriptions } from './models/Subscription.ts';
import { pricesOf } from './receipts.ts';
import { lockReachDays } from './rules/cutoff.ts';
import type { PriceOn } from './rules/forecast.ts';
import { pauseEndingOn } from './rules/pauseEnding.ts';

const PAGE = 500;
const AT_ONCE = 50;
const AHEAD_SECONDS = 86_400;
const cursor = { metaId: 'toldAhead' };

interface Terms {
  settings: Settings;
  priceOn: PriceOn;
  now: Instant;
  today: Day;
}

/**
 * Timer: once a day, at `lowBalanceTime`, households are told what the next cutoffs will find: a balance that does not
 * suffice, a pause that ends. Standing orders are read page by page; only sums by household stay in memory. An event's
 * id follows from the day and whom it is about, so that a day that was cut off is told on, and nothing twice.
 */
export async function tellAhead(world: World) {
  const settings = await settingsOf(world);
  const now = world.clock.now().toISOString();
  const today = dayOf(now, settings.timeZone);
  const done = await world.store.get(Meta, cursor);
  if (clockTimeOf(now, settings.timeZone) < settings.lowBalanceTime || (done?.text ?? '') >= today) {
    return { low: 0, pauses: 0 };
  }
  const priceOn = pricesOf(await catalogueOf(world));
  const terms = { settings, priceOn, now, today };
  let low = 0;
  let pauses = 0;
  for (const shard of runKeys) {
    const told = await tellShard(world, terms, shard);
    low += told.low;
    pauses += told.pauses;
  }
  await world.store.write(put(Meta, { ...cursor, text: today }));
  return { low, pauses };
}

/** A household's standing orders are all in one shard, in any order. */
async function tellShard(world: World, terms: Terms, hash: string) {
  const needs = new Map<string, BalanceDay>();
  let pauses = 0;
  let from: string | undefined;
  do {
    const page = await world.store.query(Subscriptions, { index: 'byRun', hash, limit: PAGE, cursor: from });
    for (const subscription of page.rows) addNeed(needs, subscription, terms);
    const ending = page.rows.flatMap((subscription) => pauseEvent(subscription, terms));
    await publish(world, terms, ending);
    pauses += ending.length;
    from = page.cursor;
  } while (from);
  let low = 0;
  const households = [...needs];
  for (let start = 0; start < households.length; start += AT_ONCE) {
    const short = await shortOf(world, households.slice(start, start + AT_ONCE));
    await publish(world, terms, short);
    low += short.length;
  }
  return { low, pauses };
}

/** What the cutoffs of the next 24 hours take from a household's balance. */
function addNeed(needs: Map<string, BalanceDay>, subscription: Subscription, terms: Terms): void {
  const { settings, priceOn, now, today } = terms;
  const until = plusSeconds(now, AHEAD_SECONDS);
  const days = balanceDays([subscription], settings, priceOn, [
    today,
    addDays(today, lockReachDays(settings) + 1),
  ]);
  for (const { day, amountMinor, cutoffAt } of days) {
    if (cutoffAt <= now || cutoffAt > until) continue;
    const known = needs.get(subscription.userId);
    const first = !known || cutoffAt < known.cutoffAt ? { day, cutoffAt } : known;
    const sum = (known?.amountMinor ?? 0) + amountMinor;
    needs.set(subscription.userId, { day: first.day, cutoffAt: first.cutoffAt, amountMinor: sum });
  }
}

/** Of some households those whose balance does not suffice, unless a debit that was announced comes in time. */
async function shortOf(world: World, households: readonly (readonly [string, BalanceDay])[]) {
  const rows = await world.store.getMany(
    households.flatMap(([userId]) => [
      { table: Balances, key: balanceKey(userId) },
      { table: AutoTopUps, key: { userId } },
    ]),
  );
  return households.flatMap(([userId, { day, amountMinor, cutoffAt }], i): NewEvent[] => {
    const availableMinor = availableOf(rows[2 * i] as Balance | undefined);
    const missingMinor = amountMinor - availableMinor;
    if (missingMinor <= 0 || comesInTime(rows[2 * i + 1] as AutoTopUp | undefined, cutoffAt, missingMinor))
      return [];
    return [
      happened('WALLET_LOW', userId, 1, { userId, deliveryDay: day, cutoffAt, availableMinor, missingMinor }),
    ];
  });
}

function comesInTime(row: AutoTopUp | undefined, cutoffAt: Instant, missingMinor: number): boolean {
  return statusOf(row) === 'NOTICED' && (row?.debitAt ?? '') < cutoffAt && (row?.amount ?? 0) >= missingMinor;
}

function pauseEvent(subscription: Subscription, { settings, today }: Terms): NewEvent[] {
  const ending = pauseEndingOn(subscription, settings, addDays(today, 1));
  if (!ending) return [];
  const { subscriptionId, userId, version } = subscription;
  return [happened('PAUSE_ENDING', subscriptionId, version, { userId, subscriptionId, ...ending })];
}

/** Publishes events under ids that follow from the day and whom they are about. */
async function publish(world: World, { today }: Terms, events: readonly NewEvent[]): Promise<void> {
  const time = encodeTime(Date.parse(today), 10);
  const writes = events.map((event) =>
    outboxWrite(world, event, `${idPrefix.event}${time}-${event.eventType}-${event.entityId}`),
  );
  for (let start = 0; start < writes.length; start += AT_ONCE) {
    await writeOnce(world, writes.slice(start, start + AT_ONCE));
  }
}

/** Writes those rows that are not there yet, all at once where none is. */
async function writeOnce(world: World, writes: readonly Write[]): Promise<void> {
  try {
    await world.store.transact(writes);
  } catch (error) {
    if (!(error instanceof StoreError) || error.name !== 'TransactionCanceledException') throw error;
    const codes = error.reasons.map(({ Code }) => Code);
    if (!codes.includes('ConditionalCheckFailed')) throw error;
    const rest = writes.filter((_, i) => codes[i] !== 'ConditionalCheckFailed');
    if (rest.length > 0) await writeOnce(world, rest);
  }
}
