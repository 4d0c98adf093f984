import { z } from '@hono/zod-openapi';
import { dueOf, type Order } from '#lambdas/order/models/Order.ts';
import { happened, type NewEvent } from '#shared/data/commit.ts';
import { absent, all, any, is } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { create, put, type Write } from '#shared/data/write.ts';
import type { Instant } from '#shared/domain/day.ts';
import { idPrefix } from '#shared/domain/id.ts';
import type { Minor } from '#shared/domain/money.ts';
import { shardKeys, shardOf } from '#shared/domain/shard.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

export const paymentStatuses = ['PENDING', 'SUCCESS', 'FAILED'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];
export const paymentMoves: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  PENDING: ['SUCCESS', 'FAILED'],
  SUCCESS: [],
  FAILED: [],
};

export const paymentMethods = ['CARD', 'UPI', 'WALLET', 'COD', 'ACCOUNT', 'BANK', 'CASH'] as const;

/** One attempt to pay an order, or to pay into a prepaid balance. `amount` is minor units. */
export const Payment = onDemand(() =>
  z.object({
    paymentId: z.string(),
    /** Absent of a top-up. */
    orderId: z.string().optional(),
    userId: z.string(),
    amount: z.number().int(),
    status: z.enum(paymentStatuses),
    paymentMethod: z.enum(paymentMethods),
    provider: z.string(),
    providerRef: z.string().optional(),
    reason: z.string().optional(),
    /** What the provider took, also when it came too late to pay the order. */
    captured: z.number().int(),
    /** What refunds were asked for so far; never more than was captured. */
    refunded: z.number().int(),
    /** What the household's bank took back of it, or may yet take: that is not there to be refunded. */
    disputed: z.number().int().optional(),
    /** What of that the bank keeps for good: the household has it back already. */
    lost: z.number().int().optional(),
    createdAt: z.string(),
    settledAt: z.string().optional(),
    /** Of a top-up that nobody asked for: a kept method was charged. */
    automatic: z.boolean().optional(),
    version: z.number().int(),
    /** `RECONCILE#<shard>` while the provider has not told the end. */
    todo: z.string().optional(),
    todoAt: z.string().optional(),
  }),
);
export type Payment = TypeOf<typeof Payment>;

/** A payment of an order, as against a top-up. */
export type OrderPayment = Payment & { orderId: string };

export const Payments = defineTable('Payments', Payment, {
  hash: 'paymentId',
  indexes: {
    byUser: { hash: 'userId', range: 'paymentId' },
    byTodo: { hash: 'todo', range: 'todoAt' },
  },
  // All but what a key or a condition names.
  folded: [
    'orderId',
    'amount',
    'paymentMethod',
    'provider',
    'providerRef',
    'reason',
    'captured',
    'refunded',
    'disputed',
    'lost',
    'createdAt',
    'settledAt',
    'automatic',
  ],
});

export const reconcileKeys = shardKeys('RECONCILE');
export const reconcileKeyOf = (paymentId: string) => `RECONCILE#${shardOf(paymentId)}`;

export function newPaymentWrite(payment: Payment): Write {
  return create(Payments, payment);
}

/** The payment of an order by its household's prepaid balance: there is one at most. */
export const walletPaymentIdOf = (orderId: string) => `${idPrefix.payment}${orderId}-W`;

/** What an order's prepaid balance pays, at once. Its id follows from the order's, so that it is paid so once. */
export function walletPaymentRow(order: Order, at: Instant): OrderPayment {
  const due = dueOf(order);
  return {
    paymentId: walletPaymentIdOf(order.orderId),
    orderId: order.orderId,
    userId: order.userId,
    amount: due,
    status: 'SUCCESS',
    paymentMethod: 'WALLET',
    provider: 'WALLET',
    captured: due,
    refunded: 0,
    createdAt: at,
    settledAt: at,
    version: 1,
  };
}

/**
 * The payment that an order points at. An order run writes none for what a prepaid balance pays: it follows from the
 * order, and gets its row when something of it changes (docs/decisions/0014).
 */
export function paymentOf(order: Order, row: Payment | undefined): Payment | undefined {
  const { through, payment, createdAt } = order;
  const born = through === 'RUN' && payment?.paymentMethod === 'WALLET' && payment.status === 'SUCCESS';
  return row ?? (born ? walletPaymentRow(order, createdAt) : undefined);
}

/** A payment's method; without a row it can only be one of a prepaid balance. */
export function methodOf(paymentId: string, row: Payment | undefined): Payment['paymentMethod'] | undefined {
  return row?.paymentMethod ?? (paymentId.endsWith('-W') ? 'WALLET' : undefined);
}

/** Cash that a courier is to collect for an order that is confirmed without anybody's asking: its payment and writes. */
export function newCashPayment(order: Order, at: Instant) {
  const payment: OrderPayment = {
    paymentId: `${idPrefix.payment}${order.orderId}`,
    orderId: order.orderId,
    userId: order.userId,
    amount: dueOf(order),
    status: 'PENDING',
    paymentMethod: 'COD',
    provider: 'COD',
    captured: 0,
    refunded: 0,
    createdAt: at,
    version: 1,
  };
  const pointer = { paymentId: payment.paymentId, paymentMethod: 'COD' as const, status: 'PENDING' as const };
  return { payment, pointer, writes: [newPaymentWrite(payment)], events: [] as NewEvent[] };
}

/** Ends a pending payment, once. Throws RangeError for a move that the table does not have. */
export function settlePayment<P extends Payment>(
  payment: P,
  to: 'SUCCESS' | 'FAILED',
  set: Partial<Payment>,
): { payment: P; write: Write } {
  if (!paymentMoves[payment.status].includes(to)) {
    throw new RangeError(`payment ${payment.paymentId} is ${payment.status}; it cannot become ${to}`);
  }
  const { todo: _, todoAt: __, ...after } = { ...changed(payment, set), status: to };
  const asRead = all(is('version', payment.version), is('status', 'PENDING'));
  return { payment: after as P, write: put(Payments, after as P, asRead) };
}

/** A payment with some attributes set and one version more; what is set to undefined is left as it is. */
function changed<P extends Payment>(payment: P, set: Partial<Payment>): P {
  const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
  return { ...payment, ...given, version: payment.version + 1 };
}

/** Changes a payment that keeps its status: what was captured late, what was refunded. */
export function editPayment<P extends Payment>(
  payment: P,
  set: Partial<Payment>,
): { payment: P; write: Write } {
  const after = changed(payment, set);
  const { version, provider } = payment;
  const asRead = is('version', version);
  // One of a prepaid balance may have no row before its first change.
  const bare = version === 1 && provider === 'WALLET';
  const write = put(Payments, after, bare ? any(absent('paymentId'), asRead) : asRead);
  return { payment: after, write };
}

function figures({ userId, orderId, paymentId, paymentMethod }: OrderPayment, amountMinor: Minor) {
  return { userId, orderId, paymentId, paymentMethod, amountMinor };
}

/** A prepaid balance rose by what a payment brought. */
export function toppedUpEvent(payment: Payment): NewEvent {
  const { userId, paymentId, paymentMethod, version, captured, automatic } = payment;
  const data = { userId, paymentId, paymentMethod, amountMinor: captured, automatic };
  return happened('WALLET_TOPPED_UP', paymentId, version, data);
}

/** A top-up came to nothing. */
export function topUpFailed(payment: Payment, reason: string): NewEvent {
  const { userId, paymentId, paymentMethod, version, amount, automatic } = payment;
  const data = { userId, paymentId, paymentMethod, amountMinor: amount, reason, automatic };
  return happened('TOP_UP_FAILED', paymentId, version, data);
}

/** Tells what was received, which at a door may be less than was asked. */
export function paymentSucceeded(payment: OrderPayment): NewEvent {
  const told = figures(payment, payment.captured);
  return happened('PAYMENT_SUCCEEDED', payment.paymentId, payment.version, told);
}

export function paymentFailed(payment: OrderPayment, reason: string): NewEvent {
  return happened('PAYMENT_FAILED', payment.paymentId, payment.version, {
    ...figures(payment, payment.amount),
    reason,
  });
}

export const refundStatuses = ['PENDING', 'SUCCESS', 'FAILED'] as const;

/**
 * Money on its way back, the way it came, or given into the wallet at once. Its id follows from payment and cause, so
 * each cause refunds once.
 */
export const Refund = onDemand(() =>
  z.object({
    refundId: z.string(),
    /** The payment, or the top-up, that brought the money; absent where it goes to a bank account. */
    paymentId: z.string().optional(),
    /** Absent when a top-up goes back. */
    orderId: z.string().optional(),
    userId: z.string(),
    amount: z.number().int(),
    /** Where the money goes; the way it came unless told. */
    to: z.enum(['WALLET', 'BANK']).optional(),
    status: z.enum(refundStatuses),
    cause: z.string(),
    providerRef: z.string().optional(),
    reason: z.string().optional(),
    createdAt: z.string(),
    settledAt: z.string().optional(),
    version: z.number().int(),
    todo: z.string().optional(),
    todoAt: z.string().optional(),
  }),
);
export type Refund = TypeOf<typeof Refund>;

export const Refunds = defineTable('Refunds', Refund, {
  hash: 'refundId',
  indexes: { byUser: { hash: 'userId', range: 'refundId' }, byTodo: { hash: 'todo', range: 'todoAt' } },
});

export const refundIdOf = (paymentId: string, cause: string) => `R${paymentId}-${cause}`;

/** Pay-outs to bank accounts, which staff make: the list of those still to be made. */
export const payoutKeys = shardKeys('PAYOUT');
/** Where the desk finds a pay-out that it has to make. */
export const payoutKeyOf = (refundId: string) => `PAYOUT#${shardOf(refundId)}`;

export interface AskRefund {
  payment: Payment;
  amountMinor: Minor;
  cause: string;
  at: string;
}

/** A refund to be made by the provider: its record and its event. The caller changes the payment's figures. */
export function requestRefund({ payment, amountMinor, cause, at }: AskRefund): {
  refund: Refund;
  write: Write;
  event: NewEvent;
} {
  const refundId = refundIdOf(payment.paymentId, cause);
  const refund: Refund = {
    refundId,
    paymentId: payment.paymentId,
    orderId: payment.orderId,
    userId: payment.userId,
    amount: amountMinor,
    status: 'PENDING',
    cause,
    createdAt: at,
    version: 1,
    todo: reconcileKeyOf(payment.paymentId),
    todoAt: at,
  };
  const data = {
    userId: refund.userId,
    orderId: refund.orderId,
    refundId,
    paymentId: payment.paymentId,
    amountMinor,
  };
  return { refund, write: create(Refunds, refund), event: happened('REFUND_REQUESTED', refundId, 1, data) };
}

/** A refund into the household's wallet, which is made with its record. The caller changes the payment's figures. */
export function refundToWallet({ payment, amountMinor, cause, at }: AskRefund): {
  refund: Refund;
  write: Write;
  event: NewEvent;
} {
  const { paymentId, orderId, userId } = payment;
  const refundId = refundIdOf(paymentId, cause);
  const refund: Refund = {
    refundId,
    paymentId,
    orderId,
    userId,
    amount: amountMinor,
    to: 'WALLET',
    status: 'SUCCESS',
    cause,
    createdAt: at,
    settledAt: at,
    version: 1,
  };
  const data = { userId, orderId, refundId, paymentId, amountMinor };
  return { refund, write: create(Refunds, refund), event: happened('REFUND_ISSUED', refundId, 1, data) };
}

/** Money from a wallet that came in cash or by transfer: staff pay it out to a bank account. */
export function requestPayout(from: {
  withdrawalId: string;
  userId: string;
  amountMinor: Minor;
  at: string;
}): {
  refund: Refund;
  write: Write;
} {
  const { withdrawalId, userId, amountMinor, at } = from;
  const refundId = `R${withdrawalId}-BANK`;
  const refund: Refund = {
    refundId,
    userId,
    amount: amountMinor,
    to: 'BANK',
    status: 'PENDING',
    cause: 'WITHDRAWAL',
    createdAt: at,
    version: 1,
    todo: payoutKeyOf(refundId),
    todoAt: at,
  };
  return { refund, write: create(Refunds, refund) };
}
