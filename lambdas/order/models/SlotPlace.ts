import { z } from '@hono/zod-openapi';
import { absent, all, any, atLeast, type Condition, is, lessThan, present } from '#shared/data/condition.ts';
import { defineTable, type Table } from '#shared/data/table.ts';
import { put, update, type Write } from '#shared/data/write.ts';
import { type Day, epochSeconds, type Instant, plusSeconds } from '#shared/domain/day.ts';
import { refuse } from '#shared/domain/problem.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

/** The days of a month as the figures of a month's row are named: `taken01` to `taken31`. */
const monthDays = Array.from({ length: 31 }, (_, i) => String(i + 1).padStart(2, '0'));
type Figure = 'taken' | 'standing' | 'room';

function figuresOf(figure: Figure) {
  return Object.fromEntries(monthDays.map((n) => [`${figure}${n}`, z.number().int().optional()]));
}

/**
 * The places of the slots that have a capacity; nothing of the others.
 * Month (`<slotId>`, `YYYY-MM`): by day, `taken` by standing orders and by hand, how many of them by `standing` orders,
 * and for how many there was `room` when the last one was given.
 * Home (`<slotId>`, `HOME#<userId>`): a household whose standing orders took or left places lately, and which did. Its
 * version sees to it that a household's changes in a slot come one after the other.
 * Gate (`*`, `<slotId>`): there while the slot's places are counted; `changes` of standing orders, with how many of them
 * the last count agrees, and how often it was counted.
 */
const SlotPlaceRow = onDemand(() =>
  z.object({
    slotId: z.string(),
    part: z.string(),
    ...figuresOf('taken'),
    ...figuresOf('standing'),
    ...figuresOf('room'),
    userId: z.string().optional(),
    subscriptionIds: z.array(z.string()).optional(),
    at: z.string().optional(),
    version: z.number().int().optional(),
    changes: z.number().int().optional(),
    counted: z.number().int().optional(),
    counts: z.number().int().optional(),
    expiresAtSeconds: z.number().int().optional(),
  }),
);
export type SlotPlace = TypeOf<typeof SlotPlaceRow> & Partial<Record<`${Figure}${string}`, number>>;

export const SlotPlaces: Table<SlotPlace> = defineTable('SlotPlaces', SlotPlaceRow, {
  hash: 'slotId',
  range: 'part',
  expires: true,
});

export const GATES = '*';
export const gateKey = (slotId: string) => ({ slotId: GATES, part: slotId });
export const monthKey = (slotId: string, day: Day) => ({ slotId, part: day.slice(0, 7) });
export const homeKey = (slotId: string, userId: string) => ({ slotId, part: `HOME#${userId}` });
export const isHome = ({ part }: SlotPlace): boolean => part.startsWith('HOME#');

const named = (figure: Figure, day: Day) => `${figure}${day.slice(8)}` as const;
/** A figure of a day in its month's row; undefined where the day has not been counted. */
export function figureOn(row: SlotPlace | undefined, figure: Figure, day: Day): number | undefined {
  return row?.[named(figure, day)];
}

/** How long the rows of a month, and of a household's changes, are of any use. */
const KEPT_DAYS = 40;
const HOME_KEPT_SECONDS = 7 * 86_400;

/** The refusal while nobody knows how many places a slot has left. */
export const uncounted = (slotId: string) =>
  refuse('BUSY', `The places of ${slotId} are being counted.`, { retryAfterSeconds: 5 });

/** Takes a slot's place on a day for an order by hand. */
export function takePlace(slotId: string, day: Day, capacity: number): Write {
  const taken = named('taken', day);
  return update(
    SlotPlaces,
    monthKey(slotId, day),
    { add: { [taken]: 1 }, set: { [named('room', day)]: capacity } },
    lessThan(taken, capacity),
    (row) =>
      row?.[taken] === undefined
        ? uncounted(slotId)
        : refuse('SLOT_FULL', `The slot ${slotId} on ${day} is full.`),
  );
}

/** Gives it back. */
export function leavePlace(slotId: string, day: Day): Write {
  const taken = named('taken', day);
  return update(SlotPlaces, monthKey(slotId, day), { add: { [taken]: -1 } }, atLeast(taken, 1));
}

/** What a standing order takes and leaves of a slot's days of one month. */
export interface Moves {
  take: Day[];
  leave: Day[];
  /** Places that an order by hand had booked, and that are the standing order's now; and the other way round. */
  share: Day[];
  unshare: Day[];
}

/** Takes and gives back places of a standing order, where there is room; a transaction changes a row once. */
export function moveStandingPlaces(slotId: string, moves: Moves, capacity: number): Write {
  const { take, leave, share, unshare } = moves;
  const add: Record<string, number> = {};
  const count = (figure: Figure, days: readonly Day[], by: number) => {
    for (const day of days) add[named(figure, day)] = (add[named(figure, day)] ?? 0) + by;
  };
  count('taken', take, 1);
  count('taken', leave, -1);
  count('standing', [...take, ...share], 1);
  count('standing', [...leave, ...unshare], -1);
  const set = Object.fromEntries(take.map((day) => [named('room', day), capacity]));
  const conditions = [
    ...take.map((day) => lessThan(named('taken', day), capacity)),
    ...share.map((day) => atLeast(named('taken', day), 1)),
    ...[...leave, ...unshare].map((day) => atLeast(named('standing', day), 1)),
  ];
  const [day = ''] = [...take, ...leave, ...share, ...unshare];
  return update(SlotPlaces, monthKey(slotId, day), { add, set }, all(...conditions));
}

/** Notes that a standing order took or left places of a slot, so that a count that is under way looks at it again. */
export function noteChange(
  slotId: string,
  home: SlotPlace | undefined,
  { subscriptionId, userId }: { subscriptionId: string; userId: string },
  at: Instant,
): Write[] {
  return [
    update(SlotPlaces, gateKey(slotId), { add: { changes: 1 } }, present('slotId')),
    touchHome(slotId, home, { userId, subscriptionIds: [subscriptionId] }, at),
  ];
}

/** Has whatever a household's other changes in the slot decided at the same moment be decided anew. */
export function touchHome(
  slotId: string,
  home: SlotPlace | undefined,
  { userId, subscriptionIds }: { userId: string; subscriptionIds: readonly string[] },
  at: Instant,
): Write {
  const row: SlotPlace = {
    ...homeKey(slotId, userId),
    userId,
    subscriptionIds: [...new Set([...(home?.subscriptionIds ?? []), ...subscriptionIds])],
    at,
    version: (home?.version ?? 0) + 1,
    expiresAtSeconds: epochSeconds(plusSeconds(at, HOME_KEPT_SECONDS)),
  };
  return put(SlotPlaces, row, home ? is('version', home.version) : absent('slotId'));
}

/** Closes a count of a slot: nothing has changed since its gate was read, and no other count came between. */
export function countGate(slotId: string, gate: SlotPlace | undefined, before: SlotPlace | undefined): Write {
  const { changes = 0, counts = 0 } = gate ?? {};
  const row = { ...gateKey(slotId), changes, counted: before?.changes ?? 0, counts: counts + 1 };
  return put(SlotPlaces, row, gate ? all(is('changes', changes), is('counts', counts)) : absent('slotId'));
}

/** What a count found of a day: places that standing orders hold, and places booked by hand. */
export interface CountedDay {
  day: Day;
  standing: number;
  booked: number;
}

/**
 * Makes a month's row agree with a count. Where what it has by hand is what is booked, only what standing orders hold is
 * moved, however many orders by hand come meanwhile; elsewhere the whole figure, if it still is as it was read.
 */
export function countMonth(
  slotId: string,
  row: SlotPlace | undefined,
  days: readonly CountedDay[],
  capacity: number,
): Write | undefined {
  const add: Record<string, number> = {};
  const set: Record<string, number> = {};
  const conditions: Condition[] = [];
  for (const { day, standing, booked } of days) {
    const [taken, kept] = [figureOn(row, 'taken', day), figureOn(row, 'standing', day)];
    if (taken !== undefined && taken - (kept ?? 0) === booked) {
      if (standing !== kept) {
        add[named('taken', day)] = standing - (kept ?? 0);
        set[named('standing', day)] = standing;
      }
      continue;
    }
    set[named('taken', day)] = standing + booked;
    set[named('standing', day)] = standing;
    // Who has a place when a slot gets its capacity keeps it.
    if (taken === undefined) set[named('room', day)] = Math.max(capacity, standing + booked);
    conditions.push(taken === undefined ? absent(named('taken', day)) : is(named('taken', day), taken));
  }
  if (Object.keys(set).length === 0) return undefined;
  const key = monthKey(slotId, days[0]?.day ?? '');
  const over = epochSeconds(plusSeconds(`${key.part}-28T00:00:00.000Z`, KEPT_DAYS * 86_400));
  const changes = { add, set: { ...set, expiresAtSeconds: over } };
  return update(SlotPlaces, key, changes, all(...conditions, any(absent('slotId'), present('slotId'))));
}
