import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cartIdOf, deliveryIdOf, type IdKind, idPrefix, idSchema } from './id.ts';
import { SHARDS, shardKeys, shardOf } from './shard.ts';

const kinds = Object.keys(idPrefix) as IdKind[];
const tail = fc.stringMatching(/^[A-Za-z0-9_-]{1,60}$/);

test('An id is its letter and 1 to 60 plain characters, and nothing else is', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      tail,
      (kind, rest) => idSchema(kind).safeParse(idPrefix[kind] + rest).success,
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.string(), (kind, text) => {
      const good = new RegExp(`^${idPrefix[kind]}[A-Za-z0-9_-]{1,60}$`, 'u').test(text);
      expect(idSchema(kind).safeParse(text).success).toBe(good);
    }),
  );
  for (const text of ['U', 'U1\n', 'U a', 'u101', 'U101#', `U${'x'.repeat(61)}`, 'U..', 'U/1']) {
    expect(idSchema('user').safeParse(text).success, JSON.stringify(text)).toBe(false);
  }
});

test('Two users never share a cart, and the cart of U101 is C101 (I19)', () => {
  fc.assert(fc.property(tail, tail, (a, b) => (a === b) === (cartIdOf(`U${a}`) === cartIdOf(`U${b}`))));
  expect(cartIdOf('U101')).toBe('C101');
});

test('Two attempts, of one order or of two, never share a delivery (I20)', () => {
  const ulid = fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  const attempt = fc.integer({ min: 1, max: 50 });
  fc.assert(
    fc.property(ulid, ulid, attempt, attempt, (a, b, first, second) => {
      const same = a === b && first === second;
      expect(deliveryIdOf(`O${a}`, first) === deliveryIdOf(`O${b}`, second)).toBe(same);
    }),
  );
  expect([deliveryIdOf('O101', 1), deliveryIdOf('O101', 2)]).toEqual(['D101', 'D101-2']);
});

test('An id always lies in one and the same of the partitions that are read', () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      expect(shardOf(id)).toBe(shardOf(id));
      expect(shardKeys('DAY')).toContain(`DAY#${shardOf(id)}`);
    }),
  );
});

test('Ids made one after the other spread over all partitions', () => {
  const counts = Array.from({ length: SHARDS }, () => 0);
  for (let i = 0; i < 4_000; i++) {
    const shard = shardOf(`O01MBFF${String(i).padStart(8, '0')}`);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  for (const count of counts) expect(count / (4_000 / SHARDS)).toBeGreaterThan(0.8);
});
