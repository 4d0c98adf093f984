import { expect, test } from 'vitest';
import type { Order } from '#lambdas/order/models/Order.ts';
import type { Product } from '#lambdas/product/models/Product.ts';
import { DayDemand, runsOf, sumOf, supplyOf } from './demand.ts';

const count = {
  countId: 'ALL',
  day: '2027-01-06',
  products: { P1: 10, P2: 3 },
  slots: { MORNING: { P1: 7, P2: 3 }, EVENING: { P1: 3 } },
  countedAt: '2027-01-05T16:00:00.000Z',
  expiresAtSeconds: 0,
};
const orderOf = (qty: number, createdAt: string, more: object = {}) =>
  ({
    status: 'CONFIRMED',
    slotId: 'MORNING',
    through: 'RUN',
    createdAt,
    items: [{ productId: 'P1', name: 'Milk', qty }],
    ...more,
  }) as unknown as Order;
const sum = (demand: DayDemand, productId: string) => sumOf(demand.needs.get(productId)?.values() ?? []);

test('While an order run goes on, nothing that it has made is counted as planned too', () => {
  const demand = new DayDemand(count);
  // Made before the count, which therefore does not plan it; then made since.
  demand.addOrder(orderOf(5, '2027-01-05T15:59:59.000Z'));
  demand.addOrder(orderOf(2, '2027-01-05T16:30:06.000Z'));
  demand.addOrder(orderOf(1, '2027-01-05T16:30:07.000Z', { through: 'SELF', slotId: 'EVENING' }));
  demand.addOrder(orderOf(9, '2027-01-05T16:30:07.000Z', { status: 'CANCELLED' }));
  demand.addPlanned(new Set());
  expect(sum(demand, 'P1')).toEqual({ orderedByHand: 1, orderedByRun: 7, planned: 5 + 3, total: 16 });
  expect(demand.needs.get('P1')?.get('MORNING')?.planned).toBe(5);
  expect(demand.orders).toBe(3);
});

test('More than was planned is never less than nothing; a slot whose run is closed brings no more', () => {
  const demand = new DayDemand(count);
  demand.addOrder(orderOf(20, '2027-01-05T16:30:06.000Z'));
  demand.addPlanned(new Set(['EVENING']));
  expect(sum(demand, 'P1')).toEqual({ orderedByHand: 0, orderedByRun: 20, planned: 0, total: 20 });
  expect(sum(demand, 'P2').planned).toBe(3);
});

test('A run of a day far ahead takes from what was counted without slots', () => {
  const { slots: _, ...far } = count;
  const demand = new DayDemand(far);
  demand.addOrder(orderOf(4, '2027-01-05T16:30:06.000Z'));
  demand.addPlanned(new Set());
  expect(sum(demand, 'P1')).toMatchObject({ orderedByRun: 4, planned: 6, total: 10 });
});

test('What a run has set aside is still there for what it has not made', () => {
  const { held, closedSlots } = runsOf([
    { day: '2027-01-06', part: 'L1#HEAD', version: 1, state: 'CLOSED', slotIds: ['EARLY'] },
    { day: '2027-01-06', part: 'L2#HEAD', version: 1, state: 'OPEN', slotIds: ['MORNING'] },
    { day: '2027-01-06', part: 'L2#TALLY#0', version: 1, left: { P1: 4 } },
    { day: '2027-01-06', part: 'L2#TALLY#1', version: 1, left: { P1: 2, P2: 1 } },
  ]);
  expect([...closedSlots]).toEqual(['EARLY']);
  expect([...held]).toEqual([
    ['P1', 6],
    ['P2', 1],
  ]);
  const product = { stockMode: 'ON_HAND', stock: 10, reserved: 8 } as Product;
  expect(supplyOf(product, undefined, 6)).toEqual({ supply: 18, left: 16 });
  const perDay = { ...product, stockMode: 'PER_DAY' as const, dailySupply: 30 };
  expect(supplyOf(perDay, undefined, 0)).toEqual({ supply: 30, left: 30 });
  const stockDay = { productId: 'P1', day: '', supply: 25, stock: 5, reserved: 20, sold: 0, wasted: 0 };
  expect(supplyOf(perDay, stockDay, 6)).toEqual({ supply: 25, left: 11 });
  expect(supplyOf(undefined, undefined, 0)).toEqual({ supply: 0, left: 0 });
});
