import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { absent, all, is } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { create, update, type Write } from '#shared/data/write.ts';
import { epochSeconds, instantAfter, plusSeconds } from '#shared/domain/day.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import type { Opened } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';

const SESSION_SECONDS = 30 * 24 * 3600;

/** A login on one device: the family of its refresh tokens, of which only the newest is good. */
export const Session = onDemand(() =>
  z.object({
    sessionId: z.string(),
    userId: z.string(),
    /** SHA-256 of the newest refresh token's secret. */
    secretHash: z.string(),
    /** What the identity provider wants to see for the next access token; only the newest refresh token's secret opens it. */
    sealed: z.string().optional(),
    createdAt: z.string(),
    expiresAt: z.string(),
    expiresAtSeconds: z.number().int(),
    endedAt: z.string().optional(),
  }),
);
export type Session = TypeOf<typeof Session>;
export const Sessions = defineTable('Sessions', Session, { hash: 'sessionId', expires: true });

export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** The row of a session that was opened, and its first refresh token. */
export function beginSession(
  world: World,
  { userId, sessionsFrom }: { userId: string; sessionsFrom?: string },
  { sessionId, kept }: Opened,
): { refreshToken: string; write: Write } {
  const now = world.clock.now();
  const { refreshToken, fields } = nextToken(world, { sessionId, userId }, kept);
  const session = { sessionId, userId, ...fields, createdAt: instantAfter(now, sessionsFrom) };
  return { refreshToken, write: create(Sessions, session) };
}

/** What a refresh was asked with: a refresh token's secret, and what its caller calls this request and all tries of it. */
export interface Asked {
  secret: string;
  retryKey?: string;
}

/** The next refresh token of a session; the one before is no good once this is written. */
export function rotateSession(
  world: World,
  session: Session,
  asked: Asked,
  kept: string | undefined,
): { refreshToken: string; write: Write } {
  const { refreshToken, fields } = nextToken(world, session, kept, secretAfter(asked, session.sessionId));
  const write = update(Sessions, { sessionId: session.sessionId }, { set: fields }, asRead(session));
  return { refreshToken, write };
}

/** That a session goes on, and its newest refresh token is the one it was read with. */
export const asRead = ({ secretHash }: Session) => all(is('secretHash', secretHash), absent('endedAt'));

/**
 * The secret of a session's newest refresh token, where the very request that made it comes again: its answer was lost.
 * Undefined for any other use of an old one.
 */
export function secretMadeBy(asked: Asked, { sessionId, secretHash }: Session): string | undefined {
  const secret = secretAfter(asked, sessionId);
  return secret !== undefined && hashSecret(secret) === secretHash ? secret : undefined;
}

/** It follows from the old secret and the retry key, so that nobody who has but one of them can tell it. */
function secretAfter({ secret, retryKey }: Asked, sessionId: string): string | undefined {
  if (retryKey === undefined) return undefined;
  return Buffer.from(hkdfSync('sha256', secret, retryKey, `milkfloat refresh ${sessionId}`, 32)).toString(
    'base64url',
  );
}

export const refreshTokenOf = (
  { sessionId, userId }: Pick<Session, 'sessionId' | 'userId'>,
  secret: string,
) => `${sessionId}.${userId}.${secret}`;

function nextToken(
  world: World,
  session: { sessionId: string; userId: string },
  kept: string | undefined,
  secret = randomBytes(32).toString('base64url'),
) {
  const expiresAt = plusSeconds(world.clock.now(), SESSION_SECONDS);
  const fields = {
    secretHash: hashSecret(secret),
    sealed: kept === undefined ? undefined : seal(kept, secret, session.sessionId),
    expiresAt,
    expiresAtSeconds: epochSeconds(expiresAt),
  };
  return { refreshToken: refreshTokenOf(session, secret), fields };
}

/** AES-256-GCM under a key that follows from a refresh token's secret: who reads the table alone cannot open it. */
function seal(text: string, secret: string, sessionId: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(secret, sessionId), nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
}

/** What a session keeps for the identity provider, opened with the newest refresh token's secret. */
export function keptOf({ sealed, sessionId }: Session, secret: string): string | undefined {
  if (sealed === undefined) return undefined;
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(secret, sessionId), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8');
}

function sealingKey(secret: string, sessionId: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `milkfloat session ${sessionId}`, 32));
}

/** Ends a session whatever its newest token is. */
export function endSession(world: World, sessionId: string, userId: string): Write {
  return update(
    Sessions,
    { sessionId },
    { set: { endedAt: world.clock.now().toISOString() }, remove: ['sealed'] },
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
