import type { Settings } from '#shared/data/settings.ts';
import { addDays, type Day, type Instant, laterDay } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import type { Receipt, ReceiptLine, Subscription } from '../models/Subscription.ts';
import { plannedDays } from './plannedDays.ts';

const AHEAD_DAYS = 30;
/** How far ahead the first day that differs is looked for. */
const FIRST_WITHIN_DAYS = 100;

/** What a product costs a standing order on a day whose line locks at an instant, minor units. */
export type PriceOn = (productId: string, day: Day, locksAt: Instant) => Minor;

/** What is to come of a product on a day. */
export interface Coming {
  day: Day;
  productId: string;
  qty: number;
  price: Minor;
  amount: Minor;
  locksAt: Instant;
}

/** What this month's order runs have dealt with, and what it came to, minor units. */
export interface Dealt {
  days: ReadonlySet<Day>;
  chargedMinor: Minor;
}

/** What a change does to days and costs, from the code that the order run prices with. Amounts are minor units. */
export type Difference = Pick<
  Receipt,
  'lines' | 'firstDays' | 'monthBefore' | 'monthAfter' | 'next30Before' | 'next30After'
>;

/** What comes of a subscription from a day to another, both included: one entry a day and product, in that order. */
export function comingLines(
  subscription: Subscription,
  settings: Settings,
  priceOn: PriceOn,
  [from, to]: readonly [Day, Day],
): Coming[] {
  return plannedDays(subscription, settings, from, to).flatMap(({ day, lines }) => {
    const merged = new Map<string, Coming>();
    for (const { productId, qty: more, state, locksAt } of lines) {
      if (state !== 'DUE') continue;
      const price = priceOn(productId, day, locksAt);
      const qty = (merged.get(productId)?.qty ?? 0) + more;
      merged.set(productId, { day, productId, qty, price, amount: price * qty, locksAt });
    }
    return [...merged.values()];
  });
}

/** A subscription and the prices it is reckoned with. */
export interface Reckoned {
  subscription: Subscription;
  priceOn: PriceOn;
}

/**
 * Compares a subscription before (undefined: there was none) and after a change: days from `today` on that no run has
 * dealt with, and what the month has cost already. The month is today's, or that of the first day that differs.
 */
export function difference(
  before: Reckoned | undefined,
  after: Reckoned,
  settings: Settings,
  { today, dealt, month }: { today: Day; dealt: Dealt; month: 'THIS' | 'FIRST' },
): Difference {
  const ahead = addDays(today, AHEAD_DAYS - 1);
  // To the end of a month, so that the month of any day in it is whole.
  const range = [today, lastDayOfMonth(addDays(today, FIRST_WITHIN_DAYS))] as const;
  const comingOf = ({ subscription, priceOn }: Reckoned) =>
    comingLines(subscription, settings, priceOn, range).filter(({ day }) => !dealt.days.has(day));
  const was = before ? comingOf(before) : [];
  const is = comingOf(after);
  const cost = (lines: readonly Coming[], from: Day, to: Day) =>
    lines.reduce((sum, { day, amount }) => (from <= day && day <= to ? sum + amount : sum), 0);
  const differing = differingLines(was, is);
  const monthOf = (month === 'FIRST' && differing[0]?.day) || today;
  const monthEnd = lastDayOfMonth(monthOf);
  const monthStart = laterDay(firstDayOfMonth(monthOf), today);
  const charged = monthOf.startsWith(today.slice(0, 8)) ? dealt.chargedMinor : 0;
  const shownTo = laterDay(ahead, differing[0]?.day ?? ahead);
  return {
    lines: differing.filter(({ day }) => day <= shownTo),
    firstDays: firstDaysOf(differing),
    monthBefore: charged + cost(was, monthStart, monthEnd),
    monthAfter: charged + cost(is, monthStart, monthEnd),
    next30Before: cost(was, today, ahead),
    next30After: cost(is, today, ahead),
  };
}

function differingLines(was: readonly Coming[], is: readonly Coming[]): ReceiptLine[] {
  const rows = new Map<string, ReceiptLine>();
  const rowOf = ({ day, productId, locksAt }: Coming) => {
    const key = `${day} ${productId}`;
    const row = rows.get(key) ?? {
      day,
      productId,
      qtyBefore: 0,
      qtyAfter: 0,
      amountBefore: 0,
      amountAfter: 0,
      locksAt,
    };
    rows.set(key, row);
    return row;
  };
  for (const line of was) Object.assign(rowOf(line), { qtyBefore: line.qty, amountBefore: line.amount });
  for (const line of is) {
    Object.assign(rowOf(line), { qtyAfter: line.qty, amountAfter: line.amount, locksAt: line.locksAt });
  }
  return [...rows.values()]
    .filter((row) => row.qtyBefore !== row.qtyAfter || row.amountBefore !== row.amountAfter)
    .sort((a, b) => (`${a.day} ${a.productId}` < `${b.day} ${b.productId}` ? -1 : 1));
}

/** Of each product, the first of some lines that are in the order of their days. */
function firstDaysOf(lines: readonly ReceiptLine[]): Difference['firstDays'] {
  const first = new Map<string, Difference['firstDays'][number]>();
  for (const { productId, day, locksAt } of lines) {
    if (!first.has(productId)) first.set(productId, { productId, day, locksAt });
  }
  return [...first.values()];
}

export function firstDayOfMonth(day: Day): Day {
  return `${day.slice(0, 8)}01`;
}

export function lastDayOfMonth(day: Day): Day {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7));
  return `${day.slice(0, 8)}${new Date(Date.UTC(year, month, 0)).getUTCDate()}`;
}
