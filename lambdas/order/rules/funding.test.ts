import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fund, type LineToPay, type Means } from './funding.ts';

const [first, second] = ['2027-01-01T06:00:00.000Z', '2027-02-01T06:00:00.000Z'];

function line(subscriptionId: string, position: number, amountMinor: number, createdAt = first): LineToPay {
  return { subscriptionId, createdAt, position, amountMinor };
}

function means(policy: Means['policy'], availableMinor: number, graceLeftMinor = 0): Means {
  return { policy, availableMinor, graceLeftMinor };
}

function paidOf(lines: readonly LineToPay[], how: Means): number[] {
  return [...fund(lines, how).paid].sort();
}

test('A household with enough balance pays every line, whatever the dairy does when it is short (S10)', () => {
  const lines = [line('S1', 0, 5_000), line('S1', 1, 2_750)];
  for (const policy of ['LINES', 'NONE', 'GRACE'] as const) {
    expect(fund(lines, means(policy, 7_750, 1_000))).toEqual({ paid: new Set([0, 1]), owedMinor: 0 });
  }
});

test('With LINES the oldest subscription is paid first, then item by item, however the lines are listed (S10)', () => {
  const lines = [line('S2', 0, 5_000, second), line('S1', 1, 3_000), line('S1', 0, 4_000)];
  expect(paidOf(lines, means('LINES', 4_000))).toEqual([2]);
  expect(paidOf(lines, means('LINES', 7_000))).toEqual([1, 2]);
  expect(paidOf(lines, means('LINES', 11_999))).toEqual([1, 2]);
  expect(paidOf([line('S9', 0, 500), line('S8', 0, 500)], means('LINES', 500))).toEqual([1]);
});

test('With LINES a line that does not fit is passed over whole, and a later one may still fit (S10)', () => {
  const lines = [line('S1', 0, 6_000), line('S1', 1, 2_000), line('S2', 0, 3_000, second)];
  expect(paidOf(lines, means('LINES', 5_000))).toEqual([1, 2]);
  expect(paidOf(lines, means('LINES', 0))).toEqual([]);
});

test('With NONE a balance that is short by one paisa pays for nothing of the household’s day (S10)', () => {
  const lines = [line('S1', 0, 6_000), line('S2', 0, 3_000, second)];
  expect(paidOf(lines, means('NONE', 8_999))).toEqual([]);
  expect(paidOf(lines, means('NONE', 9_000))).toEqual([0, 1]);
});

test('With GRACE lines are paid up to the limit of debt, and what the balance lacks is owed (S10)', () => {
  const lines = [line('S1', 0, 6_000), line('S1', 1, 2_000)];
  expect(fund(lines, means('GRACE', 5_000, 1_000))).toEqual({ paid: new Set([0]), owedMinor: 1_000 });
  expect(fund(lines, means('GRACE', 5_000, 999))).toEqual({ paid: new Set([1]), owedMinor: 0 });
  expect(fund(lines, means('GRACE', 0, 8_000))).toEqual({ paid: new Set([0, 1]), owedMinor: 8_000 });
});

test('A limit of debt counts for GRACE only, and a household beyond it has no grace left (S10)', () => {
  const lines = [line('S1', 0, 1_000)];
  expect(fund(lines, means('LINES', 0, 5_000))).toEqual({ paid: new Set(), owedMinor: 0 });
  expect(fund(lines, means('NONE', 0, 5_000))).toEqual({ paid: new Set(), owedMinor: 0 });
  expect(fund(lines, means('GRACE', 1_000, -500))).toEqual({ paid: new Set([0]), owedMinor: 0 });
});

const lines = fc.uniqueArray(
  fc.record({
    subscriptionId: fc.constantFrom('S1', 'S2', 'S3'),
    createdAt: fc.constant(first),
    position: fc.integer({ min: 0, max: 5 }),
    amountMinor: fc.integer({ min: 0, max: 10_000 }),
  }),
  { selector: ({ subscriptionId, position }) => `${subscriptionId} ${position}` },
);
const anyMeans = fc.record({
  availableMinor: fc.integer({ min: 0, max: 40_000 }),
  policy: fc.constantFrom('LINES' as const, 'NONE' as const, 'GRACE' as const),
  graceLeftMinor: fc.integer({ min: 0, max: 10_000 }),
});

test('What is paid is covered by the balance and the debt that is allowed, and no unpaid line would have fitted (S10, I6)', () => {
  fc.assert(
    fc.property(lines, anyMeans, (wanted, how) => {
      const { paid, owedMinor } = fund(wanted, how);
      const amounts = wanted.map(({ amountMinor }) => amountMinor);
      const sum = amounts.filter((_, i) => paid.has(i)).reduce((total, amount) => total + amount, 0);
      const limit = how.policy === 'GRACE' ? how.graceLeftMinor : 0;
      expect(owedMinor).toBe(Math.max(0, sum - how.availableMinor));
      expect(owedMinor).toBeLessThanOrEqual(limit);
      expect([...paid].every((i) => i >= 0 && i < wanted.length)).toBe(true);
      const left = how.availableMinor + limit - sum;
      if (how.policy === 'NONE') expect([0, wanted.length]).toContain(paid.size);
      else expect(amounts.every((amount, i) => paid.has(i) || amount > left)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('Who is paid does not depend on how the lines are listed, and the first line that fits is always paid (S10)', () => {
  fc.assert(
    fc.property(lines, anyMeans, (wanted, how) => {
      const names = (listed: readonly LineToPay[]) =>
        [...fund(listed, how).paid].map((i) => `${listed[i]?.subscriptionId} ${listed[i]?.position}`).sort();
      expect(names(wanted.toReversed())).toEqual(names(wanted));
      const inTurn = wanted
        .map(({ subscriptionId, position, amountMinor }) => ({
          name: `${subscriptionId} ${position}`,
          amountMinor,
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const fits = inTurn.find(({ amountMinor }) => amountMinor <= how.availableMinor);
      if (how.policy === 'LINES' && fits) expect(names(wanted)).toContain(fits.name);
    }),
  );
});
