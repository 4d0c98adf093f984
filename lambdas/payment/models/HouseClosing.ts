import { z } from '@hono/zod-openapi';
import { defineTable } from '#shared/data/table.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

/**
 * What every account of the dairy came to before an instant that is long past: the sums of all lines, a debit positive.
 * It follows from the ledger, which does not change, and so is never changed either.
 */
export const HouseClosing = onDemand(() =>
  z.object({
    /** `HOUSE`: there is one row of closings. */
    closingId: z.string(),
    until: z.string(),
    sums: z.record(z.string(), z.number().int()),
  }),
);
export type HouseClosing = TypeOf<typeof HouseClosing>;

export const HouseClosings = defineTable('HouseClosings', HouseClosing, {
  hash: 'closingId',
  range: 'until',
});
