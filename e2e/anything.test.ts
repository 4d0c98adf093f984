import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lambdas } from '#lambdas/all.ts';
import type { AnyDoor } from '#shared/http/door.ts';
import { type HttpDairy, httpDairy, plates, type WebDoor, whoMay } from './dairy.ts';
import { samples } from './samples.ts';
import { replaced } from './wrongs.ts';

/**
 * Whatever anybody sends: an answer or a refusal, never a failure. The seed stands, so that a failure comes again;
 * FUZZ_SEED and FUZZ_RUNS look further.
 */
const seed = Number(process.env.FUZZ_SEED ?? 20_270_104);
const numRuns = Number(process.env.FUZZ_RUNS ?? 120);
let dairy: HttpDairy;
/** Names of the samples, and what there really is in this dairy. */
const real = new Map<string, string>();

beforeAll(async () => {
  dairy = await httpDairy();
  const { ask, who } = dairy;
  const product = { productId: 'P101', name: 'Cow Milk', price: 50, stock: 100_000, category: 'Milk' };
  await ask('POST', '/product/add', { token: who.admin.token, body: product });
  const body = { cartItems: [{ productId: 'P101', qty: 2 }], deliverySlot: '2027-01-06T02:30:00Z' };
  const order = await ask<{ orderId: string }>('POST', '/order/create', { token: who.customer.token, body });
  const paying = { orderId: order.body.orderId, amount: 100, paymentMethod: 'COD' };
  await ask('POST', '/payment/pay', { token: who.customer.token, body: paying });
  await dairy.t.settle();
  real
    .set('O101', order.body.orderId)
    .set('D101', order.body.orderId.replace('O', 'D'))
    .set('U9', who.courier.userId);
});
afterAll(() => dairy?.close());

const withBody = plates.filter(([, { http }]) => http.method !== 'GET');
const functions = lambdas.flatMap(({ name, doors }) => doors.map((door) => [door.name, name, door] as const));
const withQuery = plates.filter(([, { http }]) => http.method === 'GET');

/** Text of any UTF-16 units: also halves of characters, which JSON can spell. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
  .map((units) => String.fromCharCode(...units));
const anyValue = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ stringUnit: 'binary' }) },
  { weight: 2, arbitrary: anyText },
  { weight: 1, arbitrary: fc.double() },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '__proto__',
      'constructor',
      '2027-01-06T02:30:00Z',
      'P101',
      'U101',
      -0,
      2 ** 53,
    ),
  },
);

/** A sample of the door with the ids of this dairy. */
function sampleOf(door: AnyDoor, which: number): unknown {
  const given = samples[door.name] ?? [{}];
  const text = JSON.stringify(given[which % given.length]);
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' ? (real.get(value) ?? value) : value,
  );
}

function pathsIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, [...path, name]))];
}

/** A good sample in which one place holds anything. */
function bent(door: AnyDoor) {
  return fc.tuple(fc.nat(), fc.nat(), anyValue).map(([which, place, value]) => {
    const sample = sampleOf(door, which);
    const paths = pathsIn(sample);
    return replaced(sample, paths[place % paths.length] ?? [], value);
  });
}

async function expectNoFailure(door: WebDoor, ask: Parameters<HttpDairy['ask']>[2]): Promise<void> {
  const person = whoMay(door);
  // Some of it ends the session it came with.
  const token = person && (await dairy.freshToken(person));
  const answer = await dairy.ask(door.http.method, door.http.path, { token, ...ask });
  expect(answer.status, answer.text).toBeLessThan(500);
  if (answer.status < 400) return;
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('x-request-id')).toBe(answer.body.requestId);
}

describe('Whatever is sent', () => {
  test.each(withBody)(
    '%s answers or refuses, and never fails, whatever JSON it is given',
    async (_, door) => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(anyValue, bent(door), bent(door)), (body) =>
          expectNoFailure(door, { body }),
        ),
        { seed, numRuns },
      );
    },
  );

  test.each(withBody)(
    '%s answers or refuses, and never fails, whatever text it is given',
    async (_, door) => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), (raw) => expectNoFailure(door, { raw })),
        { seed, numRuns: numRuns / 6 },
      );
    },
  );

  test.each(functions)(
    '%s of %s answers or refuses, and never fails, whatever it is invoked with',
    async (name, lambda, door) => {
      const role = door.who === 'public' ? 'system' : (door.who.at(-1) ?? 'system');
      await fc.assert(
        fc.asyncProperty(fc.oneof(anyValue, bent(door), bent(door)), async (payload) => {
          const actor = { userId: role === 'admin' ? dairy.who.admin.userId : 'system', role };
          const answer = await dairy.t.handlerOf(lambda)({ function: name, actor, payload });
          expect(answer).not.toMatchObject({ code: 'INTERNAL' });
        }),
        { seed, numRuns: numRuns / 3 },
      );
    },
  );

  test.each(withQuery)('%s answers or refuses, and never fails, whatever its query says', async (_, door) => {
    const field = fc.constantFrom(
      ...Object.keys(samples[door.name]?.[0] ?? { x: '' }),
      '__proto__',
      'unheardOf',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '0', '-1', '1e309', '2027-01-05', 'null', '{}'),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(field, text, { maxKeys: 3 }), fc.boolean(), (query, whole) =>
        expectNoFailure(door, { query: whole ? { ...(sampleOf(door, 0) as object), ...query } : query }),
      ),
      { seed, numRuns: numRuns / 2 },
    );
  });
});

test('After all of it the books of the dairy still open', async () => {
  const token = await dairy.freshToken('admin');
  expect((await dairy.ask('GET', '/health')).status).toBe(200);
  expect((await dairy.ask('GET', '/admin/board', { token, query: { day: '2027-01-06' } })).status).toBe(200);
  expect((await dairy.ask('GET', '/product/list')).status).toBe(200);
});
