import { dueOf, editOrder, type Order, Orders, promoOf } from '#lambdas/order/models/Order.ts';
import { type Context, commit, type Decision } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { plusSeconds } from '#shared/domain/day.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { catalogue } from '#shared/events/catalogue.ts';
import type { Call } from '#shared/http/door.ts';
import { isStaff } from '#shared/http/owner.ts';
import { eachMessage, type Message } from '#shared/lambda.ts';
import type { ChargeResult, ProviderEvent } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { chargeProvider, RECONCILE_AFTER_SECONDS } from './charging.ts';
import { followTopUp, lookAgain } from './collecting.ts';
import { bookPayout } from './deskMoney.ts';
import { settleDispute } from './disputes.ts';
import { invoiceOrder, noteCorrections, noteProblem, noteRefund } from './invoicing.ts';
import { accountPayment, freeing, whyNoCredit } from './models/accountPayment.ts';
import { Balances, balanceKey } from './models/Ledger.ts';
import {
  newPaymentWrite,
  type Payment,
  Payments,
  Refunds,
  reconcileKeyOf,
  reconcileKeys,
} from './models/Payment.ts';
import { settleRefund } from './models/refunding.ts';
import { confirmOrder, settleCharge, supersede } from './models/settlement.ts';
import { settleTopUp } from './models/topUp.ts';
import { walletPayment } from './models/walletPayment.ts';
import { refundNow } from './refunds.ts';

export interface PayOrder {
  orderId: string;
  amount: Minor;
  paymentMethod: 'CARD' | 'UPI' | 'WALLET' | 'COD' | 'ACCOUNT';
  paymentToken?: string;
}

/** A payment written down; with the rows as they are now when the provider is still to be asked. */
interface Begun {
  paymentId: string;
  status: 'PENDING' | 'SUCCESS';
  known?: [Payment, Order];
}

/**
 * Pays an order. CARD and UPI: the payment is written PENDING, then the provider is asked, then its word is made
 * true; a crash in between leaves a PENDING payment that is reconciled. COD confirms the order at once.
 */
export async function processPayment(world: World, call: Call<PayOrder>) {
  const { orderId, amount, paymentMethod, paymentToken } = call.input;
  const paymentId = `PAY${world.ids.next()}`;
  const asks = [{ table: Orders, key: { orderId } }] as const;
  const begun = await commit(world, call, asks, async ([order]): Promise<Decision<Begun> | Problem> => {
    const refusal = whyNotPayable(call, order);
    if (refusal || !order) return refusal ?? refuse('NOT_FOUND');
    if (paymentMethod === 'WALLET') return payingFromWallet(world, order, call.actor.userId);
    if (paymentMethod === 'ACCOUNT') return payingOnAccount(world, order, paymentId, call.actor.userId);
    return paymentMethod === 'COD'
      ? payingAtDoor(world, order, newPayment(world, order, paymentId, 'COD'), call.actor.userId)
      : asking(order, newPayment(world, order, paymentId, paymentMethod));
  });
  if (begun instanceof Problem) return begun;
  if (!begun.known || (paymentMethod !== 'CARD' && paymentMethod !== 'UPI')) return begun;

  const { currency } = await settingsOf(world);
  const { userId } = begun.known[0];
  const charge = { paymentId, orderId, userId, amountMinor: amount, currency, method: paymentMethod };
  const result = await chargeProvider(world, { ...charge, token: paymentToken });
  return settleCharge(world, call, { paymentId, orderId }, result, { known: begun.known });
}

function whyNotPayable(call: Call<PayOrder>, order: Order | undefined): Problem | undefined {
  const { orderId, amount } = call.input;
  if (!order || (!isStaff(call.actor) && order.userId !== call.actor.userId)) {
    return refuse('NOT_FOUND', `There is no order ${orderId}.`);
  }
  if (order.payment?.status === 'SUCCESS') return refuse('ALREADY_PAID');
  if (order.status === 'CANCELLED' || order.status === 'DELIVERED') {
    return refuse('INVALID_TRANSITION', `The order is ${order.status}; it cannot be paid.`, {
      more: { orderStatus: order.status },
    });
  }
  if (amount !== dueOf(order)) {
    const due = toMajor(dueOf(order));
    const promo = order.promo && { price: toMajor(order.amount), promo: toMajor(promoOf(order)) };
    return refuse('AMOUNT_MISMATCH', `The amount due is ${due}.`, {
      errors: [{ pointer: '/amount', detail: `must be ${due}` }],
      more: { amount: due, ...promo },
    });
  }
  if (order.pendingPaymentId)
    return refuse('PAYMENT_PENDING', undefined, { more: { paymentId: order.pendingPaymentId } });
  return undefined;
}

function newPayment(
  world: World,
  order: Order,
  paymentId: string,
  paymentMethod: Payment['paymentMethod'],
): Payment {
  const createdAt = world.clock.now().toISOString();
  const asked = paymentMethod !== 'COD';
  return {
    paymentId,
    orderId: order.orderId,
    userId: order.userId,
    amount: dueOf(order),
    status: 'PENDING',
    paymentMethod,
    provider: asked ? world.payments.name : 'COD',
    captured: 0,
    refunded: 0,
    createdAt,
    version: 1,
    todo: asked ? reconcileKeyOf(paymentId) : undefined,
    todoAt: asked ? plusSeconds(createdAt, RECONCILE_AFTER_SECONDS) : undefined,
  };
}

/** Cash on delivery: the order is confirmed now, the cash makes the payment a success. */
async function payingAtDoor(
  world: World,
  order: Order,
  payment: Payment,
  by: string,
): Promise<Decision<Begun> | Problem> {
  if (order.payment?.paymentMethod === 'COD' && order.payment.status === 'PENDING') {
    return refuse('PAYMENT_PENDING', 'The order is to be paid at the door already.', {
      more: { paymentId: order.payment.paymentId },
    });
  }
  const { paymentId } = payment;
  const confirmed = confirmOrder(world, order, { paymentId, paymentMethod: 'COD', status: 'PENDING' }, by);
  if (confirmed instanceof Problem) return confirmed;
  const replaced = await supersede(world, order, payment.createdAt);
  return {
    writes: [newPaymentWrite(payment), confirmed.write, ...replaced.writes, ...freeing(replaced.freed)],
    events: [...replaced.events, ...confirmed.events],
    answer: { paymentId, status: 'PENDING' },
  };
}

/** The household's post-paid account takes the order, on condition that its limit allows: it is owed from the stop on. */
async function payingOnAccount(
  world: World,
  order: Order,
  paymentId: string,
  by: string,
): Promise<Decision<Begun> | Problem> {
  if (order.payment?.paymentMethod === 'ACCOUNT' && order.payment.status === 'PENDING') {
    return refuse('PAYMENT_PENDING', 'The order is on account already.', {
      more: { paymentId: order.payment.paymentId },
    });
  }
  const at = world.clock.now().toISOString();
  const balance = await world.store.get(Balances, balanceKey(order.userId));
  const refusal = whyNoCredit(balance, dueOf(order));
  if (refusal) return refusal;
  const taken = accountPayment(order, balance, at, paymentId);
  const confirmed = confirmOrder(world, order, taken.pointer, by);
  if (confirmed instanceof Problem) return confirmed;
  const replaced = await supersede(world, order, at);
  return {
    writes: [...taken.writes, confirmed.write, ...replaced.writes],
    events: [...replaced.events, ...confirmed.events],
    answer: { paymentId, status: 'PENDING' },
  };
}

/** The prepaid balance pays at once, on condition that it suffices; cash that was to be collected is not any more. */
async function payingFromWallet(world: World, order: Order, by: string): Promise<Decision<Begun> | Problem> {
  const at = world.clock.now().toISOString();
  const replaced = await supersede(world, order, at);
  const paid = walletPayment(order, at, { also: replaced.freed });
  const confirmed = confirmOrder(world, order, paid.pointer, by);
  if (confirmed instanceof Problem) return confirmed;
  return {
    writes: [...paid.writes, confirmed.write, ...replaced.writes],
    events: [...replaced.events, ...paid.events, ...confirmed.events],
    answer: { paymentId: paid.payment.paymentId, status: 'SUCCESS' },
  };
}

/** Writes down that the provider is about to be asked, so that its answer can never find nobody at home. */
function asking(order: Order, payment: Payment): Decision<Begun> {
  const { order: after, write } = editOrder(order, { set: { pendingPaymentId: payment.paymentId } });
  const known: [Payment, Order] = [payment, after];
  const answer: Begun = { paymentId: payment.paymentId, status: 'PENDING', known };
  return { writes: [newPaymentWrite(payment), write], answer, final: false };
}

/** Takes a provider's signed message. A repeat, a late or an out-of-order one changes nothing twice. */
export async function paymentWebhook(world: World, call: Call<unknown>) {
  const { body = '', headers = {} } = call.raw ?? {};
  const event = await world.payments.readWebhook(body, headers);
  if (!event) return refuse('BAD_SIGNATURE');
  const context: Context = { ...call, actor: { userId: 'provider', role: 'system' }, idempotency: undefined };
  const taken = event === 'IGNORED' ? undefined : await takeEvent(world, context, event);
  return taken instanceof Problem ? taken : { received: true };
}

async function takeEvent(world: World, context: Context, event: ProviderEvent) {
  const claim = `${world.payments.name}#${event.providerEventId}`;
  if (event.kind === 'DISPUTE') return settleDispute(world, context, event, claim);
  if (event.kind === 'SETTLEMENT') {
    const { payoutRef, amountMinor: amount, feeMinor: fee } = event;
    return bookPayout(world, context, { payoutRef, amount, fee }, claim);
  }
  if (event.kind === 'REFUND') return settleRefund(world, context, event.ourId, event.result, claim);
  const payment = await world.store.get(Payments, { paymentId: event.ourId });
  if (!payment) return refuse('NOT_FOUND', 'There is no such payment.');
  return settleAny(world, context, payment, event.result, claim);
}

/** What the provider said of a charge, whether an order's or a top-up's, is made true. */
function settleAny(
  world: World,
  context: Context,
  { paymentId, orderId, userId }: Payment,
  result: ChargeResult,
  claim?: string,
) {
  if (orderId) return settleCharge(world, context, { paymentId, orderId }, result, { claim });
  return settleTopUp(world, context, { paymentId, userId }, result, { claim });
}

/**
 * Event door: refunds go to the provider; delivered orders get their invoices, what changes of them its notes;
 * automatic top-ups follow what became of a top-up, and what households change of their days.
 */
export function followUp(world: World, messages: readonly Message[]): Promise<string[]> {
  return eachMessage(world, 'payment', messages, async (event) => {
    switch (event.eventType) {
      case 'ORDER_DELIVERED':
        return invoiceOrder(world, event.entityId);
      case 'REFUND_REQUESTED':
        await noteRefund(world, String(event.refundId));
        return refundNow(world, String(event.refundId));
      case 'REFUND_ISSUED':
        return noteRefund(world, event.entityId);
      case 'PROBLEM_REPORTED':
      case 'PROBLEM_DECIDED':
        return noteProblem(world, event.entityId);
      case 'DELIVERY_CORRECTED':
        return noteCorrections(world, String(event.orderId));
      case 'WALLET_TOPPED_UP':
      case 'TOP_UP_FAILED':
        return followTopUp(world, catalogue[event.eventType].data.parse(event));
      default:
        return lookAgain(world, String(event.userId));
    }
  });
}

function system(world: World, action: string): Context {
  return { actor: { userId: 'system', role: 'system' }, requestId: world.ids.next(), action };
}

/** Timer: asks the provider about payments and refunds whose end it has not told. */
export async function reconcilePayments(world: World) {
  const now = world.clock.now().toISOString();
  const due = { op: '<=' as const, attribute: 'todoAt', value: now };
  const payments = await world.store.queryAll(Payments, 'byTodo', reconcileKeys, due);
  for (const payment of payments) await reconcilePayment(world, payment);
  const refunds = await world.store.queryAll(Refunds, 'byTodo', reconcileKeys, due);
  for (const { refundId } of refunds) {
    const outcome = await refundNow(world, refundId).catch((error: unknown) => error);
    if (outcome instanceof Error)
      world.log.warn('refund not reconciled', { refundId, reason: outcome.message });
  }
  return { payments: payments.length, refunds: refunds.length };
}

async function reconcilePayment(world: World, payment: Payment): Promise<void> {
  const { paymentId, orderId } = payment;
  try {
    const order = orderId ? await world.store.get(Orders, { orderId }) : undefined;
    // Money for an order that ended is not wanted any more: the charge is stopped if it still can be.
    const wanted = !orderId || order?.pendingPaymentId === paymentId;
    const result = wanted
      ? await world.payments.findCharge(paymentId, payment)
      : await world.payments.cancelCharge(paymentId, payment);
    await settleAny(world, system(world, 'reconcilePayments'), payment, result);
  } catch (error) {
    world.log.warn('payment not reconciled', { paymentId, reason: String(error) });
  }
}
