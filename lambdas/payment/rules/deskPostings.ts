import type { Minor } from '#shared/domain/money.ts';
import type { LedgerLine } from '../models/Ledger.ts';

/** The lines that the desk's own money makes: what the provider pays out and disputes, couriers' cash, old debts. */

/** The provider pays out what it holds, less what it keeps for its work. */
export function paidOut(amountMinor: Minor, feeMinor: Minor): LedgerLine[] {
  return [
    { account: 'bank', amount: amountMinor },
    { account: 'fees', amount: feeMinor },
    { account: 'provider', amount: -amountMinor - feeMinor },
  ];
}

/** A household's bank took a charge back: the provider holds that much less, and less its fee. */
export function disputeOpened(amountMinor: Minor, feeMinor: Minor): LedgerLine[] {
  return [
    { account: 'dispute', amount: amountMinor },
    { account: 'fees', amount: feeMinor },
    { account: 'provider', amount: -amountMinor - feeMinor },
  ];
}

/** The household's bank gives back what it took. `feeMinor` is what the fee changed by. */
export function disputeWon(amountMinor: Minor, feeMinor: Minor): LedgerLine[] {
  return [
    { account: 'provider', amount: amountMinor - feeMinor },
    { account: 'fees', amount: feeMinor },
    { account: 'dispute', amount: -amountMinor },
  ];
}

/** What was taken back of an order's payment is gone. */
export function disputeLostOrder(amountMinor: Minor, feeMinor: Minor): LedgerLine[] {
  return [{ account: 'losses', amount: amountMinor }, ...closed(amountMinor, feeMinor)];
}

/** An order ends undelivered whose money its household's bank has taken back: nothing was lost. */
export function lossUndone(amountMinor: Minor, userId: string): LedgerLine[] {
  return [
    { account: 'held', party: userId, amount: amountMinor },
    { account: 'losses', amount: -amountMinor },
  ];
}

/** What was taken back of a top-up is taken from the prepaid balance down to nought; the rest the household owes. */
export function disputeLostTopUp(
  amountMinor: Minor,
  feeMinor: Minor,
  { userId, availableMinor }: { userId: string; availableMinor: Minor },
): LedgerLine[] {
  const taken = Math.min(amountMinor, Math.max(0, availableMinor));
  return [
    { account: 'wallet', party: userId, amount: taken },
    { account: 'owed', party: userId, amount: amountMinor - taken },
    ...closed(amountMinor, feeMinor),
  ];
}

function closed(amountMinor: Minor, feeMinor: Minor): LedgerLine[] {
  return [
    { account: 'dispute', amount: -amountMinor },
    { account: 'fees', amount: feeMinor },
    { account: 'provider', amount: -feeMinor },
  ];
}

/** A courier hands over all cash; what is missing, or too much, is a difference of the dairy. */
export function handedOver(expectedMinor: Minor, countedMinor: Minor, courierId: string): LedgerLine[] {
  return [
    { account: 'deskCash', amount: countedMinor },
    { account: 'cashDiff', amount: expectedMinor - countedMinor },
    { account: 'courierCash', party: courierId, amount: -expectedMinor },
  ];
}

/** Cash from the desk was paid in at the bank. */
export function banked(amountMinor: Minor): LedgerLine[] {
  return [
    { account: 'bank', amount: amountMinor },
    { account: 'deskCash', amount: -amountMinor },
  ];
}

/** Nobody hopes for a debt any more. */
export function writtenOff(amountMinor: Minor, userId: string): LedgerLine[] {
  return [
    { account: 'losses', amount: amountMinor },
    { account: 'owed', party: userId, amount: -amountMinor },
  ];
}
