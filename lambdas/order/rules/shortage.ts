import type { Instant } from '#shared/domain/day.ts';

/** What a subscription wants of a product on a day; one a subscription and product. */
export interface Demand {
  subscriptionId: string;
  productId: string;
  qty: number;
  /** Whether it came short in the days that count as lately. */
  shortedLately: boolean;
  createdAt: Instant;
}

/**
 * Shares out what there is of each product, in whole units: first units to everyone before second units, and so on;
 * within a round those shorted lately first, then the oldest subscription. Answers the units granted by
 * `<subscriptionId> <productId>`. Of a product that `available` does not name there is nothing.
 */
export function shareOut(
  demands: readonly Demand[],
  available: ReadonlyMap<string, number>,
): Map<string, number> {
  const granted = new Map<string, number>();
  for (const [productId, wanted] of Map.groupBy(demands, (demand) => demand.productId)) {
    const { rounds, left } = fullRounds(
      wanted.map(({ qty }) => qty),
      Math.max(0, available.get(productId) ?? 0),
    );
    let rest = left;
    for (const { subscriptionId, qty } of wanted.sort(byTurn)) {
      const another = qty > rounds && rest > 0 ? 1 : 0;
      rest -= another;
      granted.set(`${subscriptionId} ${productId}`, Math.min(qty, rounds) + another);
    }
  }
  return granted;
}

/** How many rounds serve everyone who still wants a unit, and the units left, too few for another such round. */
function fullRounds(quantities: readonly number[], available: number): { rounds: number; left: number } {
  let rounds = 0;
  let left = available;
  let wanting = quantities.length;
  // Between one quantity and the next larger, every round takes a unit for each who still wants.
  for (const qty of quantities.toSorted((a, b) => a - b)) {
    const possible = Math.floor(left / wanting);
    if (possible < qty - rounds) return { rounds: rounds + possible, left: left - possible * wanting };
    left -= (qty - rounds) * wanting;
    rounds = qty;
    wanting--;
  }
  return { rounds, left };
}

function byTurn(a: Demand, b: Demand): number {
  if (a.shortedLately !== b.shortedLately) return a.shortedLately ? -1 : 1;
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.subscriptionId < b.subscriptionId ? -1 : 1;
}
