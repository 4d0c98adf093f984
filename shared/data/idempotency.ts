import { createHmac } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { epochSeconds, plusSeconds } from '#shared/domain/day.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import type { Actor } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { absent, any, atMost } from './condition.ts';
import { defineTable } from './table.ts';
import { put, type Write } from './write.ts';

/** The first successful answer to a request that carried an Idempotency-Key. */
export const IdempotencyRow = onDemand(() =>
  z.object({
    idempotencyId: z.string(),
    fingerprint: z.string(),
    answer: z.string(),
    /** Tells this try's row from another's, after an answer of the store was lost. */
    attemptId: z.string(),
    expiresAt: z.string(),
    expiresAtSeconds: z.number().int(),
  }),
);
export type IdempotencyRow = TypeOf<typeof IdempotencyRow>;
export const Idempotency = defineTable('Idempotency', IdempotencyRow, {
  hash: 'idempotencyId',
  expires: true,
});

const KEPT_SECONDS = 24 * 3600;

/** A request's Idempotency-Key: scoped to its actor, with a fingerprint (HMAC-SHA-256) of actor, door and input. */
export interface IdempotencyKey {
  idempotencyId: string;
  fingerprint: string;
}

/** The key of a request: `key` is the caller's header, `input` its parsed body as text. */
export function idempotencyKeyOf(
  world: World,
  actor: Actor,
  door: string,
  key: string,
  input: string,
): IdempotencyKey {
  const hmac = (text: string) => createHmac('sha256', world.config.secret).update(text).digest('base64url');
  return {
    idempotencyId: hmac(`key\n${actor.userId}\n${key}`),
    fingerprint: hmac(`request\n${actor.userId}\n${door}\n${input}`),
  };
}

/** Keeps an answer under its key, unless a live one is there already. */
export function keepAnswer(world: World, key: IdempotencyKey, answer: unknown, attemptId: string): Write {
  const now = world.clock.now();
  const expiresAt = plusSeconds(now, KEPT_SECONDS);
  return put(
    Idempotency,
    {
      ...key,
      answer: JSON.stringify(answer ?? null),
      attemptId,
      expiresAt,
      expiresAtSeconds: epochSeconds(expiresAt),
    },
    any(absent('idempotencyId'), atMost('expiresAt', now.toISOString())),
  );
}
