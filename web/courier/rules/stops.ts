import type { Doors } from '../../kit/api/doors.gen.ts';
import { type Action, inOrder } from './outbox.ts';

/** A stop as the dairy told it. */
export type Stop = Doors['GET /delivery/run']['output'][number];
export type DeliveryStatus = Stop['status'];

/** A day's stops as they are kept on the phone. */
export interface Sheet {
  userId: string;
  day: string;
  /** When the dairy told it. */
  asOf: string;
  stops: Stop[];
}

/** A stop as the courier sees it: what the dairy told, and what was done since on this phone. */
export interface Standing {
  stop: Stop;
  /** Its place in the day's sequence, from 1. */
  place: number;
  status: DeliveryStatus;
  state: 'OPEN' | 'DONE' | 'FAILED';
  cash: number;
  empties: number;
  /** What of it the dairy does not know yet. */
  unsent: Action[];
  refused?: Action;
}

/** What was cancelled before it was fetched is nobody's work. */
export const isPlanned = ({ status, reason }: Stop) => status !== 'FAILED' || reason !== 'ORDER_CANCELLED';

/** The day's stops in their order, each as it stands now. */
export function standingsOf(sheet: Sheet | undefined, actions: readonly Action[]): Standing[] {
  const unsent = inOrder(actions).filter(({ doneAt }) => !doneAt);
  return (sheet?.stops ?? []).filter(isPlanned).map((stop, i) => {
    const mine = unsent.filter(({ deliveryId }) => deliveryId === stop.deliveryId);
    return standingOf(stop, i + 1, mine);
  });
}

function standingOf(stop: Stop, place: number, unsent: Action[]): Standing {
  const refused = unsent.find(({ refusal }) => refusal);
  const told = unsent.filter((action) => action !== refused).at(-1);
  const status = told
    ? ({ STARTED: 'IN_TRANSIT', DELIVERED: 'DELIVERED', FAILED: 'FAILED' } as const)[told.what]
    : stop.status;
  const said = told?.said;
  const isQr = said?.paidBy === 'QR';
  return {
    stop,
    place,
    status,
    state: status === 'DELIVERED' ? 'DONE' : status === 'FAILED' ? 'FAILED' : 'OPEN',
    cash: (isQr ? 0 : said?.cashCollected) ?? stop.cashCollected ?? 0,
    empties:
      said?.empties?.reduce((sum, { count }) => sum + count, 0) ??
      stop.bottles?.reduce((sum, { back }) => sum + back, 0) ??
      0,
    unsent,
    refused,
  };
}

/** What a day comes to. */
export interface Totals {
  delivered: number;
  failed: number;
  open: number;
  cash: number;
  empties: number;
}

export function totalsOf(standings: readonly Standing[]): Totals {
  const countOf = (state: Standing['state']) => standings.filter((one) => one.state === state).length;
  const cents = standings.reduce((sum, { cash }) => sum + Math.round(cash * 100), 0);
  return {
    delivered: countOf('DONE'),
    failed: countOf('FAILED'),
    open: countOf('OPEN'),
    cash: cents / 100,
    empties: standings.reduce((sum, { empties }) => sum + empties, 0),
  };
}

/**
 * A day's stops as they were just asked for, over those that are kept: an answer that was under way when a step was
 * told is older than what that step answered.
 */
export function freshest(kept: Sheet | undefined, asked: Sheet): Sheet {
  const before = new Map(kept?.stops.map((stop) => [stop.deliveryId, stop]));
  const stops = asked.stops.map((stop) => {
    const old = before.get(stop.deliveryId);
    return old && old.timeline.length > stop.timeline.length ? { ...stop, ...toldOf(old) } : stop;
  });
  return { ...asked, stops };
}

/** What changes of a stop with its steps. */
const toldOf = ({ status, reason, proof, cashCollected, qrCollected, bottles, timeline }: Stop) => ({
  status,
  reason,
  proof,
  cashCollected,
  qrCollected,
  bottles,
  timeline,
});

/** A day's stops with what a step of one of them answered. */
export function withStep(sheet: Sheet, answer: Pick<Stop, 'deliveryId' | 'timeline'>): Sheet {
  const stops = sheet.stops.map((stop) =>
    stop.deliveryId === answer.deliveryId && answer.timeline.length >= stop.timeline.length
      ? { ...stop, ...answer }
      : stop,
  );
  return { ...sheet, stops };
}
