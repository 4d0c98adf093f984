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

/** What a test reads of a resource: any shape, looked into with care. */
// biome-ignore lint/suspicious/noExplicitAny: a template's resources have a schema of their own each.
type Properties = any;

export interface Template {
  Resources: Record<string, { Type: string; Properties: Properties }>;
}

const ACCOUNT = '123456789012';

/** Clients of the emulated services that carry events, and what a template's queues and rules came to there. */
export type Emulated = ReturnType<typeof emulate>;

/**
 * Queues, topics, rules and schedules of the synthesized template, made in moto in the order of the template. moto
 * has two gaps, which are bridged here: of a target it knows no InputPath, only an InputTransformer, and it hands
 * nothing to a topic, so that a rule's messages for one wait in a queue until `throughTopics` publishes them.
 */
export function emulate(endpoint: string, template: Template) {
  // A region of its own: other tests that ask moto see none of this.
  const region = 'ap-southeast-2';
  const there = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const sqs = new SQSClient(there);
  const sns = new SNSClient(there);
  const bus = new EventBridgeClient(there);
  const scheduler = new SchedulerClient(there);

  const all = (type: string): Properties[] =>
    Object.values(template.Resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
  const arn = (service: string, name: string) => `arn:aws:${service}:${region}:${ACCOUNT}:${name}`;
  const arnOf = (id: string): string => {
    const { Type = '', Properties: p = {} } = template.Resources[id] ?? {};
    if (Type === 'AWS::SQS::Queue') return arn('sqs', p.QueueName);
    if (Type === 'AWS::SNS::Topic') return arn('sns', p.TopicName);
    if (Type === 'AWS::Lambda::Function') return arn('lambda', `function:${p.FunctionName}`);
    return `arn:aws:iam::${ACCOUNT}:role/${id}`;
  };
  const arnAt = (reference: Properties) => arnOf(reference?.Ref ?? reference?.['Fn::GetAtt']?.[0]);
  const urlOf = (name: string) => `${endpoint}/${ACCOUNT}/${name}`;
  const makeQueue = (QueueName: string, Attributes = {}) =>
    sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  const bridgeOf = (topic: string) => `bridge-to-${topic}`;

  return {
    sqs,
    bus,
    scheduler,
    urlOf,
    arnOfQueue: (name: string) => arn('sqs', name),

    async make() {
      for (const { QueueName, RedrivePolicy, VisibilityTimeout, DelaySeconds = 0 } of all(
        'AWS::SQS::Queue',
      )) {
        const redrive = RedrivePolicy && {
          RedrivePolicy: JSON.stringify({
            ...RedrivePolicy,
            deadLetterTargetArn: arnAt(RedrivePolicy.deadLetterTargetArn),
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
        const ends = { TopicArn: arnAt(TopicArn), Endpoint: arnAt(Endpoint) };
        await sns.send(new SubscribeCommand({ ...ends, Protocol, Attributes }));
      }
      for (const { Name } of all('AWS::Events::EventBus'))
        await bus.send(new CreateEventBusCommand({ Name }));
      for (const { Name, EventPattern, EventBusName, Targets } of all('AWS::Events::Rule')) {
        const at = { EventBusName: template.Resources[EventBusName.Ref]?.Properties.Name };
        await bus.send(new PutRuleCommand({ ...at, Name, EventPattern: JSON.stringify(EventPattern) }));
        await bus.send(new PutTargetsCommand({ ...at, Rule: Name, Targets: Targets.map(targetOf) }));
      }
      for (const { Name } of all('AWS::Scheduler::ScheduleGroup'))
        await scheduler.send(new CreateScheduleGroupCommand({ Name }));
      for (const { Target, ...schedule } of all('AWS::Scheduler::Schedule')) {
        const whole = { ...Target, Arn: arnAt(Target.Arn), RoleArn: arnAt(Target.RoleArn) };
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
        for (const { Body: Message } of await this.drain(bridgeOf(TopicName)))
          await sns.send(new PublishCommand({ TopicArn: arn('sns', TopicName), Message }));
      }
    },
  };

  function targetOf({ Id, Arn, InputPath }: Properties) {
    const [service, name] = [arnAt(Arn).split(':')[2], arnAt(Arn).split(':').at(-1) ?? ''];
    const InputTransformer = { InputPathsMap: { it: InputPath }, InputTemplate: '<it>' };
    return { Id, Arn: service === 'sns' ? arn('sqs', bridgeOf(name)) : arnAt(Arn), InputTransformer };
  }
}
