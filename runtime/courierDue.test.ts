import fc from 'fast-check';
import { expect, test } from 'vitest';
import { worthOf } from '#lambdas/payment/rules/bottles.ts';
import { promoUsed } from '#lambdas/payment/rules/promo.ts';
import { roundedDue } from '#lambdas/payment/rules/stopPostings.ts';
import { dueAtDoor } from '../web/courier/rules/due.ts';

const stop = fc.record({
  lines: fc.array(
    fc.record({
      priceMinor: fc.integer({ min: 1, max: 90_000 }),
      depositMinor: fc.integer({ min: 0, max: 5_000 }),
      qty: fc.integer({ min: 1, max: 9 }),
      left: fc.integer({ min: 0, max: 9 }),
      held: fc.record({ count: fc.integer({ min: 1, max: 9 }), deposit: fc.integer({ min: 0, max: 9_000 }) }),
      back: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  promoShare: fc.double({ min: 0, max: 1, noNaN: true }),
  stepMinor: fc.constantFrom(0, 50, 100, 500),
});

test('A phone without signal asks for the same sum at the door as the dairy does', () => {
  fc.assert(
    fc.property(stop, ({ lines, promoShare, stepMinor }) => {
      const of = (figure: (line: (typeof lines)[number]) => number) =>
        lines.reduce((sum, line) => sum + figure(line), 0);
      const came = ({ left, qty }: (typeof lines)[number]) => Math.min(left, qty);
      const ordered = of(({ priceMinor, qty }) => priceMinor * qty);
      const promo = Math.round(ordered * promoShare);
      const goods = of((line) => line.priceMinor * came(line));
      const back = of(({ held, back: count }) => worthOf(held, Math.min(count, held.count)));
      const due =
        goods - promoUsed(promo, goods, ordered) + of((line) => line.depositMinor * came(line)) - back;
      const items = lines.map(({ priceMinor, depositMinor, qty }, i) => ({
        productId: `P${i}`,
        name: `P${i}`,
        qty,
        price: priceMinor / 100,
        deposit: depositMinor / 100,
      }));
      const bottlesHeld = lines.map(({ held }, i) => ({
        productId: `P${i}`,
        name: `P${i}`,
        count: held.count,
        deposit: held.deposit / 100,
      }));
      const left = Object.fromEntries(lines.map((line, i) => [`P${i}`, line.left]));
      const empties = Object.fromEntries(lines.map((line, i) => [`P${i}`, line.back]));
      const asked = dueAtDoor(
        { items, bottlesHeld, paid: 'AT_DOOR', promo: promo / 100 },
        left,
        empties,
        stepMinor / 100,
      );
      expect(Math.round(asked * 100)).toBe(Math.max(0, roundedDue(due, stepMinor)));
    }),
  );
});
