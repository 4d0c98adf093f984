import { z } from '@hono/zod-openapi';
import type { Day, Instant } from '#shared/domain/day.ts';
import { AmountShown, type Minor, toMajor } from '#shared/domain/money.ts';
import { byColumns, groupOf, isPlaced, onlyOnce, type Report, type Tally } from './report.ts';

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
  /** What was added to it since it was placed. */
  moreMinor: Minor;
}

const Moved = z.object({ orderId: z.string(), status: z.string() });
const Placed = z.object({ amountMinor: z.number().int() });
const Completed = z.object({ orderId: z.string(), amountMinor: z.number().int() });

/**
 * Orders by the day they were placed and their status now: the one of the event with the highest version, of
 * all that `take` was given. An order placed outside the days, or never told as placed, is in no row.
 */
export function ordersReport(dayAt: (at: Instant) => Day | undefined): Report<OrdersRow> {
  const orders = new Map<string, Told>();
  const isFirst = onlyOnce();
  const toldOf = (orderId: string) => {
    const told = orders.get(orderId) ?? { version: -1, status: '', moreMinor: 0 };
    orders.set(orderId, told);
    return told;
  };
  return {
    take({ eventId, eventType, entityVersion, timestamp, event }) {
      const more = eventType === 'SUBSCRIPTION_DAY_COMPLETED' ? Completed.safeParse(event).data : undefined;
      if (more && isFirst(eventId)) toldOf(more.orderId).moreMinor += more.amountMinor;
      const moved = eventType.startsWith('ORDER_') ? Moved.safeParse(event).data : undefined;
      if (!moved) return;
      const told = toldOf(moved.orderId);
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
  for (const { placed, status, moreMinor } of orders) {
    if (!placed) continue;
    const { day } = placed;
    const group = groupOf(groups, [day, status], () => ({ day, status, count: 0, amountMinor: 0 }));
    group.count += 1;
    group.amountMinor += placed.amountMinor + moreMinor;
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
