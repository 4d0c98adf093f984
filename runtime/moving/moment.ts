import { setTimeout as sleep } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import { tables } from '#lambdas/tables.ts';
import { passingErrors, StoreError, type Wire } from '#shared/data/wire.ts';

/** An account's store by whole names, and what the names of one stack's tables begin with. */
export interface Stack {
  account: Wire;
  prefix: string;
  pause?: (ms: number) => Promise<unknown>;
}

/** A stack as it was at one second, which temporary tables are restored to. */
export interface Moment extends Stack {
  /** Seconds since 1970. */
  at: number;
  sources: ReadonlyMap<string, Source>;
}

interface Source {
  arn: string;
  hasIndexes: boolean;
}

/** What DynamoDB says of a table, as far as it is asked here. */
interface Described {
  TableArn: string;
  TableStatus: string;
  GlobalSecondaryIndexes?: unknown[];
  RestoreSummary?: { SourceTableArn?: string; RestoreDateTime: number; RestoreInProgress: boolean };
}

/** How a temporary table stands; one that bears its name and is none of ours is foreign. */
type Stand = 'absent' | 'restoring' | 'ready' | 'leaving' | 'foreign';

/** DynamoDB restores 50 tables of an account at once; others may want some of that. */
const AT_ONCE = 40;
/** A table whose restore does not last is not begun for ever. */
const MOST_STARTS = 3;
/** Between two looks at the tables: soon at first, for small ones. */
const ROUND_MS = 10_000;
/** A day: tables of many gigabytes take hours. */
const MOST_ROUNDS = (24 * 60 * 60 * 1_000) / ROUND_MS;
const MOST_TRIES = 8;
const LONGEST_NAME = 255;
/** Too many changes of tables at once, in the whole account. */
const FULL = 'LimitExceededException';

/** The second that somebody asked for: seconds since 1970. */
export function secondOf(asked: string): number {
  try {
    const ms = Temporal.Instant.from(asked).epochMilliseconds;
    if (ms % 1_000 === 0) return ms / 1_000;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new Error(
    `--at wants a second like 2027-01-05T02:00:00Z, or latest; ${asked} is none. Nothing was changed.`,
  );
}

/** A second as people read it. */
export function textOf(at: number): string {
  return new Date(at * 1_000).toISOString().replace('.000Z', 'Z');
}

/** What the names of a moment's tables begin with: the second, and what the stack's begin with. */
export function temporaryPrefix({ at, prefix }: Pick<Moment, 'at' | 'prefix'>): string {
  return `restoring-${textOf(at).replaceAll(/[-:]/g, '')}-${prefix}`;
}

/** The stack's tables. */
export async function sourcesOf(stack: Stack): Promise<Map<string, Source>> {
  const sources = new Map<string, Source>();
  for (const { name } of tables) {
    const found = await describe(stack, stack.prefix + name);
    if (!found) throw new Error(`There is no table ${stack.prefix}${name}. Nothing was changed.`);
    sources.set(name, { arn: found.TableArn, hasIndexes: (found.GlobalSecondaryIndexes ?? []).length > 0 });
  }
  return sources;
}

/** The last second that every table of the stack can be restored to. */
export async function latestOf(stack: Stack): Promise<number> {
  const windows = await windowsOf(stack, namesOf());
  return Math.min(...[...windows.values()].map(({ to }) => Math.floor(to)));
}

/** Throws unless all tables that are not there yet can be restored, and those that are there are ours. */
export async function refuseUnrestorable(moment: Moment): Promise<void> {
  const longest = Math.max(...namesOf().map((name) => (temporaryPrefix(moment) + name).length));
  if (longest > LONGEST_NAME)
    throw new Error(
      `${moment.prefix} is too long: temporary tables would have names of ${longest} characters, of ${LONGEST_NAME}. Nothing was changed.`,
    );
  const stands = await standsOf(moment);
  refuseForeign(moment, stands, 'Nothing was changed.');
  const absent = namesOf().filter((name) => stands.get(name) === 'absent');
  for (const [name, { from, to }] of await windowsOf(moment, absent)) {
    if (moment.at < from || moment.at > to)
      throw new Error(
        `${moment.prefix}${name} can be restored to what it was from ${textOf(Math.ceil(from))} to ${textOf(Math.floor(to))}, not at ${textOf(moment.at)}. Nothing was changed.`,
      );
  }
}

/** Restores every table that is not there yet, several at once, and waits until all are ready. */
export async function restoreTables(moment: Moment, tell: (line: string) => void): Promise<void> {
  const starts = new Map<string, number>();
  let told = -1;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const stands = await standsOf(moment);
    refuseForeign(moment, stands, 'It appeared meanwhile.');
    const ready = namesWhere(stands, 'ready').length;
    if (ready !== told) tell(`${ready} of ${stands.size} tables are restored`);
    told = ready;
    if (ready === stands.size) return;
    await startSome(moment, stands, starts);
    await pause(moment, betweenRounds(round));
  }
  throw new Error('The tables were not restored within a day.');
}

/** Deletes the moment's tables and waits until they are gone. What is not ours under such a name is left alone. */
export async function deleteTables(moment: Moment): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const stands = await standsOf(moment);
    for (const name of namesWhere(stands, 'ready')) {
      const TableName = temporaryPrefix(moment) + name;
      // Whatever holds one up now may be over in the next round.
      await unless([FULL, 'ResourceInUseException', 'ResourceNotFoundException'], () =>
        ask(moment, 'DeleteTable', { TableName }),
      );
    }
    if (namesWhere(stands, 'ready', 'restoring', 'leaving').length === 0) return;
    await pause(moment, betweenRounds(round));
  }
  throw new Error('The temporary tables were not deleted within a day.');
}

/** The whole names of the moment's tables that are there. */
export async function leftOf(moment: Moment): Promise<string[]> {
  const stands = await standsOf(moment);
  return namesWhere(stands, 'ready', 'restoring').map((name) => temporaryPrefix(moment) + name);
}

function namesOf(): string[] {
  return tables.map(({ name }) => name);
}

function namesWhere(stands: ReadonlyMap<string, Stand>, ...wanted: Stand[]): string[] {
  return [...stands].filter(([, stand]) => wanted.includes(stand)).map(([name]) => name);
}

/** Begins restores until as many are under way as may be, or the account takes no more at the moment. */
async function startSome(
  moment: Moment,
  stands: ReadonlyMap<string, Stand>,
  starts: Map<string, number>,
): Promise<void> {
  const room = AT_ONCE - namesWhere(stands, 'restoring').length;
  for (const name of namesWhere(stands, 'absent').slice(0, Math.max(0, room))) {
    const before = starts.get(name) ?? 0;
    if (before === MOST_STARTS)
      throw new Error(`${moment.prefix}${name} was restored ${before} times, and vanished each time.`);
    const outcome = await unless([FULL, 'TableAlreadyExistsException', 'TableInUseException'], () =>
      start(moment, name),
    );
    if (outcome === FULL) return;
    if (outcome === undefined) starts.set(name, before + 1);
  }
}

async function start(moment: Moment, name: string): Promise<void> {
  await ask(moment, 'RestoreTableToPointInTime', {
    SourceTableName: moment.prefix + name,
    TargetTableName: temporaryPrefix(moment) + name,
    RestoreDateTime: moment.at,
    UseLatestRestorableTime: false,
    // A copy reads rows in no order: without indexes a restore is quicker and cheaper.
    ...(moment.sources.get(name)?.hasIndexes && { GlobalSecondaryIndexOverride: [] }),
  });
}

async function standsOf(moment: Moment): Promise<Map<string, Stand>> {
  const stands = new Map<string, Stand>();
  for (const name of namesOf()) stands.set(name, await standOf(moment, name));
  return stands;
}

/** A restored table says itself what it is a copy of. */
async function standOf(moment: Moment, name: string): Promise<Stand> {
  const found = await describe(moment, temporaryPrefix(moment) + name);
  if (!found) return 'absent';
  const { SourceTableArn, RestoreDateTime = 0, RestoreInProgress = true } = found.RestoreSummary ?? {};
  if (SourceTableArn !== moment.sources.get(name)?.arn || Math.floor(RestoreDateTime) !== moment.at)
    return 'foreign';
  if (found.TableStatus === 'DELETING') return 'leaving';
  return found.TableStatus === 'ACTIVE' && !RestoreInProgress ? 'ready' : 'restoring';
}

function refuseForeign(moment: Moment, stands: ReadonlyMap<string, Stand>, then: string): void {
  const foreign = namesWhere(stands, 'foreign').map((name) => temporaryPrefix(moment) + name);
  if (foreign.length > 0)
    throw new Error(
      `There is ${foreign.join(', ')}, which is no copy of this stack's table at ${textOf(moment.at)}. ${then}`,
    );
}

/** Between which seconds tables can be restored; throws where one cannot at all. */
async function windowsOf(
  stack: Stack,
  names: readonly string[],
): Promise<Map<string, { from: number; to: number }>> {
  const windows = new Map<string, { from: number; to: number }>();
  const without: string[] = [];
  for (const name of names) {
    const TableName = stack.prefix + name;
    const { ContinuousBackupsDescription: kept } = await ask<Continuous>(stack, 'DescribeContinuousBackups', {
      TableName,
    });
    const recovery = kept?.PointInTimeRecoveryDescription;
    const { EarliestRestorableDateTime: from, LatestRestorableDateTime: to } = recovery ?? {};
    if (recovery?.PointInTimeRecoveryStatus !== 'ENABLED' || from === undefined || to === undefined)
      without.push(TableName);
    else windows.set(name, { from, to });
  }
  if (without.length > 0)
    throw new Error(
      `${without.join(', ')}: recovery to a point in time is switched off. Deploy the stack again, which switches it on, or copy without --at. Nothing was changed.`,
    );
  return windows;
}

interface Continuous {
  ContinuousBackupsDescription?: {
    PointInTimeRecoveryDescription?: {
      PointInTimeRecoveryStatus: string;
      EarliestRestorableDateTime?: number;
      LatestRestorableDateTime?: number;
    };
  };
}

async function describe(stack: Stack, TableName: string): Promise<Described | undefined> {
  let found: { Table: Described } | undefined;
  await unless(['ResourceNotFoundException'], async () => {
    found = await ask<{ Table: Described }>(stack, 'DescribeTable', { TableName });
  });
  return found?.Table;
}

/** The name of the error that came instead, of those that are expected. */
async function unless(
  expected: readonly string[],
  work: () => Promise<unknown>,
): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof StoreError && expected.includes(error.name)) return error.name;
    throw error;
  }
}

/** A call about tables: an account has few of them a second, so that one which is held back is made again. */
async function ask<A>(stack: Stack, operation: string, payload: object): Promise<A> {
  for (let tries = 1; ; tries++) {
    try {
      return await stack.account.call<A>(operation, payload);
    } catch (error) {
      if (!(error instanceof StoreError) || !passingErrors.has(error.name) || tries === MOST_TRIES)
        throw error;
      await pause(stack, 100 * 2 ** tries);
    }
  }
}

function betweenRounds(round: number): number {
  return Math.min(ROUND_MS, 500 * 2 ** round);
}

async function pause(stack: Stack, ms: number): Promise<void> {
  await (stack.pause ?? sleep)(ms);
}
