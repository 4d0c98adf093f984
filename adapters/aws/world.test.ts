import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { openLine } from '#shared/data/line.ts';
import { STRIPE_KEY, STRIPE_WEBHOOK_SECRET, startStripe } from '../contract/stripeServer.ts';
import { makePayments } from './payments.ts';
import { standIn, type Told } from './testing.ts';
import { awsWorld } from './world.ts';

const environment = {
  AWS_REGION: 'ap-south-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  SECRET_NAME: 'milkfloat/secret',
  USER_POOL_ID: 'ap-south-1_test',
  USER_POOL_CLIENT_ID: 'functions',
  FILES_BUCKET: 'files',
  MAIL_FROM: 'milk@dairy.example',
  SMS_ORIGINATION: 'arn:aws:sms-voice:ap-south-1:1:sender-id/MLKFLT/IN',
  PUBLIC_URL: 'https://dairy.example',
  PASSWORD_POLICY: 'strict',
};

afterEach(() => vi.unstubAllEnvs());

const aCharge = {
  paymentId: 'PAY1',
  orderId: 'O1',
  userId: 'U101',
  amountMinor: 6400,
  currency: 'INR',
  method: 'CARD' as const,
  token: 'pm_card_visa',
};

async function worldWith(told: Told, more: Record<string, string> = {}) {
  const secrets = await standIn(() => told);
  onTestFinished(() => secrets.close());
  const all = { ...environment, ...more, AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  return { made: awsWorld(), asked: secrets.asked };
}

test('A Lambda makes its world from its environment and the secret that AWS keeps', async () => {
  const { made, asked } = await worldWith({ body: { SecretString: 's'.repeat(64) } });
  const { config, payments, mailer } = await made;
  expect(config).toEqual({
    secret: 's'.repeat(64),
    passwordPolicy: 'strict',
    rateLimits: true,
    countsRequests: false,
    publicUrl: 'https://dairy.example',
    trustProxy: false,
    screens: { cards: { provider: 'NONE' } },
  });
  expect([payments.name, mailer.keepsInbox]).toEqual(['none', false]);
  expect(asked.map(({ body }) => JSON.parse(body))).toEqual([{ SecretId: 'milkfloat/secret' }]);
});

test('A Lambda does not take its time from a test', async () => {
  const refused = await awsWorld({ ...environment, TEST_CLOCK: '2027-01-04T04:30:00Z' }).catch(
    (error: Error) => error.message,
  );
  expect(refused).toBe("The function's environment is not right: TEST_CLOCK: is refused on AWS");
});

test('A secret that is too short to be ours stops the Lambda before it serves anybody', async () => {
  const { made } = await worldWith({ body: { SecretString: 'short' } });
  await expect(made).rejects.toThrow(/milkfloat\/secret/);
});

test('A bad environment is named variable by variable, and no value of it is told', async () => {
  const { FILES_BUCKET: _gone, ...rest } = { ...environment, PUBLIC_URL: 'not-a-url-but-private' };
  const refused = await awsWorld(rest).catch((error: Error) => error.message);
  expect(refused).toContain('FILES_BUCKET');
  expect(refused).toContain('PUBLIC_URL');
  expect(refused).not.toContain('private');
});

test('Stripe’s keys come from a secret of their own, read when a card is first charged', async () => {
  const stripe = await startStripe(() => Date.now());
  const keys = JSON.stringify({ STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRET });
  const secrets = await standIn(() => ({ body: { SecretString: keys } }));
  const credentials = () => ({ accessKeyId: 'test', secretAccessKey: 'test' });
  const line = openLine({ region: 'ap-south-1', endpoint: secrets.url, credentials });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const clock = { now: () => new Date() };
  try {
    const payments = makePayments({
      stripe: { secretName: 'milkfloat/stripe', secrets: line },
      clock,
      log,
      apiBase: stripe.url,
    });
    expect([payments.name, secrets.asked]).toEqual(['stripe', []]);
    expect(await payments.charge(aCharge)).toMatchObject({ state: 'SUCCEEDED', amountMinor: 6400 });
    expect(secrets.asked.map(({ body }) => JSON.parse(body))).toEqual([{ SecretId: 'milkfloat/stripe' }]);
  } finally {
    line.close();
    await secrets.close();
    await stripe.close();
  }
});

test.each([
  '{"STRIPE_SECRET_KEY":"sk_test_without_the_other_one"}',
  'sk_live_pasted_as_it_is_into_the_secret',
])('A secret that is not what Stripe needs is named, and nothing of it is told', async (SecretString) => {
  const { made } = await worldWith({ body: { SecretString } }, { STRIPE_SECRET_NAME: 'milkfloat/stripe' });
  const { payments } = await made;
  const refused = await payments.charge(aCharge).catch((error: Error) => error.message);
  expect(refused).toContain('milkfloat/stripe');
  expect(refused).not.toContain('sk_');
});
