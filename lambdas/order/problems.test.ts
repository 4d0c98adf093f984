import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { request, tokenOf } from '#lambdas/admin/testing.ts';
import { Ledger } from '#lambdas/payment/models/Ledger.ts';
import { runTimers } from '#runtime/chaos.ts';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import type { Actor } from '#shared/ports/ports.ts';

interface Said extends Refusal {
  problemId: string;
  credited: number;
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
  household = await dairy.addHousehold(`Uprob${++count}`);
});

const staff = <A = Said>(lambda: string, name: string, payload: object) =>
  dairy.call<A>(lambda, name, payload, dairy.admin);
const wallet = () => dairy.call<Record<string, number>>('payment', 'viewWallet', {}, household);
const topUp = (amount: number) =>
  staff('payment', 'topUpWallet', { userId: household.userId, amount, paymentMethod: 'CASH' });

/** An order of some paneer at the door, paid so. */
async function atTheDoor(paymentMethod: string, qty: number, said: object = {}, productId = 'Ppaneer') {
  const order = await dairy.order({ cartItems: [{ productId, qty }] }, household);
  await dairy.pay(order, { paymentMethod }, household);
  const wish = { orderId: order.orderId, courierId: dairy.courier.userId };
  const { deliveryId } = await staff<{ deliveryId: string }>('delivery', 'assignDelivery', wish);
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
  expect(await dairy.move(deliveryId, 'DELIVERED', said)).toMatchObject({ status: 'DELIVERED' });
  return order.orderId;
}

const report = (orderId: string, more: object = {}, actor = household) =>
  dairy.call<Said>(
    'order',
    'reportProblem',
    { orderId, productId: 'Ppaneer', kind: 'SPOILT', ...more },
    actor,
  );
const decide = (problemId: string, decision: string, more: object = {}) =>
  staff('order', 'decideProblem', { problemId, decision, ...more });
async function posted(problemId: string) {
  const movement = await dairy.world.store.get(Ledger, { movementId: `${problemId}#CREDIT` });
  return Object.fromEntries(
    (movement?.lines ?? []).map(({ account, party, amount }) => [
      account === 'tax' ? `tax ${party}` : account,
      amount / 100,
    ]),
  );
}
const back = { revenue: 100, 'tax CGST 2.5%': 2.5, 'tax SGST 2.5%': 2.5 };

test('A small problem is credited at once into the balance, however the order was paid', async () => {
  await topUp(105);
  const paid = await atTheDoor('WALLET', 1);
  const said = await report(paid, { note: 'Smelled sour' });
  expect(said).toMatchObject({ status: 'CREDITED', qty: 1, amount: 105, credited: 105 });
  expect(await posted(said.problemId)).toEqual({ ...back, wallet: -105 });
  expect(await wallet()).toMatchObject({ available: 105, owed: 0 });
  const cash = await atTheDoor('COD', 1, { cashCollected: 105 });
  expect(await posted((await report(cash)).problemId)).toEqual({ ...back, wallet: -105 });
  const card = await atTheDoor('CARD', 1);
  expect(await posted((await report(card)).problemId)).toEqual({ ...back, wallet: -105 });
  expect(await wallet()).toMatchObject({ available: 315 });
});

test('What a household owes is cleared first: an order on account, or one whose cash was not there', async () => {
  const unpaid = await atTheDoor('COD', 1, { cashCollected: 0 });
  expect(await posted((await report(unpaid)).problemId)).toEqual({ ...back, owed: -105 });
  await staff('payment', 'grantAccount', { userId: household.userId, creditLimit: 500 });
  const account = await atTheDoor('ACCOUNT', 2);
  expect(await wallet()).toMatchObject({ owed: 210 });
  expect(await posted((await report(account, { qty: 1 })).problemId)).toEqual({ ...back, owed: -105 });
  expect(await wallet()).toMatchObject({ owed: 105, available: 0 });
});

test('Only what came can be reported, each piece once, by its own household, for a few days', async () => {
  const orderId = await atTheDoor('CARD', 3, { items: [{ productId: 'Ppaneer', delivered: 2 }] });
  const stranger = await dairy.addHousehold(`Ustranger${count}`);
  expect(await report(orderId, {}, stranger)).toMatchObject({ status: 404 });
  expect(await report(orderId, { productId: 'P101' })).toMatchObject({
    status: 422,
    errors: [{ pointer: '/productId' }],
  });
  expect(await report(orderId, { qty: 3 })).toMatchObject({ status: 422, errors: [{ available: 2 }] });
  expect(await report(orderId, { qty: 1 })).toMatchObject({ status: 'CREDITED', credited: 105 });
  expect(await report(orderId, { qty: 1 })).toMatchObject({ status: 409, code: 'ALREADY_REPORTED' });
  expect(await report(orderId, { kind: 'BROKEN' })).toMatchObject({ qty: 1, status: 'CREDITED' });
  expect(await report(orderId, { kind: 'OTHER' })).toMatchObject({ status: 409, code: 'ALREADY_REPORTED' });
  const open = await dairy.order({ cartItems: [{ productId: 'Ppaneer', qty: 1 }] }, household);
  expect(await report(open.orderId)).toMatchObject({ status: 409, code: 'INVALID_TRANSITION' });
  const now = dairy.clock.now().toISOString();
  const late = await atTheDoor('CARD', 1);
  dairy.clock.advance(3 * 86_400);
  expect(await report(late)).toMatchObject({ code: 'REPORT_TOO_LATE', lastDay: '2027-01-06' });
  dairy.clock.set(now);
});

test('A large problem waits for the desk, which credits some of it, once', async () => {
  const orderId = await atTheDoor('CARD', 3);
  const { problemId, status } = await report(orderId);
  expect(status).toBe('OPEN');
  expect(await wallet()).toMatchObject({ available: 0 });
  const waiting = await staff<Said[]>('order', 'listProblems', {});
  expect(waiting.map((problem) => problem.problemId)).toContain(problemId);
  expect(await decide(problemId, 'CREDIT', { amount: 315.01 })).toMatchObject({
    code: 'REFUND_EXCEEDS_PAYMENT',
    refundable: 315,
  });
  const said = await Promise.all([
    decide(problemId, 'CREDIT', { amount: 105 }),
    decide(problemId, 'CREDIT', { amount: 105 }),
  ]);
  expect(said.map(({ code }) => code ?? 'done').sort()).toEqual(['INVALID_TRANSITION', 'done']);
  expect(await posted(problemId)).toEqual({ ...back, wallet: -105 });
  expect(await staff<Said[]>('order', 'listProblems', {})).toEqual([]);
  // What was credited is not refunded once more.
  const refund = { orderId, amount: 210.01, reason: 'all of it' };
  expect(await staff('payment', 'refundPayment', refund)).toMatchObject({ refundable: 210 });
  expect(await staff('payment', 'refundPayment', { ...refund, amount: 210 })).toMatchObject({ amount: 210 });
});

test('A refused problem gives nothing, and its pieces can be reported as something else', async () => {
  const orderId = await atTheDoor('CARD', 3);
  const { problemId } = await report(orderId);
  expect(await decide(problemId, 'REFUSE')).toMatchObject({ status: 'REFUSED', credited: 0 });
  expect(await decide(problemId, 'CREDIT')).toMatchObject({ code: 'INVALID_TRANSITION' });
  expect(await report(orderId)).toMatchObject({ code: 'ALREADY_REPORTED' });
  expect(await report(orderId, { kind: 'MISSING', qty: 1 })).toMatchObject({ status: 'CREDITED' });
});

test('A household sees what it reported with what came of it, page by page, and nobody else’s', async () => {
  const list = (input: object = {}, actor = household) =>
    dairy.call<Said[]>('order', 'listProblems', input, actor);
  expect(await list()).toEqual([]);
  const small = await report(await atTheDoor('CARD', 1));
  dairy.clock.advance(1);
  const large = await report(await atTheDoor('CARD', 3), { note: 'All of them' });
  dairy.clock.advance(1);
  const refused = await report(await atTheDoor('CARD', 4));
  await decide(refused.problemId, 'REFUSE');
  const all = [
    { problemId: refused.problemId, status: 'REFUSED', amount: 420, credited: 0 },
    { problemId: large.problemId, status: 'OPEN', amount: 315, credited: 0, note: 'All of them' },
    { problemId: small.problemId, status: 'CREDITED', amount: 105, credited: 105 },
  ];
  expect(await list()).toMatchObject(all);
  expect(await list({ userId: household.userId }, dairy.admin)).toMatchObject(all);
  expect(await list({ limit: 1 })).toMatchObject(all.slice(0, 1));
  const stranger = await dairy.addHousehold(`Uother${count}`);
  expect(await list({}, stranger)).toEqual([]);
  expect(await list({ userId: household.userId }, stranger)).toMatchObject({ code: 'FOREIGN_USER' });
  expect(await list({}, dairy.courier)).toMatchObject({ code: 'FORBIDDEN' });
  await decide(large.problemId, 'REFUSE');
});

test('The desk’s list goes on where it stopped, also when what was shown is decided meanwhile', async () => {
  const reported: string[] = [];
  for (let i = 0; i < 3; i++) {
    reported.push((await report(await atTheDoor('CARD', 3))).problemId);
    dairy.clock.advance(1);
  }
  const token = await tokenOf(dairy, dairy.admin);
  const page = async (query: Record<string, string>) => {
    const { text, headers } = await request(dairy, 'order', ['GET', '/order/problems'], { token, query });
    const next = /cursor=([^>&]+)/.exec(headers.link ?? '')?.[1];
    return { ids: (JSON.parse(text) as Said[]).map(({ problemId }) => problemId), next };
  };
  const first = await page({ limit: '2' });
  expect(first.ids).toEqual(reported.slice(0, 2));
  for (const problemId of first.ids) await decide(problemId, 'REFUSE');
  expect(await page({ limit: '2', cursor: first.next ?? '' })).toEqual({ ids: reported.slice(2) });
  expect(await staff('order', 'listProblems', { cursor: 'bm9uc2Vuc2U' })).toMatchObject({
    code: 'INVALID_CURSOR',
  });
  await decide(reported[2] ?? '', 'REFUSE');
});

test('A month has so much of instant credit, also when it is asked for at once', async () => {
  const orders: string[] = [];
  for (let i = 0; i < 6; i++) orders.push(await atTheDoor('CARD', 1));
  const said = await Promise.all(orders.map((orderId) => report(orderId)));
  expect(said.filter(({ status }) => String(status) === 'CREDITED')).toHaveLength(4);
  expect(said.filter(({ status }) => String(status) === 'OPEN')).toHaveLength(2);
  expect(await wallet()).toMatchObject({ available: 420 });
});

test('The same tap several times at once is one report', async () => {
  const orderId = await atTheDoor('CARD', 1);
  const said = await Promise.all([1, 2, 3].map(() => report(orderId)));
  expect(said.map(({ code }) => code ?? 'done').sort()).toEqual([
    'ALREADY_REPORTED',
    'ALREADY_REPORTED',
    'done',
  ]);
  expect(await wallet()).toMatchObject({ available: 105 });
});

test('A lost bottle’s deposit is the dairy’s, with the tax that the settings say', async () => {
  await staff('admin', 'updateSettings', { bottleTax: { GST: 1_800 } });
  await topUp(500);
  await atTheDoor('WALLET', 3, {}, 'Pbottle');
  const lose = (n: number) =>
    staff('payment', 'loseBottles', { userId: household.userId, productId: 'Pbottle', count: n });
  expect(await lose(4)).toMatchObject({ status: 409, code: 'TOO_MANY_EMPTIES' });
  expect(await lose(2)).toMatchObject({ amount: 40, left: 1 });
  const lines = await dairy.call<{ kind: string; lines: object[] }[]>('payment', 'viewLedger', {}, household);
  // 40 with 18 %: 40 × 18 ÷ 118 = 6.1016…
  expect(lines.find(({ kind }) => kind === 'BOTTLES_LOST')?.lines).toEqual([
    { account: 'deposit', amount: 40 },
    { account: 'bottleIncome', amount: -33.9 },
    { account: 'tax', tax: 'GST 18%', amount: -6.1 },
  ]);
  expect(await wallet()).toMatchObject({ deposits: 20, available: 260 });
});

test('After all this the books are right', async () => {
  await dairy.settle();
  await runTimers(dairy);
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});
