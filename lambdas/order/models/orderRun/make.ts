import { holdStock, Products, releaseStock, StockDays } from '#lambdas/product/models/Product.ts';
import { is } from '#shared/data/condition.ts';
import { backOff } from '#shared/data/store.ts';
import type { Key, Table } from '#shared/data/table.ts';
import { passingErrors, StoreError } from '#shared/data/wire.ts';
import { put, type Write } from '#shared/data/write.ts';
import { refuse } from '#shared/domain/problem.ts';
import type { Shares } from '../../rules/grants.ts';
import type { RunUnit } from '../../rules/units.ts';
import { OrderRuns, type Tally, tallyKey } from '../OrderRun.ts';
import { Subscriptions } from '../Subscription.ts';
import { type Decided, decide } from './decide.ts';
import { countUnit } from './figures.ts';
import { type Run, stockLineOf } from './run.ts';
import { type Household, openOn, placeAfter, placeBefore, sweepShard } from './sweep.ts';
import { writesOf } from './write.ts';

/** What a transaction holds; one part is the tally. */
const MOST_WRITES = 99;
const MOST_TRIES = 10;
/** After so many refusals of one household alone it is not tried as it was decided any more. */
const MOST_REFUSALS = 5;
/** Subscriptions of one household in one transaction: the day of each takes up to eight writes. */
const MOST_UNITS = 11;

/** A household's day and the writes that make it. */
interface Prepared {
  household: Decided;
  writes: Write[];
}

/** Makes the orders of a shard's households, from where its tally stands. Answers whether it came to the end. */
export async function makeShard(run: Run, shares: Shares, shard: number): Promise<boolean> {
  const lane = new Lane(run, shares, shard);
  await lane.load();
  if (lane.tally.swept) return true;
  for await (const page of sweepShard(run.world, run.group.day, shard, lane.tally.place)) {
    if (run.isLate()) return false;
    for (const batch of batchesOf(lane.prepare(await decide(run, shares, page)))) await lane.make(batch);
  }
  await lane.finish();
  return true;
}

/** A household's day as transactions take it: with at most so many subscriptions, and those on account for themselves. */
function partsOf({ units, ...household }: Decided): Decided[] {
  const isOnAccount = ({ plan }: RunUnit) => plan.paymentMethod === 'ACCOUNT';
  const kinds = [units.filter((unit) => !isOnAccount(unit)), units.filter(isOnAccount)];
  const parts = kinds.flatMap((some) =>
    Array.from({ length: Math.ceil(some.length / MOST_UNITS) }, (_, part) =>
      some.slice(part * MOST_UNITS, (part + 1) * MOST_UNITS),
    ),
  );
  return parts.map((some, part) => ({
    ...household,
    units: some,
    rest: parts.slice(part + 1).flat(),
  }));
}

/** Households that fit into one transaction together, in their order; two parts of one never do. */
function batchesOf(households: readonly Prepared[]): Prepared[][] {
  const batches: Prepared[][] = [];
  let room = 0;
  for (const household of households) {
    const sameAgain = batches.at(-1)?.at(-1)?.household.userId === household.household.userId;
    if (household.writes.length > room || sameAgain) {
      batches.push([]);
      room = MOST_WRITES;
    }
    batches.at(-1)?.push(household);
    room -= household.writes.length;
  }
  return batches;
}

/** One shard at work: its tally as the store has it, and the writes that change it. */
class Lane {
  readonly #run: Run;
  readonly #shares: Shares;
  readonly #key: ReturnType<typeof tallyKey>;
  #tally: Tally | undefined;

  constructor(run: Run, shares: Shares, shard: number) {
    this.#run = run;
    this.#shares = shares;
    this.#key = tallyKey(run.group.day, run.group.lock, shard);
  }

  get tally(): Tally {
    if (!this.#tally) throw new Error('the tally is not loaded');
    return this.#tally;
  }

  async load(): Promise<void> {
    const row = await this.#run.world.store.get(OrderRuns, this.#key);
    if (!row) throw new Error(`the run has no tally ${this.#key.part}`);
    this.#tally = row as Tally;
  }

  /** The writes of each household, in parts where one transaction does not do. */
  prepare(households: readonly Decided[]): Prepared[] {
    const at = this.#run.world.clock.now().toISOString();
    return households.flatMap(partsOf).map((household) => ({
      household,
      writes: writesOf(this.#run, household, at),
    }));
  }

  /**
   * Makes the days of households in one transaction. Where the store refuses it, somebody changed something since it was
   * read: all of it is read and decided again, and made in halves, down to one household; what that is refused again
   * and again is not ordered, for that reason.
   */
  async make(batch: readonly Prepared[], tries = 1): Promise<void> {
    const last = batch.at(-1)?.household;
    if (!last) return;
    const tally = structuredClone(this.tally);
    const units = batch.flatMap(({ household }) => household.units);
    for (const unit of units) countUnit(tally, unit, this.#run.group.day);
    // A run that is cut off between the parts of a household begins with that household again.
    tally.place = last.rest?.length ? placeBefore(last.userId) : placeAfter(last.userId);
    const lacks = [...takeOff(tally, units)];
    const stock = lacks.map(([productId, qty]) =>
      holdStock(stockLineOf(this.#run, productId, qty), this.#run.group.day),
    );
    const refused = await this.#write([...batch.flatMap(({ writes }) => writes), ...stock], tally);
    if (!refused) return;
    if (tries > MOST_TRIES) throw refuse('BUSY', undefined, { retryAfterSeconds: 1 });
    if (tries > 1) await backOff(tries);
    const again = await this.#decideAgain(batch);
    if (again.length === 1 && tries > MOST_REFUSALS) giveUp(again, units, refused);
    const half = Math.ceil(again.length / 2);
    for (const some of [again.slice(0, half), again.slice(half)])
      for (const part of batchesOf(this.prepare(some))) await this.make(part, tries + 1);
  }

  /** Writes with the tally, all or nothing. Where that failed, the tables whose conditions did. */
  async #write(writes: readonly Write[], tally: Tally): Promise<ReadonlySet<string> | undefined> {
    const next = { ...tally, version: this.tally.version + 1 };
    // Table by table: the embedded engine is quicker when it stays with one.
    const parts = [put(OrderRuns, next, is('version', this.tally.version)), ...writes];
    parts.sort((a, b) => a.table.name.localeCompare(b.table.name));
    try {
      await this.#run.world.store.transact(parts);
      this.#tally = next;
      return undefined;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const passes = passingErrors.has(error.name) || error.name === 'TransactionCanceledException';
      if (!passes) throw error;
      // Whether an answer that was lost was a yes, the tally tells; whose it is does not matter.
      await this.load();
      const failed = error.reasons.map(({ Code }, i) =>
        Code === 'ConditionalCheckFailed' ? (parts[i]?.table.name ?? '') : '',
      );
      return new Set(failed);
    }
  }

  /**
   * The households of a batch as they are now, each with what was decided together with it: what its first orders take,
   * the later ones do not have. Left out is what somebody has dealt with meanwhile.
   */
  async #decideAgain(batch: readonly Prepared[]): Promise<Decided[]> {
    const { world, group } = this.#run;
    const asked = batch
      .flatMap(({ household: { units, rest = [] } }) => [...units, ...rest])
      .map(({ subscription }) => subscription);
    const rows = await world.store.getMany(
      asked.map(({ subscriptionId }) => ({ table: Subscriptions, key: { subscriptionId } })),
    );
    const open = await openOn(world, group.day, rows.filter((row) => row !== undefined) as Household);
    const households = [...Map.groupBy(open, ({ userId }) => userId).values()];
    return this.#withinStock(await decide(this.#run, this.#shares, households));
  }

  /** Cuts down what was granted to what is set aside and what is still to be had. */
  async #withinStock(households: Decided[]): Promise<Decided[]> {
    const { world, group, catalogue } = this.#run;
    const units = households.flatMap((household) => household.units);
    const lacks = [...takeOff(structuredClone(this.tally), units).keys()];
    if (lacks.length === 0) return households;
    // Their rows as they are now: what the catalogue in memory says may be over.
    const rows = await world.store.getMany(
      lacks.flatMap((productId) => [
        { table: Products as Table, key: { productId } as Key },
        { table: StockDays, key: { productId, day: group.day } },
      ]),
    );
    const left = new Map(
      lacks.map((productId, i) => {
        const product = catalogue.byId.get(productId)?.product;
        const [row, dayRow] = rows.slice(2 * i, 2 * i + 2);
        const perDay = product?.stockMode === 'PER_DAY';
        const stock = perDay ? Number(dayRow?.stock ?? product.dailySupply ?? 0) : Number(row?.stock ?? 0);
        return [productId, (this.tally.left[productId] ?? 0) + Math.max(0, stock)];
      }),
    );
    for (const unit of units) cutDown(unit, left);
    return households;
  }

  /** Nobody is left: what was set aside and not ordered can be sold again. */
  async finish(): Promise<void> {
    for (let tries = 1; !this.tally.swept; tries++) {
      if (tries > MOST_TRIES) throw refuse('BUSY', undefined, { retryAfterSeconds: 1 });
      const unused = Object.entries(this.tally.left).filter(([, qty]) => qty > 0);
      const now = unused.slice(0, MOST_WRITES);
      const left = Object.fromEntries(unused.slice(MOST_WRITES));
      const back = now.map(([productId, qty]) =>
        releaseStock(stockLineOf(this.#run, productId, qty), this.#run.group.day),
      );
      const swept = unused.length <= MOST_WRITES;
      if (!(await this.#write(back, { ...this.tally, left, swept }))) tries = 0;
    }
  }
}

/** Orders nothing of a household's part that was tried, for what the store refused. */
function giveUp(
  households: readonly Decided[],
  tried: readonly RunUnit[],
  refused: ReadonlySet<string>,
): void {
  const reason = refused.has('Balances') ? 'BALANCE_SHORT' : 'OUT_OF_STOCK';
  if (!refused.has('Balances') && !refused.has(Products.name) && !refused.has(StockDays.name)) return;
  const ids = new Set(tried.map(({ subscription }) => subscription.subscriptionId));
  const given = households.flatMap(({ units }) => units);
  for (const unit of given.filter(({ subscription }) => ids.has(subscription.subscriptionId))) {
    for (const line of unit.lines.filter(({ granted }) => granted > 0)) {
      line.granted = 0;
      line.outcome = reason;
    }
    if (unit.outcome === 'ORDERED') unit.outcome = reason;
  }
}

/** Takes what units order off what is set aside. Answers what that lacks. */
function takeOff(tally: Tally, units: readonly RunUnit[]): Map<string, number> {
  const lacks = new Map<string, number>();
  for (const { productId, granted } of units.flatMap(({ lines }) => lines)) {
    const left = tally.left[productId] ?? 0;
    const taken = Math.min(left, granted);
    if (taken > 0) tally.left[productId] = left - taken;
    if (granted > taken) lacks.set(productId, (lacks.get(productId) ?? 0) + granted - taken);
  }
  return lacks;
}

function cutDown(unit: RunUnit, left: Map<string, number>): void {
  for (const line of unit.lines) {
    const there = left.get(line.productId);
    if (there === undefined || line.granted === 0) continue;
    const granted = Math.min(line.granted, there);
    left.set(line.productId, there - granted);
    if (granted === line.granted) continue;
    line.granted = granted;
    line.outcome = granted > 0 ? 'SHORT' : 'OUT_OF_STOCK';
  }
  if (unit.outcome === 'ORDERED' && unit.lines.every(({ granted }) => granted === 0)) {
    unit.outcome = 'OUT_OF_STOCK';
  }
}
