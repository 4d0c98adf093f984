import { type Order, type OrderLine, promoOf } from '#lambdas/order/models/Order.ts';
import { deliveredLines } from '#lambdas/order/rules/delivered.ts';
import type { Day } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import type { LedgerLine } from '../models/Ledger.ts';
import { scaleTo, type TaxedLine } from './postings.ts';

/** A part of a grant of promo credit: what is left of it, or what an order took of it. */
export interface PromoPart {
  promoId: string;
  amount: Minor;
  /** The last day it can be used; without one it does not expire. */
  expiresOn?: Day;
}

export const totalOf = (parts: readonly PromoPart[] = []): Minor =>
  parts.reduce((sum, { amount }) => sum + amount, 0);

/** What can be used on a day, in the order it is used: what expires first, then what was granted first. */
export function usable(grants: readonly PromoPart[], today: Day): PromoPart[] {
  const key = ({ promoId, expiresOn = '9999' }: PromoPart) => `${expiresOn} ${promoId}`;
  return grants
    .filter(({ expiresOn }) => expiresOn === undefined || expiresOn >= today)
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Takes as much of an amount as there is: the parts that are used, and the grants without them. */
export function spend(grants: readonly PromoPart[], amountMinor: Minor, today: Day) {
  const used: PromoPart[] = [];
  let wanted = amountMinor;
  for (const grant of usable(grants, today)) {
    const amount = Math.min(wanted, grant.amount);
    if (amount <= 0) continue;
    used.push({ ...grant, amount });
    wanted -= amount;
  }
  const taken = new Map(used.map(({ promoId, amount }) => [promoId, amount]));
  const left = grants
    .map((grant) => ({ ...grant, amount: grant.amount - (taken.get(grant.promoId) ?? 0) }))
    .filter(({ amount }) => amount > 0);
  return { used, left };
}

/** Grants with a part of what an order used back in them; what was used last comes back first. */
export function giveBack(
  grants: readonly PromoPart[],
  used: readonly PromoPart[],
  amountMinor: Minor,
): PromoPart[] {
  const after = new Map(grants.map((grant) => [grant.promoId, grant]));
  let back = amountMinor;
  for (const part of used.toReversed()) {
    const amount = Math.min(back, part.amount);
    if (amount <= 0) continue;
    after.set(part.promoId, { ...part, amount: amount + (after.get(part.promoId)?.amount ?? 0) });
    back -= amount;
  }
  return [...after.values()];
}

/** What of the parts that an order used is still used, after an amount of them came back. */
export function stillUsed(used: readonly PromoPart[], backMinor: Minor): PromoPart[] {
  let back = backMinor;
  const left: PromoPart[] = [];
  for (const part of used.toReversed()) {
    const amount = Math.max(0, part.amount - back);
    back -= part.amount - amount;
    if (amount > 0) left.unshift({ ...part, amount });
  }
  return left;
}

/** What of an order's promo its stop uses, when goods of a part of its price were delivered: in proportion, half up. */
export function promoUsed(promoMinor: Minor, deliveredMinor: Minor, priceMinor: Minor): Minor {
  if (priceMinor <= 0) return 0;
  return Math.min(
    deliveredMinor,
    Math.floor((2 * promoMinor * deliveredMinor + priceMinor) / (2 * priceMinor)),
  );
}

/** Lines at their price after the promo: it is a discount, shared in proportion, the largest remainders first. */
export function afterPromo<L extends TaxedLine>(lines: readonly L[], promoMinor: Minor): L[] {
  const whole = lines.reduce((sum, { amount }) => sum + amount, 0);
  return promoMinor > 0 && whole > 0 ? scaleTo(lines, whole - promoMinor) : [...lines];
}

/** An order's lines at what they cost: before the stop what was ordered, after it what was delivered, less its promo. */
export function billedLines(order: Pick<Order, 'items' | 'status' | 'promo' | 'promoUsed'>): OrderLine[] {
  if (order.status !== 'DELIVERED') return afterPromo(order.items, promoOf(order));
  return afterPromo(deliveredLines(order), order.promoUsed ?? 0);
}

const line = (account: LedgerLine['account'], amount: Minor, party?: string): LedgerLine => ({
  account,
  party,
  amount,
});

/** Staff give a household promo credit. */
export const promoGranted = (amountMinor: Minor, userId: string): LedgerLine[] => [
  line('promoIssued', amountMinor),
  line('promo', -amountMinor, userId),
];

/** What was not used in time is gone. */
export const promoExpired = (amountMinor: Minor, userId: string): LedgerLine[] => [
  line('promo', amountMinor, userId),
  line('promoIssued', -amountMinor),
];

/** An order sets promo credit aside, whatever pays the rest. */
export const promoSetAside = (amountMinor: Minor, userId: string): LedgerLine[] => [
  line('promo', amountMinor, userId),
  line('promoHeld', -amountMinor, userId),
];

/** What a corrected stop uses more (or, negative, less) of a household's promo credit. */
export const promoCorrected = (moreMinor: Minor, userId: string): LedgerLine[] => [
  line('promo', moreMinor, userId),
  line('promoIssued', -moreMinor),
];

/** What an order set aside is over: used at its stop, the rest the household's again. All of it when nothing came. */
export const promoSettled = (heldMinor: Minor, usedMinor: Minor, userId: string): LedgerLine[] => [
  line('promoHeld', heldMinor, userId),
  line('promoIssued', -usedMinor),
  line('promo', usedMinor - heldMinor, userId),
];
