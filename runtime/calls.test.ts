import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lambdas } from '#lambdas/all.ts';
import { standingOf } from '#lambdas/order/models/StandingDemand.ts';
import { appOf } from '#shared/http/serve.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { type TestDairy, testDairy } from './testDairy.ts';
import { timerEvent } from './testEvents.ts';

/** How many engine calls a warm request makes, counted at the data clients, and how many items it writes. */
let dairy: TestDairy;
let app: Hono;
let calls: { operation: string; payload: { TransactItems?: object[] } }[] = [];
const tokens = new Map<string, string>();

beforeAll(async () => {
  dairy = await testDairy();
  app = appOf(
    dairy.world,
    lambdas.flatMap((lambda) => lambda.doors),
  );
  const { models } = dairy.world;
  const find = models.find.bind(models);
  models.find = async (...args) => {
    calls.push({ operation: 'GetItem', payload: {} });
    return find(...args);
  };
  dairy.wireOf.current = (wire) => ({
    call: (operation, payload, api) => {
      calls.push({ operation, payload });
      return wire.call(operation, payload, api);
    },
    close: () => wire.close(),
  });
  await dairy.addProduct({
    productId: 'P102',
    name: 'Buffalo Milk',
    price: 70,
    stockMode: 'PER_DAY',
    dailySupply: 500,
  });
  // The first requests fill the catalogue, the settings, what standing orders need and the list of revoked tokens; the
  // clock stands still.
  await standingOf(dairy.world);
  await request('GET', '/order/slots', dairy.household);
  await request('GET', '/product/list', dairy.household);
  await request('GET', '/user/profile', dairy.household);
});
afterAll(() => dairy?.close());

async function request(method: string, path: string, actor: Actor, body?: object, key?: string) {
  let token = tokens.get(actor.userId);
  if (!token) {
    const session = { userId: actor.userId, role: actor.role, sessionId: `SN${actor.userId}` };
    token = (await dairy.world.identity.issue(session)).token;
    tokens.set(actor.userId, token);
  }
  calls = [];
  const response = await app.request(path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(key ? { 'idempotency-key': key } : {}),
    },
    body: body && JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  expect(response.status, JSON.stringify(answer)).toBeLessThan(300);
  expect(calls.map((call) => call.operation)).not.toContain('Scan');
  return { answer, calls: calls.length, transactions: calls.filter(isTransaction).length, items: written() };
}

const isTransaction = (call: { operation: string }) => call.operation === 'TransactWriteItems';

function written(): number {
  return calls.reduce((sum, { operation, payload }) => {
    if (operation === 'PutItem' || operation === 'UpdateItem' || operation === 'DeleteItem') return sum + 1;
    const parts = operation === 'TransactWriteItems' ? (payload.TransactItems ?? []) : [];
    return sum + parts.filter((part) => !('ConditionCheck' in part)).length;
  }, 0);
}

test('Browsing a warm catalogue asks the store nothing', async () => {
  expect((await request('GET', '/product/list?category=Milk', dairy.household)).calls).toBe(0);
  expect((await request('GET', '/product/details?productId=P101', dairy.household)).calls).toBe(0);
});

test('A profile is one read', async () => {
  expect((await request('GET', '/user/profile', dairy.household)).calls).toBe(1);
});

test.for([undefined, 'key'])(
  'From cart to confirmed order, Idempotency-Key %s: 2, 2 and 3 calls',
  async (key) => {
    const keyOf = (step: string) => key && `${key}-${step}`;
    const { household } = dairy;
    const added = await request('POST', '/cart/add', household, { productId: 'P101', qty: 1 }, keyOf('cart'));
    expect(added.calls).toBeLessThanOrEqual(2);
    const placing = { deliverySlot: dairy.morning };
    const created = await request('POST', '/order/create', household, placing, keyOf('create'));
    expect(created).toMatchObject({ calls: 2, transactions: 1 });
    const paying = { orderId: created.answer.orderId, amount: 50, paymentMethod: 'CARD' };
    const paid = await request('POST', '/payment/pay', household, paying, keyOf('pay'));
    expect(paid.answer.status).toBe('SUCCESS');
    expect(paid.calls).toBe(3);
    expect(created.items + paid.items).toBeLessThanOrEqual(16);
    await dairy.settle();
    expect((await request('GET', `/order/track?orderId=${created.answer.orderId}`, household)).calls).toBe(2);
  },
);

test('An order of milk with a daily supply needs no more calls, and cash no more than a card', async () => {
  const { household } = dairy;
  const placing = { cartItems: [{ productId: 'P102', qty: 2 }], deliverySlot: dairy.morning };
  const created = await request('POST', '/order/create', household, placing, 'per-day');
  expect(created).toMatchObject({ calls: 2, transactions: 1 });
  const paying = { orderId: created.answer.orderId, amount: 140, paymentMethod: 'COD' };
  expect((await request('POST', '/payment/pay', household, paying, 'cash')).calls).toBe(2);
});

test('A repeated request with its key gets the first answer for one read', async () => {
  const { household } = dairy;
  const body = { productId: 'P101', qty: 3 };
  const first = await request('POST', '/cart/add', household, body, 'again');
  const second = await request('POST', '/cart/add', household, body, 'again');
  expect(second.answer).toEqual(first.answer);
  expect(second).toMatchObject({ calls: 1, items: 0 });
});

test('A calendar of 31 days is three reads, however many standing orders and orders the household has', async () => {
  const actor = await dairy.addHousehold('Umany');
  for (const slot of ['EARLY', 'MORNING', 'MIDDAY', 'EVENING']) {
    for (const productId of ['P101', 'P102']) {
      await dairy.call(
        'order',
        'subscribeOrder',
        {
          items: [{ productId, qty: 1 }],
          schedule: { type: 'DAILY' },
          startDate: '2027-01-06',
          slot,
          paymentMethod: 'COD',
        },
        actor,
      );
    }
  }
  await request('POST', '/order/create', actor, {
    cartItems: [{ productId: 'P101', qty: 1 }],
    deliverySlot: dairy.morning,
  });
  const month = '/order/calendar?from=2027-01-05&to=2027-02-04';
  const { answer, calls: counted } = await request('GET', month, actor);
  expect((answer as unknown as object[]).length).toBe(30);
  expect(counted).toBeLessThanOrEqual(3);
  // Also with days behind that were ordered, and one that fell short.
  dairy.clock.set('2027-01-05T16:30:06.000Z');
  tokens.clear();
  await dairy.call('admin', 'updateProduct', { productId: 'P101', active: false }, dairy.admin);
  await dairy.handlerOf('order')(timerEvent('runOrders'));
  // And two days later, of one that has ended too.
  const [{ subscriptionId }] = await dairy.call<[{ subscriptionId: string }]>(
    'order',
    'listSubscriptions',
    {},
    actor,
  );
  await dairy.call('order', 'changeSubscription', { subscriptionId, action: 'CANCEL' }, actor);
  dairy.clock.set('2027-01-07T16:30:06.000Z');
  await dairy.handlerOf('order')(timerEvent('followSubscriptions'));
  tokens.clear();
  await request('GET', month, actor);
  const past = await request('GET', month, actor);
  expect(JSON.stringify(past.answer)).toContain('"ORDERED"');
  expect(past.calls).toBeLessThanOrEqual(3);
});
