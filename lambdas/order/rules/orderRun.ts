import { type StandingPrice, standingPriceOn } from '#lambdas/product/rules/standingPrice.ts';
import type { Settings } from '#shared/data/settings.ts';
import { addDays, type Day } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import { Problem } from '#shared/domain/problem.ts';
import type { Plan, Subscription, SubscriptionDay } from '../models/Subscription.ts';
import { fund } from './funding.ts';
import { type PlannedLine, plannedDays } from './plannedDays.ts';
import { checkServed } from './serviceArea.ts';
import { shareOut } from './shortage.ts';

/** Who came short within so many days goes first at the next shortage. */
const SHORT_LATELY_DAYS = 7;

export type RunLine = SubscriptionDay['lines'][number];

/** What becomes of one subscription on the day: an order of what is granted, or a reason why not. */
export interface RunUnit {
  subscription: Subscription;
  plan: Plan;
  /** ORDERED, or the reason. */
  outcome: string;
  lines: RunLine[];
}

export interface RunInput {
  day: Day;
  slotId: string;
  settings: Settings;
  /** Whether the time to load has come before the run did: then nothing is ordered any more. */
  missed: boolean;
  subscriptions: readonly Subscription[];
  productOf: (productId: string) => RunProduct | undefined;
  /** What the day has of each product that somebody wants. */
  stockOf: ReadonlyMap<string, number>;
  /** Prepaid balance by household, minor units. */
  balanceOf: ReadonlyMap<string, Minor>;
  /** Shares that an earlier try of this run has decided: `<subscriptionId> <productId>`; none at the first. */
  decided?: ReadonlyMap<string, number>;
}

interface RunProduct {
  price: Minor;
  active: boolean;
  standingPrices?: readonly StandingPrice[];
}

/**
 * Decides a slot's whole day before anything is written: what each subscription wants, who gets how much of what is
 * short, and what prepaid balance pays. The same input gives the same decisions in the same order.
 */
export function decideRun(input: RunInput): RunUnit[] {
  const units = input.subscriptions
    .flatMap((subscription) => unitOf(input, subscription))
    .sort((a, b) => (a.subscription.subscriptionId < b.subscription.subscriptionId ? -1 : 1));
  grantStock(input, units);
  payFromBalance(input, units);
  for (const unit of units) {
    const granted = unit.lines.some((line) => line.granted > 0);
    unit.outcome = granted ? 'ORDERED' : (unit.lines[0]?.outcome ?? 'NOTHING');
  }
  return units;
}

/** What products a day wants in all, before anything is granted. */
export function wantedProducts(input: Omit<RunInput, 'stockOf' | 'balanceOf'>): Set<string> {
  const units = input.subscriptions.flatMap((subscription) => unitOf(input, subscription));
  return new Set(units.flatMap(({ lines }) => lines.map(({ productId }) => productId)));
}

function unitOf(
  { day, slotId, settings, missed, productOf }: Omit<RunInput, 'stockOf' | 'balanceOf'>,
  subscription: Subscription,
): RunUnit[] {
  const [planned] = plannedDays(subscription, settings, day, day);
  // What a holiday moved away is recorded with the day it moved to.
  const lines = (planned?.lines ?? []).filter(({ state }) => state !== 'MOVED');
  if (!planned || planned.slotId !== slotId || lines.length === 0) return [];
  const unserved = checkServed(settings, planned.plan.address);
  const outcomeOf = (line: PlannedLine): string => {
    if (line.state !== 'DUE') return line.state;
    if (missed) return 'RUN_MISSED';
    if (unserved instanceof Problem) return unserved.code;
    return productOf(line.productId)?.active ? 'ORDERED' : 'PRODUCT_GONE';
  };
  return [
    {
      subscription,
      plan: planned.plan,
      outcome: '',
      lines: lines.map((line) => {
        const product = productOf(line.productId);
        return {
          productId: line.productId,
          scheduledDay: line.scheduledDay,
          qty: line.qty,
          granted: 0,
          price: product ? standingPriceOn(product, day, line.locksAt) : 0,
          outcome: outcomeOf(line),
        };
      }),
    },
  ];
}

/** Shares out what there is; a product of which there is enough is granted as wanted. */
function grantStock({ day, stockOf, decided }: RunInput, units: readonly RunUnit[]): void {
  const wanted = units.flatMap(({ subscription, lines }) =>
    [...totals(lines)].map(([productId, qty]) => ({
      subscriptionId: subscription.subscriptionId,
      productId,
      qty,
      shortedLately: (subscription.shortedOn ?? '') >= addDays(day, -SHORT_LATELY_DAYS),
      createdAt: subscription.createdAt,
    })),
  );
  const shares = decided ?? shareOut(wanted, stockOf);
  for (const { subscription, lines } of units) {
    const left = new Map(
      [...totals(lines)].map(([productId, qty]) => [
        productId,
        shares.get(`${subscription.subscriptionId} ${productId}`) ?? (decided ? qty : 0),
      ]),
    );
    for (const line of lines.filter(({ outcome }) => outcome === 'ORDERED')) {
      const here = left.get(line.productId) ?? 0;
      line.granted = Math.min(line.qty, here);
      left.set(line.productId, here - line.granted);
      if (line.granted < line.qty) line.outcome = line.granted > 0 ? 'SHORT' : 'OUT_OF_STOCK';
    }
  }
}

function totals(lines: readonly RunLine[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { productId, qty, outcome } of lines) {
    if (outcome === 'ORDERED') sums.set(productId, (sums.get(productId) ?? 0) + qty);
  }
  return sums;
}

/** Takes away what a household's prepaid balance does not pay, whole lines, the oldest subscription served first. */
function payFromBalance({ settings, balanceOf }: RunInput, units: readonly RunUnit[]): void {
  const households = Map.groupBy(
    units.filter(({ plan }) => plan.paymentMethod === 'WALLET'),
    ({ subscription }) => subscription.userId,
  );
  for (const [userId, theirs] of households) {
    const granted = theirs.flatMap(({ subscription, lines }) =>
      lines.flatMap((line, position) => (line.granted > 0 ? [{ subscription, line, position }] : [])),
    );
    const { paid } = fund(
      granted.map(({ subscription, line, position }) => ({
        subscriptionId: subscription.subscriptionId,
        createdAt: subscription.createdAt,
        position,
        amountMinor: line.price * line.granted,
      })),
      { availableMinor: balanceOf.get(userId) ?? 0, policy: settings.balanceShort, graceLeftMinor: 0 },
    );
    granted.forEach(({ line }, i) => {
      if (paid.has(i)) return;
      line.granted = 0;
      line.outcome = 'BALANCE_SHORT';
    });
  }
}

/** What an order of a unit costs, minor units. */
export function amountOf(lines: readonly RunLine[]): Minor {
  return lines.reduce((sum, { price, granted }) => sum + price * granted, 0);
}
