import { z } from '@hono/zod-openapi';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Problem } from '#shared/domain/problem.ts';
import { parseInput, readQuery } from './parse.ts';

const Order = z.strictObject({
  lines: z.array(z.strictObject({ productId: z.string(), qty: z.number().int().min(1) })).min(1),
  notes: z.record(z.string(), z.string().max(3)).optional(),
});
const places = (value: unknown, where: 'body' | 'query' = 'body') => {
  const said = parseInput(Order, value, where);
  if (!(said instanceof Problem)) throw new Error('it was not refused');
  return { status: said.status, code: said.code, errors: said.errors };
};

test('What is right comes back as it is', () => {
  const order = { lines: [{ productId: 'P1', qty: 2 }] };
  expect(parseInput(Order, order, 'body')).toEqual(order);
});

test('A refusal points at every bad field: missing, unknown and wrong alike', () => {
  expect(places({ lines: [{ qty: 0 }, { productId: 'P2', qty: 1.5, price: 1 }] })).toEqual({
    status: 422,
    code: 'INVALID_INPUT',
    errors: [
      { pointer: '/lines/0/productId', code: 'missing', detail: 'is missing' },
      expect.objectContaining({ pointer: '/lines/0/qty', code: 'too_small' }),
      expect.objectContaining({ pointer: '/lines/1/qty', code: 'invalid_type' }),
      { pointer: '/lines/1/price', code: 'unknown_field', detail: 'is not a field of this request' },
    ],
  });
  expect(places('text').errors).toEqual([expect.objectContaining({ pointer: '' })]);
  expect(places({ lines: [], x: 1 }, 'query').errors?.map(({ pointer }) => pointer)).toEqual([
    '?lines',
    '?x',
  ]);
});

/** Follows a JSON pointer as RFC 6901 says. */
function follow(value: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<unknown>(
    (at, step) => (at as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')],
    value,
  );
}

test('A pointer leads to the bad value, whatever the name of its field (RFC 6901)', () => {
  const name = fc.string({ minLength: 1 }).filter((text) => text !== '__proto__');
  fc.assert(
    fc.property(name, (field) => {
      const body = { lines: [{ productId: 'P1', qty: 1 }], notes: { [field]: 'too long' } };
      const [place, ...others] = places(body).errors ?? [];
      expect(others).toEqual([]);
      expect(follow(body, place?.pointer ?? '')).toBe('too long');
    }),
  );
});

test("A schema's own rule names the code of its refusal", () => {
  const Short = z.array(z.number()).refine((list) => list.length < 2, { params: { code: 'TOO_MANY_LINES' } });
  expect(parseInput(Short, [1, 2], 'body')).toMatchObject({ code: 'TOO_MANY_LINES' });
});

test('A query is read as a browser writes it', () => {
  const words = fc.dictionary(
    fc.string({ minLength: 1, unit: 'binary' }).filter((text) => text !== '__proto__' && text.isWellFormed()),
    fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
  );
  fc.assert(
    fc.property(words, (query) => {
      const search = new URLSearchParams(Object.entries(query)).toString();
      expect({ ...readQuery(`http://dairy/product/list?${search}#top`) }).toEqual(query);
    }),
  );
});

test('A query that names something twice, or has a broken escape, is refused; a name of the language harms nobody (F15)', () => {
  expect(readQuery('/x?a=1&a=2')).toMatchObject({ code: 'MALFORMED_QUERY' });
  for (const broken of ['/x?a=%', '/x?%zz=1', '/x?a=%e0%a4'])
    expect(readQuery(broken)).toMatchObject({ code: 'MALFORMED_QUERY' });
  const query = readQuery('/x?__proto__=1&constructor=2&toString') as Record<string, string>;
  expect(Object.entries(query)).toEqual([
    ['__proto__', '1'],
    ['constructor', '2'],
    ['toString', ''],
  ]);
  expect(Object.getPrototypeOf(query)).toBe(Object.prototype);
  expect({ ...readQuery('/x?&&a=1&') }).toEqual({ a: '1' });
});
