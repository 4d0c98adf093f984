import type { Problem } from '#shared/domain/problem.ts';
import { absent, attributesOf, type Condition, expressionOf, Placeholders } from './condition.ts';
import { itemOf, typedMap } from './item.ts';
import { type Key, keyOf, type Row, type Table } from './table.ts';

/**
 * One part of a transaction: a write (or a check) of one row with its condition. `refused` says what a failed
 * condition means, given the row as the store holds it; without it, or when it answers undefined, the use
 * case reads and decides again.
 */
export interface Write {
  readonly table: Table;
  readonly key: Key;
  readonly item: Record<string, object>;
  readonly refused?: (current: Row | undefined) => Problem | undefined;
}

export type Refused = Write['refused'];

function conditionFields(table: Table, condition: Condition | undefined, holders: Placeholders) {
  if (!condition) return {};
  if (table.folded.size > 0) refuseFolded(table, attributesOf(condition));
  return {
    ConditionExpression: expressionOf(condition, holders),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

function refuseFolded({ name, folded }: Table, attributes: readonly string[]): void {
  const hidden = attributes.find((attribute) => folded.has(attribute));
  if (hidden) throw new TypeError(`${name}.${hidden} is folded: it is written with the whole row only`);
}

function holderFields(holders: Placeholders) {
  const hasNames = Object.keys(holders.names).length > 0;
  const hasValues = Object.keys(holders.values).length > 0;
  return {
    ...(hasNames ? { ExpressionAttributeNames: holders.names } : {}),
    ...(hasValues ? { ExpressionAttributeValues: typedMap(holders.values) } : {}),
  };
}

/** Writes a whole row on a condition. */
export function put<T extends Row>(table: Table<T>, row: T, condition?: Condition, refused?: Refused): Write {
  const holders = new Placeholders();
  const fields = conditionFields(table, condition, holders);
  return {
    table,
    key: keyOf(table, row),
    item: { Put: { TableName: table.name, Item: itemOf(table, row), ...fields, ...holderFields(holders) } },
    refused,
  };
}

/** Writes a row that must not exist yet. */
export function create<T extends Row>(table: Table<T>, row: T, refused?: Refused): Write {
  return put(table, row, absent(table.hash), refused);
}

/** What an update does to a row's attributes; `append` adds to the end of a list. */
export interface Changes<T extends Row> {
  set?: { [K in keyof T]?: T[K] };
  add?: { [K in keyof T]?: number };
  /** Adds to an attribute that begins at `from` where the row does not have it yet. */
  addFrom?: { [K in keyof T]?: { from: number; by: number } };
  append?: { [K in keyof T]?: unknown[] };
  remove?: readonly (keyof T & string)[];
}

/** Changes attributes of one row on a condition. Undefined values in `set` are left alone. */
export function update<T extends Row>(
  table: Table<T>,
  key: Key,
  changes: Changes<T>,
  condition: Condition,
  refused?: Refused,
): Write {
  const holders = new Placeholders();
  const fields = conditionFields(table, condition, holders);
  if (table.folded.size > 0) {
    const { remove: removed = [], ...named } = changes;
    refuseFolded(table, [...Object.values(named).flatMap((group) => Object.keys(group ?? {})), ...removed]);
  }
  const sets: string[] = [];
  for (const [name, value] of Object.entries(changes.set ?? {})) {
    if (value !== undefined) sets.push(`${holders.name(name)} = ${holders.value(value)}`);
  }
  for (const [name, change] of Object.entries(changes.addFrom ?? {})) {
    const { from, by } = change as { from: number; by: number };
    const attribute = holders.name(name);
    sets.push(`${attribute} = if_not_exists(${attribute}, ${holders.value(from)}) + ${holders.value(by)}`);
  }
  for (const [name, values] of Object.entries(changes.append ?? {})) {
    const attribute = holders.name(name);
    sets.push(
      `${attribute} = list_append(if_not_exists(${attribute}, ${holders.value([])}), ${holders.value(values)})`,
    );
  }
  const adds = Object.entries(changes.add ?? {}).map(
    ([name, by]) => `${holders.name(name)} ${holders.value(by)}`,
  );
  const removes = (changes.remove ?? []).map((name) => holders.name(name));
  const expression = [
    sets.length > 0 ? `SET ${sets.join(', ')}` : '',
    adds.length > 0 ? `ADD ${adds.join(', ')}` : '',
    removes.length > 0 ? `REMOVE ${removes.join(', ')}` : '',
  ];
  return {
    table,
    key,
    item: {
      Update: {
        TableName: table.name,
        Key: typedMap(key),
        UpdateExpression: expression.filter(Boolean).join(' '),
        ...fields,
        ...holderFields(holders),
      },
    },
    refused,
  };
}

/** Deletes one row on a condition. */
export function remove<T extends Row>(
  table: Table<T>,
  key: Key,
  condition?: Condition,
  refused?: Refused,
): Write {
  const holders = new Placeholders();
  const fields = conditionFields(table, condition, holders);
  return {
    table,
    key,
    item: { Delete: { TableName: table.name, Key: typedMap(key), ...fields, ...holderFields(holders) } },
    refused,
  };
}

/** Requires something of a row that this transaction does not write. */
export function check<T extends Row>(
  table: Table<T>,
  key: Key,
  condition: Condition,
  refused?: Refused,
): Write {
  const holders = new Placeholders();
  const fields = conditionFields(table, condition, holders);
  return {
    table,
    key,
    item: {
      ConditionCheck: { TableName: table.name, Key: typedMap(key), ...fields, ...holderFields(holders) },
    },
    refused,
  };
}
