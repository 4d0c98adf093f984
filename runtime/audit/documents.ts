import {
  counterKey,
  type InvoiceNote,
  InvoiceNotes,
  Invoices,
  noted,
  numberOf,
} from '#lambdas/payment/models/Invoice.ts';
import { Ledger, type Movement } from '#lambdas/payment/models/Ledger.ts';
import { Meta } from '#shared/data/meta.ts';
import type { Row, Table } from '#shared/data/table.ts';
import { type Instant, plusSeconds } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import { INVOICED_WITHIN_SECONDS } from './charges.ts';
import { type Audit, Differs } from './reading.ts';

const TOGETHER = 100;

/** In every series the numbers up to the last one given are all there, each once. */
export async function checkNumbers({ store, tell }: Audit): Promise<void> {
  const seen = new Map<string, Uint8Array>();
  for await (const { metaId, number = 0 } of store.scan(Meta)) {
    if (metaId.startsWith('invoices')) seen.set(metaId, new Uint8Array(number + 1));
  }
  const take = async <T extends Row & { orderId: string; number: number; series?: string }>(
    table: Table<T>,
  ) => {
    for await (const row of store.scan(table)) {
      const numbers = seen.get(counterKey(row.series).metaId);
      // One that was given since the counters were read.
      if (!numbers || row.number >= numbers.length) continue;
      if (numbers[row.number])
        throw new Differs(`document ${numberOf(row)}`, `is there twice, once for order ${row.orderId}`);
      numbers[row.number] = 1;
    }
  };
  await take(Invoices);
  await take(InvoiceNotes);
  let all = 0;
  for (const [metaId, numbers] of seen) {
    const missing = numbers.indexOf(0, 1);
    const [, series] = metaId.split('#');
    if (missing !== -1)
      throw new Differs(
        `document ${numberOf({ series, number: missing })}`,
        'is missing among the numbers given',
      );
    all += numbers.length - 1;
  }
  tell(`documents: ${all} in ${seen.size} series, consecutive`);
}

/** Every credit or debit note tells a movement of the ledger. */
export async function checkNotes({ store, tell }: Audit): Promise<void> {
  let count = 0;
  const check = async (notes: readonly InvoiceNote[]) => {
    const movements = (await store.getMany(
      notes.map(({ movementId }) => ({ table: Ledger, key: { movementId } })),
    )) as (Movement | undefined)[];
    for (const [i, note] of notes.entries()) {
      const movement = movements[i];
      const earned = movement ? earnedBy(movement) : 0;
      if (earned !== noted([note]))
        throw new Differs(
          `note ${numberOf(note)}`,
          `says ${toMajor(noted([note]))}, the ledger has ${toMajor(earned)}`,
        );
    }
    count += notes.length;
  };
  let some: InvoiceNote[] = [];
  for await (const note of store.scan(InvoiceNotes)) {
    some.push(note);
    if (some.length < TOGETHER) continue;
    await check(some);
    some = [];
  }
  await check(some);
  tell(`credit and debit notes: ${count}, each as the ledger has it`);
}

function earnedBy({ lines }: Movement): number {
  return lines
    .filter(({ account }) => account === 'revenue' || account === 'tax')
    .reduce((sum, { amount }) => sum - amount, 0);
}

/** Looks up the credit note of every credit, a hundred at a time, as the ledger is read. */
export class Credits {
  #some: Movement[] = [];
  readonly #audit: Audit;
  readonly #last: Instant;

  constructor(audit: Audit, last: Instant | undefined) {
    this.#audit = audit;
    this.#last = last ?? '';
  }

  async take(movement: Movement): Promise<void> {
    const late = plusSeconds(movement.at, INVOICED_WITHIN_SECONDS) < this.#last;
    if (movement.kind !== 'CREDIT' || !late) return;
    this.#some.push(movement);
    if (this.#some.length === TOGETHER) await this.end();
  }

  async end(): Promise<void> {
    const some = this.#some.splice(0);
    const keys = some.map(({ orderId = '', movementId }) => ({
      orderId,
      noteId: movementId.replace(/#\w+$/, ''),
    }));
    const notes = await this.#audit.store.getMany(keys.map((key) => ({ table: InvoiceNotes, key })));
    const lacking = keys.find((_, i) => notes[i] === undefined);
    if (lacking) throw new Differs(`credit ${lacking.noteId}`, 'has no credit note an hour later');
  }
}
