import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Carts } from '#lambdas/cart/models/Cart.ts';
import { Deliveries } from '#lambdas/delivery/models/Delivery.ts';
import { Orders } from '#lambdas/order/models/Order.ts';
import { Payments } from '#lambdas/payment/models/Payment.ts';
import { Products } from '#lambdas/product/models/Product.ts';
import { expectProblem, type HttpDairy, httpDairy, people, plates, type WebDoor } from './dairy.ts';
import { samples } from './samples.ts';
import { formsOf, replaced } from './wrongs.ts';

/** What is well said and refused all the same: somebody else's things, a wrong price, a day that is gone. */
let dairy: HttpDairy;
/** A household that others must not see, its paid order, and the courier who brings it. */
let anna: { userId: string; token: string };
let annasCourier: { userId: string; token: string };
let orderId: string;
let deliveryId: string;
const morning = '2027-01-06T02:30:00Z';

beforeAll(async () => {
  dairy = await httpDairy();
  const { ask, who } = dairy;
  const product = { productId: 'P101', name: 'Cow Milk', price: 50, stock: 100, category: 'Milk' };
  await ask('POST', '/product/add', { token: who.admin.token, body: product });
  anna = await dairy.addHousehold('U102');
  annasCourier = await dairy.addCourier('meera');
  const body = { cartItems: [{ productId: 'P101', qty: 2 }], deliverySlot: morning };
  orderId = (await ask<{ orderId: string }>('POST', '/order/create', { token: anna.token, body })).body
    .orderId;
  const paying = { orderId, amount: 100, paymentMethod: 'CARD' };
  expect((await ask('POST', '/payment/pay', { token: anna.token, body: paying })).status).toBe(200);
  const assigning = { orderId, courierId: annasCourier.userId };
  const assigned = await ask<{ deliveryId: string }>('POST', '/delivery/assign', {
    token: who.admin.token,
    body: assigning,
  });
  deliveryId = assigned.body.deliveryId;
  await dairy.t.settle();
});
afterAll(() => dairy?.close());

const fieldsOf = (door: WebDoor) => formsOf(door.input).flatMap(({ shape }) => Object.keys(shape));
const having = (field: string) =>
  plates.filter(([, door]) => fieldsOf(door).includes(field) && door.who !== 'public');

/** A door's sample with other values for some fields. */
function sampleWith(door: WebDoor, values: Record<string, unknown>): Record<string, unknown> {
  const { cursor: _, ...sample } = samples[door.name]?.[0] ?? {};
  return { ...sample, ...values };
}

/** Everything the store has of Anna's order, to see that a refusal changed none of it. */
async function annasThings() {
  const { store } = dairy.t.world;
  const order = await store.get(Orders, { orderId });
  const paymentId = order?.payment?.paymentId ?? '';
  return {
    order,
    payment: await store.get(Payments, { paymentId }),
    delivery: await store.get(Deliveries, { deliveryId }),
    product: await store.get(Products, { productId: 'P101' }),
    cart: await store.get(Carts, { cartId: 'C102' }),
  };
}

describe('Nobody reaches what is another’s', () => {
  test.each(having('userId'))('%s refuses the userId of somebody else', async (_, door) => {
    const before = await annasThings();
    for (const person of people.filter((one) => one !== 'admin' && door.who.includes(one))) {
      const { token } = dairy.who[person];
      const answer = await dairy.knock(door, sampleWith(door, { userId: 'U102' }), { token });
      expectProblem(answer, 403, 'FOREIGN_USER');
      expect(answer.body.errors?.[0]?.pointer).toMatch(/^[/?]userId$/);
    }
    expect(await annasThings()).toEqual(before);
  });

  test.each(having('orderId').filter(([, door]) => door.who.includes('customer')))(
    '%s knows nothing of another household’s order',
    async (_, door) => {
      const before = await annasThings();
      for (const person of people.filter((one) => one !== 'admin' && door.who.includes(one))) {
        const { token } = dairy.who[person];
        const foreign = await dairy.knock(door, sampleWith(door, { orderId }), { token });
        const unknown = await dairy.knock(door, sampleWith(door, { orderId: 'O404' }), { token });
        expectProblem(foreign, 404, 'NOT_FOUND');
        // It looks like one that was never placed.
        const told = (text: string, id: string) =>
          text.replaceAll(id, '…').replace(/"requestId":"[^"]+"/, '');
        expect(told(foreign.text, orderId)).toBe(told(unknown.text, 'O404'));
      }
      expect(await annasThings()).toEqual(before);
    },
  );

  test('A courier moves no delivery of another courier, and sees no run of theirs', async () => {
    const before = await annasThings();
    const { token } = dairy.who.courier;
    for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED', 'FAILED']) {
      const body = { deliveryId, status, reason: 'NOBODY_HOME' };
      expectProblem(await dairy.ask('PATCH', '/delivery/update', { token, body }), 404, 'NOT_FOUND');
    }
    const query = { courierId: annasCourier.userId, day: '2027-01-06' };
    expectProblem(await dairy.ask('GET', '/delivery/run', { token, query }), 403, 'FOREIGN_USER');
    expect((await dairy.ask('GET', '/delivery/run', { token, query: { day: '2027-01-06' } })).body).toEqual(
      [],
    );
    expect(await annasThings()).toEqual(before);
  });

  test('Her own courier sees her order and stop, and no more of her than that', async () => {
    const { token } = annasCourier;
    const query = { orderId };
    expect((await dairy.ask('GET', '/order/track', { token, query })).body).toMatchObject({
      orderId,
      status: 'CONFIRMED',
    });
    expectProblem(
      await dairy.ask('GET', '/user/profile', { token, query: { userId: 'U102' } }),
      403,
      'FOREIGN_USER',
    );
    expectProblem(await dairy.ask('GET', '/order/invoice', { token, query }), 403, 'FORBIDDEN');
  });

  test('A list shows a household only what is its own', async () => {
    const { token } = dairy.who.customer;
    for (const path of ['/order/list', '/notification/list', '/user/export']) {
      expect((await dairy.ask('GET', path, { token })).text).not.toMatch(new RegExp(`${orderId}|U102`));
    }
  });
});

describe('An order is what the dairy offers', () => {
  const place = (body: object) =>
    dairy.ask('POST', '/order/create', { token: dairy.who.customer.token, body });
  const good = { cartItems: [{ productId: 'P101', qty: 2 }], deliverySlot: morning };

  test('A total that somebody changed is corrected, and nothing is taken from the shelf', async () => {
    const before = await annasThings();
    for (const totalAmount of [0, 1, 99.99, 100.01, 200]) {
      const answer = await place({ ...good, totalAmount });
      expectProblem(answer, 409, 'PRICE_CHANGED', '/totalAmount');
      expect(answer.body.totalAmount).toBe(100);
    }
    expect(await annasThings()).toEqual(before);
  });

  test('Nothing, less than nothing and a part of a bottle cannot be ordered', async () => {
    const { token } = dairy.who.customer;
    for (const qty of [0, -1, 0.5, 1001, 1e308]) {
      const cartItems = [{ productId: 'P101', qty }];
      expectProblem(await place({ ...good, cartItems }), 422, 'INVALID_INPUT', '/cartItems/0/qty');
      const body = { productId: 'P101', qty };
      expectProblem(await dairy.ask('POST', '/cart/add', { token, body }), 422, 'INVALID_INPUT', '/qty');
      if (qty === 0) continue;
      expectProblem(await dairy.ask('PATCH', '/cart/item', { token, body }), 422, 'INVALID_INPUT', '/qty');
    }
    expect(await dairy.t.world.store.get(Carts, { cartId: 'C101' })).toBeUndefined();
  });

  test('A day that is gone, or whose orders are closed, takes no order', async () => {
    // It is 10 o'clock on 4 January; tomorrow's first slot closed at 22 o'clock last evening only for today.
    for (const deliverySlot of [
      '2020-01-01T02:30:00Z',
      '2027-01-03T02:30:00Z',
      '2027-01-04T02:30:00Z',
      '2027-01-04T12:30:00Z',
    ]) {
      const answer = await place({ ...good, deliverySlot });
      expectProblem(answer, 409, 'PAST_CUTOFF', '/deliverySlot');
      expect(Date.parse(String(answer.body.cutoffAt))).toBeLessThanOrEqual(dairy.t.clock.now().getTime());
    }
    expect((await dairy.ask('GET', '/order/slots', { query: { date: '2027-01-03' } })).body).toEqual([]);
  });

  test('An hour between the slots, and a day too far ahead, is not offered', async () => {
    for (const deliverySlot of [
      '2027-01-06T05:00:00Z',
      '2027-01-06T20:00:00Z',
      '2027-03-01T02:30:00Z',
      '9999-12-31T02:30:00Z',
    ]) {
      expectProblem(await place({ ...good, deliverySlot }), 422, 'SLOT_NOT_OFFERED', '/deliverySlot');
    }
  });

  test('What is not sold, or more kinds than a crate holds, is refused by name', async () => {
    const cartItems = [
      { productId: 'P101', qty: 1 },
      { productId: 'Pnothing', qty: 1 },
    ];
    expectProblem(await place({ ...good, cartItems }), 422, 'PRODUCT_UNKNOWN', '/cartItems/1/productId');
    const many = Array.from({ length: 51 }, (_, i) => ({ productId: `P${i}`, qty: 1 }));
    expectProblem(await place({ ...good, cartItems: many }), 422, 'TOO_MANY_LINES');
    expectProblem(await place({ deliverySlot: morning }), 409, 'CART_EMPTY');
  });

  test('A payment of another amount, or of an order that is paid, takes no money', async () => {
    const before = await annasThings();
    const pay = (amount: number) =>
      dairy.ask('POST', '/payment/pay', {
        token: anna.token,
        body: { orderId, amount, paymentMethod: 'CARD' },
      });
    expectProblem(await pay(100), 409, 'ALREADY_PAID');
    const made = await dairy.ask<{ orderId: string }>('POST', '/order/create', {
      token: anna.token,
      body: good,
    });
    for (const amount of [0, 99.99, 100.01]) {
      const body = { orderId: made.body.orderId, amount, paymentMethod: 'CARD' };
      const answer = await dairy.ask('POST', '/payment/pay', { token: anna.token, body });
      expectProblem(answer, 422, 'AMOUNT_MISMATCH', '/amount');
      expect(answer.body.amount).toBe(100);
    }
    expect((await annasThings()).payment).toEqual(before.payment);
    expect(await dairy.t.world.store.get(Orders, { orderId: made.body.orderId })).toMatchObject({
      status: 'CREATED',
    });
  });
});

describe('A list goes on only where it stopped', () => {
  const lists = plates.filter(([, door]) => fieldsOf(door).includes('cursor'));
  const cursorOf = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

  test.each(lists)('%s takes no cursor that it did not give', async (_, door) => {
    const person = people.find((one) => door.who.includes(one));
    const token = person && dairy.who[person].token;
    const bad = [
      '%%%',
      'zzzz',
      '0',
      cursorOf('null'),
      cursorOf('[]'),
      cursorOf('{"a":1}'),
      cursorOf({ a: 'b' }),
      cursorOf('{'),
    ];
    const foreign = [
      cursorOf({ orderId, userId: 'U102' }),
      cursorOf({ userId: 'U101' }),
      cursorOf({ day: '2027-01-04', auditId: 5 }),
    ];
    for (const cursor of [...bad, ...foreign]) {
      expectProblem(
        await dairy.knock(
          door,
          sampleWith(door, { cursor, userId: undefined, courierId: undefined }) as never,
          {
            token,
            query: Object.fromEntries(
              Object.entries(sampleWith(door, { cursor })).filter(
                ([field]) => field !== 'userId' && field !== 'courierId',
              ),
            ),
          },
        ),
        422,
        'INVALID_CURSOR',
      );
    }
  });

  test('A cursor of one household’s list does not open another’s', async () => {
    await dairy.ask('POST', '/order/create', {
      token: anna.token,
      body: { cartItems: [{ productId: 'P101', qty: 1 }], deliverySlot: morning },
    });
    const first = await dairy.ask('GET', '/order/list', { token: anna.token, query: { limit: 1 } });
    const cursor = /cursor=([^>&]+)/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect(
      (await dairy.ask('GET', '/order/list', { token: anna.token, query: { limit: 1, cursor } })).body,
    ).toHaveLength(1);
    const { token } = dairy.who.customer;
    expectProblem(await dairy.ask('GET', '/order/list', { token, query: { cursor } }), 422, 'INVALID_CURSOR');
    expectProblem(
      await dairy.ask('GET', '/notification/list', { token: anna.token, query: { cursor } }),
      422,
      'INVALID_CURSOR',
    );
  });
});

describe('A session ends when it is ended', () => {
  test('A household that logged out, and a courier who was sent away, are out at once', async () => {
    const token = (await dairy.addHousehold('U103')).token;
    expect((await dairy.ask('POST', '/user/logout', { token, body: {} })).status).toBe(200);
    expectProblem(await dairy.ask('GET', '/user/profile', { token }), 401, 'UNAUTHENTICATED');

    const courier = await dairy.addCourier('sunil');
    const body = { userId: courier.userId, active: false };
    expect((await dairy.ask('PATCH', '/admin/user', { token: dairy.who.admin.token, body })).status).toBe(
      200,
    );
    expectProblem(await dairy.ask('GET', '/delivery/run', { token: courier.token }), 401, 'UNAUTHENTICATED');
    const login = { email: 'sunil@dairy.example', password: 'round-1' };
    expectProblem(await dairy.ask('POST', '/user/login', { body: login }), 401, 'BAD_CREDENTIALS');
  });

  test('An Idempotency-Key that no header should hold is refused before anything is done', async () => {
    const { token } = dairy.who.customer;
    const body = replaced(samples.addToCart?.[0], ['qty'], 1);
    for (const key of ['', 'with blanks', 'x'.repeat(201), 'k\u00e9y']) {
      const answer = await dairy.ask('POST', '/cart/add', {
        token,
        body,
        headers: { 'idempotency-key': key },
      });
      expectProblem(answer, 422, 'INVALID_INPUT');
    }
    expect(await dairy.t.world.store.get(Carts, { cartId: 'C101' })).toBeUndefined();
  });
});
