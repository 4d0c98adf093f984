import { monotonicFactory } from 'ulid';
import type { Clock, Ids } from '#shared/ports/ports.ts';

/** ULIDs of the given clock: they sort by creation, also within one millisecond of one process. */
export function makeIds(clock: Clock): Ids {
  const ulid = monotonicFactory();
  return { next: () => ulid(clock.now().getTime()) };
}
