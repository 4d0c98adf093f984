import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { openLine } from '#shared/data/line.ts';
import { emulated } from '../contract/emulated.ts';
import { STRIPE_KEY, STRIPE_WEBHOOK_SECRET, startStripe } from '../contract/stripeServer.ts';
import { makePayments } from './payments.ts';
import { readSecret } from './secret.ts';
import { towards } from './testing.ts';

const there = towards(emulated ?? '');
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = { now: () => new Date() };

const secrets = openLine({ ...there, credentials: () => there.credentials });
afterAll(() => secrets.close());

/** A secret that Secrets Manager keeps; answers its name. */
async function kept(SecretString: string): Promise<string> {
  const Name = `milkfloat/${crypto.randomUUID()}`;
  await new SecretsManagerClient(there).send(new CreateSecretCommand({ Name, SecretString }));
  return Name;
}

const aCharge = {
  paymentId: 'PAY1',
  orderId: 'O1',
  userId: 'U101',
  amountMinor: 6400,
  currency: 'INR',
  method: 'CARD' as const,
  token: 'pm_card_visa',
};

test('The installation’s secret is what Secrets Manager keeps', async () => {
  expect(await readSecret(await kept('s'.repeat(64)), secrets)).toBe('s'.repeat(64));
});

test('A secret that is too short to be ours, or not there, stops the Lambda before it serves anybody', async () => {
  const name = await kept('short');
  await expect(readSecret(name, secrets)).rejects.toThrow(name);
  await expect(readSecret('milkfloat/none', secrets)).rejects.toThrow(
    /milkfloat\/none cannot be read: Resource/,
  );
});

test('Stripe’s keys come from a secret of their own, read when a card is first charged', async () => {
  const stripe = await startStripe(() => Date.now());
  onTestFinished(() => stripe.close());
  const keys = { STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRET };
  const secretName = await kept(JSON.stringify(keys));
  const payments = makePayments({ stripe: { secretName, secrets }, clock, log, apiBase: stripe.url });
  expect(payments.name).toBe('stripe');
  expect(await payments.charge(aCharge)).toMatchObject({ state: 'SUCCEEDED', amountMinor: 6400 });
});

test.each([
  '{"STRIPE_SECRET_KEY":"sk_test_without_the_other_one"}',
  'sk_live_pasted_as_it_is_into_the_secret',
])('A secret that is not what Stripe needs is named, and nothing of it is told', async (text) => {
  const secretName = await kept(text);
  const payments = makePayments({ stripe: { secretName, secrets }, clock, log });
  const refused = await payments.charge(aCharge).catch((error: Error) => error.message);
  expect(refused).toContain(secretName);
  expect(refused).not.toContain('sk_');
});
