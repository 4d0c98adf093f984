import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Orders } from '#lambdas/order/models/Order.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { httpEvent, queueEvent } from '#runtime/testEvents.ts';
import { StoreError, type Wire } from '#shared/data/wire.ts';
import { dayOf } from '#shared/domain/day.ts';
import { Outbox } from '#shared/events/event.ts';
import { type AnalyticsEvent, AnalyticsEvents } from './models/AnalyticsEvent.ts';
import type { OrdersRow } from './rules/orders.ts';
import type { PaymentsRow } from './rules/payments.ts';
import type { SalesRow } from './rules/sales.ts';

let dairy: TestDairy;
beforeEach(async () => {
  dairy = await testDairy();
});
afterEach(() => dairy.close());

const zone = 'Asia/Kolkata';
const report = <R>(input: object, actor = dairy.admin) =>
  dairy.call<R[] & Refusal>('analytics', 'generateReport', input, actor);

async function logged(): Promise<AnalyticsEvent[]> {
  const rows: AnalyticsEvent[] = [];
  for await (const row of dairy.world.store.scan(AnalyticsEvents)) rows.push(row);
  return rows;
}

function event(i: number, more: object = {}) {
  return {
    eventId: `Etest${i}`,
    eventType: 'USER_LOGGED_IN',
    schema: 1,
    entityId: `SN${i}`,
    entityVersion: 1,
    userId: 'U101',
    timestamp: '2027-01-04T18:35:00Z',
    ...more,
  };
}

const deliver = (events: readonly (object | string)[]) =>
  dairy.handlerOf('analytics')(queueEvent('analytics', events));

/** Breaks the first writes of the event log with an error of the store. */
function breakWrites(error: StoreError, times: number, isHit = (_payload: string) => true) {
  let left = times;
  dairy.wireOf.current = (wire): Wire => ({
    ...wire,
    async call<A>(...args: Parameters<Wire['call']>) {
      if (args[0] === 'TransactWriteItems' && left > 0 && isHit(JSON.stringify(args[1]))) {
        left--;
        throw error;
      }
      return wire.call<A>(...args);
    },
  });
}

describe('the event log', () => {
  it('Every event that was published is kept once, on its local day, also when each comes several times', async () => {
    const order = await dairy.order();
    await dairy.pay(order, { paymentMethod: 'COD' });
    await dairy.settle({ disturb: (batch) => [...batch, ...batch].reverse() });
    const published: string[] = [];
    for await (const row of dairy.world.store.scan(Outbox)) published.push(row.eventId);
    const rows = await logged();
    expect(rows.map(({ eventId }) => eventId).sort()).toEqual(published.sort());
    expect(rows.find(({ eventType }) => eventType === 'ORDER_PLACED')).toMatchObject({
      orderId: order.orderId,
      entityVersion: 1,
      event: { amountMinor: 10_000, lines: [{ productId: 'P101', qty: 2 }] },
    });
    for (const { dayKey, timestamp } of rows) expect(dayKey.split('#')[0]).toBe(dayOf(timestamp, zone));
  });

  it('A batch of which some are kept already keeps the rest, and holds nothing up', async () => {
    await deliver([event(1), event(2)]);
    const answer = await deliver([event(2), event(3), event(1), event(3)]);
    expect(answer).toEqual({ batchItemFailures: [] });
    const rows = await logged();
    expect(rows.map(({ eventId }) => eventId).sort()).toEqual(['Etest1', 'Etest2', 'Etest3']);
    expect(rows[0]).toMatchObject({
      timestamp: '2027-01-04T18:35:00.000Z',
      dayKey: expect.stringMatching(/^2027-01-05#\d$/),
    });
  });

  it('An event without an instant, and text that is none, come again alone', async () => {
    expect(await deliver([event(1), event(2, { timestamp: 'yesterday' }), 'not json', event(3)])).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-2' }, { itemIdentifier: 'message-1' }],
    });
    expect((await logged()).map(({ eventId }) => eventId).sort()).toEqual(['Etest1', 'Etest3']);
  });

  it('A conflict or a lost answer is tried again, and each event still is there once', async () => {
    breakWrites(new StoreError('NetworkError', 'lost'), 2);
    expect(await deliver([event(1), event(2)])).toEqual({ batchItemFailures: [] });
    const conflict = [{ Code: 'TransactionConflict' }, { Code: 'None' }];
    breakWrites(new StoreError('TransactionCanceledException', 'conflict', conflict), 2);
    expect(await deliver([event(3), event(4)])).toEqual({ batchItemFailures: [] });
    expect(await logged()).toHaveLength(4);
  });

  it('An event that the store will never take does not hold up the others of its batch', async () => {
    const tooBig = new StoreError('ValidationException', 'too big');
    breakWrites(tooBig, Number.POSITIVE_INFINITY, (payload) => payload.includes('"Etest5"'));
    const events = Array.from({ length: 9 }, (_, i) => event(i));
    expect(await deliver(events)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-5' }] });
    expect(await logged()).toHaveLength(8);
  });

  it('A store that stays away gives the whole batch back', async () => {
    breakWrites(new StoreError('NetworkError', 'lost'), Number.POSITIVE_INFINITY);
    expect(await deliver([event(1), event(2)])).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-1' }],
    });
    dairy.wireOf.current = (wire) => wire;
    expect(await logged()).toEqual([]);
  });

  it("The seed's own event is kept by a direct call, once for one eventId", async () => {
    const seed = { eventType: 'USER_REGISTERED', userId: 'U101', timestamp: '2025-10-14T10:00:00Z' };
    const first = await dairy.call<{ eventId: string }>('analytics', 'logEvent', seed);
    expect(first.eventId).toMatch(/^E/);
    const again = { ...seed, eventId: first.eventId };
    expect(await dairy.call('analytics', 'logEvent', again)).toEqual(first);
    expect(await logged()).toMatchObject([
      { ...seed, eventId: first.eventId, timestamp: '2025-10-14T10:00:00.000Z', entityVersion: 0 },
    ]);
    expect(
      await dairy.call('analytics', 'logEvent', { eventType: 'ORDER_PLACED', orderId: 'O101' }),
    ).toHaveProperty('eventId');
  });

  it('A household may neither log events nor see reports, and an event without a type is refused', async () => {
    for (const actor of [dairy.household, dairy.courier]) {
      expect(await report({ type: 'sales' }, actor)).toMatchObject({ code: 'FORBIDDEN' });
      expect(await dairy.call('analytics', 'logEvent', { eventType: 'X1' }, actor)).toMatchObject({
        code: 'FORBIDDEN',
      });
    }
    expect(await dairy.call('analytics', 'logEvent', { userId: 'U101' })).toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});

describe('reports', () => {
  it('Sales, orders and payments are what the orders themselves add up to', async () => {
    await dairy.addProduct({ productId: 'P102', name: 'Curd', price: 27.5, stock: 50 });
    const both = {
      cartItems: [
        { productId: 'P101', qty: 2 },
        { productId: 'P102', qty: 1 },
      ],
    };
    const first = await dairy.order(both);
    await dairy.pay(first, { paymentMethod: 'COD' });
    const second = await dairy.order();
    await dairy.call('order', 'cancelOrder', { orderId: second.orderId }, dairy.household);
    dairy.clock.advance(86_400);
    const third = await dairy.order({ deliverySlot: '2027-01-07T02:30:00.000Z' });
    await dairy.settle();
    // A hand-written event without figures changes none.
    await dairy.call('analytics', 'logEvent', { eventType: 'ORDER_PLACED', orderId: third.orderId });

    const range = { from: '2027-01-04', to: '2027-01-05' };
    const orders = await report<OrdersRow>({ type: 'orders', ...range });
    const expected = new Map<string, { count: number; amount: number }>();
    for await (const order of dairy.world.store.scan(Orders)) {
      const key = `${dayOf(order.createdAt, zone)} ${order.status}`;
      const group = expected.get(key) ?? { count: 0, amount: 0 };
      expected.set(key, { count: group.count + 1, amount: group.amount + order.amount / 100 });
    }
    expect(new Map(orders.map(({ day, status, ...rest }) => [`${day} ${status}`, rest]))).toEqual(expected);
    expect(orders).toHaveLength(3);

    const sales = await report<SalesRow>({ type: 'sales', ...range });
    const none = { deliveredQty: 0, deliveredAmount: 0, cancelledQty: 0, cancelledAmount: 0 };
    expect(sales).toEqual([
      {
        ...none,
        day: '2027-01-04',
        productId: 'P101',
        orderedQty: 4,
        orderedAmount: 200,
        cancelledQty: 2,
        cancelledAmount: 100,
      },
      { ...none, day: '2027-01-04', productId: 'P102', orderedQty: 1, orderedAmount: 27.5 },
      { ...none, day: '2027-01-05', productId: 'P101', orderedQty: 2, orderedAmount: 100 },
    ]);
    expect(await report<SalesRow>({ type: 'sales', from: '2027-01-05', to: '2027-01-05' })).toEqual(
      sales.slice(2),
    );
  });

  it('A delivery and its money are in the reports of the day they happened', async () => {
    const order = await dairy.order();
    await dairy.pay(order, { paymentMethod: 'COD' });
    await dairy.settle();
    dairy.clock.set('2027-01-06T03:00:00.000Z');
    const { deliveryId } = await dairy.orderRow(order.orderId);
    expect(deliveryId).toBeDefined();
    for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(String(deliveryId), status);
    await dairy.move(String(deliveryId), 'DELIVERED', { cashCollected: 100 });
    await dairy.settle();

    const orders = await report<OrdersRow>({ type: 'orders', from: '2027-01-04', to: '2027-01-04' });
    expect(orders).toEqual([{ day: '2027-01-04', status: 'DELIVERED', count: 1, amount: 100 }]);
    const sales = await report<SalesRow>({ type: 'sales' });
    expect(sales.at(-1)).toMatchObject({
      day: '2027-01-06',
      deliveredQty: 2,
      deliveredAmount: 100,
      orderedQty: 0,
    });
    const payments = await report<PaymentsRow>({ type: 'payments' });
    expect(payments).toMatchObject([
      { day: '2027-01-06', paymentMethod: 'COD', succeeded: 1, succeededAmount: 100, failed: 0, refunded: 0 },
    ]);
  });

  it('The last seven days are told when no day is named; other spans must be in order and within 366 days', async () => {
    const at = (day: string) => ({ timestamp: `${day}T06:00:00Z` });
    const placed = { eventType: 'ORDER_PLACED', lines: [{ productId: 'P1', qty: 1, amountMinor: 100 }] };
    await deliver(
      ['2026-12-28', '2026-12-29', '2027-01-04'].map((day, i) => event(i, { ...placed, ...at(day) })),
    );
    const days = async (input: object) =>
      (await report<SalesRow>({ type: 'sales', ...input })).map(({ day }) => day);
    expect(await days({})).toEqual(['2026-12-29', '2027-01-04']);
    expect(await days({ from: '2026-01-05' })).toHaveLength(3);
    expect(await days({ to: '2026-12-28' })).toEqual(['2026-12-28']);
    for (const [input, pointer] of [
      [{ from: '2026-01-03' }, '?from'],
      [{ from: '2027-01-05', to: '2027-01-04' }, '?from'],
    ] as const) {
      expect(await report({ type: 'sales', ...input })).toMatchObject({
        status: 422,
        code: 'INVALID_INPUT',
        errors: [{ pointer }],
      });
    }
    expect(await report({ type: 'sales', from: '2026-02-30' })).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await report({ type: 'profit' })).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('As CSV the report has the same figures, is a file to keep, and runs nothing in a spreadsheet', async () => {
    const lines = [{ productId: '=1+1', qty: 1, amountMinor: 150 }];
    await deliver([event(1, { eventType: 'ORDER_PLACED', lines })]);
    const { token } = await dairy.world.identity.issue({ ...dairy.admin, sessionId: 'SN1' });
    const query = { type: 'sales', from: '2027-01-05', to: '2027-01-05', format: 'csv' };
    const answer = (await dairy.handlerOf('analytics')(
      httpEvent('GET', '/analytics/report', { token, query }),
    )) as { statusCode: number; headers: Record<string, string>; body: string };
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('text/csv');
    expect(answer.headers['content-disposition']).toBe(
      'attachment; filename="sales-2027-01-05-2027-01-05.csv"',
    );
    expect(parse(answer.body, { columns: true })).toEqual([
      {
        day: '2027-01-05',
        productId: "'=1+1",
        orderedQty: '1',
        orderedAmount: '1.5',
        cancelledQty: '0',
        cancelledAmount: '0',
        deliveredQty: '0',
        deliveredAmount: '0',
      },
    ]);
  });

  it('A report reads the days it needs and never a whole table', async () => {
    const calls: string[] = [];
    dairy.wireOf.current = (wire): Wire => ({
      ...wire,
      call: <A>(...args: Parameters<Wire['call']>) => {
        calls.push(args[0]);
        return wire.call<A>(...args);
      },
    });
    await report({ type: 'orders' });
    expect(calls).not.toContain('Scan');
    // Seven days and one on either side, in four parts each.
    expect(calls.filter((operation) => operation === 'Query')).toHaveLength(9 * 4);
  });
});
