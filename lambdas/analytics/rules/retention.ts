import { z } from '@hono/zod-openapi';
import { addDays, type Day, type Instant } from '#shared/domain/day.ts';
import { mondayOf, type Report } from './report.ts';

/** Of the households whose first delivery was in a week, those that had one in a later week too. */
export const RetentionRow = z
  .object({
    /** The Monday of their first delivery's week. */
    cohort: z.string(),
    households: z.number().int(),
    /** Weeks after that; 0 is the week itself. */
    week: z.number().int(),
    weekOf: z.string(),
    retained: z.number().int(),
    /** Of 1. */
    share: z.number(),
  })
  .openapi('RetentionRow');
export type RetentionRow = z.infer<typeof RetentionRow>;

/** Who was delivered to when is in the events; whose first time that was is not, and is told before the rows are made. */
export interface RetentionReport extends Report<RetentionRow> {
  households(): string[];
  /** Tells the day of a household's very first delivery. */
  learn(userId: string, firstDay: Day): void;
}

/** Cohorts of the weeks from one Monday to another, both included. */
export function retentionReport(
  dayAt: (at: Instant) => Day | undefined,
  [firstWeek, lastWeek]: readonly [Day, Day],
): RetentionReport {
  const weeksOf = new Map<string, Set<Day>>();
  const cohortOf = new Map<string, Day>();
  return {
    take({ eventType, timestamp, event }) {
      const day = eventType === 'ORDER_DELIVERED' ? dayAt(timestamp) : undefined;
      if (!day || typeof event.userId !== 'string') return;
      const weeks = weeksOf.get(event.userId) ?? new Set();
      weeksOf.set(event.userId, weeks.add(mondayOf(day)));
    },
    households: () => [...weeksOf.keys()],
    learn: (userId, firstDay) => {
      cohortOf.set(userId, mondayOf(firstDay));
    },
    rows() {
      const rows: RetentionRow[] = [];
      for (let cohort = firstWeek; cohort <= lastWeek; cohort = addDays(cohort, 7)) {
        const theirs = [...weeksOf].filter(([userId]) => cohortOf.get(userId) === cohort);
        if (theirs.length > 0)
          rows.push(
            ...cohortRows(
              cohort,
              lastWeek,
              theirs.map(([, weeks]) => weeks),
            ),
          );
      }
      return rows;
    },
  };
}

function cohortRows(cohort: Day, lastWeek: Day, weeksOf: readonly ReadonlySet<Day>[]): RetentionRow[] {
  const rows: RetentionRow[] = [];
  const households = weeksOf.length;
  for (let week = 0, weekOf = cohort; weekOf <= lastWeek; week++, weekOf = addDays(weekOf, 7)) {
    const retained = weeksOf.filter((weeks) => weeks.has(weekOf)).length;
    const share = Math.round((retained / households) * 10_000) / 10_000;
    rows.push({ cohort, households, week, weekOf, retained, share });
  }
  return rows;
}
