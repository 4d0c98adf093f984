import type { z } from '@hono/zod-openapi';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tables } from '#lambdas/tables.ts';
import { all, any, type Condition } from '#shared/data/condition.ts';
import { Meta } from '#shared/data/meta.ts';
import { keyOf, type Row, type Table } from '#shared/data/table.ts';
import { StoreError } from '#shared/data/wire.ts';
import { put, remove } from '#shared/data/write.ts';
import { type TestWorld, testWorld } from './testWorld.ts';

const RUNS = 12;

let dairy: TestWorld;
beforeAll(async () => {
  dairy = await testWorld();
});
afterAll(() => dairy?.close());

const text = fc.string({ unit: 'binary', maxLength: 12 }).filter((value) => value.isWellFormed());
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_ #%.-]{0,10}$/);
const whole = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
const free: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 2 },
    text,
    whole,
    fc.boolean(),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(name, tie('any'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).any;

type Def = {
  type: string;
  innerType?: z.ZodType;
  element?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  valueType?: z.ZodType;
  entries?: Record<string, string>;
  options?: z.ZodType[];
  values?: unknown[];
};

/** Values that a column may hold, whatever rules of its use case it has beside its type. */
function valuesOf(type: z.ZodType): fc.Arbitrary<unknown> {
  const def = type.def as unknown as Def;
  switch (def.type) {
    case 'optional':
    case 'default':
      return valuesOf(def.innerType as z.ZodType);
    case 'string':
      return text;
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries ?? {}));
    case 'number':
      return fc.oneof(whole, fc.constantFrom(12.971_598_7, -77.594_566, 0.1));
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valuesOf(def.element as z.ZodType), { maxLength: 3 });
    case 'union':
      return fc.oneof(...(def.options ?? []).map(valuesOf));
    case 'literal':
      return fc.constantFrom(...(def.values ?? []));
    case 'object':
      return rowOf(def.shape ?? {});
    case 'record':
      return fc.dictionary(name, valuesOf(def.valueType as z.ZodType), { maxKeys: 3, noNullPrototype: true });
    case 'unknown':
      return free;
    default:
      throw new TypeError(`no values of a ${def.type}`);
  }
}

function rowOf(shape: Record<string, z.ZodType>): fc.Arbitrary<Row> {
  const fields = Object.fromEntries(Object.entries(shape).map(([field, type]) => [field, valuesOf(type)]));
  const needed = Object.entries(shape).filter(([, type]) => !type.isOptional());
  return fc.record(fields, { requiredKeys: needed.map(([field]) => field), noNullPrototype: true });
}

/** Rows of a table; keys, also of indexes, are text that is not empty. */
function rowsOf(table: Table): fc.Arbitrary<Row> {
  const keys = [
    table.hash,
    table.range,
    ...Object.values(table.indexes).flatMap(({ hash, range }) => [hash, range]),
  ];
  return fc
    .tuple(rowOf(table.schema.shape), fc.array(name, { minLength: 8, maxLength: 8 }))
    .map(([row, names]) => {
      keys.forEach((key, i) => {
        const chosen = (table.schema.shape[key ?? '']?.def as Def | undefined)?.type === 'enum';
        if (key && !chosen && (row[key] !== undefined || key === table.hash || key === table.range))
          row[key] = names[i];
      });
      return row;
    });
}

for (const table of tables) {
  test(`A row of ${table.name} is the same row through Dynamoose and through the lean client, whoever wrote it`, async () => {
    const { store, models } = dairy.world;
    await fc.assert(
      fc.asyncProperty(rowsOf(table), async (row) => {
        const key = keyOf(table, row);
        await store.write(put(table, row));
        expect(await store.get(table, key)).toEqual(row);
        expect(await models.find(table, key)).toEqual(row);
        await store.write(remove(table, key));
        expect(await store.get(table, key)).toBeUndefined();
        await models.create(table, structuredClone(row));
        expect(await store.get(table, key)).toEqual(row);
      }),
      { numRuns: RUNS },
    );
  });
}

/** What a condition says of a row, by the documentation of DynamoDB: what is absent fulfils no comparison. */
function holds(condition: Condition, row: Row): boolean {
  switch (condition.op) {
    case 'and':
      return condition.parts.every((part) => holds(part, row));
    case 'or':
      return condition.parts.some((part) => holds(part, row));
    case 'absent':
      return row[condition.attribute] === undefined;
    case 'present':
      return row[condition.attribute] !== undefined;
    case 'in':
      return condition.values.includes(row[condition.attribute]);
    case 'begins':
      return String(row[condition.attribute] ?? '\0').startsWith(condition.value);
    case 'between':
      return (
        compares('>=', row[condition.attribute], condition.from) &&
        compares('<=', row[condition.attribute], condition.to)
      );
    default:
      return compares(condition.op, row[condition.attribute], condition.value);
  }
}

function compares(op: string, a: unknown, b: unknown): boolean {
  if (op === '<>') return a !== b;
  if (op === '=') return a === b;
  if (typeof a !== typeof b) return false;
  const order = (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
  if (op === '<=') return order <= 0;
  if (op === '>=') return order >= 0;
  return op === '<' ? order < 0 : order > 0;
}

test('A condition means to the engine what it means to us (F6)', async () => {
  const number = { attribute: fc.constant('number'), value: fc.integer({ min: 0, max: 3 }) };
  const words = { attribute: fc.constant('text'), value: fc.constantFrom('a', 'ab', 'b') };
  const leaf: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({ op: fc.constantFrom('=', '<>', '<', '<=', '>', '>='), ...number }),
    fc.record({ op: fc.constantFrom('=', '<>', '<', '<=', '>', '>='), ...words }),
    fc.record({
      op: fc.constantFrom('absent', 'present'),
      attribute: fc.constantFrom('number', 'text', 'metaId'),
    }),
    fc.record({ op: fc.constant('begins' as const), ...words }),
    fc.record({
      op: fc.constant('in' as const),
      attribute: fc.constant('number'),
      values: fc.array(number.value, { minLength: 1 }),
    }),
    fc.tuple(number.value, number.value).map(([a, b]) => ({
      op: 'between' as const,
      attribute: 'number',
      from: Math.min(a, b),
      to: Math.max(a, b),
    })),
  );
  const { tree } = fc.letrec<{ tree: Condition }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((parts) => all(...parts)),
      fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((parts) => any(...parts)),
    ),
  }));
  const row = fc.record({ number: number.value, text: words.value }, { requiredKeys: [] });
  const { store } = dairy.world;
  await fc.assert(
    fc.asyncProperty(tree, row, fc.boolean(), async (condition, fields, exists) => {
      const key = { metaId: 'condition' };
      await store.wire.call('DeleteItem', { TableName: Meta.name, Key: { metaId: { S: 'condition' } } });
      const before = { ...key, ...fields };
      if (exists) await store.write(put(Meta, before));
      const written = await store.write(put(Meta, { ...key, version: 9 }, condition)).then(
        () => true,
        (error: unknown) => {
          if (error instanceof StoreError && error.name === 'ConditionalCheckFailedException') return false;
          throw error;
        },
      );
      expect(written).toBe(holds(condition, exists ? before : {}));
    }),
    { numRuns: 300 },
  );
});
