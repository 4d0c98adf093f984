import { z } from '@hono/zod-openapi';
import { doorEvents } from './doorEvents.ts';
import { event, lines, sampleOrder } from './entry.ts';
import { moneyEvents } from './moneyEvents.ts';

const order = () => ({ userId: z.string(), orderId: z.string(), status: z.string() });
const placed = () => ({
  ...order(),
  deliveryDay: z.string(),
  slotId: z.string(),
  amountMinor: z.number().int(),
  lines: lines(),
});
const sampleLines = [{ productId: 'P101', qty: 2, amountMinor: 10_000 }];
const samplePlaced = {
  ...sampleOrder,
  deliveryDay: '2027-01-05',
  slotId: 'MORNING',
  amountMinor: 10_000,
  lines: sampleLines,
};

const subscription = () => ({
  userId: z.string(),
  subscriptionId: z.string(),
  status: z.string(),
  /** Its status before; absent where it was just begun. */
  from: z.string().optional(),
  receiptId: z.string(),
  action: z.string(),
  firstDayAffected: z.string(),
  monthBeforeMinor: z.number().int(),
  monthAfterMinor: z.number().int(),
});
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

/** Every event: whose change it tells, when it is written, its fields beside the common ones, and a sample. */
export const catalogue = {
  USER_REGISTERED: event('user', 'an account was made', () => ({ userId: z.string() }), { userId: 'U101' }),
  USER_LOGGED_IN: event('user', 'a login succeeded', () => ({ userId: z.string() }), { userId: 'U101' }),
  USER_CHANGED: event(
    'user',
    'staff made an account, or changed its role or its being active',
    () => ({ userId: z.string(), role: z.string(), active: z.boolean() }),
    { userId: 'U9', role: 'courier', active: true },
  ),
  PASSWORD_RESET_REQUESTED: event(
    'user',
    'a reset code was asked for; the code itself is never in an event',
    () => ({ userId: z.string(), resetId: z.string() }),
    { userId: 'U101', resetId: 'R1' },
  ),
  SIGN_IN_CODE_REQUESTED: event(
    'user',
    'a code to sign in with was asked for; without userId for a number that has no account. The code is never in an event',
    () => ({ userId: z.string().optional(), codeId: z.string() }),
    { userId: 'U101', codeId: 'SC1' },
  ),
  MAIL_REFUSED: event(
    'notification',
    'the address that a mail was sent to takes none: it does not exist any more (BOUNCED), or called the mail unwanted (COMPLAINED)',
    () => ({ notificationId: z.string(), why: z.enum(['BOUNCED', 'COMPLAINED']) }),
    { notificationId: 'N101', why: 'BOUNCED' },
  ),
  USER_ERASED: event('user', 'a person was erased', () => ({ userId: z.string() }), { userId: 'U101' }),
  PRODUCT_ADDED: event('product', 'a product was added', () => ({ productId: z.string() }), {
    productId: 'P101',
  }),
  PRODUCT_UPDATED: event(
    'product',
    'a product was changed or restocked',
    () => ({
      productId: z.string(),
      fields: z.array(z.string()),
      deliveryDay: z.string().optional(),
      pricedAt: z.string().optional(),
    }),
    { productId: 'P101', fields: ['price'] },
  ),
  STOCK_LOW: event(
    'product',
    'what can still be sold fell to the warning level',
    () => ({ productId: z.string(), stock: z.number().int(), day: z.string().optional() }),
    { productId: 'P101', stock: 5 },
  ),
  ORDER_PLACED: event('order', 'an order was placed', placed, { ...samplePlaced, status: 'CREATED' }),
  ORDER_CONFIRMED: event(
    'order',
    'an order was paid, or will be at the door; one of an order run was placed with that, and tells of its payment',
    () => ({
      ...placed(),
      through: z.string().optional(),
      payment: z
        .object({ paymentId: z.string(), paymentMethod: z.string(), amountMinor: z.number().int() })
        .optional(),
    }),
    { ...samplePlaced, status: 'CONFIRMED' },
  ),
  ORDER_RUN_CLOSED: event(
    'order run',
    'all orders of the slots of a day that lock together are made; what else was due has its reason',
    () => ({
      deliveryDay: z.string(),
      slotIds: z.array(z.string()),
      due: z.number().int(),
      orders: z.number().int(),
      amountMinor: z.number().int(),
      reasons: z.record(z.string(), z.number().int()),
      productIds: z.array(z.string()),
    }),
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
    () => ({ ...placed(), reason: z.string() }),
    { ...samplePlaced, status: 'CANCELLED', reason: 'CUSTOMER' },
  ),
  SUBSCRIPTION_CREATED: event('subscription', 'a standing order was begun', subscription, sampleSubscription),
  SUBSCRIPTION_CHANGED: event(
    'subscription',
    'a standing order was changed, paused, resumed or cancelled by somebody',
    subscription,
    { ...sampleSubscription, action: 'PAUSE', status: 'PAUSED', from: 'ACTIVE' },
  ),
  SUBSCRIPTION_DAY_SKIPPED: event('subscription', 'a day of a standing order was skipped', subscription, {
    ...sampleSubscription,
    action: 'SKIP',
  }),
  SUBSCRIPTION_DAY_SHORT: event(
    'subscription',
    'an order run made less than a day of a standing order wanted, or nothing',
    () => ({
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
    }),
    {
      userId: 'U101',
      subscriptionId: 'S101',
      deliveryDay: '2027-01-06',
      slotId: 'MORNING',
      reason: 'BALANCE_SHORT',
      lines: [{ productId: 'P101', qty: 2, granted: 0, reason: 'BALANCE_SHORT' }],
    },
  ),
  SUBSCRIPTION_DAY_COMPLETED: event(
    'subscription',
    'a top-up came in time: what a balance had not paid was added to the order of a day',
    () => ({
      userId: z.string(),
      subscriptionId: z.string(),
      orderId: z.string(),
      deliveryDay: z.string(),
      slotId: z.string(),
      amountMinor: z.number().int(),
      lines: z.array(
        z.object({ productId: z.string(), qty: z.number().int(), amountMinor: z.number().int() }),
      ),
    }),
    {
      userId: 'U101',
      subscriptionId: 'S101',
      orderId: 'O20270106-S101',
      deliveryDay: '2027-01-06',
      slotId: 'MORNING',
      amountMinor: 10_000,
      lines: [{ productId: 'P101', qty: 2, amountMinor: 10_000 }],
    },
  ),
  SUBSCRIPTION_MOVED: event(
    'subscription',
    'a standing order ended, or its pause began or was over',
    () => ({
      userId: z.string(),
      subscriptionId: z.string(),
      status: z.string(),
      from: z.string(),
      reason: z.string().optional(),
    }),
    { userId: 'U101', subscriptionId: 'S101', status: 'CANCELLED', from: 'ACTIVE', reason: 'ENDED' },
  ),
  STANDING_COUNTED: event(
    'standing orders',
    'the standing orders of a shard were counted as a day began, and what they bring in the next 30 days',
    () => ({
      day: z.string(),
      shard: z.number().int(),
      active: z.number().int(),
      paused: z.number().int(),
      households: z.number().int(),
      next30Minor: z.number().int(),
    }),
    { day: '2027-01-05', shard: 0, active: 12, paused: 1, households: 9, next30Minor: 3_600_000 },
  ),
  PRICE_CHANGED: event(
    'subscription',
    'a new price changes coming days of a standing order; the month is that of the first of them',
    () => ({
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
    }),
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
    () => ({
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
    }),
    { work: 'CLOSE_DAY', cause: 'E101', shard: 0, deliveryDay: '2027-01-08' },
  ),
  PAUSE_ENDING: event(
    'subscription',
    'a pause of a standing order ends: its first day back is cut off tomorrow',
    () => ({
      userId: z.string(),
      subscriptionId: z.string(),
      pausedTo: z.string(),
      firstDay: z.string(),
      cutoffAt: z.string(),
    }),
    {
      userId: 'U101',
      subscriptionId: 'S101',
      pausedTo: '2027-01-10',
      firstDay: '2027-01-11',
      cutoffAt: '2027-01-10T16:30:00.000Z',
    },
  ),
  ...moneyEvents,
  DELIVERY_ASSIGNED: event(
    'delivery',
    'a courier was given the delivery',
    () => ({
      userId: z.string(),
      orderId: z.string(),
      deliveryId: z.string(),
      courierId: z.string(),
      status: z.string(),
    }),
    { ...sampleOrder, deliveryId: 'D101', courierId: 'U9', status: 'ASSIGNED' },
  ),
  DELIVERY_UPDATED: event(
    'delivery',
    'a delivery moved on',
    () => ({
      userId: z.string(),
      orderId: z.string(),
      deliveryId: z.string(),
      courierId: z.string(),
      status: z.string(),
      reason: z.string().optional(),
    }),
    { ...sampleOrder, deliveryId: 'D101', courierId: 'U9', status: 'DELIVERED' },
  ),
  ...doorEvents,
  SETTINGS_CHANGED: event(
    'settings',
    'the dairy changed its settings',
    () => ({ fields: z.array(z.string()) }),
    {
      fields: ['slots'],
    },
  ),
} as const;

export type EventType = keyof typeof catalogue;
export const eventTypes = Object.keys(catalogue) as EventType[];

/** The fields of one type's events beside the common ones. */
export type EventData<T extends EventType> = z.infer<(typeof catalogue)[T]['data']>;
