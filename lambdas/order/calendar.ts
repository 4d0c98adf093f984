import { type Catalogue, catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { standingPriceOn } from '#lambdas/product/rules/standingPrice.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { addDays, type Day, dayOf, type Instant } from '#shared/domain/day.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import { ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { ordersOfDays, recordsOfDays } from './models/householdDays.ts';
import { liveSubscriptionsOf } from './models/householdSubscriptions.ts';
import type { Order, OrderLine } from './models/Order.ts';
import type { Plan, Subscription, SubscriptionDay } from './models/Subscription.ts';
import { lineLockOf } from './rules/cutoff.ts';
import { deliveredOf } from './rules/delivered.ts';
import { type PlannedLine, plannedDays } from './rules/plannedDays.ts';
import { checkServed } from './rules/serviceArea.ts';

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
  /** Where less comes than was wanted. */
  wanted?: number;
  price: Minor;
  status: string;
  locksAt: Instant;
  /** The day that the schedule names, when a holiday moved the line. */
  scheduledDay?: Day;
  movedTo?: Day;
}

/** What a calendar is made from, read in one go. */
interface Sight {
  settings: Settings;
  catalogue: Catalogue;
  now: Instant;
  orders: readonly Order[];
  /** What order runs recorded, by `<subscriptionId> <day>`. */
  records: ReadonlyMap<string, SubscriptionDay>;
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
  const [subscriptions, orders, records, catalogue] = await Promise.all([
    liveSubscriptionsOf(world, userId),
    ordersOfDays(world, userId, settings, [from, to]),
    // What a holiday moved away from the first day is in the record of the day before it.
    recordsOfDays(world, userId, [addDays(from, -1), to]),
    catalogueOf(world),
  ]);
  const now = world.clock.now().toISOString();
  const sight = { settings, catalogue, now, orders, records };
  const coming = subscriptions.flatMap((subscription) => comingEntries(subscription, sight, from, to));
  const past = [...records.values()].flatMap((record) => recordedEntries(record, sight));
  const planned = new Set(coming.map(({ day, subscriptionId }) => `${subscriptionId} ${day}`));
  const moved = [...records.values()]
    .flatMap((record) => movedEntries(record, sight))
    .filter(({ day, subscriptionId }) => !planned.has(`${subscriptionId} ${day}`));
  const told = [...past, ...moved].filter(({ day }) => from <= day && day <= to);
  return byDay([...told, ...orders.flatMap((order) => orderEntries(order, sight)), ...coming]);
}

/** What of a day did not come at all, and why. */
function recordedEntries({ subscriptionId, day, slotId, lines, at }: SubscriptionDay, { settings }: Sight) {
  return lines
    .filter(({ granted }) => granted === 0)
    .map(
      ({ productId, qty, price, outcome, scheduledDay }): Entry => ({
        day,
        subscriptionId,
        productId,
        qty,
        price,
        status: outcome,
        locksAt: lineLockOf(settings, slotId, day, productId) ?? at,
        scheduledDay: scheduledDay === day ? undefined : scheduledDay,
      }),
    );
}

/** What was brought the day before, as its own day tells it: it did not come because of a holiday. */
function movedEntries({ subscriptionId, day, slotId, lines, at }: SubscriptionDay, { settings }: Sight) {
  return lines
    .filter(({ scheduledDay, insteadOf }) => scheduledDay > day && insteadOf === undefined)
    .map(
      ({ productId, qty, price, scheduledDay }): Entry => ({
        day: scheduledDay,
        subscriptionId,
        productId,
        qty,
        price,
        status: 'HOLIDAY',
        locksAt: lineLockOf(settings, slotId, day, productId) ?? at,
        movedTo: day,
      }),
    );
}

/** An order's lines; of one that a run made, also what is short of it. */
function orderEntries(order: Order, { settings, records }: Sight): Entry[] {
  const { deliveryDay, slotId, subscriptionId } = order;
  const lines = records.get(`${subscriptionId} ${deliveryDay}`)?.lines ?? [];
  return order.items.map((item) => {
    const { productId, price } = item;
    const qty = order.status === 'DELIVERED' ? deliveredOf(item) : item.qty;
    const parts = lines.filter((line) => line.productId === productId && line.granted > 0);
    const wanted = Math.max(
      item.qty,
      parts.reduce((sum, line) => sum + line.qty, 0),
    );
    const moved = parts.length > 0 && parts.every(({ scheduledDay }) => scheduledDay > deliveryDay);
    const status = statusOf(order);
    return {
      day: deliveryDay,
      subscriptionId,
      orderId: order.orderId,
      productId,
      qty,
      ...(wanted > qty ? { wanted } : {}),
      price,
      status: isShort(status, wanted, item, qty) ? 'SHORT' : status,
      locksAt: lineLockOf(settings, slotId, deliveryDay, productId) ?? order.cutoffAt,
      scheduledDay: moved ? parts[0]?.scheduledDay : undefined,
    };
  });
}

/** Less comes than was wanted, or less came than was ordered. */
function isShort(status: string, wanted: number, { qty: ordered }: OrderLine, qty: number): boolean {
  return status === 'ORDERED' ? wanted > qty : status === 'DELIVERED' && ordered > qty;
}

/** How an order's lines stand on the calendar. */
function statusOf(order: Order): string {
  if (order.status === 'DELIVERED') return 'DELIVERED';
  if (order.status !== 'CANCELLED') return 'ORDERED';
  return order.cancelReason === 'DELIVERY_FAILED' ? 'FAILED' : (order.cancelReason ?? 'CANCELLED');
}

/** What no run has dealt with: what is to come, what is late, and what is left out. */
function comingEntries(subscription: Subscription, sight: Sight, from: Day, to: Day): Entry[] {
  const { subscriptionId, lastRunDay, status } = subscription;
  const { settings, catalogue, now, orders, records } = sight;
  const today = dayOf(now, settings.timeZone);
  const ordered = new Set(
    orders.filter((order) => order.subscriptionId === subscriptionId).map(({ deliveryDay }) => deliveryDay),
  );
  const isDealt = (day: Day) => ordered.has(day) || records.has(`${subscriptionId} ${day}`);
  const isLate = (day: Day) => day > (lastRunDay ?? '');
  // What does not come is told of days that are past as well, until it has ended: at rest, it is not even read.
  const isTold = (day: Day, { state }: PlannedLine) =>
    state === 'DUE' ? day >= today || isLate(day) : status !== 'CANCELLED';
  return plannedDays(subscription, settings, from, to)
    .filter(({ day }) => !isDealt(day))
    .flatMap(({ day, plan, lines }) =>
      lines
        .filter((line) => isTold(day, line))
        .map((line): Entry => {
          const product = catalogue.byId.get(line.productId)?.product;
          return {
            day,
            subscriptionId,
            productId: line.productId,
            qty: line.qty,
            price: product ? standingPriceOn(product, day, line.locksAt) : 0,
            status: comingStatus(line, plan, product?.active ?? false, sight),
            locksAt: line.locksAt,
            scheduledDay: line.scheduledDay === day ? undefined : line.scheduledDay,
            movedTo: line.movedTo,
          };
        }),
    );
}

/** What becomes of a line if nothing changes: the order run's own reasons, as far as they are known before it. */
function comingStatus(
  { state, locksAt }: PlannedLine,
  plan: Plan,
  onSale: boolean,
  { settings, now }: Sight,
): string {
  // On its own day a line that moved does not come, because of the holiday.
  if (state !== 'DUE') return state === 'MOVED' ? 'HOLIDAY' : state;
  const unserved = checkServed(settings, plan.address);
  if (unserved) return unserved.code;
  if (!onSale) return 'PRODUCT_GONE';
  return locksAt <= now ? 'LOCKED' : 'PLANNED';
}

/** What is charged if the day goes as it stands. */
const charged: readonly string[] = ['PLANNED', 'LOCKED', 'ORDERED', 'SHORT', 'DELIVERED'];

function byDay(entries: readonly Entry[]) {
  const days = new Map<Day, Entry[]>();
  for (const entry of entries.toSorted(byStandingOrder)) {
    days.set(entry.day, [...(days.get(entry.day) ?? []), entry]);
  }
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

/** Standing orders first, the oldest before others, and then what was ordered by hand. */
function byStandingOrder(a: Entry, b: Entry): number {
  const [first, second] = [a.subscriptionId ?? '~', b.subscriptionId ?? '~'];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
