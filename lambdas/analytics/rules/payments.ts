import { z } from '@hono/zod-openapi';
import type { Day, Instant } from '#shared/domain/day.ts';
import { AmountShown, type Minor, toMajor } from '#shared/domain/money.ts';
import { byColumns, groupOf, onlyOnce, type Report, type Tally } from './report.ts';

/** What came in, failed and went back on one day by one method of payment. */
export const PaymentsRow = z
  .object({
    day: z.string(),
    paymentMethod: z.string(),
    succeeded: z.number().int(),
    succeededAmount: AmountShown,
    failed: z.number().int(),
    refunded: z.number().int(),
    refundedAmount: AmountShown,
  })
  .openapi('PaymentsRow');
export type PaymentsRow = z.infer<typeof PaymentsRow>;

const Paid = z.object({ paymentId: z.string(), paymentMethod: z.string(), amountMinor: z.number().int() });
const Returned = z.object({ paymentId: z.string(), amountMinor: z.number().int() });
type Group = { day: Day; paymentMethod: string } & Record<'succeeded' | 'failed' | 'refunded', Tally>;

/** A refund's event names its payment only; the method is found out before the rows are made. */
export interface PaymentsReport extends Report<PaymentsRow> {
  /** Payments of refunds whose method no event given so far has told. */
  unknownPayments(): string[];
  /** Tells a payment's method. */
  learn(paymentId: string, paymentMethod: string): void;
}

/** Payments and refunds by the day of their own event and the method of payment. */
export function paymentsReport(dayAt: (at: Instant) => Day | undefined): PaymentsReport {
  const groups = new Map<string, Group>();
  const methods = new Map<string, string>();
  const refunds: { day: Day; paymentId: string; amountMinor: Minor }[] = [];
  const isFirst = onlyOnce();
  return {
    take({ eventId, eventType, timestamp, event }) {
      const day = dayAt(timestamp);
      if (!day) return;
      if (eventType === 'REFUND_ISSUED') {
        const refund = Returned.safeParse(event).data;
        if (refund && isFirst(eventId)) refunds.push({ day, ...refund });
      }
      // An order of an order run is paid when it comes into being, and its one event tells both.
      const born = eventType === 'ORDER_CONFIRMED' ? event.payment : moreOf(eventType, event);
      if (!born && !isPayment(eventType)) return;
      const paid = Paid.safeParse(born ?? event).data;
      if (!paid || !isFirst(eventId)) return;
      methods.set(paid.paymentId, paid.paymentMethod);
      count(groups, day, paid.paymentMethod, failures.includes(eventType) ? 'failed' : 'succeeded', paid);
    },
    unknownPayments: () => [
      ...new Set(refunds.map(({ paymentId }) => paymentId).filter((paymentId) => !methods.has(paymentId))),
    ],
    learn: (paymentId, paymentMethod) => {
      methods.set(paymentId, paymentMethod);
    },
    rows() {
      const all = structuredClone(groups);
      for (const refund of refunds) {
        count(all, refund.day, methods.get(refund.paymentId) ?? 'UNKNOWN', 'refunded', refund);
      }
      return [...all.values()].map(shown).sort(
        byColumns(
          (row) => row.day,
          (row) => row.paymentMethod,
        ),
      );
    },
  };
}

/** Of an order, and into a prepaid balance. */
const failures: readonly string[] = ['PAYMENT_FAILED', 'TOP_UP_FAILED'];
const isPayment = (eventType: string): boolean =>
  failures.includes(eventType) || eventType === 'PAYMENT_SUCCEEDED' || eventType === 'WALLET_TOPPED_UP';

/** What a second try took of a prepaid balance for an order that the balance had paid in part. */
function moreOf(eventType: string, { orderId, amountMinor }: Record<string, unknown>): unknown {
  if (eventType !== 'SUBSCRIPTION_DAY_COMPLETED') return undefined;
  return { paymentId: `${orderId} more`, paymentMethod: 'WALLET', amountMinor };
}

function count(
  groups: Map<string, Group>,
  day: Day,
  paymentMethod: string,
  column: 'succeeded' | 'failed' | 'refunded',
  { amountMinor }: { amountMinor: Minor },
): void {
  const none = () => ({ count: 0, amountMinor: 0 });
  const empty = () => ({ day, paymentMethod, succeeded: none(), failed: none(), refunded: none() });
  const tally = groupOf(groups, [day, paymentMethod], empty)[column];
  tally.count += 1;
  tally.amountMinor += amountMinor;
}

function shown({ day, paymentMethod, succeeded, failed, refunded }: Group): PaymentsRow {
  return {
    day,
    paymentMethod,
    succeeded: succeeded.count,
    succeededAmount: toMajor(succeeded.amountMinor),
    failed: failed.count,
    refunded: refunded.count,
    refundedAmount: toMajor(refunded.amountMinor),
  };
}
