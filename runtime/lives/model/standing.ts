import { type Almanac, type Day, dates, type Moment, named, step, weekday } from './almanac.ts';
import {
  type Act,
  dropped,
  gathered,
  type Line,
  later,
  type Piece,
  type Refused,
  type Sheet,
  type Stamp,
  type State,
  type Subscribed,
  type Terms,
} from './sheet.ts';

export type { Act, Item, Line, Payment, Piece, Subscribed } from './sheet.ts';
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
    const written = [...this.#own(day), ...this.#movedTo(day), ...this.#extras(day)];
    const stamped = this.#sheet(day).stamped;
    if (!stamped) return written;
    // A stamped product is read off its stamp, where it was first written or else below everything.
    const products = [...new Set(written.map(({ productId }) => productId))];
    const below = [...stamped.keys()].filter((productId) => !products.includes(productId)).sort();
    const read = (productId: string): Line[] =>
      (stamped.get(productId)?.lines ?? []).map((line) => ({
        ...line,
        state: line.state === 'DUE' ? this.#stands(day) : line.state,
      }));
    const told = new Set<string>();
    const lines = written.flatMap((line) => {
      if (!stamped.has(line.productId)) return [line];
      if (told.has(line.productId)) return [];
      told.add(line.productId);
      return read(line.productId);
    });
    return [...lines, ...below.flatMap(read)];
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
    const reached = day >= open && told instanceof Standing ? this.#reached(told, act, now) : undefined;
    if (reached) return { after: reached.#settled(now), from: day };
    const refused = day >= open && !(told instanceof Standing) ? told : undefined;
    if (refused && wish !== undefined) return refused;
    const from = dates(open, step(open, LOOKS_AHEAD_DAYS - 1)).find((other) => {
      const tried = this.#written(act, other, now);
      return tried instanceof Standing && this.#reached(tried, act, now) !== undefined;
    });
    if (wish !== undefined || from === undefined) {
      return refused ?? { refused: 'PAST_CUTOFF', firstDay: from ?? open };
    }
    const tried = this.#written(act, from, now);
    const after = tried instanceof Standing ? this.#reached(tried, act, now) : undefined;
    return after ? { after: after.#settled(now), from } : { refused: 'PAST_CUTOFF', firstDay: open };
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

  /**
   * Another version with the lines stamped that have locked. None where the first date that differs has nothing that is
   * still open, or where a date would have to be torn in two: in two slots, or paid in two ways. What somebody wants
   * beside the rest of a date comes whole or not at all.
   */
  #reached(other: Standing, act: Act, now: Moment): Standing | undefined {
    const today = this.almanac.today(now);
    const done = this.done ?? '';
    const held = other.#stamped(
      [...this.#sheets].flatMap(([day, { stamped = new Map<string, Stamp>() }]) =>
        [...stamped]
          .filter(([, { lock }]) => lock <= now || day <= done)
          .map(([productId, stamp]) => ({ day, productId, stamp })),
      ),
    );
    if (act.action === 'ADD_ONE_OFF') {
      const { stamped } = held.#sheet(act.day);
      if (act.items.some(({ productId }) => stamped?.has(productId))) return undefined;
    }
    const more: { day: Day; productId: string; stamp: Stamp }[] = [];
    let begun = false;
    for (const day of dates(today, step(today, LOCKS_WITHIN_DAYS))) {
      const { whole, products } = this.#differs(held, day);
      if (whole.length === 0 && products.size === 0) continue;
      if (whole.some((lock) => lock <= now) || (day <= done && products.size > 0)) return undefined;
      const locked = [...products].filter(([, locks]) => locks.some((lock) => lock <= now));
      if (locked.length > 0 && act.action === 'ADD_ONE_OFF') return undefined;
      if (!begun && whole.length === 0 && locked.length === products.size) return undefined;
      begun = true;
      for (const [productId, locks] of locked) {
        const lines = this.lines(day).filter((line) => line.productId === productId);
        more.push({ day, productId, stamp: { lock: locks.sort()[0] ?? '', lines } });
      }
    }
    const reached = held.#stamped(more);
    // What stays on a date that has nothing else stays in its slot.
    const torn = dates(today, step(today, LOCKS_WITHIN_DAYS)).some((day) =>
      this.#differs(reached, day).whole.some((lock) => lock <= now),
    );
    return torn ? undefined : reached;
  }

  /** With stamps on some sheets; those after the last date that list something are taken in, with nothing else on them. */
  #stamped(stamps: readonly { day: Day; productId: string; stamp: Stamp }[]): Standing {
    let stamped: Standing = this;
    const end =
      stamps
        .filter(({ stamp }) => stamp.lines.length > 0)
        .map(({ day }) => day)
        .sort()
        .at(-1) ?? '';
    if (this.last !== undefined && this.last < end) {
      stamped = stamped.#edited(step(this.last, 1), end, (sheet) => ({ ...sheet, skipped: true }));
      stamped.last = end;
    }
    for (const { day, productId, stamp } of stamps) {
      stamped = stamped.#edited(day, day, (sheet) => ({
        ...sheet,
        stamped: new Map([...(sheet.stamped ?? []), [productId, stamp]]),
      }));
    }
    return stamped;
  }

  /** What is not the same on a date: the locks of all of it, where that is one, and those of each product. */
  #differs(other: Standing, day: Day): { whole: Moment[]; products: Map<string, Moment[]> } {
    const [was, is] = [this.due(day), other.due(day)];
    const [old, next] = [this.terms(day), other.terms(day)];
    const both = was.size > 0 && is.size > 0;
    const elsewhere = both && old.slotId !== next.slotId;
    const products = new Map<string, Moment[]>();
    for (const productId of new Set([...was.keys(), ...is.keys()])) {
      const lines = [was.get(productId), is.get(productId)];
      if (lines[0]?.qty === lines[1]?.qty && !elsewhere) continue;
      products.set(
        productId,
        lines.flatMap((line) => line?.locksAt ?? []),
      );
    }
    if (elsewhere) return { whole: [...products.values()].flat(), products };
    const otherwise = both && old.payment !== next.payment;
    const slots = otherwise ? [old.slotId, next.slotId] : [];
    return { whole: slots.map((slotId) => this.almanac.lock(slotId, day) ?? ''), products };
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
