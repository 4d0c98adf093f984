import { z } from '@hono/zod-openapi';
import { MAX_LINES, MAX_QTY } from '#lambdas/cart/models/Cart.ts';
import { absent, all, atLeast, is } from '#shared/data/condition.ts';
import { weekdays } from '#shared/data/settings.ts';
import { defineTable } from '#shared/data/table.ts';
import { put, update, type Write } from '#shared/data/write.ts';
import { Address } from '#shared/domain/address.ts';
import { isDay } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { shardKeys, shardOf } from '#shared/domain/shard.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

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
  /** What comes instead of units that are not to be had. */
  substituteProductId: idSchema('product').optional(),
});
export type StandingItem = z.infer<typeof StandingItem>;

export const OneOffItem = z.strictObject({
  productId: idSchema('product'),
  qty: z.number().int().min(1).max(MAX_QTY),
});
export type OneOffItem = z.infer<typeof OneOffItem>;

/** DUE comes on the day it is listed for; any other state says why it does not. */
export const lineStates = ['DUE', 'SKIPPED', 'PAUSED', 'NOT_SERVED', 'HOLIDAY', 'MOVED'] as const;

export const standingMethods = ['WALLET', 'COD', 'ACCOUNT'] as const;

/** What a subscription delivers from a day on, until the next plan begins. */
export const Plan = onDemand(() =>
  z.object({
    from: z.string(),
    /** The day that alternate and every-N days are counted from. */
    anchor: z.string(),
    items: z.array(StandingItem).min(1).max(MAX_LINES),
    schedule: Schedule,
    slotId: z.string(),
    address: Address.optional(),
    paymentMethod: z.enum(standingMethods),
  }),
);
export type Plan = TypeOf<typeof Plan>;

/** Days without delivery, both included; open-ended without `to`; of some products only when they are named. */
export const Pause = onDemand(() =>
  z.object({
    from: z.string(),
    to: z.string().optional(),
    productIds: z.array(z.string()).optional(),
  }),
);
export type Pause = TypeOf<typeof Pause>;

/**
 * What comes of a product on a day, or does not, whatever the rest of the standing order says: it had locked when a change
 * would have altered it. Lines are as they were planned.
 */
export const Frozen = onDemand(() =>
  z.object({
    day: z.string(),
    productId: z.string(),
    locksAt: z.string(),
    lines: z.array(
      z.object({
        qty: z.number().int(),
        state: z.enum(lineStates),
        scheduledDay: z.string(),
        oneOff: z.boolean(),
        locksAt: z.string(),
        movedTo: z.string().optional(),
      }),
    ),
  }),
);
export type Frozen = TypeOf<typeof Frozen>;

export const subscriptionStatuses = ['ACTIVE', 'PAUSED', 'CANCELLED'] as const;
/** A standing order: what a household wants until it says otherwise. Past days live in SubscriptionDays. */
export const Subscription = onDemand(() =>
  z.object({
    subscriptionId: z.string(),
    userId: z.string(),
    status: z.enum(subscriptionStatuses),
    /** By `from`, ascending; the last one that has begun is in force. Never empty. */
    plans: z.array(Plan()),
    startDay: z.string(),
    /** The last day with a delivery. */
    endDay: z.string().optional(),
    skips: z.array(z.string()),
    pauses: z.array(Pause()),
    oneOffs: z.array(z.object({ day: z.string(), items: z.array(OneOffItem) })),
    frozen: z.array(Frozen()).optional(),
    /**
     * The latest day that an order run has dealt with; days up to it cannot change. A slot that locks early may have been
     * dealt with before days of another slot that come first: such a day is dealt with when it has an order or a
     * SubscriptionDay.
     */
    lastRunDay: z.string().optional(),
    /** Scheduled days whose lines a run has ordered for the day before, because of a holiday. */
    broughtForward: z.array(z.string()).optional(),
    /** The last day that came short, so that who was short lately comes first at the next shortage. */
    shortedOn: z.string().optional(),
    /** Orders of an order run that have not ended; an account with any cannot be erased. */
    openOrders: z.number().int().optional(),
    /** Why it is CANCELLED. */
    endReason: z.string().optional(),
    placedBy: z.string(),
    through: z.enum(['SELF', 'DESK']),
    createdAt: z.string(),
    version: z.number().int(),
    /** Partition of the index: `RUN#<shard>` of those that order runs look at, `REST#<shard>` once it is at rest. */
    runKey: z.string(),
    /** Its place there, so that a household's standing orders come together: `<userId>#<subscriptionId>`. */
    runOrder: z.string(),
  }),
);
export type Subscription = TypeOf<typeof Subscription>;

export const Subscriptions = defineTable('Subscriptions', Subscription, {
  hash: 'subscriptionId',
  indexes: {
    // The one index for runs and for households: each order of a run pays for every index.
    byRun: { hash: 'runKey', range: 'runOrder' },
  },
  folded: [
    'status',
    'plans',
    'startDay',
    'endDay',
    'skips',
    'pauses',
    'oneOffs',
    'frozen',
    'endReason',
    'placedBy',
    'through',
    'createdAt',
  ],
});

export const runKeys = shardKeys('RUN');
/** By household, so that one worker decides about all of a household's lines. */
export const runKeyOf = (userId: string) => `RUN#${shardOf(userId)}`;
export const runOrderOf = (userId: string, subscriptionId: string) => `${userId}#${subscriptionId}`;

export const restKeyOf = (userId: string) => `REST#${shardOf(userId)}`;

/** A standing order of which nothing can come any more: order runs do not look at it. */
export function atRest<S extends Pick<Subscription, 'userId' | 'runKey'>>(subscription: S): S {
  return { ...subscription, runKey: restKeyOf(subscription.userId) };
}

export const isAtRest = ({ userId, runKey }: Pick<Subscription, 'userId' | 'runKey'>): boolean =>
  runKey === restKeyOf(userId);

/** A line of a standing order's day as an order run decided it. */
export const RunLine = onDemand(() =>
  z.object({
    productId: z.string(),
    /** Of a substitute: the product it stands in for. */
    insteadOf: z.string().optional(),
    /** The day the schedule names; differs when a holiday moved the line. */
    scheduledDay: z.string(),
    /** What the household wanted, and what it gets. */
    qty: z.number().int(),
    granted: z.number().int(),
    /** Minor units, at the price of the lock. */
    price: z.number().int(),
    /** ORDERED, SHORT, or why nothing was ordered. */
    outcome: z.string(),
  }),
);
export type RunLine = TypeOf<typeof RunLine>;

/**
 * What became of a due day of a subscription where it is not what was wanted: the reason why there is no order, or
 * what its order lacks and why. Of a day that was ordered as it was wanted the order itself tells everything.
 */
export const SubscriptionDay = onDemand(() =>
  z.object({
    userId: z.string(),
    /** `<day>#<subscriptionId>` */
    dayOrder: z.string(),
    subscriptionId: z.string(),
    day: z.string(),
    slotId: z.string(),
    /** ORDERED, or why nothing was ordered. */
    outcome: z.string(),
    orderId: z.string().optional(),
    lines: z.array(RunLine()),
    at: z.string(),
  }),
);
export type SubscriptionDay = TypeOf<typeof SubscriptionDay>;

export const SubscriptionDays = defineTable('SubscriptionDays', SubscriptionDay, {
  hash: 'userId',
  range: 'dayOrder',
  folded: ['subscriptionId', 'day', 'slotId', 'outcome', 'orderId', 'lines', 'at'],
});

export const dayOrderOf = (day: string, subscriptionId: string) => `${day}#${subscriptionId}`;

/** The key of what became of a subscription's day. */
export function subscriptionDayKey(userId: string, day: string, subscriptionId: string) {
  return { userId, dayOrder: dayOrderOf(day, subscriptionId) };
}

/** One line of one day before and after a change. Amounts are minor units. */
export const ReceiptLine = onDemand(() =>
  z.object({
    day: z.string(),
    productId: z.string(),
    qtyBefore: z.number().int(),
    qtyAfter: z.number().int(),
    amountBefore: z.number().int(),
    amountAfter: z.number().int(),
    locksAt: z.string(),
  }),
);
export type ReceiptLine = TypeOf<typeof ReceiptLine>;

/** What a change of a subscription was, and what it does to days and costs. Never changed; its amounts are a forecast. */
export const Receipt = onDemand(() =>
  z.object({
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
    lines: z.array(ReceiptLine()),
    /** What comes all the same on a day, or does not, because it had locked. */
    stays: z
      .array(z.object({ day: z.string(), productId: z.string(), qty: z.number().int(), locksAt: z.string() }))
      .optional(),
    /** Of each product, the first day whose line differs, and when that locks. */
    firstDays: z.array(z.object({ productId: z.string(), day: z.string(), locksAt: z.string() })),
    monthBefore: z.number().int(),
    monthAfter: z.number().int(),
    next30Before: z.number().int(),
    next30After: z.number().int(),
  }),
);
export type Receipt = TypeOf<typeof Receipt>;

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

/** Counts an order that a run makes, on condition that the subscription is as the run has read it. */
export function countRunOrder(
  subscription: Subscription,
  changes: Partial<Pick<Subscription, 'lastRunDay' | 'shortedOn' | 'broughtForward'>>,
  orders: 0 | 1,
): Write {
  const { subscriptionId, version } = subscription;
  const set = { ...changes, version: version + 1 };
  const add = orders > 0 ? { openOrders: orders } : undefined;
  return update(Subscriptions, { subscriptionId }, { set, add }, is('version', version));
}

/** Counts a run's order that ended. */
export function endRunOrder(subscriptionId: string): Write {
  const changes = { add: { openOrders: -1, version: 1 } };
  return update(Subscriptions, { subscriptionId }, changes, atLeast('openOrders', 1));
}
