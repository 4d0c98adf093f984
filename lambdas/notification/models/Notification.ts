import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { commit } from '#shared/data/commit.ts';
import { all, is } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { update, type Write } from '#shared/data/write.ts';
import { type Day, dayOf, epochSeconds, type Instant, plusSeconds } from '#shared/domain/day.ts';
import { idPrefix } from '#shared/domain/id.ts';
import { Problem } from '#shared/domain/problem.ts';
import { shardKeys, shardOf } from '#shared/domain/shard.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import type { World } from '#shared/world.ts';

export const channels = ['EMAIL', 'SMS'] as const;
export type Channel = (typeof channels)[number];

export const notificationStatuses = ['QUEUED', 'SENDING', 'SENT', 'FAILED', 'UNKNOWN', 'SKIPPED'] as const;
export type NotificationStatus = (typeof notificationStatuses)[number];

/**
 * The only moves of a message. UNKNOWN: a crash hid whether it went out; whoever learns the truth later says
 * so. SENDING → SENDING is a claim taken over, which only a repeatable message allows.
 */
export const notificationMoves: Readonly<Record<NotificationStatus, readonly NotificationStatus[]>> = {
  QUEUED: ['SENDING', 'SKIPPED'],
  SENDING: ['SENT', 'FAILED', 'UNKNOWN', 'SENDING'],
  FAILED: ['SENDING', 'SENT', 'SKIPPED'],
  UNKNOWN: ['SENT', 'FAILED'],
  SENT: [],
  SKIPPED: [],
};

/** One message to one person by one channel. */
export const Notification = onDemand(() =>
  z.object({
    notificationId: z.string(),
    userId: z.string(),
    type: z.string(),
    channel: z.enum(channels),
    subject: z.string().optional(),
    /** The rendered text; what is secret in it is masked. */
    message: z.string(),
    /** Of a text message: the name of the template that it was made from. */
    template: z.string().optional(),
    html: z.string().optional(),
    status: z.enum(notificationStatuses),
    eventId: z.string().optional(),
    orderId: z.string().optional(),
    /** Of a PASSWORD_RESET: the reset whose code goes where the mask is. */
    resetId: z.string().optional(),
    /** Of a SIGN_IN_CODE: the code that goes there. */
    codeId: z.string().optional(),
    /** Of a message that tells several events together: what each of them is about. */
    covers: z.array(z.string()).optional(),
    createdAt: z.string(),
    /** When the timer takes it up: after the quiet hours, for another try, or when a claim was never marked. */
    sendAfter: z.string().optional(),
    /** Who took it to send it, so that a claim whose answer was lost can be recognised. */
    claimId: z.string().optional(),
    claimedAt: z.string().optional(),
    sentAt: z.string().optional(),
    /** Tries that failed. */
    tries: z.number().int(),
    /** The carrier's own id. */
    ref: z.string().optional(),
    version: z.number().int(),
    expiresAtSeconds: z.number().int(),
    /** Partition of the day index: `<day it was made>#<shard>`. */
    dayKey: z.string(),
    /** `SEND#<shard>` while the timer may have to do something. */
    todo: z.string().optional(),
  }),
);
export type Notification = TypeOf<typeof Notification>;

export const Notifications = defineTable('Notifications', Notification, {
  hash: 'notificationId',
  expires: true,
  indexes: {
    byUser: { hash: 'userId', range: 'notificationId' },
    byDay: { hash: 'dayKey', range: 'notificationId' },
    byTodo: { hash: 'todo', range: 'sendAfter' },
  },
});

const KEPT_SECONDS = 365 * 24 * 3600;
/** After this a claim that was not marked is taken for a crash. */
export const CLAIM_SECONDS = 60;

export const sendKeys = shardKeys('SEND');
export const sendKeyOf = (notificationId: string) => `SEND#${shardOf(notificationId)}`;
export const dayKeysOf = (day: Day) => shardKeys(day);

/**
 * The id of an event's message to a person by a channel. It follows from the three, so that the event, however
 * often it comes, makes that message once; and it sorts by the event's time. `stop` tells the messages of several
 * places of one person apart.
 */
export function notificationIdOf(eventId: string, channel: Channel, userId: string, stop = ''): string {
  const person = createHash('sha256').update(`${userId}${stop}`).digest('base64url').slice(0, 12);
  return `${idPrefix.notification}${eventId.slice(idPrefix.event.length)}${channel.charAt(0)}${person}`;
}

export type NewNotification = Pick<
  Notification,
  | 'notificationId'
  | 'userId'
  | 'type'
  | 'channel'
  | 'subject'
  | 'message'
  | 'template'
  | 'html'
  | 'eventId'
  | 'orderId'
  | 'resetId'
  | 'codeId'
  | 'covers'
>;

/** A message's first row: to be sent now, or to be held until `sendAfter`. */
export function newNotification(
  about: NewNotification,
  at: Date,
  timeZone: string,
  sendAfter?: Instant,
): Notification {
  const { notificationId } = about;
  return {
    ...about,
    status: sendAfter ? 'QUEUED' : 'SENDING',
    createdAt: at.toISOString(),
    sendAfter: sendAfter ?? plusSeconds(at, CLAIM_SECONDS),
    tries: 0,
    version: 1,
    expiresAtSeconds: epochSeconds(plusSeconds(at, KEPT_SECONDS)),
    dayKey: `${dayOf(at, timeZone)}#${shardOf(notificationId)}`,
    todo: sendKeyOf(notificationId),
  };
}

/** What a move changes beside the status. */
export interface MoveChanges {
  set?: Partial<Notification>;
  remove?: (keyof Notification)[];
}

/** A message after a move along its table, and the write whose condition is that it is still as it was read. */
export function moveNotification(
  before: Notification,
  status: NotificationStatus,
  changes: MoveChanges = {},
): { row: Notification; write: Write } {
  if (!notificationMoves[before.status].includes(status)) {
    throw new RangeError(`a message that is ${before.status} cannot become ${status}`);
  }
  return change(before, { ...changes, set: { ...changes.set, status } });
}

function change(before: Notification, changes: MoveChanges): { row: Notification; write: Write } {
  const set = { ...changes.set, version: before.version + 1 };
  const row: Notification = { ...before, ...set };
  for (const field of changes.remove ?? []) delete row[field];
  const unchanged = all(is('status', before.status), is('version', before.version));
  const key = { notificationId: before.notificationId };
  return { row, write: update(Notifications, key, { set, remove: changes.remove }, unchanged) };
}

const ERASE_PAGE = 50;

/**
 * Takes the words out of every message of a person, page by page; what still waited is never sent. Harmless
 * when it runs again. Answers how many rows it blanked. Throws Problem BUSY when the store stays busy.
 */
export async function eraseNotifications(world: World, userId: string): Promise<number> {
  const context = {
    actor: { userId: 'system', role: 'system' as const },
    requestId: world.ids.next(),
    action: 'eraseNotifications',
  };
  let blanked = 0;
  let cursor: string | undefined;
  do {
    const page = await world.store.query(Notifications, {
      index: 'byUser',
      hash: userId,
      limit: ERASE_PAGE,
      cursor,
    });
    const asks = page.rows.map(({ notificationId }) => ({ table: Notifications, key: { notificationId } }));
    const outcome = await commit(world, context, asks, (rows) => {
      const worded = rows.filter((row): row is Notification => row !== undefined && !isBlank(row));
      return { writes: worded.map((row) => blank(row)), answer: worded.length };
    });
    if (outcome instanceof Problem) throw outcome;
    blanked += outcome;
    cursor = page.cursor;
  } while (cursor);
  return blanked;
}

function isBlank({ message, subject, html, status }: Notification): boolean {
  return (
    message === '' &&
    subject === undefined &&
    html === undefined &&
    status !== 'QUEUED' &&
    status !== 'FAILED'
  );
}

function blank(row: Notification): Write {
  const waits = row.status === 'QUEUED' || row.status === 'FAILED';
  const changes: MoveChanges = {
    set: { message: '', status: waits ? 'SKIPPED' : row.status },
    remove: ['subject', 'html', 'resetId', 'codeId', ...(waits ? (['todo', 'sendAfter'] as const) : [])],
  };
  return change(row, changes).write;
}
