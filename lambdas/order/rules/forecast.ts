import type { Settings } from '#shared/data/settings.ts';
import { addDays, type Day, type Instant, laterDay } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import type { ReceiptLine, Subscription } from '../models/Subscription.ts';
import { plannedDays } from './plannedDays.ts';

const AHEAD_DAYS = 30;

/** What a product costs a standing order on a day, minor units. */
export type PriceOn = (productId: string, day: Day) => Minor;

/** What is to come of a product on a day. */
interface Coming {
  day: Day;
  productId: string;
  qty: number;
  amount: Minor;
  locksAt: Instant;
}

/** What a change does to days and costs, from the code that the order run prices with. Amounts are minor units. */
export interface Difference {
  lines: ReceiptLine[];
  monthBefore: Minor;
  monthAfter: Minor;
  next30Before: Minor;
  next30After: Minor;
}

/** What comes of a subscription from a day to another, both included: one entry a day and product, in that order. */
export function comingLines(
  subscription: Subscription,
  settings: Settings,
  priceOn: PriceOn,
  [from, to]: readonly [Day, Day],
): Coming[] {
  return plannedDays(subscription, settings, from, to).flatMap(({ day, lines }) => {
    const merged = new Map<string, Coming>();
    for (const { productId, qty, state, locksAt } of lines) {
      if (state !== 'DUE') continue;
      const known = merged.get(productId);
      const total = (known?.qty ?? 0) + qty;
      merged.set(productId, { day, productId, qty: total, amount: priceOn(productId, day) * total, locksAt });
    }
    return [...merged.values()];
  });
}

/**
 * Compares a subscription before (undefined: there was none) and after a change. `today` is the first day that counts,
 * `chargedMinor` what this month's days before it have cost.
 */
export function difference(
  before: Subscription | undefined,
  after: Subscription,
  settings: Settings,
  priceOn: PriceOn,
  { today, chargedMinor }: { today: Day; chargedMinor: Minor },
): Difference {
  const monthEnd = lastDayOfMonth(today);
  const ahead = addDays(today, AHEAD_DAYS - 1);
  const range = [today, laterDay(monthEnd, ahead)] as const;
  const was = before ? comingLines(before, settings, priceOn, range) : [];
  const is = comingLines(after, settings, priceOn, range);
  const until = (lines: readonly Coming[], day: Day) =>
    lines.reduce((sum, line) => (line.day <= day ? sum + line.amount : sum), 0);
  return {
    lines: differing(
      was.filter(({ day }) => day <= ahead),
      is.filter(({ day }) => day <= ahead),
    ),
    monthBefore: chargedMinor + until(was, monthEnd),
    monthAfter: chargedMinor + until(is, monthEnd),
    next30Before: until(was, ahead),
    next30After: until(is, ahead),
  };
}

function differing(was: readonly Coming[], is: readonly Coming[]): ReceiptLine[] {
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

export function firstDayOfMonth(day: Day): Day {
  return `${day.slice(0, 8)}01`;
}

export function lastDayOfMonth(day: Day): Day {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7));
  return `${day.slice(0, 8)}${new Date(Date.UTC(year, month, 0)).getUTCDate()}`;
}
