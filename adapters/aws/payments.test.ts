import { expect, test } from 'vitest';
import { makePayments } from './payments.ts';

const clock = { now: () => new Date() };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

test('A dairy without a card provider declines cards, gives nothing back and believes no webhook', async () => {
  const payments = makePayments({ stripe: undefined, clock, log });
  const charge = {
    paymentId: 'PAY1',
    orderId: 'O1',
    userId: 'U101',
    amountMinor: 6400,
    currency: 'INR',
    method: 'CARD' as const,
  };
  const refused = { state: 'FAILED', reason: 'NO_PROVIDER' };
  expect(payments.name).toBe('none');
  expect(await payments.charge(charge)).toEqual(refused);
  expect(await payments.findCharge('PAY1')).toEqual(refused);
  expect(await payments.cancelCharge('PAY1')).toEqual(refused);
  expect(await payments.refund({ refundId: 'R1', paymentId: 'PAY1', amountMinor: 6400 })).toEqual(refused);
  expect(await payments.findRefund('R1')).toEqual(refused);
  expect(await payments.readWebhook('{}', {})).toBeUndefined();
});
