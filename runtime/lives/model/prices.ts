import { type Almanac, type Day, dates, type Moment, step } from './almanac.ts';

/** What each product costs on each date: a table that every announcement is written into where it counts. */
export class Prices {
  readonly #almanac: Almanac;
  readonly #days: readonly Day[];
  readonly #noticeDays: number;
  readonly #table = new Map<string, number>();

  constructor(almanac: Almanac, [from, to]: [Day, Day], noticeDays: number) {
    this.#almanac = almanac;
    this.#days = dates(from, to);
    this.#noticeDays = noticeDays;
  }

  /** A product's first price, in minor units. */
  begin(productId: string, price: number): void {
    this.#each(productId, (key) => this.#table.set(key, price));
  }

  /** A new price: dates that are still open fall with it at once, and rise with it after its notice. */
  announce(productId: string, price: number, at: Moment): void {
    const reaches = step(this.#almanac.today(at), this.#noticeDays);
    this.#each(productId, (key, slotId, day) => {
      const lock = this.#almanac.lock(slotId, day, productId) ?? '';
      if (lock <= at) return;
      if (price < (this.#table.get(key) ?? 0) || day >= reaches) this.#table.set(key, price);
    });
  }

  /** What a product costs on a date in a slot. */
  on(productId: string, slotId: string, day: Day): number {
    return this.#table.get(`${productId} ${slotId} ${day}`) ?? 0;
  }

  #each(productId: string, write: (key: string, slotId: string, day: Day) => void): void {
    for (const { slotId } of this.#almanac.arrangement.slots) {
      for (const day of this.#days) write(`${productId} ${slotId} ${day}`, slotId, day);
    }
  }
}
