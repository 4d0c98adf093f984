import { settingsOf } from '#shared/data/settings.ts';
import type { Day } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';
import { type Purse, purseAfter } from '../../rules/household.ts';
import { shards } from '../OrderRun.ts';
import { keptOf } from './day.ts';
import { decide } from './decide.ts';
import { addFigures, countUnit, type Figures, noFigures } from './figures.ts';
import { addTo, planRun } from './plan.ts';
import { beginRun, type LockGroup, lockGroupsOf, type Till } from './run.ts';
import { sweepShard } from './sweep.ts';

/** How many lines that come short are told one by one. */
const MOST_SHORT = 200;

/** What a product needs, what there is of it, and what is granted. */
export interface Needed {
  productId: string;
  wanted: number;
  granted: number;
  available: number;
}

export interface ShortLine {
  subscriptionId: string;
  userId: string;
  productId: string;
  qty: number;
  granted: number;
  reason: string;
}

export interface Simulated extends Figures {
  demand: Needed[];
  /** The first of those that come short, in the order of their households. */
  short: ShortLine[];
}

/** What the slots that lock first would have taken by the time that later ones are made. */
interface Taken {
  purses: Map<string, Purse>;
  given: Map<string, number>;
}

/** What a day's run would make now, with what it has made already: its own decisions, and nothing is written. */
export async function simulateDay(world: World, till: Till, day: Day): Promise<Simulated> {
  const sum: Simulated = { ...noFigures(), demand: [], short: [] };
  const taken: Taken = { purses: new Map(), given: new Map() };
  const left = leaving(till, taken.purses);
  for (const group of lockGroupsOf(await settingsOf(world), day))
    await simulateGroup(world, left, group, taken, sum);
  sum.demand.sort((a, b) => (a.productId < b.productId ? -1 : 1));
  sum.short = sum.short.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)).slice(0, MOST_SHORT);
  return sum;
}

/** A till that knows what some households have spent. */
function leaving(till: Till, purses: ReadonlyMap<string, Purse>): Till {
  return {
    ...till,
    async pursesOf(world, userIds) {
      const read = await till.pursesOf(world, userIds);
      return new Map([...read].map(([userId, purse]) => [userId, purses.get(userId) ?? purse]));
    },
  };
}

const placeOf = ({ userId, subscriptionId, productId }: ShortLine) =>
  `${userId} ${subscriptionId} ${productId}`;

async function simulateGroup(
  world: World,
  till: Till,
  group: LockGroup,
  taken: Taken,
  sum: Simulated,
): Promise<void> {
  const { head, tallies } = await keptOf(world, group);
  for (const tally of tallies) addFigures(sum, tally);
  if (head?.state === 'CLOSED') return;
  const run = { ...(await beginRun(world, till, group, () => false)), given: taken.given };
  const plan = await planRun(run);
  const shares = head?.state === 'OPEN' ? new Map(Object.entries(head.shares)) : plan.shares;
  const granted = new Map<string, number>();
  await Promise.all(
    shards.map(async (shard) => {
      for await (const page of sweepShard(world, group.day, shard)) {
        for (const { userId, units, purse } of await decide(run, shares, page)) {
          if (!group.last) taken.purses.set(userId, purseAfter(purse, units));
          for (const unit of units) {
            countUnit(sum, unit, group.day);
            for (const line of unit.lines) addTo(granted, line.productId, line.granted);
            if (sum.short.length < MOST_SHORT * shards.length) sum.short.push(...shortIn(unit));
          }
        }
      }
    }),
  );
  for (const [productId, wanted] of plan.wantedOf) {
    addNeed(sum.demand, {
      productId,
      wanted,
      granted: granted.get(productId) ?? 0,
      available: plan.stockOf.get(productId) ?? 0,
    });
  }
  // What an open run gives is set aside already.
  if (head?.state !== 'OPEN') for (const [productId, qty] of granted) addTo(taken.given, productId, qty);
}

function addNeed(demand: Needed[], need: Needed): void {
  const known = demand.find(({ productId }) => productId === need.productId);
  if (!known) {
    demand.push(need);
    return;
  }
  known.wanted += need.wanted;
  known.granted += need.granted;
}

const notWhole: readonly string[] = [
  'SHORT',
  'OUT_OF_STOCK',
  'BALANCE_SHORT',
  'CREDIT_LIMIT',
  'PRODUCT_GONE',
];

function shortIn({
  subscription,
  lines,
}: Awaited<ReturnType<typeof decide>>[number]['units'][number]): ShortLine[] {
  const { subscriptionId, userId } = subscription;
  return lines
    .filter(({ outcome }) => notWhole.includes(outcome))
    .map(({ productId, qty, granted, outcome }) => ({
      subscriptionId,
      userId,
      productId,
      qty,
      granted,
      reason: outcome,
    }));
}
