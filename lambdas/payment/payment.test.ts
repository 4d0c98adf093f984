import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { signWebhook } from '#adapters/local/payments.ts';
import { type Order, Orders } from '#lambdas/order/models/Order.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { httpEvent } from '#runtime/testEvents.ts';
import { Balances, Ledger, type Movement } from './models/Ledger.ts';
import { Payments, Refunds } from './models/Payment.ts';

let dairy: TestDairy;
let order: Order;
beforeAll(async () => {
  dairy = await testDairy({ env: { SANDBOX_WEBHOOK_SECRET: 'a-secret-of-the-test' } });
  await dairy.call('admin', 'restockProduct', { productId: 'P101', qty: 900 }, dairy.admin);
});
afterAll(() => dairy?.close());
beforeEach(async () => {
  order = await dairy.order();
});

interface Paid {
  paymentId: string;
  status: string;
  reason?: string;
  code?: string;
}

const payBy = (paymentToken: string | undefined, method = 'CARD') =>
  dairy.pay<Paid>(order, { paymentMethod: method, paymentToken });
const paymentRow = async (paymentId: string) => dairy.world.store.get(Payments, { paymentId });
const timer = (lambda: string, name: string) =>
  dairy.handlerOf(lambda)({ 'detail-type': 'Scheduled Event', detail: { timer: name } });

/** The order's movements, as `account` → sum. */
async function ledgerOf(orderId: string): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for await (const movement of dairy.world.store.scan(Ledger)) {
    if (movement.orderId !== orderId) continue;
    for (const { account, amount } of movement.lines) sums[account] = (sums[account] ?? 0) + amount;
  }
  return sums;
}

async function webhook(
  body: object,
  { secret = 'a-secret-of-the-test', at = dairy.clock.now(), spoil = false } = {},
) {
  const raw = JSON.stringify(body);
  const event = httpEvent('POST', '/payment/webhook', {
    rawBody: spoil ? JSON.stringify({ ...body, createdAt: 'x' }) : raw,
    headers: { 'sandbox-signature': signWebhook(secret, raw, at) },
  });
  return (await dairy.handlerOf('payment')(event)) as { statusCode: number; body: string };
}

const chargeSaid = (paymentId: string, state: string, more: object = {}) => ({
  id: `evt_${paymentId}_${state}`,
  type: 'charge',
  createdAt: dairy.clock.now().toISOString(),
  data: {
    reference: paymentId,
    state,
    providerRef: 'ch_1',
    amountMinor: order.amount,
    currency: 'INR',
    ...more,
  },
});

test('A card that is accepted confirms the order and holds the money', async () => {
  const paid = await payBy(undefined);
  expect(paid).toMatchObject({ status: 'SUCCESS' });
  expect(await dairy.orderRow(order.orderId)).toMatchObject({
    status: 'CONFIRMED',
    payment: { status: 'SUCCESS' },
    todo: expect.stringMatching(/^ASSIGN/),
  });
  expect(await paymentRow(paid.paymentId)).toMatchObject({
    status: 'SUCCESS',
    captured: 10_000,
    amount: 10_000,
  });
  expect(await ledgerOf(order.orderId)).toEqual({ provider: 10_000, held: -10_000 });
  expect(await payBy(undefined)).toMatchObject({ code: 'ALREADY_PAID' });
});

test('A declined card leaves the order to be paid another way', async () => {
  expect(await payBy('tok_decline')).toMatchObject({ status: 'FAILED', reason: 'CARD_DECLINED' });
  expect(await dairy.orderRow(order.orderId)).toMatchObject({
    status: 'CREATED',
    payment: { status: 'FAILED' },
  });
  expect(await payBy('tok_success', 'UPI')).toMatchObject({ status: 'SUCCESS' });
  expect((await dairy.orderRow(order.orderId)).status).toBe('CONFIRMED');
});

test('A wrong amount, an empty wallet and a foreign order are refused before anything is written', async () => {
  expect(await dairy.pay(order, { amount: 1 })).toMatchObject({
    status: 422,
    code: 'AMOUNT_MISMATCH',
    amount: 100,
  });
  expect(await dairy.pay(order, { paymentMethod: 'WALLET' })).toMatchObject({
    status: 409,
    code: 'BALANCE_SHORT',
    available: 0,
    needed: 100,
  });
  const stranger = { userId: 'Ustranger', role: 'customer' as const };
  expect(await dairy.pay(order, {}, stranger)).toMatchObject({ status: 404 });
  expect((await dairy.orderRow(order.orderId)).version).toBe(1);
});

test('A pending card blocks another, and its later webhook confirms the order once, however often it comes', async () => {
  const pending = await payBy('tok_pending');
  expect(pending).toMatchObject({ status: 'PENDING' });
  expect(await payBy(undefined)).toMatchObject({ code: 'PAYMENT_PENDING' });
  const said = chargeSaid(pending.paymentId, 'SUCCEEDED');
  const answers = await Promise.all([webhook(said), webhook(said), webhook(said)]);
  expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200]);
  await webhook(chargeSaid(pending.paymentId, 'PENDING'));
  await webhook(chargeSaid(pending.paymentId, 'FAILED'));
  const row = await dairy.orderRow(order.orderId);
  expect(row).toMatchObject({
    status: 'CONFIRMED',
    payment: { paymentId: pending.paymentId, status: 'SUCCESS' },
  });
  expect(row.timeline.map((entry) => entry.status)).toEqual(['CREATED', 'CONFIRMED']);
  expect(await ledgerOf(order.orderId)).toEqual({ provider: 10_000, held: -10_000 });
});

test('A pending card that is declined later frees the order for another payment', async () => {
  const pending = await payBy('tok_pending_decline');
  await webhook(chargeSaid(pending.paymentId, 'FAILED', { reason: 'CARD_DECLINED' }));
  expect(await paymentRow(pending.paymentId)).toMatchObject({ status: 'FAILED', reason: 'CARD_DECLINED' });
  expect(await payBy(undefined)).toMatchObject({ status: 'SUCCESS' });
});

test('A forged, an old and a re-serialised webhook are refused and change nothing', async () => {
  const pending = await payBy('tok_pending');
  const said = chargeSaid(pending.paymentId, 'SUCCEEDED');
  expect((await webhook(said, { secret: 'not-the-secret-of-it' })).statusCode).toBe(401);
  expect((await webhook(said, { at: new Date(dairy.clock.now().getTime() - 600_000) })).statusCode).toBe(401);
  expect((await webhook(said, { spoil: true })).statusCode).toBe(401);
  expect((await dairy.orderRow(order.orderId)).status).toBe('CREATED');
});

test('A provider that does not answer is asked later, and its word is taken then', async () => {
  const lost = await payBy('tok_timeout');
  expect(lost).toMatchObject({ status: 'PENDING' });
  dairy.clock.advance(61);
  await timer('payment', 'reconcilePayments');
  expect((await dairy.orderRow(order.orderId)).status).toBe('CONFIRMED');
  const other = await dairy.order();
  const never = await dairy.pay<Paid>(other, { paymentToken: 'tok_timeout_lost' });
  dairy.clock.advance(61);
  await timer('payment', 'reconcilePayments');
  expect(await paymentRow(never.paymentId)).toMatchObject({ status: 'FAILED' });
  expect((await dairy.orderRow(other.orderId)).status).toBe('CREATED');
});

test('A wrong amount from the provider pays nothing and goes back whole', async () => {
  const wrong = await payBy('tok_wrong_amount');
  expect(wrong).toMatchObject({ status: 'FAILED', reason: 'WRONG_AMOUNT' });
  expect((await dairy.orderRow(order.orderId)).status).toBe('CREATED');
  expect(await ledgerOf(order.orderId)).toEqual({ provider: 9_900, suspense: 0, transit: -9_900 });
  await dairy.settle();
  expect(await ledgerOf(order.orderId)).toEqual({ provider: 0, suspense: 0, transit: 0 });
  expect(await dairy.world.store.get(Refunds, { refundId: `R${wrong.paymentId}-STRAY` })).toMatchObject({
    status: 'SUCCESS',
    amount: 9_900,
  });
});

test('Money that arrives after the order was cancelled goes back, and the order stays cancelled', async () => {
  const pending = await payBy('tok_pending');
  await dairy.call('order', 'cancelOrder', { orderId: order.orderId }, dairy.household);
  await webhook(chargeSaid(pending.paymentId, 'SUCCEEDED'));
  expect((await dairy.orderRow(order.orderId)).status).toBe('CANCELLED');
  expect(await paymentRow(pending.paymentId)).toMatchObject({
    status: 'FAILED',
    reason: 'TOO_LATE',
    captured: 10_000,
    refunded: 10_000,
  });
  await webhook(chargeSaid(pending.paymentId, 'SUCCEEDED'));
  expect(await ledgerOf(order.orderId)).toEqual({ provider: 10_000, suspense: 0, transit: -10_000 });
});

test('Cancelling a paid order sends the money back the way it came', async () => {
  const paid = await payBy(undefined);
  await dairy.call('order', 'cancelOrder', { orderId: order.orderId }, dairy.household);
  expect(await ledgerOf(order.orderId)).toEqual({ provider: 10_000, held: 0, transit: -10_000 });
  await dairy.settle();
  expect(await ledgerOf(order.orderId)).toEqual({ provider: 0, held: 0, transit: 0 });
  expect(await paymentRow(paid.paymentId)).toMatchObject({ status: 'SUCCESS', refunded: 10_000 });
});

test('A refund that the provider refuses goes into the prepaid balance', async () => {
  await payBy('tok_refund_fail');
  await dairy.call('order', 'cancelOrder', { orderId: order.orderId }, dairy.household);
  await dairy.settle();
  const sums = await ledgerOf(order.orderId);
  const { wallet = 0, owed = 0, ...rest } = sums;
  expect(rest).toEqual({ provider: 10_000, held: 0, transit: 0 });
  expect(wallet + owed).toBe(-10_000);
});

test('Expiry stops a pending charge at the provider; one that succeeded meanwhile confirms the order instead', async () => {
  await payBy('tok_pending');
  dairy.clock.advance(30 * 60);
  await timer('order', 'expireOrders');
  // The sandbox charge had succeeded by the clock: the money came in time.
  expect((await dairy.orderRow(order.orderId)).status).toBe('CONFIRMED');
});

async function toTheDoor(method = 'CARD', token?: string): Promise<string> {
  await payBy(token, method);
  await dairy.settle();
  const deliveryId = (await dairy.orderRow(order.orderId)).deliveryId ?? '';
  await dairy.move(deliveryId, 'PICKED_UP');
  await dairy.move(deliveryId, 'IN_TRANSIT');
  return deliveryId;
}

test('A delivered order earns what was held, tax by component', async () => {
  await dairy.addProduct({
    productId: 'P1',
    name: 'Ghee',
    price: 105,
    stock: 10,
    taxes: { CGST: 250, SGST: 250 },
  });
  order = await dairy.order({ cartItems: [{ productId: 'P1', qty: 1 }] });
  await dairy.move(await toTheDoor(), 'DELIVERED');
  expect(await ledgerOf(order.orderId)).toEqual({ provider: 10_500, held: 0, revenue: -10_000, tax: -500 });
});

test('Cash at the door: right, too little is owed, too much clears the debt first, none fails the payment', async () => {
  const cash = async (cashCollected: number | undefined) => {
    order = await dairy.order();
    const moved = await dairy.move(await toTheDoor('COD'), 'DELIVERED', { cashCollected });
    const { payment } = await dairy.orderRow(order.orderId);
    return { moved, payment: payment?.status, ledger: await ledgerOf(order.orderId) };
  };
  expect(await cash(100)).toMatchObject({
    payment: 'SUCCESS',
    ledger: { courierCash: 10_000, revenue: -10_000 },
  });
  expect(await cash(60)).toMatchObject({
    payment: 'SUCCESS',
    ledger: { courierCash: 6_000, owed: 4_000, revenue: -10_000 },
  });
  expect(await cash(120)).toMatchObject({
    payment: 'SUCCESS',
    ledger: { courierCash: 12_000, owed: -2_000, revenue: -10_000 },
  });
  expect(await cash(0)).toMatchObject({ payment: 'FAILED', ledger: { owed: 10_000, revenue: -10_000 } });
  expect(await cash(undefined)).toMatchObject({
    moved: { status: 422, errors: [{ pointer: '/cashCollected' }] },
    payment: 'PENDING',
  });
  const balance = await dairy.world.store.get(Balances, { balanceId: dairy.courier.userId });
  expect(balance?.courierCash).toBe(28_000);
});

test('Cash that will be collected can still be replaced by a card before the door', async () => {
  const cash = await payBy(undefined, 'COD');
  expect(cash).toMatchObject({ status: 'PENDING' });
  expect((await dairy.orderRow(order.orderId)).status).toBe('CONFIRMED');
  expect(await payBy('tok_decline')).toMatchObject({ status: 'FAILED' });
  expect(await dairy.orderRow(order.orderId)).toMatchObject({
    payment: { paymentId: cash.paymentId, status: 'PENDING' },
  });
  const card = await payBy(undefined);
  expect(card).toMatchObject({ status: 'SUCCESS' });
  expect(await paymentRow(cash.paymentId)).toMatchObject({ status: 'FAILED', reason: 'SUPERSEDED' });
  expect(await dairy.orderRow(order.orderId)).toMatchObject({
    status: 'CONFIRMED',
    payment: { paymentId: card.paymentId },
  });
});

test('A problem after delivery is credited once for each reason and never beyond what was paid', async () => {
  await dairy.move(await toTheDoor(), 'DELIVERED');
  const refund = (amount: number, reason: string) =>
    dairy.call<Refusal>('payment', 'refundPayment', { orderId: order.orderId, amount, reason }, dairy.admin);
  expect(await refund(0, 'Sour milk')).toMatchObject({
    code: 'INVALID_INPUT',
    errors: [{ pointer: '/amount' }],
  });
  expect(await refund(40, 'Sour milk')).toMatchObject({ status: 'PENDING', amount: 40 });
  expect(await refund(40, 'sour  MILK')).toMatchObject({ status: 409, code: 'ALREADY_REFUNDED' });
  expect(await refund(60.01, 'Broken bottle')).toMatchObject({
    code: 'REFUND_EXCEEDS_PAYMENT',
    refundable: 60,
  });
  expect(await refund(20, 'दूध खट्टा था')).toMatchObject({ status: 'PENDING' });
  expect(await refund(40, 'बोतल टूटी थी')).toMatchObject({ status: 'PENDING' });
  await dairy.settle();
  expect(await ledgerOf(order.orderId)).toEqual({ provider: 0, held: 0, revenue: 0, transit: 0 });
});

test('Delivered orders get consecutive invoice numbers, however often the event comes', async () => {
  const own = await testDairy();
  try {
    const numbers: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const placed = await own.order();
      await own.pay(placed);
      await own.settle();
      const { deliveryId } = await own.orderRow(placed.orderId);
      for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) await own.move(deliveryId ?? '', status);
      expect(
        await own.call('order', 'viewInvoice', { orderId: placed.orderId }, own.household),
      ).toMatchObject({ kind: 'SUMMARY' });
      await own.settle({ disturb: (batch) => [...batch, ...batch] });
      const invoice = await own.call<{ invoiceNumber: string }>(
        'order',
        'viewInvoice',
        { orderId: placed.orderId },
        own.household,
      );
      numbers.push(invoice.invoiceNumber);
    }
    expect(numbers).toEqual(['INV/26-27/000001', 'INV/26-27/000002', 'INV/26-27/000003']);
  } finally {
    await own.close();
  }
});

test('Every movement sums to zero and the whole ledger does', async () => {
  let total = 0;
  const movements: Movement[] = [];
  for await (const movement of dairy.world.store.scan(Ledger)) movements.push(movement);
  for (const { lines } of movements) {
    const sum = lines.reduce((s, line) => s + line.amount, 0);
    expect(sum).toBe(0);
    total += sum;
  }
  expect(movements.length).toBeGreaterThan(20);
  expect(total).toBe(0);
  for await (const row of dairy.world.store.scan(Orders)) {
    if (row.status !== 'DELIVERED' && row.status !== 'CANCELLED') continue;
    expect((await ledgerOf(row.orderId)).held ?? 0).toBe(0);
  }
});
