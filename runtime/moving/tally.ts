import { createHash } from 'node:crypto';
import type { Files } from '#shared/ports/ports.ts';
import { type Item, pagesOf, type Side } from './rows.ts';

/** How many things there are, and the sum of their SHA-256: the same for the same things in whatever order. */
export interface Tally {
  count: number;
  sum: string;
}

const ROOM = 2n ** 256n;

/** Adds things up as they come. */
class Sum {
  #count = 0;
  #sum = 0n;

  add(...parts: (string | Uint8Array)[]): void {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    this.#count++;
    this.#sum = (this.#sum + BigInt(`0x${hash.digest('hex')}`)) % ROOM;
  }

  get tally(): Tally {
    return { count: this.#count, sum: this.#sum.toString(16).padStart(64, '0') };
  }
}

/** What a table of one side comes to, without what is of that side alone. */
export async function tallyOfTable(side: Side, table: string): Promise<Tally> {
  const sum = new Sum();
  for await (const { items } of pagesOf(side, table)) for (const item of items) sum.add(textOf(item));
  return sum.tally;
}

/** What all files of one side come to: their names and what is in them. */
export async function tallyOfFiles(files: Pick<Files, 'get' | 'names'>): Promise<Tally> {
  const sum = new Sum();
  for await (const name of files.names()) {
    const found = await files.get(name);
    if (found) sum.add(`${name}\n`, found.body);
  }
  return sum.tally;
}

/** An item as text: stores give attributes back in an order of their own, and may write a number differently. */
function textOf(item: Item): string {
  return JSON.stringify(item, (key, inner) => {
    if (key === 'N') return String(Number(inner));
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
