import { StockDays } from '#lambdas/product/models/Product.ts';
import { grantUnit, grantWanted, type Shares, shareKeyOf, substitutesOf } from '../../rules/grants.ts';
import { Demand, Ranked, type Share, turnOf } from '../../rules/shares.ts';
import { type RunUnit, type UnitLine, unitOf, wantedIn } from '../../rules/units.ts';
import { shards } from '../OrderRun.ts';
import type { Run } from './run.ts';
import { sweepShard } from './sweep.ts';

/** How many turns are in memory while the last who gets one more unit is looked for, of all products together. */
const MOST_TURNS = 40_000;
const FEWEST_TURNS = 400;

/** How a day's stock is shared, before anything is written. */
export interface RunPlan {
  /** How many subscriptions have something due. */
  due: number;
  shares: Shares;
  /** What there is of each product that somebody wants. */
  stockOf: ReadonlyMap<string, number>;
  /** What is wanted of each product, in all tiers. */
  wantedOf: ReadonlyMap<string, number>;
  /** What each shard's households are granted, by product: as much is set aside for them. */
  holds: readonly ReadonlyMap<string, number>[];
}

type Tier = UnitLine['tier'];
type See = (unit: RunUnit, turn: string, shard: number) => void;

/**
 * Looks at everybody's day, as often as it takes, and decides how each product is shared. Memory does not grow with the
 * number of subscriptions.
 */
export async function planRun(run: Run): Promise<RunPlan> {
  const first = await firstLook(run);
  const stockOf = await stockFor(run, first);
  const shares = new Map<string, Share>();
  const left = new Map(stockOf);
  await shareTier(run, 'STANDING', first.standing, left, shares);
  await shareTier(run, 'ONE_OFF', first.oneOff, left, shares);
  const wantedOf = totalsOf(first.standing, first.oneOff);
  if (shares.size === 0) return { due: first.due, shares, stockOf, wantedOf, holds: first.wanted };
  if (first.substituteIds.size > 0) {
    await shareTier(run, 'SUBSTITUTE', await lacking(run, shares), left, shares);
  }
  return { due: first.due, shares, stockOf, wantedOf, holds: await grantedBy(run, shares) };
}

/** Shows every unit that is still open to a reader, shard by shard at once. */
async function look(run: Run, see: See): Promise<void> {
  await Promise.all(
    shards.map(async (shard) => {
      for await (const households of sweepShard(run.world, run.group.day, shard)) {
        for (const subscription of households.flat()) {
          const unit = unitOf(subscription, run.terms);
          if (unit) see(unit, turnOf(subscription, run.latelyFrom), shard);
        }
      }
    }),
  );
}

async function firstLook(run: Run) {
  const seen = {
    due: 0,
    standing: new Map<string, Demand>(),
    oneOff: new Map<string, Demand>(),
    substituteIds: new Set<string>(),
    wanted: shards.map(() => new Map<string, number>()),
  };
  await look(run, (unit, _, shard) => {
    seen.due++;
    for (const tier of ['STANDING', 'ONE_OFF'] as const) {
      const demands = tier === 'STANDING' ? seen.standing : seen.oneOff;
      for (const [productId, qty] of wantedIn(unit, tier)) {
        demandOf(demands, productId).add(qty);
        addTo(seen.wanted[shard], productId, qty);
      }
    }
    for (const { substituteId } of unit.lines) if (substituteId) seen.substituteIds.add(substituteId);
  });
  return seen;
}

function demandOf(demands: Map<string, Demand>, productId: string): Demand {
  const demand = demands.get(productId) ?? new Demand();
  demands.set(productId, demand);
  return demand;
}

/** Adds units of a product to the sums of all; there may be none. */
export function addTo(sums: Map<string, number> | undefined, name: string, qty: number): void {
  sums?.set(name, (sums.get(name) ?? 0) + qty);
}

function totalsOf(...tiers: ReadonlyMap<string, Demand>[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const tier of tiers) for (const [productId, { total }] of tier) addTo(totals, productId, total);
  return totals;
}

async function stockFor(
  { world, group, catalogue, given }: Run,
  { standing, oneOff, substituteIds }: Awaited<ReturnType<typeof firstLook>>,
): Promise<Map<string, number>> {
  const productIds = [...new Set([...standing.keys(), ...oneOff.keys(), ...substituteIds])].sort();
  const days = await world.store.getMany(
    productIds.map((productId) => ({ table: StockDays, key: { productId, day: group.day } })),
  );
  return new Map(
    productIds.map((productId, i) => {
      const product = catalogue.byId.get(productId)?.product;
      const perDay = product?.stockMode === 'PER_DAY';
      const stock = perDay ? Number(days[i]?.stock ?? product.dailySupply ?? 0) : (product?.stock ?? 0);
      return [productId, Math.max(0, stock - (given.get(productId) ?? 0))];
    }),
  );
}

/** Shares out what is left of each product among a tier, and takes it away. */
async function shareTier(
  run: Run,
  tier: Tier,
  demands: ReadonlyMap<string, Demand>,
  left: Map<string, number>,
  shares: Map<string, Share>,
): Promise<void> {
  const short = new Map<string, { rounds: number; cut: Ranked }>();
  const isShort = (productId: string, { total }: Demand) => total > (left.get(productId) ?? 0);
  const count = [...demands].filter(([productId, demand]) => isShort(productId, demand)).length;
  for (const [productId, demand] of demands) {
    const available = left.get(productId) ?? 0;
    left.set(productId, Math.max(0, available - demand.total));
    if (demand.total <= available) continue;
    const { rounds, left: rest } = demand.rounds(available);
    short.set(productId, {
      rounds,
      cut: new Ranked(rest, Math.max(FEWEST_TURNS, Math.floor(MOST_TURNS / count))),
    });
  }
  while ([...short.values()].some(({ cut }) => cut.found === undefined)) {
    await look(run, (unit, turn) => {
      for (const [productId, qty] of wantsOf(unit, tier, turn, shares, run)) {
        const share = short.get(productId);
        if (share && qty > share.rounds) share.cut.show(turn);
      }
    });
    for (const { cut } of short.values()) cut.shown();
  }
  for (const [productId, { rounds, cut }] of short) {
    shares.set(shareKeyOf(tier, productId), { rounds, cut: cut.found ?? '' });
  }
}

/** What a unit wants in a tier, by product; of substitutes that depends on what it was granted before. */
function wantsOf(unit: RunUnit, tier: Tier, turn: string, shares: Shares, run: Run): Map<string, number> {
  if (tier !== 'SUBSTITUTE') return wantedIn(unit, tier);
  grantWanted(unit, turn, shares);
  return wantedIn({ ...unit, lines: substitutesOf(unit, run.terms) }, tier);
}

async function lacking(run: Run, shares: Shares): Promise<Map<string, Demand>> {
  const demands = new Map<string, Demand>();
  await look(run, (unit, turn) => {
    for (const [productId, qty] of wantsOf(unit, 'SUBSTITUTE', turn, shares, run)) {
      demandOf(demands, productId).add(qty);
    }
  });
  return demands;
}

async function grantedBy(run: Run, shares: Shares): Promise<Map<string, number>[]> {
  const sums = shards.map(() => new Map<string, number>());
  await look(run, (unit, turn, shard) => {
    grantUnit(unit, turn, shares, run.terms);
    for (const { productId, granted } of unit.lines) if (granted > 0) addTo(sums[shard], productId, granted);
  });
  return sums;
}
