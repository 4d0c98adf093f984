import { afterEach, beforeEach, expect, test } from 'vitest';
import { insist, isRefusal, type Said, together } from '#runtime/chaos.ts';
import { type FaultyWire, faultyWire } from '#runtime/faulty.ts';
import { checkInvariants } from '#runtime/invariants.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { timerEvent } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { Orders } from './models/Order.ts';
import { figureOn, monthKey, SlotPlaces } from './models/SlotPlace.ts';
import { standingChanged } from './standingCount.ts';

/** I4: what stands and what is ordered by hand never needs more places than a slot has, whoever comes at once. */
let dairy: TestDairy;
beforeEach(async () => {
  dairy = await testDairy();
});
afterEach(() => dairy?.close());

type Answer = Refusal & { subscriptionId: string; orderId: string };

const slot = (slotId: string, from: string, to: string, capacity: number | null) => ({
  slotId,
  from,
  to,
  cutoffTime: '22:00',
  cutoffDaysBefore: 1,
  capacity,
});
const room = (morning: number | null, evening: number | null = null) =>
  dairy.call(
    'admin',
    'updateSettings',
    { slots: [slot('MORNING', '07:00', '10:00', morning), slot('EVENING', '17:00', '20:00', evening)] },
    dairy.admin,
  );
const families = (count: number) => together(count, (i) => dairy.addHousehold(`Ufamily${i}`));
const subscribe = (actor: Actor, input: object = {}) =>
  dairy.call<Answer>(
    'order',
    'subscribeOrder',
    {
      items: [{ productId: 'P101', qty: 1 }],
      schedule: { type: 'DAILY' },
      startDate: '2027-01-06',
      slot: 'MORNING',
      paymentMethod: 'COD',
      ...input,
    },
    actor,
  );
const change = (actor: Actor, { subscriptionId }: Answer, input: object) =>
  dairy.call<Answer>('order', 'changeSubscription', { subscriptionId, ...input }, actor);
const order = (actor: Actor, deliverySlot = dairy.morning) =>
  dairy.call<Answer>(
    'order',
    'createOrder',
    { cartItems: [{ productId: 'P101', qty: 1 }], deliverySlot },
    actor,
  );
const leftOn = async (date: string, slotId = 'MORNING') =>
  (await dairy.call<{ slotId: string; capacityLeft: number }[]>('order', 'listSlots', { date })).find(
    (each) => each.slotId === slotId,
  )?.capacityLeft;
const recount = async () => {
  dairy.clock.advance(3_600);
  await dairy.handlerOf('order')(timerEvent('countStanding'));
};
/**
 * A count while an index may be behind: its lag is real time, so the clock must not outrun it. What changed within the
 * last minute is read by its key.
 */
const recountSoon = async () => {
  dairy.clock.advance(10);
  await standingChanged(dairy.world);
  await dairy.handlerOf('order')(timerEvent('countStanding'));
};
const intact = async (quiet = false) => expect(await checkInvariants(dairy.world, { quiet })).toEqual([]);
const codesOf = (answers: readonly Said[]) => {
  const counts: Record<string, number> = {};
  for (const said of answers) {
    const name = isRefusal(said) ? String(said.code) : 'done';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

for (const [when, startDate] of [
  ['from tomorrow on', '2027-01-06'],
  ['from a day on that cannot be ordered for yet', '2027-11-20'],
]) {
  test(`Of 64 families that want one of five standing places ${when} at once, five get one (F11)`, async () => {
    await room(5);
    const actors = await families(64);
    const answers = await Promise.all(actors.map((actor) => insist(() => subscribe(actor, { startDate }))));
    expect(codesOf(answers.map(({ said }) => said))).toEqual({ done: 5, SLOT_FULL: 59 });
    // In the rush a month may be read before and the next one after somebody's write: then a later day is named.
    const late = actors[answers.findIndex(({ said }) => isRefusal(said))] as Actor;
    expect(await subscribe(late, { startDate })).toMatchObject({ code: 'SLOT_FULL', day: startDate });
    await dairy.settle();
    await intact(true);
  });
}

test('Standing orders and orders by hand that come at once share the places of a day, and none is given twice', async () => {
  await room(9);
  const actors = await families(32);
  const answers = await Promise.all(
    actors.map((actor, i) =>
      insist((): Promise<Said> => (i % 2 ? order(actor) : subscribe(actor, { startDate: '2027-01-05' }))),
    ),
  );
  expect(codesOf(answers.map(({ said }) => said))).toEqual({ done: 9, SLOT_FULL: 23 });
  expect(await leftOn('2027-01-06')).toBe(0);
  await dairy.settle();
  expect(await leftOn('2027-01-06')).toBe(0);
  await intact(true);
});

test('Who moves to another slot needs a place there and leaves its own to others, at once', async () => {
  await room(3, 8);
  const [first, ...others] = await families(9);
  const evening = await together(8, (i) => subscribe(others[i] as Actor, { slot: 'EVENING' }));
  expect(codesOf(evening)).toEqual({ done: 8 });
  expect(await subscribe(first as Actor, { slot: 'EVENING' })).toMatchObject({ code: 'SLOT_FULL' });
  const moved = await together(8, (i) =>
    insist(() => change(others[i] as Actor, evening[i] as Answer, { action: 'CHANGE', slot: 'MORNING' })),
  );
  expect(codesOf(moved.map(({ said }) => said))).toEqual({ done: 3, SLOT_FULL: 5 });
  expect([await leftOn('2027-01-06'), await leftOn('2027-01-06', 'EVENING')]).toEqual([0, 3]);
  expect(await subscribe(first as Actor, { slot: 'EVENING' })).toHaveProperty('receipt');
  await intact();
});

test('A skipped day, and one paused until a day that was told, keeps its place; a pause without an end gives it up', async () => {
  await room(1);
  const [home, other] = (await families(2)) as [Actor, Actor];
  const mine = await subscribe(home);
  await change(home, mine, { action: 'SKIP', day: '2027-01-07' });
  await change(home, mine, { action: 'PAUSE', from: '2027-01-08', to: '2027-01-20' });
  await dairy.settle();
  expect(await order(other, '2027-01-07T02:30:00.000Z')).toMatchObject({ code: 'SLOT_FULL' });
  expect(await subscribe(other, { startDate: '2027-01-10', endDate: '2027-01-12' })).toMatchObject({
    code: 'SLOT_FULL',
    day: '2027-01-10',
  });
  expect(await change(home, mine, { action: 'UNSKIP', day: '2027-01-07' })).toHaveProperty('receipt');
  expect(await change(home, mine, { action: 'RESUME', from: '2027-01-10' })).toHaveProperty('receipt');
  await change(home, mine, { action: 'PAUSE', from: '2027-02-01' });
  const theirs = await subscribe(other, { startDate: '2027-02-10' });
  expect(theirs).toHaveProperty('receipt');
  expect(await change(home, mine, { action: 'RESUME', from: '2027-02-05' })).toMatchObject({
    status: 409,
    code: 'SLOT_FULL',
    day: '2027-02-10',
  });
  await change(other, theirs, { action: 'CANCEL' });
  expect(await change(home, mine, { action: 'RESUME', from: '2027-02-05' })).toHaveProperty('receipt');
  await dairy.settle();
  await intact(true);
});

test('Of families that return from a pause at once, as many do as there are places', async () => {
  await room(6);
  const actors = await families(12);
  const paused = await together(6, async (i) => {
    const actor = actors[i] as Actor;
    const mine = await subscribe(actor);
    await change(actor, mine, { action: 'PAUSE', from: '2027-01-08' });
    return mine;
  });
  const taken = await together(4, (i) => subscribe(actors[6 + i] as Actor, { startDate: '2027-01-08' }));
  expect(codesOf(taken)).toEqual({ done: 4 });
  const back = await together(6, (i) =>
    insist(() => change(actors[i] as Actor, paused[i] as Answer, { action: 'RESUME', from: '2027-01-12' })),
  );
  expect(codesOf(back.map(({ said }) => said))).toEqual({ done: 2, SLOT_FULL: 4 });
  await intact();
});

test('A new schedule takes the days it adds and leaves those it drops, in one month as well; a return that counts anew does too', async () => {
  await room(1);
  const [home, other] = (await families(2)) as [Actor, Actor];
  const mine = await subscribe(home, { schedule: { type: 'ALTERNATE_DAYS' } });
  const theirs = await subscribe(other, { schedule: { type: 'ALTERNATE_DAYS' }, startDate: '2027-01-07' });
  expect(theirs).toHaveProperty('receipt');
  const weekdays = (...days: string[]) => ({ action: 'CHANGE', schedule: { type: 'WEEKDAYS', days } });
  expect(await change(home, mine, weekdays('MON', 'TUE'))).toMatchObject({ code: 'SLOT_FULL' });
  expect(await change(other, theirs, weekdays('MON', 'WED'))).toMatchObject({ code: 'SLOT_FULL' });
  expect(await change(other, theirs, { action: 'CANCEL', from: '2027-01-08' })).toHaveProperty('receipt');
  expect(await change(home, mine, { ...weekdays('FRI', 'SUN'), from: '2027-01-08' })).toHaveProperty(
    'receipt',
  );
  expect(await change(home, mine, { action: 'PAUSE', from: '2027-01-11', to: '2027-01-12' })).toHaveProperty(
    'receipt',
  );
  const anew = await subscribe(other, { schedule: { type: 'ALTERNATE_DAYS' }, startDate: '2027-01-09' });
  expect(anew).toMatchObject({ code: 'SLOT_FULL', day: '2027-01-15' });
  expect(await subscribe(other, { schedule: { type: 'WEEKDAYS', days: ['MON', 'SAT'] } })).toHaveProperty(
    'receipt',
  );
  expect([await leftOn('2027-01-08'), await leftOn('2027-01-11'), await leftOn('2027-01-12')]).toEqual([
    0, 0, 1,
  ]);
  await dairy.settle();
  await intact(true);
});

test('A household’s second standing order to its door needs no place, and keeps it when the first ends; another door does', async () => {
  await room(1);
  const [home, other] = (await families(2)) as [Actor, Actor];
  const first = await subscribe(home);
  const second = await subscribe(home);
  expect(second).toHaveProperty('receipt');
  await change(home, first, { action: 'CANCEL' });
  expect(await subscribe(other)).toMatchObject({ code: 'SLOT_FULL' });
  const elsewhere = { line1: '7 Hill Road', city: 'Pune', pincode: '411001' };
  expect(await subscribe(home, { address: elsewhere })).toMatchObject({ code: 'SLOT_FULL' });
  // To another door in its own place, though the slot is full.
  expect(await change(home, second, { action: 'CHANGE', address: elsewhere })).toHaveProperty('receipt');
  expect(await leftOn('2027-01-06')).toBe(0);
  await change(home, second, { action: 'CANCEL' });
  expect(await leftOn('2027-01-06')).toBe(1);
  await dairy.settle();
  await intact(true);
});

test('Of one household’s standing orders that begin and end at once, the door keeps one place as long as one is left', async () => {
  await room(2);
  const [home, other] = (await families(2)) as [Actor, Actor];
  const had = await together(4, () => subscribe(home));
  await together(8, (i) =>
    insist((): Promise<Said> => {
      if (i < 4) return change(home, had[i] as Answer, { action: 'CANCEL' });
      return subscribe(home);
    }),
  );
  await intact();
  await dairy.settle();
  await intact(true);
  expect(await leftOn('2027-01-06')).toBe(1);
  expect(await subscribe(other)).toHaveProperty('receipt');
});

test('Places are counted again and again while families come, move, pause, go and order by hand; none is given twice', async () => {
  await room(12, 6);
  const actors = await families(24);
  let over = false;
  const counting = (async () => {
    while (!over) {
      dairy.clock.advance(3_600 / 4);
      await dairy.handlerOf('order')(timerEvent('countStanding'));
      await dairy.settle();
    }
  })();
  await together(24, async (i) => {
    const actor = actors[i] as Actor;
    const slotId = i % 3 ? 'MORNING' : 'EVENING';
    const mine = await insist(() => subscribe(actor, { slot: slotId, startDate: '2027-01-08' }));
    const steps = [
      { action: 'PAUSE', from: '2027-01-12' },
      { action: 'CHANGE', slot: i % 3 ? 'EVENING' : 'MORNING', from: '2027-01-09' },
      { action: 'RESUME', from: '2027-01-14' },
      { action: 'CHANGE', schedule: { type: 'EVERY_N_DAYS', n: 2 }, from: '2027-01-10' },
      { action: 'CHANGE', schedule: { type: 'WEEKDAYS', days: ['MON', 'WED'] }, from: '2027-01-11' },
      { action: 'CANCEL', from: '2027-01-20' },
    ];
    for (const step of steps) {
      if (!isRefusal(mine.said)) await insist(() => change(actor, mine.said as Answer, step));
      const made = await insist(() => order(actor, '2027-01-10T02:30:00.000Z'));
      if (!isRefusal(made.said) && i % 2) {
        await insist(() => dairy.call('order', 'cancelOrder', { orderId: made.said.orderId }, actor));
      }
    }
  });
  over = true;
  await counting;
  await intact();
  await dairy.settle();
  dairy.clock.advance(120);
  await recount();
  await intact(true);
  // Once it is quiet a count finds what is there, to the place.
  const before = await dairy.world.store.get(SlotPlaces, monthKey('MORNING', '2027-01-10'));
  await room(null);
  await recount();
  expect(await dairy.world.store.get(SlotPlaces, monthKey('MORNING', '2027-01-10'))).toBeUndefined();
  await room(12, 6);
  await recount();
  const after = await dairy.world.store.get(SlotPlaces, monthKey('MORNING', '2027-01-10'));
  for (const day of ['2027-01-08', '2027-01-10', '2027-01-15', '2027-01-30'])
    expect(figureOn(before, 'taken', day), day).toBe(figureOn(after, 'taken', day));
});

test('Who stands in a slot when its capacity is set, or set lower, keeps the place, and nobody else gets in', async () => {
  const actors = await families(6);
  for (const actor of actors.slice(0, 4)) await subscribe(actor);
  await room(3);
  expect(await subscribe(actors[4] as Actor)).toMatchObject({ code: 'SLOT_FULL' });
  expect(await order(actors[4] as Actor)).toMatchObject({ code: 'SLOT_FULL' });
  expect(await leftOn('2027-01-06')).toBe(0);
  await room(5);
  expect(await order(actors[4] as Actor)).toHaveProperty('orderId');
  await room(2);
  expect(await order(actors[5] as Actor)).toMatchObject({ code: 'SLOT_FULL' });
  dairy.clock.set('2027-01-05T16:30:06.000Z');
  await dairy.handlerOf('order')(timerEvent('runOrders'));
  await dairy.settle();
  const made = await Promise.all(
    actors.map(({ userId }) => dairy.world.store.query(Orders, { index: 'byUser', hash: userId })),
  );
  expect(made.map(({ rows }) => rows.length)).toEqual([1, 1, 1, 1, 1, 0]);
  await intact(true);
});

test('A day that the desk runs early keeps the places of its orders until the slot closes', async () => {
  await room(2);
  const [home, other, third] = (await families(3)) as [Actor, Actor, Actor];
  await subscribe(home);
  expect(await dairy.call('admin', 'runDay', { day: '2027-01-06' }, dairy.admin)).toMatchObject({
    orders: 1,
  });
  await dairy.settle();
  await recount();
  expect(await leftOn('2027-01-06')).toBe(1);
  expect(await order(other)).toHaveProperty('orderId');
  expect(await order(third)).toMatchObject({ code: 'SLOT_FULL' });
  await intact();
});

test('A place that an order by hand gives back is there for a standing order', async () => {
  await room(1);
  const [home, other] = (await families(2)) as [Actor, Actor];
  const { orderId } = await order(home);
  expect(await subscribe(other)).toMatchObject({ code: 'SLOT_FULL', day: '2027-01-06' });
  await dairy.call('order', 'cancelOrder', { orderId }, home);
  expect(await subscribe(other)).toHaveProperty('receipt');
  expect(await order(home)).toMatchObject({ code: 'SLOT_FULL' });
  await dairy.settle();
  await intact(true);
});

test('An order by hand to the door of a standing order is the same stop, whichever came first and whichever goes first', async () => {
  await room(1);
  const [home, other] = (await families(2)) as [Actor, Actor];
  const first = await subscribe(home);
  const { orderId } = await order(home);
  expect(orderId).toMatch(/^O/);
  expect(await order(other)).toMatchObject({ code: 'SLOT_FULL' });
  await intact();
  // The standing order goes, and the place is the order's; both gone, it is free.
  await change(home, first, { action: 'CANCEL' });
  expect(await order(other)).toMatchObject({ code: 'SLOT_FULL' });
  expect(await order(other, '2027-01-07T02:30:00.000Z')).toHaveProperty('orderId');
  await intact();
  await dairy.settle();
  await recount();
  await intact();
  // It begins again at the order's place, and keeps it when the order goes.
  const second = await subscribe(home, { endDate: '2027-01-06' });
  expect(second).toHaveProperty('receipt');
  await intact();
  await dairy.call('order', 'cancelOrder', { orderId }, home);
  expect(await order(other)).toMatchObject({ code: 'SLOT_FULL' });
  await change(home, second, { action: 'CANCEL' });
  expect(await order(other)).toHaveProperty('orderId');
  await dairy.settle();
  await intact(true);
});

test('A standing order that moves to another door leaves its place to the order that stays, and needs one of its own', async () => {
  await room(1);
  const [home] = (await families(1)) as [Actor];
  const mine = await subscribe(home);
  const { orderId } = await order(home);
  const address = { line1: '7 Hill Road', city: 'Pune', pincode: '411001' };
  expect(await change(home, mine, { action: 'CHANGE', address })).toMatchObject({
    code: 'SLOT_FULL',
    day: '2027-01-06',
  });
  await dairy.call('order', 'cancelOrder', { orderId }, home);
  expect(await change(home, mine, { action: 'CHANGE', address })).toHaveProperty('receipt');
  await dairy.settle();
  await intact(true);
});

test('Of orders by hand and standing orders of one household that come and go at once, each door keeps its one place', async () => {
  await room(3);
  const actors = await families(4);
  for (let round = 0; round < 3; round++) {
    await together(16, async (i) => {
      const actor = actors[i % 4] as Actor;
      const made = await insist(() => (i < 8 ? subscribe(actor, { endDate: '2027-01-09' }) : order(actor)));
      if (isRefusal(made.said) || (i + round) % 2) return;
      await insist((): Promise<Said> => {
        if (i < 8) return change(actor, made.said as Answer, { action: 'CANCEL' });
        return dairy.call('order', 'cancelOrder', { orderId: made.said.orderId }, actor);
      });
    });
    await intact();
  }
  await dairy.settle();
  await recount();
  await intact(true);
});

test('Over a store that loses answers, conflicts and lags, places are given once, and a count finds what there is (F2, F6, F7)', async () => {
  await room(8, 5);
  const actors = await families(16);
  await dairy.settle();
  let faulty: FaultyWire | undefined;
  dairy.wireOf.current = (wire) => {
    faulty ??= faultyWire(wire, { seed: 7, spared: (_, { TableName }) => TableName === 'Meta' });
    return faulty;
  };
  await together(16, async (i) => {
    const actor = actors[i] as Actor;
    const slotId = i % 2 ? 'MORNING' : 'EVENING';
    const mine = await insist(() => subscribe(actor, { slot: slotId, startDate: '2027-01-08' }));
    if (!isRefusal(mine.said)) {
      await insist(() =>
        change(actor, mine.said as Answer, { action: 'CHANGE', slot: i % 2 ? 'EVENING' : 'MORNING' }),
      );
      if (i % 3 === 0) await insist(() => change(actor, mine.said as Answer, { action: 'CANCEL' }));
    }
    await insist(() => order(actor, '2027-01-10T02:30:00.000Z'));
    if (i % 4 === 0) await recountSoon().catch(() => undefined);
  });
  await faulty?.heal();
  dairy.wireOf.current = (wire) => wire;
  await intact();
  await dairy.settle();
  dairy.clock.advance(120);
  await recount();
  await intact(true);
});

test('A slot without a capacity keeps no account of places', async () => {
  const [home] = (await families(1)) as [Actor];
  const mine = await subscribe(home);
  await change(home, mine, { action: 'CHANGE', slot: 'EVENING' });
  await order(home);
  await dairy.settle();
  for await (const row of dairy.world.store.scan(SlotPlaces)) expect(row).toBeUndefined();
});
