import { happened, outboxWrite } from '#shared/data/commit.ts';
import { begins, is } from '#shared/data/condition.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { backOff } from '#shared/data/store.ts';
import { StoreError } from '#shared/data/wire.ts';
import { put } from '#shared/data/write.ts';
import { type Day, type Instant, plusSeconds } from '#shared/domain/day.ts';
import { refuse } from '#shared/domain/problem.ts';
import type { World } from '#shared/world.ts';
import type { Shares } from '../../rules/grants.ts';
import { type Head, isTally, type OrderRun, OrderRuns, shards, type Tally } from '../OrderRun.ts';
import { addFigures, type Figures, noFigures } from './figures.ts';
import { makeShard } from './make.ts';
import { openRun } from './open.ts';
import { planRun } from './plan.ts';
import { beginRun, type LockGroup, lockGroupsOf, type Run, type Till } from './run.ts';

/** A run begins so long after the lock: who changed something in the last second is counted. */
const AFTER_LOCK_SECONDS = 5;
const MOST_TRIES = 8;

/** From when on the run of slots is their last. */
export const runsFrom = (lock: Instant): Instant => plusSeconds(lock, AFTER_LOCK_SECONDS);

/** The row that tells up to which day a slot is closed, and the one of a day that staff asked to be run. */
export const closedKey = (slotId: string) => ({ metaId: `orderRun ${slotId}` });
export const askedKey = { metaId: 'orderRun asked' };

/** What the store holds of the run of slots that lock together. */
export interface Kept {
  head: Head | undefined;
  tallies: Tally[];
  helds: OrderRun[];
}

export async function keptOf(world: World, { day, lock }: LockGroup): Promise<Kept> {
  const range = begins('part', `${lock}#`);
  const { rows } = await world.store.query(OrderRuns, { hash: day, range, consistent: true });
  return {
    head: rows.find(({ part }) => part.endsWith('#HEAD')) as Head | undefined,
    tallies: rows.filter(isTally) as Tally[],
    helds: rows.filter(({ part }) => part.includes('#HELD#')),
  };
}

/** All that was made of a day so far. */
export async function figuresOf(world: World, day: Day): Promise<Figures> {
  const { rows } = await world.store.query(OrderRuns, { hash: day, consistent: true });
  const sum = noFigures();
  for (const tally of rows.filter(isTally)) addFigures(sum, tally as Tally);
  return sum;
}

/** Runs a day's slots, in the order they lock. Answers whether all were made, in the time there was. */
export async function runDay(world: World, till: Till, day: Day, isLate: () => boolean): Promise<boolean> {
  for (const group of lockGroupsOf(await settingsOf(world), day)) {
    if (!(await runGroup(world, till, group, isLate))) return false;
  }
  return true;
}

/**
 * Makes all orders of slots that lock together. Running it again, twice at once or after it was cut off makes nothing
 * twice: each household's day is made with its shard's tally, in one transaction. Once the lock is over and everybody's
 * day is dealt with, it is closed. False: the time was over first.
 */
export async function runGroup(
  world: World,
  till: Till,
  group: LockGroup,
  isLate: () => boolean,
): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    const kept = await keptOf(world, group);
    const { head } = kept;
    if (head?.state === 'CLOSED') return true;
    const startedAt = world.clock.now().toISOString();
    if (head?.state === 'SWEPT' && head.startedAt >= runsFrom(group.lock)) {
      if (await moveHead(world, kept, 'CLOSED')) return true;
    } else if (head?.state === 'OPEN') {
      const run = await beginRun(world, till, group, isLate);
      const shares = new Map(Object.entries(head.shares));
      if (!(await makeShards(run, shares))) return false;
      await moveHead(world, await keptOf(world, group), 'SWEPT');
      tries = 0;
    } else {
      const run = await beginRun(world, till, group, isLate);
      const plan = await planRun(run);
      if (plan.due === 0 && (!head || startedAt < runsFrom(group.lock))) return true;
      if (await openRun(run, plan, startedAt, kept)) tries = 0;
    }
    if (tries > MOST_TRIES) throw refuse('BUSY', undefined, { retryAfterSeconds: 1 });
    if (tries > 1) await backOff(tries);
  }
}

/** All shards at once, each to its end, also when another fails. */
async function makeShards(run: Run, shares: Shares): Promise<boolean> {
  const outcomes = await Promise.allSettled(shards.map((shard) => makeShard(run, shares, shard)));
  const failed = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  if (failed) throw failed.reason;
  return outcomes.every((outcome) => outcome.status === 'fulfilled' && outcome.value);
}

/** Moves a run on, once; false: somebody else did. */
async function moveHead(world: World, { head, tallies }: Kept, state: 'SWEPT' | 'CLOSED'): Promise<boolean> {
  if (head?.state !== (state === 'SWEPT' ? 'OPEN' : 'SWEPT')) return false;
  const moved = { ...head, state, version: head.version + 1 };
  const writes = [put(OrderRuns, moved, is('version', head.version))];
  if (state === 'CLOSED') writes.push(outboxWrite(world, closedEvent(moved, tallies)));
  try {
    await world.store.transact(writes);
    return true;
  } catch (error) {
    if (!(error instanceof StoreError) || error.name !== 'TransactionCanceledException') throw error;
    return false;
  }
}

function closedEvent({ day, part, version, slotIds, stock }: Head, tallies: readonly Tally[]) {
  const sum = noFigures();
  for (const tally of tallies) addFigures(sum, tally);
  return happened('ORDER_RUN_CLOSED', `${day}#${part}`, version, {
    deliveryDay: day,
    slotIds,
    due: sum.due,
    orders: sum.orders,
    amountMinor: sum.amount,
    reasons: sum.reasons,
    productIds: Object.keys(stock),
  });
}
