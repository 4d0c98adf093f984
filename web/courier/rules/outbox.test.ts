import { describe, expect, test } from 'vitest';
import {
  type Action,
  type Answer,
  afterAnswer,
  canTakeBack,
  concernsAll,
  nextOf,
  pauseMs,
  type Send,
  stepsTo,
  toTakeBack,
  triedAgain,
  verdictOf,
} from './outbox.ts';

const NOW = Date.parse('2027-01-06T01:00:00Z');
const sendOf = (step: Send['step'], isDone = false): Send => ({ key: `key of ${step}`, step, isDone });

function actionOf(seq: number, more: Partial<Action> = {}): Action {
  return {
    id: `A${seq}`,
    seq,
    userId: 'U9',
    deliveryId: `D${seq}`,
    name: 'Asha Rao',
    what: 'DELIVERED',
    at: '2027-01-06T00:50:00.000Z',
    sendFrom: 0,
    said: {},
    sends: [sendOf('IN_TRANSIT'), sendOf('DELIVERED')],
    tries: 0,
    waitUntil: 0,
    ...more,
  };
}
const nextSeq = (actions: Action[]) => {
  const next = nextOf(actions, NOW);
  return next && 'action' in next ? next.action.seq : undefined;
};
const refused = { refusal: { code: 'INVALID_INPUT', detail: 'no' } };
const answered = (status: number, code: string, deliveryStatus?: string): Answer => ({
  ok: false,
  status,
  code,
  detail: 'why',
  deliveryStatus,
});

describe('What the outbox sends', () => {
  test('The courier’s acts go out in the order of the taps, each stop from where it stands', () => {
    expect(nextSeq([actionOf(2), actionOf(1)])).toBe(1);
    expect(stepsTo('ASSIGNED', 'DELIVERED')).toEqual(['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']);
    expect(stepsTo('IN_TRANSIT', 'DELIVERED')).toEqual(['DELIVERED']);
    expect(stepsTo('ASSIGNED', 'IN_TRANSIT')).toEqual(['PICKED_UP', 'IN_TRANSIT']);
    expect(stepsTo('PICKED_UP', 'FAILED')).toEqual(['FAILED']);
  });

  test('What the dairy refused at one stop holds back what came after it there, and no other stop', () => {
    const first = actionOf(1, refused);
    expect(nextSeq([first, actionOf(2, { deliveryId: 'D1' }), actionOf(3)])).toBe(3);
    expect(nextSeq([first, actionOf(2, { deliveryId: 'D1' })])).toBeUndefined();
    expect(nextSeq([triedAgain(first), actionOf(2, { deliveryId: 'D1' })])).toBe(1);
  });

  test('What the courier may still take back waits; a stop that waits does not hold up the next', () => {
    const waiting = actionOf(1, { sendFrom: NOW + 5_000 });
    expect(nextSeq([waiting, actionOf(2)])).toBe(2);
    expect(nextOf([waiting, actionOf(2, { waitUntil: NOW + 2_000 })], NOW)).toEqual({ until: NOW + 2_000 });
    expect(nextOf([], NOW)).toBeUndefined();
    expect(nextOf([actionOf(1, { doneAt: 'long ago' })], NOW)).toBeUndefined();
  });

  test('A stop’s steps go one by one, and what was done at it after that waits for all of them', () => {
    const started = actionOf(1, { sends: [sendOf('PICKED_UP', true), sendOf('IN_TRANSIT')] });
    const next = nextOf([started, actionOf(2, { deliveryId: 'D1' })], NOW);
    expect(next).toMatchObject({ action: { seq: 1 }, send: { step: 'IN_TRANSIT' } });
  });
});

describe('What an answer means', () => {
  const delivered = sendOf('DELIVERED');

  test('No signal, too many requests and faults are tried later; a lost session waits for its courier', () => {
    for (const status of [0, 429, 500, 503]) {
      expect(verdictOf(delivered, answered(status, 'X'))).toBe('LATER');
    }
    expect(verdictOf(delivered, answered(401, 'UNAUTHENTICATED'))).toBe('SIGN_IN');
    for (const status of [403, 404, 409, 413, 422]) {
      expect(verdictOf(delivered, answered(status, 'X'))).toBe('REFUSED');
    }
  });

  test('A step on the way that the desk has told already is done; that the stop is over is a refusal', () => {
    const behind = answered(409, 'INVALID_TRANSITION', 'IN_TRANSIT');
    expect(verdictOf(sendOf('PICKED_UP'), behind)).toBe('DONE');
    expect(verdictOf(sendOf('IN_TRANSIT'), answered(409, 'INVALID_TRANSITION', 'DELIVERED'))).toBe('DONE');
    expect(verdictOf(sendOf('PICKED_UP'), answered(409, 'INVALID_TRANSITION', 'FAILED'))).toBe('REFUSED');
    expect(verdictOf(delivered, answered(409, 'INVALID_TRANSITION', 'DELIVERED'))).toBe('REFUSED');
    expect(verdictOf(sendOf('IN_TRANSIT'), answered(409, 'INVALID_TRANSITION', 'ASSIGNED'))).toBe('REFUSED');
  });

  test('The pause before the next try grows, to five minutes at most', () => {
    expect([1, 2, 3, 4].map(pauseMs)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(pauseMs(40)).toBe(300_000);
    const tried = { ...actionOf(1), tries: 3 };
    const after = afterAnswer(tried, tried.sends[0] as Send, answered(500, 'INTERNAL'), NOW);
    expect(after).toMatchObject({ trouble: 'INTERNAL', waitUntil: NOW + 8_000, sends: tried.sends });
    expect(after.refusal).toBeUndefined();
  });

  test('Without signal or session the whole outbox pauses, and no stop has a pause of its own afterwards', () => {
    const tried = { ...actionOf(1), tries: 9 };
    for (const status of [0, 401, 429, 503]) {
      const answer = answered(status, 'X');
      expect(concernsAll(answer)).toBe(true);
      expect(afterAnswer(tried, tried.sends[0] as Send, answer, NOW)).toMatchObject({
        trouble: 'X',
        waitUntil: 0,
      });
    }
    expect([answered(500, 'X'), answered(409, 'X'), { ok: true } as const].some(concernsAll)).toBe(false);
  });

  test('An act is done with its last step, and keeps its keys until then', () => {
    const tried = { ...actionOf(1), tries: 1 };
    const [first, last] = tried.sends as [Send, Send];
    const half = afterAnswer(tried, first, { ok: true }, NOW);
    expect(half).toMatchObject({ tries: 0, sends: [{ isDone: true }, { key: last.key, isDone: false }] });
    expect(half.doneAt).toBeUndefined();
    expect(afterAnswer(half, last, { ok: true }, NOW).doneAt).toBe('2027-01-06T01:00:00.000Z');
  });

  test('A photo’s name goes with its stop; a stop whose photo is refused is told without', () => {
    const photo = sendOf('PHOTO');
    const action = actionOf(1, { sends: [photo, delivered] });
    expect(afterAnswer(action, photo, { ok: true, photo: 'D1-x.jpg' }, NOW)).toMatchObject({
      photo: 'D1-x.jpg',
      sends: [{ isDone: true }, { isDone: false }],
    });
    const without = afterAnswer(action, photo, answered(409, 'TOO_MANY_PHOTOS'), NOW);
    expect(without).toMatchObject({ photoRefused: 'why', sends: [{ isDone: true }, { isDone: false }] });
    expect(without.refusal).toBeUndefined();
  });

  test('Only what was never sent can be taken back', () => {
    expect(canTakeBack(actionOf(1))).toBe(true);
    expect(canTakeBack(actionOf(1, { tries: 1 }))).toBe(false);
    expect(canTakeBack(actionOf(1, { sends: [sendOf('PICKED_UP', true), sendOf('IN_TRANSIT')] }))).toBe(
      false,
    );
    expect(canTakeBack(actionOf(1, { doneAt: 'now' }))).toBe(false);
  });

  test('The start of a round is taken back but for the doors where more was done since', () => {
    const started = [actionOf(1), actionOf(2), actionOf(3, { tries: 1 })];
    const delivered = actionOf(4, { deliveryId: 'D1' });
    const taken = toTakeBack([...started, delivered], ['A1', 'A2', 'A3']);
    expect(taken.map(({ id }) => id)).toEqual(['A2']);
    expect(toTakeBack([...started, delivered], ['A4', 'A1']).map(({ id }) => id)).toEqual(['A4', 'A1']);
  });
});
