import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import {
  Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  LogQueryWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { ofAllTables, reputation, type Watch, type Watched, watches } from './alarms.ts';
import { nameAcross, nameIn } from './names.ts';
import type { Settings } from './settings.ts';
import type { Web } from './web.ts';

/** How an operator sees that something is wrong, and is told: alarms, one page of graphs, and what it costs. */
export class Operations extends Construct {
  readonly #topic: Topic;

  constructor(
    scope: Construct,
    id: string,
    { web, settings, ...watched }: Watched & { web: Web; settings: Settings },
  ) {
    super(scope, id);
    this.#topic = this.#makeTopic(settings);
    const alarms = watches(watched).map((watch) => this.#makeAlarm(watch));
    this.#makeDashboard(alarms, watched, web);
    this.#makeBudget(settings);
  }

  /** Where alarms go. Mail is one way; a dairy can subscribe others to the topic. */
  #makeTopic({ ALARM_MAIL }: Settings): Topic {
    const topic = new Topic(this, 'Alarms', { topicName: nameIn(this, 'alarms'), enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (ALARM_MAIL) topic.addSubscription(new EmailSubscription(ALARM_MAIL));
    return topic;
  }

  #makeAlarm({ kind, of, metric, from, periods = [1, 1] }: Watch): Alarm {
    const name = of ? `${kind}-${of}` : kind;
    const alarm = new Alarm(this, name, {
      alarmName: nameIn(this, name),
      alarmDescription: `docs/runbook.md#${kind}`,
      metric,
      threshold: from,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      datapointsToAlarm: periods[0],
      evaluationPeriods: periods[1],
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
    alarm.addOkAction(new SnsAction(this.#topic));
    return alarm;
  }

  #makeDashboard(alarms: Alarm[], { functions, api, events, mail }: Watched, web: Web): void {
    const queues = events.queues.map(([, made]) => made);
    const lambdas = functions.all.map(([, made]) => made);
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: nameAcross(this, 'dairy') });
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 6 }));
    dashboard.addWidgets(
      graph('Requests', api.http.metricCount(), api.http.metricClientError(), api.http.metricServerError()),
      graph(
        'Answer time, ms',
        ...['p50', 'p95', 'p99'].map((statistic) => api.http.metricLatency({ statistic })),
      ),
      // The edge tells its figures in one region only, wherever the dairy is.
      graph('The edge', ...edgeFigures(web)),
    );
    dashboard.addWidgets(
      graph('Oldest event, s', ...queues.map(({ queue }) => queue.metricApproximateAgeOfOldestMessage())),
      graph('Dead letters', ...queues.map(({ dead }) => dead.metricNumberOfMessagesReceived())),
      graph(
        'For operators',
        events.undelivered.metricApproximateNumberOfMessagesVisible(),
        functions.failedWork.metricApproximateNumberOfMessagesVisible(),
      ),
    );
    dashboard.addWidgets(
      graph('Functions: errors', ...lambdas.map((made) => made.metricErrors())),
      graph('Functions: longest, ms', ...lambdas.map((made) => made.metricDuration({ statistic: 'max' }))),
      graph(
        'Functions at once',
        ...lambdas.map((made) => made.metric('ConcurrentExecutions', { statistic: 'max' })),
      ),
    );
    dashboard.addWidgets(
      graph('Store', ofAllTables('ThrottledRequests'), ofAllTables('SystemErrors')),
      graph('Mail that came back', reputation(mail, 'BounceRate'), reputation(mail, 'ComplaintRate')),
      graph('The outbox', events.pipe.metric('Invocations'), events.pipe.metric('ExecutionFailed')),
    );
    dashboard.addWidgets(
      new LogQueryWidget({
        title: 'Faults and warnings, newest first',
        logGroupNames: lambdas.map((made) => made.logGroup.logGroupName),
        queryLines: [
          `fields @timestamp, level, ${['msg', 'door', 'name', 'code', 'reason', 'requestId'].map((field) => `message.${field}`)}`,
          'filter level in ["ERROR", "WARN"]',
          'sort @timestamp desc',
          'limit 50',
        ],
        width: 24,
        height: 8,
      }),
    );
  }

  #makeBudget({ MONTHLY_BUDGET, ALARM_MAIL }: Settings): void {
    if (!MONTHLY_BUDGET || !ALARM_MAIL) return;
    const tell = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, threshold, comparisonOperator: 'GREATER_THAN' },
      subscribers: [{ subscriptionType: 'EMAIL', address: ALARM_MAIL }],
    });
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: nameAcross(this, 'month'),
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: MONTHLY_BUDGET, unit: 'USD' },
      },
      notificationsWithSubscribers: [tell('ACTUAL', 80), tell('FORECASTED', 100)],
    });
  }
}

function graph(title: string, ...left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6 });
}

function edgeFigures({ distribution }: Web): IMetric[] {
  const region = 'us-east-1';
  return [distribution.metricRequests({ region }), distribution.metric5xxErrorRate({ region })];
}
