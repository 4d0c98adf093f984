import { randomUUID } from 'node:crypto';
import type { Wire } from '#shared/data/wire.ts';
import { shardOf } from '#shared/domain/shard.ts';
import { orderFacts } from './order.ts';
import { change, put, type Row, readOf, tell, ulid } from './requests.ts';

/**
 * Mirrors `processPayment` by card: one BatchGetItem; a transaction of two rows before the provider is asked;
 * then, for its yes, `settleCharge`'s transaction of payment, order, ledger and two events. Nobody is asked here.
 */
export async function payOrder(wire: Wire, input: { orderId: string; amount: number }) {
  const { orderId } = input;
  const [order] = await readOf(wire, { Orders: { orderId } });
  if (order?.amount !== Math.round(input.amount * 100))
    throw new RangeError(`${orderId} costs something else`);
  const payment = newPayment(order);
  const { paymentId } = payment;
  const version = order.version + 1;
  const asking = {
    update: 'SET #pendingPaymentId = :pendingPaymentId, #version = :next',
    condition: '#version = :version',
  };
  await wire.call('TransactWriteItems', {
    TransactItems: [
      { Put: put('Payments', 'paymentId', payment) },
      {
        Update: change('Orders', { orderId }, asking, {
          ':pendingPaymentId': paymentId,
          ':next': version,
          ':version': order.version,
        }),
      },
    ],
  });
  await settle(wire, payment, { ...order, version });
  return { paymentId, status: 'SUCCESS' };
}

type Payment = ReturnType<typeof newPayment>;

function newPayment({ orderId, userId, amount }: Row) {
  const paymentId = `PAY${ulid()}`;
  const now = new Date();
  return {
    paymentId,
    orderId,
    userId,
    amount,
    status: 'PENDING',
    paymentMethod: 'CARD',
    provider: 'sandbox',
    captured: 0,
    refunded: 0,
    createdAt: now.toISOString(),
    version: 1,
    todo: `RECONCILE#${shardOf(paymentId)}`,
    todoAt: new Date(now.getTime() + 60_000).toISOString(),
  };
}

async function settle(wire: Wire, payment: Payment, order: Row): Promise<void> {
  const { paymentId, paymentMethod, orderId, userId, amount } = payment;
  const at = new Date().toISOString();
  const confirmed: Row = { ...order, status: 'CONFIRMED', version: order.version + 1 };
  const movementId = `${orderId}#PAID#${paymentId}`;
  const movement = {
    movementId,
    kind: 'ORDER_PAID',
    at,
    userId,
    orderId,
    lines: [
      { account: 'provider', amount },
      { account: 'held', amount: -amount },
    ],
    dayKey: `${at.slice(0, 10)}#${shardOf(movementId)}`,
  };
  const paid = { userId, orderId, paymentId, paymentMethod, amountMinor: amount };
  await wire.call('TransactWriteItems', {
    TransactItems: [
      { Update: settlePayment(payment, at) },
      { Update: confirmOrder(order, confirmed, paymentId, at) },
      { Put: put('Ledger', 'movementId', movement) },
      tell('PAYMENT_SUCCEEDED', paymentId, payment.version + 1, paid),
      tell('ORDER_CONFIRMED', orderId, confirmed.version, orderFacts(confirmed)),
    ],
  });
}

function settlePayment({ paymentId, amount, version }: Payment, at: string) {
  const texts = {
    update:
      'SET #captured = :captured, #providerRef = :ref, #settledAt = :at, #status = :success, #version = :next ' +
      'REMOVE #todo, #todoAt',
    condition: '(#version = :version AND #status = :pending)',
  };
  return change('Payments', { paymentId }, texts, {
    ':captured': amount,
    ':ref': `sbx_${randomUUID()}`,
    ':at': at,
    ':success': 'SUCCESS',
    ':next': version + 1,
    ':version': version,
    ':pending': 'PENDING',
  });
}

function confirmOrder({ orderId, userId, version }: Row, confirmed: Row, paymentId: string, at: string) {
  const texts = {
    update:
      'SET #payment = :payment, #todo = :todo, #todoAt = :at, #status = :status, #version = :next, ' +
      '#timeline = list_append(if_not_exists(#timeline, :none), :entries) REMOVE #pendingPaymentId',
    condition: '(attribute_exists(#orderId) AND #version = :version)',
  };
  return change('Orders', { orderId }, texts, {
    ':payment': { paymentId, paymentMethod: 'CARD', status: 'SUCCESS' },
    ':todo': `ASSIGN#${shardOf(orderId)}`,
    ':at': at,
    ':status': confirmed.status,
    ':next': confirmed.version,
    ':none': [],
    ':entries': [{ status: 'CONFIRMED', at, by: userId }],
    ':version': version,
  });
}
