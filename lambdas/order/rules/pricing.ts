import { taxesOn } from '#lambdas/product/rules/taxes.ts';
import type { Day } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import { type Problem, type ProblemPlace, refuse } from '#shared/domain/problem.ts';
import type { OrderLine } from '../models/Order.ts';

/** What pricing needs of a product. `price` is minor units. */
export interface PricedProduct {
  productId: string;
  name: string;
  price: number;
  active: boolean;
  stockMode: 'ON_HAND' | 'PER_DAY';
  taxes?: Record<string, number>;
  taxChanges?: { from: Day; taxes: Record<string, number> }[];
  hsn?: string;
}

export interface WantedLine {
  productId: string;
  qty: number;
}

/** One line a product, in the order first named: a product named twice counts as one line. */
export function mergeLines(lines: readonly WantedLine[]): WantedLine[] {
  const merged = new Map<string, number>();
  for (const { productId, qty } of lines) merged.set(productId, (merged.get(productId) ?? 0) + qty);
  return [...merged].map(([productId, qty]) => ({ productId, qty }));
}

/**
 * The lines of an order at today's prices and the delivery day's tax rates, and their sum in minor units; refused when a product is not on sale,
 * or when the caller expected another total (which the refusal corrects).
 */
export function priceOrder(
  lines: readonly WantedLine[],
  productOf: (productId: string) => PricedProduct | undefined,
  expectedMinor: number | undefined,
  deliveryDay: Day,
): { items: OrderLine[]; amountMinor: number } | Problem {
  const unknown: ProblemPlace[] = [];
  const items: OrderLine[] = [];
  lines.forEach(({ productId, qty }, i) => {
    const product = productOf(productId);
    if (!product?.active) {
      unknown.push({
        pointer: `/cartItems/${i}/productId`,
        detail: `${productId} is not on sale`,
        productId,
      });
      return;
    }
    items.push({
      productId,
      name: product.name,
      qty,
      price: product.price,
      amount: product.price * qty,
      stockMode: product.stockMode,
      taxes: taxesOn(product, deliveryDay),
      hsn: product.hsn,
    });
  });
  if (unknown.length > 0) return refuse('PRODUCT_UNKNOWN', unknown[0]?.detail, { errors: unknown });
  const amountMinor = items.reduce((sum, item) => sum + item.amount, 0);
  if (expectedMinor !== undefined && expectedMinor !== amountMinor) {
    return refuse('PRICE_CHANGED', `The total is ${toMajor(amountMinor)} now.`, {
      errors: [{ pointer: '/totalAmount', detail: `is ${toMajor(amountMinor)} now` }],
      more: { totalAmount: toMajor(amountMinor) },
    });
  }
  return { items, amountMinor };
}
