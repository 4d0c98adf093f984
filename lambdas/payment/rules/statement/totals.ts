import type { Minor } from '#shared/domain/money.ts';
import type { LedgerLine, Movement } from '../../models/Ledger.ts';
import { changeOf, pockets } from './accounts.ts';

/**
 * What a month came to. Opening plus these (delivered, refunds, withdrawals and fees taken off) is closing, over all of
 * a household's accounts together.
 */
export interface Totals {
  /** Goods, tax included, at the stop. */
  delivered: Minor;
  topUps: Minor;
  /** Card and UPI for single orders. */
  paidForOrders: Minor;
  paidAtDoor: Minor;
  /** For problems with what was delivered. */
  credits: Minor;
  /** On its way to where it came from. */
  refunds: Minor;
  withdrawals: Minor;
  fees: Minor;
  /** Promo credit granted less what was used, written off, bottles and all that has no line of its own. */
  other: Minor;
}

export interface TaxTotal {
  /** Component and rate, such as `CGST 2.5%`. */
  name: string;
  amount: Minor;
}

const none = (): Totals => ({
  delivered: 0,
  topUps: 0,
  paidForOrders: 0,
  paidAtDoor: 0,
  credits: 0,
  refunds: 0,
  withdrawals: 0,
  fees: 0,
  other: 0,
});

/** Whether a movement is about what the household has, owes, or was charged; passing money is not. */
export function concerns(movement: Movement, userId: string): boolean {
  const change = changeOf(movement, userId);
  return (
    pockets.some((pocket) => change[pocket] !== 0) ||
    movement.lines.some(({ account }) => account === 'revenue' || account === 'tax')
  );
}

/** The totals of movements that concern a household, each line that is not the household's own counted once. */
export function totalsOf(movements: readonly Movement[], userId: string): Totals {
  const totals = none();
  for (const movement of movements) {
    for (const line of movement.lines) {
      if (isOwn(line, movement, userId)) continue;
      const total = totalFor(line, movement);
      totals[total] += takes.has(total) ? -line.amount : line.amount;
    }
  }
  for (const name of Object.keys(totals) as (keyof Totals)[]) totals[name] += 0;
  return totals;
}

/** Totals that lessen what a household has. */
const takes = new Set<keyof Totals>(['delivered', 'refunds', 'withdrawals', 'fees']);

function isOwn({ account, party }: LedgerLine, { userId: about }: Movement, userId: string): boolean {
  return (
    ['wallet', 'held', 'promo', 'promoHeld', 'deposit', 'owed'].includes(account) &&
    (party ?? about) === userId
  );
}

function totalFor({ account }: LedgerLine, { kind, orderId }: Movement): keyof Totals {
  // The tax on lost bottles goes with them.
  if (kind === 'BOTTLES_LOST') return 'other';
  switch (account) {
    case 'revenue':
    case 'tax':
      return kind === 'CREDIT' ? 'credits' : 'delivered';
    case 'courierCash':
      return 'paidAtDoor';
    case 'provider':
      // What is paid by QR at a door is with the provider too.
      if (kind === 'DELIVERED_CASH') return 'paidAtDoor';
      return orderId === undefined ? 'topUps' : 'paidForOrders';
    case 'bank':
    case 'deskCash':
      return orderId === undefined ? 'topUps' : 'paidForOrders';
    case 'transit':
      return orderId === undefined ? 'withdrawals' : 'refunds';
    case 'fees':
      return 'fees';
    default:
      return 'other';
  }
}

/** Tax that was charged, by component and rate, less what credits took back. */
export function taxesOf(movements: readonly Movement[]): TaxTotal[] {
  const sums = new Map<string, Minor>();
  for (const { lines } of movements) {
    for (const { account, party = '', amount } of lines) {
      if (account === 'tax') sums.set(party, (sums.get(party) ?? 0) - amount);
    }
  }
  return [...sums]
    .filter(([, amount]) => amount !== 0)
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([name, amount]) => ({ name, amount }));
}
