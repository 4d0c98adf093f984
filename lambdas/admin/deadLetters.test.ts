import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AnalyticsEvents } from '#lambdas/analytics/models/AnalyticsEvent.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { queueEvent } from '#runtime/testEvents.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import { Outbox } from '#shared/events/event.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import { deadLetterIdOf } from './models/DeadLetter.ts';

interface Letter {
  deadLetterId: string;
  consumer: string;
  eventId: string;
  event: DairyEvent;
  status: string;
  tries: number;
  replayedAt?: string;
}
type Replayed = { replayed: number; more: boolean } & Refusal;

let dairy: TestDairy;
beforeEach(async () => {
  dairy = await testDairy();
  await dairy.settle();
});
afterEach(() => dairy.close());

const desk = <A>(name: string, input: object, actor = dairy.admin) =>
  dairy.call<A>('admin', name, input, actor);
const letters = (status = 'OPEN') => desk<Letter[]>('listDeadLetters', { status });

/** Settles while analytics takes nothing; answers which Lambdas were given which events. */
async function settleWith(isBroken: boolean): Promise<[string, string][]> {
  const seen: [string, string][] = [];
  const handlerOf = (lambda: string): LambdaHandler => {
    const handler = dairy.handlerOf(lambda);
    return (event, context) => {
      const { Records } = event as { Records: { body: string }[] };
      for (const { body } of Records) seen.push([lambda, JSON.parse(body).eventId]);
      if (isBroken && lambda === 'analytics') throw new Error('broken by the test');
      return handler(event, context);
    };
  };
  await dairy.settle({ handlerOf });
  return seen;
}

/** A product's event that analytics could not take. */
async function deadLetter(productId = 'P701'): Promise<Letter> {
  await dairy.addProduct({ productId, name: 'Milk', price: 10, stock: 1 });
  await settleWith(true);
  const letter = (await letters()).find(({ event }) => event.entityId === productId);
  if (!letter) throw new Error('no dead letter');
  return letter;
}

async function isLogged(eventId: string): Promise<boolean> {
  for await (const row of dairy.world.store.scan(AnalyticsEvents)) if (row.eventId === eventId) return true;
  return false;
}

describe('dead letters', () => {
  it('What a consumer cannot take becomes one row that staff see, with the whole event', async () => {
    const letter = await deadLetter();
    expect(letter).toMatchObject({
      deadLetterId: deadLetterIdOf('analytics', letter.eventId),
      consumer: 'analytics',
      status: 'OPEN',
      tries: 8,
      event: { eventType: 'PRODUCT_ADDED', productId: 'P701', entityVersion: 1 },
    });
    expect(await isLogged(letter.eventId)).toBe(false);
    expect(await letters()).toHaveLength(1);
  });

  it('Sent once more, the event reaches that consumer only, as it was, and its effect happens once', async () => {
    const letter = await deadLetter();
    dairy.clock.advance(60);
    expect(await desk('replayDeadLetters', { deadLetterId: letter.deadLetterId })).toEqual({
      replayed: 1,
      more: false,
    });
    const seen = await settleWith(false);
    expect(seen.filter(([, eventId]) => eventId === letter.eventId)).toEqual([['analytics', letter.eventId]]);
    expect(await isLogged(letter.eventId)).toBe(true);
    expect(await letters()).toEqual([]);
    expect(await letters('REPLAYED')).toMatchObject([
      { eventId: letter.eventId, replayedAt: '2027-01-04T04:31:00.000Z' },
    ]);
    const resent: DairyEvent[] = [];
    for await (const row of dairy.world.store.scan(Outbox)) {
      if (row.onlyFor) resent.push(row.event as DairyEvent);
    }
    expect(resent).toEqual([letter.event]);
  });

  it('A dead letter that fails again opens again; a message that comes twice is one row', async () => {
    const letter = await deadLetter();
    const message = queueEvent('analytics-dead', [letter.event, letter.event], 8);
    expect(await dairy.handlerOf('admin')(message)).toEqual({ batchItemFailures: [] });
    expect(await letters()).toHaveLength(1);
    await desk('replayDeadLetters', { deadLetterId: letter.deadLetterId });
    await settleWith(true);
    expect(await letters()).toMatchObject([{ deadLetterId: letter.deadLetterId, status: 'OPEN' }]);
    expect(await letters('REPLAYED')).toEqual([]);
  });

  it('All of them are sent at once, and sending twice at the same moment sends each once', async () => {
    for (const productId of ['P701', 'P702', 'P703']) await deadLetter(productId);
    const answers = await Promise.all([
      desk<Replayed>('replayDeadLetters', { all: true }),
      desk<Replayed>('replayDeadLetters', { all: true }),
    ]);
    expect(answers.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(3);
    await settleWith(false);
    expect(await letters()).toEqual([]);
    for (const { eventId } of await letters('REPLAYED')) expect(await isLogged(eventId)).toBe(true);
  });

  it('One that was sent already, an unknown one, and an unclear wish are refused', async () => {
    const { deadLetterId } = await deadLetter();
    await desk('replayDeadLetters', { deadLetterId });
    expect(await desk('replayDeadLetters', { deadLetterId })).toMatchObject({ code: 'INVALID_TRANSITION' });
    expect(await desk('replayDeadLetters', { deadLetterId: 'DLnone' })).toMatchObject({ code: 'NOT_FOUND' });
    for (const input of [{}, { deadLetterId, all: true }, { all: false }]) {
      expect(await desk('replayDeadLetters', input)).toMatchObject({ code: 'INVALID_INPUT' });
    }
    expect(await desk('replayDeadLetters', { all: true })).toEqual({ replayed: 0, more: false });
  });

  it('A message of a queue that is none of ours comes again, and makes no row', async () => {
    const event = {
      eventId: 'E1',
      eventType: 'X',
      schema: 1,
      entityId: 'X',
      entityVersion: 1,
      timestamp: '2027-01-04',
    };
    expect(await dairy.handlerOf('admin')(queueEvent('strange-dead', [event]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }],
    });
    expect(await letters()).toEqual([]);
  });

  it('Neither a household nor a courier may see or send them', async () => {
    for (const actor of [dairy.household, dairy.courier]) {
      for (const name of ['listDeadLetters', 'replayDeadLetters']) {
        expect(await desk<Refusal>(name, {}, actor)).toMatchObject({ code: 'FORBIDDEN' });
      }
    }
  });
});
