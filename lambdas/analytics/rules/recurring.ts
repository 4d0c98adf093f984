import { z } from '@hono/zod-openapi';
import type { Day } from '#shared/domain/day.ts';
import { AmountShown, type Minor, toMajor } from '#shared/domain/money.ts';
import { catalogue } from '#shared/events/catalogue.ts';
import { byColumns, onlyOnce, type Report } from './report.ts';

/** What standing orders promised as a day began: a forecast of its next 30 days. */
export const RecurringRow = z
  .object({
    day: z.string(),
    households: z.number().int(),
    active: z.number().int(),
    next30Days: AmountShown,
  })
  .openapi('RecurringRow');
export type RecurringRow = z.infer<typeof RecurringRow>;

/** Monthly recurring revenue as it was recorded, day by day; a day that nobody recorded has no row. */
export function recurringReport(from: Day, to: Day): Report<RecurringRow> {
  const days = new Map<Day, { households: number; active: number; next30Minor: Minor }>();
  const isFirst = onlyOnce();
  return {
    take({ eventId, eventType, event }) {
      const told =
        eventType === 'STANDING_COUNTED' ? catalogue.STANDING_COUNTED.data.safeParse(event).data : undefined;
      if (!told || told.day < from || told.day > to || !isFirst(eventId)) return;
      const sum = days.get(told.day) ?? { households: 0, active: 0, next30Minor: 0 };
      sum.households += told.households;
      sum.active += told.active;
      sum.next30Minor += told.next30Minor;
      days.set(told.day, sum);
    },
    rows: () =>
      [...days]
        .map(([day, { households, active, next30Minor }]) => ({
          day,
          households,
          active,
          next30Days: toMajor(next30Minor),
        }))
        .sort(byColumns((row) => row.day)),
  };
}
