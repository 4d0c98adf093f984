import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Deliveries } from '#lambdas/delivery/models/Delivery.ts';
import { Orders } from '#lambdas/order/models/Order.ts';
import { tables } from '#lambdas/tables.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { httpEvent, httpResult } from '#runtime/testEvents.ts';
import { Resets, resetCodeOf } from './models/Reset.ts';
import { Emails, Users } from './models/User.ts';
import { makeHandler } from './userHandler.ts';

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());

interface Tokens {
  token: string;
  refreshToken: string;
  userId: string;
  role: string;
  code?: string;
}

async function http<A = Record<string, never>>(
  method: string,
  path: string,
  options: Parameters<typeof httpEvent>[2] = {},
  from = dairy,
) {
  const answer = (await from.handlerOf('user')(httpEvent(method, path, options))) as {
    statusCode: number;
    body: string;
  };
  return { status: answer.statusCode, body: JSON.parse(answer.body) as A };
}
const post = <A = Tokens>(path: string, body: object, token?: string, from = dairy) =>
  http<A>('POST', path, { body, token }, from);
const profile = (token: string, from = dairy) => http('GET', '/user/profile', { token }, from);

async function person(userId: string, from = dairy): Promise<Tokens> {
  await from.addHousehold(userId);
  return (await post('/user/login', { email: `${userId}@example.com`, password: 'test123' }, undefined, from))
    .body;
}

test('A household registers with the seed’s body and is a customer, always', async () => {
  const body = { userId: 'U500', name: 'Jimmy', email: 'jimmy5@example.com', password: 'test123' };
  expect(await post('/user/register', body)).toEqual({
    status: 201,
    body: { message: 'User registered successfully', userId: 'U500' },
  });
  const row = await dairy.world.store.get(Users, { userId: 'U500' });
  expect(row).toMatchObject({ role: 'customer', active: true, email: 'jimmy5@example.com' });
  expect(row?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(
    await post('/user/register', { ...body, userId: 'U501', email: 'JIMMY5@Example.com ' }),
  ).toMatchObject({ status: 409, body: { code: 'EMAIL_TAKEN' } });
  expect(await post('/user/register', { ...body, email: 'else@example.com' })).toMatchObject({
    status: 409,
    body: { code: 'ID_TAKEN' },
  });
  expect(await post('/user/register', { ...body, role: 'admin' })).toMatchObject({ status: 422 });
  expect(
    await post('/user/register', { ...body, userId: 'U502', email: 'x@example.com', password: 'short' }),
  ).toMatchObject({ body: { code: 'WEAK_PASSWORD' } });
});

test('An unknown address and a wrong password get the same answer in about the same time', async () => {
  await dairy.addHousehold('Utime');
  const quickest = { known: Number.POSITIVE_INFINITY, unknown: Number.POSITIVE_INFINITY };
  const answers = new Set<string>();
  // In turns, and the quickest of many: what a busy machine adds comes on top of either.
  for (let i = 0; i < 16; i++) {
    for (const who of ['known', 'unknown'] as const) {
      const email = who === 'known' ? 'Utime@example.com' : 'nobody@example.com';
      const started = performance.now();
      const { status, body } = await post<Record<string, unknown>>('/user/login', {
        email,
        password: 'wrong-password',
      });
      quickest[who] = Math.min(quickest[who], performance.now() - started);
      answers.add(JSON.stringify({ status, ...body, requestId: undefined }));
    }
  }
  expect(answers.size).toBe(1);
  expect([...answers][0]).toContain('BAD_CREDENTIALS');
  const ratio = quickest.known / quickest.unknown;
  expect(Math.max(ratio, 1 / ratio)).toBeLessThan(1.5);
});

test('A refresh whose answer was lost comes again with its retry key and gets the same token, as often as it comes', async () => {
  const { refreshToken } = await person('Ulost');
  const retryKey = 'asked-in-a-cellar-0001';
  const ask = (more: object = {}) =>
    post<{ token: string; refreshToken: string; code: string }>('/user/refresh', { refreshToken, ...more });
  const answers = await Promise.all([1, 2, 3].map(() => ask({ retryKey })));
  answers.push(await ask({ retryKey }));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const tokens = new Set(answers.map(({ body }) => body.refreshToken));
  expect([tokens.size, tokens.has(refreshToken)]).toEqual([1, false]);
  for (const { body } of answers) expect((await profile(body.token)).status).toBe(200);
  // Once the next token was used, the request is an old one like any other.
  const next = await ask({ refreshToken: [...tokens][0], retryKey: 'asked-in-a-cellar-0002' });
  expect(next.status).toBe(200);
  expect((await ask({ retryKey })).body.code).toBe('SESSION_ENDED');
  expect((await ask({ refreshToken: next.body.refreshToken })).body.code).toBe('SESSION_ENDED');
});

test('Who logs out while a refresh is on its way, the first time or again, is logged out', async () => {
  for (const times of [1, 2]) {
    const { refreshToken, token } = await person(`Uleaves${times}`);
    const asked = { refreshToken, retryKey: 'asked-in-a-cellar-0001' };
    if (times === 2) expect((await post('/user/refresh', asked)).status).toBe(200);
    const { identity } = dairy.world;
    const issue = identity.issue.bind(identity);
    const spied = vi.spyOn(identity, 'issue').mockImplementationOnce(async (claims) => {
      expect((await post('/user/logout', {}, token)).status).toBe(200);
      return issue(claims);
    });
    expect((await post('/user/refresh', asked)).body.code).toBe('SESSION_ENDED');
    expect(spied).toHaveBeenCalledTimes(1);
    spied.mockRestore();
  }
});

test.each([[{}], [{ retryKey: 'somebody-else-made-this' }]])(
  'An old refresh token ends the session where its retry key is not that of the request that used it (%j)',
  async (more) => {
    const { refreshToken } = await person(`Uthief${Object.keys(more).length}`);
    const asked = { refreshToken, retryKey: 'asked-in-a-cellar-0001' };
    const next = (await post('/user/refresh', asked)).body;
    expect((await post('/user/refresh', { refreshToken, ...more })).body.code).toBe('SESSION_ENDED');
    expect((await post('/user/refresh', asked)).body.code).toBe('SESSION_ENDED');
    expect((await profile(next.token)).status).toBe(401);
  },
);

test('Refresh tokens rotate, and an old one ends the whole session', async () => {
  const first = await person('Urefresh');
  dairy.clock.advance(1);
  const second = (await post('/user/refresh', { refreshToken: first.refreshToken })).body;
  expect(second.refreshToken).not.toBe(first.refreshToken);
  expect((await profile(second.token)).status).toBe(200);
  expect((await post('/user/refresh', { refreshToken: first.refreshToken })).body.code).toBe('SESSION_ENDED');
  expect((await post('/user/refresh', { refreshToken: second.refreshToken })).body.code).toBe(
    'SESSION_ENDED',
  );
  expect((await profile(second.token)).status).toBe(401);
  expect((await post('/user/refresh', { refreshToken: 'SN1.U1.nonsense' })).body.code).toBe('SESSION_ENDED');
});

test('Logging out ends this session at once and leaves the others', async () => {
  const phone = await person('Ulogout');
  const tablet = (await post('/user/login', { email: 'Ulogout@example.com', password: 'test123' })).body;
  expect((await post('/user/logout', {}, phone.token)).status).toBe(200);
  expect((await profile(phone.token)).status).toBe(401);
  expect((await post('/user/refresh', { refreshToken: phone.refreshToken })).status).toBe(401);
  expect((await profile(tablet.token)).status).toBe(200);
});

test('A changed password ends every session, and only the new one opens the door', async () => {
  const { token, refreshToken } = await person('Uchange');
  const change = (currentPassword: string) =>
    post('/user/password/change', { currentPassword, newPassword: 'better-than-before' }, token);
  expect((await change('not-it')).body.code).toBe('BAD_CREDENTIALS');
  expect((await change('test123')).status).toBe(200);
  expect((await profile(token)).status).toBe(401);
  expect((await post('/user/refresh', { refreshToken })).status).toBe(401);
  dairy.clock.advance(1);
  const email = 'Uchange@example.com';
  expect((await post('/user/login', { email, password: 'test123' })).status).toBe(401);
  const again = await post('/user/login', { email, password: 'better-than-before' });
  expect((await profile(again.body.token)).status).toBe(200);
});

test('What a changed password ends is told from what comes after it, also within one instant of the clock', async () => {
  let session = await person('Uinstant');
  const passwords = ['test123', 'test1234', 'test12345', 'test123456'];
  for (const [i, currentPassword] of passwords.slice(0, -1).entries()) {
    const newPassword = passwords[i + 1] as string;
    const change = { currentPassword, newPassword };
    expect((await post('/user/password/change', change, session.token)).status).toBe(200);
    expect((await profile(session.token)).status).toBe(401);
    expect((await post('/user/refresh', { refreshToken: session.refreshToken })).status).toBe(401);
    const login = { email: 'Uinstant@example.com', password: newPassword };
    session = (await post('/user/login', login)).body;
    expect((await profile(session.token)).status).toBe(200);
    session = (await post('/user/refresh', { refreshToken: session.refreshToken })).body;
    expect((await profile(session.token)).status).toBe(200);
  }
});

test('A forgotten password is reset once with a code, and the answer tells nobody who has an account', async () => {
  await dairy.addHousehold('Uforgot');
  const known = await post<Record<string, string>>('/user/password/forgot', { email: 'Uforgot@example.com' });
  const unknown = await post<Record<string, string>>('/user/password/forgot', {
    email: 'nobody@example.com',
  });
  expect(known).toEqual(unknown);
  let resetId = '';
  for await (const row of dairy.world.store.scan(Resets)) {
    if (row.userId === 'Uforgot') resetId = row.resetId;
  }
  const code = resetCodeOf(dairy.world, resetId);
  const reset = (given: string) => post('/user/password/reset', { code: given, password: 'new-password' });
  expect((await reset(`${resetId}.AAAAAAAAAAAAAAAAAAAAAA`)).body.code).toBe('RESET_CODE_INVALID');
  expect((await reset(code)).status).toBe(200);
  expect((await reset(code)).body.code).toBe('RESET_CODE_INVALID');
  dairy.clock.advance(1);
  expect((await post('/user/login', { email: 'Uforgot@example.com', password: 'new-password' })).status).toBe(
    200,
  );
});

test('Too many wrong passwords lock an account for a while, a right one in between does not count', async () => {
  const own = await testDairy({ env: { RATE_LIMITS: 'on' } });
  try {
    await own.addHousehold('Ulock');
    const login = (password: string) =>
      post('/user/login', { email: 'Ulock@example.com', password }, undefined, own);
    for (let i = 0; i < 15; i++) expect((await login('test123')).status).toBe(200);
    for (let i = 0; i < 10; i++) expect((await login('wrong')).status).toBe(401);
    expect((await login('test123')).body.code).toBe('TOO_MANY_REQUESTS');
    own.clock.advance(900);
    expect((await login('test123')).status).toBe(200);
  } finally {
    await own.close();
  }
});

test.each(['login', 'refresh'])(
  'Who is sent away in the midst of a %s gets no token that outlives it',
  async (what) => {
    const userId = `Umidst${what}`;
    const { refreshToken } = await person(userId);
    const { identity } = dairy.world;
    const sendAway = () =>
      dairy.call('admin', 'updateUser', { userId, active: false }, dairy.admin).then(() => undefined);
    const midst = {
      ...identity,
      open: (claims: Parameters<typeof identity.open>[0]) => sendAway().then(() => identity.open(claims)),
      issue: (claims: Parameters<typeof identity.issue>[0]) => sendAway().then(() => identity.issue(claims)),
    };
    const handler = makeHandler({ ...dairy.world, identity: midst });
    const body =
      what === 'login' ? { email: `${userId}@example.com`, password: 'test123' } : { refreshToken };
    const answer = await handler(httpEvent('POST', `/user/${what}`, { body }));
    expect(httpResult(answer)).toMatchObject(
      what === 'login'
        ? { status: 503, body: { code: 'BUSY' } }
        : { status: 401, body: { code: 'SESSION_ENDED' } },
    );
  },
);

test('A token that was tampered with, signed by another key, or too old opens nothing', async () => {
  const { token } = await person('Utoken');
  const [head, , signature] = token.split('.');
  const forged = Buffer.from(
    JSON.stringify({ sub: 'U101', role: 'admin', iss: 'milkfloat', sid: 'SN1', iat: 1, exp: 9e9 }),
  ).toString('base64url');
  expect((await profile(`${head}.${forged}.${signature}`)).status).toBe(401);
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');
  expect((await profile(`${none}.${forged}.`)).status).toBe(401);
  expect((await profile(token)).status).toBe(200);
  dairy.clock.advance(901);
  expect((await profile(token)).status).toBe(401);
});

test('Keys rotate after a month: old tokens stay good for their time, and both keys are published', async () => {
  const own = await testDairy();
  try {
    const { token } = await person('Urotate', own);
    const before = (
      await http<{ keys: { kid: string; d?: string }[] }>('GET', '/.well-known/jwks.json', {}, own)
    ).body.keys;
    own.clock.advance(31 * 86_400);
    expect((await profile(token, own)).status).toBe(401);
    const fresh = (
      await post('/user/login', { email: 'Urotate@example.com', password: 'test123' }, undefined, own)
    ).body;
    const after = (
      await http<{ keys: { kid: string; d?: string }[] }>('GET', '/.well-known/jwks.json', {}, own)
    ).body.keys;
    expect(after).toHaveLength(2);
    expect(after.map((key) => key.kid)).toContain(before[0]?.kid);
    expect(after.every((key) => key.d === undefined)).toBe(true);
    expect((await profile(fresh.token, own)).status).toBe(200);
  } finally {
    await own.close();
  }
});

test('A profile changes field by field, and null takes a phone away', async () => {
  const { token } = await person('Uprofile');
  const change = (body: object) => http('PATCH', '/user/profile', { token, body });
  await change({ phone: '+919812345678', preferences: { sms: false } });
  expect((await change({ name: 'New Name' })).body).toMatchObject({
    name: 'New Name',
    phone: '+919812345678',
    preferences: { sms: false, email: true },
  });
  const after = (await change({ phone: null })).body;
  expect(after).not.toHaveProperty('phone');
  expect(await dairy.world.store.get(Users, { userId: 'Uprofile' })).not.toHaveProperty('phone');
});

test('A revoked courier is out at once, with a live token', async () => {
  const courier = await dairy.addCourier('revoked');
  const { token } = (await post('/user/login', { email: 'revoked@dairy.example', password: 'round-1' })).body;
  expect((await profile(token)).status).toBe(200);
  await dairy.call('admin', 'updateUser', { userId: courier.userId, active: false }, dairy.admin);
  expect((await profile(token)).status).toBe(401);
  expect((await post('/user/login', { email: 'revoked@dairy.example', password: 'round-1' })).status).toBe(
    401,
  );
});

test('An erased person leaves no personal data, and the books stay', async () => {
  const actor = await dairy.addHousehold('Uerase');
  const { token } = (await post('/user/login', { email: 'Uerase@example.com', password: 'test123' })).body;
  const order = await dairy.order({ address: { line1: '7 Secret Lane', pincode: '560001' } }, actor);
  expect(await http('DELETE', '/user/profile', { token })).toMatchObject({
    status: 409,
    body: { code: 'ERASURE_BLOCKED', openOrders: 1 },
  });
  await dairy.pay(order, {}, actor);
  await dairy.settle();
  const exported = JSON.stringify((await http('GET', '/user/export', { token })).body);
  for (const held of [order.orderId, '7 Secret Lane', 'Uerase@example.com', 'ORDER_CONFIRMED'])
    expect(exported).toContain(held);
  expect(exported).not.toContain('argon2id');
  const { deliveryId } = await dairy.orderRow(order.orderId);
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId ?? '', status);
  await dairy.move(deliveryId ?? '', 'DELIVERED', { proof: { receivedBy: 'Secret Person' } });
  await dairy.settle();
  expect((await http('DELETE', '/user/profile', { token })).status).toBe(200);
  await dairy.settle();
  expect((await profile(token)).status).toBe(401);
  expect(await dairy.world.store.get(Emails, { emailKey: 'uerase@example.com' })).toBeUndefined();
  expect(await dairy.world.store.get(Users, { userId: 'Uerase' })).toMatchObject({
    erasedAt: expect.any(String),
    active: false,
  });
  expect(await dairy.world.store.get(Orders, { orderId: order.orderId })).toMatchObject({
    amount: 10_000,
    userId: 'Uerase',
  });
  expect(await dairy.world.store.get(Deliveries, { deliveryId: deliveryId ?? '' })).not.toHaveProperty(
    'proof',
  );
  for (const table of tables) {
    for await (const row of dairy.world.store.scan(table)) {
      const text = JSON.stringify(row).toLowerCase();
      for (const personal of ['uerase@example.com', '7 secret lane', 'secret person'])
        expect(text, table.name).not.toContain(personal);
    }
  }
});
