import { z } from '@hono/zod-openapi';
import type { Store } from '#shared/data/store.ts';
import { defineTable } from '#shared/data/table.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import { shardKeys, shardOf } from '#shared/domain/shard.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

/** One event of the dairy, kept once and for good: what reports are made from. */
export const AnalyticsEvent = onDemand(() =>
  z.object({
    /** `<the dairy's local day of the timestamp>#<shard of the eventId>`. */
    dayKey: z.string(),
    eventId: z.string(),
    eventType: z.string(),
    entityId: z.string(),
    entityVersion: z.number().int(),
    userId: z.string().optional(),
    orderId: z.string().optional(),
    timestamp: z.string(),
    /** The event as it came, whole. */
    event: z.record(z.string(), z.unknown()),
  }),
);
export type AnalyticsEvent = TypeOf<typeof AnalyticsEvent>;

export const AnalyticsEvents = defineTable('AnalyticsEvents', AnalyticsEvent, {
  hash: 'dayKey',
  range: 'eventId',
});

/** The row that keeps an event. Throws RangeError when its timestamp is no instant. */
export function analyticsRowOf(event: DairyEvent, timeZone: string): AnalyticsEvent {
  return {
    dayKey: `${dayOf(event.timestamp, timeZone)}#${shardOf(event.eventId)}`,
    eventId: event.eventId,
    eventType: event.eventType,
    entityId: event.entityId,
    entityVersion: event.entityVersion,
    userId: event.userId,
    orderId: event.orderId,
    timestamp: new Date(event.timestamp).toISOString(),
    event,
  };
}

/** How many partitions are read at the same time, and how many rows one page of them holds. */
const READERS = 8;
const PAGE = 1_000;

/** Hands every event kept under the days to `take`, in no promised order, holding a few pages at a time. */
export async function eachEventOf(
  store: Store,
  days: readonly Day[],
  take: (row: AnalyticsEvent) => void,
): Promise<void> {
  const dayKeys = days.flatMap(shardKeys);
  const readers = Array.from({ length: READERS }, async () => {
    for (let dayKey = dayKeys.pop(); dayKey !== undefined; dayKey = dayKeys.pop()) {
      let cursor: string | undefined;
      do {
        const page = await store.query(AnalyticsEvents, { hash: dayKey, limit: PAGE, cursor });
        for (const row of page.rows) take(row);
        cursor = page.cursor;
      } while (cursor !== undefined);
    }
  });
  await Promise.all(readers);
}
