import { dueOf, type Order } from '#lambdas/order/models/Order.ts';
import type { Subscription } from '#lambdas/order/models/Subscription.ts';
import type { AutoTopUp } from '#lambdas/payment/models/AutoTopUp.ts';
import type { Balance } from '#lambdas/payment/models/Ledger.ts';
import type { Refund } from '#lambdas/payment/models/Payment.ts';
import type { Product } from '#lambdas/product/models/Product.ts';
import type { Reset } from '#lambdas/user/models/Reset.ts';
import type { SignInCode } from '#lambdas/user/models/SignInCode.ts';
import type { Day, Instant } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import type { EventData } from '#shared/events/catalogue.ts';

/** When a delivery is due. */
export interface Visit {
  day: Day;
  startsAt: Instant;
  endsAt: Instant;
}

/** Something that comes, or does not. */
export interface Thing {
  name: string;
  qty: number;
}

/** Rows that a text is made from beside the event, and the moment it is made. */
export interface Facts {
  order?: Order;
  /** Of an order that an order run made: all that it made for that stop. */
  together?: readonly Order[];
  /** Of a day that came short: what came short of it for the household in that slot. */
  shorts?: readonly EventData<'SUBSCRIPTION_DAY_SHORT'>[];
  subscription?: Subscription;
  balance?: Balance;
  autoTopUp?: AutoTopUp;
  refund?: Refund;
  product?: Product;
  reset?: Reset;
  /** The newest code that a household asked for to sign in with. */
  signIn?: SignInCode;
  /** What a product is called. */
  nameOf?: (productId: string) => string;
  now: Instant;
}

export function visitOf(order: Order | undefined): Visit | undefined {
  return order && { day: order.deliveryDay, startsAt: order.slotStartsAt, endsAt: order.slotEndsAt };
}

/** What the courier is to collect for an order. */
export function cashOf(order: Order | undefined): Minor | undefined {
  const cash = order?.payment?.paymentMethod === 'COD' && order.payment.status === 'PENDING';
  return cash ? dueOf(order) : undefined;
}
