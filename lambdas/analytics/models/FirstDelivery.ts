import { z } from '@hono/zod-openapi';
import { absent, any } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { put, type Write } from '#shared/data/write.ts';
import type { Day } from '#shared/domain/day.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

/** The day on which a household was delivered to for the first time: what cohorts are made of. */
export const FirstDelivery = onDemand(() => z.object({ userId: z.string(), day: z.string() }));
export type FirstDelivery = TypeOf<typeof FirstDelivery>;
export const FirstDeliveries = defineTable('FirstDeliveries', FirstDelivery, { hash: 'userId' });

/** Notes a day of delivery where no earlier one is known: events come in any order. */
export function noteDelivery(userId: string, day: Day): Write {
  const earlier = any(absent('userId'), { op: '>', attribute: 'day', value: day });
  return put(FirstDeliveries, { userId, day }, earlier);
}
