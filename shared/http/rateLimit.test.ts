import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeHandler } from '#lambdas/user/userHandler.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { httpEvent, httpResult } from '#runtime/testEvents.ts';
import type { LambdaHandler } from '#shared/lambda.ts';

const edgeSecret = 'e'.repeat(64);
let dairy: TestDairy;
let handler: LambdaHandler;
beforeAll(async () => {
  dairy = await testDairy({ env: { RATE_LIMITS: 'on' } });
  handler = makeHandler({ ...dairy.world, config: { ...dairy.world.config, edgeSecret } });
});
afterAll(() => dairy?.close());

/** What one address of API Gateway's gets that asks for reset codes of so many households, one after the other. */
async function forgets(from: string, times: number, headersOf: (i: number) => Record<string, string>) {
  const statuses: number[] = [];
  for (let i = 0; i < times; i++) {
    const body = { email: `household${i}@${from}.example.com` };
    const event = httpEvent('POST', '/user/password/forgot', { body, from, headers: headersOf(i) });
    statuses.push(httpResult(await handler(event)).status);
  }
  return statuses;
}

const viewer = (i: number) => ({ 'x-milkfloat-viewer': `198.51.100.${i}` });
const MOST = 60;

test('Households that come by one place of CloudFront’s do not use up each other’s tries', async () => {
  const statuses = await forgets('203.0.113.1', MOST + 5, (i) => ({
    ...viewer(i),
    'x-milkfloat-edge': edgeSecret,
  }));
  expect(statuses.filter((status) => status === 429)).toEqual([]);
});

test('One household has its own limit, also by the edge', async () => {
  const statuses = await forgets('203.0.113.2', MOST + 1, () => ({
    ...viewer(250),
    'x-milkfloat-edge': edgeSecret,
  }));
  expect(statuses.indexOf(429)).toBe(MOST);
});

test('Who calls the API past the edge and says to be somebody else each time is counted as one', async () => {
  for (const [from, shown] of [
    ['203.0.113.3', undefined],
    ['203.0.113.4', 'f'.repeat(64)],
    ['203.0.113.5', 'é'.repeat(64)],
  ] as const) {
    const forged = (i: number) => ({ ...viewer(i), ...(shown && { 'x-milkfloat-edge': shown }) });
    const statuses = await forgets(from, MOST + 1, forged);
    expect(statuses.indexOf(429)).toBe(MOST);
  }
});
