import { afterEach, beforeEach, expect, test } from 'vitest';
import { Balances } from '#lambdas/payment/models/Ledger.ts';
import { Refunds } from '#lambdas/payment/models/Payment.ts';
import { Users } from '#lambdas/user/models/User.ts';
import { StoreError } from '#shared/data/wire.ts';
import { insist, providerOf, runTimers, type Said } from './chaos.ts';
import { faultyWire, type Rates } from './faulty.ts';
import { checkInvariants } from './invariants.ts';
import { type TestDairy, testDairy } from './testDairy.ts';

/**
 * Single faults, each at the moment where it hurts most. A test marked `fails` shows a weakness that is known and
 * not mended yet: it turns red once it is, and then loses its mark.
 */
let dairy: TestDairy;
beforeEach(async () => {
  dairy = await testDairy();
});
afterEach(() => dairy?.close());

const none: Rates = {
  conflict: 0,
  throttle: 0,
  unprocessed: 0,
  emptyPage: 0,
  lostAnswer: 0,
  lostRequest: 0,
  lateRequest: 0,
  lag: 0,
};

/** From now on queries of indexes show what was there a moment ago. */
function lagging(): void {
  let faulty: ReturnType<typeof faultyWire> | undefined;
  dairy.wireOf.current = (wire) => {
    faulty ??= faultyWire(wire, { seed: 1, rates: { ...none, lag: 1 } });
    return faulty;
  };
}

/** The next call that fits gets no answer, though it was made or though it was not. */
function loseOnce(fits: (operation: string, payload: string) => boolean, made: boolean): void {
  let lost = false;
  dairy.wireOf.current = (wire) => ({
    ...wire,
    async call<A>(operation: string, payload: object, api?: Parameters<typeof wire.call>[2]): Promise<A> {
      if (lost || !fits(operation, JSON.stringify(payload))) return wire.call<A>(operation, payload, api);
      lost = true;
      if (made) await wire.call(operation, payload, api);
      throw new StoreError('NetworkError', 'lost by the test');
    },
  });
}

const intact = async () => {
  dairy.wireOf.current = (wire) => wire;
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
};
const orderAgain = (actor = dairy.household) =>
  insist(() =>
    dairy.call<Said>(
      'order',
      'createOrder',
      { cartItems: [{ productId: 'P101', qty: 1 }], deliverySlot: dairy.morning },
      actor,
    ),
  );

test('An order whose answer was lost after the commit is found to be placed, once (F2, I29)', async () => {
  loseOnce((operation, payload) => operation === 'TransactWriteItems' && payload.includes('"Orders"'), true);
  const { said } = await orderAgain();
  expect(said).toMatchObject({ status: 'CREATED' });
  const list = await dairy.call<{ orderId: string }[]>('order', 'listOrders', {}, dairy.household);
  expect(list.map(({ orderId }) => orderId)).toEqual([said.orderId]);
  await dairy.settle();
  await intact();
});

test('A payment that was begun before a crash is found out and ended by the clock (F1, I9)', async () => {
  const order = await dairy.order();
  loseOnce(
    (operation, payload) => operation === 'TransactWriteItems' && payload.includes('"Payments"'),
    true,
  );
  expect(await dairy.pay(order)).toMatchObject({ code: 'UNAVAILABLE' });
  expect(await dairy.pay(order)).toMatchObject({ code: 'PAYMENT_PENDING' });
  dairy.clock.advance(61);
  await runTimers(dairy);
  expect(await dairy.pay(order)).toMatchObject({ status: 'SUCCESS' });
  await dairy.settle();
  await intact();
});

test('An erased person whose message the index does not show yet is erased from it all the same (I28, F7)', async () => {
  lagging();
  await dairy.call('notification', 'listNotifications', {}, dairy.household);
  await dairy.settle();
  await dairy.call('user', 'eraseProfile', {}, dairy.household);
  await dairy.settle({ mostDelayMs: 3_000 });
  await intact();
});

test('Of an erased person no courier keeps the street, not even in the order of a round (I28)', async () => {
  const order = await dairy.order({ address: '7 Hidden Lane' });
  await dairy.pay(order);
  await dairy.settle();
  await dairy.call('order', 'cancelOrder', { orderId: order.orderId }, dairy.household);
  await dairy.call('user', 'eraseProfile', {}, dairy.household);
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: true, gone: ['Hidden Lane'] })).toEqual([]);
});

test('An account with an order that the index does not show yet is not erased (I28, F7)', async () => {
  lagging();
  await dairy.call('order', 'listOrders', {}, dairy.household);
  await dairy.order();
  expect(await dairy.call('user', 'eraseProfile', {}, dairy.household)).toMatchObject({
    code: 'ERASURE_BLOCKED',
  });
});

test('An erasure that was interrupted is finished when it is asked for again (I28, F1)', async () => {
  loseOnce((operation, payload) => operation === 'UpdateItem' && payload.includes('revocations'), false);
  const { said, met } = await insist(() => dairy.call<Said>('user', 'eraseProfile', {}, dairy.household));
  expect(met).not.toContain('INTERNAL');
  expect(said).toMatchObject({ message: 'Your account and personal data are erased' });
});

test('A refund whose webhook is lost for good is found out by asking (F4, I9)', async () => {
  const order = await dairy.order();
  await dairy.pay(order, { paymentToken: 'tok_refund_pending' });
  await dairy.call('order', 'cancelOrder', { orderId: order.orderId }, dairy.household);
  await dairy.settle();
  for (let minute = 0; minute < 5; minute++) {
    dairy.clock.advance(60);
    await runTimers(dairy);
  }
  const refunds = [];
  for await (const refund of dairy.world.store.scan(Refunds)) refunds.push(refund.status);
  expect(refunds).toEqual(['SUCCESS']);
  await dairy.settle();
  await intact();
});

test('What the only courier still had to fetch goes to the next one who joins (I20)', async () => {
  const order = await dairy.order();
  await dairy.pay(order);
  await dairy.settle();
  await dairy.call('admin', 'updateUser', { userId: dairy.courier.userId, active: false }, dairy.admin);
  await dairy.settle();
  const next = await dairy.addCourier('asha');
  await dairy.settle();
  await runTimers(dairy);
  await dairy.settle();
  const { deliveryId } = await dairy.orderRow(order.orderId);
  expect(await dairy.move(deliveryId ?? '', 'PICKED_UP', {}, next)).toMatchObject({ status: 'PICKED_UP' });
  await dairy.settle();
  await intact();
});

test('A stop given to a courier just before they left goes to another, though the index does not show it yet (I20, F7)', async () => {
  const next = await dairy.addCourier('asha');
  const order = await dairy.order();
  await dairy.pay(order);
  lagging();
  await dairy.call('delivery', 'viewRun', { day: '2027-01-06' }, dairy.courier);
  const wish = { orderId: order.orderId, courierId: dairy.courier.userId };
  await dairy.call('delivery', 'assignDelivery', wish, dairy.admin);
  await dairy.call('admin', 'updateUser', { userId: dairy.courier.userId, active: false }, dairy.admin);
  await dairy.settle({ mostDelayMs: 3_000 });
  dairy.wireOf.current = (wire) => wire;
  dairy.clock.advance(120);
  await runTimers(dairy);
  await dairy.settle();
  const run = await dairy.call<object[]>('delivery', 'viewRun', { day: '2027-01-06' }, next);
  expect(run).toHaveLength(1);
});

test('A provider that took nothing at all for a charge gets no refund of nothing, however often it says so (I7, F12)', async () => {
  await dairy.addProduct({ productId: 'Pcup', name: 'Cup', price: 1, stock: 9 });
  const order = await dairy.order({ cartItems: [{ productId: 'Pcup', qty: 1 }] });
  const { paymentId } = await dairy.pay(order, { paymentToken: 'tok_wrong_amount' });
  const told = await providerOf(dairy)({
    type: 'charge',
    reference: paymentId,
    state: 'SUCCEEDED',
    amountMinor: 0,
  });
  expect(told).toBe(200);
  const refunds = [];
  for await (const refund of dairy.world.store.scan(Refunds)) refunds.push(refund.amount);
  expect(refunds).toEqual([]);
});

test('A login while the store is busy is told to try again, not that something broke (F6)', async () => {
  await dairy.close();
  dairy = await testDairy({ env: { RATE_LIMITS: 'on' } });
  loseOnce(
    (operation, payload) => operation === 'TransactWriteItems' && payload.includes('"Attempts"'),
    false,
  );
  const login = { email: 'U101@example.com', password: 'test123' };
  const said = await dairy.call<Said>('user', 'login', login);
  expect(said.code).not.toBe('INTERNAL');
});

test('A household that owes for milk and pays too much next time has its debt cleared first (I30)', async () => {
  for (const cashCollected of [60, 150]) {
    const order = await dairy.order();
    await dairy.pay(order, { paymentMethod: 'COD' });
    const wish = { orderId: order.orderId, courierId: dairy.courier.userId };
    const { deliveryId } = await dairy.call<{ deliveryId: string }>(
      'delivery',
      'assignDelivery',
      wish,
      dairy.admin,
    );
    for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
    expect(await dairy.move(deliveryId, 'DELIVERED', { cashCollected })).toMatchObject({
      status: 'DELIVERED',
    });
  }
  const balance = await dairy.world.store.get(Balances, { balanceId: 'U101' });
  expect(balance).toMatchObject({ owed: 0, wallet: -1_000 });
});

test('An order that is placed while its household is being erased keeps the account, or is not placed (I28, F10)', async () => {
  let placed = false;
  dairy.wireOf.current = (wire) => ({
    ...wire,
    async call<A>(operation: string, payload: object, api?: Parameters<typeof wire.call>[2]): Promise<A> {
      const answer = await wire.call<A>(operation, payload, api);
      const looked = operation === 'BatchGetItem' && JSON.stringify(payload).includes('"Users"');
      if (looked && !placed) {
        placed = true;
        await dairy.order();
      }
      return answer;
    },
  });
  await dairy.call('user', 'eraseProfile', {}, dairy.household);
  expect(placed).toBe(true);
  const user = await dairy.world.store.get(Users, { userId: 'U101' });
  expect(user?.erasedAt).toBeUndefined();
});
