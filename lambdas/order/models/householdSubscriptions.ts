import { begins } from '#shared/data/condition.ts';
import type { World } from '#shared/world.ts';
import { restKeyOf, runKeyOf, runOrderOf, type Subscription, Subscriptions } from './Subscription.ts';

/** How the index is asked for a household's standing orders: for those of which something can come, or those at rest. */
function ofHousehold(userId: string, hash: string) {
  return { index: 'byRun', hash, range: begins('runOrder', runOrderOf(userId, '')) };
}

/** A household's standing orders of which something can come, the oldest first. One call of the store. */
export async function liveSubscriptionsOf({ store }: World, userId: string): Promise<Subscription[]> {
  return (await store.query(Subscriptions, ofHousehold(userId, runKeyOf(userId)))).rows;
}

/** All standing orders that a household ever had: those at rest last. */
export async function subscriptionsOf(world: World, userId: string): Promise<Subscription[]> {
  const live = await liveSubscriptionsOf(world, userId);
  // Asked for afterwards: one that comes to rest meanwhile is then in both, and in none otherwise.
  const { rows } = await world.store.query(Subscriptions, ofHousehold(userId, restKeyOf(userId)));
  return together(live, rows);
}

function together(live: readonly Subscription[], rest: readonly Subscription[]): Subscription[] {
  const resting = new Set(rest.map(({ subscriptionId }) => subscriptionId));
  return [...live.filter(({ subscriptionId }) => !resting.has(subscriptionId)), ...rest];
}

/**
 * A page of a household's standing orders: those of which something can come, the newest first, and then those at rest.
 * Throws INVALID_CURSOR.
 */
export async function pageOfSubscriptions(
  { store }: World,
  userId: string,
  { limit, cursor = '' }: { limit: number; cursor?: string },
): Promise<{ rows: Subscription[]; cursor?: string }> {
  const page = (hash: string, most: number, from?: string) =>
    store.query(Subscriptions, {
      ...ofHousehold(userId, hash),
      limit: most,
      cursor: from,
      newestFirst: true,
    });
  if (cursor.startsWith(RESTING)) {
    const from = cursor.slice(RESTING.length) || undefined;
    return marked(await page(restKeyOf(userId), limit, from));
  }
  const live = await page(runKeyOf(userId), limit, cursor || undefined);
  if (live.cursor) return live;
  if (live.rows.length === limit) return { rows: live.rows, cursor: RESTING };
  const rest = marked(await page(restKeyOf(userId), limit - live.rows.length));
  return { ...rest, rows: together(live.rows, rest.rows) };
}

/** What a cursor begins with that goes on among those at rest. */
const RESTING = 'REST.';

function marked({ rows, cursor }: { rows: Subscription[]; cursor?: string }) {
  return { rows, cursor: cursor && RESTING + cursor };
}
