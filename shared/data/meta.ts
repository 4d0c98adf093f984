import { z } from '@hono/zod-openapi';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import { defineTable } from './table.ts';

/** Small rows about the data itself: its schema number, the relay's place, counters, revoked tokens. */
export const MetaRow = onDemand(() =>
  z.object({
    metaId: z.string(),
    version: z.number().int().optional(),
    number: z.number().int().optional(),
    text: z.string().optional(),
    /** Of `revocations`: instant by user or session id; tokens issued before it are void. */
    instants: z.record(z.string(), z.string()).optional(),
  }),
);
export type MetaRow = TypeOf<typeof MetaRow>;

export const Meta = defineTable('Meta', MetaRow, { hash: 'metaId' });

/** The number of the data's form. A change that needs rows rewritten adds one, and a step to `runtime/schema.ts`. */
export const SCHEMA = 4;
export const schemaKey = { metaId: 'schema' };
