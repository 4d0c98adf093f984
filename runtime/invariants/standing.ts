import { runOrderIdOf } from '#lambdas/order/models/Order.ts';
import type { OrderRun } from '#lambdas/order/models/OrderRun.ts';
import { isAtRest, type Subscription } from '#lambdas/order/models/Subscription.ts';
import { plannedDays } from '#lambdas/order/rules/plannedDays.ts';
import { type Books, groupBy, type Say, Sums } from './books.ts';

const nameOf = (subscriptionId: string, day: string) => `${subscriptionId} ${day}`;

const ended: readonly string[] = ['DELIVERED', 'CANCELLED'];

/** What has become of each subscription's day: its order, its record, or both. */
function dealtWith(books: Books) {
  const orders = books.orders.filter(({ through }) => through === 'RUN');
  return {
    orders: groupBy(orders, ({ subscriptionId = '', deliveryDay }) => nameOf(subscriptionId, deliveryDay)),
    records: groupBy(books.subscriptionDays, ({ subscriptionId, day }) => nameOf(subscriptionId, day)),
  };
}

/** I12: at most one order for a subscription's day; exactly one, or one reason, once the day is closed. */
export function checkDaysDealtWith(books: Books, say: Say): void {
  const { orders, records } = dealtWith(books);
  const subscriptions = new Map(books.subscriptions.map((row) => [row.subscriptionId, row]));
  for (const [name, made] of orders) {
    if (made.length > 1) say('I12', name, `has ${made.length} orders`);
    for (const { orderId, subscriptionId = '', deliveryDay } of made) {
      if (orderId !== runOrderIdOf(subscriptionId, deliveryDay))
        say('I12', orderId, `is not the id of ${name}`);
      const ran = subscriptions.get(subscriptionId)?.lastRunDay ?? '';
      if (ran < deliveryDay) say('I12', orderId, `its subscription has come to ${ran} only`);
    }
  }
  for (const [name, [record, second]] of records) {
    const made = orders.get(name)?.[0];
    if (second) say('I12', name, 'has two records');
    if (record && (record.outcome === 'ORDERED') !== (made !== undefined))
      say('I12', name, `${record.outcome}, its order: ${made?.orderId}`);
  }
  for (const head of books.orderRuns.filter(({ state }) => state === 'CLOSED')) {
    for (const name of dueIn(books, head)) {
      if (!orders.has(name) && !records.has(name))
        say('I12', name, 'is closed, without an order or a reason');
    }
  }
}

/** The subscriptions that had something due in a run's slots, by what they say today: a locked day does not change. */
function dueIn(books: Books, { day, part, slotIds = [] }: OrderRun): string[] {
  const lock = part.split('#')[0] ?? '';
  // A holiday declared since the lock shows the day as it is not; what was made for it was cancelled.
  if (books.settings.holidays.some(({ declaredAt }) => (declaredAt ?? '') > lock)) return [];
  return books.subscriptions
    .filter(({ createdAt }) => createdAt < lock)
    .filter((subscription) => comesOn(books, subscription, day, slotIds))
    .map(({ subscriptionId }) => nameOf(subscriptionId, day));
}

function comesOn({ settings }: Books, subscription: Subscription, day: string, slotIds: readonly string[]) {
  const [planned] = plannedDays(subscription, settings, day, day);
  return (
    planned !== undefined &&
    slotIds.includes(planned.slotId) &&
    planned.lines.some(({ state, scheduledDay }) => state === 'DUE' && scheduledDay === day)
  );
}

/**
 * I13: nothing is ordered, delivered or charged for a skipped, paused or cancelled day, or a holiday, but what had locked
 * before that was said.
 */
export function checkUndelivered({ orders, subscriptions, settings }: Books, say: Say): void {
  const rows = new Map(subscriptions.map((row) => [row.subscriptionId, row]));
  for (const order of orders) {
    const subscription = rows.get(order.subscriptionId ?? '');
    if (!subscription || order.through !== 'RUN' || order.status === 'CANCELLED') continue;
    const { deliveryDay: day, orderId, cutoffAt, items } = order;
    const holiday = settings.holidays.find((each) => each.day === day);
    if (holiday && (holiday.declaredAt ?? '') < cutoffAt) say('I13', orderId, `${day} is a holiday`);
    if (day > (subscription.endDay ?? day)) say('I13', orderId, `ended on ${subscription.endDay}`);
    const open = items.filter(
      ({ productId, insteadOf }) => !hadLocked(subscription, day, insteadOf ?? productId),
    );
    const extra = subscription.oneOffs.some((oneOff) => oneOff.day === day);
    const moved = subscription.broughtForward?.some((scheduled) => scheduled > day) ?? false;
    if (subscription.skips.includes(day) && open.length > 0 && !extra && !moved)
      say('I13', orderId, `${day} is skipped`);
    for (const { from, to, productIds } of subscription.pauses) {
      if (day < from || day > (to ?? day)) continue;
      const held = open.filter(
        ({ productId, insteadOf }) => productIds?.includes(insteadOf ?? productId) ?? true,
      );
      for (const { productId } of held) say('I13', orderId, `${productId} is paused on ${day}`);
    }
  }
}

function hadLocked({ frozen = [] }: Subscription, day: string, productId: string): boolean {
  return frozen.some((kept) => kept.day === day && kept.productId === productId);
}

/** I22 and I27: a run's figures are those of what it made, and everything due became an order or a reason. */
export function checkRuns(books: Books, say: Say): void {
  const { orders, records } = dealtWith(books);
  for (const head of books.orderRuns.filter(({ part }) => part.endsWith('#HEAD'))) {
    const lock = head.part.split('#')[0] ?? '';
    const name = `${head.day} ${lock}`;
    const tallies = books.orderRuns.filter(
      ({ day, part }) => day === head.day && part.startsWith(`${lock}#TALLY`),
    );
    const sum = (value: (row: OrderRun) => number | undefined) =>
      tallies.reduce((total, row) => total + (value(row) ?? 0), 0);
    const ours = (slotId: string) => head.slotIds?.includes(slotId) ?? false;
    const made = [...orders.values()].flat().filter((o) => o.deliveryDay === head.day && ours(o.slotId));
    const refused = [...records.values()]
      .flat()
      .filter((row) => row.day === head.day && ours(row.slotId) && row.outcome !== 'ORDERED');
    const reasons = sum((row) => Object.values(row.reasons ?? {}).reduce((total, count) => total + count, 0));
    const figures = {
      orders: [sum(({ orders: count }) => count), made.length],
      amount: [sum(({ amount }) => amount), made.reduce((total, { amount }) => total + amount, 0)],
      reasons: [reasons, refused.length],
    };
    for (const [what, [told, counted]] of Object.entries(figures)) {
      if (told !== counted) say('I22', name, `its ${what} are ${told}, what was made says ${counted}`);
    }
    const due = sum((row) => row.due);
    if (due !== made.length + refused.length)
      say('I27', name, `${due} were due, ${made.length} have an order and ${refused.length} a reason`);
    const left = sum(({ left: kept }) => Object.values(kept ?? {}).reduce((total, qty) => total + qty, 0));
    if (head.state !== 'OPEN' && left !== 0) say('I22', name, `${left} units are set aside, and it is over`);
  }
}

/** I22: what a subscription and an account count as open is what is open. */
export function checkOpenOrders(books: Books, say: Say): void {
  const open = new Sums();
  for (const { through, subscriptionId, userId, status } of books.orders) {
    if (!ended.includes(status)) open.add(through === 'RUN' ? (subscriptionId ?? '') : userId, 1);
  }
  for (const { subscriptionId, userId, openOrders = 0, runKey } of books.subscriptions) {
    const count = open.get(subscriptionId);
    if (openOrders !== count)
      say('I22', subscriptionId, `counts ${openOrders} open orders, there are ${count}`);
    if (!isAtRest({ userId, runKey })) open.add(userId, 1);
    else if (count > 0) say('I22', subscriptionId, `is at rest with ${count} open orders`);
  }
  for (const { orderId, paymentId, userId, status } of books.payments) {
    // A top-up whose end is not known keeps its account from being erased.
    if (orderId === undefined && status === 'PENDING' && paymentId) open.add(userId, 1);
  }
  for (const { userId, openOrders = 0 } of books.users) {
    const count = open.get(userId);
    if (openOrders !== count) say('I22', userId, `counts ${openOrders} open, there are ${count}`);
  }
}
