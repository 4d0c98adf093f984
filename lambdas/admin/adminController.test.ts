import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminCountKey, Users } from '#lambdas/user/models/User.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { Meta } from '#shared/data/meta.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { ensureFirstAdmin } from './adminController.ts';
import { eventsOf, request, tokenOf } from './testing.ts';

type Said = { userId: string; role: string; active: boolean } & Refusal;

let dairy: TestDairy;
beforeEach(async () => {
  dairy = await testDairy();
});
afterEach(() => dairy.close());

const desk = <A = Said>(name: string, input: object, actor: Actor = dairy.admin) =>
  dairy.call<A>('admin', name, input, actor);
const person = (name: string, role: string) => ({
  name,
  email: `${name}@dairy.example`,
  password: 'pail-123',
  role,
});
const countOfAdmins = async () => (await dairy.world.store.get(Meta, adminCountKey))?.number ?? 0;
const rowOf = (userId: string) => dairy.world.store.get(Users, { userId });

/** How many active admins the rows themselves show. */
async function activeAdmins(): Promise<number> {
  const { rows } = await dairy.world.store.query(Users, { index: 'byStaffRole', hash: 'admin' });
  return rows.filter(({ active }) => active).length;
}

describe('the first admin', () => {
  const login = { email: 'boss@dairy.example', password: 'cream-top-1' };

  it('Is made where there is none, and can log in', async () => {
    expect(await ensureFirstAdmin(dairy.world, login)).toBe(true);
    expect(await countOfAdmins()).toBe(1);
    expect(await dairy.call('user', 'login', login)).toMatchObject({ role: 'admin' });
  });

  it('A second start makes no other, also with another address', async () => {
    await ensureFirstAdmin(dairy.world, login);
    expect(await ensureFirstAdmin(dairy.world, login)).toBe(false);
    expect(await ensureFirstAdmin(dairy.world, { ...login, email: 'other@dairy.example' })).toBe(false);
    expect(await activeAdmins()).toBe(1);
  });

  it('Five starts at once make one admin', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => ensureFirstAdmin(dairy.world, login)));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await activeAdmins()).toBe(1);
    expect(await countOfAdmins()).toBe(1);
  });

  it('A start with a weak password, or the address of a household, says so and makes nobody', async () => {
    await expect(ensureFirstAdmin(dairy.world, { ...login, password: '12345' })).rejects.toMatchObject({
      code: 'WEAK_PASSWORD',
    });
    await expect(
      ensureFirstAdmin(dairy.world, { ...login, email: 'U101@example.com' }),
    ).rejects.toMatchObject({
      code: 'EMAIL_TAKEN',
    });
    expect(await activeAdmins()).toBe(0);
    expect(await countOfAdmins()).toBe(0);
  });
});

describe('accounts of staff', () => {
  it('A courier is made, told of, listed, and logs in as a courier', async () => {
    const { userId } = await desk('addUser', { ...person('meera', 'courier'), phone: '+919812345678' });
    expect(await rowOf(userId)).toMatchObject({
      role: 'courier',
      staffRole: 'courier',
      active: true,
      version: 1,
    });
    expect(await eventsOf(dairy, userId)).toMatchObject([
      { eventType: 'USER_CHANGED', entityVersion: 1, role: 'courier', active: true },
    ]);
    const listed = await desk<Said[]>('listUsers', { role: 'courier' });
    expect(listed.map((one) => one.userId)).toEqual([dairy.courier.userId, userId]);
    expect(JSON.stringify(listed)).not.toContain('argon2id');
    expect(
      await dairy.call('user', 'login', { email: 'meera@dairy.example', password: 'pail-123' }),
    ).toMatchObject({
      role: 'courier',
    });
  });

  it('An address that is taken, a weak password and a household role are refused', async () => {
    await desk('addUser', person('meera', 'courier'));
    expect(
      await desk('addUser', { ...person('other', 'admin'), email: 'MEERA@dairy.example' }),
    ).toMatchObject({
      code: 'EMAIL_TAKEN',
    });
    expect(await desk('addUser', { ...person('weak', 'admin'), password: '123' })).toMatchObject({
      code: 'WEAK_PASSWORD',
    });
    expect(await desk('addUser', person('house', 'customer'))).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await countOfAdmins()).toBe(0);
  });

  it('Neither a household nor a courier may make, change or list accounts', async () => {
    for (const actor of [dairy.household, dairy.courier]) {
      for (const name of ['addUser', 'updateUser', 'listUsers']) {
        expect(await desk(name, {}, actor)).toMatchObject({ code: 'FORBIDDEN' });
      }
    }
  });

  it('The same request sent again makes one account and gives its userId again', async () => {
    const token = await tokenOf(dairy, dairy.admin);
    const send = () =>
      request(dairy, 'admin', ['POST', '/admin/user'], {
        token,
        body: person('meera', 'admin'),
        headers: { 'idempotency-key': 'new-admin' },
      });
    const first = await send();
    expect(first.statusCode).toBe(201);
    expect(await send()).toMatchObject({ statusCode: 201, text: first.text });
    expect(await countOfAdmins()).toBe(1);
  });
});

describe('changing what somebody may do', () => {
  it('A courier who is sent home is out at once: token, session and login', async () => {
    const login = { email: 'ravi@dairy.example', password: 'round-1' };
    const session = await dairy.call<{ token: string; refreshToken: string }>('user', 'login', login);
    const run = () => request(dairy, 'delivery', ['GET', '/delivery/run'], { token: session.token });
    expect((await run()).statusCode).toBe(200);

    dairy.clock.advance(1);
    const { userId } = dairy.courier;
    expect(await desk('updateUser', { userId, active: false })).toEqual({
      userId,
      role: 'courier',
      active: false,
    });
    expect((await run()).statusCode).toBe(401);
    expect(await dairy.call('user', 'refresh', { refreshToken: session.refreshToken })).toMatchObject({
      code: 'SESSION_ENDED',
    });
    expect(await dairy.call('user', 'login', login)).toMatchObject({ code: 'BAD_CREDENTIALS' });
    expect(await rowOf(userId)).toMatchObject({ active: false, version: 2 });
    expect((await eventsOf(dairy, userId)).at(-1)).toMatchObject({ entityVersion: 2, active: false });
  });

  it('A wish that names no change is refused, and logs nobody out', async () => {
    const token = await tokenOf(dairy, dairy.courier);
    expect(await desk('updateUser', { userId: dairy.courier.userId })).toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect(await request(dairy, 'delivery', ['GET', '/delivery/run'], { token })).toMatchObject({
      statusCode: 200,
    });
  });

  it('The same change again writes nothing more', async () => {
    const { userId } = dairy.courier;
    await desk('updateUser', { userId, active: false });
    const before = await rowOf(userId);
    expect(await desk('updateUser', { userId, active: false })).toMatchObject({ active: false });
    expect(await rowOf(userId)).toEqual(before);
  });

  it('A household that becomes a courier is listed as one, and no more when it goes back', async () => {
    await desk('updateUser', { userId: 'U101', role: 'courier' });
    expect(await rowOf('U101')).toMatchObject({ role: 'courier', staffRole: 'courier' });
    await desk('updateUser', { userId: 'U101', role: 'customer' });
    expect(await rowOf('U101')).not.toHaveProperty('staffRole');
  });

  it('The last active admin can neither be demoted nor deactivated', async () => {
    const { userId } = await desk('addUser', person('anna', 'admin'));
    for (const change of [{ role: 'courier' }, { active: false }]) {
      expect(await desk('updateUser', { userId, ...change })).toMatchObject({
        status: 409,
        code: 'LAST_ADMIN',
      });
    }
    expect(await rowOf(userId)).toMatchObject({ role: 'admin', active: true, version: 1 });
    await desk('addUser', person('bela', 'admin'));
    expect(await desk('updateUser', { userId, active: false })).toMatchObject({ active: false });
    expect(await countOfAdmins()).toBe(1);
  });

  it('Of three admins who all resign at once, one stays', async () => {
    const admins = await Promise.all(
      ['anna', 'bela', 'carl'].map((name) => desk('addUser', person(name, 'admin'))),
    );
    const answers = await Promise.all(
      admins.map(({ userId }) => desk('updateUser', { userId, role: 'customer' })),
    );
    const refused = answers.filter(({ code }) => code === 'LAST_ADMIN' || code === 'BUSY');
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(await activeAdmins()).toBe(refused.length);
    expect(await countOfAdmins()).toBe(refused.length);
  });

  it('An unknown or an erased person cannot be changed', async () => {
    await dairy.call('user', 'eraseProfile', {}, dairy.household);
    for (const userId of ['U101', 'Unobody']) {
      expect(await desk('updateUser', { userId, role: 'admin' })).toMatchObject({
        status: 404,
        code: 'NOT_FOUND',
      });
    }
    expect(await countOfAdmins()).toBe(0);
  });
});
