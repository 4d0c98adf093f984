import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AutoTopUps } from '#lambdas/payment/models/AutoTopUp.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { publishedOf, timerEvent } from '#runtime/testEvents.ts';
import { Meta } from '#shared/data/meta.ts';
import { remove } from '#shared/data/write.ts';
import { addDays } from '#shared/domain/day.ts';
import type { EventType } from '#shared/events/catalogue.ts';
import type { Actor } from '#shared/ports/ports.ts';

let dairy: TestDairy;
let household: Actor;
/** Each test has a day of its own. */
let today = '2027-01-03';
let tomorrow = '2027-01-04';
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());
beforeEach(async () => {
  [today, tomorrow] = [tomorrow, addDays(tomorrow, 1)];
  dairy.clock.set(`${today}T04:30:00.000Z`);
  household = await dairy.addHousehold(`Uahead${today.slice(-2)}`);
});

const subscribe = (more: object = {}) =>
  dairy.call<{ subscriptionId: string }>(
    'order',
    'subscribeOrder',
    {
      items: [{ productId: 'P101', qty: 2 }],
      schedule: { type: 'DAILY' },
      startDate: tomorrow,
      slot: 'MORNING',
      paymentMethod: 'WALLET',
      ...more,
    },
    household,
  );
const topUp = (amount: number, more: object = {}) =>
  dairy.call('payment', 'topUpWallet', { amount, paymentMethod: 'UPI', ...more }, household);
const ahead = () => dairy.handlerOf('order')(timerEvent('tellAhead'));
async function mine(eventType: EventType) {
  return (await publishedOf(dairy.world, eventType)).filter(({ userId }) => userId === household.userId);
}

test('At noon a household is told what its balance lacks for tomorrow and until when, once', async () => {
  await topUp(120);
  await subscribe();
  await subscribe();
  await ahead();
  expect(await mine('WALLET_LOW')).toEqual([]);
  dairy.clock.set(`${today}T06:30:00.000Z`);
  await ahead();
  await ahead();
  // As after a crash in the middle of the day's telling.
  await dairy.world.store.write(remove(Meta, { metaId: 'toldAhead' }));
  await ahead();
  expect(await mine('WALLET_LOW')).toMatchObject([
    {
      deliveryDay: tomorrow,
      cutoffAt: `${today}T16:30:00.000Z`,
      availableMinor: 12_000,
      missingMinor: 8_000,
    },
  ]);
});

test('A balance that covers tomorrow is enough, whatever comes after; so is cash at the door', async () => {
  await topUp(100);
  await subscribe();
  await subscribe({ paymentMethod: 'COD' });
  dairy.clock.set(`${today}T06:30:00.000Z`);
  await ahead();
  expect(await mine('WALLET_LOW')).toEqual([]);
});

test('A day that is skipped or paused needs nothing', async () => {
  const { subscriptionId } = await subscribe();
  await dairy.call(
    'order',
    'changeSubscription',
    { subscriptionId, action: 'SKIP', day: tomorrow },
    household,
  );
  dairy.clock.set(`${today}T06:30:00.000Z`);
  await ahead();
  expect(await mine('WALLET_LOW')).toEqual([]);
});

test('A debit that was announced and comes before the cutoff is waited for', async () => {
  await topUp(50, { save: true });
  await subscribe({ startDate: addDays(today, 2) });
  await dairy.call('payment', 'setAutoTopUp', { enabled: true, amount: 500 }, household);
  await dairy.handlerOf('payment')(timerEvent('collectTopUps'));
  expect(await dairy.world.store.get(AutoTopUps, { userId: household.userId })).toMatchObject({
    status: 'NOTICED',
    debitAt: `${tomorrow}T04:30:00.000Z`,
  });
  dairy.clock.set(`${tomorrow}T06:30:00.000Z`);
  await ahead();
  expect(await mine('WALLET_LOW')).toEqual([]);
  [today, tomorrow] = [tomorrow, addDays(tomorrow, 1)];
});

test('The day before the first day back is cut off, a household is told that its pause ends, once', async () => {
  const { subscriptionId } = await subscribe({ paymentMethod: 'COD' });
  const pause = { subscriptionId, action: 'PAUSE', from: tomorrow, to: addDays(today, 3) };
  await dairy.call('order', 'changeSubscription', pause, household);
  for (const day of [1, 2, 3, 4].map((count) => addDays(today, count))) {
    dairy.clock.set(`${day}T06:30:00.000Z`);
    await ahead();
    expect([day, (await mine('PAUSE_ENDING')).length]).toEqual([day, day < addDays(today, 2) ? 0 : 1]);
  }
  expect(await mine('PAUSE_ENDING')).toMatchObject([
    {
      subscriptionId,
      pausedTo: addDays(today, 3),
      firstDay: addDays(today, 4),
      cutoffAt: `${addDays(today, 3)}T16:30:00.000Z`,
    },
  ]);
});
