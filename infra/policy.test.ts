import { beforeAll, describe, expect, test } from 'vitest';
import { lambdas } from '../lambdas/all.ts';
import { tables } from '../lambdas/tables.ts';
import { subscriptions } from '../shared/events/subscriptions.ts';
import { accessOf } from './access.ts';
import { Deployed } from './deployed.ts';
import { Rights } from './policy.ts';
import { type Made, madeWith, type Properties, target } from './testing.ts';

const names = lambdas.map(({ name }) => name);
let made: Made;
let rights: Rights;
beforeAll(async () => {
  made = await madeWith({ MAIL_FROM: 'Dairy <milk@dairy.example>', STRIPE_SECRET_NAME: 'milkfloat/stripe' });
  rights = new Rights(made);
});

const tableArn = (name: string) => `arn:aws:dynamodb:ap-south-1:111122223333:table/milkfloat-${name}`;
/** Who of the nine may do something. */
const who = (action: string, arn: string) => names.filter((lambda) => rights.may(lambda, action, arn));
const bucket = () =>
  rights.arnOf(
    'AWS::S3::Bucket',
    'VersioningConfiguration',
    made.all('AWS::S3::Bucket')[0]?.[1].VersioningConfiguration,
  );

describe('the tables', () => {
  const finding = ['GetItem', 'BatchGetItem', 'Query', 'ConditionCheckItem'];
  const changing = ['UpdateItem', 'DeleteItem'];
  const never = [
    'Scan',
    'PartiQLSelect',
    'BatchWriteItem',
    'DeleteTable',
    'UpdateTable',
    'ExportTableToPointInTime',
  ];

  test.each(names)(
    'The %s Lambda may make each call that its code makes, and no other, to every one of them',
    (lambda) => {
      const { reads, appends, changes } = accessOf(lambda);
      for (const { name, indexes } of tables) {
        const expected = [
          ...(reads.includes(name) || changes.includes(name) ? finding : []),
          ...(appends.includes(name) || changes.includes(name) ? ['PutItem'] : []),
          ...(changes.includes(name) ? changing : []),
        ];
        const allowed = [...finding, 'PutItem', ...changing, ...never].filter((verb) =>
          rights.may(lambda, `dynamodb:${verb}`, tableArn(name)),
        );
        expect(allowed, name).toEqual(expected);
        for (const index of Object.keys(indexes))
          expect(
            rights.may(lambda, 'dynamodb:Query', `${tableArn(name)}/index/${index}`),
            `${name}.${index}`,
          ).toBe(expected.includes('Query'));
      }
    },
  );

  test('Who tells people of an order cannot write one, and a cart does not see the books', () => {
    expect(rights.may('notification', 'dynamodb:GetItem', tableArn('Orders'))).toBe(true);
    for (const verb of ['PutItem', 'UpdateItem', 'DeleteItem'])
      expect(rights.may('notification', `dynamodb:${verb}`, tableArn('Orders'))).toBe(false);
    for (const verb of ['GetItem', 'Query', 'PutItem'])
      expect(rights.may('cart', `dynamodb:${verb}`, tableArn('Ledger'))).toBe(false);
  });

  test('Nobody can alter or delete a line of the books, of the audit trail or of the outbox', () => {
    for (const book of ['Ledger', 'Audit', 'Outbox'])
      for (const verb of changing) expect(who(`dynamodb:${verb}`, tableArn(book))).toEqual([]);
  });

  test('A stage to try things out cannot touch the households of the one that people live by, nor the other way round', async () => {
    const dev = new Rights(await madeWith({ STAGE: 'dev' }));
    const ofDev = tableArn('Users').replace('milkfloat-', 'milkfloat-dev-');
    for (const lambda of names) {
      expect(dev.may(lambda, 'dynamodb:GetItem', ofDev), lambda).toBe(
        rights.may(lambda, 'dynamodb:GetItem', tableArn('Users')),
      );
      expect(dev.may(lambda, 'dynamodb:GetItem', tableArn('Users'))).toBe(false);
      expect(rights.may(lambda, 'dynamodb:GetItem', ofDev)).toBe(false);
    }
  });
});

describe('beside the tables', () => {
  test('Only who sends messages may send mail or text messages, and only from the dairy’s own sender', () => {
    const identity = (name: string) => `arn:aws:ses:ap-south-1:111122223333:identity/${name}`;
    expect(who('ses:SendEmail', identity('dairy.example'))).toEqual(['notification']);
    expect(who('ses:SendEmail', identity('other.example'))).toEqual([]);
    expect(
      who('sms-voice:SendTextMessage', 'arn:aws:sms-voice:ap-south-1:111122223333:sender-id/MLKFLT/IN'),
    ).toEqual(['notification']);
  });

  test('A photo of a delivery is put by who delivers and removed also by who erases; a picture of a product is put by the desk', () => {
    const photo = `${bucket()}/proofs/a.jpg`;
    const picture = `${bucket()}/images/a.jpg`;
    expect(who('s3:PutObject', photo)).toEqual(['delivery']);
    expect(who('s3:DeleteObject', photo)).toEqual(['user', 'delivery']);
    expect(who('s3:PutObject', picture)).toEqual(['admin']);
    expect(who('s3:GetObject', picture)).toEqual(['product']);
    expect(who('s3:PutObject', `${bucket()}/elsewhere/a.jpg`)).toEqual([]);
  });

  test('Everybody reads the installation’s secrets, only who asks Stripe its keys, and nobody any other', () => {
    const secret = (name: string) => `arn:aws:secretsmanager:ap-south-1:111122223333:secret:${name}-AbCdEf`;
    for (const own of ['milkfloat/secret', 'milkfloat/edge'])
      expect(who('secretsmanager:GetSecretValue', secret(own))).toEqual(names);
    expect(who('secretsmanager:GetSecretValue', secret('milkfloat/stripe'))).toEqual(['order', 'payment']);
    expect(who('secretsmanager:GetSecretValue', secret('somebody/else'))).toEqual([]);
    expect(who('secretsmanager:PutSecretValue', secret('milkfloat/secret'))).toEqual([]);
  });

  test('Each Lambda may do with the logins what its code does, and nothing else', () => {
    const pool = rights.arnOf('AWS::Cognito::UserPool', 'UserPoolName', 'milkfloat-logins');
    const deeds = new Set(names.flatMap((lambda) => accessOf(lambda).logins));
    for (const deed of [...deeds, 'AdminGetUser', 'ListUsers', 'UpdateUserPool', 'DeleteUserPool'])
      expect(who(`cognito-idp:${deed}`, pool), deed).toEqual(
        names.filter((lambda) => accessOf(lambda).logins.includes(deed)),
      );
  });

  test('No Lambda reads a queue that is not its own, or sends to one that feeds another', () => {
    for (const [, { QueueName: name }] of made.all('AWS::SQS::Queue')) {
      const arn = rights.arnOf('AWS::SQS::Queue', 'QueueName', name);
      const readers = who('sqs:ReceiveMessage', arn);
      if (/undelivered|failed-work/.test(name)) expect(readers, name).toEqual([]);
      else if (name.endsWith('-dead')) expect(readers, name).toEqual(['admin']);
      else expect(readers, name).toEqual([name.split('-')[1]]);
      expect(who('sqs:SendMessage', arn), name).toEqual(name === 'milkfloat-failed-work' ? names : []);
    }
  });

  test('No Lambda may widen its own rights, call another or touch what the stack is made of', () => {
    for (const action of [
      'iam:PutRolePolicy',
      'iam:PassRole',
      'sts:AssumeRole',
      'lambda:InvokeFunction',
      'lambda:UpdateFunctionCode',
      'cloudformation:UpdateStack',
      'kms:Decrypt',
      'events:PutEvents',
    ])
      expect(who(action, '*'), action).toEqual([]);
  });
});

describe('what AWS takes', () => {
  let dev: Made;
  let deployed: Deployed;
  beforeAll(async () => {
    dev = await madeWith({ STAGE: 'dev', STRIPE_SECRET_NAME: 'milkfloat-dev/stripe' });
    const edge = dev.all('AWS::CloudFront::Distribution').map(([id]) => [id, { Ref: 'EDFDVBD6EXAMPLE' }]);
    const place = { region: 'ap-southeast-1', account: '111122223333' };
    deployed = new Deployed(dev, place, Object.fromEntries(edge));
  });

  const textIn = (value: Properties): Properties => {
    if (Array.isArray(value)) return value.map(textIn);
    if (typeof value !== 'object') return value;
    const fields = Object.entries(value);
    if (fields.some(([name]) => name === 'Ref' || name.startsWith('Fn::'))) return deployed.textOf(value);
    return Object.fromEntries(fields.map(([name, part]) => [name, textIn(part)]));
  };

  /** Every policy of a type as it is deployed, by what it belongs to. */
  const policiesOf = (type: string, of: string): [owner: string, statements: Properties[]][] =>
    dev
      .all(type)
      .map(([id, p]) => [[p[of] ?? id].flat().map(target).join(), textIn(p.PolicyDocument.Statement)]);

  const charactersOf = (statements: Properties[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: statements }).length;

  test('No queue’s policy has more than 20 statements: each rule whose events can end there adds one', () => {
    const policies = policiesOf('AWS::SQS::QueuePolicy', 'Queues');
    expect(policies).toHaveLength(made.all('AWS::SQS::Queue').length);
    for (const [queue, statements] of policies) expect(statements.length, queue).toBeLessThanOrEqual(20);
    expect(Math.max(...policies.map(([, statements]) => statements.length))).toBeGreaterThan(
      subscriptions.length,
    );
  });

  test.each([
    ['AWS::SQS::QueuePolicy', 'Queues', 8_192],
    ['AWS::SNS::TopicPolicy', 'Topics', 30_720],
    ['AWS::S3::BucketPolicy', 'Bucket', 20_480],
    ['AWS::IAM::ManagedPolicy', 'Roles', 6_144],
  ])('Every %s is below its size', (type, of, most) => {
    const policies = policiesOf(type, of);
    expect(policies.length).toBeGreaterThan(0);
    for (const [owner, statements] of policies)
      expect(charactersOf(statements), owner).toBeLessThanOrEqual(most);
  });

  test('What a role may do by itself is below what a role may hold, all of it together', () => {
    const ofRole = new Map<string, number>();
    for (const [role, statements] of policiesOf('AWS::IAM::Policy', 'Roles'))
      ofRole.set(role, (ofRole.get(role) ?? 0) + charactersOf(statements));
    expect(ofRole.size).toBeGreaterThanOrEqual(names.length);
    for (const [role, characters] of ofRole) expect(characters, role).toBeLessThanOrEqual(10_240);
  });
});
