import type { Product } from '#lambdas/product/models/Product.ts';
import { taxesOn } from '#lambdas/product/rules/taxes.ts';
import type { Day } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import { type Problem, type ProblemPlace, refuse } from '#shared/domain/problem.ts';
import type { Order, OrderLine } from '../models/Order.ts';

/** How much of a product was left at the door. */
export interface DeliveredItem {
  productId: string;
  delivered: number;
}

/** How much of a line was left at the door; all of it unless the stop said otherwise. */
export const deliveredOf = ({ qty, delivered }: OrderLine): number => delivered ?? qty;

/** An order's lines as they were delivered, each at the price it was ordered at; what did not come has no line. */
export function deliveredLines({ items }: Pick<Order, 'items'>): OrderLine[] {
  return items
    .filter((item) => deliveredOf(item) > 0)
    .map((item) => ({ ...item, qty: deliveredOf(item), amount: item.price * deliveredOf(item) }));
}

/** What did not come of an order's lines. */
export function missingLines({ items }: Pick<Order, 'items'>): OrderLine[] {
  return items
    .filter((item) => deliveredOf(item) < item.qty)
    .map((item) => ({ ...item, qty: item.qty - deliveredOf(item) }));
}

/**
 * An order's lines at the tax rates of its delivery day: rates by date that were told after it was ordered count, as the
 * rate of the day of supply does (check). A change without a day is for what is ordered after it.
 */
export function atRatesOfDay(
  items: readonly OrderLine[],
  day: Day,
  productOf: (productId: string) => Pick<Product, 'taxes' | 'taxChanges'> | undefined,
): OrderLine[] {
  return items.map((item) => {
    const product = productOf(item.productId);
    const isDated = product?.taxChanges?.some(({ from }) => from <= day);
    return product && isDated ? { ...item, taxes: taxesOn(product, day) } : item;
  });
}

/** What an order is charged with, minor units: nothing until its stop, then what was delivered less promo credit. */
export function chargedOf({ status, charged, amount }: Order): Minor {
  return status === 'DELIVERED' ? (charged ?? amount) : 0;
}

/** What of an order's charge was not credited yet, minor units. */
export function creditLeftOn(order: Order): Minor {
  return chargedOf(order) - (order.credited ?? 0);
}

/** An order's lines with what the courier says was delivered; products that are not named came whole. */
export function withResult(
  items: readonly OrderLine[],
  result: readonly DeliveredItem[] = [],
): OrderLine[] | Problem {
  const wrong = wrongPlaces(items, result);
  if (wrong.length > 0) return refuse('INVALID_INPUT', wrong[0]?.detail, { errors: wrong });
  const left = new Map(result.map(({ productId, delivered }) => [productId, delivered]));
  const lines = items.map((item) => {
    const { delivered: _before, ...line } = item;
    const there = left.get(item.productId);
    if (there === undefined) return line;
    // A product on two lines (a substitute beside the same product) fills the first one first.
    const delivered = Math.min(item.qty, there);
    left.set(item.productId, there - delivered);
    return delivered === item.qty ? line : { ...line, delivered };
  });
  if (lines.some((line) => deliveredOf(line) > 0)) return lines;
  return refuse('INVALID_INPUT', 'Nothing was delivered: say FAILED, with a reason.', {
    errors: [{ pointer: '/items', detail: 'deliver nothing; the delivery is FAILED then' }],
  });
}

function wrongPlaces(items: readonly OrderLine[], result: readonly DeliveredItem[]): ProblemPlace[] {
  const seen = new Set<string>();
  return result.flatMap(({ productId, delivered }, i): ProblemPlace[] => {
    const ordered = items
      .filter((item) => item.productId === productId)
      .reduce((sum, { qty }) => sum + qty, 0);
    if (ordered === 0)
      return [{ pointer: `/items/${i}/productId`, detail: `${productId} was not ordered`, productId }];
    if (seen.size === seen.add(productId).size)
      return [{ pointer: `/items/${i}/productId`, detail: `${productId} is named twice`, productId }];
    if (delivered > ordered)
      return [{ pointer: `/items/${i}/delivered`, detail: `is more than the ${ordered} ordered`, productId }];
    return [];
  });
}
