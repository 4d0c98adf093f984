import type { Settings } from '#shared/data/settings.ts';
import type { Address } from '#shared/domain/address.ts';
import { addDays, type Day, dayOf, type Instant, laterDay } from '#shared/domain/day.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type {
  OneOffItem,
  Pause,
  Plan,
  Schedule,
  StandingItem,
  Subscription,
} from '../models/Subscription.ts';
import { firstOpenDay, isServed, lineLockOf } from './cutoff.ts';
import { plannedDays } from './plannedDays.ts';
import { planOn } from './schedule.ts';

/** What a household may ask of a subscription. `from` is the first day that can still change, unless told. */
export type Change =
  | { action: 'SKIP'; day: Day }
  | { action: 'UNSKIP'; day: Day }
  | { action: 'PAUSE'; from?: Day; to?: Day; productIds?: string[] }
  | { action: 'RESUME'; from?: Day; reanchor?: boolean }
  | {
      action: 'CHANGE';
      from?: Day;
      items?: StandingItem[];
      schedule?: Schedule;
      slot?: string;
      address?: Address;
      paymentMethod?: Plan['paymentMethod'];
    }
  | { action: 'ADD_ONE_OFF'; day: Day; items: OneOffItem[] }
  | { action: 'CANCEL'; from?: Day };

export interface Changed {
  subscription: Subscription;
  /** The first day that may differ from before. */
  firstDay: Day;
}

/**
 * A subscription after a change at an instant. A day one of whose lines has locked cannot change any more: 409
 * PAST_CUTOFF names the first that can.
 */
export function applyChange(
  subscription: Subscription,
  change: Change,
  settings: Settings,
  now: Instant,
): Changed | Problem {
  if (subscription.status === 'CANCELLED') {
    return refuse('INVALID_TRANSITION', 'The subscription has ended.', {
      more: { subscriptionStatus: subscription.status },
    });
  }
  const changed = applied(subscription, change, settings, now);
  if (changed instanceof Problem) return changed;
  return { ...changed, subscription: withStatus(changed.subscription, settings, now) };
}

function applied(
  subscription: Subscription,
  change: Change,
  settings: Settings,
  now: Instant,
): Changed | Problem {
  switch (change.action) {
    case 'SKIP':
      return skip(subscription, change.day, settings, now);
    case 'UNSKIP':
      return unskip(subscription, change.day, settings, now);
    case 'PAUSE':
      return pause(subscription, change, settings, now);
    case 'RESUME':
      return resume(subscription, change, settings, now);
    case 'CHANGE':
      return changePlan(subscription, change, settings, now);
    case 'ADD_ONE_OFF':
      return addOneOff(subscription, change, settings, now);
    case 'CANCEL':
      return cancel(subscription, change.from, settings, now);
  }
}

/** The day a change begins: the one asked for when it is open, the first open one when none is. */
function beginning(
  subscription: Subscription,
  asked: Day | undefined,
  settings: Settings,
  now: Instant,
  also: { slotId?: string; productIds?: readonly string[] } = {},
): Day | Problem {
  const first = firstChangeable(subscription, settings, now, also);
  if (!first) return refuse('SLOT_NOT_OFFERED', 'The slot is not offered any more.');
  const start = laterDay(subscription.startDay, first);
  if (asked === undefined || asked === first) return asked ?? start;
  return asked < first ? pastCutoff(asked, first) : asked;
}

function pastCutoff(day: Day, firstDay: Day): Problem {
  return refuse('PAST_CUTOFF', `${day} is closed; the first day that can still change is ${firstDay}.`, {
    more: { firstDay },
  });
}

/** The first day of which no line has locked, in the slot it has and in the one it is to have. */
export function firstChangeable(
  subscription: Subscription,
  settings: Settings,
  now: Instant,
  also: { slotId?: string; productIds?: readonly string[] } = {},
): Day | undefined {
  let day = dayOf(now, settings.timeZone);
  for (let ahead = 0; ahead < 45; ahead++, day = addDays(day, 1)) {
    const plan = planOn(subscription.plans, day) ?? subscription.plans[0];
    if (!plan) return undefined;
    const products = [...plan.items, ...oneOffsOn(subscription, day)].map(({ productId }) => productId);
    const locks = [
      ...products.map((productId) => lineLockOf(settings, plan.slotId, day, productId)),
      ...(also.productIds ?? []).map((productId) => lineLockOf(settings, plan.slotId, day, productId)),
      ...(also.slotId ? [lineLockOf(settings, also.slotId, day, '')] : []),
    ];
    const open = locks.every((lock) => lock === undefined || lock > now);
    if (open && day > (subscription.lastRunDay ?? '')) return day;
  }
  return undefined;
}

function oneOffsOn(subscription: Subscription, day: Day): OneOffItem[] {
  return subscription.oneOffs.filter((oneOff) => oneOff.day === day).flatMap(({ items }) => items);
}

function isDue(subscription: Subscription, settings: Settings, day: Day): boolean {
  const near = plannedDays(subscription, settings, day, day);
  return near.some(({ lines }) => lines.some((line) => line.scheduledDay === day));
}

function skip(subscription: Subscription, day: Day, settings: Settings, now: Instant): Changed | Problem {
  const open = beginning(subscription, day, settings, now);
  if (open instanceof Problem) return open;
  if (!isDue(subscription, settings, day))
    return refuse('NOTHING_PLANNED', `Nothing is planned for ${day}.`, {
      errors: [{ pointer: '/day', detail: 'has no delivery' }],
    });
  const moved = movedEarlier(subscription, settings, day);
  if (moved && lockPassed(subscription, settings, moved, now)) {
    return pastCutoff(day, addDays(day, 1));
  }
  const skips = [...new Set([...subscription.skips, day])].sort();
  const oneOffs = subscription.oneOffs.filter((oneOff) => oneOff.day !== day);
  return { subscription: { ...subscription, skips, oneOffs }, firstDay: moved ?? day };
}

/** Where a holiday moved the lines of a day to. */
function movedEarlier(subscription: Subscription, settings: Settings, day: Day): Day | undefined {
  const [planned] = plannedDays(subscription, settings, day, day);
  return planned?.lines.find((line) => line.movedTo !== undefined)?.movedTo;
}

function lockPassed(subscription: Subscription, settings: Settings, day: Day, now: Instant): boolean {
  const plan = planOn(subscription.plans, day);
  return (plan?.items ?? []).some(
    ({ productId }) => (lineLockOf(settings, plan?.slotId ?? '', day, productId) ?? now) <= now,
  );
}

function unskip(subscription: Subscription, day: Day, settings: Settings, now: Instant): Changed | Problem {
  if (!subscription.skips.includes(day)) {
    return refuse('NOTHING_PLANNED', `${day} is not skipped.`, {
      errors: [{ pointer: '/day', detail: 'is not skipped' }],
    });
  }
  const open = beginning(subscription, day, settings, now);
  if (open instanceof Problem) return open;
  const skips = subscription.skips.filter((skipped) => skipped !== day);
  return { subscription: { ...subscription, skips }, firstDay: day };
}

function pause(
  subscription: Subscription,
  { from, to, productIds }: { from?: Day; to?: Day; productIds?: string[] },
  settings: Settings,
  now: Instant,
): Changed | Problem {
  const first = beginning(subscription, from, settings, now);
  if (first instanceof Problem) return first;
  if (to !== undefined && to < first) {
    return refuse('INVALID_INPUT', 'A pause must not end before it begins.', {
      errors: [{ pointer: '/to', detail: `is before ${first}` }],
    });
  }
  const covers = (day: Day) => first <= day && (to === undefined || day <= to);
  // Of everything: what was to come extra in these days does not come either.
  const oneOffs = productIds ? subscription.oneOffs : subscription.oneOffs.filter(({ day }) => !covers(day));
  const added: Pause = { from: first, ...(to ? { to } : {}), ...(productIds ? { productIds } : {}) };
  return {
    subscription: { ...subscription, oneOffs, pauses: [...subscription.pauses, added] },
    firstDay: first,
  };
}

function resume(
  subscription: Subscription,
  { from, reanchor }: { from?: Day; reanchor?: boolean },
  settings: Settings,
  now: Instant,
): Changed | Problem {
  const first = beginning(subscription, from, settings, now);
  if (first instanceof Problem) return first;
  const pauses = subscription.pauses
    .filter((held) => held.from < first)
    .map((held) => (held.to === undefined || held.to >= first ? { ...held, to: addDays(first, -1) } : held));
  if (JSON.stringify(pauses) === JSON.stringify(subscription.pauses)) {
    return refuse('NOTHING_PLANNED', `Nothing is paused on ${first} or later.`);
  }
  const resumed = { ...subscription, pauses };
  return {
    subscription: reanchor
      ? { ...resumed, plans: plansFrom(resumed.plans, first, { anchor: first }) }
      : resumed,
    firstDay: first,
  };
}

/** Plans with some terms changed from a day on; plans that begin later keep what the change does not name. */
function plansFrom(plans: readonly Plan[], from: Day, terms: Partial<Plan>): Plan[] {
  const base = planOn(plans, from) ?? (plans[0] as Plan);
  const before = plans.filter((plan) => plan.from < from);
  const later = plans.filter((plan) => plan.from > from).map((plan) => ({ ...plan, ...terms }));
  return [...before, { ...base, ...terms, from }, ...later];
}

function changePlan(
  subscription: Subscription,
  change: Extract<Change, { action: 'CHANGE' }>,
  settings: Settings,
  now: Instant,
): Changed | Problem {
  const { items, schedule, slot, address, paymentMethod } = change;
  const first = beginning(subscription, change.from, settings, now, {
    slotId: slot,
    productIds: items?.map(({ productId }) => productId),
  });
  if (first instanceof Problem) return first;
  const terms: Partial<Plan> = {
    ...(items ? { items } : {}),
    ...(schedule ? { schedule, anchor: first } : {}),
    ...(slot ? { slotId: slot } : {}),
    ...(address ? { address } : {}),
    ...(paymentMethod ? { paymentMethod } : {}),
  };
  if (Object.keys(terms).length === 0) {
    return refuse('INVALID_INPUT', 'A change must name what it changes.', {
      errors: [{ pointer: '', detail: 'names none of items, schedule, slot, address, paymentMethod' }],
    });
  }
  const from = laterDay(first, subscription.startDay);
  const plans = plansFrom(subscription.plans, from, schedule ? { ...terms, anchor: from } : terms);
  return { subscription: { ...subscription, plans }, firstDay: from };
}

function addOneOff(
  subscription: Subscription,
  { day, items }: { day: Day; items: OneOffItem[] },
  settings: Settings,
  now: Instant,
): Changed | Problem {
  const open = beginning(subscription, day, settings, now, {
    productIds: items.map(({ productId }) => productId),
  });
  if (open instanceof Problem) return open;
  const place = { pointer: '/day', detail: 'has no delivery' };
  const outside = day < subscription.startDay || day > (subscription.endDay ?? day);
  if (outside || !isServed(settings, day)) {
    return refuse('SLOT_NOT_OFFERED', `Nothing is delivered on ${day}.`, { errors: [place] });
  }
  const held = subscription.pauses.some((pause) => isHeld(pause, day, items));
  if (held) {
    return refuse('PAUSED', `${day} is paused.`, { errors: [{ pointer: '/day', detail: 'is paused' }] });
  }
  const merged = new Map(oneOffsOn(subscription, day).map(({ productId, qty }) => [productId, qty]));
  for (const { productId, qty } of items) merged.set(productId, (merged.get(productId) ?? 0) + qty);
  const oneOffs = [
    ...subscription.oneOffs.filter((oneOff) => oneOff.day !== day),
    { day, items: [...merged].map(([productId, qty]) => ({ productId, qty })) },
  ].sort((a, b) => (a.day < b.day ? -1 : 1));
  return { subscription: { ...subscription, oneOffs }, firstDay: day };
}

function isHeld({ from, to, productIds }: Pause, day: Day, items: readonly OneOffItem[]): boolean {
  if (day < from || day > (to ?? day)) return false;
  return !productIds || items.some(({ productId }) => productIds.includes(productId));
}

function cancel(
  subscription: Subscription,
  from: Day | undefined,
  settings: Settings,
  now: Instant,
): Changed | Problem {
  const first = beginning(subscription, from, settings, now);
  if (first instanceof Problem) return first;
  const end = addDays(first, -1);
  if (subscription.endDay !== undefined && subscription.endDay < end) {
    return refuse('NOTHING_PLANNED', `The subscription ends on ${subscription.endDay} already.`);
  }
  const oneOffs = subscription.oneOffs.filter(({ day }) => day <= end);
  return {
    subscription: { ...subscription, oneOffs, endDay: end, endReason: 'CANCELLED' },
    firstDay: first,
  };
}

/** The status that follows from pauses and end, as of the first day that can still change. */
export function withStatus(subscription: Subscription, settings: Settings, now: Instant): Subscription {
  const day = firstChangeable(subscription, settings, now) ?? dayOf(now, settings.timeZone);
  return { ...subscription, status: statusOn(subscription, day) };
}

/** A subscription's status when a day is the next to come; before it begins, that of its first day. */
export function statusOn(subscription: Subscription, next: Day): Subscription['status'] {
  const day = laterDay(next, subscription.startDay);
  if (subscription.endDay !== undefined && subscription.endDay < day) return 'CANCELLED';
  const paused = subscription.pauses.some(
    ({ from, to, productIds }) => !productIds && from <= day && day <= (to ?? day),
  );
  return paused ? 'PAUSED' : 'ACTIVE';
}

/** The first day that a new subscription of a slot and products can begin on. */
export function firstStart(
  settings: Settings,
  slotId: string,
  productIds: readonly string[],
  now: Instant,
): Day | undefined {
  return firstOpenDay(settings, slotId, now, [...productIds]);
}
