import { expect } from 'vitest';
import { ensureFirstAdmin } from '#lambdas/admin/adminController.ts';
import { lambdas } from '#lambdas/all.ts';
import { type TestWorld, testWorld } from '#runtime/testWorld.ts';
import { problems } from '#shared/domain/problem.ts';
import type { AnyDoor, HttpDoor } from '#shared/http/door.ts';
import { appOf } from '#shared/http/serve.ts';
import type { Role } from '#shared/ports/ports.ts';
import { jsonOf } from './wrongs.ts';

export type WebDoor = AnyDoor & { http: HttpDoor };
export type Person = 'customer' | 'courier' | 'admin';
export const people: readonly Person[] = ['customer', 'courier', 'admin'];

/** Every door that HTTP reaches, and how it is written on a door plate. */
export const webDoors = lambdas.flatMap(({ doors }) =>
  doors.filter((door): door is WebDoor => door.http !== undefined),
);
export const plates = webDoors.map((door) => [plateOf(door), door] as const);

export function plateOf({ http }: WebDoor): string {
  return `${http.method} ${http.path}`;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: { pointer: string; detail: string }[];
  requestId: string;
  [more: string]: unknown;
}

export interface Answer<B = Problem> {
  status: number;
  headers: Headers;
  text: string;
  body: B;
}

export interface Ask {
  token?: string;
  body?: unknown;
  /** The body's exact text, instead of `body`. */
  raw?: string;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** A whole dairy behind its HTTP app, with somebody of each role logged in. */
export interface HttpDairy {
  t: TestWorld;
  app: ReturnType<typeof appOf>;
  /** Who they are and the token their login gave them. */
  who: Record<Person, { userId: string; token: string }>;
  /** One more token, of a session of its own, that lives whatever happens to the others. */
  freshToken(person: Person): Promise<string>;
  addHousehold(userId: string): Promise<{ userId: string; token: string }>;
  addCourier(name: string): Promise<{ userId: string; token: string }>;
  ask<B = Problem>(method: string, path: string, ask?: Ask): Promise<Answer<B>>;
  /** Asks a door as it wants to be asked: a query for GET, else a body. */
  knock<B = Problem>(door: WebDoor, input: Record<string, unknown>, ask?: Ask): Promise<Answer<B>>;
  close(): Promise<void>;
}

const ADMIN = { email: 'admin@dairy.example', password: 'desk-2027' };

export async function httpDairy(options: Parameters<typeof testWorld>[0] = {}): Promise<HttpDairy> {
  const t = await testWorld(options);
  const app = appOf(t.world, webDoors);

  async function ask<B = Problem>(method: string, path: string, given: Ask = {}): Promise<Answer<B>> {
    const body = given.raw ?? (given.body === undefined ? undefined : jsonOf(given.body));
    const query = given.query === undefined ? '' : `?${queryOf(given.query)}`;
    const response = await app.request(path + query, {
      method,
      body,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(given.token === undefined ? {} : { authorization: `Bearer ${given.token}` }),
        ...given.headers,
      },
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson ? JSON.parse(text) : text) as B,
    };
  }

  async function login(email: string, password: string): Promise<string> {
    const { status, body } = await ask<{ token: string }>('POST', '/user/login', {
      body: { email, password },
    });
    expect(status).toBe(200);
    return body.token;
  }

  async function addHousehold(userId: string) {
    const account = {
      userId,
      name: userId,
      email: `${userId}@example.com`,
      password: 'test123',
      address: '123 Main St',
    };
    expect((await ask('POST', '/user/register', { body: account })).status).toBe(201);
    return { userId, token: await login(account.email, account.password) };
  }

  await ensureFirstAdmin(t.world, ADMIN);
  const token = await login(ADMIN.email, ADMIN.password);
  const adminId = (await ask<{ userId: string }>('GET', '/user/profile', { token })).body.userId;

  async function addCourier(name: string) {
    const account = { name, email: `${name}@dairy.example`, password: 'round-1', role: 'courier' };
    const made = await ask<{ userId: string }>('POST', '/admin/user', { token, body: account });
    expect(made.status).toBe(201);
    return { userId: made.body.userId, token: await login(account.email, account.password) };
  }

  const who = {
    customer: await addHousehold('U101'),
    courier: await addCourier('ravi'),
    admin: { userId: adminId, token },
  };
  let sessions = 0;
  return {
    t,
    app,
    who,
    ask,
    addHousehold,
    addCourier,
    async freshToken(person) {
      const claims = { userId: who[person].userId, role: person as Role, sessionId: `SNtest${++sessions}` };
      return (await t.world.identity.issue(claims)).token;
    },
    knock: (door, input, given) =>
      ask(
        door.http.method,
        door.http.path,
        door.http.method === 'GET' ? { query: input, ...given } : { body: input, ...given },
      ),
    close: () => t.close(),
  };
}

function queryOf(query: Record<string, unknown>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
}

/** Somebody who may use a door: nobody needs to be named for a public one. */
export function whoMay({ who }: WebDoor): Person | undefined {
  return who === 'public' ? undefined : people.find((person) => who.includes(person));
}

/** A refusal as PRODUCT promises each: problem+json with a known code, a request id, and nothing of our inside. */
export function expectProblem(answer: Answer, status: number, code?: string, pointer?: string): void {
  const { body, headers, text } = answer;
  expect(text).not.toMatch(/\\n\s+at |node:internal|\.ts:\d|node_modules/);
  expect({ status: answer.status, body }).toMatchObject({
    status,
    body: { status, ...(code === undefined ? {} : { code }) },
  });
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(Object.keys(problems)).toContain(body.code);
  expect(body.title.length * body.detail.length).toBeGreaterThan(0);
  expect(body.requestId).toMatch(/^[\w-]{8,64}$/);
  expect(headers.get('x-request-id')).toBe(body.requestId);
  if (pointer === undefined) return;
  const pointers = (body.errors ?? []).map((place) => place.pointer);
  const points = pointers.some((one) => one === pointer || one.startsWith(`${pointer}/`));
  expect(points, `${JSON.stringify(pointers)} should have ${pointer}`).toBe(true);
}
