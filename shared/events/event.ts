import { z } from '@hono/zod-openapi';
import { defineTable } from '#shared/data/table.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

/**
 * A business event, as the outbox keeps it and consumers receive it: the seed's flat shape, plus what makes it
 * safe to receive twice and out of order. It carries ids and figures, never names, addresses or contacts.
 */
export const DairyEvent = z.looseObject({
  eventId: z.string(),
  eventType: z.string(),
  /** Version of this type's own shape. */
  schema: z.number().int(),
  entityId: z.string(),
  /** Version of the entity after the change; a consumer that keeps state ignores older ones. */
  entityVersion: z.number().int(),
  userId: z.string().optional(),
  orderId: z.string().optional(),
  timestamp: z.string(),
});
export type DairyEvent = z.infer<typeof DairyEvent>;

/** Outbox: a row an event, written in the transaction of the change it tells, kept 14 days. */
export const OutboxRow = onDemand(() =>
  z.object({
    eventId: z.string(),
    eventType: z.string(),
    event: z.record(z.string(), z.unknown()),
    /** Set on a replayed dead letter: the name of the only queue that shall receive it. */
    onlyFor: z.string().optional(),
    createdAt: z.string(),
    expiresAtSeconds: z.number().int(),
  }),
);
export type OutboxRow = TypeOf<typeof OutboxRow>;

export const Outbox = defineTable('Outbox', OutboxRow, {
  hash: 'eventId',
  expires: true,
  stream: true,
  folded: ['event', 'createdAt'],
});

export const OUTBOX_SECONDS = 14 * 24 * 3600;
