import { setTimeout as sleep } from 'node:timers/promises';
import { refuse } from '#shared/domain/problem.ts';
import { all, type Condition, expressionOf, is, Placeholders } from './condition.ts';
import { type Item, plainMap, rowOf, typedMap } from './item.ts';
import type { Key, Row, Table } from './table.ts';
import { passingErrors, StoreError, type Wire } from './wire.ts';
import type { Write } from './write.ts';

const MAX_TRIES = 6;

/** A page of rows and, when there are more, where the next one begins. */
export interface Rows<T> {
  rows: T[];
  cursor?: string;
}

export interface Question {
  index?: string;
  hash: string;
  /** A condition on the range key. */
  range?: Condition;
  limit?: number;
  cursor?: string;
  newestFirst?: boolean;
  /** Strongly consistent; not possible on an index. */
  consistent?: boolean;
}

/** Typed reads and writes of rows over one wire. Every read of a row by key is strongly consistent. */
export class Store {
  readonly wire: Wire;
  constructor(wire: Wire) {
    this.wire = wire;
  }

  /** One row by key; undefined when there is none. */
  async get<T extends Row>(table: Table<T>, key: Key): Promise<T | undefined> {
    const answer = await this.repeat<{ Item?: Item }>('GetItem', {
      TableName: table.name,
      Key: typedMap(key),
      ConsistentRead: true,
    });
    return answer.Item ? (rowOf(table, answer.Item) as T) : undefined;
  }

  /** Rows by key in one call (one more for each 100 keys or unprocessed rest), in the order asked, gaps undefined. */
  async getMany(asked: readonly { table: Table; key: Key }[]): Promise<(Row | undefined)[]> {
    const found = new Map<string, Row>();
    const names = asked.map(({ table, key }) => nameOf(table.name, key));
    const unique = [...new Map(asked.map((ask, i) => [names[i], ask])).values()];
    for (let start = 0; start < unique.length; start += 100) {
      let request: Record<string, { Keys: object[]; ConsistentRead: boolean }> = {};
      for (const { table, key } of unique.slice(start, start + 100)) {
        request[table.name] ??= { Keys: [], ConsistentRead: true };
        request[table.name]?.Keys.push(typedMap(key));
      }
      for (let tries = 0; Object.keys(request).length > 0; tries++) {
        if (tries >= MAX_TRIES) throw refuse('BUSY', undefined, { retryAfterSeconds: 1 });
        if (tries > 0) await backOff(tries);
        const answer = await this.repeat<BatchGetAnswer>('BatchGetItem', { RequestItems: request });
        for (const [tableName, items] of Object.entries(answer.Responses ?? {})) {
          const table = unique.find((ask) => ask.table.name === tableName)?.table;
          if (!table) continue;
          for (const item of items) {
            const row = rowOf(table, item);
            const key: Key = { [table.hash]: String(row[table.hash]) };
            if (table.range) key[table.range] = String(row[table.range]);
            found.set(nameOf(tableName, key), row);
          }
        }
        request = answer.UnprocessedKeys ?? {};
      }
    }
    return names.map((name) => found.get(name));
  }

  /** A page of one partition of a table or index, at most `limit` rows, following empty pages to their end. */
  async query<T extends Row>(table: Table<T>, question: Question): Promise<Rows<T>> {
    const index = question.index ? table.indexes[question.index] : undefined;
    if (question.index && !index) throw new TypeError(`${table.name} has no index ${question.index}`);
    const hash = index?.hash ?? table.hash;
    const limit = question.limit ?? Number.POSITIVE_INFINITY;
    const rows: T[] = [];
    let from: object | undefined = question.cursor ? keyIn(question.cursor, table, question) : undefined;
    do {
      const holders = new Placeholders();
      const keyIs = expressionOf(is(hash, question.hash), holders);
      const range = question.range ? ` AND ${expressionOf(question.range, holders)}` : '';
      const answer = await this.repeat<QueryAnswer>('Query', {
        TableName: table.name,
        IndexName: question.index,
        KeyConditionExpression: keyIs + range,
        ExpressionAttributeNames: holders.names,
        ExpressionAttributeValues: typedMap(holders.values),
        ScanIndexForward: !question.newestFirst,
        ConsistentRead: question.consistent && !question.index,
        Limit: Number.isFinite(limit) ? limit - rows.length : undefined,
        ExclusiveStartKey: from,
      });
      for (const item of answer.Items) rows.push(rowOf(table, item) as T);
      from = answer.LastEvaluatedKey;
    } while (from && rows.length < limit);
    return { rows, cursor: from ? writeCursor(from as Item) : undefined };
  }

  /** All rows of several partitions of an index, e.g. the shards of a day, in no promised order. */
  async queryAll<T extends Row>(
    table: Table<T>,
    index: string | undefined,
    hashes: readonly string[],
    range?: Condition,
  ): Promise<T[]> {
    const pages = await Promise.all(hashes.map((hash) => this.query(table, { index, hash, range })));
    return pages.flatMap((page) => page.rows);
  }

  /** Every row of a table, page by page. For upgrades, recovery and audits; never on a request's path. */
  async *scan<T extends Row>(table: Table<T>): AsyncGenerator<T> {
    let from: object | undefined;
    do {
      const answer: QueryAnswer = await this.repeat<QueryAnswer>('Scan', {
        TableName: table.name,
        ExclusiveStartKey: from,
        ConsistentRead: true,
      });
      for (const item of answer.Items) yield rowOf(table, item) as T;
      from = answer.LastEvaluatedKey;
    } while (from);
  }

  /** One write that stands alone. Throws StoreError ConditionalCheckFailedException where its condition fails. */
  async write(write: Write): Promise<void> {
    const [kind, input] = Object.entries(write.item)[0] ?? [];
    await this.wire.call(`${kind}Item`, input ?? {});
  }

  /** Up to 100 writes, all or none. Throws StoreError, TransactionCanceledException with a reason for each part. */
  async transact(writes: readonly Write[]): Promise<void> {
    await this.wire.call('TransactWriteItems', { TransactItems: writes.map((write) => write.item) });
  }

  /** Makes a call whose repetition is harmless, again when it failed for a passing reason, bounded, then 503 BUSY. */
  async repeat<A>(operation: string, payload: object): Promise<A> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.wire.call<A>(operation, payload);
      } catch (error) {
        if (!(error instanceof StoreError) || !passingErrors.has(error.name)) {
          if (error instanceof StoreError && operation === 'Query' && error.name === 'ValidationException') {
            throw refuse('INVALID_CURSOR', undefined, { cause: error });
          }
          throw error;
        }
        if (tries >= MAX_TRIES) throw refuse('BUSY', undefined, { retryAfterSeconds: 1, cause: error });
        await backOff(tries);
      }
    }
  }
}

interface BatchGetAnswer {
  Responses?: Record<string, Item[]>;
  UnprocessedKeys?: Record<string, { Keys: object[]; ConsistentRead: boolean }>;
}

interface QueryAnswer {
  Items: Item[];
  LastEvaluatedKey?: Item;
}

/** Waits before the next try: 20 ms doubling to 640 ms, half of it random. */
export async function backOff(tries: number): Promise<void> {
  const most = Math.min(640, 20 * 2 ** (tries - 1));
  await sleep(most / 2 + Math.random() * (most / 2));
}

function nameOf(table: string, key: Key): string {
  return `${table} ${Object.values(key).join(' ')}`;
}

function writeCursor(key: Item): string {
  return Buffer.from(JSON.stringify(plainMap(key))).toString('base64url');
}

/** The key that a cursor names, whole and within what is asked for: callers can send any. */
function keyIn(cursor: string, table: Table, { index: named, hash: value, range }: Question): object {
  const index = named ? table.indexes[named] : undefined;
  const hash = index?.hash ?? table.hash;
  const names = new Set([hash, index?.range, table.hash, table.range].filter((name) => name !== undefined));
  const within = all(is(hash, value), ...(range ? [range] : []));
  let key: Row;
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (error) {
    throw refuse('INVALID_CURSOR', undefined, { cause: error });
  }
  const isKey =
    typeof key === 'object' &&
    key !== null &&
    Object.keys(key).length === names.size &&
    Object.entries(key).every(([name, value]) => names.has(name) && typeof value === 'string');
  if (!isKey || !liesWithin(within, key as Record<string, string>)) throw refuse('INVALID_CURSOR');
  return typedMap(key);
}

/** Whether a row's key is in a range: the store refuses to go on from one outside. */
function liesWithin(range: Condition, key: Record<string, string>): boolean {
  if ('parts' in range) return range.parts.every((part) => liesWithin(part, key));
  const text = key[range.attribute];
  if (text === undefined) return false;
  if (range.op === 'begins') return text.startsWith(range.value);
  if (range.op === 'between') return String(range.from) <= text && text <= String(range.to);
  return range.op === '=' ? text === range.value : true;
}
