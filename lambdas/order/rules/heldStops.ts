import type { Settings } from '#shared/data/settings.ts';
import type { Address } from '#shared/domain/address.ts';
import { type Day, laterDay } from '#shared/domain/day.ts';
import type { Plan, Subscription } from '../models/Subscription.ts';
import { holidayOn } from './cutoff.ts';
import { plannedDays } from './plannedDays.ts';
import { dayAfter, dayAt, dayNumber } from './schedule.ts';

/** The places of a slot are counted for so many days from today on; standing orders take them up to two days less. */
export const PLACES_COUNTED_DAYS = 402;
export const PLACES_TAKEN_DAYS = PLACES_COUNTED_DAYS - 2;

/** A stop that a standing order holds: a day, a slot and a door. */
export interface HeldStop {
  day: Day;
  slotId: string;
  address: Address | undefined;
}

/** The slots that have a capacity, and which. */
export function limitsOf({ slots }: Settings): Map<string, number> {
  return new Map(
    slots.flatMap(({ slotId, capacity }) => (capacity === null ? [] : [[slotId, capacity] as const])),
  );
}

/**
 * The stops that a standing order holds in slots with a capacity. A day that is skipped, or paused until a day that was
 * told, keeps its place: the household comes back to it. A pause without an end gives it up.
 */
export function heldStops(subscription: Subscription, settings: Settings, from: Day, to: Day): HeldStop[] {
  const limits = limitsOf(settings);
  if (!subscription.plans.some(({ slotId }) => limits.has(slotId))) return [];
  const pauses = subscription.pauses.filter((pause) => pause.to === undefined);
  return plannedDays({ ...subscription, skips: [], pauses }, settings, from, to)
    .filter(({ slotId, lines }) => limits.has(slotId) && lines.some(({ state }) => state === 'DUE'))
    .map(({ day, slotId, plan }) => ({ day, slotId, address: plan.address }));
}

/** A place that a standing order holds; `n` counts days from the first that is asked for. */
export interface HeldPlace {
  slotId: string;
  address: Address | undefined;
  n: number;
}

/**
 * The same of very many standing orders, for the days that places are counted for: most have one plan for ever and
 * nothing else, and those of one schedule hold the same days, so that these are looked for once.
 */
export function heldPlacesFrom(settings: Settings, from: Day): (subscription: Subscription) => HeldPlace[] {
  const begin = dayNumber(from);
  const to = dayAt(begin + PLACES_COUNTED_DAYS - 1);
  const limits = limitsOf(settings);
  const placesOf = (subscription: Subscription) =>
    heldStops(subscription, settings, from, to).map(({ day, slotId, address }) => ({
      slotId,
      address,
      n: dayNumber(day) - begin,
    }));
  const known = new Map<string, HeldPlace[]>();
  return (subscription) => {
    const { plans, startDay, endDay } = subscription;
    const plan = plans.at(-1);
    if (!plan || !isPlain(subscription, settings, from)) return placesOf(subscription);
    if (!limits.has(plan.slotId)) return [];
    const { shape, anchor } = shapeOf(plan);
    let places = known.get(shape);
    if (!places) {
      const ever = { startDay: from, endDay: undefined, plans: [{ ...plan, from, anchor }] };
      places = placesOf({
        ...subscription,
        ...ever,
        oneOffs: [],
        frozen: undefined,
        broughtForward: undefined,
      });
      known.set(shape, places);
    }
    const first = dayNumber(startDay) - begin;
    const last = endDay === undefined ? PLACES_COUNTED_DAYS : dayNumber(endDay) - begin;
    const { address } = plan;
    return places.filter(({ n }) => first <= n && n <= last).map(({ slotId, n }) => ({ slotId, address, n }));
  };
}

/** Whether from a day on there is one plan and nothing else; what holds its places anyway does not count. */
function isPlain(subscription: Subscription, settings: Settings, from: Day): boolean {
  const { status, plans, startDay, endDay, oneOffs, pauses, frozen = [], broughtForward = [] } = subscription;
  if (status === 'CANCELLED' || (plans.at(-1)?.from ?? '') > laterDay(startDay, from)) return false;
  // What a holiday after the end would move to the last day does not come.
  if (endDay !== undefined && holidayOn(settings, dayAfter(endDay))) return false;
  if (pauses.some(({ to }) => to === undefined)) return false;
  return [...oneOffs.map(({ day }) => day), ...frozen.map(({ day }) => day), ...broughtForward].every(
    (day) => day < from,
  );
}

/** What tells apart on which days plans come: of the anchor only where the count stands, as if it had always gone on. */
function shapeOf({ slotId, schedule, anchor, items }: Plan): { shape: string; anchor: Day } {
  const every = schedule.type === 'ALTERNATE_DAYS' ? 2 : schedule.type === 'EVERY_N_DAYS' ? schedule.n : 1;
  const phase = dayNumber(anchor) % every;
  const products = items.map(({ productId, qtyByWeekday }) => [productId, qtyByWeekday]);
  return { shape: JSON.stringify([slotId, schedule, phase, products]), anchor: dayAt(phase) };
}
