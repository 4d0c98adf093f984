import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { z } from '@hono/zod-openapi';
import { differing, move, type Place, type Source, type Tallies, talliesOf } from './move.ts';
import { openFolder } from './places.ts';

/** What lies in a data folder beside the database and the files; the lock and the engine's own are of a running one. */
const kept = ['secret', 'keys.json', 'sandbox.jsonl'];
const LIST = 'backup.json';
/** Beside a backup that is not over: which moment of which stack it is of. */
export const MOMENT = 'moment.json';

/** What a backup holds, written beside it: a backup is a data folder, and this. */
const List = z.object({
  madeAt: z.string(),
  /** The second that it is of, where that was asked for. */
  at: z.string().optional(),
  tallies: z.record(z.string(), z.object({ count: z.number(), sum: z.string() })),
});

/**
 * Copies the dairy of a data folder, open or closed, as it is at one moment, and counts what is in the copy. The files
 * that rows name are there before the rows are, so that they are copied after them.
 */
export async function backUpFolder(dataDir: string, folder: string): Promise<Tallies> {
  const database = join(dataDir, 'milkfloat.db');
  if (!existsSync(database)) throw new Error(`There is no dairy in ${dataDir}.`);
  makeEmpty(folder);
  const source = new DatabaseSync(database, { timeout: 5_000 });
  try {
    await backup(source, join(folder, 'milkfloat.db'));
  } finally {
    source.close();
  }
  for (const name of kept) {
    if (existsSync(join(dataDir, name))) copyFileSync(join(dataDir, name), join(folder, name));
  }
  copyFiles(dataDir, folder);
  return writeList(folder, await counted(folder));
}

/** Copies the dairy of another place into a data folder of its own, which `npm start` could open. */
export async function backUpPlace(
  from: Source,
  folder: string,
  tell: (line: string) => void,
): Promise<Tallies> {
  // What was begun of one moment cannot go on with another.
  if (!existsSync(join(folder, 'milkfloat.db')) || existsSync(join(folder, MOMENT))) makeEmpty(folder);
  return copyInto(folder, from, tell);
}

/** Copies into a data folder that is empty, or has the beginning of the same copy, and writes down what was counted. */
export async function copyInto(
  folder: string,
  from: Source,
  tell: (line: string) => void,
  at?: string,
): Promise<Tallies> {
  const to = await openFolder(folder, { make: true });
  try {
    return writeList(folder, await move(from, to, tell), at);
  } finally {
    await to.close();
  }
}

/** Puts a backup into a data folder that is empty, and leaves it empty where what came out is not what was put in. */
export async function restoreFolder(folder: string, dataDir: string): Promise<Tallies> {
  const { tallies } = listOf(folder);
  makeEmpty(dataDir);
  cpSync(folder, dataDir, {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => !path.endsWith(LIST) && !path.endsWith(MOMENT),
  });
  const differs = differing(tallies, await counted(dataDir));
  if (differs.length === 0) return tallies;
  for (const name of readdirSync(dataDir)) rmSync(join(dataDir, name), { recursive: true });
  throw new Error(damaged(folder, differs));
}

/** Copies a backup into another place that is empty, once it was seen to be whole. */
export async function restorePlace(
  folder: string,
  to: Place,
  tell: (line: string) => void,
): Promise<Tallies> {
  const { tallies } = listOf(folder);
  const from = await openFolder(folder, { make: false });
  try {
    const differs = differing(tallies, await talliesOf(from));
    if (differs.length > 0) throw new Error(damaged(folder, differs));
    return await move(from, to, tell);
  } finally {
    await from.close();
  }
}

function damaged(folder: string, differs: readonly string[]): string {
  return `${folder} is damaged: ${differs.join(', ')} is not what was counted when it was made. Nothing was restored.`;
}

/** Makes a folder that nobody else may read; refuses one that has something. */
export function makeEmpty(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty. Nothing was changed.`);
}

function copyFiles(dataDir: string, folder: string): void {
  const files = join(dataDir, 'files');
  // Half of a file that is being written.
  if (existsSync(files))
    cpSync(files, join(folder, 'files'), { recursive: true, filter: (path) => !path.endsWith('.part') });
}

async function counted(folder: string): Promise<Tallies> {
  const place = await openFolder(folder, { make: false });
  try {
    return await talliesOf(place);
  } finally {
    await place.close();
  }
}

function writeList(folder: string, tallies: Tallies, at?: string): Tallies {
  const list: z.infer<typeof List> = { madeAt: new Date().toISOString(), at, tallies };
  writeFileSync(join(folder, LIST), JSON.stringify(list, null, 2), { flush: true });
  return tallies;
}

function listOf(folder: string): z.infer<typeof List> {
  const list = listIn(folder);
  if (!list) throw new Error(`${folder} is no backup: it has no ${LIST}.`);
  return list;
}

/** What a backup says of itself; undefined in a folder that is none, or not yet. */
export function listIn(folder: string): z.infer<typeof List> | undefined {
  const file = join(folder, LIST);
  return existsSync(file) ? List.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}
