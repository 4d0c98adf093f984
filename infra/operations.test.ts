import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { billOfMonth } from '../bench/cost/bill.ts';
import type { Use } from '../bench/cost/stories.ts';
import { lambdas } from '../lambdas/all.ts';
import { RUN_MS } from '../lambdas/order/orderRun.ts';
import { subscriptions } from '../shared/events/subscriptions.ts';
import { root } from './bundle.ts';
import { Deployed } from './deployed.ts';
import { type Made, madeWith, type Properties, target } from './testing.ts';

const watchful = { ALARM_MAIL: 'desk@dairy.example', MONTHLY_BUDGET: '200' };
let made: Made;
beforeAll(async () => {
  made = await madeWith(watchful);
});

const alarms = () => made.all('AWS::CloudWatch::Alarm').map(([, p]) => p);
const alarmsOf = (kind: string) =>
  alarms().filter((alarm) => alarm.AlarmDescription === `docs/runbook.md#${kind}`);

/** The name of what an alarm's metric is about, where that is a resource of the stack. */
function about({ Dimensions: [first] }: Properties): string {
  const id = target(first.Value);
  const { Properties: p } = made.template.Resources[id];
  return p.QueueName ?? p.FunctionName ?? p.Name;
}

describe('alarms', () => {
  test('Every alarm has its heading in the runbook, which says what it means, where to look and what helps; no heading is left over', () => {
    const runbook = readFileSync(join(root, 'docs', 'runbook.md'), 'utf8');
    const chapter = /\n## Alarms on AWS\n([\s\S]*?)(?=\n## |$)/.exec(runbook)?.[1] ?? '';
    const headings = new Map(
      chapter
        .split(/\n### /)
        .slice(1)
        .map((part) => [part.slice(0, part.indexOf('\n')), part]),
    );
    const kinds = new Set(alarms().map(({ AlarmDescription }) => AlarmDescription.split('#')[1]));
    expect([...headings.keys()].sort()).toEqual([...kinds].sort());
    for (const [kind, text] of headings)
      for (const word of ['Means', 'Look', 'Fix']) expect(text, kind).toContain(`**${word}**`);
  });

  test('Somebody is told when an alarm begins and when it ends, and nothing to measure is no alarm', () => {
    const [[topic] = []] = made.all('AWS::SNS::Topic').filter(([, p]) => p.TopicName === 'milkfloat-alarms');
    for (const alarm of alarms()) {
      expect([alarm.AlarmActions, alarm.OKActions].flat().map(target)).toEqual([topic, topic]);
      expect(alarm.TreatMissingData).toBe('notBreaching');
    }
    const mail = made.one('AWS::SNS::Subscription', ({ Protocol }) => Protocol === 'email');
    expect([target(mail.TopicArn), mail.Endpoint]).toEqual([topic, watchful.ALARM_MAIL]);
    const policy = made.one('AWS::SNS::TopicPolicy', ({ Topics }) => target(Topics[0]) === topic);
    expect(JSON.stringify(policy)).toContain('cloudwatch.amazonaws.com');
  });

  test('Every queue is watched: those of consumers for waiting, every dead-letter queue for what comes into it', () => {
    const watched = new Map(
      ['events-wait', 'dead-letter', 'undelivered', 'failed-work'].map((kind) => [
        kind,
        alarmsOf(kind).map(about).sort(),
      ]),
    );
    const names = subscriptions.map(({ name }) => name).sort();
    expect(watched.get('events-wait')).toEqual(names.map((name) => `milkfloat-${name}`));
    expect(watched.get('dead-letter')).toEqual(names.map((name) => `milkfloat-${name}-dead`).sort());
    const queues = Object.values(made.named('AWS::SQS::Queue', 'QueueName'));
    expect([...watched.values()].flat().sort()).toEqual(queues.sort());
  });

  test('The order run leaves off by itself, to go on at the next tick, well before its Lambda is called slow', () => {
    const [alarm] = alarmsOf('function-slow').filter((one) => about(one) === 'milkfloat-order');
    // What is under way when its time is over, a transaction a lane, and the words at the end.
    const rest = 3_000;
    expect(RUN_MS + rest).toBeLessThanOrEqual(alarm.Threshold);
  });

  test('Every Lambda is watched for errors and for coming near its time-out', () => {
    const names = lambdas.map(({ name }) => `milkfloat-${name}`).sort();
    expect(alarmsOf('function-errors').map(about).sort()).toEqual(names);
    expect(alarmsOf('function-slow').map(about).sort()).toEqual(names);
    const timeouts = Object.fromEntries(
      made.all('AWS::Lambda::Function').map(([, p]) => [p.FunctionName, p.Timeout]),
    );
    for (const alarm of alarmsOf('function-slow')) expect(alarm.Threshold).toBe(800 * timeouts[about(alarm)]);
  });

  test('What no single resource tells is asked of all tables at once, within one period', () => {
    for (const kind of ['store-throttles', 'store-faults']) {
      const [alarm] = alarmsOf(kind);
      expect(alarm.Metrics).toEqual([
        expect.objectContaining({
          Expression: expect.stringMatching(/^SELECT SUM\(\w+\) FROM "AWS\/DynamoDB"$/),
          Period: 300,
          ReturnData: true,
        }),
      ]);
    }
  });
});

test('A month that costs too much is told before it is over, and a dairy that asks for no budget has none', async () => {
  const { Budget: budget, NotificationsWithSubscribers: told } = made.one('AWS::Budgets::Budget');
  expect(budget.BudgetLimit).toEqual({ Amount: 200, Unit: 'USD' });
  expect(told.map(({ Notification: n }: Properties) => [n.NotificationType, n.Threshold])).toEqual([
    ['ACTUAL', 80],
    ['FORECASTED', 100],
  ]);
  const quiet = await madeWith();
  expect(quiet.all('AWS::Budgets::Budget')).toEqual([]);
  expect(quiet.all('AWS::SNS::Subscription').filter(([, p]) => p.Protocol === 'email')).toEqual([]);
});

test('One page shows the alarms, the way of a request and of an event, and the newest faults', () => {
  const { DashboardBody: body } = made.one('AWS::CloudWatch::Dashboard');
  const text = JSON.stringify(body);
  for (const part of ['AWS/ApiGateway', 'AWS/SQS', 'AWS/Lambda', 'AWS/CloudFront', 'SOURCE ', '"alarms\\"'])
    expect(text, part).toContain(part.replaceAll('"', ''));
});

describe('what nobody waits for', () => {
  test('A timer that fails, or that the schedule cannot hand over, is kept where an operator finds it', () => {
    const failed = made.all('AWS::SQS::Queue').find(([, p]) => p.QueueName === 'milkfloat-failed-work')?.[0];
    const invocations = made.all('AWS::Lambda::EventInvokeConfig').map(([, p]) => p);
    expect(invocations).toHaveLength(lambdas.length);
    for (const p of invocations) {
      expect(p).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
      expect(target(p.DestinationConfig.OnFailure.Destination)).toBe(failed);
    }
    for (const [, p] of made.all('AWS::Scheduler::Schedule'))
      expect(target(p.Target.DeadLetterConfig.Arn)).toBe(failed);
  });

  test('Of some calls of each function X-Ray has how long it waited, started and worked, and the bill counts them', () => {
    for (const [, p] of made.all('AWS::Lambda::Function'))
      expect(p.TracingConfig).toEqual({ Mode: 'Active' });
    const nothing = { requests: 0, readUnits: 0, writeUnits: 0, calls: 0, bytes: 0 };
    const use: Use = { ...nothing, events: 0, messages: 0, topics: 0, mails: 0, texts: 0, ms: 0 };
    const visit = { ...use, requests: 4, messages: 1 };
    const stories = { standing: use, oneOff: use, visit, topUp: use, idle: use };
    const fixed = { alarms: 0, dashboards: 0, secrets: 0, queues: 0, timers: 15, ticks: 300_000 };
    const tracesOf = (households: number) => billOfMonth(stories, fixed, households).Traces;
    // A small dairy pays for every call, at 5 dollars a million: ticks, and eight visits of five calls a household.
    expect(tracesOf(1_000)).toBeCloseTo((0.3 + 0.04) * 5, 6);
    // A large one for a call each second, 2.592 million in 30 days, and a twentieth of what is more.
    expect(tracesOf(1_000_000)).toBeCloseTo((2.592 + (40.3 - 2.592) / 20) * 5, 6);
  });

  test('Nobody is promised that X-Ray shows the calls that a function makes, which nothing here tells it', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(Object.keys(dependencies).filter((name) => /xray|x-ray|opentelemetry/.test(name))).toEqual([]);
    for (const name of ['deploy.md', 'runbook.md']) {
      const told = readFileSync(join(root, 'docs', name), 'utf8').match(/X-Ray[^.]*\./g) ?? [];
      expect(told.length, name).toBeGreaterThan(0);
      for (const sentence of told)
        expect(sentence, name).not.toMatch(/calls? (it made|was waited for)|where/);
    }
  });
});

/** What an account and region has once by its name, and which property is the name. Schedules are named in their group. */
const unique = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Archive': 'ArchiveName',
  'AWS::Events::Rule': 'Name',
  'AWS::Pipes::Pipe': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::SES::ConfigurationSet': 'Name',
  'AWS::CloudWatch::Alarm': 'AlarmName',
};

/** What knows no region: its names are taken in all of them. */
const everywhere = /^AWS::(CloudFront|IAM|Budgets|Route53)::|^AWS::S3::Bucket$|^AWS::CloudWatch::Dashboard$/;
const isName = /^(Bucket|Budget|Dashboard|Group|ManagedPolicy|Role|User)?Name$/;

/** The names that we give to what knows no region, each with its kind, in a region. AWS makes up the others. */
function namesEverywhere(stack: Made, region: string): { type: string; name: string }[] {
  const deployed = new Deployed(stack, { region, account: '111122223333' });
  return Object.values(stack.template.Resources)
    .filter(({ Type }) => everywhere.test(Type))
    .flatMap(({ Type: type, Properties: p }) =>
      [p, ...Object.values<Properties>(p)]
        .flatMap((part) => Object.entries<Properties>(part).filter(([property]) => isName.test(property)))
        .map(([, name]) => ({ type, name: deployed.textOf(name) })),
    );
}

describe('stages', () => {
  test('A stage to try things out stands beside the one that people live by: no name is taken twice', async () => {
    const dev = await madeWith({ STAGE: 'dev' });
    for (const [type, property] of Object.entries(unique)) {
      const names = Object.values(dev.named(type, property));
      expect(names.length, type).toBeGreaterThan(0);
      for (const name of names) expect(name).toMatch(/milkfloat-dev[-/]/);
    }
    const [group] = dev.all('AWS::Scheduler::ScheduleGroup');
    expect(group?.[1].Name).toBe('milkfloat-dev-timers');
    const [[, first] = []] = dev.all('AWS::Lambda::Function');
    expect(first.Environment.Variables).toMatchObject({
      TABLE_PREFIX: 'milkfloat-dev-',
      SECRET_NAME: 'milkfloat-dev/secret',
    });
  });

  test('A dairy in another region of the account, or a stage beside it, finds no name taken that an account has once', async () => {
    const dev = await madeWith({ ...watchful, STAGE: 'dev' });
    const here = namesEverywhere(made, 'ap-south-1');
    expect(here.map(({ type }) => type.slice('AWS::'.length)).sort()).toEqual([
      'Budgets::Budget',
      'CloudFront::Function',
      'CloudFront::Function',
      'CloudFront::OriginAccessControl',
      'CloudFront::ResponseHeadersPolicy',
      'CloudWatch::Dashboard',
    ]);
    const all = [
      ...here,
      ...namesEverywhere(made, 'ap-southeast-1'),
      ...namesEverywhere(dev, 'ap-south-1'),
      ...namesEverywhere(dev, 'ap-southeast-1'),
    ];
    expect(new Set(all.map(({ type, name }) => `${type} ${name}`)).size).toBe(4 * here.length);
    // The least that any of them takes: CloudFront's functions and access.
    for (const { name, type } of all) expect(name, type).toMatch(/^[\w-]{1,64}$/);
  });

  test('What people entrusted to the dairy outlives a mistake in prod, and goes with the stack in dev', async () => {
    const dev = await madeWith({ STAGE: 'dev' });
    const entrusted = [
      'AWS::DynamoDB::Table',
      'AWS::S3::Bucket',
      'AWS::Cognito::UserPool',
      'AWS::SecretsManager::Secret',
    ];
    const policies = ({ template }: Made) =>
      new Set(
        Object.values(template.Resources)
          .filter(({ Type }) => entrusted.includes(Type))
          .map(({ DeletionPolicy }) => DeletionPolicy),
      );
    expect([...policies(made)]).toEqual(['Retain']);
    expect([...policies(dev)]).toEqual(['Delete']);
    expect(dev.all('AWS::DynamoDB::Table').every(([, p]) => p.DeletionProtectionEnabled === false)).toBe(
      true,
    );
  });
});
