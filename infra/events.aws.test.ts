import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { type Message as Delivered, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emulated } from '../adapters/contract/emulated.ts';
import { publishedOf, timerEvent } from '../runtime/testEvents.ts';
import { type TestWorld, testWorld } from '../runtime/testWorld.ts';
import { outboxWrite, resendWrite } from '../shared/data/commit.ts';
import { catalogue, type EventType } from '../shared/events/catalogue.ts';
import { type DairyEvent, Outbox } from '../shared/events/event.ts';
import { subscriptions } from '../shared/events/subscriptions.ts';
import { timers } from '../shared/events/timers.ts';
import { lambdaOf, type Message } from '../shared/lambda.ts';
import type { World } from '../shared/world.ts';
import { Deployed } from './deployed.ts';
import { type Emulated, emulate, MOTO_ACCOUNT } from './emulated.ts';
import { emulatePipe } from './emulatedPipe.ts';
import { madeWith } from './testing.ts';

const REGION = 'ap-southeast-2';
let aws: Emulated;
let dairy: TestWorld;
let pipe: () => Promise<unknown>;

beforeAll(async () => {
  // A region of its own: other tests that ask moto see none of this.
  const deployed = new Deployed(await madeWith(), { region: REGION, account: MOTO_ACCOUNT });
  aws = emulate(emulated ?? '', deployed);
  await aws.make();
  dairy = await testWorld();
  pipe = emulatePipe(deployed, { wire: dairy.world.store.wire, table: Outbox.name, aws });
});
afterAll(() => dairy?.close());

/** What a Lambda reads in messages of a queue, as SQS hands them to it. */
async function readBy(consumer: string, queue: string, delivered: Delivered[]): Promise<Message[]> {
  const read: Message[] = [];
  const consume = async (_: World, messages: readonly Message[]) => {
    read.push(...messages);
    return [];
  };
  const batch = aws.batchOf(queue, delivered);
  const answer = await lambdaOf(dairy.world, { name: consumer, doors: [], consume })(batch);
  expect(answer).toEqual({ batchItemFailures: [] });
  return read;
}

/** Every consumer's queue, emptied. */
async function arrived(): Promise<Record<string, Message[]>> {
  const queues = subscriptions.map(async ({ name, consumer, delaySeconds = 0 }) => {
    const delivered = await aws.drain(`milkfloat-${name}`, delaySeconds + 2);
    return [name, await readBy(consumer, `milkfloat-${name}`, delivered)] as const;
  });
  return Object.fromEntries(await Promise.all(queues));
}

test('What the dairy writes down arrives at every Lambda that listens, once and word for word, and at no other', async () => {
  const { store } = dairy.world;
  for (const [eventType, { sample }] of Object.entries(catalogue)) {
    const event = { eventType: eventType as EventType, entityId: 'X1', entityVersion: 1, data: sample };
    await store.write(outboxWrite(dairy.world, event));
  }
  const written: { eventType: string }[] = [];
  for await (const { event } of store.scan(Outbox)) written.push(event as { eventType: string });
  await pipe();
  const byId = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  for (const [name, messages] of Object.entries(await arrived())) {
    const { events } = subscriptions.find((one) => one.name === name) ?? { events: [] };
    const wanted = written.filter(({ eventType }) => (events as string[]).includes(eventType));
    expect(messages.map(({ event }) => event).sort(byId)).toEqual(wanted.sort(byId));
  }
});

test('A dead letter that the desk sends again goes to the one queue it died in', async () => {
  const [event] = await publishedOf(dairy.world, 'ORDER_CONFIRMED');
  await dairy.world.store.write(resendWrite(dairy.world, event as DairyEvent, 'delivery'));
  await pipe();
  const counts = Object.entries(await arrived()).map(([name, messages]) => [name, messages.length]);
  expect(counts.filter(([, count]) => count !== 0)).toEqual([['delivery', 1]]);
});

test.each(subscriptions.map(({ name, tries }) => [name, tries] as const))(
  'What fails at the queue %s %i times becomes a dead letter there',
  async (name, tries) => {
    const QueueUrl = aws.urlOf(`milkfloat-${name}`);
    const body = JSON.stringify({ eventId: `E-${name}` });
    await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, DelaySeconds: 0 }));
    const offered = async () => {
      const ask = new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 });
      return (await aws.sqs.send(ask)).Messages?.length ?? 0;
    };
    for (let attempt = 1; attempt <= tries; attempt++)
      expect([attempt, await offered()]).toEqual([attempt, 1]);
    expect(await offered()).toBe(0);
    expect((await aws.drain(`milkfloat-${name}-dead`)).map(({ Body }) => Body)).toEqual([body]);
  },
);

test.each(timers.map(({ timer, everySeconds }) => [timer, everySeconds] as const))(
  'EventBridge Scheduler keeps the timer %s, and hands its Lambda what it knows as a tick',
  async (timer, everySeconds) => {
    const kept = await aws.scheduler.send(
      new GetScheduleCommand({ GroupName: 'milkfloat-timers', Name: timer }),
    );
    const [, count, unit = ''] = /^rate\((\d+) (minute|hour)s?\)$/.exec(kept.ScheduleExpression ?? '') ?? [];
    const seconds = Number(count) * (unit === 'hour' ? 3_600 : 60);
    expect([seconds, kept.State]).toEqual([Math.max(60, everySeconds), 'ENABLED']);
    expect(JSON.parse(kept.Target?.Input ?? '{}')).toEqual(timerEvent(timer));
    let ticks = 0;
    const parts = { name: 'any', doors: [], timers: { [timer]: async () => ++ticks } };
    await lambdaOf(dairy.world, parts)(JSON.parse(kept.Target?.Input ?? '{}'));
    expect(ticks).toBe(1);
  },
);
