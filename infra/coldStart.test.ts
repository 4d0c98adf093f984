import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lambdas } from '../lambdas/all.ts';
import { type Bundle, bundleAll } from './bundle.ts';
import { coldStarts } from './coldStart.ts';

const MOST_BYTES = 1_200_000;
/** Of a bare function's processor time; households wait for these. What it was at the last look is in docs/scale.md. */
const most = { user: 1.8, product: 1.5, cart: 1.5, order: 1.8, payment: 1.8, delivery: 1.7 };

const folder = mkdtempSync(join(tmpdir(), 'milkfloat-cold-'));
let bundles: Bundle[];
let times: Map<string, number>;
beforeAll(async () => {
  bundles = await bundleAll(
    lambdas.map(({ name }) => name),
    folder,
  );
  times = await coldStarts(bundles, folder, 5);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('A cold start loads at most 1.2 MB of any Lambda', () => {
  expect(bundles.filter(({ coldBytes }) => coldBytes > MOST_BYTES)).toEqual([]);
});

describe.each(Object.entries(most))('The %s Lambda', (lambda, limit) => {
  test(`is ready within ${limit} times of what a bare function takes`, () => {
    const ratio = (times.get(lambda) ?? Number.NaN) / (times.get('bare') ?? Number.NaN);
    expect(ratio, `${times.get(lambda)} ms beside ${times.get('bare')} ms`).toBeLessThanOrEqual(limit);
  });
});
