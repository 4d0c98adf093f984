import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { standIn } from '../../adapters/aws/testing.ts';
import { Settings } from '../settings.ts';
import { emptyBundlesIn, type Properties, synthesizeIn } from '../testing.ts';
import { environmentFor, faultsOfArguments, prepare } from './cdk.ts';

const place = { account: '111122223333', region: 'ap-south-1' };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'milkfloat-cdk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs CDK's command as the deployment does, where AWS says whose credentials they are. */
async function cdk(args: string[], environment: Record<string, string>, account: string) {
  const aws = await standIn(({ body }) =>
    body.includes('GetCallerIdentity')
      ? {
          body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/u</Arn><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
          headers: { 'content-type': 'text/xml' },
        }
      : { status: 403, body: '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>' },
  );
  onTestFinished(() => aws.close());
  const bin = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
  const child = spawn(process.execPath, [bin, ...args, '--app', join(folder, 'out'), '--no-notices'], {
    env: environmentFor(
      {
        HOME: folder,
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL: aws.url,
        ...environment,
      },
      place,
    ),
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise((resolve) => child.on('exit', resolve));
  const signed = aws.asked.map(({ headers }) =>
    /Credential=(\w+)\/\d+\/([\w-]+)/.exec(String(headers.authorization)),
  );
  return { code, said, signed: signed.map((found) => `${found?.[1]} in ${found?.[2]}`) };
}

const keys = (profile: string) =>
  `[${profile}]\naws_access_key_id = ${profile}\naws_secret_access_key = test\n`;

test.each<[what: string, environment: Record<string, string>, whose: string]>([
  [
    'variables that only CDK reads',
    {
      AMAZON_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-2',
      CDK_REGION: 'eu-west-3',
      AWS_DEFAULT_PROFILE: 'other',
      CDK_PROFILE: 'other',
      AMAZON_ACCESS_KEY_ID: 'another',
      AMAZON_SECRET_ACCESS_KEY: 'test',
    },
    'default',
  ],
  [
    'keys beside a profile',
    { AWS_PROFILE: 'other', AWS_ACCESS_KEY_ID: 'another', AWS_SECRET_ACCESS_KEY: 'test' },
    'other',
  ],
])(
  'CDK asks in the region and by the credentials that were looked at, whatever else is set, and refuses another account: %s',
  async (_what, environment, whose) => {
    mkdirSync(join(folder, '.aws'));
    writeFileSync(join(folder, '.aws', 'credentials'), ['default', 'other'].map(keys).join('\n'));
    await synthesizeIn(folder, { STAGE: 'dev' }, place);
    const { code, said, signed } = await cdk(['deploy', '--all'], environment, '999999999999');
    expect(said).toContain('target account using current credentials (which are for account 999999999999)');
    expect(code).toBe(1);
    expect(new Set(signed)).toEqual(new Set([`${whose} in ap-south-1`]));
  },
);

test('An argument that leads CDK elsewhere than was looked at is refused by the name of the variable that leads both', () => {
  expect(faultsOfArguments(['--profile', 'other']).join()).toContain('set AWS_PROFILE instead');
  expect(faultsOfArguments(['--profile=other']).join()).toContain('set AWS_PROFILE instead');
  expect(faultsOfArguments(['--region', 'eu-west-1']).join()).toContain('set AWS_REGION instead');
  expect(faultsOfArguments(['--check', '--verbose', '--role-arn', 'arn:aws:iam::1:role/profile'])).toEqual(
    [],
  );
});

test('A template for one account and region says what that for any says, with their names filled in', async () => {
  const made = [];
  for (const [name, where] of [['any'], ['one', place]] as const) {
    mkdirSync(join(folder, name));
    const settings = { STAGE: 'prod', ALARM_MAIL: 'desk@dairy.example', MONTHLY_BUDGET: '200' };
    const { assembly, stack } = await synthesizeIn(join(folder, name), settings, where);
    made.push(filledIn(assembly.getStackByName(stack.stackName).template));
    expect(stack.environment).toBe(
      where ? 'aws://111122223333/ap-south-1' : 'aws://unknown-account/unknown-region',
    );
  }
  expect(made[1]).toEqual(made[0]);
});

test('Where a region lacks what the dairy needs the operator is told before anything is changed', async () => {
  const settings = Settings.parse({ STAGE: 'dev' });
  const says = await prepare(
    join(folder, 'out'),
    settings,
    { ...place, region: 'us-gov-west-1' },
    emptyBundlesIn(folder),
  );
  expect(says).toContain('The dairy cannot stand in us-gov-west-1');
});

/** A template in which what CloudFormation knows of the place is filled in, and texts of several parts are one. */
function filledIn(value: Properties): Properties {
  if (typeof value === 'string')
    return value.replaceAll(/\$\{(AWS::\w+)\}/g, (all, name) => pseudo[name] ?? all);
  if (Array.isArray(value)) return value.map(filledIn);
  if (value === null || typeof value !== 'object') return value;
  if (pseudo[value.Ref]) return pseudo[value.Ref];
  if (value['Fn::Sub']) return filledIn(value['Fn::Sub']);
  if (value['Fn::Join']) {
    const [between, parts] = filledIn(value['Fn::Join']);
    return parts
      .map((part: Properties) => (typeof part === 'string' ? part : JSON.stringify(part)))
      .join(between);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner)]));
}

const pseudo: Record<string, string> = {
  'AWS::Region': place.region,
  'AWS::AccountId': place.account,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};
