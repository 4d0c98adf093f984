import type { z } from '@hono/zod-openapi';

/** A row as the store holds it: JSON values, no dates, no undefined. */
export type Row = Record<string, unknown>;
/** The primary key of one row. */
export type Key = Record<string, string>;

export interface IndexKey {
  hash: string;
  range?: string;
}

/**
 * A noun's table, declared once: the zod schema of its rows and its keys. The Dynamoose model, the tables of
 * the embedded engine and those of the CDK app are all made from this.
 */
export interface Table<T extends Row = Row> {
  readonly name: string;
  readonly schema: z.ZodObject;
  readonly hash: string;
  readonly range?: string;
  readonly indexes: Readonly<Record<string, IndexKey>>;
  /** Rows with `expiresAtSeconds` are cleaned up by the store some time after it. */
  readonly expires: boolean;
  /** Inserts are published on the table's stream. */
  readonly stream: boolean;
  /**
   * Attributes that are stored together as one JSON text, because the store spends its time on every attribute and
   * every nested value (docs/decisions/0013). They are written with the whole row only: no update and no condition
   * may name one.
   */
  readonly folded: ReadonlySet<string>;
  /** Only carries the row type. */
  readonly row?: T;
}

/** The row type of a table. */
export type RowOf<T> = T extends Table<infer R> ? R : never;

/**
 * Declares a table. Keys and index keys must be text attributes of the schema, which is made when Dynamoose or a tool
 * asks for it: to read and write rows `Store` needs the keys only.
 */
export function defineTable<S extends z.ZodObject>(
  name: string,
  schema: () => S,
  keys: {
    hash: keyof z.infer<S> & string;
    range?: keyof z.infer<S> & string;
    indexes?: Record<string, { hash: keyof z.infer<S> & string; range?: keyof z.infer<S> & string }>;
    expires?: boolean;
    stream?: boolean;
    folded?: readonly (keyof z.infer<S> & string)[];
  },
): Table<z.infer<S>> {
  const folded: ReadonlySet<string> = new Set(keys.folded);
  const indexed = Object.values(keys.indexes ?? {}).flatMap(({ hash, range }) => [hash, range]);
  const folds = [keys.hash, keys.range, ...indexed].find((key) => key !== undefined && folded.has(key));
  if (folds) throw new TypeError(`${name}: the key ${folds} cannot be folded`);
  return {
    name,
    get schema() {
      return schema();
    },
    hash: keys.hash,
    range: keys.range,
    indexes: keys.indexes ?? {},
    expires: keys.expires ?? false,
    stream: keys.stream ?? false,
    folded,
  };
}

/** The primary key attributes of a row of the table. */
export function keyOf(table: Table, row: Row): Key {
  const key: Key = { [table.hash]: String(row[table.hash]) };
  if (table.range) key[table.range] = String(row[table.range]);
  return key;
}
