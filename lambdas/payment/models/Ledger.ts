import { z } from '@hono/zod-openapi';
import { absent, any, atLeast, atMost, is, present } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { check, create, type Refused, update, type Write } from '#shared/data/write.ts';
import { shardOf } from '#shared/domain/shard.ts';

/** The accounts of docs/ledger.md. Liabilities, assets, results and memos alike: a debit adds, a credit takes. */
export const accounts = [
  'wallet',
  'deposit',
  'held',
  'transit',
  'suspense',
  'owed',
  'provider',
  'courierCash',
  'deskCash',
  'bank',
  'dispute',
  'revenue',
  'tax',
  'fees',
  'cashDiff',
  'rounding',
  'losses',
  'bottleIncome',
  'promo',
  'promoHeld',
  'promoIssued',
] as const;
export type Account = (typeof accounts)[number];

/** One line: debit positive, credit negative, minor units. `party` is the customer, courier or tax component. */
export const LedgerLine = z.object({
  account: z.enum(accounts),
  party: z.string().optional(),
  amount: z.number().int(),
});
export type LedgerLine = z.infer<typeof LedgerLine>;

/** One movement of money: lines that sum to zero. It is never changed or deleted. */
export const Movement = z.object({
  /** Follows from its cause (order or refund, and what happened), so that a cause moves money once. */
  movementId: z.string(),
  kind: z.string(),
  at: z.string(),
  dayKey: z.string(),
  userId: z.string(),
  orderId: z.string().optional(),
  lines: z.array(LedgerLine),
});
export type Movement = z.infer<typeof Movement>;

export const Ledger = defineTable('Ledger', Movement, {
  hash: 'movementId',
  indexes: { byUser: { hash: 'userId', range: 'at' }, byDay: { hash: 'dayKey', range: 'at' } },
});

/** A guarded balance of a customer's or courier's account; the house's accounts are sums of their lines. */
export const Balance = z.object({
  balanceId: z.string(),
  account: z.string(),
  party: z.string(),
  amount: z.number().int(),
});
export const Balances = defineTable('Balances', Balance, { hash: 'balanceId' });

/** The key of a customer's or courier's balance. */
export const balanceKey = (account: Account, party: string) => ({ balanceId: `${account}#${party}` });

/** Accounts of customers and couriers, whose balances are kept beside their lines. */
export const guarded: readonly Account[] = ['wallet', 'deposit', 'owed', 'promo', 'courierCash'];
/** What a customer has: as liabilities these are negative or zero here. */
const credits: readonly Account[] = ['wallet', 'deposit', 'promo'];

export interface NewMovement {
  movementId: string;
  kind: string;
  at: string;
  userId: string;
  orderId?: string;
  lines: readonly LedgerLine[];
}

/**
 * The writes of a movement: its record, and the guarded balances it changes. Throws RangeError when its lines do
 * not sum to zero. A wallet is a liability: its balance is negative or zero here, money owed to the customer.
 * `short` says what it means when a balance does not hold what is taken from it.
 */
export function postMovement(movement: NewMovement, short?: Refused): Write[] {
  const lines = movement.lines.filter((line) => line.amount !== 0);
  const sum = lines.reduce((total, line) => total + line.amount, 0);
  if (sum !== 0) throw new RangeError(`movement ${movement.movementId} sums to ${sum}`);
  if (lines.length === 0) return [];
  const dayKey = `${movement.at.slice(0, 10)}#${shardOf(movement.movementId)}`;
  const record = create(Ledger, { ...movement, lines, dayKey });
  const balances = lines
    .filter((line) => guarded.includes(line.account))
    .map((line) => moveBalance(line, fillsWallet(lines, line.party), short));
  return [record, ...balances, ...debtChecks(lines)];
}

function moveBalance(line: LedgerLine, fills: boolean, short?: Refused): Write {
  const { account, party = '', amount } = line;
  const key = balanceKey(account, party);
  const changes = { add: { amount }, set: { account, party } };
  // Taking what a customer has must leave none of it overdrawn: as a liability, its amount stays at or below zero.
  if (credits.includes(account) && amount > 0) {
    return update(Balances, key, changes, atMost('amount', -amount), short);
  }
  // A debt is cleared down to nought, not below; and wholly before anything goes into the wallet.
  if (account === 'owed' && amount < 0) {
    return update(Balances, key, changes, fills ? is('amount', -amount) : atLeast('amount', -amount));
  }
  return update(Balances, key, changes, any(absent('balanceId'), present('balanceId')));
}

/** Whether a movement puts money into a customer's wallet. */
function fillsWallet(lines: readonly LedgerLine[], party: string | undefined): boolean {
  return lines.some((line) => line.account === 'wallet' && line.party === party && line.amount < 0);
}

/** Money goes into a wallet only where nothing is owed: checked of customers whose debt the movement does not clear. */
function debtChecks(lines: readonly LedgerLine[]): Write[] {
  return lines
    .filter(({ account, amount }) => account === 'wallet' && amount < 0)
    .filter(({ party }) => !lines.some((line) => line.account === 'owed' && line.party === party))
    .map(({ party = '' }) =>
      check(Balances, balanceKey('owed', party), any(absent('balanceId'), atMost('amount', 0))),
    );
}
