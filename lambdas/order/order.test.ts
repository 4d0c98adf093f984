import { afterAll, beforeAll, expect, test } from 'vitest';
import { Carts } from '#lambdas/cart/models/Cart.ts';
import { Deliveries } from '#lambdas/delivery/models/Delivery.ts';
import { Products, StockDays } from '#lambdas/product/models/Product.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { Orders } from './models/Order.ts';
import { SlotDays, Stops } from './models/Stop.ts';

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());

const stockOf = async (productId: string) => {
  const row = await dairy.world.store.get(Products, { productId });
  return row && { stock: row.stock, reserved: row.reserved, sold: row.sold, wasted: row.wasted };
};
const place = (input: object, actor = dairy.household) =>
  dairy.call<Refusal & { orderId: string }>(
    'order',
    'createOrder',
    { deliverySlot: dairy.morning, ...input },
    actor,
  );

test('A household orders its cart: stock is reserved, the cart is empty, the order waits to be paid', async () => {
  const { household } = dairy;
  await dairy.addProduct({ productId: 'P1', name: 'Curd', price: 27.5, stock: 10 });
  await dairy.call('cart', 'addToCart', { productId: 'P1', qty: 1 }, household);
  await dairy.call('cart', 'addToCart', { productId: 'P1', qty: 2 }, household);
  const answer = await place({ totalAmount: 82.5 });
  expect(answer).toMatchObject({
    status: 'CREATED',
    amount: 82.5,
    deliveryDay: '2027-01-06',
    slotId: 'MORNING',
  });
  expect(await stockOf('P1')).toEqual({ stock: 7, reserved: 3, sold: 0, wasted: 0 });
  expect((await dairy.world.store.get(Carts, { cartId: 'C101' }))?.items).toEqual([]);
  const order = await dairy.orderRow(answer.orderId);
  expect(order).toMatchObject({
    todoAt: '2027-01-04T05:00:00.000Z',
    amount: 8250,
    version: 1,
    through: 'SELF',
  });
  expect(order.timeline).toEqual([{ status: 'CREATED', at: '2027-01-04T04:30:00.000Z', by: 'U101' }]);
});

test('An order of some lines leaves the rest in the cart', async () => {
  const actor = await dairy.addHousehold('Urest');
  await dairy.call('cart', 'addToCart', { productId: 'P101', qty: 3 }, actor);
  await dairy.call('cart', 'addToCart', { productId: 'P1', qty: 1 }, actor);
  await place({ cartItems: [{ productId: 'P101', qty: 2 }] }, actor);
  const cart = await dairy.world.store.get(Carts, { cartId: 'Crest' });
  expect(cart).toMatchObject({
    items: [
      { productId: 'P101', qty: 1 },
      { productId: 'P1', qty: 1 },
    ],
    totalAmount: 7750,
  });
});

test('Stock is taken for all lines or for none, and every short line is named', async () => {
  await dairy.addProduct({ productId: 'P2', name: 'Paneer', price: 90, stock: 1 });
  await dairy.addProduct({ productId: 'P3', name: 'Ghee', price: 600, stock: 2 });
  const refusal = await place({
    cartItems: [
      { productId: 'P101', qty: 1 },
      { productId: 'P2', qty: 2 },
      { productId: 'P3', qty: 5 },
    ],
  });
  expect(refusal).toMatchObject({ status: 409, code: 'OUT_OF_STOCK' });
  expect(refusal.errors).toEqual([
    expect.objectContaining({ pointer: '/cartItems/1/qty', productId: 'P2', available: 1 }),
    expect.objectContaining({ pointer: '/cartItems/2/qty', productId: 'P3', available: 2 }),
  ]);
  expect(await stockOf('P2')).toEqual({ stock: 1, reserved: 0, sold: 0, wasted: 0 });
});

test('A product named twice counts as one line and cannot be oversold by it', async () => {
  await dairy.addProduct({ productId: 'P4', name: 'Butter', price: 55, stock: 3 });
  const twice = [
    { productId: 'P4', qty: 2 },
    { productId: 'P4', qty: 2 },
  ];
  expect(await place({ cartItems: twice })).toMatchObject({ code: 'OUT_OF_STOCK' });
  const made = await place({ cartItems: [twice[0], { productId: 'P4', qty: 1 }] });
  expect((await dairy.orderRow(made.orderId)).items).toEqual([
    expect.objectContaining({ productId: 'P4', qty: 3, amount: 16_500 }),
  ]);
});

test('A tampered total is refused with the right one', async () => {
  const refusal = await place({ cartItems: [{ productId: 'P101', qty: 2 }], totalAmount: 1 });
  expect(refusal).toMatchObject({ status: 409, code: 'PRICE_CHANGED', totalAmount: 100 });
});

test('A price that changes while the household orders is not charged at the old figure', async () => {
  await dairy.addProduct({ productId: 'P5', name: 'Lassi', price: 20, stock: 9 });
  await place({ cartItems: [{ productId: 'P5', qty: 1 }] });
  await dairy.world.store.wire.call('UpdateItem', {
    TableName: 'Products',
    Key: { productId: { S: 'P5' } },
    UpdateExpression: 'SET price = :p',
    ExpressionAttributeValues: { ':p': { N: '2500' } },
  });
  const refusal = await place({ cartItems: [{ productId: 'P5', qty: 1 }], totalAmount: 20 });
  expect(refusal).toMatchObject({ code: 'PRICE_CHANGED', totalAmount: 25 });
});

test('Milk has a supply for each day: one day sold out leaves the next', async () => {
  await dairy.addProduct({
    productId: 'P6',
    name: 'Buffalo Milk',
    price: 70,
    stockMode: 'PER_DAY',
    dailySupply: 5,
  });
  expect(await place({ cartItems: [{ productId: 'P6', qty: 6 }] })).toMatchObject({
    code: 'OUT_OF_STOCK',
    errors: [{ available: 5 }],
  });
  await place({ cartItems: [{ productId: 'P6', qty: 4 }] });
  const short = await place({ cartItems: [{ productId: 'P6', qty: 2 }] });
  expect(short).toMatchObject({ code: 'OUT_OF_STOCK', errors: [{ available: 1 }] });
  const next = await place({
    cartItems: [{ productId: 'P6', qty: 5 }],
    deliverySlot: '2027-01-07T02:30:00Z',
  });
  expect(next.orderId).toBeDefined();
  expect(await dairy.world.store.get(StockDays, { productId: 'P6', day: '2027-01-06' })).toMatchObject({
    supply: 5,
    stock: 1,
    reserved: 4,
  });
});

test('The last moment to order is the cutoff, to the millisecond', async () => {
  const late = await testDairy({ at: '2027-01-05T16:29:59.999Z' });
  try {
    const input = { cartItems: [{ productId: 'P101', qty: 1 }], deliverySlot: '2027-01-06T02:30:00Z' };
    expect(await late.call('order', 'createOrder', input, late.household)).toMatchObject({
      status: 'CREATED',
    });
    late.clock.set('2027-01-05T16:30:00.000Z');
    expect(await late.call('order', 'createOrder', input, late.household)).toMatchObject({
      code: 'PAST_CUTOFF',
      cutoffAt: '2027-01-05T16:30:00.000Z',
    });
  } finally {
    await late.close();
  }
});

test('A slot holds its first instant and not its last, and no slot is offered between two', async () => {
  const at = (deliverySlot: string) => place({ cartItems: [{ productId: 'P101', qty: 1 }], deliverySlot });
  expect(await at('2027-01-06T01:30:00Z')).toMatchObject({ slotId: 'MORNING' });
  expect(await at('2027-01-06T04:29:59.999Z')).toMatchObject({ slotId: 'MORNING' });
  expect(await at('2027-01-06T04:30:00Z')).toMatchObject({ code: 'SLOT_NOT_OFFERED' });
  expect(await at('2027-01-06T07:00:00Z')).toMatchObject({ slotId: 'MIDDAY' });
  expect(await at('2027-06-06T07:00:00Z')).toMatchObject({ code: 'SLOT_NOT_OFFERED' });
  expect(await at('2027-01-03T07:00:00Z')).toMatchObject({ code: 'PAST_CUTOFF' });
});

test('A slot counts stops: a second order to the same door needs no second place', async () => {
  const own = await testDairy();
  try {
    const slots = [
      {
        slotId: 'MORNING',
        from: '07:00',
        to: '10:00',
        cutoffTime: '22:00',
        cutoffDaysBefore: 1,
        capacity: 1,
      },
    ];
    await own.call('admin', 'updateSettings', { slots }, own.admin);
    const first = await own.order();
    await own.order();
    const neighbour = await own.addHousehold('U102');
    const input = { cartItems: [{ productId: 'P101', qty: 1 }], deliverySlot: own.morning };
    expect(await own.call('order', 'createOrder', input, neighbour)).toMatchObject({
      status: 409,
      code: 'SLOT_FULL',
    });
    expect(await own.call('order', 'listSlots', { date: '2027-01-06' })).toMatchObject([
      { slotId: 'MORNING', capacityLeft: 0 },
    ]);
    await own.call('order', 'cancelOrder', { orderId: first.orderId }, own.household);
    expect(await own.call('order', 'createOrder', input, neighbour)).toMatchObject({ code: 'SLOT_FULL' });
    const [second] = (
      await own.call<{ orderId: string; status: string }[]>('order', 'listOrders', {}, own.household)
    ).filter((o) => o.status === 'CREATED');
    await own.call('order', 'cancelOrder', { orderId: second?.orderId }, own.household);
    expect(await own.call('order', 'createOrder', input, neighbour)).toMatchObject({ status: 'CREATED' });
    expect(await own.world.store.get(SlotDays, { slotDayId: '2027-01-06#MORNING#0' })).toMatchObject({
      booked: 1,
    });
    expect(await own.world.store.get(Stops, { stopId: '2027-01-06#MORNING#U101' })).toMatchObject({
      orders: {},
    });
  } finally {
    await own.close();
  }
});

test('Outside the served postal codes no order is taken, inside it is', async () => {
  const own = await testDairy();
  try {
    await own.call('admin', 'updateSettings', { servedPincodes: ['560038'] }, own.admin);
    const input = { cartItems: [{ productId: 'P101', qty: 1 }], deliverySlot: own.morning };
    const place = (address?: object) =>
      own.call('order', 'createOrder', { ...input, address }, own.household);
    expect(await place()).toMatchObject({ code: 'ADDRESS_NEEDED' });
    expect(await place({ line1: 'Far away', pincode: '110001' })).toMatchObject({
      code: 'OUTSIDE_SERVICE_AREA',
    });
    expect(await place({ line1: 'Near', pincode: '560038' })).toMatchObject({ status: 'CREATED' });
    expect(await own.call('order', 'listSlots', { pincode: '110001' })).toMatchObject({
      code: 'OUTSIDE_SERVICE_AREA',
    });
  } finally {
    await own.close();
  }
});

test('Cancelling an unpaid order gives the stock back, once', async () => {
  await dairy.addProduct({ productId: 'P7', name: 'Cream', price: 40, stock: 5 });
  const order = await dairy.order({ cartItems: [{ productId: 'P7', qty: 2 }] });
  expect(await stockOf('P7')).toMatchObject({ stock: 3, reserved: 2 });
  const cancel = () =>
    dairy.call<Refusal>('order', 'cancelOrder', { orderId: order.orderId }, dairy.household);
  expect(await cancel()).toMatchObject({ status: 'CANCELLED', cancelReason: 'CUSTOMER' });
  expect(await cancel()).toMatchObject({ status: 409, code: 'INVALID_TRANSITION' });
  expect(await stockOf('P7')).toEqual({ stock: 5, reserved: 0, sold: 0, wasted: 0 });
});

test('Another household cannot see or cancel an order', async () => {
  const order = await dairy.order();
  const stranger = await dairy.addHousehold('Ustranger');
  expect(await dairy.call('order', 'cancelOrder', { orderId: order.orderId }, stranger)).toMatchObject({
    status: 404,
  });
  expect(await dairy.call('delivery', 'trackOrder', { orderId: order.orderId }, stranger)).toMatchObject({
    status: 404,
  });
  expect(await dairy.call('order', 'viewInvoice', { orderId: order.orderId }, stranger)).toMatchObject({
    status: 404,
  });
  expect((await dairy.orderRow(order.orderId)).status).toBe('CREATED');
});

test('After the cutoff only the desk can cancel', async () => {
  const own = await testDairy();
  try {
    const order = await own.order();
    await own.pay(order);
    own.clock.set('2027-01-05T17:00:00Z');
    const cancel = (actor: typeof own.admin) =>
      own.call('order', 'cancelOrder', { orderId: order.orderId }, actor);
    expect(await cancel(own.household)).toMatchObject({ code: 'PAST_CUTOFF' });
    expect(await cancel(own.admin)).toMatchObject({ status: 'CANCELLED', cancelReason: 'STAFF' });
  } finally {
    await own.close();
  }
});

test('An unpaid order expires after its time and not before, and gives the stock back', async () => {
  const own = await testDairy();
  try {
    const order = await own.order();
    const expire = () =>
      own.handlerOf('order')({ 'detail-type': 'Scheduled Event', detail: { timer: 'expireOrders' } });
    own.clock.advance(30 * 60 - 1);
    expect(await expire()).toEqual({ due: 0, expired: 0 });
    own.clock.advance(1);
    expect(await expire()).toEqual({ due: 1, expired: 1 });
    expect(await expire()).toEqual({ due: 0, expired: 0 });
    expect(await own.orderRow(order.orderId)).toMatchObject({
      status: 'CANCELLED',
      cancelReason: 'PAYMENT_TIMEOUT',
    });
    expect(await own.world.store.get(Products, { productId: 'P101' })).toMatchObject({
      stock: 100,
      reserved: 0,
    });
    expect(await own.pay(order)).toMatchObject({ code: 'INVALID_TRANSITION' });
  } finally {
    await own.close();
  }
});

test('The desk orders for a household on the phone, and it is recorded as such', async () => {
  const made = await place({ userId: 'U101', cartItems: [{ productId: 'P101', qty: 1 }] }, dairy.admin);
  expect(await dairy.orderRow(made.orderId)).toMatchObject({
    userId: 'U101',
    placedBy: 'Uadmin',
    through: 'DESK',
  });
  const foreign = await dairy.addHousehold('Uforeign');
  expect(await place({ userId: 'U101', cartItems: [{ productId: 'P101', qty: 1 }] }, foreign)).toMatchObject({
    status: 403,
    code: 'FOREIGN_USER',
  });
  expect(
    await place({ userId: 'Unobody', cartItems: [{ productId: 'P101', qty: 1 }] }, dairy.admin),
  ).toMatchObject({ status: 404 });
});

test('More than fifty products, none, or one that is not sold make no order', async () => {
  const many = Array.from({ length: 51 }, (_, i) => ({ productId: `P${9000 + i}`, qty: 1 }));
  expect(await place({ cartItems: many })).toMatchObject({ status: 422, code: 'TOO_MANY_LINES' });
  const empty = await dairy.addHousehold('Uempty');
  expect(await place({}, empty)).toMatchObject({ status: 409, code: 'CART_EMPTY' });
  expect(await place({ cartItems: [{ productId: 'P9999', qty: 1 }] })).toMatchObject({
    status: 422,
    code: 'PRODUCT_UNKNOWN',
  });
});

test('Fifty different milks, each with its own daily supply, are one order', async () => {
  const own = await testDairy();
  try {
    const cartItems = Array.from({ length: 50 }, (_, i) => ({ productId: `P${500 + i}`, qty: 1 }));
    for (const { productId } of cartItems) {
      await own.addProduct({ productId, name: productId, price: 10, stockMode: 'PER_DAY', dailySupply: 2 });
    }
    const order = await own.order({ cartItems });
    expect(order.amount).toBe(50_000);
    await own.pay(order);
    await own.settle();
    const { deliveryId } = await own.orderRow(order.orderId);
    expect(await own.move(deliveryId ?? '', 'PICKED_UP')).toMatchObject({ status: 'PICKED_UP' });
    expect(await own.world.store.get(StockDays, { productId: 'P549', day: '2027-01-06' })).toMatchObject({
      stock: 1,
      reserved: 0,
      sold: 1,
    });
    expect(await own.world.store.get(Deliveries, { deliveryId: deliveryId ?? '' })).toMatchObject({
      status: 'PICKED_UP',
    });
  } finally {
    await own.close();
  }
});

test('The list of orders goes page by page, newest first', async () => {
  const actor = await dairy.addHousehold('Upages');
  const ids: string[] = [];
  for (let i = 0; i < 3; i++)
    ids.push((await place({ cartItems: [{ productId: 'P101', qty: 1 }] }, actor)).orderId);
  const listed = await dairy.call<{ orderId: string }[]>('order', 'listOrders', { limit: 2 }, actor);
  expect(listed.map((order) => order.orderId)).toEqual([ids[2], ids[1]]);
  const { rows } = await dairy.world.store.query(Orders, { index: 'byUser', hash: 'Upages' });
  expect(rows).toHaveLength(3);
});
