import { afterAll, beforeAll, expect, test } from 'vitest';
import { login, moveClock, type Server, startServer } from './server.ts';

/** Monday, 10 o'clock in Kolkata. Two bottles a day (100) begin on Wednesday; the balance pays two days. */
const START = '2027-01-04T04:30:00.000Z';
const jimmy = { email: 'jimmy@example.com', password: 'test123' };

let server: Server;
beforeAll(async () => {
  server = await startServer({ clock: START });
  const token = await login(server);
  const product = { productId: 'P101', name: 'Cow Milk', price: 50, stock: 900, category: 'Milk' };
  await server.http('POST', '/product/add', { token, body: product });
  const ravi = { name: 'Ravi', email: 'ravi@dairy.example', password: 'round-1', role: 'courier' };
  await server.http('POST', '/admin/user', { token, body: ravi });
  const phone = '+91 98123-45678';
  await server.http('POST', '/user/register', { body: { userId: 'U101', name: 'Jimmy', phone, ...jimmy } });
  await ask('PATCH', '/user/profile', { address: '123 Main St' });
});
afterAll(() => server?.stop());

async function ask<A = Record<string, unknown>>(method: string, path: string, body?: object): Promise<A> {
  const answer = await server.http<A>(method, path, { token: await login(server, jimmy), body });
  expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
  return answer.body;
}

/** Each kind of message so far, by the days on which it was made. */
async function told(type: string): Promise<string[]> {
  const rows = await ask<{ type: string; channel: string; createdAt: string }[]>(
    'GET',
    '/notification/list?limit=100',
  );
  return rows
    .filter((row) => row.type === type && row.channel === 'EMAIL')
    .map(({ createdAt }) => createdAt.slice(0, 10))
    .sort();
}

const shorts = async () => {
  const days = await ask<{ day: string; lines: { status: string }[] }[]>(
    'GET',
    '/order/calendar?from=2027-01-06&to=2027-01-20',
  );
  return days
    .filter(({ lines }) => lines.some(({ status }) => status === 'BALANCE_SHORT'))
    .map(({ day }) => day);
};

test('A household keeps a card, begins a standing order and lets its balance be topped up', async () => {
  const kept = { amount: 200, paymentMethod: 'CARD', paymentToken: 'tok_saved_decline_later', save: true };
  expect(await ask('POST', '/payment/topup', kept)).toMatchObject({ status: 'SUCCESS' });
  await ask('POST', '/order/subscribe', {
    items: [{ productId: 'P101', qty: 2 }],
    schedule: { type: 'DAILY' },
    startDate: '2027-01-06',
    slot: 'MORNING',
    paymentMethod: 'WALLET',
  });
  expect(await ask('PATCH', '/payment/auto-topup', { enabled: true, amount: 500 })).toMatchObject({
    enabled: true,
    days: 3,
    method: 'Sandbox •••• 4242',
  });
  await moveClock(server, '2027-01-04T05:00:00.000Z');
  expect(await ask('GET', '/payment/auto-topup')).toMatchObject({ status: 'NOTICED', dueDay: '2027-01-08' });
});

test('Its bank declines: it is reminded and tried again on three days, and told before the first day that is missed', async () => {
  await moveClock(server, '2027-01-12T04:31:00.000Z');
  expect(await told('MANDATE_NOTICE')).toEqual(['2027-01-04']);
  expect(await told('DUNNING_STEP')).toEqual(['2027-01-05', '2027-01-06', '2027-01-08']);
  expect(await told('DUNNING_EXHAUSTED')).toEqual(['2027-01-10']);
  // At noon of the 7th for the 8th, and every noon after it.
  expect((await told('WALLET_LOW')).slice(0, 2)).toEqual(['2027-01-07', '2027-01-08']);
  expect(await ask('GET', '/payment/auto-topup')).toMatchObject({ status: 'EXHAUSTED', failedTries: 4 });
  expect(await shorts()).toEqual(['2027-01-08', '2027-01-09', '2027-01-10', '2027-01-11', '2027-01-12']);
  expect(await ask('GET', '/payment/wallet')).toMatchObject({ available: 0 });
});

test('It pays in by another card: the days come again, and its next lack is announced anew', async () => {
  const paid = { amount: 300, paymentMethod: 'CARD', paymentToken: 'tok_success', save: true };
  await ask('POST', '/payment/topup', paid);
  await moveClock(server, '2027-01-16T04:31:00.000Z');
  expect(await shorts()).toEqual(['2027-01-08', '2027-01-09', '2027-01-10', '2027-01-11', '2027-01-12']);
  expect((await told('MANDATE_NOTICE')).length).toBe(2);
  const top = await told('TOPPED_UP');
  expect(top.length).toBe(3);
  expect(await ask('GET', '/payment/auto-topup')).toMatchObject({ status: 'IDLE', failedTries: 0 });
  const { available } = await ask<{ available: number }>('GET', '/payment/wallet');
  // 300 and 500 came in; the 13th to the 16th were paid from it.
  expect(available).toBe(300 + 500 - 400);
});
