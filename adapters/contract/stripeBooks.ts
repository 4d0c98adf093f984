import { type Answer, type Fields, failure, fieldsIn, textOf } from './stripeApi.ts';

/** Stripe's own names of test methods, and what they do. `pm_slow` is ours: a method that takes its time. */
const methods: Readonly<
  Record<string, { decline?: string; later?: string; refund?: string; type?: string }>
> = {
  pm_card_visa: {},
  pm_card_visa_chargeDeclined: { decline: 'generic_decline' },
  pm_card_visa_chargeDeclinedInsufficientFunds: { decline: 'insufficient_funds' },
  pm_card_visa_chargeDeclinedStolenCard: { decline: 'stolen_card' },
  pm_card_chargeCustomerFail: { later: 'generic_decline' },
  pm_card_authenticationRequired: { later: 'authentication_required' },
  pm_card_pendingRefund: { refund: 'pending' },
  pm_card_refundFail: { refund: 'failed' },
  pm_slow: {},
  pm_upi: { type: 'upi' },
};

export interface Intent extends Record<string, unknown> {
  id: string;
  status: string;
  amount: number;
  amount_received: number;
  currency: string;
  metadata: Fields;
  created: number;
  customer: string | null;
  payment_method: string | null;
  last_payment_error: unknown;
}
type Method = { id: string; object: 'payment_method'; named: string; customer: string | null };
export interface Refund extends Record<string, unknown> {
  id: string;
  status: string;
  amount: number;
  payment_intent: string;
  created: number;
  metadata: Fields;
}

/** What Stripe knows and does of customers, methods, intents and refunds. `tell` is given each event's type and object. */
export function makeBooks(now: () => number, tell: (type: string, object: object) => void) {
  const customers = new Map<string, object>();
  const kept = new Map<string, Method>();
  const intents = new Map<string, Intent>();
  const refunds = new Map<string, Refund>();
  let ids = 0;
  const idOf = (prefix: string) => `${prefix}_${++ids}`;
  const seconds = () => Math.floor(now() / 1000);

  function createCustomer(fields: Fields): Answer {
    const customer = { id: idOf('cus'), object: 'customer', metadata: fields.metadata ?? {} };
    customers.set(customer.id, customer);
    return { status: 200, body: customer };
  }

  function createIntent(fields: Fields): Answer {
    const amount = Number(textOf(fields.amount));
    if (!(amount >= 50))
      return failure(400, { type: 'invalid_request_error', code: 'amount_too_small', param: 'amount' });
    const customer = textOf(fields.customer) ?? null;
    if (customer && !customers.has(customer))
      return failure(400, { type: 'invalid_request_error', code: 'resource_missing', param: 'customer' });
    const named = textOf(fields.payment_method);
    const method = named === undefined ? undefined : methodOf(named);
    if (named !== undefined && (!method || (method.customer && method.customer !== customer)))
      return failure(400, {
        type: 'invalid_request_error',
        code: 'resource_missing',
        param: 'payment_method',
      });
    const intent: Intent = {
      id: idOf('pi'),
      object: 'payment_intent',
      amount,
      amount_received: 0,
      currency: String(fields.currency),
      created: seconds(),
      metadata: fieldsIn(fields.metadata),
      customer,
      payment_method: method?.id ?? null,
      setup_future_usage: textOf(fields.setup_future_usage) ?? null,
      client_secret: idOf('secret'),
      last_payment_error: null,
      status: method ? 'requires_confirmation' : 'requires_payment_method',
      livemode: false,
    };
    intents.set(intent.id, intent);
    tell('payment_intent.created', intent);
    if (method && textOf(fields.confirm) === 'true')
      return confirm(intent, method, fields.off_session === 'true');
    return { status: 200, body: shown(intent) };
  }

  function methodOf(named: string): Method | undefined {
    const known = kept.get(named);
    if (known) return known;
    if (!methods[named]) return undefined;
    const type = methods[named].type ?? 'card';
    const details =
      type === 'upi' ? { upi: { vpa: 'asha@okbank' } } : { card: { brand: 'visa', last4: '4242' } };
    const method: Method = {
      id: idOf('pm'),
      object: 'payment_method',
      named,
      customer: null,
      ...{ type, ...details },
    };
    kept.set(method.id, method);
    return method;
  }

  /** A try to take the money. */
  function confirm(intent: Intent, method: Method, offSession: boolean): Answer {
    const { decline, later, type } = methods[method.named] ?? {};
    intent.payment_method = method.id;
    intent.last_payment_error = null;
    const authenticates = later === 'authentication_required' && !offSession;
    const declined = decline ?? (offSession ? later : undefined);
    if (declined) return declineIntent(intent, declined);
    if (authenticates || type === 'upi') {
      intent.status = 'requires_action';
      tell('payment_intent.requires_action', intent);
    } else if (method.named === 'pm_slow') {
      intent.status = 'processing';
      tell('payment_intent.processing', intent);
    } else succeed(intent);
    return { status: 200, body: shown(intent) };
  }

  function declineIntent(intent: Intent, decline: string): Answer {
    const code = decline === 'authentication_required' ? decline : 'card_declined';
    const error = { type: 'card_error', code, decline_code: decline, message: 'Your card was declined.' };
    intent.status = 'requires_payment_method';
    intent.last_payment_error = error;
    intent.payment_method = null;
    tell('payment_intent.payment_failed', intent);
    return failure(402, { ...error, payment_intent: shown(intent) });
  }

  function succeed(intent: Intent): void {
    intent.status = 'succeeded';
    intent.amount_received = intent.amount;
    const method = kept.get(String(intent.payment_method));
    if (method && intent.setup_future_usage) method.customer = intent.customer;
    tell('payment_intent.succeeded', intent);
  }

  function cancel(id: string): Answer {
    const intent = intents.get(id);
    if (!intent) return missing('intent');
    if (['succeeded', 'canceled', 'processing'].includes(intent.status))
      return failure(400, { type: 'invalid_request_error', code: 'payment_intent_unexpected_state' });
    intent.status = 'canceled';
    intent.last_payment_error = null;
    tell('payment_intent.canceled', intent);
    return { status: 200, body: shown(intent) };
  }

  function createRefund(fields: Fields): Answer {
    const intent = intents.get(String(fields.payment_intent));
    if (!intent)
      return failure(404, {
        type: 'invalid_request_error',
        code: 'resource_missing',
        param: 'payment_intent',
      });
    const amount = Number(textOf(fields.amount));
    const left =
      intent.amount_received - sumOf(refundsOf(intent.id).filter(({ status }) => status !== 'failed'));
    if (left === 0) return failure(400, { type: 'invalid_request_error', code: 'charge_already_refunded' });
    if (amount > left) return failure(400, { type: 'invalid_request_error', param: 'amount' });
    const refund: Refund = {
      id: idOf('re'),
      object: 'refund',
      amount,
      currency: intent.currency,
      payment_intent: intent.id,
      created: seconds(),
      metadata: fieldsIn(fields.metadata),
      failure_reason: undefined,
      status: 'succeeded',
    };
    const ends = methods[kept.get(String(intent.payment_method))?.named ?? '']?.refund;
    if (ends) refund.status = ends;
    if (ends === 'failed') refund.failure_reason = 'expired_or_canceled_card';
    refunds.set(refund.id, refund);
    tell('refund.created', refund);
    return { status: 200, body: { ...refund } };
  }

  const refundsOf = (intentId: string) =>
    [...refunds.values()].filter(({ payment_intent }) => payment_intent === intentId);
  /** As asked with `expand`: the method whole. */
  const shown = (intent: Intent) => ({
    ...intent,
    payment_method: kept.get(String(intent.payment_method)) ?? null,
  });

  return {
    intents,
    refunds,
    kept,
    createCustomer,
    createIntent,
    confirm,
    declineIntent,
    succeed,
    cancel,
    createRefund,
    shown,
    methodOf,
  };
}

function sumOf(refunds: Refund[]): number {
  return refunds.reduce((sum, { amount }) => sum + amount, 0);
}

export function missing(param: string): Answer {
  return failure(404, { type: 'invalid_request_error', code: 'resource_missing', param });
}
