import {
  Almanac,
  type Arrangement,
  type Day,
  dates,
  LOCKS_WITHIN_DAYS,
  later,
  type Moment,
  monthEnd,
  step,
} from './almanac.ts';
import { type Bill, discountCash, payOnAccount, payPrepaid, stillWanted, usedOf, worthOf } from './paying.ts';
import { Prices } from './prices.ts';
import { Purse } from './purse.ts';
import { granted, reasonOf, standIns } from './sharing.ts';
import { type Act, type Line, type Payment, type Piece, Standing, type Subscribed } from './standing.ts';

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
  /** What follows from a top-up. */
  | { deed: 'TRY_AGAIN'; household: number }
  | { deed: 'WITHDRAW'; household: number; amount: number }
  | { deed: 'GRANT'; household: number; amount: number }
  | { deed: 'PRICE'; productId: string; price: number }
  /** The clock's run of all that has locked, or the desk's of one day. */
  | { deed: 'RUN'; day?: Day }
  | { deed: 'DELIVER'; order: number; day: Day; cash: number; short?: Piece }
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
  /** Stands in for another line that lacks something, and for which product. */
  standsIn?: boolean;
  insteadOf?: string;
}

/** What a dairy does where a balance does not suffice, and up to what a household may owe. */
export interface Terms {
  balanceShort: 'LINES' | 'NONE' | 'GRACE';
  /** Paise. */
  graceLimit: number;
  /** Up to what the last household may owe for what comes on account; 0: it has no account. Paise. */
  creditLimit: number;
}

export interface Kept {
  shares: Share[];
  ordered: boolean;
  /** Of an order. */
  status: string;
  payment: Payment;
  /** Promo credit that is set aside for it. */
  discount: number;
  /** Of a delivered order: what did not come, by product. */
  missing: Map<string, number>;
}

interface StandingOrder {
  household: number;
  since: Moment;
  standing: Standing;
  days: Map<Day, Kept>;
  shortedOn: Day | undefined;
}

const HORIZON_DAYS = 190;
const NOTICE_DAYS = 7;
const SHORT_LATELY_DAYS = 7;
const SECOND_TRY_MS = 3_600_000;

/** The whole dairy as the model has it: what was done so far makes it, in order. */
export class House {
  readonly almanac: Almanac;
  readonly prices: Prices;
  readonly purses: Purse[];
  readonly orders: StandingOrder[] = [];
  readonly #range: [Day, Day];
  readonly #terms: Terms;
  readonly #wares: Map<string, Ware>;
  /** Runs that the clock has had, as `<lock> <day>`, and those that had something to do, which are over for good. */
  readonly #passed = new Set<string>();
  readonly #closed = new Set<string>();
  /** What is taken: of a day's supply by `<product> <day>`, else by product. */
  readonly #taken = new Map<string, number>();

  constructor(
    begins: Day,
    arrangement: Arrangement,
    { wares, terms, households }: { wares: readonly Ware[]; terms: Terms; households: number },
  ) {
    this.#terms = terms;
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
      case 'TRY_AGAIN':
        this.#tryAgain(deed.household, now);
        return { done: true };
      case 'WITHDRAW':
        if (deed.amount > this.purse(deed.household).wallet) return { refused: 'BALANCE_SHORT' };
        this.purse(deed.household).spend(deed.amount);
        return { done: true };
      case 'GRANT':
        this.purse(deed.household).grant(deed.amount);
        return { done: true };
      case 'PRICE':
        this.prices.announce(deed.productId, deed.price, now);
        return { done: true };
      case 'RUN':
        this.#run(now, deed.day);
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
  worth({ shares }: Pick<Kept, 'shares'>): number {
    return worthOf(shares);
  }

  /** What an order of a day costs by now: of a delivered one, what came; less its part of the promo credit. */
  charge(kept: Kept): number {
    const came = this.came(kept);
    return came - usedOf(kept.discount, came, this.worth(kept));
  }

  /** What of an order came, or shall come, at its price. */
  came(kept: Kept): number {
    let sum = this.worth(kept);
    for (const [productId, qty] of kept.missing) {
      sum -= qty * (kept.shares.find(({ line }) => line.productId === productId)?.price ?? 0);
    }
    return sum;
  }

  /** What runs have made of a day, in sums. */
  figures(day: Day) {
    const made = this.orders.flatMap(({ days }) => days.get(day) ?? []);
    const ordered = made.filter((kept) => kept.ordered);
    const reasons: Record<string, number> = {};
    for (const { shares } of made.filter((kept) => !kept.ordered)) {
      const reason = reasonOf(shares);
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
      const counts = day.slice(0, 7) === today.slice(0, 7) && had.ordered;
      if (counts && !had.status.startsWith('CANCELLED')) sum += this.charge(had);
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
    if (asked.paymentMethod === 'ACCOUNT' && this.#limitOf(household) === 0) {
      return { refused: 'METHOD_UNAVAILABLE' };
    }
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
    const asksCredit = act.action === 'CHANGE' && act.paymentMethod === 'ACCOUNT';
    if (asksCredit && this.#limitOf(kept.household) === 0) return { refused: 'METHOD_UNAVAILABLE' };
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
    const worth = this.worth(kept) - kept.discount;
    const purse = this.purse(household);
    if (deed.deed === 'DELIVER') {
      kept.status = 'DELIVERED';
      if (deed.short) {
        kept.missing.set(deed.short.productId, deed.short.qty);
        this.#take(deed.short.productId, deed.day, -deed.short.qty);
      }
      purse.useUp(kept.discount, this.came(kept) - this.charge(kept));
      if (kept.payment === 'COD') purse.payAtDoor(this.charge(kept), deed.cash);
      else if (kept.payment === 'ACCOUNT') purse.charge(worth, this.charge(kept));
      else purse.deliver(worth, this.charge(kept));
      return { done: true };
    }
    purse.useUp(kept.discount, 0);
    kept.status = deed.deed === 'FAIL' ? 'CANCELLED DELIVERY_FAILED' : 'CANCELLED STAFF';
    if (kept.payment === 'WALLET') purse.deliver(worth, 0);
    if (kept.payment === 'ACCOUNT') purse.charge(worth, 0);
    // What left the dairy is thrown away; what did not can be sold again.
    if (deed.deed === 'CALL_OFF') {
      for (const { line, granted: had } of kept.shares) this.#take(line.productId, deed.day, -had);
    }
    return { done: true };
  }

  /** Everything that has locked is dealt with, the first lock first. */
  #run(now: Moment, asked: Day | undefined): void {
    const today = this.almanac.today(now);
    for (const { key, day, slotIds } of this.almanac.lockedBy(now)) {
      // What is planned later for a run that is over, where nothing can come of it, nobody records.
      const over = this.#closed.has(key) || (asked === undefined && this.#passed.has(key));
      if (over || day !== (asked ?? day)) continue;
      this.#passed.add(key);
      if (this.#runDay(day, slotIds, now)) this.#closed.add(key);
    }
    if (asked === undefined) this.#follow(today);
  }

  /** Answers whether anything was due. */
  #runDay(day: Day, slotIds: readonly string[], now: Moment): boolean {
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
    this.#share(due, day, ({ line }) => !line.extra);
    this.#share(due, day, ({ line }) => line.extra);
    for (const [kept, shares] of due) shares.push(...standIns(this.prices, kept.standing, shares, day));
    this.#share(due, day, ({ standsIn }) => standsIn === true);
    for (const [, shares] of due) {
      const none = shares.filter(({ standsIn, granted: has }) => standsIn && has === 0);
      for (const share of none) shares.splice(shares.indexOf(share), 1);
    }
    for (const [kept, shares] of due) {
      const missed = this.almanac.begins(kept.standing.terms(day).slotId, day) <= now;
      if (!missed) continue;
      for (const share of [...shares]) {
        if (share.standsIn) shares.splice(shares.indexOf(share), 1);
        else if (share.line.state === 'DUE') Object.assign(share, { granted: 0, outcome: 'RUN_MISSED' });
      }
    }
    const discounts = new Map([...this.purses.keys()].flatMap((household) => this.#pay(due, household, day)));
    for (const [kept, shares] of due) this.#keep(kept, { shares, discount: discounts.get(shares) ?? 0 }, day);
    return due.length > 0;
  }

  /** Unit by unit, in rounds: those who came short lately first, then the oldest. */
  #share(due: readonly [StandingOrder, Share[]][], day: Day, takesPart: (share: Share) => boolean): void {
    const lately = step(day, -SHORT_LATELY_DAYS);
    const turns = [...due].sort(([a], [b]) => {
      const [first, second] = [(a.shortedOn ?? '') >= lately, (b.shortedOn ?? '') >= lately];
      if (first !== second) return first ? -1 : 1;
      return this.orders.indexOf(a) - this.orders.indexOf(b);
    });
    for (const productId of this.#wares.keys()) {
      const wants = turns.map(([, shares]) =>
        shares.filter(
          (share) => share.line.productId === productId && share.outcome === 'ORDERED' && takesPart(share),
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

  /** Answers what promo credit takes off each order. */
  #pay(due: readonly [StandingOrder, Share[]][], household: number, day: Day): [Share[], number][] {
    const bills = due
      .filter(([kept]) => kept.household === household)
      .map(([{ standing }, shares]): Bill => ({ payment: standing.terms(day).payment, shares }));
    payPrepaid(this.purse(household), this.#terms, bills);
    payOnAccount(this.purse(household), this.#limitOf(household), bills);
    discountCash(this.purse(household), bills);
    return bills.map(({ shares, discount = 0 }) => [shares, discount]);
  }

  /** A top-up brings what locked in the last hour and only money kept back. */
  #tryAgain(household: number, now: Moment): void {
    const today = this.almanac.today(now);
    for (const day of dates(today, step(today, LOCKS_WITHIN_DAYS))) {
      const locks = this.almanac.arrangement.slots.map(({ slotId }) => this.almanac.lock(slotId, day) ?? '');
      const open = [...new Set(locks)].filter((lock) => lock <= now && now < later(lock, SECOND_TRY_MS));
      for (const lock of open.sort()) this.#completeDay(household, day, lock, now);
    }
  }

  #completeDay(household: number, day: Day, lock: Moment, now: Moment): void {
    const taken = new Map<string, number>();
    const open = this.orders.flatMap(({ household: whose, standing, days }) => {
      const kept = days.get(day);
      const { slotId, payment } = standing.terms(day);
      if (whose !== household || !kept || payment !== 'WALLET') return [];
      if (this.almanac.lock(slotId, day) !== lock || this.almanac.begins(slotId, day) <= now) return [];
      if (kept.ordered && kept.status !== 'CONFIRMED') return [];
      const shares = stillWanted(kept.shares, (id) => this.#left(id, day) - (taken.get(id) ?? 0));
      for (const { line, granted: has } of shares)
        taken.set(line.productId, (taken.get(line.productId) ?? 0) + has);
      return [{ kept, payment, shares, discount: 0 }];
    });
    payPrepaid(this.purse(household), this.#terms, open);
    for (const { kept, shares, discount } of open) {
      kept.discount += discount;
      const unpaid = kept.shares.filter(
        ({ granted: has, outcome }) => has === 0 && outcome === 'BALANCE_SHORT',
      );
      for (const [i, share] of shares.entries()) {
        if (share.granted === 0) continue;
        Object.assign(unpaid[i] as Share, { granted: share.granted, outcome: share.outcome });
        this.#take(share.line.productId, day, share.granted);
        kept.ordered = true;
      }
    }
  }

  /** How much a household may owe for what comes on account: only the last has an account. */
  #limitOf(household: number): number {
    return household === this.purses.length - 1 ? this.#terms.creditLimit : 0;
  }

  #keep(kept: StandingOrder, { shares, discount }: Pick<Kept, 'shares' | 'discount'>, day: Day): void {
    const { standing } = kept;
    const ordered = shares.some(({ granted: has }) => has > 0);
    const { payment } = standing.terms(day);
    kept.days.set(day, { shares, ordered, status: 'CONFIRMED', payment, discount, missing: new Map() });
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
