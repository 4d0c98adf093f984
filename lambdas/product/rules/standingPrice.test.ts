import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '#shared/domain/day.ts';
import { type StandingPrice, standingPriceOn, standingPricesAfter } from './standingPrice.ts';

const today = '2027-01-04';
const reaches = '2027-01-11';

test('A rise reaches standing orders only from the day it was announced for', () => {
  const standingPrices = standingPricesAfter({ price: 5_000 }, 5_500, { today, reaches });
  const product = { price: 5_500, standingPrices };
  expect(standingPriceOn(product, '2027-01-05')).toBe(5_000);
  expect(standingPriceOn(product, '2027-01-10')).toBe(5_000);
  expect(standingPriceOn(product, '2027-01-11')).toBe(5_500);
});

test('A fall reaches every day at once, also one that a rise had not reached yet', () => {
  const risen = { price: 5_500, standingPrices: [{ before: reaches, price: 5_000 }] };
  const fallen = { price: 4_000, standingPrices: standingPricesAfter(risen, 4_000, { today, reaches }) };
  expect(standingPriceOn(fallen, '2027-01-05')).toBe(4_000);
  const between = { price: 5_200, standingPrices: standingPricesAfter(risen, 5_200, { today, reaches }) };
  expect(standingPriceOn(between, '2027-01-05')).toBe(5_000);
  expect(standingPriceOn(between, '2027-01-11')).toBe(5_200);
});

test('Two rises one after the other each keep their own day', () => {
  const first = { price: 5_500, standingPrices: [{ before: '2027-01-11', price: 5_000 }] };
  const standingPrices = standingPricesAfter(first, 6_000, { today: '2027-01-06', reaches: '2027-01-13' });
  const product = { price: 6_000, standingPrices };
  expect(
    ['2027-01-10', '2027-01-11', '2027-01-12', '2027-01-13'].map((day) => standingPriceOn(product, day)),
  ).toEqual([5_000, 5_500, 5_500, 6_000]);
});

test('However prices go, no day costs a standing order more than it did when the day is within the notice', () => {
  const changes = fc.array(fc.record({ day: fc.nat(30), price: fc.integer({ min: 100, max: 9_900 }) }), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 9_900 }), changes, (opening, raw) => {
      let product: { price: number; standingPrices: StandingPrice[] } = {
        price: opening,
        standingPrices: [],
      };
      for (const { day, price } of [...raw].sort((a, b) => a.day - b.day)) {
        const now = addDays(today, day);
        const from = addDays(now, 7);
        const before = product;
        const standingPrices = standingPricesAfter(before, price, { today: now, reaches: from });
        product = { price, standingPrices };
        for (let ahead = 1; ahead < 20; ahead++) {
          const on = addDays(now, ahead);
          const expected = on < from ? Math.min(price, standingPriceOn(before, on)) : price;
          expect(standingPriceOn(product, on)).toBe(expected);
        }
      }
    }),
  );
});
