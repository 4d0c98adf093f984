import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ChargeOrder, SavedMethod } from '#shared/ports/ports.ts';
import { stripe } from '../contract/counterparts.ts';
import type { Trouble } from '../contract/stripeApi.ts';
import { STRIPE_KEY, STRIPE_WEBHOOK_SECRET } from '../contract/stripeServer.ts';
import { makeStripe } from './payments.ts';

const CREATE = 'POST payment_intents';
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function open() {
  const other = await stripe(onTestFinished);
  const { server, clock, provider } = other;
  const order = (paymentId: string, more: Partial<ChargeOrder> = {}): ChargeOrder => ({
    paymentId,
    orderId: 'O1',
    userId: 'U101',
    amountMinor: 6400,
    currency: 'INR',
    method: 'CARD',
    token: 'pm_card_visa',
    ...more,
  });
  const charge = (paymentId: string, more?: Partial<ChargeOrder>) => provider.charge(order(paymentId, more));
  const since = { createdAt: clock.now().toISOString() };
  const intents = () => [...server.books.intents.values()];
  const asked = (path: string) =>
    server.asked.filter((one) => one.method === 'POST' && one.path === `/v1/${path}`);
  /** Another adapter to the same Stripe. */
  const another = (more: Partial<Parameters<typeof makeStripe>[0]> = {}) =>
    makeStripe({
      keys: async () => ({ secretKey: STRIPE_KEY, webhookSecret: STRIPE_WEBHOOK_SECRET }),
      clock,
      log: quiet,
      apiBase: server.url,
      ...more,
    });
  return { ...other, order, charge, since, intents, asked, another };
}

const taken = { state: 'SUCCEEDED', amountMinor: 6400, currency: 'INR' };

describe('A charge', () => {
  test('is one intent that says whose it is, under our own id as its key', async () => {
    const { charge, asked } = await open();
    await charge('PAY1');
    const [{ fields, headers } = { fields: {}, headers: {} as Record<string, unknown> }] =
      asked('payment_intents');
    expect(headers['idempotency-key']).toBe('PAY1');
    expect(fields).toMatchObject({
      amount: '6400',
      currency: 'inr',
      confirm: 'true',
      payment_method: 'pm_card_visa',
      allowed_payment_method_types: { 0: 'card' },
      metadata: { paymentId: 'PAY1', orderId: 'O1', userId: 'U101' },
    });
    expect(fields).not.toHaveProperty('customer');
    expect(fields).not.toHaveProperty('setup_future_usage');
  });

  test('without a token is left to the household’s device, which gets the secret to finish it with', async () => {
    const { charge, provider, server, intents, since } = await open();
    const begun = await charge('PAY1', { token: undefined });
    expect(begun).toMatchObject({ state: 'PENDING', clientSecret: expect.stringMatching(/^secret_/) });
    expect(await provider.findCharge('PAY1', since)).toEqual(begun);
    const [intent] = intents();
    const card = server.books.methodOf('pm_card_visa');
    if (intent && card) server.books.confirm(intent, card, false);
    expect(await provider.findCharge('PAY1', since)).toMatchObject(taken);
  });

  test('by UPI waits for the household to agree in its app', async () => {
    const { charge, asked } = await open();
    const begun = await charge('PAY1', { method: 'UPI', token: 'pm_upi' });
    expect(begun).toMatchObject({ state: 'PENDING', clientSecret: expect.any(String) });
    expect(asked('payment_intents')[0]?.fields).toMatchObject({ allowed_payment_method_types: { 0: 'upi' } });
  });

  test('that the bank is still working on needs nothing more from the device', async () => {
    const { charge } = await open();
    const begun = await charge('PAY1', { token: 'pm_slow' });
    expect(begun).toMatchObject({ state: 'PENDING', amountMinor: 6400 });
    expect(begun.clientSecret).toBeUndefined();
  });

  test.each([
    ['pm_card_visa_chargeDeclined', 'CARD_DECLINED'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'INSUFFICIENT_FUNDS'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'CARD_DECLINED'],
  ])('with %s fails as %s, and its intent can never succeed any more', async (token, reason) => {
    const { charge, intents } = await open();
    const providerRef = expect.stringMatching(/^pi_/);
    expect(await charge('PAY1', { token })).toEqual({ state: 'FAILED', reason, providerRef });
    expect(intents().map(({ status }) => status)).toEqual(['canceled']);
  });

  test('that was declined has failed even where its intent could not be stopped at once', async () => {
    const { server, another, order, intents, since } = await open();
    const warn = vi.fn();
    const provider = another({ log: { ...quiet, warn } });
    server.trouble('POST payment_intents/id/cancel', 'LOST_REQUEST', 'LOST_REQUEST');
    const declined = await provider.charge(order('PAY1', { token: 'pm_card_visa_chargeDeclined' }));
    expect(declined).toMatchObject({ state: 'FAILED', reason: 'CARD_DECLINED' });
    expect(warn).toHaveBeenCalledWith(
      'declined charge not stopped',
      expect.objectContaining({ paymentId: 'PAY1' }),
    );
    expect(intents()[0]?.status).toBe('requires_payment_method');
    expect(await provider.findCharge('PAY1', since)).toMatchObject({
      state: 'FAILED',
      reason: 'CARD_DECLINED',
    });
    expect(intents()[0]?.status).toBe('canceled');
  });

  test.each<[Trouble, string]>([
    [{ status: 429, error: { type: 'invalid_request_error', code: 'rate_limit' } }, 'too many requests'],
    [{ status: 500, error: { type: 'api_error' } }, 'a fault'],
    [{ status: 503, error: { type: 'api_error' } }, 'an outage'],
    [{ status: 409, error: { type: 'idempotency_error', code: 'idempotency_key_in_use' } }, 'one under way'],
    ['LOST_REQUEST', 'a broken connection'],
    ['LOST_ANSWER', 'a lost answer'],
  ])('that meets %j twice is not guessed', async (trouble) => {
    const { charge, server } = await open();
    server.trouble(CREATE, trouble, trouble);
    expect(await charge('PAY1')).toEqual({ state: 'UNKNOWN' });
  });

  test.each<[Trouble]>([['LOST_REQUEST'], ['LOST_ANSWER'], [{ status: 500, error: { type: 'api_error' } }]])(
    'that meets %j once is repeated under its key and made once',
    async (trouble) => {
      const { charge, server, intents, asked } = await open();
      server.trouble(CREATE, trouble);
      expect(await charge('PAY1')).toMatchObject(taken);
      expect(asked('payment_intents').map(({ headers }) => headers['idempotency-key'])).toEqual([
        'PAY1',
        'PAY1',
      ]);
      expect(intents()).toHaveLength(1);
    },
  );

  test('that was made although Stripe said 500 is found, however often the 500 is said again', async () => {
    const { charge, provider, server, since, intents } = await open();
    server.trouble(CREATE, 'DONE_BUT_500');
    expect(await charge('PAY1')).toEqual({ state: 'UNKNOWN' });
    expect(await charge('PAY1')).toEqual({ state: 'UNKNOWN' });
    expect(await provider.findCharge('PAY1', since)).toMatchObject(taken);
    expect(intents()).toHaveLength(1);
  });

  test('whose answer takes too long is not waited for, and found when it is there', async () => {
    const { another, server, order, since } = await open();
    const provider = another({ answerWithinMs: 150 });
    server.trouble(CREATE, { waitMs: 1200 });
    expect(await provider.charge(order('PAY1'))).toEqual({ state: 'UNKNOWN' });
    expect(await provider.findCharge('PAY1', since)).toEqual({ state: 'UNKNOWN' });
    await vi.waitFor(
      async () => expect(await provider.findCharge('PAY1', since)).toMatchObject(taken),
      20_000,
    );
  });

  test('with a key that Stripe refuses fails at once, and the log says why', async () => {
    const { another, order } = await open();
    const error = vi.fn();
    const keys = async () => ({ secretKey: 'sk_test_old', webhookSecret: STRIPE_WEBHOOK_SECRET });
    const provider = another({ keys, log: { ...quiet, error } });
    expect(await provider.charge(order('PAY1'))).toEqual({ state: 'FAILED', reason: 'PROVIDER_REFUSED' });
    expect(error).toHaveBeenCalledWith(
      'stripe refuses our key',
      expect.objectContaining({ paymentId: 'PAY1' }),
    );
    await expect(provider.findCharge('PAY1')).rejects.toThrow();
  });

  test('that is smaller than Stripe takes is refused with that reason', async () => {
    const { charge } = await open();
    expect(await charge('PAY1', { amountMinor: 10 })).toEqual({
      state: 'FAILED',
      reason: 'AMOUNT_TOO_SMALL',
    });
  });

  test.each([
    ['JPY', 640_000, '6400'],
    ['KRW', 100_000, '1000'],
    ['KWD', 6450, '64500'],
    ['ISK', 640_000, '640000'],
    ['INR', 6450, '6450'],
  ])('in %s is told as Stripe counts it, and told back as we do', async (currency, amountMinor, told) => {
    const { charge, asked, provider } = await open();
    const paid = await charge('PAY1', { currency, amountMinor });
    expect(paid).toMatchObject({ state: 'SUCCEEDED', currency, amountMinor });
    expect(asked('payment_intents')[0]?.fields.amount).toBe(told);
    const refund = { refundId: 'R1', paymentId: 'PAY1', amountMinor, chargeRef: paid.providerRef };
    expect(await provider.refund(refund)).toMatchObject({ currency, amountMinor });
  });

  test.each(['JPY', 'ISK'])('in %s has no hundredths', async (currency) => {
    const { charge } = await open();
    const refused = { state: 'FAILED', reason: 'INVALID_AMOUNT' };
    expect(await charge('PAY1', { currency, amountMinor: 6450 })).toEqual(refused);
  });
});

describe('A kept card', () => {
  test('belongs to the household’s customer, made once, and is charged off session', async () => {
    const { charge, asked } = await open();
    const { saved } = await charge('PAY1', { save: true });
    await charge('PAY2', { save: true });
    expect(saved).toEqual({
      customerRef: 'cus_1',
      methodRef: expect.stringMatching(/^pm_/),
      label: 'Visa •••• 4242',
    });
    expect(asked('customers').map(({ headers }) => headers['idempotency-key'])).toEqual(
      Array(2).fill('U101-customer'),
    );
    await charge('PAY3', { token: undefined, saved });
    const [first, second, third] = asked('payment_intents').map(({ fields }) => fields);
    expect(first).toMatchObject({ customer: 'cus_1', setup_future_usage: 'off_session' });
    expect(second?.customer).toBe('cus_1');
    expect(third).toMatchObject({ customer: 'cus_1', payment_method: saved?.methodRef, off_session: 'true' });
    expect(third).not.toHaveProperty('setup_future_usage');
  });

  test('whose bank wants to see the household fails with that reason', async () => {
    const { charge, server, intents, provider, since } = await open();
    await charge('PAY1', { save: true, token: 'pm_card_authenticationRequired' });
    const [intent] = intents();
    if (intent) server.books.succeed(intent);
    const { saved } = await provider.findCharge('PAY1', since);
    const later = await charge('PAY2', { token: undefined, saved });
    expect(later).toMatchObject({ state: 'FAILED', reason: 'AUTHENTICATION_REQUIRED' });
  });

  test('is no good for another household', async () => {
    const { charge } = await open();
    const mine = (await charge('PAY1', { save: true })).saved as SavedMethod;
    const theirs = (await charge('PAY2', { save: true, userId: 'U102' })).saved as SavedMethod;
    const stolen = { ...theirs, methodRef: mine.methodRef };
    const refused = { state: 'FAILED', reason: 'UNKNOWN_TOKEN' };
    expect(await charge('PAY3', { userId: 'U102', token: undefined, saved: stolen })).toEqual(refused);
  });

  test('by UPI is known by its bank, not by its owner', async () => {
    const { charge, server, intents, provider, since } = await open();
    await charge('PAY1', { save: true, token: 'pm_upi', method: 'UPI' });
    const [intent] = intents();
    if (intent) server.books.succeed(intent);
    expect((await provider.findCharge('PAY1', since)).saved?.label).toBe('UPI ••••@okbank');
  });
});

describe('Asking for a charge', () => {
  test('does not say that there is none while its request may still be on its way', async () => {
    const { provider, clock, since } = await open();
    expect(await provider.findCharge('PAY1', since)).toEqual({ state: 'UNKNOWN' });
    expect(await provider.cancelCharge('PAY1', since)).toEqual({ state: 'UNKNOWN' });
    clock.forward(91_000);
    expect(await provider.findCharge('PAY1', since)).toEqual({ state: 'FAILED', reason: 'NOT_FOUND' });
    expect(await provider.findCharge('PAY1')).toEqual({ state: 'UNKNOWN' });
  });

  test('finds it among many, page by page', async () => {
    const { provider, charge, since, server } = await open();
    await charge('PAY1');
    for (let at = 0; at < 250; at++) {
      server.books.createIntent({ amount: '6400', currency: 'inr', metadata: { paymentId: `PAY-${at}` } });
    }
    expect(await provider.findCharge('PAY1', since)).toMatchObject(taken);
    expect(server.asked.filter(({ method }) => method === 'GET')).toHaveLength(3);
  });

  test('believes no reference that is not of this very payment', async () => {
    const { provider, charge, since } = await open();
    const { providerRef } = await charge('PAY2');
    const absent = { state: 'FAILED', reason: 'NOT_FOUND' };
    expect(await provider.findCharge('PAY1', { ...since, providerRef })).toEqual(absent);
    expect(await provider.findCharge('PAY1', { ...since, providerRef: 'sbx_of_the_sandbox' })).toEqual(
      absent,
    );
  });

  test('is not answered by Stripe’s silence', async () => {
    const { provider, charge, since, server } = await open();
    const { providerRef } = await charge('PAY1');
    const outage = { status: 503, error: { type: 'api_error' } };
    server.trouble('GET payment_intents/id', outage, outage);
    expect(await provider.findCharge('PAY1', { ...since, providerRef })).toEqual({ state: 'UNKNOWN' });
  });
});

describe('Stopping a charge', () => {
  test('that the bank works on is not possible now, and is possible when the bank gives it back', async () => {
    const { provider, charge, since, intents, clock } = await open();
    await charge('PAY1', { token: 'pm_slow' });
    expect(await provider.cancelCharge('PAY1', since)).toMatchObject({ state: 'PENDING' });
    Object.assign(intents()[0] ?? {}, { status: 'requires_action' });
    clock.forward(60_000);
    expect(await provider.cancelCharge('PAY1', since)).toMatchObject({
      state: 'FAILED',
      reason: 'CANCELLED',
    });
  });

  test('that succeeds at the same time tells of the money', async () => {
    const { provider, charge, since, intents, server } = await open();
    await charge('PAY1', { token: 'pm_card_authenticationRequired' });
    server.trouble('POST payment_intents/id/cancel', { waitMs: 200 });
    const stopping = provider.cancelCharge('PAY1', since);
    await vi.waitFor(() => expect(server.asked.at(-1)?.path).toMatch(/cancel$/), 20_000);
    const [intent] = intents();
    if (intent) server.books.succeed(intent);
    expect(await stopping).toMatchObject(taken);
  });
});

describe('A refund', () => {
  test('that is asked for again after Stripe forgot its key is not made twice', async () => {
    const { provider, charge, clock, server } = await open();
    const { providerRef: chargeRef } = await charge('PAY1');
    const refund = { refundId: 'R1', paymentId: 'PAY1', amountMinor: 3000, chargeRef };
    const first = await provider.refund(refund);
    clock.forward(25 * 3_600_000);
    expect(await provider.refund(refund)).toEqual(first);
    expect(server.books.refunds.size).toBe(1);
  });

  test('whose answer is lost is not known, and made once when it is asked for again', async () => {
    const { provider, charge, asked, server } = await open();
    const { providerRef: chargeRef } = await charge('PAY1');
    const refund = { refundId: 'R1', paymentId: 'PAY1', amountMinor: 3000, chargeRef };
    server.trouble('POST refunds', 'LOST_ANSWER', 'LOST_ANSWER');
    expect(await provider.refund(refund)).toEqual({ state: 'UNKNOWN' });
    expect(await provider.refund(refund)).toMatchObject({ state: 'SUCCEEDED', amountMinor: 3000 });
    expect(server.books.refunds.size).toBe(1);
    expect(asked('refunds')[0]?.headers['idempotency-key']).toBe('R1');
    expect(asked('refunds')[0]?.fields.metadata).toEqual({ refundId: 'R1', paymentId: 'PAY1' });
  });

  test('that Stripe cannot make is told with the reason', async () => {
    const { provider, charge, server } = await open();
    const { providerRef: chargeRef } = await charge('PAY1');
    const error = { type: 'invalid_request_error', code: 'charge_disputed' };
    server.trouble('POST refunds', { status: 400, error });
    const refund = { refundId: 'R1', paymentId: 'PAY1', amountMinor: 3000, chargeRef };
    expect(await provider.refund(refund)).toEqual({ state: 'FAILED', reason: 'CHARGE_DISPUTED' });
  });

  test('of a charge whose reference nobody kept is not guessed at', async () => {
    const { provider } = await open();
    const refund = { refundId: 'R1', paymentId: 'PAY1', amountMinor: 3000 };
    expect(await provider.refund(refund)).toEqual({ state: 'UNKNOWN' });
  });
});

test('Stripe’s keys are asked for at the first use, once, and again when they could not be had', async () => {
  const { another, order } = await open();
  const keys = vi
    .fn()
    .mockRejectedValueOnce(new Error('the secret is away'))
    .mockResolvedValue({ secretKey: STRIPE_KEY, webhookSecret: STRIPE_WEBHOOK_SECRET });
  const provider = another({ keys });
  expect(provider.name).toBe('stripe');
  expect(keys).not.toHaveBeenCalled();
  await expect(provider.charge(order('PAY1'))).rejects.toThrow(/away/);
  expect(await provider.charge(order('PAY1'))).toMatchObject(taken);
  expect(await provider.charge(order('PAY2'))).toMatchObject(taken);
  expect(keys).toHaveBeenCalledTimes(2);
});
