import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from '@hono/zod-openapi';
import { Meta } from '#shared/data/meta.ts';
import { prefixed } from '#shared/data/prefixed.ts';
import { copyInto, listIn, MOMENT, makeEmpty } from './backup.ts';
import {
  deleteTables,
  latestOf,
  leftOf,
  type Moment,
  refuseUnrestorable,
  restoreTables,
  type Stack,
  secondOf,
  sourcesOf,
  temporaryPrefix,
  textOf,
} from './moment.ts';
import type { Source, Tallies } from './move.ts';
import type { AwsPlace } from './places.ts';

/** What a folder is becoming, written before anything else: the stack, by one of its tables, and the second. */
const Begun = z.object({ of: z.string(), at: z.string() });

interface Telling {
  tell: (line: string) => void;
  pause?: Stack['pause'];
}

/**
 * Copies a stack as it was at a second into a data folder, while it goes on: its tables are restored to that second
 * under temporary names, copied and deleted. What was cut off goes on when it is called again with the same folder.
 */
export async function backUpAt(
  from: AwsPlace,
  folder: string,
  asked: string,
  { tell, pause }: Telling,
): Promise<Tallies> {
  const wanted = asked === 'latest' ? undefined : secondOf(asked);
  const stack: Stack = { account: from.account, prefix: from.prefix, pause };
  const sources = await sourcesOf(stack);
  const of = sources.get(Meta.name)?.arn ?? '';
  const begun = begunIn(folder, of, wanted);
  const moment: Moment = { ...stack, sources, at: begun ?? wanted ?? (await latestOf(stack)) };
  const whole = listIn(folder)?.tallies;
  if (!whole) await refuseUnrestorable(moment);
  writeFileSync(join(folder, MOMENT), JSON.stringify({ of, at: textOf(moment.at) }), { flush: true });
  tell(`${from.name} at ${textOf(moment.at)}, by temporary tables ${temporaryPrefix(moment)}…`);
  try {
    const tallies = whole ?? (await copied(from, folder, moment, tell));
    await deleteTables(moment);
    rmSync(join(folder, MOMENT));
    tell(
      `The temporary tables are deleted. Whether its books are right: DATA_DIR=${folder} npm run audit:ledger`,
    );
    return tallies;
  } catch (error) {
    throw await withWhatIsLeft(error, moment, folder);
  }
}

/** The second of a backup that was cut off in a folder; undefined where it is empty. Refuses any other folder. */
function begunIn(folder: string, of: string, wanted: number | undefined): number | undefined {
  const file = join(folder, MOMENT);
  if (!existsSync(file)) {
    makeEmpty(folder);
    return undefined;
  }
  const begun = Begun.parse(JSON.parse(readFileSync(file, 'utf8')));
  const at = secondOf(begun.at);
  if (begun.of === of && (wanted ?? at) === at) return at;
  throw new Error(
    `${folder} has the beginning of a backup of ${begun.of} at ${begun.at}: go on with that, or take another folder. Nothing was changed.`,
  );
}

async function copied(
  from: AwsPlace,
  folder: string,
  moment: Moment,
  tell: (line: string) => void,
): Promise<Tallies> {
  await restoreTables(moment, tell);
  const at = new Date(moment.at * 1_000);
  const restored: Source = {
    name: `${from.name} at ${textOf(moment.at)}`,
    tables: from.tables,
    wire: prefixed(from.account, temporaryPrefix(moment)),
    files: from.filesAt(at),
  };
  return copyInto(folder, restored, tell, textOf(moment.at));
}

/** Temporary tables cost money: whoever is told of a failure is told of them. */
async function withWhatIsLeft(error: unknown, moment: Moment, folder: string): Promise<Error> {
  const said = error instanceof Error ? error.message : String(error);
  const left = await leftOf(moment).catch(() => [`perhaps ${temporaryPrefix(moment)}…`]);
  const again = `The same command again, into ${folder}, goes on; so does --at ${textOf(moment.at)} into an empty folder.`;
  const then =
    left.length > 0
      ? `Temporary tables are left: ${left.join(', ')}. ${again} They are deleted at the end.`
      : `No temporary table is left. ${again}`;
  return new Error(`${said}\n${then}`, { cause: error });
}
