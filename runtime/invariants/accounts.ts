import type { Order } from '#lambdas/order/models/Order.ts';
import type { LedgerLine } from '#lambdas/payment/models/Ledger.ts';
import { addDays, instantOf } from '#shared/domain/day.ts';
import { type Books, groupBy, type Say, Sums } from './books.ts';

const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
const sumOf = (lines: readonly LedgerLine[], account: string) =>
  total(lines.filter((line) => line.account === account).map(({ amount }) => amount));

/** I30: every account is what its causes make it: payments, refunds, deliveries, disputes and what the desk booked. */
export function checkAccounts(books: Books, say: Say): void {
  checkHeld(books, say);
  checkHouse(books, say);
  checkHouseholds(books, say);
  checkBills(books, say);
  checkDesk(books, say);
  checkPromo(books, say);
}

/** An ended order holds nothing, an open paid one its amount. */
function checkHeld({ movements, orders }: Books, say: Say): void {
  const held = new Sums();
  const promoHeld = new Sums();
  for (const { orderId = '', lines } of movements) {
    held.add(orderId, -sumOf(lines, 'held'));
    promoHeld.add(orderId, -sumOf(lines, 'promoHeld'));
  }
  for (const { orderId, status, payment, amount, promo = [] } of orders) {
    const open = status !== 'DELIVERED' && status !== 'CANCELLED';
    const discount = total(promo.map((part) => part.amount));
    const expected = open && payment?.status === 'SUCCESS' ? amount - discount : 0;
    if (held.get(orderId) !== expected)
      say('I30', orderId, `${status}, ${held.get(orderId)} is held, not ${expected}`);
    const aside = open ? discount : 0;
    if (promoHeld.get(orderId) !== aside)
      say('I30', orderId, `${status}, ${promoHeld.get(orderId)} of promo credit is held, not ${aside}`);
  }
}

/** What came in and went out by a way, from the rows of payments and refunds. */
function flowsOf({ payments, refunds }: Books) {
  const refundsOf = (to: string | undefined, status: string) =>
    total(refunds.filter((r) => r.to === to && r.status === status).map(({ amount }) => amount));
  return {
    captured: (...methods: string[]) =>
      total(payments.filter((p) => methods.includes(p.paymentMethod)).map(({ captured }) => captured)),
    refundsOf,
  };
}

function checkHouse(books: Books, say: Say): void {
  const { captured, refundsOf } = flowsOf(books);
  const booked = (kind: string, account: string) =>
    total(books.movements.filter((m) => m.kind === kind).map(({ lines }) => sumOf(lines, account)));
  const disputes = (status: string, what: 'amount' | 'fee' = 'amount') =>
    total(books.disputes.filter((d) => d.status === status).map((d) => d[what]));
  const disputeFees = total(books.disputes.map(({ fee }) => fee));
  const lostOrders = books.disputes.filter((d) => d.status === 'LOST' && d.orderId !== undefined);
  const done = books.deliveries.filter((d) => d.status === 'DELIVERED');
  const cash = done.map((d) => d.cashCollected ?? 0);
  const expected: Record<string, number> = {
    transit: -refundsOf(undefined, 'PENDING') - refundsOf('BANK', 'PENDING'),
    suspense: 0,
    provider:
      captured('CARD', 'UPI') +
      total(done.map((d) => d.qrCollected ?? 0)) -
      refundsOf(undefined, 'SUCCESS') -
      booked('PAYOUT', 'bank') -
      booked('PAYOUT', 'fees') -
      disputes('OPENED') -
      disputes('LOST') -
      disputeFees,
    bank:
      captured('BANK') - refundsOf('BANK', 'SUCCESS') + booked('PAYOUT', 'bank') + booked('BANKED', 'bank'),
    deskCash: captured('CASH') + booked('HANDOVER', 'deskCash') - booked('BANKED', 'bank'),
    courierCash: total(cash) - booked('HANDOVER', 'deskCash') - booked('HANDOVER', 'cashDiff'),
    cashDiff: booked('HANDOVER', 'cashDiff'),
    dispute: disputes('OPENED'),
    fees: booked('PAYOUT', 'fees') + disputeFees,
    losses:
      total(lostOrders.map(({ amount }) => amount)) -
      booked('WRITTEN_OFF', 'owed') -
      total(keptOf(books).map(({ kept }) => kept)),
  };
  for (const [account, amount] of Object.entries(expected)) {
    const found = total(books.movements.map(({ lines }) => sumOf(lines, account)));
    if (found !== amount) say('I30', account, `is ${found}, its causes make ${amount}`);
  }
}

/** The price of what came of an order. */
const cameOf = ({ items }: Pick<Order, 'items'>) =>
  total(items.map(({ price, qty, delivered = qty }) => price * delivered));

/** What cancelled orders keep of their payments: their household's bank took it back, and no goods went out. */
function keptOf({ orders, payments }: Books): { userId: string; kept: number }[] {
  const ended = orders.filter(({ status }) => status === 'CANCELLED');
  const cancelled = new Set(ended.map(({ orderId }) => orderId));
  return payments
    .filter(({ orderId = '', status }) => status === 'SUCCESS' && cancelled.has(orderId))
    .map(({ userId, captured, refunded }) => ({ userId, kept: captured - refunded }));
}

/**
 * The promo credit that a delivered order uses: as large a part of it as came of the goods, half a unit up. One that the
 * desk put right may use less: what had come back may be spent.
 */
function usedOf({ promo = [], promoUsed = 0, corrections = [], ...order }: Order): number {
  const price = BigInt(order.amount);
  if (price === 0n) return 0;
  const all = BigInt(total(promo.map(({ amount }) => amount)));
  const came = BigInt(cameOf(order));
  const share = Math.min(Number((2n * all * came + price) / (2n * price)), Number(came));
  return corrections.length > 0 ? Math.min(share, promoUsed) : share;
}

/**
 * What a household gave less what it got is what the dairy holds for it: prepaid balance, deposits and money set aside,
 * less its debt. What came in and went out is in payments, refunds and deliveries, what it got in its orders.
 */
function checkHouseholds(books: Books, say: Say): void {
  const has = new Sums();
  const paidIn: readonly string[] = ['CARD', 'UPI', 'BANK', 'CASH'];
  for (const { userId, paymentMethod, captured } of books.payments)
    if (paidIn.includes(paymentMethod)) has.add(userId, captured);
  for (const { userId, status, cashCollected = 0, qrCollected = 0 } of books.deliveries)
    if (status === 'DELIVERED') has.add(userId, cashCollected + qrCollected);
  for (const { userId, amount, to, status, cause } of books.refunds) {
    if (to !== 'WALLET' && status !== 'FAILED') has.add(userId, -amount);
    // A credit takes back a charge; those of reported problems are below.
    if (cause.startsWith('CREDIT')) has.add(userId, amount);
  }
  for (const { userId, credited } of books.problems) has.add(userId, credited);
  for (const order of books.orders)
    if (order.status === 'DELIVERED') has.add(order.userId, usedOf(order) - cameOf(order));
  for (const { userId, orderId, status, amount } of books.disputes)
    if (status === 'LOST' && !orderId) has.add(userId, -amount);
  for (const { userId, kept } of keptOf(books)) has.add(userId, -kept);
  for (const { kind, userId, lines } of books.movements) {
    if (kind === 'WRITTEN_OFF') has.add(userId, -sumOf(lines, 'owed'));
    if (kind === 'BOTTLES_LOST') has.add(userId, -sumOf(lines, 'deposit'));
    has.add(userId, sumOf(lines, 'rounding'));
  }
  const balances = new Map(books.balances.map((row) => [row.balanceId, row]));
  for (const userId of new Set([...has.of.keys(), ...balances.keys()])) {
    const { wallet = 0, owed = 0, deposit = 0, held = 0 } = balances.get(userId) ?? {};
    const kept = -wallet - owed - deposit - held;
    if (has.get(userId) !== kept) say('I30', userId, `has ${kept}, its causes make ${has.get(userId)}`);
  }
}

/** I8: what an order says was credited is what its refunds and reported problems say, and never more than its charge. */
export function checkCredits({ orders, problems, refunds, movements }: Books, say: Say): void {
  const credits = new Sums();
  const pieces = new Sums();
  for (const { orderId = '', cause, amount } of refunds)
    if (cause.startsWith('CREDIT')) credits.add(orderId, amount);
  for (const { orderId, productId, qty, status, credited, amount } of problems) {
    credits.add(orderId, credited);
    if (status !== 'REFUSED') pieces.add(`${orderId} ${productId}`, qty);
    if (credited > amount) say('I8', orderId, `${credited} credited for a problem of ${amount}`);
  }
  const unearned = new Sums();
  for (const { kind, orderId = '', lines } of movements)
    if (kind === 'CREDIT') unearned.add(orderId, sumOf(lines, 'revenue') + sumOf(lines, 'tax'));
  for (const { orderId, items, credited = 0 } of orders) {
    if (credits.get(orderId) !== credited)
      say('I8', orderId, `says ${credited} was credited, its credits make ${credits.get(orderId)}`);
    if (unearned.get(orderId) !== credited)
      say('I8', orderId, `${credited} was credited, the ledger took back ${unearned.get(orderId)}`);
    const goods = total(items.map(({ price, qty, delivered = qty }) => price * delivered));
    if (credited > goods) say('I8', orderId, `${credited} was credited of ${goods}`);
    for (const { productId, qty, delivered = qty } of items) {
      if (pieces.get(`${orderId} ${productId}`) > delivered)
        say('I8', orderId, `more problems than pieces of ${productId}`);
    }
  }
}

/** I21: the deposit the books hold for a household is that of the bottles it has, and those are what was left and not taken back. */
export function checkBottles({ deliveries, bottles, balances, movements }: Books, say: Say): void {
  const counts = new Sums();
  for (const { userId, status, bottles: moves = [] } of deliveries) {
    if (status !== 'DELIVERED') continue;
    for (const { productId, left, back } of moves) counts.add(`${userId} ${productId}`, left - back);
  }
  // How many were lost is in the event; the books know their deposit.
  const lost = new Set(movements.filter(({ kind }) => kind === 'BOTTLES_LOST').map(({ userId }) => userId));
  const kept = new Sums();
  const deposits = new Sums();
  for (const { userId, products } of bottles) {
    for (const [productId, { count, deposit }] of Object.entries(products)) {
      kept.add(`${userId} ${productId}`, count);
      deposits.add(userId, deposit);
      if (count < 0 || deposit < 0) say('I21', `${userId} ${productId}`, `${count} bottles for ${deposit}`);
    }
  }
  for (const key of new Set([...counts.of.keys(), ...kept.of.keys()])) {
    const [userId = ''] = key.split(' ');
    const fits = lost.has(userId) ? counts.get(key) >= kept.get(key) : counts.get(key) === kept.get(key);
    if (!fits) say('I21', key, `${kept.get(key)} bottles, its stops make ${counts.get(key)}`);
  }
  const held = new Map(balances.map(({ balanceId, deposit = 0 }) => [balanceId, 0 - deposit]));
  for (const userId of new Set([...deposits.of.keys(), ...held.keys()])) {
    if ((held.get(userId) ?? 0) !== deposits.get(userId))
      say('I21', userId, `deposit is ${held.get(userId) ?? 0}, its bottles make ${deposits.get(userId)}`);
  }
}

/** Bills say what was owed at their period's end, and the balance rows what bills and limits go by. */
function checkBills(books: Books, say: Say): void {
  const byUser = groupBy(books.movements, ({ userId }) => userId);
  const debtsOf = (userId: string) =>
    (byUser.get(userId) ?? []).map(({ at, lines }) => ({ at, sum: sumOf(lines, 'owed') }));
  for (const { billId, userId, to, amount, paidWith, status } of books.bills) {
    const end = instantOf(addDays(to, 1), '00:00', books.settings.timeZone);
    const until = debtsOf(userId).filter(({ at }) => at < end);
    const owed = total(until.map(({ sum }) => sum));
    const ever = total(until.map(({ sum }) => Math.max(0, sum)));
    if (owed !== amount) say('I30', billId, `bills ${amount}, ${owed} was owed`);
    if (ever !== paidWith) say('I30', billId, `is paid with ${paidWith}, not ${ever}`);
    const row = books.balances.find(({ balanceId }) => balanceId === userId);
    if (status === 'OVERDUE' && (row?.overdueBelow ?? 0) < paidWith)
      say('I30', billId, 'is overdue, and the account goes on');
  }
  const open = books.payments.filter((p) => p.paymentMethod === 'ACCOUNT' && p.status === 'PENDING');
  const waiting = groupBy(open, ({ userId }) => userId);
  for (const { balanceId, onAccount = 0, owedPaid = 0 } of books.balances) {
    const waits = total((waiting.get(balanceId) ?? []).map(({ amount }) => amount));
    if (onAccount !== waits) say('I30', balanceId, `${onAccount} is on account, its orders make ${waits}`);
    const paid = total(debtsOf(balanceId).map(({ sum }) => Math.max(0, -sum)));
    if (owedPaid !== paid) say('I30', balanceId, `paid ${owedPaid} of debts, its movements make ${paid}`);
  }
}

/** What only the desk tells has its audit entry, and what an audit entry says was booked is in the books. */
function checkDesk({ movements, audit }: Books, say: Say): void {
  const booked = new Set(movements.map(({ movementId }) => movementId));
  const audited = new Set(
    audit.flatMap(({ targets }) => targets).filter((target) => target.startsWith('Ledger/')),
  );
  for (const target of audited) {
    const movementId = target.slice('Ledger/'.length);
    if (!booked.has(movementId))
      say('I30', movementId, 'was booked by staff or a courier, and is not in the books');
  }
  for (const { movementId, kind } of movements) {
    const byDesk = ['HANDOVER', 'BANKED', 'WRITTEN_OFF'].includes(kind);
    if (byDesk && !audited.has(`Ledger/${movementId}`)) say('I30', movementId, `${kind}, and nobody did it`);
  }
}

const memos: readonly string[] = ['promo', 'promoHeld', 'promoIssued'];

/**
 * I18: promo credit never touches money, each grant is spent at most once, and what is left of a household's grants is
 * what its balance says. Grants, orders and expiries explain every balance.
 */
function checkPromo({ movements, orders, promos, balances }: Books, say: Say): void {
  const has = new Sums();
  for (const { movementId, userId, kind, lines } of movements) {
    const memo = total(lines.filter(({ account }) => memos.includes(account)).map(({ amount }) => amount));
    if (memo !== 0) say('I18', movementId, `turns ${memo} of promo credit into something else`);
    if (kind === 'PROMO_GRANTED' || kind === 'PROMO_EXPIRED') has.add(userId, sumOf(lines, 'promoIssued'));
  }
  for (const order of orders) {
    const { orderId, userId, status, promo = [], promoUsed = 0 } = order;
    if (status === 'CANCELLED') continue;
    const used = status === 'DELIVERED' ? usedOf(order) : total(promo.map(({ amount }) => amount));
    if (status === 'DELIVERED' && promoUsed !== used)
      say('I18', orderId, `used ${promoUsed} of promo, not ${used}`);
    has.add(userId, -used);
  }
  const grants = new Map(promos.map((row) => [row.userId, total(row.grants.map(({ amount }) => amount))]));
  const kept = new Map(balances.map(({ balanceId, promo = 0 }) => [balanceId, 0 - promo]));
  for (const userId of new Set([...has.of.keys(), ...grants.keys(), ...kept.keys()])) {
    const balance = kept.get(userId) ?? 0;
    if (balance !== (grants.get(userId) ?? 0))
      say('I18', userId, `has ${balance} of promo credit, its grants make ${grants.get(userId)}`);
    if (balance !== has.get(userId))
      say('I18', userId, `has ${balance} of promo credit, its causes make ${has.get(userId)}`);
  }
}
