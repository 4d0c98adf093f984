import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Balances, Ledger } from '#lambdas/payment/models/Ledger.ts';
import { Refunds } from '#lambdas/payment/models/Payment.ts';
import { Products } from '#lambdas/product/models/Product.ts';
import { runTimers } from '#runtime/chaos.ts';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import type { Actor } from '#shared/ports/ports.ts';

interface Stop extends Refusal {
  deliveryId: string;
}

let dairy: TestDairy;
let household: Actor;
let count = 0;

beforeAll(async () => {
  dairy = await testDairy();
  // 105 with 5 % in two halves: 100 net, 2.50 and 2.50 of tax for each pack.
  const taxes = { CGST: 250, SGST: 250 };
  await dairy.addProduct({ productId: 'Ppaneer', name: 'Paneer', price: 105, stock: 900, taxes });
  await dairy.addProduct({ productId: 'Pbottle', name: 'Bottled Milk', price: 60, stock: 900, deposit: 20 });
});
afterAll(() => dairy?.close());
beforeEach(async () => {
  household = await dairy.addHousehold(`Ustop${++count}`);
});

const staff = (lambda: string, name: string, payload: object) =>
  dairy.call(lambda, name, payload, dairy.admin);
const settings = (change: object) => staff('admin', 'updateSettings', change);
const topUp = (amount: number) =>
  staff('payment', 'topUpWallet', { userId: household.userId, amount, paymentMethod: 'CASH' });
const wallet = () => dairy.call<Record<string, number>>('payment', 'viewWallet', {}, household);

/** An order of some packs, paid or to be paid so, on its way to the door. */
async function onItsWay(paymentMethod: string, lines: Record<string, number>, more: object = {}) {
  const cartItems = Object.entries(lines).map(([productId, qty]) => ({ productId, qty }));
  const order = await dairy.order({ cartItems }, household);
  const paid = await dairy.pay(order, { paymentMethod, ...more }, household);
  if (paid.code) throw new Error(paid.code);
  const wish = { orderId: order.orderId, courierId: dairy.courier.userId };
  const { deliveryId } = await dairy.call<Stop>('delivery', 'assignDelivery', wish, dairy.admin);
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
  return { orderId: order.orderId, deliveryId };
}

const arrive = (deliveryId: string, more: object = {}) => dairy.move<Stop>(deliveryId, 'DELIVERED', more);
const left = (productId: string, delivered: number) => ({ items: [{ productId, delivered }] });

/** A stop's movement by account, major units: what the table of postings says of it. */
async function posted(orderId: string) {
  const movement = await dairy.world.store.get(Ledger, { movementId: `${orderId}#DELIVERED` });
  return Object.fromEntries(
    (movement?.lines ?? []).map(({ account, party, amount }) => [
      account === 'tax' ? `tax ${party}` : account,
      amount / 100,
    ]),
  );
}
const balance = async (party: string) => {
  const row = await dairy.world.store.get(Balances, { balanceId: party });
  return row ?? { balanceId: party };
};
const stock = () => dairy.world.store.get(Products, { productId: 'Ppaneer' });
const earned = (packs: number) => ({
  revenue: -100 * packs,
  'tax CGST 2.5%': -2.5 * packs,
  'tax SGST 2.5%': -2.5 * packs,
});

test('Of an order paid from the balance what came is earned, and the rest is in the balance again', async () => {
  await topUp(400);
  const { orderId, deliveryId } = await onItsWay('WALLET', { Ppaneer: 3 });
  expect(await wallet()).toMatchObject({ available: 85, deferred: 315 });
  const before = await stock();
  expect(await arrive(deliveryId, left('Ppaneer', 1))).toMatchObject({ status: 'DELIVERED' });
  expect(await posted(orderId)).toEqual({ held: 315, ...earned(1), wallet: -210 });
  expect(await wallet()).toMatchObject({ available: 295, deferred: 0, owed: 0 });
  expect((await stock())?.stock).toBe((before?.stock ?? 0) + 2);
  expect((await stock())?.sold).toBe((before?.sold ?? 0) - 2);
});

test('What came short is shown on the order, its track, its bill and the calendar', async () => {
  await topUp(400);
  const { orderId, deliveryId } = await onItsWay('WALLET', { Ppaneer: 2, P101: 1 });
  const invoice = () => dairy.call('order', 'viewInvoice', { orderId }, household);
  expect(await invoice()).toMatchObject({ kind: 'SUMMARY', amount: 260, lines: [{ qty: 2 }, { qty: 1 }] });
  await arrive(deliveryId, {
    items: [
      { productId: 'P101', delivered: 0 },
      { productId: 'Ppaneer', delivered: 1 },
    ],
  });
  await dairy.settle();
  const items = [
    { productId: 'Ppaneer', qty: 2, delivered: 1 },
    { productId: 'P101', qty: 1, delivered: 0 },
  ];
  expect(await dairy.call('delivery', 'trackOrder', { orderId }, household)).toMatchObject({
    amount: 260,
    charged: 105,
    items,
  });
  expect(await dairy.call<object[]>('order', 'listOrders', {}, household)).toMatchObject([
    { amount: 260, charged: 105, items },
  ]);
  expect(await invoice()).toMatchObject({
    kind: 'INVOICE',
    amount: 105,
    lines: [{ productId: 'Ppaneer', qty: 1, amount: 105, net: 100 }],
  });
  const range = { from: '2027-01-06', to: '2027-01-06' };
  expect(await dairy.call<object[]>('order', 'viewCalendar', range, household)).toMatchObject([
    {
      amount: 105,
      lines: [
        { productId: 'Ppaneer', qty: 1, wanted: 2, status: 'SHORT', amount: 105 },
        { productId: 'P101', qty: 0, wanted: 1, status: 'SHORT', amount: 0 },
      ],
    },
  ]);
});

test('What a card paid for what did not come goes back to the card, and what is broken is thrown away', async () => {
  const { orderId, deliveryId } = await onItsWay('CARD', { Ppaneer: 3 });
  const before = await stock();
  await arrive(deliveryId, { ...left('Ppaneer', 2), shortGoods: 'WASTE' });
  expect(await posted(orderId)).toEqual({ held: 315, ...earned(2), transit: -105 });
  expect((await stock())?.wasted).toBe((before?.wasted ?? 0) + 1);
  const { payment } = await dairy.orderRow(orderId);
  const refundId = `R${payment?.paymentId}-SHORT`;
  expect(await dairy.world.store.get(Refunds, { refundId })).toMatchObject({
    amount: 10_500,
    status: 'PENDING',
  });
  await dairy.settle();
  expect(await dairy.world.store.get(Refunds, { refundId })).toMatchObject({ status: 'SUCCESS' });
  const credit = { orderId, amount: 210.01, reason: 'sour' };
  expect(await staff('payment', 'refundPayment', credit)).toMatchObject({
    code: 'REFUND_EXCEEDS_PAYMENT',
    refundable: 210,
  });
});

test('At the door cash is due for what came only: exact, less and more', async () => {
  const exact = await onItsWay('COD', { Ppaneer: 2 });
  await arrive(exact.deliveryId, { ...left('Ppaneer', 1), cashCollected: 105 });
  expect(await posted(exact.orderId)).toEqual({ courierCash: 105, ...earned(1) });
  const less = await onItsWay('COD', { Ppaneer: 2 });
  await arrive(less.deliveryId, { ...left('Ppaneer', 1), cashCollected: 100 });
  expect(await posted(less.orderId)).toEqual({ courierCash: 100, owed: 5, ...earned(1) });
  const more = await onItsWay('COD', { Ppaneer: 2 });
  await arrive(more.deliveryId, { ...left('Ppaneer', 1), cashCollected: 200 });
  expect(await posted(more.orderId)).toEqual({ courierCash: 200, owed: -5, wallet: -90, ...earned(1) });
  expect(await wallet()).toMatchObject({ available: 90, owed: 0 });
  const none = await onItsWay('COD', { Ppaneer: 1 });
  expect(await arrive(none.deliveryId)).toMatchObject({
    status: 422,
    errors: [{ pointer: '/cashCollected', detail: 'is needed: 105 is due at the door' }],
  });
  await arrive(none.deliveryId, { cashCollected: 0 });
  expect(await dairy.orderRow(none.orderId)).toMatchObject({
    payment: { status: 'FAILED' },
    status: 'DELIVERED',
  });
  expect(await wallet()).toMatchObject({ available: 90, owed: 105 });
});

test('A stop on account is owed for what came only, and makes room for more', async () => {
  const grant = { userId: household.userId, creditLimit: 315 };
  await staff('payment', 'grantAccount', grant);
  const { orderId, deliveryId } = await onItsWay('ACCOUNT', { Ppaneer: 3 });
  await expect(onItsWay('ACCOUNT', { Ppaneer: 1 })).rejects.toThrow('CREDIT_LIMIT');
  await arrive(deliveryId, left('Ppaneer', 1));
  expect(await posted(orderId)).toEqual({ owed: 105, ...earned(1) });
  expect(await balance(household.userId)).toMatchObject({ owed: 10_500, onAccount: 0 });
  expect(await dairy.orderRow(orderId)).toMatchObject({ charged: 10_500, payment: { status: 'SUCCESS' } });
  const second = await onItsWay('ACCOUNT', { Ppaneer: 2 });
  await arrive(second.deliveryId, { cashCollected: 300 });
  expect(await posted(second.orderId)).toEqual({ courierCash: 300, owed: -90, ...earned(2) });
  expect(await wallet()).toMatchObject({ owed: 15, available: 0 });
  // Cash for exactly what came changes no debt, and makes room all the same.
  const third = await onItsWay('ACCOUNT', { Ppaneer: 1 });
  await arrive(third.deliveryId, { cashCollected: 105 });
  expect(await balance(household.userId)).toMatchObject({ owed: 1_500, onAccount: 0 });
});

test('Cash due is rounded where the dairy says so, and only who counts the rounded sum has paid by it', async () => {
  await dairy.addProduct({ productId: 'Pghee', name: 'Ghee', price: 99.6, stock: 900 });
  await settings({ roundCashTo: 1 });
  const up = await onItsWay('COD', { Pghee: 1 });
  const sheet = await dairy.call<{ orderId: string; cashDue: number }[]>(
    'delivery',
    'viewRun',
    { day: '2027-01-06' },
    dairy.courier,
  );
  expect(sheet.find(({ orderId }) => orderId === up.orderId)?.cashDue).toBe(100);
  await arrive(up.deliveryId, { cashCollected: 100 });
  expect(await posted(up.orderId)).toEqual({ courierCash: 100, revenue: -99.6, rounding: -0.4 });
  const down = await onItsWay('COD', { Pghee: 2 });
  await arrive(down.deliveryId, { cashCollected: 199 });
  expect(await posted(down.orderId)).toEqual({ courierCash: 199, revenue: -199.2, rounding: 0.2 });
  const other = await onItsWay('COD', { Pghee: 1 });
  await arrive(other.deliveryId, { cashCollected: 90 });
  expect(await posted(other.orderId)).toEqual({ courierCash: 90, owed: 9.6, revenue: -99.6 });
  const qr = await onItsWay('COD', { Pghee: 1 });
  await arrive(qr.deliveryId, { cashCollected: 100, paidBy: 'QR', providerRef: 'upi-round' });
  expect(await posted(qr.orderId)).toEqual({ provider: 100, owed: -0.4, revenue: -99.6 });
  await settings({ roundCashTo: 0 });
});

test('A payment by QR at the door is with the provider, and its reference counts at one stop', async () => {
  const first = await onItsWay('COD', { Ppaneer: 1 });
  const second = await onItsWay('COD', { Ppaneer: 1 });
  const qr = { cashCollected: 105, paidBy: 'QR', providerRef: 'upi-1' };
  expect(await arrive(first.deliveryId, { cashCollected: 105, paidBy: 'QR' })).toMatchObject({
    status: 422,
    errors: [{ pointer: '/providerRef' }],
  });
  expect(await arrive(first.deliveryId, { cashCollected: 105, providerRef: 'upi-1' })).toMatchObject({
    status: 422,
    errors: [{ pointer: '/providerRef' }],
  });
  const cashBefore = (await balance(dairy.courier.userId)).courierCash;
  const said = await Promise.all([arrive(first.deliveryId, qr), arrive(second.deliveryId, qr)]);
  expect(said.map(({ code }) => code ?? 'done').sort()).toEqual(['ALREADY_PAID', 'done']);
  const paid = said[0]?.code ? second : first;
  expect(await posted(paid.orderId)).toEqual({ provider: 105, ...earned(1) });
  expect((await balance(dairy.courier.userId)).courierCash).toBe(cashBefore);
});

test('A stop that delivers nothing, more than was ordered, or what was not ordered is refused and changes nothing', async () => {
  await topUp(400);
  const { orderId, deliveryId } = await onItsWay('WALLET', { Ppaneer: 2 });
  const refused = async (more: object, pointer: string) => {
    const said = await arrive(deliveryId, more);
    expect(said).toMatchObject({ status: 422, code: 'INVALID_INPUT' });
    expect(said.errors?.map((place) => place.pointer)).toEqual([pointer]);
  };
  await refused(left('Ppaneer', 0), '/items');
  await refused(left('Ppaneer', 3), '/items/0/delivered');
  await refused(left('P101', 1), '/items/0/productId');
  await refused(
    { items: [1, 1].map((delivered) => ({ productId: 'Ppaneer', delivered })) },
    '/items/1/productId',
  );
  await refused({ cashCollected: 10 }, '/cashCollected');
  const early = await dairy.move<Stop>(deliveryId, 'FAILED', {
    reason: 'NOBODY_HOME',
    ...left('Ppaneer', 1),
  });
  expect(early).toMatchObject({ status: 422, errors: [{ pointer: '/items' }] });
  expect(await dairy.orderRow(orderId)).toMatchObject({ status: 'DISPATCHED' });
  expect(await posted(orderId)).toEqual({});
});

test('A bottle’s deposit comes out of the balance and goes back into it with the empty', async () => {
  await topUp(500);
  const first = await onItsWay('WALLET', { Pbottle: 3 });
  await arrive(first.deliveryId);
  expect(await posted(first.orderId)).toEqual({ held: 180, revenue: -180, deposit: -60, wallet: 60 });
  expect(await wallet()).toMatchObject({ available: 260, deposits: 60 });
  const second = await onItsWay('WALLET', { Pbottle: 3 });
  const empties = [{ productId: 'Pbottle', count: 3 }];
  expect(await arrive(second.deliveryId, { ...left('Pbottle', 1), empties })).toMatchObject({
    bottles: [{ productId: 'Pbottle', left: 1, back: 3 }],
  });
  expect(await wallet()).toMatchObject({ available: 240, deposits: 20 });
});

test('With cash the deposit is due on top, and empties make less of it due', async () => {
  const first = await onItsWay('COD', { Pbottle: 2 });
  expect(await arrive(first.deliveryId)).toMatchObject({
    errors: [{ detail: 'is needed: 160 is due at the door' }],
  });
  await arrive(first.deliveryId, { cashCollected: 160 });
  expect(await posted(first.orderId)).toEqual({ courierCash: 160, revenue: -120, deposit: -40 });
  const second = await onItsWay('COD', { Pbottle: 1 });
  const empties = [{ productId: 'Pbottle', count: 2 }];
  await arrive(second.deliveryId, { cashCollected: 40, empties });
  expect(await dairy.orderRow(second.orderId)).toMatchObject({ payment: { status: 'SUCCESS' } });
  expect(await wallet()).toMatchObject({ available: 0, owed: 0, deposits: 20 });
});

test('A deposit that nothing covers is owed, and a dearer one never gives back more than was given', async () => {
  const card = await onItsWay('CARD', { Pbottle: 1 });
  await arrive(card.deliveryId);
  expect(await wallet()).toMatchObject({ available: 0, owed: 20, deposits: 20 });
  await staff('admin', 'updateProduct', { productId: 'Pbottle', deposit: 25.01 });
  const dearer = await onItsWay('CARD', { Pbottle: 1 });
  await arrive(dearer.deliveryId);
  expect(await wallet()).toMatchObject({ owed: 45.01, deposits: 45.01 });
  await topUp(100);
  for (const [deposits, available] of [
    [22.51, 77.49],
    [0, 100],
  ]) {
    const { deliveryId } = await onItsWay('CARD', { P101: 1 });
    await arrive(deliveryId, { empties: [{ productId: 'Pbottle', count: 1 }] });
    expect(await wallet()).toMatchObject({ owed: 0, deposits, available });
  }
  await staff('admin', 'updateProduct', { productId: 'Pbottle', deposit: 20 });
});

test('Nobody gives back more bottles than they have, also when two couriers count at once (I21)', async () => {
  await topUp(500);
  const first = await onItsWay('WALLET', { Pbottle: 2 });
  const empties = (n: number) => ({ empties: [{ productId: 'Pbottle', count: n }] });
  expect(await arrive(first.deliveryId, empties(1))).toMatchObject({
    status: 409,
    code: 'TOO_MANY_EMPTIES',
    errors: [{ pointer: '/empties/0/count', available: 0 }],
  });
  await arrive(first.deliveryId);
  const stops = [await onItsWay('WALLET', { P101: 1 }), await onItsWay('WALLET', { P101: 1 })];
  const said = await Promise.all(stops.map(({ deliveryId }) => arrive(deliveryId, empties(2))));
  expect(said.map(({ code }) => code ?? 'done').sort()).toEqual(['TOO_MANY_EMPTIES', 'done']);
  expect(await wallet()).toMatchObject({ available: 280, deposits: 0, deferred: 50 });
});

test('The same stop told twice at once, differently, happens once', async () => {
  await topUp(400);
  const { orderId, deliveryId } = await onItsWay('WALLET', { Ppaneer: 3 });
  const said = await Promise.all(
    [1, 2, 3].map((delivered) => arrive(deliveryId, left('Ppaneer', delivered))),
  );
  expect(said.filter(({ code }) => code === 'INVALID_TRANSITION')).toHaveLength(2);
  const delivered = said.findIndex(({ code }) => !code) + 1;
  expect(await posted(orderId)).toMatchObject({ held: 315, ...earned(delivered) });
  expect(await wallet()).toMatchObject({ available: 400 - 105 * delivered, deferred: 0 });
});

test('After all this the books are right', async () => {
  await dairy.settle();
  await runTimers(dairy);
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});
