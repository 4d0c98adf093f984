import { tables } from '#lambdas/tables.ts';
import { Meta } from '#shared/data/meta.ts';
import { Outbox } from '#shared/events/event.ts';
import type { Files } from '#shared/ports/ports.ts';
import { type Item, pagesOf, putAll, type Side } from './rows.ts';
import { type Tally, tallyOfFiles, tallyOfTable } from './tally.ts';

/** What a dairy is copied from. */
export interface Source extends Side {
  /** What people call it. */
  name: string;
  /** The tables it has: those of this release, or fewer where an older one left it. */
  tables: readonly string[];
  files: Pick<Files, 'get' | 'names'>;
}

/** A place where a dairy can lie: a data folder of one machine, or an account of AWS. */
export interface Place extends Source {
  files: Files;
  close(): Promise<void>;
}

/** What was moved, table by table, and the files. */
export type Tallies = Record<string, Tally>;

/** How far a move into a store has come: the tables that are over, and where the next page of one begins. */
interface Progress {
  done: string[];
  table?: string;
  next?: Item;
}

const progressKey = { metaId: { S: 'moving' } };

/**
 * Copies a whole dairy into an empty place, or goes on with such a copy that was cut off, and compares both sides.
 * Nobody may write to either meanwhile. The outbox comes last: on AWS its rows are published as they arrive, and by then
 * whoever is told finds that most of it was done. Throws an Error that says what to do.
 */
export async function move(from: Source, to: Place, tell: (line: string) => void): Promise<Tallies> {
  const missing = tables.filter(({ name }) => !from.tables.includes(name));
  if (missing.length > 0)
    throw new Error(`${from.name} is of an older release: start the dairy there once, and stop it again.`);
  const progress = (await progressOf(to)) ?? (await begin(to));
  if (progress.done.length > 0) tell(`goes on after ${progress.done.at(-1)}`);
  for (const name of inOrder()) {
    if (progress.done.includes(name)) continue;
    const start = progress.table === name ? progress.next : undefined;
    for await (const { items, next } of pagesOf(from, name, start)) {
      await putAll(to, name, items);
      await keepProgress(to, { ...progress, table: name, next });
    }
    progress.done.push(name);
    await keepProgress(to, { done: progress.done });
  }
  await copyFiles(from.files, to.files);
  const tallies = await compare(from, to, tell);
  await to.wire.call('DeleteItem', { TableName: Meta.name, Key: progressKey });
  return tallies;
}

function inOrder(): string[] {
  const names = tables.map(({ name }) => name).filter((name) => name !== Outbox.name);
  return [...names, Outbox.name];
}

/** Refuses a place that has a dairy already: two of them cannot be told apart afterwards. */
async function begin(to: Place): Promise<Progress> {
  for (const { name } of tables) {
    for await (const { items } of pagesOf(to, name)) {
      // Every store has the number of its schema from the beginning.
      const others = items.filter(({ metaId }) => metaId?.S !== 'schema');
      if (others.length > 0)
        throw new Error(`There is a dairy in ${to.name} already: ${name} has rows. Nothing was changed.`);
    }
  }
  const progress = { done: [] };
  await keepProgress(to, progress);
  return progress;
}

async function progressOf({ wire }: Side): Promise<Progress | undefined> {
  const { Item: row } = await wire.call<{ Item?: Item }>('GetItem', {
    TableName: Meta.name,
    Key: progressKey,
    ConsistentRead: true,
  });
  return row && (JSON.parse(String(row.text?.S)) as Progress);
}

async function keepProgress({ wire }: Side, progress: Progress): Promise<void> {
  await wire.call('PutItem', {
    TableName: Meta.name,
    Item: { ...progressKey, text: { S: JSON.stringify(progress) } },
  });
}

async function copyFiles(from: Source['files'], to: Files): Promise<void> {
  for await (const name of from.names()) {
    const found = await from.get(name);
    if (found) await to.put(name, found.body, found.contentType);
  }
}

/** Reads both sides again, and throws where they differ. */
async function compare(from: Source, to: Place, tell: (line: string) => void): Promise<Tallies> {
  const there = await talliesOf(to);
  const differs = differing(await talliesOf(from), there);
  if (differs.length > 0) {
    throw new Error(
      `${differs.join(', ')}: not the same in ${from.name} and ${to.name}. Somebody wrote to one of them meanwhile: empty ${to.name} and begin anew.`,
    );
  }
  for (const [name, { count }] of Object.entries(there)) if (count > 0) tell(`${name}: ${count}`);
  return there;
}

/** What everything in a place comes to. */
export async function talliesOf(place: Source): Promise<Tallies> {
  const tallies: Tallies = {};
  for (const name of place.tables) tallies[name] = await tallyOfTable(place, name);
  tallies.files = await tallyOfFiles(place.files);
  return tallies;
}

/** The names of what is not the same. */
export function differing(some: Tallies, others: Tallies): string[] {
  const names = [...new Set([...Object.keys(some), ...Object.keys(others)])];
  return names.filter(
    (name) => some[name]?.count !== others[name]?.count || some[name]?.sum !== others[name]?.sum,
  );
}
