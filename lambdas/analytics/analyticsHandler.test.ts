import { afterAll, beforeAll, expect, test } from 'vitest';
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
import { makeHandler } from './analyticsHandler.ts';
import { type AnalyticsEvent, AnalyticsEvents } from './models/AnalyticsEvent.ts';

let dairy: TestDairy;
let handler: LambdaHandler;
beforeAll(async () => {
  dairy = await testDairy();
  handler = makeHandler(dairy.world);
});
afterAll(() => dairy?.close());

async function keptOf(eventType: string): Promise<AnalyticsEvent[]> {
  const rows: AnalyticsEvent[] = [];
  for await (const row of dairy.world.store.scan(AnalyticsEvents))
    if (row.eventType === eventType) rows.push(row);
  return rows;
}

test('Every event of a batch is kept once; one without an instant and one that is no event fail alone', async () => {
  await dairy.order();
  const [registered] = await publishedOf(dairy.world, 'USER_REGISTERED');
  const [placed] = await publishedOf(dairy.world, 'ORDER_PLACED');
  const timeless = { ...placed, eventId: 'Etimeless', timestamp: 'some day' };
  const batch = queueEvent('analytics', [registered ?? {}, timeless, placed ?? {}, '"poison"', placed ?? {}]);
  const answer = (await handler(batch)) as { batchItemFailures: { itemIdentifier: string }[] };
  const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort();
  expect(failed).toEqual(['message-1', 'message-3']);
  expect(await keptOf('ORDER_PLACED')).toMatchObject([
    { eventId: placed?.eventId, userId: 'U101', orderId: placed?.orderId },
  ]);
  expect(await keptOf('USER_REGISTERED')).toHaveLength(1);

  expect(await handler(queueEvent('analytics', [placed ?? {}], 2))).toEqual({ batchItemFailures: [] });
  expect(await keptOf('ORDER_PLACED')).toHaveLength(1);
});

test('The desk reads the day’s sales through API Gateway as JSON and as CSV; a household does not', async () => {
  const query = { type: 'sales', from: '2027-01-04', to: '2027-01-04' };
  const token = await tokenOf(dairy.world, dairy.admin);
  const json = httpResult(await handler(httpEvent('GET', '/analytics/report', { token, query })));
  expect(json).toMatchObject({
    status: 200,
    body: [{ day: '2027-01-04', productId: 'P101', orderedQty: 2, orderedAmount: 100 }],
  });
  const csv = httpResult<string>(
    await handler(httpEvent('GET', '/analytics/report', { token, query: { ...query, format: 'csv' } })),
  );
  expect(csv.headers['content-type']).toContain('text/csv');
  const [header = '', row = ''] = csv.body.split(/\r?\n/);
  const cells = Object.fromEntries(header.split(',').map((name, i) => [name, row.split(',')[i]]));
  expect(cells).toMatchObject({
    day: '2027-01-04',
    productId: 'P101',
    orderedQty: '2',
    orderedAmount: '100',
  });

  const household = await tokenOf(dairy.world, dairy.household);
  const closed = httpResult(
    await handler(httpEvent('GET', '/analytics/report', { token: household, query })),
  );
  expect(closed).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
});

test('Another Lambda logs with the seed’s payload, and says it twice without counting twice', async () => {
  const payload = { eventType: 'APP_OPENED', userId: 'U101', timestamp: '2027-01-04T10:00:00Z' };
  const answer = await handler({ function: 'logEvent', payload });
  expect(answer).toEqual({ eventId: expect.stringMatching(/^E/) });
  expect(await keptOf('APP_OPENED')).toMatchObject([
    { ...(answer as object), userId: 'U101', timestamp: '2027-01-04T10:00:00.000Z' },
  ]);
  const repeated = { ...payload, eventId: 'E777' };
  for (let times = 0; times < 2; times++) {
    expect(await handler({ function: 'logEvent', payload: repeated })).toEqual({ eventId: 'E777' });
  }
  expect(await keptOf('APP_OPENED')).toHaveLength(2);
  expect(await handler({ function: 'logEvent', actor: dairy.household, payload })).toMatchObject({
    code: 'FORBIDDEN',
  });
  expect(await handler({ function: 'generateReport', payload: { type: 'orders' } })).toEqual(
    expect.any(Array),
  );
});

test('An event of no kind it knows, and a timer it does not have, are faults', async () => {
  for (const event of strangeEvents) await expect(handler(event)).rejects.toThrow('of no kind');
  await expect(handler(timerEvent('expireOrders'))).rejects.toThrow('no timer expireOrders');
});
