import { dayKeysOf, type Order, type OrderStatus, Orders } from '#lambdas/order/models/Order.ts';
import { Audit, type AuditRow } from '#shared/data/audit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';

/** A delivery day at a glance: how many orders stand where, what they are worth, and the orders by slot. */
export async function viewBoard(world: World, { input }: Call<{ day?: Day; status?: OrderStatus }>) {
  const day = input.day ?? (await today(world));
  const orders = await world.store.queryAll(Orders, 'byDay', dayKeysOf(day));
  const counts: Partial<Record<OrderStatus, number>> = {};
  for (const { status } of orders) counts[status] = (counts[status] ?? 0) + 1;
  const standing = orders.filter(({ status }) => status !== 'CANCELLED');
  return {
    day,
    counts,
    amount: toMajor(standing.reduce((sum, order) => sum + order.amount, 0)),
    orders: orders
      .filter(({ status }) => input.status === undefined || status === input.status)
      .sort(bySlot)
      .map(shownOnBoard),
  };
}

function bySlot(a: Order, b: Order): number {
  const [left, right] = [a, b].map((order) => `${order.slotStartsAt} ${order.slotId} ${order.orderId}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

function shownOnBoard(order: Order) {
  return {
    orderId: order.orderId,
    userId: order.userId,
    status: order.status,
    slotId: order.slotId,
    deliverySlot: order.deliverySlot,
    amount: toMajor(order.amount),
    paymentStatus: order.payment?.status,
    deliveryId: order.deliveryId,
    createdAt: order.createdAt,
  };
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
