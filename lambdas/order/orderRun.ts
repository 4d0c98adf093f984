import { accountPayment } from '#lambdas/payment/models/accountPayment.ts';
import { walletBalances } from '#lambdas/payment/models/balances.ts';
import { type Balance, Balances, balanceKey } from '#lambdas/payment/models/Ledger.ts';
import { newCashPayment } from '#lambdas/payment/models/Payment.ts';
import { walletPayment } from '#lambdas/payment/models/walletPayment.ts';
import { type Catalogue, catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { takeStock } from '#lambdas/product/models/Product.ts';
import { endOrderOf, openOrderOf, Users } from '#lambdas/user/models/User.ts';
import { type Context, commit, type Decision, happened, type NewEvent } from '#shared/data/commit.ts';
import { Meta } from '#shared/data/meta.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import type { SlotOnDay } from '#shared/data/slot.ts';
import { create, put, type Write } from '#shared/data/write.ts';
import { addDays, type Day, dayOf, type Instant, laterDay, plusSeconds } from '#shared/domain/day.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { World } from '#shared/world.ts';
import { dayKeyOf, type Order, Orders, orderEvent, runOrderIdOf, todoKeyOf } from './models/Order.ts';
import { keepShares, planRun } from './models/runPlan.ts';
import { addressKeyOf, bookStop, type Stop, Stops, stopKeyFor } from './models/Stop.ts';
import {
  changeSubscription,
  runKeys,
  type Subscription,
  type SubscriptionDay,
  SubscriptionDays,
  Subscriptions,
} from './models/Subscription.ts';
import { afterRun } from './rules/afterRun.ts';
import { statusOn } from './rules/changes.ts';
import { slotLockOf, slotOnDay } from './rules/cutoff.ts';
import { amountOf, type RunUnit } from './rules/orderRun.ts';

/** A run begins so long after the cutoff: who changed something in the last second is counted. */
const AFTER_CUTOFF_SECONDS = 5;
/** Days a dairy may have been shut and still have every missed day recorded. */
const LOOK_BACK_DAYS = 14;
/** How many subscriptions are written at the same time. */
const LANES = 4;

/** Timer: makes the orders of every slot's days whose cutoff has passed, one order or one reason a due day. */
export async function runOrders(world: World) {
  const settings = await settingsOf(world);
  const done: { day: Day; slotId: string; orders: number; failed: number }[] = [];
  for (const window of settings.slots) {
    for (const day of await openDays(world, settings, window.slotId)) {
      const slot = slotOnDay(settings, window, day);
      const result = await runSlotDay(world, slot);
      done.push({ day, slotId: slot.slotId, ...result });
      // A day that is not whole is tried again; the days after it wait for nothing of it.
      if (result.failed > 0) break;
      await advance(world, slot);
    }
  }
  return { runs: done };
}

const cursorOf = (slotId: string) => ({ metaId: `orderRun ${slotId}` });

/** The days of a slot whose cutoff has passed and whose run is not over. */
async function openDays(world: World, settings: Settings, slotId: string): Promise<Day[]> {
  const now = world.clock.now();
  const today = dayOf(now, settings.timeZone);
  const cursor = await world.store.get(Meta, cursorOf(slotId));
  const oldest = addDays(today, -LOOK_BACK_DAYS);
  const days: Day[] = [];
  for (let day = cursor?.text ? laterDay(addDays(cursor.text, 1), oldest) : oldest; ; day = addDays(day, 1)) {
    const lock = slotLockOf(settings, slotId, day);
    if (lock === undefined || plusSeconds(lock, AFTER_CUTOFF_SECONDS) > now.toISOString()) return days;
    days.push(day);
  }
}

async function advance(world: World, { slotId, day }: SlotOnDay): Promise<void> {
  await world.store.write(put(Meta, { ...cursorOf(slotId), text: day }));
}

/** Makes one slot's orders of one day. Running it again, or twice at once, makes nothing twice. */
export async function runSlotDay(world: World, slot: SlotOnDay): Promise<{ orders: number; failed: number }> {
  const missed = slot.startsAt <= world.clock.now().toISOString();
  let plan = await planRun(world, slot, walletBalances, missed);
  // Another run was first: its shares stand.
  if (plan.units.length > 0 && !(await keepShares(world, slot, plan))) {
    plan = await planRun(world, slot, walletBalances, missed);
  }
  const result = { orders: 0, failed: 0 };
  const households = [
    ...Map.groupBy(plan.units, ({ subscription }) => subscription.userId).values(),
  ].values();
  const lane = async () => {
    for (const units of households) {
      for (const unit of units) {
        const made = await makeDay(world, slot, unit);
        if (made instanceof Problem) {
          result.failed++;
          const { subscriptionId } = unit.subscription;
          world.log.error('standing order not made', { subscriptionId, day: slot.day, code: made.code });
        } else if (made === 'ORDERED') result.orders++;
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return result;
}

/** Writes what was decided of a subscription's day: its order, or the reason why there is none. Answers the outcome. */
async function makeDay(world: World, slot: SlotOnDay, unit: RunUnit): Promise<string | Problem> {
  const context: Context = {
    actor: { userId: 'system', role: 'system' },
    requestId: world.ids.next(),
    action: 'runOrders',
  };
  const first = await writeDay(world, context, slot, unit);
  const reason = first instanceof Problem ? reasonOf[first.code] : undefined;
  // Stock, balance or credit went since the decision: then nothing is ordered, for that reason.
  return reason ? writeDay(world, context, slot, withoutOrder(unit, reason)) : first;
}

/** Refusals of an order's writes that are the reason of its day. */
const reasonOf: Readonly<Record<string, string>> = {
  OUT_OF_STOCK: 'OUT_OF_STOCK',
  BALANCE_SHORT: 'BALANCE_SHORT',
  CREDIT_LIMIT: 'CREDIT_LIMIT',
  METHOD_UNAVAILABLE: 'CREDIT_LIMIT',
};

/** A unit of which nothing is ordered after all. */
function withoutOrder(unit: RunUnit, reason: string): RunUnit {
  const lines = unit.lines.map((line) => ({
    ...line,
    granted: 0,
    outcome: line.granted > 0 ? reason : line.outcome,
  }));
  return { ...unit, lines, outcome: unit.outcome === 'ORDERED' ? reason : unit.outcome };
}

function writeDay(
  world: World,
  context: Context,
  slot: SlotOnDay,
  decided: RunUnit,
): Promise<string | Problem> {
  const { subscriptionId, userId } = decided.subscription;
  const asks = [
    { table: Subscriptions, key: { subscriptionId } },
    { table: SubscriptionDays, key: { subscriptionId, day: slot.day } },
    { table: Stops, key: stopKeyFor(slot.day, slot.slotId, userId) },
    { table: Users, key: { userId } },
    { table: Balances, key: balanceKey(userId) },
  ] as const;
  return commit(world, context, asks, async ([subscription, past, stop, user, balance]) => {
    if (!subscription) return refuse('NOT_FOUND', `There is no subscription ${subscriptionId}.`);
    if (past) return { writes: [], answer: past.outcome };
    const unit = user?.active ? decided : withoutOrder(decided, 'CUSTOMER_GONE');
    const catalogue = await catalogueOf(world);
    const at = world.clock.now().toISOString();
    const order = unit.outcome === 'ORDERED' ? orderOf(unit, slot, catalogue, at) : undefined;
    const after = changeSubscription(subscription, afterRun(subscription, unit.lines, slot.day));
    const record = create(SubscriptionDays, dayRow(unit, slot.day, order, at));
    const made = order ? ordering(order, { catalogue, slot, stop, balance, at }) : { writes: [], events: [] };
    return {
      writes: [after.write, record, ...made.writes],
      events: [...made.events, ...told(unit, slot.day, after.subscription, order)],
      answer: unit.outcome,
    };
  });
}

function dayRow(unit: RunUnit, day: Day, order: Order | undefined, at: Instant): SubscriptionDay {
  const { subscriptionId, userId } = unit.subscription;
  return {
    subscriptionId,
    day,
    userId,
    outcome: unit.outcome,
    orderId: order?.orderId,
    lines: unit.lines,
    at,
  };
}

/** The order of a subscription's day. Its id follows from both, so that there is one. */
function orderOf(
  { subscription, plan, lines }: RunUnit,
  slot: SlotOnDay,
  catalogue: Catalogue,
  at: Instant,
): Order {
  const { subscriptionId, userId } = subscription;
  const orderId = runOrderIdOf(subscriptionId, slot.day);
  const granted = Map.groupBy(
    lines.filter((line) => line.granted > 0),
    ({ productId }) => productId,
  );
  return {
    orderId,
    userId,
    subscriptionId,
    items: [...granted].map(([productId, parts]) => {
      const product = catalogue.byId.get(productId)?.product;
      const qty = parts.reduce((sum, part) => sum + part.granted, 0);
      const price = parts[0]?.price ?? 0;
      return {
        productId,
        name: product?.name ?? productId,
        qty,
        price,
        amount: price * qty,
        stockMode: product?.stockMode ?? 'ON_HAND',
        taxes: product?.taxes,
        hsn: product?.hsn,
      };
    }),
    amount: amountOf(lines),
    deliverySlot: slot.startsAt,
    status: 'CONFIRMED',
    slotId: slot.slotId,
    deliveryDay: slot.day,
    slotStartsAt: slot.startsAt,
    slotEndsAt: slot.endsAt,
    cutoffAt: slot.cutoffAt,
    address: plan.address,
    stopKey: addressKeyOf(plan.address),
    paymentMethod: plan.paymentMethod,
    attempts: 0,
    timeline: [
      { status: 'CREATED', at, by: 'system' },
      { status: 'CONFIRMED', at, by: 'system' },
    ],
    placedBy: subscription.placedBy,
    through: 'RUN',
    createdAt: at,
    version: 2,
    dayKey: dayKeyOf(slot.day, orderId),
    todo: todoKeyOf('ASSIGN', orderId),
    todoAt: at,
  };
}

/** Everything that comes into being with a run's order: it, its stock, its stop, its payment, and their events. */
function ordering(
  order: Order,
  {
    catalogue,
    slot,
    stop,
    balance,
    at,
  }: {
    catalogue: Catalogue;
    slot: SlotOnDay;
    stop: Stop | undefined;
    balance: Balance | undefined;
    at: Instant;
  },
): { writes: Write[]; events: NewEvent[] } {
  const payment = paymentOf(order, balance, at);
  const paid: Order = { ...order, payment: payment.pointer };
  const stock = order.items.flatMap((item) => {
    const product = catalogue.byId.get(item.productId)?.product;
    const line = { ...item, priceMinor: product?.price ?? item.price, dailySupply: product?.dailySupply };
    return takeStock(line, order.deliveryDay, (row) =>
      Number(row?.stock ?? product?.dailySupply ?? 0) < item.qty ? refuse('OUT_OF_STOCK') : undefined,
    );
  });
  // Standing orders have their places ahead of others: they never find a slot full.
  const stops = bookStop(stop, { ...slot, capacity: null }, order.userId, order.stopKey);
  return {
    writes: [create(Orders, paid), ...stock, ...stops, openOrderOf(order.userId), ...payment.writes],
    events: [orderEvent({ ...paid, status: 'CREATED', version: 1 }), orderEvent(paid), ...payment.events],
  };
}

/** How the order is paid: from the prepaid balance now, at the door, or afterwards on account. */
function paymentOf(order: Order, balance: Balance | undefined, at: Instant) {
  if (order.paymentMethod === 'WALLET') return walletPayment(order, at);
  if (order.paymentMethod !== 'ACCOUNT') return newCashPayment(order, at);
  return { ...accountPayment(order, order.amount, balance, at), events: [] as NewEvent[] };
}

/** Reasons that the household gave itself are no news to it. */
const ownWish: readonly string[] = ['SKIPPED', 'PAUSED', 'ORDERED'];

/** Tells what does not come, or not whole, and why. */
function told(unit: RunUnit, day: Day, subscription: Subscription, order: Order | undefined): NewEvent[] {
  const lines = unit.lines.filter(({ outcome }) => !ownWish.includes(outcome));
  if (lines.length === 0) return [];
  const { subscriptionId, userId, version } = subscription;
  return [
    happened('SUBSCRIPTION_DAY_SHORT', subscriptionId, version, {
      userId,
      subscriptionId,
      orderId: order?.orderId,
      deliveryDay: day,
      slotId: unit.plan.slotId,
      reason: lines[0]?.outcome ?? '',
      lines: lines.map(({ productId, qty, granted, outcome }) => ({
        productId,
        qty,
        granted,
        reason: outcome,
      })),
    }),
  ];
}

/** Timer: subscriptions whose end or pause has come, or whose pause is over, take the status that follows. */
export async function followSubscriptions(world: World) {
  const settings = await settingsOf(world);
  const today = dayOf(world.clock.now(), settings.timeZone);
  const all = await world.store.queryAll(Subscriptions, 'byRun', runKeys);
  const changed = all.filter((subscription) => isBehind(subscription, today));
  let moved = 0;
  for (const { subscriptionId } of changed) {
    const context: Context = {
      actor: { userId: 'system', role: 'system' },
      requestId: world.ids.next(),
      action: 'followSubscriptions',
    };
    const asks = [{ table: Subscriptions, key: { subscriptionId } }] as const;
    const outcome = await commit(world, context, asks, ([subscription]) => {
      if (!subscription || !isBehind(subscription, today)) return { writes: [], answer: false };
      return following(subscription, today);
    });
    if (outcome === true) moved++;
  }
  return { moved };
}

/** The first day that a status speaks of: the day after the last that was dealt with, or today. */
function nextDayOf({ lastRunDay }: Subscription, today: Day): Day {
  return lastRunDay ? laterDay(today, addDays(lastRunDay, 1)) : today;
}

function isBehind(subscription: Subscription, today: Day): boolean {
  const status = statusOn(subscription, nextDayOf(subscription, today));
  const over = (subscription.endDay ?? today) < today;
  return status !== subscription.status || (over && subscription.runKey !== undefined);
}

function following(subscription: Subscription, today: Day): Decision<boolean> {
  const status = statusOn(subscription, nextDayOf(subscription, today));
  const { runKey: _, ...atRest } = subscription;
  const over = (subscription.endDay ?? today) < today;
  const after = changeSubscription(subscription, { ...(over ? atRest : subscription), status });
  const ends = status === 'CANCELLED' && subscription.status !== 'CANCELLED';
  const { subscriptionId, userId, version } = after.subscription;
  const event = happened('SUBSCRIPTION_MOVED', subscriptionId, version, {
    userId,
    subscriptionId,
    status,
    from: subscription.status,
    reason: status === 'CANCELLED' ? (subscription.endReason ?? 'ENDED') : undefined,
  });
  return {
    writes: [after.write, ...(ends ? [endOrderOf(userId)] : [])],
    events: status === subscription.status ? [] : [event],
    answer: true,
  };
}
