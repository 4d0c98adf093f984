import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '#shared/domain/day.ts';
import { type StandingPrice, standingPriceOn, standingPricesAfter } from './standingPrice.ts';

interface Priced {
  price: number;
  standingPrices?: StandingPrice[];
}

/** A product after its price became another on a day at noon, announced seven days ahead. */
function repriced(product: Priced, price: number, today: string): Priced {
  const notice = { at: `${today}T12:00:00.000Z`, today, reaches: addDays(today, 7) };
  return { price, standingPrices: standingPricesAfter(product, price, notice) };
}
/** What a day costs whose line locks in the evening before. */
const priceOn = (product: Priced, day: string) =>
  standingPriceOn(product, day, `${addDays(day, -1)}T16:30:00.000Z`);

test('S11: a rise reaches standing orders only from the day it was announced for', () => {
  const product = repriced({ price: 5_000 }, 5_500, '2027-01-04');
  expect(['2027-01-05', '2027-01-10', '2027-01-11'].map((day) => priceOn(product, day))).toEqual([
    5_000, 5_000, 5_500,
  ]);
});

test('S11: a fall reaches every open day at once, also one that a rise had not reached yet', () => {
  const risen = repriced({ price: 5_000 }, 5_500, '2027-01-04');
  expect(priceOn(repriced(risen, 4_000, '2027-01-04'), '2027-01-05')).toBe(4_000);
  const between = repriced(risen, 5_200, '2027-01-04');
  expect(priceOn(between, '2027-01-10')).toBe(5_000);
  expect(priceOn(between, '2027-01-11')).toBe(5_200);
});

test('S11: two rises one after the other each keep their own day', () => {
  const product = repriced(repriced({ price: 5_000 }, 5_500, '2027-01-04'), 6_000, '2027-01-06');
  const days = ['2027-01-10', '2027-01-11', '2027-01-12', '2027-01-13'];
  expect(days.map((day) => priceOn(product, day))).toEqual([5_000, 5_500, 5_500, 6_000]);
});

test('S11: the price is fixed at the lock: neither a fall nor a rise reaches a line that locked before, however early its product locks', () => {
  const fallen = repriced({ price: 5_000 }, 4_000, '2027-01-04');
  expect(standingPriceOn(fallen, '2027-01-05', '2027-01-04T11:59:59.999Z')).toBe(5_000);
  expect(standingPriceOn(fallen, '2027-01-05', '2027-01-04T12:00:00.000Z')).toBe(5_000);
  expect(standingPriceOn(fallen, '2027-01-05', '2027-01-04T12:00:00.001Z')).toBe(4_000);
  const risen = repriced({ price: 5_000 }, 5_500, '2027-01-04');
  // Bread that locks eight days ahead is locked on its old price though the rise reaches the day.
  expect(standingPriceOn(risen, '2027-01-12', '2027-01-04T10:00:00.000Z')).toBe(5_000);
  expect(standingPriceOn(risen, '2027-01-12', '2027-01-11T16:30:00.000Z')).toBe(5_500);
});

test('S11: however prices go, no open day within the notice costs more than it did, and a locked one costs what it did', () => {
  const changes = fc.array(fc.record({ day: fc.nat(120), price: fc.integer({ min: 100, max: 9_900 }) }), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 9_900 }), changes, (opening, raw) => {
      let product: Priced = { price: opening };
      for (const { day, price } of [...raw].sort((a, b) => a.day - b.day)) {
        const today = addDays('2027-01-04', day);
        const before = product;
        product = repriced(before, price, today);
        for (let ahead = 1; ahead < 20; ahead++) {
          const on = addDays(today, ahead);
          const expected = ahead < 7 ? Math.min(price, priceOn(before, on)) : price;
          expect(priceOn(product, on)).toBe(expected);
          const lockedBefore = `${today}T09:00:00.000Z`;
          expect(standingPriceOn(product, on, lockedBefore)).toBe(standingPriceOn(before, on, lockedBefore));
        }
      }
    }),
  );
});

test('What staff announced long ago is forgotten, and the prices of coming days stay', () => {
  let product: Priced = { price: 5_000 };
  for (let month = 0; month < 24; month++) {
    product = repriced(product, 5_000 + month, addDays('2027-01-04', month * 30));
  }
  expect(product.standingPrices?.length).toBeLessThan(5);
  expect(priceOn(product, addDays('2027-01-04', 23 * 30 + 3))).toBe(5_022);
});
