import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backUpPlace, restorePlace } from './backup.ts';
import { differing, move, type Place, talliesOf } from './move.ts';
import { openAws, openFolder } from './places.ts';
import { deployStack, there } from './testing.ts';

const PHOTO = 'proofs/D1-photo.jpg';
const folder = mkdtempSync(join(tmpdir(), 'milkfloat-aws-'));
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

/** A stack as a first deployment leaves it. */
async function deployed(): Promise<Place> {
  return kept(await openAws(await deployStack(process.env.TEST_DYNAMODB_ENDPOINT), there));
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
