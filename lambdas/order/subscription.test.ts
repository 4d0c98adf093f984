import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { httpEvent, httpResult, publishedOf, tokenOf } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { Subscriptions } from './models/Subscription.ts';

// Monday, 10 o'clock in Kolkata; every slot's cutoff is 22:00 the evening before.
const NOW = '2027-01-04T04:30:00.000Z';

interface Line {
  productId: string;
  qty: number;
  price: number;
  amount: number;
  status: string;
  locksAt: string;
  movedTo?: string;
  scheduledDay?: string;
}
type Calendar = { day: string; lines: Line[]; amount: number }[];
interface Shown {
  subscriptionId: string;
  status: string;
  nextDelivery?: string;
  receipt: {
    receiptId: string;
    firstDayAffected: string;
    cutoffAt: string;
    monthBefore: number;
    monthAfter: number;
    next30Before: number;
    next30After: number;
    lines: { day: string; productId: string; qtyBefore: number; qtyAfter: number }[];
  };
  [more: string]: unknown;
}

let dairy: TestDairy;
let household: Actor;
let count = 0;
beforeAll(async () => {
  dairy = await testDairy();
  await dairy.addProduct({ productId: 'P102', name: 'Buffalo Milk', price: 70, stock: 500 });
  await dairy.addProduct({ productId: 'P201', name: 'Bread', price: 40, stock: 500, category: 'Bakery' });
});
afterAll(() => dairy?.close());
beforeEach(async () => {
  dairy.clock.set(NOW);
  household = await dairy.addHousehold(`Usub${++count}`);
});

const daily = {
  items: [{ productId: 'P101', qty: 2 }],
  schedule: { type: 'DAILY' },
  startDate: '2027-01-06',
};
const subscribe = (input: object = {}, actor = household) =>
  dairy.call<Shown & Refusal>(
    'order',
    'subscribeOrder',
    { ...daily, slot: 'MORNING', paymentMethod: 'COD', ...input },
    actor,
  );
const change = (subscriptionId: string, action: string, more: object = {}, actor = household) =>
  dairy.call<Shown & Refusal>('order', 'changeSubscription', { subscriptionId, action, ...more }, actor);
const calendar = (from: string, to: string, actor = household) =>
  dairy.call<Calendar>('order', 'viewCalendar', { from, to }, actor);
const statusesOf = async (from: string, to: string) =>
  Object.fromEntries((await calendar(from, to)).map(({ day, lines }) => [day.slice(8), lines[0]?.status]));

test('A household subscribes, sees its days with prices and locks, and keeps a receipt of it', async () => {
  const made = await subscribe();
  expect(made).toMatchObject({ status: 'ACTIVE', nextDelivery: '2027-01-06', slot: 'MORNING' });
  expect(made.receipt).toMatchObject({
    firstDayAffected: '2027-01-06',
    cutoffAt: '2027-01-05T16:30:00.000Z',
    monthBefore: 0,
    monthAfter: 26 * 100,
    next30Before: 0,
    next30After: 28 * 100,
  });
  const days = await calendar('2027-01-05', '2027-01-07');
  expect(days).toEqual([
    {
      day: '2027-01-06',
      amount: 100,
      lines: [
        {
          subscriptionId: made.subscriptionId,
          productId: 'P101',
          qty: 2,
          price: 50,
          amount: 100,
          status: 'PLANNED',
          locksAt: '2027-01-05T16:30:00.000Z',
        },
      ],
    },
    expect.objectContaining({ day: '2027-01-07', amount: 100 }),
  ]);
  expect(await dairy.call('order', 'listSubscriptions', {}, household)).toMatchObject([
    { subscriptionId: made.subscriptionId, items: [{ productId: 'P101', qty: 2, name: 'Cow Milk' }] },
  ]);
  const { subscriptionId } = made;
  expect(await dairy.call('order', 'listReceipts', { subscriptionId }, household)).toEqual([made.receipt]);
  const told = await publishedOf(dairy.world, 'SUBSCRIPTION_CREATED');
  expect(told.filter((event) => event.subscriptionId === subscriptionId)).toHaveLength(1);
});

test('A start before the first open day is refused naming it; so is what is not sold, served or offered', async () => {
  expect(await subscribe({ startDate: '2027-01-04' })).toMatchObject({
    status: 409,
    code: 'PAST_CUTOFF',
    firstDay: '2027-01-05',
  });
  expect(await subscribe({ items: [{ productId: 'P999', qty: 1 }] })).toMatchObject({
    status: 422,
    code: 'PRODUCT_UNKNOWN',
    errors: [{ pointer: '/items/0/productId' }],
  });
  const twice = [
    { productId: 'P101', qty: 1 },
    { productId: 'P101', qty: 2 },
  ];
  expect(await subscribe({ items: twice })).toMatchObject({ errors: [{ pointer: '/items/1/productId' }] });
  expect(await subscribe({ slot: 'NOON' })).toMatchObject({ status: 422, code: 'SLOT_NOT_OFFERED' });
  expect(await subscribe({ paymentMethod: 'ACCOUNT' })).toMatchObject({ code: 'METHOD_UNAVAILABLE' });
  expect(await subscribe({ endDate: '2027-01-05' })).toMatchObject({ errors: [{ pointer: '/endDate' }] });
  const never = { type: 'MONTHLY', daysOfMonth: [1] };
  expect(await subscribe({ schedule: never, endDate: '2027-01-20' })).toMatchObject({
    errors: [{ pointer: '/schedule' }],
  });
  expect(await subscribe({ items: [{ productId: 'P101', qty: 1.5 }] })).toMatchObject({ status: 422 });
  expect(await dairy.call('order', 'listSubscriptions', {}, household)).toEqual([]);
});

test('The list pages through what can still come, the newest first, and then through what is over', async () => {
  const made: string[] = [];
  for (let i = 0; i < 4; i++) made.push((await subscribe()).subscriptionId);
  const [first, second, third, fourth] = made as [string, string, string, string];
  for (const over of [second, fourth]) await change(over, 'CANCEL');
  const token = await tokenOf(dairy.world, household);
  const page = async (query: Record<string, string>) => {
    const asked = httpEvent('GET', '/order/subscriptions', { token, query });
    const { headers, body } = httpResult<Shown[]>(await dairy.handlerOf('order')(asked));
    return { body, next: /cursor=([^>&]+)/.exec(headers.link ?? '')?.[1] };
  };
  for (const limit of ['1', '2', '3', '4', '9']) {
    const listed: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined = ''; cursor !== undefined; pages++) {
      const { body, next } = await page(cursor ? { limit, cursor } : { limit });
      expect(body.length).toBeLessThanOrEqual(Number(limit));
      listed.push(...body.map(({ subscriptionId }) => subscriptionId));
      cursor = next;
    }
    expect(listed).toEqual([third, first, fourth, second]);
    expect(pages).toBeLessThanOrEqual(Math.ceil(4 / Number(limit)) + 1);
  }
  const { next = '' } = await page({ limit: '1' });
  const key = JSON.parse(Buffer.from(next, 'base64url').toString('utf8'));
  const forged = (some: object) => Buffer.from(JSON.stringify(some)).toString('base64url');
  const { subscriptionId: _, ...half } = key;
  for (const cursor of [
    'bm9uc2Vuc2U',
    'REST.bm9uc2Vuc2U',
    `REST.${next}`,
    forged(half),
    forged({ ...key, more: 'x' }),
    forged({ ...key, runOrder: `U0${key.runOrder}` }),
  ]) {
    expect((await page({ cursor })).body).toMatchObject({ code: 'INVALID_CURSOR' });
  }
});

test('A skipped day is not charged, and comes back when it is unskipped', async () => {
  const { subscriptionId } = await subscribe();
  const skipped = await change(subscriptionId, 'SKIP', { day: '2027-01-08' });
  expect(skipped.receipt).toMatchObject({
    firstDayAffected: '2027-01-08',
    monthBefore: 2_600,
    monthAfter: 2_500,
    lines: [{ day: '2027-01-08', productId: 'P101', qtyBefore: 2, qtyAfter: 0 }],
  });
  expect(await calendar('2027-01-08', '2027-01-08')).toMatchObject([
    { amount: 0, lines: [{ status: 'SKIPPED' }] },
  ]);
  expect((await change(subscriptionId, 'UNSKIP', { day: '2027-01-08' })).receipt.monthAfter).toBe(2_600);
  expect(await calendar('2027-01-08', '2027-01-08')).toMatchObject([{ amount: 100 }]);
  expect(await change(subscriptionId, 'UNSKIP', { day: '2027-01-09' })).toMatchObject({
    status: 409,
    code: 'NOTHING_PLANNED',
  });
});

test('After a day has locked no change reaches it, and the refusal names the first day that can still change', async () => {
  const { subscriptionId } = await subscribe();
  dairy.clock.set('2027-01-05T16:30:00.000Z');
  for (const [action, more] of [
    ['SKIP', { day: '2027-01-06' }],
    ['PAUSE', { from: '2027-01-06' }],
    ['CHANGE', { from: '2027-01-06', items: [{ productId: 'P101', qty: 1 }] }],
    ['ADD_ONE_OFF', { day: '2027-01-06', items: [{ productId: 'P102', qty: 1 }] }],
    ['CANCEL', { from: '2027-01-06' }],
  ] as const) {
    expect(await change(subscriptionId, action, more)).toMatchObject({
      status: 409,
      code: 'PAST_CUTOFF',
      firstDay: '2027-01-07',
    });
  }
  expect(await calendar('2027-01-06', '2027-01-06')).toMatchObject([{ lines: [{ status: 'LOCKED' }] }]);
  expect((await change(subscriptionId, 'SKIP', { day: '2027-01-07' })).receipt.firstDayAffected).toBe(
    '2027-01-07',
  );
});

test('A pause holds every day of its range, an open one until the household resumes', async () => {
  const { subscriptionId } = await subscribe();
  await change(subscriptionId, 'PAUSE', { from: '2027-01-08', to: '2027-01-09' });
  expect(await statusesOf('2027-01-07', '2027-01-10')).toEqual({
    '07': 'PLANNED',
    '08': 'PAUSED',
    '09': 'PAUSED',
    '10': 'PLANNED',
  });
  const held = await change(subscriptionId, 'PAUSE', { from: '2027-01-12' });
  expect(held.receipt.monthAfter).toBe(4 * 100);
  const back = await change(subscriptionId, 'RESUME', { from: '2027-01-20' });
  expect(back.receipt.monthAfter).toBe(4 * 100 + 12 * 100);
  expect(await statusesOf('2027-01-19', '2027-01-20')).toEqual({ '19': 'PAUSED', '20': 'PLANNED' });
  const whole = await change(subscriptionId, 'PAUSE');
  expect(whole).toMatchObject({ status: 'PAUSED' });
  expect(await change(subscriptionId, 'RESUME')).toMatchObject({ status: 'ACTIVE' });
});

test('A pause of one product leaves the others', async () => {
  const items = [
    { productId: 'P101', qty: 1 },
    { productId: 'P201', qty: 1 },
  ];
  const { subscriptionId } = await subscribe({ items });
  await change(subscriptionId, 'PAUSE', { from: '2027-01-08', productIds: ['P201'] });
  expect(await calendar('2027-01-08', '2027-01-08')).toMatchObject([
    {
      amount: 50,
      lines: [
        { productId: 'P101', status: 'PLANNED' },
        { productId: 'P201', status: 'PAUSED' },
      ],
    },
  ]);
});

test('A change begins on its day; days before keep what they were, and alternate days count from it', async () => {
  const { subscriptionId } = await subscribe();
  const changed = await change(subscriptionId, 'CHANGE', {
    from: '2027-01-10',
    items: [{ productId: 'P102', qty: 1, qtyByWeekday: { SUN: 3 } }],
    schedule: { type: 'ALTERNATE_DAYS' },
  });
  expect(changed).toMatchObject({ comingChanges: [{ from: '2027-01-10', items: [{ productId: 'P102' }] }] });
  const days = await calendar('2027-01-09', '2027-01-14');
  expect(days.map(({ day, lines }) => [day, lines[0]?.productId, lines[0]?.qty])).toEqual([
    ['2027-01-09', 'P101', 2],
    ['2027-01-10', 'P102', 3],
    ['2027-01-12', 'P102', 1],
    ['2027-01-14', 'P102', 1],
  ]);
});

test('A change that is sent again, without a key too, gets the same receipt and tells nobody twice', async () => {
  const { subscriptionId } = await subscribe();
  const later = { items: [{ productId: 'P102', qty: 1 }], schedule: { type: 'ALTERNATE_DAYS' } };
  const changes = [
    ['SKIP', { day: '2027-01-10' }],
    ['PAUSE', { from: '2027-01-20', to: '2027-01-22' }],
    ['PAUSE', { from: '2027-01-25', productIds: ['P101'] }],
    ['RESUME', { from: '2027-01-25' }],
    ['UNSKIP', { day: '2027-01-10' }],
    ['CHANGE', { from: '2027-02-01', ...later }],
    ['CANCEL', { from: '2027-03-01' }],
  ] as const;
  for (const [action, more] of changes) {
    const first = await change(subscriptionId, action, more);
    expect([action, first.code]).toEqual([action, undefined]);
    const again = await change(subscriptionId, action, more);
    expect([action, again.receipt]).toEqual([action, first.receipt]);
  }
  const receipts = await dairy.call<object[]>('order', 'listReceipts', { subscriptionId }, household);
  expect(receipts).toHaveLength(1 + changes.length);
  const told = [
    ...(await publishedOf(dairy.world, 'SUBSCRIPTION_CHANGED')),
    ...(await publishedOf(dairy.world, 'SUBSCRIPTION_DAY_SKIPPED')),
  ].filter((event) => event.subscriptionId === subscriptionId);
  expect(told).toHaveLength(changes.length);
});

test('A one-off comes beside the standing lines, and a later skip drops it too', async () => {
  const { subscriptionId } = await subscribe({ schedule: { type: 'WEEKDAYS', days: ['WED', 'FRI'] } });
  await change(subscriptionId, 'ADD_ONE_OFF', { day: '2027-01-07', items: [{ productId: 'P201', qty: 1 }] });
  await change(subscriptionId, 'ADD_ONE_OFF', { day: '2027-01-08', items: [{ productId: 'P201', qty: 2 }] });
  expect((await calendar('2027-01-06', '2027-01-08')).map(({ day, amount }) => [day, amount])).toEqual([
    ['2027-01-06', 100],
    ['2027-01-07', 40],
    ['2027-01-08', 180],
  ]);
  const skipped = await change(subscriptionId, 'SKIP', { day: '2027-01-08' });
  expect(skipped.receipt.lines.map(({ productId, qtyAfter }) => [productId, qtyAfter])).toEqual([
    ['P101', 0],
    ['P201', 0],
  ]);
  await change(subscriptionId, 'PAUSE', { from: '2027-01-20' });
  expect(
    await change(subscriptionId, 'ADD_ONE_OFF', {
      day: '2027-01-21',
      items: [{ productId: 'P201', qty: 1 }],
    }),
  ).toMatchObject({ status: 409, code: 'PAUSED' });
});

test('A cancelled subscription ends the day before, and nothing changes it any more', async () => {
  const { subscriptionId } = await subscribe();
  const ended = await change(subscriptionId, 'CANCEL');
  expect(ended).toMatchObject({ status: 'CANCELLED', endReason: 'CANCELLED' });
  expect(ended.receipt.monthAfter).toBe(0);
  expect(await calendar('2027-01-05', '2027-01-31')).toEqual([]);
  expect(await change(subscriptionId, 'RESUME')).toMatchObject({ status: 409, code: 'INVALID_TRANSITION' });
});

test('Another household’s subscription does not exist for it; the desk changes it on its behalf, recorded as such', async () => {
  const { subscriptionId } = await subscribe();
  const stranger = await dairy.addHousehold(`Ustranger${count}`);
  expect(await change(subscriptionId, 'CANCEL', {}, stranger)).toMatchObject({ status: 404 });
  expect(await dairy.call('order', 'listReceipts', { subscriptionId }, stranger)).toMatchObject({
    status: 404,
  });
  expect(await subscribe({ userId: household.userId }, stranger)).toMatchObject({ status: 403 });
  const changed = await change(subscriptionId, 'SKIP', { day: '2027-01-09' }, dairy.admin);
  expect(changed.receipt).toMatchObject({ through: 'DESK', by: dairy.admin.userId });
});

test('Two changes at once both hold: whoever is second is decided on what the first left', async () => {
  const { subscriptionId } = await subscribe();
  const days = ['2027-01-08', '2027-01-09', '2027-01-10', '2027-01-11'];
  const made = await Promise.all(days.map((day) => change(subscriptionId, 'SKIP', { day })));
  expect(made.every((answer) => answer.receipt !== undefined)).toBe(true);
  const row = await dairy.world.store.get(Subscriptions, { subscriptionId });
  expect(row?.skips).toEqual(days);
  expect(row?.version).toBe(5);
});

test('A price rise reaches the calendar only after its notice, a fall at once', async () => {
  await dairy.addProduct({ productId: 'P301', name: 'Curd', price: 30, stock: 100 });
  await subscribe({ items: [{ productId: 'P301', qty: 1 }] });
  const price = (rupees: number) =>
    dairy.call('admin', 'updateProduct', { productId: 'P301', price: rupees }, dairy.admin);
  const priceOn = async (day: string) => (await calendar(day, day))[0]?.lines[0]?.price;
  await price(35);
  expect([await priceOn('2027-01-10'), await priceOn('2027-01-11')]).toEqual([30, 35]);
  await price(25);
  expect([await priceOn('2027-01-10'), await priceOn('2027-01-11')]).toEqual([25, 25]);
});
