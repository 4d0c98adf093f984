import { isDeepStrictEqual } from 'node:util';
import { type Catalogue, catalogueOf } from '#lambdas/product/models/catalogue.ts';
import type { Product } from '#lambdas/product/models/Product.ts';
import { standingPriceOn } from '#lambdas/product/rules/standingPrice.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { type Day, dayOf, daysBetween, type Instant } from '#shared/domain/day.ts';
import { idPrefix } from '#shared/domain/id.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { isStaff, ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { subscriptionsOf } from './models/householdSubscriptions.ts';
import { dueOf, type Order, Orders, runOrderIdOf } from './models/Order.ts';
import {
  type Receipt,
  Receipts,
  type Subscription,
  SubscriptionDays,
  Subscriptions,
  subscriptionDayKey,
} from './models/Subscription.ts';
import { lineLockOf, slotLockOf } from './rules/cutoff.ts';
import { type Dealt, difference, firstDayOfMonth, type PriceOn } from './rules/forecast.ts';
import { planOn } from './rules/schedule.ts';
import { shownReceipt } from './subscriptionShown.ts';

/** A change of a subscription that a receipt is made of. */
export interface Step {
  before: Subscription | undefined;
  after: Subscription;
  change: Record<string, unknown> & { action: string };
  /** The day the change begins. */
  from: Day;
  dealt: Dealt;
}

/** How a standing order came to be as it is: its newest receipt, and whether that is of the very same change. */
export async function newestReceipt(world: World, subscriptionId: string, change: Step['change']) {
  const page = await world.store.query(Receipts, { hash: subscriptionId, limit: 1, newestFirst: true });
  const [receipt] = page.rows;
  return receipt && { receipt, isSame: isDeepStrictEqual(receipt.change, change) };
}

/** What nothing has been dealt with yet of. */
export const untouched: Dealt = { days: new Set(), chargedMinor: 0 };

/** What standing orders pay, by the products as they are. */
export function pricesOf(catalogue: Catalogue): PriceOn {
  return (productId, day, locksAt) => priceOf(catalogue.byId.get(productId)?.product, day, locksAt);
}

/** What a product costs a standing order; nothing where there is no such product any more. */
function priceOf(product: Product | undefined, day: Day, locksAt: Instant): number {
  return product ? standingPriceOn(product, day, locksAt) : 0;
}

/** The receipt of a change: what it does to each line and to what the month costs, reckoned as the bill is. */
export function receiptOf(
  world: World,
  call: Call<unknown>,
  { settings, priceOn }: { settings: Settings; priceOn: PriceOn },
  { before, after, change, from, dealt }: Step,
): Receipt {
  const at = world.clock.now().toISOString();
  const differs = difference(
    before && { subscription: before, priceOn },
    { subscription: after, priceOn },
    settings,
    { today: dayOf(at, settings.timeZone), dealt, month: 'THIS' },
  );
  const [first] = differs.lines;
  const stays = staying(after, from);
  return {
    receiptId: `${idPrefix.receipt}${world.ids.next()}`,
    subscriptionId: after.subscriptionId,
    userId: after.userId,
    action: change.action,
    change,
    at,
    by: call.actor.userId,
    through: isStaff(call.actor) ? 'DESK' : 'SELF',
    firstDayAffected: first?.day ?? from,
    cutoffAt: first ? earliestLock(differs.lines, first.day) : lockOn(after, settings, from),
    ...differs,
    ...(stays.length > 0 ? { stays } : {}),
  };
}

/** What stands as it stood from the day of a change on, because it had locked. */
function staying({ frozen = [] }: Subscription, from: Day): NonNullable<Receipt['stays']> {
  return frozen
    .filter(({ day }) => day >= from)
    .map(({ day, productId, locksAt, lines }) => {
      const qty = lines.reduce((sum, line) => (line.state === 'DUE' ? sum + line.qty : sum), 0);
      return { day, productId, qty, locksAt };
    });
}

/** The first lock among the lines of a day, which is the cutoff that a receipt names. */
export function earliestLock(lines: Receipt['lines'], day: Day): Instant {
  const locks = lines.filter((line) => line.day === day).map(({ locksAt }) => locksAt);
  return locks.sort()[0] ?? '';
}

/** Until when a day without a line that differs can change. */
function lockOn({ plans }: Subscription, settings: Settings, day: Day): Instant {
  const plan = planOn(plans, day) ?? plans[0];
  const slotId = plan?.slotId ?? '';
  const locks = (plan?.items ?? []).flatMap(
    ({ productId }) => lineLockOf(settings, slotId, day, productId) ?? [],
  );
  return locks.sort()[0] ?? slotLockOf(settings, slotId, day) ?? day;
}

/**
 * What order runs have dealt with of a subscription since the month began, and what they charged in it: by the keys of
 * the orders and records that they may have made. Cancelled orders cost nothing, delivered ones what came.
 */
export async function dealtThisMonth(
  world: World,
  { subscriptionId, userId, lastRunDay }: Subscription,
  settings: Settings,
): Promise<Dealt> {
  const first = firstDayOfMonth(dayOf(world.clock.now(), settings.timeZone));
  if (!lastRunDay || lastRunDay < first) return untouched;
  const days = daysBetween(first, lastRunDay);
  const orders = days.map((day) => ({
    table: Orders,
    key: { orderId: runOrderIdOf(subscriptionId, day) },
  }));
  const records = days.map((day) => ({
    table: SubscriptionDays,
    key: subscriptionDayKey(userId, day, subscriptionId),
  }));
  const rows = await world.store.getMany([...orders, ...records]);
  const made = rows.slice(0, days.length) as (Order | undefined)[];
  return {
    days: new Set(days.filter((_, i) => made[i] ?? rows[days.length + i])),
    chargedMinor: made
      .filter((order) => order?.deliveryDay.startsWith(first.slice(0, 8)) && order.status !== 'CANCELLED')
      .reduce((sum, order) => sum + (order ? (order.charged ?? dueOf(order)) : 0), 0),
  };
}

/** The receipts of a subscription, or of all that a household has, newest first. */
export async function listReceipts(
  world: World,
  call: Call<{ userId?: string; subscriptionId?: string; limit: number; cursor?: string }>,
) {
  const { subscriptionId, limit, cursor } = call.input;
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  if (subscriptionId === undefined) return newestReceipts(world, userId, limit, cursor);
  const [subscription, page] = await Promise.all([
    world.store.get(Subscriptions, { subscriptionId }),
    world.store.query(Receipts, { hash: subscriptionId, limit, cursor, newestFirst: true }),
  ]);
  if (!subscription || (subscription.userId !== call.actor.userId && !isStaff(call.actor))) {
    return refuse('NOT_FOUND', `There is no subscription ${subscriptionId}.`);
  }
  return new Reply(page.rows.map(shownReceipt), { cursor: page.cursor });
}

async function newestReceipts(world: World, userId: string, limit: number, cursor: string | undefined) {
  if (cursor !== undefined) return refuse('INVALID_CURSOR');
  const subscriptions = await subscriptionsOf(world, userId);
  const pages = await Promise.all(
    subscriptions.map(({ subscriptionId }) =>
      world.store.query(Receipts, { hash: subscriptionId, limit, newestFirst: true }),
    ),
  );
  const newest = pages.flatMap(({ rows }) => rows).sort((a, b) => (a.receiptId < b.receiptId ? 1 : -1));
  return new Reply(newest.slice(0, limit).map(shownReceipt), {});
}

export type Terms = Awaited<ReturnType<typeof termsOf>>;

/** Settings and prices as a change is decided and its receipt reckoned with. */
export async function termsOf(world: World) {
  const [settings, catalogue] = await Promise.all([settingsOf(world), catalogueOf(world)]);
  return { settings, catalogue, priceOn: pricesOf(catalogue) };
}
