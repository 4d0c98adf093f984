import { z } from '@hono/zod-openapi';
import type { User } from '#lambdas/user/models/User.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { catalogue, type EventType } from '#shared/events/catalogue.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import type { Message } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { dispatch, type Outgoing } from './dispatch.ts';
import { type Found, gather } from './gather.ts';
import { type Channel, newNotification, notificationIdOf } from './models/Notification.ts';
import { addressOf, channelsOf, isReachable, wants } from './rules/channels.ts';
import { audiencesOf, canWait, type Occasion, occasionOf } from './rules/occasion.ts';
import { quietUntil } from './rules/quietHours.ts';
import { readerOf, render } from './rules/templates.ts';
import { codeOf } from './secrets.ts';

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
      if (audiencesOf(event).length === 0) return false;
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

function drafts(world: World, settings: Settings, event: DairyEvent, found: Found): Outgoing[] {
  const facts = found.factsOf(event);
  return audiencesOf(event).flatMap((audience) => {
    const occasion = occasionOf(event, audience, facts);
    if (!occasion) return [];
    const users = found.usersOf(audience).filter(isReachable);
    return users.flatMap((user) => letters(world, settings, { event, occasion, found }, user));
  });
}

interface Told {
  event: DairyEvent;
  occasion: Occasion;
  found: Found;
}

/** One person's messages of an event, one a channel that the person has and wants. */
function letters(world: World, settings: Settings, told: Told, user: User): Outgoing[] {
  const { event, occasion } = told;
  const now = world.clock.now();
  const rendered = render(occasion, readerOf(user, settings));
  const sendAfter = canWait(occasion) ? quietUntil(now, settings.quietHours, settings.timeZone) : undefined;
  const secret = secretIn(occasion);
  return channelsOf(occasion, user).flatMap((channel) => {
    const to = addressOf(user, channel);
    if (to === undefined || !wants(user, channel, occasion.type)) return [];
    const row = newNotification(
      {
        ...placeOf(told, channel, user.userId),
        userId: user.userId,
        type: occasion.type,
        channel,
        subject: rendered.subject,
        message: channel === 'SMS' ? rendered.sms : rendered.text,
        template: channel === 'SMS' ? rendered.template?.name : undefined,
        html: channel === 'EMAIL' ? rendered.html : undefined,
        eventId: event.eventId,
        orderId: event.orderId,
        ...secret,
      },
      now,
      settings.timeZone,
      sendAfter,
    );
    return [{ row, user, to, code: codeOf(world, secret) }];
  });
}

/** The secret of a message, by its name. */
function secretIn(occasion: Occasion): { resetId?: string; codeId?: string } {
  if (occasion.type === 'PASSWORD_RESET') return { resetId: occasion.resetId };
  return occasion.type === 'SIGN_IN_CODE' ? { codeId: occasion.codeId } : {};
}

/** A message's id: its event's own, or that of the stop it tells of, unless that was told already without this part. */
function placeOf({ event, found }: Told, channel: Channel, userId: string) {
  const together = found.togetherOf(event);
  const own = { notificationId: notificationIdOf(event.eventId, channel, userId) };
  if (!together) return own;
  const { key, stop, part, parts } = together;
  const notificationId = notificationIdOf(key, channel, userId, stop);
  const told = found.message(notificationId);
  return told && !told.covers?.includes(part) ? own : { notificationId, covers: [...parts] };
}
