import type { DeliveryStatus } from './stops.ts';

/** How long what was tapped can be taken back before it is sent. */
export const HOLD_MS = 12_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/** What is said of a stop with its last step, as the API takes it. */
export interface Said {
  reason?: string;
  proof?: { note?: string };
  location?: { lat: number; lng: number };
  items?: { productId: string; delivered: number }[];
  cashCollected?: number;
  paidBy?: 'CASH' | 'QR';
  providerRef?: string;
  empties?: { productId: string; count: number }[];
}

/** One call of the API. Its key was made when the courier tapped, so that it has one effect however often it is sent. */
export interface Send {
  key: string;
  /** The step that it tells; a photo goes before the step that names it. */
  step: DeliveryStatus | 'PHOTO';
  isDone: boolean;
}

/** Something the courier did at a stop, and how far the dairy knows of it. */
export interface Action {
  id: string;
  /** Their order; the phone's database gives it. */
  seq?: number;
  /** Whose it is: nobody else's session sends it. */
  userId: string;
  deliveryId: string;
  /** Whose door, for the list of what is not sent. */
  name: string;
  what: 'STARTED' | 'DELIVERED' | 'FAILED';
  /** When the courier tapped. */
  at: string;
  /** Not sent before this moment (milliseconds), and until then it can be taken back. */
  sendFrom: number;
  said: Said;
  sends: Send[];
  tries: number;
  /** Not tried again before this moment. */
  waitUntil: number;
  /** Why the last try did not get through, though a later one may. */
  trouble?: string;
  /** Why the dairy does not take it. */
  refusal?: { code: string; detail: string; deliveryStatus?: string };
  /** The photo's name at the dairy, or why it has none. */
  photo?: string;
  photoRefused?: string;
  doneAt?: string;
}

/** The moves that a delivery needs from where it stands: a bottle that is delivered was fetched and on its way before. */
export function stepsTo(from: DeliveryStatus, to: 'IN_TRANSIT' | 'DELIVERED' | 'FAILED'): DeliveryStatus[] {
  if (to === 'FAILED') return ['FAILED'];
  const way: DeliveryStatus[] = ['ASSIGNED', 'PICKED_UP', 'IN_TRANSIT', 'DELIVERED'];
  return way.slice(way.indexOf(from) + 1, way.indexOf(to) + 1);
}

export type Waiting = { action: Action; send: Send } | { until: number } | undefined;

/**
 * What is sent next: the oldest that may go. What was done at one stop goes in its order, and what the dairy refused
 * there holds back only what came after it at the same stop.
 */
export function nextOf(actions: readonly Action[], now: number): Waiting {
  const held = new Set<string>();
  let until: number | undefined;
  for (const action of inOrder(actions)) {
    if (action.doneAt || held.has(action.deliveryId)) continue;
    held.add(action.deliveryId);
    if (action.refusal) continue;
    const from = Math.max(action.sendFrom, action.waitUntil);
    const send = action.sends.find(({ isDone }) => !isDone);
    if (send && from <= now) return { action, send };
    if (send) until = Math.min(until ?? from, from);
  }
  return until === undefined ? undefined : { until };
}

export const inOrder = (actions: readonly Action[]): Action[] =>
  [...actions].sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));

/** What came back: 2xx, or a refusal (status 0: nothing came). */
export type Answer =
  | { ok: true; photo?: string }
  | { ok: false; status: number; code: string; detail: string; deliveryStatus?: string };

/** What an answer means: it is done, it is tried later, somebody must sign in, or the dairy does not take it. */
export function verdictOf(send: Send, answer: Answer): 'DONE' | 'LATER' | 'SIGN_IN' | 'REFUSED' {
  if (answer.ok) return 'DONE';
  if (answer.status === 0 || answer.status === 429 || answer.status >= 500) return 'LATER';
  if (answer.status === 401) return 'SIGN_IN';
  return isBehindUs(send, answer) ? 'DONE' : 'REFUSED';
}

/** The desk may have moved the delivery on meanwhile: what only leads to the last step needs not be told any more. */
function isBehindUs({ step }: Send, { code, deliveryStatus }: { code: string; deliveryStatus?: string }) {
  if (code !== 'INVALID_TRANSITION') return false;
  const behind = ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED'];
  const [mine, theirs] = [behind.indexOf(step), behind.indexOf(deliveryStatus ?? '')];
  return step !== 'DELIVERED' && mine >= 0 && theirs >= mine;
}

/** No signal, a lost session, too many calls or a dairy that is busy: no other call would fare better now. */
export function concernsAll(answer: Answer): boolean {
  return !answer.ok && [0, 401, 429, 503].includes(answer.status);
}

/** Ever longer, up to five minutes. */
export function pauseMs(tries: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, tries - 1));
}

/** An action after an answer to one of its sends. */
export function afterAnswer(action: Action, send: Send, answer: Answer, now: number): Action {
  const verdict = verdictOf(send, answer);
  const isPhoto = send.step === 'PHOTO';
  if (verdict === 'DONE' || (verdict === 'REFUSED' && isPhoto)) {
    const sends = action.sends.map((one) => (one.key === send.key ? { ...one, isDone: true } : one));
    const isOver = sends.every(({ isDone }) => isDone);
    return {
      ...action,
      sends,
      tries: 0,
      waitUntil: 0,
      trouble: undefined,
      ...(answer.ok && answer.photo ? { photo: answer.photo } : {}),
      // Without its photo a stop is told all the same.
      ...(!answer.ok && isPhoto ? { photoRefused: answer.detail } : {}),
      ...(isOver ? { doneAt: new Date(now).toISOString() } : {}),
    };
  }
  if (answer.ok) return action;
  const { code, detail, deliveryStatus } = answer;
  if (verdict === 'REFUSED') {
    return { ...action, refusal: { code, detail, deliveryStatus }, trouble: undefined };
  }
  // What concerns every call alike is a pause of the whole outbox, not of this act.
  const waitUntil = concernsAll(answer) ? 0 : now + pauseMs(action.tries);
  return { ...action, trouble: code, waitUntil };
}

/** Whether it was never sent, so that taking it back leaves nothing behind. */
export function canTakeBack({ doneAt, tries, sends }: Action): boolean {
  return !doneAt && tries === 0 && sends.every(({ isDone }) => !isDone);
}

/** What of some acts is taken back: what was never sent, and after which nothing else was done at the same stop. */
export function toTakeBack(actions: readonly Action[], ids: readonly string[]): Action[] {
  const later = new Set<string>();
  const taken: Action[] = [];
  for (const action of unsentOf(actions).reverse()) {
    const isMeant = ids.includes(action.id) && canTakeBack(action) && !later.has(action.deliveryId);
    if (isMeant) taken.push(action);
    else later.add(action.deliveryId);
  }
  return taken;
}

/** Tried anew: the dairy decides a refusal anew, with the same key. */
export function triedAgain(action: Action): Action {
  return { ...action, refusal: undefined, trouble: undefined, waitUntil: 0, sendFrom: 0 };
}

/** Whether it waits for something before it at the same stop, which the dairy refused. */
export function isHeldBack(action: Action, actions: readonly Action[]): boolean {
  return unsentOf(actions).some(
    ({ deliveryId, refusal, seq = 0 }) =>
      refusal !== undefined && deliveryId === action.deliveryId && seq < (action.seq ?? 0),
  );
}

/** What is still to be sent, the oldest first. */
export const unsentOf = (actions: readonly Action[]): Action[] =>
  inOrder(actions).filter(({ doneAt }) => !doneAt);
