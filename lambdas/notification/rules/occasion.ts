import type { Order } from '#lambdas/order/models/Order.ts';
import type { Product } from '#lambdas/product/models/Product.ts';
import type { Reset } from '#lambdas/user/models/Reset.ts';
import { type Day, type Instant, plusSeconds } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import { catalogue, type EventData } from '#shared/events/catalogue.ts';
import type { DairyEvent } from '#shared/events/event.ts';

/** When a delivery is due. */
export interface Visit {
  day: Day;
  startsAt: Instant;
  endsAt: Instant;
}

/** Something a person is told of, with all the figures its text needs. */
export type Occasion =
  | { type: 'WELCOME_EMAIL' }
  | { type: 'PASSWORD_RESET'; resetId: string; goodUntil: Instant }
  | {
      type: 'ORDER_CONFIRMED';
      orderId: string;
      visit?: Visit;
      amountMinor: Minor;
      items: readonly { name: string; qty: number; amountMinor: Minor }[];
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
    }
  | { type: 'PAYMENT_FAILED'; orderId: string; amountMinor: Minor; canRetry: boolean; goesBack: boolean }
  | { type: 'REFUND_ISSUED'; orderId: string; amountMinor: Minor }
  | { type: 'REFUND_FAILED'; orderId: string; refundId: string; amountMinor: Minor }
  | {
      type: 'DELIVERY_UPDATE';
      orderId: string;
      status: string;
      visit?: Visit;
      reason?: string;
      cashMinor?: Minor;
    }
  | { type: 'STOCK_LOW'; productId: string; product: string; stock: number; day?: Day };

/** Rows that a text is made from beside the event, and the moment it is made. */
export interface Facts {
  order?: Order;
  product?: Product;
  reset?: Reset;
  now: Instant;
}

/** Whom an event is told to: a person, or every active admin; undefined for events this Lambda does not tell. */
export function audienceOf(event: DairyEvent): { userId: string } | 'ADMINS' | undefined {
  switch (event.eventType) {
    case 'STOCK_LOW':
    case 'REFUND_FAILED':
      return 'ADMINS';
    case 'USER_REGISTERED':
    case 'PASSWORD_RESET_REQUESTED':
    case 'ORDER_CONFIRMED':
    case 'ORDER_CANCELLED':
    case 'PAYMENT_FAILED':
    case 'REFUND_ISSUED':
    case 'DELIVERY_ASSIGNED':
    case 'DELIVERY_UPDATED':
      return { userId: catalogue[event.eventType].data.parse(event).userId };
    default:
      return undefined;
  }
}

/** What an event gives reason to tell; undefined when there is nothing (any more). Throws ZodError for a malformed event. */
export function occasionOf(event: DairyEvent, facts: Facts): Occasion | undefined {
  switch (event.eventType) {
    case 'USER_REGISTERED':
      return { type: 'WELCOME_EMAIL' };
    case 'PASSWORD_RESET_REQUESTED':
      return resetAsked(facts);
    case 'ORDER_CONFIRMED':
      return orderConfirmed(catalogue.ORDER_CONFIRMED.data.parse(event), facts);
    case 'ORDER_CANCELLED':
      return orderCancelled(catalogue.ORDER_CANCELLED.data.parse(event), facts);
    case 'PAYMENT_FAILED':
      return paymentFailed(catalogue.PAYMENT_FAILED.data.parse(event), facts);
    case 'REFUND_ISSUED': {
      const { orderId, amountMinor } = catalogue.REFUND_ISSUED.data.parse(event);
      return orderId ? { type: 'REFUND_ISSUED', orderId, amountMinor } : undefined;
    }
    case 'REFUND_FAILED': {
      const { orderId, refundId, amountMinor } = catalogue.REFUND_FAILED.data.parse(event);
      return orderId ? { type: 'REFUND_FAILED', orderId, refundId, amountMinor } : undefined;
    }
    case 'DELIVERY_ASSIGNED':
      return deliveryUpdate(catalogue.DELIVERY_ASSIGNED.data.parse(event), event.timestamp, facts);
    case 'DELIVERY_UPDATED':
      return deliveryUpdate(catalogue.DELIVERY_UPDATED.data.parse(event), event.timestamp, facts);
    case 'STOCK_LOW': {
      const { productId, stock, day } = catalogue.STOCK_LOW.data.parse(event);
      return { type: 'STOCK_LOW', productId, product: facts.product?.name ?? productId, stock, day };
    }
    default:
      return undefined;
  }
}

function resetAsked({ reset, now }: Facts): Occasion | undefined {
  if (!reset || !isLive(reset, now)) return undefined;
  return { type: 'PASSWORD_RESET', resetId: reset.resetId, goodUntil: reset.expiresAt };
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
  };
}

/** Payments that end because something else happened, which the household is told of or did itself. */
const endedOtherwise: readonly string[] = ['SUPERSEDED', 'ORDER_CANCELLED', 'CANCELLED'];
/** The provider took money that pays nothing: all of it is on its way back. */
const tookMoney: readonly string[] = ['WRONG_CURRENCY', 'WRONG_AMOUNT', 'PAID_TWICE', 'TOO_LATE'];

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
  // "On its way", hours late and after the bottle came, would only confuse.
  const stillGoing = data.status !== 'DELIVERED' && data.status !== 'FAILED';
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

function visitOf(order: Order | undefined): Visit | undefined {
  return order && { day: order.deliveryDay, startsAt: order.slotStartsAt, endsAt: order.slotEndsAt };
}

function cashOf(order: Order | undefined): Minor | undefined {
  const cash = order?.payment?.paymentMethod === 'COD' && order.payment.status === 'PENDING';
  return cash ? order.amount : undefined;
}

/** Messages that nobody waits for at once; they keep out of quiet hours. */
export function canWait(occasion: Occasion): boolean {
  if (occasion.type === 'ORDER_CANCELLED') return occasion.reason === 'PAYMENT_TIMEOUT';
  return occasion.type === 'STOCK_LOW' || occasion.type === 'REFUND_ISSUED';
}
