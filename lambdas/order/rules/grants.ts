import { standingPriceOn } from '#lambdas/product/rules/standingPrice.ts';
import { lineLockOf } from './cutoff.ts';
import { grantOf, type Share } from './shares.ts';
import { type RunTerms, type RunUnit, type UnitLine, wantedIn } from './units.ts';

/** How everything that is short is shared, by `<tier> <productId>`. */
export type Shares = ReadonlyMap<string, Share>;

export const shareKeyOf = (tier: UnitLine['tier'], productId: string) => `${tier} ${productId}`;

/** Grants a unit what it gets of what it wants: its share of each product that is short, all of what is not. */
export function grantWanted(unit: RunUnit, turn: string, shares: Shares): void {
  grantTier(unit, 'STANDING', turn, shares);
  grantTier(unit, 'ONE_OFF', turn, shares);
}

/** Grants a unit what it wants, and substitutes for what lacks, which are lines of their own. */
export function grantUnit(unit: RunUnit, turn: string, shares: Shares, terms: RunTerms): void {
  grantWanted(unit, turn, shares);
  const substitutes = substitutesOf(unit, terms);
  if (substitutes.length === 0) return;
  unit.lines.push(...substitutes);
  grantTier(unit, 'SUBSTITUTE', turn, shares);
  // A substitute that is not to be had either is no line: the line it stood in for says what happened.
  unit.lines = unit.lines.filter((line) => line.tier !== 'SUBSTITUTE' || line.granted > 0);
}

function grantTier(unit: RunUnit, tier: UnitLine['tier'], turn: string, shares: Shares): void {
  for (const [productId, qty] of wantedIn(unit, tier)) {
    let left = grantOf(shares.get(shareKeyOf(tier, productId)), qty, turn);
    for (const line of unit.lines) {
      if (line.productId !== productId || line.tier !== tier || line.outcome !== 'ORDERED') continue;
      line.granted = Math.min(line.qty, left);
      left -= line.granted;
      if (line.granted < line.qty) line.outcome = line.granted > 0 ? 'SHORT' : 'OUT_OF_STOCK';
    }
  }
}

/** The lines that stand in for what a unit lacks, before they are granted. */
export function substitutesOf(unit: RunUnit, { day, settings, productOf }: RunTerms): UnitLine[] {
  return unit.lines.flatMap((line): UnitLine[] => {
    const lacks = line.outcome === 'SHORT' || line.outcome === 'OUT_OF_STOCK' ? line.qty - line.granted : 0;
    const product = line.substituteId === undefined ? undefined : productOf(line.substituteId);
    if (lacks === 0 || !product || line.substituteId === undefined) return [];
    const locksAt = lineLockOf(settings, unit.slotId, day, line.substituteId) ?? '';
    return [
      {
        productId: line.substituteId,
        insteadOf: line.productId,
        scheduledDay: line.scheduledDay,
        qty: lacks,
        granted: 0,
        price: standingPriceOn(product, day, locksAt),
        outcome: 'ORDERED',
        tier: 'SUBSTITUTE',
      },
    ];
  });
}
