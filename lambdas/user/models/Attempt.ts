import { createHmac } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { absent, any, lessThan, present } from '#shared/data/condition.ts';
import { backOff } from '#shared/data/store.ts';
import { defineTable } from '#shared/data/table.ts';
import { StoreError } from '#shared/data/wire.ts';
import { update, type Write } from '#shared/data/write.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import { onDemand } from '#shared/onDemand.ts';
import type { World } from '#shared/world.ts';

const WINDOW_SECONDS = 900;

/** How often something was tried in one quarter of an hour, by account or by network address. */
export const Attempt = onDemand(() =>
  z.object({
    attemptId: z.string(),
    count: z.number().int(),
    expiresAtSeconds: z.number().int(),
  }),
);
export const Attempts = defineTable('Attempts', Attempt, { hash: 'attemptId', expires: true });

/** Most tries in a window. A household that mistypes, or a society behind one address, stays below. */
const limits = {
  login: { account: 10, address: 100 },
  register: { account: 10, address: 60 },
  forgot: { account: 5, address: 60 },
  reset: { account: 10, address: 60 },
  code: { account: 5, address: 60 },
  codeLogin: { account: 10, address: 100 },
} as const;

export type Guarded = keyof typeof limits;

/** A try that was counted; `undo` takes it back when it turned out well, so that only failures add up. */
export interface Counted {
  undo: Write[];
}

/**
 * Counts a try for an account (known or not alike) and for an address in one conditional transaction; the
 * refusal tells when to come again. Accounts and addresses are kept only as keyed hashes.
 */
export async function countAttempt(
  world: World,
  what: Guarded,
  account: string,
  address: string,
): Promise<Counted | Problem> {
  if (!world.config.rateLimits) return { undo: [] };
  const nowSeconds = Math.floor(world.clock.now().getTime() / 1000);
  const window = Math.floor(nowSeconds / WINDOW_SECONDS);
  const expiresAtSeconds = (window + 2) * WINDOW_SECONDS;
  const keys = [
    { attemptId: `${what}#${hashed(world, account)}#${window}`, limit: limits[what].account },
    ...(address
      ? [{ attemptId: `${what}@${hashed(world, address)}#${window}`, limit: limits[what].address }]
      : []),
  ];
  const writes = keys.map(({ attemptId, limit }) =>
    update(
      Attempts,
      { attemptId },
      { add: { count: 1 }, set: { expiresAtSeconds } },
      any(absent('attemptId'), lessThan('count', limit)),
    ),
  );
  for (let tries = 0; ; tries++) {
    try {
      await world.store.transact(writes);
      break;
    } catch (error) {
      if (!(error instanceof StoreError) || error.name !== 'TransactionCanceledException') throw error;
      if (error.reasons.some((reason) => reason.Code === 'ConditionalCheckFailed')) {
        return refuse('TOO_MANY_REQUESTS', 'Too many tries; come back later.', {
          retryAfterSeconds: (window + 1) * WINDOW_SECONDS - nowSeconds,
        });
      }
      await backOff(tries + 1);
      if (tries >= 5) return refuse('BUSY', undefined, { retryAfterSeconds: 1, cause: error });
    }
  }
  return {
    undo: keys.map(({ attemptId }) =>
      update(Attempts, { attemptId }, { add: { count: -1 } }, present('attemptId')),
    ),
  };
}

function hashed(world: World, text: string): string {
  return createHmac('sha256', world.config.secret)
    .update(`attempt\n${text}`)
    .digest('base64url')
    .slice(0, 22);
}
