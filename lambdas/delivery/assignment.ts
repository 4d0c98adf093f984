import { editOrder, type Order, Orders, todoKeyOf, todoKeys } from '#lambdas/order/models/Order.ts';
import { addressKeyOf } from '#lambdas/order/models/Stop.ts';
import { type User, Users } from '#lambdas/user/models/User.ts';
import { Cached } from '#shared/data/cached.ts';
import { type Context, commit, type Decision, happened, type NewEvent } from '#shared/data/commit.ts';
import { all, is } from '#shared/data/condition.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { check, create, update, type Write } from '#shared/data/write.ts';
import type { Address } from '#shared/domain/address.ts';
import { addDays, dayOf, daysBetween } from '#shared/domain/day.ts';
import { deliveryIdOf } from '#shared/domain/id.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import type { Call } from '#shared/http/door.ts';
import { eachMessage, type Message } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { Deliveries, type Delivery, roundKeyOf, roundOrderOf } from './models/Delivery.ts';
import { chooseCourier } from './rules/choose.ts';

/** How many waiting orders one run of the timer assigns; the rest follows with the next. */
const MOST_AT_ONCE = 300;

export interface AssignDelivery {
  orderId: string;
  courierId?: string;
  deliverySlot?: string;
  address?: Address;
}

const couriers = new WeakMap<World, Cached<User[]>>();

/** Everybody with the role courier, at most 2 s old. Who is chosen is checked again inside the write. */
async function couriersOf(world: World): Promise<User[]> {
  let cache = couriers.get(world);
  if (!cache) {
    const load = () => world.store.queryAll(Users, 'byStaffRole', ['courier']);
    cache = new Cached(load, world.clock);
    couriers.set(world, cache);
  }
  return cache.get();
}

/** Gives an order's delivery to a courier: the one named, or the one whose stop it is. */
export async function assignDelivery(world: World, call: Call<AssignDelivery>) {
  return assign(world, call, call.input);
}

interface Assigned {
  deliveryId: string;
  orderId: string;
  status: Delivery['status'];
  courierId: string;
}

async function assign(world: World, context: Context, input: AssignDelivery): Promise<Assigned | Problem> {
  const { orderId } = input;
  return commit(world, context, [{ table: Orders, key: { orderId } }], async ([order]) => {
    if (!order) return refuse('NOT_FOUND', `There is no order ${orderId}.`);
    if (
      input.deliverySlot &&
      !(order.slotStartsAt <= input.deliverySlot && input.deliverySlot < order.slotEndsAt)
    ) {
      return refuse('INVALID_INPUT', 'The order is for another slot.', {
        errors: [
          { pointer: '/deliverySlot', detail: `is not inside ${order.slotStartsAt} – ${order.slotEndsAt}` },
        ],
      });
    }
    const current = order.deliveryId
      ? await world.store.get(Deliveries, { deliveryId: order.deliveryId })
      : undefined;
    const courierId = input.courierId ?? (await courierFor(world, order, current));
    if (!courierId) return refuse('NO_COURIER');
    const live = current && current.status !== 'FAILED';
    if (live) return reassign(world, context, order, current, courierId, input.address);
    const attempt = newAttempt(world, context, order, courierId, input.address);
    return attempt instanceof Problem
      ? attempt
      : { ...attempt, writes: [...attempt.writes, courierCheck(courierId)] };
  });
}

async function courierFor(
  world: World,
  order: Order,
  current: Delivery | undefined,
): Promise<string | undefined> {
  const active = (await couriersOf(world))
    .filter((courier) => courier.active)
    .map((courier) => courier.userId);
  if (current?.status === 'ASSIGNED' && active.includes(current.courierId)) return current.courierId;
  return chooseCourier(`${order.userId} ${order.stopKey}`, active);
}

/** Inside the transaction: the courier is one, and active. */
function courierCheck(courierId: string) {
  return check(Users, { userId: courierId }, all(is('role', 'courier'), is('active', true)), () =>
    refuse('NO_COURIER', `${courierId} is no active courier.`, {
      errors: [{ pointer: '/courierId', detail: 'is no active courier' }],
    }),
  );
}

/** The decision to make an order's next delivery, without the check of its courier. */
function newAttempt(
  world: World,
  context: Context,
  order: Order,
  courierId: string,
  address: Address | undefined,
): Decision<Assigned> | Problem {
  const ready = order.status === 'CONFIRMED' || order.status === 'PACKED' || order.status === 'DISPATCHED';
  if (!ready) {
    return refuse('INVALID_TRANSITION', `An order that is ${order.status} gets no delivery.`, {
      more: { orderStatus: order.status },
    });
  }
  const at = world.clock.now().toISOString();
  const attempts = order.attempts + 1;
  const to = address ?? order.address;
  const delivery: Delivery = {
    deliveryId: deliveryIdOf(order.orderId, attempts),
    orderId: order.orderId,
    userId: order.userId,
    status: 'ASSIGNED',
    courierId,
    roundKey: roundKeyOf(courierId, order.deliveryDay),
    roundOrder: roundOrderOf({ ...order, address: to }),
    deliveryDay: order.deliveryDay,
    slotId: order.slotId,
    slotStartsAt: order.slotStartsAt,
    slotEndsAt: order.slotEndsAt,
    address: to,
    timeline: [{ status: 'ASSIGNED', at, by: context.actor.userId }],
    createdAt: at,
    version: 1,
  };
  const { write } = editOrder(order, {
    set: { deliveryId: delivery.deliveryId, attempts, address: to },
    remove: ['todo', 'todoAt'],
  });
  return {
    writes: [create(Deliveries, delivery), write],
    events: [assignedEvent(delivery)],
    answer: assignedAnswer(delivery),
  };
}

function reassign(
  world: World,
  context: Context,
  order: Order,
  delivery: Delivery,
  courierId: string,
  address: Address | undefined,
): Decision<Assigned> | Problem {
  if (delivery.status !== 'ASSIGNED') {
    return refuse('INVALID_TRANSITION', `The delivery is ${delivery.status} with ${delivery.courierId}.`, {
      more: { deliveryStatus: delivery.status },
    });
  }
  const to = address ?? delivery.address;
  const moves = addressKeyOf(to) !== addressKeyOf(delivery.address);
  const waited = order.todo === todoKeyOf('ASSIGN', order.orderId);
  if (courierId === delivery.courierId && !moves) return { writes: [], answer: assignedAnswer(delivery) };
  const at = world.clock.now().toISOString();
  const set = {
    courierId,
    address: to,
    roundKey: roundKeyOf(courierId, delivery.deliveryDay),
    roundOrder: roundOrderOf({ ...order, address: to }),
    version: delivery.version + 1,
  };
  const after: Delivery = { ...delivery, ...set };
  const orderAfter = editOrder(order, { set: { address: to }, remove: waited ? ['todo', 'todoAt'] : [] });
  const write = update(
    Deliveries,
    { deliveryId: delivery.deliveryId },
    { set, append: { timeline: [{ status: 'ASSIGNED', at, by: context.actor.userId }] } },
    is('version', delivery.version),
  );
  return {
    writes: [write, ...(moves || waited ? [orderAfter.write] : []), courierCheck(courierId)],
    events: [assignedEvent(after)],
    answer: assignedAnswer(after),
  };
}

function assignedEvent({ deliveryId, orderId, userId, courierId, status, version }: Delivery) {
  return happened('DELIVERY_ASSIGNED', deliveryId, version, {
    userId,
    orderId,
    deliveryId,
    courierId,
    status,
  });
}

function assignedAnswer({ deliveryId, orderId, status, courierId }: Delivery): Assigned {
  return { deliveryId, orderId, status, courierId };
}

function system(world: World, action: string): Context {
  return { actor: { userId: 'system', role: 'system' }, requestId: world.ids.next(), action };
}

/** Event door: confirmed orders get their couriers, all of a batch at once; a courier who comes or goes moves what waits. */
export async function followUp(world: World, messages: readonly Message[]): Promise<string[]> {
  const confirmed = messages.filter(({ event }) => event.eventType === 'ORDER_CONFIRMED');
  const { failed } = await assignTogether(world, [...new Set(confirmed.map(({ event }) => event.entityId))]);
  const others = messages.filter((message) => !confirmed.includes(message));
  return [
    ...confirmed.filter(({ event }) => failed.has(event.entityId)).map(({ messageId }) => messageId),
    ...(await eachMessage(world, 'delivery', others, (event) => followStaff(world, event))),
  ];
}

/** An order's delivery, the order, the event, and perhaps a courier of its own: a transaction holds 100 parts. */
const ORDERS_TOGETHER = 25;

/**
 * Assigns those of the orders that still wait for a courier, in as few transactions as hold them; where the store
 * refuses some together, each alone. Without a courier they go on waiting.
 * @returns how many were assigned, and the ids of those that could not be, for another reason than a lack of couriers
 */
async function assignTogether(
  world: World,
  orderIds: readonly string[],
): Promise<{ assigned: number; failed: Set<string> }> {
  const failed = new Set<string>();
  let assigned = 0;
  for (let start = 0; start < orderIds.length; start += ORDERS_TOGETHER) {
    const piece = orderIds.slice(start, start + ORDERS_TOGETHER);
    const together = await faultless(world, piece, () => assignPiece(world, piece));
    assigned += together?.assigned ?? 0;
    for (const orderId of together?.left ?? piece) {
      const outcome = await faultless(world, [orderId], () => assignWaitingOrder(world, orderId));
      if (outcome === true) assigned++;
      else if (outcome !== false) failed.add(orderId);
    }
  }
  return { assigned, failed };
}

/** What the work answers; undefined, and a line in the log, when it is refused or fails. */
async function faultless<T>(
  world: World,
  orderIds: readonly string[],
  work: () => Promise<T | Problem>,
): Promise<T | undefined> {
  try {
    const outcome = await work();
    if (!(outcome instanceof Problem)) return outcome;
    throw outcome;
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    world.log.warn('orders not assigned', { orderIds, reason });
    return undefined;
  }
}

/** Assigns orders in one transaction. Those that had a delivery before are left: theirs must be looked at first. */
function assignPiece(
  world: World,
  orderIds: readonly string[],
): Promise<{ assigned: number; left: string[] } | Problem> {
  const context = system(world, 'assignDelivery');
  const asks = orderIds.map((orderId) => ({ table: Orders, key: { orderId } }));
  return commit(world, context, asks, async (found) => {
    const waiting = found.filter((order) => order !== undefined).filter(waitsForCourier);
    const left = waiting.filter((order) => order.deliveryId).map(({ orderId }) => orderId);
    const writes: Write[] = [];
    const events: NewEvent[] = [];
    const chosen = new Set<string>();
    for (const order of waiting) {
      const courierId = order.deliveryId ? undefined : await courierFor(world, order, undefined);
      if (!courierId) {
        if (isFresh(order)) writes.push(noteWaiting(world, order));
        continue;
      }
      const attempt = newAttempt(world, context, order, courierId, undefined);
      if (attempt instanceof Problem) continue;
      writes.push(...attempt.writes);
      events.push(...(attempt.events ?? []));
      chosen.add(courierId);
    }
    writes.push(...[...chosen].map(courierCheck));
    return { writes, events, answer: { assigned: events.length, left } };
  });
}

function waitsForCourier(order: Order): boolean {
  return order.todo === todoKeyOf('ASSIGN', order.orderId) || isFresh(order);
}

/**
 * Whether an order run has made an order and nobody has looked for its courier yet. It is found by its event: it is
 * noted as waiting, which costs an index entry, only where there is no courier.
 */
function isFresh({ through, status, todo, attempts }: Order): boolean {
  const ready = status === 'CONFIRMED' || status === 'PACKED';
  return through === 'RUN' && ready && attempts === 0 && todo === undefined;
}

function noteWaiting(world: World, order: Order): Write {
  const set = { todo: todoKeyOf('ASSIGN', order.orderId), todoAt: world.clock.now().toISOString() };
  return editOrder(order, { set }).write;
}

/** Assigns an order if it still waits for a courier; false: it does not, or goes on waiting without one. */
async function assignWaitingOrder(world: World, orderId: string): Promise<boolean | Problem> {
  const order = await world.store.get(Orders, { orderId });
  if (!order || !waitsForCourier(order)) return false;
  const outcome = await assign(world, system(world, 'assignDelivery'), { orderId });
  if (!(outcome instanceof Problem)) return true;
  return ['NO_COURIER', 'INVALID_TRANSITION'].includes(outcome.code) ? false : outcome;
}

async function followStaff(world: World, event: DairyEvent): Promise<Problem | undefined> {
  couriers.get(world)?.forget();
  if (event.role === 'courier' && event.active === true) await assignWaiting(world);
  else await handOver(world, String(event.userId));
  return undefined;
}

/** Timer: every confirmed order without a delivery gets one, if there is a courier. */
export async function assignWaiting(world: World) {
  const waiting = await world.store.queryAll(Orders, 'byTodo', todoKeys('ASSIGN'));
  if (waiting.length === 0 || !(await couriersOf(world)).some((courier) => courier.active)) {
    return { waiting: waiting.length, assigned: 0 };
  }
  const piece = waiting.slice(0, MOST_AT_ONCE).map(({ orderId }) => orderId);
  const { assigned } = await assignTogether(world, piece);
  return { waiting: waiting.length, assigned };
}

/** What a courier who left still had to fetch goes to the others, or waits for the next one who joins. */
async function handOver(world: World, courierId: string): Promise<void> {
  const { timeZone, bookAheadDays } = await settingsOf(world);
  const today = dayOf(world.clock.now(), timeZone);
  const rounds = daysBetween(today, addDays(today, bookAheadDays)).map((day) => roundKeyOf(courierId, day));
  for (const { orderId, status } of await world.store.queryAll(Deliveries, 'byRound', rounds)) {
    if (status !== 'ASSIGNED') continue;
    const context = system(world, 'handOver');
    const given = await assign(world, context, { orderId });
    if (!(given instanceof Problem)) continue;
    const waits = given.code === 'NO_COURIER' ? await waitForCourier(world, context, orderId) : given;
    if (waits instanceof Problem) {
      world.log.warn('delivery not handed over', { orderId, courierId, code: waits.code });
    }
  }
}

/** Puts an order back among those that wait for a courier; its delivery changes hands when there is one. */
async function waitForCourier(world: World, context: Context, orderId: string) {
  return commit(world, context, [{ table: Orders, key: { orderId } }], ([order]) => {
    if (!order) return refuse('NOT_FOUND');
    if (order.todo) return { writes: [], answer: undefined };
    return { writes: [noteWaiting(world, order)], answer: undefined };
  });
}
