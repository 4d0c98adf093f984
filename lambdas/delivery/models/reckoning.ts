import { dueOf, type Order, promoOf } from '#lambdas/order/models/Order.ts';
import { deliveredLines } from '#lambdas/order/rules/delivered.ts';
import { type Bottles, BottlesTable } from '#lambdas/payment/models/Bottles.ts';
import {
  type AlsoOf,
  availableOf,
  type Balance,
  Balances,
  balanceKey,
  owedOf,
} from '#lambdas/payment/models/Ledger.ts';
import { type OrderPayment, type Payment, Payments, paymentOf } from '#lambdas/payment/models/Payment.ts';
import { type Promo, Promos, promoKey } from '#lambdas/payment/models/Promo.ts';
import {
  type BottleMove,
  type CountedBottles,
  depositOf,
  moveBottles,
} from '#lambdas/payment/rules/bottles.ts';
import { afterPromo, promoUsed, totalOf, usable } from '#lambdas/payment/rules/promo.ts';
import { roundedDue, type StopMoney, stopLines } from '#lambdas/payment/rules/stopPostings.ts';
import { type Product, Products } from '#lambdas/product/models/Product.ts';
import { absent, any, is } from '#shared/data/condition.ts';
import { settingsOf } from '#shared/data/settings.ts';
import type { Table } from '#shared/data/table.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { World } from '#shared/world.ts';

/** What the courier, or the desk for them, says of the money and bottles of a stop. Minor units. */
export interface Counted {
  /** Undefined where nothing was said: that is a refusal where cash is due. */
  collectedMinor: Minor | undefined;
  paidBy: 'CASH' | 'QR';
  empties: readonly CountedBottles[];
}

/** The rows that a stop's money follows from. */
export interface StopRows {
  payment: OrderPayment;
  balance: Balance | undefined;
  bottles: Bottles | undefined;
  promo: Promo | undefined;
  today: Day;
  /** The order's products as they are today, for their deposits. */
  products: ReadonlyMap<string, Product>;
}

export async function readStop(world: World, order: Order): Promise<StopRows | Problem> {
  const asks: { table: Table; key: Record<string, string> }[] = [
    { table: Payments, key: { paymentId: order.payment?.paymentId ?? 'none' } },
    { table: Balances, key: balanceKey(order.userId) },
    { table: BottlesTable, key: { userId: order.userId } },
    { table: Promos, key: promoKey(order.userId) },
    ...order.items.map(({ productId }) => ({ table: Products, key: { productId } })),
  ];
  const [paid, balance, bottles, promo, ...products] = await world.store.getMany(asks);
  const payment = paymentOf(order, paid as Payment | undefined);
  if (!payment) return refuse('EDIT_CONFLICT');
  return {
    payment: { ...payment, orderId: order.orderId } as OrderPayment,
    balance: balance as Balance | undefined,
    bottles: bottles as Bottles | undefined,
    promo: promo as Promo | undefined,
    today: dayOf(world.clock.now(), (await settingsOf(world)).timeZone),
    products: new Map(products.filter(Boolean).map((row) => [String(row?.productId), row as Product])),
  };
}

/**
 * What of its promo credit an order uses. Corrected to more than before it takes no more than the household still has:
 * what came back may be spent, and then it is money that is due.
 */
function promoOfStop(order: Order, priceMinor: Minor, row: Promo | undefined, today: Day): Minor {
  const share = promoUsed(promoOf(order), priceMinor, order.amount);
  if (order.promoUsed === undefined) return share;
  return Math.min(share, order.promoUsed + totalOf(usable(row?.grants ?? [], today)));
}

/** When an order's goods are paid: before the stop, with cash at the door, or afterwards on account. */
export const paidWhens = ['BEFORE', 'AT_DOOR', 'AFTERWARDS'] as const;
export type PaidWhen = (typeof paidWhens)[number];

export function paidWhen({ paymentMethod }: Pick<OrderPayment, 'paymentMethod'>): PaidWhen {
  if (paymentMethod === 'COD') return 'AT_DOOR';
  return paymentMethod === 'ACCOUNT' ? 'AFTERWARDS' : 'BEFORE';
}

/** Whether money can go back the way it came. */
export function hasSource({ paymentMethod }: Pick<OrderPayment, 'paymentMethod'>): boolean {
  return paymentMethod === 'CARD' || paymentMethod === 'UPI';
}

/** What a stop comes to. Minor units. */
export interface Reckoned {
  money: StopMoney;
  /** What is charged for what was delivered: its price less the promo credit used. */
  chargedMinor: Minor;
  promoUsedMinor: Minor;
  /** What of a prepaid order's money was for what did not come. */
  restMinor: Minor;
  /** What the household paid for the goods at the door; of another order all of the charge. */
  paidMinor: Minor;
  held: Bottles['products'];
  moves: BottleMove[];
}

/** Adds a stop up: `order` has its result in its items.  */
export function reckonStop(
  order: Order,
  courierId: string,
  { payment, balance, bottles, products, promo, today }: StopRows,
  counted: Counted,
  roundCashTo: Minor,
): Reckoned | Problem {
  const goods = deliveredLines(order);
  const priceMinor = goods.reduce((sum, { amount }) => sum + amount, 0);
  const promoUsedMinor = promoOfStop(order, priceMinor, promo, today);
  const lines = afterPromo(goods, promoUsedMinor);
  const chargedMinor = priceMinor - promoUsedMinor;
  const left = goods.map(({ productId, qty }) => ({
    productId,
    count: qty,
    depositMinor: depositOf(products.get(productId) ?? {}, qty),
  }));
  const moved = moveBottles(bottles?.products ?? {}, left, counted.empties);
  if (moved instanceof Problem) return moved;
  const bottlesLeftMinor = moved.moves.reduce((sum, { leftMinor }) => sum + leftMinor, 0);
  const bottlesBackMinor = moved.moves.reduce((sum, { backMinor }) => sum + backMinor, 0);
  const when = paidWhen(payment);
  const due = when === 'BEFORE' ? 0 : chargedMinor + bottlesLeftMinor - bottlesBackMinor;
  const collected = collectedOf(when, due, counted, roundCashTo);
  if (collected instanceof Problem) return collected;
  const restMinor = when === 'BEFORE' ? Math.max(0, dueOf(order) - chargedMinor) : 0;
  const money: StopMoney = {
    userId: order.userId,
    courierId,
    lines,
    heldMinor: when === 'BEFORE' ? dueOf(order) : 0,
    toSourceMinor: hasSource(payment) ? restMinor : 0,
    cashMinor: counted.paidBy === 'CASH' ? collected.minor : 0,
    qrMinor: counted.paidBy === 'QR' ? collected.minor : 0,
    roundingMinor: collected.roundingMinor,
    bottlesLeftMinor,
    bottlesBackMinor,
    availableMinor: availableOf(balance),
    owedMinor: owedOf(balance),
    isPaidLater: when !== 'BEFORE',
  };
  const forGoods = collected.minor - collected.roundingMinor - bottlesLeftMinor + bottlesBackMinor;
  const paidMinor = when === 'AT_DOOR' ? Math.max(0, Math.min(chargedMinor, forGoods)) : chargedMinor;
  return { money, chargedMinor, promoUsedMinor, restMinor, paidMinor, held: moved.held, moves: moved.moves };
}

/**
 * What was collected, and what of it is rounding: the cash due is rounded, and who counts exactly that much has paid.
 * Any other sum counts as it is.
 */
function collectedOf(when: PaidWhen, due: Minor, { collectedMinor, paidBy }: Counted, roundCashTo: Minor) {
  if (when === 'BEFORE' && (collectedMinor ?? 0) > 0) return cashRefusal('the order is paid already');
  const cash = paidBy === 'CASH';
  const asked = Math.max(0, cash ? roundedDue(due, roundCashTo) : due);
  if (when === 'AT_DOOR' && asked > 0 && collectedMinor === undefined)
    return cashRefusal(`is needed: ${toMajor(asked)} is due at the door`);
  const minor = collectedMinor ?? 0;
  const isRounded = when === 'AT_DOOR' && cash && due > 0 && minor === asked;
  return { minor, roundingMinor: isRounded ? asked - due : 0 };
}

export function cashRefusal(detail: string): Problem {
  return refuse('INVALID_INPUT', `cashCollected ${detail}.`, {
    errors: [{ pointer: '/cashCollected', detail }],
  });
}

/** The lines of a stop's movement, and on what its household's balances must stand with it. */
export function postingsOf({ money }: Reckoned, freed: AlsoOf | undefined) {
  const { lines, wholeWallet } = stopLines(money);
  return { lines, also: wholeWallet ? { ...balanceAsRead(money), add: freed?.add } : freed };
}

/** What the balance lacks is owed: it must be as small as it was read. */
export function balanceAsRead({ userId, availableMinor }: StopMoney): AlsoOf {
  const condition =
    availableMinor === 0 ? any(absent('wallet'), is('wallet', 0)) : is('wallet', -availableMinor);
  return { party: userId, condition };
}
