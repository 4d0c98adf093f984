import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { publishedOf, queueEvent, timerEvent } from '#runtime/testEvents.ts';
import { addDays } from '#shared/domain/day.ts';
import type { EventType } from '#shared/events/catalogue.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { sendWaiting } from './sendWaiting.ts';
import { eventOf, openPost, type Post } from './testing.ts';

let post: Post;
/** Each test has a day of its own, at 10 o'clock; MORNING's cutoff for the day after is 22:00 of that evening. */
let today = '2027-01-03';
let tomorrow = '2027-01-04';
let household: Actor;
beforeAll(async () => {
  post = await openPost();
  await post.dairy.addProduct({ productId: 'P102', name: 'Curd', price: 30, stock: 100 });
});
afterAll(() => post?.dairy.close());
beforeEach(() => {
  post.mails.length = 0;
  post.texts.length = 0;
});

async function subscribe(productId: string, paymentMethod: string, more: object = {}) {
  const input = {
    items: [{ productId, qty: 2 }],
    schedule: { type: 'DAILY' },
    startDate: tomorrow,
    slot: 'MORNING',
    paymentMethod,
    ...more,
  };
  return post.dairy.call<{ subscriptionId: string }>('order', 'subscribeOrder', input, household);
}

/** What the order run published of a type for the household. */
async function run(eventType: EventType) {
  post.dairy.clock.set(`${today}T16:30:06.000Z`);
  await post.dairy.handlerOf('order')(timerEvent('runOrders'));
  return mine(eventType);
}

async function mine(eventType: EventType) {
  return (await publishedOf(post.world, eventType)).filter(({ userId }) => userId === household.userId);
}

/** The morning after: what waited for the end of the quiet hours goes out. */
async function sendAtSeven() {
  post.dairy.clock.set(`${tomorrow}T01:30:00.000Z`);
  await sendWaiting(post.world);
}

async function openHome(userId: string) {
  [today, tomorrow] = [tomorrow, addDays(tomorrow, 1)];
  post.dairy.clock.set(`${today}T04:30:00.000Z`);
  household = await post.dairy.addHousehold(userId);
  await post.change(userId, { phone: '+91 98123-45678' });
}

test('Two standing orders of one stop are told in one message, in the morning, with what is left in the balance', async () => {
  await openHome('Utwo');
  await post.dairy.call('payment', 'topUpWallet', { amount: 500, paymentMethod: 'UPI' }, household);
  await subscribe('P101', 'WALLET');
  await subscribe('P102', 'WALLET');
  const events = await run('ORDER_CONFIRMED');
  expect(events).toHaveLength(2);
  // They come in two batches, and again.
  for (const event of [...events, ...events]) expect(await post.bring(event)).toEqual([]);
  expect(post.mails).toEqual([]);
  await sendAtSeven();
  expect(post.mails.map(({ subject }) => subject)).toEqual([
    expect.stringMatching(/^Coming \w+,? \d+ Jan, 07:00–10:00$/),
  ]);
  expect(post.mails[0]?.text).toContain('2 × Cow Milk: ₹100.00\n2 × Curd: ₹60.00\nTotal: ₹160.00');
  expect(post.mails[0]?.text).toContain(
    '₹160.00 is set aside from your prepaid balance. ₹340.00 is left in it.',
  );
  expect(post.texts).toEqual([]);
});

test('A second address is a second stop, with a message of its own', async () => {
  await openHome('Uplaces');
  await subscribe('P101', 'COD');
  await subscribe('P102', 'COD', { address: '9 Hill Road' });
  await post.bring(...(await run('ORDER_CONFIRMED')));
  await sendAtSeven();
  expect(post.mails).toHaveLength(2);
  expect(post.mails.map(({ text }) => /keep ₹\d+\.00 ready/.exec(text)?.[0]).sort()).toEqual([
    'keep ₹100.00 ready',
    'keep ₹60.00 ready',
  ]);
});

test('What a balance does not cover is told at once, whatever the hour, together', async () => {
  await openHome('Upoor');
  await subscribe('P101', 'WALLET');
  await subscribe('P102', 'WALLET');
  const events = await run('SUBSCRIPTION_DAY_SHORT');
  expect(events).toHaveLength(2);
  await post.bring(...events);
  await post.bring(...events);
  expect(post.mails.map(({ subject }) => subject)).toEqual([
    expect.stringMatching(/^Not coming on \w+,? \d+ Jan: 2 × Cow Milk, 2 × Curd$/),
  ]);
  expect(post.texts[0]?.text).toContain('because your prepaid balance does not cover it');
  expect(post.texts).toHaveLength(1);
});

test('What comes short after its stop was told has a message of its own', async () => {
  await openHome('Ulater');
  await subscribe('P101', 'WALLET');
  await subscribe('P102', 'WALLET');
  const events = await run('SUBSCRIPTION_DAY_SHORT');
  for (const event of events) await post.bring(event);
  expect(post.mails.map(({ subject }) => subject?.replace(/^.*: /, '')).sort()).toEqual([
    '2 × Cow Milk',
    '2 × Curd',
  ]);
});

test('A courier with the daily bottle is told once, at the door, and on the way to it not at all', async () => {
  await openHome('Udoor');
  await subscribe('P101', 'COD');
  await subscribe('P102', 'COD');
  const orders = await run('ORDER_CONFIRMED');
  for (const status of ['ASSIGNED', 'PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) {
    for (const { orderId } of orders) {
      const data = { userId: household.userId, orderId, status };
      await post.bring(eventOf(post.world, 'DELIVERY_UPDATED', data));
    }
  }
  expect(post.mails.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^Delivered: /)]);
  expect(post.texts).toHaveLength(1);
});

test('A standing order that is begun, changed and skipped is confirmed with what the month comes to', async () => {
  await openHome('Uplan');
  const { subscriptionId } = await subscribe('P101', 'COD');
  const change = (input: object) =>
    post.dairy.call('order', 'changeSubscription', { subscriptionId, ...input }, household);
  await change({ action: 'SKIP', day: '2027-01-12' });
  await change({ action: 'CANCEL', from: '2027-01-15' });
  const events = await Promise.all(
    (['SUBSCRIPTION_CREATED', 'SUBSCRIPTION_DAY_SKIPPED', 'SUBSCRIPTION_CHANGED'] as const).map(mine),
  );
  await post.bring(...events.flat());
  const told = post.mails.map(({ subject, text }) => [
    subject?.replaceAll(',', ''),
    /₹[\d,.]+\d/.exec(text)?.[0],
  ]);
  expect([tomorrow, told]).toEqual([
    '2027-01-10',
    [
      ['Your standing order begins on Sun 10 Jan', '₹2,200.00'],
      ['Skipped Tue 12 Jan: your standing order', '₹2,100.00'],
      ['Cancelled from Fri 15 Jan: your standing order', '₹400.00'],
    ],
  ]);
  expect(post.texts).toEqual([]);
});

test('A household is told of its balance: what was paid in, what could not be, and what came back', async () => {
  await openHome('Umoney');
  const pay = (input: object) =>
    post.dairy.call<{ paymentId: string }>(
      'payment',
      'topUpWallet',
      { paymentMethod: 'UPI', ...input },
      household,
    );
  await pay({ amount: 500 });
  await pay({ amount: 70, paymentToken: 'tok_decline' });
  await post.dairy.call('payment', 'withdrawFromWallet', { amount: 100 }, household);
  const refunds = await mine('REFUND_REQUESTED');
  await post.dairy.handlerOf('payment')(queueEvent('payment', refunds));
  const events = await Promise.all(
    (['WALLET_TOPPED_UP', 'TOP_UP_FAILED', 'REFUND_ISSUED'] as const).map(mine),
  );
  await post.bring(...events.flat());
  await sendAtSeven();
  expect(post.mails.map(({ subject }) => subject).sort()).toEqual([
    'Refund of ₹100.00',
    '₹500.00 was paid into your prepaid balance',
    '₹70.00 could not be paid into your prepaid balance',
  ]);
});
