import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lambdas } from '#lambdas/all.ts';
import { type TestWorld, testWorld } from '#runtime/testWorld.ts';
import { StoreError } from '#shared/data/wire.ts';
import { problems } from '#shared/domain/problem.ts';
import { openApiOf } from '#shared/http/openapi.ts';
import { type ApiDocument, docsPage } from './rules/docsPage.ts';
import { request } from './testing.ts';

let dairy: TestWorld;
beforeAll(async () => {
  dairy = await testWorld();
});
afterEach(() => {
  dairy.wireOf.current = (wire) => wire;
});
afterAll(() => dairy.close());

const get = (path: string) => request(dairy, 'admin', ['GET', path]);

describe('health', () => {
  it('Is ok while the data store answers', async () => {
    expect(await get('/health')).toMatchObject({ statusCode: 200, text: '{"status":"ok"}' });
  });

  it('Is 503 when the store is away, and when it hangs', async () => {
    const fault = new StoreError('NetworkError', 'gone');
    const silent = () => new Promise<never>(() => undefined);
    for (const call of [() => Promise.reject(fault), silent]) {
      dairy.wireOf.current = (wire) => ({ ...wire, call });
      const answer = await get('/health');
      expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'UNAVAILABLE' });
    }
  });
});

describe('the OpenAPI document', () => {
  const document = openApiOf(lambdas) as unknown as ApiDocument & { openapi: string };
  const doors = lambdas.flatMap((lambda) => lambda.doors.map((door) => ({ lambda: lambda.name, door })));

  it('Is served to anybody as it was made', async () => {
    const answer = await get('/openapi.json');
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(answer.text)).toMatchObject({ openapi: '3.1.1', info: { title: 'Milkfloat' } });
  });

  it('Has every endpoint once, under its Lambda, with who may call it', () => {
    const told = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { operationId, tags, ...rest }]) =>
        [method.toUpperCase(), path, operationId, tags[0], rest['x-roles'].join()].join(' '),
      ),
    );
    const wanted = doors.flatMap(({ lambda, door }) => {
      const roles = door.who === 'public' ? ['public'] : door.who.filter((role) => role !== 'system');
      return door.http ? [[door.http.method, door.http.path, door.name, lambda, roles.join()].join(' ')] : [];
    });
    expect(told.sort()).toEqual(wanted.sort());
  });

  it('Asks for a token exactly where a role is needed, and knows the key where a repeat is safe', () => {
    for (const { door } of doors) {
      if (!door.http) continue;
      const { method, path, idempotent = method === 'POST' } = door.http;
      const operation = document.paths[path]?.[
        method.toLowerCase()
      ] as ApiDocument['paths'][string][string] & {
        security?: object[];
      };
      expect(operation.security !== undefined).toBe(door.who !== 'public');
      const names = (operation.parameters ?? []).map(({ name }) => name);
      expect(names.includes('Idempotency-Key')).toBe(idempotent);
    }
  });

  it('Names no part that it does not have', () => {
    const text = JSON.stringify(document);
    const named = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !(name in document.components.schemas))).toEqual([]);
  });

  it('Is readable as a page: every endpoint, every error code, no script, nothing from elsewhere', async () => {
    const page = await docsPage(document);
    for (const { door } of doors) if (door.http) expect(page).toContain(`id="${door.name}"`);
    for (const code of Object.keys(problems)) expect(page).toContain(`<tr id="${code}">`);
    expect(page).not.toMatch(/<script|javascript:|\son\w+=|src=|https?:\/\//i);
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
    expect(links.filter((link) => !ids.includes(link))).toEqual([]);
  });

  it('A summary with markup in it is only text on the page', async () => {
    const operation = {
      operationId: 'x',
      summary: '<b>&"',
      tags: ['user'],
      'x-roles': ['public'],
      responses: {},
    };
    const page = await docsPage({ ...document, paths: { '/x': { get: operation } } });
    expect(page).toContain('&lt;b&gt;&amp;&quot;');
    expect(page).not.toContain('<b>');
  });

  it('The page and its style are served to anybody, and may load nothing but that style', async () => {
    const page = await get('/docs');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'; style-src 'self'");
    const style = await get('/docs/docs.css');
    expect(style.headers['content-type']).toContain('text/css');
    expect(style.text).toContain('prefers-color-scheme: dark');
  });
});
