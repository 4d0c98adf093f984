import type { Share, Terms } from './house.ts';
import type { Purse } from './purse.ts';
import type { Payment } from './sheet.ts';

/** What one standing order brings on a day, and how it is paid; in the order in which they were begun. */
export interface Bill {
  payment: Payment;
  shares: Share[];
  /** What promo credit takes off it. */
  discount?: number;
}

/** What is granted of lines, at their prices. */
export const worthOf = (shares: readonly Share[]) =>
  shares.reduce((sum, { price, granted }) => sum + price * granted, 0);

/** Whole lines that the balance pays, the oldest standing order first; each is set aside. */
export function payPrepaid(purse: Purse, { balanceShort, graceLimit }: Terms, bills: readonly Bill[]): void {
  const prepaid = bills.filter(({ payment }) => payment === 'WALLET');
  const grace = balanceShort === 'GRACE' ? Math.max(0, graceLimit - purse.owed) : 0;
  const all = prepaid.reduce((sum, { shares }) => sum + worthOf(shares), 0);
  let left =
    balanceShort === 'NONE' && all > purse.wallet + purse.promo ? -1 : purse.wallet + purse.promo + grace;
  for (const { shares } of prepaid) {
    for (const share of shares.filter(({ granted: has }) => has > 0)) {
      const costs = share.price * share.granted;
      if (costs <= left) left -= costs;
      else Object.assign(share, { granted: 0, outcome: 'BALANCE_SHORT' });
    }
  }
  for (const bill of prepaid) {
    const price = worthOf(bill.shares);
    bill.discount = purse.discount(price);
    purse.setAside(price - bill.discount);
  }
}

/** What is paid at the door gets what is left of promo credit. */
export function discountCash(purse: Purse, bills: readonly Bill[]): void {
  for (const bill of bills.filter(({ payment }) => payment === 'COD')) {
    bill.discount = purse.discount(worthOf(bill.shares));
  }
}

/** Whole orders up to the limit of what a household may owe, what is not at its door yet counted in. */
export function payOnAccount(purse: Purse, limit: number, bills: readonly Bill[]): void {
  for (const bill of bills.filter(({ payment }) => payment === 'ACCOUNT')) {
    const { shares } = bill;
    const price = worthOf(shares);
    const costs = price - Math.min(price, purse.promo);
    if (costs <= limit - purse.owed - purse.promised) {
      bill.discount = purse.discount(price);
      purse.promise(costs);
      continue;
    }
    const some = shares.filter(({ granted }) => granted > 0);
    for (const share of some) Object.assign(share, { granted: 0, outcome: 'CREDIT_LIMIT' });
  }
}

/**
 * What of a day a top-up may still bring: lines that only money kept back, as many units as are there. What stands in
 * for units of another line is not brought by both.
 */
export function stillWanted(shares: readonly Share[], left: (productId: string) => number): Share[] {
  const unpaid = shares.filter(({ granted, outcome }) => granted === 0 && outcome === 'BALANCE_SHORT');
  return unpaid.map((share) => {
    const { productId } = share.line;
    const instead = share.standsIn
      ? []
      : unpaid.filter(({ standsIn, insteadOf }) => standsIn && insteadOf === productId);
    const wants = share.line.qty - instead.reduce((sum, { line }) => sum + line.qty, 0);
    const granted = Math.max(0, Math.min(wants, left(productId)));
    const whole = granted === share.line.qty ? 'ORDERED' : granted > 0 ? 'SHORT' : 'OUT_OF_STOCK';
    return { ...share, granted, outcome: whole };
  });
}

/** What of a discount is used when only a part of the price came: in proportion, a half counts as a whole. */
export function usedOf(discount: number, came: number, price: number): number {
  return price === 0 ? 0 : Math.round((discount * came) / price);
}
