import { parseArgs } from 'node:util';
import { backUpFolder, backUpPlace, restoreFolder, restorePlace } from './backup.ts';
import { backUpAt } from './backupAt.ts';
import { move, type Place, type Tallies } from './move.ts';
import { openAws, openFolder } from './places.ts';

const usage = {
  migrate: 'npm run migrate -- --to aws   (or --to home): the dairy of DATA_DIR to AWS, or back',
  backup: `npm run backup -- FOLDER   (--from aws): the dairy of DATA_DIR, or of AWS, into a new folder
npm run backup -- FOLDER --from aws --at latest   (or --at 2027-01-05T02:00:00Z): that of AWS as it was then, while it goes on`,
  restore: 'npm run restore -- FOLDER   (--to aws): a backup into an empty DATA_DIR, or to AWS',
};

const tell = (line: string) => console.log(line);

/** `npm run migrate`, `backup` and `restore`: a dairy from one place to another, whole, and compared. */
async function main([command = '', ...args]: readonly string[]): Promise<Tallies> {
  // Whatever is written is its owner's alone.
  process.umask(0o077);
  const options = { from: { type: 'string' }, to: { type: 'string' }, at: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [folder] = positionals;
  const { at } = values;
  if (at !== undefined && (command !== 'backup' || values.from !== 'aws')) throw new Error(usage.backup);
  const dataDir = process.env.DATA_DIR || './data';
  if (command === 'migrate' && values.to === 'aws') return migrate(folderAt(dataDir, false), openAws);
  if (command === 'migrate' && values.to === 'home') return migrate(openAws, folderAt(dataDir, true));
  if (command === 'backup' && folder) {
    if (values.from !== 'aws') return backUpFolder(dataDir, folder);
    return using(openAws, (from) =>
      at === undefined ? backUpPlace(from, folder, tell) : backUpAt(from, folder, at, { tell }),
    );
  }
  if (command === 'restore' && folder) {
    if (values.to !== 'aws') return restoreFolder(folder, dataDir);
    return using(openAws, (to) => restorePlace(folder, to, tell));
  }
  throw new Error(usage[command as keyof typeof usage] ?? Object.values(usage).join('\n'));
}

type Opening<P extends Place = Place> = (environment: NodeJS.ProcessEnv) => Promise<P>;

const folderAt =
  (folder: string, make: boolean): Opening =>
  () =>
    openFolder(folder, { make });

function migrate(from: Opening, to: Opening): Promise<Tallies> {
  return using(from, (source) => using(to, (target) => move(source, target, tell)));
}

async function using<P extends Place, T>(opening: Opening<P>, work: (place: P) => Promise<T>): Promise<T> {
  const place = await opening(process.env);
  try {
    return await work(place);
  } finally {
    await place.close();
  }
}

main(process.argv.slice(2)).then(
  (tallies) => {
    const rows = Object.values(tallies).reduce((sum, { count }) => sum + count, 0);
    console.log(`The same on both sides: ${rows} rows and files.`);
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
