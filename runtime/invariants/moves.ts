import { type Delivery, deliveryMoves } from '#lambdas/delivery/models/Delivery.ts';
import { type Order, orderMoves, type TimelineEntry } from '#lambdas/order/models/Order.ts';
import { plusSeconds } from '#shared/domain/day.ts';
import { deliveryIdOf } from '#shared/domain/id.ts';
import { OUTBOX_SECONDS } from '#shared/events/event.ts';
import { type Books, eventIn, groupBy, type Say } from './books.ts';

/** I10, I15 and I16: timelines follow their tables and end at the status; versions count changes. */
export function checkTimelines(books: Books, say: Say): void {
  for (const { orderId, timeline, status, version, items, through } of books.orders) {
    // An order run's order is paid, or payable at the door, when it comes into being.
    const first = through === 'RUN' ? 'CONFIRMED' : 'CREATED';
    checkTimeline(orderId, timeline, status, first, orderMoves, say);
    if (items.length === 0) say('I10', orderId, 'has no lines');
    if (version < timeline.length) say('I16', orderId, `version ${version} after ${timeline.length} moves`);
  }
  for (const { deliveryId, timeline, status, version } of books.deliveries) {
    // A delivery that waits may be given to another courier, which is an entry of its own.
    // So is what the desk puts right of its result.
    const moves = {
      ...deliveryMoves,
      ASSIGNED: [...deliveryMoves.ASSIGNED, 'ASSIGNED'],
      DELIVERED: ['DELIVERED'],
    };
    checkTimeline(deliveryId, timeline, status, 'ASSIGNED', moves, say);
    if (version !== timeline.length)
      say('I16', deliveryId, `version ${version} after ${timeline.length} changes`);
  }
}

function checkTimeline(
  id: string,
  timeline: readonly TimelineEntry[],
  status: string,
  first: string,
  moves: Readonly<Record<string, readonly string[]>>,
  say: Say,
): void {
  if (timeline[0]?.status !== first) say('I15', id, `began as ${timeline[0]?.status}`);
  if (timeline.at(-1)?.status !== status)
    say('I15', id, `is ${status}, its timeline ends at ${timeline.at(-1)?.status}`);
  timeline.slice(1).forEach((entry, i) => {
    const before = timeline[i] as TimelineEntry;
    if (!moves[before.status]?.includes(entry.status))
      say('I15', id, `went from ${before.status} to ${entry.status}`);
    if (entry.at < before.at) say('I15', id, `${entry.status} is dated before ${before.status}`);
  });
}

/** I11: every move has exactly one event, with the version it made. */
export function checkEvents(books: Books, say: Say): void {
  const events = groupBy(books.outbox.map(eventIn), ({ entityId }) => entityId);
  const since = plusSeconds(books.now, -OUTBOX_SECONDS);
  const of = (id: string, types: readonly string[]) =>
    (events.get(id) ?? [])
      .filter(({ eventType }) => types.some((type) => eventType.startsWith(type)))
      .sort((a, b) => a.entityVersion - b.entityVersion);
  const once = (id: string, type: string, wanted: boolean) => {
    const count = of(id, [type]).filter(({ eventType }) => eventType === type).length;
    if (count !== (wanted ? 1 : 0)) say('I11', id, `has ${count} events ${type}`);
  };

  for (const order of books.orders.filter(({ createdAt }) => createdAt > since)) {
    checkMoves(order.orderId, order, of(order.orderId, ['ORDER_']), say);
  }
  for (const delivery of books.deliveries.filter(({ createdAt }) => createdAt > since)) {
    const told = of(delivery.deliveryId, ['DELIVERY_']);
    checkMoves(delivery.deliveryId, delivery, told, say);
    if (told.some(({ entityVersion }, i) => entityVersion !== i + 1))
      say('I11', delivery.deliveryId, 'skips a version');
  }
  // What paid an order of an order run is told by the order's one event.
  const born = new Set(
    books.outbox
      .map(eventIn)
      .flatMap(({ eventType, payment }) =>
        eventType === 'ORDER_CONFIRMED' && payment ? [payment.paymentId] : [],
      ),
  );
  for (const { paymentId, orderId, status } of books.payments.filter(({ createdAt }) => createdAt > since)) {
    once(
      paymentId,
      'PAYMENT_SUCCEEDED',
      status === 'SUCCESS' && orderId !== undefined && !born.has(paymentId),
    );
    once(paymentId, 'PAYMENT_FAILED', status === 'FAILED' && orderId !== undefined);
    once(paymentId, 'WALLET_TOPPED_UP', status === 'SUCCESS' && orderId === undefined);
    once(paymentId, 'TOP_UP_FAILED', status === 'FAILED' && orderId === undefined);
  }
  for (const { refundId, status, to } of books.refunds.filter(({ createdAt }) => createdAt > since)) {
    once(refundId, 'REFUND_REQUESTED', to === undefined);
    once(refundId, 'REFUND_ISSUED', status === 'SUCCESS');
    once(refundId, 'REFUND_FAILED', status === 'FAILED');
  }
  for (const { userId, erasedAt } of books.users.filter(({ createdAt }) => createdAt > since)) {
    once(userId, 'USER_ERASED', erasedAt !== undefined);
    const made = of(userId, ['USER_REGISTERED', 'USER_CHANGED']).filter(
      ({ entityVersion }) => entityVersion === 1,
    );
    if (made.length !== 1) say('I11', userId, `has ${made.length} events of being made`);
  }
  for (const { productId, version } of books.products.filter(({ createdAt }) => createdAt > since)) {
    const told = of(productId, ['PRODUCT_']).map(({ entityVersion }) => entityVersion);
    if (told.length !== version || told.some((v, i) => v !== i + 1))
      say('I11', productId, `version ${version}, events of ${told}`);
  }
  checkOwners(books, say);
}

type Told = ReturnType<typeof eventIn>;

function checkMoves(
  id: string,
  { timeline, version }: Pick<Order | Delivery, 'timeline' | 'version'>,
  told: readonly Told[],
  say: Say,
): void {
  const moved = timeline.map(({ status }) => status).join(' ');
  const events = told.map(({ status }) => status).join(' ');
  if (moved !== events) say('I11', id, `went through ${moved}; its events tell ${events}`);
  const versions = told.map(({ entityVersion }) => entityVersion);
  if (new Set(versions).size !== versions.length) say('I11', id, `two events have one version: ${versions}`);
  if (versions.some((v) => v > version))
    say('I11', id, `has version ${version}, an event tells ${Math.max(...versions)}`);
}

/** An event tells of something that exists: it was written with it or not at all. */
function checkOwners(books: Books, say: Say): void {
  const known = new Set([
    ...books.orders.map(({ orderId }) => orderId),
    ...books.deliveries.map(({ deliveryId }) => deliveryId),
    ...books.payments.map(({ paymentId }) => paymentId),
    ...books.refunds.map(({ refundId }) => refundId),
    ...books.products.map(({ productId }) => productId),
    ...books.orderRuns.map(({ day, part }) => `${day}#${part}`),
  ]);
  for (const { entityId, eventType } of books.outbox.map(eventIn)) {
    const told = /^(ORDER|DELIVERY|PAYMENT|REFUND|PRODUCT)_/.test(eventType);
    if (told && !known.has(entityId)) say('I11', entityId, `${eventType} of something that does not exist`);
  }
}

/** I20: attempts, deliveries and orders agree, and an open order waits for something that comes. */
export function checkDeliveries(books: Books, say: Say, quiet: boolean): void {
  const attempts = groupBy(books.deliveries, ({ orderId }) => orderId);
  const couriers = new Set(
    books.users.filter(({ role, active }) => role === 'courier' && active).map(({ userId }) => userId),
  );
  for (const order of books.orders) {
    const visits = attempts.get(order.orderId) ?? [];
    checkVisits(order, visits, say, quiet);
    if (!quiet) continue;
    const waits = order.todo?.startsWith('ASSIGN');
    if (waits && couriers.size > 0) say('I20', order.orderId, 'has no delivery, though there is a courier');
    const waiting = visits.find(({ status }) => status === 'ASSIGNED');
    if (waiting && couriers.size > 0 && !couriers.has(waiting.courierId)) {
      say('I20', order.orderId, `waits for ${waiting.courierId}, who is no courier any more`);
    }
  }
  const known = new Set(books.orders.map(({ orderId }) => orderId));
  for (const { deliveryId, orderId } of books.deliveries)
    if (!known.has(orderId)) say('I20', deliveryId, 'has no order');
}

const workOf: Readonly<Record<string, readonly string[]>> = {
  CREATED: ['EXPIRE'],
  CONFIRMED: ['ASSIGN', 'RESOLVE'],
  PACKED: ['ASSIGN', 'RESOLVE'],
  DISPATCHED: ['RESOLVE'],
  DELIVERED: [],
  CANCELLED: [],
};

function checkVisits(order: Order, visits: readonly Delivery[], say: Say, quiet: boolean): void {
  const { orderId, status, deliveryId, todo } = order;
  const live = visits.filter((visit) => visit.status !== 'FAILED');
  if (visits.length !== order.attempts)
    say('I20', orderId, `counts ${order.attempts} deliveries of ${visits.length}`);
  const newest = order.attempts > 0 ? deliveryIdOf(orderId, order.attempts) : undefined;
  if (deliveryId !== newest) say('I20', orderId, `points at ${deliveryId}, its newest delivery is ${newest}`);
  if (live.length > 1) say('I20', orderId, `has ${live.length} live deliveries`);
  if (live[0] && live[0].deliveryId !== deliveryId)
    say('I20', orderId, `${live[0].deliveryId} is live, not ${deliveryId}`);
  if ((status === 'CREATED' || status === 'CANCELLED') && live.length > 0)
    say('I20', orderId, `${status} with a live delivery`);
  const arrived = live.some((visit) => visit.status === 'DELIVERED');
  if (arrived !== (status === 'DELIVERED')) say('I20', orderId, `${status}, its delivery ${live[0]?.status}`);
  const out = live.some((visit) => visit.status === 'PICKED_UP' || visit.status === 'IN_TRANSIT');
  if (out && status !== 'DISPATCHED') say('I20', orderId, `${status}, its delivery ${live[0]?.status}`);
  const work = todo?.split('#')[0];
  if (work && !workOf[status]?.includes(work)) say('I20', orderId, `${status} and to do: ${work}`);
  const open = (workOf[status] ?? []).length > 0;
  // An order of an order run is found by its event first.
  const fresh = order.through === 'RUN' && order.attempts === 0 && !quiet;
  if (open && !work && live.length === 0 && !fresh) say('I20', orderId, `${status} waits for nothing`);
  if (work && live.length > 0) say('I20', orderId, `to do: ${work}, though ${live[0]?.deliveryId} is live`);
}
