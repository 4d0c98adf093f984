import type { Row } from '#shared/data/table.ts';
import type { Minor } from '#shared/domain/money.ts';
import { type Funded, fund, type LineToPay } from './funding.ts';
import { amountOf, type RunUnit, type UnitLine } from './units.ts';

/** What a household can pay with, and what it owes; minor units. */
export interface Purse {
  walletMinor: Minor;
  owedMinor: Minor;
  /** For how much more a post-paid account can take deliveries. */
  creditLeftMinor: Minor;
  /** Promo credit, a discount that is used before anything else. */
  promoMinor: Minor;
  /** The row that this was read from, for the till's own use. */
  row?: Row;
}

export const emptyPurse: Purse = { walletMinor: 0, owedMinor: 0, creditLeftMinor: 0, promoMinor: 0 };

export interface HouseholdTerms {
  policy: 'LINES' | 'NONE' | 'GRACE';
  graceLimitMinor: Minor;
  purse: Purse;
  /** Whether the account may still order. */
  active: boolean;
  /** Whether the time to load a slot's orders is over. */
  isMissed: (slotId: string) => boolean;
}

/**
 * Decides a household's whole day, once its share of what is short is granted: what its money pays, over all its
 * subscriptions together, and with that the outcome of each.
 */
export function decideHousehold(units: readonly RunUnit[], terms: HouseholdTerms): void {
  for (const unit of units) {
    if (!terms.active) refuseLines(unit, 'CUSTOMER_GONE');
    else if (terms.isMissed(unit.slotId)) refuseLines(unit, 'RUN_MISSED');
  }
  const promo = payFromWallet(units, terms);
  usePromo(units, keepToLimit(units, terms.purse, promo));
  for (const unit of units) unit.outcome = outcomeOf(unit);
}

/** What a household can pay with once its day is made as it was decided, without the row that this was read from. */
export function purseAfter(purse: Purse, units: readonly RunUnit[]): Purse {
  const after: Purse = { ...purse, row: undefined };
  for (const { plan, lines, promoMinor, owedMinor } of units) {
    const dueMinor = amountOf(lines) - promoMinor;
    after.promoMinor -= promoMinor;
    if (plan.paymentMethod === 'WALLET') {
      after.walletMinor -= dueMinor - owedMinor;
      after.owedMinor += owedMinor;
      after.creditLeftMinor -= owedMinor;
    } else if (plan.paymentMethod === 'ACCOUNT') after.creditLeftMinor -= dueMinor;
  }
  return after;
}

/** What a share of the stock made of a line: it matters no more where nothing is ordered anyway. */
const ofStock: readonly string[] = ['ORDERED', 'SHORT', 'OUT_OF_STOCK'];

function refuseLines(unit: RunUnit, reason: string): void {
  // The line that a substitute stands in for says what happened.
  unit.lines = unit.lines.filter(({ insteadOf }) => insteadOf === undefined);
  for (const line of unit.lines) {
    if (ofStock.includes(line.outcome)) line.outcome = reason;
    line.granted = 0;
  }
}

function byAge(a: RunUnit, b: RunUnit): number {
  const [one, other] = [a.subscription, b.subscription];
  if (one.createdAt !== other.createdAt) return one.createdAt < other.createdAt ? -1 : 1;
  return one.subscriptionId < other.subscriptionId ? -1 : 1;
}

function payFromWallet(units: readonly RunUnit[], { policy, graceLimitMinor, purse }: HouseholdTerms): Minor {
  const prepaid = units.filter(({ plan }) => plan.paymentMethod === 'WALLET').sort(byAge);
  const wanted = prepaid.flatMap((unit) =>
    unit.lines.flatMap((line, position) => (line.granted > 0 ? [{ unit, line, position }] : [])),
  );
  if (wanted.length === 0) return purse.promoMinor;
  const { paid }: Funded = fund(
    wanted.map(
      ({ unit: { subscription }, line, position }): LineToPay => ({
        subscriptionId: subscription.subscriptionId,
        createdAt: subscription.createdAt,
        position,
        amountMinor: line.price * line.granted,
      }),
    ),
    {
      availableMinor: Math.max(0, purse.walletMinor) + purse.promoMinor,
      policy,
      graceLeftMinor: graceLimitMinor - purse.owedMinor,
    },
  );
  wanted.forEach(({ line }, i) => {
    if (!paid.has(i)) leaveOut(line, 'BALANCE_SHORT');
  });
  let leftMinor = Math.max(0, purse.walletMinor);
  let promoMinor = purse.promoMinor;
  for (const unit of prepaid) {
    promoMinor -= takePromo(unit, promoMinor);
    const amountMinor = amountOf(unit.lines) - unit.promoMinor;
    unit.owedMinor = Math.max(0, amountMinor - leftMinor);
    leftMinor = Math.max(0, leftMinor - amountMinor);
  }
  return promoMinor;
}

/** Takes as much promo credit off a unit's price as there is; answers how much. */
function takePromo(unit: RunUnit, leftMinor: Minor): Minor {
  unit.promoMinor = Math.min(leftMinor, amountOf(unit.lines));
  return unit.promoMinor;
}

/** What prepaid orders and those on account leave of promo credit goes to what is paid at the door. */
function usePromo(units: readonly RunUnit[], promoMinor: Minor): void {
  let leftMinor = promoMinor;
  for (const unit of units.filter(({ plan }) => plan.paymentMethod === 'COD').toSorted(byAge))
    leftMinor -= takePromo(unit, leftMinor);
}

/** Who pays afterwards gets no further order that would take what is owed above the limit. */
function keepToLimit(units: readonly RunUnit[], { creditLeftMinor }: Purse, promo: Minor): Minor {
  let leftMinor = creditLeftMinor;
  let promoMinor = promo;
  for (const unit of units.filter(({ plan }) => plan.paymentMethod === 'ACCOUNT').sort(byAge)) {
    const discount = Math.min(promoMinor, amountOf(unit.lines));
    const amountMinor = amountOf(unit.lines) - discount;
    if (amountMinor <= leftMinor) {
      leftMinor -= amountMinor;
      promoMinor -= takePromo(unit, discount);
    } else for (const line of unit.lines) if (line.granted > 0) leaveOut(line, 'CREDIT_LIMIT');
  }
  return promoMinor;
}

function leaveOut(line: UnitLine, reason: string): void {
  line.granted = 0;
  line.outcome = reason;
}

/** Of several reasons the one that stood last between the household and its delivery. */
const reasonsByNearness: readonly string[] = [
  'BALANCE_SHORT',
  'CREDIT_LIMIT',
  'OUT_OF_STOCK',
  'RUN_MISSED',
  'CUSTOMER_GONE',
  'PRODUCT_GONE',
  'OUTSIDE_SERVICE_AREA',
  'HOLIDAY',
  'NOT_SERVED',
  'SKIPPED',
  'PAUSED',
];

function outcomeOf({ lines }: RunUnit): string {
  if (lines.some(({ granted }) => granted > 0)) return 'ORDERED';
  const outcomes = new Set(lines.map(({ outcome }) => outcome));
  return reasonsByNearness.find((reason) => outcomes.has(reason)) ?? [...outcomes][0] ?? 'NOT_SERVED';
}
