import { z } from '@hono/zod-openapi';

/** An amount in minor units (paise for INR): always an integer. The only form money has inside Milkfloat. */
export type Minor = number;

const MAX_MAJOR = 10_000_000;

/** Minor units of an amount in major units, e.g. 27.5 → 2750. Throws RangeError for more than two decimals. */
export function toMinor(major: number): Minor {
  const minor = Math.round(major * 100);
  if (!Number.isSafeInteger(minor) || Math.abs(major * 100 - minor) > 1e-6) {
    throw new RangeError(`${major} is not an amount with at most two decimals`);
  }
  return minor;
}

/** The API's form of an amount: major units with at most two decimals, e.g. 2750 → 27.5. */
export function toMajor(minor: Minor): number {
  return minor / 100;
}

/** An amount as text with its currency, for messages and pages, e.g. "₹27.50". */
export function showMoney(minor: Minor, currency: string): string {
  return new Intl.NumberFormat('en-IN', { style: 'currency', currency }).format(toMajor(minor));
}

function isTwoDecimals(value: number): boolean {
  const cents = value * 100;
  return Math.abs(cents - Math.round(cents)) <= 1e-6;
}

/** An amount a caller sends: major units, not negative, at most two decimals; parsed to minor units. */
export const Amount = z
  .number()
  .min(0)
  .max(MAX_MAJOR)
  .refine(isTwoDecimals, { message: 'has more than two decimals' })
  .transform(toMinor)
  .openapi({ type: 'number', minimum: 0, maximum: MAX_MAJOR, example: 50 });

/** An amount a caller sends, or null where there shall be none. */
export const AmountOrNone = Amount.nullable().openapi({ type: ['number', 'null'] });

/** An amount in an answer: major units with at most two decimals. */
export const AmountShown = z.number().openapi({ example: 50 });

/** Tax components of a product, in basis points of the net price: {CGST: 250, SGST: 250} is 5 %. */
export type TaxRates = Record<string, number>;

/**
 * Splits a price that includes tax into its net and each component: component = gross × rate ÷ (1 + total),
 * half up; the net is the rest, so the parts always sum to the whole (docs/domain.md, "Tax").
 */
export function splitTax(
  grossMinor: Minor,
  rates: TaxRates,
): { netMinor: Minor; taxes: Record<string, Minor> } {
  const total = Object.values(rates).reduce((sum, rate) => sum + rate, 0);
  const taxes: Record<string, Minor> = {};
  let netMinor = grossMinor;
  for (const [component, rate] of Object.entries(rates)) {
    const part = Math.floor((2 * grossMinor * rate + 10_000 + total) / (2 * (10_000 + total)));
    taxes[component] = part;
    netMinor -= part;
  }
  return { netMinor, taxes };
}
