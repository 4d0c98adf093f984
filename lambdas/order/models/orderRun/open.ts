import { holdStock, releaseStock } from '#lambdas/product/models/Product.ts';
import { absent, is } from '#shared/data/condition.ts';
import { passingErrors, StoreError } from '#shared/data/wire.ts';
import { create, put, remove, type Write } from '#shared/data/write.ts';
import type { Instant } from '#shared/domain/day.ts';
import {
  type Head,
  headKey,
  heldKey,
  type OrderRun,
  OrderRuns,
  shards,
  type Tally,
  tallyKey,
} from '../OrderRun.ts';
import { noFigures } from './figures.ts';
import type { RunPlan } from './plan.ts';
import { type Run, stockLineOf } from './run.ts';

/** Products that are set aside with one transaction. */
const PRODUCTS_TOGETHER = 80;

/**
 * Keeps a plan and sets the stock aside that it grants, so that nobody else can buy it while the orders are made.
 * False: somebody was faster; then what the store holds now must be looked at again.
 */
export async function openRun(
  run: Run,
  plan: RunPlan,
  startedAt: Instant,
  before: { head: OrderRun | undefined; tallies: readonly OrderRun[]; helds: readonly OrderRun[] },
): Promise<boolean> {
  const { day, lock, slots } = run.group;
  for (const held of before.helds) await letGo(run, held);
  const pieces = piecesOf(plan);
  const last = pieces.pop() ?? [];
  for (const [n, piece] of pieces.entries()) {
    const held = { ...heldKey(day, lock, n), version: 1, left: Object.fromEntries(piece) };
    if (!(await kept(run, [create(OrderRuns, held), ...holdsOf(run, piece)]))) return false;
  }
  const head: Head = {
    ...headKey(day, lock),
    version: (before.head?.version ?? 0) + 1,
    state: 'OPEN',
    startedAt,
    slotIds: [...slots.keys()],
    shares: Object.fromEntries(plan.shares),
    stock: Object.fromEntries(plan.stockOf),
    expected: before.tallies.reduce((sum, { due = 0 }) => sum + due, plan.due),
  };
  return kept(run, [
    put(OrderRuns, head, asRead(before.head)),
    ...shards.map((shard) => {
      const key = tallyKey(day, lock, shard);
      const known = before.tallies.find(({ part }) => part === key.part);
      const left = Object.fromEntries(plan.holds[shard] ?? []);
      const version = (known?.version ?? 0) + 1;
      const tally = { ...noFigures(), ...known, ...key, version, left, place: '', swept: false } as Tally;
      return put(OrderRuns, tally, asRead(known));
    }),
    ...pieces.map((_, n) => remove(OrderRuns, heldKey(day, lock, n), is('version', 1))),
    ...holdsOf(run, last),
  ]);
}

const asRead = (row: OrderRun | undefined) => (row ? is('version', row.version) : absent('day'));

/** What is granted in all of each product, in pieces that fit into a transaction. */
function piecesOf({ holds }: RunPlan): [string, number][][] {
  const sums = new Map<string, number>();
  for (const [productId, qty] of holds.flatMap((hold) => [...hold])) {
    sums.set(productId, (sums.get(productId) ?? 0) + qty);
  }
  const wanted = [...sums].filter(([, qty]) => qty > 0);
  return Array.from({ length: Math.ceil(wanted.length / PRODUCTS_TOGETHER) }, (_, n) =>
    wanted.slice(n * PRODUCTS_TOGETHER, (n + 1) * PRODUCTS_TOGETHER),
  );
}

function holdsOf(run: Run, piece: readonly [string, number][]): Write[] {
  return piece.map(([productId, qty]) => holdStock(stockLineOf(run, productId, qty), run.group.day));
}

/** Gives back what a run set aside that was cut off before it began. */
async function letGo(run: Run, { day, part, version, left = {} }: OrderRun): Promise<void> {
  const back = Object.entries(left).map(([productId, qty]) =>
    releaseStock(stockLineOf(run, productId, qty), day),
  );
  await kept(run, [remove(OrderRuns, { day, part }, is('version', version)), ...back]);
}

async function kept(run: Run, writes: readonly Write[]): Promise<boolean> {
  try {
    await run.world.store.transact(writes);
    return true;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const passes = passingErrors.has(error.name) || error.name === 'TransactionCanceledException';
    if (!passes) throw error;
    return false;
  }
}
