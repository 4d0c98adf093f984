import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Deployed } from './deployed.ts';
import type { Properties } from './testing.ts';

/** Whose everything in moto is. */
export const MOTO_ACCOUNT = '123456789012';

/** Clients of the emulated services that carry events, and what a template's queues and rules came to there. */
export type Emulated = ReturnType<typeof emulate>;

/**
 * Queues, topics, rules and schedules of a template, made in moto in the order of the template. moto has three gaps,
 * which are bridged here: of a target it knows no InputPath, only an InputTransformer; it puts no quotes around text
 * that one fills in; and it hands nothing to a topic, so that a rule's messages for one wait in a queue until
 * `throughTopics` publishes them.
 */
export function emulate(endpoint: string, deployed: Deployed) {
  const { region } = deployed.place;
  const there = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const sqs = new SQSClient(there);
  const sns = new SNSClient(there);
  const bus = new EventBridgeClient(there);
  const scheduler = new SchedulerClient(there);

  const all = (type: string): Properties[] => deployed.made.all(type).map(([, properties]) => properties);
  const arn = (service: string, name: string) => `arn:aws:${service}:${region}:${MOTO_ACCOUNT}:${name}`;
  const urlOf = (name: string) => `${endpoint}/${MOTO_ACCOUNT}/${name}`;
  const makeQueue = (QueueName: string, Attributes = {}) =>
    sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  const bridgeOf = (topic: string) => `bridge-to-${topic}`;

  return {
    sqs,
    bus,
    scheduler,
    urlOf,

    /** Messages of a queue as Lambda hands them to a function. */
    batchOf: (queue: string, messages: readonly Message[]) => ({
      Records: messages.map(({ MessageId, ReceiptHandle, Body, Attributes, MD5OfBody }) => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        attributes: Attributes,
        messageAttributes: {},
        md5OfBody: MD5OfBody,
        eventSource: 'aws:sqs',
        eventSourceARN: arn('sqs', queue),
        awsRegion: region,
      })),
    }),

    async make() {
      for (const { QueueName, RedrivePolicy, VisibilityTimeout, DelaySeconds = 0 } of all(
        'AWS::SQS::Queue',
      )) {
        const redrive = RedrivePolicy && {
          RedrivePolicy: JSON.stringify({
            ...RedrivePolicy,
            deadLetterTargetArn: deployed.textOf(RedrivePolicy.deadLetterTargetArn),
          }),
        };
        const times = {
          VisibilityTimeout: String(VisibilityTimeout ?? 30),
          DelaySeconds: String(DelaySeconds),
        };
        await makeQueue(QueueName, { ...times, ...redrive });
      }
      for (const { TopicName: Name } of all('AWS::SNS::Topic')) {
        await sns.send(new CreateTopicCommand({ Name }));
        await makeQueue(bridgeOf(Name));
      }
      for (const { TopicArn, Protocol, Endpoint, RawMessageDelivery } of all('AWS::SNS::Subscription')) {
        const Attributes = { RawMessageDelivery: String(RawMessageDelivery ?? false) };
        const ends = { TopicArn: deployed.textOf(TopicArn), Endpoint: deployed.textOf(Endpoint) };
        await sns.send(new SubscribeCommand({ ...ends, Protocol, Attributes }));
      }
      for (const { Name } of all('AWS::Events::EventBus'))
        await bus.send(new CreateEventBusCommand({ Name }));
      for (const { Name, EventPattern, EventBusName, Targets } of all('AWS::Events::Rule')) {
        // Without one it is the account's own bus.
        const at = EventBusName && { EventBusName: deployed.textOf(EventBusName) };
        await bus.send(new PutRuleCommand({ ...at, Name, EventPattern: JSON.stringify(EventPattern) }));
        await bus.send(new PutTargetsCommand({ ...at, Rule: Name, Targets: Targets.map(targetOf) }));
      }
      for (const { Name } of all('AWS::Scheduler::ScheduleGroup'))
        await scheduler.send(new CreateScheduleGroupCommand({ Name }));
      for (const { Target, ...schedule } of all('AWS::Scheduler::Schedule')) {
        const whole = {
          ...Target,
          Arn: deployed.textOf(Target.Arn),
          RoleArn: deployed.textOf(Target.RoleArn),
        };
        await scheduler.send(new CreateScheduleCommand({ ...schedule, Target: whole }));
      }
    },

    /** Takes everything out of a queue; ends when nothing has come for so many seconds. */
    async drain(name: string, quietSeconds = 1): Promise<Message[]> {
      const QueueUrl = urlOf(name);
      const taken: Message[] = [];
      for (;;) {
        const ask = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: quietSeconds };
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ ...ask, MessageSystemAttributeNames: ['All'] }),
        );
        if (Messages.length === 0) return taken;
        taken.push(...Messages);
        const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    },

    /** Publishes what rules have for topics. */
    async throughTopics() {
      for (const { TopicName } of all('AWS::SNS::Topic')) {
        // moto has put there what a rule matched before it answered about the event.
        for (const { Body: Message } of await this.drain(bridgeOf(TopicName), 0))
          await sns.send(new PublishCommand({ TopicArn: arn('sns', TopicName), Message }));
      }
    },
  };

  function targetOf({ Id, Arn, InputPath, InputTransformer }: Properties) {
    const [service, name] = [
      deployed.textOf(Arn).split(':')[2],
      deployed.textOf(Arn).split(':').at(-1) ?? '',
    ];
    return {
      Id,
      Arn: service === 'sns' ? arn('sqs', bridgeOf(name)) : deployed.textOf(Arn),
      InputTransformer: InputPath
        ? { InputPathsMap: { it: InputPath }, InputTemplate: '<it>' }
        : { ...InputTransformer, InputTemplate: quoted(InputTransformer.InputTemplate) },
    };
  }
}

/** A template of JSON whose places for text have quotes of their own. */
function quoted(template: string): string {
  return template.replaceAll(/:<([^>]+)>/g, ':"<$1>"');
}
