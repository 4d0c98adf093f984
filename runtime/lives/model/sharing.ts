import type { Day } from './almanac.ts';
import type { Share } from './house.ts';
import type { Prices } from './prices.ts';
import type { Standing } from './standing.ts';

/** What a household takes instead of units that it does not get. */
export function standIns(prices: Prices, standing: Standing, shares: readonly Share[], day: Day): Share[] {
  const { items, slotId } = standing.terms(day);
  return shares.flatMap(({ line, granted: has, outcome }): Share[] => {
    const instead = items.find(({ productId }) => productId === line.productId)?.substituteProductId;
    const lacks = outcome === 'SHORT' || outcome === 'OUT_OF_STOCK';
    if (!lacks || line.extra || instead === undefined) return [];
    const stand = { ...line, productId: instead, qty: line.qty - has };
    const price = prices.on(instead, slotId, day);
    return [
      { line: stand, price, granted: 0, outcome: 'ORDERED', standsIn: true, insteadOf: line.productId },
    ];
  });
}

/** How many units of a product are granted so far. */
export function granted(due: readonly [unknown, Share[]][], productId: string): number {
  const shares = due.flatMap(([, some]) => some).filter(({ line }) => line.productId === productId);
  return shares.reduce((sum, share) => sum + share.granted, 0);
}

/** Of several reasons the last that stood between a household and its delivery. */
const nearest = [
  'BALANCE_SHORT',
  'CREDIT_LIMIT',
  'OUT_OF_STOCK',
  'RUN_MISSED',
  'HOLIDAY',
  'NOT_SERVED',
  'SKIPPED',
  'PAUSED',
];

/** Why nothing comes of a day. */
export function reasonOf(shares: readonly Share[]): string {
  const outcomes = shares.map(({ outcome }) => outcome);
  return nearest.find((one) => outcomes.includes(one)) ?? '';
}
