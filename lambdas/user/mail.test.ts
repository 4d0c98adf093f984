import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventOf, openPost, type Post } from '#lambdas/notification/testing.ts';
import { queueEvent } from '#runtime/testEvents.ts';
import { DeadAddress } from '#shared/ports/ports.ts';
import { mailOf, Users } from './models/User.ts';

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

/** A household that was sent one mail; and the mail. */
async function household() {
  const userId = `Umail${++count}`;
  await post.dairy.addHousehold(userId);
  await post.change(userId, { phone: '+919812345678' });
  await post.bring(eventOf(post.world, 'USER_REGISTERED', { userId }));
  const [mail] = await post.rowsOf(userId);
  post.mails.length = 0;
  return { userId, notificationId: mail?.notificationId ?? '' };
}

/** What SES or the outbox tells the user Lambda. */
function refuse(notificationId: string, why: 'BOUNCED' | 'COMPLAINED' = 'BOUNCED') {
  const event = eventOf(post.world, 'MAIL_REFUSED', { notificationId, why });
  return post.dairy.handlerOf('user')(queueEvent('user', [event]));
}

const userOf = async (userId: string) => post.world.store.get(Users, { userId });
const tell = (userId: string) => post.bring(eventOf(post.world, 'REFUND_ISSUED', { userId }));
const desk = <A>(input: object) => post.dairy.call<A>('user', 'updateProfile', input, post.dairy.admin);

test.each(['BOUNCED', 'COMPLAINED'] as const)(
  'An address whose mail is %s gets none any more; what a household needs to know comes by text message, and the desk sees why',
  async (why) => {
    const { userId, notificationId } = await household();
    expect(await refuse(notificationId, why)).toEqual({ batchItemFailures: [] });
    const mailStopped = { why, at: post.world.clock.now().toISOString() };
    expect(await post.dairy.call('user', 'viewProfile', { userId }, post.dairy.admin)).toMatchObject({
      email: `${userId}@example.com`,
      mailStopped,
    });
    await tell(userId);
    expect([post.mails.length, post.texts.length]).toEqual([0, 1]);
    const asked = { userId, type: 'NEWS', message: 'Hello' };
    expect(await post.dairy.call('notification', 'sendEmail', asked, post.dairy.admin)).toMatchObject({
      code: 'INVALID_INPUT',
    });
  },
);

test('A household whose address the desk changes gets mail again, and can sign in with it; the old one is free', async () => {
  const { userId, notificationId } = await household();
  const other = await household();
  await refuse(notificationId);
  const taken = `${other.userId}@example.com`;
  expect(await desk({ userId, email: taken })).toMatchObject({ code: 'EMAIL_TAKEN' });
  expect(await desk({ userId, email: `new-${userId}@example.com` })).toMatchObject({
    email: `new-${userId}@example.com`,
  });
  expect(await userOf(userId)).not.toHaveProperty('mailStopped');
  await tell(userId);
  expect(post.mails).toEqual([expect.objectContaining({ to: `new-${userId}@example.com` })]);
  const password = 'test123';
  const login = (email: string) => post.dairy.call('user', 'login', { email, password });
  expect(await login(`new-${userId}@example.com`)).toMatchObject({ userId });
  expect(await login(`${userId}@example.com`)).toMatchObject({ code: 'BAD_CREDENTIALS' });
  expect(await desk({ userId: other.userId, email: `${userId}@example.com` })).toMatchObject({
    email: `${userId}@example.com`,
  });
});

test('An address that is entered again is tried again', async () => {
  const { userId, notificationId } = await household();
  await refuse(notificationId);
  await desk({ userId, email: `${userId}@EXAMPLE.com` });
  await tell(userId);
  expect(post.mails).toEqual([expect.objectContaining({ to: `${userId}@EXAMPLE.com` })]);
});

test('A household does not change its address itself: it is what it signs in with', async () => {
  const { userId } = await household();
  const own = { userId, role: 'customer' as const };
  expect(await post.dairy.call('user', 'updateProfile', { email: 'other@example.com' }, own)).toMatchObject({
    code: 'FORBIDDEN',
  });
  expect(mailOf((await userOf(userId)) ?? {})).toBe(`${userId}@example.com`);
});

test('A mail that comes back late, from the address before, does not stop the new one', async () => {
  const { userId, notificationId } = await household();
  post.dairy.clock.advance(60);
  await desk({ userId, email: `new-${userId}@example.com` });
  await refuse(notificationId);
  expect(await userOf(userId)).not.toHaveProperty('mailStopped');
});

test('What is told twice, of a mail that is forgotten, or of somebody erased changes nothing', async () => {
  const { userId, notificationId } = await household();
  await refuse(notificationId);
  const stopped = await userOf(userId);
  post.dairy.clock.advance(60);
  await refuse(notificationId, 'COMPLAINED');
  expect(await userOf(userId)).toEqual(stopped);
  expect(await refuse('Nforgotten')).toEqual({ batchItemFailures: [] });
  await post.dairy.call('user', 'eraseProfile', {}, { userId, role: 'customer' });
  await refuse(notificationId);
  expect(await userOf(userId)).not.toHaveProperty('mailStopped');
});

test('At home a server that knows no such mailbox is heard, once, and the household gets no more mail', async () => {
  const { userId } = await household();
  post.carriers.before = () => {
    throw new DeadAddress();
  };
  await tell(userId);
  post.carriers.before = () => undefined;
  await post.dairy.settle();
  expect(await userOf(userId)).toMatchObject({ mailStopped: { why: 'BOUNCED' } });
  await tell(userId);
  expect(post.mails).toEqual([]);
});
