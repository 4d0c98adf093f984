import type { Minor, TaxRates } from '#shared/domain/money.ts';
import type { LedgerLine } from '../models/Ledger.ts';
import { credit, debit, earnedLines, intoWallet, type TaxedLine } from './postings.ts';

/** What came together at a door, minor units. */
export interface StopMoney {
  userId: string;
  courierId: string;
  /** What was delivered, at its locked prices. */
  lines: readonly TaxedLine[];
  /** What was set aside for the order, all of it; nothing of one that was not prepaid. */
  heldMinor: Minor;
  /** What of it goes back to the card or UPI account it came from. */
  toSourceMinor: Minor;
  /** What the courier counted, and what the household paid to the provider at the door. */
  cashMinor: Minor;
  qrMinor: Minor;
  /** What rounding the cash due added to it; negative where it took away. */
  roundingMinor: Minor;
  /** Deposit of the bottles left, and of the empties counted. */
  bottlesLeftMinor: Minor;
  bottlesBackMinor: Minor;
  /** What the household has and owes before the stop. */
  availableMinor: Minor;
  owedMinor: Minor;
  /** What is not covered is owed, though there is prepaid balance: the household chose to pay at the door or later. */
  isPaidLater: boolean;
}

/** The lines of a stop, whoever paid how; `wholeWallet` says that they take all the prepaid balance there is. */
export function stopLines(stop: StopMoney): { lines: LedgerLine[]; wholeWallet: boolean } {
  const { userId } = stop;
  const goods = stop.lines.reduce((sum, { amount }) => sum + amount, 0);
  const gave = stop.heldMinor + stop.cashMinor + stop.qrMinor + stop.bottlesBackMinor;
  const got = goods + stop.bottlesLeftMinor + stop.toSourceMinor + stop.roundingMinor;
  const over = gave - got;
  const fromWallet = stop.isPaidLater ? 0 : Math.min(-over, Math.max(0, stop.availableMinor));
  const household =
    over >= 0
      ? intoWallet(over, { userId, owedMinor: stop.owedMinor })
      : [debit('wallet', fromWallet, userId), debit('owed', -over - fromWallet, userId)];
  const lines = [
    debit('held', stop.heldMinor, userId),
    debit('courierCash', stop.cashMinor, stop.courierId),
    debit('provider', stop.qrMinor),
    ...earnedLines(stop.lines),
    credit('deposit', stop.bottlesLeftMinor, userId),
    debit('deposit', stop.bottlesBackMinor, userId),
    credit('transit', stop.toSourceMinor),
    credit('rounding', stop.roundingMinor),
    ...household,
  ];
  return { lines, wholeWallet: over < 0 && !stop.isPaidLater && fromWallet < -over };
}

/**
 * The desk's correction of a stop: what was posted of it so far, line by line the other way, and the right lines.
 * What the household has too much is taken from its prepaid balance, and what that lacks is owed.
 */
export function correctedLines(
  posted: readonly LedgerLine[],
  stop: StopMoney,
): { lines: LedgerLine[]; wholeWallet: boolean } {
  const { userId } = stop;
  const isHousehold = ({ account, party }: LedgerLine) =>
    (account === 'wallet' || account === 'owed') && party === userId;
  const right = stopLines(stop).lines;
  const sum = (lines: readonly LedgerLine[]) => lines.reduce((total, { amount }) => total + amount, 0);
  const owes = sum(right.filter(isHousehold)) - sum(posted.filter(isHousehold));
  const fromWallet = Math.min(Math.max(0, owes), Math.max(0, stop.availableMinor));
  const household =
    owes <= 0
      ? intoWallet(-owes, { userId, owedMinor: stop.owedMinor })
      : [debit('wallet', fromWallet, userId), debit('owed', owes - fromWallet, userId)];
  const undone = posted
    .filter((line) => !isHousehold(line))
    .map((line) => ({ ...line, amount: -line.amount }));
  const lines = [...undone, ...right.filter((line) => !isHousehold(line)), ...household];
  return { lines, wholeWallet: fromWallet < owes };
}

/** Cash due, rounded half up to the smallest coin that the dairy takes; exact where it takes any. */
export function roundedDue(dueMinor: Minor, stepMinor: Minor): Minor {
  return stepMinor > 0 ? Math.floor((2 * dueMinor + stepMinor) / (2 * stepMinor)) * stepMinor : dueMinor;
}

/** Bottles that will not come back: their deposit is the dairy's income, tax included. */
export function bottlesLost(amountMinor: Minor, rates: TaxRates, userId: string): LedgerLine[] {
  const income = earnedLines([{ amount: amountMinor, taxes: rates }]).map((line) =>
    line.account === 'revenue' ? { ...line, account: 'bottleIncome' as const } : line,
  );
  return [debit('deposit', amountMinor, userId), ...income];
}
