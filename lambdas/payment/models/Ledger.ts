import { z } from '@hono/zod-openapi';
import { absent, any, atLeast, atMost, present } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { create, type Refused, update, type Write } from '#shared/data/write.ts';
import { shardOf } from '#shared/domain/shard.ts';

/** The accounts of docs/ledger.md. Liabilities, assets and results alike: a debit adds, a credit takes. */
export const accounts = [
  'wallet',
  'held',
  'transit',
  'suspense',
  'owed',
  'provider',
  'courierCash',
  'revenue',
  'tax',
  'losses',
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

const guarded: readonly Account[] = ['wallet', 'owed', 'courierCash'];

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
 */
export function postMovement(movement: NewMovement, refused?: Refused): Write[] {
  const lines = movement.lines.filter((line) => line.amount !== 0);
  const sum = lines.reduce((total, line) => total + line.amount, 0);
  if (sum !== 0) throw new RangeError(`movement ${movement.movementId} sums to ${sum}`);
  if (lines.length === 0) return [];
  const dayKey = `${movement.at.slice(0, 10)}#${shardOf(movement.movementId)}`;
  const record = create(Ledger, { ...movement, lines, dayKey }, refused);
  const balances = lines.filter((line) => guarded.includes(line.account)).map(moveBalance);
  return [record, ...balances];
}

function moveBalance({ account, party = '', amount }: LedgerLine): Write {
  const key = balanceKey(account, party);
  const changes = { add: { amount }, set: { account, party } };
  // Taking from a wallet must leave none of it overdrawn: as a liability, its amount stays at or below zero.
  if (account === 'wallet' && amount > 0) {
    return update(Balances, key, changes, atMost('amount', -amount));
  }
  // A debt is cleared down to nought, not below.
  if (account === 'owed' && amount < 0) return update(Balances, key, changes, atLeast('amount', -amount));
  return update(Balances, key, changes, any(absent('balanceId'), present('balanceId')));
}
