import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { emulated } from '../contract/emulated.ts';
import { STRIPE_KEY, STRIPE_WEBHOOK_SECRET, startStripe } from '../contract/stripeServer.ts';
import { makePayments } from './payments.ts';
import { readSecret } from './secret.ts';
import { towards } from './testing.ts';

const there = towards(emulated ?? '');
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = { now: () => new Date() };

beforeEach(() => {
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', there.endpoint);
  vi.stubEnv('AWS_REGION', there.region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', there.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', there.credentials.secretAccessKey);
});
afterEach(() => vi.unstubAllEnvs());

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
  expect(await readSecret(await kept('s'.repeat(64)))).toBe('s'.repeat(64));
});

test('A secret that is too short to be ours, or not there, stops the Lambda before it serves anybody', async () => {
  const name = await kept('short');
  await expect(readSecret(name)).rejects.toThrow(name);
  await expect(readSecret('milkfloat/none')).rejects.toThrow(/find/);
});

test('Stripe’s keys come from a secret of their own, read when a card is first charged', async () => {
  const stripe = await startStripe(() => Date.now());
  onTestFinished(() => stripe.close());
  const keys = { STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRET };
  const stripeSecretName = await kept(JSON.stringify(keys));
  const payments = makePayments({ stripeSecretName, clock, log, apiBase: stripe.url });
  expect(payments.name).toBe('stripe');
  expect(await payments.charge(aCharge)).toMatchObject({ state: 'SUCCEEDED', amountMinor: 6400 });
});

test.each([
  '{"STRIPE_SECRET_KEY":"sk_test_without_the_other_one"}',
  'sk_live_pasted_as_it_is_into_the_secret',
])('A secret that is not what Stripe needs is named, and nothing of it is told', async (text) => {
  const stripeSecretName = await kept(text);
  const payments = makePayments({ stripeSecretName, clock, log });
  const refused = await payments.charge(aCharge).catch((error: Error) => error.message);
  expect(refused).toContain(stripeSecretName);
  expect(refused).not.toContain('sk_');
});
