import { dayKeysOf, type Order, type OrderStatus, Orders } from '#lambdas/order/models/Order.ts';
import type { PaymentStatus } from '#lambdas/payment/models/Payment.ts';
import { Audit, type AuditRow } from '#shared/data/audit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import { Problem } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { deliveriesOf, roundOf, usersOf } from './rounds.ts';
import { pageOfDay } from './rules/dayPage.ts';

export interface ViewBoard {
  day?: Day;
  status?: OrderStatus;
  slotId?: string;
  /** Whose deliveries; NONE: what nobody brings yet. */
  courierId?: string;
  paymentStatus?: PaymentStatus | 'NONE';
  /** Part of an orderId or userId. */
  q?: string;
  limit: number;
  cursor?: string;
}

/**
 * A delivery day at a glance: how many orders stand where and what they are worth, and those that are asked for by slot,
 * page by page, with their households and couriers.
 */
export async function viewBoard(world: World, { input }: Call<ViewBoard>) {
  const { limit, cursor } = input;
  const day = input.day ?? (await today(world));
  const orders = await world.store.queryAll(Orders, 'byDay', dayKeysOf(day));
  const counts: Partial<Record<OrderStatus, number>> = {};
  for (const { status } of orders) counts[status] = (counts[status] ?? 0) + 1;
  const standing = orders.filter(({ status }) => status !== 'CANCELLED');
  const isAsked = await filterOf(world, day, input);
  const page = pageOfDay(orders.sort(bySlot), { day, limit, cursor }, ({ orderId }) => orderId, isAsked);
  if (page instanceof Problem) return page;
  const body = {
    day,
    counts,
    amount: toMajor(standing.reduce((sum, order) => sum + order.amount, 0)),
    orders: await shownOnBoard(world, page.rows),
  };
  return new Reply(body, { cursor: page.cursor });
}

/** Whether an order is one that is asked for; a courier's orders are those of the deliveries they still have. */
async function filterOf(world: World, day: Day, input: ViewBoard): Promise<(order: Order) => boolean> {
  const { status, slotId, courierId, paymentStatus } = input;
  const q = input.q?.toLowerCase();
  const named = courierId !== undefined && courierId !== 'NONE';
  const theirs = new Set(
    (named ? await roundOf(world, courierId, day) : []).map(({ deliveryId }) => deliveryId),
  );
  return (order) =>
    (!status || order.status === status) &&
    (!slotId || order.slotId === slotId) &&
    (!paymentStatus || (order.payment?.status ?? 'NONE') === paymentStatus) &&
    (!named || theirs.has(order.deliveryId ?? '')) &&
    (courierId !== 'NONE' || order.deliveryId === undefined) &&
    (!q || `${order.orderId} ${order.userId}`.toLowerCase().includes(q));
}

function bySlot(a: Order, b: Order): number {
  const [left, right] = [a, b].map((order) => `${order.slotStartsAt} ${order.slotId} ${order.orderId}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

async function shownOnBoard(world: World, orders: readonly Order[]) {
  const deliveries = await deliveriesOf(
    world,
    orders.map(({ deliveryId }) => deliveryId),
  );
  const people = await usersOf(world, [
    ...orders.map(({ userId }) => userId),
    ...[...deliveries.values()].map(({ courierId }) => courierId),
  ]);
  return orders.map((order) => {
    const delivery = deliveries.get(order.deliveryId ?? '');
    return {
      orderId: order.orderId,
      userId: order.userId,
      name: people.get(order.userId)?.name,
      status: order.status,
      slotId: order.slotId,
      deliverySlot: order.deliverySlot,
      amount: toMajor(order.amount),
      paymentMethod: order.payment?.paymentMethod,
      paymentStatus: order.payment?.status,
      through: order.through,
      deliveryId: order.deliveryId,
      deliveryStatus: delivery?.status,
      courierId: delivery?.courierId,
      courier: people.get(delivery?.courierId ?? '')?.name,
      createdAt: order.createdAt,
    };
  });
}

/** What staff did on one day, the newest first. */
export async function viewAudit(
  world: World,
  { input }: Call<{ day?: Day; limit: number; cursor?: string }>,
) {
  const { limit, cursor } = input;
  const day = input.day ?? (await today(world));
  const page = await world.store.query(Audit, { hash: day, limit, cursor, newestFirst: true });
  return new Reply(page.rows satisfies AuditRow[], { cursor: page.cursor });
}

async function today(world: World): Promise<Day> {
  return dayOf(world.clock.now(), (await settingsOf(world)).timeZone);
}
