import { happened, outboxWrite } from '#shared/data/commit.ts';
import { StoreError } from '#shared/data/wire.ts';
import { SHARDS } from '#shared/domain/shard.ts';
import { catalogue, type EventData } from '#shared/events/catalogue.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import { eachMessage, type Message } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { closedDaysOf, closeOrdersOf, recentlyClosed } from './closures.ts';
import { tellNewPrices } from './priceNotices.ts';
import { tryAgain } from './secondTry.ts';
import { standingChanged } from './standingCount.ts';

/** One part of a long piece of work: so many rows as fit a message. */
export type WorkStep = EventData<'WORK_STEP'>;

/**
 * Event door. A top-up completes days that a balance did not pay. What follows from a change of the dairy for many
 * orders or subscriptions is done shard by shard and page by page. Each step's event has an id that follows from its place, so that work goes on once however often a message
 * comes; what a page does is harmless when it is done again.
 */
export async function followChanges(world: World, messages: readonly Message[]): Promise<string[]> {
  const demand = messages.filter(({ queue }) => queue.endsWith('order-standing'));
  if (demand.length > 0) await standingChanged(world);
  const changes = messages.filter(({ queue }) => !queue.endsWith('order-standing'));
  const [prices, others] = [changes.filter(isPriced), changes.filter((message) => !isPriced(message))];
  const failed = await eachMessage(world, 'order', others, async (event) => {
    if (event.eventType === 'WALLET_TOPPED_UP') return tryAgain(world, String(event.userId), event.timestamp);
    if (event.eventType === 'WORK_STEP') return goOn(world, catalogue.WORK_STEP.data.parse(event));
    if (event.eventType !== 'SETTINGS_CHANGED' || !closesDays(event)) return undefined;
    return begin(world, await closingSteps(world, event.eventId));
  });
  return [...failed, ...(await followPrices(world, prices))];
}

function isPriced({ event }: Message): boolean {
  return event.eventType === 'PRODUCT_UPDATED' && typeof event.pricedAt === 'string';
}

/** Prices that come together, as from an import, are told together: everybody's standing order is read once for all. */
async function followPrices(world: World, messages: readonly Message[]): Promise<string[]> {
  const prices = messages.map(({ event }) => {
    const { productId, pricedAt = '' } = catalogue.PRODUCT_UPDATED.data.parse(event);
    return { cause: event.eventId, productId, pricedAt };
  });
  const [first] = messages;
  if (!first) return [];
  const failed = await eachMessage(world, 'order', [first], ({ eventId }) =>
    begin(world, everyShard({ work: 'PRICE_NOTICE', cause: eventId, prices })),
  );
  return failed.length > 0 ? messages.map(({ messageId }) => messageId) : [];
}

function closesDays(event: DairyEvent): boolean {
  const { fields } = catalogue.SETTINGS_CHANGED.data.parse(event);
  return fields.includes('holidays') || fields.includes('closedWeekdays');
}

async function closingSteps(world: World, cause: string): Promise<WorkStep[]> {
  const days = await closedDaysOf(world);
  return days.flatMap((deliveryDay) => everyShard({ work: 'CLOSE_DAY', cause, deliveryDay }));
}

function everyShard(step: Omit<WorkStep, 'shard'>): WorkStep[] {
  return Array.from({ length: SHARDS }, (_, shard) => ({ ...step, shard }));
}

async function begin(world: World, steps: readonly WorkStep[]): Promise<void> {
  for (const step of steps) await publish(world, step, 0);
}

async function goOn(world: World, step: WorkStep): Promise<void> {
  const work = step.work === 'CLOSE_DAY' ? closeOrdersOf : tellNewPrices;
  const { cursor, page } = await work(world, step);
  if (cursor) await publish(world, { ...step, cursor }, page);
}

/** Publishes a step under the id of its place; one that is published already is under way. */
async function publish(world: World, step: WorkStep, page: number | string): Promise<void> {
  const { work, cause, shard, deliveryDay = '' } = step;
  const eventId = `${cause}-${work}${deliveryDay}-${shard}-${page}`;
  try {
    await world.store.write(outboxWrite(world, happened('WORK_STEP', cause, 1, step), eventId));
  } catch (error) {
    if (!(error instanceof StoreError) || error.name !== 'ConditionalCheckFailedException') throw error;
  }
}

/** Timer: a day that was closed lately is looked at again, for orders that were just being made then. */
export async function closeDays(world: World) {
  const now = world.clock.now().toISOString();
  const days = await recentlyClosed(world, now);
  const cause = `E${now.slice(0, 15)}`;
  await begin(
    world,
    days.flatMap((deliveryDay) => everyShard({ work: 'CLOSE_DAY', cause, deliveryDay })),
  );
  return { days: days.length };
}
