import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { timerEvent } from '#runtime/testEvents.ts';
import { settingsOf, weekdays } from '#shared/data/settings.ts';
import { addDays, type Day, daysBetween } from '#shared/domain/day.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { liveSubscriptionsOf } from './models/householdSubscriptions.ts';
import { Orders } from './models/Order.ts';

interface Line {
  subscriptionId?: string;
  orderId?: string;
  productId: string;
  qty: number;
  wanted?: number;
  price: number;
  amount: number;
  status: string;
  locksAt: string;
  scheduledDay?: string;
  movedTo?: string;
}
type Calendar = { day: string; lines: Line[]; amount: number }[];

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
  await dairy.addProduct({ productId: 'P201', name: 'Bread', price: 40, stock: 90_000, category: 'Bakery' });
  await dairy.addProduct({
    productId: 'P301',
    name: 'Curd',
    price: 30,
    dailySupply: 9_000,
    stockMode: 'PER_DAY',
  });
  await dairy.call('admin', 'restockProduct', { productId: 'P101', qty: 90_000 }, dairy.admin);
});
afterAll(() => dairy?.close());

const calendar = (actor: Actor, from: Day, to: Day) =>
  dairy.call<Calendar>('order', 'viewCalendar', { from, to }, actor);
const subscribe = (actor: Actor, input: object) =>
  dairy.call<{ subscriptionId?: string; code?: string }>('order', 'subscribeOrder', input, actor);
const change = (actor: Actor, subscriptionId: string, input: object) =>
  dairy.call<{ code?: string }>('order', 'changeSubscription', { subscriptionId, ...input }, actor);
const standing = {
  items: [{ productId: 'P101', qty: 2 }],
  schedule: { type: 'DAILY' },
  startDate: '2027-01-06',
  slot: 'MORNING',
  paymentMethod: 'COD',
};

const dayIn = fc.integer({ min: 2, max: 12 }).map((ahead) => addDays('2027-01-04', ahead));
const someItems = fc
  .uniqueArray(fc.constantFrom('P101', 'P201', 'P301'), { minLength: 1 })
  .map((ids) => ids.map((productId, i) => ({ productId, qty: i + 1, qtyByWeekday: { SUN: i } })));
const wishes = fc.record({
  items: someItems,
  schedule: fc.oneof(
    fc.constantFrom({ type: 'DAILY' }, { type: 'ALTERNATE_DAYS' }, { type: 'EVERY_N_DAYS', n: 3 }),
    fc
      .uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 })
      .map((days) => ({ type: 'WEEKDAYS', days })),
  ),
  startDate: dayIn,
  slot: fc.constantFrom('EARLY', 'MORNING', 'EVENING'),
  changes: fc.array(
    fc.oneof(
      dayIn.map((day) => ({ action: 'SKIP', day })),
      dayIn.map((from) => ({ action: 'PAUSE', from, to: addDays(from, 2), productIds: ['P101'] })),
      dayIn.map((from) => ({ action: 'PAUSE', from, to: from })),
      dayIn.map((day) => ({ action: 'ADD_ONE_OFF', day, items: [{ productId: 'P301', qty: 5 }] })),
      fc.tuple(dayIn, someItems).map(([from, items]) => ({ action: 'CHANGE', from, items })),
      fc
        .tuple(dayIn, fc.constantFrom('EARLY', 'EVENING'))
        .map(([from, slot]) => ({ action: 'CHANGE', from, slot })),
      dayIn.map((from) => ({ action: 'CANCEL', from })),
    ),
    { maxLength: 4 },
  ),
});

/** `<subscription> <product>: <qty> at <price>`, sorted; several lines of one product are one. */
function summed(
  lines: readonly { subscriptionId?: string; productId: string; qty: number; price: number }[],
) {
  const sums = new Map<string, number>();
  for (const { subscriptionId, productId, qty, price } of lines) {
    const name = `${subscriptionId} ${productId} at ${price}`;
    sums.set(name, (sums.get(name) ?? 0) + qty);
  }
  return [...sums].map(([name, qty]) => `${name}: ${qty}`).sort();
}

test('What the calendar shows as locked is what the order run makes, day by day, with holidays, prices and every kind of change', async () => {
  dairy.clock.set('2027-01-04T04:30:00.000Z');
  const households = await Promise.all(Array.from({ length: 4 }, (_, i) => dairy.addHousehold(`Ucal${i}`)));
  for (const [i, { changes, ...wish }] of fc.sample(wishes, { numRuns: 24, seed: 4 }).entries()) {
    const actor = households[i % households.length] as Actor;
    const made = await subscribe(actor, { ...wish, paymentMethod: 'COD' });
    for (const wanted of made.subscriptionId ? changes : []) {
      await change(actor, made.subscriptionId ?? '', wanted);
    }
  }
  await dairy.call(
    'admin',
    'updateSettings',
    {
      closedWeekdays: ['THU'],
      holidays: [
        { day: '2027-01-09', name: 'Fair', move: 'DAY_BEFORE' },
        { day: '2027-01-12', name: 'Rain', move: 'DROP' },
      ],
      cutoffs: [{ productId: 'P201', cutoffTime: '12:00', cutoffDaysBefore: 2 }],
    },
    dairy.admin,
  );
  let made = 0;
  for (const day of daysBetween('2027-01-06', '2027-01-16')) {
    if (day === '2027-01-08') {
      await dairy.call('admin', 'updateProduct', { productId: 'P201', price: 35 }, dairy.admin);
      await dairy.call('admin', 'updateProduct', { productId: 'P301', price: 33 }, dairy.admin);
    }
    dairy.clock.set(`${addDays(day, -1)}T16:30:01.000Z`);
    const shown = await Promise.all(households.map((actor) => calendar(actor, day, day)));
    dairy.clock.set(`${addDays(day, -1)}T16:30:06.000Z`);
    await dairy.handlerOf('order')(timerEvent('runOrders'));
    for (const [i, actor] of households.entries()) {
      const { rows } = await dairy.world.store.query(Orders, { index: 'byUser', hash: actor.userId });
      const orders = rows.filter(({ deliveryDay }) => deliveryDay === day);
      const ordered = orders.flatMap(({ subscriptionId, items }) =>
        items.map((item) => ({ ...item, subscriptionId, price: item.price / 100 })),
      );
      const locked = (shown[i]?.[0]?.lines ?? []).filter(({ status }) => status === 'LOCKED');
      expect([day, summed(ordered)]).toEqual([day, summed(locked)]);
      expect([day, orders.reduce((sum, { amount }) => sum + amount / 100, 0)]).toEqual([
        day,
        shown[i]?.[0]?.amount ?? 0,
      ]);
      const after = await calendar(actor, day, day);
      expect([day, after[0]?.amount ?? 0]).toEqual([day, shown[i]?.[0]?.amount ?? 0]);
      made += orders.length;
    }
  }
  expect(made).toBeGreaterThan(50);
  await dairy.call('admin', 'updateSettings', { closedWeekdays: [], holidays: [], cutoffs: [] }, dairy.admin);
  expect(await checkInvariants(dairy.world, { quiet: false })).toEqual([]);
});

test('A calendar says of each line why it does not come', async () => {
  dairy.clock.set('2027-02-01T04:30:00.000Z');
  const actor = await dairy.addHousehold('Ureasons');
  const start = { ...standing, startDate: '2027-02-03' };
  await dairy.addProduct({ productId: 'P401', name: 'Ghee', price: 600, stock: 5 });
  const milk = await subscribe(actor, start);
  await subscribe(actor, {
    ...start,
    items: [{ productId: 'P401', qty: 1 }],
    schedule: { type: 'MONTHLY', daysOfMonth: [10] },
  });
  const { subscriptionId = '' } = milk;
  await change(actor, subscriptionId, { action: 'SKIP', day: '2027-02-04' });
  await change(actor, subscriptionId, { action: 'PAUSE', from: '2027-02-05', to: '2027-02-05' });
  const holidays = [
    { day: '2027-02-06', name: 'Rain', move: 'DROP' },
    { day: '2027-02-08', name: 'Fair', move: 'DAY_BEFORE' },
  ];
  await dairy.call('admin', 'updateSettings', { holidays, closedWeekdays: ['TUE'] }, dairy.admin);
  await dairy.call('admin', 'updateProduct', { productId: 'P401', active: false }, dairy.admin);
  const days = await calendar(actor, '2027-02-03', '2027-02-10');
  expect(
    Object.fromEntries(days.map(({ day, lines }) => [day.slice(8), lines.map(({ status }) => status)])),
  ).toEqual({
    '03': ['PLANNED'],
    '04': ['SKIPPED'],
    '05': ['PAUSED'],
    '06': ['HOLIDAY'],
    '07': ['PLANNED', 'PLANNED'],
    '08': ['HOLIDAY'],
    '09': ['NOT_SERVED'],
    '10': ['PLANNED', 'PRODUCT_GONE'],
  });
  expect(days[4]).toMatchObject({ amount: 200, lines: [{}, { scheduledDay: '2027-02-08' }] });
  expect(days[5]).toMatchObject({ amount: 0, lines: [{ movedTo: '2027-02-07' }] });
  await dairy.call('admin', 'updateSettings', { servedPincodes: ['560001'] }, dairy.admin);
  expect((await calendar(actor, '2027-02-03', '2027-02-03'))[0]?.lines[0]?.status).toBe('ADDRESS_NEEDED');
  await dairy.call(
    'admin',
    'updateSettings',
    { servedPincodes: [], holidays: [], closedWeekdays: [] },
    dairy.admin,
  );
});

test('What came short is on the calendar with what was wanted, and a failed, cancelled or hand-placed order as such', async () => {
  dairy.clock.set('2027-03-01T04:30:00.000Z');
  const actor = await dairy.addHousehold('Ushort');
  await dairy.addProduct({ productId: 'P501', name: 'Paneer', price: 90, stock: 3 });
  await subscribe(actor, {
    ...standing,
    startDate: '2027-03-03',
    items: [{ productId: 'P501', qty: 5 }],
  });
  await dairy.order({ deliverySlot: '2027-03-03T12:00:00.000Z' }, actor);
  dairy.clock.set('2027-03-02T16:30:06.000Z');
  await dairy.handlerOf('order')(timerEvent('runOrders'));
  const [day] = await calendar(actor, '2027-03-03', '2027-03-03');
  expect(day?.lines).toMatchObject([
    {
      productId: 'P501',
      qty: 3,
      wanted: 5,
      status: 'SHORT',
      amount: 270,
      locksAt: '2027-03-02T16:30:00.000Z',
    },
    { productId: 'P101', qty: 2, status: 'ORDERED' },
  ]);
  const orderId = day?.lines[0]?.orderId ?? '';
  await dairy.call('order', 'cancelOrder', { orderId, reason: 'Cat ate it' }, dairy.admin);
  expect((await calendar(actor, '2027-03-03', '2027-03-03'))[0]?.lines[0]).toMatchObject({
    status: 'Cat ate it',
    wanted: 5,
  });
});

test('A holiday that is past still says where its milk went, also on the first day that is asked for', async () => {
  dairy.clock.set('2027-03-03T04:30:00.000Z');
  const actor = await dairy.addHousehold('Ufair');
  await subscribe(actor, { ...standing, startDate: '2027-03-05' });
  const holidays = [{ day: '2027-03-07', name: 'Fair', move: 'DAY_BEFORE' }];
  await dairy.call('admin', 'updateSettings', { holidays }, dairy.admin);
  for (const evening of ['2027-03-04', '2027-03-05', '2027-03-06', '2027-03-07']) {
    dairy.clock.set(`${evening}T16:30:10.000Z`);
    await dairy.handlerOf('order')(timerEvent('runOrders'));
    await dairy.settle();
  }
  dairy.clock.set('2027-03-09T04:30:00.000Z');
  const [before, fair] = await calendar(actor, '2027-03-06', '2027-03-07');
  expect(before).toMatchObject({ day: '2027-03-06', lines: [{ qty: 4, status: 'ORDERED' }] });
  const told = {
    day: '2027-03-07',
    amount: 0,
    lines: [{ qty: 2, status: 'HOLIDAY', movedTo: '2027-03-06' }],
  };
  expect(fair).toMatchObject(told);
  expect(await calendar(actor, '2027-03-07', '2027-03-07')).toMatchObject([told]);
  expect(await calendar(actor, '2027-03-06', '2027-03-06')).toHaveLength(1);
});

test('What was skipped or paused is still on the calendar when later days have come', async () => {
  dairy.clock.set('2027-04-01T04:30:00.000Z');
  const actor = await dairy.addHousehold('Uaway');
  const { subscriptionId } = await subscribe(actor, { ...standing, startDate: '2027-04-03' });
  const ask = (more: object) =>
    dairy.call<Refusal>('order', 'changeSubscription', { subscriptionId, ...more }, actor);
  expect(await ask({ action: 'SKIP', day: '2027-04-03' })).not.toHaveProperty('code');
  expect(await ask({ action: 'PAUSE', from: '2027-04-04', to: '2027-04-05' })).not.toHaveProperty('code');
  dairy.clock.set('2027-04-05T16:30:06.000Z');
  await dairy.handlerOf('order')(timerEvent('runOrders'));
  dairy.clock.set('2027-04-07T04:30:00.000Z');
  const days = await calendar(actor, '2027-04-02', '2027-04-06');
  expect(days.map(({ day, lines, amount }) => [day, lines.map(({ status }) => status), amount])).toEqual([
    ['2027-04-03', ['SKIPPED'], 0],
    ['2027-04-04', ['PAUSED'], 0],
    ['2027-04-05', ['PAUSED'], 0],
    ['2027-04-06', ['ORDERED'], expect.any(Number)],
  ]);
});

test('What a standing order left out is told until it has ended, and then no more, at rest or not yet', async () => {
  dairy.clock.set('2027-03-08T04:30:00.000Z');
  const { slots } = await settingsOf(dairy.world);
  const late = slots.map((slot) =>
    slot.slotId === 'EVENING' ? { ...slot, cutoffTime: '10:00', cutoffDaysBefore: 0 } : slot,
  );
  const holidays = [{ day: '2027-03-12', name: 'Fair', move: 'DROP' }];
  await dairy.call('admin', 'updateSettings', { slots: late, holidays }, dairy.admin);
  const actor = await dairy.addHousehold('Uended');
  const { subscriptionId } = await subscribe(actor, {
    ...standing,
    slot: 'EVENING',
    startDate: '2027-03-12',
  });
  const run = async (at: string) => {
    dairy.clock.set(at);
    await dairy.handlerOf('order')(timerEvent('runOrders'));
    await dairy.handlerOf('order')(timerEvent('followSubscriptions'));
  };
  const ask = (more: object) =>
    dairy.call<Refusal>('order', 'changeSubscription', { subscriptionId, ...more }, actor);
  // The morning of the holiday has had its run when the household comes to it, and ends.
  await run('2027-03-11T16:30:06.000Z');
  expect(await ask({ action: 'CHANGE', slot: 'MORNING' })).not.toHaveProperty('code');
  const told = () => calendar(actor, '2027-03-12', '2027-03-12');
  expect(await told()).toMatchObject([{ lines: [{ subscriptionId, status: 'HOLIDAY' }] }]);
  expect(await ask({ action: 'CANCEL' })).not.toHaveProperty('code');
  expect(await liveSubscriptionsOf(dairy.world, actor.userId)).toHaveLength(1);
  expect(await told()).toEqual([]);
  await run('2027-03-12T16:30:06.000Z');
  await run('2027-03-13T16:30:06.000Z');
  expect(await liveSubscriptionsOf(dairy.world, actor.userId)).toEqual([]);
  expect(await told()).toEqual([]);
  await dairy.call('admin', 'updateSettings', { slots, holidays: [] }, dairy.admin);
});

test('A calendar of a past month still knows orders of standing orders made long before, and refuses a range that is too long', async () => {
  dairy.clock.set('2027-03-05T04:30:00.000Z');
  const actor: Actor = { userId: 'Ucal0', role: 'customer' };
  const past = await calendar(actor, '2027-01-06', '2027-01-16');
  expect(
    past.flatMap(({ lines }) => lines).filter(({ status }) => status === 'ORDERED').length,
  ).toBeGreaterThan(5);
  for (const [from, to] of [
    ['2027-01-06', '2027-01-05'],
    ['2027-01-06', '2027-06-06'],
  ] as const) {
    expect(await calendar(actor, from, to)).toMatchObject({ status: 422, code: 'INVALID_INPUT' });
  }
});
