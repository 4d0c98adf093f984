import type { Row, Table } from './table.ts';

/** A value in DynamoDB's typed JSON: `{"N":"2"}`. */
type Typed =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: Typed[] }
  | { M: Item };
/** A row in DynamoDB's typed JSON. */
export type Item = Record<string, Typed>;

/** The attribute that holds, as JSON text, those attributes of a row that its table folds. */
const FOLDED = 'folded';

/** A row as its table stores it. Throws TypeError or RangeError for what a row cannot hold. */
export function itemOf(table: Table, row: Row): Item {
  if (table.folded.size === 0) return typedMap(row);
  const item: Item = {};
  const rest: Row = {};
  for (const name in row) {
    const value = row[name];
    if (value === undefined) continue;
    if (table.folded.has(name)) rest[name] = value;
    else item[name] = typedOf(value, name);
  }
  item[FOLDED] = { S: JSON.stringify(rest) };
  return item;
}

/** The row that a table's item stands for; rows that were stored before the table folded are read as well. */
export function rowOf(table: Table, item: object): Row {
  const typed = item as Item;
  const folded = typed[FOLDED];
  if (table.folded.size === 0 || folded === undefined || !('S' in folded)) return plainMap(typed);
  const row = JSON.parse(folded.S) as Row;
  for (const name in typed) if (name !== FOLDED) row[name] = plainOf(typed[name] as Typed);
  return row;
}

/** A row of a folding table as its two halves: what stays an attribute, and the text of the rest. */
export function foldRow(table: Table, row: Row): Row {
  if (table.folded.size === 0) return row;
  const kept = Object.entries(row).filter(([name]) => !table.folded.has(name));
  const rest = Object.entries(row).filter(([name]) => table.folded.has(name));
  return { ...Object.fromEntries(kept), [FOLDED]: JSON.stringify(Object.fromEntries(rest)) };
}

/** The whole row again. */
export function unfoldRow(table: Table, row: Row): Row {
  const { [FOLDED]: folded, ...rest } = row;
  return table.folded.size > 0 && typeof folded === 'string' ? { ...JSON.parse(folded), ...rest } : row;
}

/** Values by name in typed JSON; undefined ones are left out. */
export function typedMap(values: Readonly<Record<string, unknown>>): Item {
  const item: Item = {};
  for (const name in values) {
    const value = values[name];
    if (value !== undefined) item[name] = typedOf(value, name);
  }
  return item;
}

function typedOf(value: unknown, name: string): Typed {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
        throw new RangeError(`${name}: ${value} is no number that a row can hold`);
      }
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      if (value === null) return { NULL: true };
      if (Array.isArray(value)) {
        return { L: value.flatMap((part) => (part === undefined ? [] : [typedOf(part, name)])) };
      }
      return { M: typedMap(value as Row) };
    default:
      throw new TypeError(`${name}: a row cannot hold a ${typeof value}`);
  }
}

/** Values by name from typed JSON. */
export function plainMap(item: Item): Row {
  const row: Row = {};
  for (const name in item) row[name] = plainOf(item[name] as Typed);
  return row;
}

function plainOf(typed: Typed): unknown {
  if ('S' in typed) return typed.S;
  if ('N' in typed) return Number(typed.N);
  if ('M' in typed) return plainMap(typed.M);
  if ('L' in typed) return typed.L.map(plainOf);
  if ('BOOL' in typed) return typed.BOOL;
  if ('NULL' in typed) return null;
  throw new TypeError(`an attribute of the type ${Object.keys(typed).join()} was not written by us`);
}
