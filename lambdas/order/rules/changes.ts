import { MAX_LINES, MAX_QTY } from '#lambdas/cart/models/Cart.ts';
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
import { withoutOver } from './afterRun.ts';
import { firstOpenDay, isServed } from './cutoff.ts';
import { asFarAsOpen } from './frozen.ts';
import { altersLocked, firstDayThat, firstOpenDayOf } from './locked.ts';
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
  /** The day the change begins. */
  from: Day;
  /** Whether it was so already: nothing is left to write. */
  wasSo: boolean;
}

/** No day of a standing order may be named that lies further ahead. */
export const MOST_DAYS_AHEAD = 366;
/** What a row of the store may hold is twice as much. */
const MOST_LETTERS = 200_000;

/**
 * A subscription after a change at an instant. A line that has locked does not change any more: it comes as it stood, and
 * the change counts for all others. A change that reaches nothing of the first day it would alter is refused, 409
 * PAST_CUTOFF, naming the first day that it can still reach. A change that names no day begins with that one.
 */
export function applyChange(
  before: Subscription,
  change: Change,
  settings: Settings,
  now: Instant,
): Changed | Problem {
  if (before.status === 'CANCELLED') {
    return refuse('INVALID_TRANSITION', 'The subscription has ended.', {
      more: { subscriptionStatus: before.status },
    });
  }
  const subscription = withoutOver(before, dayOf(now, settings.timeZone));
  const wrong = tooFar(change, dayOf(now, settings.timeZone));
  if (wrong) return wrong;
  const open = firstOpenDayOf(subscription, settings, now);
  if (!open) return refuse('SLOT_NOT_OFFERED', 'The slot is not offered any more.');
  const asked = 'day' in change ? change.day : change.from;
  const beginning = asked ?? laterDay(subscription.startDay, open);
  const attempt = (day: Day) => applied(subscription, change, day, settings, now);
  // What is added to a day is named by the household: all of it can come, or it is refused.
  const how = { settings, now, added: change.action === 'ADD_ONE_OFF' ? change : undefined };
  const reached = (day: Day) => {
    const changed = attempt(day);
    return changed instanceof Problem ? undefined : asFarAsOpen(subscription, changed, how);
  };
  const reaches = (day: Day) => reached(day) !== undefined;
  const from = beginning >= open && reaches(beginning) ? beginning : firstDayThat(open, reaches);
  if (from === undefined || (asked !== undefined && from !== asked)) {
    const refusal = attempt(beginning);
    return refusal instanceof Problem && beginning >= open ? refusal : pastCutoff(beginning, from ?? open);
  }
  const changed = reached(from);
  if (!changed) return pastCutoff(beginning, open);
  const text = JSON.stringify(changed);
  if (text.length > MOST_LETTERS) {
    return refuse('TOO_MANY_LINES', 'The standing order holds too many changes and additions to come.');
  }
  const wasSo = text === JSON.stringify(subscription);
  return { subscription: withStatus(changed, settings, now), from, wasSo };
}

/** A household plans a year ahead at most. */
function tooFar(change: Change, today: Day): Problem | undefined {
  const last = addDays(today, MOST_DAYS_AHEAD);
  const days = Object.entries(change).filter(([name]) => name === 'day' || name === 'from' || name === 'to');
  const far = days.find(([, day]) => typeof day === 'string' && day > last);
  if (!far) return undefined;
  const detail = `is after ${last}; a standing order is planned a year ahead at most`;
  return refuse('INVALID_INPUT', `/${far[0]} ${detail}.`, { errors: [{ pointer: `/${far[0]}`, detail }] });
}

function pastCutoff(day: Day, firstDay: Day): Problem {
  return refuse('PAST_CUTOFF', `${day} is closed; the first day that can still change is ${firstDay}.`, {
    more: { firstDay },
  });
}

/** A change as if nothing had locked, beginning on a day. */
function applied(
  subscription: Subscription,
  change: Change,
  day: Day,
  settings: Settings,
  now: Instant,
): Subscription | Problem {
  switch (change.action) {
    case 'SKIP':
      return skip(subscription, day, settings);
    case 'UNSKIP':
      return unskip(subscription, day);
    case 'PAUSE':
      return pause(subscription, { ...change, from: day });
    case 'RESUME':
      return resume(subscription, day, change.reanchor ?? false);
    case 'CHANGE':
      return changePlan(subscription, change, day, settings);
    case 'ADD_ONE_OFF':
      return addOneOff(subscription, change.items, day, settings, now);
    case 'CANCEL':
      return cancel(subscription, day);
  }
}

/** The day does not come, nor what was added to it; a skip names the day of the schedule, wherever a holiday moved it. */
function skip(subscription: Subscription, day: Day, settings: Settings): Subscription | Problem {
  const near = plannedDays(subscription, settings, day, day);
  if (!near.some(({ lines }) => lines.some((line) => line.scheduledDay === day))) {
    return refuse('NOTHING_PLANNED', `Nothing is planned for ${day}.`, {
      errors: [{ pointer: '/day', detail: 'has no delivery' }],
    });
  }
  const skips = [...new Set([...subscription.skips, day])].sort();
  return { ...subscription, skips, oneOffs: subscription.oneOffs.filter((oneOff) => oneOff.day !== day) };
}

function unskip(subscription: Subscription, day: Day): Subscription | Problem {
  if (!subscription.skips.includes(day)) {
    return refuse('NOTHING_PLANNED', `${day} is not skipped.`, {
      errors: [{ pointer: '/day', detail: 'is not skipped' }],
    });
  }
  return { ...subscription, skips: subscription.skips.filter((skipped) => skipped !== day) };
}

/** Holds days, and drops what was added to them: of the products named, or everything. */
function pause(
  subscription: Subscription,
  { from, to, productIds }: { from: Day; to?: Day; productIds?: string[] },
): Subscription | Problem {
  if (to !== undefined && to < from) {
    return refuse('INVALID_INPUT', 'A pause must not end before it begins.', {
      errors: [{ pointer: '/to', detail: `is before ${from}` }],
    });
  }
  const unknown = (productIds ?? []).findIndex((productId) => !brings(subscription, productId));
  if (unknown >= 0) {
    const detail = `${productIds?.[unknown]} is not in this standing order`;
    return refuse('PRODUCT_UNKNOWN', `${detail}.`, {
      errors: [{ pointer: `/productIds/${unknown}`, detail }],
    });
  }
  const drops = (day: Day, { productId }: OneOffItem) =>
    from <= day && day <= (to ?? day) && (productIds?.includes(productId) ?? true);
  const oneOffs = subscription.oneOffs
    .map(({ day, items }) => ({ day, items: items.filter((item) => !drops(day, item)) }))
    .filter(({ items }) => items.length > 0);
  const added: Pause = { from, ...(to ? { to } : {}), ...(productIds ? { productIds } : {}) };
  const pauses = subscription.pauses.some((held) => covers(held, added))
    ? subscription.pauses
    : [...subscription.pauses, added];
  return { ...subscription, oneOffs, pauses };
}

/** Whether a pause holds all that another one would. */
function covers(held: Pause, { from, to, productIds }: Pause): boolean {
  const { productIds: theirs } = held;
  const days = held.from <= from && (held.to === undefined || (to !== undefined && to <= held.to));
  return days && (!theirs || (productIds?.every((productId) => theirs.includes(productId)) ?? false));
}

function brings({ plans, oneOffs }: Subscription, productId: string): boolean {
  const items = [...plans.flatMap((plan) => plan.items), ...oneOffs.flatMap((oneOff) => oneOff.items)];
  return items.some((item) => item.productId === productId);
}

function resume(subscription: Subscription, from: Day, reanchor: boolean): Subscription | Problem {
  const pauses = subscription.pauses
    .filter((held) => held.from < from)
    .map((held) => (held.to === undefined || held.to >= from ? { ...held, to: addDays(from, -1) } : held));
  if (JSON.stringify(pauses) === JSON.stringify(subscription.pauses)) {
    return refuse('NOTHING_PLANNED', `Nothing is paused on ${from} or later.`);
  }
  const resumed = { ...subscription, pauses };
  return reanchor ? { ...resumed, plans: reanchored(resumed.plans, from) } : resumed;
}

/** Plans whose count begins anew on a day; one that begins later with a count of its own keeps it. */
function reanchored(plans: readonly Plan[], asked: Day): Plan[] {
  const first = plans[0] as Plan;
  const day = laterDay(asked, first.from);
  const base = planOn(plans, day) ?? first;
  return [
    ...plans.filter(({ from }) => from < day),
    { ...base, from: day, anchor: day },
    ...plans
      .filter(({ from }) => from > day)
      .map((plan) => (plan.anchor === base.anchor ? { ...plan, anchor: day } : plan)),
  ];
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
  { items, schedule, slot, address, paymentMethod }: Extract<Change, { action: 'CHANGE' }>,
  asked: Day,
  settings: Settings,
): Subscription | Problem {
  const from = laterDay(asked, subscription.startDay);
  if (from > (subscription.endDay ?? from)) {
    return refuse('NOTHING_PLANNED', `The subscription ends on ${subscription.endDay} already.`, {
      errors: [{ pointer: '/from', detail: 'is after the end' }],
    });
  }
  const terms: Partial<Plan> = {
    ...(items ? { items } : {}),
    ...(schedule ? { schedule, anchor: from } : {}),
    ...(slot ? { slotId: slot } : {}),
    ...(address ? { address } : {}),
    ...(paymentMethod ? { paymentMethod } : {}),
  };
  if (Object.keys(terms).length === 0) {
    return refuse('INVALID_INPUT', 'A change must name what it changes.', {
      errors: [{ pointer: '', detail: 'names none of items, schedule, slot, address, paymentMethod' }],
    });
  }
  const after = { ...subscription, plans: plansFrom(subscription.plans, from, terms) };
  // What was added to days to come has to fit beside the new lines.
  const added = after.oneOffs.filter(({ day }) => day >= from);
  return added.map(({ day }) => tooMuch(after, day, settings)).find(Boolean) ?? after;
}

function addOneOff(
  subscription: Subscription,
  items: readonly OneOffItem[],
  day: Day,
  settings: Settings,
  now: Instant,
): Subscription | Problem {
  const ahead = addDays(dayOf(now, settings.timeZone), settings.bookAheadDays);
  const outside = day < subscription.startDay || day > (subscription.endDay ?? day);
  if (outside || day > ahead || !isServed(settings, day)) {
    const why = day > ahead ? `is more than ${settings.bookAheadDays} days ahead` : 'has no delivery';
    return refuse('SLOT_NOT_OFFERED', `Nothing can be added to ${day}: it ${why}.`, {
      errors: [{ pointer: '/day', detail: why }],
    });
  }
  if (subscription.pauses.some((pause) => isHeld(pause, day, items))) {
    return refuse('PAUSED', `${day} is paused.`, { errors: [{ pointer: '/day', detail: 'is paused' }] });
  }
  const merged = new Map(oneOffsOn(subscription, day).map(({ productId, qty }) => [productId, qty]));
  for (const { productId, qty } of items) merged.set(productId, (merged.get(productId) ?? 0) + qty);
  const oneOffs = [
    ...subscription.oneOffs.filter((oneOff) => oneOff.day !== day),
    { day, items: [...merged].map(([productId, qty]) => ({ productId, qty })) },
  ].sort((a, b) => (a.day < b.day ? -1 : 1));
  const after = { ...subscription, oneOffs };
  return tooMuch(after, day, settings) ?? after;
}

function oneOffsOn(subscription: Subscription, day: Day): OneOffItem[] {
  return subscription.oneOffs.filter((oneOff) => oneOff.day === day).flatMap(({ items }) => items);
}

/** A day's order holds as many products, and as many pieces of each, as any order. */
function tooMuch(subscription: Subscription, day: Day, settings: Settings): Problem | undefined {
  const totals = new Map<string, number>();
  for (const { lines } of plannedDays(subscription, settings, day, day)) {
    for (const { productId, qty } of lines) totals.set(productId, (totals.get(productId) ?? 0) + qty);
  }
  if (totals.size > MAX_LINES) {
    return refuse('TOO_MANY_LINES', `A day holds ${MAX_LINES} different products at most.`);
  }
  const over = [...totals].find(([, qty]) => qty > MAX_QTY)?.[0];
  if (over === undefined) return undefined;
  const detail = `makes more than ${MAX_QTY} of ${over} on ${day}`;
  return refuse('INVALID_INPUT', `/items ${detail}.`, { errors: [{ pointer: '/items', detail }] });
}

function isHeld({ from, to, productIds }: Pause, day: Day, items: readonly OneOffItem[]): boolean {
  if (day < from || day > (to ?? day)) return false;
  return !productIds || items.some(({ productId }) => productIds.includes(productId));
}

function cancel(subscription: Subscription, from: Day): Subscription | Problem {
  const end = addDays(from, -1);
  if (subscription.endDay !== undefined && subscription.endDay <= end) {
    return refuse('NOTHING_PLANNED', `The subscription ends on ${subscription.endDay} already.`, {
      errors: [{ pointer: '/from', detail: 'is after the end' }],
    });
  }
  const oneOffs = subscription.oneOffs.filter(({ day }) => day <= end);
  return { ...subscription, oneOffs, endDay: end, endReason: 'CANCELLED' };
}

/** The status that follows from pauses and end, as of the first day that can still change. */
function withStatus(subscription: Subscription, settings: Settings, now: Instant): Subscription {
  const day = firstOpenDayOf(subscription, settings, now) ?? dayOf(now, settings.timeZone);
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

/** The first day that a new standing order can begin on: its slot and products are open, and so is what follows. */
export function firstStart(subscription: Subscription, settings: Settings, now: Instant): Day | undefined {
  const [plan] = subscription.plans;
  if (!plan) return undefined;
  const open = firstOpenDay(
    settings,
    plan.slotId,
    now,
    plan.items.map(({ productId }) => productId),
  );
  const starting = (day: Day): Subscription => ({
    ...subscription,
    startDay: day,
    endDay: undefined,
    plans: [{ ...plan, from: day, anchor: day }],
  });
  return open && firstDayThat(open, (day) => !altersLocked(undefined, starting(day), settings, now));
}
