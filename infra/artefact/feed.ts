import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Deployed } from '../deployed.ts';
import type { Emulated } from '../emulated.ts';
import { type Properties, target } from '../testing.ts';
import type { Functions } from './functions.ts';
import { FunctionError } from './process.ts';

const SETTLES_WITHIN_MS = 120_000;
const DELAYED = ['ApproximateNumberOfMessagesDelayed'] as const;
/** The most that SQS gives at once. */
const MOST_AT_ONCE = 10;

/** What Lambda and the scheduler do by themselves: they ask the queues of the template, and start its timers. */
export function feedOf(options: {
  deployed: Deployed;
  functions: Functions;
  aws: Emulated;
  /** Carries what is new from the outbox to the queues. */
  pipe: () => Promise<number>;
}) {
  const { deployed, functions, aws, pipe } = options;
  const { made } = deployed;
  const sources = made.all('AWS::Lambda::EventSourceMapping').map(([, mapping]) => ({
    queue: made.template.Resources[target(mapping.EventSourceArn)].Properties as Properties,
    name: deployed.textOf(mapping.FunctionName),
    most: mapping.BatchSize as number,
    reports: (mapping.FunctionResponseTypes ?? []).includes('ReportBatchItemFailures'),
  }));

  /** Hands a function one batch, if there is one; answers how many messages that were. */
  async function handOut({ queue, name, most, reports }: (typeof sources)[number]): Promise<number> {
    const QueueUrl = aws.urlOf(queue.QueueName);
    const messages = await take(QueueUrl, most);
    if (messages.length === 0) return 0;
    const failed = await failedOf(name, aws.batchOf(queue.QueueName, messages), reports);
    for (const { MessageId = '', ReceiptHandle } of messages) {
      const done = failed !== 'all' && !failed.has(MessageId);
      // What failed comes again after some minutes; nobody waits for them here.
      await (done
        ? aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
        : aws.sqs.send(
            new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
          ));
    }
    return messages.length;
  }

  async function failedOf(name: string, batch: object, reports: boolean): Promise<Set<string> | 'all'> {
    try {
      const answer = (await functions.invoke(name, batch)) as Reported | null;
      const failures = reports ? (answer?.batchItemFailures ?? []) : [];
      return new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
    } catch (error) {
      if (error instanceof FunctionError) return 'all';
      throw error;
    }
  }

  async function take(QueueUrl: string, most: number): Promise<Message[]> {
    const taken: Message[] = [];
    while (taken.length < most) {
      const MaxNumberOfMessages = Math.min(MOST_AT_ONCE, most - taken.length);
      const ask = { QueueUrl, MaxNumberOfMessages, MessageSystemAttributeNames: ['All' as const] };
      const { Messages = [] } = await aws.sqs.send(new ReceiveMessageCommand(ask));
      if (Messages.length === 0) break;
      taken.push(...Messages);
    }
    return taken;
  }

  async function isWaiting({ QueueName, DelaySeconds }: Properties): Promise<boolean> {
    if (!DelaySeconds) return false;
    const ask = { QueueUrl: aws.urlOf(QueueName), AttributeNames: [...DELAYED] };
    const { Attributes } = await aws.sqs.send(new GetQueueAttributesCommand(ask));
    return Number(Attributes?.[DELAYED[0]]) > 0;
  }

  /** One round: what is new goes to the queues, and a batch of each queue to its function. */
  async function pump(): Promise<number> {
    const carried = await pipe();
    const handedOut = await Promise.all(sources.map(handOut));
    return handedOut.reduce((sum, count) => sum + count, carried);
  }

  return {
    pump,

    /** Until nothing moves and nothing waits for its delay. */
    async settle(): Promise<void> {
      const until = Date.now() + SETTLES_WITHIN_MS;
      // A message that has failed for the last time moves on when its queue is asked once more.
      for (let quiet = 0; quiet < 2; ) {
        if (Date.now() > until) throw new Error('events are still on their way');
        const moved = await pump();
        const waiting = await Promise.all(sources.map(({ queue }) => isWaiting(queue)));
        quiet = moved > 0 || waiting.includes(true) ? 0 : quiet + 1;
        if (moved === 0 && quiet === 0) await sleep(200);
      }
    },

    timers: made.all('AWS::Scheduler::Schedule').map(([, { Name }]) => Name as string),

    /** Starts a timer as its schedule does; answers what nobody on AWS hears. Throws FunctionError where it failed. */
    async tick(timer: string): Promise<unknown> {
      const { Target } = made.one('AWS::Scheduler::Schedule', ({ Name }) => Name === timer);
      return functions.invoke(deployed.textOf({ Ref: target(Target.Arn) }), JSON.parse(Target.Input));
    },
  };
}

interface Reported {
  batchItemFailures?: { itemIdentifier: string }[];
}
