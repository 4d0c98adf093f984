import type { Day } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';
import { dayKeysOf, type Order, Orders } from './Order.ts';

const ORDERS_A_PAGE = 500;

/** Shows a reader every order of a delivery day, page by page and shard by shard at once, in no promised order. */
export async function readDay(world: World, day: Day, see: (order: Order) => void): Promise<void> {
  await Promise.all(
    dayKeysOf(day).map(async (hash) => {
      let cursor: string | undefined;
      do {
        const page = await world.store.query(Orders, { index: 'byDay', hash, limit: ORDERS_A_PAGE, cursor });
        for (const order of page.rows) see(order);
        cursor = page.cursor;
      } while (cursor);
    }),
  );
}
