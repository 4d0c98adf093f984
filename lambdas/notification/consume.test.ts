import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Resets, resetCodeOf } from '#lambdas/user/models/Reset.ts';
import { digitsOf, SignInCodes } from '#lambdas/user/models/SignInCode.ts';
import { StoreError, type Wire } from '#shared/data/wire.ts';
import { create } from '#shared/data/write.ts';
import { subscriptions } from '#shared/events/subscriptions.ts';
import { Notifications, notificationIdOf } from './models/Notification.ts';
import { smsTemplates } from './rules/smsTemplates.ts';
import { MASK } from './rules/templates.ts';
import { sendWaiting } from './sendWaiting.ts';
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
  post.dairy.wireOf.current = (wire) => wire;
});

/** A household of its own for a test, with e-mail and telephone. */
async function household(set: object = {}): Promise<string> {
  const userId = `Uhome${++count}`;
  await post.dairy.addHousehold(userId);
  await post.change(userId, { name: 'Jimmy', phone: '+91 98123-45678', ...set });
  return userId;
}

const mailOf = (eventId: string, userId: string) =>
  post.world.store.get(Notifications, { notificationId: notificationIdOf(eventId, 'EMAIL', userId) });

/** Breaks calls of the store: before they are made, or after, when the answer is lost. */
function disturb(
  when: (operation: string, payload: string) => 'before' | 'after' | undefined,
  name = 'NetworkError',
) {
  post.dairy.wireOf.current = (wire): Wire => ({
    ...wire,
    async call<A>(...args: Parameters<Wire['call']>) {
      const moment = when(args[0], JSON.stringify(args[1]));
      if (moment === 'before') throw new StoreError(name, 'broken by the test');
      const answer = await wire.call<A>(...args);
      if (moment === 'after') throw new StoreError(name, 'broken by the test');
      return answer;
    },
  });
}

const isClaim = (operation: string, payload: string) =>
  operation === 'TransactWriteItems' && payload.includes('"SENDING"');
const isMark = (operation: string, payload: string) =>
  operation === 'UpdateItem' && payload.includes('"SENT"');

test('A new household gets one welcome e-mail, and it is kept', async () => {
  const userId = await household();
  const event = eventOf(post.world, 'USER_REGISTERED', { userId });
  expect(await post.bring(event)).toEqual([]);
  expect(post.mails).toEqual([
    expect.objectContaining({ to: `${userId}@example.com`, subject: 'Welcome Jimmy!' }),
  ]);
  expect(post.texts).toEqual([]);
  const [row, ...others] = await post.rowsOf(userId);
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    type: 'WELCOME_EMAIL',
    channel: 'EMAIL',
    status: 'SENT',
    tries: 0,
    eventId: event.eventId,
  });
  expect(row).toMatchObject({ ref: `carrier:${row?.notificationId}`, sentAt: '2027-01-04T04:30:00.000Z' });
  expect(row).not.toHaveProperty('todo');
});

test('An order that is confirmed is told by e-mail and text message, with what was ordered', async () => {
  const order = await post.dairy.order();
  await post.change('U101', { phone: '+91 98123-45678' });
  const { orderId } = order;
  await post.bring(
    eventOf(post.world, 'ORDER_CONFIRMED', { userId: 'U101', orderId, amountMinor: order.amount }),
  );
  expect(post.mails[0]?.text).toContain('2 × Cow Milk: ₹100.00');
  expect(post.texts[0]).toMatchObject({ to: '+919812345678' });
  expect(post.texts[0]?.text).toMatch(
    new RegExp(`^Order ${orderId} confirmed for Wed,? 6 Jan, 07:00–10:00\\. Total ₹100\\.00\\.`),
  );
  expect(
    (await post.rowsOf('U101')).map(({ channel, orderId, status }) => [channel, orderId, status]),
  ).toEqual([
    ['EMAIL', orderId, 'SENT'],
    ['SMS', orderId, 'SENT'],
  ]);
});

test('A household without a telephone gets the e-mail alone', async () => {
  const userId = await household();
  await post.change(userId, {}, ['phone']);
  await post.bring(eventOf(post.world, 'ORDER_CONFIRMED', { userId }));
  expect([post.mails.length, post.texts.length]).toEqual([1, 0]);
});

test('A household that opted out gets no news of orders, but its reset code, its welcome and its refunds', async () => {
  const userId = await household({ preferences: { language: 'en', email: false, sms: false } });
  const { world } = post;
  for (const type of ['ORDER_CONFIRMED', 'DELIVERY_UPDATED', 'PAYMENT_FAILED'] as const) {
    expect(await post.bring(eventOf(world, type, { userId }))).toEqual([]);
  }
  expect(await post.rowsOf(userId)).toEqual([]);
  await post.bring(
    eventOf(world, 'USER_REGISTERED', { userId }),
    eventOf(world, 'REFUND_ISSUED', { userId }),
  );
  expect((await post.rowsOf(userId)).map(({ type }) => type)).toEqual(['WELCOME_EMAIL', 'REFUND_ISSUED']);
  expect(post.texts).toEqual([]);
});

test('A household that reads Hindi is written to in Hindi', async () => {
  const userId = await household({ preferences: { language: 'hi', email: true, sms: true } });
  await post.bring(eventOf(post.world, 'USER_REGISTERED', { userId }));
  expect(post.mails[0]?.subject).toBe('स्वागत है, Jimmy!');
});

test('An event that comes five times, at once and later, is told once a channel', async () => {
  const userId = await household();
  const event = eventOf(post.world, 'ORDER_CONFIRMED', { userId });
  await Promise.all([post.bring(event), post.bring(event, event), post.bring(event)]);
  expect(await post.bring(event)).toEqual([]);
  expect([post.mails.length, post.texts.length]).toEqual([1, 1]);
  expect((await post.rowsOf(userId)).map(({ status }) => status)).toEqual(['SENT', 'SENT']);
});

test('A person who was erased or sent away gets nothing, and nothing is kept', async () => {
  const [erased, inactive] = [
    await household({ erasedAt: '2027-01-01T00:00:00.000Z' }),
    await household({ active: false }),
  ];
  const events = [erased, inactive, 'Unobody'].map((userId) =>
    eventOf(post.world, 'ORDER_CONFIRMED', { userId }),
  );
  expect(await post.bring(...events)).toEqual([]);
  expect(post.mails).toEqual([]);
  expect([...(await post.rowsOf(erased)), ...(await post.rowsOf(inactive))]).toEqual([]);
});

test('A person who is erased while the message is being made gets nothing; the others of the batch do', async () => {
  const [gone, stays] = [await household(), await household()];
  let done = false;
  post.dairy.wireOf.current = (wire): Wire => ({
    ...wire,
    async call<A>(...args: Parameters<Wire['call']>) {
      if (!done && isClaim(args[0], JSON.stringify(args[1]))) {
        done = true;
        await post.change(gone, { erasedAt: '2027-01-04T04:30:00.000Z', active: false });
      }
      return wire.call<A>(...args);
    },
  });
  const events = [gone, stays].map((userId) => eventOf(post.world, 'USER_REGISTERED', { userId }));
  expect(await post.bring(...events)).toEqual([]);
  expect(await post.rowsOf(gone)).toEqual([]);
  expect(post.mails.map(({ to }) => to)).toEqual([`${stays}@example.com`]);
});

test('With the mail down the text message goes out, the event comes again, and then each was sent once', async () => {
  const userId = await household();
  const event = eventOf(post.world, 'ORDER_CONFIRMED', { userId });
  post.carriers.before = ({ subject }) => {
    if (subject !== undefined) throw new Error('connection refused');
  };
  expect(await post.bring(event)).toEqual([event.eventId]);
  expect(await mailOf(event.eventId, userId)).toMatchObject({ status: 'FAILED', tries: 1 });
  expect([post.mails.length, post.texts.length]).toEqual([0, 1]);
  post.carriers.before = () => undefined;
  expect(await post.bring(event)).toEqual([]);
  expect(await mailOf(event.eventId, userId)).toMatchObject({ status: 'SENT', tries: 1 });
  expect([post.mails.length, post.texts.length]).toEqual([1, 1]);
});

test('A mail server that stays down does not use its events up: the timer sends when it is back', async () => {
  const userId = await household();
  const event = eventOf(post.world, 'ORDER_CONFIRMED', { userId });
  post.carriers.before = ({ subject }) => {
    if (subject !== undefined) throw new Error('connection refused');
  };
  expect(await post.bring(event)).toEqual([event.eventId]);
  expect(await post.bring(event)).toEqual([event.eventId]);
  expect(await post.bring(event)).toEqual([]);
  expect(await mailOf(event.eventId, userId)).toMatchObject({ status: 'FAILED', tries: 3 });
  post.dairy.clock.advance(61);
  expect(await sendWaiting(post.world)).toEqual({ sent: 0, failed: 1 });
  expect(await mailOf(event.eventId, userId)).toMatchObject({ status: 'FAILED', tries: 4 });
  post.carriers.before = () => undefined;
  post.dairy.clock.advance(121);
  expect(await sendWaiting(post.world)).toMatchObject({ sent: 1 });
  expect(await mailOf(event.eventId, userId)).toMatchObject({ status: 'SENT', tries: 4 });
  expect([post.mails.length, post.texts.length]).toEqual([1, 1]);
});

test('A crash after sending leaves a message of unknown fate, which is not sent again', async () => {
  const userId = await household();
  const event = eventOf(post.world, 'USER_REGISTERED', { userId });
  disturb((operation, payload) => (isMark(operation, payload) ? 'before' : undefined));
  await expect(post.bring(event)).rejects.toThrow();
  expect(await mailOf(event.eventId, userId)).toMatchObject({ status: 'SENDING' });
  post.dairy.wireOf.current = (wire) => wire;
  expect(await post.bring(event)).toEqual([event.eventId]);
  post.dairy.clock.advance(60);
  expect(await post.bring(event)).toEqual([]);
  expect(await mailOf(event.eventId, userId)).toMatchObject({ status: 'UNKNOWN' });
  expect(await post.bring(event)).toEqual([]);
  expect(post.mails.length).toBe(1);
});

test('A reset code is sent again after a crash, and is stored nowhere', async () => {
  const userId = await household();
  const { world, dairy } = post;
  const resetId = `R${world.ids.next()}`;
  const expiresAt = new Date(dairy.clock.now().getTime() + 1_800_000).toISOString();
  await world.store.write(create(Resets, { resetId, userId, expiresAt, expiresAtSeconds: 2_000_000_000 }));
  const event = eventOf(world, 'PASSWORD_RESET_REQUESTED', { userId, resetId });
  disturb((operation, payload) => (isMark(operation, payload) ? 'before' : undefined));
  await expect(post.bring(event)).rejects.toThrow();
  dairy.wireOf.current = (wire) => wire;
  dairy.clock.advance(61);
  expect(await post.bring(event)).toEqual([]);
  const code = resetCodeOf(world, resetId);
  expect(post.mails.map(({ text, html }) => [text.includes(code), html?.includes(code)])).toEqual([
    [true, true],
    [true, true],
  ]);
  const row = await mailOf(event.eventId, userId);
  expect(row).toMatchObject({ status: 'SENT', type: 'PASSWORD_RESET' });
  expect(row?.message).toContain(MASK);
  expect(JSON.stringify(row)).not.toContain(code.slice(code.lastIndexOf('.')));
});

test('A reset that has expired, or that nobody asked for, is not mailed', async () => {
  const userId = await household();
  const { world, dairy } = post;
  const expiresAt = dairy.clock.now().toISOString();
  await world.store.write(
    create(Resets, { resetId: 'Rold', userId, expiresAt, expiresAtSeconds: 2_000_000_000 }),
  );
  const events = ['Rold', 'Rnone'].map((resetId) =>
    eventOf(world, 'PASSWORD_RESET_REQUESTED', { userId, resetId }),
  );
  expect(await post.bring(...events)).toEqual([]);
  expect(await post.rowsOf(userId)).toEqual([]);
});

test('A claim whose answer was lost is known again, and its message sent once', async () => {
  const userId = await household();
  const event = eventOf(post.world, 'ORDER_CONFIRMED', { userId });
  let lost = 0;
  disturb((operation, payload) => (isClaim(operation, payload) && lost++ === 0 ? 'after' : undefined));
  expect(await post.bring(event)).toEqual([]);
  expect([post.mails.length, post.texts.length]).toEqual([1, 1]);
  expect((await post.rowsOf(userId)).map(({ status }) => status)).toEqual(['SENT', 'SENT']);
});

test('A slow sender’s word that it was sent wins over those who thought it lost', async () => {
  const userId = await household();
  const event = eventOf(post.world, 'USER_REGISTERED', { userId });
  let met: string | undefined;
  post.carriers.before = async () => {
    post.dairy.clock.advance(61);
    expect(await post.bring(event)).toEqual([]);
    met = (await mailOf(event.eventId, userId))?.status;
  };
  expect(await post.bring(event)).toEqual([]);
  expect(met).toBe('UNKNOWN');
  expect(await mailOf(event.eventId, userId)).toMatchObject({ status: 'SENT' });
  expect(post.mails.length).toBe(1);
});

test('A full batch is one read, one claim and one mark', async () => {
  const people = await Promise.all(Array.from({ length: 25 }, () => household()));
  const events = people.map((userId) => eventOf(post.world, 'ORDER_CONFIRMED', { userId }));
  const calls: string[] = [];
  disturb((operation) => void calls.push(operation));
  expect(await post.bring(...events)).toEqual([]);
  expect(calls.filter((call) => call === 'TransactWriteItems').length).toBe(2);
  expect(calls.filter((call) => call === 'BatchGetItem').length).toBe(1);
  expect([post.mails.length, post.texts.length]).toEqual([25, 25]);
});

test('Where the store cannot take one person’s message, only that one comes again', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => household()));
  const events = people.map((userId) => eventOf(post.world, 'USER_REGISTERED', { userId }));
  const stuck = people[3] ?? '';
  disturb(
    (operation, payload) => (isClaim(operation, payload) && payload.includes(stuck) ? 'before' : undefined),
    'ThrottlingException',
  );
  expect(await post.bring(...events)).toEqual([events[3]?.eventId]);
  expect(post.mails.map(({ to }) => to).sort()).toEqual(
    people
      .filter((id) => id !== stuck)
      .map((id) => `${id}@example.com`)
      .sort(),
  );
  expect(await post.rowsOf(stuck)).toEqual([]);
});

test('An event of a shape that this release cannot read fails alone', async () => {
  const userId = await household();
  const bad = eventOf(post.world, 'ORDER_CONFIRMED', { userId, amountMinor: 'ten' });
  const unheard = { ...eventOf(post.world, 'USER_REGISTERED', { userId }), eventType: 'MOON_LANDED' };
  expect(await post.bring(bad, unheard, eventOf(post.world, 'USER_REGISTERED', { userId }))).toEqual([
    bad.eventId,
  ]);
  expect(post.mails.length).toBe(1);
});

test('Staff are told of low stock: every active admin who takes e-mail, nobody else', async () => {
  const admins: string[] = [];
  for (const name of ['asha', 'bela', 'carl']) {
    const login = { name, email: `${name}@dairy.example`, password: 'milk-1', role: 'admin' };
    admins.push(
      (await post.dairy.call<{ userId: string }>('admin', 'addUser', login, post.dairy.admin)).userId,
    );
  }
  await post.change(admins[1] ?? '', { preferences: { language: 'en', email: false, sms: true } });
  await post.change(admins[2] ?? '', { active: false });
  const event = eventOf(post.world, 'STOCK_LOW', { productId: 'P101', stock: 5 });
  expect(await post.bring(event)).toEqual([]);
  expect(post.mails).toEqual([
    expect.objectContaining({ to: 'asha@dairy.example', subject: 'Cow Milk is running low' }),
  ]);
  await post.bring(eventOf(post.world, 'REFUND_FAILED', { refundId: 'R7' }));
  expect(
    post.mails
      .slice(1)
      .map(({ to }) => to)
      .sort(),
  ).toEqual(['U101@example.com', 'asha@dairy.example', 'bela@dairy.example']);
  expect(post.mails.find(({ to }) => to === 'U101@example.com')?.text).toContain(
    'in your prepaid balance now',
  );
});

test('A delivery that ended with its cancelled order is not news; nor is a step that the order left long behind', async () => {
  const order = await post.dairy.order();
  const data = { userId: 'U101', orderId: order.orderId };
  const late = eventOf(post.world, 'DELIVERY_UPDATED', { ...data, status: 'IN_TRANSIT' });
  await post.bring(
    eventOf(post.world, 'DELIVERY_UPDATED', { ...data, status: 'FAILED', reason: 'ORDER_CANCELLED' }),
  );
  await post.dairy.call('order', 'cancelOrder', { orderId: order.orderId }, post.dairy.household);
  post.dairy.clock.advance(601);
  await post.bring(late);
  expect([post.mails.length, post.texts.length]).toEqual([0, 0]);
});

test('A payment that was replaced or never finished is not called failed; a declined one is', async () => {
  const userId = await household();
  const declared = ['SUPERSEDED', 'ORDER_CANCELLED', 'CANCELLED', 'CARD_DECLINED'].map((reason) =>
    eventOf(post.world, 'PAYMENT_FAILED', { userId, reason }),
  );
  await post.bring(...declared);
  expect(post.mails.map(({ subject }) => subject)).toEqual(['Payment failed: order O101']);
});

test('Whatever is told by text message goes to the carrier by the name of a listed template', async () => {
  const names = smsTemplates().map(({ name }) => name);
  const told = subscriptions.find(({ consumer }) => consumer === 'notification')?.events ?? [];
  const types = new Set<string>();
  for (const language of ['en', 'hi'] as const) {
    const userId = await household({ preferences: { language, email: true, sms: true } });
    await post.change(userId, {}, ['email']);
    post.texts.length = 0;
    await post.bring(...told.map((eventType) => eventOf(post.world, eventType, { userId })));
    for (const row of await post.rowsOf(userId)) {
      types.add(row.type);
      expect(names).toContain(row.template);
      expect(row.template).toMatch(new RegExp(`^${row.type}\\.${language}\\.`));
      if (row.status !== 'SENT') continue;
      expect(post.texts.find(({ id }) => id === row.notificationId)?.template).toBe(row.template);
    }
  }
  const listed = new Set<string>(smsTemplates().map(({ type }) => type));
  // A code needs to be asked for (below); the desk's own messages go to admins.
  for (const type of ['SIGN_IN_CODE', 'STOCK_LOW', 'REFUND_FAILED', 'DISPUTE']) listed.delete(type);
  expect([...types].sort()).toEqual([...listed].sort());
});

test('A code to sign in goes to the carrier by its template, and is in the text but not in the row', async () => {
  const userId = await household({ preferences: { language: 'hi', email: true, sms: true } });
  const { world } = post;
  const expiresAt = new Date(post.dairy.clock.now().getTime() + 600_000).toISOString();
  await world.store.write(
    create(SignInCodes, {
      codeKey: userId,
      codeId: 'SC7',
      numberHash: 'h',
      tries: 0,
      expiresAt,
      expiresAtSeconds: 2_000_000_000,
    }),
  );
  expect(await post.bring(eventOf(world, 'SIGN_IN_CODE_REQUESTED', { userId, codeId: 'SC7' }))).toEqual([]);
  const listed = smsTemplates().find(({ type, language }) => type === 'SIGN_IN_CODE' && language === 'hi');
  expect(post.texts).toEqual([expect.objectContaining({ template: listed?.name })]);
  const code = digitsOf(world, 'SC7');
  expect(post.texts[0]?.text.startsWith(`${code} `)).toBe(true);
  expect(JSON.stringify(await post.rowsOf(userId))).not.toContain(code);
});

test('A text message that has to be tried again still goes by its template', async () => {
  const userId = await household();
  let tries = 0;
  post.carriers.before = ({ template }) => {
    if (template !== undefined && ++tries <= 3) throw new Error('refused');
  };
  const event = eventOf(post.world, 'ORDER_CONFIRMED', { userId });
  for (let time = 0; time < 3; time++) await post.bring(event);
  expect(post.texts).toEqual([]);
  post.dairy.clock.advance(120);
  await sendWaiting(post.world);
  expect(post.texts.map(({ template }) => template)).toEqual([
    expect.stringMatching(/^ORDER_CONFIRMED\.en\./),
  ]);
});
