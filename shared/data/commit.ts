import { dayOf, epochSeconds, plusSeconds } from '#shared/domain/day.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { catalogue, type EventData, type EventType } from '#shared/events/catalogue.ts';
import { type DairyEvent, OUTBOX_SECONDS, Outbox } from '#shared/events/event.ts';
import type { Actor } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { Audit } from './audit.ts';
import { Idempotency, type IdempotencyKey, type IdempotencyRow, keepAnswer } from './idempotency.ts';
import { rowOf } from './item.ts';
import { settingsOf } from './settings.ts';
import { backOff } from './store.ts';
import type { Key, Row, RowOf, Table } from './table.ts';
import { type CancellationReason, StoreError } from './wire.ts';
import { create, type Write } from './write.ts';

/** On whose behalf and in which request something is done. */
export interface Context {
  actor: Actor;
  requestId: string;
  /** The use case's name, for the audit trail. */
  action: string;
  idempotency?: IdempotencyKey;
}

export interface NewEvent {
  eventType: EventType;
  entityId: string;
  entityVersion: number;
  data: Record<string, unknown>;
}

/** An event of a change that a transaction is about to make. */
export function happened<T extends EventType>(
  eventType: T,
  entityId: string,
  entityVersion: number,
  data: EventData<T>,
): NewEvent {
  return { eventType, entityId, entityVersion, data };
}

/** What a use case decided: rows to write, events that tell it, and its answer. */
export interface Decision<A> {
  writes: Write[];
  events?: NewEvent[];
  answer: A;
  /** A few words for the audit trail. */
  note?: string;
  /** Whether this is the request's final step, whose answer a repeated request gets again. Default true. */
  final?: boolean;
}

type Ask = { table: Table; key: Key };
type Found<A extends readonly Ask[]> = { [K in keyof A]: RowOf<A[K]['table']> | undefined };

const MAX_TRIES = 6;
const conflicts = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
const passing = new Set([
  'TransactionInProgressException',
  'TransactionConflictException',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

/**
 * Read, decide, write: one call that reads every row the decision needs, the decision (rows in, writes out),
 * one transaction that writes state, events, audit and the kept answer on conditions. A condition that fails
 * is either the refusal its write names, or somebody else was faster: then it reads and decides anew, bounded,
 * and ends 503 BUSY. `decide` may run several times and must do nothing but decide.
 */
export async function commit<const A extends readonly Ask[], R>(
  world: World,
  context: Context,
  read: A,
  decide: (rows: Found<A>) => Promise<Decision<R> | Problem> | Decision<R> | Problem,
  /** The rows as this use case wrote them a moment ago: the first try spends no call on reading them. */
  known?: Found<A>,
): Promise<R | Problem> {
  const { idempotency } = context;
  const asks: readonly Ask[] = idempotency
    ? [...read, { table: Idempotency, key: { idempotencyId: idempotency.idempotencyId } }]
    : read;

  for (let tries = 1; ; tries++) {
    const rows: readonly (Row | undefined)[] =
      known && tries === 1 ? known : asks.length > 0 ? await world.store.getMany(asks) : [];
    const kept = idempotency ? (rows[read.length] as IdempotencyRow | undefined) : undefined;
    if (idempotency && kept && kept.expiresAt > world.clock.now().toISOString()) {
      if (kept.fingerprint !== idempotency.fingerprint) return refuse('IDEMPOTENCY_KEY_REUSED');
      return JSON.parse(kept.answer) as R;
    }
    const decision = await decide(rows.slice(0, read.length) as unknown as Found<A>);
    if (decision instanceof Problem) return decision;

    const attemptId = world.ids.next();
    const writes = [...decision.writes, ...(await recordsOf(world, context, decision))];
    if (idempotency && decision.final !== false) {
      writes.push(keepAnswer(world, idempotency, decision.answer, attemptId));
    }
    if (writes.length === 0) return decision.answer;

    const outcome = await tryWrite(world, writes, attemptId);
    if (outcome === 'done') return decision.answer;
    if (outcome instanceof Problem) return outcome;
    if (tries >= MAX_TRIES) return refuse('BUSY', undefined, { retryAfterSeconds: 1 });
    if (outcome === 'conflict' || tries > 1) await backOff(tries);
  }
}

/** The rows that go with every change: its events and, when staff did it, the audit entry. */
async function recordsOf(world: World, context: Context, decision: Decision<unknown>): Promise<Write[]> {
  const records = (decision.events ?? []).map((event) => outboxWrite(world, event));
  const { actor } = context;
  if (decision.writes.length > 0 && (actor.role === 'admin' || actor.role === 'courier')) {
    const now = world.clock.now();
    records.push(
      create(Audit, {
        day: dayOf(now, (await settingsOf(world)).timeZone),
        auditId: `A${world.ids.next()}`,
        at: now.toISOString(),
        actorId: actor.userId,
        role: actor.role,
        action: context.action,
        targets: decision.writes.map((w) => `${w.table.name}/${Object.values(w.key).join('/')}`),
        note: decision.note,
        requestId: context.requestId,
      }),
    );
  }
  return records;
}

/**
 * The outbox row of an event; whoever writes it in a transaction has published the event. An id that follows from the
 * event's cause makes that it is published once.
 */
export function outboxWrite(world: World, event: NewEvent, eventId = `E${world.ids.next()}`): Write {
  return outboxRow(world, eventId, {
    eventId,
    eventType: event.eventType,
    schema: catalogue[event.eventType].schema,
    entityId: event.entityId,
    entityVersion: event.entityVersion,
    timestamp: world.clock.now().toISOString(),
    ...event.data,
  });
}

/**
 * The outbox row that sends an event to one consumer once more, as it was: under a key of its own, but with the
 * event's own eventId inside, so that what the consumer has already claimed stays claimed.
 */
export function resendWrite(world: World, event: DairyEvent, onlyFor: string): Write {
  return outboxRow(world, `E${world.ids.next()}`, event, onlyFor);
}

function outboxRow(world: World, eventId: string, event: DairyEvent, onlyFor?: string): Write {
  const now = world.clock.now();
  return create(Outbox, {
    eventId,
    eventType: event.eventType,
    event,
    onlyFor,
    createdAt: now.toISOString(),
    expiresAtSeconds: epochSeconds(plusSeconds(now, OUTBOX_SECONDS)),
  });
}

type Outcome = 'done' | 'stale' | 'conflict' | Problem;

async function tryWrite(world: World, writes: readonly Write[], attemptId: string): Promise<Outcome> {
  try {
    if (writes.length === 1 && writes[0] && !('ConditionCheck' in writes[0].item))
      await world.store.write(writes[0]);
    else await world.store.transact(writes);
    return 'done';
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.name === 'TransactionCanceledException' || error.name === 'ConditionalCheckFailedException') {
      return meaningOf(writes, error.reasons);
    }
    if (passing.has(error.name)) return 'conflict';
    if (error.name === 'NetworkError' || error.name === 'InternalServerError') {
      return (await hasCommitted(world, writes, attemptId)) ? 'done' : 'conflict';
    }
    throw error;
  }
}

function meaningOf(writes: readonly Write[], reasons: readonly CancellationReason[]): Outcome {
  const refusals: Problem[] = [];
  let outcome: Outcome = 'conflict';
  reasons.forEach((reason, i) => {
    if (reason.Code === 'None' || conflicts.has(reason.Code)) return;
    if (reason.Code !== 'ConditionalCheckFailed') {
      throw new Error(`the store refused a write of ${writes[i]?.table.name}: ${reason.Code}`);
    }
    outcome = 'stale';
    const write = writes[i];
    const current = write && reason.Item ? rowOf(write.table, reason.Item) : undefined;
    const refusal = write?.refused?.(current);
    if (refusal) refusals.push(refusal);
  });
  return refusals.length > 0 ? together(refusals) : outcome;
}

/** Several refusals of one kind become one that names every place. */
function together(refusals: readonly Problem[]): Problem {
  const first = refusals[0] as Problem;
  const alike = refusals.filter((refusal) => refusal.code === first.code);
  if (alike.length === 1) return first;
  return refuse(first.code, first.message, {
    errors: alike.flatMap((refusal) => refusal.errors ?? []),
    more: first.more,
  });
}

/**
 * After a lost answer: whether the transaction was made all the same. Its witness is a row that only this try
 * can have written; without one nobody can tell, and the caller must be told so.
 */
async function hasCommitted(world: World, writes: readonly Write[], attemptId: string): Promise<boolean> {
  const witness = writes.find((write) => write.table === Outbox || write.table === Idempotency);
  if (!witness)
    throw refuse('UNAVAILABLE', 'It is not known whether the change was made.', { retryAfterSeconds: 2 });
  const [row] = await world.store.getMany([witness]);
  return witness.table === Outbox ? row !== undefined : (row as Row | undefined)?.attemptId === attemptId;
}
