import { type Order, Orders } from '#lambdas/order/models/Order.ts';
import { type Invoice, Invoices, numberOf } from '#lambdas/payment/models/Invoice.ts';
import { Ledger, type Movement } from '#lambdas/payment/models/Ledger.ts';
import { type Instant, plusSeconds } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import { type Audit, Differs, LOOKS, lookAgain } from './reading.ts';

const TOGETHER = 100;
/** An invoice follows its delivery within seconds while the dairy runs; a dead letter keeps it back for longer. */
export const INVOICED_WITHIN_SECONDS = 3_600;

/** Every delivered order: what the ledger earned is its amount, and it has its invoice. */
export async function checkCharges(audit: Audit, last: Instant | undefined): Promise<void> {
  const counted = { delivered: 0, waiting: 0 };
  let some: Order[] = [];
  for await (const order of audit.store.scan(Orders)) {
    if (order.status !== 'DELIVERED' && order.status !== 'CANCELLED') continue;
    some.push(order);
    if (some.length < TOGETHER) continue;
    await checkSome(audit, some, last, counted);
    some = [];
  }
  await checkSome(audit, some, last, counted);
  const waiting = counted.waiting > 0 ? `, ${counted.waiting} of them just now and not yet invoiced` : '';
  audit.tell(`orders: ${counted.delivered} delivered${waiting}; order, ledger and invoice agree`);
}

async function checkSome(
  audit: Audit,
  orders: Order[],
  last: Instant | undefined,
  counted: { delivered: number; waiting: number },
): Promise<void> {
  let left = orders;
  for (let look = 1; left.length > 0; look++) {
    const earned = await read<Movement>(audit, left, ({ orderId }) => ({
      table: Ledger,
      key: { movementId: `${orderId}#DELIVERED` },
    }));
    const invoices = await read<Invoice>(audit, left, ({ orderId }) => ({
      table: Invoices,
      key: { orderId },
    }));
    const fixes = await correctionsOf(audit, left);
    const again: Order[] = [];
    for (const [i, order] of left.entries()) {
      const wrong = whatIsWrong(order, [earned[i], ...(fixes.get(order.orderId) ?? [])], invoices[i], last);
      if (wrong && look >= LOOKS) throw new Differs(`order ${order.orderId}`, wrong);
      if (wrong) again.push(order);
      else if (order.status === 'DELIVERED') counted.delivered++;
      if (!wrong && order.status === 'DELIVERED' && !invoices[i]) counted.waiting++;
    }
    left = again.length > 0 ? await readAgain(audit, again) : [];
  }
}

/** Orders that did not agree with rows that were read after them may have changed in between. */
async function readAgain(audit: Audit, orders: Order[]): Promise<Order[]> {
  if (audit.before !== undefined) await lookAgain();
  const rows = await read<Order>(audit, orders, ({ orderId }) => ({ table: Orders, key: { orderId } }));
  return rows.filter((row) => row !== undefined);
}

async function read<T>(
  { store }: Audit,
  orders: readonly Order[],
  ask: (order: Order) => Parameters<typeof store.getMany>[0][number],
): Promise<(T | undefined)[]> {
  return (await store.getMany(orders.map(ask))) as (T | undefined)[];
}

/** What an order's stop posted, and each of the desk's corrections after it. */
type Results = (Movement | undefined)[];

/** The movements by which the desk put right what orders' stops posted. */
async function correctionsOf({ store }: Audit, orders: readonly Order[]): Promise<Map<string, Results>> {
  const fixes = new Map<string, Results>();
  for (const { orderId, corrections = [] } of orders) {
    if (corrections.length === 0) continue;
    const keys = corrections.map(({ movementId }) => ({ table: Ledger, key: { movementId } }));
    fixes.set(orderId, (await store.getMany(keys)) as Results);
  }
  return fixes;
}

function whatIsWrong(
  order: Order,
  results: Results,
  invoice: Invoice | undefined,
  last: Instant | undefined,
): string | undefined {
  const { status, amount } = order;
  const lines = order.items.reduce((sum, item) => sum + item.amount, 0);
  if (lines !== amount) return `its amount is ${toMajor(amount)}, its lines make ${toMajor(lines)}`;
  const goods = order.items.reduce(
    (sum, item) => sum + (item.delivered === undefined ? item.amount : item.price * item.delivered),
    0,
  );
  const discount = order.promoUsed ?? 0;
  const charged = status === 'DELIVERED' ? goods - discount : 0;
  const earned = earnedBy(results);
  if (earned !== charged)
    return `${status}, ${toMajor(charged)} is due and the ledger earned ${toMajor(earned)}`;
  if (status === 'DELIVERED' && (order.charged ?? amount) !== charged)
    return `charged ${toMajor(order.charged ?? amount)}, what was delivered costs ${toMajor(charged)}`;
  // Corrections that came after the invoice have notes of their own.
  const due = status === 'DELIVERED' ? earnedBy(results.slice(0, 1 + (invoice?.corrections ?? 0))) : 0;
  if (invoice?.amount !== undefined && invoice.amount !== due)
    return `${toMajor(due)} is due, invoice ${numberOf(invoice)} says ${toMajor(invoice.amount)}`;
  if (status !== 'DELIVERED') return invoice ? `${status}, and has invoice ${numberOf(invoice)}` : undefined;
  const deliveredAt = order.timeline.findLast((entry) => entry.status === 'DELIVERED')?.at ?? order.createdAt;
  const late = last !== undefined && plusSeconds(deliveredAt, INVOICED_WITHIN_SECONDS) < last;
  return !invoice && late
    ? 'delivered more than an hour before the last movement, and has no invoice'
    : undefined;
}

function earnedBy(results: Results): number {
  return results
    .flatMap((movement) => movement?.lines ?? [])
    .filter(({ account }) => account === 'revenue' || account === 'tax')
    .reduce((sum, line) => sum - line.amount, 0);
}
