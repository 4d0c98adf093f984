import { z } from '@hono/zod-openapi';
import { is } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { create, update, type Write } from '#shared/data/write.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

export const disputeStatuses = ['OPENED', 'WON', 'LOST'] as const;
export type DisputeStatus = (typeof disputeStatuses)[number];
export const disputeMoves: Readonly<Record<DisputeStatus, readonly DisputeStatus[]>> = {
  OPENED: ['WON', 'LOST'],
  WON: [],
  LOST: [],
};

/** A charge that the household's bank took back, or took back once. Amounts are minor units. */
export const Dispute = onDemand(() =>
  z.object({
    /** `<provider>-<its id of the dispute>` */
    disputeId: z.string(),
    paymentId: z.string(),
    /** Absent where a top-up is disputed. */
    orderId: z.string().optional(),
    userId: z.string(),
    status: z.enum(disputeStatuses),
    amount: z.number().int(),
    /** What the provider took for it so far. */
    fee: z.number().int(),
    openedAt: z.string(),
    closedAt: z.string().optional(),
    version: z.number().int(),
  }),
);
export type Dispute = TypeOf<typeof Dispute>;

export const Disputes = defineTable('Disputes', Dispute, {
  hash: 'disputeId',
  indexes: { byStatus: { hash: 'status', range: 'openedAt' } },
});

/** The write that makes a dispute as it is now; `before` is what was read of it. */
export function keepDispute(before: Dispute | undefined, after: Dispute): Write {
  if (!before) return create(Disputes, after);
  const { status, fee, closedAt, version } = after;
  return update(
    Disputes,
    { disputeId: after.disputeId },
    { set: { status, fee, closedAt, version } },
    is('version', before.version),
  );
}
