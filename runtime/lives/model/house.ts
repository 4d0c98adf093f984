import { Almanac, type Arrangement, type Day, dates, type Moment, monthEnd, step } from './almanac.ts';
import { Prices } from './prices.ts';
import { Purse } from './purse.ts';
import { type Act, type Line, type Payment, Standing, type Subscribed } from './standing.ts';

export interface Ware {
  productId: string;
  /** Paise. */
  price: number;
  /** So much a day; otherwise `stock` is all there is. */
  dailySupply?: number;
  stock?: number;
}

/** What happens in a life, told apart from how the dairy does it. Orders are named by subscription and day. */
export type Deed =
  | { deed: 'SUBSCRIBE'; household: number; asked: Subscribed }
  | { deed: 'CHANGE'; order: number; act: Act }
  | { deed: 'TOP_UP'; household: number; amount: number }
  | { deed: 'WITHDRAW'; household: number; amount: number }
  | { deed: 'PRICE'; productId: string; price: number }
  | { deed: 'RUN' }
  | { deed: 'DELIVER'; order: number; day: Day; cash: number }
  | { deed: 'FAIL'; order: number; day: Day }
  | { deed: 'CALL_OFF'; order: number; day: Day };

/** What the household is told. */
export type Told =
  | { done: true; monthBefore?: number; monthAfter?: number }
  | { refused: string; firstDay?: Day };

/** A line of a day that a run has dealt with. */
export interface Share {
  line: Line;
  price: number;
  granted: number;
  outcome: string;
}

export interface Kept {
  shares: Share[];
  ordered: boolean;
  /** Of an order. */
  status: string;
  payment: Payment;
}

interface StandingOrder {
  household: number;
  since: Moment;
  standing: Standing;
  days: Map<Day, Kept>;
  shortedOn: Day | undefined;
}

const RUNS_AFTER_MS = 5_000;
const LOOKS_BACK_DAYS = 14;
const LOCKS_WITHIN_DAYS = 10;
const HORIZON_DAYS = 190;
const NOTICE_DAYS = 7;
const SHORT_LATELY_DAYS = 7;

/** The whole dairy as the model has it: what was done so far makes it, in order. */
export class House {
  readonly almanac: Almanac;
  readonly prices: Prices;
  readonly purses: Purse[];
  readonly orders: StandingOrder[] = [];
  readonly #range: [Day, Day];
  readonly #wares: Map<string, Ware>;
  /** What is taken: of a day's supply by `<product> <day>`, else by product. */
  readonly #taken = new Map<string, number>();

  constructor(begins: Day, arrangement: Arrangement, wares: readonly Ware[], households: number) {
    this.almanac = new Almanac(arrangement);
    this.#range = [step(begins, -30), step(begins, HORIZON_DAYS)];
    this.prices = new Prices(this.almanac, [step(begins, -2), step(begins, 90)], NOTICE_DAYS);
    this.#wares = new Map(wares.map((ware) => [ware.productId, ware]));
    for (const { productId, price } of wares) this.prices.begin(productId, price);
    this.purses = Array.from({ length: households }, () => new Purse());
  }

  do(deed: Deed, now: Moment): Told {
    switch (deed.deed) {
      case 'SUBSCRIBE':
        return this.#subscribe(deed.household, deed.asked, now);
      case 'CHANGE':
        return this.#change(deed.order, deed.act, now);
      case 'TOP_UP':
        this.purse(deed.household).gain(deed.amount);
        return { done: true };
      case 'WITHDRAW':
        if (deed.amount > this.purse(deed.household).wallet) return { refused: 'BALANCE_SHORT' };
        this.purse(deed.household).spend(deed.amount);
        return { done: true };
      case 'PRICE':
        this.prices.announce(deed.productId, deed.price, now);
        return { done: true };
      case 'RUN':
        this.#run(now);
        return { done: true };
      default:
        return this.#end(deed);
    }
  }

  purse(household: number): Purse {
    return this.purses[household] as Purse;
  }

  order(order: number): StandingOrder {
    return this.orders[order] as StandingOrder;
  }

  /** What an order of a day costs, as it was made. */
  worth({ shares }: Kept): number {
    return shares.reduce((sum, { price, granted }) => sum + price * granted, 0);
  }

  /** The locks that pass between two moments, five seconds later, when the run begins. */
  runsBetween(from: Moment, to: Moment): Moment[] {
    const moments = new Set<Moment>();
    const first = step(this.almanac.today(from), -1);
    for (const day of dates(first, step(this.almanac.today(to), LOCKS_WITHIN_DAYS))) {
      for (const { slotId } of this.almanac.arrangement.slots) {
        const at = later(this.almanac.lock(slotId, day) ?? '', RUNS_AFTER_MS);
        if (from < at && at <= to) moments.add(at);
      }
    }
    return [...moments].sort();
  }

  /** The days whose last slot has its run at a moment. */
  closing(at: Moment): Day[] {
    const today = this.almanac.today(at);
    return dates(step(today, -1), step(today, LOCKS_WITHIN_DAYS)).filter((day) => {
      const locks = this.almanac.arrangement.slots.map(({ slotId }) => this.almanac.lock(slotId, day) ?? '');
      return later(locks.sort().at(-1) ?? '', RUNS_AFTER_MS) === at;
    });
  }

  /** What runs have made of a day, in sums. */
  figures(day: Day) {
    const made = this.orders.flatMap(({ days }) => days.get(day) ?? []);
    const ordered = made.filter((kept) => kept.ordered);
    const reasons: Record<string, number> = {};
    for (const { shares } of made.filter((kept) => !kept.ordered)) {
      const outcomes = shares.map(({ outcome }) => outcome);
      const reason = nearest.find((one) => outcomes.includes(one)) ?? '';
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
    return {
      due: made.length,
      orders: ordered.length,
      reasons: Object.fromEntries(Object.entries(reasons).sort(([a], [b]) => (a < b ? -1 : 1))),
      amount: ordered.reduce((sum, kept) => sum + this.worth(kept), 0),
    };
  }

  /** What this month costs a standing order: what was charged, and what is to come. */
  month(kept: StandingOrder, standing: Standing, now: Moment): number {
    const today = this.almanac.today(now);
    let sum = 0;
    for (const [day, had] of kept.days) {
      const counts = day.slice(0, 7) === today.slice(0, 7) && had.ordered && had.status !== 'CANCELLED';
      if (counts && !had.status.startsWith('CANCELLED')) sum += this.worth(had);
    }
    for (const day of dates(today, monthEnd(today))) {
      if (kept.days.has(day)) continue;
      const { slotId } = standing.terms(day);
      for (const [productId, { qty }] of standing.due(day)) {
        sum += qty * this.prices.on(productId, slotId, day);
      }
    }
    return sum;
  }

  #subscribe(household: number, asked: Subscribed, now: Moment): Told {
    const standing = Standing.of(this.almanac, asked, this.#range);
    const first = standing.firstStart(now);
    if (first === undefined || asked.startDate < first || standing.touchesLocked(now)) {
      return { refused: 'PAST_CUTOFF', ...(first === undefined ? {} : { firstDay: first }) };
    }
    if (!standing.delivers(asked.startDate)) return { refused: 'INVALID_INPUT' };
    const kept = { household, since: now, standing, days: new Map(), shortedOn: undefined };
    this.orders.push(kept);
    return { done: true, monthBefore: 0, monthAfter: this.month(kept, standing, now) };
  }

  #change(order: number, act: Act, now: Moment): Told {
    const kept = this.order(order);
    const verdict = kept.standing.asked(act, now);
    if ('refused' in verdict) return verdict;
    if (act.action === 'CHANGE' && !verdict.after.delivers(verdict.from)) return { refused: 'INVALID_INPUT' };
    const monthBefore = this.month(kept, kept.standing, now);
    kept.standing = verdict.after;
    return { done: true, monthBefore, monthAfter: this.month(kept, kept.standing, now) };
  }

  #end(deed: Extract<Deed, { day: Day }>): Told {
    const { household, days } = this.order(deed.order);
    const kept = days.get(deed.day) as Kept;
    const worth = this.worth(kept);
    const purse = this.purse(household);
    if (deed.deed === 'DELIVER') {
      kept.status = 'DELIVERED';
      if (kept.payment === 'COD') purse.payAtDoor(worth, deed.cash);
      else purse.deliver(worth, worth);
      return { done: true };
    }
    kept.status = deed.deed === 'FAIL' ? 'CANCELLED DELIVERY_FAILED' : 'CANCELLED STAFF';
    if (kept.payment === 'WALLET') purse.deliver(worth, 0);
    // What left the dairy is thrown away; what did not can be sold again.
    if (deed.deed === 'CALL_OFF') {
      for (const { line, granted } of kept.shares) this.#take(line.productId, deed.day, -granted);
    }
    return { done: true };
  }

  /** Everything that has locked is dealt with, the first lock first. */
  #run(now: Moment): void {
    const today = this.almanac.today(now);
    const groups = new Map<string, { day: Day; slotIds: string[] }>();
    for (const day of dates(step(today, -LOOKS_BACK_DAYS), step(today, LOCKS_WITHIN_DAYS))) {
      for (const { slotId } of this.almanac.arrangement.slots) {
        const lock = this.almanac.lock(slotId, day) ?? '';
        if (later(lock, RUNS_AFTER_MS) > now) continue;
        const key = `${lock} ${day}`;
        groups.set(key, { day, slotIds: [...(groups.get(key)?.slotIds ?? []), slotId] });
      }
    }
    for (const key of [...groups.keys()].sort()) {
      const { day, slotIds } = groups.get(key) as { day: Day; slotIds: string[] };
      this.#runDay(day, slotIds, now);
    }
    this.#follow(today);
  }

  #runDay(day: Day, slotIds: readonly string[], now: Moment): void {
    const due = this.orders.flatMap((kept): [StandingOrder, Share[]][] => {
      const { slotId } = kept.standing.terms(day);
      if (kept.days.has(day) || !slotIds.includes(slotId)) return [];
      const lines = kept.standing.lines(day).filter(({ state }) => state !== 'MOVED');
      const shares = lines.map((line) => ({
        line,
        price: this.prices.on(line.productId, slotId, day),
        granted: 0,
        outcome: line.state === 'DUE' ? 'ORDERED' : line.state,
      }));
      return shares.length > 0 ? [[kept, shares]] : [];
    });
    for (const extra of [false, true]) this.#share(due, extra, day);
    for (const [kept, shares] of due) {
      const missed = this.almanac.begins(kept.standing.terms(day).slotId, day) <= now;
      for (const share of shares.filter(({ line }) => missed && line.state === 'DUE')) {
        Object.assign(share, { granted: 0, outcome: 'RUN_MISSED' });
      }
    }
    for (const household of this.purses.keys()) this.#pay(due, household, day);
    for (const [kept, shares] of due) this.#keep(kept, shares, day);
  }

  /** Unit by unit, in rounds: those who came short lately first, then the oldest. */
  #share(due: readonly [StandingOrder, Share[]][], extra: boolean, day: Day): void {
    const lately = step(day, -SHORT_LATELY_DAYS);
    const turns = [...due].sort(([a], [b]) => {
      const [first, second] = [(a.shortedOn ?? '') >= lately, (b.shortedOn ?? '') >= lately];
      if (first !== second) return first ? -1 : 1;
      return this.orders.indexOf(a) - this.orders.indexOf(b);
    });
    for (const productId of this.#wares.keys()) {
      const wants = turns.map(([, shares]) =>
        shares.filter(
          ({ line, outcome }) =>
            line.productId === productId && line.extra === extra && outcome === 'ORDERED',
        ),
      );
      let left = this.#left(productId, day) - granted(due, productId);
      for (let given = true; given && left > 0; ) {
        given = false;
        for (const shares of wants) {
          const share = shares.find(({ line, granted: has }) => has < line.qty);
          if (!share || left === 0) continue;
          share.granted++;
          left--;
          given = true;
        }
      }
      for (const share of wants.flat()) {
        if (share.granted < share.line.qty) share.outcome = share.granted > 0 ? 'SHORT' : 'OUT_OF_STOCK';
      }
    }
  }

  /** Whole lines that the balance pays, the oldest standing order first; each is set aside. */
  #pay(due: readonly [StandingOrder, Share[]][], household: number, day: Day): void {
    const purse = this.purse(household);
    let left = purse.wallet;
    for (const [kept, shares] of due) {
      if (kept.household !== household || kept.standing.terms(day).payment !== 'WALLET') continue;
      for (const share of shares) {
        const costs = share.price * share.granted;
        if (share.granted === 0) continue;
        if (costs <= left) left -= costs;
        else Object.assign(share, { granted: 0, outcome: 'BALANCE_SHORT' });
      }
      purse.setAside(shares.reduce((sum, { price, granted: has }) => sum + price * has, 0));
    }
  }

  #keep(kept: StandingOrder, shares: Share[], day: Day): void {
    const { standing } = kept;
    const ordered = shares.some(({ granted: has }) => has > 0);
    kept.days.set(day, { shares, ordered, status: 'CONFIRMED', payment: standing.terms(day).payment });
    for (const { line, granted: has, outcome } of shares) {
      this.#take(line.productId, day, has);
      if (line.scheduled > day) standing.forward.add(line.scheduled);
      if (outcome === 'SHORT' || outcome === 'OUT_OF_STOCK') {
        kept.shortedOn = [kept.shortedOn ?? day, day].sort()[1];
      }
    }
    standing.done = [standing.done ?? day, day].sort()[1];
  }

  #left(productId: string, day: Day): number {
    const { dailySupply, stock = 0 } = this.#wares.get(productId) as Ware;
    return (dailySupply ?? stock) - (this.#taken.get(this.#shelf(productId, day)) ?? 0);
  }

  #take(productId: string, day: Day, qty: number): void {
    const shelf = this.#shelf(productId, day);
    this.#taken.set(shelf, (this.#taken.get(shelf) ?? 0) + qty);
  }

  #shelf(productId: string, day: Day): string {
    return this.#wares.get(productId)?.dailySupply === undefined ? productId : `${productId} ${day}`;
  }

  /** Standing orders whose last day is over are over. */
  #follow(today: Day): void {
    for (const { standing } of this.orders) {
      const next = standing.done === undefined ? today : [today, step(standing.done, 1)].sort()[1];
      standing.cancelled = standing.isOver(next as Day);
    }
  }
}

/** Of several reasons the last that stood between a household and its delivery. */
const nearest = ['BALANCE_SHORT', 'OUT_OF_STOCK', 'RUN_MISSED', 'HOLIDAY', 'NOT_SERVED', 'SKIPPED', 'PAUSED'];

function granted(due: readonly [StandingOrder, Share[]][], productId: string): number {
  const shares = due.flatMap(([, some]) => some).filter(({ line }) => line.productId === productId);
  return shares.reduce((sum, share) => sum + share.granted, 0);
}

function later(at: Moment, milliseconds: number): Moment {
  return new Date(Date.parse(at) + milliseconds).toISOString();
}
