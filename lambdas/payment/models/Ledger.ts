import { z } from '@hono/zod-openapi';
import { absent, all, any, atLeast, atMost, type Condition, is, present } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { create, type Refused, update, type Write } from '#shared/data/write.ts';
import type { Minor } from '#shared/domain/money.ts';
import { shardOf } from '#shared/domain/shard.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

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

/** One line: debit positive, credit negative, minor units. `party` is the customer, the courier, or the tax with its rate. */
export const LedgerLine = onDemand(() =>
  z.object({
    account: z.enum(accounts),
    party: z.string().optional(),
    amount: z.number().int(),
  }),
);
export type LedgerLine = TypeOf<typeof LedgerLine>;

/** Whose movements those are that are no customer's and no courier's. No userId looks like it. */
export const HOUSE = 'HOUSE';

/** One movement of money: lines that sum to zero. It is never changed or deleted. */
export const Movement = onDemand(() =>
  z.object({
    /** Follows from its cause (order or refund, and what happened), so that a cause moves money once. */
    movementId: z.string(),
    kind: z.string(),
    at: z.string(),
    dayKey: z.string(),
    userId: z.string(),
    orderId: z.string().optional(),
    lines: z.array(LedgerLine()),
  }),
);
export type Movement = TypeOf<typeof Movement>;

export const Ledger = defineTable('Ledger', Movement, {
  hash: 'movementId',
  indexes: { byUser: { hash: 'userId', range: 'at' }, byDay: { hash: 'dayKey', range: 'at' } },
  folded: ['kind', 'orderId', 'lines'],
});

/** Accounts of customers and couriers: the sums of their lines are kept beside them, one row a party. */
export const guarded = [
  'wallet',
  'owed',
  'held',
  'deposit',
  'promo',
  'promoHeld',
  'courierCash',
] as const satisfies readonly Account[];
type Guarded = (typeof guarded)[number];

const sum = z.number().int().optional();

/** Names the one partition of all who took cash at doors. */
export const CASH_HOLDER = 'COURIER';

/**
 * What a customer or courier has and owes: for each account the sum of its lines, a debit positive. A prepaid balance
 * of 100.00 is therefore `wallet: -10000`. The house's accounts have no row; they are the sums of their lines.
 */
export const Balance = onDemand(() =>
  z.object({
    /** The customer's or courier's userId. */
    balanceId: z.string(),
    wallet: sum,
    owed: sum,
    held: sum,
    deposit: sum,
    promo: sum,
    promoHeld: sum,
    courierCash: sum,
    /** Of whoever ever took cash at a door, so that the index holds just them; whatever else they are by now. */
    cashHolder: z.literal(CASH_HOLDER).optional(),
    /** How much a post-paid account may owe, minor units; without it there is no such account. */
    creditLimit: sum,
    /** What confirmed orders that are not at the door yet will add to `owed`. */
    onAccount: sum,
    /** All that was ever paid of debts; it only grows. */
    owedPaid: sum,
    /** A bill is overdue until so much of debts was paid. */
    overdueBelow: sum,
  }),
);
export type Balance = TypeOf<typeof Balance>;
export const Balances = defineTable('Balances', Balance, {
  hash: 'balanceId',
  indexes: { byCashHolder: { hash: 'cashHolder', range: 'balanceId' } },
});

export const balanceKey = (party: string) => ({ balanceId: party });

/** What a customer may spend, minor units. */
export const availableOf = (balance: Balance | undefined): Minor => 0 - (balance?.wallet ?? 0);
/** What a customer owes, minor units. */
export const owedOf = (balance: Balance | undefined): Minor => balance?.owed ?? 0;
/** Whether a bill of a post-paid account was not paid in time, and still is not. */
export const isOverdue = (balance: Balance | undefined): boolean =>
  (balance?.overdueBelow ?? 0) > (balance?.owedPaid ?? 0);
/** For how much more a post-paid account can take deliveries, minor units; nothing without one, or while a bill is overdue. */
export function creditLeftOf(balance: Balance | undefined): Minor {
  if (balance?.creditLimit === undefined || isOverdue(balance)) return 0;
  return balance.creditLimit - owedOf(balance) - (balance.onAccount ?? 0);
}

/** What a customer has: a liability of the house, so its sum never rises above nought. */
const credits: readonly Guarded[] = ['wallet', 'held', 'deposit', 'promo', 'promoHeld'];

export interface NewMovement {
  movementId: string;
  kind: string;
  at: string;
  userId: string;
  orderId?: string;
  lines: readonly LedgerLine[];
}

/** What else must be so of a party's row of balances, or changes with it, in the one write that a transaction has of it. */
export interface AlsoOf {
  party: string;
  condition?: Condition;
  /** Of a post-paid account: what counts against its limit until its stops. */
  add?: { onAccount: Minor };
}

/**
 * The writes of a movement: its record, and the balances of the parties it touches, each on the conditions that make
 * it right. Throws RangeError when its lines do not sum to zero, or a guarded line names no party. `short` says what
 * it means when a party does not have what is taken from it; without it the use case reads and decides again.
 */
export function postMovement(movement: NewMovement, short?: Refused, also?: AlsoOf): Write[] {
  const lines = movement.lines.filter((line) => line.amount !== 0);
  const total = lines.reduce((all, line) => all + line.amount, 0);
  if (total !== 0) throw new RangeError(`movement ${movement.movementId} sums to ${total}`);
  if (lines.length === 0) return [];
  const dayKey = `${movement.at.slice(0, 10)}#${shardOf(movement.movementId)}`;
  const parties = partiesOf(movement.movementId, lines);
  // What changes beside the sums changes also where a party's own accounts stay as they are.
  if (also?.add && !parties.has(also.party)) parties.set(also.party, new Map());
  const balances = [...parties].map(([party, sums]) =>
    moveBalance(party, sums, short, also?.party === party ? also : undefined),
  );
  return [create(Ledger, { ...movement, lines, dayKey }), ...balances];
}

type AccountSums = Map<Guarded, Minor>;

/** What a movement adds to each party's accounts. */
function partiesOf(movementId: string, lines: readonly LedgerLine[]): Map<string, AccountSums> {
  const parties = new Map<string, AccountSums>();
  for (const { account, party, amount } of lines) {
    if (!isGuarded(account)) continue;
    if (!party) throw new RangeError(`movement ${movementId} has a line of ${account} without a party`);
    const sums = parties.get(party) ?? new Map<Guarded, Minor>();
    sums.set(account, (sums.get(account) ?? 0) + amount);
    parties.set(party, sums);
  }
  return parties;
}

function isGuarded(account: Account): account is Guarded {
  return (guarded as readonly Account[]).includes(account);
}

function moveBalance(party: string, sums: AccountSums, short?: Refused, also?: AlsoOf): Write {
  const conditions = [...sums].flatMap(([account, amount]) => conditionsOf(account, amount, sums));
  if (also?.condition) conditions.push(also.condition);
  const wherever = any(absent('balanceId'), present('balanceId'));
  const paid = -(sums.get('owed') ?? 0);
  const add = { ...Object.fromEntries(sums), ...also?.add, ...(paid > 0 ? { owedPaid: paid } : {}) };
  return update(
    Balances,
    balanceKey(party),
    sums.has('courierCash') ? { add, set: { cashHolder: CASH_HOLDER } } : { add },
    conditions.length > 0 ? all(...conditions) : wherever,
    short,
  );
}

/** What must be so of a party's row for an amount to be added to one of its accounts. */
function conditionsOf(account: Guarded, amount: Minor, sums: AccountSums): Condition[] {
  // Taking what a customer has must leave none of it overdrawn.
  if (credits.includes(account) && amount > 0) return [atMost(account, -amount)];
  const fillsWallet = (sums.get('wallet') ?? 0) < 0;
  // A debt is cleared down to nought, not below; and wholly before anything goes into the wallet.
  if (account === 'owed' && amount < 0) {
    return [fillsWallet ? is('owed', -amount) : atLeast('owed', -amount)];
  }
  if (account === 'wallet' && fillsWallet && (sums.get('owed') ?? 0) >= 0) {
    return [any(absent('owed'), atMost('owed', 0))];
  }
  return [];
}
