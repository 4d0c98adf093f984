import { afterEach, beforeEach, expect, test } from 'vitest';
import { Balances, balanceKey } from '#lambdas/payment/models/Ledger.ts';
import { Products } from '#lambdas/product/models/Product.ts';
import { checkInvariants } from '#runtime/invariants.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { publishedOf, queueEvent, timerEvent } from '#runtime/testEvents.ts';
import { forgetSettings, SettingsTable, settingsKey } from '#shared/data/settings.ts';
import { put } from '#shared/data/write.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { Orders } from './models/Order.ts';
import { SlotDays } from './models/Stop.ts';
import { type Receipt, Receipts, Subscriptions } from './models/Subscription.ts';

/** What the dairy changes for everybody: days it closes and prices it announces. */
let dairy: TestDairy;
beforeEach(async () => {
  dairy = await testDairy();
});
afterEach(() => dairy?.close());

async function subscribe(actor: Actor, input: object = {}): Promise<string> {
  const { subscriptionId } = await dairy.call<{ subscriptionId: string }>(
    'order',
    'subscribeOrder',
    {
      items: [{ productId: 'P101', qty: 2 }],
      schedule: { type: 'DAILY' },
      startDate: '2027-01-06',
      slot: 'MORNING',
      paymentMethod: 'COD',
      ...input,
    },
    actor,
  );
  expect(subscriptionId).toMatch(/^S/);
  return subscriptionId;
}
const runOrders = () => dairy.handlerOf('order')(timerEvent('runOrders'));
const settingsOf = (settings: object) => dairy.call('admin', 'updateSettings', settings, dairy.admin);
const priceOf = (price: number) =>
  dairy.call('admin', 'updateProduct', { productId: 'P101', price }, dairy.admin);
const orderOf = (actor: Actor) =>
  dairy.world.store
    .query(Orders, { index: 'byUser', hash: actor.userId, newestFirst: true })
    .then(({ rows }) => rows);
const noticesOf = async (subscriptionId: string): Promise<Receipt[]> =>
  (await dairy.world.store.query(Receipts, { hash: subscriptionId })).rows.filter(
    ({ action }) => action === 'PRICE_NOTICE',
  );
const fair = { day: '2027-01-06', name: 'Fair', move: 'DROP' };

test('S3: a day closed after the lock cancels its orders, and stock, place and money are back', async () => {
  await subscribe(dairy.household);
  const other = await dairy.addHousehold('U102');
  const single = await dairy.order({ cartItems: [{ productId: 'P101', qty: 3 }] }, other);
  await dairy.pay(single, {}, other);
  dairy.clock.set('2027-01-05T16:30:06.000Z');
  await runOrders();
  await dairy.settle();
  expect((await orderOf(dairy.household)).map(({ status }) => status)).toEqual(['CONFIRMED']);

  await settingsOf({ holidays: [fair] });
  await dairy.settle();
  for (const actor of [dairy.household, other]) {
    expect(await orderOf(actor)).toMatchObject([{ status: 'CANCELLED', cancelReason: 'HOLIDAY' }]);
  }
  expect(await dairy.world.store.get(Products, { productId: 'P101' })).toMatchObject({
    stock: 100,
    reserved: 0,
  });
  expect(await dairy.world.store.get(SlotDays, { slotDayId: '2027-01-06#MORNING#0' })).toMatchObject({
    booked: 0,
  });
  expect(await publishedOf(dairy.world, 'REFUND_REQUESTED')).toHaveLength(1);
  expect(
    await dairy.call('order', 'viewCalendar', { from: '2027-01-06', to: '2027-01-06' }, dairy.household),
  ).toMatchObject([{ amount: 0, lines: [{ status: 'HOLIDAY' }] }]);
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('S3: of orders paid from the prepaid balance the whole amount is there again', async () => {
  await dairy.call(
    'payment',
    'topUpWallet',
    { amount: 500, paymentMethod: 'CARD', paymentToken: 'tok_success' },
    dairy.household,
  );
  await subscribe(dairy.household, { paymentMethod: 'WALLET' });
  dairy.clock.set('2027-01-05T16:30:06.000Z');
  await runOrders();
  const balance = () => dairy.world.store.get(Balances, balanceKey(dairy.household.userId));
  const held = await balance();
  await settingsOf({ holidays: [fair] });
  await dairy.settle();
  expect((await orderOf(dairy.household))[0]).toMatchObject({ status: 'CANCELLED', payment: {} });
  expect(await balance()).not.toEqual(held);
  expect(await dairy.call('payment', 'viewWallet', {}, dairy.household)).toMatchObject({
    available: 500,
    deferred: 0,
  });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('S3: what a closed day does is done once, also when messages come again; an order that left the dairy goes on', async () => {
  const order = await dairy.order();
  await dairy.pay(order);
  await dairy.settle();
  const { deliveryId = '' } = await dairy.orderRow(order.orderId);
  await dairy.move(deliveryId, 'PICKED_UP');
  const second = await dairy.order({}, await dairy.addHousehold('U103'));
  await settingsOf({ holidays: [fair] });
  await dairy.settle();
  expect((await dairy.orderRow(order.orderId)).status).toBe('DISPATCHED');
  expect(await dairy.orderRow(second.orderId)).toMatchObject({ cancelReason: 'HOLIDAY', version: 2 });
  const events = [
    ...(await publishedOf(dairy.world, 'SETTINGS_CHANGED')),
    ...(await publishedOf(dairy.world, 'WORK_STEP')),
  ];
  await dairy.handlerOf('order')(queueEvent('order', events));
  await dairy.handlerOf('order')(timerEvent('closeDays'));
  await dairy.settle();
  expect(await dairy.orderRow(second.orderId)).toMatchObject({ version: 2 });
  expect(await publishedOf(dairy.world, 'ORDER_CANCELLED')).toHaveLength(1);
});

test('S3: an order that a run was just making when the day was closed is found by the look that follows', async () => {
  const order = await dairy.order();
  // The settings as they are once the day is closed; what follows from the change has looked before the order was there.
  const settings = { holidays: [{ ...fair, declaredAt: dairy.clock.now().toISOString() }] };
  await dairy.world.store.write(put(SettingsTable, { ...settingsKey, version: 1, settings }));
  forgetSettings(dairy.world);
  await dairy.settle();
  expect((await dairy.orderRow(order.orderId)).status).toBe('CREATED');
  dairy.clock.advance(700);
  await dairy.handlerOf('order')(timerEvent('closeDays'));
  await dairy.settle();
  expect(await dairy.orderRow(order.orderId)).toMatchObject({ status: 'CANCELLED', cancelReason: 'HOLIDAY' });
});

test('On a closed day nothing can be ordered, and no slot is offered', async () => {
  await settingsOf({ holidays: [fair], closedWeekdays: ['FRI'] });
  const order = (deliverySlot: string) =>
    dairy.call(
      'order',
      'createOrder',
      { cartItems: [{ productId: 'P101', qty: 1 }], deliverySlot },
      dairy.household,
    );
  expect(await order(dairy.morning)).toMatchObject({ status: 422, code: 'SLOT_NOT_OFFERED' });
  expect(await order('2027-01-08T02:30:00.000Z')).toMatchObject({ code: 'SLOT_NOT_OFFERED' });
  expect(await dairy.call('order', 'listSlots', { date: '2027-01-06' })).toEqual([]);
  expect(await order('2027-01-07T02:30:00.000Z')).toMatchObject({ status: 'CREATED' });
});

test('The product list shows the stock of the next day with a delivery', async () => {
  const milk = { productId: 'P601', name: 'Toned Milk', price: 45, stockMode: 'PER_DAY', dailySupply: 20 };
  await dairy.addProduct(milk);
  await dairy.call(
    'admin',
    'restockProduct',
    { productId: 'P601', day: '2027-01-07', supply: 7 },
    dairy.admin,
  );
  const shown = async () =>
    (await dairy.call<{ stock: number }>('product', 'getProductDetails', { productId: 'P601' })).stock;
  expect(await shown()).toBe(20);
  await settingsOf({ holidays: [fair], closedWeekdays: ['TUE'] });
  expect(await shown()).toBe(7);
});

test('S1: an order placed by hand follows the rules of cutoffs too, and can be changed until the first of its locks', async () => {
  await dairy.addProduct({ productId: 'P201', name: 'Bread', price: 40, stock: 50, category: 'Bakery' });
  await settingsOf({
    cutoffs: [
      { productId: 'P201', cutoffTime: '12:00', cutoffDaysBefore: 2 },
      { date: '2027-01-07', cutoffTime: '09:00', cutoffDaysBefore: 3 },
    ],
  });
  const order = (productId: string, deliverySlot = dairy.morning) =>
    dairy.call('order', 'createOrder', { cartItems: [{ productId, qty: 1 }], deliverySlot }, dairy.household);
  expect(await order('P201')).toMatchObject({ status: 'CREATED', cutoffAt: '2027-01-04T06:30:00.000Z' });
  expect(await order('P101')).toMatchObject({ cutoffAt: '2027-01-05T16:30:00.000Z' });
  expect(await order('P101', '2027-01-07T02:30:00.000Z')).toMatchObject({ status: 409, code: 'PAST_CUTOFF' });
  dairy.clock.set('2027-01-04T06:30:00.000Z');
  expect(await order('P201')).toMatchObject({
    status: 409,
    code: 'PAST_CUTOFF',
    errors: [{ pointer: '/cartItems/0/productId' }],
  });
  expect(await order('P101')).toMatchObject({ status: 'CREATED' });
});

test('S11: a rise is told to every household whose coming days it changes, once, with what the month costs now', async () => {
  const daily = await subscribe(dairy.household);
  const other = await dairy.addHousehold('U102');
  const ending = await subscribe(other, { endDate: '2027-01-10' });
  await dairy.addProduct({ productId: 'P201', name: 'Bread', price: 40, stock: 50, category: 'Bakery' });
  const bread = await subscribe(other, { items: [{ productId: 'P201', qty: 1 }] });
  await priceOf(55);
  await dairy.settle();
  // From the 11th on, 21 days of two litres cost five rupees a litre more.
  expect(await noticesOf(daily)).toMatchObject([
    {
      through: 'PRICE',
      firstDayAffected: '2027-01-11',
      cutoffAt: '2027-01-10T16:30:00.000Z',
      monthBefore: 26 * 10_000,
      monthAfter: 26 * 10_000 + 21 * 1_000,
      firstDays: [{ productId: 'P101', day: '2027-01-11' }],
    },
  ]);
  expect(await noticesOf(ending)).toEqual([]);
  expect(await noticesOf(bread)).toEqual([]);
  const told = await publishedOf(dairy.world, 'PRICE_CHANGED');
  expect(told).toMatchObject([
    {
      userId: 'U101',
      subscriptionId: daily,
      productId: 'P101',
      fromDay: '2027-01-11',
      oldPriceMinor: 5_000,
      newPriceMinor: 5_500,
      month: '2027-01',
      monthAfterMinor: 281_000,
    },
  ]);
  const again = [
    ...(await publishedOf(dairy.world, 'PRODUCT_UPDATED')),
    ...(await publishedOf(dairy.world, 'WORK_STEP')),
  ];
  await dairy.handlerOf('order')(queueEvent('order', again));
  await dairy.settle();
  expect(await publishedOf(dairy.world, 'PRICE_CHANGED')).toHaveLength(1);
  expect(await noticesOf(daily)).toHaveLength(1);
  const { receipts } = {
    receipts: await dairy.call<Receipt[]>('order', 'listReceipts', {}, dairy.household),
  };
  expect(receipts.map(({ action }) => action)).toEqual(['PRICE_NOTICE', 'SUBSCRIBE']);
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('S11: a fall reaches the next open day and not one that has locked; a locked day is charged what it cost at its lock', async () => {
  const daily = await subscribe(dairy.household);
  dairy.clock.set('2027-01-05T16:30:02.000Z');
  // The 6th has locked, and its order is only made four seconds later.
  await priceOf(45);
  dairy.clock.set('2027-01-05T16:30:06.000Z');
  await runOrders();
  expect(await orderOf(dairy.household)).toMatchObject([{ amount: 10_000, items: [{ price: 5_000 }] }]);
  await dairy.settle();
  expect(await noticesOf(daily)).toMatchObject([
    { firstDayAffected: '2027-01-07', monthBefore: 260_000, monthAfter: 10_000 + 25 * 9_000 },
  ]);
  dairy.clock.set('2027-01-06T16:30:06.000Z');
  await runOrders();
  expect((await orderOf(dairy.household)).map(({ amount }) => amount)).toEqual([9_000, 10_000]);
});

test('S11: a product that locks two days ahead keeps the price of its lock, whatever is announced before the run', async () => {
  await settingsOf({ cutoffs: [{ productId: 'P101', cutoffTime: '12:00', cutoffDaysBefore: 2 }] });
  const daily = await subscribe(dairy.household, { startDate: '2027-01-07' });
  dairy.clock.set('2027-01-05T06:30:00.000Z');
  await priceOf(40);
  await dairy.settle();
  expect((await noticesOf(daily))[0]).toMatchObject({ firstDayAffected: '2027-01-08' });
  const prices = await dairy.call<{ day: string; lines: { price: number; status: string }[] }[]>(
    'order',
    'viewCalendar',
    { from: '2027-01-07', to: '2027-01-08' },
    dairy.household,
  );
  expect(prices.map(({ lines }) => [lines[0]?.price, lines[0]?.status])).toEqual([
    [50, 'LOCKED'],
    [40, 'PLANNED'],
  ]);
  dairy.clock.set('2027-01-06T16:30:06.000Z');
  await runOrders();
  expect(await orderOf(dairy.household)).toMatchObject([{ deliveryDay: '2027-01-07', amount: 10_000 }]);
});

test('S11: prices of many products that an import changes are told in one go, each by its own receipt', async () => {
  const ids = Array.from({ length: 30 }, (_, i) => `P7${String(i).padStart(2, '0')}`);
  const csv = (price: number) =>
    ['productId,name,price,category,stock', ...ids.map((id) => `${id},Cheese ${id},${price},Cheese,50`)].join(
      '\n',
    );
  const load = (price: number) => dairy.call('admin', 'importProducts', { csv: csv(price) }, dairy.admin);
  expect(await load(100)).toMatchObject({ added: 30 });
  const items = ids.slice(0, 3).map((productId) => ({ productId, qty: 1 }));
  const cheese = await subscribe(dairy.household, { items });
  await dairy.settle();
  const stepsBefore = (await publishedOf(dairy.world, 'WORK_STEP')).length;
  expect(await load(90)).toMatchObject({ updated: 30 });
  await dairy.settle();
  const told = await publishedOf(dairy.world, 'PRICE_CHANGED');
  expect(told.map(({ productId }) => productId).sort()).toEqual(ids.slice(0, 3));
  expect(await noticesOf(cheese)).toHaveLength(3);
  const steps = (await publishedOf(dairy.world, 'WORK_STEP')).length - stepsBefore;
  expect(steps).toBeLessThan(30);
});

test('S11: pages of standing orders are told one after the other, each once', async () => {
  const template = await dairy.world.store.get(Subscriptions, {
    subscriptionId: await subscribe(dairy.household),
  });
  if (!template) throw new Error('no subscription');
  const ids = Array.from({ length: 450 }, (_, i) => `Smany${String(i).padStart(3, '0')}`);
  for (let start = 0; start < ids.length; start += 90) {
    const rows = ids
      .slice(start, start + 90)
      .map((subscriptionId) => put(Subscriptions, { ...template, subscriptionId }));
    await dairy.world.store.transact(rows);
  }
  await priceOf(55);
  await dairy.settle();
  const told = await publishedOf(dairy.world, 'PRICE_CHANGED');
  expect(new Set(told.map(({ subscriptionId }) => subscriptionId)).size).toBe(451);
  expect(told).toHaveLength(451);
  const steps = (await publishedOf(dairy.world, 'WORK_STEP')).filter(({ cursor }) => cursor !== undefined);
  expect(steps.length).toBeGreaterThanOrEqual(2);
});
