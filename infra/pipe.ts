import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, Pass, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { nameIn } from './names.ts';
import { outboxEvents } from './outboxEvents.ts';

/** What the events on the bus say they come from. */
export const SOURCE = 'milkfloat';

interface Ends {
  /** The outbox's stream. */
  stream: string;
  bus: EventBus;
  /** Where the places of records go that could not be handed over. */
  undelivered: Queue;
}

/** From the outbox's stream to the bus: what a transaction has written is published, at least once. */
export class OutboxPipe extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, ends: Ends) {
    super(scope, id);
    const plain = this.#makePlain();
    const log = new LogGroup(this, 'Log', {
      logGroupName: `/aws/vendedlogs/${nameIn(this, 'pipe', '/')}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.name = nameIn(this, 'outbox');
    new CfnPipe(this, 'Pipe', {
      name: this.name,
      roleArn: this.#makeRole(ends, plain, log).roleArn,
      source: ends.stream,
      sourceParameters: {
        // Rows are only ever added; what the store's clean-up removes is not news.
        filterCriteria: { filters: [{ pattern: JSON.stringify({ eventName: ['INSERT'] }) }] },
        dynamoDbStreamParameters: {
          startingPosition: 'TRIM_HORIZON',
          // What a bus takes in one call.
          batchSize: 10,
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          // Long enough for an outage of the bus; what is wrong by itself is set aside by the halving.
          maximumRetryAttempts: 100,
          maximumRecordAgeInSeconds: 6 * 3600,
          parallelizationFactor: 4,
          deadLetterConfig: { arn: ends.undelivered.queueArn },
        },
      },
      enrichment: plain.stateMachineArn,
      target: ends.bus.eventBusArn,
      targetParameters: { eventBridgeEventBusParameters: { source: SOURCE, detailType: '$.eventType' } },
      logConfiguration: { level: 'ERROR', cloudwatchLogsLogDestination: { logGroupArn: log.logGroupArn } },
    });
  }

  metric(metricName: string): Metric {
    return new Metric({
      namespace: 'AWS/EventBridge/Pipes',
      metricName,
      dimensionsMap: { PipeName: this.name },
      statistic: Stats.SUM,
    });
  }

  #makePlain(): StateMachine {
    const machine = new StateMachine(this, 'Plain', {
      stateMachineName: nameIn(this, 'outbox-events'),
      stateMachineType: StateMachineType.EXPRESS,
      definitionBody: DefinitionBody.fromChainable(
        Pass.jsonata(this, 'Events of the records', { outputs: `{% ${outboxEvents} %}` }),
      ),
    });
    Validations.of(machine).acknowledge(
      { id: 'AwsSolutions-SF1', reason: 'The pipe, its only caller, logs what fails.' },
      { id: 'AwsSolutions-SF2', reason: 'One state without a call: there is nothing to trace.' },
    );
    return machine;
  }

  #makeRole({ stream, bus, undelivered }: Ends, plain: StateMachine, log: LogGroup): Role {
    const allow = (actions: string[], resource: string) =>
      new PolicyStatement({ actions, resources: [resource] });
    return new Role(this, 'Role', {
      description: "Carries Milkfloat's outbox to its event bus",
      assumedBy: new ServicePrincipal('pipes.amazonaws.com'),
      inlinePolicies: {
        carry: new PolicyDocument({
          statements: [
            allow(['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(ofDynamo), stream),
            allow(['states:StartSyncExecution'], plain.stateMachineArn),
            allow(['events:PutEvents'], bus.eventBusArn),
            allow(['sqs:SendMessage'], undelivered.queueArn),
            allow(['logs:CreateLogStream', 'logs:PutLogEvents'], log.logGroupArn),
          ],
        }),
      },
    });
  }
}

const ofDynamo = (verb: string) => `dynamodb:${verb}`;
