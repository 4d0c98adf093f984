import { z } from '@hono/zod-openapi';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  absent,
  all,
  any,
  atLeast,
  begins,
  between,
  type Condition,
  expressionOf,
  is,
  isIn,
  Placeholders,
  present,
} from './condition.ts';
import { defineTable } from './table.ts';
import { create, remove, update } from './write.ts';

const attribute = fc.constantFrom('status', 'stock', 'size', 'name', 'a-b', 'ttl');
const value = fc.oneof(fc.string(), fc.integer());
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.tuple(attribute, value).map(([a, v]) => is(a, v)),
  fc.tuple(attribute, value).map(([a, v]) => atLeast(a, v)),
  attribute.map(absent),
  attribute.map(present),
  fc.tuple(attribute, fc.array(value, { minLength: 1, maxLength: 4 })).map(([a, v]) => isIn(a, v)),
  fc.tuple(attribute, fc.string()).map(([a, v]) => begins(a, v)),
  fc.tuple(attribute, value, value).map(([a, v, w]) => between(a, v, w)),
);
const condition = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((parts) => all(...parts)),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((parts) => any(...parts)),
  ),
})).tree;

test('Words and values of a condition never stand in its text: only their placeholders do, and each is explained', () => {
  fc.assert(
    fc.property(condition, (given) => {
      const holders = new Placeholders();
      const text = expressionOf(given, holders);
      const bare = text.replaceAll(/#a\d+|:v\d+|attribute_(not_)?exists|begins_with|BETWEEN|AND|OR|IN/g, '');
      expect(bare).toMatch(/^[ ()<>=,]*$/);
      expect(new Set(text.match(/#a\d+/g))).toEqual(new Set(Object.keys(holders.names)));
      expect((text.match(/:v\d+/g) ?? []).sort()).toEqual(Object.keys(holders.values).sort());
      expect(new Set(Object.values(holders.names)).size).toBe(Object.keys(holders.names).length);
    }),
  );
});

test('Brackets keep the parts of a condition together', () => {
  const holders = new Placeholders();
  const text = expressionOf(all(is('a', 1), any(absent('b'), is('a', 2))), holders);
  expect(text).toBe('(#a0 = :v0 AND (attribute_not_exists(#a1) OR #a0 = :v1))');
  expect(holders.names).toEqual({ '#a0': 'a', '#a1': 'b' });
  expect(holders.values).toEqual({ ':v0': 1, ':v1': 2 });
});

const Rows = defineTable(
  'Rows',
  () =>
    z.object({
      id: z.string(),
      count: z.number().int(),
      log: z.array(z.string()),
      gone: z.string().optional(),
    }),
  { hash: 'id' },
);

test('An update leaves alone what is undefined, adds, appends and removes in one expression', () => {
  const { item } = update(
    Rows,
    { id: 'R1' },
    { set: { gone: undefined, count: 3 }, append: { log: ['x'] }, remove: ['gone'] },
    present('id'),
  );
  const { Update } = item as { Update: Record<string, unknown> };
  expect(Update.UpdateExpression).toBe(
    'SET #a1 = :v0, #a2 = list_append(if_not_exists(#a2, :v1), :v2) REMOVE #a3',
  );
  expect(Update.ConditionExpression).toBe('attribute_exists(#a0)');
  expect(Update.ExpressionAttributeNames).toEqual({
    '#a0': 'id',
    '#a1': 'count',
    '#a2': 'log',
    '#a3': 'gone',
  });
});

test('What is made new must not be there, and every write hands back the row that stood in its way', () => {
  const row = { id: 'R1', count: 1, log: [] };
  for (const { item } of [create(Rows, row), remove(Rows, { id: 'R1' }, present('id'))]) {
    const [input] = Object.values(item) as Record<string, unknown>[];
    expect(input?.ReturnValuesOnConditionCheckFailure).toBe('ALL_OLD');
  }
  expect(create(Rows, row).item).toMatchObject({ Put: { ConditionExpression: 'attribute_not_exists(#a0)' } });
  expect(remove(Rows, { id: 'R1' }).item).toEqual({
    Delete: { TableName: 'Rows', Key: { id: { S: 'R1' } } },
  });
});
