import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { publishedOf } from '#runtime/testEvents.ts';
import type { EventType } from '#shared/events/catalogue.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { sendWaiting } from './sendWaiting.ts';
import { openPost, type Post } from './testing.ts';

let post: Post;
let household: Actor;
let count = 0;
beforeAll(async () => {
  post = await openPost();
  await post.dairy.addProduct({
    productId: 'Pmilk',
    name: 'Bottled Milk',
    price: 60,
    stock: 900,
    deposit: 20,
  });
});
afterAll(() => post?.dairy.close());
beforeEach(async () => {
  household = await post.dairy.addHousehold(`Uhome${++count}`);
  await staff('payment', 'topUpWallet', { userId: household.userId, amount: 1000, paymentMethod: 'CASH' });
  post.mails.length = 0;
});

const staff = <A = { problemId: string }>(lambda: string, name: string, payload: object) =>
  post.dairy.call<A>(lambda, name, payload, post.dairy.admin);

/** Bottles of milk that stand at the household's door. */
async function atTheDoor(qty: number) {
  const { dairy } = post;
  const order = await dairy.order({ cartItems: [{ productId: 'Pmilk', qty }] }, household);
  await dairy.pay(order, { paymentMethod: 'WALLET' }, household);
  const wish = { orderId: order.orderId, courierId: dairy.courier.userId };
  const { deliveryId } = await staff<{ deliveryId: string }>('delivery', 'assignDelivery', wish);
  for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) await dairy.move(deliveryId, status);
  return { orderId: order.orderId, deliveryId };
}

const report = (orderId: string, more: object = {}) =>
  post.dairy.call<{ problemId: string }>(
    'order',
    'reportProblem',
    { orderId, productId: 'Pmilk', kind: 'SPOILT', ...more },
    household,
  );

/** Brings what was published of a type for the household, twice; the subjects of what went out, in order. */
async function told(eventType: EventType) {
  const mine = (await publishedOf(post.world, eventType)).filter(({ userId }) => userId === household.userId);
  post.mails.length = 0;
  await post.bring(...mine);
  await post.bring(...mine);
  return post.mails.map(({ subject }) => subject);
}

test('A household that reports a sour bottle reads at once what it gets back, and of a large problem that the desk looks', async () => {
  const { orderId } = await atTheDoor(4);
  await staff('admin', 'updateSettings', { instantCreditLimit: 100 });
  await report(orderId, { qty: 1 });
  await report(orderId, { qty: 3, kind: 'BROKEN' });
  expect(await told('PROBLEM_REPORTED')).toEqual([
    `₹60.00 credited: 1 × Bottled Milk of order ${orderId}`,
    `We look into it: 3 × Bottled Milk of order ${orderId}`,
  ]);
});

test('What the desk decides of a problem, all, a part or nothing, is told to its household', async () => {
  const { orderId } = await atTheDoor(9);
  const decided: [string, object][] = [
    ['SPOILT', { decision: 'CREDIT' }],
    ['BROKEN', { decision: 'CREDIT', amount: 25 }],
    ['MISSING', { decision: 'REFUSE' }],
  ];
  for (const [kind, wish] of decided) {
    const { problemId } = await report(orderId, { qty: 3, kind });
    await staff('order', 'decideProblem', { problemId, ...wish });
  }
  expect(await told('PROBLEM_DECIDED')).toEqual([
    `₹180.00 credited: 3 × Bottled Milk of order ${orderId}`,
    `₹25.00 credited: 3 × Bottled Milk of order ${orderId}`,
    `Not credited: 3 × Bottled Milk of order ${orderId}`,
  ]);
  expect(post.mails[1]?.text).toContain('Of the ₹180.00 that it cost we credit ₹25.00.');
});

test('A stop that the desk puts right is told with what it costs now; one put right at night is told in the morning', async () => {
  const { orderId, deliveryId } = await atTheDoor(2);
  const right = (delivered: number) =>
    staff('delivery', 'correctStop', {
      deliveryId,
      reason: 'mistyped',
      items: [{ productId: 'Pmilk', delivered }],
    });
  await right(1);
  expect(await told('DELIVERY_CORRECTED')).toEqual([`Put right: order ${orderId}`]);
  expect(post.mails[0]?.text).toContain('What came costs ₹60.00; we had said ₹120.00.');
  expect(post.mails[0]?.text).toContain('Bottled Milk: 1 less than we had noted');
  const now = post.world.clock.now();
  post.dairy.clock.set('2027-01-04T20:00:00.000Z');
  await right(2);
  expect(await told('DELIVERY_CORRECTED')).toEqual([]);
  post.dairy.clock.set('2027-01-05T00:30:00.000Z');
  await sendWaiting(post.world);
  expect(post.mails.map(({ text }) => text)).toEqual([
    expect.stringContaining('What came costs ₹120.00; we had said ₹60.00.'),
  ]);
  post.dairy.clock.set(now.toISOString());
});

test('Who opted out of mail still hears that a deposit is kept for bottles that are lost', async () => {
  await atTheDoor(3);
  await post.change(household.userId, { preferences: { language: 'hi', email: false, sms: false } });
  await staff('payment', 'loseBottles', { userId: household.userId, productId: 'Pmilk', count: 2 });
  expect(await told('BOTTLES_LOST')).toEqual(['ख़ाली बोतलें जो नहीं लौटेंगी: 2 × Bottled Milk']);
  expect(post.mails[0]?.text).toContain('₹40.00');
});
