import type { Order } from '#lambdas/order/models/Order.ts';
import type { OrderRun } from '#lambdas/order/models/OrderRun.ts';
import type { StandingDemand } from '#lambdas/order/models/StandingDemand.ts';
import type { Product, StockDay } from '#lambdas/product/models/Product.ts';

/** Pieces of a product in a slot, or in all of them: ordered by hand, made by the order run, and still to be made. */
export interface Pieces {
  orderedByHand: number;
  orderedByRun: number;
  planned: number;
}

/** What a product needs on a day, by slot; `''` are planned pieces whose slot was not counted. */
export type Needs = Map<string, Map<string, Pieces>>;

/** What a day needs: its orders are added one by one, then what standing orders will still bring. */
export class DayDemand {
  readonly needs: Needs = new Map();
  readonly names = new Map<string, string>();
  readonly #count: StandingDemand | undefined;
  orders = 0;
  /** Pieces that were planned when that was counted and are orders since, by slot and product, and by product. */
  readonly #madeSince = new Map<string, number>();

  constructor(count: StandingDemand | undefined) {
    this.#count = count;
  }

  addOrder({ status, slotId, items, through, createdAt }: Order): void {
    if (status === 'CANCELLED') return;
    this.orders++;
    for (const { productId, name, qty } of items) {
      const pieces = this.#piecesOf(productId, slotId);
      this.names.set(productId, name);
      if (through === 'RUN') pieces.orderedByRun += qty;
      else pieces.orderedByHand += qty;
      if (through === 'RUN' && createdAt > (this.#count?.countedAt ?? '')) {
        for (const key of [`${slotId} ${productId}`, ` ${productId}`])
          this.#madeSince.set(key, (this.#madeSince.get(key) ?? 0) + qty);
      }
    }
  }

  /** Adds what was planned, less what is ordered since; in slots whose run is closed nothing more is to come. */
  addPlanned(closedSlots: ReadonlySet<string>): void {
    if (!this.#count) return;
    const bySlot = this.#count.slots ?? { '': this.#count.products };
    for (const [slotId, products] of Object.entries(bySlot)) {
      if (closedSlots.has(slotId)) continue;
      for (const [productId, qty] of Object.entries(products)) {
        const open = Math.max(0, qty - (this.#madeSince.get(`${slotId} ${productId}`) ?? 0));
        if (open > 0) this.#piecesOf(productId, slotId).planned += open;
      }
    }
  }

  #piecesOf(productId: string, slotId: string): Pieces {
    const slots = this.needs.get(productId) ?? new Map<string, Pieces>();
    this.needs.set(productId, slots);
    const pieces = slots.get(slotId) ?? { orderedByHand: 0, orderedByRun: 0, planned: 0 };
    slots.set(slotId, pieces);
    return pieces;
  }
}

/** The slots of a day whose order run is closed, and what runs have set aside and not ordered yet, by product. */
export function runsOf(rows: readonly OrderRun[]) {
  const closedSlots = new Set(
    rows.filter(({ state }) => state === 'CLOSED').flatMap(({ slotIds }) => slotIds ?? []),
  );
  const held = new Map<string, number>();
  for (const { left } of rows)
    for (const [productId, qty] of Object.entries(left ?? {}))
      held.set(productId, (held.get(productId) ?? 0) + qty);
  return { closedSlots, held };
}

/** What there is of a product on a day, and how much of that nobody has ordered yet. */
export function supplyOf(product: Product | undefined, stockDay: StockDay | undefined, heldPieces: number) {
  if (!product) return { supply: 0, left: 0 };
  if (product.stockMode === 'ON_HAND')
    return { supply: product.stock + product.reserved, left: product.stock + heldPieces };
  const planned = product.dailySupply ?? 0;
  return { supply: stockDay?.supply ?? planned, left: (stockDay?.stock ?? planned) + heldPieces };
}

export function sumOf(slots: Iterable<Pieces>): Pieces & { total: number } {
  const sum = { orderedByHand: 0, orderedByRun: 0, planned: 0, total: 0 };
  for (const { orderedByHand, orderedByRun, planned } of slots) {
    sum.orderedByHand += orderedByHand;
    sum.orderedByRun += orderedByRun;
    sum.planned += planned;
    sum.total += orderedByHand + orderedByRun + planned;
  }
  return sum;
}
