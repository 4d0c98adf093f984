import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lambdas } from '../lambdas/all.ts';
import { type Bundle, bundleAll } from './bundle.ts';
import { coldStarts } from './coldStart.ts';

/** The largest is a good 0.7 MB today. */
const MOST_BYTES = 800_000;
/**
 * Of a bare function's processor time; households wait for these. What it was at the last look is in docs/scale.md: the
 * rest is room for a machine that does other things, on which the same bundle was seen at 1.5 and at 2.2.
 */
const MOST_TIMES = 2.8;
const orderPath = ['user', 'product', 'cart', 'order', 'payment', 'delivery'];

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

test('A cold start loads at most 0.8 MB of any Lambda', () => {
  expect(bundles.filter(({ coldBytes }) => coldBytes > MOST_BYTES)).toEqual([]);
});

test.each(orderPath)(
  'The %s Lambda is ready within a small multiple of what a bare function takes',
  (lambda) => {
    const ratio = (times.get(lambda) ?? Number.NaN) / (times.get('bare') ?? Number.NaN);
    expect(ratio, `${times.get(lambda)} ms beside ${times.get('bare')} ms`).toBeLessThanOrEqual(MOST_TIMES);
  },
);
