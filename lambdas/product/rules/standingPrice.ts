import { addDays, type Day, type Instant } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';

/** A price that staff announced: when, and from which day on it reaches standing orders where it is a rise. */
export interface StandingPrice {
  /** Empty text of the first, which was the price from the beginning. */
  at: Instant;
  reaches: Day;
  price: Minor;
}

interface Priced {
  price: Minor;
  standingPrices?: readonly StandingPrice[];
}

/** Longer than any line locks ahead and any run is late: what is older has reached every day that still counts. */
const REMEMBERED_DAYS = 45;
const MOST_REMEMBERED = 100;

/**
 * What a product costs a standing order on a delivery day whose line locks at an instant, minor units. Whatever staff
 * announced from the lock on does not change it any more; a fall before it always does, a rise only from its day on.
 */
export function standingPriceOn(product: Priced, day: Day, locksAt: Instant): Minor {
  let price: Minor | undefined;
  for (const announced of product.standingPrices ?? []) {
    if (announced.at >= locksAt) break;
    if (price === undefined || announced.price < price || day >= announced.reaches) price = announced.price;
  }
  return price ?? product.price;
}

/** The prices announced so far and one more: those that have long reached every day are forgotten. */
export function standingPricesAfter(
  product: Priced,
  price: Minor,
  { at, today, reaches }: { at: Instant; today: Day; reaches: Day },
): StandingPrice[] {
  const known = product.standingPrices ?? [{ at: '', reaches: '', price: product.price }];
  const prices = [...known, { at, reaches, price }];
  const old = addDays(today, -REMEMBERED_DAYS);
  const isOld = (next: StandingPrice | undefined) =>
    next !== undefined && ((next.at < old && next.reaches < old) || prices.length > MOST_REMEMBERED);
  while (isOld(prices[1])) prices.shift();
  return prices.map((kept, i) => (i === 0 ? { ...kept, at: '', reaches: '' } : kept));
}

/** A product as it was priced before, or from, the price that staff announced at an instant. */
export function pricedAround(product: Priced, at: Instant, side: 'BEFORE' | 'AFTER'): Priced {
  const known = (product.standingPrices ?? []).filter((price) =>
    side === 'BEFORE' ? price.at < at : price.at <= at,
  );
  return { price: known.at(-1)?.price ?? product.price, standingPrices: known };
}
