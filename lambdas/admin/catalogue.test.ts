import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Product, Products, type StockDay, StockDays } from '#lambdas/product/models/Product.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { Audit } from '#shared/data/audit.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { eventsOf } from './testing.ts';

type Shown = { productId: string; price: number; stock: number; stockMode: string } & Record<string, unknown>;

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy.close());

const desk = <A = Shown & Refusal>(name: string, input: object, actor: Actor = dairy.admin) =>
  dairy.call<A>('admin', name, input, actor);

const rowOf = async (productId: string): Promise<Product> => {
  const row = await dairy.world.store.get(Products, { productId });
  if (!row) throw new Error(`no product ${productId}`);
  return row;
};

const dayOf = (productId: string, day: string): Promise<StockDay | undefined> =>
  dairy.world.store.get(StockDays, { productId, day });

describe('putting a product on sale', () => {
  it("The seed's product with just a stock is on hand, and a household sees it at once", async () => {
    const input = { productId: 'P201', name: 'Buffalo Milk', price: 27.5, stock: 100, category: 'Milk' };
    expect(await desk('addProduct', input)).toMatchObject({
      productId: 'P201',
      price: 27.5,
      stock: 100,
      stockMode: 'ON_HAND',
    });
    expect(await rowOf('P201')).toMatchObject({
      price: 2_750,
      stock: 100,
      received: 100,
      reserved: 0,
      sold: 0,
      wasted: 0,
      active: true,
      version: 1,
    });
    expect(await eventsOf(dairy, 'P201')).toMatchObject([{ eventType: 'PRODUCT_ADDED', entityVersion: 1 }]);
    const listed = await dairy.call<Shown[]>('product', 'listProducts', { q: 'buffalo' });
    expect(listed).toMatchObject([{ productId: 'P201', stock: 100 }]);
  });

  it('Milk with a daily supply shows what the next open day has', async () => {
    const input = { productId: 'P202', name: 'Toned Milk', price: 24, dailySupply: 40, category: 'Milk' };
    expect(await desk('addProduct', input)).toMatchObject({
      stock: 40,
      stockMode: 'PER_DAY',
      dailySupply: 40,
    });
  });

  it('An id that is taken is refused and the first product stays as it was', async () => {
    const before = await rowOf('P201');
    const input = { productId: 'P201', name: 'Other', price: 1, stock: 1, category: 'Milk' };
    expect(await desk('addProduct', input)).toMatchObject({ status: 409, code: 'ID_TAKEN' });
    expect(await rowOf('P201')).toEqual(before);
  });

  it('Stock told in both ways, and a price with three decimals, are refused', async () => {
    const input = { productId: 'P209', name: 'Odd', price: 1, category: 'Milk' };
    expect(await desk('addProduct', { ...input, stock: 1, stockMode: 'PER_DAY' })).toMatchObject({
      code: 'STOCK_MODE',
      errors: [{ pointer: '/stock' }],
    });
    expect(await desk('addProduct', { ...input, stockMode: 'ON_HAND', dailySupply: 5 })).toMatchObject({
      code: 'STOCK_MODE',
    });
    expect(await desk('addProduct', { ...input, price: 1.005 })).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ pointer: '/price' }],
    });
    expect(await dairy.world.store.get(Products, { productId: 'P209' })).toBeUndefined();
  });

  it('Neither a household nor a courier may add, change, restock or import', async () => {
    for (const actor of [dairy.household, dairy.courier]) {
      for (const name of ['addProduct', 'updateProduct', 'restockProduct', 'importProducts']) {
        expect(await desk(name, {}, actor)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      }
    }
  });
});

describe('changing a product', () => {
  it('Only what differs is written, told and counted as a version', async () => {
    await desk('addProduct', {
      productId: 'P301',
      name: 'Paneer',
      price: 90,
      stock: 10,
      category: 'Fresh',
      unit: '200 g',
    });
    const shown = await desk('updateProduct', {
      productId: 'P301',
      price: 95,
      unit: null,
      category: 'Fresh',
    });
    expect(shown).toMatchObject({ price: 95, stock: 10 });
    expect(shown.unit).toBeUndefined();
    const row = await rowOf('P301');
    expect(row).toMatchObject({ price: 9_500, version: 2, stock: 10 });
    expect(row).not.toHaveProperty('unit');
    expect((await eventsOf(dairy, 'P301')).at(-1)).toMatchObject({
      eventType: 'PRODUCT_UPDATED',
      entityVersion: 2,
      fields: ['price', 'unit'],
    });
  });

  it('A change that changes nothing writes nothing', async () => {
    await desk('addProduct', {
      productId: 'P302',
      name: 'Curd',
      price: 30,
      stock: 5,
      category: 'Fresh',
      taxes: { CGST: 250, SGST: 250 },
    });
    const before = await rowOf('P302');
    await desk('updateProduct', {
      productId: 'P302',
      price: 30,
      unit: null,
      taxes: { SGST: 250, CGST: 250 },
    });
    expect(await rowOf('P302')).toEqual(before);
    expect(await eventsOf(dairy, 'P302')).toHaveLength(1);
  });

  it('A product taken off sale is gone from the list and can still be looked up', async () => {
    await desk('addProduct', {
      productId: 'P303',
      name: 'Shrikhand',
      price: 60,
      stock: 5,
      category: 'Fresh',
    });
    expect(await desk('updateProduct', { productId: 'P303', active: false })).toMatchObject({
      active: false,
    });
    expect(await dairy.call<Shown[]>('product', 'listProducts', { q: 'shrikhand' })).toEqual([]);
    expect(await dairy.call<Shown[]>('product', 'listProducts', { q: 'shrikhand', all: true })).toMatchObject(
      [{ productId: 'P303', active: false }],
    );
    expect(await dairy.call<Shown>('product', 'getProductDetails', { productId: 'P303' })).toMatchObject({
      active: false,
    });
  });

  it('Stock that becomes a daily supply has one, also when nobody said how much', async () => {
    await desk('addProduct', { productId: 'P304', name: 'Lassi', price: 20, stock: 5, category: 'Fresh' });
    expect(await desk('updateProduct', { productId: 'P304', stockMode: 'PER_DAY' })).toMatchObject({
      stockMode: 'PER_DAY',
      dailySupply: 0,
      stock: 0,
    });
    expect(await desk('updateProduct', { productId: 'P304', dailySupply: null })).toMatchObject({
      code: 'STOCK_MODE',
    });
    await desk('updateProduct', { productId: 'P304', stockMode: 'ON_HAND' });
    const row = await rowOf('P304');
    expect(row).toMatchObject({ stockMode: 'ON_HAND', stock: 5 });
    expect(row).not.toHaveProperty('dailySupply');
  });

  it('An unknown product, and a stock in the body, are refused', async () => {
    expect(await desk('updateProduct', { productId: 'Pnone', price: 1 })).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await desk('updateProduct', { productId: 'P301', stock: 7 })).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ pointer: '/stock' }],
    });
    expect(await rowOf('P301')).toMatchObject({ stock: 10 });
  });

  it('Ten people of the desk at once lose no change of each other', async () => {
    await desk('addProduct', { productId: 'P305', name: 'Ghee', price: 500, stock: 5, category: 'Ghee' });
    const prices = Array.from({ length: 5 }, (_, i) => 501 + i);
    const answers = await Promise.all(
      prices.flatMap((price) => [
        desk('updateProduct', { productId: 'P305', price }),
        desk('restockProduct', { productId: 'P305', qty: 1 }),
      ]),
    );
    const done = answers.filter((answer) => answer.productId === 'P305').length;
    const restocked = answers.filter((answer, i) => i % 2 === 1 && answer.productId === 'P305').length;
    const row = await rowOf('P305');
    expect(row).toMatchObject({ version: 1 + done, stock: 5 + restocked, received: 5 + restocked });
    expect((await eventsOf(dairy, 'P305')).map(({ entityVersion }) => entityVersion)).toEqual(
      Array.from({ length: 1 + done }, (_, i) => i + 1),
    );
  });

  it('What staff did is in the audit trail with the row it touched', async () => {
    await desk('updateProduct', { productId: 'P301', description: 'Soft' });
    const { rows } = await dairy.world.store.query(Audit, {
      hash: '2027-01-04',
      newestFirst: true,
      limit: 1,
    });
    expect(rows).toMatchObject([
      { action: 'updateProduct', actorId: dairy.admin.userId, targets: ['Products/P301'] },
    ]);
  });
});

describe('restocking', () => {
  const day = '2027-01-06';

  it('What came in adds up, what is wasted comes off, and received = stock + reserved + sold + wasted', async () => {
    await desk('addProduct', { productId: 'P401', name: 'Butter', price: 55, stock: 10, category: 'Butter' });
    await dairy.order({ cartItems: [{ productId: 'P401', qty: 4 }] });
    expect(await desk('restockProduct', { productId: 'P401', qty: 20 })).toMatchObject({ stock: 26 });
    expect(await desk('restockProduct', { productId: 'P401', wasted: 6 })).toMatchObject({ stock: 20 });
    const row = await rowOf('P401');
    expect(row).toMatchObject({ stock: 20, reserved: 4, wasted: 6, received: 30, sold: 0 });
    expect(row.received).toBe(row.stock + row.reserved + row.sold + row.wasted);
  });

  it('More cannot be wasted than is left', async () => {
    const before = await rowOf('P401');
    expect(await desk('restockProduct', { productId: 'P401', wasted: 21 })).toMatchObject({
      status: 409,
      code: 'OUT_OF_STOCK',
      errors: [{ pointer: '/wasted', available: 20 }],
    });
    expect(await rowOf('P401')).toEqual(before);
  });

  it("A day's supply becomes what the dairy says, and supply = stock + reserved + sold + wasted", async () => {
    await desk('addProduct', {
      productId: 'P402',
      name: 'Fresh Milk',
      price: 30,
      dailySupply: 50,
      category: 'Milk',
    });
    await dairy.order({ cartItems: [{ productId: 'P402', qty: 8 }] });
    await desk('restockProduct', { productId: 'P402', supply: 30, day });
    expect(await dayOf('P402', day)).toMatchObject({ supply: 30, stock: 22, reserved: 8 });
    await desk('restockProduct', { productId: 'P402', wasted: 2, day });
    expect(await dayOf('P402', day)).toMatchObject({ supply: 30, stock: 20, reserved: 8, wasted: 2 });
    await desk('restockProduct', { productId: 'P402', supply: 10, day });
    expect(await dayOf('P402', day)).toMatchObject({ supply: 10, stock: 0, reserved: 8, wasted: 2 });
    expect((await eventsOf(dairy, 'P402')).map(({ entityVersion }) => entityVersion)).toEqual([1, 2, 3, 4]);
  });

  it('A supply below what is taken is refused and the day stays as it was', async () => {
    const before = await dayOf('P402', day);
    expect(await desk('restockProduct', { productId: 'P402', supply: 9, day })).toMatchObject({
      status: 409,
      code: 'SUPPLY_BELOW_TAKEN',
      errors: [{ pointer: '/supply', taken: 10 }],
    });
    expect(await desk('restockProduct', { productId: 'P402', wasted: 1, day })).toMatchObject({
      code: 'OUT_OF_STOCK',
    });
    expect(await dayOf('P402', day)).toEqual(before);
  });

  it('A day that nobody ordered for yet is supplied or wasted from all the same', async () => {
    await desk('restockProduct', { productId: 'P402', wasted: 3, day: '2027-01-09' });
    expect(await dayOf('P402', '2027-01-09')).toMatchObject({ supply: 50, stock: 47, wasted: 3 });
    await desk('restockProduct', { productId: 'P402', supply: 70, day: '2027-01-10' });
    expect(await dayOf('P402', '2027-01-10')).toMatchObject({ supply: 70, stock: 70 });
  });

  it('A figure that does not fit the way the product keeps its stock is refused', async () => {
    for (const input of [
      { productId: 'P401', supply: 5, day },
      { productId: 'P401', wasted: 1, day },
      { productId: 'P402', qty: 5 },
      { productId: 'P402', supply: 5 },
      { productId: 'P402', wasted: 5 },
    ]) {
      expect(await desk('restockProduct', input)).toMatchObject({ status: 422, code: 'STOCK_MODE' });
    }
    for (const input of [
      { productId: 'P401' },
      { productId: 'P401', qty: 1, wasted: 1 },
      { productId: 'P401', qty: 0 },
    ]) {
      expect(await desk('restockProduct', input)).toMatchObject({ status: 422, code: 'INVALID_INPUT' });
    }
  });

  it('Milk is never oversold while the desk lowers the supply under the buyers', async () => {
    const short = '2027-01-07';
    await desk('addProduct', {
      productId: 'P403',
      name: 'A2 Milk',
      price: 40,
      dailySupply: 10,
      category: 'Milk',
    });
    const buyers = Array.from({ length: 10 }, () =>
      dairy
        .order({ cartItems: [{ productId: 'P403', qty: 1 }], deliverySlot: '2027-01-07T02:30:00.000Z' })
        .then(() => 1)
        .catch(() => 0),
    );
    const lowered = desk('restockProduct', { productId: 'P403', supply: 6, day: short });
    const bought = (await Promise.all(buyers)).reduce((sum, qty) => sum + qty, 0);
    const answer = await lowered;
    const figures = await dayOf('P403', short);
    expect(figures?.reserved).toBe(bought);
    expect(figures?.stock).toBe((figures?.supply ?? 0) - bought);
    expect(figures?.stock).toBeGreaterThanOrEqual(0);
    expect(figures?.supply).toBe(answer.code ? 10 : 6);
  });
});
