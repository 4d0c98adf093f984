import type Stripe from 'stripe';
import type { ChargeResult, ProviderEvent } from '#shared/ports/ports.ts';
import { fromStripe } from './amounts.ts';
import { resultOfIntent, resultOfRefund } from './results.ts';

/** The most lines of one payout that are added up: a request must end. */
const MOST_LINES = 20_000;
const PAGE = 100;

type Read = ProviderEvent | 'IGNORED';

/**
 * What a genuine event says. Amounts and currencies are the event's own; Stripe is asked for what the event lacks:
 * whose payment a dispute is about, what a payout cost, which card a charge keeps. `standing` also stops what was
 * declined.
 */
export async function readEvent(
  stripe: Stripe,
  event: Stripe.Event,
  standing: (intent: Stripe.PaymentIntent) => Promise<ChargeResult>,
): Promise<Read> {
  const providerEventId = event.id;
  switch (event.type) {
    case 'payment_intent.succeeded':
    case 'payment_intent.payment_failed':
      return chargeOf(providerEventId, event.data.object, standing);
    case 'payment_intent.canceled':
    case 'payment_intent.processing':
      return chargeOf(providerEventId, event.data.object, async (intent) => resultOfIntent(intent));
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
    case 'charge.refund.updated':
      return refundOf(providerEventId, event.data.object);
    case 'charge.dispute.created':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.closed':
      return disputeOf(stripe, event);
    case 'payout.paid':
      return payoutOf(stripe, providerEventId, event.data.object);
    default:
      return 'IGNORED';
  }
}

async function chargeOf(
  providerEventId: string,
  intent: Stripe.PaymentIntent,
  resultOf: (intent: Stripe.PaymentIntent) => Promise<ChargeResult>,
): Promise<Read> {
  const ourId = intent.metadata.paymentId;
  if (!ourId) return 'IGNORED';
  return { kind: 'CHARGE', providerEventId, ourId, result: await resultOf(intent) };
}

/** A refund that was made on Stripe's own pages has no row of ours. */
function refundOf(providerEventId: string, refund: Stripe.Refund): Read {
  const ourId = refund.metadata?.refundId;
  if (!ourId) return 'IGNORED';
  return { kind: 'REFUND', providerEventId, ourId, result: resultOfRefund(refund) };
}

type DisputeEvent = Extract<Stripe.Event, { type: `charge.dispute.${string}` }>;

/** A dispute is one once money was withdrawn for it; before that, and in the end of a mere inquiry, nothing moved. */
async function disputeOf(stripe: Stripe, event: DisputeEvent): Promise<Read> {
  const { id: disputeRef, amount, currency, status, balance_transactions: moved } = event.data.object;
  const state = event.type === 'charge.dispute.closed' ? endOf(status) : 'OPENED';
  if (!state || moved.length === 0) return 'IGNORED';
  const ourId = await paymentOf(stripe, event.data.object);
  if (!ourId) return 'IGNORED';
  const feeMinor = moved.reduce((sum, line) => sum + fromStripe(line.fee, line.currency), 0);
  const figures = { amountMinor: fromStripe(amount, currency), feeMinor };
  return { kind: 'DISPUTE', providerEventId: event.id, ourId, disputeRef, state, ...figures };
}

function endOf(status: Stripe.Dispute['status']): 'WON' | 'LOST' | undefined {
  if (status === 'won') return 'WON';
  return status === 'lost' ? 'LOST' : undefined;
}

async function paymentOf(stripe: Stripe, dispute: Stripe.Dispute): Promise<string | undefined> {
  const { payment_intent: about } = dispute;
  const intent = typeof about === 'string' ? await stripe.paymentIntents.retrieve(about) : about;
  return intent?.metadata.paymentId;
}

async function payoutOf(stripe: Stripe, providerEventId: string, payout: Stripe.Payout): Promise<Read> {
  const { id: payoutRef, amount, currency, automatic, reconciliation_status: lines } = payout;
  if (lines === 'in_progress') throw new Error(`the lines of payout ${payoutRef} are not known yet`);
  // Only Stripe's own payouts can be told apart by their lines; one made by hand has no fee of its own.
  const feeMinor = automatic ? await feesIn(stripe, payoutRef) : 0;
  const amountMinor = fromStripe(amount, currency);
  return { kind: 'SETTLEMENT', providerEventId, payoutRef, amountMinor, feeMinor };
}

/** What Stripe kept: the fee of each line, and lines that are a fee. A dispute's fee was told with the dispute. */
async function feesIn(stripe: Stripe, payout: string): Promise<number> {
  let sum = 0;
  let seen = 0;
  for await (const line of stripe.balanceTransactions.list({ payout, limit: PAGE })) {
    if (++seen > MOST_LINES) throw new Error(`payout ${payout} has more than ${MOST_LINES} lines`);
    const kind = line.reporting_category;
    if (kind.startsWith('dispute')) continue;
    sum += fromStripe(kind === 'fee' ? line.fee - line.amount : line.fee, line.currency);
  }
  return sum;
}
