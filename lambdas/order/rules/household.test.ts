import { expect, test } from 'vitest';
import { decideHousehold, emptyPurse, type HouseholdTerms } from './household.ts';
import { planFrom, standingOrder } from './testing.ts';
import type { RunUnit, UnitLine } from './units.ts';

const DAY = '2027-01-06';

function line(productId: string, outcome: string, granted: number, more: Partial<UnitLine> = {}): UnitLine {
  const wish = { productId, scheduledDay: DAY, qty: 2, price: 5_000, tier: 'STANDING' as const };
  return { ...wish, outcome, granted, ...more };
}

/** Two litres, of which one is to be had and one comes of another product; bread that is gone; curd that is held. */
function unit(): RunUnit {
  const plan = planFrom(DAY);
  return {
    subscription: standingOrder(plan),
    plan,
    slotId: 'MORNING',
    outcome: '',
    owedMinor: 0,
    promoMinor: 0,
    lines: [
      line('P101', 'SHORT', 1),
      line('P201', 'OUT_OF_STOCK', 0),
      line('P301', 'PAUSED', 0),
      line('P102', 'ORDERED', 1, { insteadOf: 'P101', tier: 'SUBSTITUTE', qty: 1 }),
    ],
  };
}

function decided(some: Partial<HouseholdTerms>) {
  const one = unit();
  const terms = { policy: 'LINES', graceLimitMinor: 0, purse: emptyPurse, active: true } as const;
  decideHousehold([one], { ...terms, isMissed: () => false, ...some });
  const lines = one.lines.map(({ productId, granted, outcome }) => `${productId} ${granted} ${outcome}`);
  return { outcome: one.outcome, lines };
}

test('S13: a day that the run missed says so of each line that was to come, also of what would have been short', () => {
  expect(decided({ isMissed: () => true })).toEqual({
    outcome: 'RUN_MISSED',
    lines: ['P101 0 RUN_MISSED', 'P201 0 RUN_MISSED', 'P301 0 PAUSED'],
  });
  expect(decided({})).toEqual({
    outcome: 'ORDERED',
    lines: ['P101 1 SHORT', 'P201 0 OUT_OF_STOCK', 'P301 0 PAUSED', 'P102 1 ORDERED'],
  });
});

test('A household whose account is closed gets nothing, and no shortage is told of it', () => {
  expect(decided({ active: false })).toMatchObject({
    outcome: 'CUSTOMER_GONE',
    lines: ['P101 0 CUSTOMER_GONE', 'P201 0 CUSTOMER_GONE', 'P301 0 PAUSED'],
  });
});
