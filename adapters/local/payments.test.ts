import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ChargeResult, ProviderState, SavedMethod } from '#shared/ports/ports.ts';
import { listen, open, pay } from './sandbox/testing.ts';

interface Row {
  token?: string;
  first: ProviderState;
  later: ProviderState;
  reason?: string;
  amountMinor?: number;
  webhooks: ProviderState[];
}

const S = 'SUCCEEDED';
const P = 'PENDING';
const F = 'FAILED';
const tokens: Row[] = [
  { token: undefined, first: S, later: S, webhooks: [S] },
  { token: 'tok_success', first: S, later: S, webhooks: [S] },
  { token: 'tok_decline', first: F, later: F, reason: 'CARD_DECLINED', webhooks: [] },
  { token: 'tok_pending', first: P, later: S, webhooks: [S] },
  { token: 'tok_pending_decline', first: P, later: F, reason: 'CARD_DECLINED', webhooks: [F] },
  { token: 'tok_timeout', first: 'UNKNOWN', later: S, webhooks: [S] },
  { token: 'tok_timeout_lost', first: 'UNKNOWN', later: F, reason: 'NOT_FOUND', webhooks: [] },
  { token: 'tok_repeat', first: S, later: S, webhooks: [S, S, S, S, S] },
  { token: 'tok_reorder', first: P, later: S, webhooks: [S, P] },
  { token: 'tok_lost_webhook', first: P, later: S, webhooks: [] },
  { token: 'tok_wrong_amount', first: S, later: S, amountMinor: 6300, webhooks: [S] },
  { token: 'tok_refund_pending', first: S, later: S, webhooks: [S] },
  { token: 'tok_refund_fail', first: S, later: S, webhooks: [S] },
  { token: 'tok_saved_decline_later', first: S, later: S, webhooks: [S] },
  { token: 'tok_saved_timeout_later', first: S, later: S, webhooks: [S] },
  { token: '4242424242424242', first: F, later: F, reason: 'UNKNOWN_TOKEN', webhooks: [] },
  { token: '__proto__', first: F, later: F, reason: 'UNKNOWN_TOKEN', webhooks: [] },
];

type Address = Awaited<ReturnType<typeof listen>>;
type Seen = {
  first: ChargeResult;
  soon: ChargeResult;
  settled: ChargeResult;
  events: Awaited<ReturnType<Address['events']>>;
};
const seen = new Map<string | undefined, Seen>();

/** One household for each token, all at once, watched until everything has come and for a while longer. */
beforeAll(async () => {
  const { payments } = open(afterAll);
  const address = await listen(afterAll, payments);
  payments.deliverTo(address.url);
  const idOf = ({ token }: Row) => `PAY-${token}`;
  const eventsOf = async (row: Row) => (await address.events()).filter(({ ourId }) => ourId === idOf(row));
  const begun = await Promise.all(
    tokens.map(async (row) => {
      const first = await pay(payments, idOf(row), row.token);
      return { row, first, soon: await payments.findCharge(idOf(row)) };
    }),
  );
  const awaited = tokens.reduce((sum, { webhooks }) => sum + webhooks.length, 0);
  await vi.waitFor(async () => expect((await address.events()).length).toBeGreaterThanOrEqual(awaited), {
    timeout: 20_000,
    interval: 100,
  });
  await pause(600);
  for (const { row, first, soon } of begun) {
    const settled = await payments.findCharge(idOf(row));
    seen.set(row.token, { first, soon, settled, events: await eventsOf(row) });
  }
});

test.for(tokens)('a household that pays with $token sees $first, in the end $later', (row) => {
  const { first, soon, settled, events } = seen.get(row.token) as Seen;
  const { amountMinor = 6400, reason } = row;
  const taken = { state: S, amountMinor, currency: 'INR' };

  expect(first).toMatchObject(row.first === S ? taken : { state: row.first });
  expect(first.reason).toBe(row.first === F ? reason : undefined);
  expect(soon.state).toBe(row.first === 'UNKNOWN' ? row.later : row.first);
  expect(settled).toMatchObject(row.later === S ? taken : { state: F, reason });

  // Their order is that of outbox.test.ts: on a machine that stands still for a while two go out at once.
  expect(events.map(({ result }) => result.state).sort()).toEqual(row.webhooks.toSorted());
  for (const { kind, result } of events) {
    expect(kind).toBe('CHARGE');
    expect(result).toMatchObject({ providerRef: settled.providerRef, amountMinor, currency: 'INR' });
    expect(result.reason).toBe(result.state === F ? reason : undefined);
  }
  const eventIds = new Set(events.map(({ providerEventId }) => providerEventId));
  expect(eventIds.size).toBe(row.token === 'tok_repeat' ? 1 : events.length);
});

test.concurrent('a card number typed in place of a token is not kept', async ({ onTestFinished }) => {
  const { payments, journal } = open(onTestFinished);
  await pay(payments, 'PAY1', '4242424242424242');
  expect(readFileSync(journal, 'utf8')).toContain('PAY1');
  expect(readFileSync(journal, 'utf8')).not.toContain('4242424242424242');
});

test.concurrent('a household that pays twice with one paymentId is charged once and hears the first result', async ({
  onTestFinished,
}) => {
  const { payments, clock } = open(onTestFinished);
  const [first, ...repeats] = await Promise.all(
    [6400, 6400, 9900].map((amountMinor) => pay(payments, 'PAY1', 'tok_success', amountMinor)),
  );
  expect(first).toMatchObject({ state: 'SUCCEEDED', amountMinor: 6400 });
  expect(repeats).toEqual([first, first]);
  expect(await pay(payments, 'PAY1', 'tok_decline')).toEqual(first);

  const pending = await pay(payments, 'PAY2', 'tok_pending');
  clock.forward(2000);
  expect((await payments.findCharge('PAY2')).state).toBe('SUCCEEDED');
  expect(await pay(payments, 'PAY2', 'tok_pending')).toEqual(pending);

  expect(await pay(payments, 'PAY3', 'tok_timeout')).toEqual({ state: 'UNKNOWN' });
  expect((await pay(payments, 'PAY3', 'tok_timeout')).state).toBe('SUCCEEDED');
  expect(await pay(payments, 'PAY4', 'tok_timeout_lost')).toEqual({ state: 'UNKNOWN' });
  expect((await pay(payments, 'PAY4')).state).toBe('SUCCEEDED');
});

test.concurrent('an amount that no one can pay is refused and leaves the paymentId free', async ({
  onTestFinished,
}) => {
  const { payments } = open(onTestFinished);
  for (const amountMinor of [0, -100, 10.5, Number.NaN, 1e308]) {
    expect(await pay(payments, 'PAY1', undefined, amountMinor)).toEqual({
      state: 'FAILED',
      reason: 'INVALID_AMOUNT',
    });
  }
  expect((await pay(payments, 'PAY1')).state).toBe('SUCCEEDED');
  expect(await payments.refund({ refundId: 'REF1', paymentId: 'PAY1', amountMinor: -6400 })).toEqual({
    state: 'FAILED',
    reason: 'INVALID_AMOUNT',
  });
});

test.concurrent('the desk cancels what is pending, not what is paid, and what comes late is refused', async ({
  onTestFinished,
}) => {
  const { payments, clock, folder } = open(onTestFinished);
  const address = await listen(onTestFinished, payments);
  payments.deliverTo(address.url);
  await pay(payments, 'PAY1', 'tok_reorder');
  expect(await payments.cancelCharge('PAY1')).toMatchObject({ state: 'FAILED', reason: 'CANCELLED' });
  expect(await payments.cancelCharge('PAY1')).toMatchObject({ state: 'FAILED', reason: 'CANCELLED' });

  await pay(payments, 'PAY2', 'tok_lost_webhook');
  clock.forward(2000);
  expect((await payments.cancelCharge('PAY2')).state).toBe('SUCCEEDED');
  await pay(payments, 'PAY3', 'tok_decline');
  expect(await payments.cancelCharge('PAY3')).toMatchObject({ state: 'FAILED', reason: 'CARD_DECLINED' });

  await pay(payments, 'PAY4', 'tok_timeout_lost');
  expect(await payments.cancelCharge('PAY4')).toEqual({ state: 'FAILED', reason: 'NOT_FOUND' });
  expect(await pay(payments, 'PAY4')).toMatchObject({ state: 'FAILED', reason: 'CANCELLED' });

  await pause(2800);
  expect(await address.states()).toEqual([]);
  const restarted = open(onTestFinished, { folder, clock }).payments;
  expect(await restarted.findCharge('PAY1')).toMatchObject({ state: 'FAILED', reason: 'CANCELLED' });
  expect(await pay(restarted, 'PAY4')).toMatchObject({ state: 'FAILED', reason: 'CANCELLED' });
});

test.concurrent('a household never gets back more than it paid', async ({ onTestFinished }) => {
  const { payments } = open(onTestFinished);
  const refund = (refundId: string, amountMinor: number, paymentId = 'PAY1') =>
    payments.refund({ refundId, paymentId, amountMinor });
  await pay(payments, 'PAY1');
  await pay(payments, 'PAY2', 'tok_pending');

  const first = await refund('REF1', 4000);
  expect(first).toMatchObject({ state: 'SUCCEEDED', amountMinor: 4000, currency: 'INR' });
  expect(await refund('REF1', 4000)).toEqual(first);
  expect(await refund('REF2', 2401)).toMatchObject({ state: 'FAILED', reason: 'EXCEEDS_CHARGE' });
  expect(await refund('REF3', 2400)).toMatchObject({ state: 'SUCCEEDED', amountMinor: 2400 });
  expect(await refund('REF4', 1)).toMatchObject({ state: 'FAILED', reason: 'EXCEEDS_CHARGE' });
  expect(await refund('REF5', 1, 'PAY2')).toMatchObject({ state: 'FAILED', reason: 'EXCEEDS_CHARGE' });
  expect(await refund('REF6', 1, 'PAY9')).toEqual({ state: 'FAILED', reason: 'NOT_FOUND' });
  expect(await payments.findRefund('REF1')).toEqual(first);
  expect(await payments.findRefund('REF2')).toMatchObject({ state: 'FAILED', reason: 'EXCEEDS_CHARGE' });
  expect(await payments.findRefund('REF6')).toEqual({ state: 'FAILED', reason: 'NOT_FOUND' });
});

test.concurrent('a refund that takes its time counts at once and is told by webhook', async ({
  onTestFinished,
}) => {
  const { payments } = open(onTestFinished);
  const address = await listen(onTestFinished, payments);
  payments.deliverTo(address.url);
  await pay(payments, 'PAY1', 'tok_refund_pending');
  const refund = (refundId: string) => payments.refund({ refundId, paymentId: 'PAY1', amountMinor: 6400 });
  expect((await refund('REF1')).state).toBe('PENDING');
  expect(await refund('REF2')).toMatchObject({ state: 'FAILED', reason: 'EXCEEDS_CHARGE' });
  expect((await payments.findRefund('REF1')).state).toBe('PENDING');

  await vi.waitFor(() => expect(address.bodies).toHaveLength(2), 20_000);
  expect((await address.events())[1]).toMatchObject({
    kind: 'REFUND',
    ourId: 'REF1',
    result: { state: 'SUCCEEDED', amountMinor: 6400, currency: 'INR' },
  });
  expect((await payments.findRefund('REF1')).state).toBe('SUCCEEDED');
});

test.concurrent('a refund that fails leaves the money to be refunded', async ({ onTestFinished }) => {
  const { payments } = open(onTestFinished);
  await pay(payments, 'PAY1', 'tok_refund_fail');
  for (const refundId of ['REF1', 'REF2']) {
    const refunded = await payments.refund({ refundId, paymentId: 'PAY1', amountMinor: 6400 });
    expect(refunded).toMatchObject({ state: 'FAILED', reason: 'REFUND_FAILED' });
  }
});

const CHARGE = { orderId: undefined, amountMinor: 50_000, currency: 'INR', method: 'CARD' as const };

test.concurrent('a household that lets its card be kept is charged later without being there', async ({
  onTestFinished,
}) => {
  const { payments, folder } = open(onTestFinished);
  const address = await listen(onTestFinished, payments);
  payments.deliverTo(address.url);
  const first = await payments.charge({ ...CHARGE, paymentId: 'PAY1', userId: 'U101', save: true });
  const saved = first.saved as SavedMethod;
  expect(saved.label).toBe('Sandbox •••• 4242');
  expect((await payments.charge({ ...CHARGE, paymentId: 'PAY2', userId: 'U101' })).saved).toBeUndefined();

  await payments.close();
  const { payments: restarted } = open(onTestFinished, { folder });
  expect((await restarted.findCharge('PAY1')).saved).toEqual(saved);
  restarted.deliverTo(address.url);
  await vi.waitFor(async () => expect(await address.events()).toHaveLength(2), 20_000);
  const kept = (await address.events()).map(({ ourId, result }) => [ourId, result.saved]);
  expect(Object.fromEntries(kept)).toEqual({ PAY1: saved, PAY2: undefined });

  const later = await restarted.charge({ ...CHARGE, paymentId: 'PAY3', userId: 'U101', saved });
  expect(later).toMatchObject({ state: 'SUCCEEDED', amountMinor: 50_000, currency: 'INR' });
  expect(later.saved).toBeUndefined();
});

test.concurrent('a kept card may be declined or not answered for later, and a declined one is not kept', async ({
  onTestFinished,
}) => {
  const { payments } = open(onTestFinished);
  const keep = async (paymentId: string, token: string) =>
    payments.charge({ ...CHARGE, paymentId, userId: 'U101', token, save: true });
  const declining = await keep('PAY1', 'tok_saved_decline_later');
  const silent = await keep('PAY2', 'tok_saved_timeout_later');
  expect((await keep('PAY3', 'tok_decline')).saved).toBeUndefined();
  const pending = await keep('PAY4', 'tok_pending');
  expect([pending.state, pending.saved]).toEqual(['PENDING', undefined]);

  const later = (paymentId: string, saved?: SavedMethod) =>
    payments.charge({ ...CHARGE, paymentId, userId: 'U101', saved });
  expect(await later('PAY5', declining.saved)).toMatchObject({ state: 'FAILED', reason: 'CARD_DECLINED' });
  expect(await later('PAY6', silent.saved)).toEqual({ state: 'UNKNOWN' });
  expect(await payments.findCharge('PAY6')).toMatchObject({ state: 'SUCCEEDED', amountMinor: 50_000 });
});

test.concurrent('a kept card is no good for another household, nor is one that nobody kept', async ({
  onTestFinished,
}) => {
  const { payments } = open(onTestFinished);
  const { saved } = await payments.charge({ ...CHARGE, paymentId: 'PAY1', userId: 'U101', save: true });
  const refused = { state: 'FAILED', reason: 'UNKNOWN_METHOD' };
  const another = await payments.charge({ ...CHARGE, paymentId: 'PAY2', userId: 'U102', saved });
  expect(another).toMatchObject(refused);
  const methodRef = 'sbxpm___proto__';
  const strange = { ...(saved as SavedMethod), methodRef };
  expect(
    await payments.charge({ ...CHARGE, paymentId: 'PAY3', userId: 'U101', saved: strange }),
  ).toMatchObject(refused);
});

test.concurrent('the desk hears of a dispute, how it ends, and what arrives at the bank', async ({
  onTestFinished,
}) => {
  const { payments } = open(onTestFinished);
  const address = await listen(onTestFinished, payments);
  payments.deliverTo(address.url);
  await pay(payments, 'PAY1', 'tok_lost_webhook');
  await expect(payments.dispute({ paymentId: 'PAY1', state: 'OPENED' })).rejects.toThrow(/PAY1/);
  await pay(payments, 'PAY2');
  await vi.waitFor(() => expect(address.bodies).toHaveLength(1), 20_000);
  const { ref } = await payments.dispute({ paymentId: 'PAY2', state: 'OPENED' });
  await payments.dispute({ paymentId: 'PAY2', state: 'LOST', amountMinor: 6000, feeMinor: 900 });
  const payout = await payments.payOut({ amountMinor: 61_000, feeMinor: 1200 });

  await vi.waitFor(() => expect(address.bodies).toHaveLength(4), 20_000);
  const told = (await address.told()).slice(1);
  expect(told).toHaveLength(3);
  const about = { kind: 'DISPUTE', ourId: 'PAY2', disputeRef: ref };
  for (const wanted of [
    { ...about, state: 'OPENED', amountMinor: 6400, feeMinor: 1500 },
    { ...about, state: 'LOST', amountMinor: 6000, feeMinor: 900 },
    { kind: 'SETTLEMENT', payoutRef: payout.ref, amountMinor: 61_000, feeMinor: 1200 },
  ]) {
    expect(told).toContainEqual({ ...wanted, providerEventId: expect.stringMatching(/^evt_/) });
  }
  expect(address.bodies.map(({ raw }) => raw)).toContain(payout.rawBody);
});
