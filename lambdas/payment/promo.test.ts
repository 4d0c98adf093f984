import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runTimers } from '#runtime/chaos.ts';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { publishedOf, timerEvent } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { type Account, Ledger } from './models/Ledger.ts';
import { afterPromo, giveBack, promoUsed, spend } from './rules/promo.ts';

interface Said extends Refusal {
  promoId: string;
  orderId: string;
  amount: number;
  promo: number;
  due: number;
  available: number;
  grants: { promoId: string; left: number; expiresOn?: string }[];
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
  household = await dairy.addHousehold(`Upromo${++count}`);
});

const say = (name: string, payload: object = {}, actor = household) =>
  dairy.call<Said>('payment', name, payload, actor);
const grant = (amount: number, expiresOn?: string) =>
  say('grantPromo', { userId: household.userId, amount, reason: 'Welcome', expiresOn }, dairy.admin);
const left = async () => (await say('viewPromo')).available;

/** The slot MORNING of the day after tomorrow. */
function soon(): string {
  const day = new Date(dairy.clock.now().getTime() + 2 * 86_400_000).toISOString().slice(0, 10);
  return `${day}T02:30:00.000Z`;
}

/** Places an order of cow milk, 50.00 each. */
async function place(qty: number) {
  const wish = { cartItems: [{ productId: 'P101', qty }], deliverySlot: soon() };
  return dairy.call<Said>('order', 'createOrder', wish, household);
}
const pay = ({ orderId }: Said, amount: number, paymentMethod = 'CARD') =>
  say('processPayment', { orderId, amount, paymentMethod });
const cancel = ({ orderId }: Said) => dairy.call('order', 'cancelOrder', { orderId }, household);

/** What the accounts of one household's movements come to, major units; those that are nought are left out. */
async function accounts(): Promise<Partial<Record<Account, number>>> {
  const sums = new Map<Account, number>();
  for await (const { userId, lines } of dairy.world.store.scan(Ledger)) {
    if (userId !== household.userId) continue;
    for (const { account, amount } of lines) sums.set(account, (sums.get(account) ?? 0) + amount / 100);
  }
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0));
}

test('Promo credit is taken off the next order, which says what is left to pay, whatever pays it', async () => {
  await grant(30);
  expect(await accounts()).toEqual({ promoIssued: 30, promo: -30 });
  const order = await place(2);
  expect(order).toMatchObject({ amount: 100, promo: 30, due: 70 });
  expect(await left()).toBe(0);
  expect(await accounts()).toEqual({ promoIssued: 30, promoHeld: -30 });
  expect(await pay(order, 100)).toMatchObject({
    status: 422,
    code: 'AMOUNT_MISMATCH',
    amount: 70,
    promo: 30,
    price: 100,
  });
  expect(await pay(order, 70)).toMatchObject({ status: 'SUCCESS' });
  expect(await accounts()).toEqual({ promoIssued: 30, promoHeld: -30, provider: 70, held: -70 });
  // The next order has none, and costs what it costs.
  const next = await place(2);
  expect(next.promo).toBeUndefined();
  expect(await pay(next, 100)).toMatchObject({ status: 'SUCCESS' });
});

test('A cancelled order gives promo credit back as promo credit, and money as money', async () => {
  for (const method of ['CARD', 'COD', 'WALLET', undefined]) {
    household = await dairy.addHousehold(`Upromo${++count}`);
    await say('topUpWallet', { amount: 100, paymentMethod: 'UPI' });
    await grant(40);
    const order = await place(2);
    if (method) expect((await pay(order, 60, method)).code).toBeUndefined();
    await cancel(order);
    expect([method, await left()]).toEqual([method, 40]);
    await dairy.settle();
    expect(await accounts()).toEqual({ promoIssued: 40, promo: -40, provider: 100, wallet: -100 });
    // Only what was paid in can be taken out (I18).
    expect(await say('withdrawFromWallet', { amount: 100.01 })).toMatchObject({ code: 'BALANCE_SHORT' });
  }
});

test('An order on account counts against the limit with what is due, and gives the room back', async () => {
  await grant(60);
  await say('grantAccount', { userId: household.userId, creditLimit: 40 }, dairy.admin);
  const order = await place(2);
  expect(await pay(order, 40, 'ACCOUNT')).toMatchObject({ status: 'PENDING' });
  await cancel(order);
  expect(await left()).toBe(60);
  expect(await pay(await place(2), 40, 'ACCOUNT')).toMatchObject({ status: 'PENDING' });
});

test('An order that promo credit pays whole is paid with nothing', async () => {
  for (const method of ['CARD', 'WALLET', 'COD']) {
    await grant(50);
    const order = await place(1);
    expect(order).toMatchObject({ amount: 50, promo: 50, due: 0 });
    expect((await pay(order, 0, method)).code).toBeUndefined();
    expect((await dairy.orderRow(order.orderId)).status).toBe('CONFIRMED');
  }
});

test('Of several grants the one that expires first is used first', async () => {
  const never = await grant(10);
  const later = await grant(20, '2027-03-31');
  const sooner = await grant(30, '2027-02-28');
  const order = await place(1);
  const { grants } = await say('viewPromo');
  expect(grants).toEqual([{ promoId: never.promoId, left: 10 }]);
  await cancel(order);
  expect((await say('viewPromo')).grants).toEqual([
    { promoId: sooner.promoId, left: 30, expiresOn: '2027-02-28' },
    { promoId: later.promoId, left: 20, expiresOn: '2027-03-31' },
    { promoId: never.promoId, left: 10 },
  ]);
});

test('Of orders at the same time each spends what another has not (I18)', async () => {
  await grant(70);
  const orders = await Promise.all([1, 2, 3, 4].map(() => place(1)));
  const spent = orders.map(({ promo = 0 }) => promo).sort((a, b) => b - a);
  expect(spent).toEqual([50, 20, 0, 0]);
  expect(await left()).toBe(0);
});

test('What is not used by its last day is gone the day after, once; also what comes back later', async () => {
  const today = dairy.clock.now().toISOString().slice(0, 10);
  await grant(25, today);
  await grant(10);
  const order = await place(1);
  expect(order).toMatchObject({ promo: 35 });
  await grant(5, today);
  // Midnight in Kolkata is 18:30 before.
  dairy.clock.advance((Date.parse(`${today}T18:29:59.999Z`) - dairy.clock.now().getTime()) / 1000);
  const expire = () => dairy.handlerOf('payment')(timerEvent('expirePromos'));
  await expire();
  expect(await left()).toBe(5);
  dairy.clock.advance(0.001);
  expect(await left()).toBe(0);
  await Promise.all([expire(), expire(), expire()]);
  expect(await accounts()).toEqual({ promoIssued: 35, promoHeld: -35 });
  await cancel(order);
  await expire();
  await expire();
  expect(await accounts()).toEqual({ promoIssued: 10, promo: -10 });
  const told = (await publishedOf(dairy.world, 'PROMO_EXPIRED')).filter(
    ({ userId }) => userId === household.userId,
  );
  expect(told.map(({ amountMinor }) => amountMinor)).toEqual([500, 2_500]);
});

/** The household's order at the door, after it was paid in some way. */
async function atDoor(order: Said, more: object = {}) {
  const wish = { orderId: order.orderId, courierId: dairy.courier.userId };
  await dairy.call('delivery', 'assignDelivery', wish, dairy.admin);
  const { deliveryId = '' } = await dairy.orderRow(order.orderId);
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
  expect(await dairy.move(deliveryId, 'DELIVERED', more)).toMatchObject({ status: 'DELIVERED' });
}

const invoice = ({ orderId }: Said) =>
  dairy.call<{ amount: number; lines: { amount: number; net: number; discount: number }[] }>(
    'order',
    'viewInvoice',
    { orderId },
    household,
  );

test('At the door the promo credit is used up, and only what is left of the price is earned, whatever pays it', async () => {
  for (const method of ['CARD', 'WALLET', 'COD', 'ACCOUNT']) {
    household = await dairy.addHousehold(`Upromo${++count}`);
    await say('topUpWallet', { amount: 70, paymentMethod: 'UPI' });
    await say('grantAccount', { userId: household.userId, creditLimit: 100 }, dairy.admin);
    await grant(40);
    const order = await place(2);
    expect((await pay(order, 60, method)).code).toBeUndefined();
    await atDoor(order, method === 'COD' ? { cashCollected: 60 } : {});
    const paid: Record<string, object> = {
      CARD: { provider: 130, wallet: -70 },
      WALLET: { provider: 70, wallet: -10 },
      COD: { provider: 70, wallet: -70, courierCash: 60 },
      ACCOUNT: { provider: 70, wallet: -70, owed: 60 },
    };
    // The memo accounts are all even: what was issued is used.
    expect([method, await accounts()]).toEqual([method, { revenue: -60, ...paid[method] }]);
    expect(await invoice(order)).toMatchObject({
      amount: 60,
      lines: [{ amount: 60, net: 60, discount: 40 }],
    });
  }
});

test('A short delivery uses promo credit in proportion, and the rest of credit and money comes back, each as what it was', async () => {
  await say('topUpWallet', { amount: 100, paymentMethod: 'UPI' });
  await grant(40, '2030-01-01');
  await grant(10);
  const order = await place(3);
  expect(order).toMatchObject({ amount: 150, promo: 50, due: 100 });
  await pay(order, 100, 'WALLET');
  await atDoor(order, { items: [{ productId: 'P101', delivered: 1 }] });
  // A third of 50.00 is 16.67 to the paisa: 33.33 is earned, 66.67 and 33.33 come back.
  const sums = await accounts();
  const rounded = Object.fromEntries(
    Object.entries(sums).map(([name, sum]) => [name, Math.round(sum * 100)]),
  );
  expect(rounded).toEqual({
    provider: 10_000,
    wallet: -6_667,
    revenue: -3_333,
    promoIssued: 3_333,
    promo: -3_333,
  });
  expect((await say('viewPromo')).grants.map(({ left: rest }) => rest)).toEqual([23.33, 10]);
  expect(await invoice(order)).toMatchObject({ amount: 33.33, lines: [{ amount: 33.33, discount: 16.67 }] });
});

test('A discount over several lines and taxes leaves no paisa over', async () => {
  const taxes = { CGST: 250, SGST: 250 };
  await dairy.addProduct({ productId: 'Pcurd', name: 'Curd', price: 33.33, stock: 50, taxes });
  await dairy.addProduct({ productId: 'Pghee', name: 'Ghee', price: 99.99, stock: 50, taxes: { VAT: 1200 } });
  await grant(17.77);
  const cartItems = ['P101', 'Pcurd', 'Pghee'].map((productId) => ({ productId, qty: 1 }));
  const order = await dairy.call<Said>(
    'order',
    'createOrder',
    { cartItems, deliverySlot: soon() },
    household,
  );
  expect(order).toMatchObject({ amount: 183.32, due: 165.55 });
  await pay(order, 165.55);
  await atDoor(order);
  const { lines, amount } = await invoice(order);
  expect(Math.round(lines.reduce((sum, line) => sum + line.amount, 0) * 100)).toBe(16_555);
  expect(amount).toBe(165.55);
  // A credit of all of it undoes just what was earned, and brings no promo credit or money beyond it (I18).
  expect(
    await say('refundPayment', { orderId: order.orderId, amount: 165.56, reason: 'Sour' }, dairy.admin),
  ).toMatchObject({
    code: 'REFUND_EXCEEDS_PAYMENT',
  });
  await say('refundPayment', { orderId: order.orderId, amount: 165.55, reason: 'Sour' }, dairy.admin);
  await dairy.settle();
  const sums = await accounts();
  expect(
    Object.values(sums)
      .map((sum) => Math.round(sum * 100))
      .filter((sum) => sum !== 0),
  ).toEqual([]);
});

/** Puts right what the courier said of an order's milk. */
async function correct(order: Said, came: number) {
  const { deliveryId = '' } = await dairy.orderRow(order.orderId);
  const wish = { deliveryId, items: [{ productId: 'P101', delivered: came }], reason: 'Counted again' };
  return dairy.call<Refusal>('delivery', 'correctStop', wish, dairy.admin);
}

test('A stop that the desk puts right uses promo credit anew; what was spent meanwhile is paid as money', async () => {
  await say('topUpWallet', { amount: 300, paymentMethod: 'UPI' });
  await grant(40);
  const order = await place(2);
  await pay(order, 60, 'WALLET');
  await atDoor(order, { items: [{ productId: 'P101', delivered: 1 }] });
  expect([await left(), (await say('viewWallet')).available]).toEqual([20, 270]);
  // Both came after all: all of the credit is used, as if it had been said at once.
  expect((await correct(order, 2)).code).toBeUndefined();
  expect([await left(), (await say('viewWallet')).available]).toEqual([0, 240]);
  expect((await correct(order, 1)).code).toBeUndefined();
  expect([await left(), (await say('viewWallet')).available]).toEqual([20, 270]);
  // Another order spends what came back; then more came than was said.
  const next = await place(1);
  expect(next).toMatchObject({ promo: 20, due: 30 });
  expect((await correct(order, 2)).code).toBeUndefined();
  expect([await left(), (await say('viewWallet')).available]).toEqual([0, 220]);
});

test('A problem with goods that promo credit made cheaper is credited at what they cost', async () => {
  await grant(50);
  const order = await place(2);
  await pay(order, 50);
  await atDoor(order);
  const wish = { orderId: order.orderId, productId: 'P101', qty: 1, kind: 'SPOILT' };
  expect(await dairy.call('order', 'reportProblem', wish, household)).toMatchObject({ credited: 25 });
  expect((await say('viewWallet')).available).toBe(25);
});

test('Standing orders use promo credit too: prepaid ones first, then those on account, then those paid at the door', async () => {
  await say('grantAccount', { userId: household.userId, creditLimit: 80 }, dairy.admin);
  const plans = [
    ['COD', 1],
    ['ACCOUNT', 2],
    ['WALLET', 3],
  ] as const;
  for (const [paymentMethod, qty] of plans) {
    const wish = {
      items: [{ productId: 'P101', qty }],
      schedule: { type: 'DAILY' },
      startDate: soon().slice(0, 10),
      slot: 'MORNING',
      paymentMethod,
    };
    expect((await dairy.call<Refusal>('order', 'subscribeOrder', wish, household)).code).toBeUndefined();
  }
  // No prepaid balance, and a limit of 80.00: without the credit only what is paid at the door could be ordered.
  await grant(100, '2031-01-01');
  await grant(160);
  const eve = new Date(Date.parse(soon()) - 86_400_000).toISOString().slice(0, 10);
  dairy.clock.advance((Date.parse(`${eve}T16:31:00.000Z`) - dairy.clock.now().getTime()) / 1000);
  await dairy.handlerOf('order')(timerEvent('runOrders'));
  const orders = await dairy.call<(Said & { paymentMethod: string; deliveryDay: string })[]>(
    'order',
    'listOrders',
    {},
    household,
  );
  const figures = orders.map(({ paymentMethod, amount, promo = 0 }) => [paymentMethod, amount, promo]);
  expect(figures.sort()).toEqual([
    ['ACCOUNT', 100, 100],
    ['COD', 50, 10],
    ['WALLET', 150, 150],
  ]);
  expect(await left()).toBe(0);
  // Nothing of it twice when the run comes again; and a cancelled order gives its own part back.
  await dairy.handlerOf('order')(timerEvent('runOrders'));
  await dairy.settle();
  const prepaid = orders.find(({ paymentMethod }) => paymentMethod === 'WALLET');
  await dairy.call('order', 'cancelOrder', { orderId: prepaid?.orderId, reason: 'Ill' }, dairy.admin);
  expect([await left(), (await say('viewWallet')).available]).toEqual([150, 0]);
});

test('Staff alone grant promo credit, of more than nothing, to somebody, for a day that is not over', async () => {
  const wish = { userId: household.userId, amount: 5, reason: 'x' };
  expect(await say('grantPromo', wish)).toMatchObject({ status: 403 });
  const staff = (more: object) => say('grantPromo', { ...wish, ...more }, dairy.admin);
  expect(await staff({ amount: 0 })).toMatchObject({ status: 422 });
  expect(await staff({ amount: 0.001 })).toMatchObject({ status: 422 });
  expect(await staff({ userId: 'Unobody' })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await staff({ expiresOn: '2020-01-01' })).toMatchObject({ code: 'INVALID_INPUT' });
  expect(await say('viewPromo', { userId: 'U101' })).toMatchObject({ code: 'FOREIGN_USER' });
});

test('A discount is shared over lines by largest remainder, and what is short of an order comes back in proportion', () => {
  const lines = [{ amount: 3_333 }, { amount: 3_333 }, { amount: 3_334 }];
  const after = afterPromo(lines, 1_000).map(({ amount }) => amount);
  expect(after.reduce((sum, amount) => sum + amount, 0)).toBe(9_000);
  for (const [i, amount] of after.entries()) {
    expect(Math.abs(amount - (lines[i]?.amount ?? 0) * 0.9)).toBeLessThan(1);
  }
  expect(afterPromo(lines, 10_000).map(({ amount }) => amount)).toEqual([0, 0, 0]);
  // A third of the goods came: a third of the promo is used, to the half unit.
  expect(promoUsed(1_000, 5_000, 15_000)).toBe(333);
  expect(promoUsed(1_001, 7_500, 15_000)).toBe(501);
  expect(promoUsed(1_000, 15_000, 15_000)).toBe(1_000);
  expect(promoUsed(15_000, 1, 15_000)).toBe(1);
  expect(promoUsed(1_000, 0, 15_000)).toBe(0);
});

test('What is spent and given back in parts adds up, and goes back where it came from', () => {
  const grants = [
    { promoId: 'a', amount: 30 },
    { promoId: 'b', amount: 20, expiresOn: '2027-02-01' },
    { promoId: 'c', amount: 10, expiresOn: '2027-01-01' },
  ];
  const { used, left: rest } = spend(grants, 35, '2027-01-15');
  expect(used.map(({ promoId, amount }) => [promoId, amount])).toEqual([
    ['b', 20],
    ['a', 15],
  ]);
  expect(rest.map(({ promoId, amount }) => [promoId, amount])).toEqual([
    ['a', 15],
    ['c', 10],
  ]);
  const back = giveBack(rest, used, 25);
  expect(new Map(back.map(({ promoId, amount }) => [promoId, amount]))).toEqual(
    new Map([
      ['a', 30],
      ['c', 10],
      ['b', 10],
    ]),
  );
});

test('After all this the books are right, and so are the invoices and their notes', async () => {
  await dairy.settle();
  await runTimers(dairy);
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});
