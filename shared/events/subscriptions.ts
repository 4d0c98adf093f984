import { type EventType, eventTypes } from './catalogue.ts';

/** One queue of events: the Lambda whose event door receives them, and what carries them there on AWS. */
export interface Subscription {
  /** The queue's name; a Lambda may have several. */
  readonly name: string;
  readonly consumer: 'analytics' | 'notification' | 'delivery' | 'order' | 'payment' | 'product' | 'user';
  /** SQS: bus rule → queue. SNS: bus rule → topic → queue, so that a dairy can hang more channels on it. */
  readonly via: 'SQS' | 'SNS';
  readonly events: readonly EventType[];
  /** How many messages one batch holds at most. */
  readonly batch: number;
  /** How long a message waits first, so that indexes show what happened just before it. */
  readonly delaySeconds?: number;
  /** How often a message is tried before it becomes a dead letter. */
  readonly tries: number;
}

/** Who listens to what. The CDK app and the one-machine runtime both read this table. */
export const subscriptions: readonly Subscription[] = [
  { name: 'analytics', consumer: 'analytics', via: 'SQS', events: eventTypes, batch: 100, tries: 8 },
  {
    name: 'notification',
    consumer: 'notification',
    via: 'SNS',
    events: [
      'USER_REGISTERED',
      'PASSWORD_RESET_REQUESTED',
      'SIGN_IN_CODE_REQUESTED',
      'ORDER_CONFIRMED',
      'ORDER_CANCELLED',
      'PAYMENT_FAILED',
      'REFUND_ISSUED',
      'DELIVERY_ASSIGNED',
      'DELIVERY_UPDATED',
      'STOCK_LOW',
      'REFUND_FAILED',
      'SUBSCRIPTION_CREATED',
      'SUBSCRIPTION_CHANGED',
      'SUBSCRIPTION_DAY_SKIPPED',
      'SUBSCRIPTION_DAY_SHORT',
      'SUBSCRIPTION_DAY_COMPLETED',
      'SUBSCRIPTION_MOVED',
      'PRICE_CHANGED',
      'WALLET_TOPPED_UP',
      'TOP_UP_FAILED',
      'DISPUTE_OPENED',
      'DISPUTE_CLOSED',
      'PROMO_GRANTED',
      'BILL_ISSUED',
      'BILL_OVERDUE',
      'WALLET_LOW',
      'AUTO_TOP_UP_SET',
      'MANDATE_NOTICE',
      'DUNNING_STEP',
      'DUNNING_EXHAUSTED',
      'PAUSE_ENDING',
      'PROBLEM_REPORTED',
      'PROBLEM_DECIDED',
      'DELIVERY_CORRECTED',
      'BOTTLES_LOST',
    ],
    batch: 25,
    tries: 6,
  },
  { name: 'delivery', consumer: 'delivery', via: 'SQS', events: ['ORDER_CONFIRMED'], batch: 25, tries: 8 },
  {
    name: 'delivery-staff',
    consumer: 'delivery',
    via: 'SQS',
    events: ['USER_CHANGED'],
    delaySeconds: 3,
    batch: 10,
    tries: 8,
  },
  {
    name: 'payment',
    consumer: 'payment',
    via: 'SQS',
    events: [
      'REFUND_REQUESTED',
      'REFUND_ISSUED',
      'ORDER_DELIVERED',
      'PROBLEM_REPORTED',
      'PROBLEM_DECIDED',
      'DELIVERY_CORRECTED',
      'WALLET_TOPPED_UP',
      'TOP_UP_FAILED',
      'SUBSCRIPTION_CREATED',
      'SUBSCRIPTION_CHANGED',
      'SUBSCRIPTION_DAY_SKIPPED',
    ],
    batch: 25,
    tries: 8,
  },
  {
    name: 'order',
    consumer: 'order',
    via: 'SQS',
    events: ['SETTINGS_CHANGED', 'PRODUCT_UPDATED'],
    delaySeconds: 3,
    batch: 100,
    tries: 8,
  },
  // A run that is still at work is waited for.
  { name: 'order-again', consumer: 'order', via: 'SQS', events: ['WALLET_TOPPED_UP'], batch: 10, tries: 12 },
  { name: 'order-work', consumer: 'order', via: 'SQS', events: ['WORK_STEP'], batch: 4, tries: 8 },
  {
    name: 'order-standing',
    consumer: 'order',
    via: 'SQS',
    events: [
      'SUBSCRIPTION_CREATED',
      'SUBSCRIPTION_CHANGED',
      'SUBSCRIPTION_DAY_SKIPPED',
      'SUBSCRIPTION_MOVED',
      'SETTINGS_CHANGED',
    ],
    batch: 100,
    tries: 6,
  },
  {
    name: 'user',
    consumer: 'user',
    via: 'SQS',
    events: ['USER_ERASED', 'MAIL_REFUSED'],
    delaySeconds: 3,
    batch: 10,
    tries: 8,
  },
  {
    name: 'product',
    consumer: 'product',
    via: 'SQS',
    events: ['ORDER_PLACED', 'ORDER_RUN_CLOSED', 'PRODUCT_UPDATED'],
    batch: 50,
    tries: 6,
  },
];
