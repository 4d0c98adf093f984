import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ChargeOrder, ProviderEvent, SavedMethod } from '#shared/ports/ports.ts';
import { type Counterpart, sandbox, stripe } from './counterparts.ts';

/** What every payment provider promises, whichever it is. */
describe.each([
  ['the sandbox', sandbox],
  ['Stripe', stripe],
])('With %s', (_name, opens) => {
  const open = () => opens(onTestFinished);

  async function opened() {
    const other: Counterpart = await open();
    const { provider, clock } = other;
    const charge = (paymentId: string, more: Partial<ChargeOrder> = {}) =>
      provider.charge({
        paymentId,
        orderId: 'O1',
        userId: 'U101',
        amountMinor: 6400,
        currency: 'INR',
        method: 'CARD',
        token: other.tokens.good,
        ...more,
      });
    const since = { createdAt: clock.now().toISOString() };
    /** Waits for the webhook that says this. */
    const heard = (wanted: object) =>
      vi.waitFor(async () => {
        const read = await Promise.all(
          other.webhooks().map(({ raw, headers }) => provider.readWebhook(raw, headers)),
        );
        const events = read.filter((event): event is ProviderEvent => typeof event === 'object');
        expect(events).toContainEqual(expect.objectContaining(wanted));
        return events;
      }, 20_000);
    return { ...other, charge, since, heard };
  }
  const taken = { state: 'SUCCEEDED', amountMinor: 6400, currency: 'INR' };

  test('a household pays at once, and whoever asks later and the webhook say the same', async () => {
    const { provider, charge, since, heard } = await opened();
    const paid = await charge('PAY1');
    expect(paid).toMatchObject({ ...taken, providerRef: expect.any(String) });
    expect(await provider.findCharge('PAY1', since)).toEqual(paid);
    expect(await provider.findCharge('PAY1', { ...since, providerRef: paid.providerRef })).toEqual(paid);
    await heard({ kind: 'CHARGE', ourId: 'PAY1', result: expect.objectContaining(taken) });
  });

  test('a household that pays again with the same id is charged once', async () => {
    const { provider, charge } = await opened();
    const paid = await charge('PAY1');
    expect(await charge('PAY1')).toEqual(paid);
    expect(await Promise.all([charge('PAY1'), charge('PAY1')])).toEqual([paid, paid]);
    const refund = { paymentId: 'PAY1', chargeRef: paid.providerRef };
    expect(await provider.refund({ ...refund, refundId: 'R1', amountMinor: 6400 })).toMatchObject(taken);
    expect(await provider.refund({ ...refund, refundId: 'R2', amountMinor: 6400 })).toMatchObject({
      state: 'FAILED',
      reason: 'EXCEEDS_CHARGE',
    });
  });

  test('an id that comes again with another amount hears of the first charge', async () => {
    const { charge } = await opened();
    const paid = await charge('PAY1');
    expect(await charge('PAY1', { amountMinor: 9900 })).toEqual(paid);
  });

  test('a declined card is final: it stays declined, and nothing can be refunded of it', async () => {
    const { provider, charge, since, tokens } = await opened();
    const declined = await charge('PAY1', { token: tokens.declined });
    expect(declined).toMatchObject({ state: 'FAILED', reason: 'CARD_DECLINED' });
    expect((await provider.findCharge('PAY1', since)).state).toBe('FAILED');
    expect((await provider.cancelCharge('PAY1', since)).state).toBe('FAILED');
    const refund = { refundId: 'R1', paymentId: 'PAY1', amountMinor: 100, chargeRef: declined.providerRef };
    expect((await provider.refund(refund)).state).toBe('FAILED');
  });

  test('a token that nobody made is refused', async () => {
    const { charge } = await opened();
    const refused = await charge('PAY1', { token: '4242424242424242' });
    expect(refused).toMatchObject({ state: 'FAILED', reason: 'UNKNOWN_TOKEN' });
  });

  test.each([0, -100, 10.5, Number.NaN, 1e308])(
    'an amount that nobody can pay is refused: %d',
    async (amountMinor) => {
      const { charge } = await opened();
      expect(await charge('PAY1', { amountMinor })).toEqual({ state: 'FAILED', reason: 'INVALID_AMOUNT' });
      expect((await charge('PAY1')).state).toBe('SUCCEEDED');
    },
  );

  test('a payment that takes its time is pending, then paid, and the webhook tells when', async () => {
    const { provider, charge, since, heard, settle, endingAs } = await opened();
    const first = await charge('PAY1', { token: endingAs('SUCCEEDED') });
    expect(first).toMatchObject({ state: 'PENDING', amountMinor: 6400, currency: 'INR' });
    expect((await provider.findCharge('PAY1', since)).state).toBe('PENDING');
    settle('PAY1');
    expect(await provider.findCharge('PAY1', since)).toMatchObject(taken);
    await heard({ kind: 'CHARGE', ourId: 'PAY1', result: expect.objectContaining(taken) });
  });

  test('a payment that takes its time and is declined in the end has failed for good', async () => {
    const { provider, charge, since, heard, settle, endingAs } = await opened();
    await charge('PAY1', { token: endingAs('FAILED') });
    settle('PAY1');
    const failed = { state: 'FAILED', reason: 'CARD_DECLINED' };
    await heard({ kind: 'CHARGE', ourId: 'PAY1', result: expect.objectContaining(failed) });
    expect((await provider.findCharge('PAY1', since)).state).toBe('FAILED');
  });

  test('an answer that is lost is not guessed, and asking finds the money', async () => {
    const { provider, charge, since, heard, losingAnswer } = await opened();
    expect(await charge('PAY1', { token: losingAnswer() })).toEqual({ state: 'UNKNOWN' });
    expect(await provider.findCharge('PAY1', since)).toMatchObject(taken);
    await heard({ kind: 'CHARGE', ourId: 'PAY1', result: expect.objectContaining(taken) });
  });

  test('a charge that was never heard of is called so once it can no longer come', async () => {
    const { provider, charge, since, clock, losingRequest } = await opened();
    expect(await charge('PAY1', { token: losingRequest() })).toEqual({ state: 'UNKNOWN' });
    clock.forward(91_000);
    const never = { state: 'FAILED', reason: 'NOT_FOUND' };
    expect(await provider.findCharge('PAY1', since)).toEqual(never);
    expect(await provider.cancelCharge('PAY1', since)).toEqual(never);
  });

  test('the desk stops what is pending, not what is paid', async () => {
    const { provider, charge, since, tokens } = await opened();
    await charge('PAY1', { token: tokens.pending });
    const stopped = { state: 'FAILED', reason: 'CANCELLED' };
    expect(await provider.cancelCharge('PAY1', since)).toMatchObject(stopped);
    expect(await provider.cancelCharge('PAY1', since)).toMatchObject(stopped);
    expect(await provider.findCharge('PAY1', since)).toMatchObject(stopped);
    const paid = await charge('PAY2');
    expect(await provider.cancelCharge('PAY2', since)).toEqual(paid);
  });

  test('a household gets back what it paid, in parts, each once, and never more', async () => {
    const { provider, charge, since } = await opened();
    const { providerRef: chargeRef } = await charge('PAY1');
    const refund = (refundId: string, amountMinor: number) =>
      provider.refund({ refundId, paymentId: 'PAY1', amountMinor, chargeRef });
    const first = await refund('R1', 4000);
    expect(first).toMatchObject({ state: 'SUCCEEDED', amountMinor: 4000, currency: 'INR' });
    expect(await refund('R1', 4000)).toEqual(first);
    expect(await refund('R2', 2401)).toMatchObject({ state: 'FAILED', reason: 'EXCEEDS_CHARGE' });
    expect(await refund('R3', 2400)).toMatchObject({ state: 'SUCCEEDED', amountMinor: 2400 });
    expect(await refund('R4', 1)).toMatchObject({ state: 'FAILED', reason: 'EXCEEDS_CHARGE' });
    expect(await refund('R5', 0.5)).toMatchObject({ state: 'FAILED', reason: 'INVALID_AMOUNT' });
    for (const trace of [since, { ...since, chargeRef }, { providerRef: first.providerRef }])
      expect(await provider.findRefund('R1', trace)).toEqual(first);
    expect(await provider.findRefund('R9', { ...since, chargeRef })).toMatchObject({ reason: 'NOT_FOUND' });
    const unknown = { refundId: 'R6', paymentId: 'PAY9', amountMinor: 1, chargeRef: 'pi_of_nobody' };
    expect(await provider.refund(unknown)).toEqual({ state: 'FAILED', reason: 'NOT_FOUND' });
  });

  test('a refund may take its time, and may fail', async () => {
    const { provider, charge, since, tokens, heard, settleRefund } = await opened();
    const slow = await charge('PAY1', { token: tokens.refundPending });
    const asked = { refundId: 'R1', paymentId: 'PAY1', amountMinor: 6400, chargeRef: slow.providerRef };
    expect((await provider.refund(asked)).state).toBe('PENDING');
    settleRefund('R1');
    expect(await provider.findRefund('R1', since)).toMatchObject(taken);
    await heard({ kind: 'REFUND', ourId: 'R1', result: expect.objectContaining(taken) });

    const failing = await charge('PAY2', { token: tokens.refundFailed });
    const refund = { refundId: 'R2', paymentId: 'PAY2', amountMinor: 6400, chargeRef: failing.providerRef };
    const failed = await provider.refund(refund);
    expect(failed).toMatchObject({ state: 'FAILED', reason: expect.any(String) });
    expect(await provider.findRefund('R2', since)).toEqual(failed);
  });

  test('a card is kept when the household asks, and charged later without it being there', async () => {
    const { charge, tokens, heard } = await opened();
    expect((await charge('PAY1')).saved).toBeUndefined();
    const { saved } = await charge('PAY2', { save: true, orderId: undefined });
    expect(saved).toMatchObject({ label: expect.stringMatching(/ •••• 4242$/) });
    const kept = expect.objectContaining({ saved });
    await heard({ kind: 'CHARGE', ourId: 'PAY2', result: kept });
    const later = await charge('PAY3', { token: undefined, saved, amountMinor: 50_000 });
    expect(later).toMatchObject({ state: 'SUCCEEDED', amountMinor: 50_000 });
    expect(later.saved).toBeUndefined();

    const fading = (await charge('PAY4', { save: true, token: tokens.laterDeclined })).saved as SavedMethod;
    const declined = await charge('PAY5', { token: undefined, saved: fading });
    expect(declined).toMatchObject({ state: 'FAILED', reason: 'CARD_DECLINED' });
  });

  test('a kept card whose answer is lost later has paid all the same', async () => {
    const { provider, charge, since, losingAnswer } = await opened();
    const { saved } = await charge('PAY1', { save: true });
    const token = losingAnswer();
    const silent = token.startsWith('tok') ? { ...saved, methodRef: `sbxpm_${token}` } : saved;
    const later = await charge('PAY2', { token: undefined, saved: silent as SavedMethod });
    expect(later).toEqual({ state: 'UNKNOWN' });
    expect(await provider.findCharge('PAY2', since)).toMatchObject(taken);
  });

  test('a repeated webhook has the same event id, so that it can be told from a new one', async () => {
    const { provider, charge, heard, webhooks } = await opened();
    await charge('PAY1');
    await heard({ kind: 'CHARGE', ourId: 'PAY1' });
    const [first] = webhooks()
      .filter(({ raw }) => raw.includes('PAY1'))
      .slice(-1);
    const read = () => provider.readWebhook(first?.raw ?? '', first?.headers ?? {});
    expect(await read()).toMatchObject({ ourId: 'PAY1', providerEventId: expect.stringMatching(/^evt_/) });
    expect(await read()).toEqual(await read());
  });

  test('a webhook that is forged, changed on the way or old moves no money', async () => {
    const { provider, charge, heard, webhooks, sign } = await opened();
    await charge('PAY1');
    await heard({ kind: 'CHARGE', ourId: 'PAY1' });
    const raw =
      webhooks()
        .filter(({ raw }) => raw.includes('PAY1'))
        .at(-1)?.raw ?? '';
    expect(await provider.readWebhook(raw, sign(raw, { agoMs: 298_000 }))).toMatchObject({ ourId: 'PAY1' });
    const reserialised = JSON.stringify(JSON.parse(raw), null, 1);
    const refused = [
      provider.readWebhook(raw, {}),
      provider.readWebhook(raw, sign(raw, { secret: 'whsec_of_somebody' })),
      provider.readWebhook(raw, sign(raw, { agoMs: 302_000 })),
      provider.readWebhook(reserialised, sign(raw)),
      provider.readWebhook(raw.replace('6400', '1'), sign(raw)),
      provider.readWebhook('', sign(raw)),
      provider.readWebhook('{', sign('{')),
    ];
    expect(await Promise.all(refused)).toEqual(refused.map(() => undefined));
  });

  test('a genuine webhook of another kind is passed over', async () => {
    const { provider, strangeBody, sign } = await opened();
    expect(await provider.readWebhook(strangeBody, sign(strangeBody))).toBe('IGNORED');
    expect(await provider.readWebhook(strangeBody, sign('{}'))).toBeUndefined();
  });

  test('a disputed charge is told with its fee, and how it ends', async () => {
    const { charge, dispute, heard } = await opened();
    await charge('PAY1');
    for (const state of ['OPENED', 'WON', 'LOST'] as const) {
      await dispute('PAY1', state, 1500);
      const figures = { amountMinor: 6400, feeMinor: 1500 };
      await heard({ kind: 'DISPUTE', ourId: 'PAY1', disputeRef: expect.any(String), state, ...figures });
    }
  });

  test('a payout is told with what arrives and what the provider kept', async () => {
    const { payOut, heard } = await opened();
    await payOut({ amountMinor: 98_800, feeMinor: 1200 });
    const figures = { amountMinor: 98_800, feeMinor: 1200 };
    await heard({ kind: 'SETTLEMENT', payoutRef: expect.any(String), ...figures });
  });
});
