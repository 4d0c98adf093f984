import { encodeTime } from 'ulid';
import { catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { happened, outboxWrite } from '#shared/data/commit.ts';
import { Meta } from '#shared/data/meta.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { StoreError } from '#shared/data/wire.ts';
import { put } from '#shared/data/write.ts';
import { addDays, type Day, dayOf } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import type { World } from '#shared/world.ts';
import { runKeys, type Subscription, Subscriptions } from './models/Subscription.ts';
import { pricesOf } from './receipts.ts';
import { comingLines, type PriceOn } from './rules/forecast.ts';

const PAGE = 500;
const AHEAD_DAYS = 30;
const cursor = { metaId: 'standingFigures' };

interface Terms {
  settings: Settings;
  priceOn: PriceOn;
  today: Day;
}

/** What standing orders of a shard come to as a day begins. */
interface Figures {
  active: number;
  paused: number;
  /** Households with an active one. */
  households: number;
  next30Minor: Minor;
}

/**
 * Timer: once a day, as it begins, counts the standing orders of each shard and what the active ones bring in the next
 * 30 days at the prices they stand at, for the reports. The events' ids follow from day and shard, so that each is
 * published once, and a day that was cut off is counted on.
 */
export async function recordFigures(world: World) {
  const settings = await settingsOf(world);
  const today = dayOf(world.clock.now(), settings.timeZone);
  const done = await world.store.get(Meta, cursor);
  if ((done?.text ?? '') >= today) return { recorded: 0 };
  const terms = { settings, priceOn: pricesOf(await catalogueOf(world)), today };
  for (const [shard, hash] of runKeys.entries()) {
    await publish(world, today, shard, await figuresOf(world, terms, hash));
  }
  await world.store.write(put(Meta, { ...cursor, text: today }));
  return { recorded: runKeys.length };
}

async function figuresOf(world: World, terms: Terms, hash: string): Promise<Figures> {
  const figures = { active: 0, paused: 0, households: 0, next30Minor: 0 };
  let household = '';
  let from: string | undefined;
  do {
    const page = await world.store.query(Subscriptions, { index: 'byRun', hash, limit: PAGE, cursor: from });
    for (const subscription of page.rows) {
      if (subscription.status === 'PAUSED') figures.paused++;
      if (subscription.status !== 'ACTIVE') continue;
      figures.active++;
      figures.next30Minor += next30(subscription, terms);
      // A household's standing orders come one after the other.
      if (subscription.userId !== household) figures.households++;
      household = subscription.userId;
    }
    from = page.cursor;
  } while (from);
  return figures;
}

function next30(subscription: Subscription, { settings, priceOn, today }: Terms): Minor {
  const lines = comingLines(subscription, settings, priceOn, [today, addDays(today, AHEAD_DAYS - 1)]);
  return lines.reduce((sum, { amount }) => sum + amount, 0);
}

async function publish(world: World, day: Day, shard: number, figures: Figures): Promise<void> {
  const event = happened('STANDING_COUNTED', 'standing', 1, { day, shard, ...figures });
  try {
    await world.store.write(
      outboxWrite(world, event, `E${encodeTime(Date.parse(day), 10)}-STANDING-${shard}`),
    );
  } catch (error) {
    if (!(error instanceof StoreError) || error.name !== 'ConditionalCheckFailedException') throw error;
  }
}
