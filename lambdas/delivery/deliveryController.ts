import { dueOf, type Order, Orders } from '#lambdas/order/models/Order.ts';
import { chargedOf, deliveredOf } from '#lambdas/order/rules/delivered.ts';
import { type Bottles, BottlesTable } from '#lambdas/payment/models/Bottles.ts';
import { depositOf } from '#lambdas/payment/rules/bottles.ts';
import { roundedDue } from '#lambdas/payment/rules/stopPostings.ts';
import { type Catalogue, catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { type User, Users } from '#lambdas/user/models/User.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import { toMajor, toMinor } from '#shared/domain/money.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { isStaff } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { Deliveries, type Delivery, roundKeyOf } from './models/Delivery.ts';
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
    userId: order.userId,
    status: order.status,
    timeline: order.timeline.map(({ status, at, reason }) => ({ status, at, reason })),
    deliverySlot: order.deliverySlot,
    deliveryDay: order.deliveryDay,
    slotId: order.slotId,
    amount: toMajor(order.amount),
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

/** A courier's run sheet of a day: their stops by slot and postal code, with what to bring and what to collect. */
export async function viewRun(
  world: World,
  call: Call<{ day?: Day; courierId?: string; limit: number; cursor?: string }>,
) {
  const { input, actor } = call;
  if (input.courierId !== undefined && input.courierId !== actor.userId && !isStaff(actor))
    return refuse('FOREIGN_USER');
  const settings = await settingsOf(world);
  const day = input.day ?? dayOf(world.clock.now(), settings.timeZone);
  const { rows, cursor } = await world.store.query(Deliveries, {
    index: 'byRound',
    hash: roundKeyOf(input.courierId ?? actor.userId, day),
    limit: input.limit,
    cursor: input.cursor,
  });
  const found = await world.store.getMany([
    ...rows.map(({ orderId }) => ({ table: Orders, key: { orderId } })),
    ...rows.map(({ userId }) => ({ table: Users, key: { userId } })),
    ...rows.map(({ userId }) => ({ table: BottlesTable, key: { userId } })),
  ]);
  const catalogue = await catalogueOf(world);
  const stops = rows.map((delivery, i) =>
    stopOnSheet(
      {
        delivery,
        order: found[i] as Order | undefined,
        household: found[rows.length + i] as User | undefined,
        bottles: found[2 * rows.length + i] as Bottles | undefined,
      },
      catalogue,
      settings,
    ),
  );
  return new Reply(stops, { cursor });
}

interface StopRows {
  delivery: Delivery;
  order: Order | undefined;
  household: User | undefined;
  bottles: Bottles | undefined;
}

/** A stop with what to bring, what to collect if all is left, and how many empties the household has. */
function stopOnSheet(
  { delivery, order, household, bottles }: StopRows,
  catalogue: Catalogue,
  { roundCashTo }: Settings,
) {
  const items = order?.items ?? [];
  const deposits = items.reduce(
    (sum, { productId, qty }) => sum + depositOf(catalogue.byId.get(productId)?.product ?? {}, qty),
    0,
  );
  const isDue = order?.payment?.paymentMethod === 'COD' && order.payment.status === 'PENDING';
  const due = isDue ? roundedDue(dueOf(order) + deposits, toMinor(roundCashTo)) : 0;
  return {
    ...shownDelivery(delivery),
    household: { name: household?.name, phone: household?.phone },
    items: items.map(({ productId, name, qty }) => ({ productId, name, qty })),
    cashDue: toMajor(due),
    deposits: toMajor(deposits),
    bottlesHeld: Object.entries(bottles?.products ?? {}).map(([productId, { count }]) => ({
      productId,
      count,
    })),
  };
}
