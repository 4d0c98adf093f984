import { z } from '@hono/zod-openapi';
import { happened, type NewEvent } from '#shared/data/commit.ts';
import { absent, any, is, present } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { put, update, type Write } from '#shared/data/write.ts';
import type { Instant } from '#shared/domain/day.ts';
import { shardKeys, shardOf } from '#shared/domain/shard.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import type { SavedMethod } from '#shared/ports/ports.ts';

export const autoTopUpStatuses = ['IDLE', 'NOTICED', 'CHARGING', 'RETRYING', 'EXHAUSTED'] as const;
export type AutoTopUpStatus = (typeof autoTopUpStatuses)[number];

/**
 * The only moves. NOTICED: the household was told of a debit to come. CHARGING: it was asked for and its end is not
 * known. RETRYING: it was declined and is tried again. EXHAUSTED: it was declined for the last time, and waits for money.
 */
export const autoTopUpMoves: Readonly<Record<AutoTopUpStatus, readonly AutoTopUpStatus[]>> = {
  IDLE: ['NOTICED'],
  NOTICED: ['CHARGING', 'IDLE'],
  CHARGING: ['IDLE', 'RETRYING', 'EXHAUSTED'],
  RETRYING: ['CHARGING', 'IDLE'],
  EXHAUSTED: ['IDLE'],
};

/** What a household set for its prepaid balance to be topped up by itself, and how that stands. One row a household. */
export const AutoTopUp = onDemand(() =>
  z.object({
    userId: z.string(),
    /** The card or UPI account that was kept at the provider; shown by its label only. */
    saved: z.object({ customerRef: z.string(), methodRef: z.string(), label: z.string() }).optional(),
    paymentMethod: z.enum(['CARD', 'UPI']).optional(),
    enabled: z.boolean().optional(),
    /** What each top-up brings, minor units. */
    amount: z.number().int().optional(),
    /** So many coming days of deliveries shall be covered. */
    days: z.number().int().optional(),
    /** IDLE where there is none. */
    status: z.enum(autoTopUpStatuses).optional(),
    /** The first day of deliveries that the balance does not cover. */
    dueDay: z.string().optional(),
    /** Nothing is debited before: the household was told so. */
    debitAt: z.string().optional(),
    /** Of CHARGING: the top-up under way. */
    paymentId: z.string().optional(),
    /** How often it was declined, and when first. */
    failed: z.number().int().optional(),
    failedAt: z.string().optional(),
    version: z.number().int(),
    /** `COLLECT#<shard>` while the clock is to look at it again, at `todoAt`. */
    todo: z.string().optional(),
    todoAt: z.string().optional(),
  }),
);
export type AutoTopUp = TypeOf<typeof AutoTopUp>;

export const AutoTopUps = defineTable('AutoTopUps', AutoTopUp, {
  hash: 'userId',
  indexes: { byTodo: { hash: 'todo', range: 'todoAt' } },
});

export const collectKeys = shardKeys('COLLECT');
/** When the clock is to look at a row again. */
export const lookAt = (userId: string, todoAt: Instant) => ({ todo: `COLLECT#${shardOf(userId)}`, todoAt });

export const statusOf = (row: AutoTopUp | undefined): AutoTopUpStatus => row?.status ?? 'IDLE';
/** A row that tops up by itself. */
export type SwitchedOn = AutoTopUp & Required<Pick<AutoTopUp, 'saved' | 'amount'>>;

/** Whether it tops up by itself; switched on without a kept method it waits for one. */
export function isOn(row: Omit<AutoTopUp, 'version'> | undefined): row is SwitchedOn {
  return row?.enabled === true && row.saved !== undefined && row.amount !== undefined;
}

/** Keeps the method of a top-up that asked for it; the latest one counts. */
export function keepMethod(userId: string, paymentMethod: 'CARD' | 'UPI', saved: SavedMethod): Write {
  const changes = { set: { saved, paymentMethod }, add: { version: 1 } };
  return update(AutoTopUps, { userId }, changes, any(absent('userId'), present('userId')));
}

/** Has the clock look at a household's row now, where one is switched on and nothing of it is under way. */
export function wakeIdle(userId: string, now: Instant): Write {
  const changes = { set: lookAt(userId, now), add: { version: 1 } };
  const idle = any(absent('status'), is('status', 'IDLE'));
  return update(AutoTopUps, { userId }, changes, { op: 'and', parts: [is('enabled', true), idle] });
}

/** A row after a change that keeps its status, and the write whose condition is that it is still as it was read. */
export function editAutoTopUp(
  before: AutoTopUp | undefined,
  after: Omit<AutoTopUp, 'version'>,
): { row: AutoTopUp; write: Write } {
  const row = { ...after, version: (before?.version ?? 0) + 1 };
  return { row, write: put(AutoTopUps, row, before ? is('version', before.version) : absent('userId')) };
}

/** A row after a move along its table. Throws RangeError for a move that the table does not have. */
export function moveAutoTopUp(
  before: AutoTopUp,
  status: AutoTopUpStatus,
  after: Omit<AutoTopUp, 'version' | 'status'>,
): { row: AutoTopUp; write: Write } {
  if (!autoTopUpMoves[statusOf(before)].includes(status)) {
    throw new RangeError(`an automatic top-up that is ${statusOf(before)} cannot become ${status}`);
  }
  return editAutoTopUp(before, { ...after, status });
}

/** What of a row is there whatever its status: nothing of a top-up under way. */
export function atRest({ userId, saved, paymentMethod, enabled, amount, days }: AutoTopUp) {
  return { userId, saved, paymentMethod, enabled, amount, days };
}

/** A move that has no event of its own. */
export function movedEvent(before: AutoTopUp, after: AutoTopUp, reason: string): NewEvent {
  const { userId, paymentId } = after;
  return happened('AUTO_TOP_UP_MOVED', userId, after.version, {
    userId,
    status: statusOf(after),
    from: statusOf(before),
    reason,
    paymentId,
  });
}
