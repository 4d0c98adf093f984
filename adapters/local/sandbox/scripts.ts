import type { SavedMethod } from '#shared/ports/ports.ts';
import type { Outcome } from './journal.ts';

export const SETTLE_MS = 2000;
/** A little later than the result, so that whoever asks on getting the webhook finds it. */
export const SETTLED_WEBHOOK_MS = SETTLE_MS + 20;
export const WEBHOOK_MS = 300;
const STALE_MS = 500;
const WRONG_BY_MINOR = 100;
const CUSTOMER = 'sbxcus_';
const METHOD = 'sbxpm_';

/** What a token does to its charge; what is left out is as with `tok_success`. */
export interface Script {
  outcome?: Outcome;
  /** What it becomes after SETTLE_MS; makes the first outcome PENDING. */
  settles?: Outcome;
  webhooks?: { afterMs: number; copies?: number; stale?: boolean }[];
  answer?: 'LOST' | 'NEVER_HEARD';
  shortByMinor?: number;
  refundsEnd?: Outcome['state'];
  /** The token whose script later charges of the kept method follow; its own unless told. */
  later?: string;
}

export const succeeded: Outcome = { state: 'SUCCEEDED' };
const declined: Outcome = { state: 'FAILED', reason: 'CARD_DECLINED' };

const scripts = new Map<string, Script>(
  Object.entries({
    tok_success: {},
    tok_decline: { outcome: declined, webhooks: [] },
    tok_pending: { settles: succeeded },
    tok_pending_decline: { settles: declined },
    tok_timeout: { answer: 'LOST', webhooks: [{ afterMs: SETTLE_MS }] },
    tok_timeout_lost: { answer: 'NEVER_HEARD' },
    tok_repeat: { webhooks: [{ afterMs: WEBHOOK_MS, copies: 5 }] },
    tok_reorder: {
      settles: succeeded,
      webhooks: [{ afterMs: SETTLED_WEBHOOK_MS }, { afterMs: SETTLED_WEBHOOK_MS + STALE_MS, stale: true }],
    },
    tok_lost_webhook: { settles: succeeded, webhooks: [] },
    tok_wrong_amount: { shortByMinor: WRONG_BY_MINOR },
    tok_refund_pending: { refundsEnd: 'PENDING' },
    tok_refund_fail: { refundsEnd: 'FAILED' },
    tok_saved_decline_later: { later: 'tok_decline' },
    tok_saved_timeout_later: { later: 'tok_timeout' },
  } satisfies Record<string, Script>),
);
const refusal = (reason: string): Script => ({ outcome: { state: 'FAILED', reason }, webhooks: [] });

/** What happens to a charge with that token, or off session with that kept method. */
export function scriptOf(charge: { userId: string; token?: string; saved?: SavedMethod }): Script {
  if (!charge.saved) return scripts.get(charge.token ?? 'tok_success') ?? refusal('UNKNOWN_TOKEN');
  const { customerRef, methodRef } = charge.saved;
  const first = methodRef.startsWith(METHOD) ? scripts.get(methodRef.slice(METHOD.length)) : undefined;
  if (!first || customerRef !== `${CUSTOMER}${charge.userId}`) return refusal('UNKNOWN_METHOD');
  return (first.later === undefined ? undefined : scripts.get(first.later)) ?? first;
}

/** The kept method of a token: it remembers which script its later charges follow. */
export function methodOf(userId: string, token = 'tok_success'): SavedMethod {
  return {
    customerRef: `${CUSTOMER}${userId}`,
    methodRef: `${METHOD}${token}`,
    label: 'Sandbox •••• 4242',
  };
}
