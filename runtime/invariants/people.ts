import { notificationIdOf } from '#lambdas/notification/models/Notification.ts';
import { addressOf, channelsOf, isReachable, wants } from '#lambdas/notification/rules/channels.ts';
import { audiencesOf, occasionOf } from '#lambdas/notification/rules/occasion.ts';
import { tables } from '#lambdas/tables.ts';
import { emailKeyOf, type User } from '#lambdas/user/models/User.ts';
import { keysOfCustomer } from '#lambdas/user/rules/customerKeys.ts';
import { Idempotency } from '#shared/data/idempotency.ts';
import { cartIdOf } from '#shared/domain/id.ts';
import { catalogue } from '#shared/events/catalogue.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import { subscriptions } from '#shared/events/subscriptions.ts';
import type { World } from '#shared/world.ts';
import { type Books, eventIn, type Say } from './books.ts';

/** I19: one account an e-mail and a proven telephone number, one cart a user, and each household is found. */
export function checkAccountsOfPeople(books: Books, say: Say): void {
  const users = new Map(books.users.map((user) => [user.userId, user]));
  const claimed = new Map(books.emails.map(({ emailKey, userId }) => [emailKey, userId]));
  for (const { userId, email } of books.users) {
    if (email !== undefined && claimed.get(emailKeyOf(email)) !== userId)
      say('I19', userId, 'its e-mail is not its own');
  }
  for (const { emailKey, userId } of books.emails) {
    const email = users.get(userId)?.email;
    if (email === undefined || emailKeyOf(email) !== emailKey)
      say('I19', userId, 'an e-mail is kept that it does not have');
  }
  checkPhones(books, say);
  checkFound(books, say);
  for (const { cartId, userId } of books.carts)
    if (cartId !== cartIdOf(userId)) say('I19', cartId, `is a cart of ${userId}`);
  const admins = books.users.filter(({ role, active }) => role === 'admin' && active).length;
  const counted = books.meta.find(({ metaId }) => metaId === 'admins')?.number ?? 0;
  if (admins !== counted) say('I19', 'admins', `${admins} are active, ${counted} are counted`);
}

function checkPhones({ users, phones }: Books, say: Say): void {
  const owners = new Map(phones.map(({ phoneKey, userId }) => [phoneKey, userId]));
  for (const { userId, phone, phoneKey } of users) {
    if (phoneKey === undefined) continue;
    if (owners.get(phoneKey) !== userId) say('I19', userId, 'its telephone number is not its own');
    if (phone !== phoneKey) say('I19', userId, 'it is known under a number that it does not have');
    owners.delete(phoneKey);
  }
  for (const userId of owners.values()) say('I19', userId, 'a number is kept that it does not have');
}

function checkFound({ users, customerKeys }: Books, say: Say): void {
  const named = ({ part, key, userId }: { part: string; key: string; userId: string }) =>
    `${userId}: ${part} ${key}`;
  const kept = new Set(customerKeys.map(named));
  for (const row of users.flatMap(keysOfCustomer).map(named)) {
    if (!kept.delete(row)) say('I19', row, 'it is not found by this');
  }
  for (const row of kept) say('I19', row, 'it is found by what it does not have');
}

/** I26: an event's message is one message; nothing is on its way to who was erased, or in flight once quiet. */
export function checkMessages(books: Books, say: Say, quiet: boolean): void {
  const users = new Map(books.users.map((user) => [user.userId, user]));
  const covered = new Set<string>();
  for (const row of books.notifications) {
    const { notificationId, eventId, channel, userId, status } = row;
    if (eventId && !row.covers && notificationId !== notificationIdOf(eventId, channel, userId))
      say('I26', notificationId, 'is a second one');
    for (const part of row.covers ?? []) {
      const name = [userId, channel, row.type, part].join(' ');
      if (covered.has(name)) say('I26', notificationId, `tells ${part} a second time`);
      covered.add(name);
    }
    if (quiet && status === 'SENDING') say('I26', notificationId, 'is SENDING still');
    const erased = users.get(userId)?.erasedAt !== undefined;
    if (quiet && erased && (status === 'QUEUED' || row.message !== ''))
      say('I26', notificationId, `${status} to who was erased`);
  }
}

/** I27: what was published is, for each consumer, done or a dead letter; analytics keeps it once. */
export function checkWork(books: Books, say: Say): void {
  const dead = new Set(
    books.deadLetters
      .filter(({ status }) => status === 'OPEN')
      .map(({ consumer, eventId }) => `${consumer} ${eventId}`),
  );
  const logged = new Map<string, number>();
  for (const { eventId } of books.analytics) logged.set(eventId, (logged.get(eventId) ?? 0) + 1);
  const kept = new Set(books.notifications.map(({ notificationId }) => notificationId));
  for (const event of books.outbox.map(eventIn)) {
    const { eventId, eventType } = event;
    const count = logged.get(eventId) ?? 0;
    if (count !== (dead.has(`analytics ${eventId}`) ? 0 : 1))
      say('I27', eventId, `${eventType} is logged ${count} times`);
    if (dead.has(`notification ${eventId}`)) continue;
    for (const missing of messagesDue(books, event).filter((due) => !isTold(books, due, kept))) {
      say('I27', eventId, `${eventType} was not told: ${missing.notificationId}`);
    }
  }
  const published = new Set(books.outbox.map(({ eventId }) => eventId));
  for (const [eventId, count] of logged) {
    if (count > 1) say('I27', eventId, `is logged ${count} times`);
    if (!published.has(eventId)) say('I27', eventId, 'is logged and was never published');
  }
}

interface Due {
  notificationId: string;
  userId: string;
  channel: string;
  /** What a message that tells several events together would cover of this one. */
  parts: string[];
}

/** The messages that an event must have led to, as far as its reader is still there and has not changed. */
function messagesDue(books: Books, event: ReturnType<typeof eventIn>): Due[] {
  const told = subscriptions.find(({ consumer }) => consumer === 'notification')?.events as readonly string[];
  const given = event as DairyEvent;
  const household = told.includes(event.eventType)
    ? audiencesOf(given).find((audience) => audience !== 'ADMINS')
    : undefined;
  if (!household) return [];
  const user: User | undefined = books.users.find(({ userId }) => userId === household.userId);
  const order = books.orders.find(({ orderId }) => orderId === event.orderId);
  const ended = order?.status === 'DELIVERED' || order?.status === 'CANCELLED';
  // News of a way that has ended meanwhile may have come too late to be told.
  const late =
    event.eventType.startsWith('DELIVERY_') &&
    ended &&
    event.status !== 'DELIVERED' &&
    event.status !== 'FAILED';
  const now = event.timestamp;
  const shorts =
    event.eventType === 'SUBSCRIPTION_DAY_SHORT' ? [catalogue.SUBSCRIPTION_DAY_SHORT.data.parse(event)] : [];
  const facts = { order, together: order && [order], shorts, now };
  const occasion = late ? undefined : occasionOf(given, household, facts);
  if (!occasion || !isReachable(user)) return [];
  const { userId } = user;
  const stop = order && `${order.deliveryDay}-${order.slotId}`;
  return channelsOf(occasion, user)
    .filter((channel) => addressOf(user, channel) !== undefined && wants(user, channel, occasion.type))
    .map((channel) => ({
      notificationId: notificationIdOf(event.eventId, channel, userId),
      userId,
      channel,
      parts: [given.orderId, `${given.subscriptionId} ${given.deliveryDay}`, stop].map(String),
    }));
}

function isTold(books: Books, { notificationId, userId, channel, parts }: Due, kept: Set<string>): boolean {
  if (kept.has(notificationId)) return true;
  return books.notifications.some(
    (message) =>
      message.userId === userId &&
      message.channel === channel &&
      message.covers?.some((covered) => parts.includes(covered)),
  );
}

/** I28: of an erased person there is no name, contact or address, in rows of theirs or anywhere. */
export function checkErased(books: Books, say: Say): void {
  const personal = [
    'name',
    'email',
    'phone',
    'phoneKey',
    'address',
    'addresses',
    'passwordHash',
    'preferences',
  ] as const;
  const erased = new Set(
    books.users.filter(({ erasedAt }) => erasedAt !== undefined).map(({ userId }) => userId),
  );
  for (const user of books.users.filter(({ userId }) => erased.has(userId))) {
    for (const field of personal)
      if (user[field] !== undefined) say('I28', user.userId, `its ${field} is kept`);
  }
  for (const { emailKey, userId } of books.emails)
    if (erased.has(userId)) say('I28', userId, `${emailKey} is kept`);
  for (const { cartId, userId } of books.carts)
    if (erased.has(userId)) say('I28', userId, `its cart ${cartId} is kept`);
  for (const { orderId, userId, address } of books.orders) {
    if (erased.has(userId) && address) say('I28', userId, `order ${orderId} has its address`);
  }
  for (const { deliveryId, userId, address, proof, photos, location } of books.deliveries) {
    if (erased.has(userId) && (address || proof || photos || location))
      say('I28', userId, `delivery ${deliveryId} has its address or proof`);
  }
  for (const { notificationId, userId, message, subject, html } of books.notifications) {
    if (erased.has(userId) && (message !== '' || subject || html))
      say('I28', userId, `message ${notificationId} has its words`);
  }
}

/** I28: words that must be nowhere, in any table but the kept answers, which end by themselves within a day. */
export async function checkGone(world: World, words: readonly string[], say: Say): Promise<void> {
  for (const table of tables.filter((each) => each !== Idempotency)) {
    for await (const row of world.store.scan(table)) {
      const text = JSON.stringify(row);
      for (const word of words)
        if (text.includes(word)) say('I28', word, `is in ${table.name} ${String(row[table.hash])}`);
    }
  }
}
