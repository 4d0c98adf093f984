import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Amount, showMoney, splitTax, toMajor, toMinor } from './money.ts';

const minor = fc.integer({ min: 0, max: 1_000_000_000 });

test('Every amount in paise is the same amount after a way through rupees and back (I8)', () => {
  fc.assert(fc.property(minor, (amount) => toMinor(toMajor(amount)) === amount));
  fc.assert(fc.property(minor, (amount) => toMinor(-toMajor(amount)) === -amount));
});

test('What a household types with two decimals is exactly that many paise', () => {
  fc.assert(
    fc.property(minor, (amount) => {
      const text = `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
      expect(Amount.parse(Number(text))).toBe(amount);
    }),
  );
});

test('A third decimal is refused, however large the amount', () => {
  const thirdDecimal = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(minor, thirdDecimal, (amount, third) => {
      const value = Number(`${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}${third}`);
      expect(Amount.safeParse(value).success).toBe(false);
      expect(() => toMinor(value)).toThrow(RangeError);
    }),
  );
});

test('Sums that a phone makes with floating point still count as what they mean', () => {
  expect(Amount.parse(0.1 + 0.2)).toBe(30);
  expect(Amount.parse(27.1 * 3)).toBe(8_130);
});

test('No amount is less than nothing, endless, or no number', () => {
  const wrong = [-0.01, Number.NaN, Number.POSITIVE_INFINITY, 1e308, 10_000_000.01, '50', null];
  for (const value of wrong) expect(Amount.safeParse(value).success, String(value)).toBe(false);
});

/** Rates as a product may have them: up to six components of up to 100 %. */
const rates = fc.dictionary(
  fc.constantFrom('CGST', 'SGST', 'IGST', 'CESS', 'VAT', 'LUX'),
  fc.integer({ min: 0, max: 10_000 }),
);
const gross = fc.integer({ min: 0, max: 400_000_000_000 });

test('The parts of a price with tax sum to the price, whatever the rates (I8)', () => {
  fc.assert(
    fc.property(gross, rates, (amount, taxes) => {
      const split = splitTax(amount, taxes);
      const sum = Object.values(split.taxes).reduce((total, part) => total + part, split.netMinor);
      expect(sum).toBe(amount);
    }),
  );
});

test('Each tax is the exact fraction of the price, half a paisa rounded up (I8)', () => {
  fc.assert(
    fc.property(gross, rates, (amount, taxes) => {
      const whole = 10_000n + Object.values(taxes).reduce((sum, rate) => sum + BigInt(rate), 0n);
      for (const [component, rate] of Object.entries(taxes)) {
        const part = BigInt(splitTax(amount, taxes).taxes[component] ?? -1);
        // |2 × (part − exact)| ≤ 1, and never exactly half below.
        const doubled = 2n * (part * whole - BigInt(amount) * BigInt(rate));
        expect(doubled > -whole && doubled <= whole).toBe(true);
      }
    }),
  );
});

test('Milk of 50 at 5 % is 47.62 and twice 1.19; untaxed milk is all net', () => {
  expect(splitTax(5_000, { CGST: 250, SGST: 250 })).toEqual({
    netMinor: 4_762,
    taxes: { CGST: 119, SGST: 119 },
  });
  expect(splitTax(5_000, {})).toEqual({ netMinor: 5_000, taxes: {} });
});

test('Amounts are shown with their currency and two decimals', () => {
  expect(showMoney(2_750, 'INR')).toBe('₹27.50');
  expect(showMoney(12_345_678, 'INR')).toBe('₹1,23,456.78');
});
