import { setTimeout as sleep } from 'node:timers/promises';
import { type User, Users } from '#lambdas/user/models/User.ts';
import { type Context, commit, type Decision, happened, type NewEvent } from '#shared/data/commit.ts';
import { absent, all, is } from '#shared/data/condition.ts';
import { check, create, type Write } from '#shared/data/write.ts';
import { plusSeconds } from '#shared/domain/day.ts';
import { Problem } from '#shared/domain/problem.ts';
import { DeadAddress } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import {
  CLAIM_SECONDS,
  type MoveChanges,
  moveNotification,
  type Notification,
  Notifications,
  notificationMoves,
  sendKeyOf,
} from './models/Notification.ts';
import { isReachable } from './rules/channels.ts';
import { type Fate, fateOfDue, fateOfEvent, isRepeatable, retryAfterSeconds } from './rules/claim.ts';
import { reveal } from './rules/templates.ts';

/** A message with the person it goes to and where; without `to` the person does not take it (any more). */
export interface Outgoing {
  row: Notification;
  user: User | undefined;
  to?: string;
  /** The secret that the mask stands for. */
  code?: string;
}

/** Who brings a message again that could not be sent: its event's queue, or the timer. */
export type Again = 'QUEUE' | 'CLOCK';

/** Each message may need a check of its person beside its own row; a transaction holds 100 parts. */
const PER_TRANSACTION = 50;
const LANES = 12;
/** With 12 lanes and 50 messages a batch of which every single one hangs still ends within its minute. */
const SEND_WITHIN_MS = 12_000;

/**
 * Sends messages: claims them, hands them to the carrier, marks how it ended; 50 at a time. Each is sent only
 * by who claimed it, and never without a claim that is written down. Answers every message's row as far as this
 * call knows it, and the ids of those that must come again.
 */
export async function dispatch(
  world: World,
  context: Context,
  outgoing: readonly Outgoing[],
  again: Again,
): Promise<{ rows: Map<string, Notification>; failed: Set<string> }> {
  const rows = new Map<string, Notification>();
  const failed = new Set<string>();
  for (let start = 0; start < outgoing.length; start += PER_TRANSACTION) {
    const { claimed, settled, later } = await claim(
      world,
      context,
      outgoing.slice(start, start + PER_TRANSACTION),
      again,
    );
    const sent = await carryAll(world, claimed);
    const marked = await mark(world, sent, again);
    for (const row of [...settled, ...marked]) rows.set(row.notificationId, row);
    for (const one of later) failed.add(one.row.notificationId);
    for (const row of marked) if (row.status === 'FAILED' && !row.todo) failed.add(row.notificationId);
  }
  return { rows, failed };
}

interface Claims {
  /** Ours to send now. */
  claimed: Outgoing[];
  /** Written to stay as they are: held for later, skipped, or of unknown fate. */
  settled: Notification[];
  later: Outgoing[];
}

/** Claims messages in one transaction; where the store refuses them together, half and half. */
async function claim(
  world: World,
  context: Context,
  outgoing: readonly Outgoing[],
  again: Again,
): Promise<Claims> {
  if (outgoing.length === 0) return { claimed: [], settled: [], later: [] };
  const claimId = world.ids.next();
  const keys = outgoing.map(({ row }) => ({
    table: Notifications,
    key: { notificationId: row.notificationId },
  }));
  const people = [...new Map(outgoing.map(({ row, user }) => [row.userId, user])).entries()];
  const asks = [...keys, ...people.map(([userId]) => ({ table: Users, key: { userId } }))];
  // An event comes for the first time nearly always: then its rows do not exist, and need no reading.
  const hoped =
    again === 'QUEUE' ? [...outgoing.map(() => undefined), ...people.map(([, user]) => user)] : undefined;
  const outcome = await insist((first) =>
    commit(
      world,
      context,
      asks,
      (found) => {
        const current = found.slice(0, keys.length) as (Notification | undefined)[];
        const users = new Map(
          people.map(([userId], i) => [userId, found[keys.length + i] as User | undefined]),
        );
        return claiming(world, claimId, { outgoing, current, users, again });
      },
      first ? hoped : undefined,
    ),
  );
  if (!(outcome instanceof Problem)) return outcome;
  if (outgoing.length === 1) return { claimed: [], settled: [], later: [...outgoing] };
  const middle = Math.ceil(outgoing.length / 2);
  const halves = [
    await claim(world, context, outgoing.slice(0, middle), again),
    await claim(world, context, outgoing.slice(middle), again),
  ];
  return {
    claimed: halves.flatMap((half) => half.claimed),
    settled: halves.flatMap((half) => half.settled),
    later: halves.flatMap((half) => half.later),
  };
}

interface Claimable {
  outgoing: readonly Outgoing[];
  current: readonly (Notification | undefined)[];
  users: ReadonlyMap<string, User | undefined>;
  again: Again;
}

function claiming(
  world: World,
  claimId: string,
  { outgoing, current, users, again }: Claimable,
): Decision<Claims> {
  const now = world.clock.now().toISOString();
  const claims: Claims = { claimed: [], settled: [], later: [] };
  const writes: Write[] = [];
  const checked = new Set<string>();
  outgoing.forEach((one, i) => {
    const row = current[i];
    const fate = again === 'QUEUE' ? fateOfEvent(row, claimId, now) : fateOfDue(row, claimId, now);
    if (fate === 'LATER') claims.later.push(one);
    if (fate === 'MINE' && row) claims.claimed.push({ ...one, row });
    if (fate !== 'CLAIM' && fate !== 'LOST') return;
    const step = stepOf(world, claimId, one, row, fate, isReachable(users.get(one.row.userId)));
    if (!step) return;
    writes.push(step.write);
    // What a message says is personal: it is only written about somebody who is still there.
    if (fate === 'CLAIM' && step.row.status !== 'SKIPPED') checked.add(one.row.userId);
    if (step.row.status === 'SENDING') claims.claimed.push({ ...one, row: step.row });
    else claims.settled.push(step.row);
  });
  return { writes: [...writes, ...[...checked].map(stillReachable)], answer: claims };
}

/** The write that claims a message, holds it, gives it up, or says that its fate is unknown. */
function stepOf(
  world: World,
  claimId: string,
  { row: planned, to }: Outgoing,
  current: Notification | undefined,
  fate: Fate,
  reachable: boolean,
): { row: Notification; write: Write } | undefined {
  if (!current) return reachable ? firstStep(world, claimId, planned) : undefined;
  const atRest: MoveChanges = { remove: ['todo', 'sendAfter'] };
  if (fate === 'LOST') return moveNotification(current, 'UNKNOWN', atRest);
  if (reachable && to !== undefined)
    return moveNotification(current, 'SENDING', { set: claimSet(world, claimId, current) });
  return moveNotification(current, current.status === 'SENDING' ? 'UNKNOWN' : 'SKIPPED', atRest);
}

function firstStep(
  world: World,
  claimId: string,
  planned: Notification,
): { row: Notification; write: Write } {
  const row = planned.status === 'SENDING' ? { ...planned, ...claimSet(world, claimId, planned) } : planned;
  return { row, write: create(Notifications, row) };
}

/** A claim, which the timer looks at when nobody marks how it ended. */
function claimSet(world: World, claimId: string, { notificationId }: Notification): Partial<Notification> {
  const claimedAt = world.clock.now().toISOString();
  return {
    claimId,
    claimedAt,
    todo: sendKeyOf(notificationId),
    sendAfter: plusSeconds(claimedAt, CLAIM_SECONDS),
  };
}

function stillReachable(userId: string): Write {
  return check(Users, { userId }, all(is('active', true), absent('erasedAt')));
}

type Result = { status: 'SENT'; ref: string } | { status: 'FAILED'; dead?: boolean } | { status: 'UNKNOWN' };
interface Sent {
  one: Outgoing;
  result: Result;
}

/** Hands messages to their carriers, a dozen at a time. */
async function carryAll(world: World, claimed: readonly Outgoing[]): Promise<Sent[]> {
  const sent: Sent[] = [];
  const waiting = claimed.values();
  const lane = async () => {
    for (const one of waiting) sent.push({ one, result: await carry(world, one) });
  };
  await Promise.all(Array.from({ length: Math.min(LANES, claimed.length) }, lane));
  return sent;
}

/** Sends one message. A port throws when it is certain that nothing went out; one that never answers is not. */
async function carry(world: World, one: Outgoing): Promise<Result> {
  const { notificationId, type, channel, template } = one.row;
  const about = { notificationId, type, channel, template };
  const waiting = new AbortController();
  const silence = sleep(SEND_WITHIN_MS, undefined, { signal: waiting.signal }).catch(() => undefined);
  try {
    const carried = await Promise.race([hand(world, one), silence]);
    const result = carried ? { status: 'SENT' as const, ref: carried.ref } : unanswered(type);
    world.log.info('message', { ...about, status: result.status });
    return result;
  } catch (error) {
    // A carrier's words may hold the address: only its codes are written down.
    const { name, code, responseCode } = error as { name?: string; code?: string; responseCode?: number };
    world.log.warn('message', { ...about, status: 'FAILED', name, code, responseCode });
    return { status: 'FAILED', dead: error instanceof DeadAddress };
  } finally {
    waiting.abort();
  }
}

function unanswered(type: string): Result {
  return { status: isRepeatable(type) ? 'FAILED' : 'UNKNOWN' };
}

function hand(world: World, { row, to = '', code }: Outgoing): Promise<{ ref: string }> {
  const open = (text: string) => (code === undefined ? text : reveal(text, code));
  const id = row.notificationId;
  const text = open(row.message);
  if (row.channel === 'SMS') return world.sms.send({ id, to, text, template: row.template });
  return world.mailer.send({ id, to, subject: row.subject ?? '', text, html: open(row.html ?? '') });
}

/** Writes down how it ended, in one transaction. That a message went out wins over what others thought of it. */
async function mark(world: World, sent: readonly Sent[], again: Again): Promise<Notification[]> {
  if (sent.length === 0) return [];
  const context: Context = {
    actor: { userId: 'system', role: 'system' },
    requestId: world.ids.next(),
    action: 'markMessages',
  };
  const asks = sent.map(({ one }) => ({
    table: Notifications,
    key: { notificationId: one.row.notificationId },
  }));
  const claimed = sent.map(({ one }) => one.row);
  const outcome = await insist((first) =>
    commit(
      world,
      context,
      asks,
      (rows) => {
        const moves = sent.map(({ one, result }, i) =>
          markOf(world, rows[i], one.row.claimId, result, again),
        );
        const writes = moves.flatMap((move) => (move?.write ? [move.write] : []));
        const events = sent.filter(({ result }) => 'dead' in result && result.dead).map(refused);
        return { writes, events, answer: moves.flatMap((move) => (move ? [move.row] : [])) };
      },
      first ? claimed : undefined,
    ),
  );
  if (outcome instanceof Problem) throw outcome;
  return outcome;
}

/** SES tells the same later, by infra/mail.ts. */
function refused({ one }: Sent): NewEvent {
  const { notificationId } = one.row;
  return happened('MAIL_REFUSED', notificationId, 1, { notificationId, why: 'BOUNCED' });
}

function markOf(
  world: World,
  row: Notification | undefined,
  claimId: string | undefined,
  result: Result,
  again: Again,
): { row: Notification; write?: Write } | undefined {
  if (!row) return undefined;
  const ours = row.claimId === claimId;
  if (!notificationMoves[row.status].includes(result.status) || (!ours && result.status !== 'SENT'))
    return { row };
  const now = world.clock.now();
  if (result.status === 'SENT') {
    const set = { sentAt: now.toISOString(), ref: result.ref };
    return moveNotification(row, 'SENT', { set, remove: ['todo', 'sendAfter'] });
  }
  if (result.status === 'UNKNOWN') return moveNotification(row, 'UNKNOWN', { remove: ['todo', 'sendAfter'] });
  const tries = row.tries + 1;
  const wait = retryAfterSeconds(tries, again);
  if (wait === undefined || wait === 'AT_ONCE')
    return moveNotification(row, 'FAILED', { set: { tries }, remove: ['todo', 'sendAfter'] });
  return moveNotification(row, 'FAILED', {
    set: { tries, sendAfter: plusSeconds(now, wait), todo: sendKeyOf(row.notificationId) },
  });
}

/**
 * Writes that know their own work when they meet it again may be repeated when the store's answer is lost:
 * nobody else could tell whether they were made.
 */
async function insist<T>(work: (first: boolean) => Promise<T | Problem>): Promise<T | Problem> {
  for (let tries = 1; ; tries++) {
    try {
      return await work(tries === 1);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'UNAVAILABLE' || tries >= 3) throw error;
    }
  }
}
