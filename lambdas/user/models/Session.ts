import { createHash, randomBytes } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { is } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { create, update, type Write } from '#shared/data/write.ts';
import { epochSeconds, instantAfter, plusSeconds } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';

const SESSION_SECONDS = 30 * 24 * 3600;

/** A login on one device: the family of its refresh tokens, of which only the newest is good. */
export const Session = z.object({
  sessionId: z.string(),
  userId: z.string(),
  /** SHA-256 of the newest refresh token's secret. */
  secretHash: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  expiresAtSeconds: z.number().int(),
  endedAt: z.string().optional(),
});
export type Session = z.infer<typeof Session>;
export const Sessions = defineTable('Sessions', Session, { hash: 'sessionId', expires: true });

export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** A new session and its first refresh token. */
export function beginSession(
  world: World,
  { userId, sessionsFrom }: { userId: string; sessionsFrom?: string },
): { session: Session; refreshToken: string; write: Write } {
  const sessionId = `SN${world.ids.next()}`;
  const secret = randomBytes(32).toString('base64url');
  const now = world.clock.now();
  const expiresAt = plusSeconds(now, SESSION_SECONDS);
  const session: Session = {
    sessionId,
    userId,
    secretHash: hashSecret(secret),
    createdAt: instantAfter(now, sessionsFrom),
    expiresAt,
    expiresAtSeconds: epochSeconds(expiresAt),
  };
  return { session, refreshToken: `${sessionId}.${userId}.${secret}`, write: create(Sessions, session) };
}

/** The next refresh token of a session; the one before is no good once this is written. */
export function rotateSession(world: World, session: Session): { refreshToken: string; write: Write } {
  const secret = randomBytes(32).toString('base64url');
  const expiresAt = plusSeconds(world.clock.now(), SESSION_SECONDS);
  const write = update(
    Sessions,
    { sessionId: session.sessionId },
    { set: { secretHash: hashSecret(secret), expiresAt, expiresAtSeconds: epochSeconds(expiresAt) } },
    is('secretHash', session.secretHash),
  );
  return { refreshToken: `${session.sessionId}.${session.userId}.${secret}`, write };
}

/** Ends a session whatever its newest token is. */
export function endSession(world: World, sessionId: string, userId: string): Write {
  return update(
    Sessions,
    { sessionId },
    { set: { endedAt: world.clock.now().toISOString() } },
    is('userId', userId),
  );
}

/** The parts of a refresh token; undefined when it is none. */
export function readRefreshToken(token: string) {
  const match = /^(SN\w+)\.(U[\w-]+)\.([\w-]{43})$/.exec(token);
  return match
    ? { sessionId: match[1] as string, userId: match[2] as string, secret: match[3] as string }
    : undefined;
}
