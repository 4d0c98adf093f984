import { z } from '@hono/zod-openapi';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import { defineTable } from './table.ts';

/** One action of staff: who did what to which rows, written in the transaction of the action itself. */
export const AuditRow = onDemand(() =>
  z.object({
    /** The dairy's local date, so that a day is one partition. */
    day: z.string(),
    auditId: z.string(),
    at: z.string(),
    actorId: z.string(),
    role: z.string(),
    action: z.string(),
    /** `Table/key` of every row written. */
    targets: z.array(z.string()),
    note: z.string().optional(),
    requestId: z.string(),
  }),
);
export type AuditRow = TypeOf<typeof AuditRow>;

export const Audit = defineTable('Audit', AuditRow, { hash: 'day', range: 'auditId' });
