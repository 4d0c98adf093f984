import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import {
  httpEvent,
  httpResult,
  publishedOf,
  queueEvent,
  strangeEvents,
  timerEvent,
} from '#runtime/testEvents.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import { Products } from './models/Product.ts';
import { makeHandler } from './productHandler.ts';

let dairy: TestDairy;
let handler: LambdaHandler;
beforeAll(async () => {
  dairy = await testDairy();
  handler = makeHandler(dairy.world);
});
afterAll(() => dairy?.close());

const productRow = (productId: string) => dairy.world.store.get(Products, { productId });
const shown = { productId: 'P101', name: 'Cow Milk', price: 50, stock: 100 };

test('Anybody browses Milk through API Gateway, and a price that is no amount is refused', async () => {
  const listed = await handler(
    httpEvent('GET', '/product/list', { query: { category: 'milk', maxPrice: '50' } }),
  );
  expect(httpResult(listed)).toMatchObject({ status: 200, body: [shown] });
  const refused = await handler(httpEvent('GET', '/product/list', { query: { maxPrice: '27.505' } }));
  expect(httpResult(refused)).toMatchObject({ status: 422, body: { errors: [{ pointer: '?maxPrice' }] } });
});

test('Another Lambda lists Milk with the seed’s payload and gets the seed’s list', async () => {
  expect(await handler({ function: 'listProducts', payload: { category: 'Milk', filters: {} } })).toEqual([
    expect.objectContaining(shown),
  ]);
  expect(await handler({ function: 'getProductDetails', payload: { productId: 'P101' } })).toMatchObject(
    shown,
  );
  expect(await handler({ function: 'getProductDetails', payload: { productId: 'P404' } })).toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('A sale that empties the shelf tells staff once; a poison message beside it fails alone', async () => {
  await dairy.addProduct({ productId: 'P2', name: 'Paneer', price: 90, stock: 6, lowStockAt: 5 });
  await dairy.order({ cartItems: [{ productId: 'P2', qty: 2 }] });
  const [placed] = await publishedOf(dairy.world, 'ORDER_PLACED');
  const batch = queueEvent('product', [placed ?? {}, { eventType: 'ORDER_PLACED' }]);
  expect(await handler(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
  expect(await productRow('P2')).toMatchObject({ stock: 4, reserved: 2, lowStockTold: true });
  expect(await publishedOf(dairy.world, 'STOCK_LOW')).toMatchObject([
    { entityId: 'P2', productId: 'P2', stock: 4 },
  ]);

  expect(await handler(queueEvent('product', [placed ?? {}], 2))).toEqual({ batchItemFailures: [] });
  expect(await publishedOf(dairy.world, 'STOCK_LOW')).toHaveLength(1);
});

test('A restock takes the warning back, so that the next fall is told again', async () => {
  await dairy.call('admin', 'restockProduct', { productId: 'P2', qty: 20 }, dairy.admin);
  const updated = (await publishedOf(dairy.world, 'PRODUCT_UPDATED')).at(-1);
  expect(await handler(queueEvent('product', [updated ?? {}]))).toEqual({ batchItemFailures: [] });
  expect(await productRow('P2')).not.toHaveProperty('lowStockTold');
});

test('An event of no kind it knows, and a timer it does not have, are faults', async () => {
  for (const event of strangeEvents) await expect(handler(event)).rejects.toThrow('of no kind');
  await expect(handler(timerEvent('sendWaiting'))).rejects.toThrow('no timer sendWaiting');
});
