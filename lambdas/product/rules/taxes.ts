import type { Day } from '#shared/domain/day.ts';
import type { TaxRates } from '#shared/domain/money.ts';
import type { Product } from '../models/Product.ts';

/** The tax rates of a product that is delivered on a day: of the latest change that has come by then. */
export function taxesOn(
  { taxes, taxChanges = [] }: Pick<Product, 'taxes' | 'taxChanges'>,
  day: Day,
): TaxRates | undefined {
  let latest: (typeof taxChanges)[number] | undefined;
  for (const change of taxChanges) {
    if (change.from <= day && (!latest || change.from > latest.from)) latest = change;
  }
  return latest ? latest.taxes : taxes;
}
