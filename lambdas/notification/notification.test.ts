import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Resets, resetCodeOf } from '#lambdas/user/models/Reset.ts';
import { Audit } from '#shared/data/audit.ts';
import { create } from '#shared/data/write.ts';
import { shardOf } from '#shared/domain/shard.ts';
import { appOf } from '#shared/http/serve.ts';
import type { Actor } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { eraseNotifications, type Notification } from './models/Notification.ts';
import { notificationLambda } from './notificationRoutes.ts';
import { MASK } from './rules/templates.ts';
import { eventOf, openPost, type Post } from './testing.ts';

let post: Post;
let count = 0;
beforeAll(async () => {
  post = await openPost();
});
afterAll(() => post?.dairy.close());
beforeEach(() => {
  post.mails.length = 0;
  post.texts.length = 0;
  post.carriers.before = () => undefined;
});

type Refused = { code: string; status: number; notificationId?: string; errors?: { pointer: string }[] };
const invoke = async <A = Refused>(name: string, payload: object, actor?: Actor) =>
  (await post.handler({ function: name, actor, payload })) as A;

async function household(set: object = {}): Promise<Actor> {
  const actor = await post.dairy.addHousehold(`Uread${++count}`);
  await post.change(actor.userId, { name: 'Jimmy', phone: '+919812345678', ...set });
  return actor;
}

/** A page of a list over HTTP: its status, its rows and where the next page begins. */
async function page(path: string, actor: Actor, world = post.world) {
  const identity = {
    ...world.identity,
    verify: async () => ({ ...actor, sessionId: 'S', issuedAtSeconds: 2e9 }),
  };
  const app = appOf({ ...world, identity }, notificationLambda.doors);
  const response = await app.request(path, { headers: { authorization: 'Bearer x' } });
  const next = /<([^>]+)>/.exec(response.headers.get('link') ?? '')?.[1];
  return { status: response.status, rows: (await response.json()) as Notification[], next };
}

async function everyPage(path: string, actor: Actor) {
  const rows: Notification[] = [];
  for (let next: string | undefined = path; next; ) {
    const got: Awaited<ReturnType<typeof page>> = await page(next, actor);
    rows.push(...got.rows);
    next = got.next;
  }
  return rows;
}

test('The dairy sends a household an e-mail in its own words', async () => {
  const { userId } = await household();
  const answer = await invoke<Notification>('sendEmail', {
    userId,
    type: 'WELCOME_EMAIL',
    message: 'Welcome Jimmy!',
  });
  expect(answer).toEqual({ notificationId: expect.stringMatching(/^N/), status: 'SENT' });
  expect(post.mails).toEqual([
    expect.objectContaining({
      to: `${userId}@example.com`,
      subject: 'Welcome Jimmy!',
      text: 'Welcome Jimmy!',
    }),
  ]);
  const [row] = await post.rowsOf(userId);
  expect(row).toMatchObject({
    ...answer,
    type: 'WELCOME_EMAIL',
    channel: 'EMAIL',
    message: 'Welcome Jimmy!',
  });
});

test('The dairy sends a household a text message; staff who do are on record', async () => {
  const { userId } = await household();
  const payload = { userId, type: 'ORDER_CONFIRMED', message: 'Order O101 confirmed' };
  const answer = await invoke<Notification>('sendSMS', payload, post.dairy.admin);
  expect(answer.status).toBe('SENT');
  expect(post.texts).toEqual([
    { id: answer.notificationId, to: '+919812345678', text: 'Order O101 confirmed' },
  ]);
  expect((await post.rowsOf(userId))[0]).not.toHaveProperty('html');
  const { rows } = await post.world.store.query(Audit, { hash: '2027-01-04' });
  expect(rows.filter(({ action }) => action === 'sendSMS')).toEqual([
    expect.objectContaining({
      actorId: 'Uadmin',
      targets: expect.arrayContaining([`Notifications/${answer.notificationId}`]),
    }),
  ]);
});

test('A message to nobody, to an erased person or to one without a telephone is refused, and nothing is kept', async () => {
  const { userId } = await household({ erasedAt: '2027-01-01T00:00:00.000Z' });
  const message = { type: 'NEWS', message: 'Hello' };
  expect(await invoke('sendEmail', { userId: 'Unobody', ...message })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await invoke('sendEmail', { userId, ...message })).toMatchObject({ code: 'NOT_FOUND' });
  const silent = await household();
  await post.change(silent.userId, {}, ['phone']);
  const refusal = await invoke('sendSMS', { userId: silent.userId, ...message });
  expect(refusal).toMatchObject({ code: 'INVALID_INPUT', errors: [{ pointer: '/userId' }] });
  expect([...(await post.rowsOf(userId)), ...(await post.rowsOf(silent.userId))]).toEqual([]);
});

test('A message that a household does not want is kept as skipped; one it needs is sent', async () => {
  const { userId } = await household({ preferences: { language: 'en', email: false, sms: false } });
  const skipped = await invoke('sendEmail', { userId, type: 'NEWS', message: 'New cheese' });
  expect(skipped.status).toBe('SKIPPED');
  expect((await invoke('sendSMS', { userId, type: 'NEWS', message: 'New cheese' })).status).toBe('SKIPPED');
  expect([post.mails.length, post.texts.length]).toEqual([0, 0]);
  expect((await invoke('sendEmail', { userId, type: 'PASSWORD_RESET', message: 'Call us' })).status).toBe(
    'SENT',
  );
  expect((await post.rowsOf(userId)).map(({ status, todo }) => [status, todo])).toEqual([
    ['SKIPPED', undefined],
    ['SKIPPED', undefined],
    ['SENT', undefined],
  ]);
});

test('With the mail down the caller is told, and the message is kept as failed', async () => {
  const { userId } = await household();
  post.carriers.before = () => {
    throw new Error('connection refused');
  };
  const refusal = await invoke('sendEmail', { userId, type: 'NEWS', message: 'Hello' });
  expect(refusal).toMatchObject({ code: 'UNAVAILABLE', notificationId: expect.any(String) });
  expect(await post.rowsOf(userId)).toEqual([expect.objectContaining({ status: 'FAILED', tries: 1 })]);
});

test('A household cannot send messages, and a payload with unknown fields or a bad type is refused', async () => {
  const actor = await household();
  const payload = { userId: actor.userId, type: 'NEWS', message: 'Hello' };
  expect(await invoke('sendEmail', payload, actor)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await invoke('sendSMS', payload, actor)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await invoke('sendEmail', { ...payload, to: 'x@y.z' })).toMatchObject({ code: 'INVALID_INPUT' });
  expect(await invoke('sendSMS', { ...payload, type: 'news' })).toMatchObject({ code: 'INVALID_INPUT' });
  expect(post.mails).toEqual([]);
});

test('A household reads its own messages, newest first, page by page', async () => {
  const actor = await household();
  for (let i = 0; i < 5; i++) {
    post.dairy.clock.advance(1);
    await post.bring(eventOf(post.world, 'ORDER_CONFIRMED', { userId: actor.userId, orderId: `O${i}` }));
  }
  const rows = await everyPage('/notification/list?limit=3', actor);
  expect(rows.map(({ orderId }) => orderId)).toEqual([
    'O4',
    'O4',
    'O3',
    'O3',
    'O2',
    'O2',
    'O1',
    'O1',
    'O0',
    'O0',
  ]);
  const [text, mail] = rows;
  expect(mail).toEqual({
    notificationId: expect.any(String),
    type: 'ORDER_CONFIRMED',
    channel: 'EMAIL',
    subject: 'Confirmed: order O4',
    message: expect.stringMatching(/^Confirmed: order O4/),
    status: 'SENT',
    createdAt: expect.any(String),
    sentAt: expect.any(String),
    orderId: 'O4',
  });
  expect(text?.channel).toBe('SMS');
});

test('A household cannot read another’s messages, staff can; another’s cursor does not help', async () => {
  const [mine, theirs] = [await household(), await household()];
  for (const { userId } of [mine, theirs, theirs])
    await post.bring(eventOf(post.world, 'USER_REGISTERED', { userId }));
  const path = `/notification/list?userId=${theirs.userId}`;
  expect(await page(path, mine)).toMatchObject({ status: 403, rows: { code: 'FOREIGN_USER' } });
  const staff = await page(`${path}&limit=1`, post.dairy.admin);
  expect(staff.rows.length).toBe(1);
  const cursor = new URL(staff.next ?? '', 'http://x').searchParams.get('cursor');
  expect(await page(`/notification/list?cursor=${cursor}`, mine)).toMatchObject({
    status: 422,
    rows: { code: 'INVALID_CURSOR' },
  });
});

test('Staff read a whole day of messages over every shard, newest first, without addresses', async () => {
  post.dairy.clock.set('2027-02-01T04:30:00.000Z');
  const people = await Promise.all(Array.from({ length: 6 }, () => household()));
  for (const { userId } of people) {
    post.dairy.clock.advance(1);
    await post.bring(eventOf(post.world, 'ORDER_CONFIRMED', { userId }));
  }
  const rows = await everyPage('/notification/inbox?limit=5', post.dairy.admin);
  expect(rows.length).toBe(12);
  expect(new Set(rows.map(({ notificationId }) => shardOf(notificationId))).size).toBeGreaterThan(1);
  expect(rows.map(({ userId }) => userId)).toEqual(
    people.toReversed().flatMap(({ userId }) => [userId, userId]),
  );
  expect(JSON.stringify(rows)).not.toMatch(/example\.com|9812345678/);
  expect(rows.find(({ channel }) => channel === 'EMAIL')?.html).toContain('Confirmed: order O101');
  expect((await page('/notification/inbox?day=2027-01-31', post.dairy.admin)).rows).toEqual([]);
  const { next } = await page('/notification/inbox?limit=5', post.dairy.admin);
  expect(await page(`${next}&day=2027-01-31`, post.dairy.admin)).toMatchObject({
    rows: { code: 'INVALID_CURSOR' },
  });
  expect(await page('/notification/inbox?day=2027-02-30', post.dairy.admin)).toMatchObject({ status: 422 });
});

test('Households and couriers do not see the inbox', async () => {
  expect((await page('/notification/inbox', await household())).status).toBe(403);
  expect((await page('/notification/inbox', post.dairy.courier)).status).toBe(403);
});

test('On a machine without mail the inbox shows a live reset code, with mail or too late it does not', async () => {
  post.dairy.clock.set('2027-02-03T04:30:00.000Z');
  const { userId } = await household();
  const resetId = `R${post.world.ids.next()}`;
  const expiresAt = '2027-02-03T05:00:00.000Z';
  await post.world.store.write(
    create(Resets, { resetId, userId, expiresAt, expiresAtSeconds: 2_000_000_000 }),
  );
  await post.bring(eventOf(post.world, 'PASSWORD_RESET_REQUESTED', { userId, resetId }));
  const code = resetCodeOf(post.world, resetId);
  const seen = async (world: World = post.world) => {
    const [row] = (await page('/notification/inbox', post.dairy.admin, world)).rows;
    return {
      message: row?.message.includes(code),
      html: row?.html?.includes(code),
      masked: row?.message.includes(MASK),
    };
  };
  expect(await seen()).toEqual({ message: true, html: true, masked: false });
  const withMail = { ...post.world, mailer: { ...post.world.mailer, keepsInbox: false } };
  expect(await seen(withMail)).toEqual({ message: false, html: false, masked: true });
  expect(JSON.stringify((await page('/notification/list', { userId, role: 'customer' })).rows)).not.toContain(
    code,
  );
  post.dairy.clock.set(expiresAt);
  expect(await seen()).toEqual({ message: false, html: false, masked: true });
});

test('Of an erased person no word of any message is left, however many there were', async () => {
  const actor = await household();
  for (let batch = 0; batch < 3; batch++) {
    const events = Array.from({ length: 25 }, () =>
      eventOf(post.world, 'ORDER_CONFIRMED', { userId: actor.userId }),
    );
    await post.bring(...events);
  }
  expect(await eraseNotifications(post.world, actor.userId)).toBe(150);
  expect(await eraseNotifications(post.world, actor.userId)).toBe(0);
  const rows = await post.rowsOf(actor.userId);
  expect(rows.length).toBe(150);
  expect(rows.every((row) => row.message === '' && !row.subject && !row.html && row.status === 'SENT')).toBe(
    true,
  );
});

test('A registered household finds its welcome in its list, whatever the relay repeats and shuffles', async () => {
  const { dairy } = post;
  await dairy.settle({ disturb: (batch) => [...batch, ...batch].reverse() });
  const rows = await dairy.call<Notification[]>('notification', 'listNotifications', {}, dairy.household);
  expect(rows.filter(({ type }) => type === 'WELCOME_EMAIL')).toEqual([
    expect.objectContaining({ channel: 'EMAIL', subject: 'Welcome U101!', status: 'SENT' }),
  ]);
});

test('The inbox page is a public shell without data, and lets no script in but its own', async () => {
  const app = appOf(post.world, notificationLambda.doors);
  for (const [path, type] of [
    ['/inbox', 'text/html'],
    ['/inbox/inbox.js', 'text/javascript'],
    ['/inbox/inbox.css', 'text/css'],
  ] as const) {
    const response = await app.request(path);
    expect([path, response.status, response.headers.get('content-type')]).toEqual([
      path,
      200,
      `${type}; charset=utf-8`,
    ]);
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("default-src 'none'");
    expect((await response.text()).length).toBeGreaterThan(500);
  }
  const html = await (await app.request('/inbox')).text();
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|(?:src|href)="https?:/);
});
