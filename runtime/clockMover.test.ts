import { afterEach, expect, test } from 'vitest';
import { tables } from '#lambdas/tables.ts';
import { type Timer, timers } from '#shared/events/timers.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { Alarm } from './alarm.ts';
import { ClockMover } from './clockMover.ts';
import { checkInvariants } from './invariants.ts';
import { Relay } from './relay.ts';
import { type TestDairy, testDairy } from './testDairy.ts';

/** A minute of Kolkata's clock on some day of January 2027, as an instant. */
const kolkata = (day: number, time: string) =>
  new Date(Date.parse(`2027-01-01T${time}:00+05:30`) + (day - 1) * 86_400_000).toISOString();

/** When the order run is made: the evening's cutoff is at ten. */
const afterCutoff = (day: number) => kolkata(day, '22:00').replace(':00.000Z', ':05.000Z');

interface Firing {
  at: string;
  timer: string;
}

let dairy: TestDairy;
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function opened(options: Parameters<typeof testDairy>[0] = {}): Promise<void> {
  dairy = await testDairy(options);
  open.push(() => dairy.close());
}

/** A dairy whose clock is moved, and what is fired at which instant. */
async function movable(options: Parameters<typeof testDairy>[0] = {}) {
  await opened(options);
  const fired: Firing[] = [];
  const handlerOf =
    (lambda: string): LambdaHandler =>
    (event) => {
      const { timer } = (event as { detail: { timer: string } }).detail;
      fired.push({ at: dairy.clock.now().toISOString(), timer });
      return dairy.handlerOf(lambda)(event);
    };
  const { world, clock } = dairy;
  const relay = new Relay({
    store: world.store,
    log: world.log,
    handlerOf: dairy.handlerOf,
    mostDelayMs: 20,
  });
  relay.start();
  open.unshift(() => relay.stop());
  const mover = new ClockMover({ local: dairy, clock, relay, handlerOf, firesTimers: true });
  return {
    mover,
    fired,
    times: (timer: string) => fired.filter((one) => one.timer === timer).map(({ at }) => at),
  };
}

test('Each timer fires at multiples of its pace, in the order of time, and never beyond the end', async () => {
  const { mover, fired } = await movable();
  const moved = await mover.moveTo(kolkata(8, '10:00'));
  expect(moved).toEqual({ now: kolkata(8, '10:00'), fired: fired.length });
  expect(dairy.clock.now().toISOString()).toBe(kolkata(8, '10:00'));
  expect(fired.map(({ at }) => at)).toEqual(fired.map(({ at }) => at).sort());
  for (const { at, timer } of fired) {
    const { everySeconds = 0 } = timers.find((one) => one.timer === timer) ?? {};
    expect([timer, at, Date.parse(at) % (everySeconds * 1_000)]).toEqual([timer, at, 0]);
    expect(at <= kolkata(8, '10:00')).toBe(true);
  }
  expect([...new Set(fired.map(({ timer }) => timer))].sort()).toEqual(
    timers.map(({ timer }) => timer).sort(),
  );
});

test('The order run is made five seconds after every cutoff, each day on its own', async () => {
  const { mover, times } = await movable();
  const items = [{ productId: 'P101', qty: 1 }];
  const wish = { items, schedule: { type: 'DAILY' }, startDate: '2027-01-06', slot: 'MORNING' };
  const asked = { ...wish, paymentMethod: 'COD' };
  const made = await dairy.call('order', 'subscribeOrder', asked, dairy.household);
  expect(made).toMatchObject({ status: 'ACTIVE' });
  await mover.moveTo(kolkata(10, '23:00'));
  const runs = times('runOrders');
  for (const day of [4, 5, 6, 7, 8, 9, 10]) expect(runs).toContain(afterCutoff(day));
  for (const day of [6, 7, 8, 9, 10, 11]) {
    const { orders } = await dairy.call<{ orders: { createdAt: string; deliveryId?: string }[] }>(
      'admin',
      'viewBoard',
      { day: `2027-01-${String(day).padStart(2, '0')}` },
      dairy.admin,
    );
    // Its event was through, so that it has a courier, before the clock went on.
    expect(orders).toMatchObject([{ createdAt: afterCutoff(day - 1), deliveryId: expect.any(String) }]);
  }
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('An unpaid order ends at the first minute after its half hour', async () => {
  const { mover, times } = await movable({ at: '2027-01-04T04:30:20.500Z' });
  const order = await dairy.order();
  await mover.moveTo('2027-01-04T05:00:59.999Z');
  expect((await dairy.orderRow(order.orderId)).status).toBe('CREATED');
  await mover.moveTo('2027-01-04T05:01:00Z');
  expect(await dairy.orderRow(order.orderId)).toMatchObject({
    status: 'CANCELLED',
    cancelReason: 'PAYMENT_TIMEOUT',
    timeline: [{ status: 'CREATED' }, { status: 'CANCELLED', at: '2027-01-04T05:01:00.000Z' }],
  });
  expect(times('expireOrders')).toEqual(['2027-01-04T04:31:00.000Z', '2027-01-04T05:01:00.000Z']);
});

test('What follows from a firing has its own time: an order that ends at night is told at six, in one move to noon', async () => {
  const { mover } = await movable({ at: kolkata(4, '23:30') });
  await dairy.order();
  await mover.moveTo(kolkata(5, '12:00'));
  const sent = await dairy.call<{ type: string; channel: string; status: string; sentAt?: string }[]>(
    'notification',
    'listNotifications',
    {},
    dairy.household,
  );
  const told = sent.filter(({ type, channel }) => type === 'ORDER_CANCELLED' && channel === 'EMAIL');
  expect(told).toMatchObject([{ status: 'SENT', sentAt: kolkata(5, '06:00') }]);
});

test('Orders that no courier can take are tried less and less, so that a month stays short', async () => {
  const { mover, times } = await movable();
  const sendHome = { userId: dairy.courier.userId, active: false };
  await dairy.call('admin', 'updateUser', sendHome, dairy.admin);
  const order = await dairy.order();
  await dairy.pay(order, { paymentMethod: 'COD' });
  await mover.moveTo('2027-02-04T04:30:00Z');
  const tries = times('assignWaiting').map((at) => Date.parse(at));
  expect(tries.length).toBeGreaterThan(30);
  expect(tries.length).toBeLessThan(60);
  expect(Math.max(...tries.slice(1).map((at, i) => at - (tries[i] ?? 0)))).toBeLessThanOrEqual(86_400_000);
  // A new move tries at once: who moves it may have hired somebody.
  await mover.moveTo('2027-02-04T04:31:00Z');
  expect(times('assignWaiting').at(-1)).toBe('2027-02-04T04:31:00.000Z');
});

test('After the clock was set back, the same evening comes again', async () => {
  const { mover, fired, times } = await movable();
  await mover.moveTo(kolkata(4, '23:00'));
  const before = fired.length;
  expect(await mover.moveTo(kolkata(4, '21:00'))).toEqual({ now: kolkata(4, '21:00'), fired: 0 });
  expect(fired).toHaveLength(before);
  await mover.moveTo(kolkata(4, '23:00'));
  expect(times('runOrders').filter((at) => at === afterCutoff(4))).toHaveLength(2);
});

test('A move that is too long is refused, and one under way ends when the dairy closes', async () => {
  const { mover } = await movable();
  expect(await mover.moveTo('2030-02-04T04:30:00Z')).toMatchObject({ code: 'INVALID_INPUT' });
  const long = mover.moveTo('2028-01-04T04:30:00Z');
  await mover.stop();
  expect(await long).toMatchObject({ code: 'UNAVAILABLE' });
});

/** When a timer would fire next, from one instant to another, nothing else being moved. */
async function firings(timer: Timer, from: string, to: string): Promise<string[]> {
  const alarm = new Alarm(dairy.world, timer);
  await alarm.firedAt(Date.parse(from));
  const found: string[] = [];
  for (let ms = Date.parse(from); ; ) {
    ms = await alarm.next(ms);
    if (ms > Date.parse(to)) return found;
    dairy.clock.set(new Date(ms).toISOString());
    await alarm.firedAt(ms);
    found.push(new Date(ms).toISOString());
  }
}

test('A timer that does not say what it waits for fires every hour', async () => {
  await opened();
  const timer: Timer = { lambda: 'order', timer: 'unheardOf', everySeconds: 600 };
  expect(await firings(timer, '2027-01-04T04:30:00Z', '2027-01-04T07:00:00Z')).toEqual(
    ['05', '06', '07'].map((hour) => `2027-01-04T${hour}:00:00.000Z`),
  );
});

test('Cutoffs follow the wall clock of the dairy over daylight saving, and rules have their own', async () => {
  await opened();
  const boss: Actor = dairy.admin;
  const timer: Timer = { lambda: 'order', timer: 'runOrders', everySeconds: 60, wakes: ['CUTOFF'] };
  const settings = { timeZone: 'Europe/London' };
  expect(await dairy.call('admin', 'updateSettings', settings, boss)).toMatchObject(settings);
  // Fired at each cutoff and once more a minute later. The clocks go forward on 28 March 2027.
  expect(await firings(timer, '2027-03-27T12:00:00Z', '2027-03-29T12:00:00Z')).toEqual([
    '2027-03-27T22:01:00.000Z',
    '2027-03-27T22:02:00.000Z',
    '2027-03-28T21:01:00.000Z',
    '2027-03-28T21:02:00.000Z',
  ]);
  const cutoffs = [{ date: '2027-04-02', cutoffTime: '18:00', cutoffDaysBefore: 1 }];
  expect(await dairy.call('admin', 'updateSettings', { cutoffs }, boss)).toMatchObject({ cutoffs });
  expect(await firings(timer, '2027-04-01T16:30:00Z', '2027-04-01T20:00:00Z')).toContain(
    '2027-04-01T17:01:00.000Z',
  );
});

test('Every timer waits for rows of an index that exists', () => {
  for (const { wakes = [] } of timers) {
    for (const wake of wakes) {
      if (typeof wake === 'string' || 'setting' in wake) continue;
      const table = tables.find(({ name }) => name === wake.table);
      expect([wake, table?.indexes[wake.index]]).toMatchObject([wake, { range: expect.any(String) }]);
    }
  }
});
