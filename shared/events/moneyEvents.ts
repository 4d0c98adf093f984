import { z } from '@hono/zod-openapi';
import { event, sampleOrder } from './entry.ts';

const payment = () => ({
  userId: z.string(),
  orderId: z.string(),
  paymentId: z.string(),
  paymentMethod: z.string(),
  amountMinor: z.number().int(),
});
const samplePayment = { ...sampleOrder, paymentId: 'PAY1', paymentMethod: 'CARD', amountMinor: 10_000 };

const promo = () => ({ userId: z.string(), promoId: z.string(), amountMinor: z.number().int() });
const samplePromo = { userId: 'U101', promoId: 'PC101', amountMinor: 5_000 };

const dispute = () => ({
  userId: z.string(),
  /** Absent where a top-up is disputed. */
  orderId: z.string().optional(),
  paymentId: z.string(),
  disputeId: z.string(),
  amountMinor: z.number().int(),
  feeMinor: z.number().int(),
});
const sampleDispute = {
  ...sampleOrder,
  paymentId: 'PAY1',
  disputeId: 'sandbox-sbxdp_PAY1',
  amountMinor: 10_000,
  feeMinor: 1_500,
};
const bill = () => ({
  userId: z.string(),
  billId: z.string(),
  from: z.string(),
  to: z.string(),
  amountMinor: z.number().int(),
  dueDay: z.string(),
});
const sampleBill = {
  userId: 'U101',
  billId: 'BU101-2027-01-31',
  from: '2027-01-01',
  to: '2027-01-31',
  amountMinor: 130_000,
  dueDay: '2027-02-14',
};

/** What is told of money: payments, prepaid balances, collections, refunds, disputes and bills. */
export const moneyEvents = {
  PAYMENT_SUCCEEDED: event('payment', 'money for an order was taken', payment, samplePayment),
  PAYMENT_FAILED: event(
    'payment',
    'a payment ended without money',
    () => ({ ...payment(), reason: z.string() }),
    { ...samplePayment, reason: 'CARD_DECLINED' },
  ),
  WALLET_TOPPED_UP: event(
    'payment',
    'a household paid into its prepaid balance',
    () => ({
      userId: z.string(),
      paymentId: z.string(),
      paymentMethod: z.string(),
      amountMinor: z.number().int(),
      /** Nobody asked for it: a kept card or UPI account was debited. */
      automatic: z.boolean().optional(),
    }),
    { userId: 'U101', paymentId: 'PAY1', paymentMethod: 'UPI', amountMinor: 50_000 },
  ),
  TOP_UP_FAILED: event(
    'payment',
    'a top-up of a prepaid balance came to nothing',
    () => ({
      userId: z.string(),
      paymentId: z.string(),
      paymentMethod: z.string(),
      amountMinor: z.number().int(),
      reason: z.string(),
      automatic: z.boolean().optional(),
    }),
    {
      userId: 'U101',
      paymentId: 'PAY1',
      paymentMethod: 'CARD',
      amountMinor: 50_000,
      reason: 'CARD_DECLINED',
    },
  ),
  WALLET_LOW: event(
    'wallet',
    'a prepaid balance does not cover what the next cutoffs take from it',
    () => ({
      userId: z.string(),
      /** The first day that it does not cover, and when that is cut off. */
      deliveryDay: z.string(),
      cutoffAt: z.string(),
      availableMinor: z.number().int(),
      missingMinor: z.number().int(),
    }),
    {
      userId: 'U101',
      deliveryDay: '2027-01-06',
      cutoffAt: '2027-01-05T16:30:00.000Z',
      availableMinor: 4_000,
      missingMinor: 6_000,
    },
  ),
  AUTO_TOP_UP_SET: event(
    'autoTopUp',
    'a household switched its automatic top-ups on or off, or changed them',
    () => ({
      userId: z.string(),
      enabled: z.boolean(),
      amountMinor: z.number().int().optional(),
      days: z.number().int().optional(),
    }),
    { userId: 'U101', enabled: true, amountMinor: 50_000, days: 3 },
  ),
  MANDATE_NOTICE: event(
    'autoTopUp',
    'a balance will not cover its coming days: a debit is announced',
    () => ({
      userId: z.string(),
      amountMinor: z.number().int(),
      debitAt: z.string(),
      dueDay: z.string(),
      missingMinor: z.number().int(),
    }),
    {
      userId: 'U101',
      amountMinor: 50_000,
      debitAt: '2027-01-06T04:30:00.000Z',
      dueDay: '2027-01-08',
      missingMinor: 10_000,
    },
  ),
  AUTO_TOP_UP_MOVED: event(
    'autoTopUp',
    'an announced debit was asked for, was over, or was not needed any more',
    () => ({
      userId: z.string(),
      status: z.string(),
      from: z.string(),
      reason: z.string(),
      paymentId: z.string().optional(),
    }),
    { userId: 'U101', status: 'CHARGING', from: 'NOTICED', reason: 'DEBITED', paymentId: 'PAY1' },
  ),
  DUNNING_STEP: event(
    'autoTopUp',
    'an automatic top-up was declined, and is tried again',
    () => ({
      userId: z.string(),
      paymentId: z.string(),
      /** How often it was declined. */
      step: z.number().int(),
      amountMinor: z.number().int(),
      nextTryAt: z.string(),
      reason: z.string(),
    }),
    {
      userId: 'U101',
      paymentId: 'PAY1',
      step: 1,
      amountMinor: 50_000,
      nextTryAt: '2027-01-07T04:30:00.000Z',
      reason: 'CARD_DECLINED',
    },
  ),
  DUNNING_EXHAUSTED: event(
    'autoTopUp',
    'an automatic top-up was declined for the last time: days wait until the household pays in',
    () => ({
      userId: z.string(),
      paymentId: z.string(),
      step: z.number().int(),
      amountMinor: z.number().int(),
      reason: z.string(),
    }),
    { userId: 'U101', paymentId: 'PAY4', step: 4, amountMinor: 50_000, reason: 'CARD_DECLINED' },
  ),
  REFUND_REQUESTED: event(
    'refund',
    'money shall go back the way it came',
    () => ({
      userId: z.string(),
      orderId: z.string().optional(),
      refundId: z.string(),
      /** Absent of a pay-out to a bank account. */
      paymentId: z.string().optional(),
      amountMinor: z.number(),
    }),
    { ...sampleOrder, refundId: 'R1', paymentId: 'PAY1', amountMinor: 10_000 },
  ),
  REFUND_ISSUED: event(
    'refund',
    'the provider confirmed a refund',
    () => ({
      userId: z.string(),
      orderId: z.string().optional(),
      refundId: z.string(),
      /** Absent of a pay-out to a bank account. */
      paymentId: z.string().optional(),
      amountMinor: z.number(),
    }),
    { ...sampleOrder, refundId: 'R1', paymentId: 'PAY1', amountMinor: 10_000 },
  ),
  REFUND_FAILED: event(
    'refund',
    'the provider refused a refund; staff must see to it',
    () => ({
      userId: z.string(),
      orderId: z.string().optional(),
      refundId: z.string(),
      /** Absent of a pay-out to a bank account. */
      paymentId: z.string().optional(),
      amountMinor: z.number(),
    }),
    { ...sampleOrder, refundId: 'R1', paymentId: 'PAY1', amountMinor: 10_000 },
  ),
  PROMO_GRANTED: event(
    'promo',
    'staff gave a household promo credit',
    () => ({ ...promo(), expiresOn: z.string().optional() }),
    { ...samplePromo, expiresOn: '2027-02-28' },
  ),
  PROMO_EXPIRED: event('promo', 'promo credit was not used in time', promo, samplePromo),
  DISPUTE_OPENED: event('dispute', "a household's bank took a charge back", dispute, sampleDispute),
  DISPUTE_CLOSED: event(
    'dispute',
    "a household's bank decided about a charge that it took back",
    () => ({ ...dispute(), outcome: z.enum(['WON', 'LOST']) }),
    { ...sampleDispute, outcome: 'LOST' },
  ),
  BILL_ISSUED: event('bill', 'a post-paid account was billed for a period', bill, sampleBill),
  BILL_OVERDUE: event(
    'bill',
    'a bill was not paid in time; nothing comes on account until it is',
    bill,
    sampleBill,
  ),
} as const;
