import { z } from '@hono/zod-openapi';
import { doorEvents } from './doorEvents.ts';
import { event, lines, sampleOrder } from './entry.ts';

const order = { userId: z.string(), orderId: z.string(), status: z.string() };
const placed = {
  ...order,
  deliveryDay: z.string(),
  slotId: z.string(),
  amountMinor: z.number().int(),
  lines,
};
const payment = {
  userId: z.string(),
  orderId: z.string(),
  paymentId: z.string(),
  paymentMethod: z.string(),
  amountMinor: z.number().int(),
};
const sampleLines = [{ productId: 'P101', qty: 2, amountMinor: 10_000 }];
const samplePlaced = {
  ...sampleOrder,
  deliveryDay: '2027-01-05',
  slotId: 'MORNING',
  amountMinor: 10_000,
  lines: sampleLines,
};
const samplePayment = { ...sampleOrder, paymentId: 'PAY1', paymentMethod: 'CARD', amountMinor: 10_000 };

const subscription = {
  userId: z.string(),
  subscriptionId: z.string(),
  status: z.string(),
  receiptId: z.string(),
  action: z.string(),
  firstDayAffected: z.string(),
  monthBeforeMinor: z.number().int(),
  monthAfterMinor: z.number().int(),
};
const sampleSubscription = {
  userId: 'U101',
  subscriptionId: 'S101',
  status: 'ACTIVE',
  receiptId: 'RC101',
  action: 'SUBSCRIBE',
  firstDayAffected: '2027-01-06',
  monthBeforeMinor: 0,
  monthAfterMinor: 130_000,
};

const dispute = {
  userId: z.string(),
  /** Absent where a top-up is disputed. */
  orderId: z.string().optional(),
  paymentId: z.string(),
  disputeId: z.string(),
  amountMinor: z.number().int(),
  feeMinor: z.number().int(),
};
const sampleDispute = {
  ...sampleOrder,
  paymentId: 'PAY1',
  disputeId: 'sandbox-sbxdp_PAY1',
  amountMinor: 10_000,
  feeMinor: 1_500,
};
const bill = {
  userId: z.string(),
  billId: z.string(),
  from: z.string(),
  to: z.string(),
  amountMinor: z.number().int(),
  dueDay: z.string(),
};
const sampleBill = {
  userId: 'U101',
  billId: 'BU101-2027-01-31',
  from: '2027-01-01',
  to: '2027-01-31',
  amountMinor: 130_000,
  dueDay: '2027-02-14',
};

/** Every event: whose change it tells, when it is written, its fields beside the common ones, and a sample. */
export const catalogue = {
  USER_REGISTERED: event('user', 'an account was made', { userId: z.string() }, { userId: 'U101' }),
  USER_LOGGED_IN: event('user', 'a login succeeded', { userId: z.string() }, { userId: 'U101' }),
  USER_CHANGED: event(
    'user',
    'staff made an account, or changed its role or its being active',
    { userId: z.string(), role: z.string(), active: z.boolean() },
    { userId: 'U9', role: 'courier', active: true },
  ),
  PASSWORD_RESET_REQUESTED: event(
    'user',
    'a reset code was asked for; the code itself is never in an event',
    { userId: z.string(), resetId: z.string() },
    { userId: 'U101', resetId: 'R1' },
  ),
  USER_ERASED: event('user', 'a person was erased', { userId: z.string() }, { userId: 'U101' }),
  PRODUCT_ADDED: event('product', 'a product was added', { productId: z.string() }, { productId: 'P101' }),
  PRODUCT_UPDATED: event(
    'product',
    'a product was changed or restocked',
    {
      productId: z.string(),
      fields: z.array(z.string()),
      deliveryDay: z.string().optional(),
      pricedAt: z.string().optional(),
    },
    { productId: 'P101', fields: ['price'] },
  ),
  STOCK_LOW: event(
    'product',
    'what can still be sold fell to the warning level',
    { productId: z.string(), stock: z.number().int(), day: z.string().optional() },
    { productId: 'P101', stock: 5 },
  ),
  ORDER_PLACED: event('order', 'an order was placed', placed, { ...samplePlaced, status: 'CREATED' }),
  ORDER_CONFIRMED: event(
    'order',
    'an order was paid, or will be at the door; one of an order run was placed with that, and tells of its payment',
    {
      ...placed,
      through: z.string().optional(),
      payment: z
        .object({ paymentId: z.string(), paymentMethod: z.string(), amountMinor: z.number().int() })
        .optional(),
    },
    { ...samplePlaced, status: 'CONFIRMED' },
  ),
  ORDER_RUN_CLOSED: event(
    'order run',
    'all orders of the slots of a day that lock together are made; what else was due has its reason',
    {
      deliveryDay: z.string(),
      slotIds: z.array(z.string()),
      due: z.number().int(),
      orders: z.number().int(),
      amountMinor: z.number().int(),
      reasons: z.record(z.string(), z.number().int()),
      productIds: z.array(z.string()),
    },
    {
      deliveryDay: '2027-01-06',
      slotIds: ['EARLY', 'MORNING'],
      due: 3,
      orders: 2,
      amountMinor: 20_000,
      reasons: { SKIPPED: 1 },
      productIds: ['P101'],
    },
  ),
  ORDER_PACKED: event('order', 'an order was packed', order, { ...sampleOrder, status: 'PACKED' }),
  ORDER_DISPATCHED: event('order', 'an order left the dairy', order, {
    ...sampleOrder,
    status: 'DISPATCHED',
  }),
  ORDER_DELIVERED: event('order', 'an order reached the door', placed, {
    ...samplePlaced,
    status: 'DELIVERED',
  }),
  ORDER_CANCELLED: event(
    'order',
    'an order was cancelled or expired',
    { ...placed, reason: z.string() },
    { ...samplePlaced, status: 'CANCELLED', reason: 'CUSTOMER' },
  ),
  SUBSCRIPTION_CREATED: event('subscription', 'a standing order was begun', subscription, sampleSubscription),
  SUBSCRIPTION_CHANGED: event(
    'subscription',
    'a standing order was changed, paused, resumed or cancelled by somebody',
    subscription,
    { ...sampleSubscription, action: 'PAUSE', status: 'PAUSED' },
  ),
  SUBSCRIPTION_DAY_SKIPPED: event('subscription', 'a day of a standing order was skipped', subscription, {
    ...sampleSubscription,
    action: 'SKIP',
  }),
  SUBSCRIPTION_DAY_SHORT: event(
    'subscription',
    'an order run made less than a day of a standing order wanted, or nothing',
    {
      userId: z.string(),
      subscriptionId: z.string(),
      orderId: z.string().optional(),
      deliveryDay: z.string(),
      slotId: z.string(),
      reason: z.string(),
      lines: z.array(
        z.object({
          productId: z.string(),
          qty: z.number().int(),
          granted: z.number().int(),
          reason: z.string(),
        }),
      ),
    },
    {
      userId: 'U101',
      subscriptionId: 'S101',
      deliveryDay: '2027-01-06',
      slotId: 'MORNING',
      reason: 'BALANCE_SHORT',
      lines: [{ productId: 'P101', qty: 2, granted: 0, reason: 'BALANCE_SHORT' }],
    },
  ),
  SUBSCRIPTION_MOVED: event(
    'subscription',
    'a standing order ended, or its pause began or was over',
    {
      userId: z.string(),
      subscriptionId: z.string(),
      status: z.string(),
      from: z.string(),
      reason: z.string().optional(),
    },
    { userId: 'U101', subscriptionId: 'S101', status: 'CANCELLED', from: 'ACTIVE', reason: 'ENDED' },
  ),
  PRICE_CHANGED: event(
    'subscription',
    'a new price changes coming days of a standing order; the month is that of the first of them',
    {
      userId: z.string(),
      subscriptionId: z.string(),
      receiptId: z.string(),
      productId: z.string(),
      fromDay: z.string(),
      oldPriceMinor: z.number().int(),
      newPriceMinor: z.number().int(),
      month: z.string(),
      monthBeforeMinor: z.number().int(),
      monthAfterMinor: z.number().int(),
    },
    {
      userId: 'U101',
      subscriptionId: 'S101',
      receiptId: 'RC101',
      productId: 'P101',
      fromDay: '2027-01-11',
      oldPriceMinor: 5_000,
      newPriceMinor: 5_500,
      month: '2027-01',
      monthBeforeMinor: 130_000,
      monthAfterMinor: 140_500,
    },
  ),
  WORK_STEP: event(
    'work',
    'a long piece of work goes on with its next part',
    {
      work: z.enum(['CLOSE_DAY', 'PRICE_NOTICE']),
      /** The event that it follows from. */
      cause: z.string(),
      shard: z.number().int(),
      /** Where its rows go on. */
      cursor: z.string().optional(),
      deliveryDay: z.string().optional(),
      /** New prices, each with the event that told it. */
      prices: z
        .array(z.object({ cause: z.string(), productId: z.string(), pricedAt: z.string() }))
        .optional(),
    },
    { work: 'CLOSE_DAY', cause: 'E101', shard: 0, deliveryDay: '2027-01-08' },
  ),
  PAYMENT_SUCCEEDED: event('payment', 'money for an order was taken', payment, samplePayment),
  PAYMENT_FAILED: event(
    'payment',
    'a payment ended without money',
    { ...payment, reason: z.string() },
    { ...samplePayment, reason: 'CARD_DECLINED' },
  ),
  WALLET_TOPPED_UP: event(
    'payment',
    'a household paid into its prepaid balance',
    {
      userId: z.string(),
      paymentId: z.string(),
      paymentMethod: z.string(),
      amountMinor: z.number().int(),
      /** Nobody asked for it: a kept card or UPI account was debited. */
      automatic: z.boolean().optional(),
    },
    { userId: 'U101', paymentId: 'PAY1', paymentMethod: 'UPI', amountMinor: 50_000 },
  ),
  TOP_UP_FAILED: event(
    'payment',
    'a top-up of a prepaid balance came to nothing',
    {
      userId: z.string(),
      paymentId: z.string(),
      paymentMethod: z.string(),
      amountMinor: z.number().int(),
      reason: z.string(),
      automatic: z.boolean().optional(),
    },
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
    {
      userId: z.string(),
      /** The first day that it does not cover, and when that is cut off. */
      deliveryDay: z.string(),
      cutoffAt: z.string(),
      availableMinor: z.number().int(),
      missingMinor: z.number().int(),
    },
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
    {
      userId: z.string(),
      enabled: z.boolean(),
      amountMinor: z.number().int().optional(),
      days: z.number().int().optional(),
    },
    { userId: 'U101', enabled: true, amountMinor: 50_000, days: 3 },
  ),
  MANDATE_NOTICE: event(
    'autoTopUp',
    'a balance will not cover its coming days: a debit is announced',
    {
      userId: z.string(),
      amountMinor: z.number().int(),
      debitAt: z.string(),
      dueDay: z.string(),
      missingMinor: z.number().int(),
    },
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
    {
      userId: z.string(),
      status: z.string(),
      from: z.string(),
      reason: z.string(),
      paymentId: z.string().optional(),
    },
    { userId: 'U101', status: 'CHARGING', from: 'NOTICED', reason: 'DEBITED', paymentId: 'PAY1' },
  ),
  DUNNING_STEP: event(
    'autoTopUp',
    'an automatic top-up was declined, and is tried again',
    {
      userId: z.string(),
      paymentId: z.string(),
      /** How often it was declined. */
      step: z.number().int(),
      amountMinor: z.number().int(),
      nextTryAt: z.string(),
      reason: z.string(),
    },
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
    {
      userId: z.string(),
      paymentId: z.string(),
      step: z.number().int(),
      amountMinor: z.number().int(),
      reason: z.string(),
    },
    { userId: 'U101', paymentId: 'PAY4', step: 4, amountMinor: 50_000, reason: 'CARD_DECLINED' },
  ),
  PAUSE_ENDING: event(
    'subscription',
    'a pause of a standing order ends: its first day back is cut off tomorrow',
    {
      userId: z.string(),
      subscriptionId: z.string(),
      pausedTo: z.string(),
      firstDay: z.string(),
      cutoffAt: z.string(),
    },
    {
      userId: 'U101',
      subscriptionId: 'S101',
      pausedTo: '2027-01-10',
      firstDay: '2027-01-11',
      cutoffAt: '2027-01-10T16:30:00.000Z',
    },
  ),
  REFUND_REQUESTED: event(
    'refund',
    'money shall go back the way it came',
    {
      userId: z.string(),
      orderId: z.string().optional(),
      refundId: z.string(),
      /** Absent of a pay-out to a bank account. */
      paymentId: z.string().optional(),
      amountMinor: z.number(),
    },
    { ...sampleOrder, refundId: 'R1', paymentId: 'PAY1', amountMinor: 10_000 },
  ),
  REFUND_ISSUED: event(
    'refund',
    'the provider confirmed a refund',
    {
      userId: z.string(),
      orderId: z.string().optional(),
      refundId: z.string(),
      /** Absent of a pay-out to a bank account. */
      paymentId: z.string().optional(),
      amountMinor: z.number(),
    },
    { ...sampleOrder, refundId: 'R1', paymentId: 'PAY1', amountMinor: 10_000 },
  ),
  REFUND_FAILED: event(
    'refund',
    'the provider refused a refund; staff must see to it',
    {
      userId: z.string(),
      orderId: z.string().optional(),
      refundId: z.string(),
      /** Absent of a pay-out to a bank account. */
      paymentId: z.string().optional(),
      amountMinor: z.number(),
    },
    { ...sampleOrder, refundId: 'R1', paymentId: 'PAY1', amountMinor: 10_000 },
  ),
  DISPUTE_OPENED: event('dispute', "a household's bank took a charge back", dispute, sampleDispute),
  DISPUTE_CLOSED: event(
    'dispute',
    "a household's bank decided about a charge that it took back",
    { ...dispute, outcome: z.enum(['WON', 'LOST']) },
    { ...sampleDispute, outcome: 'LOST' },
  ),
  BILL_ISSUED: event('bill', 'a post-paid account was billed for a period', bill, sampleBill),
  BILL_OVERDUE: event(
    'bill',
    'a bill was not paid in time; nothing comes on account until it is',
    bill,
    sampleBill,
  ),
  DELIVERY_ASSIGNED: event(
    'delivery',
    'a courier was given the delivery',
    {
      userId: z.string(),
      orderId: z.string(),
      deliveryId: z.string(),
      courierId: z.string(),
      status: z.string(),
    },
    { ...sampleOrder, deliveryId: 'D101', courierId: 'U9', status: 'ASSIGNED' },
  ),
  DELIVERY_UPDATED: event(
    'delivery',
    'a delivery moved on',
    {
      userId: z.string(),
      orderId: z.string(),
      deliveryId: z.string(),
      courierId: z.string(),
      status: z.string(),
      reason: z.string().optional(),
    },
    { ...sampleOrder, deliveryId: 'D101', courierId: 'U9', status: 'DELIVERED' },
  ),
  ...doorEvents,
  SETTINGS_CHANGED: event(
    'settings',
    'the dairy changed its settings',
    { fields: z.array(z.string()) },
    {
      fields: ['slots'],
    },
  ),
} as const;

export type EventType = keyof typeof catalogue;
export const eventTypes = Object.keys(catalogue) as EventType[];

/** The fields of one type's events beside the common ones. */
export type EventData<T extends EventType> = z.infer<(typeof catalogue)[T]['data']>;
