import { type User, Users } from '#lambdas/user/models/User.ts';
import { commit } from '#shared/data/commit.ts';
import { lessThan } from '#shared/data/condition.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { create } from '#shared/data/write.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { dispatch } from './dispatch.ts';
import {
  type Channel,
  dayKeysOf,
  type Notification,
  Notifications,
  newNotification,
} from './models/Notification.ts';
import { addressOf, isReachable, wants } from './rules/channels.ts';
import { readerOf, renderGiven, reveal } from './rules/templates.ts';
import { codeOf, liveCodes } from './secrets.ts';

export interface SendMessage {
  userId: string;
  type: string;
  message: string;
}

/** Sends a person one e-mail with just this message. */
export function sendEmail(world: World, call: Call<SendMessage>) {
  return sendGiven(world, call, 'EMAIL');
}

/** Sends a person one text message with just this message. */
export function sendSMS(world: World, call: Call<SendMessage>) {
  return sendGiven(world, call, 'SMS');
}

async function sendGiven(world: World, call: Call<SendMessage>, channel: Channel) {
  const { userId, type, message } = call.input;
  const user = await world.store.get(Users, { userId });
  if (!isReachable(user)) return refuse('NOT_FOUND', `There is no active user ${userId}.`);
  const to = addressOf(user, channel);
  if (to === undefined) {
    const detail = channel === 'EMAIL' ? 'has no e-mail address that takes mail' : 'has no telephone number';
    return refuse('INVALID_INPUT', `The user ${detail}.`, { errors: [{ pointer: '/userId', detail }] });
  }
  const row = await givenRow(world, user, { type, message, channel });
  if (!wants(user, channel, type)) return skip(world, call, row);
  const { rows } = await dispatch(world, call, [{ row, user, to }], 'QUEUE');
  const { notificationId, status } = rows.get(row.notificationId) ?? { ...row, status: undefined };
  if (status === undefined) return refuse('BUSY', undefined, { retryAfterSeconds: 1 });
  if (status !== 'FAILED') return { notificationId, status };
  return refuse('UNAVAILABLE', 'The message could not be sent.', { more: { notificationId, status } });
}

async function givenRow(
  world: World,
  user: User,
  given: { type: string; message: string; channel: Channel },
) {
  const settings = await settingsOf(world);
  const rendered = renderGiven(given.message, readerOf(user, settings));
  const about = {
    ...given,
    notificationId: `N${world.ids.next()}`,
    userId: user.userId,
    subject: rendered.subject,
    html: given.channel === 'EMAIL' ? rendered.html : undefined,
  };
  return newNotification(about, world.clock.now(), settings.timeZone);
}

/** Keeps a message that its person does not want, as one that was not sent. */
function skip(world: World, call: Call<SendMessage>, row: Notification) {
  const { todo: _, sendAfter: __, ...kept } = row;
  const status = 'SKIPPED' as const;
  return commit(world, call, [], () => ({
    writes: [create(Notifications, { ...kept, status })],
    answer: { notificationId: row.notificationId, status },
  }));
}

export interface ListNotifications {
  userId?: string;
  limit: number;
  cursor?: string;
}

/** A person's messages, newest first. */
export async function listNotifications(world: World, call: Call<ListNotifications>) {
  const { limit, cursor } = call.input;
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const page = await world.store.query(Notifications, {
    index: 'byUser',
    hash: userId,
    limit,
    cursor,
    newestFirst: true,
  });
  return new Reply(page.rows.map(shownToOwner), { cursor: page.cursor });
}

function shownToOwner(row: Notification) {
  const { notificationId, type, channel, message, subject, status, createdAt, sentAt, orderId } = row;
  return { notificationId, type, channel, message, subject, status, createdAt, sentAt, orderId };
}

export interface ViewInbox {
  day?: Day;
  limit: number;
  cursor?: string;
}

/** What was sent on a day to everybody, newest first. */
export async function viewInbox(world: World, call: Call<ViewInbox>) {
  const { limit, cursor } = call.input;
  const day = call.input.day ?? dayOf(world.clock.now(), (await settingsOf(world)).timeZone);
  const before = cursor === undefined ? undefined : readCursor(cursor, day);
  if (before instanceof Problem) return before;
  const range = before === undefined ? undefined : lessThan('notificationId', before);
  const shards = await Promise.all(
    dayKeysOf(day).map((hash) =>
      world.store.query(Notifications, { index: 'byDay', hash, range, limit, newestFirst: true }),
    ),
  );
  const found = shards.flatMap((shard) => shard.rows);
  found.sort((a, b) => (a.notificationId < b.notificationId ? 1 : -1));
  const rows = found.slice(0, limit);
  const more = found.length > limit || shards.some((shard) => shard.cursor !== undefined);
  const last = rows.at(-1)?.notificationId;
  const live = await liveCodes(
    world,
    rows.filter(({ channel }) => staysHere(world, channel)),
  );
  return new Reply(
    rows.map((row) => shownToStaff(live.has(row.notificationId) ? opened(world, row) : row)),
    { cursor: more && last ? writeCursor(day, last) : undefined },
  );
}

/** Whether messages of a channel stay on this machine. */
function staysHere({ mailer, sms }: World, channel: Channel): boolean {
  return channel === 'SMS' ? sms.keepsInbox : mailer.keepsInbox;
}

/** With its secret: where no message leaves the machine, the inbox is the mailbox. */
function opened(world: World, row: Notification): Notification {
  const code = codeOf(world, row) ?? '';
  return { ...row, message: reveal(row.message, code), html: row.html && reveal(row.html, code) };
}

function shownToStaff(row: Notification) {
  const { notificationId, userId, type, channel, subject, message, html, status, createdAt } = row;
  return { notificationId, userId, type, channel, subject, message, html, status, createdAt };
}

function writeCursor(day: Day, notificationId: string): string {
  return Buffer.from(`${day} ${notificationId}`).toString('base64url');
}

function readCursor(cursor: string, day: Day): string | Problem {
  const [ofDay, notificationId] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  return ofDay === day && notificationId ? notificationId : refuse('INVALID_CURSOR');
}
