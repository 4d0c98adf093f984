import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDay } from '#lambdas/order/models/orderRun/day.ts';
import { till } from '#lambdas/payment/models/runTill.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { timerEvent } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';

const DAY = '2027-01-06';
const LOCK = '2027-01-05T16:30:00.000Z';
const EVENING_LOCK = '2027-01-06T02:30:00.000Z';
const AFTER_LOCK = '2027-01-05T16:30:06.000Z';
const HOUSEHOLDS = 8;

interface Lock {
  lock: string;
  slotIds: string[];
  state: string;
  due?: number;
  made: number;
  orders: number;
  digest: string;
}

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
  const rule = { slotId: 'EVENING', date: DAY, cutoffTime: '08:00', cutoffDaysBefore: 0 };
  await dairy.call('admin', 'updateSettings', { cutoffs: [rule] }, dairy.admin);
  for (let i = 1; i <= HOUSEHOLDS; i++) await subscribe(await dairy.addHousehold(`U20${i}`));
  const { subscriptionId } = await subscribe(dairy.household);
  const skip = { subscriptionId, action: 'SKIP', day: DAY };
  await dairy.call('order', 'changeSubscription', skip, dairy.household);
});
afterAll(() => dairy?.close());

async function subscribe(actor: Actor, more: object = {}): Promise<{ subscriptionId: string }> {
  const standing = {
    items: [{ productId: 'P101', qty: 1 }],
    schedule: { type: 'DAILY' },
    startDate: DAY,
    slot: 'MORNING',
    paymentMethod: 'COD',
    ...more,
  };
  const answer = await dairy.call<Refusal & { subscriptionId: string }>(
    'order',
    'subscribeOrder',
    standing,
    actor,
  );
  expect(answer.subscriptionId, answer.detail).toBeDefined();
  return answer;
}
const view = (day = DAY) =>
  dairy.call<{ day: string; locks: Lock[] }>('admin', 'viewOrderRun', { day }, dairy.admin);
const simulate = (day = DAY) => dairy.call<{ digest: string }>('admin', 'simulateRun', { day }, dairy.admin);
const runTimer = () => dairy.handlerOf('order')(timerEvent('runOrders'));

test('Before the lock the run waits, and each lock of the day is for itself', async () => {
  const { day, locks } = await view();
  expect(day).toBe(DAY);
  expect(locks).toMatchObject([
    { lock: LOCK, slotIds: ['EARLY', 'MORNING', 'MIDDAY'], state: 'WAITING', made: 0, orders: 0 },
    { lock: EVENING_LOCK, slotIds: ['EVENING'], state: 'WAITING' },
  ]);
  expect(locks[0]?.due).toBeUndefined();
});

test('A run that is cut off tells how much of what is due it has made, and goes on from there', async () => {
  const { digest } = await simulate();
  dairy.clock.set(AFTER_LOCK);
  expect((await view()).locks[0]).toMatchObject({ state: 'PLANNING', made: 0 });
  expect(await runDay(dairy.world, till, DAY, () => true)).toBe(false);
  const none = { state: 'MAKING', startedAt: AFTER_LOCK, due: HOUSEHOLDS + 1, made: 0, orders: 0 };
  expect((await view()).locks[0]).toMatchObject(none);
  let pages = 0;
  expect(await runDay(dairy.world, till, DAY, () => ++pages > 2)).toBe(false);
  const [some] = (await view()).locks;
  expect(some?.state).toBe('MAKING');
  expect(some?.due).toBe(HOUSEHOLDS + 1);
  expect(some?.made).toBeGreaterThan(0);
  expect(some?.made).toBeLessThan(HOUSEHOLDS + 1);
  await runTimer();
  expect((await view()).locks).toMatchObject([
    {
      state: 'DONE',
      due: HOUSEHOLDS + 1,
      made: HOUSEHOLDS + 1,
      orders: HOUSEHOLDS,
      amount: HOUSEHOLDS * 50,
      reasons: { SKIPPED: 1 },
      digest,
    },
    { state: 'WAITING', made: 0 },
  ]);
});

test('A slot in which nothing was due is done when its time has come', async () => {
  dairy.clock.set('2027-01-06T02:30:06.000Z');
  expect((await view()).locks[1]).toMatchObject({ state: 'PLANNING' });
  await runTimer();
  expect((await view()).locks[1]).toMatchObject({ state: 'DONE', due: 0, made: 0, orders: 0, reasons: {} });
  expect((await view('2026-12-30')).locks.map(({ state }) => state)).toEqual(['DONE']);
});

test('What the desk runs early is made, and done once the lock is over, with what came in between', async () => {
  const day = '2027-01-08';
  await dairy.call('admin', 'runDay', { day }, dairy.admin);
  expect((await view(day)).locks).toMatchObject([
    { state: 'MADE', due: HOUSEHOLDS + 1, made: HOUSEHOLDS + 1, orders: HOUSEHOLDS + 1 },
  ]);
  await subscribe(await dairy.addHousehold('U301'), { startDate: day });
  dairy.clock.set('2027-01-07T16:30:06.000Z');
  await runTimer();
  expect((await view(day)).locks).toMatchObject([
    { state: 'DONE', due: HOUSEHOLDS + 2, made: HOUSEHOLDS + 2, orders: HOUSEHOLDS + 2 },
  ]);
});

test('Today is shown unless a day is named; households and couriers see no run', async () => {
  const answer = await dairy.call<{ day: string }>('admin', 'viewOrderRun', {}, dairy.admin);
  expect(answer.day).toBe('2027-01-07');
  for (const actor of [dairy.household, dairy.courier])
    expect(await dairy.call('admin', 'viewOrderRun', {}, actor)).toMatchObject({ code: 'FORBIDDEN' });
});
