import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lambdas } from '#lambdas/all.ts';
import type { Refusal } from '#runtime/testDairy.ts';
import type { AnyDoor } from '#shared/http/door.ts';
import {
  expectProblem,
  type HttpDairy,
  httpDairy,
  people,
  plateOf,
  plates,
  type WebDoor,
  webDoors,
  whoMay,
} from './dairy.ts';
import { notInQueries, samples } from './samples.ts';
import { formsOf, jsonOf, type Wrong, wrongsOf } from './wrongs.ts';

/** What every door refuses, made from the doors themselves: a new door or field is covered the day it is there. */
let dairy: HttpDairy;
beforeAll(async () => {
  dairy = await httpDairy();
});
afterAll(() => dairy?.close());

const guarded = plates.filter(([, door]) => door.who !== 'public');
const withBody = plates.filter(([, { http }]) => http.method !== 'GET');
const withQuery = plates.filter(([, { http }]) => http.method === 'GET');
const checked = plates.filter(([, { http }]) => !http.webhook);
/** Every function, by its name and its Lambda's: each can be invoked directly, and some in no other way. */
const functions = lambdas.flatMap(({ name, doors }) => doors.map((door) => [door.name, name, door] as const));
const direct = functions.filter(([, , { http }]) => http === undefined);

const tokenFor = (door: WebDoor) => {
  const person = whoMay(door);
  return person && dairy.who[person].token;
};

function wrongsAt(door: AnyDoor): Wrong[] {
  const where = door.http?.method === 'GET' ? 'query' : 'body';
  return (samples[door.name] ?? []).flatMap((sample) => wrongsOf(door.input, sample, where));
}

function pointerOf(door: AnyDoor, { path }: Wrong): string {
  return door.http?.method === 'GET' ? `?${path.join('/')}` : `/${path.join('/')}`;
}

describe('The samples', () => {
  test('Every door has a sample, and no sample is left of a door that is gone', () => {
    expect(Object.keys(samples).sort()).toEqual(functions.map(([name]) => name).sort());
  });

  test.each(functions)(
    'The sample of %s in %s is good, and gives every field the door knows',
    (_name, _lambda, door) => {
      const given = samples[door.name] ?? [];
      for (const sample of given) expect(door.input.safeParse(sample)).toMatchObject({ success: true });
      const fields = [...new Set(formsOf(door.input).flatMap(({ shape }) => Object.keys(shape)))];
      const missing = fields.filter((field) => !given.some((sample) => field in sample));
      expect(missing).toEqual(notInQueries[door.name] ?? []);
      const doubted = new Set(wrongsAt(door).map(({ path }) => path[0]));
      expect(fields.filter((field) => !doubted.has(field))).toEqual(missing);
    },
  );
});

describe('Who may not', () => {
  test.each(guarded)('%s wants a token that is genuine and alive', async (_, door) => {
    const sample = samples[door.name]?.[0] ?? {};
    const { token } = dairy.who[whoMay(door) ?? 'admin'];
    const [head = '', claims = '', signature = ''] = token.split('.');
    const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), sub: 'U102' };
    const bad = {
      none: undefined,
      'not a bearer': `Basic ${token}`,
      'no token': 'Bearer',
      nonsense: 'Bearer nonsense',
      'a changed signature': `Bearer ${head}.${claims}.${signature.slice(0, -2)}${signature.endsWith('AA') ? 'BB' : 'AA'}`,
      'changed claims': `Bearer ${head}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`,
      'no signature': `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`,
    };
    for (const authorization of Object.values(bad)) {
      const answer = await dairy.knock(door, sample, {
        headers: authorization === undefined ? {} : { authorization },
      });
      expectProblem(answer, 401, 'UNAUTHENTICATED');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  test.each(guarded)('%s is closed to everybody whose role it does not name', async (_, door) => {
    for (const person of people.filter((one) => !door.who.includes(one))) {
      const { token } = dairy.who[person];
      expectProblem(await dairy.knock(door, samples[door.name]?.[0] ?? {}, { token }), 403, 'FORBIDDEN');
      // Who may not come in learns nothing of what is asked for inside.
      expectProblem(await dairy.knock(door, { unheardOf: 'x' }, { token }), 403, 'FORBIDDEN');
    }
  });

  test('A token that has expired opens nothing', async () => {
    const token = await dairy.freshToken('admin');
    const now = dairy.t.clock.now().toISOString();
    try {
      dairy.t.clock.advance(899);
      expect((await dairy.ask('GET', '/user/profile', { token })).status).toBe(200);
      dairy.t.clock.advance(2);
      expectProblem(await dairy.ask('GET', '/user/profile', { token }), 401, 'UNAUTHENTICATED');
    } finally {
      dairy.t.clock.set(now);
    }
  });
});

describe('What may not be said', () => {
  test.each(checked)(
    '%s names the place of everything that is wrong in what it is given',
    async (_, door) => {
      const token = tokenFor(door);
      const unnamed: string[] = [];
      for (const wrong of wrongsAt(door)) {
        // Text that only an encoding refuses is looked at below.
        if (wrong.what.startsWith('half a character')) continue;
        const answer = await dairy.knock(door, wrong.input, { token });
        try {
          expectProblem(answer, 422, undefined, pointerOf(door, wrong));
        } catch {
          unnamed.push(
            `${pointerOf(door, wrong)} is ${wrong.what}: ${answer.status} ${answer.text.slice(0, 200)}`,
          );
        }
      }
      expect(unnamed).toEqual([]);
    },
  );

  test.each(direct)('%s of %s, invoked directly, names the place as well', async (name, lambda, door) => {
    const role = door.who === 'public' ? 'system' : (door.who[0] ?? 'system');
    const actor = { userId: 'U101', role };
    const unnamed: string[] = [];
    for (const wrong of wrongsAt(door)) {
      const payload = JSON.parse(jsonOf(wrong.input)) as object;
      const answer = await dairy.t.call<Refusal>(lambda, name, payload, actor);
      const points = (answer.errors ?? []).some(({ pointer }) => pointer.startsWith(pointerOf(door, wrong)));
      if (answer.status !== 422 || !points) {
        unnamed.push(`${pointerOf(door, wrong)} is ${wrong.what}: ${JSON.stringify(answer).slice(0, 200)}`);
      }
    }
    expect(unnamed).toEqual([]);
  });

  test.each(direct)(
    '%s of %s, invoked directly, is closed to roles that it does not name',
    async (name, lambda, door) => {
      for (const role of [...people, 'system' as const].filter((one) => !door.who.includes(one))) {
        const answer = await dairy.t.call(lambda, name, samples[name]?.[0] ?? {}, { userId: 'U101', role });
        expect(answer).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      }
    },
  );

  test.each(withBody)('%s refuses text that no encoding has, and never fails on it', async (_, door) => {
    const person = whoMay(door);
    const accepted: string[] = [];
    for (const wrong of wrongsAt(door).filter(({ what }) => what.startsWith('half a character'))) {
      const token = person && (await dairy.freshToken(person));
      const answer = await dairy.knock(door, wrong.input, { token });
      if (answer.status >= 400 && answer.status < 500) expectProblem(answer, answer.status);
      else accepted.push(`${pointerOf(door, wrong)}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
    expect(accepted).toEqual([]);
  });

  test.each(withBody.filter(([, { http }]) => !http.webhook))(
    '%s wants a group of fields, not another kind of JSON',
    async (_, door) => {
      const deep = '['.repeat(100_000) + ']'.repeat(100_000);
      for (const raw of ['null', '5', '"text"', '[]', '[{}]', 'true', deep, `{"unheardOf":${deep}}`]) {
        expectProblem(
          await dairy.ask(door.http.method, door.http.path, { raw, token: tokenFor(door) }),
          422,
          'INVALID_INPUT',
        );
      }
    },
  );

  test.each(withBody)('%s wants JSON that can be read', async (_, door) => {
    for (const raw of [
      '{',
      '{"a":NaN}',
      '{a:1}',
      '{"a":1,}',
      "{'a':1}",
      'undefined',
      '{}{}',
      '\u0000',
      '{"a":"\n"}',
    ]) {
      expectProblem(
        await dairy.ask(door.http.method, door.http.path, { raw, token: tokenFor(door) }),
        400,
        'MALFORMED_JSON',
      );
    }
  });

  test.each(withBody)('%s wants its body to say that it is JSON', async (_, door) => {
    const raw = jsonOf(samples[door.name]?.[0] ?? {});
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/xml',
      'application/json-patch+json',
      'json',
      '',
    ]) {
      const headers = { 'content-type': type };
      expectProblem(
        await dairy.ask(door.http.method, door.http.path, { raw, headers, token: tokenFor(door) }),
        415,
        'NOT_JSON',
      );
    }
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
    const said = await dairy.ask(door.http.method, door.http.path, {
      raw: '[]',
      headers,
      token: tokenFor(door),
    });
    expectProblem(said, 422, 'INVALID_INPUT');
  });

  test.each(withBody)(
    '%s refuses a body above its size, whether or not it says so beforehand',
    async (_, door) => {
      const { method, path, maxBytes = 1_048_576 } = door.http;
      const token = tokenFor(door);
      const announced = { 'content-length': String(maxBytes + 1) };
      expectProblem(
        await dairy.ask(method, path, { raw: '{}', headers: announced, token }),
        413,
        'TOO_LARGE',
      );
      const raw = `{"unheardOf":"${'x'.repeat(maxBytes)}"}`;
      expectProblem(
        await dairy.ask(method, path, { raw, headers: { 'transfer-encoding': 'chunked' }, token }),
        413,
        'TOO_LARGE',
      );
      expectProblem(await dairy.ask(method, path, { raw, token }), 413, 'TOO_LARGE');
    },
  );

  test('A body that comes in chunks without end is refused before it ends', async () => {
    const server = serve({ fetch: dairy.app.fetch, port: 0, hostname: '127.0.0.1' });
    try {
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const headers = { 'content-type': 'application/json' };
      const sending = request({ port, host: '127.0.0.1', method: 'POST', path: '/user/login', headers });
      const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
      const more = () => {
        if (sending.writable) sending.write('x'.repeat(65_536), () => setImmediate(more));
      };
      more();
      const [response] = await answered;
      expect(response).toMatchObject({
        statusCode: 413,
        headers: { 'content-type': 'application/problem+json' },
      });
      expect(JSON.parse(await text(response))).toMatchObject({ code: 'TOO_LARGE' });
      sending.destroy();
    } finally {
      server.close();
    }
  });

  test.each(withQuery)(
    '%s wants a query that can be read, and names each parameter once',
    async (_, door) => {
      const token = tokenFor(door);
      for (const query of ['a=%', 'a=%zz', '%=a', 'a=%ff', 'a=%ed%a0%80', 'a=1&a=2', 'a=1&%61=2', 'a&a']) {
        expectProblem(
          await dairy.ask('GET', `${door.http.path}?${query}`, { token }),
          400,
          'MALFORMED_QUERY',
        );
      }
    },
  );
});

describe('Where there is no door', () => {
  test('An address that nobody has is 404, whoever asks', async () => {
    for (const path of [
      '/',
      '/nothing',
      '/user',
      '/user/profile/',
      '/USER/profile',
      '/order/subscribes',
      '//user/profile',
      '/%00',
      '/user/..%2fadmin',
    ]) {
      for (const method of ['GET', 'POST']) {
        expectProblem(
          await dairy.ask(method, path, { token: dairy.who.admin.token }),
          404,
          'ROUTE_NOT_FOUND',
        );
      }
    }
  });

  const paths = [...new Set(webDoors.map(({ http }) => http.path))];
  test.each(paths)('%s says which methods it has', async (path) => {
    const own: string[] = webDoors.filter(({ http }) => http.path === path).map(({ http }) => http.method);
    for (const method of ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'].filter((one) => !own.includes(one))) {
      const answer = await dairy.ask(method, path, { token: dairy.who.admin.token });
      expectProblem(answer, 405, 'METHOD_NOT_ALLOWED');
      expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(own.sort());
    }
  });

  test('A caller’s own request id comes back, unless it is none', async () => {
    const headers = { 'x-request-id': 'phone-7-request-42' };
    expect((await dairy.ask('GET', '/nothing', { headers })).body.requestId).toBe('phone-7-request-42');
    for (const bad of ['short', 'x'.repeat(65), 'with blanks in it', '<script>alert(1)</script>']) {
      const answer = await dairy.ask('GET', '/nothing', { headers: { 'x-request-id': bad } });
      expectProblem(answer, 404);
      expect(answer.body.requestId).not.toBe(bad);
    }
  });
});

test('After all these refusals the dairy stands as it was', async () => {
  const { ask, who } = dairy;
  expect((await ask('GET', '/user/profile', { token: who.customer.token })).body).toMatchObject({
    userId: 'U101',
  });
  expect((await ask('GET', '/product/list')).body).toEqual([]);
  expect((await ask('GET', '/order/list', { token: who.customer.token })).body).toEqual([]);
  expect(
    (await ask('GET', '/admin/users', { token: who.admin.token, query: { role: 'admin' } })).body,
  ).toHaveLength(1);
  expect(plateOf(webDoors[0] as WebDoor)).toBe('POST /user/register');
});
