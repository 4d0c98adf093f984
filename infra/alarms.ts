import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Api } from './api.ts';
import type { Events } from './events.ts';
import type { Functions } from './functions.ts';
import type { Mail } from './mail.ts';

/** What the alarms look at. */
export interface Watched {
  functions: Functions;
  api: Api;
  events: Events;
  mail: Mail;
}

/** A sign that somebody must look. Its kind is its heading in docs/runbook.md. */
export interface Watch {
  kind: string;
  /** Which of several. */
  of?: string;
  metric: IMetric;
  /** Too much, from this figure on. */
  from: number;
  /** In how many periods out of how many. */
  periods?: [bad: number, outOf: number];
}

const FIVE_MINUTES = Duration.minutes(5);
const QUARTER = Duration.minutes(15);
/** A slow disturbance, not one slow batch. */
const TWICE: Watch['periods'] = [2, 3];

export function watches({ functions, api, events, mail }: Watched): Watch[] {
  return [
    {
      kind: 'undelivered',
      metric: events.undelivered.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
      from: 1,
    },
    {
      kind: 'failed-work',
      metric: functions.failedWork.metricNumberOfMessagesSent({ period: QUARTER, statistic: Stats.SUM }),
      from: 3,
    },
    ...events.queues.flatMap(([of, { queue, dead }]) => [
      {
        kind: 'dead-letter',
        of,
        metric: dead.metricNumberOfMessagesReceived({ period: FIVE_MINUTES, statistic: Stats.SUM }),
        from: 1,
      },
      {
        kind: 'events-wait',
        of,
        metric: queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES, statistic: Stats.MAXIMUM }),
        from: QUARTER.toSeconds(),
        periods: TWICE,
      },
    ]),
    ...functions.all.flatMap(([of, made]) => [
      {
        kind: 'function-errors',
        of,
        metric: made.metricErrors({ period: FIVE_MINUTES, statistic: Stats.SUM }),
        from: 1,
        periods: TWICE,
      },
      {
        kind: 'function-slow',
        of,
        metric: made.metricDuration({ period: FIVE_MINUTES, statistic: Stats.MAXIMUM }),
        // Four fifths of what it may take.
        from: 0.8 * (made.timeout?.toMilliseconds() ?? 0),
        periods: TWICE,
      },
    ]),
    {
      kind: 'function-throttles',
      // Of all functions of the account: they share what it may run at once.
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'Throttles',
        period: FIVE_MINUTES,
        statistic: Stats.SUM,
      }),
      from: 1,
      periods: TWICE,
    },
    {
      kind: 'api-faults',
      metric: api.http.metricServerError({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      from: 5,
    },
    {
      kind: 'api-slow',
      metric: api.http.metricLatency({ period: FIVE_MINUTES, statistic: 'p95' }),
      from: 2_000,
      periods: [3, 3],
    },
    {
      kind: 'outbox-stuck',
      metric: events.pipe.metric('ExecutionFailed'),
      from: 1,
      periods: TWICE,
    },
    { kind: 'store-throttles', metric: ofAllTables('ThrottledRequests'), from: 1, periods: TWICE },
    { kind: 'store-faults', metric: ofAllTables('SystemErrors'), from: 5, periods: TWICE },
    // SES looks into an account at 5% and at 0.1%.
    { kind: 'mail-bounces', metric: reputation(mail, 'BounceRate'), from: 0.03 },
    { kind: 'mail-complaints', metric: reputation(mail, 'ComplaintRate'), from: 0.0005 },
  ];
}

/** Some fifty tables with a dozen operations each: one query sees them all, and costs only where something was. */
export function ofAllTables(metric: string): IMetric {
  return new MathExpression({
    expression: `SELECT SUM(${metric}) FROM "AWS/DynamoDB"`,
    label: metric,
    period: FIVE_MINUTES,
  });
}

export function reputation(mail: Mail, rate: string): IMetric {
  return new Metric({
    namespace: 'AWS/SES',
    metricName: `Reputation.${rate}`,
    dimensionsMap: { 'ses:configuration-set': mail.configuration },
    period: Duration.hours(1),
    statistic: Stats.AVERAGE,
  });
}
