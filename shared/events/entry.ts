import { z } from '@hono/zod-openapi';
import { onDemand } from '#shared/onDemand.ts';

/** Lines of an order as events carry them: amounts in minor units. */
export const lines = onDemand(() =>
  z.array(z.object({ productId: z.string(), qty: z.number().int(), amountMinor: z.number().int() })),
);
export const sampleOrder = { userId: 'U101', orderId: 'O101' };

/**
 * An entry of the catalogue: whose change it tells, when it is written, its fields and a sample. Its schema is made for who
 * reads such an event; to write one takes none.
 */
export function event<S extends z.ZodRawShape>(
  entity: string,
  tells: string,
  shape: () => S,
  sample: z.infer<z.ZodObject<S>>,
) {
  const data = onDemand(() => z.object(shape()));
  return {
    entity,
    tells,
    schema: 1,
    get data() {
      return data();
    },
    sample,
  };
}
