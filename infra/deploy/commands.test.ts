import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { root } from '../bundle.ts';
import { type Made, madeWith } from '../testing.ts';

let made: Made;
beforeAll(async () => {
  made = await madeWith();
});

/** What docs/deploy.md has an operator type. */
const blocks = readFileSync(join(root, 'docs', 'deploy.md'), 'utf8').match(/```sh\n[\s\S]*?```/g) ?? [];
const typed = (command: string) => blocks.filter((block) => block.includes(command));

test('What closes a dairy names every function, and so does what opens it again', () => {
  const functions = Object.values(made.named('AWS::Lambda::Function', 'FunctionName')).sort();
  for (const command of ['put-function-concurrency', 'delete-function-concurrency']) {
    const [block = '', ...others] = typed(`aws lambda ${command} --function-name "milkfloat-$F"`);
    const names = /^for F in (.*); do$/m.exec(block)?.[1]?.split(' ') ?? [];
    expect(names.map((name) => `milkfloat-${name}`).sort()).toEqual(functions);
    expect(others).toEqual([]);
  }
});

test('What clears a first deployment lifts the protection of all that has a name and stays, and leaves dev alone', () => {
  const kept = Object.values(made.template.Resources).filter(
    ({ DeletionPolicy }) => DeletionPolicy === 'Retain',
  );
  expect([...new Set(kept.map(({ Type }) => Type))].sort()).toEqual([
    'AWS::Cognito::UserPool',
    'AWS::DynamoDB::Table',
    'AWS::S3::Bucket',
    'AWS::SecretsManager::Secret',
  ]);
  const [look = ''] = typed('aws dynamodb list-tables');
  expect(look).toContain("starts_with(@, 'milkfloat-') && !starts_with(@, 'milkfloat-dev-')");
  expect(look).toContain(`Name=='${made.all('AWS::Cognito::UserPool')[0]?.[1].UserPoolName}'`);
  const [clear = ''] = typed('aws dynamodb delete-table');
  expect(clear).toMatch(
    /--no-deletion-protection-enabled[\s\S]*delete-table[\s\S]*--deletion-protection INACTIVE[\s\S]*delete-user-pool/,
  );
  const secrets = Object.values(made.named('AWS::SecretsManager::Secret', 'Name')).sort().reverse();
  expect(clear).toContain(`for S in ${secrets.join(' ')}; do\n  aws secretsmanager delete-secret`);
  expect(clear).toContain('--force-delete-without-recovery');
  for (const [, bucket] of made.all('AWS::S3::Bucket')) expect(bucket.BucketName).toBeUndefined();
});

test('Of a stage that is thrown away nothing stays behind', async () => {
  const dev = await madeWith({ STAGE: 'dev' });
  const kept = Object.entries(dev.template.Resources).filter(
    ([, { DeletionPolicy }]) => DeletionPolicy === 'Retain',
  );
  expect(kept.map(([id]) => id)).toEqual([]);
});
