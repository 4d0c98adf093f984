import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Ledger } from '#lambdas/payment/models/Ledger.ts';
import { Products } from '#lambdas/product/models/Product.ts';
import { runTimers } from '#runtime/chaos.ts';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import type { Actor } from '#shared/ports/ports.ts';

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
  household = await dairy.addHousehold(`Ufix${++count}`);
});

const staff = <A = Refusal>(lambda: string, name: string, payload: object) =>
  dairy.call<A>(lambda, name, payload, dairy.admin);
const wallet = () => dairy.call<Record<string, number>>('payment', 'viewWallet', {}, household);
const topUp = (amount: number) =>
  staff('payment', 'topUpWallet', { userId: household.userId, amount, paymentMethod: 'CASH' });

async function atTheDoor(paymentMethod: string, lines: Record<string, number>, said: object = {}) {
  const cartItems = Object.entries(lines).map(([productId, qty]) => ({ productId, qty }));
  const { orderId, amount } = await dairy.order({ cartItems }, household);
  await dairy.pay({ ...(await dairy.orderRow(orderId)), amount }, { paymentMethod }, household);
  const wish = { orderId, courierId: dairy.courier.userId };
  const { deliveryId } = await staff<{ deliveryId: string }>('delivery', 'assignDelivery', wish);
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
  expect(await dairy.move(deliveryId, 'DELIVERED', said)).toMatchObject({ status: 'DELIVERED' });
  return { orderId, deliveryId };
}

const correct = (deliveryId: string, more: object, actor = dairy.admin) =>
  dairy.call<Refusal>('delivery', 'correctStop', { deliveryId, reason: 'mistyped', ...more }, actor);
const came = (productId: string, delivered: number) => ({ items: [{ productId, delivered }] });
const stock = async () => (await dairy.world.store.get(Products, { productId: 'Ppaneer' }))?.stock ?? 0;

/** A movement's sums by account, major units, without those that come to nothing. */
async function sumsOf(movementId: string) {
  const movement = await dairy.world.store.get(Ledger, { movementId });
  const sums = new Map<string, number>();
  for (const { account, party, amount } of movement?.lines ?? []) {
    const name = account === 'tax' ? `tax ${party}` : account;
    sums.set(name, (sums.get(name) ?? 0) + amount);
  }
  return Object.fromEntries(
    [...sums].filter(([, amount]) => amount !== 0).map(([name, amount]) => [name, amount / 100]),
  );
}
const earned = (packs: number) => ({
  revenue: -100 * packs,
  'tax CGST 2.5%': -2.5 * packs,
  'tax SGST 2.5%': -2.5 * packs,
});

test('A stop that was told too full is charged less, and told too short is charged more, again and again', async () => {
  await topUp(400);
  const { orderId, deliveryId } = await atTheDoor('WALLET', { Ppaneer: 3 });
  const whole = await stock();
  expect(await wallet()).toMatchObject({ available: 85 });
  expect(await correct(deliveryId, came('Ppaneer', 1))).toMatchObject({ status: 'DELIVERED' });
  expect(await sumsOf(`${orderId}#CORRECTED#5`)).toEqual({ ...earned(-2), wallet: -210 });
  expect(await wallet()).toMatchObject({ available: 295, owed: 0 });
  expect(await stock()).toBe(whole + 2);
  expect(await correct(deliveryId, came('Ppaneer', 2))).toMatchObject({ status: 'DELIVERED' });
  expect(await sumsOf(`${orderId}#CORRECTED#6`)).toEqual({ ...earned(1), wallet: 105 });
  expect(await wallet()).toMatchObject({ available: 190, owed: 0 });
  expect(await stock()).toBe(whole + 1);
  expect(await dairy.orderRow(orderId)).toMatchObject({ charged: 21_000, items: [{ qty: 3, delivered: 2 }] });
  await dairy.settle();
  expect(await dairy.call('order', 'viewInvoice', { orderId }, household)).toMatchObject({
    kind: 'INVOICE',
    charged: 210,
  });
});

test('What the balance lacks of a correction is owed', async () => {
  await topUp(315);
  const { orderId, deliveryId } = await atTheDoor('WALLET', { Ppaneer: 3 }, came('Ppaneer', 1));
  await dairy.call('payment', 'withdrawFromWallet', { amount: 200 }, household);
  await correct(deliveryId, came('Ppaneer', 3));
  expect(await sumsOf(`${orderId}#CORRECTED#5`)).toEqual({ ...earned(2), wallet: 10, owed: 200 });
  expect(await wallet()).toMatchObject({ available: 0, owed: 200 });
});

test('What went back to a card stays there, and what more did not come goes there too', async () => {
  const { orderId, deliveryId } = await atTheDoor('CARD', { Ppaneer: 3 }, came('Ppaneer', 2));
  await correct(deliveryId, came('Ppaneer', 1));
  expect(await sumsOf(`${orderId}#CORRECTED#5`)).toEqual({ ...earned(-1), transit: -105 });
  await correct(deliveryId, came('Ppaneer', 3));
  expect(await sumsOf(`${orderId}#CORRECTED#6`)).toEqual({ ...earned(2), owed: 210 });
  await correct(deliveryId, came('Ppaneer', 2));
  expect(await wallet()).toMatchObject({ owed: 105, available: 0 });
});

test('Cash that was counted wrong is the courier’s and the household’s again', async () => {
  const { orderId, deliveryId } = await atTheDoor('COD', { Ppaneer: 2 }, { cashCollected: 110 });
  expect(await wallet()).toMatchObject({ owed: 100 });
  await correct(deliveryId, { cashCollected: 210 });
  expect(await sumsOf(`${orderId}#CORRECTED#5`)).toEqual({ courierCash: 100, owed: -100 });
  await correct(deliveryId, { ...came('Ppaneer', 1), cashCollected: 200 });
  expect(await sumsOf(`${orderId}#CORRECTED#6`)).toEqual({ ...earned(-1), courierCash: -10, wallet: -95 });
});

test('On account the debt follows', async () => {
  await staff('payment', 'grantAccount', { userId: household.userId, creditLimit: 500 });
  const { orderId, deliveryId } = await atTheDoor('ACCOUNT', { Ppaneer: 3 });
  await correct(deliveryId, came('Ppaneer', 1));
  expect(await sumsOf(`${orderId}#CORRECTED#5`)).toEqual({ ...earned(-2), owed: -210 });
  expect(await wallet()).toMatchObject({ owed: 105 });
});

test('Bottles that were counted wrong are counted anew, never below none (I21)', async () => {
  await topUp(500);
  const first = await atTheDoor('WALLET', { Pbottle: 3 });
  const empties = (n: number) => ({ empties: [{ productId: 'Pbottle', count: n }] });
  const second = await atTheDoor('WALLET', { P101: 1 }, empties(2));
  expect(await wallet()).toMatchObject({ available: 250, deposits: 20 });
  await correct(second.deliveryId, empties(1));
  expect(await wallet()).toMatchObject({ available: 230, deposits: 40 });
  await correct(second.deliveryId, empties(3));
  expect(await wallet()).toMatchObject({ available: 270, deposits: 0 });
  expect(await correct(second.deliveryId, empties(4))).toMatchObject({ code: 'TOO_MANY_EMPTIES' });
  expect(await correct(first.deliveryId, came('Pbottle', 2))).toMatchObject({ code: 'TOO_MANY_EMPTIES' });
});

test('Only the desk corrects, only what has a result, and nothing that was credited is taken away', async () => {
  const order = await dairy.order({ cartItems: [{ productId: 'Ppaneer', qty: 1 }] }, household);
  await dairy.pay(order, {}, household);
  const wish = { orderId: order.orderId, courierId: dairy.courier.userId };
  const open = await staff<{ deliveryId: string }>('delivery', 'assignDelivery', wish);
  expect(await correct(open.deliveryId, came('Ppaneer', 1))).toMatchObject({ code: 'INVALID_TRANSITION' });
  const { orderId, deliveryId } = await atTheDoor('CARD', { Ppaneer: 2 });
  expect(await correct(deliveryId, came('Ppaneer', 1), dairy.courier)).toMatchObject({ status: 403 });
  expect(await correct('Dnone', {})).toMatchObject({ status: 404 });
  expect(await correct(deliveryId, came('Ppaneer', 0))).toMatchObject({ status: 422 });
  expect(await correct(deliveryId, { cashCollected: 5 })).toMatchObject({ status: 422 });
  const problem = { orderId, productId: 'Ppaneer', kind: 'SPOILT' };
  await dairy.call('order', 'reportProblem', { ...problem, qty: 1 }, household);
  await dairy.call('order', 'reportProblem', { ...problem, kind: 'BROKEN' }, household);
  expect(await correct(deliveryId, came('Ppaneer', 1))).toMatchObject({ code: 'REFUND_EXCEEDS_PAYMENT' });
});

test('The courier’s word and two corrections at once leave one of them true', async () => {
  await topUp(400);
  const { orderId, deliveryId } = await atTheDoor('WALLET', { Ppaneer: 3 });
  const said = await Promise.all([
    correct(deliveryId, came('Ppaneer', 1)),
    correct(deliveryId, came('Ppaneer', 2)),
    dairy.move<Refusal>(deliveryId, 'DELIVERED', came('Ppaneer', 3)),
  ]);
  expect(said.map(({ code }) => code ?? 'done')).toEqual(['done', 'done', 'INVALID_TRANSITION']);
  const { charged = 0, corrections = [] } = await dairy.orderRow(orderId);
  expect(corrections).toHaveLength(2);
  expect(await wallet()).toMatchObject({ available: 400 - charged / 100, owed: 0, deferred: 0 });
});

test('After all this the books are right', async () => {
  await dairy.settle();
  await runTimers(dairy);
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});
