import { createHmac } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { all, is, lessThan } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { put, remove, update, type Write } from '#shared/data/write.ts';
import { epochSeconds, type Instant, plusSeconds } from '#shared/domain/day.ts';
import { refuse } from '#shared/domain/problem.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import type { World } from '#shared/world.ts';

export const CODE_SECONDS = 600;
/** Wrong codes after which even the right one is no good. */
export const MOST_TRIES = 5;

/**
 * The newest code that was asked for: of an account, or of a number that has none, for which the same is done and no
 * code is ever good. The number stands here as a keyed hash only.
 */
export const SignInCode = onDemand(() =>
  z.object({
    /** The account's userId, or the number's hash where it has no account. */
    codeKey: z.string(),
    codeId: z.string(),
    numberHash: z.string(),
    tries: z.number().int(),
    expiresAt: z.string(),
    expiresAtSeconds: z.number().int(),
  }),
);
export type SignInCode = TypeOf<typeof SignInCode>;
export const SignInCodes = defineTable('SignInCodes', SignInCode, { hash: 'codeKey', expires: true });

/** The key under which a number's code is kept. */
export function codeKeyOf(world: World, number: string, userId: string | undefined): { codeKey: string } {
  return { codeKey: userId ?? `NUMBER#${numberHashOf(world, number)}` };
}

export function numberHashOf(world: World, number: string): string {
  return macOf(world, `number\n${number}`).toString('base64url').slice(0, 22);
}

/** The six digits that are sent: they follow from the code's id and the installation's secret, so they are stored nowhere. */
export function digitsOf(world: World, codeId: string): string {
  const number = macOf(world, `sign-in\n${codeId}`).readUIntBE(0, 6) % 1_000_000;
  return String(number).padStart(6, '0');
}

function macOf(world: World, text: string): Buffer {
  return createHmac('sha256', world.config.secret).update(text).digest();
}

/** A new code takes the place of the one before. */
export function newCode(world: World, number: string, userId: string | undefined) {
  const expiresAt = plusSeconds(world.clock.now(), CODE_SECONDS);
  const codeId = `SC${world.ids.next()}`;
  const row: SignInCode = {
    ...codeKeyOf(world, number, userId),
    codeId,
    numberHash: numberHashOf(world, number),
    tries: 0,
    expiresAt,
    expiresAtSeconds: epochSeconds(expiresAt),
  };
  return { codeId, write: put(SignInCodes, row) };
}

/** Whether a code can still be used, if it is given right. */
export function isGood({ expiresAt, tries }: SignInCode, now: Instant): boolean {
  return expiresAt > now && tries < MOST_TRIES;
}

const asSent = ({ codeId }: SignInCode) => all(is('codeId', codeId), lessThan('tries', MOST_TRIES));

/** Counts a wrong code; somebody who tries at the same time decides anew. */
export function countWrong(code: SignInCode): Write {
  return update(SignInCodes, { codeKey: code.codeKey }, { add: { tries: 1 } }, asSent(code));
}

/** Uses a code up: it opens one session. */
export function useUp(code: SignInCode): Write {
  return remove(SignInCodes, { codeKey: code.codeKey }, asSent(code), (row) =>
    row ? undefined : refuse('BAD_CODE'),
  );
}
