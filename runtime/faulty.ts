import { setTimeout as sleep } from 'node:timers/promises';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { tables } from '#lambdas/tables.ts';
import type { Row, Table } from '#shared/data/table.ts';
import { StoreError, type Wire } from '#shared/data/wire.ts';

/** How often each thing happens to a call it can happen to: 0 never, 1 always. */
export interface Rates {
  /** A transaction, or a lone write, that met another one on the same row. */
  conflict: number;
  /** Refused for its rate, before anything was done. */
  throttle: number;
  /** Keys of a BatchGetItem that the store leaves for the next call. */
  unprocessed: number;
  /** A query's page without items, or cut short, though there is more. */
  emptyPage: number;
  /** The call was made and its answer is lost. */
  lostAnswer: number;
  /** The call never arrived. */
  lostRequest: number;
  /** No answer, and the call arrives a moment later all the same. */
  lateRequest: number;
  /** A query of an index answers from a snapshot of up to `lagMs` ago. */
  lag: number;
}

const someFaults: Rates = {
  conflict: 0.05,
  throttle: 0.03,
  unprocessed: 0.08,
  emptyPage: 0.1,
  lostAnswer: 0.03,
  lostRequest: 0.03,
  lateRequest: 0.02,
  lag: 0.8,
};

export interface FaultOptions {
  seed: number;
  rates?: Partial<Rates>;
  /** How old a snapshot of an index may be; 2 s unless told. */
  lagMs?: number;
  /** Calls that meet no fault. */
  spared?: (operation: string, payload: Record<string, unknown>) => boolean;
}

export interface FaultyWire extends Wire {
  /** How often each fault happened. */
  readonly counts: Record<keyof Rates, number>;
  /** Ends all faults and waits for what is still on its way. */
  heal(): Promise<void>;
}

type Payload = Record<string, unknown>;
type Keys = Record<string, { Keys: object[] }>;
interface Page {
  Items: Record<string, never>[];
  LastEvaluatedKey?: Record<string, never>;
}

const lone = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);
const writes = new Set([...lone, 'TransactWriteItems']);
const reads = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);

/** A generator of numbers from 0 to 1 that a seed fixes (Mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * A data client to which happens what DynamoDB and the network may do and the embedded engine never shows (F2,
 * F6, F7). For tests: which call meets which fault follows from the seed and the order of the calls.
 */
export function faultyWire(wire: Wire, options: FaultOptions): FaultyWire {
  const random = seeded(options.seed);
  const rates: Rates = { ...someFaults, ...options.rates };
  const counts = Object.fromEntries(Object.keys(rates).map((fault) => [fault, 0])) as FaultyWire['counts'];
  const lagging = makeLag(wire, options.lagMs ?? 2_000);
  const underWay = new Set<Promise<unknown>>();
  const pages = new Map<string, unknown>();
  let healed = false;

  const strikes = (fault: keyof Rates): boolean => {
    if (healed || random() >= rates[fault]) return false;
    counts[fault]++;
    return true;
  };

  const later = (work: () => Promise<unknown>) => {
    const late = sleep(5 + random() * 60)
      .then(work)
      .catch(() => undefined)
      .finally(() => underWay.delete(late));
    underWay.add(late);
  };

  const batchGet = async <A>(payload: Payload): Promise<A> => {
    const asked = payload.RequestItems as Keys;
    const now: Keys = {};
    const left: Keys = {};
    for (const [name, request] of Object.entries(asked)) {
      const [done, rest]: [object[], object[]] = [[], []];
      for (const key of request.Keys) (strikes('unprocessed') ? rest : done).push(key);
      if (done.length > 0) now[name] = { ...request, Keys: done };
      if (rest.length > 0) left[name] = { ...request, Keys: rest };
    }
    if (Object.keys(now).length === 0) return { Responses: {}, UnprocessedKeys: left } as A;
    const answer = await wire.call<Payload>('BatchGetItem', { ...payload, RequestItems: now });
    return { ...answer, UnprocessedKeys: { ...(answer.UnprocessedKeys as Keys), ...left } } as A;
  };

  const query = async <A>(payload: Payload): Promise<A> => {
    const token = (payload.ExclusiveStartKey as { __page?: { S: string } } | undefined)?.__page?.S;
    const asked: Payload =
      token === undefined ? payload : { ...payload, ExclusiveStartKey: pages.get(token) ?? undefined };
    if (token === undefined && strikes('emptyPage')) {
      const name = `page-${pages.size}`;
      pages.set(name, payload.ExclusiveStartKey);
      return { Items: [], LastEvaluatedKey: { __page: { S: name } } } as A;
    }
    const limit = Number(asked.Limit ?? 1_000);
    const short =
      limit > 1 && strikes('emptyPage') ? 1 + Math.floor(random() * Math.min(limit - 1, 3)) : undefined;
    const bounded = short === undefined ? asked : { ...asked, Limit: short };
    if (asked.IndexName !== undefined && strikes('lag')) return (await lagging(bounded)) as A;
    return wire.call<A>('Query', bounded);
  };

  const made = <A>(operation: string, payload: Payload): Promise<A> => {
    if (operation === 'BatchGetItem') return batchGet<A>(payload);
    if (operation === 'Query') return query<A>(payload);
    return wire.call<A>(operation, payload);
  };

  return {
    counts,
    async call<A>(operation: string, payload: object, api?: Parameters<Wire['call']>[2]): Promise<A> {
      const given = payload as Payload;
      const known = writes.has(operation) || reads.has(operation);
      if (healed || api !== undefined || !known || options.spared?.(operation, given)) {
        return wire.call<A>(operation, payload, api);
      }
      if (strikes('throttle')) throw throttled();
      if (writes.has(operation) && strikes('conflict')) throw conflictOf(operation, given, random);
      if (strikes('lostRequest')) throw unanswered(operation);
      if (writes.has(operation) && strikes('lateRequest')) {
        later(() => wire.call(operation, payload));
        throw unanswered(operation);
      }
      if (!strikes('lostAnswer')) return made<A>(operation, given);
      await made(operation, given);
      throw unanswered(operation);
    },
    async heal() {
      healed = true;
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    close: () => wire.close(),
  };
}

function throttled(): StoreError {
  return new StoreError('ProvisionedThroughputExceededException', 'throttled by the test');
}

function unanswered(operation: string): StoreError {
  return new StoreError('NetworkError', `no answer to ${operation}: lost by the test`);
}

function conflictOf(operation: string, payload: Payload, random: () => number): StoreError {
  if (lone.has(operation)) return new StoreError('TransactionConflictException', 'conflict made by the test');
  const parts = (payload.TransactItems as unknown[]).length;
  const hit = Math.floor(random() * parts);
  const reasons = Array.from({ length: parts }, (_, i) => ({
    Code: i === hit ? 'TransactionConflict' : 'None',
  }));
  return new StoreError('TransactionCanceledException', 'conflict made by the test', reasons);
}

/** Answers queries of indexes from snapshots: each shows the whole table as it was up to `lagMs` ago. */
function makeLag(wire: Wire, lagMs: number): (payload: Payload) => Promise<Page> {
  const snapshots = new Map<string, { at: number; rows: Promise<Row[]> }>();
  return async (payload) => {
    const table = tables.find(({ name }) => name === payload.TableName) as Table;
    let snapshot = snapshots.get(table.name);
    if (!snapshot || Date.now() - snapshot.at >= lagMs) {
      snapshot = { at: Date.now(), rows: scan(wire, table) };
      snapshots.set(table.name, snapshot);
    }
    return pageOf(table, await snapshot.rows, payload);
  };
}

async function scan(wire: Wire, table: Table): Promise<Row[]> {
  const rows: Row[] = [];
  let from: unknown;
  do {
    const page: Page = await wire.call('Scan', {
      TableName: table.name,
      ExclusiveStartKey: from,
      ConsistentRead: true,
    });
    for (const item of page.Items) rows.push(unmarshall(item));
    from = page.LastEvaluatedKey;
  } while (from);
  return rows;
}

/** What DynamoDB would answer to the query if the table held these rows. */
function pageOf(table: Table, rows: readonly Row[], payload: Payload): Page {
  const index = table.indexes[String(payload.IndexName)];
  if (!index) throw new TypeError(`${table.name} has no index ${String(payload.IndexName)}`);
  const names = [index.range, table.hash, table.range].filter((name) => name !== undefined);
  const placeOf = (row: Row) => JSON.stringify(names.map((name) => String(row[name])));
  const accepts = conditionOf(payload);
  const present = (row: Row) =>
    row[index.hash] !== undefined && (!index.range || row[index.range] !== undefined);
  const matching = rows.filter((row) => present(row) && accepts(row));
  matching.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  if (payload.ScanIndexForward === false) matching.reverse();
  const from = payload.ExclusiveStartKey as Record<string, never> | undefined;
  const after = from && placeOf(unmarshall(from));
  const behind =
    payload.ScanIndexForward === false ? (a: string, b: string) => a < b : (a: string, b: string) => a > b;
  const rest = after === undefined ? matching : matching.filter((row) => behind(placeOf(row), after));
  const page = rest.slice(0, Number(payload.Limit ?? rest.length));
  const last = page.at(-1);
  const keys = [index.hash, ...names];
  return {
    Items: page.map((row) => marshall(row) as Record<string, never>),
    ...(last && page.length < rest.length
      ? {
          LastEvaluatedKey: marshall(
            Object.fromEntries(keys.map((name) => [name, last[name]])),
          ) as Page['LastEvaluatedKey'],
        }
      : {}),
  };
}

/** The test of a key condition such as `#a0 = :v0 AND #a1 BETWEEN :v1 AND :v2`, as shared/data writes them. */
function conditionOf(payload: Payload): (row: Row) => boolean {
  const names = payload.ExpressionAttributeNames as Record<string, string>;
  const values = unmarshall(payload.ExpressionAttributeValues as Record<string, never>);
  const text = String(payload.KeyConditionExpression);
  const parts = [
    ...text.matchAll(
      /begins_with\((#\w+), (:\w+)\)|(#\w+) BETWEEN (:\w+) AND (:\w+)|(#\w+) (=|<=|>=|<|>) (:\w+)/g,
    ),
  ];
  const tests = parts.map(
    ([, begin, prefix = '', between, low = '', high = '', name, op, value = '']) =>
      (row: Row) => {
        const given = String(row[names[begin ?? between ?? name ?? ''] ?? '']);
        if (begin) return given.startsWith(String(values[prefix]));
        if (between) return given >= String(values[low]) && given <= String(values[high]);
        const bound = String(values[value]);
        if (op === '=') return given === bound;
        if (op === '<=') return given <= bound;
        if (op === '>=') return given >= bound;
        return op === '<' ? given < bound : given > bound;
      },
  );
  return (row) => tests.every((passes) => passes(row));
}
