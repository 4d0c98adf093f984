import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { type Asked, refusal, standIn, type Told, towards } from '../../adapters/aws/testing.ts';
import { root } from '../bundle.ts';
import { synthesizeIn } from '../testing.ts';
import { putScreens } from './screens.ts';

type Answers = Record<string, Told>;

const query = (action: string, inside: string) => ({
  body: `<${action}Response><${action}Result>${inside}</${action}Result></${action}Response>`,
  headers: { 'content-type': 'text/xml' },
});
const stack = (name: string, status: string, output = '') =>
  query(
    'DescribeStacks',
    `<Stacks><member><StackName>${name}</StackName><StackStatus>${status}</StackStatus>${output}</member></Stacks>`,
  );
const noStack = {
  status: 400,
  body: '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id x does not exist</Message></Error></ErrorResponse>',
  headers: { 'content-type': 'text/xml' },
};
const bootstrap = (version: number) =>
  stack(
    'CDKToolkit',
    'CREATE_COMPLETE',
    `<Outputs><member><OutputKey>BootstrapVersion</OutputKey><OutputValue>${version}</OutputValue></member></Outputs>`,
  );
const json = (body: object): Told => ({ body, headers: { 'content-type': 'application/json' } });

const settings = { STAGE: 'prod', MAIL_FROM: 'Dairy <milk@dairy.in>', AWS_REGION: 'ap-south-1' };
const certificate = 'arn:aws:acm:us-east-1:111122223333:certificate/1-2-3';

const noIdentity: Told = {
  ...refusal('NotFoundException', 404),
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'NotFoundException' },
};

/** An account in which everything is there that a dairy needs. */
const ready: Answers = {
  GetCallerIdentity: query('GetCallerIdentity', '<Account>111122223333</Account>'),
  'DescribeStacks CDKToolkit': bootstrap(30),
  'DescribeStacks milkfloat': noStack,
  'GET /v2/email/account': json({ SendingEnabled: true, ProductionAccessEnabled: true }),
  'GET /v2/email/identities/milk%40dairy.in': noIdentity,
  'GET /v2/email/identities/dairy.in': json({ VerifiedForSendingStatus: true }),
  DescribeSenderIds: json({ SenderIds: [] }),
  DescribeAccountAttributes: json({ AccountAttributes: [{ Name: 'ACCOUNT_TIER', Value: 'PRODUCTION' }] }),
  'GET /2016-08-19/account-settings': json({ AccountLimit: { ConcurrentExecutions: 1000 } }),
  DescribeCertificate: json({ Certificate: { Status: 'ISSUED', SubjectAlternativeNames: ['*.dairy.in'] } }),
  DescribeSecret: json({ Name: 'milkfloat/stripe' }),
};

function questionOf({ operation, body }: Asked): string {
  const form = new URLSearchParams(body);
  const action = form.get('Action');
  if (action) return [action, form.get('StackName')].filter(Boolean).join(' ');
  return operation;
}

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `npm run deploy -- --check` as an operator does, in an account that answers so. */
async function check(answers: Answers, environment: Record<string, string> = settings, args = ['--check']) {
  const aws = await standIn(
    (asked) => answers[questionOf(asked)] ?? { status: 500, body: `<x>${questionOf(asked)}</x>` },
  );
  onTestFinished(() => aws.close());
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const home = mkdtempSync(join(tmpdir(), 'milkfloat-operator-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const nothing = { AWS_EC2_METADATA_DISABLED: 'true', HOME: home, AWS_ENDPOINT_URL: aws.url };
  const child = spawn(process.execPath, ['infra/deploy/deploy.ts', ...args], {
    cwd: root,
    env: { ...nothing, ...keys, ...environment },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise((resolve) => child.on('exit', resolve));
  return { code, said, asked: aws.asked.map(questionOf) };
}

test('Where everything is there the operator is told so, and looking changes nothing', async () => {
  const { code, said, asked } = await check(ready);
  expect(said).toBe('milkfloat for account 111122223333 in ap-south-1: everything is there.\n');
  expect(code).toBe(0);
  for (const question of asked) expect(question).toMatch(/^(Get|Describe|GET )/);
});

test('A first deployment that was cut off before it was approved is begun anew, as CDK does', async () => {
  const { code, said } = await check({
    ...ready,
    'DescribeStacks milkfloat': stack('milkfloat', 'REVIEW_IN_PROGRESS'),
  });
  expect(said).toContain('everything is there');
  expect(code).toBe(0);
});

test('A profile that only CDK would hear of is refused before anybody is asked', async () => {
  const { code, said, asked } = await check(ready, settings, ['--profile', 'other']);
  expect(said).toMatch(/^✗ --profile .* set AWS_PROFILE instead\nNothing was changed\.\n$/);
  expect([code, asked]).toEqual([1, []]);
});

test.each<[what: string, answers: Answers, environment: Record<string, string>, says: string]>([
  ['no stage', {}, { STAGE: '' }, 'STAGE is not set'],
  ['a stage that does not exist', {}, { STAGE: 'test' }, 'STAGE Invalid option'],
  ['a sender that is no address', {}, { MAIL_FROM: 'nobody' }, 'MAIL_FROM must be a@b.example'],
  ['no sender', {}, { MAIL_FROM: 'no-reply@milkfloat.example' }, 'MAIL_FROM is not set'],
  [
    'a domain without its certificate',
    {},
    { DOMAIN: 'shop.dairy.in' },
    'CERTIFICATE_ARN is needed with DOMAIN',
  ],
  [
    'a certificate of another region',
    {},
    { DOMAIN: 'shop.dairy.in', CERTIFICATE_ARN: certificate.replace('us-east-1', 'ap-south-1') },
    'CERTIFICATE_ARN must be the ARN of a certificate in us-east-1',
  ],
  [
    'a budget that nobody is told of',
    {},
    { MONTHLY_BUDGET: '100' },
    'ALARM_MAIL is needed with MONTHLY_BUDGET',
  ],
  ['no region', {}, { AWS_REGION: '' }, 'There is no region. Set AWS_REGION'],
  ['no credentials', {}, { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, 'There are no credentials'],
  [
    'credentials that have expired',
    {
      GetCallerIdentity: {
        status: 403,
        body: '<ErrorResponse><Error><Code>ExpiredToken</Code><Message>expired</Message></Error></ErrorResponse>',
        headers: { 'content-type': 'text/xml' },
      },
    },
    {},
    'The credentials have expired',
  ],
  [
    'a region that is switched off',
    {
      GetCallerIdentity: {
        status: 403,
        body: '<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>invalid</Message></Error></ErrorResponse>',
        headers: { 'content-type': 'text/xml' },
      },
    },
    {},
    'AWS does not know these credentials in ap-south-1',
  ],
  [
    'an account that is not bootstrapped',
    { 'DescribeStacks CDKToolkit': noStack },
    {},
    'Run: npx cdk bootstrap aws://111122223333/ap-south-1',
  ],
  ['a bootstrap that is too old', { 'DescribeStacks CDKToolkit': bootstrap(4) }, {}, 'too old (version 4)'],
  [
    'a deployment under way',
    { 'DescribeStacks milkfloat': stack('milkfloat', 'UPDATE_IN_PROGRESS') },
    {},
    'Somebody is deploying milkfloat already',
  ],
  [
    'a deployment that got stuck',
    { 'DescribeStacks milkfloat': stack('milkfloat', 'UPDATE_ROLLBACK_FAILED') },
    {},
    'UPDATE_ROLLBACK_FAILED. See docs/deploy.md',
  ],
  [
    'a mail address that is not verified',
    { 'GET /v2/email/identities/dairy.in': json({ VerifiedForSendingStatus: false }) },
    {},
    'SES in ap-south-1 has not verified dairy.in, nor milk@dairy.in',
  ],
  [
    'a sender of whose domain only the parent is verified',
    {
      'GET /v2/email/identities/mail.dairy.in': noIdentity,
      'GET /v2/email/identities/milk%40mail.dairy.in': noIdentity,
    },
    { MAIL_FROM: 'milk@mail.dairy.in' },
    "A verified parent domain is not enough: the dairy's functions may send in the name of mail.dairy.in itself only",
  ],
  [
    'an account that may not send',
    { 'GET /v2/email/account': json({ SendingEnabled: false, ProductionAccessEnabled: true }) },
    {},
    'SES does not let this account send',
  ],
  [
    'a certificate for another name',
    {},
    { DOMAIN: 'dairy.in', CERTIFICATE_ARN: certificate },
    'The certificate is for *.dairy.in, not for dairy.in',
  ],
  [
    'a certificate that is not issued',
    {
      DescribeCertificate: json({
        Certificate: { Status: 'PENDING_VALIDATION', SubjectAlternativeNames: ['shop.dairy.in'] },
      }),
    },
    { DOMAIN: 'shop.dairy.in', CERTIFICATE_ARN: certificate },
    'is PENDING_VALIDATION',
  ],
  [
    'a certificate that does not exist',
    { DescribeCertificate: refusal('ResourceNotFoundException') },
    { DOMAIN: 'shop.dairy.in', CERTIFICATE_ARN: certificate },
    'There is no certificate CERTIFICATE_ARN in us-east-1',
  ],
  [
    'a certificate of another account',
    {},
    { DOMAIN: 'shop.dairy.in', CERTIFICATE_ARN: certificate.replace('1111', '9999') },
    'CERTIFICATE_ARN is of another account',
  ],
])(
  'With %s the operator is told what to do, before anything is changed',
  async (_what, answers, environment, says) => {
    const { code, said, asked } = await check({ ...ready, ...answers }, { ...settings, ...environment }, []);
    expect(said).toContain(says);
    expect(said).toMatch(/✗ .*\nNothing was changed\.\n$/s);
    expect(code).toBe(1);
    for (const question of asked) expect(question).toMatch(/^(Get|Describe|GET )/);
  },
);

test('What can come later is told and hinders nothing: the sandboxes of mails and texts, no sender of text messages, no keys for cards, few functions at once', async () => {
  const { code, said } = await check(
    {
      ...ready,
      'GET /v2/email/account': json({ SendingEnabled: true, ProductionAccessEnabled: false }),
      DescribeSenderIds: refusal('ResourceNotFoundException'),
      DescribeAccountAttributes: json({ AccountAttributes: [{ Name: 'ACCOUNT_TIER', Value: 'SANDBOX' }] }),
      DescribeSecret: refusal('ResourceNotFoundException'),
      'GET /2016-08-19/account-settings': json({ AccountLimit: { ConcurrentExecutions: 10 } }),
    },
    { ...settings, STRIPE_SECRET_NAME: 'milkfloat/stripe' },
  );
  expect(said).toContain(
    '! SES is in its sandbox in ap-south-1: mail reaches verified addresses of dairy.in only',
  );
  expect(said).toContain('! End User Messaging is in its sandbox in ap-south-1');
  expect(said).toContain('! Lambda runs only 10 functions of this account at once in ap-south-1');
  expect(said).toContain(
    '! No text messages will go out: SMS_ORIGINATION sender-id/MLKFLT/IN in ap-south-1: there is none.',
  );
  expect(said).toContain('! There is no secret milkfloat/stripe in ap-south-1 yet');
  expect(code).toBe(0);
});

test('Who may not ask of the sandbox of texts, or how many functions run at once, is told so and deploys', async () => {
  const { code, said } = await check({
    ...ready,
    DescribeAccountAttributes: refusal('AccessDeniedException'),
    'GET /2016-08-19/account-settings': refusal('AccessDeniedException', 403),
  });
  expect(said).toContain('! End User Messaging did not tell whether it is in its sandbox: AccessDenied');
  expect(said).toContain('! Lambda did not tell how many functions may run at once: AccessDenied');
  expect(code).toBe(0);
});

test('The CDK command that deploys reads what this app writes', async () => {
  folder = mkdtempSync(join(tmpdir(), 'milkfloat-cdk-'));
  await synthesizeIn(folder, { STAGE: 'dev' });
  const bin = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
  const asked = spawnSync(process.execPath, [bin, 'ls', '--app', join(folder, 'out'), '--no-notices'], {
    env: { HOME: folder, CDK_DISABLE_CLI_TELEMETRY: 'true' },
    encoding: 'utf8',
  });
  expect(asked.stdout.trim(), asked.stderr).toBe('Milkfloat (milkfloat-dev)');
});

test('The screens come with how long they may be kept, assets before the pages that name them, and only what is new', async () => {
  folder = mkdtempSync(join(tmpdir(), 'milkfloat-screens-'));
  for (const file of [
    'shop/index.html',
    'shop/index.html.gz',
    'shop/assets/a-1.js',
    'shop/assets/a-1.js.br',
    'desk/assets/b-2.css',
    'courier/sw.js',
    '.built',
  ]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), file);
  }
  const md5 = createHash('md5').update('desk/assets/b-2.css').digest('hex');
  const objects = [
    ['desk/assets/b-2.css', md5],
    ['shop/index.html', 'as it was in the release before'],
    ['shop/assets/old.js', '1'],
  ];
  const there = objects
    .map(([key, tag]) => `<Contents><Key>${key}</Key><ETag>"${tag}"</ETag></Contents>`)
    .join('');
  const s3 = await standIn(({ operation }) =>
    operation.startsWith('GET')
      ? {
          body: `<ListBucketResult><IsTruncated>false</IsTruncated>${there}</ListBucketResult>`,
          headers: { 'content-type': 'application/xml' },
        }
      : { body: '' },
  );
  onTestFinished(() => s3.close());
  const client = new S3Client({ ...towards(s3.url), forcePathStyle: true });
  expect(await putScreens(client, 'pages', folder)).toBe(3);
  const puts = s3.asked
    .filter(({ operation }) => !operation.startsWith('GET'))
    .map(({ operation, headers }) => [
      operation.split(/[ ?]/).slice(0, 2).join(' '),
      headers['content-type'],
      headers['cache-control'],
    ]);
  const forEver = 'public, max-age=31536000, immutable';
  expect(puts.slice(0, 1)).toEqual([
    ['PUT /pages/shop/assets/a-1.js', 'text/javascript; charset=utf-8', forEver],
  ]);
  expect(puts.slice(1).sort()).toEqual([
    ['PUT /pages/courier/sw.js', 'text/javascript; charset=utf-8', 'no-cache'],
    ['PUT /pages/shop/index.html', 'text/html; charset=utf-8', 'no-cache'],
  ]);
});
