import { z } from '@hono/zod-openapi';
import { MAX_LINES, MAX_QTY } from '#lambdas/cart/models/Cart.ts';
import { absent, all, is } from '#shared/data/condition.ts';
import { weekdays } from '#shared/data/settings.ts';
import { defineTable } from '#shared/data/table.ts';
import { put, type Write } from '#shared/data/write.ts';
import { Address } from '#shared/domain/address.ts';
import { isDay } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { shardKeys, shardOf } from '#shared/domain/shard.ts';

function areUnlike(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

export const DayInput = z.string().refine(isDay, { message: 'must be a day YYYY-MM-DD' });

/** Which days a standing order comes on. ALTERNATE_DAYS and EVERY_N_DAYS count calendar days from the plan's anchor. */
export const Schedule = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('DAILY') }),
  z.strictObject({ type: z.literal('ALTERNATE_DAYS') }),
  z.strictObject({
    type: z.literal('WEEKDAYS'),
    days: z.array(z.enum(weekdays)).min(1).max(7).refine(areUnlike, { message: 'names a weekday twice' }),
  }),
  z.strictObject({ type: z.literal('EVERY_N_DAYS'), n: z.number().int().min(1).max(90) }),
  z.strictObject({
    type: z.literal('MONTHLY'),
    /** A day that the month lacks means its last day. */
    daysOfMonth: z
      .array(z.number().int().min(1).max(31))
      .min(1)
      .max(31)
      .refine(areUnlike, { message: 'names a day twice' }),
  }),
]);
export type Schedule = z.infer<typeof Schedule>;

/** A product of a standing order. `qtyByWeekday` replaces `qty` on the weekdays it names; 0 leaves the day out. */
export const StandingItem = z.strictObject({
  productId: idSchema('product'),
  qty: z.number().int().min(1).max(MAX_QTY),
  qtyByWeekday: z
    .partialRecord(z.enum(weekdays), z.number().int().min(0).max(MAX_QTY))
    .refine((byWeekday) => weekdays.some((weekday) => byWeekday[weekday] !== 0), {
      message: 'leaves every weekday out',
    })
    .optional(),
});
export type StandingItem = z.infer<typeof StandingItem>;

export const OneOffItem = z.strictObject({
  productId: idSchema('product'),
  qty: z.number().int().min(1).max(MAX_QTY),
});
export type OneOffItem = z.infer<typeof OneOffItem>;

export const standingMethods = ['WALLET', 'COD', 'ACCOUNT'] as const;

/** What a subscription delivers from a day on, until the next plan begins. */
export const Plan = z.object({
  from: z.string(),
  /** The day that alternate and every-N days are counted from. */
  anchor: z.string(),
  items: z.array(StandingItem).min(1).max(MAX_LINES),
  schedule: Schedule,
  slotId: z.string(),
  address: Address.optional(),
  paymentMethod: z.enum(standingMethods),
});
export type Plan = z.infer<typeof Plan>;

/** Days without delivery, both included; open-ended without `to`; of some products only when they are named. */
export const Pause = z.object({
  from: z.string(),
  to: z.string().optional(),
  productIds: z.array(z.string()).optional(),
});
export type Pause = z.infer<typeof Pause>;

export const subscriptionStatuses = ['ACTIVE', 'PAUSED', 'CANCELLED'] as const;
/** A standing order: what a household wants until it says otherwise. Past days live in SubscriptionDays. */
export const Subscription = z.object({
  subscriptionId: z.string(),
  userId: z.string(),
  status: z.enum(subscriptionStatuses),
  /** By `from`, ascending; the last one that has begun is in force. Never empty. */
  plans: z.array(Plan),
  startDay: z.string(),
  /** The last day with a delivery. */
  endDay: z.string().optional(),
  skips: z.array(z.string()),
  pauses: z.array(Pause),
  oneOffs: z.array(z.object({ day: z.string(), items: z.array(OneOffItem) })),
  /**
   * The latest day that an order run has dealt with; days up to it cannot change. A slot that locks early may have been
   * dealt with before days of another slot that come first: a day is dealt with when its SubscriptionDay exists.
   */
  lastRunDay: z.string().optional(),
  /** Scheduled days whose lines a run has ordered for the day before, because of a holiday. */
  broughtForward: z.array(z.string()).optional(),
  /** The last day that came short, so that who was short lately comes first at the next shortage. */
  shortedOn: z.string().optional(),
  /** Why it is CANCELLED. */
  endReason: z.string().optional(),
  placedBy: z.string(),
  through: z.enum(['SELF', 'DESK']),
  createdAt: z.string(),
  version: z.number().int(),
  /** Partition of the order run's index: `RUN#<shard>`; absent once nothing can come of it any more. */
  runKey: z.string().optional(),
});
export type Subscription = z.infer<typeof Subscription>;

export const Subscriptions = defineTable('Subscriptions', Subscription, {
  hash: 'subscriptionId',
  indexes: {
    byUser: { hash: 'userId', range: 'subscriptionId' },
    byRun: { hash: 'runKey', range: 'subscriptionId' },
  },
});

export const runKeys = shardKeys('RUN');
/** By household, so that one worker decides about all of a household's lines. */
export const runKeyOf = (userId: string) => `RUN#${shardOf(userId)}`;

/** What became of a due day of a subscription: exactly one order, or one reason why not. Written once, by the order run. */
export const SubscriptionDay = z.object({
  subscriptionId: z.string(),
  day: z.string(),
  userId: z.string(),
  /** ORDERED, or why nothing was ordered. */
  outcome: z.string(),
  orderId: z.string().optional(),
  lines: z.array(
    z.object({
      productId: z.string(),
      /** The day the schedule names; differs when a holiday moved the line. */
      scheduledDay: z.string(),
      /** What the household wanted, and what it gets. */
      qty: z.number().int(),
      granted: z.number().int(),
      /** Minor units, at the price of the lock. */
      price: z.number().int(),
      outcome: z.string(),
    }),
  ),
  at: z.string(),
});
export type SubscriptionDay = z.infer<typeof SubscriptionDay>;

export const SubscriptionDays = defineTable('SubscriptionDays', SubscriptionDay, {
  hash: 'subscriptionId',
  range: 'day',
});

/** One line of one day before and after a change. Amounts are minor units. */
export const ReceiptLine = z.object({
  day: z.string(),
  productId: z.string(),
  qtyBefore: z.number().int(),
  qtyAfter: z.number().int(),
  amountBefore: z.number().int(),
  amountAfter: z.number().int(),
  locksAt: z.string(),
});
export type ReceiptLine = z.infer<typeof ReceiptLine>;

/**
 * An order run of a slot on a day: who gets less than wanted was decided once, before anything was written, and is
 * kept so that a run that was cut off goes on with the same shares. Rows: HEAD, and SHORT#<n> with the shares.
 */
export const OrderRun = z.object({
  /** `<day>#<slotId>` */
  runId: z.string(),
  part: z.string(),
  /** Of HEAD: a fingerprint of every decision. */
  digest: z.string().optional(),
  startedAt: z.string().optional(),
  orders: z.number().int().optional(),
  /** Of SHORT: subscription, product and what of it is granted. */
  short: z
    .array(z.object({ subscriptionId: z.string(), productId: z.string(), granted: z.number().int() }))
    .optional(),
});
export type OrderRun = z.infer<typeof OrderRun>;

export const OrderRuns = defineTable('OrderRuns', OrderRun, { hash: 'runId', range: 'part' });
export const runIdOf = (day: string, slotId: string) => `${day}#${slotId}`;

/** What a change of a subscription was, and what it does to days and costs. Never changed; its amounts are a forecast. */
export const Receipt = z.object({
  receiptId: z.string(),
  subscriptionId: z.string(),
  userId: z.string(),
  action: z.string(),
  /** The request as it was understood. */
  change: z.record(z.string(), z.unknown()),
  at: z.string(),
  by: z.string(),
  /** PRICE: nobody asked for it; a price of the dairy changed. */
  through: z.enum(['SELF', 'DESK', 'PRICE']),
  firstDayAffected: z.string(),
  cutoffAt: z.string(),
  /** The lines of the next 30 days that differ, and those of the first day affected. */
  lines: z.array(ReceiptLine),
  /** Of each product, the first day whose line differs, and when that locks. */
  firstDays: z.array(z.object({ productId: z.string(), day: z.string(), locksAt: z.string() })),
  monthBefore: z.number().int(),
  monthAfter: z.number().int(),
  next30Before: z.number().int(),
  next30After: z.number().int(),
});
export type Receipt = z.infer<typeof Receipt>;

export const Receipts = defineTable('Receipts', Receipt, { hash: 'subscriptionId', range: 'receiptId' });

/**
 * A subscription as it will be after a change, with the write whose condition is that it is still as it was read and
 * that no order run has dealt with another day of it since.
 */
export function changeSubscription(
  before: Subscription,
  after: Omit<Subscription, 'version'>,
): { subscription: Subscription; write: Write } {
  const subscription = { ...after, version: before.version + 1 };
  const { lastRunDay } = before;
  const noRunSince = lastRunDay === undefined ? absent('lastRunDay') : is('lastRunDay', lastRunDay);
  return {
    subscription,
    write: put(Subscriptions, subscription, all(is('version', before.version), noRunSince)),
  };
}
