import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { defineTable } from '#shared/data/table.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import type { World } from '#shared/world.ts';

export const RESET_SECONDS = 1_800;

/** A password reset that was asked for. Without `userId` it is for an unknown address, and never good. */
export const Reset = onDemand(() =>
  z.object({
    resetId: z.string(),
    userId: z.string().optional(),
    expiresAt: z.string(),
    expiresAtSeconds: z.number().int(),
  }),
);
export type Reset = TypeOf<typeof Reset>;
export const Resets = defineTable('Resets', Reset, { hash: 'resetId', expires: true });

/** The code a person gets: it follows from the reset's id and the installation's secret, so it is stored nowhere. */
export function resetCodeOf(world: World, resetId: string): string {
  const mac = createHmac('sha256', world.config.secret)
    .update(`reset\n${resetId}`)
    .digest('base64url')
    .slice(0, 22);
  return `${resetId}.${mac}`;
}

/** The reset's id when the code is genuine. */
export function readResetCode(world: World, code: string): string | undefined {
  const resetId = code.slice(0, code.lastIndexOf('.'));
  const genuine = Buffer.from(resetCodeOf(world, resetId));
  const given = Buffer.from(code);
  return genuine.length === given.length && timingSafeEqual(genuine, given) ? resetId : undefined;
}
