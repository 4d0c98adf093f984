import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, login, moveClock, type Server, startServer } from '../server.ts';

/**
 * A month of one family, lived over HTTP with a clock that the test moves. What the month must have cost is reckoned
 * here by hand, in paise: see README, "How money works".
 */
const asha = { email: 'asha@example.com', password: 'test123' };
const ravi = { email: 'ravi@dairy.example', password: 'round-1' };
const address = { line1: '7 Neem Street', city: 'Bengaluru', pincode: '560001' };

let server: Server;
let subscriptionId: string;

/** An instant of the dairy's own clock, in Kolkata. */
const at = (day: string, time: string) => new Date(`2027-06-${day}T${time}:00+05:30`).toISOString();
const day = (number: number) => `2027-06-${String(number).padStart(2, '0')}`;

beforeAll(async () => {
  server = await startServer({ clock: at('01', '10:00') });
});
afterAll(() => server?.stop());

type Body = Record<string, never> & { [field: string]: unknown };

/** Somebody asks; what is not refused is expected to be fine. */
async function ask<A = Body>(
  who: typeof asha | 'admin',
  method: string,
  path: string,
  body?: object,
): Promise<A> {
  const token = await login(server, who === 'admin' ? undefined : who);
  const answer = await server.http<A>(method, path, { token, body });
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}

const change = (action: string, more: object = {}) =>
  ask<{ status: string; receipt: Record<string, unknown> }>(asha, 'PATCH', '/order/subscription', {
    subscriptionId,
    action,
    ...more,
  });
const wallet = () => ask(asha, 'GET', '/payment/wallet');

interface Stop {
  deliveryId: string;
  orderId: string;
}

/** Ravi brings the day's bottles, before half past seven; of what is short he says how much he left. */
async function bring(number: number, short: object = {}): Promise<void> {
  await moveClock(server, at(day(number).slice(8), '07:30'));
  const run = await ask<Stop[]>(ravi, 'GET', `/delivery/run?day=${day(number)}`);
  for (const { deliveryId } of run) {
    for (const status of ['PICKED_UP', 'IN_TRANSIT']) {
      await ask(ravi, 'PATCH', '/delivery/update', { deliveryId, status });
    }
    await ask(ravi, 'PATCH', '/delivery/update', { deliveryId, status: 'DELIVERED', ...short });
  }
}

/** The days from one to another, both included, as they come. */
async function live(from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number++) await bring(number);
}

test('The dairy sells milk and curd, and Asha’s family takes two litres a day from the second on', async () => {
  const milk = { productId: 'PMILK', name: 'Cow milk', price: 50, category: 'Milk', unit: '1 l' };
  const curd = {
    productId: 'PCURD',
    name: 'Curd',
    price: 42,
    category: 'Curd',
    taxes: { CGST: 250, SGST: 250 },
  };
  await ask('admin', 'POST', '/product/add', { ...milk, stockMode: 'PER_DAY', dailySupply: 40 });
  await ask('admin', 'POST', '/product/add', { ...curd, stock: 20 });
  await ask('admin', 'POST', '/admin/user', { name: 'Ravi', role: 'courier', ...ravi });
  await server.http('POST', '/user/register', { body: { userId: 'UASHA', name: 'Asha', ...asha, address } });
  await ask(asha, 'POST', '/payment/topup', { amount: 1500, paymentMethod: 'UPI' });
  const made = await ask<{ subscriptionId: string; receipt: object }>(asha, 'POST', '/order/subscribe', {
    items: [{ productId: 'PMILK', qty: 2 }],
    schedule: { type: 'DAILY' },
    startDate: day(2),
    slot: 'MORNING',
    paymentMethod: 'WALLET',
  });
  subscriptionId = made.subscriptionId;
  expect(made.receipt).toMatchObject({ firstDayAffected: day(2), monthBefore: 0, monthAfter: 29 * 100 });
});

test('Each evening what tomorrow brings is set aside, each morning it is earned', async () => {
  await moveClock(server, at('01', '21:59'));
  const tomorrow = await ask('admin', 'POST', '/admin/run/simulate', { day: day(2) });
  expect(await wallet()).toMatchObject({ available: 1500, deferred: 0 });
  await moveClock(server, at('01', '22:05'));
  const { demand: _, short: __, ...foretold } = tomorrow;
  expect(await ask('admin', 'POST', '/admin/run', { day: day(2) })).toMatchObject(foretold);
  expect(foretold).toMatchObject({ day: day(2), due: 1, orders: 1, amount: 100, reasons: {} });
  expect(await wallet()).toMatchObject({ available: 1400, deferred: 100 });
  await bring(2);
  expect(await wallet()).toMatchObject({ available: 1400, deferred: 0 });
  await live(3, 5);
});

test('They are away from the tenth to the twelfth, and want curd on the Sunday they are back', async () => {
  expect((await change('PAUSE', { from: day(10), to: day(12) })).receipt).toMatchObject({
    firstDayAffected: day(10),
    monthBefore: 29 * 100,
    monthAfter: 26 * 100,
  });
  expect(
    (await change('ADD_ONE_OFF', { day: day(13), items: [{ productId: 'PCURD', qty: 1 }] })).receipt,
  ).toMatchObject({
    monthAfter: 26 * 100 + 42,
  });
  const calendar = await ask<{ day: string; amount: number; lines: { status: string }[] }[]>(
    asha,
    'GET',
    `/order/calendar?from=${day(9)}&to=${day(13)}`,
  );
  expect(calendar.map(({ amount, lines }) => [amount, ...lines.map(({ status }) => status)])).toEqual([
    [100, 'PLANNED'],
    [0, 'PAUSED'],
    [0, 'PAUSED'],
    [0, 'PAUSED'],
    [142, 'PLANNED', 'PLANNED'],
  ]);
  await live(6, 13);
  expect(await wallet()).toMatchObject({ available: 1500 - 8 * 100 - 142, deferred: 0 });
});

test('On the fourteenth one of two bottles is there: the other is not paid for', async () => {
  await bring(14, { items: [{ productId: 'PMILK', delivered: 1 }] });
  expect(await wallet()).toMatchObject({ available: 558 - 50, deferred: 0 });
});

test('Milk becomes dearer, and the family is told what that means a week before it does', async () => {
  await moveClock(server, at('14', '10:00'));
  await ask('admin', 'PATCH', '/product/update', { productId: 'PMILK', price: 54 });
  const receipts = await eventually(
    () =>
      ask<{ action: string; firstDayAffected: string; monthBefore: number; monthAfter: number }[]>(
        asha,
        'GET',
        `/order/receipts?subscriptionId=${subscriptionId}`,
      ),
    ([newest]) => newest?.action === 'PRICE_NOTICE',
  );
  const { firstDayAffected, monthBefore, monthAfter } = receipts[0] as (typeof receipts)[number];
  expect(firstDayAffected).toBe(day(21));
  expect(monthAfter - monthBefore).toBe(10 * 2 * 4);
  await live(15, 18);
});

test('The money runs low, they are told in time, pay something in, and let it be topped up from then on', async () => {
  await bring(19);
  expect(await wallet()).toMatchObject({ available: 508 - 5 * 100, deferred: 0 });
  await moveClock(server, at('19', '14:00'));
  const told = await ask<{ type: string }[]>(asha, 'GET', '/notification/list');
  expect(told.map(({ type }) => type)).toContain('WALLET_LOW');
  const set = { enabled: true, amount: 500, days: 3, paymentMethod: 'CARD', paymentToken: 'tok_success' };
  await ask(asha, 'PATCH', '/payment/auto-topup', set);
  expect(await wallet()).toMatchObject({ available: 508 });
  await live(20, 21);
  expect(await wallet()).toMatchObject({ available: 508 - 100 - 108 });
});

test('A litre of the twenty-first was sour: they say so, and have its price back', async () => {
  await moveClock(server, at('21', '09:00'));
  const orders = await ask<{ orderId: string; deliveryDay: string }[]>(asha, 'GET', '/order/list');
  const orderId = orders.find(({ deliveryDay }) => deliveryDay === day(21))?.orderId;
  await ask(asha, 'POST', '/order/problem', { orderId, productId: 'PMILK', qty: 1, kind: 'SPOILT' });
  expect(await wallet()).toMatchObject({ available: 300 + 54 });
});

test('When three days are not covered any more they are told a day ahead, and then the card is debited once', async () => {
  await live(22, 23);
  expect(await wallet()).toMatchObject({ available: 354 - 2 * 108 });
  const told = await ask<{ type: string }[]>(asha, 'GET', '/notification/list?limit=100');
  expect(told.map(({ type }) => type)).toContain('MANDATE_NOTICE');
  await live(24, 25);
  expect(await wallet()).toMatchObject({ available: 354 - 4 * 108 + 500 });
});

test('They move away at the end of the month: the last milk comes on the twenty-seventh, the rest is paid back', async () => {
  expect(await change('CANCEL', { from: day(28) })).toMatchObject({ receipt: { firstDayAffected: day(28) } });
  await live(26, 28);
  const left = 2500 - (8 * 100 + 142 + 50 + 6 * 100 + 7 * 108) + 54;
  expect(left).toBe(206);
  expect(await wallet()).toMatchObject({ available: left, deferred: 0 });
  expect(await ask(asha, 'POST', '/payment/withdraw', { amount: left })).toMatchObject({
    amount: left,
    refunds: [{ amount: left, to: 'SOURCE' }],
  });
  await moveClock(server, at('30', '23:00'));
  expect(await wallet()).toMatchObject({ available: 0, deferred: 0, owed: 0 });
});

interface Statement {
  opening: Record<string, number>;
  closing: Record<string, number>;
  totals: Record<string, unknown>;
  deliveries: { day: string; outcome: string; amount: number; invoiceNumber?: string }[];
  movements: { change: Record<string, number>; balance: Record<string, number> }[];
}

test('The statement of June tells the same, to the paisa', async () => {
  const july = new Date('2027-07-01T10:00:00+05:30').toISOString();
  await moveClock(server, july);
  const statement = await ask<Statement>(asha, 'GET', '/payment/statement?month=2027-06');
  // The curd's 42 hold 5 % of tax: 42 × 5 ÷ 105 = 2, half of it each.
  expect(statement.totals).toMatchObject({
    delivered: 2348,
    topUps: 2500,
    credits: 54,
    withdrawals: 206,
    other: 0,
    taxes: [
      { name: 'CGST 2.5%', amount: 1 },
      { name: 'SGST 2.5%', amount: 1 },
    ],
  });
  const nothing = { available: 0, deferred: 0, promo: 0, deposits: 0, owed: 0 };
  expect([statement.opening, statement.closing]).toMatchObject([nothing, nothing]);
  let paise = 0;
  for (const { change: by, balance } of statement.movements) {
    paise += Math.round((by.available ?? 0) * 100);
    expect(Math.round((balance.available ?? 0) * 100)).toBe(paise);
  }
  expect(paise).toBe(0);
  const came = statement.deliveries.filter(({ outcome }) => outcome === 'DELIVERED');
  expect(came.map(({ invoiceNumber }) => invoiceNumber)).toEqual(
    came.map((_, i) => `INV/27-28/${String(i + 1).padStart(6, '0')}`),
  );
  expect(came.reduce((sum, { amount }) => sum + amount, 0)).toBe(2348);
  const paused = statement.deliveries.filter(({ outcome }) => outcome === 'PAUSED');
  expect(paused.map((one) => one.day)).toEqual([day(10), day(11), day(12)]);
  const audit = spawnSync(process.execPath, ['runtime/auditLedger.ts'], {
    env: { ...process.env, DATA_DIR: server.folder, TEST_CLOCK: july },
    encoding: 'utf8',
  });
  expect(audit.status, audit.stdout + audit.stderr).toBe(0);
});
