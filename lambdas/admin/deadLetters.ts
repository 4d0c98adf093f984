import { commit, resendWrite } from '#shared/data/commit.ts';
import { refuse } from '#shared/domain/problem.ts';
import { DairyEvent } from '#shared/events/event.ts';
import { subscriptions } from '#shared/events/subscriptions.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { eachMessage, type Message } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import {
  closeDeadLetter,
  type DeadLetter,
  type DeadLetterStatus,
  DeadLetters,
  deadLetterIdOf,
  openDeadLetter,
} from './models/DeadLetter.ts';

/** Two writes each, an audit entry and a kept answer make the 100 that one transaction holds. */
const MOST_AT_ONCE = 49;

/** Event door of the queues `…<consumer>-dead`: every message becomes a row that staff see. */
export function collectDeadLetters(world: World, messages: readonly Message[]): Promise<string[]> {
  return eachMessage(world, 'admin', messages, async (event, message) => {
    const subscription = subscriptions.find(({ name }) => message.queue.endsWith(`-${name}-dead`));
    if (!subscription) throw new TypeError(`${message.queue} is no queue of dead letters`);
    const consumer = subscription.name;
    const key = { deadLetterId: deadLetterIdOf(consumer, event.eventId) };
    const context = {
      actor: { userId: 'system', role: 'system' as const },
      requestId: message.messageId,
      action: 'collectDeadLetters',
    };
    const outcome = await commit(world, context, [{ table: DeadLetters, key }], ([before]) => {
      // The queue may bring one message twice; only one that was sent again since then opens anew.
      if (before?.status === 'OPEN') return { writes: [], answer: undefined };
      const letter: DeadLetter = {
        ...key,
        consumer,
        eventId: event.eventId,
        eventType: event.eventType,
        event,
        tries: message.receiveCount,
        reason: `The ${consumer} Lambda could not take it; its log says why.`,
        status: 'OPEN',
        createdAt: world.clock.now().toISOString(),
        replayedAt: before?.replayedAt,
        version: (before?.version ?? 0) + 1,
        listKey: 'OPEN',
      };
      return { writes: [openDeadLetter(letter, before)], answer: undefined };
    });
    world.log.error('dead letter', { consumer, eventId: event.eventId, eventType: event.eventType });
    return outcome;
  });
}

/** Dead letters of a status, the newest first. */
export async function listDeadLetters(
  world: World,
  { input }: Call<{ status: DeadLetterStatus; limit: number; cursor?: string }>,
) {
  const { status, limit, cursor } = input;
  const question = { index: 'byStatus', hash: status, limit, cursor, newestFirst: true };
  const page = await world.store.query(DeadLetters, question);
  return new Reply(page.rows.map(shownDeadLetter), { cursor: page.cursor });
}

function shownDeadLetter({ version: _version, listKey: _key, ...shown }: DeadLetter) {
  return shown;
}

/** Sends one dead letter, or the oldest open ones, to its consumer once more: the event as it was. */
export async function replayDeadLetters(world: World, call: Call<{ deadLetterId?: string; all?: true }>) {
  const { deadLetterId } = call.input;
  if (deadLetterId !== undefined) {
    return commit(world, call, [{ table: DeadLetters, key: { deadLetterId } }] as const, ([letter]) => {
      if (!letter) return refuse('NOT_FOUND', `There is no dead letter ${deadLetterId}.`);
      if (letter.status !== 'OPEN') return refuse('INVALID_TRANSITION', 'It was sent once more already.');
      return { writes: replayWrites(world, letter), answer: { replayed: 1, more: false } };
    });
  }
  const page = await world.store.query(DeadLetters, { index: 'byStatus', hash: 'OPEN', limit: MOST_AT_ONCE });
  const asks = page.rows.map((row) => ({ table: DeadLetters, key: { deadLetterId: row.deadLetterId } }));
  // The index only names them; the rows themselves say which are still open.
  return commit(world, call, asks, (rows) => {
    const open = rows.filter((row) => row?.status === 'OPEN') as DeadLetter[];
    return {
      writes: open.flatMap((letter) => replayWrites(world, letter)),
      answer: { replayed: open.length, more: page.cursor !== undefined },
    };
  });
}

function replayWrites(world: World, letter: DeadLetter) {
  const event = DairyEvent.parse(letter.event);
  return [
    closeDeadLetter(letter, world.clock.now().toISOString()),
    resendWrite(world, event, letter.consumer),
  ];
}
