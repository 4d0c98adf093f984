import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { AutoTopUps } from './models/AutoTopUp.ts';
import { Balances } from './models/Ledger.ts';
import { Payments, Refunds } from './models/Payment.ts';

interface Said extends Refusal {
  paymentId: string;
  withdrawalId: string;
  refunds: { refundId: string; amount: number; to: string }[];
  available: number;
  deferred: number;
  owed: number;
}

let dairy: TestDairy;
let household: Actor;
let count = 0;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());
beforeEach(async () => {
  household = await dairy.addHousehold(`Uwal${++count}`);
});

const say = (name: string, payload: object = {}, actor = household) =>
  dairy.call<Said>('payment', name, payload, actor);
const topUp = (amount: number, more: object = {}, actor = household) =>
  say('topUpWallet', { amount, paymentMethod: 'UPI', ...more }, actor);
const wallet = () => say('viewWallet');
const payments = (name: string) =>
  dairy.handlerOf('payment')({ 'detail-type': 'Scheduled Event', detail: { timer: name } });

async function orderOf(amount: number) {
  const cartItems = [{ productId: 'P101', qty: amount / 50 }];
  return dairy.order({ cartItems }, household);
}

test('A household pays in, pays an order from it, and sees what is set aside until the bottle stands at the door', async () => {
  expect(await topUp(500)).toMatchObject({ status: 'SUCCESS' });
  expect(await wallet()).toMatchObject({
    available: 500,
    deferred: 0,
    promo: 0,
    deposits: 0,
    currency: 'INR',
  });
  dairy.clock.advance(1);
  const order = await orderOf(100);
  expect(await dairy.pay(order, { paymentMethod: 'WALLET' }, household)).toMatchObject({ status: 'SUCCESS' });
  expect(await wallet()).toMatchObject({ available: 400, deferred: 100 });
  expect(await dairy.pay(order, { paymentMethod: 'WALLET' }, household)).toMatchObject({
    code: 'ALREADY_PAID',
  });
  await dairy.settle();
  dairy.clock.advance(1);
  const { deliveryId = '' } = await dairy.orderRow(order.orderId);
  for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) await dairy.move(deliveryId, status);
  expect(await wallet()).toMatchObject({ available: 400, deferred: 0 });
  const ledger = (await say('viewLedger')) as unknown as {
    kind: string;
    wallet: number;
    lines: { amount: number }[];
  }[];
  expect(ledger.map(({ kind, wallet: gained }) => [kind, gained])).toEqual([
    ['DELIVERED', 0],
    ['ORDER_PAID', -100],
    ['TOP_UP', 500],
  ]);
  for (const { lines } of ledger) expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
});

test('A balance that does not suffice pays nothing, and says what it is', async () => {
  await topUp(99.99);
  const order = await orderOf(100);
  expect(await dairy.pay(order, { paymentMethod: 'WALLET' }, household)).toMatchObject({
    status: 409,
    code: 'BALANCE_SHORT',
    available: 99.99,
    needed: 100,
  });
  expect((await dairy.orderRow(order.orderId)).version).toBe(1);
});

test('Of two orders that one balance could pay, one is paid (I6, F10)', async () => {
  await topUp(100);
  const orders = [await orderOf(100), await orderOf(100)];
  const said = await Promise.all(
    orders.map((order) => dairy.pay(order, { paymentMethod: 'WALLET' }, household)),
  );
  expect(said.filter(({ code }) => code === 'BALANCE_SHORT')).toHaveLength(1);
  expect(await wallet()).toMatchObject({ available: 0, deferred: 100 });
});

test('A cancelled order that the balance paid is in it again at once', async () => {
  await topUp(100);
  const order = await orderOf(100);
  await dairy.pay(order, { paymentMethod: 'WALLET' }, household);
  await dairy.call('order', 'cancelOrder', { orderId: order.orderId }, household);
  expect(await wallet()).toMatchObject({ available: 100, deferred: 0 });
});

test('A top-up that the provider declines, answers late, wrongly or never is worth what arrived and no more', async () => {
  expect(await topUp(50, { paymentToken: 'tok_decline' })).toMatchObject({ status: 'FAILED' });
  expect(await topUp(50, { paymentToken: 'tok_wrong_amount' })).toMatchObject({
    status: 'FAILED',
    reason: 'WRONG_AMOUNT',
  });
  expect(await wallet()).toMatchObject({ available: 0 });
  const lost = await topUp(50, { paymentToken: 'tok_timeout' });
  expect(lost).toMatchObject({ status: 'PENDING' });
  await topUp(70, { paymentToken: 'tok_timeout_lost' });
  dairy.clock.advance(61);
  await payments('reconcilePayments');
  await payments('reconcilePayments');
  expect(await wallet()).toMatchObject({ available: 50 });
  expect((await dairy.world.store.get(Payments, { paymentId: lost.paymentId }))?.status).toBe('SUCCESS');
});

test('A card that a household asks to keep is kept once it paid, shown by its label, and goes with the account', async () => {
  const kept = () => dairy.world.store.get(AutoTopUps, { userId: household.userId });
  await topUp(50);
  await topUp(50, { save: true, paymentToken: 'tok_decline' });
  expect(await kept()).toBeUndefined();
  await topUp(50, { save: true, paymentToken: 'tok_lost_webhook' });
  expect(await kept()).toBeUndefined();
  dairy.clock.advance(61);
  await payments('reconcilePayments');
  expect(await kept()).toMatchObject({ paymentMethod: 'UPI', saved: { label: 'Sandbox •••• 4242' } });
  const held = await dairy.call<{ autoTopUp: unknown }>('user', 'exportProfile', {}, household);
  expect(held.autoTopUp).toMatchObject({ saved: 'Sandbox •••• 4242' });
  await say('withdrawFromWallet', { amount: 100 });
  await dairy.settle();
  await dairy.call('user', 'eraseProfile', {}, household);
  expect(await kept()).toBeUndefined();
});

test('Cash and transfers keep no card', async () => {
  const desk = { userId: household.userId, paymentMethod: 'CASH', save: true };
  expect(await topUp(50, desk, dairy.admin)).toMatchObject({ status: 422, code: 'INVALID_INPUT' });
  expect(await wallet()).toMatchObject({ available: 0 });
});

test('Money taken back goes to the newest top-ups first, and what came by transfer to a bank account', async () => {
  const first = await topUp(100);
  const second = await topUp(60);
  await topUp(40, { userId: household.userId, paymentMethod: 'BANK' }, dairy.admin);
  const out = await say('withdrawFromWallet', { amount: 180 });
  expect(out.refunds.map(({ amount, to }) => [amount, to])).toEqual([
    [60, 'SOURCE'],
    [100, 'SOURCE'],
    [20, 'BANK'],
  ]);
  expect(await wallet()).toMatchObject({ available: 20 });
  await dairy.settle();
  for (const { paymentId } of [first, second]) {
    const row = await dairy.world.store.get(Payments, { paymentId });
    expect(row?.refunded).toBe(row?.captured);
  }
  const refundId = out.refunds[2]?.refundId ?? '';
  expect(await say('listPayouts', {}, dairy.admin)).toMatchObject([{ refundId, amount: 20 }]);
  const failed = { refundId, status: 'FAILED', reason: 'The account is closed' };
  expect(await say('settlePayout', failed, dairy.admin)).toMatchObject({ status: 'FAILED' });
  expect(await say('settlePayout', failed, dairy.admin)).toMatchObject({ status: 'FAILED' });
  expect(await say('settlePayout', { refundId, status: 'SUCCESS' }, dairy.admin)).toMatchObject({
    code: 'INVALID_TRANSITION',
  });
  expect(await wallet()).toMatchObject({ available: 40 });
  expect(await say('withdrawFromWallet', { amount: 40.01 })).toMatchObject({ code: 'BALANCE_SHORT' });
});

test('A withdrawal that the card’s bank refuses is prepaid balance again', async () => {
  const { paymentId } = await topUp(100, { paymentToken: 'tok_refund_fail' });
  const out = await say('withdrawFromWallet', { amount: 100 });
  await dairy.settle();
  expect(await wallet()).toMatchObject({ available: 100 });
  expect(await dairy.world.store.get(Refunds, { refundId: out.refunds[0]?.refundId ?? '' })).toMatchObject({
    status: 'FAILED',
    paymentId,
  });
});

test('A household books no transfers of its own, tops up nobody else, and pays in more than nothing', async () => {
  expect(await topUp(50, { paymentMethod: 'CASH' })).toMatchObject({ status: 403 });
  const stranger = await dairy.addHousehold(`Ustranger${count}`);
  expect(await topUp(50, { userId: stranger.userId })).toMatchObject({ status: 403, code: 'FOREIGN_USER' });
  expect(await say('viewWallet', { userId: stranger.userId })).toMatchObject({ status: 403 });
  expect(await topUp(0)).toMatchObject({ status: 422 });
  expect(await topUp(0.001)).toMatchObject({ status: 422 });
  expect(await topUp(50, { userId: 'Unobody' }, dairy.admin)).toMatchObject({ status: 404 });
});

test('An account is erased when its money is taken back, not before', async () => {
  await topUp(100);
  expect(await dairy.call('user', 'eraseProfile', {}, household)).toMatchObject({
    code: 'ERASURE_BLOCKED',
    available: 100,
  });
  await say('withdrawFromWallet', { amount: 100 });
  await dairy.settle();
  expect(await dairy.call('user', 'eraseProfile', {}, household)).toMatchObject({
    message: expect.any(String),
  });
  expect((await dairy.world.store.get(Balances, { balanceId: household.userId }))?.wallet).toBe(0);
});

test('After all this the books are right', async () => {
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: false })).toEqual([]);
});
