/**
 * The sandbox payment provider: behaves like a real one, and keeps its own state, apart from Milkfloat's tables.
 * The token that comes with a charge decides what happens to it:
 *
 * | Token | The charge | Webhook |
 * | --- | --- | --- |
 * | none, `tok_success` | SUCCEEDED at once | SUCCEEDED, 0.3 s later |
 * | `tok_decline` | FAILED `CARD_DECLINED` | none |
 * | `tok_pending` | PENDING, SUCCEEDED after 2 s | SUCCEEDED, at 2 s |
 * | `tok_pending_decline` | PENDING, FAILED `CARD_DECLINED` after 2 s | FAILED, at 2 s |
 * | `tok_timeout` | taken, but its answer is lost: UNKNOWN (asked again: SUCCEEDED) | SUCCEEDED, 2 s later |
 * | `tok_timeout_lost` | UNKNOWN, and the provider never heard of it | none |
 * | `tok_repeat` | SUCCEEDED at once | SUCCEEDED, five times at once |
 * | `tok_reorder` | PENDING, SUCCEEDED after 2 s | SUCCEEDED at 2 s, then a stale PENDING |
 * | `tok_lost_webhook` | PENDING, SUCCEEDED after 2 s | none: only asking tells |
 * | `tok_wrong_amount` | SUCCEEDED with 1.00 less than asked | SUCCEEDED with that amount |
 * | `tok_refund_pending` | SUCCEEDED; its refunds PENDING, SUCCEEDED after 2 s | for the charge; for a refund at 2 s |
 * | `tok_refund_fail` | SUCCEEDED; its refunds FAILED `REFUND_FAILED` | for the charge |
 * | any other | FAILED `UNKNOWN_TOKEN` | none |
 *
 * A repeated charge or refund gets the first one's result again, as from a real provider, even where it is no longer
 * so; `findCharge` and `findRefund` tell how things stand.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ChargeResult, Clock, Log, PaymentProvider } from '#shared/ports/ports.ts';
import { type Charge, forgetBefore, type Outcome, openJournal, type Refund } from './sandbox/journal.ts';
import { makeOutbox } from './sandbox/outbox.ts';
import { openWebhook, SIGNATURE_HEADER, type Webhook } from './sandbox/signature.ts';

export { signWebhook } from './sandbox/signature.ts';

const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;
const SETTLE_MS = 2000;
/** A little later than the result, so that whoever asks on getting the webhook finds it. */
const SETTLED_WEBHOOK_MS = SETTLE_MS + 20;
const WEBHOOK_MS = 300;
const STALE_MS = 500;
const LOST_ANSWER_MS = 50;
const WRONG_BY_MINOR = 100;
/** ISO 4217's code for no currency. */
const NO_CURRENCY = 'XXX';

/** What a token does to its charge; what is left out is as with `tok_success`. */
interface Script {
  outcome?: Outcome;
  /** What it becomes after SETTLE_MS; makes the first outcome PENDING. */
  settles?: Outcome;
  webhooks?: { afterMs: number; copies?: number; stale?: boolean }[];
  answer?: 'LOST' | 'NEVER_HEARD';
  shortByMinor?: number;
  refundsEnd?: Outcome['state'];
}

const succeeded: Outcome = { state: 'SUCCEEDED' };
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
  } satisfies Record<string, Script>),
);
const unknownToken: Script = { outcome: { state: 'FAILED', reason: 'UNKNOWN_TOKEN' }, webhooks: [] };

interface Sandbox extends PaymentProvider {
  /** Where webhooks go; those that were due before wait for it. */
  deliverTo(url: string): void;
  /** Stops all timers and waits until the journal is written. */
  close(): Promise<void>;
}

/** The sandbox provider with its journal in `folder`, signing its webhooks with `secret`. See the table above. */
export function makePayments(options: { folder: string; clock: Clock; secret: string; log: Log }): Sandbox {
  const { folder, clock, secret, log } = options;
  const nowMs = () => clock.now().getTime();
  const oldestMs = () => nowMs() - KEPT_DAYS * DAY_MS;
  const journal = openJournal({ path: join(folder, 'sandbox.jsonl'), sinceMs: oldestMs(), log });
  const { charges, refunds, webhooks } = journal.book;
  const outbox = makeOutbox({ secret, clock, log, onDone: (id) => journal.add({ done: [id] }) });
  const timers = new Set<NodeJS.Timeout>();

  for (const transfer of [...charges.values(), ...refunds.values()]) settleInTime(transfer);
  for (const webhook of webhooks.values()) outbox.plan(webhook);
  webhooks.clear();

  /** Keeps a new charge or refund and sets going what follows from it. Answers once it survives a crash. */
  async function begin(
    transfer: Charge | Refund,
    follows: Webhook[],
    alsoChanged: Charge[] = [],
  ): Promise<void> {
    forgetBefore(charges, oldestMs());
    forgetBefore(refunds, oldestMs());
    if (transfer.kind === 'charge') charges.set(transfer.id, transfer);
    else refunds.set(transfer.id, transfer);
    journal.add({ transfers: [transfer, ...alsoChanged], webhooks: follows });
    settleInTime(transfer);
    for (const webhook of follows) outbox.plan(webhook);
    await journal.saved();
  }

  /** A timer ends what is pending even if the clock stands still; SETTLE_MS bounds it if the clock was set back. */
  function settleInTime(transfer: Charge | Refund): void {
    if (transfer.state !== 'PENDING' || !transfer.settles) return;
    const waitMs = Math.min(Math.max(transfer.settles.atMs - nowMs(), 0), SETTLE_MS);
    const timer = setTimeout(() => {
      timers.delete(timer);
      settle(transfer);
    }, waitMs);
    timers.add(timer.unref());
  }

  function settle(transfer: Charge | Refund): void {
    if (transfer.state !== 'PENDING' || !transfer.settles) return;
    transfer.state = transfer.settles.state;
    transfer.reason = transfer.settles.reason;
    journal.add({ transfers: [transfer] });
  }

  /** One that is kept, as it stands by the clock. */
  function current<T extends Charge | Refund>(transfers: Map<string, T>, id: string): T | undefined {
    const transfer = transfers.get(id);
    if (transfer?.settles && transfer.settles.atMs <= nowMs()) settle(transfer);
    return transfer;
  }

  return {
    name: 'sandbox',

    async charge({ paymentId, amountMinor, currency, token = 'tok_success' }) {
      const known = charges.get(paymentId);
      if (known) {
        await journal.saved();
        return firstResult(known);
      }
      const script = scripts.get(token) ?? unknownToken;
      if (script.answer === 'NEVER_HEARD') return lostAnswer();
      if (!isAmount(amountMinor)) return invalidAmount;

      const charge: Charge = {
        kind: 'charge',
        ...newTransfer({
          id: paymentId,
          amountMinor: Math.max(amountMinor - (script.shortByMinor ?? 0), 0),
          currency,
          outcome: script.outcome,
          settles: script.settles,
          nowMs: nowMs(),
        }),
        refundsEnd: script.refundsEnd ?? 'SUCCEEDED',
        refundedMinor: 0,
      };
      await begin(charge, webhooksOf(charge, script.webhooks));
      return script.answer === 'LOST' ? lostAnswer() : firstResult(charge);
    },

    async findCharge(paymentId) {
      const charge = current(charges, paymentId);
      await journal.saved();
      return charge ? resultOf(charge) : notFound;
    },

    async cancelCharge(paymentId) {
      const charge = current(charges, paymentId);
      if (!charge) {
        await begin(cancelledBefore(paymentId, nowMs()), []);
        return notFound;
      }
      if (charge.state === 'PENDING') {
        charge.state = 'FAILED';
        charge.reason = 'CANCELLED';
        journal.add({ transfers: [charge], done: outbox.forget(paymentId) });
      }
      await journal.saved();
      return resultOf(charge);
    },

    async refund({ refundId, paymentId, amountMinor }) {
      const known = refunds.get(refundId);
      if (known) {
        await journal.saved();
        return firstResult(known);
      }
      const charge = current(charges, paymentId);
      if (!charge) return notFound;
      if (!isAmount(amountMinor)) return invalidAmount;

      const script = refundScript(charge, amountMinor);
      const refund: Refund = {
        kind: 'refund',
        ...newTransfer({ id: refundId, amountMinor, currency: charge.currency, ...script, nowMs: nowMs() }),
      };
      if (refund.state !== 'FAILED') charge.refundedMinor += amountMinor;
      await begin(refund, refund.state === 'PENDING' ? webhooksOf(refund, undefined) : [], [charge]);
      return firstResult(refund);
    },

    async findRefund(refundId) {
      const refund = current(refunds, refundId);
      await journal.saved();
      return refund ? resultOf(refund) : notFound;
    },

    readWebhook: (rawBody, headers) => openWebhook(secret, rawBody, headers[SIGNATURE_HEADER], clock.now()),

    deliverTo: (url) => outbox.deliverTo(url),

    async close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      outbox.close();
      await journal.close();
    },
  };
}

const notFound: ChargeResult = { state: 'FAILED', reason: 'NOT_FOUND' };
const invalidAmount: ChargeResult = { state: 'FAILED', reason: 'INVALID_AMOUNT' };

async function lostAnswer(): Promise<ChargeResult> {
  await pause(LOST_ANSWER_MS);
  return { state: 'UNKNOWN' };
}

function isAmount(amountMinor: number): boolean {
  return Number.isSafeInteger(amountMinor) && amountMinor > 0;
}

function newTransfer(given: {
  id: string;
  amountMinor: number;
  currency: string;
  outcome?: Outcome;
  settles?: Outcome;
  nowMs: number;
}) {
  const { id, amountMinor, currency, nowMs } = given;
  const settles = given.outcome ? undefined : given.settles;
  return {
    id,
    providerRef: `sbx_${randomUUID()}`,
    amountMinor,
    currency,
    createdAtMs: nowMs,
    ...(given.outcome ?? { state: settles ? ('PENDING' as const) : ('SUCCEEDED' as const) }),
    settles: settles && { ...settles, atMs: nowMs + SETTLE_MS },
  };
}

/** The mark of a charge that was cancelled before it came: when it comes it is refused. */
function cancelledBefore(paymentId: string, nowMs: number): Charge {
  const outcome: Outcome = { state: 'FAILED', reason: 'CANCELLED' };
  return {
    kind: 'charge',
    ...newTransfer({ id: paymentId, amountMinor: 0, currency: NO_CURRENCY, outcome, nowMs }),
    refundsEnd: 'SUCCEEDED',
    refundedMinor: 0,
  };
}

/** What happens to a refund of this amount; only what was taken and is not given back yet can be. */
function refundScript(charge: Charge, amountMinor: number): Pick<Script, 'outcome' | 'settles'> {
  const leftMinor = charge.state === 'SUCCEEDED' ? charge.amountMinor - charge.refundedMinor : 0;
  if (amountMinor > leftMinor) return { outcome: { state: 'FAILED', reason: 'EXCEEDS_CHARGE' } };
  if (charge.refundsEnd === 'FAILED') return { outcome: { state: 'FAILED', reason: 'REFUND_FAILED' } };
  return charge.refundsEnd === 'PENDING' ? { settles: succeeded } : {};
}

/** What a token sends about its transfer; where it does not say, one message once the result is there. */
function webhooksOf(transfer: Charge | Refund, plan: Script['webhooks']): Webhook[] {
  const { id, providerRef, amountMinor, currency, createdAtMs, settles } = transfer;
  const sends = plan ?? [{ afterMs: settles ? SETTLED_WEBHOOK_MS : WEBHOOK_MS }];
  return sends.map(({ afterMs, copies = 1, stale = false }) => {
    const { state, reason } = !stale && settles ? settles : transfer;
    const happenedAtMs = !stale && settles ? settles.atMs : createdAtMs;
    return {
      message: {
        id: `evt_${randomUUID()}`,
        type: transfer.kind,
        data: { reference: id, state, providerRef, amountMinor, currency, reason },
        createdAt: new Date(happenedAtMs).toISOString(),
      },
      sendAtMs: createdAtMs + afterMs,
      copies,
    };
  });
}

/** A failure moved no money, so its result names no amount. */
function resultOf({ state, reason, providerRef, amountMinor, currency }: Charge | Refund): ChargeResult {
  return state === 'FAILED' ? { state, reason, providerRef } : { state, providerRef, amountMinor, currency };
}

/** What was, or would have been, answered to the first call. */
function firstResult(transfer: Charge | Refund): ChargeResult {
  return resultOf(transfer.settles ? { ...transfer, state: 'PENDING' } : transfer);
}
