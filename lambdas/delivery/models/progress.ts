import { z } from '@hono/zod-openapi';
import {
  editOrder,
  endOpenOrder,
  moveOrder,
  type Order,
  type OrderStatus,
  Orders,
  todoKeyOf,
} from '#lambdas/order/models/Order.ts';
import { creditFreed } from '#lambdas/payment/models/accountPayment.ts';
import { Balances, balanceKey, owedOf, postMovement } from '#lambdas/payment/models/Ledger.ts';
import {
  type OrderPayment,
  Payments,
  paymentFailed,
  paymentSucceeded,
  settlePayment,
} from '#lambdas/payment/models/Payment.ts';
import { earnedAtDoor, earnedFromHeld } from '#lambdas/payment/rules/postings.ts';
import { sellStock } from '#lambdas/product/models/Product.ts';
import { commit, type Decision, type NewEvent } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import type { Write } from '#shared/data/write.ts';
import { addDays, instantOf } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { Amount, type Minor, toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import { isStaff } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { Deliveries, type Delivery, deliveryStatuses, moveDelivery, Place, Proof } from './Delivery.ts';

/** What a courier, or the desk for them, says of a delivery. */
export const UpdateDelivery = z.strictObject({
  deliveryId: idSchema('delivery'),
  status: z.enum(deliveryStatuses),
  reason: z.string().trim().min(1).max(200).optional(),
  proof: Proof.optional(),
  location: Place.optional(),
  /** The cash the courier counted at the door. */
  cashCollected: Amount.optional(),
});
export type UpdateDelivery = z.infer<typeof UpdateDelivery>;

/** What goes with a delivery's move: the order's own move, stock and money. */
interface Consequence {
  writes: Write[];
  events: NewEvent[];
}

/** Moves a delivery on, and with it, in one transaction, its order, the stock and the money. */
export async function updateDelivery(world: World, call: Call<UpdateDelivery>) {
  const { deliveryId, status, reason, proof, location, cashCollected } = call.input;
  const courier = isStaff(call.actor) ? undefined : call.actor.userId;
  const asks = [{ table: Deliveries, key: { deliveryId } }] as const;
  return commit(
    world,
    call,
    asks,
    async ([delivery]): Promise<Decision<ReturnType<typeof shownDelivery>> | Problem> => {
      if (!delivery || (courier && delivery.courierId !== courier))
        return refuse('NOT_FOUND', `There is no delivery ${deliveryId}.`);
      const by = { at: world.clock.now().toISOString(), by: call.actor.userId, reason };
      const moved = moveDelivery(delivery, status, by, { proof, location, cashCollected });
      if (moved instanceof Problem) return moved;
      const order = await world.store.get(Orders, { orderId: delivery.orderId });
      if (order?.deliveryId !== deliveryId) return refuse('EDIT_CONFLICT');
      const consequence = await follow(world, order, moved.delivery, by);
      if (consequence instanceof Problem) return consequence;
      return {
        writes: [moved.write, ...consequence.writes],
        events: [moved.event, ...consequence.events],
        answer: shownDelivery(moved.delivery),
      };
    },
  );
}

type By = { at: string; by: string; reason?: string };

async function follow(
  world: World,
  order: Order,
  delivery: Delivery,
  by: By,
): Promise<Consequence | Problem> {
  if (delivery.status !== 'DELIVERED' && delivery.cashCollected !== undefined)
    return cashRefusal('is counted at the door only');
  switch (delivery.status) {
    case 'PICKED_UP':
      return pickedUp(order, by);
    case 'DELIVERED':
      return delivered(world, order, delivery, by);
    case 'FAILED':
      return failed(world, order, by);
    default:
      return { writes: [], events: [] };
  }
}

/** The goods leave the dairy: reserved becomes sold, the order is dispatched (through PACKED where that was not marked). */
function pickedUp(order: Order, by: By): Consequence | Problem {
  // Another try of an order that left before: its goods are sold already.
  if (order.status === 'DISPATCHED') return { writes: [], events: [] };
  const steps: OrderStatus[] = order.status === 'CONFIRMED' ? ['PACKED', 'DISPATCHED'] : ['DISPATCHED'];
  const moved = moveOrder(order, steps, by, { remove: ['todo', 'todoAt'] });
  if (moved instanceof Problem) return moved;
  return {
    writes: [moved.write, ...order.items.map((item) => sellStock(item, order.deliveryDay))],
    events: moved.events,
  };
}

/** The order is at the door: what was held is earned, or the cash is. */
async function delivered(
  world: World,
  order: Order,
  delivery: Delivery,
  by: By,
): Promise<Consequence | Problem> {
  const money =
    order.payment?.status === 'SUCCESS'
      ? prepaid(order, delivery, by)
      : await atDoor(world, order, delivery, by);
  if (money instanceof Problem) return money;
  const moved = moveOrder(order, ['DELIVERED'], by, {
    set: money.payment ? { payment: money.payment } : {},
    remove: ['todo', 'todoAt'],
  });
  if (moved instanceof Problem) return moved;
  const writes = [moved.write, endOpenOrder(order), ...money.writes];
  return { writes, events: [...moved.events, ...money.events] };
}

type Money = Consequence & { payment?: Order['payment'] };

function prepaid(order: Order, delivery: Delivery, by: By): Money | Problem {
  if (delivery.cashCollected) return cashRefusal('the order is paid already');
  const movement = {
    movementId: `${order.orderId}#DELIVERED`,
    kind: 'DELIVERED',
    at: by.at,
    userId: order.userId,
    orderId: order.orderId,
    lines: earnedFromHeld(order.amount, order.items, order.userId),
  };
  return { writes: postMovement(movement), events: [] };
}

async function atDoor(world: World, order: Order, delivery: Delivery, by: By): Promise<Money | Problem> {
  const payment = order.payment
    ? await world.store.get(Payments, { paymentId: order.payment.paymentId })
    : undefined;
  if (!order.payment || payment?.status !== 'PENDING') return refuse('EDIT_CONFLICT');
  const collected = delivery.cashCollected;
  if (collected === undefined) return cashRefusal(`is needed: ${toMajor(order.amount)} is due at the door`);
  const ended = cashEnded({ ...payment, orderId: order.orderId }, order.amount, collected, by.at);
  const { userId } = order;
  const debt = collected > order.amount ? await world.store.get(Balances, balanceKey(userId)) : undefined;
  const onAccount = payment.paymentMethod === 'ACCOUNT';
  const freed = onAccount ? creditFreed({ ...payment, orderId: order.orderId }) : undefined;
  const party = { userId, courierId: delivery.courierId, owedMinor: owedOf(debt) };
  const movement = {
    movementId: `${order.orderId}#DELIVERED`,
    kind: 'DELIVERED_CASH',
    at: by.at,
    userId: order.userId,
    orderId: order.orderId,
    lines: earnedAtDoor(order.amount, collected, order.items, party),
  };
  return {
    writes: [ended.write, ...postMovement(movement, undefined, freed)],
    events: [ended.event],
    payment: { ...order.payment, status: ended.status },
  };
}

/** Cash in hand makes the payment a success, also when some is missing (that is owed); no cash at all fails it. */
function cashEnded(payment: OrderPayment, due: Minor, collected: Minor, at: string) {
  if (collected > 0 || due === 0) {
    const ended = settlePayment(payment, 'SUCCESS', { captured: Math.min(collected, due), settledAt: at });
    return { write: ended.write, event: paymentSucceeded(ended.payment), status: 'SUCCESS' as const };
  }
  const ended = settlePayment(payment, 'FAILED', { reason: 'NOT_COLLECTED', settledAt: at });
  return {
    write: ended.write,
    event: paymentFailed(ended.payment, 'NOT_COLLECTED'),
    status: 'FAILED' as const,
  };
}

/** Nobody got it: staff find another try or cancel; noon of the next day ends the wait. */
async function failed(world: World, order: Order, by: By): Promise<Consequence | Problem> {
  if (!by.reason) {
    return refuse('INVALID_INPUT', 'A failed delivery needs a reason.', {
      errors: [{ pointer: '/reason', detail: 'is needed' }],
    });
  }
  const { timeZone } = await settingsOf(world);
  const todoAt = instantOf(addDays(order.deliveryDay, 1), '12:00', timeZone);
  const { write } = editOrder(order, { set: { todo: todoKeyOf('RESOLVE', order.orderId), todoAt } });
  return { writes: [write], events: [] };
}

function cashRefusal(detail: string): Problem {
  return refuse('INVALID_INPUT', `cashCollected ${detail}.`, {
    errors: [{ pointer: '/cashCollected', detail }],
  });
}

/** A delivery as the API shows it. */
export function shownDelivery(delivery: Delivery) {
  return {
    deliveryId: delivery.deliveryId,
    orderId: delivery.orderId,
    status: delivery.status,
    courierId: delivery.courierId,
    deliveryDay: delivery.deliveryDay,
    slotId: delivery.slotId,
    slotStartsAt: delivery.slotStartsAt,
    slotEndsAt: delivery.slotEndsAt,
    address: delivery.address,
    reason: delivery.reason,
    proof: delivery.proof,
    location: delivery.location,
    cashCollected: delivery.cashCollected === undefined ? undefined : toMajor(delivery.cashCollected),
    timeline: delivery.timeline,
  };
}
