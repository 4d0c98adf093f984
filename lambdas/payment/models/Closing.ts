import { z } from '@hono/zod-openapi';
import { defineTable } from '#shared/data/table.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

const sum = z.number().int().optional();

/**
 * What a household's accounts came to at the end of a month: the sums of all lines before an instant, a debit positive.
 * A statement keeps it when that time is long past, so that the next one need not read the years before. It follows
 * from the ledger, which does not change, and so is never changed either.
 */
export const Closing = onDemand(() =>
  z.object({
    userId: z.string(),
    until: z.string(),
    wallet: sum,
    held: sum,
    deposit: sum,
    promo: sum,
    promoHeld: sum,
    owed: sum,
  }),
);
export type Closing = TypeOf<typeof Closing>;

export const Closings = defineTable('Closings', Closing, { hash: 'userId', range: 'until' });
