import type { Order, OrderLine } from '#lambdas/order/models/Order.ts';
import type { SubscriptionDay } from '#lambdas/order/models/Subscription.ts';
import { chargedOf, missingLines } from '#lambdas/order/rules/delivered.ts';
import { type Day, dayOf, type Instant } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import type { Movement } from '../../models/Ledger.ts';
import { billedLines } from '../promo.ts';
import { changeOf, netOf, type Pockets, plus, pockets } from './accounts.ts';
import { concerns, type TaxTotal, type Totals, taxesOf, totalsOf } from './totals.ts';

/** A movement as a statement lists it: what it changed and what was there after it. */
export interface StatementLine {
  at: Instant;
  day: Day;
  movementId: string;
  kind: string;
  orderId?: string;
  /** The delivery day of its order, where the statement knows it. */
  deliveryDay?: Day;
  change: Pockets;
  balance: Pockets;
}

/** A product on a delivery day: what came, or what did not and why. */
export interface DeliveredLine {
  productId: string;
  name: string;
  qty: number;
  price: Minor;
  amount: Minor;
}

/** What became of one order, or of a day of a standing order that made none. */
export interface DeliveryEntry {
  day: Day;
  orderId?: string;
  /** DELIVERED, an order's other status, or why nothing came. */
  outcome: string;
  lines: DeliveredLine[];
  /** What was charged; nothing where nothing came. */
  amount: Minor;
  invoiceNumber?: string;
}

export interface Statement {
  userId: string;
  /** `YYYY-MM`, of the dairy's calendar. */
  month: string;
  from: Day;
  to: Day;
  /** Whether the month is over. */
  final: boolean;
  opening: Pockets;
  lines: StatementLine[];
  deliveries: DeliveryEntry[];
  totals: Totals;
  taxes: TaxTotal[];
  closing: Pockets;
}

/** What a statement is made from. */
export interface StatementParts {
  userId: string;
  month: string;
  from: Day;
  to: Day;
  final: boolean;
  timeZone: string;
  opening: Pockets;
  movements: readonly Movement[];
  deliveries: DeliveryEntry[];
}

/** A month's statement. Throws RangeError where opening, movements and closing do not make one sum. */
export function statementOf(parts: StatementParts): Statement {
  const { userId, month, from, to, final, timeZone, opening, deliveries } = parts;
  const dayOfOrder = new Map(deliveries.map(({ orderId, day }) => [orderId, day]));
  const movements = inOrder(parts.movements, userId, opening).filter((movement) =>
    concerns(movement, userId),
  );
  let balance = opening;
  const lines = movements.map((movement): StatementLine => {
    const { at, movementId, kind, orderId } = movement;
    const change = changeOf(movement, userId);
    balance = plus(balance, change);
    const deliveryDay = orderId === undefined ? undefined : dayOfOrder.get(orderId);
    return { at, day: dayOf(at, timeZone), movementId, kind, orderId, deliveryDay, change, balance };
  });
  const totals = totalsOf(movements, userId);
  const gained = gainOf(totals);
  if (netOf(opening) + gained !== netOf(balance))
    throw new RangeError(`the statement of ${userId} for ${month} does not sum up`);
  const taxes = taxesOf(movements);
  return { userId, month, from, to, final, opening, lines, deliveries, totals, taxes, closing: balance };
}

/** What the totals add to all that a household has. */
export function gainOf(totals: Totals): Minor {
  const { delivered, refunds, withdrawals, fees, ...adds } = totals;
  return (
    Object.values(adds).reduce((sum, amount) => sum + amount, 0) - delivered - refunds - withdrawals - fees
  );
}

/**
 * Movements as they happened. Of one instant nobody can tell the order any more: the id decides, but one that would take
 * what is not there yet waits for what brings it, so that no account shows less than nothing that never was. Every
 * statement lists them alike.
 */
export function inOrder(movements: readonly Movement[], userId: string, opening: Pockets): Movement[] {
  const left = [...movements].sort((a, b) => compare(a.at, b.at) || compare(a.movementId, b.movementId));
  const ordered: Movement[] = [];
  let balance = opening;
  while (left.length > 0) {
    const at = left[0]?.at;
    const together = left.findIndex((movement) => movement.at !== at);
    const some = together === -1 ? left : left.slice(0, together);
    const first = some.findIndex((movement) => isCovered(plus(balance, changeOf(movement, userId))));
    const [next] = left.splice(Math.max(0, first), 1);
    if (!next) break;
    ordered.push(next);
    balance = plus(balance, changeOf(next, userId));
  }
  return ordered;
}

const isCovered = (balance: Pockets) => pockets.every((pocket) => balance[pocket] >= 0);

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Movements' effect on a household's accounts, added to what was there before. */
export function after(before: Pockets, movements: Iterable<Movement>, userId: string): Pockets {
  let balance = before;
  for (const movement of movements) balance = plus(balance, changeOf(movement, userId));
  return balance;
}

/** What came on each day and what did not, in the order of days. Orders still under way are not yet either. */
export function deliveriesOf(
  orders: readonly Order[],
  records: Iterable<SubscriptionDay>,
  about: { nameOf: (productId: string) => string; invoiceOf: (orderId: string) => string | undefined },
): DeliveryEntry[] {
  const entries = [
    ...orders.flatMap((order) => orderEntries(order, about.invoiceOf(order.orderId))),
    ...[...records].flatMap((record) => missedEntries(record, about.nameOf)),
  ];
  return entries.sort((a, b) => compare(a.day, b.day) || compare(a.orderId ?? '~', b.orderId ?? '~'));
}

/** What an order brought, and of one that came short also what it did not. */
function orderEntries(order: Order, invoiceNumber: string | undefined): DeliveryEntry[] {
  const { deliveryDay: day, orderId, status } = order;
  const came = status === 'DELIVERED';
  const entry = {
    day,
    orderId,
    outcome: status === 'CANCELLED' ? (order.cancelReason ?? 'CANCELLED') : status,
    lines: (came ? billedLines(order) : order.items).map(shownLine),
    amount: chargedOf(order),
    invoiceNumber,
  };
  const missed = came ? missingLines(order).map((line) => shownLine({ ...line, amount: 0 })) : [];
  return missed.length > 0 ? [entry, { day, orderId, outcome: 'SHORT', lines: missed, amount: 0 }] : [entry];
}

function shownLine({ productId, name, qty, price, amount }: OrderLine): DeliveredLine {
  return { productId, name, qty, price, amount };
}

/** What a day of a standing order should have brought and did not, by reason. What a holiday moved came on another day. */
function missedEntries(
  { day, lines }: SubscriptionDay,
  nameOf: (productId: string) => string,
): DeliveryEntry[] {
  const reasons = new Map<string, DeliveredLine[]>();
  for (const { productId, qty, granted, price, outcome } of lines) {
    const missing = qty - granted;
    if (missing <= 0 || outcome === 'ORDERED' || outcome === 'MOVED') continue;
    const line = { productId, name: nameOf(productId), qty: missing, price, amount: 0 };
    reasons.set(outcome, [...(reasons.get(outcome) ?? []), line]);
  }
  return [...reasons].map(([outcome, missed]) => ({ day, outcome, lines: missed, amount: 0 }));
}
