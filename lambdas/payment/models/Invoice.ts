import { z } from '@hono/zod-openapi';
import { defineTable } from '#shared/data/table.ts';

/** The number an order's invoice got when it was delivered. Numbers are consecutive, without a gap. */
export const Invoice = z.object({
  orderId: z.string(),
  number: z.number().int(),
  issuedAt: z.string(),
});
export type Invoice = z.infer<typeof Invoice>;
export const Invoices = defineTable('Invoices', Invoice, { hash: 'orderId' });
