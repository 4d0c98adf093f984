import { monotonicFactory } from 'ulid';
import type { Clock, Ids } from '#shared/ports/ports.ts';

/** ULIDs of the given clock: they sort by creation, also within one millisecond of one process. */
export function makeIds(clock: Clock): Ids {
  const ulid = monotonicFactory(pooledRandom());
  return { next: () => ulid(clock.now().getTime()) };
}

/** Chance from the system, taken by the page: a call for each of an id's 16 letters costs more than all else of it. */
function pooledRandom(): () => number {
  const pool = new Uint8Array(4_096);
  let next = pool.length;
  return () => {
    if (next === pool.length) {
      crypto.getRandomValues(pool);
      next = 0;
    }
    return (pool[next++] ?? 0) / 256;
  };
}
