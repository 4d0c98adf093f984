import type { PaymentProvider } from '#shared/ports/ports.ts';
import { signWebhook } from '../local/payments.ts';
import { listen, makeClock, open, SECRET } from '../local/sandbox/testing.ts';
import { makeStripe } from '../stripe/payments.ts';
import { STRIPE_KEY, STRIPE_WEBHOOK_SECRET, startStripe } from './stripeServer.ts';

type Finished = (end: () => void | Promise<void>) => void;
interface Webhook {
  raw: string;
  headers: Record<string, string>;
}

/** A provider, and a hand on the world behind it: what the households' banks do, and what is sent. */
export interface Counterpart {
  provider: PaymentProvider;
  clock: ReturnType<typeof makeClock>;
  tokens: Record<
    'good' | 'declined' | 'pending' | 'laterDeclined' | 'refundPending' | 'refundFailed',
    string
  >;
  /** The token for a charge whose answer is lost after it was made. */
  losingAnswer(): string;
  /** The token for a charge that the provider never hears of. */
  losingRequest(): string;
  /** The token of a charge that is pending until `settle`, which then ends it so. */
  endingAs(state: 'SUCCEEDED' | 'FAILED'): string;
  settle(paymentId: string): void;
  settleRefund(refundId: string): void;
  dispute(paymentId: string, state: 'OPENED' | 'WON' | 'LOST', feeMinor: number): Promise<void>;
  payOut(payout: { amountMinor: number; feeMinor: number }): Promise<void>;
  webhooks(): readonly Webhook[];
  sign(raw: string, options?: { secret?: string; agoMs?: number }): Record<string, string>;
  /** A body of a kind that no dairy cares about. */
  strangeBody: string;
}

export async function sandbox(finished: Finished): Promise<Counterpart> {
  const { payments, clock } = open(finished);
  const address = await listen(finished, payments);
  payments.deliverTo(address.url);
  return {
    provider: payments,
    clock,
    tokens: {
      good: 'tok_success',
      declined: 'tok_decline',
      pending: 'tok_pending',
      laterDeclined: 'tok_saved_decline_later',
      refundPending: 'tok_refund_pending',
      refundFailed: 'tok_refund_fail',
    },
    losingAnswer: () => 'tok_timeout',
    losingRequest: () => 'tok_timeout_lost',
    endingAs: (state) => (state === 'SUCCEEDED' ? 'tok_pending' : 'tok_pending_decline'),
    settle: () => clock.forward(2000),
    settleRefund: () => clock.forward(2000),
    dispute: async (paymentId, state, feeMinor) =>
      void (await payments.dispute({ paymentId, state, feeMinor })),
    payOut: async (payout) => void (await payments.payOut(payout)),
    webhooks: () => address.bodies,
    sign: (raw, { secret = SECRET, agoMs = 0 } = {}) => ({
      'sandbox-signature': signWebhook(secret, raw, new Date(clock.now().getTime() - agoMs)),
    }),
    strangeBody: JSON.stringify({ id: 'evt_1', type: 'customer', createdAt: '2027-01-04T04:30:00.000Z' }),
  };
}

export async function stripe(finished: Finished): Promise<Counterpart & { server: StripeServer }> {
  const clock = makeClock();
  const server = await startStripe(() => clock.now().getTime());
  finished(() => server.close());
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const keys = async () => ({ secretKey: STRIPE_KEY, webhookSecret: STRIPE_WEBHOOK_SECRET });
  const provider = makeStripe({ keys, clock, log, apiBase: server.url });
  const { books } = server;
  const intentOf = (paymentId: string) => {
    const found = [...books.intents.values()].find(({ metadata }) => metadata.paymentId === paymentId);
    if (!found) throw new Error(`there is no intent of ${paymentId}`);
    return found;
  };
  const twice = <T>(trouble: T): [T, T] => [trouble, trouble];
  let ends: 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED';
  return {
    provider,
    clock,
    server,
    tokens: {
      good: 'pm_card_visa',
      declined: 'pm_card_visa_chargeDeclined',
      pending: 'pm_card_authenticationRequired',
      laterDeclined: 'pm_card_chargeCustomerFail',
      refundPending: 'pm_card_pendingRefund',
      refundFailed: 'pm_card_refundFail',
    },
    losingAnswer() {
      server.trouble('POST payment_intents', ...twice('LOST_ANSWER' as const));
      return 'pm_card_visa';
    },
    losingRequest() {
      server.trouble('POST payment_intents', ...twice('LOST_REQUEST' as const));
      return 'pm_card_visa';
    },
    endingAs(state) {
      ends = state;
      return 'pm_card_authenticationRequired';
    },
    settle(paymentId) {
      if (ends === 'SUCCEEDED') books.succeed(intentOf(paymentId));
      else books.declineIntent(intentOf(paymentId), 'generic_decline');
    },
    settleRefund(refundId) {
      const refund = [...books.refunds.values()].find(({ metadata }) => metadata.refundId === refundId);
      server.send('refund.updated', Object.assign(refund ?? {}, { status: 'succeeded' }));
    },
    async dispute(paymentId, state, feeMinor) {
      const { id, amount, currency } = intentOf(paymentId);
      const status = { OPENED: 'needs_response', WON: 'won', LOST: 'lost' }[state];
      const moved = [{ id: 'txn_1', amount: -amount, fee: feeMinor, currency }];
      const dispute = { id: `dp_${id}`, object: 'dispute', payment_intent: id, amount, currency, status };
      const type = state === 'OPENED' ? 'funds_withdrawn' : 'closed';
      server.send(`charge.dispute.${type}`, { ...dispute, balance_transactions: moved });
    },
    async payOut({ amountMinor, feeMinor }) {
      const line = { object: 'balance_transaction', currency: 'inr', reporting_category: 'charge' };
      const fees = [feeMinor - 100, 100].map((fee, at) => ({
        ...line,
        id: `txn_${at}`,
        amount: 50_000,
        fee,
      }));
      server.pays('po_1', fees);
      const payout = { id: 'po_1', object: 'payout', amount: amountMinor, currency: 'inr', automatic: true };
      server.send('payout.paid', { ...payout, reconciliation_status: 'completed' });
    },
    webhooks: () => server.sent.map(({ raw }) => ({ raw, headers: server.headersOf(raw) })),
    sign: (raw, { secret, agoMs = 0 } = {}) =>
      server.headersOf(raw, { secret, atMs: clock.now().getTime() - agoMs }),
    strangeBody: JSON.stringify({
      id: 'evt_1',
      object: 'event',
      type: 'customer.updated',
      data: { object: {} },
    }),
  };
}

type StripeServer = Awaited<ReturnType<typeof startStripe>>;
