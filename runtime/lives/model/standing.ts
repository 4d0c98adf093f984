import {
  type Almanac,
  type Day,
  dates,
  type Moment,
  named,
  type Schedule,
  step,
  weekday,
} from './almanac.ts';

export interface Item {
  productId: string;
  qty: number;
  qtyByWeekday?: Record<string, number>;
  substituteProductId?: string;
}

export interface Piece {
  productId: string;
  qty: number;
}

export type Payment = 'WALLET' | 'COD' | 'ACCOUNT';

/** What a household has ordered for a date, whatever becomes of it. */
interface Terms {
  items: Item[];
  schedule: Schedule;
  anchor: Day;
  slotId: string;
  payment: Payment;
}

/** One date of a standing order, as a clerk keeps it on a sheet of its own. */
interface Sheet {
  terms: Terms;
  skipped: boolean;
  /** Products that are held; `*` is everything. */
  held: ReadonlySet<string>;
  extras: readonly Piece[];
}

export type State = 'DUE' | 'SKIPPED' | 'PAUSED' | 'NOT_SERVED' | 'HOLIDAY' | 'MOVED';

export interface Line {
  productId: string;
  qty: number;
  state: State;
  scheduled: Day;
  extra: boolean;
  slotId: string;
  locksAt: Moment;
  movedTo?: Day;
}

/** What a household asks of a standing order; the body of the change without its subscription. */
export type Act =
  | { action: 'SKIP' | 'UNSKIP'; day: Day }
  | { action: 'PAUSE'; from?: Day; to?: Day; productIds?: string[] }
  | { action: 'RESUME'; from?: Day; reanchor?: boolean }
  | {
      action: 'CHANGE';
      from?: Day;
      items?: Item[];
      schedule?: Schedule;
      slot?: string;
      paymentMethod?: Payment;
    }
  | { action: 'ADD_ONE_OFF'; day: Day; items: Piece[] }
  | { action: 'CANCEL'; from?: Day };

export interface Subscribed {
  items: Item[];
  schedule: Schedule;
  startDate: Day;
  endDate?: Day;
  slot: string;
  paymentMethod: Payment;
}

/** Why a change is refused, and the first day that it could reach. */
export interface Refused {
  refused: string;
  firstDay?: Day;
}
export type Verdict = { after: Standing; from: Day } | Refused;

/** No line locks further ahead than this in a life that is played. */
const LOCKS_WITHIN_DAYS = 10;
const LOOKS_AHEAD_DAYS = 100;
const BOOKS_AHEAD_DAYS = 30;

/**
 * A standing order as sheets of paper, one a date. A change is written on every sheet that it speaks of, and what
 * a date brings is read off its sheet and its neighbour's.
 */
export class Standing {
  readonly almanac: Almanac;
  readonly first: Day;
  /** The last date with a delivery; none is open-ended. */
  last: Day | undefined;
  cancelled = false;
  /** The latest date that an order run has dealt with. */
  done: Day | undefined;
  /** Dates whose lines were ordered for the date before. */
  readonly forward: Set<Day>;
  readonly #sheets: Map<Day, Sheet>;

  constructor(almanac: Almanac, first: Day, sheets: Map<Day, Sheet>, forward: Set<Day> = new Set()) {
    this.almanac = almanac;
    this.first = first;
    this.#sheets = sheets;
    this.forward = forward;
  }

  /** A new one, with a sheet for every date up to a horizon. */
  static of(almanac: Almanac, asked: Subscribed, [from, to]: [Day, Day]): Standing {
    const { items, schedule, startDate, slot, paymentMethod } = asked;
    const terms = { items, schedule, anchor: startDate, slotId: slot, payment: paymentMethod };
    const blank: Sheet = { terms, skipped: false, held: new Set(), extras: [] };
    const sheets = new Map(dates(from, to).map((day) => [day, blank]));
    const standing = new Standing(almanac, startDate, sheets);
    standing.last = asked.endDate;
    return standing;
  }

  /** The terms of a date; before the first those of the first. */
  terms(day: Day): Terms {
    const sheet = this.#sheets.get(day < this.first ? this.first : day);
    if (!sheet) throw new Error(`no sheet for ${day}`);
    return sheet.terms;
  }

  /** What a date has, in the order it is listed: items, what a holiday moved there, what was added. */
  lines(day: Day): Line[] {
    if (!this.#begun(day)) return [];
    return [...this.#own(day), ...this.#movedTo(day), ...this.#extras(day)];
  }

  /** What comes on a date, by product. */
  due(day: Day): Map<string, { qty: number; locksAt: Moment }> {
    const due = new Map<string, { qty: number; locksAt: Moment }>();
    for (const { productId, qty, state, locksAt } of this.lines(day)) {
      if (state === 'DUE') due.set(productId, { qty: (due.get(productId)?.qty ?? 0) + qty, locksAt });
    }
    return due;
  }

  /** The first date, from today on, that nobody has dealt with and whose slot is open. */
  open(now: Moment): Day {
    const today = this.almanac.today(now);
    return (
      dates(today, step(today, LOOKS_AHEAD_DAYS)).find((day) => {
        const lock = this.almanac.lock(this.terms(day).slotId, day);
        return day > (this.done ?? '') && (lock === undefined || lock > now);
      }) ?? today
    );
  }

  /** What a change makes of it at a moment, or why not. */
  asked(act: Act, now: Moment): Verdict {
    if (this.cancelled) return { refused: 'INVALID_TRANSITION' };
    const open = this.open(now);
    const wish = 'day' in act ? act.day : act.from;
    const day = wish ?? later(open, this.first);
    const told = this.#written(act, day, now);
    if (day >= open && told instanceof Standing && !this.#reachesLocked(told, now)) {
      return { after: told.#settled(now), from: day };
    }
    const refused = day >= open && !(told instanceof Standing) ? told : undefined;
    if (refused && wish !== undefined) return refused;
    const from = dates(open, step(open, LOOKS_AHEAD_DAYS - 1)).find((other) => {
      const tried = this.#written(act, other, now);
      return tried instanceof Standing && !this.#reachesLocked(tried, now);
    });
    if (wish !== undefined || from === undefined) {
      return refused ?? { refused: 'PAST_CUTOFF', firstDay: from ?? open };
    }
    const after = this.#written(act, from, now);
    return after instanceof Standing ? { after: after.#settled(now), from } : after;
  }

  /** Whether anything is wanted within a hundred days of one, were nothing skipped, held or a holiday. */
  delivers(from: Day): boolean {
    const first = later(from, this.first);
    return dates(first, step(first, LOOKS_AHEAD_DAYS - 1)).some((day) => {
      if (!this.#begun(day) || this.almanac.closed(day)) return false;
      const { items, schedule, anchor } = this.terms(day);
      const some = items.some((item) => (item.qtyByWeekday?.[weekday(day)] ?? item.qty) > 0);
      return some && named(schedule, anchor, day);
    });
  }

  /** Whether it would bring something that has locked. */
  touchesLocked(now: Moment): boolean {
    const today = this.almanac.today(now);
    return dates(today, step(today, LOCKS_WITHIN_DAYS)).some((day) =>
      [...this.due(day).values()].some(({ locksAt }) => locksAt <= now),
    );
  }

  /** The first date that a new standing order of these terms could begin on. */
  firstStart(now: Moment): Day | undefined {
    const today = this.almanac.today(now);
    const { items, slotId, ...terms } = this.terms(this.first);
    const open = dates(today, step(today, 40)).find((day) => {
      const locks = [undefined, ...items.map(({ productId }) => productId)].map((productId) =>
        this.almanac.lock(slotId, day, productId),
      );
      return this.almanac.served(day) && locks.every((lock) => lock !== undefined && lock > now);
    });
    if (open === undefined) return undefined;
    const sheets = [...this.#sheets.keys()];
    const range: [Day, Day] = [sheets[0] as Day, sheets.at(-1) as Day];
    return dates(open, step(open, LOOKS_AHEAD_DAYS - 1)).find((day) => {
      const asked = { items, slot: slotId, schedule: terms.schedule, paymentMethod: terms.payment };
      return !Standing.of(this.almanac, { ...asked, startDate: day }, range).touchesLocked(now);
    });
  }

  /** Whether nothing comes any more of the date that is next to come. */
  isOver(next: Day): boolean {
    return this.last !== undefined && this.last < later(next, this.first);
  }

  #settled(now: Moment): Standing {
    this.cancelled = this.isOver(this.open(now));
    return this;
  }

  #begun(day: Day): boolean {
    return day >= this.first && day <= (this.last ?? day);
  }

  #own(day: Day): Line[] {
    if (!this.#begun(day)) return [];
    const { terms, skipped } = this.#sheet(day);
    if (!named(terms.schedule, terms.anchor, day)) return [];
    return terms.items.flatMap((item): Line[] => {
      const qty = item.qtyByWeekday?.[weekday(day)] ?? item.qty;
      if (qty === 0) return [];
      const place = { productId: item.productId, qty, scheduled: day, extra: false, slotId: terms.slotId };
      const moves = this.#moves(item.productId, day);
      const before = step(day, -1);
      const there = moves ? this.terms(before).slotId : terms.slotId;
      const locksAt = this.#lock(there, moves ? before : day, item.productId);
      const state = (is: State): Line[] => [{ ...place, state: is, locksAt }];
      if (this.forward.has(day)) return [{ ...place, state: 'MOVED', locksAt, movedTo: before }];
      if (this.#isHeld(item.productId, day)) return state('PAUSED');
      if (skipped) return state('SKIPPED');
      if (moves) return [{ ...place, state: 'MOVED', locksAt, movedTo: before }];
      return state(this.#stands(day));
    });
  }

  #movedTo(day: Day): Line[] {
    if (this.almanac.holiday(step(day, 1))?.move !== 'DAY_BEFORE') return [];
    const { slotId } = this.terms(day);
    return this.#own(step(day, 1))
      .filter(({ state }) => state === 'MOVED')
      .map(({ movedTo: _, ...line }) => ({ ...line, slotId, state: 'DUE' }));
  }

  #extras(day: Day): Line[] {
    const { extras, terms } = this.#sheet(day);
    return extras.map(({ productId, qty }) => ({
      productId,
      qty,
      state: this.#isHeld(productId, day) ? 'PAUSED' : this.#stands(day),
      scheduled: day,
      extra: true,
      slotId: terms.slotId,
      locksAt: this.#lock(terms.slotId, day, productId),
    }));
  }

  #sheet(day: Day): Sheet {
    const sheet = this.#sheets.get(day);
    if (!sheet) throw new Error(`no sheet for ${day}`);
    return sheet;
  }

  #isHeld(productId: string, day: Day): boolean {
    const { held } = this.#sheet(day);
    return held.has('*') || held.has(productId);
  }

  /** What stands in the way of a date that the household wants. */
  #stands(day: Day): State {
    if (this.almanac.closed(day)) return 'NOT_SERVED';
    return this.almanac.holiday(day) ? 'HOLIDAY' : 'DUE';
  }

  #lock(slotId: string, day: Day, productId: string): Moment {
    return this.almanac.lock(slotId, day, productId) ?? '';
  }

  /** Whether a holiday brings a product on the date before instead. */
  #moves(productId: string, day: Day): boolean {
    const holiday = this.almanac.holiday(day);
    const before = step(day, -1);
    if (holiday?.move !== 'DAY_BEFORE' || this.almanac.closed(day)) return false;
    if (before < this.first || !this.almanac.served(before) || this.#isHeld(productId, before)) return false;
    return this.#lock(this.terms(before).slotId, before, productId) > (holiday.declaredAt ?? '');
  }

  /** Whether another version differs in something that has locked or was dealt with. */
  #reachesLocked(other: Standing, now: Moment): boolean {
    const today = this.almanac.today(now);
    return dates(today, step(today, LOCKS_WITHIN_DAYS)).some((day) => {
      const locks = this.#differs(other, day);
      return locks.length > 0 && (day <= (this.done ?? '') || locks.some((lock) => lock <= now));
    });
  }

  /** The locks of everything that is not the same on a date. */
  #differs(other: Standing, day: Day): Moment[] {
    const [was, is] = [this.due(day), other.due(day)];
    const [old, next] = [this.terms(day), other.terms(day)];
    const elsewhere = was.size > 0 && is.size > 0 && old.slotId !== next.slotId;
    const locks: Moment[] = [];
    for (const productId of new Set([...was.keys(), ...is.keys()])) {
      const [one, two] = [was.get(productId), is.get(productId)];
      if (one?.qty === two?.qty && !elsewhere) continue;
      for (const line of [one, two]) if (line) locks.push(line.locksAt);
    }
    if (was.size > 0 && is.size > 0 && old.payment !== next.payment) {
      for (const { slotId } of [old, next]) locks.push(this.almanac.lock(slotId, day) ?? '');
    }
    return locks;
  }

  #edited(from: Day, to: Day | undefined, edit: (sheet: Sheet) => Sheet): Standing {
    const sheets = new Map(this.#sheets);
    for (const [day, sheet] of this.#sheets) {
      if (from <= day && day <= (to ?? day)) sheets.set(day, edit(sheet));
    }
    const edited = new Standing(this.almanac, this.first, sheets, this.forward);
    edited.last = this.last;
    edited.done = this.done;
    return edited;
  }

  #written(act: Act, day: Day, now: Moment): Standing | Refused {
    switch (act.action) {
      case 'SKIP':
        return this.#skip(day);
      case 'UNSKIP':
        if (!this.#sheets.get(day)?.skipped) return { refused: 'NOTHING_PLANNED' };
        return this.#edited(day, day, (sheet) => ({ ...sheet, skipped: false }));
      case 'PAUSE':
        return this.#pause(act, day);
      case 'RESUME':
        return this.#resume(day, act.reanchor ?? false);
      case 'CHANGE':
        return this.#change(act, day);
      case 'ADD_ONE_OFF':
        return this.#add(act.items, day, now);
      case 'CANCEL':
        return this.#cancel(day);
    }
  }

  #skip(day: Day): Standing | Refused {
    if (!this.lines(day).some(({ scheduled }) => scheduled === day)) return { refused: 'NOTHING_PLANNED' };
    return this.#edited(day, day, (sheet) => ({ ...sheet, skipped: true, extras: [] }));
  }

  #pause({ to, productIds }: { to?: Day; productIds?: string[] }, from: Day): Standing | Refused {
    if (to !== undefined && to < from) return { refused: 'INVALID_INPUT' };
    if (productIds?.some((productId) => !this.#names(productId))) return { refused: 'PRODUCT_UNKNOWN' };
    const held = productIds ?? ['*'];
    return this.#edited(from, to, (sheet) => ({
      ...sheet,
      held: new Set([...sheet.held, ...held]),
      extras: dropped(sheet.extras, held),
    }));
  }

  /** Whether a product is or was wanted on any date. */
  #names(productId: string): boolean {
    return [...this.#sheets].some(
      ([day, { terms, extras }]) =>
        day >= this.first && [...terms.items, ...extras].some((item) => item.productId === productId),
    );
  }

  #resume(from: Day, reanchor: boolean): Standing | Refused {
    const held = [...this.#sheets].some(([day, sheet]) => day >= from && sheet.held.size > 0);
    if (!held) return { refused: 'NOTHING_PLANNED' };
    const resumed = this.#edited(from, undefined, (sheet) => ({ ...sheet, held: new Set() }));
    if (!reanchor) return resumed;
    const day = later(from, this.first);
    const { anchor } = this.terms(day);
    return resumed.#edited(day, undefined, (sheet) =>
      sheet.terms.anchor === anchor ? { ...sheet, terms: { ...sheet.terms, anchor: day } } : sheet,
    );
  }

  #change(act: Extract<Act, { action: 'CHANGE' }>, asked: Day): Standing | Refused {
    const from = later(asked, this.first);
    if (this.last !== undefined && from > this.last) return { refused: 'NOTHING_PLANNED' };
    return this.#edited(from, undefined, (sheet) => ({
      ...sheet,
      terms: {
        ...sheet.terms,
        ...(act.items ? { items: act.items } : {}),
        ...(act.schedule ? { schedule: act.schedule, anchor: from } : {}),
        ...(act.slot ? { slotId: act.slot } : {}),
        ...(act.paymentMethod ? { payment: act.paymentMethod } : {}),
      },
    }));
  }

  #add(pieces: readonly Piece[], day: Day, now: Moment): Standing | Refused {
    const tooFar = day > step(this.almanac.today(now), BOOKS_AHEAD_DAYS);
    if (day < this.first || day > (this.last ?? day) || tooFar || !this.almanac.served(day)) {
      return { refused: 'SLOT_NOT_OFFERED' };
    }
    if (pieces.some(({ productId }) => this.#isHeld(productId, day))) return { refused: 'PAUSED' };
    return this.#edited(day, day, (sheet) => ({ ...sheet, extras: gathered([...sheet.extras, ...pieces]) }));
  }

  #cancel(from: Day): Standing | Refused {
    const last = step(from, -1);
    if (this.last !== undefined && this.last <= last) return { refused: 'NOTHING_PLANNED' };
    const ended = this.#edited(from, undefined, (sheet) => ({ ...sheet, extras: [] }));
    ended.last = last;
    return ended;
  }
}

function later(one: Day, other: Day): Day {
  return [one, other].sort()[1] as Day;
}

function dropped(extras: readonly Piece[], held: readonly string[]): Piece[] {
  return held.includes('*') ? [] : extras.filter(({ productId }) => !held.includes(productId));
}

/** One piece a product, in the order they were first named. */
function gathered(pieces: readonly Piece[]): Piece[] {
  const sums = new Map<string, number>();
  for (const { productId, qty } of pieces) sums.set(productId, (sums.get(productId) ?? 0) + qty);
  return [...sums].map(([productId, qty]) => ({ productId, qty }));
}
