import type { RunLine, SubscriptionDay } from '../models/Subscription.ts';
import { amountOf, type RunUnit, type UnitLine } from './units.ts';

type Standing = Pick<RunUnit, 'subscription' | 'plan'>;

/** Whether a top-up may still bring a line: only the balance stood between it and the household. */
export const isUnpaid = ({ granted, outcome }: RunLine) => granted === 0 && outcome === 'BALANCE_SHORT';

/**
 * What a day's record left out for want of money, to be decided again (S10). Nothing else of the day is asked again:
 * what was short of stock stays short, and what a substitute was to bring is not brought by both.
 */
export function unpaidUnit({ slotId, lines }: SubscriptionDay, standing: Standing): RunUnit {
  const unpaid = lines.filter(isUnpaid);
  return {
    ...standing,
    slotId,
    outcome: '',
    lines: unpaid.map((line): UnitLine => {
      const substituted = unpaid
        .filter(({ insteadOf }) => insteadOf === line.productId && line.insteadOf === undefined)
        .reduce((sum, { qty }) => sum + qty, 0);
      const granted = Math.max(0, line.qty - substituted);
      const outcome = granted === line.qty ? 'ORDERED' : granted > 0 ? 'SHORT' : 'OUT_OF_STOCK';
      return { ...line, granted, outcome, tier: 'STANDING' };
    }),
    owedMinor: 0,
    promoMinor: 0,
  };
}

/** Whether something comes after all. */
export const isGained = ({ lines }: RunUnit) => lines.some(({ granted }) => granted > 0);

/** All lines of the day, with what was decided again in its place. */
export function withGained(record: SubscriptionDay, unit: RunUnit): RunUnit {
  const again = [...unit.lines];
  const lines = record.lines.map((line): UnitLine => {
    const next = isUnpaid(line) ? again.shift() : undefined;
    return next && next.granted > 0 ? next : { ...line, tier: 'STANDING' };
  });
  return { ...unit, outcome: 'ORDERED', lines };
}

/** What the lines that come after all cost, minor units. */
export const gainedMinor = ({ lines }: RunUnit) => amountOf(lines);
