import type { Catalogue } from '#lambdas/product/models/catalogue.ts';
import { taxesOn } from '#lambdas/product/rules/taxes.ts';
import { happened, type NewEvent, outboxWrite } from '#shared/data/commit.ts';
import type { SlotOnDay } from '#shared/data/slot.ts';
import { create, type Write } from '#shared/data/write.ts';
import { type Day, type Instant, laterDay } from '#shared/domain/day.ts';
import { afterRun, isShort } from '../../rules/afterRun.ts';
import { amountOf, type RunUnit } from '../../rules/units.ts';
import { dayKeyOf, type Order, type OrderLine, Orders, orderEvent, runOrderIdOf } from '../Order.ts';
import { addressKeyOf } from '../Stop.ts';
import {
  countRunOrder,
  RunLine,
  type Subscription,
  type SubscriptionDay,
  SubscriptionDays,
  subscriptionDayKey,
} from '../Subscription.ts';
import type { Decided } from './decide.ts';
import type { Run } from './run.ts';

/** The writes of all that becomes of a household's day; they belong into one transaction. */
export function writesOf(run: Run, { units, purse }: Decided, at: Instant): Write[] {
  const ordered = units.filter(({ outcome }) => outcome === 'ORDERED');
  const orders = ordered.map((unit) => ({
    order: orderOf(run, unit, at),
    owedMinor: unit.owedMinor,
    promoMinor: unit.promoMinor,
  }));
  const paid = run.till.pay(orders, purse, at);
  const byUnit = new Map(
    ordered.map((unit, i) => {
      const order = orders[i]?.order as Order;
      return [unit, { ...order, ...paid.paid.get(order.orderId) }];
    }),
  );
  const made = units.map((unit) => writeUnit(run, unit, byUnit.get(unit), at));
  const events = made.flatMap((part) => part.events);
  return [
    ...made.flatMap((part) => part.writes),
    ...paid.writes,
    ...events.map((event) => outboxWrite(run.world, event)),
  ];
}

function writeUnit(
  run: Run,
  unit: RunUnit,
  order: Order | undefined,
  at: Instant,
): { writes: Write[]; events: NewEvent[] } {
  const writes = [countRunOrder(unit.subscription, changesOf(unit, run), order ? 1 : 0)];
  if (order) writes.push(create(Orders, order));
  if (!isWhole(unit, run)) writes.push(create(SubscriptionDays, dayOfUnit(run, unit, order?.orderId, at)));
  return { writes, events: [...(order ? [orderEvent(order)] : []), ...told(run, unit, order?.orderId)] };
}

/** What a run changes of a subscription: how far it has come, and what later days must know of this one. */
function changesOf({ subscription, lines }: RunUnit, { group: { day } }: Run) {
  const { lastRunDay = day } = subscription;
  // Of most days there is nothing to know, and it is spared the reckoning.
  if (!lines.some(({ outcome, scheduledDay }) => isShort(outcome) || scheduledDay > day)) {
    return { lastRunDay: laterDay(lastRunDay, day) };
  }
  const { shortedOn, broughtForward } = afterRun(subscription, lines, day);
  return { lastRunDay: laterDay(lastRunDay, day), shortedOn, broughtForward };
}

/** Whether a unit's order is all that was wanted, on its own day, so that it tells everything. */
function isWhole({ lines, outcome }: RunUnit, { group }: Run): boolean {
  const isPlain = (line: RunLine) =>
    line.outcome === 'ORDERED' && line.insteadOf === undefined && line.scheduledDay === group.day;
  return outcome === 'ORDERED' && lines.every(isPlain);
}

function dayOfUnit(
  run: Run,
  { subscription, slotId, outcome, lines }: RunUnit,
  orderId: string | undefined,
  at: Instant,
): SubscriptionDay {
  const { userId, subscriptionId } = subscription;
  const { day } = run.group;
  return {
    ...subscriptionDayKey(userId, day, subscriptionId),
    subscriptionId,
    day,
    slotId,
    outcome,
    orderId,
    lines: lines.map((line) => RunLine().parse(line)),
    at,
  };
}

/** The order of a subscription's day. Its id follows from both, so that there is one. */
export function orderOf({ group, catalogue }: Run, unit: RunUnit, at: Instant): Order {
  const { subscription, plan } = unit;
  const slot = group.slots.get(unit.slotId) as SlotOnDay;
  const orderId = runOrderIdOf(subscription.subscriptionId, group.day);
  return {
    orderId,
    userId: subscription.userId,
    subscriptionId: subscription.subscriptionId,
    items: itemsOf(unit, catalogue, group.day),
    amount: amountOf(unit.lines),
    deliverySlot: slot.startsAt,
    status: 'CONFIRMED',
    slotId: slot.slotId,
    deliveryDay: group.day,
    slotStartsAt: slot.startsAt,
    slotEndsAt: slot.endsAt,
    cutoffAt: slot.cutoffAt,
    address: plan.address,
    stopKey: addressKeyOf(plan.address),
    paymentMethod: plan.paymentMethod,
    attempts: 0,
    timeline: [{ status: 'CONFIRMED', at, by: 'system' }],
    placedBy: subscription.placedBy,
    through: 'RUN',
    createdAt: at,
    version: 1,
    dayKey: dayKeyOf(group.day, orderId),
  };
}

/** A line for each product: all that is had of it on a day locked at one instant and has one price. */
export function itemsOf({ lines }: RunUnit, catalogue: Catalogue, day: Day): OrderLine[] {
  const items = new Map<string, OrderLine>();
  for (const { productId, granted, price, insteadOf } of lines) {
    if (granted === 0) continue;
    const known = items.get(productId);
    const product = catalogue.byId.get(productId)?.product;
    const qty = (known?.qty ?? 0) + granted;
    items.set(productId, {
      productId,
      name: product?.name ?? productId,
      qty,
      price,
      amount: price * qty,
      stockMode: product?.stockMode ?? 'ON_HAND',
      taxes: product && taxesOn(product, day),
      hsn: product?.hsn,
      insteadOf: known ? known.insteadOf : insteadOf,
    });
  }
  return [...items.values()];
}

/** Reasons that the household gave itself are no news to it. */
const ownWish: readonly string[] = ['SKIPPED', 'PAUSED', 'ORDERED'];

/** Tells what does not come, or not whole, and why. */
function told({ group }: Run, unit: RunUnit, orderId: string | undefined): NewEvent[] {
  const lines = unit.lines.filter(({ outcome }) => !ownWish.includes(outcome));
  if (lines.length === 0) return [];
  const { subscriptionId, userId, version }: Subscription = unit.subscription;
  return [
    happened('SUBSCRIPTION_DAY_SHORT', subscriptionId, version + 1, {
      userId,
      subscriptionId,
      orderId,
      deliveryDay: group.day,
      slotId: unit.slotId,
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
