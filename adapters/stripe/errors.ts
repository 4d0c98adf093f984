import type Stripe from 'stripe';

type StripeError = Stripe.errors.StripeError;

/** The SDK's errors are told by their type: the SDK itself is loaded lazily. */
export function asStripeError(error: unknown): StripeError | undefined {
  const isOne = error instanceof Error && 'type' in error && String(error.type).startsWith('Stripe');
  return isOne ? (error as StripeError) : undefined;
}

const withoutAnswer = ['StripeConnectionError', 'StripeAPIError', 'StripeRateLimitError'];

/** Nobody can tell from this whether Stripe did what it was asked: no answer, a fault there, too busy, or still at it. */
export function isWithoutAnswer(error: unknown): boolean {
  return withoutAnswer.includes(asStripeError(error)?.type ?? '');
}

/** Our key is wrong, or may not do this. */
export function isRefusedKey(error: unknown): boolean {
  const type = asStripeError(error)?.type ?? '';
  return type === 'StripeAuthenticationError' || type === 'StripePermissionError';
}

export function isMissing(error: unknown): boolean {
  return asStripeError(error)?.code === 'resource_missing';
}
