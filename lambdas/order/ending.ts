import { Deliveries, type Delivery, moveDelivery } from '#lambdas/delivery/models/Delivery.ts';
import { creditFreed, freeing } from '#lambdas/payment/models/accountPayment.ts';
import {
  type Balance,
  Balances,
  balanceKey,
  type LedgerLine,
  owedOf,
  postMovement,
} from '#lambdas/payment/models/Ledger.ts';
import {
  editPayment,
  type Payment,
  Payments,
  paymentFailed,
  paymentOf,
  refundToWallet,
  requestRefund,
  settlePayment,
} from '#lambdas/payment/models/Payment.ts';
import { type Promo, Promos, promoKey, promoMovement, settlePromo } from '#lambdas/payment/models/Promo.ts';
import { settleCharge } from '#lambdas/payment/models/settlement.ts';
import { lossUndone } from '#lambdas/payment/rules/deskPostings.ts';
import { heldToTransit, heldToWallet } from '#lambdas/payment/rules/postings.ts';
import { releaseStock, returnStock, wasteSoldStock } from '#lambdas/product/models/Product.ts';
import { type Context, commit, type Decision, type NewEvent } from '#shared/data/commit.ts';
import { atMost } from '#shared/data/condition.ts';
import { settingsOf } from '#shared/data/settings.ts';
import type { Write } from '#shared/data/write.ts';
import type { Minor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import { isStaff } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import {
  endOpenOrder,
  forbiddenMove,
  holdsReservation,
  moveOrder,
  type Order,
  Orders,
  todoKeys,
} from './models/Order.ts';
import { monthKey, type SlotPlace, SlotPlaces } from './models/SlotPlace.ts';
import { releaseStop, type Stop, Stops, stopKeyFor } from './models/Stop.ts';
import { shownOrder } from './orderController.ts';
import { limitsOf } from './rules/heldStops.ts';

/** How many orders one run of a timer ends; the rest follows with the next. */
const MOST_AT_ONCE = 300;

export interface CancelOrder {
  orderId: string;
  reason?: string;
  /** Of an order that left the dairy: whether its goods go back into stock or are thrown away. */
  goods?: 'RETURN' | 'WASTE';
}

/** Cancels an order: the household until its cutoff, staff until it is at the door. Stock and money go back. */
export async function cancelOrder(world: World, call: Call<CancelOrder>) {
  const { orderId, goods } = call.input;
  const staff = isStaff(call.actor);
  const reason = staff ? (call.input.reason ?? 'STAFF') : 'CUSTOMER';
  return commit(world, call, [{ table: Orders, key: { orderId } }], (order) => {
    const [found] = order;
    if (!found || (!staff && found.userId !== call.actor.userId))
      return refuse('NOT_FOUND', `There is no order ${orderId}.`);
    if (!staff && holdsReservation(found) && found.cutoffAt <= world.clock.now().toISOString()) {
      return refuse('PAST_CUTOFF', `This order could be changed until ${found.cutoffAt}.`, {
        more: { cutoffAt: found.cutoffAt },
      });
    }
    if (found.status === 'DISPATCHED' && (!staff || !goods)) {
      return staff
        ? refuse('INVALID_INPUT', 'Say whether the goods are returned to stock or wasted.', {
            errors: [{ pointer: '/goods', detail: 'is needed for an order that left the dairy' }],
          })
        : forbiddenMove(found, 'CANCELLED');
    }
    return ending(world, call, found, {
      reason: found.status === 'DISPATCHED' ? 'DELIVERY_FAILED' : reason,
      goods,
    });
  });
}

/** Everything that ends with an order: its stock, its stop, its delivery, its payment. */
export async function ending(
  world: World,
  context: Context,
  order: Order,
  how: { reason: string; goods?: 'RETURN' | 'WASTE' },
): Promise<Decision<ReturnType<typeof shownOrder>> | Problem> {
  const at = world.clock.now().toISOString();
  const by = { at, by: context.actor.userId, reason: how.reason };
  const none = { paymentId: 'none' };
  const settings = await settingsOf(world);
  const limited = limitsOf(settings).has(order.slotId);
  const [stop, delivery, payment, debt, promo, places] = (await world.store.getMany([
    { table: Stops, key: stopKeyFor(order.deliveryDay, order.slotId, order.userId) },
    { table: Deliveries, key: { deliveryId: order.deliveryId ?? 'none' } },
    { table: Payments, key: order.payment ? { paymentId: order.payment.paymentId } : none },
    { table: Balances, key: balanceKey(order.userId) },
    { table: Promos, key: promoKey(order.userId) },
    ...(limited ? [{ table: SlotPlaces, key: monthKey(order.slotId, order.deliveryDay) }] : []),
  ])) as [Stop?, Delivery?, Payment?, Balance?, Promo?, SlotPlace?];

  const visit = endDelivery(order, delivery, by);
  if (visit instanceof Problem) return visit;
  const credit = settlePromo(order, promo, 0, settings.timeZone);
  const money = endPayment(order, paymentOf(order, payment), owedOf(debt), credit.lines, by);
  const moved = moveOrder(order, ['CANCELLED'], by, {
    set: { cancelReason: how.reason, ...(money.pointer ? { payment: money.pointer } : {}) },
    remove: ['todo', 'todoAt', 'pendingPaymentId'],
  });
  if (moved instanceof Problem) return moved;
  const back = holdsReservation(order) ? releaseStock : how.goods === 'RETURN' ? returnStock : wasteSoldStock;
  return {
    writes: [
      moved.write,
      ...order.items.map((item) => back(item, order.deliveryDay)),
      // A run's order booked nothing: its place is the standing order's.
      ...(stop && order.through !== 'RUN' ? releaseStop(stop, order, places) : []),
      ...visit.writes,
      ...money.writes,
      ...credit.writes,
      endOpenOrder(order),
    ],
    events: [...moved.events, ...visit.events, ...money.events],
    answer: shownOrder(moved.order),
    note: how.reason,
  };
}

type By = { at: string; by: string; reason: string };

function endDelivery(
  order: Order,
  delivery: Delivery | undefined,
  by: By,
): { writes: Write[]; events: NewEvent[] } | Problem {
  if (!delivery || delivery.status === 'FAILED') return { writes: [], events: [] };
  if (delivery.status !== 'ASSIGNED') return forbiddenMove(order, 'CANCELLED');
  const ended = moveDelivery(delivery, 'FAILED', { ...by, reason: 'ORDER_CANCELLED' });
  return ended instanceof Problem ? ended : { writes: [ended.write], events: [ended.event] };
}

function endPayment(
  order: Order,
  payment: Payment | undefined,
  owedMinor: Minor,
  promoBack: LedgerLine[],
  by: By,
): { writes: Write[]; events: NewEvent[]; pointer?: Order['payment'] } {
  const promoOnly = promoMovement(order, 'BACK', by.at, promoBack);
  if (!payment || payment.status === 'FAILED') return { writes: postMovement(promoOnly), events: [] };
  if (payment.status === 'PENDING') {
    // Cash that nobody will collect, or what nobody will owe. A card whose end is not known is reconciled.
    const cash = { ...payment, orderId: order.orderId };
    const ended = settlePayment(cash, 'FAILED', { reason: 'ORDER_CANCELLED', settledAt: by.at });
    const pointer = order.payment ? { ...order.payment, status: 'FAILED' as const } : undefined;
    const freed = payment.paymentMethod === 'ACCOUNT' ? creditFreed(cash) : undefined;
    const movement = postMovement(promoOnly, undefined, freed);
    return {
      writes: [ended.write, ...(movement.length > 0 ? movement : freeing(freed))],
      events: [paymentFailed(ended.payment, 'ORDER_CANCELLED')],
      pointer,
    };
  }
  const { orderId, userId } = order;
  const heldMinor = payment.captured - payment.refunded;
  // What the household's bank took back for good, the household has already: the loss of it is undone.
  const lostMinor = Math.min(payment.lost ?? 0, heldMinor);
  const amountMinor = heldMinor - lostMinor;
  const about = { kind: 'ORDER_CANCELLED', at: by.at, userId, orderId };
  const others = [...promoBack, ...lossUndone(lostMinor, userId)];
  if (amountMinor <= 0) {
    const movement = { ...about, movementId: `${orderId}#ENDED`, lines: others };
    return { writes: postMovement(lostMinor > 0 ? movement : promoOnly), events: [] };
  }
  const toWallet = payment.paymentMethod === 'WALLET';
  const back = toWallet ? refundToWallet : requestRefund;
  const refund = back({ payment, amountMinor, cause: 'CANCELLED', at: by.at });
  const movement = postMovement({
    ...about,
    movementId: `${refund.refund.refundId}#${toWallet ? 'WALLET' : 'ASKED'}`,
    lines: [
      ...others,
      ...(toWallet ? heldToWallet(amountMinor, { userId, owedMinor }) : heldToTransit(amountMinor, userId)),
    ],
  });
  return {
    writes: [
      editPayment(payment, { refunded: payment.refunded + amountMinor }).write,
      refund.write,
      ...movement,
    ],
    events: [refund.event],
  };
}

function system(requestId: string, action: string): Context {
  return { actor: { userId: 'system', role: 'system' }, requestId, action };
}

/** Timer: unpaid orders whose time is over give their stock back. A payment that is under way is stopped first. */
export async function expireOrders(world: World) {
  const now = world.clock.now().toISOString();
  const due = await world.store.queryAll(Orders, 'byTodo', todoKeys('EXPIRE'), atMost('todoAt', now));
  let expired = 0;
  for (const { orderId } of due.slice(0, MOST_AT_ONCE)) {
    if (await expireOrder(world, orderId)) expired++;
  }
  return { due: due.length, expired };
}

async function expireOrder(world: World, orderId: string): Promise<boolean> {
  const context = system(world.ids.next(), 'expireOrders');
  // The index may be behind: the row decides.
  const order = await world.store.get(Orders, { orderId });
  if (!order || !isExpired(world, order)) return false;
  if (order.pendingPaymentId) {
    const paymentId = order.pendingPaymentId;
    const payment = await world.store.get(Payments, { paymentId });
    const stopped = await world.payments.cancelCharge(paymentId, payment);
    if (stopped.state === 'UNKNOWN' || stopped.state === 'PENDING') return false;
    await settleCharge(world, context, { paymentId, orderId }, stopped);
  }
  const outcome = await commit(world, context, [{ table: Orders, key: { orderId } }], ([current]) => {
    if (!current || !isExpired(world, current) || current.pendingPaymentId)
      return refuse('INVALID_TRANSITION');
    return ending(world, context, current, { reason: 'PAYMENT_TIMEOUT' });
  });
  if (outcome instanceof Problem && outcome.code !== 'INVALID_TRANSITION') {
    world.log.warn('order not expired', { orderId, code: outcome.code });
  }
  return !(outcome instanceof Problem);
}

function isExpired(world: World, order: Order): boolean {
  return order.status === 'CREATED' && (order.todoAt ?? '') <= world.clock.now().toISOString();
}

/** Timer: a failed delivery that staff left unresolved until noon of the next day is released to the household. */
export async function releaseUnresolved(world: World) {
  const now = world.clock.now().toISOString();
  const due = await world.store.queryAll(Orders, 'byTodo', todoKeys('RESOLVE'), atMost('todoAt', now));
  let released = 0;
  for (const { orderId } of due.slice(0, MOST_AT_ONCE)) {
    const context = system(world.ids.next(), 'releaseUnresolved');
    const outcome = await commit(world, context, [{ table: Orders, key: { orderId } }], ([order]) => {
      if (!order?.todo?.startsWith('RESOLVE') || (order.todoAt ?? '') > now)
        return refuse('INVALID_TRANSITION');
      return ending(world, context, order, { reason: 'DELIVERY_FAILED', goods: 'WASTE' });
    });
    if (!(outcome instanceof Problem)) released++;
    else if (outcome.code !== 'INVALID_TRANSITION')
      world.log.warn('order not released', { orderId, code: outcome.code });
  }
  return { due: due.length, released };
}
