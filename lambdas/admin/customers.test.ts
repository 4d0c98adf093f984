import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CustomerKeys } from '#lambdas/user/models/CustomerKey.ts';
import { Emails, Phones, Users } from '#lambdas/user/models/User.ts';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { Audit } from '#shared/data/audit.ts';
import type { Reply } from '#shared/http/door.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { type ListCustomers, listCustomers } from './customers.ts';
import { eventsOf, request, tokenOf } from './testing.ts';

interface Shown {
  userId: string;
  name: string;
  phone?: string;
  email?: string;
}
type Said = Shown & Refusal;

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());

const desk = <A = Said>(lambda: string, name: string, input: object, actor: Actor = dairy.admin) =>
  dairy.call<A>(lambda, name, input, actor);
const add = (input: object) => desk('admin', 'addCustomer', input);
const find = async (q: string) => (await desk<Shown[]>('admin', 'listCustomers', { q })).map(idOf);
const idOf = ({ userId }: { userId: string }) => userId;

async function register(userId: string, name: string, more: object = {}) {
  dairy.clock.advance(1);
  const login = { userId, name, email: `${userId.toLowerCase()}@home.example`, password: 'test123' };
  expect(await dairy.call('user', 'register', { ...login, ...more })).toMatchObject({ userId });
  return { userId, role: 'customer' as const };
}

/** A list page by page, as the desk turns them. */
async function pages(input: Pick<ListCustomers, 'q' | 'limit'>): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: string | undefined;
  do {
    const call = { input: { ...input, cursor }, actor: dairy.admin, requestId: 'r', action: 'listCustomers' };
    const page = (await listCustomers(dairy.world, { ...call, address: '' })) as Reply;
    found.push((page.body as Shown[]).map(idOf));
    cursor = page.cursor;
  } while (cursor && found.length < 50);
  return found;
}

describe('looking for a household', () => {
  it('Any word of its name finds it by its beginning, also with what follows, and whatever the capitals and accents', async () => {
    await register('Uname1', 'Zoë Müller-Iyer');
    await register('Uname2', 'Ravi  Kumar Mullick');
    await register('Uname3', 'लक्ष्मी देवी');
    expect((await find('mul')).sort()).toEqual(['Uname1', 'Uname2']);
    expect(await find('ZOE')).toEqual(['Uname1']);
    expect(await find('iyer')).toEqual(['Uname1']);
    expect(await find('kumar mul')).toEqual(['Uname2']);
    expect(await find('लक्')).toEqual(['Uname3']);
    expect(await find('देवी')).toEqual(['Uname3']);
    expect(await find('umar')).toEqual([]);
    expect(await find('ravi mullick')).toEqual([]);
  });

  it('Its telephone number finds it from the front, from abroad, and by the last four digits', async () => {
    await register('Uphone1', 'Text', { phone: '098450 11223' });
    const { userId } = await add({ name: 'Own', phone: '98450 99887' });
    expect((await find('98450')).sort()).toEqual(['Uphone1', userId].sort());
    expect(await find('+91 98450 99')).toEqual([userId]);
    expect(await find('+91 98450 11')).toEqual(['Uphone1']);
    expect(await find('098450-11')).toEqual(['Uphone1']);
    expect(await find('9887')).toEqual([userId]);
    expect(await find('1223')).toEqual(['Uphone1']);
    expect(await find('887')).toEqual([]);
    expect(await find('+')).toEqual([]);
  });

  it('Its e-mail address finds it by its beginning, and its id as a whole', async () => {
    await register('Umail', 'Somebody', { email: 'Letter.Box@home.example' });
    expect(await find('letter.b')).toEqual(['Umail']);
    expect(await find('LETTER.BOX@home')).toEqual(['Umail']);
    expect(await find('box@home')).toEqual([]);
    expect(await find('Umail')).toEqual(['Umail']);
    expect(await find('Umai')).toEqual([]);
  });

  it('A household that is found in two ways stands in the list once, on whatever page', async () => {
    for (const i of [1, 2, 3, 4, 5]) {
      await register(`Utwice${i}`, `Twice Twice${i} Twi`, { email: `twice${i}@home.example` });
    }
    const own = ['Utwice1', 'Utwice2', 'Utwice3', 'Utwice4', 'Utwice5'];
    expect((await find('twi')).sort()).toEqual(own);
    for (const limit of [1, 2, 3, 5]) {
      const found = await pages({ q: 'twi', limit });
      expect(found.flat().sort()).toEqual(own);
      for (const page of found) expect(page.length).toBeLessThanOrEqual(limit);
    }
    expect((await pages({ q: 'Utwice3', limit: 1 })).flat()).toEqual(['Utwice3']);
  });

  it('Without words the desk sees all, the newest first, page by page', async () => {
    const seen = (await pages({ limit: 4 })).flat();
    const made: [string, string][] = [];
    for await (const { userId, role, createdAt } of dairy.world.store.scan(Users)) {
      if (role === 'customer') made.push([createdAt, userId]);
    }
    expect([...seen].sort()).toEqual(made.map(([, userId]) => userId).sort());
    const momentOf = new Map(made.map(([at, userId]) => [userId, at]));
    const moments = seen.map((userId) => momentOf.get(userId) ?? '');
    expect(moments).toEqual([...moments].sort().reverse());
  });

  it('A household is found by what it changed to, and not by what it was', async () => {
    const person = await register('Uchanges', 'Oldname Here', { phone: '9000011111' });
    await dairy.call('user', 'updateProfile', { name: 'Newname Here', phone: '9000022222' }, person);
    expect(await find('oldname')).toEqual([]);
    expect(await find('newname')).toEqual(['Uchanges']);
    expect(await find('here')).toEqual(['Uchanges']);
    expect(await find('90000 11111')).toEqual([]);
    expect(await find('2222')).toEqual(['Uchanges']);
    await dairy.call('user', 'updateProfile', { phone: null }, person);
    expect(await find('2222')).toEqual([]);
  });

  it('Who becomes staff or is erased is not found any more, and whoever comes back is', async () => {
    const person = await register('Ugoes', 'Goes Away');
    await desk('admin', 'updateUser', { userId: 'Ugoes', role: 'courier' });
    expect(await find('goes')).toEqual([]);
    await desk('admin', 'updateUser', { userId: 'Ugoes', role: 'customer' });
    expect(await find('goes')).toEqual(['Ugoes']);
    await desk('admin', 'updateUser', { userId: 'Ugoes', active: false });
    expect(await desk('admin', 'listCustomers', { q: 'goes' })).toMatchObject([{ active: false }]);
    await dairy.call('user', 'eraseProfile', {}, person);
    expect(await find('goes')).toEqual([]);
    for await (const { userId } of dairy.world.store.scan(CustomerKeys)) expect(userId).not.toBe('Ugoes');
    expect(await find('ravi@dairy.example')).toEqual([]);
  });

  it('What an index says is asked of the row itself: a key that outlived its household shows nobody', async () => {
    const part = 'NAME#s';
    const { wire } = dairy.world.store;
    for (const userId of ['Unobody', 'Umail']) {
      const Item = { part: { S: part }, key: { S: `stale ${userId}` }, userId: { S: userId } };
      await wire.call('PutItem', { TableName: 'CustomerKeys', Item });
    }
    expect(await find('stale')).toEqual([]);
    for (const userId of ['Unobody', 'Umail']) {
      const Key = { part: { S: part }, key: { S: `stale ${userId}` } };
      await wire.call('DeleteItem', { TableName: 'CustomerKeys', Key });
    }
  });

  it('A cursor goes on with the same words only, and only staff may look', async () => {
    const token = await tokenOf(dairy, dairy.admin);
    const first = await request(dairy, 'admin', ['GET', '/admin/customers'], {
      token,
      query: { q: 'twi', limit: '2' },
    });
    const cursor = /cursor=([^>&]+)/.exec(first.headers.link ?? '')?.[1] ?? '';
    expect(cursor).not.toBe('');
    const list = (query: object) => desk('admin', 'listCustomers', query);
    expect(await list({ q: 'twi', cursor })).toHaveLength(3);
    expect(await list({ q: 'twice', cursor })).toMatchObject({ code: 'INVALID_CURSOR' });
    expect(await list({ cursor })).toMatchObject({ code: 'INVALID_CURSOR' });
    expect(await desk('admin', 'listCustomers', {}, dairy.household)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await desk('admin', 'listCustomers', {}, dairy.courier)).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a household that the desk makes', () => {
  it('Needs a name and a number, is found at once, and the audit trail says who made it', async () => {
    const { userId } = await add({ name: 'Asha Rao', phone: '098111 22333', language: 'hi' });
    const row = await dairy.world.store.get(Users, { userId });
    expect(row).toMatchObject({
      role: 'customer',
      active: true,
      phone: '+919811122333',
      phoneKey: '+919811122333',
      preferences: { language: 'hi' },
    });
    expect(row).not.toHaveProperty('email');
    expect(row).not.toHaveProperty('passwordHash');
    expect(await find('asha')).toEqual([userId]);
    expect(await eventsOf(dairy, userId)).toMatchObject([{ eventType: 'USER_REGISTERED', userId }]);
    const trail = await dairy.world.store.query(Audit, { hash: '2027-01-04' });
    const entry = trail.rows.find(({ targets }) => targets.includes(`Users/${userId}`));
    expect(entry).toMatchObject({ actorId: 'Uadmin', action: 'addCustomer', note: 'made by the desk' });
    const profile = await desk('user', 'viewProfile', { userId });
    expect(profile).toMatchObject({ userId, name: 'Asha Rao', phone: '+919811122333' });
    expect(profile).toMatchObject({ phoneProvenAt: undefined });
    expect(await desk('payment', 'viewWallet', { userId })).toMatchObject({ available: 0, owed: 0 });
  });

  it('A number is one household’s, however it is written, and the desk learns whose', async () => {
    const { userId } = await add({ name: 'First', phone: '9811100001' });
    expect(await add({ name: 'Second', phone: '+91 98111-00001' })).toMatchObject({
      status: 409,
      code: 'PHONE_TAKEN',
      userId,
      errors: [{ pointer: '/phone' }],
    });
    expect(await find('second')).toEqual([]);
    const twins = await Promise.all([1, 2, 3].map((i) => add({ name: `Twin ${i}`, phone: '9811100002' })));
    expect(twins.filter(({ code }) => code === 'PHONE_TAKEN')).toHaveLength(2);
  });

  it('A number that nobody can dial is refused, and so is an e-mail address that has an account', async () => {
    expect(await add({ name: 'Nobody', phone: '+999123456' })).toMatchObject({
      status: 422,
      code: 'INVALID_INPUT',
      errors: [{ pointer: '/phone' }],
    });
    const taken = { name: 'Nobody', phone: '9811100003', email: 'u101@EXAMPLE.com' };
    expect(await add(taken)).toMatchObject({ code: 'EMAIL_TAKEN' });
    expect(await dairy.world.store.get(Phones, { phoneKey: '+919811100003' })).toBeUndefined();
    expect(await desk('admin', 'addCustomer', taken, dairy.household)).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('One with an e-mail address sets its password by itself, and logs in with it', async () => {
    const { userId } = await add({ name: 'Mail', phone: '9811100004', email: 'late@home.example' });
    expect(await dairy.world.store.get(Emails, { emailKey: 'late@home.example' })).toMatchObject({ userId });
    const login = { email: 'late@home.example', password: 'test123' };
    expect(await dairy.call('user', 'login', login)).toMatchObject({ code: 'BAD_CREDENTIALS' });
  });

  it('Another country’s numbers are read when the dairy says that it is there', async () => {
    const settings = (country: string) => desk('admin', 'updateSettings', { country });
    expect(await settings('ZZ')).toMatchObject({ code: 'INVALID_INPUT', errors: [{ pointer: '/country' }] });
    await settings('GB');
    const { userId } = await add({ name: 'Mill Lane', phone: '07400 123456' });
    await settings('IN');
    expect(await desk('user', 'viewProfile', { userId })).toMatchObject({ phone: '+447400123456' });
    expect(await find('7400 123')).toEqual([userId]);
  });

  it('The same request sent twice makes one household', async () => {
    const token = await tokenOf(dairy, dairy.admin);
    const send = () =>
      request(dairy, 'admin', ['POST', '/admin/customer'], {
        token,
        body: { name: 'Oncemade', phone: '9811100005' },
        headers: { 'idempotency-key': 'once-made' },
      });
    const [first, second] = [await send(), await send()];
    expect(first.statusCode).toBe(201);
    expect(second.text).toBe(first.text);
    expect(await find('oncemade')).toHaveLength(1);
  });
});

describe('another telephone number', () => {
  it('That the desk enters becomes the household’s own; one that another has is refused', async () => {
    const person = await register('Unumber', 'Number', { phone: '9822200001' });
    expect(await dairy.world.store.get(Phones, { phoneKey: '+919822200001' })).toBeUndefined();
    const change = (phone: string | null) => desk('user', 'updateProfile', { userId: 'Unumber', phone });
    expect(await change('98222 00001')).toMatchObject({ phone: '+919822200001' });
    const held = async (number: string) =>
      (await dairy.world.store.get(Phones, { phoneKey: number }))?.userId;
    expect(await held('+919822200001')).toBe('Unumber');
    const other = await add({ name: 'Other', phone: '9822200002' });
    expect(await change('9822200002')).toMatchObject({ code: 'PHONE_TAKEN', userId: other.userId });
    expect(await change('+999123456')).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await change('9822200003')).toMatchObject({ phone: '+919822200003' });
    expect(await held('+919822200001')).toBeUndefined();
    // Its own word proves nothing: from then on the number is text, as it is for whoever registers.
    expect(await dairy.call('user', 'updateProfile', { phone: '98222 00004' }, person)).toMatchObject({
      phone: '98222 00004',
    });
    expect(await held('+919822200003')).toBeUndefined();
    expect(await held('+919822200004')).toBeUndefined();
  });

  it('Who registers with a number that another has proven gets an account all the same, and learns nothing', async () => {
    await add({ name: 'Owner', phone: '9822200005' });
    const person = await register('Usame', 'Same', { phone: '+919822200005' });
    expect(await dairy.call('user', 'viewProfile', {}, person)).toMatchObject({ phone: '+919822200005' });
    expect(await dairy.call('user', 'updateProfile', { phone: '98222 00005' }, person)).toMatchObject({
      phone: '98222 00005',
    });
  });

  it('A household that has no e-mail address cannot lock itself out, and the desk can help it', async () => {
    const { userId } = await add({ name: 'Only', phone: '9822200006' });
    const own = { userId, role: 'customer' as const };
    for (const phone of ['9822200007', null]) {
      expect(await dairy.call('user', 'updateProfile', { phone }, own)).toMatchObject({
        code: 'PHONE_NEEDED',
      });
    }
    expect(
      await dairy.call('user', 'updateProfile', { phone: '098222 00006', name: 'Me' }, own),
    ).toMatchObject({ phone: '+919822200006', name: 'Me' });
    expect(await desk('user', 'updateProfile', { userId, phone: null })).toMatchObject({
      code: 'PHONE_NEEDED',
    });
    expect(await desk('user', 'updateProfile', { userId, phone: '9822200008' })).toMatchObject({
      phone: '+919822200008',
    });
  });

  it('An erased household leaves its number to the next one', async () => {
    const { userId } = await add({ name: 'Leaves', phone: '9822200009' });
    await dairy.call('user', 'eraseProfile', {}, { userId, role: 'customer' });
    const row = await dairy.world.store.get(Users, { userId });
    expect(row).not.toHaveProperty('phoneKey');
    const next = await add({ name: 'Follows', phone: '9822200009' });
    expect(await dairy.world.store.get(Phones, { phoneKey: '+919822200009' })).toMatchObject(next);
  });
});

it('Every household is found by exactly what it is, whatever happened to it', async () => {
  await dairy.settle();
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});
