import { ask, Refusal } from '../../kit/api/client.ts';
import { currentSession } from '../../kit/api/session.ts';
import { base64Of } from '../../kit/picture.ts';
import {
  type Action,
  type Answer,
  afterAnswer,
  concernsAll,
  nextOf,
  pauseMs,
  type Send,
} from '../rules/outbox.ts';
import { type Stop, withStep } from '../rules/stops.ts';
import { database } from './database.ts';
import { changeAction, onPhoneChange, ownerOf } from './store.ts';

/** A try without an answer for so long has failed; the same again later has one effect. */
const ANSWER_MS = 30_000;
const LOCK = 'milkfloat.courier.outbox';

let isAsked = false;
let timer: ReturnType<typeof setTimeout> | undefined;
/** Nothing goes out before: there is no signal, or the dairy is busy. */
let quiet = { until: 0, times: 0 };

/** Sends what waits, now and whenever something is done, signal comes back, or a pause is over. */
export function startSender(): void {
  onPhoneChange(wake);
  addEventListener('online', wakeNow);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wakeNow());
  wake();
}

/** There may be signal again: no pause is waited for. */
export function wakeNow(): void {
  quiet = { until: 0, times: 0 };
  wake();
}

function wake(): void {
  if (isAsked) return;
  isAsked = true;
  // One tab of all sends; what another one adds meanwhile it finds, or the other finds after it.
  void navigator.locks.request(LOCK, async () => {
    isAsked = false;
    await sendAll();
  });
}

async function sendAll(): Promise<void> {
  for (;;) {
    const owner = ownerOf();
    // A try that cannot reach anybody would only make it too late to take it back.
    if (!navigator.onLine || !owner || currentSession()?.userId !== owner) return;
    const now = Date.now();
    const actions = await (await database()).getAll('actions');
    const next = nextOf(
      actions.filter(({ userId }) => userId === owner),
      now,
    );
    if (!next) return;
    const until = Math.max('until' in next ? next.until : now, quiet.until);
    if ('until' in next || until > now) return wakeAt(until);
    const claimed = await changeAction(next.action.seq, (action) => ({ ...action, tries: action.tries + 1 }));
    // It was taken back in this very moment.
    if (claimed) await sendOne(claimed, next.send);
  }
}

function wakeAt(moment: number): void {
  clearTimeout(timer);
  timer = setTimeout(wake, Math.max(50, moment - Date.now()));
}

/** Sends one call and keeps what came of it. */
async function sendOne(action: Action, send: Send): Promise<void> {
  const { answer, stop } = await answerTo(action, send);
  if (stop) await keepStep(action.userId, stop);
  const after = await changeAction(action.seq, (row) => afterAnswer(row, send, answer, Date.now()));
  if (after?.doneAt || after?.photo) await (await database()).delete('photos', action.id);
  const isAway = concernsAll(answer);
  quiet = isAway
    ? { until: Date.now() + pauseMs(quiet.times + 1), times: quiet.times + 1 }
    : { until: 0, times: 0 };
}

async function answerTo(action: Action, send: Send): Promise<{ answer: Answer; stop?: Stop }> {
  try {
    if (send.step === 'PHOTO') return { answer: await sendPhoto(action, send) };
    const isLast = send.key === action.sends.at(-1)?.key;
    const { proof, ...said } = action.said;
    const photo = action.photo;
    const input = {
      deliveryId: action.deliveryId,
      status: send.step,
      at: action.at,
      ...(isLast ? said : {}),
      ...(isLast && (proof || photo) ? { proof: { ...proof, ...(photo ? { photo } : {}) } } : {}),
    };
    const signal = AbortSignal.timeout(ANSWER_MS);
    const stop = await ask('PATCH /delivery/update', input, { idempotencyKey: send.key, signal });
    return { answer: { ok: true }, stop: stop as Stop };
  } catch (error) {
    return { answer: refusalOf(error) };
  }
}

async function sendPhoto({ id, deliveryId }: Action, { key }: Send): Promise<Answer> {
  const blob = await (await database()).get('photos', id);
  if (!blob) return { ok: true };
  const signal = AbortSignal.timeout(ANSWER_MS);
  const input = { deliveryId, contentType: 'image/jpeg' as const, data: await base64Of(blob) };
  const { photo } = await ask('POST /delivery/photo', input, { idempotencyKey: key, signal });
  return { ok: true, photo };
}

function refusalOf(error: unknown): Answer {
  if (!(error instanceof Refusal)) throw error;
  const { status, code, message, errors, more } = error;
  const detail = errors[0] ? `${message} ${errors[0].detail}` : message;
  return { ok: false, status, code, detail, deliveryStatus: more.deliveryStatus as string | undefined };
}

/** What a step answered is how its stop stands, before the day is asked for again. */
async function keepStep(userId: string, stop: Stop): Promise<void> {
  const db = await database();
  const tx = db.transaction('sheets', 'readwrite');
  const sheet = await tx.store.get([userId, stop.deliveryDay]);
  if (sheet) await tx.store.put(withStep(sheet, stop));
  await tx.done;
}
