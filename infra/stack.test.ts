import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { lambdas } from '../lambdas/all.ts';
import { tables } from '../lambdas/tables.ts';
import { subscriptions } from '../shared/events/subscriptions.ts';
import { timers } from '../shared/events/timers.ts';
import { type Synthesized, synthesize } from './app.ts';
import { root } from './bundle.ts';
import { Settings } from './settings.ts';
import { type Made, madeWith, type Properties, target } from './testing.ts';

let made: Made;
beforeAll(async () => {
  made = await madeWith();
});

const all = (type: string) => made.all(type);
const named = (type: string, name: string) => made.named(type, name);

describe('requests', () => {
  test('Every door of the dairy is a route of the API, and no route leads anywhere else', () => {
    const doors = lambdas.flatMap(({ name, doors }) =>
      doors.flatMap(({ http }) => (http ? [`${http.method} ${http.path} → milkfloat-${name}`] : [])),
    );
    const functions = named('AWS::Lambda::Function', 'FunctionName');
    const integrations = Object.fromEntries(
      all('AWS::ApiGatewayV2::Integration').map(([id, p]) => [id, functions[target(p.IntegrationUri)]]),
    );
    const routes = all('AWS::ApiGatewayV2::Route').map(
      ([, p]) => `${p.RouteKey} → ${integrations[target(p.Target['Fn::Join'][1][1])]}`,
    );
    expect(routes.sort()).toEqual(doors.sort());
  });

  test('What the API’s document tells of is there, and nothing that it does not tell of', () => {
    const { paths } = JSON.parse(readFileSync(join(root, 'docs', 'openapi.json'), 'utf8'));
    const told = Object.entries<object>(paths).flatMap(([path, verbs]) =>
      Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${path}`),
    );
    const routes = all('AWS::ApiGatewayV2::Route').map(([, p]) => p.RouteKey);
    expect(routes.sort()).toEqual(told.sort());
  });

  test('A door that is not public lets nobody in without a token of the pool; the others ask for none', () => {
    const guarded = lambdas.flatMap(({ doors }) =>
      doors.flatMap(({ http, who }) => (http && who !== 'public' ? [`${http.method} ${http.path}`] : [])),
    );
    const withToken = all('AWS::ApiGatewayV2::Route').filter(([, p]) => p.AuthorizationType === 'JWT');
    expect(withToken.map(([, p]) => p.RouteKey).sort()).toEqual(guarded.sort());
    for (const [, p] of withToken) {
      const authorizer = made.template.Resources[target(p.AuthorizerId)].Properties;
      expect(target(authorizer.JwtConfiguration.Audience[0])).toBe(
        all('AWS::Cognito::UserPoolClient')[0]?.[0],
      );
    }
  });

  test('A household gets its answer or a refusal within ten seconds, and a flood is throttled and logged', () => {
    for (const [, p] of all('AWS::ApiGatewayV2::Integration')) expect(p.TimeoutInMillis).toBe(10_000);
    const [[, stage] = []] = all('AWS::ApiGatewayV2::Stage');
    expect(stage.DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(0);
    expect(made.template.Resources[target(stage.AccessLogSettings.DestinationArn)].Type).toBe(
      'AWS::Logs::LogGroup',
    );
  });
});

test('Whoever tries passwords, makes accounts or has codes sent is slowed down, and no household that is signed in', () => {
  const [[, stage] = []] = all('AWS::ApiGatewayV2::Stage');
  const { RouteSettings: slowed, DefaultRouteSettings: usual } = stage;
  expect(Object.keys(slowed).sort()).toEqual([
    'POST /user/code',
    'POST /user/login',
    'POST /user/login/code',
    'POST /user/password/forgot',
    'POST /user/password/reset',
    'POST /user/register',
  ]);
  const keys = all('AWS::ApiGatewayV2::Route').map(([, p]) => p.RouteKey);
  for (const [key, { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }] of Object.entries<Properties>(
    slowed,
  )) {
    expect(keys).toContain(key);
    expect([rate < usual.ThrottlingRateLimit, burst < usual.ThrottlingBurstLimit]).toEqual([true, true]);
  }
});

describe('functions', () => {
  test('Nine Lambdas run on Node 24 and arm64, each with a role and a log group of its own', () => {
    const functions = all('AWS::Lambda::Function');
    expect(functions.map(([, p]) => p.FunctionName).sort()).toEqual(
      lambdas.map(({ name }) => `milkfloat-${name}`).sort(),
    );
    for (const [, p] of functions) {
      expect(p).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], MemorySize: 512 });
    }
    for (const own of ['Role', 'LoggingConfig'] as const) {
      const owned = functions.map(([, p]) => target(own === 'Role' ? p.Role : p.LoggingConfig.LogGroup));
      expect(new Set(owned).size).toBe(functions.length);
    }
    for (const [, p] of all('AWS::Logs::LogGroup')) expect(p.RetentionInDays).toBeGreaterThan(0);
  });
});

describe('tables', () => {
  test('Every table of the dairy is there with the keys of its model, can be wound back and is not lost with the stack', () => {
    const present = all('AWS::DynamoDB::Table');
    expect(present.map(([, p]) => p.TableName).sort()).toEqual(
      tables.map(({ name }) => `milkfloat-${name}`).sort(),
    );
    for (const table of tables) {
      const [id, p] = present.find(([, { TableName }]) => TableName === `milkfloat-${table.name}`) ?? [];
      const keys = (hash: string, range?: string) => [
        { AttributeName: hash, KeyType: 'HASH' },
        ...(range ? [{ AttributeName: range, KeyType: 'RANGE' }] : []),
      ];
      expect(p).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: keys(table.hash, table.range),
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      });
      const indexes = Object.fromEntries(
        (p.GlobalSecondaryIndexes ?? []).map((index: Properties) => [index.IndexName, index.KeySchema]),
      );
      expect(indexes).toEqual(
        Object.fromEntries(Object.entries(table.indexes).map(([n, key]) => [n, keys(key.hash, key.range)])),
      );
      expect(p.TimeToLiveSpecification?.AttributeName).toBe(table.expires ? 'expiresAtSeconds' : undefined);
      expect(p.StreamSpecification?.StreamViewType).toBe(table.stream ? 'NEW_IMAGE' : undefined);
      expect(made.template.Resources[id ?? ''].DeletionPolicy).toBe('Retain');
    }
  });
});

describe('events', () => {
  const queues = () => named('AWS::SQS::Queue', 'QueueName');

  test('The pipe takes what was added to the outbox and nothing else, halves a bad batch and gives up in the end', () => {
    const [[, pipe] = []] = all('AWS::Pipes::Pipe');
    const outbox = named('AWS::DynamoDB::Table', 'TableName');
    expect(outbox[target(pipe.Source)]).toBe('milkfloat-Outbox');
    expect(pipe.SourceParameters.FilterCriteria.Filters).toEqual([{ Pattern: '{"eventName":["INSERT"]}' }]);
    const stream = pipe.SourceParameters.DynamoDBStreamParameters;
    expect(stream.OnPartialBatchItemFailure).toBe('AUTOMATIC_BISECT');
    expect(stream.BatchSize).toBeLessThanOrEqual(10);
    expect(stream.MaximumRetryAttempts).toBeGreaterThan(0);
    expect(queues()[target(stream.DeadLetterConfig.Arn)]).toBe('milkfloat-undelivered');
    expect(target(pipe.Target)).toBe(all('AWS::Events::EventBus')[0]?.[0]);
  });

  test('Every subscription is a rule to its queue, by SQS or SNS as declared, and there is no other rule', () => {
    const topics = new Set(all('AWS::SNS::Topic').map(([id]) => id));
    const behind = Object.fromEntries(
      all('AWS::SNS::Subscription').map(([, p]) => {
        expect(p.RawMessageDelivery).toBe(true);
        return [target(p.TopicArn), target(p.Endpoint)];
      }),
    );
    const rules = all('AWS::Events::Rule')
      .filter(([, p]) => JSON.stringify(p.EventPattern.source) === '["milkfloat"]')
      .map(([, p]) => {
        const [to] = p.Targets;
        expect(to.InputPath).toBe('$.detail.event');
        const through = topics.has(target(to.Arn));
        const [listened, replayed] = p.EventPattern.detail.$or;
        return {
          queue: queues()[through ? (behind[target(to.Arn)] ?? '') : target(to.Arn)],
          via: through ? 'SNS' : 'SQS',
          events: listened.event.eventType,
          onlyFor: replayed.onlyFor,
        };
      });
    const declared = subscriptions.map(({ name, via, events }) => ({
      queue: `milkfloat-${name}`,
      via,
      events,
      onlyFor: [name],
    }));
    expect(rules).toEqual(declared);
  });

  test('Every queue has a dead-letter queue, up to the one where the platform staff look', () => {
    const where = Object.fromEntries(
      all('AWS::SQS::Queue').map(([, p]) => [
        p.QueueName,
        [queues()[target(p.RedrivePolicy?.deadLetterTargetArn)], p.RedrivePolicy?.maxReceiveCount],
      ]),
    );
    const declared = subscriptions.flatMap(({ name, tries }) => [
      [`milkfloat-${name}`, [`milkfloat-${name}-dead`, tries]],
      [`milkfloat-${name}-dead`, ['milkfloat-undelivered', 100]],
    ]);
    expect(where).toEqual({
      ...Object.fromEntries(declared),
      'milkfloat-undelivered': [undefined, undefined],
      'milkfloat-failed-work': [undefined, undefined],
    });
  });

  test('Every queue feeds its Lambda in its own batches and every dead one the desk, each telling which messages failed', () => {
    const functions = named('AWS::Lambda::Function', 'FunctionName');
    const sources = all('AWS::Lambda::EventSourceMapping').map(([, p]) => {
      expect(p.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      return `${queues()[target(p.EventSourceArn)]} → ${functions[target(p.FunctionName)]} by ${p.BatchSize}`;
    });
    const declared = subscriptions.flatMap(({ name, consumer, batch }) => [
      `milkfloat-${name} → milkfloat-${consumer} by ${batch}`,
      `milkfloat-${name}-dead → milkfloat-admin by 10`,
    ]);
    expect(sources.sort()).toEqual(declared.sort());
  });

  test('A message that must wait for the indexes waits in its queue, the others do not', () => {
    const waits = named('AWS::SQS::Queue', 'DelaySeconds');
    for (const [id, name] of Object.entries(queues())) {
      const declared = subscriptions.find((subscription) => name === `milkfloat-${subscription.name}`);
      expect(waits[id] ?? 0, name).toBe(declared?.delaySeconds ?? 0);
    }
  });

  test('A message stays hidden for longer than the Lambda may work on it', () => {
    const timeouts = named('AWS::Lambda::Function', 'Timeout');
    for (const [, p] of all('AWS::Lambda::EventSourceMapping')) {
      const queue = made.template.Resources[target(p.EventSourceArn)].Properties;
      expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Number(timeouts[target(p.FunctionName)]));
    }
  });

  test('Every timer has a schedule that hands its Lambda what the clock at home does', () => {
    const functions = named('AWS::Lambda::Function', 'FunctionName');
    const schedules = all('AWS::Scheduler::Schedule').map(([, p]) => ({
      to: functions[target(p.Target.Arn)],
      rate: p.ScheduleExpression,
      input: JSON.parse(p.Target.Input),
    }));
    const declared = timers.map(({ lambda, timer, everySeconds }) => ({
      to: `milkfloat-${lambda}`,
      rate: everySeconds <= 60 ? 'rate(1 minute)' : `rate(${everySeconds / 60} minutes)`,
      input: { source: 'milkfloat.timer', 'detail-type': 'Scheduled Event', detail: { timer } },
    }));
    expect(schedules).toEqual(declared);
  });
});

describe('permissions', () => {
  /** Resources that AWS gives no better name, with the reason. */
  const wild: Record<string, string> = {
    '/images/*': 'objects have only their folder in common',
    '/proofs/*': 'objects have only their folder in common',
    WebBucket: 'every object is a file of the screens, and the edge alone may read it',
  };

  /** What X-Ray puts traces into has no name. */
  const traces = (actions: string[]) =>
    actions.every((action) => ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].includes(action));

  /** Every statement of every policy that allows something. */
  function allowed(): { id: string; actions: string[]; resources: string[] }[] {
    const statements: { id: string; actions: string[]; resources: string[] }[] = [];
    const gather = (id: string, document: Properties) => {
      for (const statement of document.Statement) {
        if (statement.Effect !== 'Allow') continue;
        const resources = [statement.Resource ?? []]
          .flat()
          .map((resource: unknown) => JSON.stringify(resource));
        statements.push({ id, actions: [statement.Action].flat(), resources });
      }
    };
    for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'])
      for (const [id, p] of all(type)) gather(id, p.PolicyDocument);
    for (const [id, p] of all('AWS::IAM::Role')) {
      expect(p.ManagedPolicyArns, `${id} has a policy of AWS's`).toBeUndefined();
      for (const policy of p.Policies ?? []) gather(id, policy.PolicyDocument);
    }
    for (const type of ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::S3::BucketPolicy']) {
      for (const [id, p] of all(type)) gather(id, p.PolicyDocument);
    }
    return statements;
  }

  test('Nobody may do everything: no policy allows an action by a wildcard', () => {
    for (const { id, actions } of allowed()) {
      for (const action of actions) expect(action, id).not.toContain('*');
    }
  });

  test('Nobody may do something to everything: resources are named, except where AWS has no name for them', () => {
    for (const { id, actions, resources } of allowed()) {
      for (const resource of resources) {
        const known = Object.keys(wild).some((end) => resource.includes(end)) || traces(actions);
        if (!known) expect(resource, id).not.toContain('*');
      }
    }
  });

  test('Only our own functions reach the files, by encrypted connections', () => {
    const [[id, bucket] = []] = all('AWS::S3::Bucket');
    expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(bucket.BucketEncryption).toBeDefined();
    const [[, policy] = []] = all('AWS::S3::BucketPolicy');
    expect(target(policy.Bucket)).toBe(id);
    expect(JSON.stringify(policy.PolicyDocument)).toContain('"aws:SecureTransport":"false"');
  });

  test('Logins have the three roles as groups and take a password only from our functions', () => {
    const groups = all('AWS::Cognito::UserPoolGroup').map(([, p]) => p.GroupName);
    expect(groups.sort()).toEqual(['admin', 'courier', 'customer']);
    const [[, client] = []] = all('AWS::Cognito::UserPoolClient');
    expect(client.ExplicitAuthFlows).toEqual(['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']);
    // Without it tokens do not name the login they come from, and no session could be ended.
    expect(client.EnableTokenRevocation).toBe(true);
    expect(all('AWS::Cognito::UserPool')[0]?.[1].AdminCreateUserConfig.AllowAdminCreateUserOnly).toBe(true);
  });
});

test('No secret is in the template or in a function, only the name under which AWS keeps it', () => {
  const secrets = all('AWS::SecretsManager::Secret').map(([, p]) => p);
  expect(secrets.map(({ Name }) => Name)).toEqual(['milkfloat/secret', 'milkfloat/edge']);
  for (const secret of secrets) {
    expect(secret.SecretString).toBeUndefined();
    expect(secret.GenerateSecretString.PasswordLength).toBeGreaterThanOrEqual(32);
  }
  for (const [, p] of all('AWS::Lambda::Function')) {
    const suspicious = Object.entries(p.Environment.Variables).filter(([name]) =>
      /SECRET|PASSWORD|TOKEN|KEY|CREDENTIAL/i.test(name),
    );
    expect(Object.fromEntries(suspicious)).toEqual({
      SECRET_NAME: 'milkfloat/secret',
      EDGE_SECRET_NAME: 'milkfloat/edge',
      PASSWORD_POLICY: 'strict',
    });
  }
});

test('Every secret that AWS keeps has its way to be changed in the runbook, and CloudFront’s is named there with what reads it anew', () => {
  const runbook = readFileSync(join(root, 'docs', 'runbook.md'), 'utf8');
  const chapter = /\n## Keys and secrets\n([\s\S]*?)(?=\n## )/.exec(runbook)?.[1] ?? '';
  for (const [, { Name: name }] of all('AWS::SecretsManager::Secret')) {
    expect(chapter).toContain(`| \`${name}\` `);
  }
  // CloudFormation resolves a reference again where it is another: the plain one names no version, the runbook's does.
  const [shown] = made
    .one('AWS::CloudFront::Distribution')
    .DistributionConfig.Origins.flatMap(({ OriginCustomHeaders = [] }: Properties) => OriginCustomHeaders);
  expect(JSON.stringify(shown.HeaderValue)).toContain(':SecretString:::}}');
  for (const step of ['put-secret-value', 'versionId', 'New functions']) expect(chapter).toContain(step);
});

test('The same sources make the same template, byte for byte, down to the bundles it names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'milkfloat-synth-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const made = [];
  for (const name of ['first', 'second']) made.push(await synthesize(join(folder, name), Settings.parse({})));
  const textOf = ({ assembly, stack }: Synthesized) =>
    readFileSync(assembly.getStackByName(stack.stackName).templateFullPath, 'utf8');
  const [first, second] = made.map(textOf);
  expect(second).toBe(first);
});

test.each([
  ['MAIL_FROM', ['a@b.example', 'Dairy <a@b.example>', "Amul & Co's No. 1 <a.b+c@mail.b.example>"], true],
  [
    'MAIL_FROM',
    ['a@b.example>', '<a@b.example>', 'Dairy <a@b.example', 'Dairy <a@b>', 'a@b.example, c@d.example'],
    false,
  ],
  [
    'MAIL_FROM',
    ['दूध <a@b.example>', 'milk@दूध.example', 'Milk, Ltd <a@b.example>', 'Milk "M" <a@b.example>'],
    false,
  ],
  [
    'MAIL_FROM',
    ['A: <a@b.example>', 'A;B <a@b.example>', 'A (B) <a@b.example>', 'A [B] <a@b.example>'],
    false,
  ],
  ['MAIL_FROM', ['A\\B <a@b.example>', 'A@B <a@b.example>', 'A\nB <a@b.example>', ' <a@b.example>'], false],
  ['SMS_ORIGINATION', ['sender-id/MLKFLT/IN', 'phone-number/phone-1a2b', 'pool/pool-1a2b'], true],
  [
    'SMS_ORIGINATION',
    ['sender-id/MLKFLT', 'sender-id/MLKFLT/', 'sender-id/MLKFLT/in', 'pool/a/IN', 'pool/'],
    false,
  ],
])('A sender is taken or refused as it is written, before AWS reads it: %s %j', (name, values, taken) => {
  for (const value of values)
    expect([value, Settings.safeParse({ [name]: value }).success]).toEqual([value, taken]);
});

test('What a dairy decides at its deployment reaches the functions, and a bad decision is refused', async () => {
  expect(Settings.safeParse({ MAIL_FROM: 'nobody' }).success).toBe(false);
  expect(Settings.safeParse({ SMS_ORIGINATION: '*' }).success).toBe(false);
  expect(Settings.safeParse({ DOMAIN: 'milk' }).success).toBe(false);
  const notification = all('AWS::Lambda::Function').find(
    ([, p]) => p.FunctionName === 'milkfloat-notification',
  );
  expect(notification?.[1].Environment.Variables.MAIL_FROM).toBe(Settings.parse({}).MAIL_FROM);
  const senders = all('AWS::IAM::Policy').filter(([, p]) => JSON.stringify(p).includes('ses:SendEmail'));
  expect(senders).toHaveLength(1);
  expect(JSON.stringify(senders)).toContain('identity/milkfloat.example');
  expect(JSON.stringify(senders)).toContain('sms-voice:SendTextMessage');
});

test('What is registered for text messages is named to the function that sends them, and only that may read it', async () => {
  const withSms = await madeWith({ SMS_SECRET_NAME: 'milkfloat/sms' });
  const told = withSms
    .all('AWS::Lambda::Function')
    .filter(([, p]) => p.Environment.Variables.SMS_SECRET_NAME === 'milkfloat/sms')
    .map(([, p]) => p.FunctionName);
  expect(told).toEqual(['milkfloat-notification']);
  const readers = withSms
    .all('AWS::IAM::Policy')
    .filter(([, p]) => JSON.stringify(p).includes('secret:milkfloat/sms-??????'))
    .map(([, p]) => target(p.Roles[0]));
  expect(readers).toHaveLength(1);
  expect(readers[0]).toMatch(/notification/);
  expect(JSON.stringify(made.template)).not.toContain('SMS_SECRET_NAME');
  expect(Settings.safeParse({ SMS_SECRET_NAME: 'milk*' }).success).toBe(false);
});

test('A dairy that takes cards names the secret of Stripe, and only those who ask Stripe may read it', async () => {
  const withCards = await madeWith({ STRIPE_SECRET_NAME: 'milkfloat/stripe' });
  for (const [, p] of withCards.all('AWS::Lambda::Function')) {
    expect(p.Environment.Variables.STRIPE_SECRET_NAME).toBe('milkfloat/stripe');
  }
  const readers = withCards
    .all('AWS::IAM::Policy')
    .filter(([, p]) => JSON.stringify(p).includes('secret:milkfloat/stripe-??????'))
    .map(([, p]) => target(p.Roles[0]));
  expect(readers).toHaveLength(2);
  expect(readers.every((role) => /order|payment/.test(role))).toBe(true);
  expect(JSON.stringify(made.template)).not.toContain('STRIPE');
  expect(Settings.safeParse({ STRIPE_SECRET_NAME: 'milk*' }).success).toBe(false);
});
