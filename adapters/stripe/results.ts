import type Stripe from 'stripe';
import type { ChargeResult, SavedMethod } from '#shared/ports/ports.ts';
import { fromStripe } from './amounts.ts';

export const notFound: ChargeResult = { state: 'FAILED', reason: 'NOT_FOUND' };
export const unknown: ChargeResult = { state: 'UNKNOWN' };

/** What a household need not be told about its card. Stripe asks to show these as any other decline. */
const toldToNobody = ['fraudulent', 'lost_card', 'merchant_blacklist', 'pickup_card', 'stolen_card'];

/** What an intent says of its charge. One that was declined and could be tried anew is FAILED only once it is stopped. */
export function resultOfIntent(intent: Stripe.PaymentIntent, saved?: SavedMethod): ChargeResult {
  const providerRef = intent.id;
  const currency = intent.currency.toUpperCase();
  if (intent.status === 'succeeded') {
    const amountMinor = fromStripe(intent.amount_received, currency);
    return { state: 'SUCCEEDED', providerRef, amountMinor, currency, ...(saved && { saved }) };
  }
  if (intent.status === 'canceled') return { state: 'FAILED', providerRef, reason: reasonOfIntent(intent) };
  // Whoever pays may be asked for more: the device has the secret to finish with.
  const clientSecret = intent.status === 'processing' ? undefined : (intent.client_secret ?? undefined);
  const amountMinor = fromStripe(intent.amount, currency);
  return { state: 'PENDING', providerRef, amountMinor, currency, ...(clientSecret && { clientSecret }) };
}

/** A try was declined, and nothing is under way. */
export function isDeclined({ status, last_payment_error: error }: Stripe.PaymentIntent): boolean {
  return status === 'requires_payment_method' && Boolean(error);
}

export function reasonOfIntent({ last_payment_error: error }: Stripe.PaymentIntent): string {
  return error ? reasonOf(error) : 'CANCELLED';
}

/** Why a card was declined or a request refused, in our spelling: `INSUFFICIENT_FUNDS`. */
export function reasonOf({ code, decline_code }: { code?: string; decline_code?: string }): string {
  const isPlain = decline_code === undefined || decline_code === 'generic_decline';
  const reason = isPlain || toldToNobody.includes(decline_code) ? code : decline_code;
  return (reason ?? 'DECLINED').toUpperCase();
}

export function resultOfRefund(refund: Stripe.Refund): ChargeResult {
  const { id: providerRef, status, failure_reason: reason } = refund;
  if (status === 'canceled') return { state: 'FAILED', providerRef, reason: 'CANCELLED' };
  if (status === 'failed')
    return { state: 'FAILED', providerRef, reason: reason?.toUpperCase() ?? 'REFUND_FAILED' };
  const currency = refund.currency.toUpperCase();
  const amountMinor = fromStripe(refund.amount, currency);
  return { state: status === 'succeeded' ? 'SUCCEEDED' : 'PENDING', providerRef, amountMinor, currency };
}

const brands: Readonly<Record<string, string>> = {
  amex: 'American Express',
  diners: 'Diners Club',
  jcb: 'JCB',
  rupay: 'RuPay',
  unionpay: 'UnionPay',
};

/** How a household knows its method again. A UPI address names a person: only its bank's part is shown. */
export function labelOf({ type, card, upi }: Stripe.PaymentMethod): string {
  if (card) {
    const brand = brands[card.brand] ?? card.brand.charAt(0).toUpperCase() + card.brand.slice(1);
    return `${brand} •••• ${card.last4}`;
  }
  const bank = upi?.vpa?.split('@')[1];
  return bank ? `UPI ••••@${bank}` : type.toUpperCase();
}
