import { roundOrderOf } from '#lambdas/delivery/models/Delivery.ts';
import type { Order, OrderStatus } from '#lambdas/order/models/Order.ts';
import { addressKeyOf } from '#lambdas/order/models/Stop.ts';

/** One household's orders for one address in one slot: what one bag or crate is packed for. */
export interface PackStop {
  orders: Order[];
  /** Of those, what is packed: not what is unpaid, cancelled or brought by somebody else. */
  packed: Order[];
}

const toPack: readonly OrderStatus[] = ['CONFIRMED', 'PACKED', 'DISPATCHED', 'DELIVERED'];

/** Orders as stops, in the order that a courier drives them: by slot, postal code and address. */
export function stopsOf(orders: readonly Order[], gone: ReadonlySet<string> = new Set()): PackStop[] {
  const places = orders
    .map((order) => ({ order, place: roundOrderOf(order) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1));
  const stops = Map.groupBy(
    places.map(({ order }) => order),
    ({ slotStartsAt, userId, address }) => `${slotStartsAt} ${userId} ${addressKeyOf(address)}`,
  );
  return [...stops.values()].map((together) => ({
    orders: together,
    packed: together.filter(({ status, orderId }) => toPack.includes(status) && !gone.has(orderId)),
  }));
}

/** A stop is found again by the first order that was placed for it. */
export const stopIdOf = ({ orders }: PackStop): string =>
  orders.map(({ orderId }) => orderId).sort()[0] ?? '';

/** All that a stop gets, orders together. */
export function itemsOf({ packed }: PackStop) {
  const items = new Map<string, { productId: string; name: string; qty: number }>();
  for (const { productId, name, qty } of packed.flatMap((order) => order.items)) {
    const known = items.get(productId);
    if (known) known.qty += qty;
    else items.set(productId, { productId, name, qty });
  }
  return [...items.values()];
}
