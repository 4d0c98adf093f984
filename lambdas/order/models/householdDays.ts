import { between } from '#shared/data/condition.ts';
import type { Settings } from '#shared/data/settings.ts';
import { addDays, type Day } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';
import { type Order, Orders, orderIdsFrom } from './Order.ts';
import { type SubscriptionDay, SubscriptionDays } from './Subscription.ts';

/**
 * The household's orders for some days, by one range of ids: those an order run made sort by the day they are for,
 * others by when they were placed, which is at most `bookAheadDays` before.
 */
export async function ordersOfDays(
  world: World,
  userId: string,
  { bookAheadDays }: Pick<Settings, 'bookAheadDays'>,
  [from, to]: readonly [Day, Day],
): Promise<Order[]> {
  const first = orderIdsFrom(addDays(from, -bookAheadDays - 1));
  const range = between('orderId', first, orderIdsFrom(addDays(to, 2)));
  const { rows } = await world.store.query(Orders, { index: 'byUser', hash: userId, range });
  return rows.filter(({ deliveryDay }) => from <= deliveryDay && deliveryDay <= to);
}

/** What order runs recorded of a household's standing orders for some days, by `<subscriptionId> <day>`. */
export async function recordsOfDays(
  world: World,
  userId: string,
  [from, to]: readonly [Day, Day],
): Promise<Map<string, SubscriptionDay>> {
  const range = between('dayOrder', from, `${to}~`);
  const { rows } = await world.store.query(SubscriptionDays, { hash: userId, range });
  return new Map(rows.map((row) => [`${row.subscriptionId} ${row.day}`, row]));
}
