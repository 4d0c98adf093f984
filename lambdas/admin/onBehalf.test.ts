import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';

/** A household that only has a telephone: everything it does the desk does, by its userId. */
let dairy: TestDairy;
let userId: string;
beforeAll(async () => {
  dairy = await testDairy();
  const asha = { name: 'Asha Rao', phone: '98111 22333', address: '7 Temple Street' };
  userId = (await desk<{ userId: string }>('admin', 'addCustomer', asha)).userId;
});
afterAll(() => dairy?.close());

type Said = Refusal & Record<string, unknown>;
const desk = <A = Said>(lambda: string, name: string, input: object) =>
  dairy.call<A>(lambda, name, input, dairy.admin);
const list = <A = Said>(lambda: string, name: string, input: object = {}) =>
  desk<A[]>(lambda, name, { userId, ...input });

test('Cash over the counter is prepaid balance at once, and stands in the ledger', async () => {
  expect(await desk('payment', 'topUpWallet', { userId, amount: 500, paymentMethod: 'CASH' })).toMatchObject({
    status: 'SUCCESS',
  });
  expect(await desk('payment', 'viewWallet', { userId })).toMatchObject({ available: 500 });
  expect(await list('payment', 'viewLedger')).toMatchObject([{ wallet: 500 }]);
});

test('The desk places an order and pays it from the balance; both say that it was the desk', async () => {
  const cartItems = [{ productId: 'P101', qty: 2 }];
  const order = { userId, cartItems, deliverySlot: dairy.morning };
  const { orderId } = await desk<{ orderId: string }>('order', 'createOrder', order);
  const paying = { orderId, amount: 100, paymentMethod: 'WALLET' };
  expect(await desk('payment', 'processPayment', paying)).toMatchObject({ status: 'SUCCESS' });
  expect(await list('order', 'listOrders')).toMatchObject([
    { orderId, userId, status: 'CONFIRMED', through: 'DESK' },
  ]);
  expect(await dairy.orderRow(orderId)).toMatchObject({
    placedBy: 'Uadmin',
    address: { line1: '7 Temple Street' },
  });
  expect(await desk('delivery', 'trackOrder', { orderId })).toMatchObject({ orderId, status: 'CONFIRMED' });
});

test('The desk begins a standing order and skips a day of it; calendar and receipts tell so', async () => {
  const wish = {
    userId,
    items: [{ productId: 'P101', qty: 1 }],
    schedule: { type: 'DAILY' },
    startDate: '2027-01-07',
    slot: 'MORNING',
    paymentMethod: 'WALLET',
  };
  const { subscriptionId } = await desk<{ subscriptionId: string }>('order', 'subscribeOrder', wish);
  const skip = { subscriptionId, action: 'SKIP', day: '2027-01-08' };
  expect(await desk('order', 'changeSubscription', skip)).not.toHaveProperty('code');
  expect(await list('order', 'listSubscriptions')).toMatchObject([{ subscriptionId, userId }]);
  const receipts = await list<{ action: string; through: string }>('order', 'listReceipts');
  expect(receipts.map(({ action, through }) => [action, through]).sort()).toEqual([
    ['SKIP', 'DESK'],
    ['SUBSCRIBE', 'DESK'],
  ]);
  const calendar = JSON.stringify(
    await desk('order', 'viewCalendar', { userId, from: '2027-01-07', to: '2027-01-09' }),
  );
  expect(calendar).toContain('SKIPPED');
});

test('The desk reports a problem for a household and sees what it reported; others see nothing of it', async () => {
  const [order] = await list<{ orderId: string }>('order', 'listOrders');
  const orderId = order?.orderId ?? '';
  await dairy.settle();
  const { deliveryId = '' } = await dairy.orderRow(orderId);
  for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) await dairy.move(deliveryId, status);
  const sour = { orderId, productId: 'P101', qty: 1, kind: 'SPOILT' };
  expect(await desk('order', 'reportProblem', sour)).toMatchObject({ userId, credited: 50 });
  expect(await list('order', 'listProblems')).toMatchObject([{ orderId, userId, kind: 'SPOILT' }]);
  // Credited at once, it does not wait for the desk.
  expect(await desk('order', 'listProblems', {})).toEqual([]);
  const own = { userId, role: 'customer' as const };
  expect(await dairy.call('order', 'listProblems', {}, own)).toMatchObject([{ orderId }]);
  expect(await dairy.call('order', 'listProblems', {}, dairy.household)).toEqual([]);
  expect(await dairy.call('order', 'listProblems', { userId }, dairy.household)).toMatchObject({
    code: 'FOREIGN_USER',
  });
  expect(await desk('order', 'listProblems', { cursor: 'eyJhIjoiYiJ9' })).toMatchObject({
    code: 'INVALID_CURSOR',
  });
});

test('What it is told goes to its telephone, and none of it by e-mail', async () => {
  await dairy.settle();
  const told = await list<{ channel: string; type: string; status: string; message: string }>(
    'notification',
    'listNotifications',
  );
  expect(new Set(told.map(({ channel }) => channel))).toEqual(new Set(['SMS']));
  const types = told.map(({ type }) => type);
  for (const type of [
    'WELCOME_EMAIL',
    'ORDER_CONFIRMED',
    'SUBSCRIPTION_CREATED',
    'SUBSCRIPTION_CHANGED',
    'TOPPED_UP',
  ]) {
    expect(types).toContain(type);
  }
  for (const { message } of told) expect(message.length).toBeLessThanOrEqual(160);
});

test('Its export has everything, its statement what is left, and the books add up', async () => {
  const exported = await desk<Record<string, unknown[]>>('user', 'exportProfile', { userId });
  expect(exported.profile).toMatchObject({ userId, phone: '+919811122333' });
  for (const part of ['orders', 'subscriptions', 'payments', 'movements', 'problems', 'notifications']) {
    expect(exported[part]?.length).toBeGreaterThan(0);
  }
  const statement = await desk('payment', 'viewStatement', { userId, month: '2027-01', format: 'json' });
  expect(statement).toMatchObject({ userId, closing: { available: 450 } });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});
