import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Product, Products } from '#lambdas/product/models/Product.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { StoreError, type Wire } from '#shared/data/wire.ts';
import type { Imported } from './importProducts.ts';
import { eventsOf, request, tokenOf } from './testing.ts';

let dairy: TestDairy;
beforeEach(async () => {
  dairy = await testDairy();
});
afterEach(() => dairy.close());

const bring = (csv: string) =>
  dairy.call<Imported & Refusal>('admin', 'importProducts', { csv }, dairy.admin);

async function products(): Promise<Map<string, Product>> {
  const all = new Map<string, Product>();
  for await (const row of dairy.world.store.scan(Products)) all.set(row.productId, row);
  return all;
}

/** A file of so many products, I000 on. */
function shelf(count: number, price = 10): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const number = String(i).padStart(3, '0');
    return `PI${number},Product ${number},${price},${i},Pantry`;
  });
  return ['productId,name,price,stock,category', ...rows].join('\n');
}

describe('importing a catalogue', () => {
  it('New products are added and known ones changed, but not the stock of a known one', async () => {
    const csv = [
      '\uFEFFproductId,name,price,stock,category,unit,taxes,dailySupply,description',
      'P101,Cow Milk,52.5,7,Milk,1 l,,,',
      'P501,"Ghee, pure",500,20,Ghee,,CGST:250; SGST:250,,"Two lines,\nof text"',
      'P502,Fresh Milk,30,,Milk,,,80,',
      '',
    ].join('\r\n');
    expect(await bring(csv)).toEqual({ added: 2, updated: 1, unchanged: 0 });
    const after = await products();
    expect(after.get('P101')).toMatchObject({
      price: 5_250,
      unit: '1 l',
      stock: 100,
      received: 100,
      version: 2,
    });
    expect(after.get('P501')).toMatchObject({
      name: 'Ghee, pure',
      stock: 20,
      received: 20,
      stockMode: 'ON_HAND',
      taxes: { CGST: 250, SGST: 250 },
      description: 'Two lines,\nof text',
    });
    expect(after.get('P502')).toMatchObject({ stockMode: 'PER_DAY', dailySupply: 80, stock: 0 });
    expect((await eventsOf(dairy, 'P101')).map(({ eventType }) => eventType)).toEqual([
      'PRODUCT_ADDED',
      'PRODUCT_UPDATED',
    ]);
  });

  it('A known product keeps its way to keep stock unless the file names another', async () => {
    await dairy.addProduct({ productId: 'P503', name: 'Toned Milk', price: 20, dailySupply: 40 });
    expect(await bring('productId,name,price,stock,category\nP503,Toned Milk,21,9,Milk')).toMatchObject({
      updated: 1,
    });
    expect((await products()).get('P503')).toMatchObject({
      price: 2_100,
      stockMode: 'PER_DAY',
      dailySupply: 40,
    });
    await bring('productId,name,price,category,stockMode\nP503,Toned Milk,21,Milk,ON_HAND');
    expect((await products()).get('P503')).toMatchObject({ stockMode: 'ON_HAND', stock: 0 });
    await bring('productId,name,price,category,dailySupply\nP503,Toned Milk,21,Milk,30');
    expect((await products()).get('P503')).toMatchObject({ stockMode: 'PER_DAY', dailySupply: 30 });
  });

  it('The same file again changes nothing, also where it names no ids', async () => {
    const csv = 'name,price,stock,category,unit\nCurd,30,5,Fresh,400 g\nCurd,70,5,Fresh,1 kg\n';
    expect(await bring(csv)).toEqual({ added: 2, updated: 0, unchanged: 0 });
    const before = await products();
    expect(await bring(csv)).toEqual({ added: 0, updated: 0, unchanged: 2 });
    expect(await products()).toEqual(before);
    expect(await bring(csv.replace('70', '75'))).toEqual({ added: 0, updated: 1, unchanged: 1 });
    expect((await products()).size).toBe(before.size);
  });

  it('Every bad row and column is named, and nothing of the good ones is written', async () => {
    const before = await products();
    const csv = [
      'productId,name,price,stock,category,taxes,dailySupply',
      'P601,Good,10,5,Milk,,',
      'P602,,ten,5,Milk,,',
      'X603,Bad id,1.005,-1,Milk,CGST 250,',
      'P604,Both ways,10,5,Milk,,5',
      'P601,Good again,10,5,Milk,,',
      'P605,Too many cells,10,5,Milk,,,8',
    ].join('\n');
    const refused = await bring(csv);
    expect(refused).toMatchObject({ status: 422, code: 'IMPORT_REJECTED' });
    expect(refused.errors?.map(({ pointer }) => pointer)).toEqual([
      '/csv/3/name',
      '/csv/3/price',
      '/csv/4/productId',
      '/csv/4/price',
      '/csv/4/stock',
      '/csv/4/taxes',
      '/csv/5/stock',
      '/csv/6/productId',
      '/csv/7',
    ]);
    expect(await products()).toEqual(before);
  });

  it('A file without a needed column, with a strange one, or broken in itself is refused', async () => {
    expect((await bring('name,colour,category\nMilk,white,Milk')).errors).toMatchObject([
      { pointer: '/csv/1/colour' },
      { pointer: '/csv/1/price' },
    ]);
    expect((await bring('name,price,category,__proto__\nMilk,1,Milk,x')).errors).toMatchObject([
      { pointer: '/csv/1/__proto__' },
    ]);
    for (const broken of ['', 'name,price,category\n"Milk,50,Milk']) {
      expect(await bring(broken)).toMatchObject({ status: 422, code: 'IMPORT_REJECTED' });
    }
  });

  it('A file of more than 5,000 rows or 2 MB is refused, and of many errors the first 100 are named', async () => {
    expect(await bring(shelf(5_001))).toMatchObject({
      code: 'IMPORT_REJECTED',
      errors: [{ pointer: '/csv' }],
    });
    expect(await bring('x'.repeat(2 * 1024 * 1024 + 1))).toMatchObject({ status: 413, code: 'TOO_LARGE' });
    expect((await bring(shelf(300).replaceAll(',10,', ',dear,'))).errors).toHaveLength(100);
    expect((await products()).size).toBe(1);
  });

  it('Each product of a long file has exactly one event', async () => {
    expect(await bring(shelf(60))).toEqual({ added: 60, updated: 0, unchanged: 0 });
    expect((await products()).size).toBe(61);
    for (const id of ['PI000', 'PI024', 'PI025', 'PI059']) expect(await eventsOf(dairy, id)).toHaveLength(1);
  });

  it('An import cut off in the middle is finished by running it again', async () => {
    let writes = 0;
    dairy.wireOf.current = (wire): Wire => ({
      ...wire,
      async call<A>(...args: Parameters<Wire['call']>) {
        if (args[0] === 'TransactWriteItems' && ++writes > 1)
          throw new StoreError('InternalFailure', 'cut off');
        return wire.call<A>(...args);
      },
    });
    expect(await bring(shelf(60))).toMatchObject({ status: 500, code: 'INTERNAL' });
    dairy.wireOf.current = (wire) => wire;
    expect((await products()).size).toBe(26);
    expect(await bring(shelf(60))).toEqual({ added: 35, updated: 0, unchanged: 25 });
    expect((await products()).size).toBe(61);
    for (const id of ['PI000', 'PI059']) expect(await eventsOf(dairy, id)).toHaveLength(1);
  });

  it('The same request sent again gives its first answer and undoes nothing that the desk did since', async () => {
    const token = await tokenOf(dairy, dairy.admin);
    const send = (csv: string) =>
      request(dairy, 'admin', ['POST', '/product/import'], {
        token,
        body: { csv },
        headers: { 'idempotency-key': 'spring-prices' },
      });
    const first = await send(shelf(30));
    expect(first).toMatchObject({ statusCode: 200, text: '{"added":30,"updated":0,"unchanged":0}' });
    await dairy.call('admin', 'updateProduct', { productId: 'PI003', price: 99 }, dairy.admin);
    expect(await send(shelf(30))).toMatchObject({ statusCode: 200, text: first.text });
    expect((await products()).get('PI003')?.price).toBe(9_900);
    expect(await send(shelf(31))).toMatchObject({ statusCode: 422 });
  });

  it('Two imports of one file at once add each product once', async () => {
    const answers = await Promise.all([bring(shelf(60)), bring(shelf(60))]);
    const added = answers.reduce((sum, answer) => sum + (answer.added ?? 0), 0);
    // One of them may be told that the catalogue is busy; what it had not written, the other has.
    expect((await products()).size).toBe(61);
    expect(added).toBeLessThanOrEqual(60);
    for (const id of ['PI000', 'PI030', 'PI059']) expect(await eventsOf(dairy, id)).toHaveLength(1);
  });
});
