import { afterAll, beforeAll, expect, test } from 'vitest';
import { Deliveries } from '#lambdas/delivery/models/Delivery.ts';
import { Products } from '#lambdas/product/models/Product.ts';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { publishedOf, timerEvent } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { Orders, runOrderIdOf } from './models/Order.ts';
import { SubscriptionDays, Subscriptions, subscriptionDayKey } from './models/Subscription.ts';

// Monday; MORNING's cutoff for the 6th is the evening of the 5th, 22:00 in Kolkata.
const AFTER_CUTOFF = '2027-01-05T16:30:06.000Z';
const DAY = '2027-01-06';

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());

interface Made {
  day: string;
  due: number;
  orders: number;
  reasons: Record<string, number>;
  amount: number;
  digest: string;
  done: boolean;
}

interface Simulated extends Made {
  demand: { productId: string; wanted: number; granted: number; available: number }[];
  short: { subscriptionId: string; qty: number; granted: number; reason: string }[];
}

async function subscribe(own: TestDairy, actor: Actor, input: object = {}): Promise<string> {
  const answer = await own.call<Refusal & { subscriptionId: string }>(
    'order',
    'subscribeOrder',
    {
      items: [{ productId: 'P101', qty: 2 }],
      schedule: { type: 'DAILY' },
      startDate: DAY,
      slot: 'MORNING',
      paymentMethod: 'COD',
      ...input,
    },
    actor,
  );
  if (!answer.subscriptionId) throw new Error(`${answer.code}: ${answer.detail}`);
  return answer.subscriptionId;
}
const run = (own: TestDairy) =>
  own.handlerOf('order')(timerEvent('runOrders')) as Promise<{
    runs: { day: string; slotIds: string[]; done: boolean }[];
  }>;
/** What became of a subscription's day: its order, the row of what it lacks, and the units granted of its lines. */
async function dayOfSubscription(own: TestDairy, subscriptionId: string, day = DAY) {
  const subscription = await own.world.store.get(Subscriptions, { subscriptionId });
  const order = await own.world.store.get(Orders, { orderId: runOrderIdOf(subscriptionId, day) });
  const key = subscriptionDayKey(subscription?.userId ?? '', day, subscriptionId);
  const row = await own.world.store.get(SubscriptionDays, key);
  return { order, row, granted: (order?.items ?? []).map(({ qty }) => qty) };
}
const simulate = (own: TestDairy, day = DAY) =>
  own.call<Simulated>('admin', 'simulateRun', { day }, own.admin);
const runNow = (own: TestDairy, day = DAY) => own.call<Made>('admin', 'runDay', { day }, own.admin);
const ordersOf = (own: TestDairy, actor: Actor) =>
  own.call<{ orderId: string; status: string; amount: number }[]>('order', 'listOrders', {}, actor);

test('At the cutoff each due day becomes one confirmed order with its stock, payment and courier', async () => {
  const subscriptionId = await subscribe(dairy, dairy.household);
  dairy.clock.set('2027-01-05T16:30:04.000Z');
  await run(dairy);
  expect(await ordersOf(dairy, dairy.household)).toEqual([]);
  dairy.clock.set(AFTER_CUTOFF);
  const before = await dairy.world.store.get(Products, { productId: 'P101' });
  const { runs } = await run(dairy);
  expect(runs).toContainEqual({ day: DAY, slotIds: ['EARLY', 'MORNING', 'MIDDAY', 'EVENING'], done: true });

  const { order: made, row } = await dayOfSubscription(dairy, subscriptionId);
  // The order is all that was wanted: it tells everything.
  expect(row).toBeUndefined();
  const order = await dairy.orderRow(made?.orderId ?? '');
  expect(order).toMatchObject({
    subscriptionId,
    status: 'CONFIRMED',
    version: 1,
    timeline: [{ status: 'CONFIRMED' }],
    amount: 10_000,
    deliveryDay: DAY,
    slotId: 'MORNING',
    through: 'RUN',
    payment: { paymentMethod: 'COD', status: 'PENDING' },
  });
  const after = await dairy.world.store.get(Products, { productId: 'P101' });
  expect([after?.stock, after?.reserved]).toEqual([(before?.stock ?? 0) - 2, (before?.reserved ?? 0) + 2]);
  expect(await publishedOf(dairy.world, 'ORDER_PLACED')).toEqual([]);
  expect(await publishedOf(dairy.world, 'ORDER_CONFIRMED')).toMatchObject([
    { through: 'RUN', amountMinor: 10_000 },
  ]);
  expect(await publishedOf(dairy.world, 'ORDER_RUN_CLOSED')).toMatchObject([
    { deliveryDay: DAY, due: 1, orders: 1, amountMinor: 10_000, reasons: {}, productIds: ['P101'] },
  ]);
  await dairy.settle();
  const delivery = await dairy.world.store.get(Deliveries, {
    deliveryId: (await dairy.orderRow(order.orderId)).deliveryId ?? '',
  });
  expect(delivery).toMatchObject({ status: 'ASSIGNED', courierId: dairy.courier.userId });
  expect(
    await dairy.call('order', 'viewCalendar', { from: DAY, to: '2027-01-07' }, dairy.household),
  ).toMatchObject([
    { day: DAY, amount: 100, lines: [{ status: 'ORDERED', orderId: order.orderId, subscriptionId }] },
    { day: '2027-01-07', lines: [{ status: 'PLANNED' }] },
  ]);
});

test('Run again, twice at once, or after its place was forgotten, a day is made once', async () => {
  const orders = await ordersOf(dairy, dairy.household);
  await Promise.all([run(dairy), run(dairy)]);
  for (const metaId of ['orderRun MORNING', 'orderRun EARLY']) {
    await dairy.world.store.wire.call('DeleteItem', { TableName: 'Meta', Key: { metaId: { S: metaId } } });
  }
  await Promise.all([run(dairy), run(dairy)]);
  expect(await ordersOf(dairy, dairy.household)).toEqual(orders);
  expect(await checkInvariants(dairy.world, { quiet: false })).toEqual([]);
});

test('The delivered day is paid at the door and told on the calendar', async () => {
  const [order] = await ordersOf(dairy, dairy.household);
  const { deliveryId } = await dairy.orderRow(order?.orderId ?? '');
  await dairy.move(deliveryId ?? '', 'PICKED_UP');
  await dairy.move(deliveryId ?? '', 'IN_TRANSIT');
  await dairy.move(deliveryId ?? '', 'DELIVERED', { cashCollected: 100 });
  expect(await dairy.call('order', 'viewCalendar', { from: DAY, to: DAY }, dairy.household)).toMatchObject([
    { amount: 100, lines: [{ status: 'DELIVERED' }] },
  ]);
});

test('A day that the household skipped or paused has its reason, no order, and no message', async () => {
  const own = await testDairy();
  try {
    const skipped = await subscribe(own, own.household);
    await own.call(
      'order',
      'changeSubscription',
      { subscriptionId: skipped, action: 'SKIP', day: DAY },
      own.household,
    );
    const paused = await subscribe(own, own.household);
    await own.call('order', 'changeSubscription', { subscriptionId: paused, action: 'PAUSE' }, own.household);
    own.clock.set(AFTER_CUTOFF);
    await run(own);
    expect(await dayOfSubscription(own, skipped)).toMatchObject({ row: { outcome: 'SKIPPED' }, granted: [] });
    expect(await dayOfSubscription(own, paused)).toMatchObject({ row: { outcome: 'PAUSED' }, granted: [] });
    const shown = await own.call('order', 'viewCalendar', { from: DAY, to: DAY }, own.household);
    const locksAt = '2027-01-05T16:30:00.000Z';
    expect(shown).toMatchObject([
      {
        amount: 0,
        lines: [
          { status: 'SKIPPED', locksAt },
          { status: 'PAUSED', locksAt },
        ],
      },
    ]);
    expect(await ordersOf(own, own.household)).toEqual([]);
    expect(await publishedOf(own.world, 'SUBSCRIPTION_DAY_SHORT')).toEqual([]);
  } finally {
    await own.close();
  }
});

test('What is short is shared: a first unit for everybody before a second one, and who was short comes first next time', async () => {
  const own = await testDairy();
  try {
    await own.addProduct({ productId: 'P150', name: 'Farm Milk', price: 60, dailySupply: 4 });
    const subscriptions: string[] = [];
    for (let i = 0; i < 3; i++) {
      const actor = await own.addHousehold(`Ushort${i}`);
      own.clock.advance(1);
      subscriptions.push(await subscribe(own, actor, { items: [{ productId: 'P150', qty: 2 }] }));
    }
    const foreseen = await simulate(own);
    expect(foreseen).toMatchObject({
      orders: 3,
      amount: 240,
      demand: [{ productId: 'P150', wanted: 6, granted: 4, available: 4 }],
    });
    own.clock.set(AFTER_CUTOFF);
    await run(own);
    const granted = async (day: string) =>
      (await Promise.all(subscriptions.map((id) => dayOfSubscription(own, id, day)))).map(
        (one) => one.granted[0] ?? 0,
      );
    expect(await granted(DAY)).toEqual([2, 1, 1]);
    const told = await publishedOf(own.world, 'SUBSCRIPTION_DAY_SHORT');
    expect(told.map(({ subscriptionId }) => subscriptionId).sort()).toEqual(subscriptions.slice(1).sort());
    own.clock.set('2027-01-06T16:30:06.000Z');
    await run(own);
    expect(await granted('2027-01-07')).toEqual([1, 2, 1]);
    expect(await checkInvariants(own.world, { quiet: false })).toEqual([]);
  } finally {
    await own.close();
  }
});

test('The simulation changes nothing, and its digest is the run’s', async () => {
  const own = await testDairy();
  try {
    for (let i = 0; i < 4; i++) await subscribe(own, await own.addHousehold(`Usim${i}`));
    const before = await own.world.store.get(Products, { productId: 'P101' });
    const foreseen = await simulate(own);
    expect(await simulate(own)).toEqual(foreseen);
    expect(await own.world.store.get(Products, { productId: 'P101' })).toEqual(before);
    const { demand: _, short: __, ...figures } = foreseen;
    const made = await runNow(own);
    expect(made).toEqual({ ...figures, done: true });
    expect(await runNow(own)).toEqual(made);
    own.clock.set(AFTER_CUTOFF);
    await run(own);
    expect(await runNow(own)).toEqual(made);
    expect(await simulate(own)).toMatchObject(figures);
  } finally {
    await own.close();
  }
});

test('Slots that lock later get, in the simulation as in the run, what those that lock first leave of money and milk', async () => {
  const own = await testDairy();
  try {
    const { slots } = await own.call<{ slots: { slotId: string }[] }>('admin', 'viewSettings', {}, own.admin);
    const late = slots.map((slot) =>
      slot.slotId === 'EVENING' ? { ...slot, cutoffTime: '10:00', cutoffDaysBefore: 0 } : slot,
    );
    const terms = { slots: late, balanceShort: 'GRACE', graceLimit: 10 };
    await own.call('admin', 'updateSettings', terms, own.admin);
    await own.addProduct({ productId: 'P150', name: 'Farm Milk', price: 60, dailySupply: 3 });
    const twice = (actor: Actor, paymentMethod: string, productId: string, qty: number) =>
      Promise.all(
        ['MORNING', 'EVENING'].map((slot) =>
          subscribe(own, actor, { items: [{ productId, qty }], slot, paymentMethod }),
        ),
      );
    // The evening takes what the morning's 150 leave of promo credit and balance, and 5 of the grace.
    const prepaid = await own.addHousehold('Uprepaid');
    const { userId } = prepaid;
    await own.call('payment', 'grantPromo', { userId, amount: 30, reason: 'Welcome' }, own.admin);
    await own.call('payment', 'topUpWallet', { userId, amount: 265, paymentMethod: 'CASH' }, own.admin);
    await twice(prepaid, 'WALLET', 'P101', 3);
    // Its limit has room for the morning's 100 only.
    const onAccount = await own.addHousehold('Uaccount');
    const account = { userId: onAccount.userId, creditLimit: 150, billing: 'WEEKLY', dueDays: 7 };
    await own.call('payment', 'grantAccount', account, own.admin);
    const [, beyond] = await twice(onAccount, 'ACCOUNT', 'P101', 2);
    const [, short] = await twice(await own.addHousehold('Ushort'), 'COD', 'P150', 2);
    const foreseen = await simulate(own);
    expect(foreseen.short).toMatchObject([
      { subscriptionId: beyond, reason: 'CREDIT_LIMIT' },
      { subscriptionId: short, qty: 2, granted: 1, reason: 'SHORT' },
    ]);
    const { demand: _, short: __, ...figures } = foreseen;
    expect(await runNow(own)).toEqual({ ...figures, done: true });
  } finally {
    await own.close();
  }
});

test('A dairy that was down runs late before loading, and records a missed day after it', async () => {
  const own = await testDairy();
  try {
    const subscriptionId = await subscribe(own, own.household);
    // 06:59 in Kolkata: the morning has not begun.
    own.clock.set('2027-01-06T01:29:00.000Z');
    await run(own);
    expect(await dayOfSubscription(own, subscriptionId)).toMatchObject({ granted: [2] });
    own.clock.set('2027-01-08T05:00:00.000Z');
    await run(own);
    expect(await dayOfSubscription(own, subscriptionId, '2027-01-07')).toMatchObject({
      row: { outcome: 'RUN_MISSED' },
      granted: [],
    });
    expect(await dayOfSubscription(own, subscriptionId, '2027-01-08')).toMatchObject({
      row: { outcome: 'RUN_MISSED' },
      granted: [],
    });
    expect(await ordersOf(own, own.household)).toHaveLength(1);
    expect(await publishedOf(own.world, 'SUBSCRIPTION_DAY_SHORT')).toHaveLength(2);
  } finally {
    await own.close();
  }
});

test('A run that is cut off in the middle goes on with the same shares and makes no order twice', async () => {
  const own = await testDairy();
  try {
    await own.addProduct({ productId: 'P150', name: 'Farm Milk', price: 60, dailySupply: 5 });
    const subscriptions: string[] = [];
    for (let i = 0; i < 6; i++) {
      const actor = await own.addHousehold(`Ucut${i}`);
      own.clock.advance(1);
      subscriptions.push(await subscribe(own, actor, { items: [{ productId: 'P150', qty: 2 }] }));
    }
    own.clock.set(AFTER_CUTOFF);
    let written = 0;
    own.wireOf.current = (wire) => ({
      close: () => wire.close(),
      call: (operation, payload, ...rest) => {
        const isOrder =
          operation === 'TransactWriteItems' && JSON.stringify(payload).includes('"Subscriptions"');
        if (isOrder && ++written > 2) throw new Error('the server was killed');
        return wire.call(operation, payload, ...rest);
      },
    });
    expect(await run(own)).toMatchObject({
      runs: expect.arrayContaining([expect.objectContaining({ day: DAY, done: false })]),
    });
    own.wireOf.current = (wire) => wire;
    await run(own);
    const granted = await Promise.all(
      subscriptions.map(async (id) => (await dayOfSubscription(own, id)).granted[0] ?? 0),
    );
    expect(granted).toEqual([1, 1, 1, 1, 1, 0]);
    expect(await checkInvariants(own.world, { quiet: false })).toEqual([]);
  } finally {
    await own.close();
  }
});

test('A run that is cut off within a household, after its prepaid part, still makes what comes on account', async () => {
  const own = await testDairy();
  try {
    await own.call('payment', 'grantAccount', { userId: 'U101', creditLimit: 500 }, own.admin);
    const prepaid = await subscribe(own, own.household, { paymentMethod: 'WALLET' });
    const onAccount = await subscribe(own, own.household, { paymentMethod: 'ACCOUNT' });
    own.clock.set(AFTER_CUTOFF);
    let written = 0;
    own.wireOf.current = (wire) => ({
      close: () => wire.close(),
      call: (operation, payload, ...rest) => {
        const isDay =
          operation === 'TransactWriteItems' && JSON.stringify(payload).includes('"Subscriptions"');
        if (isDay && ++written > 1) throw new Error('the server was killed');
        return wire.call(operation, payload, ...rest);
      },
    });
    await run(own);
    own.wireOf.current = (wire) => wire;
    await run(own);
    expect((await dayOfSubscription(own, prepaid)).row).toMatchObject({ outcome: 'BALANCE_SHORT' });
    expect((await dayOfSubscription(own, onAccount)).granted).toEqual([2]);
    expect(await checkInvariants(own.world, { quiet: false })).toEqual([]);
  } finally {
    await own.close();
  }
});

test('Of two runs at once, the one whose prepaid part came too late decides the rest anew: no promo credit is lost to it', async () => {
  const own = await testDairy();
  try {
    await own.call('payment', 'grantAccount', { userId: 'U101', creditLimit: 500 }, own.admin);
    await own.call('payment', 'grantPromo', { userId: 'U101', amount: 180, reason: 'Welcome' }, own.admin);
    const cash = { userId: 'U101', amount: 100, paymentMethod: 'CASH' };
    await own.call('payment', 'topUpWallet', cash, own.admin);
    const onAccount = await subscribe(own, own.household, { paymentMethod: 'ACCOUNT' });
    const prepaid = await subscribe(own, own.household, { paymentMethod: 'WALLET' });
    own.clock.set(AFTER_CUTOFF);
    // The first run is killed between its parts, after the second has read the standing orders and before it reads the purse.
    let first: 'NOT_YET' | 'RUNS' | 'KILLED' = 'NOT_YET';
    let written = 0;
    own.wireOf.current = (wire) => ({
      close: () => wire.close(),
      call: async (operation, payload, ...rest) => {
        const text = JSON.stringify(payload);
        if (first === 'NOT_YET' && operation === 'BatchGetItem' && text.includes('Balances')) {
          first = 'RUNS';
          await run(own);
          first = 'KILLED';
        }
        const isDay = operation === 'TransactWriteItems' && text.includes('"Subscriptions"');
        if (isDay && first === 'RUNS' && ++written > 1) throw new Error('the server was killed');
        return wire.call(operation, payload, ...rest);
      },
    });
    await run(own);
    expect([first, written]).toEqual(['KILLED', 2]);
    const promoOf = async (subscriptionId: string) =>
      (await dayOfSubscription(own, subscriptionId)).order?.promo?.map(({ amount }) => amount);
    expect([await promoOf(prepaid), await promoOf(onAccount)]).toEqual([[10_000], [8_000]]);
    expect(await checkInvariants(own.world, { quiet: false })).toEqual([]);
  } finally {
    await own.close();
  }
});

test('A subscription ends by itself after its last day, and its account can be erased then', async () => {
  const own = await testDairy();
  try {
    const subscriptionId = await subscribe(own, own.household, { endDate: DAY });
    expect(await own.call('user', 'eraseProfile', {}, own.household)).toMatchObject({
      code: 'ERASURE_BLOCKED',
    });
    own.clock.set(AFTER_CUTOFF);
    await run(own);
    own.clock.set('2027-01-07T05:00:00.000Z');
    const follow = () => own.handlerOf('order')(timerEvent('followSubscriptions'));
    await follow();
    const row = () => own.world.store.get(Subscriptions, { subscriptionId });
    // Its last order is open: nothing of it may be forgotten yet.
    expect(await row()).toMatchObject({
      status: 'CANCELLED',
      endReason: 'ENDED',
      runKey: expect.stringMatching(/^RUN/),
    });
    expect(await own.call('user', 'eraseProfile', {}, own.household)).toMatchObject({
      code: 'ERASURE_BLOCKED',
    });
    const [order] = await ordersOf(own, own.household);
    await own.call('order', 'cancelOrder', { orderId: order?.orderId }, own.admin);
    await follow();
    expect((await row())?.runKey).toMatch(/^REST/);
    expect(await publishedOf(own.world, 'SUBSCRIPTION_MOVED')).toMatchObject([
      { from: 'ACTIVE', status: 'CANCELLED' },
    ]);
    await follow();
    expect(await publishedOf(own.world, 'SUBSCRIPTION_MOVED')).toHaveLength(1);
    expect(await checkInvariants(own.world, { quiet: false })).toEqual([]);
    expect(await own.call('user', 'eraseProfile', {}, own.household)).not.toHaveProperty('code');
  } finally {
    await own.close();
  }
});
