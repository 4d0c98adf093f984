import { z } from '@hono/zod-openapi';
import { absent, any, atMost } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { update, type Write } from '#shared/data/write.ts';
import type { Minor } from '#shared/domain/money.ts';
import { shardKeys, shardOf } from '#shared/domain/shard.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

export const problemKinds = ['SPOILT', 'MISSING', 'BROKEN', 'OTHER'] as const;
export type ProblemKind = (typeof problemKinds)[number];
export const problemStatuses = ['OPEN', 'CREDITED', 'REFUSED'] as const;

/** What a household says was wrong with a delivered line. Minor units. */
export const ProblemReport = onDemand(() =>
  z.object({
    /** Follows from order, product and kind, so that each is reported once. */
    problemId: z.string(),
    userId: z.string(),
    orderId: z.string(),
    productId: z.string(),
    qty: z.number().int(),
    kind: z.enum(problemKinds),
    /** In the household's own words. */
    note: z.string().optional(),
    /** What those pieces were charged with. */
    amount: z.number().int(),
    status: z.enum(problemStatuses),
    /** What was credited. */
    credited: z.number().int(),
    /** `system` where the credit was instant. */
    decidedBy: z.string().optional(),
    decidedAt: z.string().optional(),
    createdAt: z.string(),
    version: z.number().int(),
    /** `PROBLEM#<shard>` until the desk has decided. */
    todo: z.string().optional(),
  }),
);
export type ProblemReport = TypeOf<typeof ProblemReport>;

export const ProblemReports = defineTable('ProblemReports', ProblemReport, {
  hash: 'problemId',
  indexes: { byUser: { hash: 'userId', range: 'createdAt' }, byTodo: { hash: 'todo', range: 'createdAt' } },
});

export const problemIdOf = (orderId: string, productId: string, kind: ProblemKind) =>
  `PR${orderId}-${productId}-${kind}`;
export const openProblemKeys = shardKeys('PROBLEM');
export const openProblemKeyOf = (problemId: string) => `PROBLEM#${shardOf(problemId)}`;

/** What a household was credited with at once in a month, minor units. */
export const InstantCredit = onDemand(() =>
  z.object({ userId: z.string(), month: z.string(), amount: z.number().int() }),
);
export type InstantCredit = TypeOf<typeof InstantCredit>;
export const InstantCredits = defineTable('InstantCredits', InstantCredit, {
  hash: 'userId',
  range: 'month',
});

/** Counts an instant credit, on condition that the month has room for it. */
export function countInstantCredit(
  userId: string,
  month: string,
  amountMinor: Minor,
  capMinor: Minor,
): Write {
  const room = any(absent('amount'), atMost('amount', capMinor - amountMinor));
  return update(InstantCredits, { userId, month }, { add: { amount: amountMinor } }, room);
}
