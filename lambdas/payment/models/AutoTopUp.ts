import { z } from '@hono/zod-openapi';
import { absent, any, present } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { update, type Write } from '#shared/data/write.ts';
import type { SavedMethod } from '#shared/ports/ports.ts';

/** What a household set for its prepaid balance to be topped up by itself, and how that stands. One row a household. */
export const AutoTopUp = z.object({
  userId: z.string(),
  /** The card or UPI account that was kept at the provider; shown by its label only. */
  saved: z.object({ customerRef: z.string(), methodRef: z.string(), label: z.string() }).optional(),
  paymentMethod: z.enum(['CARD', 'UPI']).optional(),
  version: z.number().int(),
});
export type AutoTopUp = z.infer<typeof AutoTopUp>;

export const AutoTopUps = defineTable('AutoTopUps', AutoTopUp, { hash: 'userId' });

/** Keeps the method of a top-up that asked for it; the latest one counts. */
export function keepMethod(userId: string, paymentMethod: 'CARD' | 'UPI', saved: SavedMethod): Write {
  const changes = { set: { saved, paymentMethod }, add: { version: 1 } };
  return update(AutoTopUps, { userId }, changes, any(absent('userId'), present('userId')));
}
