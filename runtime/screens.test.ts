import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { beforeAll, expect, test } from 'vitest';
import { pageHeaders } from '#shared/http/pages.ts';
import { serveScreens } from './screens.ts';

const folder = fileURLToPath(new URL('../web/dist/shop/', import.meta.url));
/** What the first page of the shop may cost in JavaScript, compressed. */
const BUDGET_BYTES = 120_000;

let app: Hono;
beforeAll(() => {
  app = new Hono();
  serveScreens(app, { cards: { provider: 'SANDBOX' } });
});

function firstScripts(): string[] {
  const html = readFileSync(`${folder}index.html`, 'utf8');
  return [...html.matchAll(/(?:src|href)="\/shop\/(assets\/[^"]+\.js)"/g)].map(([, file = '']) => file);
}

test('The shop opens with at most 120 kB of JavaScript, and nothing of its other pages', () => {
  const files = firstScripts();
  expect(files.length).toBeGreaterThan(0);
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(folder + file)).length, 0);
  expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES);
  expect(files.filter((file) => /Days|Basket|Money|Account|Subscribe/.test(file))).toEqual([]);
});

test('Every path of the shop is one of its pages, and / leads there', async () => {
  const root = await app.request('/');
  expect([root.status, root.headers.get('location')]).toEqual([302, '/shop/']);
  for (const path of ['/shop/', '/shop/days', '/shop/product/P101']) {
    const page = await app.request(path);
    expect([page.status, page.headers.get('content-type')?.split(';')[0]]).toEqual([200, 'text/html']);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(await page.text()).toContain('<div id="root">');
  }
});

test('The desk is a door of its own', async () => {
  for (const path of ['/desk/', '/desk/orders', '/desk/customers/U101']) {
    const page = await app.request(path);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('/desk/assets/');
  }
});

test('What a page loads is kept for a year and comes compressed; what is not there is not a page', async () => {
  const [file = ''] = firstScripts();
  const script = await app.request(`/shop/${file}`, { headers: { 'accept-encoding': 'br' } });
  expect([script.status, script.headers.get('content-encoding')]).toEqual([200, 'br']);
  expect(script.headers.get('cache-control')).toContain('immutable');
  expect((await app.request('/shop/assets/gone.js')).status).toBe(404);
});

test('Nobody reads other files of the dairy through the screens', async () => {
  for (const path of [
    '/shop/..%2f..%2fpackage.json',
    '/shop/assets/..%2f..%2f..%2fpackage.json',
    '/shop//etc/passwd',
  ]) {
    expect(await (await app.request(path)).text()).not.toMatch(/"milkfloat"|root:/);
  }
});

test('Pages run and load nothing that is not ours, and Stripe’s only where it takes the cards', async () => {
  const page = await app.request('/shop/');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  const stripe = pageHeaders({ cards: { provider: 'STRIPE' } })['content-security-policy'];
  expect(stripe).toContain("script-src 'self' https://js.stripe.com;");
  const tiles = { url: 'https://tiles.example/{z}/{x}/{y}.png', attribution: 'Maps' };
  const mapped = pageHeaders({ cards: { provider: 'NONE' }, tiles })['content-security-policy'];
  expect(mapped).toContain("img-src 'self' data: blob: https://tiles.example;");
});

const round = fileURLToPath(new URL('../web/dist/courier/', import.meta.url));
/** All of the couriers' door is kept on the phone at the first visit, so that one may cost a little more. */
const ROUND_BYTES = 128_000;

test('A courier’s phone loads at most 128 kB of JavaScript, with everything but the second language', () => {
  const html = readFileSync(`${round}index.html`, 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\/courier\/(assets\/[^"]+\.js)"/g)].map(
    ([, file = '']) => file,
  );
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(round + file)).length, 0);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(ROUND_BYTES);
});

test('A courier’s phone keeps every file of its door, and nothing that the API answers', async () => {
  const worker = await app.request('/courier/sw.js');
  expect(worker.headers.get('content-type')).toMatch(/javascript/);
  expect(worker.headers.get('cache-control')).toBe('no-cache');
  const kept = [...(await worker.text()).matchAll(/url:\s*[`"']([^`"']+)/g)].map(([, url = '']) => url);
  const files = globSync('**/*', { cwd: round }).filter((file) => /\.\w+$/.test(file));
  const missing = files.filter(
    (file) => !/\.(gz|br)$|^sw\.js$/.test(file) && !kept.includes(`/courier/${file}`),
  );
  expect(kept.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
  for (const url of kept) {
    expect(url).toMatch(/^\/courier\//);
    expect((await app.request(url)).status).toBe(200);
  }
});

test('The couriers’ door can be put on a home screen, with pictures of the sizes it names', async () => {
  const answer = await app.request('/courier/manifest.webmanifest');
  expect(answer.headers.get('content-type')).toContain('application/manifest+json');
  const { start_url, icons } = (await answer.json()) as {
    start_url: string;
    icons: { src: string; sizes: string }[];
  };
  expect(start_url).toBe('/courier/');
  for (const { src, sizes } of icons.filter(({ sizes }) => sizes !== 'any')) {
    const picture = Buffer.from(await (await app.request(src)).arrayBuffer());
    expect(`${picture.readUInt32BE(16)}x${picture.readUInt32BE(20)}`).toBe(sizes);
  }
});
