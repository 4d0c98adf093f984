import { z } from '@hono/zod-openapi';
import { addDays, type Day, type Instant, instantOf } from '#shared/domain/day.ts';
import { shardOf } from '#shared/domain/shard.ts';
import { catalogue } from '#shared/events/catalogue.ts';
import { type Logged, mondayOf, onlyOnce, type Report } from './report.ts';

/** How many standing orders were active and paused as a day or week ended, and how many began and were lost in it. */
export const SubscriptionsRow = z
  .object({
    /** Of a week its Monday. */
    day: z.string(),
    active: z.number().int(),
    paused: z.number().int(),
    new: z.number().int(),
    lost: z.number().int(),
  })
  .openapi('SubscriptionsRow');
export type SubscriptionsRow = z.infer<typeof SubscriptionsRow>;

/** One standing order's change of status. */
interface Move {
  at: Instant;
  shard: number;
  active: number;
  paused: number;
  new: number;
  lost: number;
}

/** What a shard had when it was counted. */
interface Count {
  at: Instant;
  active: number;
  paused: number;
}

/**
 * Standing orders by day: what the first count among the events given found, moved on and back by every change of
 * status. Where nothing was counted yet, they are taken to begin with the events.
 */
export function subscriptionsReport(days: readonly Day[], timeZone: string): Report<SubscriptionsRow> {
  const moves: Move[] = [];
  const counts = new Map<number, Count>();
  const isFirst = onlyOnce();
  return {
    take(logged) {
      if (logged.eventType === 'STANDING_COUNTED') noteCount(counts, logged);
      const move = moveIn(logged);
      if (move && isFirst(logged.eventId)) moves.push(move);
    },
    rows: () => rowsOf(days, timeZone, moves, counts),
  };
}

function noteCount(counts: Map<number, Count>, { timestamp: at, event }: Logged): void {
  const told = catalogue.STANDING_COUNTED.data.safeParse(event).data;
  if (!told) return;
  const { shard, active, paused } = told;
  const known = counts.get(shard);
  if (!known || at < known.at) counts.set(shard, { at, active, paused });
}

const Told = z.object({ userId: z.string(), status: z.string(), from: z.string().optional() });

function moveIn({ eventType, timestamp: at, event }: Logged): Move | undefined {
  const changes = [
    'SUBSCRIPTION_CREATED',
    'SUBSCRIPTION_CHANGED',
    'SUBSCRIPTION_DAY_SKIPPED',
    'SUBSCRIPTION_MOVED',
  ];
  const told = changes.includes(eventType) ? Told.safeParse(event).data : undefined;
  if (!told) return undefined;
  const begins = eventType === 'SUBSCRIPTION_CREATED';
  const { status, from = begins ? '' : status } = told;
  if (status === from) return undefined;
  const gain = (of: string) => Number(status === of) - Number(from === of);
  return {
    at,
    shard: shardOf(told.userId),
    active: gain('ACTIVE'),
    paused: gain('PAUSED'),
    new: Number(begins),
    lost: Number(status === 'CANCELLED'),
  };
}

function rowsOf(
  days: readonly Day[],
  timeZone: string,
  moves: readonly Move[],
  counts: ReadonlyMap<number, Count>,
): SubscriptionsRow[] {
  const inOrder = [...moves].sort((a, b) => (a.at < b.at ? -1 : 1));
  let { active, paused } = before(inOrder, counts);
  let next = 0;
  return days.map((day) => {
    const begin = instantOf(day, '00:00', timeZone);
    const end = instantOf(addDays(day, 1), '00:00', timeZone);
    const row = { day, active: 0, paused: 0, new: 0, lost: 0 };
    for (let move = inOrder[next]; move && move.at < end; move = inOrder[++next]) {
      active += move.active;
      paused += move.paused;
      if (move.at < begin) continue;
      row.new += move.new;
      row.lost += move.lost;
    }
    return { ...row, active, paused };
  });
}

/** What there was before the first of the moves given. */
function before(moves: readonly Move[], counts: ReadonlyMap<number, Count>) {
  let active = 0;
  let paused = 0;
  for (const count of counts.values()) {
    active += count.active;
    paused += count.paused;
  }
  for (const move of moves) {
    if (move.at > (counts.get(move.shard)?.at ?? '')) continue;
    active -= move.active;
    paused -= move.paused;
  }
  return { active, paused };
}

/** The rows of days as rows of weeks: what began and was lost in each, and how it ended. */
export function byWeek(rows: readonly SubscriptionsRow[]): SubscriptionsRow[] {
  const weeks = new Map<Day, SubscriptionsRow>();
  for (const row of rows) {
    const day = mondayOf(row.day);
    const { new: begun = 0, lost = 0 } = weeks.get(day) ?? {};
    weeks.set(day, { ...row, day, new: begun + row.new, lost: lost + row.lost });
  }
  return [...weeks.values()];
}
