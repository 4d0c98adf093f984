import type { Condition } from '#shared/data/condition.ts';
import type { Day } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';
import { Orders, runOrderIdOf } from '../Order.ts';
import {
  runKeys,
  type Subscription,
  SubscriptionDays,
  Subscriptions,
  subscriptionDayKey,
} from '../Subscription.ts';

/** How many subscriptions are in memory at once, of each shard; with the next page, which is read meanwhile. */
const PAGE = 160;

/** The subscriptions of one household whose day is open. */
export type Household = Subscription[];

/** Where a run goes on after a household, and where it begins with it. */
export const placeAfter = (userId: string) => `${userId}#~`;
export const placeBefore = (userId: string) => `${userId}#`;

/** A shard's households in the order of their ids, page by page, those before a place left out. */
export async function* sweepShard(
  world: World,
  day: Day,
  shard: number,
  place = '',
): AsyncGenerator<Household[]> {
  let rest: Subscription[] = [];
  for await (const page of pagesOf(world, runKeys[shard] ?? '', place)) {
    const begun = page.rows.filter(({ startDay, endDay }) => startDay <= day && day <= (endDay ?? day));
    const subscriptions = [...rest, ...(await openOn(world, day, begun))];
    // A household may go on with the next page.
    const lastUser = page.more ? (page.rows.at(-1)?.userId ?? rest[0]?.userId) : undefined;
    rest = subscriptions.filter(({ userId }) => userId === lastUser);
    const whole = subscriptions.filter(({ userId }) => userId !== lastUser);
    if (whole.length > 0) yield [...Map.groupBy(whole, ({ userId }) => userId).values()];
  }
}

async function* pagesOf(world: World, hash: string, place: string) {
  const range: Condition | undefined =
    place === '' ? undefined : { op: '>', attribute: 'runOrder', value: place };
  const ask = (cursor?: string) =>
    world.store.query(Subscriptions, { index: 'byRun', hash, range, limit: PAGE, cursor });
  let asked = ask();
  for (;;) {
    const { rows, cursor } = await asked;
    if (cursor) {
      asked = ask(cursor);
      // Whoever stops sweeping leaves this page unread, and its failure with it.
      asked.catch(() => undefined);
    }
    yield { rows, more: cursor !== undefined };
    if (!cursor) return;
  }
}

/** Those of the subscriptions whose day no run has dealt with. */
export async function openOn(
  world: World,
  day: Day,
  subscriptions: readonly Subscription[],
): Promise<Subscription[]> {
  // One whose later day was dealt with first, as a slot may lock days ahead of another: its rows tell.
  const perhaps = subscriptions.filter(({ lastRunDay }) => lastRunDay !== undefined && lastRunDay > day);
  const rows = await world.store.getMany(
    perhaps.flatMap(({ userId, subscriptionId }) => [
      { table: Orders, key: { orderId: runOrderIdOf(subscriptionId, day) } },
      { table: SubscriptionDays, key: subscriptionDayKey(userId, day, subscriptionId) },
    ]),
  );
  const done = new Set(perhaps.filter((_, i) => rows[2 * i] ?? rows[2 * i + 1]));
  return subscriptions.filter((subscription) => subscription.lastRunDay !== day && !done.has(subscription));
}
