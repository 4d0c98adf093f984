import { z } from '@hono/zod-openapi';
import { encodeTime } from 'ulid';
import { endOrderOf } from '#lambdas/user/models/User.ts';
import { happened, type NewEvent } from '#shared/data/commit.ts';
import { all, is, present } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { put, type Write } from '#shared/data/write.ts';
import { Address } from '#shared/domain/address.ts';
import type { Day, Instant } from '#shared/domain/day.ts';
import { idPrefix } from '#shared/domain/id.ts';
import type { Minor } from '#shared/domain/money.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import { shardKeys, shardOf } from '#shared/domain/shard.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import { chargedOf, deliveredLines } from '../rules/delivered.ts';
import { endRunOrder } from './Subscription.ts';

export const orderStatuses = [
  'CREATED',
  'CONFIRMED',
  'PACKED',
  'DISPATCHED',
  'DELIVERED',
  'CANCELLED',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/**
 * The only moves of an order. DISPATCHED → CANCELLED is for staff and the system, reason DELIVERY_FAILED. An order of an
 * order run begins CONFIRMED: it is paid, or payable at the door, when it comes into being.
 */
export const orderMoves: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  CREATED: ['CONFIRMED', 'CANCELLED'],
  CONFIRMED: ['PACKED', 'CANCELLED'],
  PACKED: ['DISPATCHED', 'CANCELLED'],
  DISPATCHED: ['DELIVERED', 'CANCELLED'],
  DELIVERED: [],
  CANCELLED: [],
};

/** A line at the price and tax rates it was ordered at. Amounts are minor units. */
export const OrderLine = onDemand(() =>
  z.object({
    productId: z.string(),
    name: z.string(),
    qty: z.number().int(),
    price: z.number().int(),
    amount: z.number().int(),
    stockMode: z.enum(['ON_HAND', 'PER_DAY']),
    taxes: z.record(z.string(), z.number().int()).optional(),
    hsn: z.string().optional(),
    /** Of a substitute: the product it stands in for. */
    insteadOf: z.string().optional(),
    /** How much was left at the door, where it was less than `qty`. */
    delivered: z.number().int().optional(),
  }),
);
export type OrderLine = TypeOf<typeof OrderLine>;

export const TimelineEntry = onDemand(() =>
  z.object({
    status: z.string(),
    at: z.string(),
    by: z.string(),
    reason: z.string().optional(),
  }),
);
export type TimelineEntry = TypeOf<typeof TimelineEntry>;

export const Order = onDemand(() =>
  z.object({
    orderId: z.string(),
    userId: z.string(),
    items: z.array(OrderLine()),
    /** Minor units. */
    amount: z.number().int(),
    /** Once it is delivered: what the household is charged, minor units: what was delivered, less promo credit used. */
    charged: z.number().int().optional(),
    /** What of a prepaid order went back because it did not come, minor units. */
    returned: z.number().int().optional(),
    /** The desk's corrections of the stop's result: the movement of each, and by how much each line changed. */
    corrections: z
      .array(
        z.object({
          movementId: z.string(),
          at: z.string(),
          by: z.string(),
          reason: z.string(),
          chargedBefore: z.number().int(),
          lines: z.array(
            z.object({ productId: z.string(), qty: z.number().int(), amountMinor: z.number().int() }),
          ),
        }),
      )
      .optional(),
    /** What of that was credited for problems, minor units. */
    credited: z.number().int().optional(),
    /** Pieces of each product that problems were reported of and not refused. */
    reported: z.record(z.string(), z.number().int()).optional(),
    /** Once it is delivered: what of `promo` that took; the rest is the household's again. */
    promoUsed: z.number().int().optional(),
    /** Promo credit that is set aside for it from the beginning to the stop: a discount on `amount`. */
    promo: z
      .array(z.object({ promoId: z.string(), amount: z.number().int(), expiresOn: z.string().optional() }))
      .optional(),
    /** The instant the household asked for, inside the slot's window. */
    deliverySlot: z.string(),
    status: z.enum(orderStatuses),
    slotId: z.string(),
    deliveryDay: z.string(),
    slotStartsAt: z.string(),
    slotEndsAt: z.string(),
    cutoffAt: z.string(),
    address: Address.optional(),
    /** The part of Stops that this order's stop is counted under. */
    stopKey: z.string(),
    /** What the household means to pay with; only paying charges. */
    paymentMethod: z.enum(['CARD', 'UPI', 'WALLET', 'COD', 'ACCOUNT']).optional(),
    /** The payment that pays this order, or that did last. */
    payment: z
      .object({
        paymentId: z.string(),
        paymentMethod: z.enum(['CARD', 'UPI', 'WALLET', 'COD', 'ACCOUNT', 'BANK', 'CASH']),
        status: z.enum(['PENDING', 'SUCCESS', 'FAILED']),
      })
      .optional(),
    /** A card or UPI payment whose end the provider has not told yet. */
    pendingPaymentId: z.string().optional(),
    deliveryId: z.string().optional(),
    /** Delivery attempts so far. */
    attempts: z.number().int(),
    timeline: z.array(TimelineEntry()),
    placedBy: z.string(),
    /** RUN: made by the order run for a subscription's day. */
    through: z.enum(['SELF', 'DESK', 'RUN']),
    subscriptionId: z.string().optional(),
    cancelReason: z.string().optional(),
    createdAt: z.string(),
    version: z.number().int(),
    /** Partition of the day index: `<deliveryDay>#<shard>`. */
    dayKey: z.string(),
    /** What the clock or a consumer still has to do: `<work>#<shard>`; absent when nothing. */
    todo: z.string().optional(),
    /** From when on. */
    todoAt: z.string().optional(),
  }),
);
export type Order = TypeOf<typeof Order>;

/** What of an order's price promo credit pays, minor units. */
export const promoOf = ({ promo = [] }: Pick<Order, 'promo'>): Minor =>
  promo.reduce((sum, { amount }) => sum + amount, 0);
/** What the household is to pay for an order, minor units. */
export const dueOf = (order: Pick<Order, 'amount' | 'promo'>): Minor => order.amount - promoOf(order);

export const Orders = defineTable('Orders', Order, {
  hash: 'orderId',
  indexes: {
    byUser: { hash: 'userId', range: 'orderId' },
    byDay: { hash: 'dayKey', range: 'orderId' },
    byTodo: { hash: 'todo', range: 'todoAt' },
  },
  // All but what a key or a condition names.
  folded: [
    'subscriptionId',
    'items',
    'amount',
    'charged',
    'returned',
    'corrections',
    'credited',
    'reported',
    'promoUsed',
    'promo',
    'deliverySlot',
    'slotId',
    'deliveryDay',
    'slotStartsAt',
    'slotEndsAt',
    'cutoffAt',
    'address',
    'stopKey',
    'paymentMethod',
    'payment',
    'pendingPaymentId',
    'deliveryId',
    'attempts',
    'timeline',
    'placedBy',
    'through',
    'cancelReason',
    'createdAt',
  ],
});

/** Work an order waits for: to be paid in time, to get a courier, or staff's word on a failed delivery. */
export type OrderTodo = 'EXPIRE' | 'ASSIGN' | 'RESOLVE';

export const todoKeys = (work: OrderTodo) => shardKeys(work);
export const todoKeyOf = (work: OrderTodo, orderId: string) => `${work}#${shardOf(orderId)}`;
/**
 * The id of a subscription's order of a day: it follows from both, so that there is one, and it sorts among other
 * orders' ids by the day it is for.
 */
export function runOrderIdOf(subscriptionId: string, day: Day): string {
  return `${orderIdsFrom(day)}${subscriptionId.slice(idPrefix.subscription.length)}`;
}

/** Where the ids of orders begin that were placed at the start of a day, UTC, or made for it by an order run. */
export function orderIdsFrom(day: Day): string {
  return idPrefix.order + encodeTime(Date.parse(day), 10);
}

export const dayKeyOf = (day: string, orderId: string) => `${day}#${shardOf(orderId)}`;
export const dayKeysOf = (day: string) => shardKeys(day);

/** What beside its status changes of an order. */
interface OrderChanges {
  set?: Partial<Order>;
  remove?: (keyof Order)[];
}

/** Who moves an order, when, and why. */
export interface Move {
  at: Instant;
  by: string;
  reason?: string;
}

/** An order after a move, the write that makes it so, and the events that tell it. */
export interface Moved {
  order: Order;
  write: Write;
  events: NewEvent[];
}

const eventOf = {
  CREATED: 'ORDER_PLACED',
  CONFIRMED: 'ORDER_CONFIRMED',
  PACKED: 'ORDER_PACKED',
  DISPATCHED: 'ORDER_DISPATCHED',
  DELIVERED: 'ORDER_DELIVERED',
  CANCELLED: 'ORDER_CANCELLED',
} as const;

/**
 * Moves an order along its table, through every status given, in one write whose condition is that the order
 * is still as it was read. Answers the refusal when a step is not in the table.
 */
export function moveOrder(
  order: Order,
  steps: readonly OrderStatus[],
  move: Move,
  changes: OrderChanges = {},
): Moved | Problem {
  const entries: TimelineEntry[] = [];
  const events: NewEvent[] = [];
  let after = changed(order, changes);
  for (const status of steps) {
    if (!orderMoves[after.status].includes(status)) return forbiddenMove(order, status);
    after = { ...after, status, version: after.version + 1 };
    entries.push({ status, at: move.at, by: move.by, reason: move.reason });
    events.push(orderEvent(after, move.reason));
  }
  after.timeline = [...order.timeline, ...entries];
  return { order: after, write: changeOrder(order, after), events };
}

/** Changes an order that stays in its status. */
export function editOrder(order: Order, changes: OrderChanges): { order: Order; write: Write } {
  const after = { ...changed(order, changes), version: order.version + 1 };
  return { order: after, write: changeOrder(order, after) };
}

/** The whole row: nearly all of it is folded, and its version tells whether it is as it was read. */
function changeOrder(before: Order, after: Order): Write {
  return put(Orders, after, all(present('orderId'), is('version', before.version)));
}

/** An order with some attributes set and some removed; what is set to undefined is left as it is. */
function changed(order: Order, { set = {}, remove = [] }: OrderChanges): Order {
  const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
  const after: Order = { ...order, ...given };
  for (const field of remove) delete after[field];
  return after;
}

export function forbiddenMove(order: Order, status: OrderStatus): Problem {
  return refuse('INVALID_TRANSITION', `The order is ${order.status}; it cannot become ${status}.`, {
    more: { orderStatus: order.status },
  });
}

/** The event of an order's newest status. */
export function orderEvent(order: Order, reason?: string): NewEvent {
  const { orderId, userId, status, version } = order;
  const base = { userId, orderId, status };
  if (status === 'PACKED' || status === 'DISPATCHED')
    return happened(eventOf[status], orderId, version, base);
  const whole = {
    ...base,
    deliveryDay: order.deliveryDay,
    slotId: order.slotId,
    amountMinor: status === 'DELIVERED' ? chargedOf(order) : order.amount,
    lines: (status === 'DELIVERED' ? deliveredLines(order) : order.items).map(
      ({ productId, qty, amount }) => ({ productId, qty, amountMinor: amount }),
    ),
  };
  if (status === 'CONFIRMED' && order.through === 'RUN')
    return happened('ORDER_CONFIRMED', orderId, version, { ...whole, ...bornWith(order) });
  if (status === 'CANCELLED')
    return happened('ORDER_CANCELLED', orderId, version, { ...whole, reason: reason ?? '' });
  return happened(eventOf[status], orderId, version, whole);
}

/** What other orders tell by events before: that a run's order was placed, and paid. */
function bornWith({ through, payment, amount }: Order) {
  if (payment?.status !== 'SUCCESS') return { through };
  const { paymentId, paymentMethod } = payment;
  return { through, payment: { paymentId, paymentMethod, amountMinor: amount } };
}

/** Counts an order that ended where it was counted when it was made. */
export function endOpenOrder({ through, subscriptionId, userId }: Order): Write {
  return through === 'RUN' && subscriptionId ? endRunOrder(subscriptionId) : endOrderOf(userId);
}

/** Whether the order still holds stock that was not sold. */
export function holdsReservation(order: Order): boolean {
  return order.status === 'CREATED' || order.status === 'CONFIRMED' || order.status === 'PACKED';
}
