import { type Catalogue, catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { standingPriceOn } from '#lambdas/product/rules/standingPrice.ts';
import { endOrderOf, openOrderOf, type User, Users } from '#lambdas/user/models/User.ts';
import { commit, type Decision, happened, type NewEvent } from '#shared/data/commit.ts';
import { between } from '#shared/data/condition.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { create } from '#shared/data/write.ts';
import type { Address } from '#shared/domain/address.ts';
import { addDays, type Day, dayOf, type Instant, laterDay } from '#shared/domain/day.ts';
import { idPrefix } from '#shared/domain/id.ts';
import type { Minor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { isStaff, ownerOf } from '#shared/http/owner.ts';
import type { Actor } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import {
  changeSubscription,
  type Plan,
  type Receipt,
  Receipts,
  runKeyOf,
  type Schedule,
  type StandingItem,
  type Subscription,
  type SubscriptionDay,
  SubscriptionDays,
  Subscriptions,
} from './models/Subscription.ts';
import { applyChange, type Change, firstStart } from './rules/changes.ts';
import { lineLockOf } from './rules/cutoff.ts';
import { difference, firstDayOfMonth, type PriceOn } from './rules/forecast.ts';
import { planOn } from './rules/schedule.ts';
import { checkServed } from './rules/serviceArea.ts';
import { nextDelivery, shownReceipt, shownSubscription } from './subscriptionShown.ts';

export interface Subscribe {
  userId?: string;
  items: StandingItem[];
  schedule: Schedule;
  startDate: Day;
  endDate?: Day;
  slot: string;
  address?: Address;
  paymentMethod: Plan['paymentMethod'];
}

/** Begins a standing order: from then on the order run makes its orders, day by day. */
export async function subscribeOrder(world: World, call: Call<Subscribe>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const subscriptionId = `${idPrefix.subscription}${world.ids.next()}`;
  const settings = await settingsOf(world);
  const catalogue = await catalogueOf(world);
  return commit(world, call, [{ table: Users, key: { userId } }], ([user]) => {
    const now = world.clock.now().toISOString();
    const checked = checkTerms(settings, catalogue, user, call.input, now);
    if (checked instanceof Problem) return checked;
    const subscription: Subscription = {
      subscriptionId,
      userId,
      status: 'ACTIVE',
      plans: [checked],
      startDay: checked.from,
      endDay: call.input.endDate,
      ...(call.input.endDate ? { endReason: 'ENDED' } : {}),
      skips: [],
      pauses: [],
      oneOffs: [],
      placedBy: call.actor.userId,
      through: isStaff(call.actor) ? 'DESK' : 'SELF',
      createdAt: now,
      version: 1,
      runKey: runKeyOf(userId),
    };
    const next = nextDelivery(subscription, settings, now);
    if (!next) {
      return refuse('INVALID_INPUT', 'The schedule has no delivery day.', {
        errors: [{ pointer: '/schedule', detail: 'has no delivery day from startDate to endDate' }],
      });
    }
    const priced = prices(catalogue);
    const receipt = receiptOf(world, call, settings, priced, {
      before: undefined,
      after: subscription,
      change: { action: 'SUBSCRIBE' },
      firstDay: next,
      chargedMinor: 0,
    });
    return {
      writes: [create(Subscriptions, subscription), create(Receipts, receipt), openOrderOf(userId)],
      events: [subscriptionEvent('SUBSCRIPTION_CREATED', subscription, receipt)],
      answer: {
        ...shownSubscription(subscription, settings, catalogue, now),
        receipt: shownReceipt(receipt),
      },
    };
  });
}

/** The first plan of a new subscription, or why it cannot be. */
function checkTerms(
  settings: Settings,
  catalogue: Catalogue,
  user: User | undefined,
  input: Subscribe,
  now: Instant,
): Plan | Problem {
  if (!user || user.erasedAt || !user.active) return refuse('NOT_FOUND', 'There is no such active customer.');
  const wrong =
    checkItems(catalogue, input.items, '/items') ??
    checkSlot(settings, input.slot) ??
    checkMethod(input.paymentMethod) ??
    checkServed(settings, input.address ?? user.address);
  if (wrong) return wrong;
  const productIds = input.items.map(({ productId }) => productId);
  const firstDay = firstStart(settings, input.slot, productIds, now);
  if (!firstDay || input.startDate < firstDay) {
    return refuse('PAST_CUTOFF', `The first day that can still be ordered for is ${firstDay}.`, {
      errors: [{ pointer: '/startDate', detail: 'is closed' }],
      more: { firstDay },
    });
  }
  return {
    from: input.startDate,
    anchor: input.startDate,
    items: input.items,
    schedule: input.schedule,
    slotId: input.slot,
    address: input.address ?? user.address,
    paymentMethod: input.paymentMethod,
  };
}

function checkItems(
  catalogue: Catalogue,
  items: readonly { productId: string }[],
  pointer: string,
): Problem | undefined {
  const unknown = items.flatMap(({ productId }, i) =>
    catalogue.byId.get(productId)?.product.active
      ? []
      : [{ pointer: `${pointer}/${i}/productId`, detail: `${productId} is not on sale`, productId }],
  );
  if (unknown.length > 0) return refuse('PRODUCT_UNKNOWN', unknown[0]?.detail, { errors: unknown });
  const twice = items.findIndex(
    ({ productId }, i) => items.findIndex((item) => item.productId === productId) < i,
  );
  if (twice < 0) return undefined;
  return refuse('INVALID_INPUT', 'A product is named twice.', {
    errors: [{ pointer: `${pointer}/${twice}/productId`, detail: 'is named twice' }],
  });
}

function checkSlot(settings: Settings, slotId: string): Problem | undefined {
  if (settings.slots.some((slot) => slot.slotId === slotId)) return undefined;
  return refuse('SLOT_NOT_OFFERED', `There is no slot ${slotId}.`, {
    errors: [{ pointer: '/slot', detail: 'is not a slot of this dairy' }],
  });
}

/** Paying afterwards needs a limit that staff grant, and no account has one yet. */
function checkMethod(method: Plan['paymentMethod']): Problem | undefined {
  if (method !== 'ACCOUNT') return undefined;
  return refuse('METHOD_UNAVAILABLE', 'This account has no credit.', {
    errors: [{ pointer: '/paymentMethod', detail: 'is not granted' }],
  });
}

/** Changes a standing order from a day on that has not locked; answers it with the receipt of the change. */
export async function changeSubscriptionTerms(world: World, call: Call<{ subscriptionId: string } & Change>) {
  const { subscriptionId, ...change } = call.input;
  const settings = await settingsOf(world);
  const catalogue = await catalogueOf(world);
  const asks = [{ table: Subscriptions, key: { subscriptionId } }] as const;
  return commit(world, call, asks, async ([subscription]) => {
    if (!subscription || !maySee(call.actor, subscription)) {
      return refuse('NOT_FOUND', `There is no subscription ${subscriptionId}.`);
    }
    const wrong = checkChange(settings, catalogue, change as Change);
    if (wrong) return wrong;
    const now = world.clock.now().toISOString();
    const changed = applyChange(subscription, change as Change, settings, now);
    if (changed instanceof Problem) return changed;
    const chargedMinor = await chargedThisMonth(world, subscription, settings, now);
    return changing(world, call, settings, catalogue, {
      before: subscription,
      after: changed.subscription,
      change: kept(change as Change),
      firstDay: changed.firstDay,
      chargedMinor,
    });
  });
}

function maySee(actor: Actor, { userId }: Subscription): boolean {
  return userId === actor.userId || isStaff(actor);
}

function checkChange(settings: Settings, catalogue: Catalogue, change: Change): Problem | undefined {
  if (change.action === 'ADD_ONE_OFF') return checkItems(catalogue, change.items, '/items');
  if (change.action !== 'CHANGE') return undefined;
  return (
    (change.items && checkItems(catalogue, change.items, '/items')) ??
    (change.slot ? checkSlot(settings, change.slot) : undefined) ??
    (change.paymentMethod ? checkMethod(change.paymentMethod) : undefined) ??
    (change.address ? checkServed(settings, change.address) : undefined)
  );
}

/** A change as its receipt keeps it: where a household lives is told by its plan alone. */
function kept(change: Change): Record<string, unknown> {
  if (change.action !== 'CHANGE' || !change.address) return { ...change };
  return { ...change, address: 'CHANGED' };
}

interface Step {
  before: Subscription | undefined;
  after: Subscription;
  change: Record<string, unknown>;
  firstDay: Day;
  chargedMinor: Minor;
}

function changing(
  world: World,
  call: Call<unknown>,
  settings: Settings,
  catalogue: Catalogue,
  step: Step & { before: Subscription },
): Decision<object> {
  const changed = changeSubscription(step.before, step.after);
  const receipt = receiptOf(world, call, settings, prices(catalogue), {
    ...step,
    after: changed.subscription,
  });
  const ended = changed.subscription.status === 'CANCELLED';
  const now = world.clock.now().toISOString();
  return {
    writes: [
      changed.write,
      create(Receipts, receipt),
      ...(ended ? [endOrderOf(changed.subscription.userId)] : []),
    ],
    events: [
      subscriptionEvent(
        step.change.action === 'SKIP' ? 'SUBSCRIPTION_DAY_SKIPPED' : 'SUBSCRIPTION_CHANGED',
        changed.subscription,
        receipt,
      ),
    ],
    answer: {
      ...shownSubscription(changed.subscription, settings, catalogue, now),
      receipt: shownReceipt(receipt),
    },
  };
}

function prices(catalogue: Catalogue): PriceOn {
  return (productId, day) => {
    const product = catalogue.byId.get(productId)?.product;
    return product ? standingPriceOn(product, day) : 0;
  };
}

/** What the order runs of this month have charged for a subscription so far, minor units. */
async function chargedThisMonth(
  world: World,
  { subscriptionId, lastRunDay }: Subscription,
  settings: Settings,
  now: Instant,
): Promise<Minor> {
  const from = firstDayOfMonth(dayOf(now, settings.timeZone));
  if (!lastRunDay || lastRunDay < from) return 0;
  const days = await daysOf(world, subscriptionId, from, lastRunDay);
  return days.reduce((sum, day) => sum + costOf(day), 0);
}

function costOf({ lines }: SubscriptionDay): Minor {
  return lines.reduce((sum, { price, granted }) => sum + price * granted, 0);
}

async function daysOf(world: World, subscriptionId: string, from: Day, to: Day): Promise<SubscriptionDay[]> {
  const { rows } = await world.store.query(SubscriptionDays, {
    hash: subscriptionId,
    range: between('day', from, to),
  });
  return rows;
}

function receiptOf(
  world: World,
  call: Call<unknown>,
  settings: Settings,
  priceOn: PriceOn,
  { before, after, change, firstDay, chargedMinor }: Step,
): Receipt {
  const now = world.clock.now().toISOString();
  const today = dayOf(now, settings.timeZone);
  // Days that a run has dealt with are charged already.
  const open = after.lastRunDay ? laterDay(today, addDays(after.lastRunDay, 1)) : today;
  const plan = planOn(after.plans, firstDay) ?? (after.plans[0] as Plan);
  const locks = plan.items.flatMap(
    ({ productId }) => lineLockOf(settings, plan.slotId, firstDay, productId) ?? [],
  );
  return {
    receiptId: `${idPrefix.receipt}${world.ids.next()}`,
    subscriptionId: after.subscriptionId,
    userId: after.userId,
    action: String(change.action),
    change,
    at: now,
    by: call.actor.userId,
    through: isStaff(call.actor) ? 'DESK' : 'SELF',
    firstDayAffected: firstDay,
    cutoffAt: locks.sort()[0] ?? now,
    ...difference(before, after, settings, priceOn, { today: open, chargedMinor }),
  };
}

function subscriptionEvent(
  eventType: 'SUBSCRIPTION_CREATED' | 'SUBSCRIPTION_CHANGED' | 'SUBSCRIPTION_DAY_SKIPPED',
  { subscriptionId, userId, status, version }: Subscription,
  { receiptId, action, firstDayAffected, monthBefore, monthAfter }: Receipt,
): NewEvent {
  return happened(eventType, subscriptionId, version, {
    userId,
    subscriptionId,
    status,
    receiptId,
    action,
    firstDayAffected,
    monthBeforeMinor: monthBefore,
    monthAfterMinor: monthAfter,
  });
}

/** A household's standing orders, newest first. */
export async function listSubscriptions(
  world: World,
  call: Call<{ userId?: string; limit: number; cursor?: string }>,
) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const { limit, cursor } = call.input;
  const settings = await settingsOf(world);
  const catalogue = await catalogueOf(world);
  const page = await world.store.query(Subscriptions, {
    index: 'byUser',
    hash: userId,
    limit,
    cursor,
    newestFirst: true,
  });
  const now = world.clock.now().toISOString();
  return new Reply(
    page.rows.map((row) => shownSubscription(row, settings, catalogue, now)),
    { cursor: page.cursor },
  );
}

/** The receipts of a subscription, newest first. */
export async function listReceipts(
  world: World,
  call: Call<{ subscriptionId: string; limit: number; cursor?: string }>,
) {
  const { subscriptionId, limit, cursor } = call.input;
  const [subscription, page] = await Promise.all([
    world.store.get(Subscriptions, { subscriptionId }),
    world.store.query(Receipts, { hash: subscriptionId, limit, cursor, newestFirst: true }),
  ]);
  if (!subscription || !maySee(call.actor, subscription)) {
    return refuse('NOT_FOUND', `There is no subscription ${subscriptionId}.`);
  }
  return new Reply(page.rows.map(shownReceipt), { cursor: page.cursor });
}
