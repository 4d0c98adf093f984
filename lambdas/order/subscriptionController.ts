import { type Balance, Balances, balanceKey } from '#lambdas/payment/models/Ledger.ts';
import { type Catalogue, catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { endOrderOf, openOrderOf, type User, Users } from '#lambdas/user/models/User.ts';
import { commit, happened, type NewEvent } from '#shared/data/commit.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { create } from '#shared/data/write.ts';
import type { Address } from '#shared/domain/address.ts';
import { addDays, type Day, dayOf, type Instant } from '#shared/domain/day.ts';
import { idPrefix } from '#shared/domain/id.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { isStaff, ownerOf } from '#shared/http/owner.ts';
import type { Actor } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { pageOfSubscriptions } from './models/householdSubscriptions.ts';
import {
  atRest,
  changeSubscription,
  type Plan,
  type Receipt,
  Receipts,
  runKeyOf,
  runOrderOf,
  type Schedule,
  type StandingItem,
  type Subscription,
  Subscriptions,
} from './models/Subscription.ts';
import {
  dealtThisMonth,
  newestReceipt,
  receiptOf,
  type Step,
  type Terms,
  termsOf,
  untouched,
} from './receipts.ts';
import { applyChange, type Change, firstStart, MOST_DAYS_AHEAD } from './rules/changes.ts';
import { altersLocked } from './rules/locked.ts';
import { delivers } from './rules/plannedDays.ts';
import { isOver } from './rules/rest.ts';
import { checkServed } from './rules/serviceArea.ts';
import { takeRoom } from './slotRoom.ts';
import { bookingPlaces } from './standingCount.ts';
import { shownReceipt, shownSubscription } from './subscriptionShown.ts';

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
  const terms = await termsOf(world);
  const asks = [
    { table: Users, key: { userId } },
    { table: Balances, key: balanceKey(userId) },
  ] as const;
  const begin = () =>
    commit(world, call, asks, async ([user, balance]) => {
      const begun = beginning(world, call, terms, { subscriptionId, userId, user, balance });
      if (begun instanceof Problem) return begun;
      const room = await takeRoom(world, terms.settings, undefined, begun.subscription);
      if (room instanceof Problem) return room;
      return { ...begun.decided, writes: [...begun.decided.writes, ...room] };
    });
  return bookingPlaces(world, begin);
}

/**
 * What a standing order would do and cost, decided as it is when it begins; nothing is written. Whether its slot has room
 * is not looked at: a place is only had by taking it.
 */
export async function previewSubscribe(world: World, call: Call<Subscribe>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const terms = await termsOf(world);
  const [user, balance] = await Promise.all([
    world.store.get(Users, { userId }),
    world.store.get(Balances, balanceKey(userId)),
  ]);
  const subscriptionId = `${idPrefix.subscription}${world.ids.next()}`;
  const begun = beginning(world, call, terms, { subscriptionId, userId, user, balance });
  return begun instanceof Problem ? begun : previewed(begun.decided.answer.receipt);
}

/** Whose standing order begins. */
interface Beginner {
  subscriptionId: string;
  userId: string;
  user: User | undefined;
  balance: Balance | undefined;
}

/** A standing order that begins, with all but the places that it takes; or why it cannot. */
function beginning(
  world: World,
  call: Call<Subscribe>,
  terms: Terms,
  { subscriptionId, userId, user, balance }: Beginner,
) {
  const { settings, catalogue } = terms;
  const now = world.clock.now().toISOString();
  const plan = checkTerms({ settings, catalogue, user, balance }, call.input);
  if (plan instanceof Problem) return plan;
  const subscription: Subscription = {
    subscriptionId,
    userId,
    status: 'ACTIVE',
    plans: [plan],
    startDay: plan.from,
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
    runOrder: runOrderOf(userId, subscriptionId),
  };
  const closed = checkStart(subscription, settings, now);
  if (closed) return closed;
  const receipt = receiptOf(world, call, terms, {
    before: undefined,
    after: subscription,
    change: { action: 'SUBSCRIBE' },
    from: plan.from,
    dealt: untouched,
  });
  const decided = {
    writes: [create(Subscriptions, subscription), create(Receipts, receipt), openOrderOf(userId)],
    events: [subscriptionEvent('SUBSCRIPTION_CREATED', subscription, receipt)],
    answer: answerOf(world, terms, subscription, receipt),
  };
  return { subscription, decided };
}

/** What terms are checked against. */
interface Circumstances {
  settings: Settings;
  catalogue: Catalogue;
  user: User | undefined;
  balance: Balance | undefined;
}

/** The first plan of a new subscription, or why it cannot be. */
function checkTerms({ settings, catalogue, user, balance }: Circumstances, input: Subscribe): Plan | Problem {
  if (!user || user.erasedAt || !user.active) return refuse('NOT_FOUND', 'There is no such active customer.');
  const wrong =
    checkItems(catalogue, input.items, '/items') ??
    checkSlot(settings, input.slot) ??
    checkMethod(input.paymentMethod, balance) ??
    checkServed(settings, input.address ?? user.address);
  if (wrong) return wrong;
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

/** A standing order begins on an open day, within a year, and has a delivery. */
function checkStart(subscription: Subscription, settings: Settings, now: Instant): Problem | undefined {
  const { startDay } = subscription;
  const firstDay = firstStart(subscription, settings, now);
  const starts = firstDay !== undefined && startDay >= firstDay;
  if (!starts || altersLocked(undefined, subscription, settings, now)) {
    return refuse('PAST_CUTOFF', `The first day that can still be ordered for is ${firstDay}.`, {
      errors: [{ pointer: '/startDate', detail: 'is closed' }],
      more: { firstDay },
    });
  }
  const last = addDays(dayOf(now, settings.timeZone), MOST_DAYS_AHEAD);
  if (startDay > last) {
    const detail = `is after ${last}; a standing order begins within a year`;
    return refuse('INVALID_INPUT', `/startDate ${detail}.`, {
      errors: [{ pointer: '/startDate', detail }],
    });
  }
  if (delivers(subscription, settings, startDay)) return undefined;
  return refuse('INVALID_INPUT', 'The schedule has no delivery day.', {
    errors: [{ pointer: '/schedule', detail: 'has no delivery day from startDate to endDate' }],
  });
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

/** Paying afterwards needs a limit that staff have granted. */
function checkMethod(method: Plan['paymentMethod'], balance: Balance | undefined): Problem | undefined {
  if (method !== 'ACCOUNT' || (balance?.creditLimit ?? 0) > 0) return undefined;
  return refuse('METHOD_UNAVAILABLE', 'This account has no credit.', {
    errors: [{ pointer: '/paymentMethod', detail: 'is not granted' }],
  });
}

type ChangeStep = Step & { before: Subscription; wasSo: boolean };
type ChangeCall = Call<{ subscriptionId: string } & Change>;

/**
 * Changes a standing order from a day on that has not locked; answers it with the receipt of the change. What is so
 * already, because the same was asked before, is answered with the receipt of then (S12).
 */
export async function changeSubscriptionTerms(world: World, call: ChangeCall) {
  const { subscriptionId } = call.input;
  const terms = await termsOf(world);
  const asks = [{ table: Subscriptions, key: { subscriptionId } }] as const;
  const apply = () =>
    commit(world, call, asks, async ([subscription]) => {
      const step = await stepOf(world, call, terms, subscription);
      const known = subscription && (await receiptBefore(world, call, step));
      if (known) return { writes: [], answer: answerOf(world, terms, subscription, known) };
      if (step instanceof Problem) return step;
      const room = await takeRoom(world, terms.settings, step.before, step.after);
      if (room instanceof Problem) return room;
      const decided = changing(world, call, terms, step);
      return { ...decided, writes: [...decided.writes, ...room] };
    });
  return bookingPlaces(world, apply);
}

/** The receipt of a change that is sent again; undefined where there is something to do, or another reason why not. */
async function receiptBefore(world: World, { input }: ChangeCall, step: ChangeStep | Problem) {
  const isRefused = step instanceof Problem;
  if (isRefused ? step.code !== 'NOTHING_PLANNED' : !step.wasSo) return undefined;
  const { subscriptionId, ...change } = input;
  const newest = await newestReceipt(world, subscriptionId, kept(change as Change));
  return newest?.isSame ? newest.receipt : undefined;
}

/** What a change would do and cost, decided as the change itself; nothing is written, and no place is looked for. */
export async function previewChange(world: World, call: ChangeCall) {
  const terms = await termsOf(world);
  const { subscriptionId } = call.input;
  const step = await stepOf(world, call, terms, await world.store.get(Subscriptions, { subscriptionId }));
  return step instanceof Problem ? step : previewed(changing(world, call, terms, step).answer.receipt);
}

/** A receipt without the names of what there is not. */
function previewed({ receiptId: _, subscriptionId: __, ...receipt }: ReturnType<typeof shownReceipt>) {
  return receipt;
}

/** A standing order before and after a change, or why it cannot be changed so. */
async function stepOf(
  world: World,
  call: ChangeCall,
  { settings, catalogue }: Terms,
  subscription: Subscription | undefined,
): Promise<ChangeStep | Problem> {
  const { subscriptionId, ...asked } = call.input;
  const change = asked as Change;
  if (!subscription || !maySee(call.actor, subscription)) {
    return refuse('NOT_FOUND', `There is no subscription ${subscriptionId}.`);
  }
  const { userId } = subscription;
  const pays = change.action === 'CHANGE' && change.paymentMethod !== undefined;
  const balance = pays ? await world.store.get(Balances, balanceKey(userId)) : undefined;
  const wrong = checkChange(settings, catalogue, change, balance);
  if (wrong) return wrong;
  const changed = applyChange(subscription, change, settings, world.clock.now().toISOString());
  if (changed instanceof Problem) return changed;
  if (change.action === 'CHANGE' && !delivers(changed.subscription, settings, changed.from)) {
    return refuse('INVALID_INPUT', 'The schedule has no delivery day.', {
      errors: [{ pointer: '/schedule', detail: 'has no delivery day any more' }],
    });
  }
  return {
    before: subscription,
    after: changed.subscription,
    change: kept(change),
    from: changed.from,
    wasSo: changed.wasSo,
    dealt: await dealtThisMonth(world, subscription, settings),
  };
}

function maySee(actor: Actor, { userId }: Subscription): boolean {
  return userId === actor.userId || isStaff(actor);
}

function checkChange(
  settings: Settings,
  catalogue: Catalogue,
  change: Change,
  balance: Balance | undefined,
): Problem | undefined {
  if (change.action === 'ADD_ONE_OFF') return checkItems(catalogue, change.items, '/items');
  if (change.action !== 'CHANGE') return undefined;
  return (
    (change.items && checkItems(catalogue, change.items, '/items')) ??
    (change.slot ? checkSlot(settings, change.slot) : undefined) ??
    (change.paymentMethod ? checkMethod(change.paymentMethod, balance) : undefined) ??
    (change.address ? checkServed(settings, change.address) : undefined)
  );
}

/** A change as its receipt keeps it: where a household lives is told by its plan alone. */
function kept(change: Change): Step['change'] {
  if (change.action !== 'CHANGE' || !change.address) return { ...change };
  return { ...change, address: 'CHANGED' };
}

function changing(world: World, call: Call<unknown>, terms: Terms, step: ChangeStep) {
  // Without a run to come and an order that is open, nothing of it is left to do.
  const over = isOver(step.after, '');
  const changed = changeSubscription(step.before, over ? atRest(step.after) : step.after);
  const receipt = receiptOf(world, call, terms, { ...step, after: changed.subscription });
  return {
    writes: [
      changed.write,
      create(Receipts, receipt),
      ...(over ? [endOrderOf(changed.subscription.userId)] : []),
    ],
    events: [
      subscriptionEvent(
        step.change.action === 'SKIP' ? 'SUBSCRIPTION_DAY_SKIPPED' : 'SUBSCRIPTION_CHANGED',
        changed.subscription,
        receipt,
        step.before.status,
      ),
    ],
    answer: answerOf(world, terms, changed.subscription, receipt),
  };
}

function answerOf(
  world: World,
  { settings, catalogue }: Terms,
  subscription: Subscription,
  receipt: Receipt,
) {
  const now = world.clock.now().toISOString();
  return {
    ...shownSubscription(subscription, settings, catalogue, now),
    receipt: shownReceipt(receipt),
  };
}

function subscriptionEvent(
  eventType: 'SUBSCRIPTION_CREATED' | 'SUBSCRIPTION_CHANGED' | 'SUBSCRIPTION_DAY_SKIPPED',
  { subscriptionId, userId, status, version }: Subscription,
  { receiptId, action, firstDayAffected, monthBefore, monthAfter }: Receipt,
  from?: Subscription['status'],
): NewEvent {
  return happened(eventType, subscriptionId, version, {
    userId,
    subscriptionId,
    status,
    from,
    receiptId,
    action,
    firstDayAffected,
    monthBeforeMinor: monthBefore,
    monthAfterMinor: monthAfter,
  });
}

/** A household's standing orders: what can still come, the newest first, and then what is over. */
export async function listSubscriptions(
  world: World,
  call: Call<{ userId?: string; limit: number; cursor?: string }>,
) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const { limit, cursor } = call.input;
  const settings = await settingsOf(world);
  const catalogue = await catalogueOf(world);
  const page = await pageOfSubscriptions(world, userId, { limit, cursor });
  const now = world.clock.now().toISOString();
  return new Reply(
    page.rows.map((row) => shownSubscription(row, settings, catalogue, now)),
    { cursor: page.cursor },
  );
}
