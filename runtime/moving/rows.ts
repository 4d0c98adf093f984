import { setTimeout as sleep } from 'node:timers/promises';
import { Meta } from '#shared/data/meta.ts';
import type { Wire } from '#shared/data/wire.ts';

/** An item as DynamoDB's API writes it. */
export type Item = Record<string, Record<string, unknown>>;

/** Where a dairy lies: its store. */
export interface Side {
  wire: Wire;
}

export interface Page {
  items: Item[];
  /** Where the next page begins; undefined after the last. */
  next?: Item;
}

/** What BatchWriteItem takes at once, and how often it may leave something over. */
const PIECE = 25;
const MOST_TRIES = 10;

/** Rows that say something of this store only: how far it has read its own stream, and a move into it. */
const ofOneSide = new Set(['relay', 'moving']);

/** A table's rows page by page, strongly consistent, from a place on. */
export async function* pagesOf({ wire }: Side, table: string, from?: Item): AsyncGenerator<Page> {
  let start = from;
  do {
    const page: { Items?: Item[]; LastEvaluatedKey?: Item } = await wire.call('Scan', {
      TableName: table,
      ConsistentRead: true,
      ExclusiveStartKey: start,
    });
    const items = page.Items ?? [];
    start = page.LastEvaluatedKey;
    yield { items: table === Meta.name ? items.filter(isOfTheDairy) : items, next: start };
  } while (start);
}

function isOfTheDairy({ metaId }: Item): boolean {
  return !ofOneSide.has(String(metaId?.S));
}

/** Writes the items of a page as they are, whatever was under their keys: all pieces at once. */
export async function putAll(side: Side, table: string, items: readonly Item[]): Promise<void> {
  const pieces = Array.from({ length: Math.ceil(items.length / PIECE) }, (_, i) =>
    items.slice(i * PIECE, (i + 1) * PIECE),
  );
  await Promise.all(pieces.map((piece) => putPiece(side, table, piece)));
}

async function putPiece({ wire }: Side, table: string, items: readonly Item[]): Promise<void> {
  let left = items.map((item) => ({ PutRequest: { Item: item } }));
  for (let tries = 1; left.length > 0; tries++) {
    if (tries > MOST_TRIES) throw new Error(`${table}: the store does not take more at the moment`);
    if (tries > 1) await sleep(50 * 2 ** tries);
    const answer: { UnprocessedItems?: Record<string, typeof left> } = await wire.call('BatchWriteItem', {
      RequestItems: { [table]: left },
    });
    left = answer.UnprocessedItems?.[table] ?? [];
  }
}
