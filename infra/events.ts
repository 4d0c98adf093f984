import { Duration } from 'aws-cdk-lib';
import { EventBus, type IRuleTarget, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Subscription, subscriptions } from '../shared/events/subscriptions.ts';
import { type Functions, WORK_TIMEOUT } from './functions.ts';
import { LONGEST, nameIn, queueIn } from './names.ts';
import { OutboxPipe, SOURCE } from './pipe.ts';

/** Six times what a batch may take, as AWS advises, so that none is handed out twice while it is worked on. */
const VISIBILITY = Duration.seconds(6 * WORK_TIMEOUT.toSeconds());
/** SQS fills batches of more than this only while it waits. */
const MOST_AT_ONCE = 10;
/** Ten hours of trying to write a dead letter down for the desk. */
const MOST_TRIES_AT_DESK = 100;
/** Instances of one consumer at a time, so that a flood of events leaves room for requests. */
const MOST_INSTANCES = 10;

/** Outbox → pipe → bus → rules → queues → event doors, with a dead-letter queue at every step that can fail. */
export class Events extends Construct {
  readonly pipe: OutboxPipe;
  readonly #bus: EventBus;
  readonly #functions: Functions;
  readonly #queues = new Map<string, { queue: Queue; dead: Queue }>();
  /** What never reached a consumer's queue. Staff of the platform look here; the desk's dead letters are others. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { stream, functions }: { stream: string; functions: Functions }) {
    super(scope, id);
    this.#functions = functions;
    this.undelivered = queueIn(this, 'undelivered', { retentionPeriod: LONGEST });
    this.#bus = new EventBus(this, 'Bus', { eventBusName: nameIn(this, 'events') });
    this.#bus.archive('Archive', {
      archiveName: nameIn(this, 'events'),
      description: 'Events of the last 90 days, to replay',
      eventPattern: { source: [SOURCE] },
      retention: Duration.days(90),
    });
    this.pipe = new OutboxPipe(this, 'Outbox', { stream, bus: this.#bus, undelivered: this.undelivered });
    for (const subscription of subscriptions) this.#subscribe(subscription);
  }

  /** The queues of the subscriptions, each with the one where its messages go that keep failing. */
  get queues(): [name: string, queues: { queue: Queue; dead: Queue }][] {
    return [...this.#queues];
  }

  queueOf = (name: string): Queue => {
    const found = this.#queues.get(name);
    if (!found) throw new Error(`there is no queue ${name}`);
    return found.queue;
  };

  #subscribe(subscription: Subscription): void {
    const { name, consumer, via, batch, tries, delaySeconds = 0 } = subscription;
    const dead = queueIn(this, `${name}-dead`, {
      retentionPeriod: LONGEST,
      visibilityTimeout: VISIBILITY,
      deadLetterQueue: { queue: this.undelivered, maxReceiveCount: MOST_TRIES_AT_DESK },
    });
    const queue = queueIn(this, name, {
      deliveryDelay: Duration.seconds(delaySeconds),
      visibilityTimeout: VISIBILITY,
      deadLetterQueue: { queue: dead, maxReceiveCount: tries },
    });
    this.#queues.set(name, { queue, dead });
    new Rule(this, `${name}-rule`, {
      eventBus: this.#bus,
      ruleName: nameIn(this, name),
      description: `What goes to the ${consumer} Lambda by its queue ${name}`,
      eventPattern: patternOf(subscription),
      targets: [via === 'SNS' ? this.#throughTopic(name, queue) : this.#straight(queue)],
    });
    this.#functions.of(consumer).addEventSource(
      new SqsEventSource(queue, {
        batchSize: batch,
        maxBatchingWindow: batch > MOST_AT_ONCE ? Duration.seconds(1) : undefined,
        maxConcurrency: MOST_INSTANCES,
        reportBatchItemFailures: true,
      }),
    );
    // What keeps failing becomes a row at the desk; the admin Lambda knows whose it was by the queue's name.
    this.#functions.of('admin').addEventSource(
      new SqsEventSource(dead, {
        batchSize: MOST_AT_ONCE,
        maxConcurrency: 2,
        reportBatchItemFailures: true,
      }),
    );
  }

  #straight(queue: Queue): IRuleTarget {
    return new SqsQueue(queue, this.#carrying());
  }

  #throughTopic(name: string, queue: Queue): IRuleTarget {
    const topic = new Topic(this, `${name}-topic`, {
      topicName: nameIn(this, name),
      enforceSSL: true,
    });
    topic.addSubscription(
      new SqsSubscription(queue, { rawMessageDelivery: true, deadLetterQueue: this.undelivered }),
    );
    // By a role of our own: to let EventBridge publish as a service would let anybody's rules do so.
    return new SnsTopic(topic, { ...this.#carrying(), authorizeUsingRole: true });
  }

  /** A consumer's message is the event itself, without the envelopes it came in. */
  #carrying() {
    return {
      message: RuleTargetInput.fromEventPath('$.detail.event'),
      deadLetterQueue: this.undelivered,
      maxEventAge: Duration.hours(6),
    };
  }
}

/** The events of a subscription; a replayed dead letter (`onlyFor`) goes to its one queue whatever it is. */
function patternOf({ name, events }: Subscription) {
  const listened = { event: { eventType: [...events] }, onlyFor: [{ exists: false }] };
  return { source: [SOURCE], detail: { $or: [listened, { onlyFor: [name] }] } };
}
