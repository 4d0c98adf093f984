import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { absent, all, is } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { put, update, type Write } from '#shared/data/write.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

export const deadLetterStatuses = ['OPEN', 'REPLAYED'] as const;
export type DeadLetterStatus = (typeof deadLetterStatuses)[number];

/** An event that a consumer could not take, however often it was tried; staff see it and send it once more. */
export const DeadLetter = onDemand(() =>
  z.object({
    deadLetterId: z.string(),
    consumer: z.string(),
    eventId: z.string(),
    eventType: z.string(),
    /** The event as it was, whole. */
    event: z.record(z.string(), z.unknown()),
    /** How often it was tried before it came here last. */
    tries: z.number().int().optional(),
    reason: z.string().optional(),
    status: z.enum(deadLetterStatuses),
    /** When it came here last. */
    createdAt: z.string(),
    replayedAt: z.string().optional(),
    version: z.number().int(),
    /** Partition of the index: the status. */
    listKey: z.enum(deadLetterStatuses),
  }),
);
export type DeadLetter = TypeOf<typeof DeadLetter>;

export const DeadLetters = defineTable('DeadLetters', DeadLetter, {
  hash: 'deadLetterId',
  indexes: { byStatus: { hash: 'listKey', range: 'createdAt' } },
});

/** One row an event and consumer: however often it fails there, it is one dead letter. */
export function deadLetterIdOf(consumer: string, eventId: string): string {
  return `DL${createHash('sha256').update(`${consumer}\n${eventId}`).digest('hex').slice(0, 32)}`;
}

/** Writes a dead letter that is new, or that came back after a replay; `before` is the row as it was read. */
export function openDeadLetter(letter: DeadLetter, before: DeadLetter | undefined): Write {
  const unchanged = before ? is('version', before.version) : absent('deadLetterId');
  return put(DeadLetters, letter, unchanged);
}

/** Marks an open dead letter as sent once more. */
export function closeDeadLetter({ deadLetterId, version }: DeadLetter, replayedAt: string): Write {
  return update(
    DeadLetters,
    { deadLetterId },
    { set: { status: 'REPLAYED', listKey: 'REPLAYED', replayedAt, version: version + 1 } },
    all(is('version', version), is('status', 'OPEN')),
  );
}
