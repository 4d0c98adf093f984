import { z } from '@hono/zod-openapi';
import { defineTable } from '#shared/data/table.ts';
import type { Day } from '#shared/domain/day.ts';
import { shardKeys, shardOf } from '#shared/domain/shard.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

export const billings = ['WEEKLY', 'MONTHLY'] as const;
export type Billing = (typeof billings)[number];

/** A post-paid account that staff granted: how it is billed. Its limit is also on the row of its balances. */
export const Account = onDemand(() =>
  z.object({
    userId: z.string(),
    /** Minor units; absent once the account was taken back. */
    creditLimit: z.number().int().optional(),
    billing: z.enum(billings),
    /** A bill is due so many days after the end of its period. */
    dueDays: z.number().int(),
    /** The first day that no bill has told of. */
    billFrom: z.string(),
    version: z.number().int(),
    /** `BILL#<shard>`, and when the period ends. */
    todo: z.string().optional(),
    todoAt: z.string().optional(),
  }),
);
export type Account = TypeOf<typeof Account>;
export const Accounts = defineTable('Accounts', Account, {
  hash: 'userId',
  indexes: { byTodo: { hash: 'todo', range: 'todoAt' } },
});

export const billKeys = shardKeys('BILL');
export const billKeyOf = (userId: string) => `BILL#${shardOf(userId)}`;

export const billStatuses = ['OPEN', 'OVERDUE', 'PAID'] as const;
export type BillStatus = (typeof billStatuses)[number];

/** What a post-paid account owed at the end of a period, older debts included. Minor units. */
export const Bill = onDemand(() =>
  z.object({
    /** Follows from account and period. */
    billId: z.string(),
    userId: z.string(),
    from: z.string(),
    to: z.string(),
    amount: z.number().int(),
    /** The last day to pay it in time. */
    dueDay: z.string(),
    status: z.enum(billStatuses),
    /** Paid when so much of the household's debts was ever paid: the oldest debt is paid first. */
    paidWith: z.number().int(),
    issuedAt: z.string(),
    version: z.number().int(),
    /** `DUE#<shard>` until it is paid, and when it is looked at next. */
    todo: z.string().optional(),
    todoAt: z.string().optional(),
  }),
);
export type Bill = TypeOf<typeof Bill>;
export const Bills = defineTable('Bills', Bill, {
  hash: 'billId',
  indexes: { byUser: { hash: 'userId', range: 'to' }, byTodo: { hash: 'todo', range: 'todoAt' } },
});

export const billIdOf = (userId: string, to: Day) => `B${userId}-${to}`;
export const dueKeys = shardKeys('DUE');
export const dueKeyOf = (billId: string) => `DUE#${shardOf(billId)}`;
