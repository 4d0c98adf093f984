import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { signWebhook } from '#adapters/local/payments.ts';
import type { Order } from '#lambdas/order/models/Order.ts';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { httpEvent, httpResult, timerEvent } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { Ledger } from './models/Ledger.ts';
import { Payments } from './models/Payment.ts';

/**
 * Rows of the table of postings that no other test looks at line by line, each with the way it goes and the way back:
 * what it changes in every account of the whole ledger, and that it changes nothing else.
 */
interface Said extends Refusal {
  paymentId: string;
  deliveryId: string;
  refunds: { refundId: string; to: string }[];
}

const SECRET = 'a-secret-of-the-test';
let dairy: TestDairy;
let household: Actor;
let count = 0;
beforeAll(async () => {
  dairy = await testDairy({ env: { SANDBOX_WEBHOOK_SECRET: SECRET } });
  // 105 with 5 % in two halves: 100 net, 2.50 and 2.50 of tax for each pack.
  const taxes = { CGST: 250, SGST: 250 };
  await dairy.addProduct({ productId: 'Ppaneer', name: 'Paneer', price: 105, stock: 900, taxes });
});
afterAll(() => dairy?.close());
beforeEach(async () => {
  household = await dairy.addHousehold(`Urow${++count}`);
});

const say = (name: string, payload: object = {}, actor = household) =>
  dairy.call<Said>('payment', name, payload, actor);
const staff = (lambda: string, name: string, payload: object) =>
  dairy.call<Said>(lambda, name, payload, dairy.admin);
const topUp = (amount: number, more: object = {}) =>
  say('topUpWallet', { amount, paymentMethod: 'UPI', ...more });
const bookTopUp = (amount: number, paymentMethod: string) =>
  staff('payment', 'topUpWallet', { userId: household.userId, amount, paymentMethod });
const place = (qty = 1) => dairy.order({ cartItems: [{ productId: 'Ppaneer', qty }] }, household);
const pay = (order: Order, paymentMethod: string, more: object = {}) =>
  dairy.pay<Said>(order, { paymentMethod, ...more }, household);
const cancel = ({ orderId }: Order) => dairy.call<Refusal>('order', 'cancelOrder', { orderId }, household);

/** The order with its courier, on the way to the door. */
async function onItsWay(order: Order) {
  const wish = { orderId: order.orderId, courierId: dairy.courier.userId };
  const { deliveryId } = await staff('delivery', 'assignDelivery', wish);
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
  return deliveryId;
}

async function sums() {
  const found = new Map<string, number>();
  for await (const { lines } of dairy.world.store.scan(Ledger)) {
    for (const { account, party, amount } of lines) {
      const name = account === 'tax' ? `tax ${party}` : account;
      found.set(name, (found.get(name) ?? 0) + amount);
    }
  }
  return found;
}

/** What something changes in the accounts, in major units, a debit positive; accounts that stay are left out. */
async function moved(act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await sums();
  await act();
  const changes = [...(await sums())].map(
    ([name, sum]) => [name, (sum - (before.get(name) ?? 0)) / 100] as const,
  );
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}

/** The provider says that a charge succeeded; the status of the answer. */
async function chargeSucceeded(paymentId: string, said: { amountMinor?: number; currency?: string } = {}) {
  const now = dairy.clock.now();
  const id = `evt_${paymentId}_${++count}`;
  const data = { reference: paymentId, state: 'SUCCEEDED', providerRef: 'ch_1', currency: 'INR', ...said };
  const rawBody = JSON.stringify({ id, type: 'charge', createdAt: now.toISOString(), data });
  const headers = { 'sandbox-signature': signWebhook(SECRET, rawBody, now) };
  const event = httpEvent('POST', '/payment/webhook', { rawBody, headers });
  return httpResult(await dairy.handlerOf('payment')(event)).status;
}

test('Wallet order: the balance sets its price aside, and a cancelled one puts it back, debts first', async () => {
  await topUp(200);
  const first = await place();
  expect(await moved(() => pay(first, 'WALLET'))).toEqual({ wallet: 105, held: -105 });
  expect(await moved(() => cancel(first))).toEqual({ held: 105, wallet: -105 });
  const second = await place();
  await pay(second, 'WALLET');
  const owing = await place();
  await pay(owing, 'COD');
  await dairy.move(await onItsWay(owing), 'DELIVERED', { cashCollected: 75 });
  expect(await moved(() => cancel(second))).toEqual({ held: 105, owed: -30, wallet: -75 });
});

test('Subscription’s order at the cutoff: the balance pays, and with grace the rest is owed; cancelled, it comes back', async () => {
  await staff('admin', 'updateSettings', { balanceShort: 'GRACE', graceLimit: 50 });
  await topUp(60);
  const today = dairy.clock.now();
  await dairy.call(
    'order',
    'subscribeOrder',
    {
      items: [{ productId: 'Ppaneer', qty: 1 }],
      schedule: { type: 'DAILY' },
      startDate: '2027-01-05',
      slot: 'MORNING',
      paymentMethod: 'WALLET',
    },
    household,
  );
  dairy.clock.set('2027-01-04T16:30:05.000Z');
  const run = () => dairy.handlerOf('order')(timerEvent('runOrders'));
  expect(await moved(run)).toEqual({ wallet: 60, owed: 45, held: -105 });
  const [made] = await dairy.call<{ orderId: string }[]>('order', 'listOrders', {}, household);
  const back = () => staff('order', 'cancelOrder', { orderId: made?.orderId, reason: 'Flood' });
  expect(await moved(back)).toEqual({ held: 105, owed: -45, wallet: -60 });
  await staff('admin', 'updateSettings', { balanceShort: 'LINES', graceLimit: 0 });
  dairy.clock.set(today.toISOString());
});

test('COD or ACCOUNT confirmed, cash that failed, a payment pending or cancelled while pending: nothing moves', async () => {
  await staff('payment', 'grantAccount', { userId: household.userId, creditLimit: 500 });
  const orders = [await place(), await place(), await place(), await place()] as const;
  const [cash, account, pending, refused] = orders;
  const nothing = await moved(async () => {
    expect(await pay(cash, 'COD')).toMatchObject({ status: 'PENDING' });
    expect(await pay(account, 'ACCOUNT')).toMatchObject({ status: 'PENDING' });
    expect(await pay(pending, 'CARD', { paymentToken: 'tok_pending' })).toMatchObject({ status: 'PENDING' });
    expect(await pay(refused, 'CARD', { paymentToken: 'tok_decline' })).toMatchObject({ status: 'FAILED' });
    for (const order of [account, pending, refused]) expect((await cancel(order)).code).toBeUndefined();
    await dairy.move(await onItsWay(cash), 'FAILED', { reason: 'NOBODY_HOME' });
    const gone = { orderId: cash.orderId, reason: 'Nobody home', goods: 'RETURN' };
    expect((await staff('order', 'cancelOrder', gone)).code).toBeUndefined();
  });
  expect(nothing).toEqual({});
  for (const { orderId } of orders) expect((await dairy.orderRow(orderId)).status).toBe('CANCELLED');
});

test('Failed at the door: money goes back the way it was paid, to the card or into the balance', async () => {
  await topUp(105);
  const ends = { CARD: { held: 105, transit: -105 }, WALLET: { held: 105, wallet: -105 } };
  for (const [method, change] of Object.entries(ends)) {
    const order = await place();
    await pay(order, method);
    await dairy.move(await onItsWay(order), 'FAILED', { reason: 'NOBODY_HOME' });
    const gone = { orderId: order.orderId, reason: 'Nobody home', goods: 'RETURN' };
    expect([method, await moved(() => staff('order', 'cancelOrder', gone))]).toEqual([method, change]);
  }
});

test('Top-up: by the provider, the bank or cash at the desk, into the balance; a declined one moves nothing', async () => {
  expect(await moved(() => topUp(100))).toEqual({ provider: 100, wallet: -100 });
  expect(await moved(() => bookTopUp(70, 'BANK'))).toEqual({ bank: 70, wallet: -70 });
  expect(await moved(() => bookTopUp(30, 'CASH'))).toEqual({ deskCash: 30, wallet: -30 });
  expect(await moved(() => topUp(50, { paymentToken: 'tok_decline' }))).toEqual({});
});

test('A bill paid: what comes in clears the debt first, exactly, in part or with something over', async () => {
  await staff('payment', 'grantAccount', { userId: household.userId, creditLimit: 500 });
  const order = await place();
  await pay(order, 'ACCOUNT');
  const stop = await onItsWay(order);
  expect(await moved(() => dairy.move(stop, 'DELIVERED'))).toEqual({
    owed: 105,
    revenue: -100,
    'tax CGST 2.5%': -2.5,
    'tax SGST 2.5%': -2.5,
  });
  expect(await moved(() => bookTopUp(40, 'BANK'))).toEqual({ bank: 40, owed: -40 });
  expect(await moved(() => topUp(100))).toEqual({ provider: 100, owed: -65, wallet: -35 });
});

test('Withdrawal: on its way, then confirmed by the provider or the bank; refused, it is in the balance again', async () => {
  await dairy.settle();
  await topUp(100);
  const asked = () => moved(() => say('withdrawFromWallet', { amount: 100 }));
  expect(await asked()).toEqual({ wallet: 100, transit: -100 });
  expect(await moved(() => dairy.settle())).toEqual({ transit: 100, provider: -100 });
  await topUp(100, { paymentToken: 'tok_refund_fail' });
  expect(await asked()).toEqual({ wallet: 100, transit: -100 });
  expect(await moved(() => dairy.settle())).toEqual({ transit: 100, wallet: -100 });
  const other = await dairy.addHousehold(`Urow${++count}`);
  household = other;
  for (const [status, change] of [
    ['SUCCESS', { transit: 80, bank: -80 }],
    ['FAILED', { transit: 80, wallet: -80 }],
  ] as const) {
    await bookTopUp(80, 'BANK');
    const { refunds } = await say('withdrawFromWallet', { amount: 80 });
    expect(refunds.map(({ to }) => to)).toEqual(['BANK']);
    const payout = { refundId: refunds[0]?.refundId, status };
    expect([status, await moved(() => staff('payment', 'settlePayout', payout))]).toEqual([status, change]);
  }
});

test('Refund of an order: confirmed it left the provider; refused it clears the debt, the rest is balance', async () => {
  const paid = await place();
  await pay(paid, 'CARD');
  expect(await moved(() => cancel(paid))).toEqual({ held: 105, transit: -105 });
  expect(await moved(() => dairy.settle())).toEqual({ transit: 105, provider: -105 });
  const owing = await place();
  await pay(owing, 'COD');
  await dairy.move(await onItsWay(owing), 'DELIVERED', { cashCollected: 65 });
  const refused = await place();
  await pay(refused, 'CARD', { paymentToken: 'tok_refund_fail' });
  await cancel(refused);
  expect(await moved(() => dairy.settle())).toEqual({ transit: 105, owed: -40, wallet: -65 });
});

test('Credit for a problem: revenue and tax are undone, to the card or into the balance', async () => {
  for (const [to, account] of [
    ['SOURCE', 'transit'],
    ['WALLET', 'wallet'],
  ] as const) {
    const order = await place();
    await pay(order, 'CARD');
    await dairy.move(await onItsWay(order), 'DELIVERED');
    const credit = { orderId: order.orderId, amount: 21, reason: 'Sour', to };
    expect(await moved(() => staff('payment', 'refundPayment', credit))).toEqual({
      revenue: 20,
      'tax CGST 2.5%': 0.5,
      'tax SGST 2.5%': 0.5,
      [account]: -21,
    });
  }
});

test('Late, wrong-amount and wrong-currency money goes back whole, once, and its order stays as it is', async () => {
  const said = [
    { amountMinor: 10_500, status: 'CANCELLED' },
    { amountMinor: 10_400, status: 'CREATED' },
    { amountMinor: 10_500, status: 'CREATED', currency: 'USD' },
  ];
  for (const { status, ...charge } of said) {
    const order = await place();
    const { paymentId } = await pay(order, 'CARD', { paymentToken: 'tok_lost_webhook' });
    if (status === 'CANCELLED') await cancel(order);
    const change = await moved(async () => {
      expect(await chargeSucceeded(paymentId, charge)).toBe(200);
    });
    const came = charge.amountMinor / 100;
    expect([charge, change]).toEqual([charge, { provider: came, transit: -came }]);
    const stray = await dairy.world.store.get(Ledger, { movementId: `${paymentId}#STRAY` });
    expect(stray?.lines).toMatchObject([{ account: 'provider' }, { account: 'suspense' }]);
    expect((await dairy.orderRow(order.orderId)).status).toBe(status);
    expect(await moved(() => chargeSucceeded(paymentId, charge))).toEqual({});
  }
});

test('Money of a payment that had been given up pays nothing where another has paid; it goes back whole', async () => {
  const order = await place();
  const { paymentId } = await pay(order, 'CARD', { paymentToken: 'tok_timeout_lost' });
  dairy.clock.advance(61);
  await dairy.handlerOf('payment')(timerEvent('reconcilePayments'));
  expect(await moved(() => pay(order, 'CARD'))).toEqual({ provider: 105, held: -105 });
  const double = () => chargeSucceeded(paymentId, { amountMinor: 10_500 });
  expect(await moved(double)).toEqual({ provider: 105, transit: -105 });
  expect(await dairy.world.store.get(Payments, { paymentId })).toMatchObject({
    status: 'FAILED',
    reason: 'PAID_TWICE',
    refunded: 10_500,
  });
  expect(await moved(double)).toEqual({});
  expect((await dairy.orderRow(order.orderId)).status).toBe('CONFIRMED');
});

test('After all this the books are right', async () => {
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: false })).toEqual([]);
});
