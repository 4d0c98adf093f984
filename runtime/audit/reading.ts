import { setTimeout as sleep } from 'node:timers/promises';
import { Ledger, type Movement } from '#lambdas/payment/models/Ledger.ts';
import { lessThan } from '#shared/data/condition.ts';
import type { Store } from '#shared/data/store.ts';
import { addDays, type Day, daysBetween, type Instant } from '#shared/domain/day.ts';
import { shardKeys } from '#shared/domain/shard.ts';

/** The first thing in the books that is not as it must be. */
export class Differs extends Error {
  constructor(about: string, wrong: string) {
    super(`${about}: ${wrong}`);
    this.name = 'Differs';
  }
}

export interface Audit {
  store: Store;
  /** Movements of this instant and later may be being written while the audit reads; absent when nothing is. */
  before?: Instant;
  /** Hears how far the audit is. */
  tell: (line: string) => void;
}

const PAGE = 500;

/** Every movement from one UTC day to another in the order of time, out of the day index, a few pages in memory. */
export async function* inTime(
  { store, before }: Pick<Audit, 'store' | 'before'>,
  from: Day,
  to: Day,
): AsyncGenerator<Movement> {
  for (const day of daysBetween(from, to)) {
    const shards = shardKeys(day).map((hash) => shardInTime(store, hash, before));
    const heads = await Promise.all(shards.map((shard) => shard.next()));
    for (;;) {
      let first: number | undefined;
      for (const [i, head] of heads.entries()) {
        if (head.done) continue;
        const least = first === undefined ? undefined : heads[first];
        if (!least || least.done || head.value.at < least.value.at) first = i;
      }
      const head = first === undefined ? undefined : heads[first];
      const shard = first === undefined ? undefined : shards[first];
      if (first === undefined || !shard || !head || head.done) break;
      yield head.value;
      heads[first] = await shard.next();
    }
  }
}

async function* shardInTime(
  store: Store,
  hash: string,
  before: Instant | undefined,
): AsyncGenerator<Movement> {
  const range = before === undefined ? undefined : lessThan('at', before);
  let cursor: string | undefined;
  do {
    const page = await store.query(Ledger, { index: 'byDay', hash, range, limit: PAGE, cursor });
    yield* page.rows;
    cursor = page.cursor;
  } while (cursor);
}

/** The movements since `before`, which the rest of the audit leaves out. None when nothing is being written. */
export async function* recent({ store, before }: Audit): AsyncGenerator<Movement> {
  if (before === undefined) return;
  const day = before.slice(0, 10);
  // An audit that runs over midnight has some of the next day as well.
  for await (const movement of inTime({ store }, day, addDays(day, 1))) {
    if (movement.at >= before) yield movement;
  }
}

/** Gives what is being written, and an index that lags, the time to be there before something is called wrong. */
export const LOOKS = 4;
export const lookAgain = () => sleep(750);
