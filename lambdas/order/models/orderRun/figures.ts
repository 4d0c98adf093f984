import { createHash } from 'node:crypto';
import { amountOf, type RunUnit } from '../../rules/units.ts';
import type { Tally } from '../OrderRun.ts';

/** What was made, in sums that do not depend on the order it was made in. */
export type Figures = Pick<Tally, 'due' | 'orders' | 'amount' | 'reasons' | 'digest'>;

const NOTHING = '0'.repeat(64);

export function noFigures(): Figures {
  return { due: 0, orders: 0, amount: 0, reasons: {}, digest: NOTHING };
}

/** Adds one subscription's day to figures. */
export function countUnit(figures: Figures, unit: RunUnit, day: string): void {
  figures.due++;
  figures.digest = xor(figures.digest, digestOf(unit, day));
  if (unit.outcome !== 'ORDERED') {
    figures.reasons[unit.outcome] = (figures.reasons[unit.outcome] ?? 0) + 1;
    return;
  }
  figures.orders++;
  figures.amount += amountOf(unit.lines);
}

/** Adds what a second try made of a subscription's day, which is counted already with its first outcome. */
export function countAgain(figures: Figures, unit: RunUnit, outcome: string, day: string): void {
  figures.digest = xor(figures.digest, digestOf(unit, day));
  figures.amount += amountOf(unit.lines);
  if (outcome === 'ORDERED') return;
  figures.orders++;
  const left = (figures.reasons[outcome] ?? 0) - 1;
  if (left > 0) figures.reasons[outcome] = left;
  else delete figures.reasons[outcome];
}

export function addFigures(sum: Figures, more: Figures): void {
  sum.due += more.due;
  sum.orders += more.orders;
  sum.amount += more.amount;
  sum.digest = xor(sum.digest, more.digest);
  for (const [reason, count] of Object.entries(more.reasons)) {
    sum.reasons[reason] = (sum.reasons[reason] ?? 0) + count;
  }
}

/** Fingerprint of one decision: whatever makes two of them different. */
function digestOf({ subscription, plan, slotId, outcome, lines, owedMinor }: RunUnit, day: string): string {
  const decision = [
    subscription.subscriptionId,
    day,
    slotId,
    outcome,
    plan.paymentMethod,
    owedMinor,
    lines.map((line) => [
      line.productId,
      line.insteadOf,
      line.scheduledDay,
      line.qty,
      line.granted,
      line.price,
      line.outcome,
    ]),
  ];
  return createHash('sha256').update(JSON.stringify(decision)).digest('hex');
}

function xor(one: string, other: string): string {
  let sum = '';
  for (let i = 0; i < 64; i += 8) {
    const part = Number.parseInt(one.slice(i, i + 8), 16) ^ Number.parseInt(other.slice(i, i + 8), 16);
    sum += (part >>> 0).toString(16).padStart(8, '0');
  }
  return sum;
}
