import { type Order, Orders } from '#lambdas/order/models/Order.ts';
import { type User, Users } from '#lambdas/user/models/User.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { isStaff } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { Deliveries, roundKeyOf } from './models/Delivery.ts';
import { shownDelivery } from './models/progress.ts';

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
    status: order.status,
    timeline: order.timeline.map(({ status, at, reason }) => ({ status, at, reason })),
    deliverySlot: order.deliverySlot,
    deliveryDay: order.deliveryDay,
    slotId: order.slotId,
    amount: toMajor(order.amount),
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

/** A courier's run sheet of a day: their stops by slot and postal code, with what to bring and what to collect. */
export async function viewRun(
  world: World,
  call: Call<{ day?: Day; courierId?: string; limit: number; cursor?: string }>,
) {
  const { input, actor } = call;
  if (input.courierId !== undefined && input.courierId !== actor.userId && !isStaff(actor))
    return refuse('FOREIGN_USER');
  const day = input.day ?? dayOf(world.clock.now(), (await settingsOf(world)).timeZone);
  const { rows, cursor } = await world.store.query(Deliveries, {
    index: 'byRound',
    hash: roundKeyOf(input.courierId ?? actor.userId, day),
    limit: input.limit,
    cursor: input.cursor,
  });
  const found = await world.store.getMany([
    ...rows.map(({ orderId }) => ({ table: Orders, key: { orderId } })),
    ...rows.map(({ userId }) => ({ table: Users, key: { userId } })),
  ]);
  const orders = new Map(found.slice(0, rows.length).map((row) => [String(row?.orderId), row]));
  const people = new Map(
    found.slice(rows.length).map((row) => [String(row?.userId), row as User | undefined]),
  );
  const stops = rows.map((delivery) => {
    const order = orders.get(delivery.orderId) as Order | undefined;
    const household = people.get(delivery.userId);
    const due =
      order?.payment?.paymentMethod === 'COD' && order.payment.status === 'PENDING' ? order.amount : 0;
    return {
      ...shownDelivery(delivery),
      household: { name: household?.name, phone: household?.phone },
      items: (order?.items ?? []).map(({ productId, name, qty }) => ({ productId, name, qty })),
      cashDue: toMajor(due),
    };
  });
  return new Reply(stops, { cursor });
}
