import type { Minor } from '#shared/domain/money.ts';
import { splitTax, type TaxRates } from '#shared/domain/money.ts';
import type { LedgerLine } from '../models/Ledger.ts';

export const debit = (account: LedgerLine['account'], amount: Minor, party?: string): LedgerLine => ({
  account,
  party,
  amount,
});
export const credit = (account: LedgerLine['account'], amount: Minor, party?: string): LedgerLine => ({
  account,
  party,
  amount: -amount,
});

/** A household, and what it owes at this moment. */
export interface Debtor {
  userId: string;
  owedMinor: Minor;
}

/** Money for a household's wallet: it first clears what the household owes. */
export function intoWallet(amountMinor: Minor, { userId, owedMinor }: Debtor): LedgerLine[] {
  const clears = Math.min(amountMinor, Math.max(0, owedMinor));
  return [
    ...(clears > 0 ? [credit('owed', clears, userId)] : []),
    ...(amountMinor > clears ? [credit('wallet', amountMinor - clears, userId)] : []),
  ];
}

/** Card or UPI money for an order came in: it is held until the stop. */
export function heldByProvider(amountMinor: Minor, userId: string): LedgerLine[] {
  return [debit('provider', amountMinor), credit('held', amountMinor, userId)];
}

/** A household's prepaid balance pays an order, held until the stop; what it lacks (grace) the household owes. */
export function heldByWallet(amountMinor: Minor, userId: string, owedMinor: Minor = 0): LedgerLine[] {
  return [
    debit('wallet', amountMinor - owedMinor, userId),
    ...(owedMinor > 0 ? [debit('owed', owedMinor, userId)] : []),
    credit('held', amountMinor, userId),
  ];
}

/** Where money that a household pays in arrives. */
export type PaidInto = 'provider' | 'bank' | 'deskCash';

/** A household paid into its prepaid balance. */
export function toppedUp(amountMinor: Minor, household: Debtor, into: PaidInto = 'provider'): LedgerLine[] {
  return [debit(into, amountMinor), ...intoWallet(amountMinor, household)];
}

/** A household takes unused money back: it is on its way to where it came from. */
export function walletToTransit(amountMinor: Minor, userId: string): LedgerLine[] {
  return [debit('wallet', amountMinor, userId), credit('transit', amountMinor)];
}

/** What was on its way could not be paid out: it is the household's again. */
export function transitToWallet(amountMinor: Minor, household: Debtor): LedgerLine[] {
  return [debit('transit', amountMinor), ...intoWallet(amountMinor, household)];
}

/** What was on its way arrived: at the card it came from, or at the household's bank. */
export function transitPaid(amountMinor: Minor, from: 'provider' | 'bank' = 'provider'): LedgerLine[] {
  return [debit('transit', amountMinor), credit(from, amountMinor)];
}

/** Money that pays nothing (late, double, wrong amount) came in and goes back at once. */
export function strayMoney(amountMinor: Minor): { received: LedgerLine[]; returned: LedgerLine[] } {
  return {
    received: [debit('provider', amountMinor), credit('suspense', amountMinor)],
    returned: [debit('suspense', amountMinor), credit('transit', amountMinor)],
  };
}

/** A prepaid order ended without a delivery: all of it is on its way back to the card. */
export function heldToTransit(amountMinor: Minor, userId: string): LedgerLine[] {
  return [debit('held', amountMinor, userId), credit('transit', amountMinor)];
}

/** A prepaid order ended without a delivery: all of it is in the household's wallet again. */
export function heldToWallet(amountMinor: Minor, household: Debtor): LedgerLine[] {
  return [debit('held', amountMinor, household.userId), ...intoWallet(amountMinor, household)];
}

/** A credit for a problem goes back to the card: the revenue and its tax are undone. */
export function revenueToTransit(amountMinor: Minor, lines: readonly TaxedLine[]): LedgerLine[] {
  return [...unearnedLines(amountMinor, lines), credit('transit', amountMinor)];
}

/** A credit for a problem goes into the household's wallet: the revenue and its tax are undone. */
export function revenueToWallet(
  amountMinor: Minor,
  lines: readonly TaxedLine[],
  household: Debtor,
): LedgerLine[] {
  return [...unearnedLines(amountMinor, lines), ...intoWallet(amountMinor, household)];
}

/** An order line as the ledger sees it. */
export interface TaxedLine {
  amount: Minor;
  taxes?: TaxRates;
}

/** What was earned of an order's lines, undone for a part of their amount. */
function unearnedLines(amountMinor: Minor, lines: readonly TaxedLine[]): LedgerLine[] {
  const free = lines.every(({ amount }) => amount === 0);
  const parts = free ? [{ amount: amountMinor }] : scaleTo(lines, amountMinor);
  return earnedLines(parts).map((line) => ({ ...line, amount: -line.amount }));
}

/** Credits of revenue and each tax component for delivered lines; they sum to the lines' amounts. */
export function earnedLines(lines: readonly TaxedLine[]): LedgerLine[] {
  let revenue = 0;
  const taxes = new Map<string, Minor>();
  for (const line of lines) {
    const split = splitTax(line.amount, line.taxes ?? {});
    revenue += split.netMinor;
    for (const [component, part] of Object.entries(split.taxes)) {
      // The rate is part of the account: reports need the tax of each rate.
      const name = `${component} ${(line.taxes?.[component] ?? 0) / 100}%`;
      taxes.set(name, (taxes.get(name) ?? 0) + part);
    }
  }
  return [credit('revenue', revenue), ...[...taxes].map(([name, part]) => credit('tax', part, name))];
}

/** Lines cut down in proportion so that they sum to an amount; the largest remainders get the odd units. */
export function scaleTo<L extends TaxedLine>(lines: readonly L[], amountMinor: Minor): L[] {
  const whole = lines.reduce((sum, line) => sum + line.amount, 0);
  const parts = lines.map((line) => {
    const exact = (line.amount * amountMinor) / whole;
    return { line, part: Math.floor(exact), rest: exact - Math.floor(exact) };
  });
  let left = amountMinor - parts.reduce((sum, { part }) => sum + part, 0);
  for (const entry of [...parts].sort((a, b) => b.rest - a.rest)) {
    if (left <= 0) break;
    entry.part++;
    left--;
  }
  return parts.map(({ line, part }) => ({ ...line, amount: part }));
}
