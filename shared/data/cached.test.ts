import { expect, test } from 'vitest';
import { Cached } from './cached.ts';

/** A cache over loads that end when the test says so, and a clock that it sets. */
function scene() {
  let now = 1_000_000;
  const loads: { give(value: string): void; fail(): void }[] = [];
  const load = () =>
    new Promise<string>((resolve, reject) => {
      loads.push({ give: resolve, fail: () => reject(new Error('the store does not answer')) });
    });
  const cached = new Cached(load, { now: () => new Date(now) }, { freshMs: 1_000, maxMs: 2_000 });
  return { cached, loads, pass: (ms: number) => (now += ms) };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

async function filled() {
  const made = scene();
  const first = made.cached.get();
  made.loads[0]?.give('one');
  expect(await first).toBe('one');
  return made;
}

test('Many who ask at once wait for one read of the store', async () => {
  const { cached, loads } = scene();
  const asked = [cached.get(), cached.get(), cached.get()];
  expect(loads).toHaveLength(1);
  loads[0]?.give('one');
  expect(await Promise.all(asked)).toEqual(['one', 'one', 'one']);
  expect(cached.get()).toBe('one');
});

test('A value is served while it is fresh, renewed beside the answer after that, and waited for when it is old', async () => {
  const { cached, loads, pass } = await filled();
  pass(1_000);
  expect(cached.get()).toBe('one');
  expect(loads).toHaveLength(1);
  pass(500);
  expect(cached.get()).toBe('one');
  expect(loads).toHaveLength(2);
  loads[1]?.give('two');
  await settle();
  expect(cached.get()).toBe('two');
  pass(2_001);
  const waiting = cached.get();
  expect(waiting).toBeInstanceOf(Promise);
  loads[2]?.give('three');
  expect(await waiting).toBe('three');
});

test('After the clock was set back nothing old is trusted (F9)', async () => {
  const { cached, loads, pass } = await filled();
  pass(-3_600_000);
  const waiting = cached.get();
  expect(waiting).toBeInstanceOf(Promise);
  loads[1]?.give('two');
  expect(await waiting).toBe('two');
  expect(cached.get()).toBe('two');
});

test('Whoever changed something never sees it undone by a read that began before (I16)', async () => {
  const { cached, loads } = scene();
  const early = cached.get();
  cached.forget();
  const late = cached.get();
  expect(loads).toHaveLength(2);
  loads[1]?.give('new');
  expect(await late).toBe('new');
  loads[0]?.give('old');
  expect(await early).toBe('old');
  expect(cached.get()).toBe('new');
});

test('A forgotten read that ends first does not fill the cache or end the newer one', async () => {
  const { cached, loads } = scene();
  const early = cached.get();
  cached.forget();
  const late = cached.get();
  loads[0]?.give('old');
  expect(await early).toBe('old');
  expect(cached.get()).toBeInstanceOf(Promise);
  expect(loads).toHaveLength(2);
  loads[1]?.give('new');
  expect(await late).toBe('new');
});

test('A read that fails is told to who waits, harms nobody who does not, and is tried again', async () => {
  const { cached, loads, pass } = await filled();
  pass(1_500);
  expect(cached.get()).toBe('one');
  loads[1]?.fail();
  await settle();
  expect(cached.get()).toBe('one');
  loads[2]?.fail();
  await settle();
  pass(1_000);
  const waiting = cached.get();
  loads[3]?.fail();
  await expect(waiting).rejects.toThrow('does not answer');
  const again = cached.get();
  loads[4]?.give('two');
  expect(await again).toBe('two');
});

test('Where the clock stands still a copy grows old all the same', async () => {
  let passedMs = 5;
  let loads = 0;
  const clock = { now: () => new Date('2027-01-04T04:30:00Z'), ageMs: () => passedMs };
  const cached = new Cached(async () => ++loads, clock);
  expect(await cached.get()).toBe(1);
  passedMs += 900;
  expect(await cached.get()).toBe(1);
  passedMs += 2_000;
  expect(await cached.get()).toBe(2);
});
