import { z } from '@hono/zod-openapi';
import type { Day, Instant } from '#shared/domain/day.ts';
import { AmountShown, toMajor } from '#shared/domain/money.ts';
import { catalogue } from '#shared/events/catalogue.ts';
import { byColumns, groupOf, isPlaced, type Logged, onlyOnce, type Report, type Tally } from './report.ts';

/** What was ordered, cancelled and delivered of one product by events of one day. */
export const SalesRow = z
  .object({
    day: z.string(),
    productId: z.string(),
    orderedQty: z.number().int(),
    orderedAmount: AmountShown,
    cancelledQty: z.number().int(),
    cancelledAmount: AmountShown,
    deliveredQty: z.number().int(),
    deliveredAmount: AmountShown,
  })
  .openapi('SalesRow');
export type SalesRow = z.infer<typeof SalesRow>;

const columnOf = {
  ORDER_PLACED: 'ordered',
  SUBSCRIPTION_DAY_COMPLETED: 'ordered',
  ORDER_CANCELLED: 'cancelled',
  ORDER_DELIVERED: 'delivered',
  DELIVERY_CORRECTED: 'delivered',
} as const;
type Column = (typeof columnOf)[keyof typeof columnOf];
type Group = { day: Day; productId: string } & Record<Column, Tally>;

/** Sales by day and product. An event counts on its own day, whatever day the order was placed or is for. */
export function salesReport(dayAt: (at: Instant) => Day | undefined): Report<SalesRow> {
  const groups = new Map<string, Group>();
  const isFirst = onlyOnce();
  return {
    take(logged) {
      const column = columnFor(logged);
      const day = column && dayAt(logged.timestamp);
      if (!column || !day) return;
      for (const line of isFirst(logged.eventId) ? linesOf(logged) : []) {
        const { productId, qty, amountMinor } = line;
        const tally = groupOf(groups, [day, productId], () => emptyGroup(day, productId))[column];
        tally.count += qty;
        tally.amountMinor += amountMinor;
      }
    },
    rows: () =>
      [...groups.values()].map(shown).sort(
        byColumns(
          (row) => row.day,
          (row) => row.productId,
        ),
      ),
  };
}

function columnFor({ eventType, event }: Logged): Column | undefined {
  return isPlaced(eventType, event) ? 'ordered' : (columnOf as Record<string, Column | undefined>)[eventType];
}

/** The lines of an order's event; none of one that was logged by hand without them. */
function linesOf(logged: Logged) {
  const parsed = catalogue.ORDER_PLACED.data.shape.lines.safeParse(logged.event.lines);
  return parsed.success ? parsed.data : [];
}

function emptyGroup(day: Day, productId: string): Group {
  const none = () => ({ count: 0, amountMinor: 0 });
  return { day, productId, ordered: none(), cancelled: none(), delivered: none() };
}

function shown({ day, productId, ordered, cancelled, delivered }: Group): SalesRow {
  return {
    day,
    productId,
    orderedQty: ordered.count,
    orderedAmount: toMajor(ordered.amountMinor),
    cancelledQty: cancelled.count,
    cancelledAmount: toMajor(cancelled.amountMinor),
    deliveredQty: delivered.count,
    deliveredAmount: toMajor(delivered.amountMinor),
  };
}
