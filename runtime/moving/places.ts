import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { z } from '@hono/zod-openapi';
import { makeFiles as makeBucketFiles } from '#adapters/aws/files.ts';
import { filesAt } from '#adapters/aws/filesAt.ts';
import { makeFiles } from '#adapters/local/files.ts';
import { makeLog } from '#adapters/local/log.ts';
import { tables } from '#lambdas/tables.ts';
import { prefixed } from '#shared/data/prefixed.ts';
import { Store } from '#shared/data/store.ts';
import { openWire, StoreError, type Wire } from '#shared/data/wire.ts';
import { readConfig } from '../config.ts';
import { startEngine } from '../engine.ts';
import { lockFolder } from '../lock.ts';
import { fitSchema, missingFrom } from '../schema.ts';
import type { Place, Source } from './move.ts';

const CREDENTIALS_SECONDS = 60;

/** A data folder that nobody else uses until it is closed. With `make`, an empty one gets the tables of this release. */
export async function openFolder(folder: string, { make }: { make: boolean }): Promise<Place> {
  if (!make && !existsSync(join(folder, 'milkfloat.db'))) throw new Error(`There is no dairy in ${folder}.`);
  const { dataDir, ...config } = readConfig({ DATA_DIR: folder });
  const log = makeLog('error');
  const unlock = lockFolder(dataDir);
  try {
    const engine = await startEngine({ dataDir, log });
    const wire = openWire({
      region: config.AWS_REGION,
      endpoint: engine.endpoint,
      credentials: () => ({ accessKeyId: 'local', secretAccessKey: 'local' }),
    });
    const store = new Store(wire);
    if (make) await fitSchema(store, tables, log);
    return {
      name: dataDir,
      wire,
      tables: without(await missingFrom(store, tables)),
      files: makeFiles(join(dataDir, 'files')),
      async close() {
        await wire.close();
        await engine.stop();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function without(missing: readonly string[]): string[] {
  return tables.map(({ name }) => name).filter((name) => !missing.includes(name));
}

const AwsEnvironment = z.object({
  AWS_REGION: z.string().min(1),
  /** What the tables' names begin with: the stack's name and a hyphen. */
  TABLE_PREFIX: z.string().min(1),
  FILES_BUCKET: z.string().min(1),
  AWS_ENDPOINT_URL_DYNAMODB: z.url().optional(),
});

/** A deployed stack, which can also be looked at as it was. */
export interface AwsPlace extends Place {
  /** What the names of its tables begin with. */
  prefix: string;
  /** The account's tables by their whole names. */
  account: Wire;
  filesAt(at: Date): Source['files'];
}

/** The tables and the bucket of a deployed stack, with the credentials that the AWS tools on this machine use. */
export async function openAws(
  environment: NodeJS.ProcessEnv,
  client: S3ClientConfig = {},
): Promise<AwsPlace> {
  const parsed = AwsEnvironment.safeParse(environment);
  if (!parsed.success) {
    const lacking = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new Error(`To reach the dairy on AWS set ${lacking} (docs/deploy.md). Nothing was changed.`);
  }
  const { AWS_REGION: region, FILES_BUCKET: bucket, AWS_ENDPOINT_URL_DYNAMODB: endpoint } = parsed.data;
  const s3 = new S3Client({ region, ...client });
  let credentials = await s3.config.credentials();
  // Those of a role or a sign-on end within the hour; a large dairy takes longer.
  const renew = async () => {
    credentials = await s3.config.credentials();
  };
  const renewal = setInterval(() => void renew().catch(() => undefined), CREDENTIALS_SECONDS * 1_000);
  renewal.unref();
  const prefix = parsed.data.TABLE_PREFIX;
  const account = openWire({ region, endpoint, credentials: () => credentials });
  const wire = prefixed(account, prefix);
  const place: AwsPlace = {
    name: `${prefix}… on AWS (${region})`,
    prefix,
    account,
    wire,
    tables: without([]),
    files: makeBucketFiles({ bucket, s3: { region, ...client } }),
    filesAt: (at) => filesAt({ bucket, s3: { region, ...client }, at }),
    async close() {
      clearInterval(renewal);
      await wire.close();
    },
  };
  const missing = await absentFrom(wire);
  if (missing.length === 0) return place;
  await place.close();
  throw new Error(`${place.name} lacks the tables ${missing.join(', ')}: deploy this release first.`);
}

/** The tables that are not there. A list of an account's tables would not do: their names have a prefix. */
async function absentFrom(wire: Wire): Promise<string[]> {
  const absent: string[] = [];
  for (const { name } of tables) {
    await wire.call('DescribeTable', { TableName: name }).catch((error: unknown) => {
      if (!(error instanceof StoreError) || error.name !== 'ResourceNotFoundException') throw error;
      absent.push(name);
    });
  }
  return absent;
}
