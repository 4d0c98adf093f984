import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STRIPE_KEY, STRIPE_WEBHOOK_SECRET, startStripe } from '#adapters/contract/stripeServer.ts';
import { Payments, Refunds } from '#lambdas/payment/models/Payment.ts';
import { readConfig } from './config.ts';
import { type TestDairy, testDairy } from './testDairy.ts';
import { httpEvent, httpResult, publishedOf, timerEvent } from './testEvents.ts';

/** A whole dairy that takes cards by Stripe, beside a stand-in for Stripe. */
let stripe: Awaited<ReturnType<typeof startStripe>>;
let dairy: TestDairy;
beforeAll(async () => {
  const clock = { now: () => Date.parse('2027-01-04T04:30:00.000Z') };
  stripe = await startStripe(() => clock.now());
  const env = { STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_API_BASE: stripe.url };
  dairy = await testDairy({ env });
  clock.now = () => dairy.clock.now().getTime();
});
afterAll(async () => {
  await dairy?.close();
  await stripe?.close();
});

const paymentRow = (paymentId: string) => dairy.world.store.get(Payments, { paymentId });
const intentOf = (paymentId: string) => {
  const found = [...stripe.books.intents.values()].find(({ metadata }) => metadata.paymentId === paymentId);
  if (!found) throw new Error(`Stripe has no intent of ${paymentId}`);
  return found;
};

/** Stripe's webhook arrives at the door. */
async function arrive(raw: string, headers = stripe.headersOf(raw)) {
  return httpResult(
    await dairy.handlerOf('payment')(httpEvent('POST', '/payment/webhook', { rawBody: raw, headers })),
  );
}

test('A household pays by card with Stripe, and its webhook, however often it comes, changes nothing twice', async () => {
  const order = await dairy.order();
  const paid = await dairy.pay(order, { paymentToken: 'pm_card_visa' });
  expect(paid.status).toBe('SUCCESS');
  expect(await paymentRow(paid.paymentId)).toMatchObject({
    provider: 'stripe',
    providerRef: intentOf(paid.paymentId).id,
    captured: 10_000,
  });
  const { raw = '' } = stripe.sent.find(({ type }) => type === 'payment_intent.succeeded') ?? {};
  for (let times = 0; times < 3; times++) expect(await arrive(raw)).toMatchObject({ status: 200 });
  expect(await publishedOf(dairy.world, 'PAYMENT_SUCCEEDED')).toHaveLength(1);
});

test('A household whose bank asks for more pays on its device, and the webhook confirms the order', async () => {
  const order = await dairy.order();
  const begun = await dairy.pay(order, { paymentToken: 'pm_card_authenticationRequired' });
  expect(begun).toMatchObject({
    status: 'PENDING',
    clientSecret: intentOf(begun.paymentId).client_secret,
  });
  stripe.books.succeed(intentOf(begun.paymentId));
  const { raw = '' } = stripe.sent.at(-1) ?? {};
  const forged = stripe.headersOf(raw, { secret: 'whsec_of_somebody' });
  expect(await arrive(raw, forged)).toMatchObject({ status: 401, body: { code: 'BAD_SIGNATURE' } });
  const reserialised = JSON.stringify(JSON.parse(raw), null, 1);
  expect(await arrive(reserialised, stripe.headersOf(raw))).toMatchObject({ status: 401 });
  expect(await paymentRow(begun.paymentId)).toMatchObject({ status: 'PENDING' });
  expect(await arrive(raw)).toMatchObject({ status: 200, body: { received: true } });
  expect(await dairy.orderRow(order.orderId)).toMatchObject({ status: 'CONFIRMED' });
});

test('Money in another currency pays nothing and goes back whole', async () => {
  const order = await dairy.order();
  const { paymentId } = await dairy.pay(order, { paymentToken: 'pm_card_authenticationRequired' });
  stripe.books.succeed(Object.assign(intentOf(paymentId), { currency: 'usd' }));
  expect(await arrive(stripe.sent.at(-1)?.raw ?? '')).toMatchObject({ status: 200 });
  expect(await paymentRow(paymentId)).toMatchObject({ status: 'FAILED', reason: 'WRONG_CURRENCY' });
  expect(await dairy.orderRow(order.orderId)).toMatchObject({ status: 'CREATED' });
  await dairy.settle();
  const back = [...stripe.books.refunds.values()].filter(
    ({ payment_intent }) => payment_intent === intentOf(paymentId).id,
  );
  expect(back.map(({ amount, status }) => [amount, status])).toEqual([[10_000, 'succeeded']]);
});

test('Money in another currency that Stripe does not take back either is the desk’s to pay out, never a balance', async () => {
  const order = await dairy.order();
  const { paymentId } = await dairy.pay(order, { paymentToken: 'pm_card_authenticationRequired' });
  const error = { type: 'invalid_request_error', code: 'charge_not_refundable', message: 'No refund' };
  stripe.trouble('POST refunds', { status: 400, error });
  stripe.books.succeed(Object.assign(intentOf(paymentId), { currency: 'usd' }));
  await arrive(stripe.sent.at(-1)?.raw ?? '');
  await dairy.settle();
  const payouts = () =>
    dairy.call<{ refundId: string; userId: string; amount: number; reason?: string }[]>(
      'payment',
      'listPayouts',
      {},
      dairy.admin,
    );
  const [payout] = await payouts();
  const { userId } = dairy.household;
  expect(payout).toMatchObject({ userId, amount: 100, to: 'BANK', reason: 'WRONG_CURRENCY' });
  const wallet = () => dairy.call<{ available: number }>('payment', 'viewWallet', {}, dairy.household);
  const before = await wallet();
  const { refundId = '' } = payout ?? {};
  // The clock asks about refunds again; this one is not the provider's any more.
  dairy.clock.advance(3_600);
  await dairy.handlerOf('payment')(timerEvent('reconcilePayments'));
  expect(await payouts()).toHaveLength(1);
  await dairy.call('payment', 'settlePayout', { refundId, status: 'SUCCESS' }, dairy.admin);
  expect(await payouts()).toEqual([]);
  expect(await wallet()).toEqual(before);
});

test('An answer that Stripe lost is asked for by the clock, and a request it never got ends the payment', async () => {
  const order = await dairy.order();
  stripe.trouble('POST payment_intents', 'LOST_ANSWER', 'LOST_ANSWER');
  const lost = await dairy.pay(order, { paymentToken: 'pm_card_visa' });
  expect(lost.status).toBe('PENDING');
  dairy.clock.advance(61);
  await dairy.handlerOf('payment')(timerEvent('reconcilePayments'));
  expect(await paymentRow(lost.paymentId)).toMatchObject({ status: 'SUCCESS', captured: 10_000 });

  const second = await dairy.order();
  stripe.trouble('POST payment_intents', 'LOST_REQUEST', 'LOST_REQUEST');
  const { paymentId } = await dairy.pay(second, { paymentToken: 'pm_card_visa' });
  dairy.clock.advance(61);
  await dairy.handlerOf('payment')(timerEvent('reconcilePayments'));
  expect(await paymentRow(paymentId)).toMatchObject({ status: 'PENDING' });
  dairy.clock.advance(60);
  await dairy.handlerOf('payment')(timerEvent('reconcilePayments'));
  expect(await paymentRow(paymentId)).toMatchObject({ status: 'FAILED', reason: 'NOT_FOUND' });
});

test('A cancelled order’s money goes back to the card it came from, once', async () => {
  const order = await dairy.order();
  const { paymentId } = await dairy.pay(order, { paymentToken: 'pm_card_visa' });
  await dairy.call('order', 'cancelOrder', { orderId: order.orderId }, dairy.household);
  await dairy.settle();
  const [refund] = [...stripe.books.refunds.values()].filter(
    ({ metadata }) => metadata.paymentId === paymentId,
  );
  expect(refund).toMatchObject({ amount: 10_000, payment_intent: intentOf(paymentId).id });
  const refundId = String(refund?.metadata.refundId);
  expect(await dairy.world.store.get(Refunds, { refundId })).toMatchObject({
    status: 'SUCCESS',
    amount: 10_000,
  });
});

test('A webhook that is none of the dairy’s business is taken and forgotten', async () => {
  const { raw } = stripe.send('customer.updated', { id: 'cus_1' });
  expect(await arrive(raw)).toMatchObject({ status: 200, body: { received: true } });
});

test('Half of Stripe’s secrets, a key that is none, and a stand-in elsewhere stop the start by name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'milkfloat-config-'));
  const start = (env: Record<string, string>) => () => readConfig({ DATA_DIR: folder, ...env });
  const both = { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' };
  try {
    expect(start(both)().stripe).toEqual({ secretKey: 'sk_test_1', webhookSecret: 'whsec_1' });
    expect(start({})().stripe).toBeUndefined();
    expect(start({ ...both, STRIPE_WEBHOOK_SECRET: '' })).toThrow(
      /STRIPE_SECRET_KEY: needs STRIPE_WEBHOOK_SECRET/,
    );
    expect(start({ ...both, STRIPE_SECRET_KEY: '' })).toThrow(
      /STRIPE_WEBHOOK_SECRET: needs STRIPE_SECRET_KEY/,
    );
    expect(start({ ...both, STRIPE_SECRET_KEY: 'pk_live_1' })).toThrow(/STRIPE_SECRET_KEY/);
    expect(start({ ...both, STRIPE_API_BASE: 'https://stripe.example' })).toThrow(/STRIPE_API_BASE/);
    expect(start({ ...both, STRIPE_API_BASE: 'http://127.0.0.1:12111' })().STRIPE_API_BASE).toMatch(/12111/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
