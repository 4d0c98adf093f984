import { availableOf } from '#lambdas/payment/models/Ledger.ts';
import type { Day, Instant } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import { catalogue, type EventData } from '#shared/events/catalogue.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import type { Facts } from './facts.ts';

/** What money in a prepaid balance, or on its way back, gives reason to tell. */
export type MoneyOccasion =
  | {
      type: 'TOPPED_UP';
      amountMinor: Minor;
      balanceMinor: Minor;
      /** Of an automatic top-up: what was debited. */
      debited?: string;
    }
  | { type: 'TOP_UP_FAILED'; amountMinor: Minor; goesBack: boolean }
  | {
      type: 'REFUND_ISSUED';
      orderId?: string;
      amountMinor: Minor;
      /** SOURCE: to the card or UPI account that paid. */
      to: 'SOURCE' | 'WALLET' | 'BANK';
    }
  | {
      type: 'WALLET_LOW';
      day: Day;
      cutoffAt: Instant;
      availableMinor: Minor;
      missingMinor: Minor;
    }
  | { type: 'AUTO_TOP_UP_SET'; enabled: boolean; amountMinor?: Minor; days?: number; method?: string }
  | { type: 'MANDATE_NOTICE'; amountMinor: Minor; debitAt: Instant; dueDay: Day; method?: string }
  | { type: 'DUNNING_STEP'; amountMinor: Minor; nextTryAt: Instant; method?: string }
  | { type: 'DUNNING_EXHAUSTED'; amountMinor: Minor; method?: string }
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
  | { type: 'PROMO_GRANTED'; promoId: string; amountMinor: Minor; expiresOn?: Day }
  | { type: 'BILL_ISSUED'; billId: string; from: Day; to: Day; amountMinor: Minor; dueDay: Day }
  | { type: 'BILL_OVERDUE'; billId: string; amountMinor: Minor; dueDay: Day };

/** The provider took money that counts for nothing: all of it is on its way back. */
export const tookMoney: readonly string[] = ['WRONG_CURRENCY', 'WRONG_AMOUNT', 'PAID_TWICE', 'TOO_LATE'];

/** What an event of money gives reason to tell. Throws ZodError for a malformed event. */
export function moneyOccasionOf(event: DairyEvent, toDesk: boolean, facts: Facts): MoneyOccasion | undefined {
  const { balance, refund } = facts;
  switch (event.eventType) {
    case 'WALLET_TOPPED_UP': {
      const { amountMinor, automatic } = catalogue.WALLET_TOPPED_UP.data.parse(event);
      const debited = automatic ? facts.autoTopUp?.saved?.label : undefined;
      return { type: 'TOPPED_UP', amountMinor, balanceMinor: availableOf(balance), debited };
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
    case 'PROMO_GRANTED':
      return { type: 'PROMO_GRANTED', ...catalogue.PROMO_GRANTED.data.parse(event) };
    case 'BILL_ISSUED':
      return { type: 'BILL_ISSUED', ...catalogue.BILL_ISSUED.data.parse(event) };
    case 'BILL_OVERDUE':
      return { type: 'BILL_OVERDUE', ...catalogue.BILL_OVERDUE.data.parse(event) };
    default:
      return automaticOccasionOf(event, facts);
  }
}

function automaticOccasionOf(event: DairyEvent, { autoTopUp }: Facts): MoneyOccasion | undefined {
  const method = autoTopUp?.saved?.label;
  switch (event.eventType) {
    case 'WALLET_LOW': {
      const { deliveryDay, userId: _, ...told } = catalogue.WALLET_LOW.data.parse(event);
      return { type: 'WALLET_LOW', day: deliveryDay, ...told };
    }
    case 'AUTO_TOP_UP_SET': {
      const { enabled, amountMinor, days } = catalogue.AUTO_TOP_UP_SET.data.parse(event);
      return { type: 'AUTO_TOP_UP_SET', enabled, amountMinor, days, method };
    }
    case 'MANDATE_NOTICE': {
      const { amountMinor, debitAt, dueDay } = catalogue.MANDATE_NOTICE.data.parse(event);
      return { type: 'MANDATE_NOTICE', amountMinor, debitAt, dueDay, method };
    }
    case 'DUNNING_STEP': {
      const { amountMinor, nextTryAt } = catalogue.DUNNING_STEP.data.parse(event);
      return { type: 'DUNNING_STEP', amountMinor, nextTryAt, method };
    }
    case 'DUNNING_EXHAUSTED': {
      const { amountMinor } = catalogue.DUNNING_EXHAUSTED.data.parse(event);
      return { type: 'DUNNING_EXHAUSTED', amountMinor, method };
    }
    default:
      return undefined;
  }
}

function topUpFailed({ amountMinor, reason, automatic }: EventData<'TOP_UP_FAILED'>) {
  // What is tried again, or no more, is told with when.
  if (automatic) return undefined;
  return { type: 'TOP_UP_FAILED' as const, amountMinor, goesBack: tookMoney.includes(reason) };
}
