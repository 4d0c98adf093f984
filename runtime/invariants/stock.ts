import type { Order } from '#lambdas/order/models/Order.ts';
import { holdsReservation } from '#lambdas/order/models/Order.ts';
import { type Books, groupBy, type Say, Sums } from './books.ts';

interface Figures {
  stock: number;
  reserved: number;
  sold: number;
  wasted: number;
}

/** I1, I2 and I3: nothing negative, nothing made or lost, nothing sold twice. */
export function checkStock(books: Books, say: Say): void {
  const held = new Sums();
  const left = new Sums();
  for (const order of books.orders) {
    for (const item of order.items) {
      const key = item.stockMode === 'PER_DAY' ? `${item.productId} ${order.deliveryDay}` : item.productId;
      if (holdsReservation(order)) held.add(key, item.qty);
      if (order.status === 'DISPATCHED') left.add(key, item.qty);
      if (order.status === 'DELIVERED') left.add(key, item.delivered ?? item.qty);
    }
  }
  // What an order run has set aside and not ordered yet.
  const modes = new Map(books.products.map(({ productId, stockMode }) => [productId, stockMode]));
  for (const { day, left = {} } of books.orderRuns) {
    for (const [productId, qty] of Object.entries(left)) {
      held.add(modes.get(productId) === 'PER_DAY' ? `${productId} ${day}` : productId, qty);
    }
  }
  const seen = new Set<string>();
  const check = (key: string, whole: number, figures: Figures) => {
    seen.add(key);
    const { stock, reserved, sold, wasted } = figures;
    for (const [name, figure] of Object.entries({ stock, reserved, sold, wasted })) {
      if (figure < 0) say('I1', key, `${name} is ${figure}`);
    }
    const sum = stock + reserved + sold + wasted;
    if (sum !== whole) say('I2', key, `${whole} came in, but stock + reserved + sold + wasted is ${sum}`);
    if (reserved !== held.get(key))
      say('I2', key, `reserved is ${reserved}, open orders and runs hold ${held.get(key)}`);
    if (sold !== left.get(key)) say('I2', key, `sold is ${sold}, orders that left have ${left.get(key)}`);
    const taken = held.get(key) + left.get(key);
    if (taken > whole) say('I3', key, `${taken} are ordered of ${whole}`);
  };
  for (const product of books.products) check(product.productId, product.received, product);
  for (const day of books.stockDays) check(`${day.productId} ${day.day}`, day.supply, day);
  for (const key of [...held.of.keys(), ...left.of.keys()]) {
    if (!seen.has(key)) say('I2', key, 'orders hold stock that has no row');
  }
}

/** I4: a slot's counter, the households' stops and the orders tell one number, and it fits the capacity. */
export function checkSlots(books: Books, say: Say): void {
  const stopOf = (order: Order) => `${order.deliveryDay}#${order.slotId}#${order.userId}`;
  // Orders of an order run come when the slot is closed: nobody books there any more, and they are not counted.
  const live = books.orders.filter(({ status, through }) => status !== 'CANCELLED' && through !== 'RUN');
  const wanted = groupBy(live, (order) => `${stopOf(order)} ${order.stopKey}`);
  const kept = new Map<string, number>(
    books.stops.flatMap(({ stopId, orders }) =>
      Object.entries(orders).map(([address, count]) => [`${stopId} ${address}`, count] as [string, number]),
    ),
  );
  for (const key of new Set([...wanted.keys(), ...kept.keys()])) {
    const [orders, count] = [wanted.get(key)?.length ?? 0, kept.get(key) ?? 0];
    if (orders !== count) say('I4', key, `the stop counts ${count} orders, there are ${orders}`);
  }

  const slotOf = (stop: string) => stop.split('#').slice(0, 2).join('#');
  const stops = groupBy([...wanted.keys()], slotOf);
  const booked = new Sums();
  for (const row of books.slotDays) {
    if (row.booked < 0) say('I4', row.slotDayId, `booked is ${row.booked}`);
    booked.add(slotOf(row.slotDayId), row.booked);
  }
  for (const slot of new Set([...stops.keys(), ...booked.of.keys()])) {
    const count = stops.get(slot)?.length ?? 0;
    if (booked.get(slot) !== count)
      say('I4', slot, `booked is ${booked.get(slot)}, orders make ${count} stops`);
    const capacity =
      books.settings.slots.find(({ slotId }) => slotId === slot.split('#')[1])?.capacity ?? null;
    if (capacity !== null && count > capacity) say('I4', slot, `${count} stops, room for ${capacity}`);
  }
}
