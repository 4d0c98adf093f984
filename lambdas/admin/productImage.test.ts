import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Products } from '#lambdas/product/models/Product.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { eventsOf, request, tokenOf } from './testing.ts';

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());

const pictureOf = (colour: number) =>
  Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d', 'hex'), Buffer.alloc(100, colour)]).toString(
    'base64',
  );
const set = (more: object = {}, actor = dairy.admin) =>
  dairy.call<{ imageUrl: string } & Refusal>(
    'admin',
    'setProductImage',
    { productId: 'P101', contentType: 'image/png', data: pictureOf(1), ...more },
    actor,
  );
const images = () => {
  try {
    return readdirSync(join(dairy.folder, 'files', 'images'));
  } catch {
    return [];
  }
};

test('Staff give a product its picture, and everybody sees it where the catalogue says', async () => {
  const { imageUrl } = await set();
  expect(imageUrl).toMatch(/^\/product\/image\?file=h[0-9a-f]{64}\.png$/);
  expect(await dairy.call('product', 'getProductDetails', { productId: 'P101' })).toMatchObject({ imageUrl });
  const url = new URL(imageUrl, 'http://dairy.example');
  const query = Object.fromEntries(url.searchParams);
  const seen = await dairy.call<string>('product', 'getProductImage', query);
  expect(seen).toBe(pictureOf(1));
  const { headers } = await request(dairy, 'product', ['GET', url.pathname], { query });
  expect(headers).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect(headers['content-security-policy']).toContain('sandbox');
});

test('The same picture again is the same file and no change; another one is another', async () => {
  const before = await dairy.world.store.get(Products, { productId: 'P101' });
  expect((await set()).imageUrl).toBe(before?.imageUrl);
  expect(await dairy.world.store.get(Products, { productId: 'P101' })).toEqual(before);
  expect(images()).toHaveLength(1);
  const after = await set({ data: pictureOf(2) });
  expect(after.imageUrl).not.toBe(before?.imageUrl);
  expect(images()).toHaveLength(2);
  expect((await eventsOf(dairy, 'P101')).at(-1)).toMatchObject({
    eventType: 'PRODUCT_UPDATED',
    fields: ['imageUrl'],
  });
});

test('A request that is repeated with its key gets its first answer, and leaves one file', async () => {
  const token = await tokenOf(dairy, dairy.admin);
  const body = { productId: 'P101', contentType: 'image/png', data: pictureOf(3) };
  const headers = { 'idempotency-key': 'picture-1' };
  const post = (sent: object) =>
    request(dairy, 'admin', ['POST', '/product/image'], { token, body: sent, headers });
  const count = images().length;
  const first = await post(body);
  await set({ data: pictureOf(2) });
  expect(await post(body)).toMatchObject({ statusCode: 200, text: first.text });
  expect(await post({ ...body, data: pictureOf(4) })).toMatchObject({ statusCode: 422 });
  expect(images()).toHaveLength(count + 1);
});

test('A product that is not there, a page that calls itself a picture and a household are refused', async () => {
  const before = images();
  expect(await set({ productId: 'P404' })).toMatchObject({ status: 404 });
  const page = Buffer.from('<html><script>alert(1)</script></html>').toString('base64');
  expect(await set({ data: page })).toMatchObject({ status: 422, errors: [{ pointer: '/data' }] });
  for (const actor of [dairy.household, dairy.courier])
    expect(await set({}, actor)).toMatchObject({ status: 403 });
  expect(images()).toEqual(before);
});
