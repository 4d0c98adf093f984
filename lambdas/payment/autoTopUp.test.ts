import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { publishedOf, timerEvent } from '#runtime/testEvents.ts';
import type { EventType } from '#shared/events/catalogue.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { AutoTopUps } from './models/AutoTopUp.ts';
import { Payments } from './models/Payment.ts';

// Monday, 10 o'clock in Kolkata. Deliveries begin on Wednesday and cost 100 a day.
const START = '2027-01-04T04:30:00.000Z';
const at = (day: number, time = '04:30:00') => `2027-01-${String(day).padStart(2, '0')}T${time}.000Z`;

interface Shown extends Refusal {
  enabled: boolean;
  days: number;
  method?: string;
  debitAt?: string;
  dueDay?: string;
  failedTries: number;
  available: number;
  topUp?: { paymentId: string; status: string };
}

let dairy: TestDairy;
let household: Actor;
let count = 0;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());
beforeEach(async () => {
  dairy.clock.set(START);
  household = await dairy.addHousehold(`Uauto${++count}`);
});

const say = (name: string, payload: object = {}, actor = household) =>
  dairy.call<Shown>('payment', name, payload, actor);
const topUp = (amount: number, more: object = {}) =>
  say('topUpWallet', { amount, paymentMethod: 'UPI', ...more });
const view = () => say('viewAutoTopUp') as unknown as Promise<Omit<Shown, 'status'> & { status: string }>;
const available = async () => (await say('viewWallet')).available;
const set = (more: object = {}) => say('setAutoTopUp', { enabled: true, amount: 500, ...more });
const subscribe = () =>
  dairy.call<{ subscriptionId: string }>(
    'order',
    'subscribeOrder',
    {
      items: [{ productId: 'P101', qty: 2 }],
      schedule: { type: 'DAILY' },
      startDate: '2027-01-06',
      slot: 'MORNING',
      paymentMethod: 'WALLET',
    },
    household,
  );
async function mine<T extends EventType>(eventType: T) {
  return (await publishedOf(dairy.world, eventType)).filter(({ userId }) => userId === household.userId);
}

/** Time passes to an instant; then the clock's work is done, and what follows from it. */
async function live(instant: string, timers = ['collectTopUps']) {
  dairy.clock.set(instant);
  for (const timer of timers) await dairy.handlerOf('payment')(timerEvent(timer));
  await dairy.settle();
}

/** A household that kept a card, subscribed, and switched automatic top-ups on with a balance for two days. */
async function prepared(token = 'tok_success') {
  await topUp(200, { save: true, paymentToken: token });
  await subscribe();
  await set();
  await dairy.settle();
}

test('A balance that does not cover the next three days is announced, and topped up a day later, once', async () => {
  await prepared();
  await live(START);
  expect(await view()).toMatchObject({
    enabled: true,
    status: 'NOTICED',
    dueDay: '2027-01-08',
    debitAt: at(5),
    method: 'Sandbox •••• 4242',
  });
  expect(await mine('MANDATE_NOTICE')).toMatchObject([
    { amountMinor: 50_000, debitAt: at(5), dueDay: '2027-01-08', missingMinor: 10_000 },
  ]);
  await live(at(5, '04:29:59'));
  expect(await available()).toBe(200);
  await live(at(5));
  await live(at(5, '04:31:00'));
  expect(await available()).toBe(700);
  expect(await view()).toMatchObject({ status: 'IDLE', failedTries: 0 });
  const top = await mine('WALLET_TOPPED_UP');
  expect(top.map(({ amountMinor, automatic }) => [amountMinor, automatic])).toEqual([
    [20_000, undefined],
    [50_000, true],
  ]);
  expect((await mine('AUTO_TOP_UP_MOVED')).map(({ status, reason }) => [status, reason])).toEqual([
    ['CHARGING', 'DEBITED'],
    ['IDLE', 'PAID'],
  ]);
});

test('A household that pays in itself before the debit is not debited', async () => {
  await prepared();
  await live(START);
  await topUp(100);
  await live(at(5));
  expect(await available()).toBe(300);
  expect(await view()).toMatchObject({ status: 'IDLE' });
  expect((await mine('AUTO_TOP_UP_MOVED')).map(({ reason }) => reason)).toEqual(['COVERED']);
});

test('Switching off ends what was announced', async () => {
  await prepared();
  await live(START);
  expect(await set({ enabled: false })).toMatchObject({ enabled: false, status: 'IDLE' });
  await live(at(5));
  expect(await available()).toBe(200);
  expect((await dairy.world.store.get(AutoTopUps, { userId: household.userId }))?.todo).toBeUndefined();
});

test('A change of the days is looked at when it is made', async () => {
  await topUp(400, { save: true });
  const { subscriptionId } = await subscribe();
  await set();
  await live(START);
  expect(await view()).toMatchObject({ status: 'IDLE' });
  const items = [{ productId: 'P101', qty: 6 }];
  await dairy.call('order', 'changeSubscription', { subscriptionId, action: 'CHANGE', items }, household);
  await dairy.settle();
  await live(at(4, '04:40:00'));
  expect(await view()).toMatchObject({ status: 'NOTICED', dueDay: '2027-01-07' });
});

test('A declined debit is tried again after one, three and five days, each time told, and then waits for money', async () => {
  await prepared('tok_saved_decline_later');
  await live(START);
  await live(at(5));
  expect(await view()).toMatchObject({ status: 'RETRYING', failedTries: 1, debitAt: at(6) });
  await live(at(5, '10:00:00'));
  await live(at(6));
  expect(await view()).toMatchObject({ status: 'RETRYING', failedTries: 2, debitAt: at(8) });
  await live(at(8));
  expect(await view()).toMatchObject({ failedTries: 3, debitAt: at(10) });
  await live(at(10));
  expect(await view()).toMatchObject({ status: 'EXHAUSTED', failedTries: 4 });
  await live(at(20));
  expect((await mine('DUNNING_STEP')).map(({ step, nextTryAt }) => [step, nextTryAt])).toEqual([
    [1, at(6)],
    [2, at(8)],
    [3, at(10)],
  ]);
  expect(await mine('DUNNING_EXHAUSTED')).toMatchObject([{ step: 4, amountMinor: 50_000 }]);
  expect(await mine('TOP_UP_FAILED')).toHaveLength(4);
  expect(await available()).toBe(200);
  await topUp(1000);
  await dairy.settle();
  expect(await view()).toMatchObject({ status: 'IDLE', failedTries: 0 });
});

test('Money that comes in any way ends the reminders', async () => {
  await prepared('tok_saved_decline_later');
  await live(START);
  await live(at(5));
  expect(await view()).toMatchObject({ status: 'RETRYING' });
  const desk = { userId: household.userId, amount: 1000, paymentMethod: 'CASH' };
  await say('topUpWallet', desk, dairy.admin);
  await dairy.settle();
  expect(await view()).toMatchObject({ status: 'IDLE', failedTries: 0 });
  await live(at(6));
  expect(await mine('DUNNING_STEP')).toHaveLength(1);
});

test('A debit whose provider does not answer is neither repeated nor called declined: it is asked for later', async () => {
  await prepared('tok_saved_timeout_later');
  await live(START);
  await live(at(5));
  const { paymentId = '' } = (await dairy.world.store.get(AutoTopUps, { userId: household.userId })) ?? {};
  expect(await view()).toMatchObject({ status: 'CHARGING' });
  await live(at(5, '04:30:30'));
  expect(await available()).toBe(200);
  await live(at(5, '04:31:01'), ['reconcilePayments']);
  expect(await view()).toMatchObject({ status: 'IDLE' });
  expect(await available()).toBe(700);
  expect(await dairy.world.store.get(Payments, { paymentId })).toMatchObject({
    status: 'SUCCESS',
    automatic: true,
  });
  expect(await mine('DUNNING_STEP')).toEqual([]);
});

test('A debit that was written down and never asked for is asked for again, and nobody is reminded', async () => {
  await prepared();
  await live(START);
  const charge = dairy.world.payments.charge;
  dairy.world.payments.charge = () => Promise.reject(new Error('the process ended here'));
  await live(at(5));
  dairy.world.payments.charge = charge;
  await live(at(5, '04:31:01'), ['reconcilePayments']);
  expect(await view()).toMatchObject({ status: 'RETRYING', failedTries: 0, debitAt: at(6) });
  await live(at(6));
  expect(await available()).toBe(700);
  expect(await mine('DUNNING_STEP')).toEqual([]);
});

test('A debit whose end nobody told is found out by looking', async () => {
  await prepared('tok_saved_timeout_later');
  await live(START);
  await live(at(5));
  dairy.clock.set(at(5, '04:31:01'));
  await dairy.handlerOf('payment')(timerEvent('reconcilePayments'));
  dairy.clock.set(at(5, '05:31:01'));
  await dairy.handlerOf('payment')(timerEvent('collectTopUps'));
  expect(await view()).toMatchObject({ status: 'IDLE' });
});

test('Two clocks at once debit once', async () => {
  await prepared();
  await live(START);
  dairy.clock.set(at(5));
  const timer = () => dairy.handlerOf('payment')(timerEvent('collectTopUps'));
  await Promise.all([timer(), timer(), timer(), timer()]);
  await dairy.settle();
  expect(await available()).toBe(700);
});

test('A token makes the first top-up and keeps its card; the same request again charges nothing more', async () => {
  const wish = { paymentMethod: 'CARD', paymentToken: 'tok_success', days: 5 };
  const first = await set(wish);
  expect(first).toMatchObject({
    enabled: true,
    days: 5,
    method: 'Sandbox •••• 4242',
    topUp: { status: 'SUCCESS' },
  });
  expect(await set(wish)).toMatchObject({ topUp: { paymentId: first.topUp?.paymentId, status: 'SUCCESS' } });
  expect(await available()).toBe(500);
});

test('A declined token switches nothing on', async () => {
  expect(await set({ paymentToken: 'tok_decline' })).toMatchObject({
    enabled: false,
    topUp: { status: 'FAILED' },
  });
  expect(await view()).toMatchObject({ enabled: false });
});

test('A token whose charge takes its time switches on when the money is there', async () => {
  await subscribe();
  expect(await set({ paymentToken: 'tok_lost_webhook' })).toMatchObject({ topUp: { status: 'PENDING' } });
  await live(at(4, '04:31:01'), ['reconcilePayments']);
  await live(at(5));
  expect(await view()).toMatchObject({ enabled: true, status: 'IDLE', method: 'Sandbox •••• 4242' });
  expect((await dairy.world.store.get(AutoTopUps, { userId: household.userId }))?.todoAt).toBe(at(6));
});

test('Without a kept card, without an amount, or for another household nothing is switched on', async () => {
  expect(await set()).toMatchObject({ status: 422, code: 'METHOD_UNAVAILABLE' });
  expect(await say('setAutoTopUp', { enabled: true })).toMatchObject({ status: 422, code: 'INVALID_INPUT' });
  expect(await set({ amount: 0 })).toMatchObject({ status: 422 });
  expect(await set({ days: 0 })).toMatchObject({ status: 422 });
  const stranger = await dairy.addHousehold(`Ustranger${count}`);
  expect(await set({ userId: stranger.userId })).toMatchObject({ status: 403 });
  expect(await say('viewAutoTopUp', { userId: stranger.userId })).toMatchObject({ status: 403 });
  expect(await view()).toMatchObject({ enabled: false, status: 'IDLE' });
});

test('After all this the books are right', async () => {
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: false })).toEqual([]);
});
