import { hash32 } from '#shared/domain/shard.ts';

/**
 * How a product that is short is shared: everybody gets up to `rounds` units, and those whose turn comes no later than
 * `cut` one more. Two values say it for any number of households.
 */
export interface Share {
  rounds: number;
  /** Empty when nobody gets one more. */
  cut: string;
}

/** A household's place at a shortage, as text that sorts: those who came short lately first, then the oldest subscription. */
export function turnOf(
  { subscriptionId, createdAt, shortedOn }: { subscriptionId: string; createdAt: string; shortedOn?: string },
  latelyFrom: string,
): string {
  return `${(shortedOn ?? '') >= latelyFrom ? 0 : 1} ${createdAt} ${subscriptionId}`;
}

/** What of a quantity is granted. Of a product that is not short, everything. */
export function grantOf(share: Share | undefined, qty: number, turn: string): number {
  if (!share || qty <= share.rounds) return qty;
  return share.rounds + (turn <= share.cut ? 1 : 0);
}

/** How many want how much of something. */
export class Demand {
  readonly #counts = new Map<number, number>();
  total = 0;

  add(qty: number): void {
    this.#counts.set(qty, (this.#counts.get(qty) ?? 0) + 1);
    this.total += qty;
  }

  /** How many full rounds an amount makes for everyone who still wants, and the units left, too few for another. */
  rounds(available: number): { rounds: number; left: number } {
    let rounds = 0;
    let left = available;
    let wanting = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    // Between one quantity and the next larger, every round takes a unit for each who still wants.
    for (const [qty, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      const possible = Math.floor(left / wanting);
      if (possible < qty - rounds) return { rounds: rounds + possible, left: left - possible * wanting };
      left -= (qty - rounds) * wanting;
      rounds = qty;
      wanting -= count;
    }
    return { rounds, left };
  }
}

const EVERY_HASH = 2 ** 32;
/** A cut after every turn. */
const EVERYBODY = '~';

/**
 * Finds the text at a rank among many that are shown again and again, in bounded memory: each showing narrows the
 * range in which it lies, by a sample of at most `most` texts, until those left fit.
 */
export class Ranked {
  readonly #most: number;
  /** The rank wanted among the texts after `#low`. */
  #rank: number;
  #low = '';
  #high: string | undefined;
  /** Where the range is cut this time: texts up to `from` and after `to` are only counted. */
  #from = '';
  #to: string | undefined;
  #showings = 0;
  #before = 0;
  #inside = 0;
  #after = 0;
  #sample: { hash: number; text: string }[] = [];
  #below = EVERY_HASH;
  /** The text, once found; empty when the rank is 0. */
  found: string | undefined;

  constructor(rank: number, most: number) {
    this.#rank = rank;
    this.#most = most;
    if (rank === 0) this.found = '';
  }

  show(text: string): void {
    if (this.found !== undefined || text <= this.#low) return;
    if (this.#high !== undefined && text > this.#high) return;
    if (text <= this.#from) this.#before++;
    else if (this.#to === undefined || text <= this.#to) this.#keep(text);
    else this.#after++;
  }

  #keep(text: string): void {
    this.#inside++;
    // Each showing takes another sample.
    const hash = hash32(`${this.#showings} ${text}`);
    if (hash >= this.#below) return;
    this.#sample.push({ hash, text });
    while (this.#sample.length > this.#most) {
      this.#below /= 2;
      this.#sample = this.#sample.filter((kept) => kept.hash < this.#below);
    }
  }

  /** Ends a showing of all texts. */
  shown(): void {
    if (this.found !== undefined) return;
    // Fewer than were counted: some have changed their mind since, and all of the others have their turn.
    if (this.#rank > this.#before + this.#inside + this.#after) {
      this.found = EVERYBODY;
      return;
    }
    if (this.#rank <= this.#before) this.#high = this.#from;
    else if (this.#rank > this.#before + this.#inside) {
      this.#rank -= this.#before + this.#inside;
      this.#low = this.#to ?? this.#low;
    } else {
      this.#narrow();
      return;
    }
    this.#begin(this.#low, this.#high);
  }

  #narrow(): void {
    this.#rank -= this.#before;
    this.#low = this.#from;
    this.#high = this.#to;
    const texts = this.#sample.map(({ text }) => text).sort();
    if (texts.length === this.#inside) {
      this.found = texts[this.#rank - 1] ?? '';
      return;
    }
    const place = (this.#rank / this.#inside) * texts.length;
    const margin = 3 * Math.sqrt(texts.length) + 1;
    const from = texts[Math.floor(place - margin)];
    const to = texts[Math.ceil(place + margin)];
    // A sample too small to tell where the place is cuts the range somewhere.
    const middle = from === undefined && to === undefined ? texts[texts.length >> 1] : undefined;
    this.#begin(from ?? this.#low, to ?? middle ?? this.#high);
  }

  #begin(from: string, to: string | undefined): void {
    this.#showings++;
    this.#from = from;
    this.#to = to;
    this.#before = 0;
    this.#inside = 0;
    this.#after = 0;
    this.#sample = [];
    this.#below = EVERY_HASH;
  }
}
