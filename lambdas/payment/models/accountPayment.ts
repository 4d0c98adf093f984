import { dueOf, type Order } from '#lambdas/order/models/Order.ts';
import { absent, all, any, atLeast, atMost, type Condition, present } from '#shared/data/condition.ts';
import type { Row } from '#shared/data/table.ts';
import { update, type Write } from '#shared/data/write.ts';
import type { Instant } from '#shared/domain/day.ts';
import { idPrefix } from '#shared/domain/id.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import { type AlsoOf, type Balance, Balances, balanceKey, creditLeftOf, owedOf } from './Ledger.ts';
import { newPaymentWrite, type OrderPayment } from './Payment.ts';

/**
 * An order that its household's post-paid account pays: it is owed from the stop on, and counts against the limit
 * from now on. `balance` is the row as it was read; the write holds that there is still room for the order.
 */
export function accountPayment(
  order: Order,
  balance: Balance | undefined,
  at: Instant,
  paymentId = `${idPrefix.payment}${order.orderId}-A`,
) {
  const { orderId, userId } = order;
  const amountMinor = dueOf(order);
  const payment: OrderPayment = {
    paymentId,
    orderId,
    userId,
    amount: amountMinor,
    status: 'PENDING',
    paymentMethod: 'ACCOUNT',
    provider: 'ACCOUNT',
    captured: 0,
    refunded: 0,
    createdAt: at,
    version: 1,
  };
  const pointer = { paymentId, paymentMethod: 'ACCOUNT' as const, status: 'PENDING' as const };
  return { payment, pointer, writes: [newPaymentWrite(payment), takeCredit(userId, amountMinor, balance)] };
}

function takeCredit(userId: string, amountMinor: Minor, balance: Balance | undefined): Write {
  const { add, condition } = roomFor(userId, amountMinor, balance);
  return update(Balances, balanceKey(userId), { add }, condition, (row) => whyNoCredit(row, amountMinor));
}

/** That there is room for an order under the limit, as the row was read, and that it counts from now on. */
export function roomFor(userId: string, amountMinor: Minor, balance: Balance | undefined) {
  const owed = Math.max(0, owedOf(balance));
  const onAccount = balance?.onAccount ?? 0;
  const upTo = (attribute: string, minor: Minor): Condition =>
    any(absent(attribute), atMost(attribute, minor));
  const condition = all(
    atLeast('creditLimit', owed + onAccount + amountMinor),
    upTo('owed', owed),
    upTo('onAccount', onAccount),
    upTo('overdueBelow', balance?.owedPaid ?? 0),
  );
  return { party: userId, condition, add: { onAccount: amountMinor } } satisfies AlsoOf;
}

/** Why a post-paid account cannot take an order of an amount; undefined when it can. */
export function whyNoCredit(row: Row | undefined, amountMinor: Minor): Problem | undefined {
  const balance = row as Balance | undefined;
  if (balance?.creditLimit === undefined) {
    return refuse('METHOD_UNAVAILABLE', 'This account has no credit.', {
      errors: [{ pointer: '/paymentMethod', detail: 'is not granted' }],
    });
  }
  const left = creditLeftOf(balance);
  if (left >= amountMinor) return undefined;
  return refuse('CREDIT_LIMIT', undefined, {
    more: { available: toMajor(Math.max(0, left)), needed: toMajor(amountMinor) },
  });
}

/** An order on account is at the door, or will not come: it does not count against the limit any more. */
export function creditFreed({ userId, amount }: OrderPayment) {
  return { party: userId, add: { onAccount: -amount } } satisfies AlsoOf;
}

/** The write of that where no movement touches the household's balances. */
export function freeing(freed: AlsoOf | undefined): Write[] {
  const condition = freed?.condition ?? present('balanceId');
  return freed ? [update(Balances, balanceKey(freed.party), { add: freed.add }, condition)] : [];
}
