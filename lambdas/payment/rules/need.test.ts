import { describe, expect, test } from 'vitest';
import type { Subscription } from '#lambdas/order/models/Subscription.ts';
import { planFrom, settingsWith, standingOrder } from '#lambdas/order/rules/testing.ts';
import { nextCollection, nextTry } from './dunning.ts';
import { needOf } from './need.ts';

const settings = settingsWith();
const today = '2027-01-04';
const standing = (more: Partial<Subscription> = {}, paymentMethod: 'WALLET' | 'COD' = 'WALLET') =>
  standingOrder(planFrom('2027-01-06', { paymentMethod }), more);
const need = (subscriptions: Subscription[], availableMinor: number, days = 3) =>
  needOf(subscriptions, { settings, priceOn: () => 5_000, today }, days, availableMinor);

describe('What a balance lacks', () => {
  test('is nothing while it covers the next three days of deliveries', () => {
    expect(need([standing()], 30_000)).toBeUndefined();
  });

  test('begins with the first day that it does not cover, and is told with that day’s cutoff', () => {
    expect(need([standing()], 29_999)).toEqual({
      dueDay: '2027-01-08',
      cutoffAt: '2027-01-07T16:30:00.000Z',
      missingMinor: 1,
    });
    expect(need([standing()], -500)).toMatchObject({ dueDay: '2027-01-06', missingMinor: 30_500 });
  });

  test('counts all standing orders that the balance pays, and no other', () => {
    expect(need([standing(), standing()], 30_000)).toMatchObject({ missingMinor: 30_000 });
    expect(need([standing(), standing({}, 'COD')], 30_000)).toBeUndefined();
    expect(need([], 0)).toBeUndefined();
  });

  test('counts days of deliveries, not of the calendar, however rare they are', () => {
    const [plan] = standing().plans;
    const monthly = { type: 'MONTHLY' as const, daysOfMonth: [15] };
    const rare = standing({ plans: plan ? [{ ...plan, schedule: monthly }] : [] });
    expect(need([rare], 20_000)).toMatchObject({ dueDay: '2027-03-15', missingMinor: 10_000 });
    expect(need([standing({ skips: ['2027-01-07'] })], 20_000)).toMatchObject({ dueDay: '2027-01-09' });
  });

  test('leaves out what an order run has dealt with, and what comes after the end', () => {
    expect(need([standing({ lastRunDay: '2027-01-06' })], 20_000)).toMatchObject({ dueDay: '2027-01-09' });
    expect(need([standing({ endDay: '2027-01-07' })], 20_000)).toBeUndefined();
  });
});

describe('A declined collection', () => {
  const failedAt = '2027-01-05T04:30:00.000Z';
  const again = (failed: number, notBefore = failedAt) => nextTry(settings, { failed, failedAt, notBefore });

  test('is tried again one, three and five days after the first time, at ten, and then no more', () => {
    expect([1, 2, 3, 4].map((failed) => again(failed))).toEqual([
      '2027-01-06T04:30:00.000Z',
      '2027-01-08T04:30:00.000Z',
      '2027-01-10T04:30:00.000Z',
      undefined,
    ]);
  });

  test('is not tried before the household had its notice', () => {
    expect(again(1, '2027-01-06T05:00:00.000Z')).toBe('2027-01-06T05:00:00.000Z');
  });
});

test('Top-ups are looked at once a day, at the dairy’s own time, also when its clocks change', () => {
  const zone = { ...settings, timeZone: 'Europe/Berlin' };
  expect(nextCollection(settings, '2027-01-05T04:29:59.999Z')).toBe('2027-01-05T04:30:00.000Z');
  expect(nextCollection(settings, '2027-01-05T04:30:00.000Z')).toBe('2027-01-06T04:30:00.000Z');
  expect(nextCollection(zone, '2027-03-27T10:00:00.000Z')).toBe('2027-03-28T08:00:00.000Z');
});
