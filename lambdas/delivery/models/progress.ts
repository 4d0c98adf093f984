import { z } from '@hono/zod-openapi';
import {
  editOrder,
  moveOrder,
  type Order,
  type OrderStatus,
  Orders,
  todoKeyOf,
} from '#lambdas/order/models/Order.ts';
import { sellStock } from '#lambdas/product/models/Product.ts';
import { commit, type Decision } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { addDays, instantOf } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import { isStaff } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { doneAt } from '../rules/doneAt.ts';
import {
  Deliveries,
  type Delivery,
  deliveryMoves,
  deliveryStatuses,
  forbiddenDeliveryMove,
  moveDelivery,
  Place,
  Proof,
} from './Delivery.ts';
import { type AtDoor, atDoorShape, type Consequence, delivered } from './stop.ts';

/** What a courier, or the desk for them, says of a delivery. */
export const UpdateDelivery = z.strictObject({
  deliveryId: idSchema('delivery'),
  status: z.enum(deliveryStatuses),
  reason: z.string().trim().min(1).max(200).optional(),
  proof: Proof.optional(),
  location: Place.optional(),
  /** When it was done, where it is told later: a phone without signal. Never later than now or earlier than the step before. */
  at: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text).toISOString())
    .optional()
    .openapi({ example: '2027-01-05T00:10:00Z' }),
  ...atDoorShape,
});
export type UpdateDelivery = z.infer<typeof UpdateDelivery>;

/** Moves a delivery on, and with it, in one transaction, its order, the stock and the money. */
export async function updateDelivery(world: World, call: Call<UpdateDelivery>) {
  const { deliveryId, status, reason, proof, location, at, ...door } = call.input;
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
      if (!deliveryMoves[delivery.status].includes(status)) return forbiddenDeliveryMove(delivery, status);
      const order = await world.store.get(Orders, { orderId: delivery.orderId });
      if (order?.deliveryId !== deliveryId) return refuse('EDIT_CONFLICT');
      const consequence = await follow(world, order, { ...delivery, status }, door, by);
      if (consequence instanceof Problem) return consequence;
      // Books, bills and time limits go by when the dairy learnt of it; the delivery itself tells when it was.
      const step = doneAt(delivery.timeline.at(-1)?.at ?? delivery.createdAt, by.at, at);
      const moved = moveDelivery(
        delivery,
        status,
        { ...by, ...step },
        { proof, location, ...consequence.kept },
      );
      if (moved instanceof Problem) return moved;
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
  door: AtDoor,
  by: By,
): Promise<Consequence | Problem> {
  const early = delivery.status === 'DELIVERED' ? undefined : saidTooEarly(door);
  if (early) return early;
  switch (delivery.status) {
    case 'PICKED_UP':
      return pickedUp(order, by);
    case 'DELIVERED':
      return delivered(world, order, delivery, door, by);
    case 'FAILED':
      return failed(world, order, by);
    default:
      return { writes: [], events: [] };
  }
}

/** Nothing is left, counted or taken back before the goods are at the door. */
function saidTooEarly(door: AtDoor): Problem | undefined {
  const [field] = Object.entries(door).find(([, value]) => value !== undefined) ?? [];
  const detail = 'is told at the door only';
  return field
    ? refuse('INVALID_INPUT', `${field} ${detail}.`, { errors: [{ pointer: `/${field}`, detail }] })
    : undefined;
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
    qrCollected: delivery.qrCollected === undefined ? undefined : toMajor(delivery.qrCollected),
    bottles: delivery.bottles?.map(({ productId, left, back }) => ({ productId, left, back })),
    timeline: delivery.timeline,
  };
}
