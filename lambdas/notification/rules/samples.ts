import type { Occasion } from './occasion.ts';

// Occasions with figures, for tests and for the list of what has to be registered (docs/sms-templates.md).

const visit = { day: '2027-01-05', startsAt: '2027-01-05T01:30:00.000Z', endsAt: '2027-01-05T04:30:00.000Z' };
export const confirmed = {
  type: 'ORDER_CONFIRMED',
  orderId: 'O101',
  visit,
  amountMinor: 10_000,
  items: [{ name: 'Cow Milk', qty: 2, amountMinor: 10_000 }],
} satisfies Occasion;
export const update = (status: string, more: object = {}): Occasion => ({
  type: 'DELIVERY_UPDATE',
  orderId: 'O101',
  status,
  visit,
  ...more,
});
export const ordered = {
  type: 'DAY_ORDERED',
  visit,
  items: [{ name: 'Cow Milk', qty: 2, amountMinor: 10_000 }],
  amountMinor: 10_000,
  balance: { takenMinor: 10_000, leftMinor: 23_050 },
} satisfies Occasion;
export const short = {
  type: 'DAY_SHORT',
  day: '2027-01-05',
  lines: [{ name: 'Cow Milk', qty: 2, granted: 0, reason: 'BALANCE_SHORT' }],
} satisfies Occasion;
const completed = {
  type: 'DAY_COMPLETED',
  day: '2027-01-05',
  items: [{ name: 'Cow Milk', qty: 2, amountMinor: 10_000 }],
  amountMinor: 10_000,
} satisfies Occasion;
export const begun = {
  type: 'SUBSCRIPTION_CREATED',
  firstDay: '2027-01-06',
  schedule: { type: 'DAILY' },
  items: [{ name: 'Cow Milk', qty: 2 }],
  monthMinor: 260_000,
  receiptId: 'RC1',
} satisfies Occasion;
export const changed = (action: string) => ({
  type: 'SUBSCRIPTION_CHANGED' as const,
  action,
  firstDay: '2027-01-06',
  monthBeforeMinor: 260_000,
  monthAfterMinor: 250_000,
  receiptId: 'RC1',
});
export const spoilt = { orderId: 'O101', thing: { name: 'Cow Milk', qty: 1 }, amountMinor: 5_000 };
export const corrected = {
  type: 'DELIVERY_CORRECTED',
  orderId: 'O101',
  chargedBeforeMinor: 10_000,
  chargedMinor: 5_000,
  differences: [{ name: 'Cow Milk', qty: -1 }],
} satisfies Occasion;
const debit = { amountMinor: 50_000, method: 'Visa •••• 4242' };
/** An occasion of every kind and form. */
export const occasions: readonly Occasion[] = [
  { type: 'WELCOME_EMAIL' },
  { type: 'SIGN_IN_CODE', codeId: 'SC1', goodUntil: '2027-01-04T04:40:00.000Z' },
  { type: 'PASSWORD_RESET', resetId: 'R1', goodUntil: '2027-01-04T05:00:00.000Z' },
  confirmed,
  { ...confirmed, cashMinor: 10_000 },
  {
    type: 'ORDER_CANCELLED',
    orderId: 'O101',
    visit,
    amountMinor: 10_000,
    reason: 'CUSTOMER',
    paid: true,
    toBalance: false,
  },
  {
    type: 'ORDER_CANCELLED',
    orderId: 'O101',
    amountMinor: 10_000,
    reason: 'PAYMENT_TIMEOUT',
    paid: false,
    toBalance: false,
  },
  { type: 'PAYMENT_FAILED', orderId: 'O101', amountMinor: 10_000, canRetry: true, goesBack: false },
  { type: 'PAYMENT_FAILED', orderId: 'O101', amountMinor: 10_000, canRetry: false, goesBack: true },
  { type: 'REFUND_ISSUED', orderId: 'O101', amountMinor: 2_750, to: 'SOURCE' },
  { type: 'REFUND_FAILED', orderId: 'O101', refundId: 'R1', amountMinor: 2_750 },
  ...['ASSIGNED', 'PICKED_UP', 'IN_TRANSIT', 'DELIVERED', 'FAILED', 'SOMETHING_NEW'].map((status) =>
    update(status),
  ),
  update('IN_TRANSIT', { cashMinor: 10_000 }),
  update('FAILED', { reason: 'NOBODY_HOME' }),
  { type: 'STOCK_LOW', productId: 'P101', product: 'Cow Milk', stock: 5, day: '2027-01-05' },
  {
    type: 'ORDER_CANCELLED',
    orderId: 'O101',
    amountMinor: 10_000,
    reason: 'HOLIDAY',
    paid: true,
    toBalance: true,
  },
  ordered,
  { ...ordered, balance: undefined, cashMinor: 10_000 },
  { ...ordered, balance: undefined, accountMinor: 10_000 },
  short,
  completed,
  { ...short, lines: [{ name: 'Cow Milk', qty: 2, granted: 1, reason: 'OUT_OF_STOCK' }] },
  begun,
  { ...begun, schedule: { type: 'WEEKDAYS', days: ['MON', 'SUN'] }, monthMinor: 0 },
  { ...begun, schedule: { type: 'MONTHLY', daysOfMonth: [1, 15] }, lastDay: '2027-03-31' },
  ...['SKIP', 'UNSKIP', 'PAUSE', 'RESUME', 'CHANGE', 'ADD_ONE_OFF', 'CANCEL'].map(changed),
  { type: 'SUBSCRIPTION_ENDED', lastDay: '2027-01-31' },
  { type: 'SUBSCRIPTION_ENDED' },
  {
    type: 'PRICE_CHANGED',
    product: 'Cow Milk',
    fromDay: '2027-01-11',
    oldPriceMinor: 5_000,
    newPriceMinor: 5_500,
    month: '2027-01',
    monthBeforeMinor: 130_000,
    monthAfterMinor: 140_500,
    receiptId: 'RC1',
  },
  { type: 'TOPPED_UP', amountMinor: 50_000, balanceMinor: 61_050 },
  { type: 'TOPPED_UP', amountMinor: 50_000, balanceMinor: 61_050, debited: 'Visa •••• 4242' },
  {
    type: 'WALLET_LOW',
    day: '2027-01-06',
    cutoffAt: '2027-01-05T16:30:00.000Z',
    availableMinor: 4_000,
    missingMinor: 6_000,
  },
  { type: 'AUTO_TOP_UP_SET', enabled: true, amountMinor: 50_000, days: 3, method: 'Visa •••• 4242' },
  { type: 'AUTO_TOP_UP_SET', enabled: false },
  { ...debit, type: 'MANDATE_NOTICE', debitAt: '2027-01-06T04:30:00.000Z', dueDay: '2027-01-08' },
  { ...debit, type: 'DUNNING_STEP', nextTryAt: '2027-01-07T04:30:00.000Z' },
  { ...debit, type: 'DUNNING_EXHAUSTED', method: undefined },
  {
    type: 'PAUSE_ENDING',
    pausedTo: '2027-01-10',
    firstDay: '2027-01-11',
    cutoffAt: '2027-01-10T16:30:00.000Z',
  },
  { type: 'TOP_UP_FAILED', amountMinor: 50_000, goesBack: false },
  { type: 'TOP_UP_FAILED', amountMinor: 50_000, goesBack: true },
  { type: 'REFUND_ISSUED', orderId: 'O101', amountMinor: 2_750, to: 'WALLET' },
  { type: 'REFUND_ISSUED', amountMinor: 2_750, to: 'SOURCE' },
  { type: 'REFUND_ISSUED', amountMinor: 2_750, to: 'BANK' },
  { type: 'REFUND_RETURNED', orderId: 'O101', amountMinor: 2_750 },
  ...(['OPENED', 'WON', 'LOST'] as const).flatMap((status): Occasion[] => {
    const dispute = {
      type: 'DISPUTE',
      disputeId: 'DP1',
      paymentId: 'PAY1',
      amountMinor: 2_750,
      status,
    } as const;
    return [dispute, { ...dispute, orderId: 'O101' }];
  }),
  { type: 'PROMO_GRANTED', promoId: 'PC1', amountMinor: 5_000 },
  { type: 'PROMO_GRANTED', promoId: 'PC1', amountMinor: 5_000, expiresOn: '2027-02-28' },
  {
    type: 'BILL_ISSUED',
    billId: 'BU101-2027-01-31',
    from: '2027-01-01',
    to: '2027-01-31',
    amountMinor: 130_000,
    dueDay: '2027-02-14',
  },
  { type: 'BILL_OVERDUE', billId: 'BU101-2027-01-31', amountMinor: 130_000, dueDay: '2027-02-14' },
  { ...spoilt, type: 'PROBLEM_REPORTED', creditedMinor: 5_000 },
  { ...spoilt, type: 'PROBLEM_REPORTED', creditedMinor: 0 },
  { ...spoilt, type: 'PROBLEM_DECIDED', creditedMinor: 5_000 },
  { ...spoilt, type: 'PROBLEM_DECIDED', creditedMinor: 2_000 },
  { ...spoilt, type: 'PROBLEM_DECIDED', creditedMinor: 0 },
  corrected,
  { ...corrected, chargedMinor: 10_000, differences: [] },
  ...formsOf(),
  { type: 'BOTTLES_LOST', bottles: { name: 'Cow Milk', qty: 2 }, amountMinor: 4_000 },
];

/** Forms that differ by what is left out, or by a choice. */
function formsOf(): Occasion[] {
  const schedules: Extract<Occasion, { type: 'SUBSCRIPTION_CREATED' }>['schedule'][] = [
    undefined,
    { type: 'DAILY' },
    { type: 'ALTERNATE_DAYS' },
    { type: 'EVERY_N_DAYS', n: 3 },
    { type: 'WEEKDAYS', days: ['MON', 'WED', 'FRI'] },
    { type: 'MONTHLY', daysOfMonth: [1, 15] },
  ];
  return [
    { ...confirmed, visit: undefined },
    ...schedules.flatMap((schedule): Occasion[] => [
      { ...begun, schedule },
      { ...begun, schedule, lastDay: '2027-03-31' },
    ]),
    ...['SKIP', 'UNSKIP', 'PAUSE', 'RESUME', 'CHANGE', 'ADD_ONE_OFF', 'CANCEL'].map(
      (action): Occasion => ({ ...changed(action), monthAfterMinor: 260_000 }),
    ),
    {
      ...debit,
      type: 'MANDATE_NOTICE',
      method: undefined,
      debitAt: '2027-01-06T04:30:00.000Z',
      dueDay: '2027-01-08',
    },
    { type: 'AUTO_TOP_UP_SET', enabled: true, amountMinor: 50_000, days: 3 },
    { type: 'REFUND_ISSUED', amountMinor: 2_750, to: 'WALLET' },
    { type: 'REFUND_RETURNED', amountMinor: 2_750 },
    { type: 'STOCK_LOW', productId: 'P101', product: 'Cow Milk', stock: 5 },
  ];
}
