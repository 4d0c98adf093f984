import { expect, test } from 'vitest';
import { isOver } from './rest.ts';
import { planFrom, standingOrder } from './testing.ts';

const ended = (some: object = {}) =>
  standingOrder(planFrom('2027-06-03'), { status: 'CANCELLED', endDay: '2027-06-06', ...some });

test('A standing order that has ended is looked at until every slot is closed up to its last day', () => {
  expect(isOver(ended(), '2027-06-05')).toBe(false);
  expect(isOver(ended(), '2027-06-06')).toBe(true);
  // The Sunday may lock before the Saturday: its run is no word on the days before it.
  expect(isOver(ended({ lastRunDay: '2027-06-06' }), '2027-06-04')).toBe(false);
});

test('One that ended before it began is over at once; one that runs, or has an order open, is not', () => {
  expect(isOver(ended({ endDay: '2027-06-02' }), '')).toBe(true);
  expect(isOver(ended({ status: 'ACTIVE' }), '2027-06-06')).toBe(false);
  expect(isOver(ended({ openOrders: 1 }), '2027-06-06')).toBe(false);
});
