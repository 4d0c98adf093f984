import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { emulated } from '#adapters/contract/emulated.ts';
import { Orders } from '#lambdas/order/models/Order.ts';
import { tables } from '#lambdas/tables.ts';
import { openWire, type Wire } from '#shared/data/wire.ts';
import { runAudit } from '../audit/testing.ts';
import { backUpPlace, restoreFolder } from './backup.ts';
import { backUpAt } from './backupAt.ts';
import { temporaryPrefix, textOf } from './moment.ts';
import { differing, move, type Tallies, talliesOf } from './move.ts';
import { type AwsPlace, openAws, openFolder } from './places.ts';
import { deployStack, motoWithTime, there } from './testing.ts';

/**
 * A dairy of an earlier release as a stack on moto, which goes on: whenever a table is read to be copied, somebody
 * orders. moto restores the rows that are there when it is asked, so that this shows a copy which is not disturbed by what
 * comes afterwards; that DynamoDB leaves out what came between the second and the restore, no emulator can show.
 */
const EARLY = 'proofs/D1-early.jpg';
const LATE = 'proofs/D2-late.jpg';
const folder = mkdtempSync(join(tmpdir(), 'milkfloat-moment-'));
const quick = { tell: () => undefined, pause: async () => undefined };
let way: Awaited<ReturnType<typeof motoWithTime>>;
let environment: Awaited<ReturnType<typeof deployStack>>;
let stack: AwsPlace;
/** The store behind the way's back. */
let moto: Wire;
/** The second that can be restored to, and what there was then. */
let at: number;
let before: Tallies;

beforeAll(async () => {
  const endpoint = emulated ?? '';
  way = await motoWithTime(endpoint);
  moto = openWire({ ...there, endpoint, credentials: () => there.credentials });
  environment = await deployStack(way.url);
  for (const { name } of tables) await recover(name, true);
  stack = await openAws(environment, there);
  const path = join(folder, 'home');
  mkdirSync(path);
  const release = readFileSync(join(import.meta.dirname, '..', 'releases', 'schema-3.db.gz'));
  writeFileSync(join(path, 'milkfloat.db'), gunzipSync(release));
  const home = await openFolder(path, { make: true });
  await home.files.put(EARLY, Buffer.from('early'), 'image/jpeg');
  await move(home, stack, quick.tell);
  before = await talliesOf(home);
  await home.close();
  // S3 tells times by the second: the late photo comes in a later one than the moment's.
  at = Math.floor(Date.now() / 1_000) + 1;
  Object.assign(way.window, { from: at - 3_600, to: at + 0.5 });
  await sleep((at + 1) * 1_000 - Date.now());
  await stack.files.put(LATE, Buffer.from('late'), 'image/jpeg');
  await stack.files.remove(EARLY);
});
afterEach(() => {
  way.meet = async () => undefined;
  way.counts.clear();
});
afterAll(async () => {
  await stack?.close();
  await moto?.close();
  await way?.close();
  rmSync(folder, { recursive: true, force: true });
});

const recover = (name: string, PointInTimeRecoveryEnabled: boolean) =>
  moto.call('UpdateContinuousBackups', {
    TableName: environment.TABLE_PREFIX + name,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled },
  });

let orders = 0;
/** Somebody orders; `takeBack` makes it undone. */
async function order(): Promise<void> {
  const Item = { orderId: { S: `Omeanwhile${++orders}` } };
  await moto.call('PutItem', { TableName: environment.TABLE_PREFIX + Orders.name, Item });
}

async function takeBack(): Promise<void> {
  for (; orders > 0; orders--) {
    const Key = { orderId: { S: `Omeanwhile${orders}` } };
    await moto.call('DeleteItem', { TableName: environment.TABLE_PREFIX + Orders.name, Key });
  }
}

/** Every table of the account whose name begins so. */
async function tablesNamed(prefix: string): Promise<string[]> {
  const names: string[] = [];
  let ExclusiveStartTableName: string | undefined;
  do {
    const page: { TableNames: string[]; LastEvaluatedTableName?: string } = await moto.call('ListTables', {
      ExclusiveStartTableName,
    });
    names.push(...page.TableNames.filter((name) => name.startsWith(prefix)));
    ExclusiveStartTableName = page.LastEvaluatedTableName;
  } while (ExclusiveStartTableName);
  return names;
}

async function temporaryTables(): Promise<string[]> {
  const all = await tablesNamed('restoring-');
  return all.filter((name) => name.includes(environment.TABLE_PREFIX));
}

/** That a folder is the dairy as it was: its rows, its early photo, its books. */
async function expectAsItWas(path: string, tallies: Tallies): Promise<void> {
  expect(differing(tallies, before)).toEqual([]);
  expect(await runAudit({ DATA_DIR: path })).toMatchObject({
    code: 0,
    said: expect.stringContaining('The books are right.'),
  });
  const restored = join(folder, `restored-${path.split('/').at(-1)}`);
  await restoreFolder(path, restored);
  const place = await openFolder(restored, { make: false });
  expect(differing(await talliesOf(place), before)).toEqual([]);
  expect(Buffer.from((await place.files.get(EARLY))?.body ?? []).toString()).toBe('early');
  expect(await place.files.get(LATE)).toBeUndefined();
  await place.close();
}

test('A dairy that goes on is backed up as it was at the latest second; without a second that is refused', async () => {
  way.meet = async ({ operation }) => {
    if (operation === 'Scan') await order();
    return undefined;
  };
  await expect(backUpPlace(stack, join(folder, 'disturbed'), quick.tell)).rejects.toThrow(
    /Orders.*: not the same/,
  );
  await takeBack();
  const path = join(folder, 'latest');
  const tallies = await backUpAt(stack, path, 'latest', quick);
  expect(orders).toBeGreaterThan(tables.length);
  expect(before.Orders?.count).toBeGreaterThan(0);
  await expectAsItWas(path, tallies);
  expect(JSON.parse(readFileSync(join(path, 'backup.json'), 'utf8')).at).toBe(textOf(at));
  expect(existsSync(join(path, 'moment.json'))).toBe(false);
  expect(await temporaryTables()).toEqual([]);
  expect(await tablesNamed(environment.TABLE_PREFIX)).toHaveLength(tables.length);
  await takeBack();
});

test('A backup that is cut off goes on with the same second and the same tables, wherever it was', async () => {
  const path = join(folder, 'cut');
  const latest = way.window.to;
  const temporary = temporaryPrefix({ at, prefix: environment.TABLE_PREFIX });
  const cuts = [
    { operation: 'RestoreTableToPointInTime', times: 15, left: 14 },
    { operation: 'Scan', times: 30, left: tables.length },
    { operation: 'DeleteTable', times: 11, left: tables.length - 10 },
  ];
  for (const { operation, times, left } of cuts) {
    way.meet = async (asked) =>
      asked.operation === operation && asked.times === times ? 'AccessDeniedException' : undefined;
    const failed = backUpAt(stack, path, 'latest', quick);
    await expect(failed).rejects.toThrow(/AccessDenied.*\nTemporary tables are left: .*same command again/);
    await expect(failed).rejects.toThrow(new RegExp(`${temporary}\\w+`));
    expect(await temporaryTables()).toHaveLength(left);
    // Time goes on between the tries.
    way.window.to += 300;
  }
  const other = textOf(at + 60);
  const begun = `has the beginning of a backup of .*${environment.TABLE_PREFIX}Meta at ${textOf(at)}`;
  await expect(backUpAt(stack, path, other, quick)).rejects.toThrow(new RegExp(begun));
  await expect(backUpPlace(stack, path, quick.tell)).rejects.toThrow('is not empty. Nothing was changed.');
  const tallies = await backUpAt(stack, path, 'latest', quick);
  // One was refused, and made again.
  expect(way.counts.get('RestoreTableToPointInTime')).toBe(tables.length + 1);
  await expectAsItWas(path, tallies);
  expect(await temporaryTables()).toEqual([]);
  way.window.to = latest;
});

test('What cannot be restored is refused before anything is changed', async () => {
  const path = join(folder, 'refused');
  const refused = async (asked: string, says: string | RegExp) => {
    await expect(backUpAt(stack, path, asked, quick)).rejects.toThrow(says);
    expect(existsSync(path) ? readdirSync(path) : []).toEqual([]);
    expect(await temporaryTables()).toEqual([]);
  };
  await refused('last tuesday', 'latest; last tuesday is none. Nothing was changed.');
  await refused(textOf(at - 3_601), /can be restored to what it was from .* Nothing was changed\.$/);
  await refused(textOf(at + 1), /can be restored to what it was from .* Nothing was changed\.$/);
  await recover('Ledger', false);
  const off = `${environment.TABLE_PREFIX}Ledger: recovery to a point in time is switched off.`;
  await refused('latest', off);
  await refused(textOf(at), off);
  await recover('Ledger', true);
  const full = join(folder, 'full');
  mkdirSync(full);
  writeFileSync(join(full, 'letter.txt'), 'mine');
  await expect(backUpAt(stack, full, 'latest', quick)).rejects.toThrow('is not empty. Nothing was changed.');
  expect(readdirSync(full)).toEqual(['letter.txt']);
});

test('Tables of others that have a temporary name are refused, and stay', async () => {
  const path = join(folder, 'foreign');
  const TableName = `${temporaryPrefix({ at, prefix: environment.TABLE_PREFIX })}Orders`;
  const AttributeDefinitions = [{ AttributeName: 'orderId', AttributeType: 'S' }];
  const KeySchema = [{ AttributeName: 'orderId', KeyType: 'HASH' }];
  await moto.call('CreateTable', {
    TableName,
    AttributeDefinitions,
    KeySchema,
    BillingMode: 'PAY_PER_REQUEST',
  });
  const refusal = `There is ${TableName}, which is no copy of this stack's table`;
  await expect(backUpAt(stack, path, 'latest', quick)).rejects.toThrow(refusal);
  await moto.call('DeleteTable', { TableName });
  // Restored, but from another table.
  await stack.account.call('RestoreTableToPointInTime', {
    SourceTableName: `${environment.TABLE_PREFIX}Users`,
    TargetTableName: TableName,
    RestoreDateTime: at,
  });
  await expect(backUpAt(stack, path, 'latest', quick)).rejects.toThrow(refusal);
  expect(await temporaryTables()).toEqual([TableName]);
  expect(readdirSync(path)).toEqual([]);
  await moto.call('DeleteTable', { TableName });
});

test('The command takes the second and says what it does; of anything but AWS it takes none', async () => {
  const path = join(folder, 'command');
  const told = await command('backup', path, '--from', 'aws', '--at', textOf(at));
  expect(told.said).toContain(`${tables.length} of ${tables.length} tables are restored`);
  expect(told.said).toContain(`at ${textOf(at)}, by temporary tables restoring-`);
  expect(told.code).toBe(0);
  expect(await temporaryTables()).toEqual([]);
  const list = JSON.parse(readFileSync(join(path, 'backup.json'), 'utf8'));
  await expectAsItWas(path, list.tallies);
  const wrong = await command('backup', join(folder, 'wrong'), '--at', 'latest');
  expect(wrong).toMatchObject({ code: 1, said: expect.stringContaining('--from aws --at latest') });
});

/** `npm run …` as somebody with the stack's variables gives it. */
function command(...args: string[]) {
  const { accessKeyId, secretAccessKey } = there.credentials;
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: join(folder, 'nowhere'),
    ...environment,
    AWS_ENDPOINT_URL_S3: emulated,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  return new Promise<{ code: number | null; said: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['runtime/moving/main.ts', ...args],
      { env },
      (_, stdout, stderr) => resolve({ code: child.exitCode, said: stdout + stderr }),
    );
  });
}
