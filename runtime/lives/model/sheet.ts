import type { Day, Moment, Schedule } from './almanac.ts';

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
export interface Terms {
  items: Item[];
  schedule: Schedule;
  anchor: Day;
  slotId: string;
  payment: Payment;
}

/** One date of a standing order, as a clerk keeps it on a sheet of its own. */
export interface Sheet {
  terms: Terms;
  skipped: boolean;
  /** Products that are held; `*` is everything. */
  held: ReadonlySet<string>;
  extras: readonly Piece[];
  /** Products whose lines are stamped: they had locked when somebody wanted them otherwise, and stand as they stood. */
  stamped?: ReadonlyMap<string, Stamp>;
}

export interface Stamp {
  lock: Moment;
  lines: readonly Line[];
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
export function later(one: Day, other: Day): Day {
  return [one, other].sort()[1] as Day;
}

export function dropped(extras: readonly Piece[], held: readonly string[]): Piece[] {
  return held.includes('*') ? [] : extras.filter(({ productId }) => !held.includes(productId));
}

/** One piece a product, in the order they were first named. */
export function gathered(pieces: readonly Piece[]): Piece[] {
  const sums = new Map<string, number>();
  for (const { productId, qty } of pieces) sums.set(productId, (sums.get(productId) ?? 0) + qty);
  return [...sums].map(([productId, qty]) => ({ productId, qty }));
}
