import {
  appendFile,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { z } from '@hono/zod-openapi';
import type { Log } from '#shared/ports/ports.ts';
import { SavedMethod, Webhook } from './signature.ts';

const Outcome = z.object({
  state: z.enum(['SUCCEEDED', 'FAILED', 'PENDING']),
  reason: z.string().optional(),
});
export type Outcome = z.infer<typeof Outcome>;

const Transfer = Outcome.extend({
  /** Milkfloat's paymentId or refundId. */
  id: z.string(),
  providerRef: z.string(),
  amountMinor: z.int(),
  currency: z.string(),
  createdAtMs: z.number(),
  /** What a transfer that began PENDING becomes, and when; kept afterwards. */
  settles: Outcome.extend({ atMs: z.number() }).optional(),
});

const Charge = Transfer.extend({
  kind: z.literal('charge'),
  /** What refunds of this charge come to. */
  refundsEnd: Transfer.shape.state,
  /** Sum of its refunds that did not fail. */
  refundedMinor: z.int(),
  /** The method it keeps for later charges. */
  saved: SavedMethod.optional(),
});
export type Charge = z.infer<typeof Charge>;

const Refund = Transfer.extend({ kind: z.literal('refund') });
export type Refund = z.infer<typeof Refund>;

/** One line: what changed together. A later line about a transfer replaces the earlier one. */
const Entry = z.object({
  transfers: z.array(z.discriminatedUnion('kind', [Charge, Refund])).optional(),
  /** Webhooks to send. */
  webhooks: z.array(Webhook).optional(),
  /** Ids of webhooks that need no more sending. */
  done: z.array(z.string()).optional(),
});
type Entry = z.infer<typeof Entry>;

interface Book {
  charges: Map<string, Charge>;
  refunds: Map<string, Refund>;
  /** Those not delivered yet. */
  webhooks: Map<string, Webhook>;
}

const append = promisify(appendFile);

/**
 * The sandbox's memory across restarts. `book` is what the file told, without what is older than `sinceMs`; the file
 * is rewritten to hold no more than that. After `saved()` a change survives the end of this process (kill -9), though
 * not a power cut: nothing waits for the disk here.
 */
export function openJournal({ path, sinceMs, log }: { path: string; sinceMs: number; log: Log }) {
  mkdirSync(dirname(path), { recursive: true });
  const book = readBook(path, log);
  for (const map of [book.charges, book.refunds]) forgetBefore(map, sinceMs);
  for (const [id, { sendAtMs }] of book.webhooks) if (sendAtMs < sinceMs) book.webhooks.delete(id);
  rewrite(path, book);

  const fd = openSync(path, 'a', 0o600);
  let closed = false;
  /** Lines that no write has taken yet, and the write that will; whatever comes during one write shares the next. */
  let waiting = '';
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  async function write() {
    next = undefined;
    const lines = waiting;
    waiting = '';
    try {
      await append(fd, lines);
    } catch (error) {
      // Part of it may be in the file; a line break keeps that part from spoiling the line written again.
      waiting = `\n${lines}${waiting}`;
      log.error('sandbox journal not written', { reason: String(error) });
      throw error;
    }
  }

  /** Resolves once all changes so far are with the operating system; rejects, and tries again when next asked, if they cannot be. */
  function saved(): Promise<void> {
    if (waiting === '') return last;
    if (!next) {
      next = last.then(write, write);
      last = next;
      next.catch(() => undefined); // Whoever needs to know awaits `saved`, and `write` has logged it.
    }
    return next;
  }

  return {
    book,
    saved,
    add(entry: Entry): void {
      if (closed) throw new Error('The sandbox is closed');
      waiting += `${JSON.stringify(entry)}\n`;
      void saved();
    },
    async close(): Promise<void> {
      if (closed) return;
      closed = true;
      try {
        await saved();
      } finally {
        closeSync(fd);
      }
    },
  };
}

/** Drops the oldest; a map's order is that of creation. */
export function forgetBefore(transfers: Map<string, { createdAtMs: number }>, sinceMs: number): void {
  for (const [id, { createdAtMs }] of transfers) {
    if (createdAtMs >= sinceMs) return;
    transfers.delete(id);
  }
}

function readBook(path: string, log: Log): Book {
  const book: Book = { charges: new Map(), refunds: new Map(), webhooks: new Map() };
  for (const line of linesOf(path)) {
    const entry = readEntry(line);
    if (!entry) log.warn('sandbox journal line ignored', { bytes: line.length });
    for (const transfer of entry?.transfers ?? []) {
      if (transfer.kind === 'charge') book.charges.set(transfer.id, transfer);
      else book.refunds.set(transfer.id, transfer);
    }
    for (const webhook of entry?.webhooks ?? []) book.webhooks.set(webhook.message.id, webhook);
    for (const id of entry?.done ?? []) book.webhooks.delete(id);
  }
  return book;
}

/** The file's lines, also a torn last one; none when there is no file. */
function* linesOf(path: string): Generator<string> {
  const bytes = readIfThere(path);
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf('\n', start);
    const end = found === -1 ? bytes.length : found;
    if (end > start) yield bytes.toString('utf8', start, end);
    start = end + 1;
  }
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function readEntry(line: string): Entry | undefined {
  try {
    return Entry.safeParse(JSON.parse(line)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function rewrite(path: string, { charges, refunds, webhooks }: Book): void {
  const half = `${path}.part`;
  const fd = openSync(half, 'w', 0o600);
  try {
    const write = (entry: Entry) => writeFileSync(fd, `${JSON.stringify(entry)}\n`);
    for (const charge of charges.values()) write({ transfers: [charge] });
    for (const refund of refunds.values()) write({ transfers: [refund] });
    for (const webhook of webhooks.values()) write({ webhooks: [webhook] });
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(half, path);
}
