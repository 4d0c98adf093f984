import { editOrder, Orders } from '#lambdas/order/models/Order.ts';
import { creditLeftOn } from '#lambdas/order/rules/delivered.ts';
import { commit, type Decision } from '#shared/data/commit.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { type Balance, Balances, balanceKey, owedOf, postMovement } from './models/Ledger.ts';
import {
  editPayment,
  type Payment,
  Payments,
  paymentOf,
  type Refund,
  Refunds,
  refundIdOf,
  refundToWallet,
  requestRefund,
} from './models/Payment.ts';
import { settleRefund } from './models/refunding.ts';
import { creditCauseOf } from './rules/credit.ts';
import { revenueToTransit, revenueToWallet } from './rules/postings.ts';
import { billedLines } from './rules/promo.ts';

export interface RefundPayment {
  orderId: string;
  amount: Minor;
  reason: string;
  /** SOURCE: the way it came, where that is possible; WALLET: into the prepaid balance, at once. */
  to?: 'SOURCE' | 'WALLET';
}

interface RefundShown {
  refundId: string;
  status: Refund['status'];
  amount: number;
}

/**
 * Credits a problem with a delivered order. Card and UPI money goes back the way it came, unless the household wishes
 * it in its prepaid balance; what was paid from that, or in cash, goes there at once.
 */
export async function refundPayment(world: World, call: Call<RefundPayment>) {
  const { orderId, amount, reason, to } = call.input;
  const asks = [{ table: Orders, key: { orderId } }] as const;
  return commit(world, call, asks, async ([order]): Promise<Decision<RefundShown> | Problem> => {
    if (!order) return refuse('NOT_FOUND', `There is no order ${orderId}.`);
    const paymentId = order.payment?.status === 'SUCCESS' ? order.payment.paymentId : undefined;
    if (order.status !== 'DELIVERED' || !paymentId) {
      return refuse(
        'INVALID_TRANSITION',
        'Only a delivered and paid order is refunded; cancel one that is not delivered.',
      );
    }
    const cause = creditCauseOf(reason);
    const [row, known, balance] = (await world.store.getMany([
      { table: Payments, key: { paymentId } },
      { table: Refunds, key: { refundId: refundIdOf(paymentId, cause) } },
      { table: Balances, key: balanceKey(order.userId) },
    ])) as [Payment?, Refund?, Balance?];
    const payment = paymentOf(order, row);
    if (!payment) return refuse('EDIT_CONFLICT');
    const refusal = whyNotRefundable(payment, creditLeftOn(order), amount, to);
    if (refusal) return refusal;
    if (known) return refuse('ALREADY_REFUNDED');
    const at = world.clock.now().toISOString();
    const intoWallet = to === 'WALLET' || !hasSource(payment);
    const asked = (intoWallet ? refundToWallet : requestRefund)({ payment, amountMinor: amount, cause, at });
    const { refundId, status } = asked.refund;
    const { userId } = payment;
    const movement = {
      movementId: `${refundId}#${intoWallet ? 'WALLET' : 'ASKED'}`,
      kind: 'CREDIT',
      at,
      userId,
      orderId,
      lines: intoWallet
        ? revenueToWallet(amount, billedLines(order), { userId, owedMinor: owedOf(balance) })
        : revenueToTransit(amount, billedLines(order)),
    };
    return {
      writes: [
        editOrder(order, { set: { credited: (order.credited ?? 0) + amount } }).write,
        editPayment(payment, { refunded: payment.refunded + amount }).write,
        asked.write,
        ...postMovement(movement),
      ],
      events: [asked.event],
      answer: { refundId, status, amount: toMajor(amount) },
      note: reason,
    };
  });
}

function hasSource({ paymentMethod }: Payment): boolean {
  return paymentMethod === 'CARD' || paymentMethod === 'UPI';
}

function whyNotRefundable(
  payment: Payment,
  creditLeft: Minor,
  amount: Minor,
  to: RefundPayment['to'],
): Problem | undefined {
  if (to === 'SOURCE' && !hasSource(payment)) {
    return refuse('METHOD_UNAVAILABLE', 'What was paid so goes into the prepaid balance.', {
      errors: [{ pointer: '/to', detail: 'is possible for card and UPI only' }],
    });
  }
  const taken = payment.captured - payment.refunded - (payment.disputed ?? 0);
  // What was credited for reported problems is not in the payment's own figures.
  const left = Math.max(0, Math.min(taken, creditLeft));
  if (amount > 0 && amount <= left) return undefined;
  return refuse('REFUND_EXCEEDS_PAYMENT', `At most ${toMajor(left)} can be refunded.`, {
    more: { refundable: toMajor(left) },
  });
}

/** Asks the provider for a refund that is still to be made; asking again only finds out how the first one stands. */
export async function refundNow(world: World, refundId: string) {
  const refund = await world.store.get(Refunds, { refundId });
  // A pay-out to a bank account is the desk's to make.
  if (refund?.status !== 'PENDING' || !refund.paymentId) return undefined;
  const { paymentId, amount, providerRef, createdAt } = refund;
  const chargeRef = (await world.store.get(Payments, { paymentId }))?.providerRef;
  // A refund that was asked for before may have ended meanwhile; asking anew would only repeat the first answer.
  const known = await world.payments.findRefund(refundId, { providerRef, createdAt, chargeRef });
  const unknown = known.state === 'FAILED' && known.reason === 'NOT_FOUND';
  const result = unknown
    ? await world.payments.refund({ refundId, paymentId, amountMinor: amount, chargeRef })
    : known;
  const context = {
    actor: { userId: 'system', role: 'system' as const },
    requestId: world.ids.next(),
    action: 'refund',
  };
  return settleRefund(world, context, refundId, result);
}
