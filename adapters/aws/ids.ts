import { monotonicFactory } from 'ulid';
import type { Clock, Ids } from '#shared/ports/ports.ts';

/** ULIDs of the given clock: they sort by creation, and 80 random bits keep those of many instances apart. */
export function makeIds(clock: Clock): Ids {
  const ulid = monotonicFactory();
  return { next: () => ulid(clock.now().getTime()) };
}
