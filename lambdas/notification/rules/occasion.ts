import type { Reset } from '#lambdas/user/models/Reset.ts';
import { isGood, type SignInCode } from '#lambdas/user/models/SignInCode.ts';
import { type Day, type Instant, plusSeconds } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import { catalogue, type EventData } from '#shared/events/catalogue.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import { type DayOccasion, dayOccasionOf, dayOrdered } from './days.ts';
import { type DoorOccasion, doorOccasionOf } from './door.ts';
import { cashOf, type Facts, type Thing, type Visit, visitOf } from './facts.ts';
import { type MoneyOccasion, moneyOccasionOf, tookMoney } from './money.ts';

/** Something a person is told of, with all the figures its text needs. */
export type Occasion =
  | { type: 'WELCOME_EMAIL' }
  | { type: 'SIGN_IN_CODE'; codeId: string; goodUntil: Instant }
  | { type: 'PASSWORD_RESET'; resetId: string; goodUntil: Instant }
  | {
      type: 'ORDER_CONFIRMED';
      orderId: string;
      visit?: Visit;
      amountMinor: Minor;
      items: readonly (Thing & { amountMinor: Minor })[];
      /** To be paid to the courier. */
      cashMinor?: Minor;
    }
  | {
      type: 'ORDER_CANCELLED';
      orderId: string;
      visit?: Visit;
      amountMinor: Minor;
      reason: string;
      paid: boolean;
      /** What was paid is in the prepaid balance again. */
      toBalance: boolean;
    }
  | { type: 'PAYMENT_FAILED'; orderId: string; amountMinor: Minor; canRetry: boolean; goesBack: boolean }
  | {
      type: 'DELIVERY_UPDATE';
      orderId: string;
      status: string;
      visit?: Visit;
      reason?: string;
      cashMinor?: Minor;
    }
  | { type: 'STOCK_LOW'; productId: string; product: string; stock: number; day?: Day }
  | DayOccasion
  | DoorOccasion
  | MoneyOccasion;

/** Whom an event is told to: a person, or every active admin. */
export type Audience = { userId: string } | 'ADMINS';

const toDesk: readonly string[] = ['STOCK_LOW', 'REFUND_FAILED', 'DISPUTE_OPENED', 'DISPUTE_CLOSED'];
const toHousehold = [
  'USER_REGISTERED',
  'PASSWORD_RESET_REQUESTED',
  'SIGN_IN_CODE_REQUESTED',
  'ORDER_CONFIRMED',
  'ORDER_CANCELLED',
  'PAYMENT_FAILED',
  'DELIVERY_ASSIGNED',
  'DELIVERY_UPDATED',
  'SUBSCRIPTION_CREATED',
  'SUBSCRIPTION_CHANGED',
  'SUBSCRIPTION_DAY_SKIPPED',
  'SUBSCRIPTION_DAY_SHORT',
  'SUBSCRIPTION_DAY_COMPLETED',
  'SUBSCRIPTION_MOVED',
  'PRICE_CHANGED',
  'WALLET_TOPPED_UP',
  'TOP_UP_FAILED',
  'WALLET_LOW',
  'AUTO_TOP_UP_SET',
  'MANDATE_NOTICE',
  'DUNNING_STEP',
  'DUNNING_EXHAUSTED',
  'PAUSE_ENDING',
  'REFUND_ISSUED',
  'REFUND_FAILED',
  'PROMO_GRANTED',
  'BILL_ISSUED',
  'BILL_OVERDUE',
  'PROBLEM_REPORTED',
  'PROBLEM_DECIDED',
  'DELIVERY_CORRECTED',
  'BOTTLES_LOST',
] as const;

/** Those an event is told to; nobody for events this Lambda does not tell. Throws ZodError for a malformed event. */
export function audiencesOf(event: DairyEvent): Audience[] {
  const household = toHousehold.find((type) => type === event.eventType);
  const userId = household && catalogue[household].data.parse(event).userId;
  return [
    ...(userId === undefined ? [] : [{ userId }]),
    ...(toDesk.includes(event.eventType) ? (['ADMINS'] as const) : []),
  ];
}

/**
 * What an event gives reason to tell somebody; undefined when there is nothing (any more). Throws ZodError for a
 * malformed event.
 */
export function occasionOf(event: DairyEvent, audience: Audience, facts: Facts): Occasion | undefined {
  switch (event.eventType) {
    case 'USER_REGISTERED':
      return { type: 'WELCOME_EMAIL' };
    case 'PASSWORD_RESET_REQUESTED':
      return resetAsked(facts);
    case 'SIGN_IN_CODE_REQUESTED':
      return codeAsked(catalogue.SIGN_IN_CODE_REQUESTED.data.parse(event), facts);
    case 'ORDER_CONFIRMED':
      if (facts.order?.through === 'RUN') return dayOrdered(facts);
      return orderConfirmed(catalogue.ORDER_CONFIRMED.data.parse(event), facts);
    case 'ORDER_CANCELLED':
      return orderCancelled(catalogue.ORDER_CANCELLED.data.parse(event), facts);
    case 'PAYMENT_FAILED':
      return paymentFailed(catalogue.PAYMENT_FAILED.data.parse(event), facts);
    case 'DELIVERY_ASSIGNED':
      return deliveryUpdate(catalogue.DELIVERY_ASSIGNED.data.parse(event), event.timestamp, facts);
    case 'DELIVERY_UPDATED':
      return deliveryUpdate(catalogue.DELIVERY_UPDATED.data.parse(event), event.timestamp, facts);
    case 'STOCK_LOW': {
      const { productId, stock, day } = catalogue.STOCK_LOW.data.parse(event);
      return { type: 'STOCK_LOW', productId, product: facts.product?.name ?? productId, stock, day };
    }
    default:
      return (
        dayOccasionOf(event, facts) ??
        doorOccasionOf(event, facts) ??
        moneyOccasionOf(event, audience === 'ADMINS', facts)
      );
  }
}

function resetAsked({ reset, now }: Facts): Occasion | undefined {
  if (!reset || !isLive(reset, now)) return undefined;
  return { type: 'PASSWORD_RESET', resetId: reset.resetId, goodUntil: reset.expiresAt };
}

function codeAsked({ codeId }: { codeId: string }, { signIn, now }: Facts): Occasion | undefined {
  // A newer one may have taken its place: then only that is good.
  if (!signIn || !isLiveCode(signIn, codeId, now)) return undefined;
  return { type: 'SIGN_IN_CODE', codeId, goodUntil: signIn.expiresAt };
}

/** Whether a code to sign in with can still be used. */
export function isLiveCode(signIn: SignInCode, codeId: string, now: Instant): boolean {
  return signIn.codeId === codeId && isGood(signIn, now);
}

/** Whether a reset's code can still be used. */
export function isLive(reset: Reset, now: Instant): boolean {
  return reset.expiresAt > now;
}

function orderConfirmed(data: EventData<'ORDER_CONFIRMED'>, { order }: Facts): Occasion {
  return {
    type: 'ORDER_CONFIRMED',
    orderId: data.orderId,
    visit: visitOf(order),
    amountMinor: data.amountMinor,
    items: (order?.items ?? []).map(({ name, qty, amount }) => ({ name, qty, amountMinor: amount })),
    cashMinor: cashOf(order),
  };
}

function orderCancelled(data: EventData<'ORDER_CANCELLED'>, { order }: Facts): Occasion {
  return {
    type: 'ORDER_CANCELLED',
    orderId: data.orderId,
    visit: visitOf(order),
    amountMinor: data.amountMinor,
    reason: data.reason,
    paid: order?.payment?.status === 'SUCCESS',
    toBalance: order?.payment?.paymentMethod === 'WALLET',
  };
}

/** Payments that end because something else happened, which the household is told of or did itself. */
const endedOtherwise: readonly string[] = ['SUPERSEDED', 'ORDER_CANCELLED', 'CANCELLED'];
function paymentFailed(data: EventData<'PAYMENT_FAILED'>, { order }: Facts): Occasion | undefined {
  if (endedOtherwise.includes(data.reason)) return undefined;
  return {
    type: 'PAYMENT_FAILED',
    orderId: data.orderId,
    amountMinor: data.amountMinor,
    canRetry: order?.status === 'CREATED',
    goesBack: tookMoney.includes(data.reason),
  };
}

const NEWS_SECONDS = 600;

function deliveryUpdate(
  data: { orderId: string; status: string; reason?: string },
  timestamp: Instant,
  { order, now }: Facts,
): Occasion | undefined {
  // The household is told of the cancelled order itself.
  if (data.reason === 'ORDER_CANCELLED') return undefined;
  // What comes every day was told when it was made; only how it ended is news.
  if (order?.through === 'RUN' && !isEnd(data.status)) return undefined;
  // "On its way", hours late and after the bottle came, would only confuse.
  const stillGoing = !isEnd(data.status);
  const ended = order?.status === 'DELIVERED' || order?.status === 'CANCELLED';
  if (stillGoing && ended && plusSeconds(timestamp, NEWS_SECONDS) < now) return undefined;
  return {
    type: 'DELIVERY_UPDATE',
    orderId: data.orderId,
    status: data.status,
    visit: visitOf(order),
    reason: data.reason,
    cashMinor: stillGoing ? cashOf(order) : undefined,
  };
}

function isEnd(status: string): boolean {
  return status === 'DELIVERED' || status === 'FAILED';
}

const canWaitTypes: readonly Occasion['type'][] = [
  'STOCK_LOW',
  'REFUND_ISSUED',
  'DAY_ORDERED',
  'SUBSCRIPTION_ENDED',
  'PRICE_CHANGED',
  'DISPUTE',
  'PROMO_GRANTED',
  'BILL_ISSUED',
  'BILL_OVERDUE',
  'PROBLEM_DECIDED',
  'DELIVERY_CORRECTED',
  'BOTTLES_LOST',
];

/** Messages that nobody waits for at once; they keep out of quiet hours. */
export function canWait(occasion: Occasion): boolean {
  if (occasion.type === 'ORDER_CANCELLED') return occasion.reason === 'PAYMENT_TIMEOUT';
  return canWaitTypes.includes(occasion.type);
}
