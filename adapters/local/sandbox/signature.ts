import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import type { ProviderEvent } from '#shared/ports/ports.ts';

export const SIGNATURE_HEADER = 'sandbox-signature';
const TOLERANCE_SECONDS = 300;
const SIGNATURE = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;

export const SavedMethod = z.object({ customerRef: z.string(), methodRef: z.string(), label: z.string() });

const Envelope = z.object({ id: z.string().startsWith('evt_'), createdAt: z.iso.datetime() });
const Figures = z.object({
  /** Our id, or for a payout the provider's. */
  reference: z.string().min(1),
  amountMinor: z.int().min(0),
});

/** A webhook's body. */
const Message = z.discriminatedUnion('type', [
  Envelope.extend({
    type: z.enum(['charge', 'refund']),
    data: Figures.extend({
      state: z.enum(['SUCCEEDED', 'FAILED', 'PENDING']),
      providerRef: z.string().min(1),
      currency: z.string(),
      reason: z.string().optional(),
      saved: SavedMethod.optional(),
    }),
  }),
  Envelope.extend({
    type: z.literal('dispute'),
    data: Figures.extend({
      disputeRef: z.string().min(1),
      state: z.enum(['OPENED', 'WON', 'LOST']),
      feeMinor: z.int().min(0),
    }),
  }),
  Envelope.extend({ type: z.literal('payout'), data: Figures.extend({ feeMinor: z.int().min(0) }) }),
]);
type Message = z.infer<typeof Message>;
const ofOurKind = z.object({ type: z.enum(['charge', 'refund', 'dispute', 'payout']) });
const ofAnyKind = Envelope.extend({ type: z.string().min(1) });

/** A message to send at a time, `copies` times at once. */
export const Webhook = z.object({ message: Message, sendAtMs: z.number(), copies: z.int() });
export type Webhook = z.infer<typeof Webhook>;

/** The value of the `sandbox-signature` header for a body sent at that time. */
export function signWebhook(secret: string, rawBody: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${digest(secret, seconds, rawBody).toString('hex')}`;
}

/**
 * The event of a body with its signature; undefined unless that is ours, of the last five minutes, over these very
 * bytes. A kind of message that this release does not know is genuine and ignored.
 */
export function openWebhook(
  secret: string,
  rawBody: string,
  signature: string | undefined,
  now: Date,
): ProviderEvent | 'IGNORED' | undefined {
  const [, t, v1] = SIGNATURE.exec(signature ?? '') ?? [];
  if (t === undefined || v1 === undefined) return undefined;
  const seconds = Number(t);
  if (!timingSafeEqual(digest(secret, seconds, rawBody), Buffer.from(v1, 'hex'))) return undefined;
  if (Math.abs(now.getTime() / 1000 - seconds) > TOLERANCE_SECONDS) return undefined;

  const body = parsed(rawBody);
  const message = Message.safeParse(body).data;
  if (message) return eventOf(message);
  const isOfAnotherKind = ofAnyKind.safeParse(body).success && !ofOurKind.safeParse(body).success;
  return isOfAnotherKind ? 'IGNORED' : undefined;
}

function eventOf(message: Message): ProviderEvent {
  const providerEventId = message.id;
  if (message.type === 'dispute') {
    const { reference: ourId, ...dispute } = message.data;
    return { kind: 'DISPUTE', providerEventId, ourId, ...dispute };
  }
  if (message.type === 'payout') {
    const { reference: payoutRef, ...figures } = message.data;
    return { kind: 'SETTLEMENT', providerEventId, payoutRef, ...figures };
  }
  const { reference: ourId, ...result } = message.data;
  return { kind: message.type === 'charge' ? 'CHARGE' : 'REFUND', providerEventId, ourId, result };
}

function digest(secret: string, seconds: number, rawBody: string): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.${rawBody}`).digest();
}

function parsed(rawBody: string): unknown {
  try {
    return JSON.parse(rawBody);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
