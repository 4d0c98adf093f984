import { afterAll, beforeAll, expect, test } from 'vitest';
import { signWebhook } from '#adapters/local/payments.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import {
  httpEvent,
  httpResult,
  publishedOf,
  queueEvent,
  strangeEvents,
  timerEvent,
  tokenOf,
} from '#runtime/testEvents.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import { Invoices } from './models/Invoice.ts';
import { Payments, Refunds } from './models/Payment.ts';
import { makeHandler } from './paymentHandler.ts';

const secret = 'a-secret-of-the-test';
let dairy: TestDairy;
let handler: LambdaHandler;
beforeAll(async () => {
  dairy = await testDairy({ env: { SANDBOX_WEBHOOK_SECRET: secret } });
  handler = makeHandler(dairy.world);
});
afterAll(() => dairy?.close());

const paymentRow = (paymentId: string) => dairy.world.store.get(Payments, { paymentId });

/** The provider's message about a charge, as API Gateway hands it on. */
function webhookOf(paymentId: string, state: string, sign = secret) {
  const at = dairy.clock.now();
  const data = { reference: paymentId, state, providerRef: 'sbx_1', amountMinor: 10_000, currency: 'INR' };
  const rawBody = JSON.stringify({
    id: `evt_${paymentId}`,
    type: 'charge',
    data,
    createdAt: at.toISOString(),
  });
  const headers = { 'sandbox-signature': signWebhook(sign, rawBody, at) };
  return httpEvent('POST', '/payment/webhook', { rawBody, headers });
}

test('A household pays by card through API Gateway, and a declined card leaves the order to be paid', async () => {
  const token = await tokenOf(dairy.world, dairy.household);
  const { orderId } = await dairy.order();
  const body = { orderId, amount: 100, paymentMethod: 'CARD', paymentToken: 'tok_decline' };
  const declined = httpResult(await handler(httpEvent('POST', '/payment/pay', { token, body })));
  expect(declined).toMatchObject({ status: 200, body: { status: 'FAILED', reason: 'CARD_DECLINED' } });
  expect(await dairy.orderRow(orderId)).toMatchObject({ status: 'CREATED' });

  const again = { orderId, amount: 100, paymentMethod: 'CARD' };
  const paid = httpResult<{ paymentId: string }>(
    await handler(httpEvent('POST', '/payment/pay', { token, body: again })),
  );
  expect(paid).toMatchObject({ status: 200, body: { status: 'SUCCESS' } });
  expect(await paymentRow(paid.body.paymentId)).toMatchObject({
    status: 'SUCCESS',
    captured: 10_000,
    orderId,
  });
  expect(await dairy.orderRow(orderId)).toMatchObject({ status: 'CONFIRMED' });
});

test('Another Lambda pays with the seed’s payload and gets the seed’s answer', async () => {
  const { orderId } = await dairy.order();
  const payload = { orderId, amount: 100, paymentMethod: 'CARD' };
  const answer = await handler({ function: 'processPayment', actor: dairy.household, payload });
  expect(answer).toEqual({ paymentId: expect.stringMatching(/^PAY/), status: 'SUCCESS' });
  expect(await dairy.orderRow(orderId)).toMatchObject({ status: 'CONFIRMED' });
  expect(await handler({ function: 'processPayment', payload })).toMatchObject({ code: 'FORBIDDEN' });
});

test('The provider’s signed word confirms the order, however often it comes; a forged one does nothing', async () => {
  const order = await dairy.order();
  const { paymentId } = await dairy.pay(order, { paymentToken: 'tok_lost_webhook' });
  expect(
    httpResult(await handler(webhookOf(paymentId, 'SUCCEEDED', 'another-secret-altogether'))),
  ).toMatchObject({
    status: 401,
    body: { code: 'BAD_SIGNATURE' },
  });
  expect(await paymentRow(paymentId)).toMatchObject({ status: 'PENDING', captured: 0 });
  for (let times = 0; times < 3; times++) {
    expect(httpResult(await handler(webhookOf(paymentId, 'SUCCEEDED')))).toMatchObject({ status: 200 });
  }
  expect(await paymentRow(paymentId)).toMatchObject({ status: 'SUCCESS', captured: 10_000 });
  expect(await dairy.orderRow(order.orderId)).toMatchObject({ status: 'CONFIRMED' });
  const told = (await publishedOf(dairy.world, 'PAYMENT_SUCCEEDED')).filter(
    ({ entityId }) => entityId === paymentId,
  );
  expect(told).toHaveLength(1);
});

test('A refund is made and an invoice numbered from one batch; the poison between them fails alone', async () => {
  const cancelled = await dairy.order();
  const { paymentId } = await dairy.pay(cancelled);
  await dairy.call('order', 'cancelOrder', { orderId: cancelled.orderId }, dairy.household);
  const [asked] = await publishedOf(dairy.world, 'REFUND_REQUESTED');
  const brought = await dairy.order();
  await dairy.pay(brought);
  const wish = { orderId: brought.orderId, courierId: dairy.courier.userId };
  const made = await dairy.call<{ deliveryId: string }>('delivery', 'assignDelivery', wish, dairy.admin);
  for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) await dairy.move(made.deliveryId, status);
  const [delivered = {}] = await publishedOf(dairy.world, 'ORDER_DELIVERED');
  const refundId = String(asked?.refundId);

  const batch = queueEvent('payment', [asked ?? {}, '{"eventType":', delivered]);
  expect(await handler(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
  expect(await dairy.world.store.get(Refunds, { refundId })).toMatchObject({
    paymentId,
    status: 'SUCCESS',
    amount: 10_000,
  });
  const invoiceOf = (event: { orderId?: string }) =>
    dairy.world.store.get(Invoices, { orderId: event.orderId ?? '' });
  expect(await invoiceOf(delivered)).toMatchObject({ number: 1 });

  expect(await handler(queueEvent('payment', [asked ?? {}, delivered], 2))).toEqual({
    batchItemFailures: [],
  });
  expect(await publishedOf(dairy.world, 'REFUND_ISSUED')).toHaveLength(1);
  expect(await invoiceOf(delivered)).toMatchObject({ number: 1 });
});

test('The clock asks about a charge whose answer was lost, and makes the truth true here', async () => {
  const order = await dairy.order();
  const { paymentId, status } = await dairy.pay(order, { paymentToken: 'tok_timeout' });
  expect(status).toBe('PENDING');
  expect(await handler(timerEvent('reconcilePayments'))).toMatchObject({ payments: 0 });
  dairy.clock.advance(61);
  expect(await handler(timerEvent('reconcilePayments'))).toMatchObject({ payments: 1 });
  expect(await paymentRow(paymentId)).toMatchObject({ status: 'SUCCESS', captured: 10_000 });
  expect(await dairy.orderRow(order.orderId)).toMatchObject({ status: 'CONFIRMED' });
  expect(await handler(timerEvent('reconcilePayments'))).toMatchObject({ payments: 0 });
});

test('An event of no kind it knows, and a timer it does not have, are faults', async () => {
  for (const event of strangeEvents) await expect(handler(event)).rejects.toThrow('of no kind');
  await expect(handler(timerEvent('expireOrders'))).rejects.toThrow('no timer expireOrders');
});
