import { z } from '@hono/zod-openapi';
import { type Order, Orders } from '#lambdas/order/models/Order.ts';
import { type Product, Products } from '#lambdas/product/models/Product.ts';
import { type Reset, Resets, resetCodeOf } from '#lambdas/user/models/Reset.ts';
import { type User, Users } from '#lambdas/user/models/User.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { type Key, keyOf, type Row, type Table } from '#shared/data/table.ts';
import { catalogue, type EventType } from '#shared/events/catalogue.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import type { Message } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { dispatch, type Outgoing } from './dispatch.ts';
import { newNotification, notificationIdOf } from './models/Notification.ts';
import { addressOf, channelsOf, isReachable, wants } from './rules/channels.ts';
import { audienceOf, canWait, type Occasion, occasionOf } from './rules/occasion.ts';
import { quietUntil } from './rules/quietHours.ts';
import { readerOf, render } from './rules/templates.ts';

/** Tells people what events give reason to tell: one message an event, channel and person, whatever comes how often. */
export async function consume(world: World, messages: readonly Message[]): Promise<string[]> {
  const failed = new Set<string>();
  const events = readable(world, messages, failed);
  const found = await gather(
    world,
    events.map(({ event }) => event),
  );
  const settings = await settingsOf(world);
  const outgoing = new Map<string, Outgoing>();
  const messagesOf = new Map<string, Set<string>>();
  for (const { event, messageId } of events) {
    for (const one of drafts(world, settings, event, found)) {
      const { notificationId } = one.row;
      outgoing.set(notificationId, one);
      messagesOf.set(notificationId, (messagesOf.get(notificationId) ?? new Set()).add(messageId));
    }
  }
  const context = {
    actor: { userId: 'system', role: 'system' as const },
    requestId: world.ids.next(),
    action: 'notify',
  };
  const sent = await dispatch(world, context, [...outgoing.values()], 'QUEUE');
  for (const notificationId of sent.failed) {
    for (const messageId of messagesOf.get(notificationId) ?? []) failed.add(messageId);
  }
  return [...failed];
}

/** The messages whose events have the shape this release knows; the others fail alone. */
function readable(world: World, messages: readonly Message[], failed: Set<string>): Message[] {
  return messages.filter(({ event, messageId }) => {
    try {
      if (audienceOf(event) === undefined) return false;
      catalogue[event.eventType as EventType].data.parse(event);
      return true;
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      const { eventId, eventType } = event;
      const places = error.issues.map((issue) => issue.path.join('.'));
      world.log.error('unreadable event', { consumer: 'notification', eventId, eventType, places });
      failed.add(messageId);
      return false;
    }
  });
}

/** The rows that a batch's texts are made from, read in one call. */
interface Found {
  row<T extends Row>(table: Table<T>, id: unknown): T | undefined;
  admins: readonly User[];
}

async function gather(world: World, events: readonly DairyEvent[]): Promise<Found> {
  const forAdmins = events.some((event) => audienceOf(event) === 'ADMINS');
  const [rows, admins] = await Promise.all([
    readRows(world, events.flatMap(keysOf)),
    forAdmins ? activeAdmins(world) : [],
  ]);
  return {
    row: <T extends Row>(table: Table<T>, id: unknown) => rows.get(`${table.name} ${id}`) as T | undefined,
    admins,
  };
}

function keysOf(event: DairyEvent): { table: Table; key: Key }[] {
  const audience = audienceOf(event);
  const keys: { table: Table; key: Key }[] = [];
  if (typeof audience === 'object') {
    keys.push({ table: Users, key: { userId: audience.userId } });
    if (event.orderId) keys.push({ table: Orders, key: { orderId: event.orderId } });
    if (typeof event.resetId === 'string') keys.push({ table: Resets, key: { resetId: event.resetId } });
  }
  if (typeof event.productId === 'string')
    keys.push({ table: Products, key: { productId: event.productId } });
  return keys;
}

async function readRows(
  world: World,
  asks: readonly { table: Table; key: Key }[],
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  if (asks.length === 0) return rows;
  const found = await world.store.getMany(asks);
  asks.forEach(({ table }, i) => {
    const row = found[i];
    if (row) rows.set(`${table.name} ${keyOf(table, row)[table.hash]}`, row);
  });
  return rows;
}

/** Who they are the index says; that they still are, each claim checks. */
async function activeAdmins(world: World): Promise<User[]> {
  const { rows } = await world.store.query(Users, { index: 'byStaffRole', hash: 'admin' });
  return rows;
}

function drafts(world: World, settings: Settings, event: DairyEvent, found: Found): Outgoing[] {
  const now = world.clock.now();
  const order = found.row<Order>(Orders, event.orderId);
  const product = found.row<Product>(Products, event.productId);
  const reset = found.row<Reset>(Resets, event.resetId);
  const occasion = occasionOf(event, { order, product, reset, now: now.toISOString() });
  if (!occasion) return [];
  const audience = audienceOf(event);
  const users = typeof audience === 'object' ? [found.row<User>(Users, audience.userId)] : found.admins;
  return users.filter(isReachable).flatMap((user) => letters(world, settings, event, occasion, user));
}

/** One person's messages of an event, one a channel that the person has and wants. */
function letters(
  world: World,
  settings: Settings,
  event: DairyEvent,
  occasion: Occasion,
  user: User,
): Outgoing[] {
  const now = world.clock.now();
  const rendered = render(occasion, readerOf(user, settings));
  const sendAfter = canWait(occasion) ? quietUntil(now, settings.quietHours, settings.timeZone) : undefined;
  const resetId = occasion.type === 'PASSWORD_RESET' ? occasion.resetId : undefined;
  return channelsOf(occasion).flatMap((channel) => {
    const to = addressOf(user, channel);
    const text = channel === 'SMS' ? rendered.sms : rendered.text;
    if (to === undefined || text === undefined || !wants(user, channel, occasion.type)) return [];
    const row = newNotification(
      {
        notificationId: notificationIdOf(event.eventId, channel, user.userId),
        userId: user.userId,
        type: occasion.type,
        channel,
        subject: rendered.subject,
        message: text,
        html: channel === 'EMAIL' ? rendered.html : undefined,
        eventId: event.eventId,
        orderId: event.orderId,
        resetId,
      },
      now,
      settings.timeZone,
      sendAfter,
    );
    return [{ row, user, to, code: resetId && resetCodeOf(world, resetId) }];
  });
}
