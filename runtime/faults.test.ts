import { afterEach, expect, test } from 'vitest';
import { DeadLetters } from '#lambdas/admin/models/DeadLetter.ts';
import { Refunds } from '#lambdas/payment/models/Payment.ts';
import { type Crowd, crowdOf, tellRefund } from './actors.ts';
import { runTimers, together } from './chaos.ts';
import { type FaultOptions, type FaultyWire, faultyWire, seeded } from './faulty.ts';
import { checkInvariants } from './invariants.ts';
import { Relay } from './relay.ts';
import { type TestDairy, testDairy } from './testDairy.ts';

const AT_ONCE = 5;
const ACTS = 100;

/**
 * What weak.test.ts has tests of its own for: the erased person's index that lags, the revocation that is not repeated.
 * And the books: they are closed an hour later, when no index lags any more, but here an hour may pass in a second.
 */
const sparedHere: FaultOptions['spared'] = (_, { IndexName, TableName }) =>
  IndexName === 'byUser' || TableName === 'Meta' || (TableName === 'Ledger' && IndexName === 'byDay');

let dairy: TestDairy | undefined;
afterEach(async () => {
  await dairy?.close();
  dairy = undefined;
});

/** A batch as an unkind queue hands it out: in any order, and some of it two to five times. */
function shuffledAndRepeated(random: () => number) {
  return <T>(batch: T[]): T[] => {
    const more = batch.flatMap((message) =>
      Array.from({ length: random() < 0.3 ? 1 + Math.floor(random() * 5) : 1 }, () => message),
    );
    return more
      .map((message) => ({ message, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ message }) => message);
  };
}

async function openDairy() {
  const faultLines: string[] = [];
  const note = (message: string, fields?: Record<string, unknown>) => {
    if (message === 'fault')
      faultLines.push(`${String(fields?.door)}: ${String(fields?.name)}: ${String(fields?.message)}`);
  };
  const log = { info: () => undefined, warn: () => undefined, error: note };
  const opened = await testDairy({ log });
  await opened.addProduct({ productId: 'Pghee', name: 'Ghee', price: 600, stock: 40, lowStockAt: 20 });
  await opened.addProduct({
    productId: 'Pmilk',
    name: 'Farm Milk',
    price: 64,
    dailySupply: 60,
    lowStockAt: 10,
    taxes: { CGST: 250, SGST: 250 },
  });
  await opened.addProduct({
    productId: 'Pbread',
    name: 'Bread',
    price: 45,
    stock: 5_000,
    taxes: { VAT: 1_250 },
  });
  const couriers = [opened.courier, await opened.addCourier('asha')];
  return { opened, couriers, faultLines };
}

/** Everything that was still under way is finished, as the clock and a patient staff would. */
async function untilQuiet(quiet: TestDairy, disturb: <T>(batch: T[]) => T[]): Promise<void> {
  for (let round = 0; round < 4; round++) {
    quiet.clock.advance(900);
    expect(await runTimers(quiet)).toEqual([]);
    await quiet.settle({ disturb });
    for await (const refund of quiet.world.store.scan(Refunds)) {
      if (refund.status === 'PENDING') await tellRefund(quiet, refund.refundId);
    }
    await quiet.call('admin', 'replayDeadLetters', { all: true }, quiet.admin);
    await quiet.settle({ disturb });
  }
}

async function openLetters({ world }: TestDairy): Promise<string[]> {
  const open: string[] = [];
  for await (const letter of world.store.scan(DeadLetters)) {
    if (letter.status === 'OPEN') open.push(`${letter.consumer} ${letter.eventType}`);
  }
  return open;
}

function expectVariety(crowd: Crowd, faulty: FaultyWire): void {
  const done = ['createOrder', 'processPayment', 'updateStatus', 'cancelOrder', 'register'];
  for (const name of done) expect(crowd.counts.get(name) ?? 0, name).toBeGreaterThan(0);
  for (const [fault, count] of Object.entries(faulty.counts)) expect(count, fault).toBeGreaterThan(0);
}

/** More seeds for a soak: CHAOS_SEEDS=1,2,3. */
const seeds = (process.env.CHAOS_SEEDS ?? '20270104,7').split(',').map(Number);

for (const seed of seeds) {
  test(`Whatever store and network do to a busy dairy, afterwards everything adds up (F2, F3, F6, F7, F12; seed ${seed})`, async () => {
    const { opened, couriers, faultLines } = await openDairy();
    dairy = opened;
    const random = seeded(seed);
    const crowd = crowdOf(opened, couriers, random);
    let faulty: FaultyWire | undefined;
    opened.wireOf.current = (wire) => {
      faulty ??= faultyWire(wire, { seed, spared: sparedHere });
      return faulty;
    };
    const disturb = shuffledAndRepeated(seeded(seed + 1));
    const { world, handlerOf } = opened;
    const relay = new Relay({ store: world.store, log: world.log, handlerOf, mostBackOffMs: 300, disturb });
    relay.start();
    await together(AT_ONCE, async () => {
      for (let i = 0; i < ACTS; i++) await crowd.act();
    });
    await faulty?.heal();
    await relay.stop();

    await untilQuiet(opened, disturb);
    expect(await openLetters(opened)).toEqual([]);
    expect(
      await checkInvariants(world, {
        quiet: true,
        gone: crowd.gone,
      }),
    ).toEqual([]);
    expect(faultLines).toEqual([]);
    if (faulty) expectVariety(crowd, faulty);
  });
}
