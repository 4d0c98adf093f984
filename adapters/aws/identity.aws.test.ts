import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeHandler as makeAdmin } from '#lambdas/admin/adminHandler.ts';
import { Resets, resetCodeOf } from '#lambdas/user/models/Reset.ts';
import { Sessions } from '#lambdas/user/models/Session.ts';
import { codeKeyOf, digitsOf, SignInCodes } from '#lambdas/user/models/SignInCode.ts';
import { Users } from '#lambdas/user/models/User.ts';
import { makeHandler as makeUser } from '#lambdas/user/userHandler.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { httpEvent, httpResult } from '#runtime/testEvents.ts';
import { present } from '#shared/data/condition.ts';
import { update } from '#shared/data/write.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import type { PasswordKeeper } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { accessOf } from '../../infra/access.ts';
import { listenIn, openPool } from '../contract/cognitoPool.ts';
import { emulated } from '../contract/emulated.ts';
import { makeIdentity } from './identity.ts';

interface Said {
  token: string;
  refreshToken: string;
  userId: string;
  role: string;
  code?: string;
}

/** Cognito's clock is the machine's, and no test moves it. */
const clock = { now: () => new Date() };

let dairy: TestDairy;
let pool: Awaited<ReturnType<typeof openPool>>;
let line: Awaited<ReturnType<typeof listenIn>>;
/** What each of the two Lambdas that know Cognito asked it for, and which of them works now. */
const asked = { user: new Set<string>(), admin: new Set<string>() };
let working: keyof typeof asked = 'user';
/** The same dairy with Cognito behind it. */
let world: World;
let user: LambdaHandler;
let admin: LambdaHandler;

beforeAll(async () => {
  if (!emulated) return;
  dairy = await testDairy({ at: new Date().toISOString() });
  pool = await openPool();
  line = await listenIn((verb) => asked[working].add(verb));
  world = worldWith();
  user = makeUser(world);
  const desk = makeAdmin(world);
  admin = async (event) => {
    working = 'admin';
    return desk(event).finally(() => {
      working = 'user';
    });
  };
});
afterAll(async () => {
  await dairy?.close();
  await line?.close();
});

function worldWith(keep?: (keeper: PasswordKeeper) => PasswordKeeper): World {
  const identity = makeIdentity({ ...pool, cognito: line.cognito, clock });
  const passwords = identity.passwords && keep ? keep(identity.passwords) : identity.passwords;
  const config = { ...dairy.world.config, passwordPolicy: 'strict' as const };
  return { ...dairy.world, config, clock, identity: { ...identity, passwords } };
}

async function post(path: string, body: object, token?: string, handler = user) {
  return httpResult<Said>(await handler(httpEvent('POST', path, { body, token })));
}
const PASSWORD = 'Morning-Milk-1';
const emailOf = (userId: string) => `${userId}@aws.example`;
const logIn = (userId: string, password = PASSWORD, handler = user) =>
  post('/user/login', { email: emailOf(userId), password }, undefined, handler);
const profile = async (token: string) =>
  httpResult(await user(httpEvent('GET', '/user/profile', { token }))).status;
const rowOf = (userId: string) => world.store.get(Users, { userId });

async function household(userId: string): Promise<void> {
  const account = { userId, name: userId, email: emailOf(userId), password: PASSWORD };
  expect((await post('/user/register', account)).status).toBe(201);
}

/** Registers a household and logs it in. */
async function person(userId: string): Promise<Said> {
  await household(userId);
  const { status, body } = await logIn(userId);
  expect(status).toBe(200);
  return body;
}

async function resetCodeFor(userId: string, email = emailOf(userId)): Promise<string> {
  expect((await post('/user/password/forgot', { email })).status).toBe(200);
  for await (const row of world.store.scan(Resets))
    if (row.userId === userId) return resetCodeOf(world, row.resetId);
  return '';
}

describe.runIf(emulated)('With Cognito behind it', () => {
  test('a household registers, logs in, and the hash of its password goes from the row', async () => {
    await household('UA1');
    expect((await rowOf('UA1'))?.passwordHash).toMatch(/^\$argon2id/);
    const { status, body } = await logIn('UA1');
    expect(status).toBe(200);
    expect(body).toMatchObject({ userId: 'UA1', role: 'customer' });
    expect(await profile(body.token)).toBe(200);
    expect(await rowOf('UA1')).not.toHaveProperty('passwordHash');
    expect(await rowOf('UA1')).not.toHaveProperty('passwordMovingUntil');
    expect((await logIn('UA1')).status).toBe(200);
    expect((await logIn('UA1', 'Morning-Milk-2')).body.code).toBe('BAD_CREDENTIALS');
    expect((await logIn('UA-nobody')).body.code).toBe('BAD_CREDENTIALS');
  });

  test('refresh tokens rotate without a password, and an old one ends the whole session at once', async () => {
    const first = await person('UA2');
    const second = (await post('/user/refresh', { refreshToken: first.refreshToken })).body;
    const third = (await post('/user/refresh', { refreshToken: second.refreshToken })).body;
    for (const { token } of [first, second, third]) expect(await profile(token)).toBe(200);
    expect((await post('/user/refresh', { refreshToken: first.refreshToken })).body.code).toBe(
      'SESSION_ENDED',
    );
    for (const { token } of [first, second, third]) expect(await profile(token)).toBe(401);
    expect((await post('/user/refresh', { refreshToken: third.refreshToken })).status).toBe(401);
  });

  test('a refresh whose answer was lost comes again with its retry key, and gets the same token and a good one', async () => {
    const asked = { refreshToken: (await person('UA17')).refreshToken, retryKey: 'asked-in-a-cellar-0001' };
    const first = (await post('/user/refresh', asked)).body;
    const again = (await post('/user/refresh', asked)).body;
    expect(again.refreshToken).toBe(first.refreshToken);
    expect(await profile(again.token)).toBe(200);
    const next = (await post('/user/refresh', { refreshToken: again.refreshToken })).body;
    expect(await profile(next.token)).toBe(200);
    expect((await post('/user/refresh', asked)).body.code).toBe('SESSION_ENDED');
  });

  test('what Cognito gives to renew a session lies sealed in its row, sealed anew with each refresh, and goes at its end', async () => {
    const { refreshToken, token } = await person('UA3');
    const [sessionId = ''] = refreshToken.split('.');
    const sealed = async () => (await world.store.get(Sessions, { sessionId }))?.sealed;
    const first = await sealed();
    expect(first).toMatch(/^[\w-]{60,}$/);
    expect(refreshToken).not.toContain(first);
    await post('/user/refresh', { refreshToken });
    expect(await sealed()).not.toBe(first);
    await post('/user/logout', {}, token);
    expect(await sealed()).toBeUndefined();
  });

  test('logging out ends this session at once and leaves the others', async () => {
    const phone = await person('UA4');
    const tablet = (await logIn('UA4')).body;
    expect((await post('/user/logout', {}, phone.token)).status).toBe(200);
    expect(await profile(phone.token)).toBe(401);
    expect((await post('/user/refresh', { refreshToken: phone.refreshToken })).status).toBe(401);
    expect(await profile(tablet.token)).toBe(200);
  });

  test('a changed password ends every session, and only the new one opens the door, at once', async () => {
    const { token, refreshToken } = await person('UA5');
    const change = (currentPassword: string, newPassword = 'Evening-Milk-1') =>
      post('/user/password/change', { currentPassword, newPassword }, token);
    expect((await change('not-it')).body.code).toBe('BAD_CREDENTIALS');
    expect((await change(PASSWORD, 'weak')).body.code).toBe('WEAK_PASSWORD');
    expect((await change(PASSWORD)).status).toBe(200);
    expect(await profile(token)).toBe(401);
    expect((await post('/user/refresh', { refreshToken })).status).toBe(401);
    expect((await logIn('UA5')).status).toBe(401);
    const again = await logIn('UA5', 'Evening-Milk-1');
    expect(await profile(again.body.token)).toBe(200);
    expect((await logIn('UA5')).status).toBe(401);
  });

  test('a forgotten password is reset once with a code', async () => {
    const { token } = await person('UA6');
    const code = await resetCodeFor('UA6');
    const reset = () => post('/user/password/reset', { code, password: 'Evening-Milk-1' });
    expect((await reset()).status).toBe(200);
    expect((await reset()).body.code).toBe('RESET_CODE_INVALID');
    expect(await profile(token)).toBe(401);
    expect((await logIn('UA6')).status).toBe(401);
    expect((await logIn('UA6', 'Evening-Milk-1')).status).toBe(200);
  });

  test('a household of the desk signs in by a code, refreshes, is out at once, and may have a password too', async () => {
    const phone = '+919876500001';
    const made = (await admin({
      function: 'addCustomer',
      actor: dairy.admin,
      payload: { name: 'Asha', phone, email: emailOf('asha') },
    })) as Said;
    const signIn = async () => {
      expect((await post('/user/code', { phone })).status).toBe(202);
      const row = await world.store.get(SignInCodes, codeKeyOf(world, phone, made.userId));
      return post('/user/login/code', { phone, code: digitsOf(world, row?.codeId ?? '') });
    };
    const { status, body } = await signIn();
    expect(status).toBe(200);
    expect(body).toMatchObject({ userId: made.userId, role: 'customer' });
    const next = (await post('/user/refresh', { refreshToken: body.refreshToken })).body;
    expect(await profile(next.token)).toBe(200);
    const code = await resetCodeFor(made.userId, emailOf('asha'));
    expect((await post('/user/password/reset', { code, password: PASSWORD })).status).toBe(200);
    for (const { token } of [body, next]) expect(await profile(token)).toBe(401);
    expect((await logIn('asha')).status).toBe(200);
    expect(await profile((await signIn()).body.token)).toBe(200);
    expect((await logIn('asha')).status).toBe(200);
  });

  test('a changed role ends every session at once, and the next login has the new one', async () => {
    const { token } = await person('UA7');
    const change = (changes: object) =>
      admin({ function: 'updateUser', actor: dairy.admin, payload: { userId: 'UA7', ...changes } });
    expect(await change({ role: 'courier' })).toMatchObject({ role: 'courier' });
    expect(await profile(token)).toBe(401);
    const courier = await logIn('UA7');
    expect(courier.body).toMatchObject({ role: 'courier' });
    expect(await profile(courier.body.token)).toBe(200);
    await change({ active: false });
    expect(await profile(courier.body.token)).toBe(401);
    expect((await logIn('UA7')).status).toBe(401);
    await change({ active: true });
    expect((await logIn('UA7')).body).toMatchObject({ role: 'courier' });
  });

  test('an erased person is out at once and leaves no login', async () => {
    const { token, refreshToken } = await person('UA8');
    const answer = httpResult(await user(httpEvent('DELETE', '/user/profile', { token })));
    expect(answer.status).toBe(200);
    expect(await profile(token)).toBe(401);
    expect((await post('/user/refresh', { refreshToken })).status).toBe(401);
    expect(
      await world.identity.passwords?.open({ userId: 'UA8', role: 'customer' }, PASSWORD),
    ).toBeUndefined();
    expect((await logIn('UA8')).status).toBe(401);
  });

  test('who comes from a dairy on one machine keeps a password that is weaker than here allowed, and its role', async () => {
    await dairy.addHousehold('UA9');
    const courier = await dairy.addCourier('meera');
    const email = 'UA9@example.com';
    const { refreshToken } = (
      await post('/user/login', { email, password: 'test123' }, undefined, dairy.handlerOf('user'))
    ).body;
    expect((await post('/user/refresh', { refreshToken })).body.code).toBe('SESSION_ENDED');
    expect((await post('/user/login', { email, password: 'test124' })).status).toBe(401);
    for (let i = 0; i < 2; i++) {
      expect((await post('/user/login', { email, password: 'test123' })).status).toBe(200);
      expect(await rowOf('UA9')).not.toHaveProperty('passwordHash');
    }
    const login = { email: 'meera@dairy.example', password: 'round-1' };
    expect((await post('/user/login', login)).body).toMatchObject({
      userId: courier.userId,
      role: 'courier',
    });
  });

  test('a dairy is opened by one call that tells the admin’s password once', async () => {
    const open = () => admin({ function: 'makeFirstAdmin', payload: { email: 'owner@aws.example' } });
    const { password } = (await open()) as { password: string };
    expect(await open()).toEqual({ made: false });
    const login = { email: 'owner@aws.example', password };
    expect((await post('/user/login', login)).body).toMatchObject({ role: 'admin' });
    const asked = {
      function: 'makeFirstAdmin',
      actor: dairy.household,
      payload: { email: 'me@aws.example' },
    };
    expect(await admin(asked)).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('a change of role that a crash kept from Cognito shows in the next token all the same', async () => {
    await person('UA10');
    const identity = {
      ...world.identity,
      update: () => Promise.reject(new Error('the function was stopped')),
    };
    const crashing = makeAdmin(Object.assign(worldWith(), { identity }));
    const payload = { userId: 'UA10', role: 'courier' };
    const changed = await crashing({ function: 'updateUser', actor: dairy.admin, payload });
    expect(changed).toMatchObject({ code: 'INTERNAL' });
    const { body } = await logIn('UA10');
    expect(body).toMatchObject({ role: 'courier' });
    expect(await world.identity.verify(body.token)).toMatchObject({ role: 'courier' });
  });

  test('each Lambda may do to logins exactly what all of this took', () => {
    for (const lambda of ['user', 'admin'] as const) {
      expect([...asked[lambda]].sort(), lambda).toEqual([...accessOf(lambda).logins].sort());
    }
  });
});

describe.runIf(emulated)('While a password is handed over to Cognito', () => {
  test('two logins at once both succeed, and the password stays', async () => {
    await household('UB1');
    const both = await Promise.all([logIn('UB1'), logIn('UB1')]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    for (const { body } of both) expect(await profile(body.token)).toBe(200);
    expect(await rowOf('UB1')).not.toHaveProperty('passwordHash');
    expect((await logIn('UB1')).status).toBe(200);
  });

  test('nobody sets another one: a slow hand-over cannot bring back a password that was reset', async () => {
    await household('UB2');
    const code = await resetCodeFor('UB2');
    const reset = () => post('/user/password/reset', { code, password: 'Evening-Milk-1' });
    const during: number[] = [];
    const slow = makeUser(
      worldWith((keeper) => ({
        ...keeper,
        async keep(login) {
          during.push((await reset()).status);
          await keeper.keep(login);
        },
      })),
    );
    expect((await logIn('UB2', PASSWORD, slow)).status).toBe(200);
    expect(during).toEqual([503]);
    expect((await reset()).status).toBe(200);
    expect((await logIn('UB2')).status).toBe(401);
    expect((await logIn('UB2', 'Evening-Milk-1')).status).toBe(200);
  });

  test.each(['before Cognito has it', 'after Cognito has it'])(
    'a crash (%s) locks nobody out: the password opens still, and half a minute later it can be changed',
    async (when) => {
      const userId = when.startsWith('before') ? 'UB3' : 'UB4';
      await household(userId);
      const crashing = makeUser(
        worldWith((keeper) => ({
          ...keeper,
          async keep(login) {
            if (when.startsWith('after')) await keeper.keep(login);
            throw new Error('the function was stopped');
          },
        })),
      );
      expect((await logIn(userId, PASSWORD, crashing)).status).toBe(500);
      const { status, body } = await logIn(userId);
      expect(status).toBe(200);
      expect(await profile(body.token)).toBe(200);
      expect((await logIn(userId, 'Morning-Milk-2')).status).toBe(401);
      const change = { currentPassword: PASSWORD, newPassword: 'Evening-Milk-1' };
      expect((await post('/user/password/change', change, body.token)).status).toBe(503);
      const past = { set: { passwordMovingUntil: new Date(Date.now() - 1).toISOString() } };
      await world.store.write(update(Users, { userId }, past, present('passwordMovingUntil')));
      expect((await post('/user/password/change', change, body.token)).status).toBe(200);
      expect((await logIn(userId)).status).toBe(401);
      expect((await logIn(userId, 'Evening-Milk-1')).status).toBe(200);
    },
  );

  test('who is revoked meanwhile gets no session', async () => {
    await household('UB5');
    const slow = makeUser(
      worldWith((keeper) => ({
        ...keeper,
        async keep(login) {
          await keeper.keep(login);
          const payload = { userId: 'UB5', active: false };
          await admin({ function: 'updateUser', actor: dairy.admin, payload });
        },
      })),
    );
    expect((await logIn('UB5', PASSWORD, slow)).status).toBe(503);
    expect((await logIn('UB5')).status).toBe(401);
  });
});
