import { expect, test } from 'vitest';
import { tables } from '#lambdas/tables.ts';
import { StoreError, type Wire } from '#shared/data/wire.ts';
import {
  deleteTables,
  latestOf,
  type Moment,
  refuseUnrestorable,
  restoreTables,
  secondOf,
  sourcesOf,
  temporaryPrefix,
  textOf,
} from './moment.ts';

const AT = secondOf('2027-01-05T02:00:00Z');
const TEMPORARY = 'restoring-20270105T020000Z-milkfloat-';
const names = tables.map(({ name }) => name);

interface Row {
  TableName: string;
  TableStatus: string;
  RestoreSummary?: { SourceTableArn?: string; RestoreDateTime: number; RestoreInProgress: boolean };
}

/** How the account behaves beside what DynamoDB documents. */
interface Ways {
  /** Restores that it takes at once. */
  most?: number;
  /** How often a table is looked at until it is restored, or deleted. */
  slow?: number;
  windows?: (name: string) => { status?: string; from?: number; to?: number };
  /** An error in place of an answer. */
  fail?: (operation: string, calls: number) => string | undefined;
  prefix?: string;
}

const arnOf = (name: string) => `arn:aws:dynamodb:ap-south-1:123456789012:table/${name}`;

/** DynamoDB's word on tables, where nothing is over at once: what no emulator shows. */
function account({ most = 50, slow = 3, windows = () => ({}), fail, prefix = 'milkfloat-' }: Ways = {}) {
  const there = new Map<string, Row>(
    names.map((name) => [prefix + name, { TableName: prefix + name, TableStatus: 'ACTIVE' }]),
  );
  const looks = new Map<string, number>();
  const calls: { operation: string; payload: Record<string, unknown> }[] = [];
  let mostAtOnce = 0;
  const restoring = () => [...there.values()].filter(({ TableStatus }) => TableStatus === 'CREATING').length;
  const refuse = (name: string) => {
    throw new StoreError(name, name);
  };

  /** A table comes nearer to what it becomes each time that somebody looks. */
  function age(name: string): void {
    const row = there.get(name);
    if (!row || (row.TableStatus === 'ACTIVE' && !row.RestoreSummary?.RestoreInProgress)) return;
    const seen = (looks.get(name) ?? 0) + 1;
    looks.set(name, seen);
    if (seen < slow) return;
    looks.delete(name);
    if (row.TableStatus === 'DELETING') there.delete(name);
    // Rows may still come when a table is there already.
    else if (row.TableStatus === 'ACTIVE' && row.RestoreSummary) row.RestoreSummary.RestoreInProgress = false;
    else row.TableStatus = 'ACTIVE';
  }

  const answers: Record<string, (payload: Record<string, unknown>) => unknown> = {
    DescribeTable({ TableName }) {
      const row = there.get(String(TableName)) ?? refuse('ResourceNotFoundException');
      const told = structuredClone(row);
      age(String(TableName));
      const indexed = tables.find(({ name }) => prefix + name === TableName)?.indexes ?? {};
      const GlobalSecondaryIndexes = Object.keys(indexed).map((IndexName) => ({ IndexName }));
      return { Table: { ...told, TableArn: arnOf(String(TableName)), GlobalSecondaryIndexes } };
    },
    DescribeContinuousBackups({ TableName }) {
      const { status = 'ENABLED', from = AT - 1_000, to = AT + 1_000 } = windows(String(TableName));
      const told = {
        PointInTimeRecoveryStatus: status,
        EarliestRestorableDateTime: from,
        LatestRestorableDateTime: to,
      };
      return { ContinuousBackupsDescription: { PointInTimeRecoveryDescription: told } };
    },
    RestoreTableToPointInTime({ SourceTableName, TargetTableName, RestoreDateTime }) {
      const TableName = String(TargetTableName);
      if (there.has(TableName)) refuse('TableAlreadyExistsException');
      if (restoring() >= most) refuse('LimitExceededException');
      const RestoreSummary = {
        SourceTableArn: arnOf(String(SourceTableName)),
        RestoreDateTime: Number(RestoreDateTime),
        RestoreInProgress: true,
      };
      there.set(TableName, { TableName, TableStatus: 'CREATING', RestoreSummary });
      mostAtOnce = Math.max(mostAtOnce, restoring());
      return {};
    },
    DeleteTable({ TableName }) {
      const row = there.get(String(TableName));
      if (!row) return refuse('ResourceNotFoundException');
      if (row.TableStatus !== 'ACTIVE') refuse('ResourceInUseException');
      row.TableStatus = 'DELETING';
      return {};
    },
  };
  const wire: Wire = {
    async call<A>(operation: string, payload: object) {
      const failure = fail?.(operation, calls.length);
      calls.push({ operation, payload: payload as Record<string, unknown> });
      if (failure) refuse(failure);
      return answers[operation]?.(payload as Record<string, unknown>) as A;
    },
    close: async () => undefined,
  };
  return {
    stack: { account: wire, prefix, pause: async () => undefined },
    there,
    calls,
    mostAtOnce: () => mostAtOnce,
    temporary: () => [...there.keys()].filter((name) => name.startsWith('restoring-')),
    count: (operation: string) => calls.filter((call) => call.operation === operation).length,
  };
}

async function momentIn({ stack }: ReturnType<typeof account>): Promise<Moment> {
  return { ...stack, at: AT, sources: await sourcesOf(stack) };
}

const quiet = () => undefined;

test('Every table is restored to the same second, without indexes, and is waited for until it is ready', async () => {
  const one = account();
  const moment = await momentIn(one);
  await refuseUnrestorable(moment);
  const told: string[] = [];
  await restoreTables(moment, (line) => told.push(line));
  expect(one.temporary().sort()).toEqual(names.map((name) => TEMPORARY + name).sort());
  for (const name of one.temporary())
    expect(one.there.get(name)).toMatchObject({
      TableStatus: 'ACTIVE',
      RestoreSummary: { RestoreInProgress: false },
    });
  const asked = one.calls.filter(({ operation }) => operation === 'RestoreTableToPointInTime');
  expect(asked).toHaveLength(names.length);
  for (const { payload } of asked) {
    expect(payload).toMatchObject({ RestoreDateTime: 1_799_114_400, UseLatestRestorableTime: false });
    const name = String(payload.SourceTableName).replace('milkfloat-', '');
    const indexes = Object.keys(tables.find((table) => table.name === name)?.indexes ?? {});
    expect(payload.GlobalSecondaryIndexOverride).toEqual(indexes.length > 0 ? [] : undefined);
  }
  expect(told.at(0)).toBe(`0 of ${names.length} tables are restored`);
  expect(told.at(-1)).toBe(`${names.length} of ${names.length} tables are restored`);
  // DynamoDB takes 50 of an account; some are left to others.
  expect(one.mostAtOnce()).toBe(40);
});

test('An account that takes few restores at once is waited for', async () => {
  const one = account({ most: 5 });
  const moment = await momentIn(one);
  await restoreTables(moment, quiet);
  expect(one.temporary()).toHaveLength(names.length);
  expect(one.mostAtOnce()).toBe(5);
  // Refused once a round, and not for each table that waits.
  expect(one.count('RestoreTableToPointInTime')).toBeLessThan(2 * names.length);
});

test('A call that is held back is made again, and one that is forbidden is not', async () => {
  const busy = account({ fail: (_, calls) => (calls % 2 === 0 ? 'ThrottlingException' : undefined) });
  const moment = await momentIn(busy);
  await restoreTables(moment, quiet);
  await deleteTables(moment);
  expect(busy.temporary()).toEqual([]);
  const dead = account({ fail: () => 'ThrottlingException' });
  await expect(momentIn(dead)).rejects.toThrow('ThrottlingException');
  const forbidden = account({
    fail: (operation) => (operation === 'RestoreTableToPointInTime' ? 'AccessDeniedException' : undefined),
  });
  await expect(restoreTables(await momentIn(forbidden), quiet)).rejects.toThrow('AccessDenied');
  expect(forbidden.count('RestoreTableToPointInTime')).toBe(1);
});

test('Restores that an earlier run began are gone on with, and not begun again', async () => {
  const one = account({ slow: 5 });
  const moment = await momentIn(one);
  const begun = names.slice(0, 12);
  for (const name of begun)
    await moment.account.call('RestoreTableToPointInTime', {
      SourceTableName: `milkfloat-${name}`,
      TargetTableName: TEMPORARY + name,
      RestoreDateTime: AT,
    });
  await refuseUnrestorable(moment);
  await restoreTables(moment, quiet);
  expect(one.count('RestoreTableToPointInTime')).toBe(names.length);
});

test('What is restored already needs no recovery any more, what is not does', async () => {
  let off = false;
  const one = account({ windows: () => (off ? { status: 'DISABLED' } : {}) });
  const moment = await momentIn(one);
  await restoreTables(moment, quiet);
  off = true;
  await refuseUnrestorable(moment);
  one.there.delete(`${TEMPORARY}Orders`);
  await expect(refuseUnrestorable(moment)).rejects.toThrow(
    /^milkfloat-Orders: recovery to a point in time is/,
  );
});

test('A table of the temporary name that is a copy of something else, or of another second, is refused and never deleted', async () => {
  const summary = {
    SourceTableArn: arnOf('milkfloat-Orders'),
    RestoreDateTime: AT,
    RestoreInProgress: false,
  };
  const strangers = [
    undefined,
    { ...summary, SourceTableArn: arnOf('milkfloat-dev-Orders') },
    { ...summary, SourceTableArn: undefined },
    { ...summary, RestoreDateTime: AT - 1 },
  ];
  for (const RestoreSummary of strangers) {
    const one = account();
    const moment = await momentIn(one);
    const TableName = `${TEMPORARY}Orders`;
    one.there.set(TableName, { TableName, TableStatus: 'ACTIVE', RestoreSummary });
    const refusal = `There is ${TableName}, which is no copy of this stack's table at 2027-01-05T02:00:00Z.`;
    await expect(refuseUnrestorable(moment)).rejects.toThrow(`${refusal} Nothing was changed.`);
    await expect(restoreTables(moment, quiet)).rejects.toThrow(refusal);
    expect(one.count('RestoreTableToPointInTime')).toBe(0);
    await deleteTables(moment);
    expect(one.there.get(TableName)?.TableStatus).toBe('ACTIVE');
    expect(one.count('DeleteTable')).toBe(0);
  }
});

test('A table that vanishes while it is restored is restored again, but not for ever', async () => {
  const one = account();
  const moment = await momentIn(one);
  let vanished = 0;
  const { pause: _, ...rest } = moment;
  const vanishing = (times: number): Moment => ({
    ...rest,
    pause: async () => {
      if (vanished++ < times) one.there.delete(`${TEMPORARY}Meta`);
    },
  });
  await restoreTables(vanishing(1), quiet);
  expect(one.there.has(`${TEMPORARY}Meta`)).toBe(true);
  await deleteTables(moment);
  vanished = 0;
  await expect(restoreTables(vanishing(100), quiet)).rejects.toThrow(
    'milkfloat-Meta was restored 3 times, and vanished each time.',
  );
});

test('All that was restored is deleted and seen to be gone, also what was still under way, and nothing else', async () => {
  let refusals = 20;
  const one = account({
    fail: (operation) =>
      operation === 'DeleteTable' && refusals-- > 0 ? 'LimitExceededException' : undefined,
  });
  const moment = await momentIn(one);
  await restoreTables(moment, quiet);
  const late = one.there.get(`${TEMPORARY}Users`);
  if (late) late.TableStatus = 'CREATING';
  await deleteTables(moment);
  expect([...one.there.keys()].sort()).toEqual(names.map((name) => `milkfloat-${name}`).sort());
});

test('The latest second is the earliest of the tables’ latest, and a second outside any table’s time is refused', async () => {
  const windows = (name: string) => {
    if (name.endsWith('-Orders')) return { from: AT - 60.5, to: AT + 9.75 };
    return name.endsWith('-Users') ? { from: AT - 5.25 } : {};
  };
  const one = account({ windows });
  expect(textOf(await latestOf(one.stack))).toBe('2027-01-05T02:00:09Z');
  const moment = await momentIn(one);
  const refused = (at: number) => refuseUnrestorable({ ...moment, at });
  await refused(AT + 9);
  await refused(AT - 5);
  await expect(refused(AT + 10)).rejects.toThrow(
    'milkfloat-Orders can be restored to what it was from 2027-01-05T01:59:00Z to 2027-01-05T02:00:09Z, not at 2027-01-05T02:00:10Z. Nothing was changed.',
  );
  await expect(refused(AT - 6)).rejects.toThrow(
    /^milkfloat-Users can be restored .* from 2027-01-05T01:59:55Z/,
  );
});

test('Only a whole second of an instant is taken', () => {
  expect(textOf(secondOf('2027-01-05T07:30:00+05:30'))).toBe('2027-01-05T02:00:00Z');
  expect(temporaryPrefix({ at: AT, prefix: 'milkfloat-' })).toBe(TEMPORARY);
  for (const nonsense of ['yesterday', '2027-01-05', '2027-01-05T02:00:00', '2027-02-30T02:00:00Z', '', '1'])
    expect(() => secondOf(nonsense)).toThrow(`latest; ${nonsense} is none. Nothing was changed.`);
  expect(() => secondOf('2027-01-05T02:00:00.250Z')).toThrow('is none');
});

test('A stack whose name leaves no room for temporary names is told so', async () => {
  const prefix = `${'m'.repeat(220)}-`;
  const one = account({ prefix });
  await expect(refuseUnrestorable(await momentIn(one))).rejects.toThrow('is too long');
});
