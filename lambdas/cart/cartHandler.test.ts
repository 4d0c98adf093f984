import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import {
  httpEvent,
  httpResult,
  publishedOf,
  queueEvent,
  strangeEvents,
  timerEvent,
  tokenOf,
} from '#runtime/testEvents.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import { makeHandler } from './cartHandler.ts';
import { Carts } from './models/Cart.ts';

let dairy: TestDairy;
let handler: LambdaHandler;
beforeAll(async () => {
  dairy = await testDairy();
  handler = makeHandler(dairy.world);
});
afterAll(() => dairy?.close());

const cartRow = (cartId: string) => dairy.world.store.get(Carts, { cartId });

test('A household fills its cart through API Gateway, and a repeated request adds nothing twice', async () => {
  const token = await tokenOf(dairy.world, dairy.household);
  const headers = { 'idempotency-key': 'tap-1' };
  const event = httpEvent('POST', '/cart/add', { token, headers, body: { productId: 'P101', qty: 2 } });
  const added = httpResult(await handler(event));
  expect(added).toMatchObject({
    status: 200,
    body: { cartId: 'C101', items: [{ productId: 'P101', qty: 2 }], totalAmount: 100 },
  });
  expect(httpResult(await handler(event)).body).toEqual(added.body);
  expect(await cartRow('C101')).toMatchObject({
    items: [{ productId: 'P101', qty: 2 }],
    totalAmount: 10_000,
    version: 1,
  });
  const viewed = httpResult(await handler(httpEvent('GET', '/cart/view', { token })));
  expect(viewed.body).toEqual(added.body);
});

test('A courier has no cart, and a product that is not sold goes into none', async () => {
  const body = { productId: 'P101', qty: 1 };
  const courier = await tokenOf(dairy.world, dairy.courier);
  const closed = httpResult(await handler(httpEvent('POST', '/cart/add', { token: courier, body })));
  expect(closed).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  const token = await tokenOf(dairy.world, dairy.household);
  const unknown = await handler(
    httpEvent('POST', '/cart/add', { token, body: { ...body, productId: 'P404' } }),
  );
  expect(httpResult(unknown)).toMatchObject({ status: 422, body: { code: 'PRODUCT_UNKNOWN' } });
  expect(await cartRow('C101')).toMatchObject({ version: 1 });
});

test('Another Lambda adds with the seed’s payload for the household it names', async () => {
  const household = await dairy.addHousehold('U204');
  const payload = { userId: 'U204', productId: 'P101', qty: 2 };
  expect(await handler({ function: 'addToCart', actor: household, payload })).toMatchObject({
    cartId: 'C204',
    items: [{ productId: 'P101', qty: 2 }],
  });
  expect(await handler({ function: 'getCart', actor: household, payload: {} })).toMatchObject({
    totalAmount: 100,
  });
  const foreign = await handler({ function: 'addToCart', actor: dairy.household, payload });
  expect(foreign).toMatchObject({ code: 'FOREIGN_USER', status: 403 });
  expect(await cartRow('C204')).toMatchObject({
    userId: 'U204',
    items: [{ productId: 'P101', qty: 2 }],
    version: 1,
  });
});

test('Carts listen to nothing: an event or a timer that is sent to them is a fault, not lost silently', async () => {
  const [registered] = await publishedOf(dairy.world, 'USER_REGISTERED');
  await expect(handler(queueEvent('cart', [registered ?? {}]))).rejects.toThrow('subscribes to no events');
  await expect(handler(timerEvent('expireOrders'))).rejects.toThrow('no timer expireOrders');
  for (const event of strangeEvents) await expect(handler(event)).rejects.toThrow('of no kind');
});
