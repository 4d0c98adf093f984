import { expect, test } from 'vitest';
import type { Action } from './outbox.ts';
import { amountOf, saidOf } from './said.ts';
import { freshest, type Sheet, type Stop, standingsOf, totalsOf, withStep } from './stops.ts';

const step = (status: string) => ({ status, at: '2027-01-06T01:00:00Z', by: 'U9' });

function stopOf(deliveryId: string, more: Partial<Stop> = {}): Stop {
  return {
    deliveryId,
    orderId: `O${deliveryId}`,
    status: 'IN_TRANSIT',
    courierId: 'U9',
    deliveryDay: '2027-01-06',
    slotId: 'MORNING',
    slotStartsAt: '2027-01-06T01:30:00Z',
    slotEndsAt: '2027-01-06T04:30:00Z',
    timeline: [step('ASSIGNED')],
    household: { name: 'Asha Rao' },
    items: [{ productId: 'P1', name: 'Cow Milk', qty: 3, price: 50, deposit: 0 }],
    paid: 'AT_DOOR',
    promo: 0,
    cashDue: 150,
    deposits: 0,
    bottlesHeld: [],
    ...more,
  };
}
const sheetOf = (...stops: Stop[]): Sheet => ({ userId: 'U9', day: '2027-01-06', asOf: 'now', stops });
const acted = (deliveryId: string, what: Action['what'], more: Partial<Action> = {}): Action => ({
  id: deliveryId,
  seq: 1,
  userId: 'U9',
  deliveryId,
  name: 'Asha Rao',
  what,
  at: '2027-01-06T01:00:00.000Z',
  sendFrom: 0,
  said: {},
  sends: [],
  tries: 0,
  waitUntil: 0,
  ...more,
});

test('A courier without signal sees each stop as it was left, with the cash and empties taken there', () => {
  const sheet = sheetOf(
    stopOf('D1'),
    stopOf('D2', {
      status: 'DELIVERED',
      cashCollected: 99.5,
      bottles: [{ productId: 'P1', left: 0, back: 2 }],
    }),
    stopOf('D3'),
    stopOf('D4', { status: 'FAILED', reason: 'ORDER_CANCELLED' }),
    stopOf('D5'),
  );
  const standings = standingsOf(sheet, [
    acted('D1', 'DELIVERED', { said: { cashCollected: 150.1, empties: [{ productId: 'P1', count: 3 }] } }),
    acted('D3', 'FAILED', { said: { reason: 'NOBODY_HOME' } }),
  ]);
  expect(standings.map(({ stop, state }) => [stop.deliveryId, state])).toEqual([
    ['D1', 'DONE'],
    ['D2', 'DONE'],
    ['D3', 'FAILED'],
    ['D5', 'OPEN'],
  ]);
  expect(totalsOf(standings)).toEqual({ delivered: 2, failed: 1, open: 1, cash: 249.6, empties: 5 });
});

test('What the dairy refused did not happen, and money by QR is not in the courier’s hand', () => {
  const refusal = { code: 'INVALID_INPUT', detail: 'no' };
  const sheet = sheetOf(stopOf('D1'), stopOf('D2'));
  const standings = standingsOf(sheet, [
    acted('D1', 'DELIVERED', { refusal }),
    acted('D2', 'DELIVERED', { said: { cashCollected: 150, paidBy: 'QR', providerRef: 'upi-1' } }),
  ]);
  expect(standings.map(({ state, cash }) => [state, cash])).toEqual([
    ['OPEN', 0],
    ['DONE', 0],
  ]);
  expect(standings[0]?.refused?.refusal).toEqual(refusal);
});

test('An answer that was under way when a step was told does not undo it', () => {
  const asked = sheetOf(stopOf('D1'), stopOf('D2'));
  const told = stopOf('D1', { status: 'DELIVERED', timeline: [step('ASSIGNED'), step('DELIVERED')] });
  const kept = withStep(sheetOf(stopOf('D1')), told);
  expect(kept.stops[0]?.status).toBe('DELIVERED');
  expect(freshest(kept, asked).stops.map(({ status }) => status)).toEqual(['DELIVERED', 'IN_TRANSIT']);
  expect(freshest(undefined, asked)).toEqual(asked);
  const corrected = stopOf('D1', { status: 'FAILED', timeline: [step('A'), step('B'), step('FAILED')] });
  expect(freshest(kept, sheetOf(corrected)).stops[0]?.status).toBe('FAILED');
});

test('The courier says only what differs, and the sum due where no other was counted', () => {
  const stop = stopOf('D1');
  const counted = { left: {}, empties: {}, paidBy: 'CASH', cash: undefined, reference: '' } as const;
  expect(saidOf(stop, counted, 150)).toEqual({ said: { cashCollected: 150 } });
  expect(saidOf({ ...stop, paid: 'BEFORE' }, counted, 0)).toEqual({ said: {} });
  const less = { ...counted, left: { P1: 1 }, empties: { P1: 2, P2: 0 }, cash: '50' };
  expect(saidOf(stop, less, 50, ' by the gate ')).toEqual({
    said: {
      items: [{ productId: 'P1', delivered: 1 }],
      empties: [{ productId: 'P1', count: 2 }],
      proof: { note: 'by the gate' },
      cashCollected: 50,
    },
  });
  expect(saidOf(stop, { ...counted, cash: 'much' }, 150)).toEqual({ wrong: 'CASH' });
  expect(saidOf(stop, { ...counted, cash: '' }, 150)).toEqual({ wrong: 'CASH' });
  expect(saidOf(stop, { ...counted, cash: '0' }, 150)).toEqual({ said: { cashCollected: 0 } });
  expect(saidOf(stop, { ...counted, paidBy: 'QR' }, 150)).toEqual({ wrong: 'REFERENCE' });
  expect(saidOf(stop, { ...counted, paidBy: 'QR', reference: 'upi-1' }, 150)).toEqual({
    said: { cashCollected: 150, paidBy: 'QR', providerRef: 'upi-1' },
  });
});

test('An amount may be written as people write it', () => {
  expect(['120', '99.5', '99,50', '₹ 1,250', '0', ' 12.05 '].map(amountOf)).toEqual([
    120, 99.5, 99.5, 1250, 0, 12.05,
  ]);
  expect(['', 'x', '1.234', '-5x', '12 34'].map(amountOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
