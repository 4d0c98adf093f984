import type { Order } from '#lambdas/order/models/Order.ts';
import { guarded, type Movement } from '#lambdas/payment/models/Ledger.ts';
import type { World } from '#shared/world.ts';
import { type Books, groupBy, type Say, Sums } from './books.ts';

/** I5 and I6: movements sum to zero, balances are sums of lines, no wallet was ever overdrawn. */
export function checkLedger(books: Books, say: Say): void {
  const balances = new Sums();
  for (const { movementId, userId, lines } of books.movements) {
    const sum = lines.reduce((total, { amount }) => total + amount, 0);
    if (sum !== 0) say('I5', movementId, `its lines sum to ${sum}`);
    if (lines.some(({ amount }) => !Number.isSafeInteger(amount)))
      say('I5', movementId, 'a line is no whole number');
    // What schema 1 wrote of held money names no party: it is the household's of the movement.
    for (const { account, party = userId, amount } of lines) {
      if ((guarded as readonly string[]).includes(account)) balances.add(`${account}#${party}`, amount);
    }
  }
  const kept = new Map<string, number>(
    books.balances.flatMap((row) =>
      guarded.map((account) => [`${account}#${row.balanceId}`, row[account] ?? 0] as const),
    ),
  );
  for (const id of new Set([...kept.keys(), ...balances.of.keys()])) {
    if ((kept.get(id) ?? 0) !== balances.get(id))
      say('I5', id, `the balance is ${kept.get(id)}, its lines make ${balances.get(id)}`);
  }
  checkWallets(books, say);
}

/** A wallet is a liability: money owed to the customer is negative, so its sum must never be above zero. */
function checkWallets({ movements }: Books, say: Say): void {
  const sums = new Sums();
  const byInstant = [...groupBy(movements, ({ at }) => at)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [at, together] of byInstant) {
    const wallets = together.flatMap(({ lines }) => lines.filter(({ account }) => account === 'wallet'));
    for (const { party = '', amount } of wallets) sums.add(party, amount);
    for (const { party = '' } of wallets) {
      if (sums.get(party) > 0) say('I6', party, `the wallet was overdrawn by ${sums.get(party)} at ${at}`);
    }
  }
}

const ofOrders = ({ payments }: Books) => payments.filter(({ orderId }) => orderId !== undefined);

/** I7: at most one payment pays an order, what else was taken is given back, and nothing twice. */
export function checkPayments(books: Books, say: Say): void {
  const orders = new Map(books.orders.map((order) => [order.orderId, order]));
  const refundsOf = groupBy(books.refunds, ({ paymentId }) => paymentId ?? 'BANK');
  for (const [orderId, payments] of groupBy(ofOrders(books), (payment) => payment.orderId ?? '')) {
    const applied = payments.filter(({ status }) => status === 'SUCCESS');
    if (applied.length > 1) say('I7', orderId, `${applied.length} payments are applied`);
    const pointer = orders.get(orderId)?.payment;
    if (applied[0] && pointer?.paymentId !== applied[0].paymentId)
      say('I7', orderId, 'its payment is not the one that paid');
    if (pointer?.status === 'SUCCESS' && applied.length === 0)
      say('I7', orderId, 'it counts as paid by no payment');
  }
  for (const payment of books.payments) {
    const { paymentId, captured, refunded, status } = payment;
    const back = (refundsOf.get(paymentId) ?? []).reduce((sum, { amount }) => sum + amount, 0);
    if (refunded > captured) say('I7', paymentId, `${refunded} refunded of ${captured}`);
    if (back !== refunded) say('I7', paymentId, `refunded is ${refunded}, its refunds make ${back}`);
    if (status !== 'SUCCESS' && captured !== refunded)
      say('I7', paymentId, `it paid nothing and keeps ${captured - refunded}`);
    if (payment.orderId && !orders.has(payment.orderId))
      say('I9', paymentId, `there is no order ${payment.orderId}`);
  }
  for (const { refundId, paymentId } of books.refunds) {
    if (paymentId && !books.payments.some((payment) => payment.paymentId === paymentId))
      say('I7', refundId, 'its payment does not exist');
  }
}

/** What a stop posts, and what puts it right. */
const ofStops: readonly string[] = ['DELIVERED', 'DELIVERED_CASH', 'DELIVERY_CORRECTED'];

/** I8: lines, amount and ledger of an order tell one sum, and what was delivered has its invoice. */
export function checkCharges(books: Books, say: Say, quiet: boolean): void {
  const invoiced = new Set(books.invoices.map(({ orderId }) => orderId));
  const earned = groupBy(
    books.movements.filter(({ kind }) => ofStops.includes(kind)),
    ({ orderId = '' }) => orderId,
  );
  for (const order of books.orders) {
    const { orderId, status } = order;
    const lines = order.items.reduce((sum, { price, qty }) => sum + price * qty, 0);
    if (lines !== order.amount) say('I8', orderId, `the amount is ${order.amount}, its lines make ${lines}`);
    const posted = earned.get(orderId) ?? [];
    const results = posted.filter(({ kind }) => kind !== 'DELIVERY_CORRECTED');
    const corrected = order.corrections?.length ?? 0;
    if (posted.length - results.length > corrected)
      say('I8', orderId, `${posted.length - results.length} movements correct it ${corrected} times`);
    const goods = deliveredGoods(order);
    const charged = goods.reduce((sum, { amount }) => sum + amount, 0);
    if (status === 'DELIVERED' && (order.charged ?? order.amount) !== charged)
      say('I8', orderId, `charged ${order.charged ?? order.amount}, what was delivered costs ${charged}`);
    const done = status === 'DELIVERED';
    // A stop that costs nothing moves money only where bottles have a deposit.
    if (results.length > (done ? 1 : 0) || (done && charged > 0 && results.length === 0))
      say('I8', orderId, `${status} with ${results.length} results in the ledger`);
    if (posted.length > 0)
      checkResult(
        order,
        posted.flatMap(({ lines }) => lines),
        say,
      );
    if (quiet && invoiced.has(orderId) !== (status === 'DELIVERED'))
      say('I8', orderId, `${status}, invoice: ${invoiced.has(orderId)}`);
  }
}

/** What of an order's lines came, at the price it was ordered at less the promo credit that it used. */
function deliveredGoods({ items, promoUsed = 0 }: Order) {
  const goods = items.map(({ price, qty, delivered = qty, taxes: rates = {} }) => ({
    amount: price * delivered,
    rates,
  }));
  return promoUsed > 0 ? discounted(goods, promoUsed) : goods;
}

/** Lines less a discount in proportion: whole units, those that are left over to the largest fractions. */
function discounted<G extends { amount: number }>(goods: readonly G[], discount: number): G[] {
  const whole = BigInt(goods.reduce((sum, { amount }) => sum + amount, 0));
  const net = whole - BigInt(discount);
  const shares = goods.map(({ amount }, i) => ({ i, exact: BigInt(amount) * net }));
  const amounts = shares.map(({ exact }) => exact / whole);
  const over = net - amounts.reduce((sum, amount) => sum + amount, 0n);
  const byFraction = shares.toSorted((a, b) => Number((b.exact % whole) - (a.exact % whole)));
  for (const { i } of byFraction.slice(0, Number(over))) amounts[i] = (amounts[i] ?? 0n) + 1n;
  return goods.map((line, i) => ({ ...line, amount: Number(amounts[i]) }));
}

/** The tax of each line once more, as exact fractions: gross × rate ÷ (100 % + all rates), half up. */
function checkResult(order: Order, lines: Movement['lines'], say: Say): void {
  const movementId = `${order.orderId}#DELIVERED`;
  const taxes = new Sums();
  const goods = deliveredGoods(order);
  let rest = goods.reduce((sum, { amount }) => sum + amount, 0);
  for (const { amount, rates } of goods) {
    const all = 10_000n + Object.values(rates).reduce((sum, rate) => sum + BigInt(rate), 0n);
    for (const [component, rate] of Object.entries(rates)) {
      const part = Number((2n * BigInt(amount) * BigInt(rate) + all) / (2n * all));
      taxes.add(`${component} ${rate / 100}%`, part);
      rest -= part;
    }
  }
  const posted = new Sums();
  for (const { account, party, amount } of lines) if (account === 'tax') posted.add(party ?? '', -amount);
  for (const name of new Set([...taxes.of.keys(), ...posted.of.keys()])) {
    if (taxes.get(name) !== posted.get(name))
      say('I8', movementId, `${name} is ${posted.get(name)}, not ${taxes.get(name)}`);
  }
  const revenue = -lines
    .filter(({ account }) => account === 'revenue')
    .reduce((sum, { amount }) => sum + amount, 0);
  if (revenue !== rest) say('I8', movementId, `revenue is ${revenue}, not ${rest}`);
}

/** Methods by which an order is confirmed before money came. */
const paidLater: readonly string[] = ['COD', 'ACCOUNT'];

/** I9: a confirmed order is paid or payable at the door; once quiet, no payment or refund is left open. */
export async function checkPaid(world: World, books: Books, say: Say, quiet: boolean): Promise<void> {
  const payments = new Map(books.payments.map((payment) => [payment.paymentId, payment]));
  const later = books.payments.filter((p) => paidLater.includes(p.paymentMethod));
  const cash = new Set(later.map((p) => p.orderId));
  for (const { orderId, status, payment: pointer, pendingPaymentId } of books.orders) {
    const row = pointer && payments.get(pointer.paymentId);
    if (pointer && (row?.status !== pointer.status || row.orderId !== orderId)) {
      say('I9', orderId, `says its payment is ${pointer.status}, which is ${row?.status}`);
    }
    // A delivered order without any cash is owed, whatever was tried after that.
    const owed = status === 'DELIVERED' && cash.has(orderId);
    const atDoor = paidLater.includes(pointer?.paymentMethod ?? '') && pointer?.status === 'PENDING';
    const payable = pointer?.status === 'SUCCESS' || atDoor || owed;
    const open = status === 'CREATED' || status === 'CANCELLED';
    if (!open && !payable) say('I9', orderId, `${status} without payment`);
    if (status === 'CREATED' && pointer && pointer.status !== 'FAILED')
      say('I9', orderId, `CREATED and ${pointer.status}`);
    if (pendingPaymentId && payments.get(pendingPaymentId)?.status !== 'PENDING') {
      say('I9', orderId, `waits for ${pendingPaymentId}, which is ${payments.get(pendingPaymentId)?.status}`);
    }
  }
  if (quiet) await checkProvider(world, books, say);
}

/** Once quiet, our books and the provider's tell one story. */
async function checkProvider(world: World, books: Books, say: Say): Promise<void> {
  for (const { paymentId, paymentMethod, status, captured } of books.payments) {
    if (paymentMethod !== 'CARD' && paymentMethod !== 'UPI') continue;
    if (status === 'PENDING') say('I9', paymentId, 'is PENDING still');
    const { state, amountMinor } = await world.payments.findCharge(paymentId);
    const taken = state === 'SUCCEEDED' ? amountMinor : 0;
    if (taken !== captured) say('I9', paymentId, `the provider took ${taken}, we know of ${captured}`);
  }
  for (const { refundId, status, to } of books.refunds) {
    if (to !== undefined) continue;
    if (status === 'PENDING') say('I9', refundId, 'is PENDING still');
    const { state } = await world.payments.findRefund(refundId);
    if ((state === 'SUCCEEDED') !== (status === 'SUCCESS'))
      say('I9', refundId, `${status}, at the provider ${state}`);
  }
}
