import { afterAll, beforeAll, expect, test } from 'vitest';
import { Carts } from '#lambdas/cart/models/Cart.ts';
import { Deliveries } from '#lambdas/delivery/models/Delivery.ts';
import { Orders } from '#lambdas/order/models/Order.ts';
import { SlotDays } from '#lambdas/order/models/Stop.ts';
import { orderLambda } from '#lambdas/order/orderRoutes.ts';
import { Payments } from '#lambdas/payment/models/Payment.ts';
import { Products, StockDays } from '#lambdas/product/models/Product.ts';
import { Emails, Users } from '#lambdas/user/models/User.ts';
import { appOf } from '#shared/http/serve.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { insist, isRefusal, providerOf, runTimers, type Said, together } from './chaos.ts';
import { checkInvariants } from './invariants.ts';
import { type TestDairy, testDairy } from './testDairy.ts';

const BUYERS = 64;
const EVENING = '2027-01-06T12:00:00.000Z';

let dairy: TestDairy;
let buyers: Actor[];
beforeAll(async () => {
  dairy = await testDairy();
  buyers = await together(BUYERS, (i) => dairy.addHousehold(`Ubuyer${i}`));
});
afterAll(() => dairy?.close());

const place = (actor: Actor, input: object) =>
  dairy.call<Said>('order', 'createOrder', { deliverySlot: dairy.morning, ...input }, actor);
const codesOf = (answers: readonly Said[]) => {
  const counts: Record<string, number> = {};
  for (const said of answers) {
    const name = isRefusal(said) ? String(said.code) : 'done';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};
const intact = async () => expect(await checkInvariants(dairy.world, { quiet: false })).toEqual([]);

test('Of 64 households that want the last 50 ghee at once, 50 get one and 14 are told it is gone (I3, F11)', async () => {
  await dairy.addProduct({ productId: 'Pghee', name: 'Ghee', price: 600, stock: 50 });
  const answers = await Promise.all(
    buyers.map((actor) => insist(() => place(actor, { cartItems: [{ productId: 'Pghee', qty: 1 }] }))),
  );
  expect(codesOf(answers.map(({ said }) => said))).toEqual({ done: 50, OUT_OF_STOCK: 14 });
  expect(await dairy.world.store.get(Products, { productId: 'Pghee' })).toMatchObject({
    stock: 0,
    reserved: 50,
  });
  await intact();
});

test("Of 64 households that want a day's last 50 litres at once, 50 get one; the next day has its own 50 (I3, F11)", async () => {
  await dairy.addProduct({ productId: 'Pmilk', name: 'Farm Milk', price: 64, dailySupply: 50 });
  const answers = await Promise.all(
    buyers.map((actor) => insist(() => place(actor, { cartItems: [{ productId: 'Pmilk', qty: 1 }] }))),
  );
  expect(codesOf(answers.map(({ said }) => said))).toEqual({ done: 50, OUT_OF_STOCK: 14 });
  const day = await dairy.world.store.get(StockDays, { productId: 'Pmilk', day: '2027-01-06' });
  expect(day).toMatchObject({ supply: 50, stock: 0, reserved: 50 });
  const later = { deliverySlot: '2027-01-07T02:30:00.000Z', cartItems: [{ productId: 'Pmilk', qty: 50 }] };
  expect(await place(dairy.household, later)).toMatchObject({ status: 'CREATED' });
  await intact();
});

test('Households whose carts hold one product twice cannot get more than there is (I3)', async () => {
  await dairy.addProduct({ productId: 'Pcurd', name: 'Curd', price: 40, stock: 10 });
  const twice = [
    { productId: 'Pcurd', qty: 1 },
    { productId: 'Pcurd', qty: 2 },
  ];
  const answers = await together(16, (i) => insist(() => place(buyers[i] as Actor, { cartItems: twice })));
  expect(codesOf(answers.map(({ said }) => said))).toEqual({ done: 3, OUT_OF_STOCK: 13 });
  expect(await dairy.world.store.get(Products, { productId: 'Pcurd' })).toMatchObject({
    stock: 1,
    reserved: 9,
  });
  await intact();
});

test('Of 32 households that book a slot with room for 10, ten get a stop, and two orders to one door are one stop (I4)', async () => {
  const slots = [
    { slotId: 'EVENING', from: '17:00', to: '20:00', cutoffTime: '22:00', cutoffDaysBefore: 1, capacity: 10 },
  ];
  const { slots: before } = await dairy.call<{ slots: { slotId: string }[] }>(
    'admin',
    'viewSettings',
    {},
    dairy.admin,
  );
  const kept = before.filter(({ slotId }) => slotId !== 'EVENING');
  await dairy.call('admin', 'updateSettings', { slots: [...kept, ...slots] }, dairy.admin);
  const order = { deliverySlot: EVENING, cartItems: [{ productId: 'P101', qty: 1 }] };
  const first = buyers.slice(0, 32);
  const answers = await Promise.all(first.map((actor) => insist(() => place(actor, order))));
  expect(codesOf(answers.map(({ said }) => said))).toEqual({ done: 10, SLOT_FULL: 22 });
  const inside = first.filter((_, i) => !isRefusal(answers[i]?.said ?? {}));
  const more = await Promise.all(inside.map((actor) => insist(() => place(actor, order))));
  expect(codesOf(more.map(({ said }) => said))).toEqual({ done: 10 });
  expect(await dairy.world.store.get(SlotDays, { slotDayId: '2027-01-06#EVENING#0' })).toMatchObject({
    booked: 10,
  });
  const left = await together(10, (i) =>
    dairy.call<Said>(
      'order',
      'cancelOrder',
      { orderId: answers.flatMap(({ said }) => said.orderId ?? [])[i] },
      inside[i],
    ),
  );
  expect(codesOf(left)).toEqual({ done: 10 });
  expect(await dairy.world.store.get(SlotDays, { slotDayId: '2027-01-06#EVENING#0' })).toMatchObject({
    booked: 10,
  });
  await intact();
});

test('Of eight desks that mark one order packed at once, one does and seven are refused (I15, F10)', async () => {
  const order = await dairy.order();
  await dairy.pay(order);
  const { orderId } = order;
  const answers = await together(8, () =>
    insist(() => dairy.call<Said>('order', 'setOrderStatus', { orderId, status: 'PACKED' }, dairy.admin)),
  );
  expect(codesOf(answers.map(({ said }) => said))).toEqual({ done: 1, INVALID_TRANSITION: 7 });
  expect((await dairy.orderRow(orderId)).timeline.map(({ status }) => status)).toEqual([
    'CREATED',
    'CONFIRMED',
    'PACKED',
  ]);
  await intact();
});

test('A courier whose phone sends "picked up" four times at once fetches the goods once (I2, I15)', async () => {
  const order = await dairy.order();
  await dairy.pay(order);
  const { deliveryId } = await dairy.call<{ deliveryId: string }>(
    'delivery',
    'assignDelivery',
    { orderId: order.orderId, courierId: dairy.courier.userId },
    dairy.admin,
  );
  const answers = await together(4, () => insist(() => dairy.move<Said>(deliveryId, 'PICKED_UP')));
  expect(codesOf(answers.map(({ said }) => said))).toEqual({ done: 1, INVALID_TRANSITION: 3 });
  expect((await dairy.orderRow(order.orderId)).status).toBe('DISPATCHED');
  await intact();
});

test('Of sixteen registrations with one e-mail, in whatever letters, one makes an account (I19)', async () => {
  const answers = await together(16, (i) => {
    const email = i % 2 === 0 ? 'Twin@Example.com' : 'twin@example.com';
    return insist(() =>
      dairy.call<Said>('user', 'register', { userId: `Utwin${i}`, name: 'Twin', email, password: 'test123' }),
    );
  });
  expect(codesOf(answers.map(({ said }) => said))).toEqual({ done: 1, EMAIL_TAKEN: 15 });
  const owner = await dairy.world.store.get(Emails, { emailKey: 'twin@example.com' });
  const made = await together(16, (i) => dairy.world.store.get(Users, { userId: `Utwin${i}` }));
  expect(made.filter(Boolean)).toEqual([expect.objectContaining({ userId: owner?.userId })]);
  await intact();
});

test('Two tabs that pay one order at once take the money once (I7)', async () => {
  const order = await dairy.order();
  const answers = await together(6, () => insist(() => dairy.pay<Said>(order)));
  const codes = codesOf(answers.map(({ said }) => said));
  expect(codes.done).toBe(1);
  expect((codes.PAYMENT_PENDING ?? 0) + (codes.ALREADY_PAID ?? 0)).toBe(5);
  const { payment, status } = await dairy.orderRow(order.orderId);
  expect({ payment: payment?.status, status }).toEqual({ payment: 'SUCCESS', status: 'CONFIRMED' });
  await intact();
});

test('A payment that races the expiry of its order pays it or goes back whole (I7, I25, F12)', async () => {
  const provider = providerOf(dairy);
  for (const token of [
    'tok_success',
    'tok_pending',
    'tok_timeout',
    'tok_timeout_lost',
    'tok_decline',
    'tok_reorder',
  ]) {
    const order = await dairy.order();
    dairy.clock.advance(1_801);
    await Promise.all([dairy.pay(order, { paymentToken: token }), runTimers(dairy), runTimers(dairy)]);
    const paid = { type: 'charge', state: 'SUCCEEDED', amountMinor: order.amount } as const;
    const { pendingPaymentId, payment } = await dairy.orderRow(order.orderId);
    const reference = pendingPaymentId ?? payment?.paymentId;
    dairy.clock.advance(90);
    if (reference && (await dairy.world.payments.findCharge(reference)).state === 'SUCCEEDED') {
      expect(await together(3, () => provider({ ...paid, reference }))).toEqual([200, 200, 200]);
    }
    await runTimers(dairy);
    await runTimers(dairy);
    const { status } = await dairy.orderRow(order.orderId);
    expect(['CONFIRMED', 'CANCELLED'], `${token}: ${status}`).toContain(status);
    await intact();
  }
});

test('A payment that races the cancelling of its order pays it or goes back whole (I7, I30, F12)', async () => {
  for (let i = 0; i < 8; i++) {
    const order = await dairy.order();
    const paying = dairy.pay<Said>(order, { paymentToken: i % 2 === 0 ? 'tok_success' : 'tok_pending' });
    const { orderId } = order;
    const cancelling = (async () => {
      await new Promise((resolve) => setTimeout(resolve, i * 2));
      return insist(() => dairy.call<Said>('order', 'cancelOrder', { orderId }, dairy.household));
    })();
    const [, cancelled] = await Promise.all([paying, cancelling]);
    expect(cancelled.said).toMatchObject({ status: 'CANCELLED' });
    dairy.clock.advance(90);
    await runTimers(dairy);
    expect((await dairy.orderRow(orderId)).status).toBe('CANCELLED');
  }
  await dairy.settle();
  await intact();
  for await (const payment of dairy.world.store.scan(Payments)) {
    const order = await dairy.orderRow(payment.orderId ?? '');
    if (order.status === 'CANCELLED') expect(payment.refunded).toBe(payment.captured);
  }
});

test('Cash on delivery that is paid by card meanwhile is not collected, and is asked for again if the card fails (I7)', async () => {
  const order = await dairy.order();
  await dairy.pay(order, { paymentMethod: 'COD' });
  const answers = await together(4, (i) =>
    insist(() => dairy.pay<Said>(order, { paymentMethod: i % 2 === 0 ? 'CARD' : 'COD' })),
  );
  expect(codesOf(answers.map(({ said }) => said)).done).toBe(1);
  const paid = await dairy.orderRow(order.orderId);
  expect(paid.payment).toMatchObject({ paymentMethod: 'CARD', status: 'SUCCESS' });
  const cash = [];
  for await (const payment of dairy.world.store.scan(Payments)) {
    if (payment.orderId === order.orderId && payment.paymentMethod === 'COD')
      cash.push([payment.status, payment.reason]);
  }
  expect(cash).toEqual([['FAILED', 'SUPERSEDED']]);

  const declined = await dairy.order();
  await dairy.pay(declined, { paymentMethod: 'COD' });
  await dairy.pay(declined, { paymentToken: 'tok_decline' });
  expect((await dairy.orderRow(declined.orderId)).payment).toMatchObject({
    paymentMethod: 'COD',
    status: 'PENDING',
  });
  await intact();
});

test('A household whose app sends one order sixteen times at once under one key has one order and one answer (I17)', async () => {
  const app = appOf(dairy.world, orderLambda.doors);
  const { token } = await dairy.call<{ token: string }>('user', 'login', {
    email: 'Ubuyer0@example.com',
    password: 'test123',
  });
  const send = (key: string, qty: number) =>
    app.request('/order/create', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({ cartItems: [{ productId: 'P101', qty }], deliverySlot: dairy.morning }),
    });
  const before = await ordersOf('Ubuyer0');
  const answers = await together(16, async () => {
    for (;;) {
      const response = await send('one-tap', 1);
      if (response.status !== 503) return { status: response.status, body: await response.text() };
    }
  });
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect((await ordersOf('Ubuyer0')) - before).toBe(1);
  expect((await send('one-tap', 2)).status).toBe(422);
  expect((await ordersOf('Ubuyer0')) - before).toBe(1);
  await intact();
});

async function ordersOf(userId: string): Promise<number> {
  return (await dairy.world.store.query(Orders, { index: 'byUser', hash: userId })).rows.length;
}

test('An order that is cancelled while its courier picks it up is on the way or cancelled, never both (I2, I15, I20)', async () => {
  const outcomes = new Set<string>();
  for (let i = 0; i < 8; i++) {
    const order = await dairy.order();
    const { orderId } = order;
    await dairy.pay(order);
    const { deliveryId } = await dairy.call<{ deliveryId: string }>(
      'delivery',
      'assignDelivery',
      { orderId, courierId: dairy.courier.userId },
      dairy.admin,
    );
    const [picked, cancelled] = await Promise.all([
      insist(() => dairy.move<Said>(deliveryId, 'PICKED_UP')),
      insist(() => dairy.call<Said>('order', 'cancelOrder', { orderId }, dairy.household)),
    ]);
    const delivery = await dairy.world.store.get(Deliveries, { deliveryId });
    const { status } = await dairy.orderRow(orderId);
    outcomes.add(`${status} ${delivery?.status}`);
    expect([isRefusal(picked.said), isRefusal(cancelled.said)].filter(Boolean), `${status}`).toHaveLength(1);
  }
  expect([...outcomes].every((each) => each === 'DISPATCHED PICKED_UP' || each === 'CANCELLED FAILED')).toBe(
    true,
  );
  await intact();
});

test('What two devices of a household put into the cart at once is all there (I16)', async () => {
  const actor = await dairy.addHousehold('Utwophones');
  const answers = await together(24, (i) =>
    insist(() =>
      dairy.call<Said>('cart', 'addToCart', { productId: i % 2 === 0 ? 'P101' : 'Pcurd', qty: 1 }, actor),
    ),
  );
  expect(codesOf(answers.map(({ said }) => said))).toEqual({ done: 24 });
  const cart = await dairy.world.store.get(Carts, { cartId: 'Ctwophones' });
  expect(Object.fromEntries((cart?.items ?? []).map(({ productId, qty }) => [productId, qty]))).toEqual({
    P101: 12,
    Pcurd: 12,
  });
  expect(cart?.version).toBe(24);
});

test('After the rush, with all events through, everything adds up (I22, I26, I27)', async () => {
  dairy.clock.advance(3_600);
  await runTimers(dairy);
  await dairy.settle();
  await runTimers(dairy);
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});
