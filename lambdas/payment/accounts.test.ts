import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { publishedOf, timerEvent } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { Balances } from './models/Ledger.ts';
import { periodEnd } from './rules/billing.ts';

interface Said extends Refusal {
  paymentId: string;
  creditLimit: number;
  owed: number;
}
interface Bill {
  billId: string;
  from: string;
  to: string;
  amount: number;
  left: number;
  dueDay: string;
  status: string;
}

let dairy: TestDairy;
let household: Actor;
let count = 0;
beforeAll(async () => {
  dairy = await testDairy();
  await dairy.call('admin', 'restockProduct', { productId: 'P101', qty: 900 }, dairy.admin);
});
afterAll(() => dairy?.close());
beforeEach(async () => {
  household = await dairy.addHousehold(`Uacc${++count}`);
});

const say = <A = Said>(name: string, payload: object = {}, actor = household) =>
  dairy.call<A>('payment', name, payload, actor);
const grant = (creditLimit: number | null, more: object = {}) =>
  say('grantAccount', { userId: household.userId, creditLimit, ...more }, dairy.admin);
const bills = () => say<Bill[]>('listBills');
const pay = (amount: number) => say('topUpWallet', { amount, paymentMethod: 'UPI' });
const bill = () => dairy.handlerOf('payment')(timerEvent('billAccounts'));

/** Moves the clock to an instant, not past the timer. */
function until(at: string) {
  dairy.clock.advance((Date.parse(at) - dairy.clock.now().getTime()) / 1000);
}

/** The slot MORNING of the day after tomorrow. */
function soon(): string {
  const day = new Date(dairy.clock.now().getTime() + 2 * 86_400_000).toISOString().slice(0, 10);
  return `${day}T02:30:00.000Z`;
}

const orderOf = (amount: number) =>
  dairy.order({ cartItems: [{ productId: 'P101', qty: amount / 50 }], deliverySlot: soon() }, household);
const onAccount = async (amount: number) => {
  const order = await orderOf(amount);
  return { order, said: await dairy.pay<Said>(order, { paymentMethod: 'ACCOUNT' }, household) };
};

/** The household gets goods and pays nothing at the door. */
async function owe(amount: number) {
  const order = await orderOf(amount);
  await dairy.pay(order, { paymentMethod: 'COD' }, household);
  const wish = { orderId: order.orderId, courierId: dairy.courier.userId };
  await dairy.call('delivery', 'assignDelivery', wish, dairy.admin);
  const { deliveryId = '' } = await dairy.orderRow(order.orderId);
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
  expect(await dairy.move(deliveryId, 'DELIVERED', { cashCollected: 0 })).toMatchObject({
    status: 'DELIVERED',
  });
}

test('An order goes on account where staff granted a limit, and not where they did not or took it back', async () => {
  expect((await onAccount(100)).said).toMatchObject({ status: 422, code: 'METHOD_UNAVAILABLE' });
  expect(await grant(500)).toMatchObject({ creditLimit: 500, billing: 'MONTHLY', dueDays: 14 });
  const { order, said } = await onAccount(100);
  expect(said).toMatchObject({ status: 'PENDING' });
  expect(await dairy.orderRow(order.orderId)).toMatchObject({
    status: 'CONFIRMED',
    payment: { paymentMethod: 'ACCOUNT', status: 'PENDING' },
  });
  expect(await dairy.pay(order, { paymentMethod: 'ACCOUNT' }, household)).toMatchObject({
    code: 'PAYMENT_PENDING',
  });
  expect(await grant(null)).toMatchObject({ creditLimit: null });
  expect((await onAccount(100)).said).toMatchObject({ code: 'METHOD_UNAVAILABLE' });
});

test('The limit counts what is owed and what is still to come; a cancelled order, or one paid otherwise, makes room', async () => {
  await grant(300);
  await owe(100);
  const first = await onAccount(150);
  expect(first.said).toMatchObject({ status: 'PENDING' });
  expect((await onAccount(100)).said).toMatchObject({
    status: 409,
    code: 'CREDIT_LIMIT',
    available: 50,
    needed: 100,
  });
  expect((await onAccount(50)).said).toMatchObject({ status: 'PENDING' });
  await dairy.call('order', 'cancelOrder', { orderId: first.order.orderId }, household);
  const again = await onAccount(150);
  expect(again.said).toMatchObject({ status: 'PENDING' });
  expect(await dairy.pay(again.order, {}, household)).toMatchObject({ status: 'SUCCESS' });
  expect((await onAccount(150)).said).toMatchObject({ status: 'PENDING' });
  expect((await onAccount(50)).said).toMatchObject({ code: 'CREDIT_LIMIT' });
});

test('Of four orders at once that the limit has room for one of, one goes on account', async () => {
  await grant(100);
  const orders = [];
  for (let i = 0; i < 4; i++) orders.push(await orderOf(100));
  const said = await Promise.all(
    orders.map((order) => dairy.pay<Said>(order, { paymentMethod: 'ACCOUNT' }, household)),
  );
  expect(said.filter(({ code }) => code === 'CREDIT_LIMIT')).toHaveLength(3);
  const row = await dairy.world.store.get(Balances, { balanceId: household.userId });
  expect(row?.onAccount).toBe(10_000);
});

test('Only staff grant accounts, and nobody sees the bills of others', async () => {
  expect(await say('grantAccount', { userId: household.userId, creditLimit: 5 })).toMatchObject({
    status: 403,
  });
  expect(await say('listBills', { userId: 'U101' })).toMatchObject({ code: 'FOREIGN_USER' });
  expect(await say('grantAccount', { userId: 'Unobody', creditLimit: 5 }, dairy.admin)).toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('A standing order on account needs a limit, and then every day goes on account', async () => {
  const subscribe = () =>
    dairy.call<Refusal & { subscriptionId: string }>(
      'order',
      'subscribeOrder',
      {
        items: [{ productId: 'P101', qty: 2 }],
        schedule: { type: 'DAILY' },
        startDate: soon().slice(0, 10),
        slot: 'MORNING',
        paymentMethod: 'ACCOUNT',
      },
      household,
    );
  expect(await subscribe()).toMatchObject({ code: 'METHOD_UNAVAILABLE' });
  await grant(150);
  const { subscriptionId } = await subscribe();
  expect(subscriptionId).toBeDefined();
  // The run of each day begins at 22:00 in Kolkata the evening before.
  until(`${dairy.clock.now().toISOString().slice(0, 10)}T16:31:00.000Z`);
  for (let i = 0; i < 3; i++) {
    await dairy.handlerOf('order')(timerEvent('runOrders'));
    dairy.clock.advance(86_400);
  }
  const orders = await dairy.call<{ orderId: string; paymentMethod: string }[]>(
    'order',
    'listOrders',
    {},
    household,
  );
  // One order of 100.00 fits the limit of 150.00 while it is not paid; the next does not.
  expect(orders.map(({ paymentMethod }) => paymentMethod)).toEqual(['ACCOUNT']);
  const short = (await publishedOf(dairy.world, 'SUBSCRIPTION_DAY_SHORT')).filter(
    (e) => e.subscriptionId === subscriptionId,
  );
  expect(short.length).toBeGreaterThan(0);
  expect(new Set(short.map(({ reason }) => reason))).toEqual(new Set(['CREDIT_LIMIT']));
});

test('A week is billed at its end in the dairy’s zone, is paid by a top-up, and falls overdue when it is not', async () => {
  until('2027-02-01T05:00:00.000Z'); // a Monday
  await grant(5_000, { billing: 'WEEKLY', dueDays: 3 });
  await owe(200);
  until('2027-02-05T05:00:00.000Z');
  await owe(150);
  await pay(50);
  until('2027-02-07T18:29:00.000Z'); // Sunday, 23:59 in Kolkata
  await bill();
  expect(await bills()).toEqual([]);
  until('2027-02-07T18:30:00.000Z');
  await bill();
  await bill();
  const week = { from: '2027-02-01', to: '2027-02-07', amount: 300, dueDay: '2027-02-10' };
  expect(await bills()).toMatchObject([{ ...week, left: 300, status: 'OPEN' }]);
  // What comes after the week is the next bill's; a payment pays the oldest first.
  await owe(400);
  await pay(250);
  expect(await bills()).toMatchObject([{ ...week, left: 50, status: 'OPEN' }]);
  until('2027-02-10T18:30:00.000Z');
  await bill();
  expect(await bills()).toMatchObject([{ ...week, left: 50, status: 'OVERDUE' }]);
  expect((await onAccount(50)).said).toMatchObject({ code: 'CREDIT_LIMIT' });
  await pay(49.99);
  expect((await onAccount(50)).said).toMatchObject({ code: 'CREDIT_LIMIT' });
  // The last paisa of the bill is paid, though more is owed by now.
  await pay(0.01);
  expect(await bills()).toMatchObject([{ ...week, left: 0, status: 'PAID' }]);
  expect((await onAccount(50)).said).toMatchObject({ status: 'PENDING' });
  const told = (await publishedOf(dairy.world, 'BILL_OVERDUE')).filter(
    ({ userId }) => userId === household.userId,
  );
  expect(told).toMatchObject([{ amountMinor: 30_000, dueDay: '2027-02-10' }]);
  until('2027-02-14T18:30:00.000Z');
  await bill();
  expect(await bills()).toMatchObject([
    { from: '2027-02-08', to: '2027-02-14', amount: 400, status: 'OPEN' },
    week,
  ]);
});

test('A bill that a late timer makes is what was owed at the end of its period', async () => {
  until('2027-03-01T05:00:00.000Z');
  await grant(5_000, { billing: 'MONTHLY', dueDays: 10 });
  await owe(100);
  until('2027-04-02T05:00:00.000Z');
  await owe(500);
  await pay(30);
  await bill();
  expect(await bills()).toMatchObject([
    { from: '2027-03-01', to: '2027-03-31', amount: 100, left: 70, dueDay: '2027-04-10' },
  ]);
});

test('An account that was taken back is billed until nothing is owed', async () => {
  until('2027-05-03T05:00:00.000Z');
  await grant(500, { billing: 'WEEKLY' });
  await owe(100);
  await grant(null);
  until('2027-05-10T05:00:00.000Z');
  await bill();
  expect(await bills()).toMatchObject([{ amount: 100 }]);
  await pay(100);
  for (const day of ['17', '24']) {
    until(`2027-05-${day}T05:00:00.000Z`);
    await bill();
  }
  expect(await bills()).toMatchObject([{ amount: 100, status: 'PAID' }]);
});

test('A period ends on its Sunday or with its month, also in a leap year', () => {
  expect(['2027-01-04', '2027-01-09', '2027-01-10'].map((day) => periodEnd(day, 'WEEKLY'))).toEqual([
    '2027-01-10',
    '2027-01-10',
    '2027-01-10',
  ]);
  expect(['2027-02-01', '2028-02-28', '2027-12-31'].map((day) => periodEnd(day, 'MONTHLY'))).toEqual([
    '2027-02-28',
    '2028-02-29',
    '2027-12-31',
  ]);
});

test('After all this the books are right', async () => {
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: false })).toEqual([]);
});
