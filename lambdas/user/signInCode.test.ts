import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Notifications } from '#lambdas/notification/models/Notification.ts';
import { tables } from '#lambdas/tables.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { httpEvent } from '#runtime/testEvents.ts';
import { Outbox } from '#shared/events/event.ts';
import { Sessions } from './models/Session.ts';
import { digitsOf, SignInCodes } from './models/SignInCode.ts';
import { Users } from './models/User.ts';

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());

type Said = Refusal & { token: string; refreshToken: string; userId: string; role: string };

async function post(path: string, body: object, own = dairy, from?: string) {
  const answer = (await own.handlerOf('user')(httpEvent('POST', path, { body, from }))) as {
    statusCode: number;
    body: string;
  };
  const { requestId: _, ...said } = JSON.parse(answer.body) as Said & { requestId?: string };
  return { status: answer.statusCode, body: said as Said };
}
const ask = (phone: string, from = dairy) => post('/user/code', { phone }, from);
const login = (phone: string, code: string, from = dairy) => post('/user/login/code', { phone, code }, from);

let numbers = 0;
/** A household that the desk made, with the number it calls from. */
async function caller(from = dairy) {
  const phone = `+9198${String(76_500_000 + numbers++)}`;
  const { userId } = await from.call<{ userId: string }>(
    'admin',
    'addCustomer',
    { name: 'Asha', phone },
    from.admin,
  );
  return { userId, phone };
}

/** The code as its text message says it. */
async function codeOf(userId: string, from = dairy): Promise<string> {
  await from.settle();
  const inbox = await from.call<{ userId: string; type: string; message: string }[]>(
    'notification',
    'viewInbox',
    {},
    from.admin,
  );
  const text = inbox.find((message) => message.userId === userId && message.type === 'SIGN_IN_CODE');
  return /\d{6}/.exec(text?.message ?? '')?.[0] ?? '';
}
const wrongFor = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('signing in by telephone', () => {
  test('A household asks for a code, gets it by text message, and is in; its number is proven then', async () => {
    const { userId, phone } = await caller();
    expect(await ask(`0${phone.slice(3)}`)).toMatchObject({ status: 202 });
    const code = await codeOf(userId);
    dairy.clock.advance(5);
    const { status, body } = await login(phone.slice(3), code);
    expect(status).toBe(200);
    expect(body).toMatchObject({ userId, role: 'customer', expiresIn: 900 });
    const profile = (await dairy.handlerOf('user')(
      httpEvent('GET', '/user/profile', { token: body.token }),
    )) as { statusCode: number; body: string };
    expect(JSON.parse(profile.body)).toMatchObject({
      userId,
      phone,
      phoneProvenAt: dairy.clock.now().toISOString(),
    });
    expect(await post('/user/refresh', { refreshToken: body.refreshToken })).toMatchObject({ status: 200 });
    const events: unknown[] = [];
    for await (const { event } of dairy.world.store.scan(Outbox)) {
      if (event.userId === userId) events.push(event.eventType);
    }
    expect(events).toContain('USER_LOGGED_IN');
  });

  test('A code opens the door once, also when two try it at the same time', async () => {
    const { userId, phone } = await caller();
    await ask(phone);
    const code = await codeOf(userId);
    const both = await Promise.all([1, 2, 3, 4].map(() => login(phone, code)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    expect(await login(phone, code)).toMatchObject({ status: 401, body: { code: 'BAD_CODE' } });
    let sessions = 0;
    for await (const session of dairy.world.store.scan(Sessions)) if (session.userId === userId) sessions++;
    expect(sessions).toBe(1);
  });

  test('Five wrong codes spoil the right one, also when they come at once', async () => {
    for (const together of [false, true]) {
      const { userId, phone } = await caller();
      await ask(phone);
      const code = await codeOf(userId);
      const wrong = () => login(phone, wrongFor(code));
      const tries = together ? await Promise.all(Array.from({ length: 9 }, wrong)) : [];
      if (!together) for (let i = 0; i < 5; i++) tries.push(await wrong());
      // A busy store may say so; it never says more.
      for (const { status, body } of tries) expect([401, 503], body.code).toContain(status);
      const row = await dairy.world.store.get(SignInCodes, { codeKey: userId });
      expect(row?.tries).toBe(5);
      expect(await login(phone, code)).toMatchObject({ status: 401, body: { code: 'BAD_CODE' } });
    }
  });

  test('Four wrong codes do not; a new code counts anew, and the one before is no good any more', async () => {
    const { userId, phone } = await caller();
    await ask(phone);
    const first = await codeOf(userId);
    for (let i = 0; i < 4; i++) await login(phone, wrongFor(first));
    dairy.clock.advance(1);
    await ask(phone);
    const second = await codeOf(userId);
    if (second !== first) expect((await login(phone, first)).status).toBe(401);
    expect((await login(phone, second)).status).toBe(200);
  });

  test('A code is good for ten minutes and not a moment longer', async () => {
    const { userId, phone } = await caller();
    await ask(phone);
    const late = await codeOf(userId);
    dairy.clock.advance(600);
    expect(await login(phone, late)).toMatchObject({ status: 401, body: { code: 'BAD_CODE' } });
    await ask(phone);
    const intime = await codeOf(userId);
    dairy.clock.advance(599);
    expect((await login(phone, intime)).status).toBe(200);
  });

  test('The first proof of a number stands, and later sign-ins leave the row alone', async () => {
    const { userId, phone } = await caller();
    const seen: (string | undefined)[] = [];
    for (let i = 0; i < 2; i++) {
      await ask(phone);
      expect((await login(phone, await codeOf(userId))).status).toBe(200);
      seen.push((await dairy.world.store.get(Users, { userId }))?.phoneProvenAt);
      dairy.clock.advance(60);
    }
    expect(seen[0]).toBeDefined();
    expect(seen[1]).toBe(seen[0]);
  });
});

describe('what a code tells nobody', () => {
  test('A number with and one without an account get the same answer, the same writes, and no other message', async () => {
    const { phone } = await caller();
    await dairy.settle();
    const before = await texts();
    const calls: string[][] = [];
    const said: unknown[] = [];
    for (const number of [phone, '+919999900000', '123456789']) {
      const made: string[] = [];
      dairy.wireOf.current = (wire) => ({
        ...wire,
        call: (operation, payload) => {
          made.push(operation);
          return wire.call(operation, payload);
        },
      });
      said.push(await ask(number));
      dairy.wireOf.current = (wire) => wire;
      calls.push(made);
    }
    expect(said).toEqual([said[0], said[0], said[0]]);
    expect(calls[0]).toEqual(['GetItem', 'GetItem', 'TransactWriteItems']);
    expect(calls[1]).toEqual(calls[0]);
    expect(calls[2]).toEqual(calls[0]);
    await dairy.settle();
    expect(await texts()).toBe(before + 1);
  });

  async function texts(): Promise<number> {
    let count = 0;
    for await (const { type } of dairy.world.store.scan(Notifications)) if (type === 'SIGN_IN_CODE') count++;
    return count;
  }

  test('A wrong code, a number that is nobody’s, and a number that only stands in a profile are refused alike', async () => {
    const { phone } = await caller();
    await ask(phone);
    const own = '+919876000001';
    const person = { userId: 'Uunproven', name: 'U', email: 'unproven@home.example', password: 'test123' };
    await dairy.call('user', 'register', { ...person, phone: own });
    for (const number of [own, '+919876000002']) await ask(number);
    const refusals = [
      await login(phone, '000000'),
      await login(own, '000000'),
      await login('+919876000002', '000000'),
      await login('+919876000003', '000000'),
    ];
    for (const { status, body } of refusals) expect({ status, body }).toEqual(refusals[0]);
    expect(refusals[0]).toMatchObject({ status: 401, body: { code: 'BAD_CODE' } });
    // Not even who knows the installation's secret gets in by a number that has no account.
    for await (const { codeId, codeKey } of dairy.world.store.scan(SignInCodes)) {
      if (!codeKey.startsWith('NUMBER#')) continue;
      const code = digitsOf(dairy.world, codeId);
      for (const number of [own, '+919876000002']) expect((await login(number, code)).status).toBe(401);
    }
  });

  test('The code and the number of who has no account stand nowhere in the store', async () => {
    const { userId, phone } = await caller();
    await ask(phone);
    await ask('+919876111111');
    const code = await codeOf(userId);
    expect(code).toMatch(/^\d{6}$/);
    for (const table of tables) {
      for await (const row of dairy.world.store.scan(table)) {
        const text = JSON.stringify(row);
        expect(text).not.toContain('9876111111');
        if (table === Notifications && row.userId === userId) expect(text).not.toContain(code);
        if (table === SignInCodes) expect(text).not.toContain(`"${code}"`);
      }
    }
  });

  test('Households that were shut, couriers and the erased get no code, and a code that was sent opens nothing then', async () => {
    for (const what of ['shut', 'hired', 'moved', 'erased'] as const) {
      const { userId, phone } = await caller();
      await ask(phone);
      const code = await codeOf(userId);
      const { admin } = dairy;
      if (what === 'shut') await dairy.call('admin', 'updateUser', { userId, active: false }, admin);
      if (what === 'hired') await dairy.call('admin', 'updateUser', { userId, role: 'courier' }, admin);
      const other = '+919876222222';
      if (what === 'moved') await dairy.call('user', 'updateProfile', { userId, phone: other }, admin);
      if (what === 'erased') await dairy.call('user', 'eraseProfile', {}, { userId, role: 'customer' });
      expect(await login(phone, code), what).toMatchObject({ status: 401, body: { code: 'BAD_CODE' } });
      expect(await login(other, code), what).toMatchObject({ status: 401 });
      expect((await ask(phone)).status).toBe(202);
      dairy.clock.advance(601);
    }
  });
});

test('Asking and trying are limited by number and by network address', async () => {
  const own = await testDairy({ env: { RATE_LIMITS: 'on' } });
  try {
    const { phone } = await caller(own);
    const asked = [];
    for (let i = 0; i < 6; i++) asked.push((await post('/user/code', { phone }, own, `10.0.0.${i}`)).status);
    expect(asked).toEqual([202, 202, 202, 202, 202, 429]);
    const tried = [];
    for (let i = 0; i < 11; i++) {
      const body = { phone: '+919876333333', code: '000000' };
      tried.push((await post('/user/login/code', body, own, `10.0.1.${i}`)).status);
    }
    expect(tried.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(tried[10]).toBe(429);
    const far = [];
    for (let i = 0; i < 61; i++) {
      const body = { phone: `+9198764${String(i).padStart(5, '0')}` };
      far.push((await post('/user/code', body, own, '10.0.2.1')).status);
    }
    expect(far.filter((status) => status === 202)).toHaveLength(60);
    expect(far[60]).toBe(429);
  } finally {
    await own.close();
  }
});
