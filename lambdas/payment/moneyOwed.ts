import { between } from '#shared/data/condition.ts';
import { StoreError } from '#shared/data/wire.ts';
import { create } from '#shared/data/write.ts';
import { addDays, type Instant, plusSeconds } from '#shared/domain/day.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { shardKeys } from '#shared/domain/shard.ts';
import type { World } from '#shared/world.ts';
import { type HouseClosing, HouseClosings } from './models/HouseClosing.ts';
import { type Account, HOUSE, Ledger } from './models/Ledger.ts';

/** A movement is written soon after the instant it bears; what is older than this is all there. */
const ALL_THERE_SECONDS = 3600;
/** Where nothing was closed yet, it begins so far back. Older books were closed when their data was upgraded. */
const LOOK_BACK_DAYS = 40;
/** Movements of one page, and how many a request reads beside the last closing. */
const PAGE = 1_000;
const MOST_LIVE = 20_000;

type Sums = Map<string, Minor>;

/** Timer: adds up what every account of the dairy came to, an hour ago, on top of the last time. */
export async function closeBooks(world: World) {
  const until = plusSeconds(world.clock.now(), -ALL_THERE_SECONDS);
  const last = await lastClosing(world);
  if (last && last.until >= until) return { closed: 0 };
  const from = last?.until ?? plusSeconds(until, -LOOK_BACK_DAYS * 86_400);
  const sums: Sums = new Map(Object.entries(last?.sums ?? {}));
  const read = (await addMovements(world, sums, from, until)) ?? 0;
  // A row for each time something moved, and the first, so that nobody looks back again.
  if (read === 0 && last) return { closed: 0 };
  await keep(world, { closingId: HOUSE, until, sums: Object.fromEntries(sums) });
  return { closed: read };
}

async function keep(world: World, closing: HouseClosing): Promise<void> {
  try {
    await world.store.write(create(HouseClosings, closing));
  } catch (error) {
    // The same instant was closed by another run: with the same sums.
    if (!(error instanceof StoreError) || error.name !== 'ConditionalCheckFailedException') throw error;
  }
}

async function lastClosing(world: World): Promise<HouseClosing | undefined> {
  const newest = { hash: HOUSE, newestFirst: true, limit: 1, consistent: true };
  return (await world.store.query(HouseClosings, newest)).rows[0];
}

/** Adds the lines of every movement from an instant on and before another; answers how many, undefined if too many. */
async function addMovements(
  world: World,
  sums: Sums,
  from: Instant,
  before: Instant,
  most = Number.POSITIVE_INFINITY,
): Promise<number | undefined> {
  const last = plusSeconds(before, -0.001);
  // The clock was set back.
  if (last < from) return 0;
  let read = 0;
  for (let day = from.slice(0, 10); day <= last.slice(0, 10); day = addDays(day, 1)) {
    for (const dayKey of shardKeys(day)) {
      let cursor: string | undefined;
      do {
        const range = between('at', from, last);
        const page = await world.store.query(Ledger, {
          index: 'byDay',
          hash: dayKey,
          range,
          limit: PAGE,
          cursor,
        });
        for (const { account, amount } of page.rows.flatMap(({ lines }) => lines))
          sums.set(account, (sums.get(account) ?? 0) + amount);
        read += page.rows.length;
        cursor = page.cursor;
        if (read > most) return undefined;
      } while (cursor);
    }
  }
  return read;
}

/** What the dairy holds of its customers' money; what they owe is listed apart and never taken off. */
export async function viewMoneyOwed(world: World) {
  const last = await lastClosing(world);
  const now = world.clock.now();
  const from = last?.until ?? plusSeconds(now, -LOOK_BACK_DAYS * 86_400);
  const closed: Sums = new Map(Object.entries(last?.sums ?? {}));
  const live: Sums = new Map(closed);
  // This very millisecond counts.
  const isLive = (await addMovements(world, live, from, plusSeconds(now, 0.001), MOST_LIVE)) !== undefined;
  const sums = isLive ? live : closed;
  const holds = (account: Account) => 0 - (sums.get(account) ?? 0);
  const wallet = holds('wallet');
  const deferred = holds('held');
  const deposits = holds('deposit');
  const transit = holds('transit');
  const suspense = holds('suspense');
  return {
    /** Every movement up to this instant counts, and none after it. */
    asOf: isLive ? now.toISOString() : from,
    total: toMajor(wallet + deferred + deposits + transit + suspense),
    wallet: toMajor(wallet),
    deferred: toMajor(deferred),
    deposits: toMajor(deposits),
    transit: toMajor(transit),
    suspense: toMajor(suspense),
    owed: toMajor(sums.get('owed') ?? 0),
    promo: toMajor(holds('promo') + holds('promoHeld')),
    deskCash: toMajor(sums.get('deskCash') ?? 0),
  };
}
