import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import type { ProviderEvent } from '#shared/ports/ports.ts';

export const SIGNATURE_HEADER = 'sandbox-signature';
const TOLERANCE_SECONDS = 300;
const SIGNATURE = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;

/** A webhook's body. */
const Message = z.object({
  id: z.string().startsWith('evt_'),
  type: z.enum(['charge', 'refund']),
  data: z.object({
    reference: z.string().min(1),
    state: z.enum(['SUCCEEDED', 'FAILED', 'PENDING']),
    providerRef: z.string().min(1),
    amountMinor: z.int().min(0),
    currency: z.string(),
    reason: z.string().optional(),
  }),
  createdAt: z.iso.datetime(),
});
type Message = z.infer<typeof Message>;

/** A message to send at a time, `copies` times at once. */
export const Webhook = z.object({ message: Message, sendAtMs: z.number(), copies: z.int() });
export type Webhook = z.infer<typeof Webhook>;

/** The value of the `sandbox-signature` header for a body sent at that time. */
export function signWebhook(secret: string, rawBody: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${digest(secret, seconds, rawBody).toString('hex')}`;
}

/** The event of a body with its signature; undefined unless that is ours, of the last five minutes, over these very bytes. */
export function openWebhook(
  secret: string,
  rawBody: string,
  signature: string | undefined,
  now: Date,
): ProviderEvent | undefined {
  const [, t, v1] = SIGNATURE.exec(signature ?? '') ?? [];
  if (t === undefined || v1 === undefined) return undefined;
  const seconds = Number(t);
  if (!timingSafeEqual(digest(secret, seconds, rawBody), Buffer.from(v1, 'hex'))) return undefined;
  if (Math.abs(now.getTime() / 1000 - seconds) > TOLERANCE_SECONDS) return undefined;

  const message = readMessage(rawBody);
  if (!message) return undefined;
  const { reference, ...result } = message.data;
  return {
    providerEventId: message.id,
    kind: message.type === 'charge' ? 'CHARGE' : 'REFUND',
    ourId: reference,
    result,
  };
}

function digest(secret: string, seconds: number, rawBody: string): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.${rawBody}`).digest();
}

function readMessage(rawBody: string): Message | undefined {
  try {
    return Message.safeParse(JSON.parse(rawBody)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
