import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { checkInvariants } from '../invariants.ts';
import { type Milkfloat, startMilkfloat } from '../milkfloat.ts';
import { fillDemo } from './fill.ts';
import { demoHouseholds } from './people.ts';
import { DEMO_PASSWORD, PAST_DAYS } from './story.ts';

const folder = mkdtempSync(join(tmpdir(), 'milkfloat-demo-'));
const environment = {
  DATA_DIR: folder,
  PORT: '0',
  LOG_LEVEL: 'error',
  ADMIN_EMAIL: 'admin@dairy.example',
  ADMIN_PASSWORD: 'desk-2027',
};
let milkfloat: Milkfloat | undefined;
afterAll(async () => {
  await milkfloat?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('A demo has lived for days: rounds were driven, money moved, and its books are right', async () => {
  await fillDemo(environment, () => undefined);
  expect(readdirSync(folder)).not.toContain('demo-in-the-making');
  milkfloat = await startMilkfloat(readConfig(environment));
  const { url } = milkfloat;
  const post = (path: string, body: object) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const login = await post('/user/login', { email: 'admin@dairy.example', password: 'desk-2027' });
  const { token } = (await login.json()) as { token: string };
  const rows = async (path: string) =>
    (await (await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })).json()) as Record<
      string,
      unknown
    >[];
  const sales = await rows('/analytics/report?type=sales');
  const days = new Set(sales.filter(({ deliveredQty }) => Number(deliveredQty) > 0).map(({ day }) => day));
  expect(days.size).toBeGreaterThanOrEqual(PAST_DAYS - 2);
  expect((await rows('/admin/customers?limit=100')).length).toBe(demoHouseholds.length);
  // Not what couriers hold now: at some hours of a day all of it is handed over.
  const payments = await rows('/analytics/report?type=payments');
  const paidBy = new Set(
    payments.filter(({ succeeded }) => Number(succeeded) > 0).map((row) => row.paymentMethod),
  );
  expect([...paidBy].sort()).toEqual(expect.arrayContaining(['CARD', 'COD', 'UPI']));
  const household = await post('/user/login', { email: demoHouseholds[0]?.email, password: DEMO_PASSWORD });
  expect(household.status).toBe(200);
  expect(await checkInvariants(milkfloat.local.world, { quiet: false })).toEqual([]);
});

test('A folder that has a dairy is left as it is', async () => {
  const before = readdirSync(folder).sort();
  await fillDemo(environment, () => expect.unreachable('no admin is made'));
  expect(readdirSync(folder).sort()).toEqual(before);
});
