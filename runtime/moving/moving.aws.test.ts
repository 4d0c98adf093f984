import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { towards } from '#adapters/aws/testing.ts';
import { emulated } from '#adapters/contract/emulated.ts';
import { tables } from '#lambdas/tables.ts';
import { createTableRequest } from '#shared/data/dynamoose.ts';
import { openWire } from '#shared/data/wire.ts';
import { backUpPlace, restorePlace } from './backup.ts';
import { differing, move, type Place, talliesOf } from './move.ts';
import { openAws, openFolder } from './places.ts';

const PHOTO = 'proofs/D1-photo.jpg';
const folder = mkdtempSync(join(tmpdir(), 'milkfloat-aws-'));
const there = { ...towards(emulated ?? ''), forcePathStyle: true };
const quiet = () => undefined;
let home: Place;
const open: Place[] = [];

/** A dairy of an earlier release, brought up to this one, with a photo. */
beforeAll(async () => {
  const release = readFileSync(join(import.meta.dirname, '..', 'releases', 'schema-2.db.gz'));
  home = await folderWith('home', (path) => writeFileSync(join(path, 'milkfloat.db'), gunzipSync(release)));
  await home.files.put(PHOTO, Buffer.from('a photo'), 'image/jpeg');
});
afterAll(async () => {
  for (const place of open) await place.close();
  rmSync(folder, { recursive: true, force: true });
});

async function folderWith(name: string, fill: (path: string) => void = quiet): Promise<Place> {
  const path = mkdtempSync(join(folder, name));
  fill(path);
  return kept(await openFolder(path, { make: true }));
}

function kept(place: Place): Place {
  open.push(place);
  return place;
}

/** What a first deployment leaves in an account: tables with the stack's name before theirs, and an empty bucket. */
async function deployed(): Promise<Place> {
  const prefix = `milkfloat-${randomUUID().slice(0, 8)}-`;
  const endpoint = process.env.TEST_DYNAMODB_ENDPOINT;
  const wire = openWire({ ...there, endpoint, prefix, credentials: () => there.credentials });
  for (const table of tables) await wire.call('CreateTable', await createTableRequest(table));
  await wire.close();
  const bucket = `files-${randomUUID()}`;
  const LocationConstraint = there.region as 'ap-south-1';
  await new S3Client(there).send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint } }),
  );
  const environment = {
    AWS_REGION: there.region,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    TABLE_PREFIX: prefix,
    FILES_BUCKET: bucket,
  };
  return kept(await openAws(environment, there));
}

test('A dairy moves from one machine to AWS and back, every row and file of it', async () => {
  const before = await talliesOf(home);
  expect(before.Orders?.count).toBeGreaterThan(0);
  expect(before.files?.count).toBe(1);
  const aws = await deployed();
  expect(differing(await move(home, aws, quiet), before)).toEqual([]);
  expect((await aws.files.get(PHOTO))?.contentType).toBe('image/jpeg');
  const back = await folderWith('back');
  expect(differing(await move(aws, back, quiet), before)).toEqual([]);
});

test('A backup of a dairy on AWS is restored into an empty account', async () => {
  const aws = await deployed();
  await move(home, aws, quiet);
  const backup = join(folder, 'backup');
  const counted = await backUpPlace(aws, backup, quiet);
  const other = await deployed();
  expect(differing(await restorePlace(backup, other, quiet), counted)).toEqual([]);
  expect(differing(await talliesOf(other), await talliesOf(home))).toEqual([]);
});

test('Who moves to an account without this release is told what it lacks, and nothing is moved', async () => {
  const environment = { AWS_REGION: there.region, TABLE_PREFIX: 'nobody-', FILES_BUCKET: 'files' };
  const asked = { ...environment, AWS_ENDPOINT_URL_DYNAMODB: process.env.TEST_DYNAMODB_ENDPOINT };
  await expect(openAws(asked, there)).rejects.toThrow(/lacks the tables Meta|lacks the tables Users/);
  await expect(openAws({ AWS_REGION: there.region })).rejects.toThrow('TABLE_PREFIX, FILES_BUCKET');
});
