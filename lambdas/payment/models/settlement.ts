import { dueOf, editOrder, moveOrder, type Order, Orders, todoKeyOf } from '#lambdas/order/models/Order.ts';
import { type Context, commit, type Decision, type NewEvent } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import type { Write } from '#shared/data/write.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { ChargeResult } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { heldByProvider, strayMoney } from '../rules/postings.ts';
import { creditFreed } from './accountPayment.ts';
import { type AlsoOf, postMovement } from './Ledger.ts';
import {
  editPayment,
  type OrderPayment,
  type Payment,
  Payments,
  paymentFailed,
  paymentSucceeded,
  requestRefund,
  settlePayment,
} from './Payment.ts';
import { claiming, seenAsk } from './ProviderEvent.ts';

export interface Settled {
  paymentId: string;
  status: Payment['status'];
  reason?: string;
  /** What the household's device needs to finish a charge that waits for it. */
  clientSecret?: string;
}

/**
 * Makes what the provider said of an order's charge true here, once, whoever asks first: the pay request, a webhook
 * (whose message `claim` names), the reconciling timer or an expiry. Money that pays nothing goes back whole.
 */
export async function settleCharge(
  world: World,
  context: Context,
  { paymentId, orderId }: { paymentId: string; orderId: string },
  result: ChargeResult,
  { known, claim }: { known?: [Payment, Order]; claim?: string } = {},
): Promise<Settled | Problem> {
  const { currency } = await settingsOf(world);
  const asks = [
    { table: Payments, key: { paymentId } },
    { table: Orders, key: { orderId } },
    seenAsk(claim),
  ] as const;
  return commit(
    world,
    context,
    asks,
    async ([payment, order, seen]): Promise<Decision<Settled> | Problem> => {
      if (!payment || !order) return refuse('NOT_FOUND', `There is no payment ${paymentId}.`);
      if (seen) return unchanged(payment);
      const decision = await settling(world, { ...payment, orderId }, order, result, currency);
      return decision instanceof Problem ? decision : claiming(world, claim, decision);
    },
    known && [...known, undefined],
  );
}

async function settling(
  world: World,
  payment: OrderPayment,
  order: Order,
  result: ChargeResult,
  currency: string,
): Promise<Decision<Settled> | Problem> {
  if (result.state === 'FAILED') return failing(world, payment, order, result);
  if (result.state !== 'SUCCEEDED' || payment.captured > 0) return unchanged(payment, result);
  const nothing = result.amountMinor === 0 && payment.amount > 0;
  if (nothing) return failing(world, payment, order, { ...result, reason: 'WRONG_AMOUNT' });
  const wrong = whyItPaysNothing(payment, order, result, currency);
  return wrong ? returning(world, payment, order, result, wrong) : paying(world, payment, order, result);
}

/** A charge that stays as it is: what was said of it is known already, or says nothing yet. */
export function unchanged(payment: Payment, result?: ChargeResult): Decision<Settled> {
  const { paymentId, status, reason } = payment;
  const clientSecret = status === 'PENDING' ? result?.clientSecret : undefined;
  return { writes: [], answer: { paymentId, status, reason, ...(clientSecret ? { clientSecret } : {}) } };
}

function failing(world: World, payment: OrderPayment, order: Order, result: ChargeResult): Decision<Settled> {
  if (payment.status !== 'PENDING') return unchanged(payment);
  const reason = result.reason ?? 'DECLINED';
  const at = world.clock.now().toISOString();
  const failed = settlePayment(payment, 'FAILED', { reason, settledAt: at, providerRef: result.providerRef });
  const writes = [failed.write];
  if (order.pendingPaymentId === payment.paymentId) {
    const unpaid = order.status === 'CREATED';
    const pointer = {
      paymentId: payment.paymentId,
      paymentMethod: payment.paymentMethod,
      status: 'FAILED' as const,
    };
    writes.push(
      editOrder(order, { set: unpaid ? { payment: pointer } : {}, remove: ['pendingPaymentId'] }).write,
    );
  }
  return {
    writes,
    events: [paymentFailed(failed.payment, reason)],
    answer: { paymentId: payment.paymentId, status: 'FAILED', reason },
  };
}

const payable: readonly Order['status'][] = ['CREATED', 'CONFIRMED', 'PACKED', 'DISPATCHED'];

/** Why captured money does not pay the order; undefined when it does. */
function whyItPaysNothing(
  payment: OrderPayment,
  order: Order,
  result: ChargeResult,
  currency: string,
): string | undefined {
  if (result.currency !== undefined && result.currency !== currency) return 'WRONG_CURRENCY';
  if ((result.amountMinor ?? payment.amount) !== payment.amount || payment.amount !== dueOf(order))
    return 'WRONG_AMOUNT';
  if (order.payment?.status === 'SUCCESS') return 'PAID_TWICE';
  if (payment.status !== 'PENDING' || !payable.includes(order.status)) return 'TOO_LATE';
  return undefined;
}

async function paying(
  world: World,
  payment: OrderPayment,
  order: Order,
  result: ChargeResult,
): Promise<Decision<Settled> | Problem> {
  const at = world.clock.now().toISOString();
  const { paymentId, paymentMethod, amount, userId } = payment;
  const paid = settlePayment(payment, 'SUCCESS', {
    captured: amount,
    providerRef: result.providerRef,
    settledAt: at,
  });
  const pointer = { paymentId, paymentMethod, status: 'SUCCESS' as const };
  const confirmed = confirmOrder(world, order, pointer, payment.userId);
  if (confirmed instanceof Problem) return confirmed;
  const replaced = await supersede(world, order, at);
  const movement = {
    movementId: `${order.orderId}#PAID#${paymentId}`,
    kind: 'ORDER_PAID',
    at,
    userId,
    orderId: order.orderId,
    lines: heldByProvider(amount, userId),
  };
  const held = postMovement(movement, undefined, replaced.freed);
  return {
    writes: [paid.write, confirmed.write, ...held, ...replaced.writes],
    events: [...replaced.events, paymentSucceeded(paid.payment), ...confirmed.events],
    answer: { paymentId, status: 'SUCCESS' },
  };
}

/** An order with its payment: CREATED becomes CONFIRMED and waits for a courier; later it only changes its payment. */
export function confirmOrder(world: World, order: Order, payment: NonNullable<Order['payment']>, by: string) {
  const at = world.clock.now().toISOString();
  const remove: (keyof Order)[] = payment.status === 'SUCCESS' ? ['pendingPaymentId'] : [];
  if (order.status !== 'CREATED') return { ...editOrder(order, { set: { payment }, remove }), events: [] };
  const set = { payment, todo: todoKeyOf('ASSIGN', order.orderId), todoAt: at };
  return moveOrder(order, ['CONFIRMED'], { at, by }, { set, remove });
}

/** What ends with the payment that another replaces. */
interface Superseded {
  writes: Write[];
  events: NewEvent[];
  /** What changes with it in the household's balances: it belongs to the new payment's movement. */
  freed?: AlsoOf;
}

/** Cash that was to be collected, or what was on account, is not any more: another payment takes its place. */
export async function supersede(world: World, order: Order, at: string): Promise<Superseded> {
  const none = { writes: [], events: [] };
  const former = order.payment;
  if (former?.status !== 'PENDING' || !paidLater.includes(former.paymentMethod)) return none;
  const payment = await world.store.get(Payments, { paymentId: former.paymentId });
  if (payment?.status !== 'PENDING') return none;
  const paid = { ...payment, orderId: order.orderId };
  const ended = settlePayment(paid, 'FAILED', { reason: 'SUPERSEDED', settledAt: at });
  const freed = former.paymentMethod === 'ACCOUNT' ? creditFreed(paid) : undefined;
  return { writes: [ended.write], events: [paymentFailed(ended.payment, 'SUPERSEDED')], freed };
}

/** Methods that confirm an order before any money came. */
const paidLater: readonly string[] = ['COD', 'ACCOUNT'];

/** Money that pays nothing: it is recorded, and a refund of all of it is asked for. */
function returning(
  world: World,
  payment: OrderPayment,
  order: Order,
  result: ChargeResult,
  reason: string,
): Decision<Settled> {
  const { writes, events, answer } = sendBack(world, payment, result, reason);
  const isPending = order.pendingPaymentId === payment.paymentId;
  const edit = isPending ? [editOrder(order, { remove: ['pendingPaymentId'] }).write] : [];
  const failed =
    payment.status === 'PENDING' ? [paymentFailed({ ...payment, version: payment.version + 1 }, reason)] : [];
  return { writes: [...writes, ...edit], events: [...failed, ...events], answer };
}

/** All of what a charge brought goes back the way it came; the payment itself, if it was open, has failed. */
export function sendBack(world: World, payment: Payment, result: ChargeResult, reason: string) {
  const at = world.clock.now().toISOString();
  const captured = result.amountMinor ?? payment.amount;
  const { paymentId, userId, orderId } = payment;
  const set = { captured, refunded: captured, reason, providerRef: result.providerRef };
  const ended =
    payment.status === 'PENDING'
      ? settlePayment(payment, 'FAILED', { ...set, settledAt: at })
      : editPayment(payment, set);
  const back = requestRefund({ payment, amountMinor: captured, cause: 'STRAY', at });
  const { received, returned } = strayMoney(captured);
  const about = { at, userId, orderId };
  const writes = [
    ended.write,
    back.write,
    ...postMovement({ ...about, movementId: `${paymentId}#STRAY`, kind: 'STRAY_MONEY', lines: received }),
    ...postMovement({
      ...about,
      movementId: `${back.refund.refundId}#ASKED`,
      kind: 'REFUND_ASKED',
      lines: returned,
    }),
  ];
  const answer: Settled = { paymentId, status: ended.payment.status, reason };
  return { writes, events: [back.event], answer };
}
