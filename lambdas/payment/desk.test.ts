import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { signWebhook } from '#adapters/local/payments.ts';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { httpEvent, httpResult, publishedOf } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { type Account, Ledger } from './models/Ledger.ts';
import { Payments } from './models/Payment.ts';

interface Said extends Refusal {
  paymentId: string;
  movementId: string;
  available: number;
  owed: number;
  expected: number;
  difference: number;
}

let dairy: TestDairy;
let household: Actor;
let count = 0;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());
beforeEach(async () => {
  household = await dairy.addHousehold(`Udesk${++count}`);
});

const say = <A = Said>(name: string, payload: object = {}, actor = household) =>
  dairy.call<A>('payment', name, payload, actor);
const desk = <A = Said>(name: string, payload: object = {}) => say<A>(name, payload, dairy.admin);
const topUp = (amount: number, more: object = {}, actor = household) =>
  say('topUpWallet', { amount, paymentMethod: 'UPI', ...more }, actor);
const wallet = () => say('viewWallet');

/** The whole ledger's sum of each account, in major units. */
async function booksNow(): Promise<Map<Account, number>> {
  const sums = new Map<Account, number>();
  for await (const { lines } of dairy.world.store.scan(Ledger))
    for (const { account, amount } of lines) sums.set(account, (sums.get(account) ?? 0) + amount);
  return sums;
}

/** What something changes in the accounts, in major units; accounts that stay are left out. */
async function moved(act: () => Promise<unknown>): Promise<Partial<Record<Account, number>>> {
  const before = await booksNow();
  await act();
  const after = await booksNow();
  const changes = [...after].map(([account, sum]) => [account, (sum - (before.get(account) ?? 0)) / 100]);
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}

/** The provider tells something, so many times at once; answers the statuses it gets. */
async function tell(type: 'dispute' | 'payout', data: object, times = 1): Promise<number[]> {
  const now = dairy.clock.now();
  const secret = createHmac('sha256', dairy.world.config.secret).update('sandbox').digest('hex');
  const rawBody = JSON.stringify({ id: `evt_${++count}`, createdAt: now.toISOString(), type, data });
  const headers = { 'sandbox-signature': signWebhook(secret, rawBody, now) };
  const event = httpEvent('POST', '/payment/webhook', { rawBody, headers });
  const answers = Array.from({ length: times }, () => dairy.handlerOf('payment')(event));
  return (await Promise.all(answers)).map((answer) => httpResult(answer).status);
}

const disputed = (paymentId: string, state: string, more: object = {}, times = 1) => {
  const data = { reference: paymentId, disputeRef: `dp_${paymentId}`, amountMinor: 10_000, feeMinor: 1_500 };
  return tell('dispute', { ...data, state, ...more }, times);
};

/** An order of 100.00 that was paid by card. */
async function paidOrder() {
  const order = await dairy.order({}, household);
  return { order, paymentId: (await dairy.pay(order, {}, household)).paymentId };
}

/** Cash of 100.00 due at a door, and what was counted there. */
async function cashAtDoor(cashCollected: number) {
  const order = await dairy.order({}, household);
  await dairy.pay(order, { paymentMethod: 'COD' }, household);
  const wish = { orderId: order.orderId, courierId: dairy.courier.userId };
  await dairy.call('delivery', 'assignDelivery', wish, dairy.admin);
  const { deliveryId = '' } = await dairy.orderRow(order.orderId);
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
  expect(await dairy.move(deliveryId, 'DELIVERED', { cashCollected })).toMatchObject({ status: 'DELIVERED' });
}

test('What the provider pays out is booked once, whether it tells five times or the desk enters it too', async () => {
  const payout = { reference: `po_${++count}`, amountMinor: 98_050, feeMinor: 1_950 };
  const change = await moved(async () => {
    expect(await tell('payout', payout, 5)).toEqual([200, 200, 200, 200, 200]);
    expect(await tell('payout', payout)).toEqual([200]);
    const entered = { payoutRef: payout.reference, amount: 980.5, fee: 19.5 };
    expect(await desk('enterPayout', entered)).toMatchObject({ amount: 980.5, fee: 19.5 });
  });
  expect(change).toEqual({ bank: 980.5, fees: 19.5, provider: -1000 });
  const other = { payoutRef: payout.reference, amount: 980.5, fee: 19 };
  expect(await desk('enterPayout', other)).toMatchObject({ status: 409, code: 'ID_TAKEN' });
  expect(await moved(() => tell('payout', { ...payout, feeMinor: 0 }))).toEqual({});
});

test('A payout that the desk enters first is not booked again when the provider tells of it', async () => {
  const change = await moved(async () => {
    await desk('enterPayout', { payoutRef: 'po_first', amount: 50, fee: 0 });
    await tell('payout', { reference: 'po_first', amountMinor: 5_000, feeMinor: 0 });
  });
  expect(change).toEqual({ bank: 50, provider: -50 });
});

test('A dispute of an order that is won gives back what was taken, with the fee that the provider keeps', async () => {
  const { paymentId } = await paidOrder();
  expect(await moved(() => disputed(paymentId, 'OPENED', {}, 3))).toEqual({
    dispute: 100,
    fees: 15,
    provider: -115,
  });
  expect(await moved(() => disputed(paymentId, 'OPENED'))).toEqual({});
  expect(await desk('listDisputes', { status: 'OPENED' })).toMatchObject([
    { paymentId, amount: 100, fee: 15 },
  ]);
  expect(await moved(() => disputed(paymentId, 'WON', { feeMinor: 0 }, 3))).toEqual({
    dispute: -100,
    fees: -15,
    provider: 115,
  });
  expect(await moved(() => disputed(paymentId, 'LOST'))).toEqual({});
  expect(await desk('listDisputes', { status: 'OPENED' })).toEqual([]);
  expect((await dairy.world.store.get(Payments, { paymentId }))?.disputed).toBe(0);
});

test('A dispute of an order that is lost is a loss, also when its end is heard of before its beginning', async () => {
  const { paymentId } = await paidOrder();
  expect(await moved(() => disputed(paymentId, 'LOST'))).toEqual({ losses: 100, fees: 15, provider: -115 });
  expect(await moved(() => disputed(paymentId, 'OPENED'))).toEqual({});
  expect(await moved(() => disputed(paymentId, 'WON'))).toEqual({});
  const about = (type: string) =>
    publishedOf(dairy.world, type).then((events) => events.filter((event) => event.paymentId === paymentId));
  expect(await about('DISPUTE_OPENED')).toHaveLength(1);
  expect(await about('DISPUTE_CLOSED')).toMatchObject([{ outcome: 'LOST', amountMinor: 10_000 }]);
});

test('An order that is cancelled after its money was lost to a dispute is not paid back once more', async () => {
  const { order, paymentId } = await paidOrder();
  await disputed(paymentId, 'LOST', { amountMinor: 6_000 });
  const cancelled = await moved(async () => {
    await dairy.call('order', 'cancelOrder', { orderId: order.orderId }, household);
    await dairy.settle();
  });
  expect(cancelled).toEqual({ held: 100, losses: -60, provider: -40 });
  const other = await paidOrder();
  await disputed(other.paymentId, 'LOST');
  const all = await moved(() =>
    dairy.call('order', 'cancelOrder', { orderId: other.order.orderId }, household),
  );
  expect(all).toEqual({ held: 100, losses: -100 });
  expect(await wallet()).toMatchObject({ available: 0, deferred: 0 });
});

test('A lost dispute of a top-up takes the prepaid balance down to nought, and the rest is owed', async () => {
  const { paymentId } = await topUp(100);
  await dairy.pay(
    await dairy.order({ cartItems: [{ productId: 'P101', qty: 1 }] }, household),
    { paymentMethod: 'WALLET' },
    household,
  );
  expect(await wallet()).toMatchObject({ available: 50, owed: 0 });
  const [opened, lost] = [
    await moved(() => disputed(paymentId, 'OPENED')),
    await moved(() => disputed(paymentId, 'LOST', {}, 2)),
  ];
  expect(opened).toEqual({ dispute: 100, fees: 15, provider: -115 });
  expect(lost).toEqual({ dispute: -100, wallet: 50, owed: 50 });
  expect(await wallet()).toMatchObject({ available: 0, owed: 50 });
  // What is paid in next clears the debt first.
  await topUp(70);
  expect(await wallet()).toMatchObject({ available: 20, owed: 0 });
});

test('What a bank has taken back is not paid back to the card once more', async () => {
  const { paymentId } = await topUp(100);
  await disputed(paymentId, 'OPENED', { amountMinor: 6_000 });
  const { refunds } = await say<{ refunds: { to: string; amount: number }[] }>('withdrawFromWallet', {
    amount: 100,
  });
  expect(refunds.map(({ to, amount }) => [to, amount])).toEqual([
    ['SOURCE', 40],
    ['BANK', 60],
  ]);
});

test('A dispute of a payment that nobody knows is refused, so that the provider tells it again', async () => {
  expect(await disputed('PAYnone', 'OPENED')).toEqual([404]);
});

test('Staff are told of a dispute, the household is not', async () => {
  const { paymentId } = await paidOrder();
  await dairy.call(
    'admin',
    'addUser',
    { name: 'Desk', email: 'desk@dairy.example', password: 'desk-2027', role: 'admin' },
    dairy.admin,
  );
  await disputed(paymentId, 'OPENED');
  await dairy.settle();
  const inbox = await dairy.call<{ type: string; userId: string; subject: string }[]>(
    'notification',
    'viewInbox',
    {},
    dairy.admin,
  );
  const about = inbox.filter(({ type, subject }) => type === 'DISPUTE' && subject.includes(paymentId));
  expect(about.map(({ subject }) => subject)).toEqual([`Disputed: ₹100.00 of payment ${paymentId}`]);
  expect(about[0]?.userId).not.toBe(household.userId);
});

test('A courier hands over what the doors gave: exact, short and too much', async () => {
  const handOver = (counted: number) => desk('handOverCash', { courierId: dairy.courier.userId, counted });
  const held = async () =>
    (await desk<{ courierId: string; expected: number }[]>('viewCash')).find(
      ({ courierId }) => courierId === dairy.courier.userId,
    )?.expected;
  const handing = async (cash: number, counted: number) => {
    await cashAtDoor(cash);
    expect(await held()).toBe(cash);
    const change = await moved(() => handOver(counted));
    expect(await held()).toBe(0);
    return change;
  };
  expect(await handing(100, 100)).toEqual({ deskCash: 100, courierCash: -100 });
  expect(await handing(90, 85)).toEqual({ deskCash: 85, cashDiff: 5, courierCash: -90 });
  expect(await handing(110, 112.5)).toEqual({ deskCash: 112.5, cashDiff: -2.5, courierCash: -110 });
  expect(await handing(100, 0)).toEqual({ cashDiff: 100, courierCash: -100 });
  expect(await handOver(100)).toMatchObject({ status: 409, code: 'NO_CASH_HELD' });
  expect(await desk('handOverCash', { courierId: 'Unobody', counted: 1 })).toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await moved(() => desk('bankCash', { amount: 200 }))).toEqual({ bank: 200, deskCash: -200 });
});

test('Cash of who is no courier any more is still listed, until it is handed over', async () => {
  const held = async (courierId: string) =>
    (await desk<{ courierId: string; active: boolean; expected: number }[]>('viewCash', { limit: 100 }))
      .filter((row) => row.courierId === courierId)
      .map(({ active, expected }) => [active, expected]);
  const become = (userId: string, role: string) =>
    dairy.call<Refusal>('admin', 'updateUser', { userId, role }, dairy.admin);
  const usual = dairy.courier;
  for (const role of ['customer', 'admin']) {
    dairy.courier = await dairy.addCourier(`leaving-${role}`);
    const { userId } = dairy.courier;
    await cashAtDoor(100);
    await become(userId, role);
    expect([role, await held(userId)]).toEqual([role, [[false, 100]]]);
    await desk('handOverCash', { courierId: userId, counted: 100 });
    expect(await held(userId)).toEqual([]);
    await become(userId, 'courier');
    expect(await held(userId)).toEqual([[true, 0]]);
  }
  dairy.courier = usual;
  const first = await desk<{ courierId: string }[]>('viewCash', { limit: 1 });
  expect(first).toHaveLength(1);
});

test('Of two hand-overs of the same cash at once one counts', async () => {
  await cashAtDoor(100);
  const change = await moved(async () => {
    const said = await Promise.all(
      [1, 2, 3].map(() => desk('handOverCash', { courierId: dairy.courier.userId, counted: 100 })),
    );
    expect(said.filter(({ code }) => code === 'NO_CASH_HELD')).toHaveLength(2);
  });
  expect(change).toEqual({ deskCash: 100, courierCash: -100 });
});

test('A debt is given up in parts, never below nought, and a top-up pays what is left of it', async () => {
  await cashAtDoor(0);
  expect(await wallet()).toMatchObject({ owed: 100 });
  const writeOff = (amount: number) =>
    desk('writeOffDebt', { userId: household.userId, amount, reason: 'Moved away' });
  expect(await moved(() => writeOff(30))).toEqual({ losses: 30, owed: -30 });
  expect(await writeOff(70.01)).toMatchObject({ status: 409, code: 'EXCEEDS_DEBT', owed: 70 });
  expect(await moved(() => topUp(100))).toEqual({ provider: 100, owed: -70, wallet: -30 });
  expect(await writeOff(0.01)).toMatchObject({ code: 'EXCEEDS_DEBT', owed: 0 });
});

test('Two parts of a debt that are given up at once are both given up, or the second is told what is left', async () => {
  await cashAtDoor(40);
  const give = () => desk('writeOffDebt', { userId: household.userId, amount: 40, reason: 'Twice' });
  const change = await moved(async () => {
    const said = await Promise.all([give(), give()]);
    expect(said.filter(({ code }) => code === 'EXCEEDS_DEBT')).toHaveLength(1);
  });
  expect(change).toEqual({ losses: 40, owed: -40 });
});

test('After all this the books are right', async () => {
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: false })).toEqual([]);
});
