import type Stripe from 'stripe';
import type {
  ChargeOrder,
  ChargeResult,
  Clock,
  Log,
  PaymentProvider,
  SavedMethod,
  Trace,
} from '#shared/ports/ports.ts';
import { once } from '../once.ts';
import { toStripe } from './amounts.ts';
import { asStripeError, isRefusedKey, isWithoutAnswer } from './errors.ts';
import { type Found, findIntent, findRefundOf } from './finding.ts';
import {
  isDeclined,
  labelOf,
  notFound,
  reasonOf,
  reasonOfIntent,
  resultOfIntent,
  resultOfRefund,
  unknown,
} from './results.ts';
import { readEvent } from './webhooks.ts';

/** The longest wait for one answer. API Gateway gives up after ten seconds; what is not known then is asked for later. */
const ANSWER_WITHIN_MS = 8000;
/** The SDK repeats a call once, with its idempotency key, when the connection broke or Stripe was busy. */
const REPEATS = 1;
const MINUTE_MS = 60_000;

export interface StripeKeys {
  secretKey: string;
  webhookSecret: string;
}

export interface StripeOptions {
  /** Asked for once, at the first use. */
  keys: () => Promise<StripeKeys>;
  clock: Clock;
  log: Log;
  /** Another address of Stripe's API, for tests. */
  apiBase?: string;
  answerWithinMs?: number;
}

/**
 * Cards and UPI by Stripe's PaymentIntents. A charge is one intent, confirmed once by us or by the household's device
 * and never again: whatever is declined is stopped, so that FAILED is final. docs/decisions/0011-stripe.md says why.
 */
export function makeStripe(options: StripeOptions): PaymentProvider {
  const { keys, clock, log, apiBase, answerWithinMs = ANSWER_WITHIN_MS } = options;
  const load = once(async () => {
    const [{ default: Sdk }, { secretKey, webhookSecret }] = await Promise.all([import('stripe'), keys()]);
    const stripe: Stripe = new Sdk(secretKey, {
      timeout: answerWithinMs,
      maxNetworkRetries: REPEATS,
      telemetry: false,
      appInfo: { name: 'Milkfloat' },
      ...(apiBase && addressOf(apiBase)),
    });
    return { stripe, webhookSecret };
  });

  /** How an intent stands, with the method it keeps. A declined one is stopped first. */
  async function standing(stripe: Stripe, intent: Stripe.PaymentIntent): Promise<ChargeResult> {
    if (isDeclined(intent)) return stop(stripe, intent, reasonOfIntent(intent));
    return resultOfIntent(intent, await keptBy(stripe, intent));
  }

  /** Stops an intent. One that moved meanwhile cannot be: then it is told as it stands. */
  async function stop(stripe: Stripe, intent: Stripe.PaymentIntent, reason?: string): Promise<ChargeResult> {
    // A refusal is kept under its key and said again, so that a later try needs another key.
    const minute = Math.floor(clock.now().getTime() / MINUTE_MS);
    const idempotencyKey = `${intent.metadata.paymentId}-cancel-${minute}`;
    try {
      const why = { cancellation_reason: 'abandoned' } as const;
      const stopped = await stripe.paymentIntents.cancel(intent.id, why, { idempotencyKey });
      return { state: 'FAILED', providerRef: stopped.id, reason: reason ?? reasonOfIntent(stopped) };
    } catch (error) {
      if (asStripeError(error)?.code !== 'payment_intent_unexpected_state') throw error;
    }
    const now = await stripe.paymentIntents.retrieve(intent.id, { expand: ['payment_method'] });
    const result = resultOfIntent(now, await keptBy(stripe, now));
    return result.state === 'FAILED' && reason ? { ...result, reason } : result;
  }

  async function refusedCharge(stripe: Stripe, order: ChargeOrder, error: unknown): Promise<ChargeResult> {
    const { paymentId } = order;
    if (isWithoutAnswer(error)) return unknown;
    if (isRefusedKey(error)) {
      log.error('stripe refuses our key', { paymentId, reason: asStripeError(error)?.code });
      return { state: 'FAILED', reason: 'PROVIDER_REFUSED' };
    }
    const refusal = asStripeError(error);
    if (refusal?.type === 'StripeIdempotencyError') return firstOf(stripe, paymentId);
    if (refusal?.type === 'StripeInvalidRequestError') {
      const isToken = refusal.code === 'resource_missing' && refusal.param?.startsWith('payment_method');
      return { state: 'FAILED', reason: isToken ? 'UNKNOWN_TOKEN' : reasonOf(refusal) };
    }
    if (refusal?.type !== 'StripeCardError') throw error;
    const reason = reasonOf(refusal);
    const declined = refusal.payment_intent;
    if (!declined) return { state: 'FAILED', reason };
    // Nobody but us could try it again, so that it has failed whether or not it could be stopped.
    await stop(stripe, declined, reason).catch((reason: unknown) =>
      log.warn('declined charge not stopped', { paymentId, reason: String(reason) }),
    );
    return { state: 'FAILED', providerRef: declined.id, reason };
  }

  /** The id was used before, for a charge that was not quite the same: the first one's result stands. */
  async function firstOf(stripe: Stripe, paymentId: string): Promise<ChargeResult> {
    const found = await findIntent(stripe, clock, paymentId, {});
    return typeof found === 'string' ? unknown : standing(stripe, found);
  }

  async function find(paymentId: string, trace: Trace): Promise<{ stripe: Stripe; found: FoundIntent }> {
    const { stripe } = await load();
    return { stripe, found: await findIntent(stripe, clock, paymentId, trace) };
  }

  return {
    name: 'stripe',

    async charge(order) {
      const amount = toStripe(order.amountMinor, order.currency);
      if (amount === undefined) return { state: 'FAILED', reason: 'INVALID_AMOUNT' };
      const { stripe } = await load();
      return answered(async () => {
        try {
          const customer = await customerOf(stripe, order);
          const asked = intentOf(order, amount, customer);
          const intent = await stripe.paymentIntents.create(asked, { idempotencyKey: order.paymentId });
          return await standing(stripe, intent);
        } catch (error) {
          return refusedCharge(stripe, order, error);
        }
      });
    },

    findCharge: (paymentId, trace = {}) =>
      answered(async () => {
        const { stripe, found } = await find(paymentId, trace);
        return typeof found === 'string' ? withoutOne(found) : standing(stripe, found);
      }),

    cancelCharge: (paymentId, trace = {}) =>
      answered(async () => {
        const { stripe, found } = await find(paymentId, trace);
        if (typeof found === 'string') return withoutOne(found);
        const isOver = found.status === 'succeeded' || found.status === 'canceled';
        return isOver || isDeclined(found) ? standing(stripe, found) : stop(stripe, found);
      }),

    refund: ({ refundId, paymentId, amountMinor, chargeRef }) =>
      answered(async () => {
        const { stripe, found: intent } = await find(paymentId, { providerRef: chargeRef });
        if (typeof intent === 'string') return withoutOne(intent);
        // Beyond a day Stripe forgets a key: what was made is looked for first.
        const known = await findRefundOf(stripe, clock, refundId, { chargeRef: intent.id });
        if (typeof known !== 'string') return resultOfRefund(known);
        if (intent.status !== 'succeeded') return { state: 'FAILED', reason: 'EXCEEDS_CHARGE' };
        const amount = toStripe(amountMinor, intent.currency.toUpperCase());
        if (amount === undefined) return { state: 'FAILED', reason: 'INVALID_AMOUNT' };
        const asked = { payment_intent: intent.id, amount, metadata: { refundId, paymentId } };
        try {
          return resultOfRefund(await stripe.refunds.create(asked, { idempotencyKey: refundId }));
        } catch (error) {
          return refusedRefund(error);
        }
      }),

    findRefund: (refundId, trace = {}) =>
      answered(async () => {
        const { stripe } = await load();
        const found = await findRefundOf(stripe, clock, refundId, trace);
        return typeof found === 'string' ? withoutOne(found) : resultOfRefund(found);
      }),

    async readWebhook(rawBody, headers) {
      const { stripe, webhookSecret } = await load();
      const signature = headers['stripe-signature'] ?? '';
      const event = genuine(() =>
        stripe.webhooks.constructEvent(
          rawBody,
          signature,
          webhookSecret,
          undefined,
          undefined,
          clock.now().getTime(),
        ),
      );
      return event && readEvent(stripe, event, (intent) => standing(stripe, intent));
    },
  };
}

type FoundIntent = Found<Stripe.PaymentIntent>;

function addressOf(apiBase: string) {
  const { hostname, port, protocol } = new URL(apiBase);
  return { host: hostname, port, protocol: protocol === 'http:' ? ('http' as const) : ('https' as const) };
}

/** Where Stripe did not say, it is not known. What is certain to be our own fault is thrown. */
async function answered(ask: () => Promise<ChargeResult>): Promise<ChargeResult> {
  try {
    return await ask();
  } catch (error) {
    if (isWithoutAnswer(error)) return unknown;
    throw error;
  }
}

function withoutOne(found: 'ABSENT' | 'UNSURE'): ChargeResult {
  return found === 'ABSENT' ? notFound : unknown;
}

/** The event, unless its signature or body is nobody's we know. */
function genuine(construct: () => Stripe.Event): Stripe.Event | undefined {
  try {
    return construct();
  } catch (error) {
    const isForged = asStripeError(error)?.type === 'StripeSignatureVerificationError';
    if (isForged || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Who the method belongs to: only what is kept needs an owner. */
async function customerOf(stripe: Stripe, { userId, save, saved }: ChargeOrder): Promise<string | undefined> {
  if (saved) return saved.customerRef;
  if (!save) return undefined;
  const owner = { metadata: { userId } };
  return (await stripe.customers.create(owner, { idempotencyKey: `${userId}-customer` })).id;
}

/** With a token or a kept method the charge is made at once; without, the device makes it with the client secret. */
function intentOf(
  order: ChargeOrder,
  amount: number,
  customer: string | undefined,
): Stripe.PaymentIntentCreateParams {
  const { paymentId, orderId, userId, currency, method, token, save, saved } = order;
  const paymentMethod = saved?.methodRef ?? token;
  return {
    amount,
    currency: currency.toLowerCase(),
    allowed_payment_method_types: [method === 'UPI' ? 'upi' : 'card'],
    description: orderId ? `Order ${orderId}` : `Payment ${paymentId}`,
    metadata: { paymentId, userId, ...(orderId && { orderId }) },
    expand: ['payment_method'],
    ...(customer && { customer }),
    ...(paymentMethod && { payment_method: paymentMethod, confirm: true }),
    ...(saved ? { off_session: true } : token && { use_stripe_sdk: true }),
    ...(save && !saved && { setup_future_usage: 'off_session' }),
  };
}

/** The method that a succeeded charge keeps. */
async function keptBy(stripe: Stripe, intent: Stripe.PaymentIntent): Promise<SavedMethod | undefined> {
  const { status, setup_future_usage: usage, customer, payment_method: given } = intent;
  if (status !== 'succeeded' || usage !== 'off_session' || !customer || !given) return undefined;
  const method = typeof given === 'string' ? await stripe.paymentMethods.retrieve(given) : given;
  const customerRef = typeof customer === 'string' ? customer : customer.id;
  return { customerRef, methodRef: method.id, label: labelOf(method) };
}

function refusedRefund(error: unknown): ChargeResult {
  const refusal = asStripeError(error);
  if (refusal?.type !== 'StripeInvalidRequestError') throw error;
  const isTooMuch = refusal.code === 'charge_already_refunded' || refusal.param === 'amount';
  return { state: 'FAILED', reason: isTooMuch ? 'EXCEEDS_CHARGE' : reasonOf(refusal) };
}
