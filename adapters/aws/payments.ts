import { z } from '@hono/zod-openapi';
import type { Line } from '#shared/data/line.ts';
import type { ChargeResult, Clock, Log, PaymentProvider } from '#shared/ports/ports.ts';
import { makeStripe } from '../stripe/payments.ts';
import { readJsonSecret } from './secret.ts';

const refused: ChargeResult = { state: 'FAILED', reason: 'NO_PROVIDER' };

/** A dairy without a card provider: cash at the door works, every card or UPI charge is declined. */
const nobody: PaymentProvider = {
  name: 'none',
  charge: async () => refused,
  findCharge: async () => refused,
  cancelCharge: async () => refused,
  refund: async () => refused,
  findRefund: async () => refused,
  // Nobody can sign for a provider that does not exist.
  readWebhook: async () => undefined,
};

/** What the secret of Stripe holds, as JSON: the variables of one machine under their names. */
const StripeSecret = z.object({
  STRIPE_SECRET_KEY: z.string().regex(/^[sr]k_\S+$/),
  STRIPE_WEBHOOK_SECRET: z.string().regex(/^whsec_\S+$/),
});

/** Stripe, when the function is told where the secret with its keys is; else nobody takes cards. */
export function makePayments(options: {
  stripe: { secretName: string; secrets: Line } | undefined;
  clock: Clock;
  log: Log;
  /** Another address of Stripe's API, for tests. */
  apiBase?: string;
}): PaymentProvider {
  const { stripe, ...rest } = options;
  return stripe ? makeStripe({ ...rest, keys: () => readKeys(stripe.secretName, stripe.secrets) }) : nobody;
}

/** Read at the first use, so that functions which never ask the provider need no right to it. */
async function readKeys(name: string, secrets: Line) {
  const holds = 'STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET';
  const keys = await readJsonSecret(name, secrets, StripeSecret, holds);
  return { secretKey: keys.STRIPE_SECRET_KEY, webhookSecret: keys.STRIPE_WEBHOOK_SECRET };
}
