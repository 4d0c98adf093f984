import type { Order } from '#lambdas/order/models/Order.ts';
import { chargedOf, deliveredOf } from '#lambdas/order/rules/delivered.ts';
import { type Minor, splitTax, type TaxRates } from '#shared/domain/money.ts';
import type { DocumentLine, InvoiceNote } from '../../models/Invoice.ts';
import { scaleTo } from '../postings.ts';
import { afterPromo, billedLines } from '../promo.ts';

/** The lines that an order's invoice has, at the price after promo credit: what was delivered, or will be. */
export function linesOf(order: Order): DocumentLine[] {
  return billedLines(order).map(({ productId, name, hsn, qty, price, amount, taxes }) => ({
    ...{ productId, name, hsn, qty, price, amount, taxes },
    ...(amount < price * qty ? { discount: price * qty - amount } : {}),
  }));
}

/** The part of each line that a credit takes back, exactly as the ledger splits it. */
export function partOf(lines: readonly DocumentLine[], amount: Minor): DocumentLine[] {
  return scaleTo(lines, amount)
    .map(({ qty: _qty, price: _price, ...line }) => line)
    .filter((line) => line.amount !== 0);
}

/**
 * What the desk's correction of a stop adds to the invoice (DEBIT) or takes off (CREDIT). Each line's tax is the
 * difference of the tax before and after, as the ledger has it.
 */
export function correctionOf(order: Order, which: number): Pick<InvoiceNote, 'kind' | 'amount' | 'lines'> {
  const before = qtyOf(order, which);
  const after = qtyOf(order, which + 1);
  const amountsBefore = amountsOf(order, before, chargedAfter(order, which));
  const amountsAfter = amountsOf(order, after, chargedAfter(order, which + 1));
  const more = chargedAfter(order, which + 1) - chargedAfter(order, which);
  const kind = more > 0 ? 'DEBIT' : 'CREDIT';
  const sign = more > 0 ? 1 : -1;
  const lines = order.items.flatMap((item, i): DocumentLine[] => {
    const { productId, name, hsn, price, taxes = {} } = item;
    const [was, is] = [amountsBefore[i] ?? 0, amountsAfter[i] ?? 0];
    if (was === is) return [];
    const qty = sign * ((after[i] ?? 0) - (before[i] ?? 0));
    const pieces = qty === 0 ? {} : { qty, price };
    const line = { productId, name, hsn, ...pieces, amount: sign * (is - was), taxes: item.taxes };
    return [{ ...line, taxAmounts: taxDifference(was, is, taxes, sign) }];
  });
  return { kind, amount: Math.abs(more), lines };
}

/** What an order was charged with after so many of its corrections. */
function chargedAfter(order: Order, count: number): Minor {
  return order.corrections?.[count]?.chargedBefore ?? chargedOf(order);
}

/** What each line comes to when so much of it came; what is not charged of the price is promo credit. */
function amountsOf({ items }: Order, quantities: readonly number[], charged: Minor): Minor[] {
  const lines = items.map(({ price }, i) => ({ amount: price * (quantities[i] ?? 0) }));
  const price = lines.reduce((sum, { amount }) => sum + amount, 0);
  return afterPromo(lines, price - charged).map(({ amount }) => amount);
}

/** How much of each line had been delivered after so many of an order's corrections: the later ones are taken off again. */
function qtyOf({ items, corrections = [] }: Order, count: number): number[] {
  const quantities = items.map(deliveredOf);
  for (const { lines } of corrections.slice(count)) {
    const left = lines.map((line) => ({ ...line }));
    for (const [i, { productId, price }] of items.entries()) {
      // A product may be on two lines of the order, each with its own difference: they come in the order's order.
      const at = left.findIndex(
        (line) => line.productId === productId && line.amountMinor === price * line.qty,
      );
      const change = left[at];
      if (!change) continue;
      quantities[i] = (quantities[i] ?? 0) - change.qty;
      left.splice(at, 1);
    }
  }
  return quantities;
}

function taxDifference(was: Minor, is: Minor, rates: TaxRates, sign: number): Record<string, Minor> {
  const [before, after] = [splitTax(was, rates).taxes, splitTax(is, rates).taxes];
  return Object.fromEntries(
    Object.keys(rates).map((component) => [
      component,
      sign * ((after[component] ?? 0) - (before[component] ?? 0)),
    ]),
  );
}
