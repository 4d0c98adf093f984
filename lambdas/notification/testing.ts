import { Users } from '#lambdas/user/models/User.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { present } from '#shared/data/condition.ts';
import { update } from '#shared/data/write.ts';
import { catalogue, type EventType } from '#shared/events/catalogue.ts';
import { DairyEvent } from '#shared/events/event.ts';
import { type LambdaHandler, lambdaOf, type Message } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { consume } from './consume.ts';
import { type Notification, Notifications } from './models/Notification.ts';
import { notificationLambda } from './notificationRoutes.ts';

/** What a carrier was handed. */
interface Carried {
  id: string;
  to: string;
  subject?: string;
  text: string;
  template?: string;
  html?: string;
}

export interface Post {
  dairy: TestDairy;
  world: World;
  mails: Carried[];
  texts: Carried[];
  handler: LambdaHandler;
  /** What the carriers do before they take a message: throw, wait, or nothing. */
  carriers: { before: (message: Carried) => Promise<void> | void };
  /** Hands events to the event door; answers the ids of those that must come again (an event's own id). */
  bring(...events: DairyEvent[]): Promise<string[]>;
  rowsOf(userId: string): Promise<Notification[]>;
  change(userId: string, set: object, remove?: ('email' | 'phone')[]): Promise<void>;
}

/** A small dairy whose mail and text messages end in two lists. */
export async function openPost(): Promise<Post> {
  const dairy = await testDairy();
  const mails: Carried[] = [];
  const texts: Carried[] = [];
  const carriers: Post['carriers'] = { before: () => undefined };
  const into = (list: Carried[]) => ({
    keepsInbox: true,
    send: async (message: Carried) => {
      await carriers.before(message);
      list.push(message);
      return { ref: `carrier:${message.id}` };
    },
  });
  const world: World = { ...dairy.world, mailer: into(mails), sms: into(texts) };
  return {
    dairy,
    world,
    mails,
    texts,
    carriers,
    handler: lambdaOf(world, notificationLambda),
    bring: (...events) => consume(world, events.map(messageOf)),
    async rowsOf(userId) {
      return (await world.store.query(Notifications, { index: 'byUser', hash: userId })).rows;
    },
    async change(userId, set, remove) {
      await world.store.write(update(Users, { userId }, { set, remove }, present('userId')));
    },
  };
}

function messageOf(event: DairyEvent): Message {
  return { messageId: event.eventId, event, receiveCount: 1, queue: 'milkfloat-notification' };
}

/** An event as the outbox holds it, made of its sample. */
export function eventOf(world: World, eventType: EventType, data: object = {}): DairyEvent {
  return DairyEvent.parse({
    eventId: `E${world.ids.next()}`,
    eventType,
    schema: 1,
    entityId: 'X1',
    entityVersion: 1,
    timestamp: world.clock.now().toISOString(),
    ...catalogue[eventType].sample,
    ...data,
  });
}
