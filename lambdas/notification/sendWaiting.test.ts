import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { StoreError, type Wire } from '#shared/data/wire.ts';
import { eraseNotifications } from './models/Notification.ts';
import { sendWaiting } from './sendWaiting.ts';
import { eventOf, openPost, type Post } from './testing.ts';

const NIGHT = '2027-01-04T18:00:00.000Z';
const SIX = '2027-01-05T00:30:00.000Z';

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
  post.dairy.clock.set(NIGHT);
});

/** A household whose unpaid order expired at 23:30. */
async function expiredOrder() {
  const userId = `Uheld${++count}`;
  await post.dairy.addHousehold(userId);
  const event = eventOf(post.world, 'ORDER_CANCELLED', { userId, reason: 'PAYMENT_TIMEOUT' });
  expect(await post.bring(event)).toEqual([]);
  const row = async () => (await post.rowsOf(userId))[0];
  return { userId, event, row };
}

test('What nobody waits for is held at night and goes out at six, once', async () => {
  const { row, event } = await expiredOrder();
  expect(await row()).toMatchObject({ status: 'QUEUED', sendAfter: SIX, createdAt: NIGHT });
  post.dairy.clock.set('2027-01-05T00:29:59.999Z');
  expect(await sendWaiting(post.world)).toEqual({ sent: 0, failed: 0 });
  expect(await post.bring(event)).toEqual([]);
  expect(post.mails).toEqual([]);
  post.dairy.clock.set(SIX);
  expect(await sendWaiting(post.world)).toEqual({ sent: 1, failed: 0 });
  expect(await sendWaiting(post.world)).toEqual({ sent: 0, failed: 0 });
  expect(post.mails.map(({ subject }) => subject)).toEqual(['Cancelled: order O101']);
  expect(await row()).toMatchObject({ status: 'SENT', sentAt: SIX });
  expect(await row()).not.toHaveProperty('todo');
});

test('A household that cancels at night hears of it at night', async () => {
  await post.dairy.addHousehold('Uawake');
  await post.bring(eventOf(post.world, 'ORDER_CANCELLED', { userId: 'Uawake', reason: 'CUSTOMER' }));
  expect(post.mails.length).toBe(1);
});

test('Two timers at once send a held message once', async () => {
  const { row } = await expiredOrder();
  post.dairy.clock.set(SIX);
  await Promise.all([sendWaiting(post.world), sendWaiting(post.world), sendWaiting(post.world)]);
  expect(post.mails.length).toBe(1);
  expect(await row()).toMatchObject({ status: 'SENT' });
});

test('A hundred held messages all go out in one morning', async () => {
  const userId = 'Umany';
  await post.dairy.addHousehold(userId);
  for (let batch = 0; batch < 4; batch++) {
    const events = Array.from({ length: 30 }, () => eventOf(post.world, 'REFUND_ISSUED', { userId }));
    expect(await post.bring(...events)).toEqual([]);
  }
  post.dairy.clock.set(SIX);
  expect(await sendWaiting(post.world)).toEqual({ sent: 120, failed: 0 });
  expect(new Set(post.mails.map(({ id }) => id)).size).toBe(120);
});

test('A household that opted out during the night gets no message in the morning', async () => {
  const { userId, row } = await expiredOrder();
  await post.change(userId, { preferences: { language: 'en', email: false, sms: false } });
  post.dairy.clock.set(SIX);
  await sendWaiting(post.world);
  expect(post.mails).toEqual([]);
  expect(await row()).toMatchObject({ status: 'SKIPPED' });
});

test('A person erased during the night gets no message in the morning, and no word of it is left', async () => {
  const { userId, row } = await expiredOrder();
  await post.change(userId, { erasedAt: NIGHT, active: false });
  expect(await eraseNotifications(post.world, userId)).toBe(1);
  post.dairy.clock.set(SIX);
  expect(await sendWaiting(post.world)).toEqual({ sent: 0, failed: 0 });
  expect(await row()).toMatchObject({ status: 'SKIPPED', message: '' });
  expect(await row()).not.toHaveProperty('todo');
});

test('A held message that fails is tried again, ever more rarely, and given up after fifteen tries', async () => {
  const { row } = await expiredOrder();
  post.dairy.clock.set(SIX);
  post.carriers.before = () => {
    throw new Error('connection refused');
  };
  expect(await sendWaiting(post.world)).toEqual({ sent: 0, failed: 1 });
  expect(await row()).toMatchObject({ status: 'FAILED', tries: 1, sendAfter: '2027-01-05T00:31:00.000Z' });
  expect(await sendWaiting(post.world)).toEqual({ sent: 0, failed: 0 });
  for (let tries = 2; tries <= 15; tries++) {
    post.dairy.clock.set((await row())?.sendAfter ?? '');
    await sendWaiting(post.world);
    expect(await row()).toMatchObject({ status: 'FAILED', tries });
  }
  expect(await row()).not.toHaveProperty('todo');
  post.dairy.clock.advance(86_400);
  expect(await sendWaiting(post.world)).toEqual({ sent: 0, failed: 0 });
});

test('A held message that failed once goes out at its next try', async () => {
  const { row } = await expiredOrder();
  post.dairy.clock.set(SIX);
  post.carriers.before = () => {
    throw new Error('connection refused');
  };
  await sendWaiting(post.world);
  post.carriers.before = () => undefined;
  post.dairy.clock.advance(60);
  expect(await sendWaiting(post.world)).toEqual({ sent: 1, failed: 0 });
  expect(await row()).toMatchObject({ status: 'SENT', tries: 1 });
});

test('A timer that dies after sending leaves a message of unknown fate, listed and not sent again', async () => {
  const { row } = await expiredOrder();
  post.dairy.clock.set(SIX);
  post.dairy.wireOf.current = (wire): Wire => ({
    ...wire,
    call: (...args) =>
      JSON.stringify(args[1]).includes('"SENT"')
        ? Promise.reject(new StoreError('NetworkError', 'broken by the test'))
        : wire.call(...args),
  });
  await expect(sendWaiting(post.world)).rejects.toThrow();
  post.dairy.wireOf.current = (wire) => wire;
  post.dairy.clock.advance(59);
  await sendWaiting(post.world);
  expect(await row()).toMatchObject({ status: 'SENDING' });
  post.dairy.clock.advance(1);
  await sendWaiting(post.world);
  expect(await row()).toMatchObject({ status: 'UNKNOWN' });
  expect(await row()).not.toHaveProperty('todo');
  expect(post.mails.length).toBe(1);
});
