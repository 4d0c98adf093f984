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
 * | `tok_saved_decline_later` | SUCCEEDED; charges of the method it keeps as `tok_decline` | SUCCEEDED, 0.3 s later |
 * | `tok_saved_timeout_later` | SUCCEEDED; charges of the method it keeps as `tok_timeout` | SUCCEEDED, 0.3 s later |
 * | any other | FAILED `UNKNOWN_TOKEN` | none |
 *
 * A method that a charge keeps (`save`) follows the same script whenever it is charged off session. Disputes and
 * payouts happen when `dispute` and `payOut` are called.
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
import {
  methodOf,
  type Script,
  SETTLE_MS,
  SETTLED_WEBHOOK_MS,
  scriptOf,
  succeeded,
  WEBHOOK_MS,
} from './sandbox/scripts.ts';
import { openWebhook, SIGNATURE_HEADER, type Webhook } from './sandbox/signature.ts';

export { signWebhook } from './sandbox/signature.ts';

const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;
const LOST_ANSWER_MS = 50;
const DISPUTE_FEE_MINOR = 1500;
const CATCH_UP_MS = 5000;
/** ISO 4217's code for no currency. */
const NO_CURRENCY = 'XXX';

/** What the provider tells of its own accord: its id there, and the webhook's body, which is also sent. */
interface Told {
  ref: string;
  rawBody: string;
}

interface Sandbox extends PaymentProvider {
  /** A household's bank takes a charge back, all of it unless told, or decides. One dispute a charge unless named. */
  dispute(dispute: {
    paymentId: string;
    state: 'OPENED' | 'WON' | 'LOST';
    disputeRef?: string;
    amountMinor?: number;
    feeMinor?: number;
  }): Promise<Told>;
  /** Money arrives at the dairy's bank. */
  payOut(payout: { amountMinor: number; feeMinor?: number }): Promise<Told>;
  /** Where webhooks go; those that were due before wait for it. */
  deliverTo(url: string): void;
  /** Does now what is due by the clock after it was moved: webhooks go out and are answered. */
  catchUp(): Promise<void>;
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

  /** Sends a webhook that no charge or refund of this minute causes. */
  async function tell(ref: string, message: Webhook['message']): Promise<Told> {
    const webhook = { message, sendAtMs: nowMs() + WEBHOOK_MS, copies: 1 };
    journal.add({ webhooks: [webhook] });
    outbox.plan(webhook);
    await journal.saved();
    return { ref, rawBody: JSON.stringify(message) };
  }

  return {
    name: 'sandbox',

    async charge({ paymentId, userId, amountMinor, currency, token, save, saved }) {
      const known = charges.get(paymentId);
      if (known) {
        await journal.saved();
        return firstResult(known);
      }
      const script = scriptOf({ userId, token, saved });
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
        saved: save && !saved ? methodOf(userId, token) : undefined,
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

    readWebhook: async (rawBody, headers) =>
      openWebhook(secret, rawBody, headers[SIGNATURE_HEADER], clock.now()),

    async dispute({ paymentId, state, disputeRef, amountMinor, feeMinor = DISPUTE_FEE_MINOR }) {
      const charge = current(charges, paymentId);
      if (charge?.state !== 'SUCCEEDED') throw new Error(`${paymentId} took no money that could be disputed`);
      const ref = disputeRef ?? `sbxdp_${paymentId}`;
      const figures = { amountMinor: amountMinor ?? charge.amountMinor, feeMinor };
      const data = { reference: paymentId, disputeRef: ref, state, ...figures };
      return tell(ref, { ...envelope(nowMs()), type: 'dispute', data });
    },

    payOut({ amountMinor, feeMinor = 0 }) {
      const ref = `sbxpo_${randomUUID()}`;
      const data = { reference: ref, amountMinor, feeMinor };
      return tell(ref, { ...envelope(nowMs()), type: 'payout', data });
    },

    deliverTo: (url) => outbox.deliverTo(url),
    catchUp: () => outbox.catchUp(CATCH_UP_MS),

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

function envelope(atMs: number) {
  return { id: `evt_${randomUUID()}`, createdAt: new Date(atMs).toISOString() };
}

/** What a token sends about its transfer; where it does not say, one message once the result is there. */
function webhooksOf(transfer: Charge | Refund, plan: Script['webhooks']): Webhook[] {
  const { id, providerRef, amountMinor, currency, createdAtMs, settles } = transfer;
  const kept = transfer.kind === 'charge' ? transfer.saved : undefined;
  const sends = plan ?? [{ afterMs: settles ? SETTLED_WEBHOOK_MS : WEBHOOK_MS }];
  return sends.map(({ afterMs, copies = 1, stale = false }) => {
    const { state, reason } = !stale && settles ? settles : transfer;
    const happenedAtMs = !stale && settles ? settles.atMs : createdAtMs;
    const saved = state === 'SUCCEEDED' ? kept : undefined;
    return {
      message: {
        ...envelope(happenedAtMs),
        type: transfer.kind,
        data: { reference: id, state, providerRef, amountMinor, currency, reason, saved },
      },
      sendAtMs: createdAtMs + afterMs,
      copies,
    };
  });
}

/** A failure moved no money, so its result names no amount. What is kept is known once the money is taken. */
function resultOf(transfer: Charge | Refund): ChargeResult {
  const { state, reason, providerRef, amountMinor, currency } = transfer;
  if (state === 'FAILED') return { state, reason, providerRef };
  const saved = transfer.kind === 'charge' && state === 'SUCCEEDED' ? transfer.saved : undefined;
  return { state, providerRef, amountMinor, currency, ...(saved && { saved }) };
}

/** What was, or would have been, answered to the first call. */
function firstResult(transfer: Charge | Refund): ChargeResult {
  return resultOf(transfer.settles ? { ...transfer, state: 'PENDING' } : transfer);
}
