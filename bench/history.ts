import { AnalyticsEvents, analyticsRowOf } from '#lambdas/analytics/models/AnalyticsEvent.ts';
import {
  Deliveries,
  type Delivery,
  moveDelivery,
  roundKeyOf,
  roundOrderOf,
} from '#lambdas/delivery/models/Delivery.ts';
import { dayKeyOf, moveOrder, type Order, Orders, orderEvent } from '#lambdas/order/models/Order.ts';
import { addressKeyOf, Stops, stopKeyFor } from '#lambdas/order/models/Stop.ts';
import { Invoices } from '#lambdas/payment/models/Invoice.ts';
import { type NewMovement, postMovement } from '#lambdas/payment/models/Ledger.ts';
import {
  type OrderPayment,
  Payments,
  paymentSucceeded,
  settlePayment,
} from '#lambdas/payment/models/Payment.ts';
import { debit, earnedLines, heldByProvider } from '#lambdas/payment/rules/postings.ts';
import { happened, type NewEvent, outboxWrite } from '#shared/data/commit.ts';
import { Settings } from '#shared/data/settings.ts';
import { type SlotOnDay, slotOn } from '#shared/data/slot.ts';
import { create, put, type Write } from '#shared/data/write.ts';
import { addDays, dayOf, plusSeconds } from '#shared/domain/day.ts';
import { deliveryIdOf } from '#shared/domain/id.ts';
import { Problem } from '#shared/domain/problem.ts';
import { DairyEvent, OUTBOX_SECONDS } from '#shared/events/event.ts';
import type { World } from '#shared/world.ts';
import type { Dairy } from './households.ts';

const settings = Settings.parse({});
/** Over how many days the orders of the past are spread. */
const DAYS = 180;
const DAY_MS = 86_400_000;

/** The moment that rows of the past are written at; `world.clock` reads it, so that ids and instants belong to it. */
export interface PastClock {
  at: Date;
}

/** All rows that one order of the past left behind, paid and delivered; with its place in the past. */
export function pastOrder(world: World, clock: PastClock, dairy: Dairy, i: number, count: number): Write[] {
  const nowMs = Date.now();
  clock.at = new Date(nowMs - DAY_MS - Math.floor(((count - i) / count) * DAYS * DAY_MS));
  const made = paidOrder(world, dairy, i, 1);
  const { courierId, slot } = made;
  const given = givenTo(made.order, courierId, clock.at.toISOString());
  const events = [...made.events, deliveryAssigned(given.delivery)];
  let { order } = given;
  let { delivery } = given;
  const move = (at: string, to: Delivery['status'], steps: readonly Order['status'][]) => {
    const moved = moveDelivery(delivery, to, { at, by: courierId });
    const orderMoved = moveOrder(order, steps, { at, by: courierId });
    if (moved instanceof Problem || orderMoved instanceof Problem) throw moved;
    delivery = moved.delivery;
    order = orderMoved.order;
    events.push(moved.event, ...orderMoved.events);
  };
  move(plusSeconds(slot.startsAt, -1_800), 'PICKED_UP', ['PACKED', 'DISPATCHED']);
  move(slot.startsAt, 'IN_TRANSIT', []);
  move(plusSeconds(slot.startsAt, 900), 'DELIVERED', ['DELIVERED']);
  const earned: NewMovement = {
    movementId: `${order.orderId}#DELIVERED`,
    kind: 'ORDER_DELIVERED',
    at: plusSeconds(slot.startsAt, 900),
    userId: order.userId,
    orderId: order.orderId,
    lines: [debit('held', order.amount, order.userId), ...earnedLines(order.items)],
  };
  const kept = nowMs - clock.at.getTime() < OUTBOX_SECONDS * 1_000;
  return [
    ...made.writes,
    create(Orders, order),
    create(Deliveries, delivery),
    ...postMovement(earned),
    create(Invoices, { orderId: order.orderId, number: i + 1, issuedAt: earned.at }),
    ...events.flatMap((event) => eventRows(world, event, kept)),
  ];
}

/** An order that is on its way: paid, with a courier. One for each household, to be tracked. */
export function comingOrder(
  world: World,
  clock: PastClock,
  dairy: Dairy,
  i: number,
): { orderId: string; writes: Write[] } {
  clock.at = new Date();
  const made = paidOrder(world, dairy, i, 2);
  const { order, delivery } = givenTo(made.order, made.courierId, clock.at.toISOString());
  return {
    orderId: order.orderId,
    writes: [...made.writes, create(Orders, order), create(Deliveries, delivery)],
  };
}

/** What `createOrder` and `processPayment` would have left, but the order's own row, which goes on. */
function paidOrder(world: World, dairy: Dairy, i: number, daysAhead: number) {
  const at = world.clock.now().toISOString();
  const { households, couriers, products } = dairy;
  const household = households[i % households.length];
  const courierId = couriers[i % couriers.length]?.userId ?? '';
  const product = products[i % products.length];
  const window = settings.slots[i % settings.slots.length];
  if (!household || !product || !window) throw new RangeError('a dairy has households, products and slots');
  const slot = slotOn(window, addDays(dayOf(at, settings.timeZone), daysAhead), settings.timeZone);
  const { productId, name, price, stockMode, taxes, hsn } = product;
  const items = [{ productId, name, qty: 2, price, amount: 2 * price, stockMode, taxes, hsn }];
  const placed = newOrder(world, { userId: household.userId, address: household.address, items, slot });
  const paymentId = `PAY${world.ids.next()}`;
  const paid = paidBy(placed, paymentId, at);
  const pointer = { paymentId, paymentMethod: 'CARD' as const, status: 'SUCCESS' as const };
  const confirmed = moveOrder(
    placed,
    ['CONFIRMED'],
    { at, by: placed.userId },
    { set: { payment: pointer } },
  );
  if (confirmed instanceof Problem) throw confirmed;
  const held: NewMovement = {
    movementId: `${placed.orderId}#PAID#${paymentId}`,
    kind: 'ORDER_PAID',
    at,
    userId: placed.userId,
    orderId: placed.orderId,
    lines: heldByProvider(placed.amount, placed.userId),
  };
  const stop = {
    ...stopKeyFor(slot.day, slot.slotId, placed.userId),
    orders: { [placed.stopKey]: 1 },
    version: 1,
  };
  return {
    order: confirmed.order,
    courierId,
    slot,
    writes: [create(Payments, paid), put(Stops, stop), ...postMovement(held)],
    events: [orderEvent(placed), paymentSucceeded(paid), ...confirmed.events],
  };
}

function newOrder(
  world: World,
  from: Pick<Order, 'userId' | 'address' | 'items'> & { slot: SlotOnDay },
): Order {
  const { slot, userId } = from;
  const orderId = `O${world.ids.next()}`;
  const createdAt = world.clock.now().toISOString();
  return {
    orderId,
    userId,
    items: from.items,
    amount: from.items.reduce((sum, item) => sum + item.amount, 0),
    deliverySlot: slot.startsAt,
    status: 'CREATED',
    slotId: slot.slotId,
    deliveryDay: slot.day,
    slotStartsAt: slot.startsAt,
    slotEndsAt: slot.endsAt,
    cutoffAt: slot.cutoffAt,
    address: from.address,
    stopKey: addressKeyOf(from.address),
    paymentMethod: 'CARD',
    attempts: 0,
    timeline: [{ status: 'CREATED', at: createdAt, by: userId }],
    placedBy: userId,
    through: 'SELF',
    createdAt,
    version: 1,
    dayKey: dayKeyOf(slot.day, orderId),
  };
}

function paidBy(order: Order, paymentId: string, at: string): OrderPayment {
  const { orderId, userId, amount } = order;
  const asked: OrderPayment = {
    paymentId,
    orderId,
    userId,
    amount,
    status: 'PENDING',
    paymentMethod: 'CARD',
    provider: 'sandbox',
    captured: 0,
    refunded: 0,
    createdAt: at,
    version: 1,
  };
  return settlePayment(asked, 'SUCCESS', { captured: amount, providerRef: `sbx_${paymentId}`, settledAt: at })
    .payment;
}

/** The order with its courier, as `assignDelivery` leaves both. */
function givenTo(order: Order, courierId: string, at: string): { order: Order; delivery: Delivery } {
  const deliveryId = deliveryIdOf(order.orderId, 1);
  const { orderId, userId, deliveryDay, slotId, slotStartsAt, slotEndsAt, address } = order;
  const delivery: Delivery = {
    deliveryId,
    orderId,
    userId,
    status: 'ASSIGNED',
    courierId,
    roundKey: roundKeyOf(courierId, deliveryDay),
    roundOrder: roundOrderOf(order),
    deliveryDay,
    slotId,
    slotStartsAt,
    slotEndsAt,
    address,
    timeline: [{ status: 'ASSIGNED', at, by: 'system' }],
    createdAt: at,
    version: 1,
  };
  return { order: { ...order, deliveryId, attempts: 1, version: order.version + 1 }, delivery };
}

function deliveryAssigned({ deliveryId, orderId, userId, courierId, status, version }: Delivery): NewEvent {
  return happened('DELIVERY_ASSIGNED', deliveryId, version, {
    userId,
    orderId,
    deliveryId,
    courierId,
    status,
  });
}

/** An event as analytics keeps it, and its outbox row where that is not cleaned up yet. */
function eventRows(world: World, event: NewEvent, kept: boolean): Write[] {
  const outbox = outboxWrite(world, event);
  const eventId = outbox.key.eventId ?? '';
  const { eventType, entityId, entityVersion, data } = event;
  const timestamp = world.clock.now().toISOString();
  const told = DairyEvent.parse({
    eventId,
    eventType,
    schema: 1,
    entityId,
    entityVersion,
    timestamp,
    ...data,
  });
  const row = create(AnalyticsEvents, analyticsRowOf(told, settings.timeZone));
  return kept ? [row, outbox] : [row];
}
