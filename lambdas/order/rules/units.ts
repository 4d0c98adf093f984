import { type StandingPrice, standingPriceOn } from '#lambdas/product/rules/standingPrice.ts';
import type { Settings } from '#shared/data/settings.ts';
import type { Day } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import { Problem } from '#shared/domain/problem.ts';
import type { Plan, RunLine, Subscription } from '../models/Subscription.ts';
import { type PlannedLine, plannedDays } from './plannedDays.ts';
import { checkServed } from './serviceArea.ts';

/** What an order run knows of a product. */
export interface RunProduct {
  price: Minor;
  active: boolean;
  standingPrices?: readonly StandingPrice[];
}

/** A line of a unit while it is decided; `tier` says whom it waits for when the product is short. */
export interface UnitLine extends RunLine {
  tier: 'STANDING' | 'ONE_OFF' | 'SUBSTITUTE';
  /** What the household takes instead, where there is not enough. */
  substituteId?: string;
}

/** One subscription's day: an order of what is granted, or a reason why not. */
export interface RunUnit {
  subscription: Subscription;
  plan: Plan;
  slotId: string;
  /** ORDERED, or the reason; decided last. */
  outcome: string;
  lines: UnitLine[];
  /** What of the order the household then owes; the rest its prepaid balance pays. */
  owedMinor: Minor;
  /** What promo credit takes off the order. */
  promoMinor: Minor;
}

/** What a day's run looks at beside the subscriptions themselves. */
export interface RunTerms {
  day: Day;
  /** Whether a slot is one of those that the run is for. */
  isOurs: (slotId: string) => boolean;
  settings: Settings;
  productOf: (productId: string) => RunProduct | undefined;
}

/** What a subscription wants on the day, in one of the run's slots; nothing where it has no line there. */
export function unitOf(subscription: Subscription, terms: RunTerms): RunUnit | undefined {
  const { day, isOurs, settings, productOf } = terms;
  const [planned] = plannedDays(subscription, settings, day, day);
  if (!planned || !isOurs(planned.slotId)) return undefined;
  // What a holiday moved away is recorded with the day it moved to.
  const due = planned.lines.filter(({ state }) => state !== 'MOVED');
  if (due.length === 0) return undefined;
  const unserved = checkServed(settings, planned.plan.address) instanceof Problem;
  const lines = due.map((line): UnitLine => {
    const product = productOf(line.productId);
    return {
      productId: line.productId,
      scheduledDay: line.scheduledDay,
      qty: line.qty,
      granted: 0,
      price: product ? standingPriceOn(product, day, line.locksAt) : 0,
      outcome: outcomeOf(line, product, unserved),
      tier: line.oneOff ? 'ONE_OFF' : 'STANDING',
      substituteId: line.oneOff ? undefined : substituteOf(planned.plan, line.productId, terms),
    };
  });
  return {
    subscription,
    plan: planned.plan,
    slotId: planned.slotId,
    outcome: '',
    lines,
    owedMinor: 0,
    promoMinor: 0,
  };
}

function outcomeOf(line: PlannedLine, product: RunProduct | undefined, unserved: boolean): string {
  if (line.state !== 'DUE') return line.state;
  if (unserved) return 'OUTSIDE_SERVICE_AREA';
  return product?.active ? 'ORDERED' : 'PRODUCT_GONE';
}

function substituteOf(plan: Plan, productId: string, { productOf }: RunTerms): string | undefined {
  const substituteId = plan.items.find((item) => item.productId === productId)?.substituteProductId;
  return substituteId && productOf(substituteId)?.active ? substituteId : undefined;
}

/** The units of a product that a unit wants in a tier, by product; only of lines that can be ordered. */
export function wantedIn(unit: RunUnit, tier: UnitLine['tier']): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of unit.lines) {
    if (line.outcome !== 'ORDERED' || line.tier !== tier) continue;
    sums.set(line.productId, (sums.get(line.productId) ?? 0) + line.qty);
  }
  return sums;
}

/** What an order of a unit costs, minor units. */
export function amountOf(lines: readonly Pick<RunLine, 'price' | 'granted'>[]): Minor {
  return lines.reduce((sum, { price, granted }) => sum + price * granted, 0);
}
