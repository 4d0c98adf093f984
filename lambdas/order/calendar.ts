import { type Catalogue, catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { standingPriceOn } from '#lambdas/product/rules/standingPrice.ts';
import { between } from '#shared/data/condition.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { addDays, type Day, dayOf, type Instant, laterDay } from '#shared/domain/day.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import { ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { type Order, Orders } from './models/Order.ts';
import {
  type Subscription,
  type SubscriptionDay,
  SubscriptionDays,
  Subscriptions,
} from './models/Subscription.ts';
import { plannedDays } from './rules/plannedDays.ts';

export interface ViewCalendar {
  userId?: string;
  from?: Day;
  to?: Day;
}

/** Two months and some days: what a screen of a calendar may ask for at once. */
const MOST_DAYS = 70;
const DEFAULT_DAYS = 30;

/** One line of a day: of a standing order that is to come or came, or of an order placed by hand. Minor units. */
interface Entry {
  day: Day;
  subscriptionId?: string;
  orderId?: string;
  productId: string;
  qty: number;
  price: Minor;
  status: string;
  locksAt: Instant;
  /** The day that the schedule names, when a holiday moved the line. */
  scheduledDay?: Day;
  movedTo?: Day;
}

/** A household's days: what comes, what it costs and until when it can change; past days as they were. */
export async function viewCalendar(world: World, call: Call<ViewCalendar>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const settings = await settingsOf(world);
  const from = call.input.from ?? dayOf(world.clock.now(), settings.timeZone);
  const to = call.input.to ?? addDays(from, DEFAULT_DAYS - 1);
  if (to < from || to >= addDays(from, MOST_DAYS)) {
    const detail = `must be a day from ${from} on, at most ${MOST_DAYS - 1} days later`;
    return refuse('INVALID_INPUT', `to ${detail}.`, { errors: [{ pointer: '?to', detail }] });
  }
  const [subscriptions, orders, catalogue] = await Promise.all([
    world.store.query(Subscriptions, { index: 'byUser', hash: userId }),
    ordersOf(world, userId, from, to),
    catalogueOf(world),
  ]);
  const pasts = await Promise.all(
    subscriptions.rows.map((subscription) => pastDays(world, subscription, from, to)),
  );
  const now = world.clock.now().toISOString();
  const standing = subscriptions.rows.flatMap((subscription, i) => [
    ...(pasts[i] ?? []).flatMap((past) => pastEntries(past, orders)),
    ...comingEntries(subscription, { settings, catalogue, now }, from, to),
  ]);
  return byDay([...standing, ...orders.filter((order) => !order.subscriptionId).flatMap(orderEntries)]);
}

/** The household's orders for the days asked for; an order is placed no more than `bookAheadDays` ahead. */
async function ordersOf(world: World, userId: string, from: Day, to: Day): Promise<Order[]> {
  const found: Order[] = [];
  const { bookAheadDays } = await settingsOf(world);
  let cursor: string | undefined;
  do {
    const page = await world.store.query(Orders, {
      index: 'byUser',
      hash: userId,
      limit: 100,
      cursor,
      newestFirst: true,
    });
    found.push(...page.rows.filter(({ deliveryDay }) => from <= deliveryDay && deliveryDay <= to));
    const oldest = page.rows.at(-1)?.createdAt.slice(0, 10);
    cursor = oldest && oldest >= addDays(from, -bookAheadDays - 1) ? page.cursor : undefined;
  } while (cursor);
  return found;
}

async function pastDays(
  world: World,
  { subscriptionId, lastRunDay }: Subscription,
  from: Day,
  to: Day,
): Promise<SubscriptionDay[]> {
  if (!lastRunDay || lastRunDay < from) return [];
  const range = between('day', from, to);
  return (await world.store.query(SubscriptionDays, { hash: subscriptionId, range })).rows;
}

function pastEntries(past: SubscriptionDay, orders: readonly Order[]): Entry[] {
  const order = orders.find(({ orderId }) => orderId === past.orderId);
  return past.lines.map((line) => ({
    day: past.day,
    subscriptionId: past.subscriptionId,
    orderId: line.granted > 0 ? past.orderId : undefined,
    productId: line.productId,
    qty: line.granted > 0 ? line.granted : line.qty,
    price: line.price,
    status: line.granted > 0 && order ? statusOf(order) : line.outcome,
    locksAt: past.at,
    scheduledDay: line.scheduledDay === past.day ? undefined : line.scheduledDay,
  }));
}

/** How an order's lines stand on the calendar. */
function statusOf(order: Order): string {
  if (order.status === 'DELIVERED') return 'DELIVERED';
  if (order.status !== 'CANCELLED') return 'ORDERED';
  return order.cancelReason === 'DELIVERY_FAILED' ? 'FAILED' : (order.cancelReason ?? 'CANCELLED');
}

const stateShown = { DUE: 'PLANNED', NOT_SERVED: 'NOT_SERVED' } as const;

function comingEntries(
  subscription: Subscription,
  { settings, catalogue, now }: { settings: Settings; catalogue: Catalogue; now: Instant },
  from: Day,
  to: Day,
): Entry[] {
  const first = subscription.lastRunDay ? laterDay(from, addDays(subscription.lastRunDay, 1)) : from;
  if (first > to) return [];
  return plannedDays(subscription, settings, first, to).flatMap(({ day, lines }) =>
    lines.map((line) => {
      const product = catalogue.byId.get(line.productId)?.product;
      const locked = line.state === 'DUE' && line.locksAt <= now;
      return {
        day,
        subscriptionId: subscription.subscriptionId,
        productId: line.productId,
        qty: line.qty,
        price: product ? standingPriceOn(product, day, line.locksAt) : 0,
        status: locked ? 'LOCKED' : (stateShown[line.state as keyof typeof stateShown] ?? line.state),
        locksAt: line.locksAt,
        scheduledDay: line.scheduledDay === day ? undefined : line.scheduledDay,
        movedTo: line.movedTo,
      };
    }),
  );
}

function orderEntries(order: Order): Entry[] {
  return order.items.map(({ productId, qty, price }) => ({
    day: order.deliveryDay,
    orderId: order.orderId,
    productId,
    qty,
    price,
    status: statusOf(order),
    locksAt: order.cutoffAt,
  }));
}

/** What is charged if the day goes as it stands. */
const charged: readonly string[] = ['PLANNED', 'LOCKED', 'ORDERED', 'DELIVERED'];

function byDay(entries: readonly Entry[]) {
  const days = new Map<Day, Entry[]>();
  for (const entry of entries) days.set(entry.day, [...(days.get(entry.day) ?? []), entry]);
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, lines]) => ({
      day,
      lines: lines.map(({ day: _, price, ...line }) => ({
        ...line,
        price: toMajor(price),
        amount: toMajor(price * line.qty),
      })),
      amount: toMajor(
        lines.reduce(
          (sum, { status, price, qty }) => (charged.includes(status) ? sum + price * qty : sum),
          0,
        ),
      ),
    }));
}
