import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Tally } from '#lambdas/order/models/OrderRun.ts';
import { keptOf, runGroup } from '#lambdas/order/models/orderRun/day.ts';
import { lockGroupsOf } from '#lambdas/order/models/orderRun/run.ts';
import { RUN_MS } from '#lambdas/order/orderRun.ts';
import { till } from '#lambdas/payment/models/runTill.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { Store } from '#shared/data/store.ts';
import { addDays, plusSeconds } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';
import { TestClock } from '../testClock.ts';
import { FIRST_DAY, householdOf, Population, SHORT_PRODUCT } from './population.ts';
import { ORDER, RECORD, SimulatedWire } from './simulatedWire.ts';

const DAYS = 2;
const CALL_SECONDS = RUN_MS / 1_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Expected {
  due: number;
  /** Units of each product that are wanted. */
  wanted: number[];
}

/** What a day brings, counted by the numbers alone. */
function expectedOf(population: Population, day: number): Expected {
  const wanted = new Array<number>(10).fill(0);
  let due = 0;
  for (let i = 0; i < population.count; i++) {
    if (!population.isDue(i, day)) continue;
    due++;
    if (population.isPaused(i) || population.isSkipped(i)) continue;
    for (const product of population.productsOf(i))
      wanted[product] = (wanted[product] ?? 0) + population.qtyOf(i);
  }
  return { due, wanted };
}

/** Two days of a dairy with so many standing orders; how much memory they took at most, and what came of them. */
async function live(count: number) {
  const population = new Population(count);
  const expected = Array.from({ length: DAYS }, (_, day) => expectedOf(population, day));
  // On the first day a third of one product is missing; else there is enough of everything.
  const supplies = expected.map(({ wanted }, day) =>
    wanted.map((units, product) =>
      day === 0 && product === SHORT_PRODUCT ? Math.floor((units * 2) / 3) : units,
    ),
  );
  const clock = new TestClock('2027-01-01T00:00:00.000Z');
  const wire = new SimulatedWire(population, clock, DAYS, supplies);
  let id = 0;
  const world = {
    store: new Store(wire),
    models: { find: async () => undefined },
    clock,
    ids: { next: () => String(id++).padStart(26, '0') },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  } as unknown as World;
  const settings = await settingsOf(world);
  collect();
  const before = process.memoryUsage().heapUsed;
  const days = { calls: 0, mostMb: 0, closed: [] as boolean[], tallies: [] as Tally[][] };
  for (let day = 0; day < DAYS; day++) {
    const [group] = lockGroupsOf(settings, addDays(FIRST_DAY, day));
    if (!group) throw new Error('the day has no slots');
    clock.set(plusSeconds(group.lock, 6));
    for (let done = false; !done; days.calls++) {
      const until = plusSeconds(clock.now(), CALL_SECONDS);
      done = await runGroup(world, till, group, () => clock.now().toISOString() > until);
      collect();
      days.mostMb = Math.max(days.mostMb, (process.memoryUsage().heapUsed - before) / 1_048_576);
    }
    const { head, tallies } = await keptOf(world, group);
    days.closed.push(head?.state === 'CLOSED' && tallies.every(({ swept }) => swept));
    days.tallies.push(tallies);
  }
  return { population, expected, wire, ...days };
}

type Lived = Awaited<ReturnType<typeof live>>;
const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

/** Each standing order that is due has one order or one reason; who is paused, skips or has no money has no order. */
function outcomesOf({ population, wire }: Lived, day: number) {
  const outcomes = wire.outcomesOf(day);
  const seen = { dealtWith: 0, orders: 0, wrong: [] as number[] };
  for (let i = 0; i < population.count; i++) {
    const outcome = outcomes[i] ?? 0;
    if (outcome === 0 && !population.isDue(i, day)) continue;
    seen.dealtWith++;
    const hasOrder = outcome === ORDER || outcome === (ORDER | RECORD);
    if (hasOrder) seen.orders++;
    const stays = population.isPaused(i) || population.isSkipped(i);
    const isPoor = population.walletOf(householdOf(i)) === 0;
    const isWrong = !population.isDue(i, day) || outcome === 0 || (hasOrder && (stays || isPoor));
    if (isWrong) seen.wrong.push(i);
  }
  return seen;
}

test('With a million standing orders every day is closed, shards are even and memory is what it was with fewer', async () => {
  const small = await live(100_000);
  const lived = await live(1_000_000);
  const { population, expected, wire, tallies } = lived;
  expect(lived.closed).toEqual([true, true]);
  // What has no more time goes on later where it was, more than once a day.
  expect(lived.calls).toBeGreaterThan(2 * DAYS);
  expect(lived.mostMb - small.mostMb).toBeLessThan(16);

  const sizes = population.shards.map(({ length }) => length);
  expect(Math.max(...sizes) / (population.count / sizes.length)).toBeLessThan(1.01);

  for (const [day, parts] of tallies.entries()) {
    const { dealtWith, orders, wrong } = outcomesOf(lived, day);
    expect(wrong).toEqual([]);
    expect(dealtWith).toBe(expected[day]?.due);
    expect(sumOf(parts.map(({ due }) => due))).toBe(dealtWith);
    expect(sumOf(parts.map((part) => part.orders))).toBe(orders);
    expect(sumOf(parts.map(({ reasons }) => sumOf(Object.values(reasons))))).toBe(dealtWith - orders);
  }
  // What orders cost was taken of prepaid balances, and no more was given out than there is.
  expect(wire.heldMinor).toBe(sumOf(tallies.flat().map(({ amount }) => amount)));
  expect(wire.fewest('StockDays', 'stock')).toBeGreaterThanOrEqual(0);
}, 600_000);
