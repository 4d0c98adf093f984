import { availableOf } from '#lambdas/payment/models/Ledger.ts';
import type { Day } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import { catalogue, type EventData } from '#shared/events/catalogue.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import type { Facts } from './facts.ts';

/** What money in a prepaid balance, or on its way back, gives reason to tell. */
export type MoneyOccasion =
  | { type: 'TOPPED_UP'; amountMinor: Minor; balanceMinor: Minor }
  | { type: 'TOP_UP_FAILED'; amountMinor: Minor; goesBack: boolean }
  | {
      type: 'REFUND_ISSUED';
      orderId?: string;
      amountMinor: Minor;
      /** SOURCE: to the card or UPI account that paid. */
      to: 'SOURCE' | 'WALLET' | 'BANK';
    }
  /** To the household: what was to go back could not, and is in its prepaid balance. */
  | { type: 'REFUND_RETURNED'; orderId?: string; amountMinor: Minor }
  /** To the desk. */
  | { type: 'REFUND_FAILED'; orderId?: string; refundId: string; amountMinor: Minor }
  /** To the desk. */
  | {
      type: 'DISPUTE';
      disputeId: string;
      paymentId: string;
      orderId?: string;
      amountMinor: Minor;
      status: 'OPENED' | 'WON' | 'LOST';
    }
  | { type: 'BILL_ISSUED'; billId: string; from: Day; to: Day; amountMinor: Minor; dueDay: Day }
  | { type: 'BILL_OVERDUE'; billId: string; amountMinor: Minor; dueDay: Day };

/** The provider took money that counts for nothing: all of it is on its way back. */
export const tookMoney: readonly string[] = ['WRONG_CURRENCY', 'WRONG_AMOUNT', 'PAID_TWICE', 'TOO_LATE'];

/** What an event of money gives reason to tell. Throws ZodError for a malformed event. */
export function moneyOccasionOf(
  event: DairyEvent,
  toDesk: boolean,
  { balance, refund }: Facts,
): MoneyOccasion | undefined {
  switch (event.eventType) {
    case 'WALLET_TOPPED_UP': {
      const { amountMinor } = catalogue.WALLET_TOPPED_UP.data.parse(event);
      return { type: 'TOPPED_UP', amountMinor, balanceMinor: availableOf(balance) };
    }
    case 'TOP_UP_FAILED':
      return topUpFailed(catalogue.TOP_UP_FAILED.data.parse(event));
    case 'REFUND_ISSUED': {
      const { orderId, amountMinor } = catalogue.REFUND_ISSUED.data.parse(event);
      return { type: 'REFUND_ISSUED', orderId, amountMinor, to: refund?.to ?? 'SOURCE' };
    }
    case 'REFUND_FAILED': {
      const { orderId, refundId, amountMinor } = catalogue.REFUND_FAILED.data.parse(event);
      if (toDesk) return { type: 'REFUND_FAILED', orderId, refundId, amountMinor };
      return { type: 'REFUND_RETURNED', orderId, amountMinor };
    }
    case 'DISPUTE_OPENED':
      return { type: 'DISPUTE', status: 'OPENED', ...catalogue.DISPUTE_OPENED.data.parse(event) };
    case 'DISPUTE_CLOSED': {
      const { outcome, ...told } = catalogue.DISPUTE_CLOSED.data.parse(event);
      return { type: 'DISPUTE', status: outcome, ...told };
    }
    case 'BILL_ISSUED':
      return { type: 'BILL_ISSUED', ...catalogue.BILL_ISSUED.data.parse(event) };
    case 'BILL_OVERDUE':
      return { type: 'BILL_OVERDUE', ...catalogue.BILL_OVERDUE.data.parse(event) };
    default:
      return undefined;
  }
}

function topUpFailed({ amountMinor, reason }: EventData<'TOP_UP_FAILED'>): MoneyOccasion {
  return { type: 'TOP_UP_FAILED', amountMinor, goesBack: tookMoney.includes(reason) };
}
