import { dueOf, Orders } from '#lambdas/order/models/Order.ts';
import { chargedOf, deliveredOf } from '#lambdas/order/rules/delivered.ts';
import { toMajor } from '#shared/domain/money.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import { isStaff } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { Deliveries } from './models/Delivery.ts';

/** Where an order is: for its household, the courier who brings it, and staff. */
export async function trackOrder(world: World, call: Call<{ orderId: string }>) {
  const { orderId } = call.input;
  const { actor } = call;
  const unknown: Problem = refuse('NOT_FOUND', `There is no order ${orderId}.`);
  const order = await world.store.get(Orders, { orderId });
  if (!order) return unknown;
  const delivery = order.deliveryId
    ? await world.store.get(Deliveries, { deliveryId: order.deliveryId })
    : undefined;
  const allowed = isStaff(actor) || order.userId === actor.userId || delivery?.courierId === actor.userId;
  if (!allowed) return unknown;
  return {
    orderId,
    userId: order.userId,
    status: order.status,
    timeline: order.timeline.map(({ status, at, reason }) => ({ status, at, reason })),
    deliverySlot: order.deliverySlot,
    deliveryDay: order.deliveryDay,
    slotId: order.slotId,
    address: order.address,
    amount: toMajor(order.amount),
    due: toMajor(dueOf(order)),
    charged: order.status === 'DELIVERED' ? toMajor(chargedOf(order)) : undefined,
    items: order.items.map((item) => ({
      productId: item.productId,
      name: item.name,
      qty: item.qty,
      delivered: order.status === 'DELIVERED' ? deliveredOf(item) : undefined,
    })),
    paymentMethod: order.payment?.paymentMethod,
    paymentStatus: order.payment?.status,
    cancelReason: order.cancelReason,
    delivery: delivery && {
      deliveryId: delivery.deliveryId,
      status: delivery.status,
      courierId: delivery.courierId,
      reason: delivery.reason,
      location: delivery.location,
      proof: delivery.proof,
      timeline: delivery.timeline.map(({ status, at, reason }) => ({ status, at, reason })),
    },
  };
}
