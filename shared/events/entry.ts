import { z } from '@hono/zod-openapi';

/** Lines of an order as events carry them: amounts in minor units. */
export const lines = z.array(
  z.object({ productId: z.string(), qty: z.number().int(), amountMinor: z.number().int() }),
);
export const sampleOrder = { userId: 'U101', orderId: 'O101' };

/** An entry of the catalogue: whose change it tells, when it is written, its fields and a sample. */
export function event<S extends z.ZodRawShape>(
  entity: string,
  tells: string,
  shape: S,
  sample: z.infer<z.ZodObject<S>>,
) {
  return { entity, tells, schema: 1, data: z.object(shape), sample };
}
