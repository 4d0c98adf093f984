import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkInvariants } from '#runtime/invariants.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { timerEvent } from '#runtime/testEvents.ts';
import { HouseClosings } from './models/HouseClosing.ts';
import { Ledger } from './models/Ledger.ts';
import { viewMoneyOwed } from './moneyOwed.ts';

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());

const say = <A = { asOf: string; total: number }>(
  name: string,
  payload: object = {},
  actor = dairy.household,
) => dairy.call<A>('payment', name, payload, actor);
const owed = () => say('viewMoneyOwed', {}, dairy.admin);
const close = () => dairy.handlerOf('payment')(timerEvent('closeBooks'));
const closings = async () => (await dairy.world.store.query(HouseClosings, { hash: 'HOUSE' })).rows;

/** Every line of the ledger, added up account by account. */
async function everyLine(before = '9999'): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for await (const { at, lines } of dairy.world.store.scan(Ledger)) {
    if (at >= before) continue;
    for (const { account, amount } of lines) sums[account] = (sums[account] ?? 0) + amount;
  }
  return sums;
}

test('A dairy that nobody has paid yet owes nothing', async () => {
  expect(await owed()).toMatchObject({ total: 0, wallet: 0, owed: 0 });
  expect(await say('viewMoneyOwed')).toMatchObject({ status: 403 });
});

test('What the dairy holds for its customers is what they paid in, less what they got; debts are not taken off', async () => {
  await say('topUpWallet', { amount: 500, paymentMethod: 'UPI' });
  const fromBalance = await dairy.order();
  await dairy.pay(fromBalance, { paymentMethod: 'WALLET' });
  const back = await dairy.order({ cartItems: [{ productId: 'P101', qty: 1 }] });
  await dairy.pay(back, { paymentToken: 'tok_refund_pending' });
  await dairy.call('order', 'cancelOrder', { orderId: back.orderId }, dairy.household);
  const other = await dairy.addHousehold('Udebtor');
  const unpaid = await dairy.order({ cartItems: [{ productId: 'P101', qty: 3 }] }, other);
  await dairy.pay(unpaid, { paymentMethod: 'COD' }, other);
  const wish = { orderId: unpaid.orderId, courierId: dairy.courier.userId };
  const { deliveryId } = await dairy.call<{ deliveryId: string }>(
    'delivery',
    'assignDelivery',
    wish,
    dairy.admin,
  );
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
  await dairy.move(deliveryId, 'DELIVERED', { cashCollected: 30 });
  await say('grantPromo', { userId: 'U101', amount: 9, reason: 'x' }, dairy.admin);
  expect(await owed()).toMatchObject({
    asOf: dairy.clock.now().toISOString(),
    total: 550,
    wallet: 400,
    deferred: 100,
    transit: 50,
    deposits: 0,
    suspense: 0,
    owed: 120,
    promo: 9,
  });
});

test('A closing holds what every line before it makes, once, however often the timer comes, and the report begins there', async () => {
  await close();
  expect(await closings()).toMatchObject([{ sums: {} }]);
  dairy.clock.advance(3_600);
  const before = await owed();
  await Promise.all([close(), close(), close()]);
  await close();
  // The movements of the last instant are not an hour old yet.
  expect(await closings()).toHaveLength(1);
  dairy.clock.advance(0.001);
  await Promise.all([close(), close(), close()]);
  const [, last, ...more] = await closings();
  expect(more).toEqual([]);
  expect(last?.sums).toEqual(await everyLine());
  const { asOf: _, ...figures } = await owed();
  expect(before).toMatchObject(figures);
});

test('Closings go on over nights and months, and add up to the lines before them', async () => {
  for (let day = 0; day < 70; day++) {
    dairy.clock.advance(86_400 - 7);
    if (day % 9 === 0) await say('topUpWallet', { amount: 10 + day, paymentMethod: 'UPI' });
    await close();
  }
  const kept = await closings();
  expect(kept.length).toBeGreaterThan(5);
  for (const { until, sums } of kept) expect([until, sums]).toEqual([until, await everyLine(until)]);
  const sums = await everyLine();
  const { total, owed: debts } = await viewMoneyOwed(dairy.world);
  const held = ['wallet', 'held', 'deposit', 'transit', 'suspense'].map((account) => sums[account] ?? 0);
  expect([total, debts]).toEqual([-held.reduce((all, one) => all + one, 0) / 100, (sums.owed ?? 0) / 100]);
});

test('After all this the books are right', async () => {
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: false })).toEqual([]);
});
