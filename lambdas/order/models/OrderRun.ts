import { z } from '@hono/zod-openapi';
import { defineTable } from '#shared/data/table.ts';
import type { Day, Instant } from '#shared/domain/day.ts';
import { SHARDS } from '#shared/domain/shard.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

/**
 * The order run of those slots of a day that lock together. HEAD: how what is short is shared, decided once before
 * anything is written, so that a run that was cut off goes on with it. TALLY#<shard>: what was made so far of the
 * households of a shard, changed in the transaction that makes it. HELD#<n>: stock that was set aside before HEAD, where
 * there is too much of it for HEAD's own transaction.
 */
export const OrderRun = onDemand(() =>
  z.object({
    day: z.string(),
    /** `<instant of the lock>#<HEAD, TALLY#… or HELD#…>` */
    part: z.string(),
    version: z.number().int(),
    /** Of HEAD. OPEN: being made. SWEPT: everybody's day is dealt with. CLOSED: and nobody's can change any more. */
    state: z.enum(['OPEN', 'SWEPT', 'CLOSED']).optional(),
    startedAt: z.string().optional(),
    slotIds: z.array(z.string()).optional(),
    /** By `<tier> <productId>`. */
    shares: z.record(z.string(), z.object({ rounds: z.number().int(), cut: z.string() })).optional(),
    /** What there was of each product that somebody wants. */
    stock: z.record(z.string(), z.number().int()).optional(),
    /** Of HEAD: how many days of standing orders it will have dealt with, those included that were made before. */
    expected: z.number().int().optional(),
    /** Of TALLY. */
    due: z.number().int().optional(),
    orders: z.number().int().optional(),
    /** Minor units. */
    amount: z.number().int().optional(),
    /** How many days have no order, by the reason. */
    reasons: z.record(z.string(), z.number().int()).optional(),
    /** Fingerprint of all decisions, whatever their order: the sum without carry of each one's SHA-256. */
    digest: z.string().optional(),
    /** Units of each product that are set aside and not ordered yet; of HELD as well. */
    left: z.record(z.string(), z.number().int()).optional(),
    /** Households up to here are dealt with. */
    place: z.string().optional(),
    swept: z.boolean().optional(),
  }),
);
export type OrderRun = TypeOf<typeof OrderRun>;

export const OrderRuns = defineTable('OrderRuns', OrderRun, {
  hash: 'day',
  range: 'part',
  folded: [
    'startedAt',
    'slotIds',
    'shares',
    'stock',
    'expected',
    'due',
    'orders',
    'amount',
    'reasons',
    'digest',
    'left',
    'place',
    'swept',
  ],
});

export const headKey = (day: Day, lock: Instant) => ({ day, part: `${lock}#HEAD` });
export const tallyKey = (day: Day, lock: Instant, shard: number) => ({ day, part: `${lock}#TALLY#${shard}` });
export const heldKey = (day: Day, lock: Instant, n: number) => ({ day, part: `${lock}#HELD#${n}` });
/** Every shard's number. */
export const shards: readonly number[] = Array.from({ length: SHARDS }, (_, shard) => shard);

export type Head = OrderRun &
  Required<Pick<OrderRun, 'state' | 'startedAt' | 'slotIds' | 'shares' | 'stock'>>;
export type Tally = OrderRun &
  Required<Pick<OrderRun, 'due' | 'orders' | 'amount' | 'reasons' | 'digest' | 'left' | 'place' | 'swept'>>;

export const isTally = ({ part }: OrderRun): boolean => part.includes('#TALLY#');
