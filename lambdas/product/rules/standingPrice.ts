import type { Day } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';

/** What a standing order pays before a day, while a rise that was announced does not reach it yet. */
export interface StandingPrice {
  before: Day;
  price: Minor;
}

interface Priced {
  price: Minor;
  standingPrices?: readonly StandingPrice[];
}

/** What a product costs a standing order on a delivery day, minor units. */
export function standingPriceOn(product: Priced, day: Day): Minor {
  return product.standingPrices?.find(({ before }) => day < before)?.price ?? product.price;
}

/**
 * The prices of standing orders after the product's price became another. A fall reaches every open day at once; a
 * rise only days from `reaches` on. Days that are over by `today` are forgotten.
 */
export function standingPricesAfter(
  product: Priced,
  price: Minor,
  { today, reaches }: { today: Day; reaches: Day },
): StandingPrice[] {
  // What each coming day costs so far: the prices in force until a day, and the last one for ever.
  const steps = (product.standingPrices ?? []).filter(({ before }) => before > today);
  const kept = steps
    .filter((step) => step.price < price)
    .map((step) => ({ ...step, before: step.before < reaches ? step.before : reaches }));
  const lasting = product.price < price ? [{ before: reaches, price: product.price }] : [];
  const after: StandingPrice[] = [];
  for (const step of [...kept, ...lasting]) {
    // A step that ends no later than the one before it never applies.
    if (step.before > (after.at(-1)?.before ?? '')) after.push(step);
  }
  return after;
}
