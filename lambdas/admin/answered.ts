import { commit } from '#shared/data/commit.ts';
import type { Problem } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';

/**
 * The answer this request got before, when it carries an Idempotency-Key that was used. For use cases that take
 * several steps, or that touch something beside the store before their commit.
 */
export async function answeredBefore<A>(world: World, call: Call<unknown>): Promise<A | Problem | undefined> {
  return commit<[], A | undefined>(world, call, [], () => ({ writes: [], answer: undefined, final: false }));
}
