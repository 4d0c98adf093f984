import { holdsReservation } from '#lambdas/order/models/Order.ts';
import { type Books, type Say, Sums } from './books.ts';

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
