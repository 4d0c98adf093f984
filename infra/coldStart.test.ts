import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lambdas } from '../lambdas/all.ts';
import { type Bundle, bundleAll } from './bundle.ts';
import { coldStarts, timesBare } from './coldStart.ts';

/** All that a Lambda may ever load, minified. The largest is 1.18 MB today. */
const MOST_CODE = 1_200_000;
/** The largest, the desk's, is 0.70 MB today. */
const MOST_COLD = 720_000;
/** Of a bare function's processor time; households wait for these. The most is 1.3 today (docs/scale.md). */
const MOST_TIMES = 1.5;
const orderPath = ['user', 'product', 'cart', 'order', 'payment', 'delivery'];

const folder = mkdtempSync(join(tmpdir(), 'milkfloat-cold-'));
let bundles: Bundle[];
let least: ReadonlyMap<string, number>;
beforeAll(async () => {
  bundles = await bundleAll(
    lambdas.map(({ name }) => name),
    folder,
  );
  const hurried = bundles.filter(({ lambda }) => orderPath.includes(lambda));
  least = await coldStarts(hurried, folder, { budget: MOST_TIMES });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('A cold start loads at most 0.72 MB of any Lambda', () => {
  expect(bundles.filter(({ coldBytes }) => coldBytes > MOST_COLD)).toEqual([]);
});

test('The code of any Lambda, with all that it loads later, is at most 1.2 MB', () => {
  expect(bundles).toHaveLength(lambdas.length);
  expect(bundles.filter(({ codeBytes }) => codeBytes > MOST_CODE)).toEqual([]);
});

test.each(orderPath)('The %s Lambda is ready within 1.5 times what a bare function takes', (lambda) => {
  const figures = `${least.get(lambda)} ms beside ${least.get('bare')} ms`;
  expect(timesBare(least, lambda), figures).toBeLessThanOrEqual(MOST_TIMES);
});
