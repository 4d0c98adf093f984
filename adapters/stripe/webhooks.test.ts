import { expect, onTestFinished, test } from 'vitest';
import { stripe } from '../contract/counterparts.ts';

async function open() {
  const other = await stripe(onTestFinished);
  const { provider, server } = other;
  /** Sends an event and answers what it is read as. */
  const read = (type: string, object: object) => {
    const { raw } = server.send(type, object);
    return provider.readWebhook(raw, server.headersOf(raw));
  };
  const charge = (token?: string) =>
    provider.charge({
      paymentId: 'PAY1',
      userId: 'U101',
      amountMinor: 6400,
      currency: 'INR',
      method: 'CARD',
      token,
    });
  return { ...other, read, charge };
}

const intent = {
  id: 'pi_7',
  object: 'payment_intent',
  amount: 6400,
  amount_received: 0,
  currency: 'inr',
  metadata: { paymentId: 'PAY1' },
  last_payment_error: null,
};

test('An intent’s event says how its charge stands, with the event’s own amount and currency', async () => {
  const { read } = await open();
  const event = { kind: 'CHARGE', providerEventId: expect.stringMatching(/^evt_/), ourId: 'PAY1' };
  const providerRef = 'pi_7';
  const paid = { ...intent, status: 'succeeded', amount_received: 6300, currency: 'usd' };
  expect(await read('payment_intent.succeeded', paid)).toEqual({
    ...event,
    result: { state: 'SUCCEEDED', providerRef, amountMinor: 6300, currency: 'USD' },
  });
  expect(await read('payment_intent.processing', { ...intent, status: 'processing' })).toEqual({
    ...event,
    result: { state: 'PENDING', providerRef, amountMinor: 6400, currency: 'INR' },
  });
  expect(await read('payment_intent.canceled', { ...intent, status: 'canceled' })).toEqual({
    ...event,
    result: { state: 'FAILED', providerRef, reason: 'CANCELLED' },
  });
});

test('A charge that the household’s device could not finish is stopped, so that its failure is the end', async () => {
  const { provider, server, charge } = await open();
  await charge();
  const [begun] = server.books.intents.values();
  const broke = server.books.methodOf('pm_card_visa_chargeDeclinedInsufficientFunds');
  if (begun && broke) server.books.confirm(begun, broke, false);
  const { raw = '' } = server.sent.find(({ type }) => type === 'payment_intent.payment_failed') ?? {};
  const failed = { ourId: 'PAY1', result: { state: 'FAILED', reason: 'INSUFFICIENT_FUNDS' } };
  expect(await provider.readWebhook(raw, server.headersOf(raw))).toMatchObject(failed);
  expect(begun?.status).toBe('canceled');
  expect(await provider.readWebhook(raw, server.headersOf(raw))).toMatchObject(failed);
});

test('A device that was declined and has paid meanwhile has paid', async () => {
  const { provider, server, charge } = await open();
  await charge();
  const { books } = server;
  const [begun] = books.intents.values();
  const [broke, good] = [books.methodOf('pm_card_visa_chargeDeclined'), books.methodOf('pm_card_visa')];
  if (begun && broke) books.confirm(begun, broke, false);
  const { raw = '' } = server.sent.find(({ type }) => type === 'payment_intent.payment_failed') ?? {};
  if (begun && good) books.confirm(begun, good, false);
  expect(await provider.readWebhook(raw, server.headersOf(raw))).toMatchObject({
    ourId: 'PAY1',
    result: { state: 'SUCCEEDED', amountMinor: 6400 },
  });
});

test('A decline that cannot be made final now is not believed: Stripe sends it again', async () => {
  const { provider, server, charge } = await open();
  await charge();
  const [begun] = server.books.intents.values();
  const broke = server.books.methodOf('pm_card_visa_chargeDeclined');
  if (begun && broke) server.books.confirm(begun, broke, false);
  const { raw = '' } = server.sent.find(({ type }) => type === 'payment_intent.payment_failed') ?? {};
  server.trouble('POST payment_intents/id/cancel', 'LOST_REQUEST', 'LOST_REQUEST');
  await expect(provider.readWebhook(raw, server.headersOf(raw))).rejects.toThrow();
  expect(await provider.readWebhook(raw, server.headersOf(raw))).toMatchObject({
    result: { state: 'FAILED' },
  });
});

test('A refund’s events say how it stands', async () => {
  const { read } = await open();
  const refund = { id: 're_7', amount: 3000, currency: 'inr', metadata: { refundId: 'R1' } };
  const event = { kind: 'REFUND', ourId: 'R1' };
  const pending = { ...refund, status: 'pending' };
  expect(await read('refund.created', pending)).toMatchObject({ ...event, result: { state: 'PENDING' } });
  expect(await read('refund.updated', { ...refund, status: 'requires_action' })).toMatchObject({
    ...event,
    result: { state: 'PENDING' },
  });
  const done = { state: 'SUCCEEDED', providerRef: 're_7', amountMinor: 3000, currency: 'INR' };
  expect(await read('charge.refund.updated', { ...refund, status: 'succeeded' })).toMatchObject({
    ...event,
    result: done,
  });
  const failed = { ...refund, status: 'failed', failure_reason: 'lost_or_stolen_card' };
  expect(await read('refund.failed', failed)).toMatchObject({
    ...event,
    result: { state: 'FAILED', reason: 'LOST_OR_STOLEN_CARD' },
  });
  expect(await read('refund.updated', { ...refund, status: 'canceled' })).toMatchObject({
    ...event,
    result: { state: 'FAILED', reason: 'CANCELLED' },
  });
});

test('What is not the dairy’s own is passed over: other charges of the account, refunds made by hand', async () => {
  const { read } = await open();
  const others = { ...intent, metadata: {}, status: 'succeeded' };
  expect(await read('payment_intent.succeeded', others)).toBe('IGNORED');
  expect(await read('payment_intent.payment_failed', { ...others, status: 'requires_payment_method' })).toBe(
    'IGNORED',
  );
  expect(await read('refund.created', { id: 're_1', status: 'succeeded', metadata: {} })).toBe('IGNORED');
  expect(await read('refund.created', { id: 're_1', status: 'succeeded', metadata: null })).toBe('IGNORED');
  for (const type of ['charge.succeeded', 'payment_intent.created', 'payout.created', 'invoice.paid'])
    expect(await read(type, others), type).toBe('IGNORED');
});

test('A dispute counts once money was withdrawn for it, however many events tell of that', async () => {
  const { read, charge } = await open();
  const { providerRef } = await charge('pm_card_visa');
  const dispute = {
    id: 'dp_7',
    payment_intent: providerRef,
    amount: 6400,
    currency: 'inr',
    status: 'needs_response',
    balance_transactions: [{ fee: 1500, currency: 'inr' }],
  };
  const told = { kind: 'DISPUTE', ourId: 'PAY1', disputeRef: 'dp_7', amountMinor: 6400, feeMinor: 1500 };
  for (const type of ['created', 'funds_withdrawn'])
    expect(await read(`charge.dispute.${type}`, dispute)).toMatchObject({ ...told, state: 'OPENED' });
  expect(await read('charge.dispute.closed', { ...dispute, status: 'lost' })).toMatchObject({
    ...told,
    state: 'LOST',
  });
  const feeBack = [
    { fee: 1500, currency: 'inr' },
    { fee: -1500, currency: 'inr' },
  ];
  const won = { ...dispute, status: 'won', balance_transactions: feeBack };
  expect(await read('charge.dispute.closed', won)).toMatchObject({ ...told, state: 'WON', feeMinor: 0 });

  const inquiry = { ...dispute, status: 'warning_needs_response', balance_transactions: [] };
  expect(await read('charge.dispute.created', inquiry)).toBe('IGNORED');
  expect(await read('charge.dispute.closed', { ...inquiry, status: 'warning_closed' })).toBe('IGNORED');
  expect(await read('charge.dispute.updated', dispute)).toBe('IGNORED');
  expect(await read('charge.dispute.funds_withdrawn', { ...dispute, payment_intent: null })).toBe('IGNORED');
});

test('A payout’s fees are those of its charges and Stripe’s own; a dispute’s was told with the dispute', async () => {
  const { read, server } = await open();
  const inr = { object: 'balance_transaction', currency: 'inr' };
  server.pays('po_7', [
    { ...inr, id: 'txn_1', reporting_category: 'charge', amount: 50_000, fee: 1000 },
    { ...inr, id: 'txn_2', reporting_category: 'refund', amount: -3000, fee: 0 },
    { ...inr, id: 'txn_3', reporting_category: 'dispute', amount: -6400, fee: 1500 },
    { ...inr, id: 'txn_4', reporting_category: 'fee', amount: -250, fee: 0 },
    { ...inr, id: 'txn_5', reporting_category: 'payout', amount: -37_850, fee: 0 },
  ]);
  const payout = {
    id: 'po_7',
    amount: 37_850,
    currency: 'inr',
    automatic: true,
    reconciliation_status: 'completed',
  };
  const settled = { kind: 'SETTLEMENT', payoutRef: 'po_7', amountMinor: 37_850, feeMinor: 1250 };
  expect(await read('payout.paid', payout)).toMatchObject(settled);
  const byHand = { ...payout, automatic: false, reconciliation_status: 'not_applicable' };
  expect(await read('payout.paid', byHand)).toMatchObject({ ...settled, feeMinor: 0 });
});

test('A payout whose lines are not known yet is sent again later', async () => {
  const { read } = await open();
  const payout = { id: 'po_7', amount: 100, currency: 'inr', automatic: true };
  await expect(read('payout.paid', { ...payout, reconciliation_status: 'in_progress' })).rejects.toThrow(
    /po_7/,
  );
});
