import { z } from '@hono/zod-openapi';
import type { Day, Instant } from '#shared/domain/day.ts';
import { AmountShown, type Minor, toMajor } from '#shared/domain/money.ts';
import { byColumns, groupOf, isPlaced, type Report, type Tally } from './report.ts';

/** The orders placed on one day that stand at one status now. */
export const OrdersRow = z
  .object({ day: z.string(), status: z.string(), count: z.number().int(), amount: AmountShown })
  .openapi('OrdersRow');
export type OrdersRow = z.infer<typeof OrdersRow>;

/** What events have told of an order so far. */
interface Told {
  version: number;
  status: string;
  placed?: { day: Day; amountMinor: Minor };
}

const Moved = z.object({ orderId: z.string(), status: z.string() });
const Placed = z.object({ amountMinor: z.number().int() });

/**
 * Orders by the day they were placed and their status now: the one of the event with the highest version, of
 * all that `take` was given. An order placed outside the days, or never told as placed, is in no row.
 */
export function ordersReport(dayAt: (at: Instant) => Day | undefined): Report<OrdersRow> {
  const orders = new Map<string, Told>();
  return {
    take({ eventType, entityVersion, timestamp, event }) {
      const moved = eventType.startsWith('ORDER_') ? Moved.safeParse(event).data : undefined;
      if (!moved) return;
      const told = orders.get(moved.orderId) ?? { version: -1, status: '' };
      orders.set(moved.orderId, told);
      if (entityVersion > told.version) {
        told.version = entityVersion;
        told.status = moved.status;
      }
      const day = isPlaced(eventType, event) ? dayAt(timestamp) : undefined;
      const placed = day && Placed.safeParse(event).data;
      if (day && placed) told.placed = { day, amountMinor: placed.amountMinor };
    },
    rows: () => rowsOf(orders.values()),
  };
}

function rowsOf(orders: Iterable<Told>): OrdersRow[] {
  const groups = new Map<string, Tally & { day: Day; status: string }>();
  for (const { placed, status } of orders) {
    if (!placed) continue;
    const { day } = placed;
    const group = groupOf(groups, [day, status], () => ({ day, status, count: 0, amountMinor: 0 }));
    group.count += 1;
    group.amountMinor += placed.amountMinor;
  }
  return [...groups.values()]
    .map(({ day, status, count, amountMinor }) => ({ day, status, count, amount: toMajor(amountMinor) }))
    .sort(
      byColumns(
        (row) => row.day,
        (row) => row.status,
      ),
    );
}
