import { z } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { DairyEvent } from '#shared/events/event.ts';
import { type AnyDoor, JsonText, Reply } from '#shared/http/door.ts';
import { parseInput } from '#shared/http/parse.ts';
import { appOf, problemOf } from '#shared/http/serve.ts';
import type { World } from '#shared/world.ts';

/** A message as a queue delivered it: at least once, in any order. */
export interface Message {
  messageId: string;
  event: DairyEvent;
  /** How many times it was delivered, this one included. */
  receiveCount: number;
  /** The queue's name, from its ARN. */
  queue: string;
}

/** What one Lambda is made of: its doors, its event door and its timers. */
export interface LambdaParts {
  name: string;
  doors: readonly AnyDoor[];
  /** Takes a batch; answers the ids of the messages that must come again. */
  consume?: (world: World, messages: readonly Message[]) => Promise<string[]>;
  /** Work of the clock, by name; each is harmless when it runs twice, late, or never for a while. */
  timers?: Record<string, (world: World) => Promise<unknown>>;
}

/** A Lambda's entry: it tells the kind of event and hands it to the right door. */
export type LambdaHandler = (event: unknown, context?: unknown) => Promise<unknown>;

const QueueEvent = z.object({
  Records: z.array(
    z.object({
      eventSource: z.literal('aws:sqs'),
      messageId: z.string(),
      body: z.string(),
      eventSourceARN: z.string().default(''),
      attributes: z.object({ ApproximateReceiveCount: z.string() }).partial().optional(),
    }),
  ),
});
const TimerEvent = z.object({
  'detail-type': z.literal('Scheduled Event'),
  detail: z.object({ timer: z.string() }),
});
const HttpEvent = z.object({ version: z.literal('2.0'), requestContext: z.object({ http: z.object({}) }) });
const DirectCall = z.object({
  function: z.string(),
  actor: z
    .object({ userId: z.string(), role: z.enum(['customer', 'courier', 'admin', 'system']) })
    .default({ userId: 'system', role: 'system' }),
  payload: z.unknown().optional(),
});

/** One bundle, one function, one handler: HTTP API v2 events, SQS batches, timers and direct invocations. */
export function lambdaOf(world: World, parts: LambdaParts): LambdaHandler {
  let app: Hono | undefined;
  return async (event, context) => {
    const direct = DirectCall.safeParse(event);
    if (direct.success) return invoke(world, parts, direct.data);
    if (HttpEvent.safeParse(event).success) {
      app ??= appOf(world, parts.doors);
      return handle(app)(event as Parameters<ReturnType<typeof handle>>[0], context as never);
    }
    const batch = QueueEvent.safeParse(event);
    if (batch.success) return consumeBatch(world, parts, batch.data);
    const timer = TimerEvent.safeParse(event);
    if (timer.success) {
      const work = parts.timers?.[timer.data.detail.timer];
      if (!work) throw new TypeError(`${parts.name} has no timer ${timer.data.detail.timer}`);
      return work(world);
    }
    throw new TypeError(`${parts.name} was given an event of no kind it knows`);
  };
}

/**
 * A handler that makes its world at the first call, so that importing its file costs nothing where it is never
 * called. A world that could not be made is tried anew at the next call.
 */
export function lazily(
  makeWorld: () => Promise<World>,
  makeHandler: (world: World) => LambdaHandler,
): LambdaHandler {
  let made: Promise<LambdaHandler> | undefined;
  return async (event, context) => {
    made ??= makeWorld()
      .then(makeHandler)
      .catch((error: unknown) => {
        made = undefined;
        throw error;
      });
    return (await made)(event, context);
  };
}

/** A direct invocation (AWS SDK, gated by IAM): the same use case, the answer as plain JSON, refusals as problems. */
async function invoke(world: World, parts: LambdaParts, call: z.infer<typeof DirectCall>): Promise<unknown> {
  const requestId = world.ids.next();
  const door = parts.doors.find((candidate) => candidate.name === call.function);
  const answer = await answerDirect(world, parts, door, call, requestId).catch((error: unknown) =>
    problemOf(world, error, requestId, call.function),
  );
  if (answer instanceof Problem) return answer.toBody(requestId);
  const body = answer instanceof Reply ? answer.body : answer;
  if (body instanceof Uint8Array) return Buffer.from(body).toString('base64');
  return body instanceof JsonText ? JSON.parse(body.text) : body;
}

async function answerDirect(
  world: World,
  parts: LambdaParts,
  door: AnyDoor | undefined,
  call: z.infer<typeof DirectCall>,
  requestId: string,
): Promise<unknown> {
  if (!door) return refuse('NOT_FOUND', `${parts.name} has no function ${call.function}.`);
  const { actor } = call;
  if (door.who !== 'public' && !door.who.includes(actor.role)) return refuse('FORBIDDEN');
  const input = parseInput(door.input, call.payload ?? {}, 'body');
  if (input instanceof Problem) return input;
  return door.run(world, { input, actor, requestId, action: door.name, address: '' });
}

async function consumeBatch(world: World, parts: LambdaParts, batch: z.infer<typeof QueueEvent>) {
  const messages: Message[] = [];
  const failed: string[] = [];
  for (const record of batch.Records) {
    try {
      messages.push({
        messageId: record.messageId,
        event: DairyEvent.parse(JSON.parse(record.body)),
        receiveCount: Number(record.attributes?.ApproximateReceiveCount ?? 1),
        queue: record.eventSourceARN.split(':').at(-1) ?? '',
      });
    } catch (error) {
      world.log.error('unreadable message', {
        lambda: parts.name,
        messageId: record.messageId,
        error: String(error),
      });
      failed.push(record.messageId);
    }
  }
  if (messages.length > 0) {
    if (!parts.consume) throw new TypeError(`${parts.name} subscribes to no events`);
    failed.push(...(await parts.consume(world, messages)));
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** Handles messages one by one, so that one that fails does not hold up the others; answers the failed ones' ids. */
export async function eachMessage(
  world: World,
  consumer: string,
  messages: readonly Message[],
  work: (event: DairyEvent, message: Message) => Promise<unknown>,
): Promise<string[]> {
  const failed: string[] = [];
  for (const message of messages) {
    try {
      const outcome = await work(message.event, message);
      if (outcome instanceof Problem) throw outcome;
    } catch (error) {
      failed.push(message.messageId);
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      world.log.warn('message failed', {
        consumer,
        eventId: message.event.eventId,
        try: message.receiveCount,
        reason,
      });
    }
  }
  return failed;
}
