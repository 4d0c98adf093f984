import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { asModule, type Bundle, root } from './bundle.ts';

/** What every function on DynamoDB begins with: Amazon's own client, and nothing else. */
const bare = `
  import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
  const client = new DynamoDBClient({ region: 'ap-south-1' });
  export const handler = async (event) => (event.key ? client.send(new GetItemCommand(event)) : undefined);`;

/**
 * Loads what a first request needs and tells the processor's milliseconds since the process began, all threads together:
 * on Lambda they share one. Without an environment our handlers load their world and stop where they would read it.
 */
const probe = `
  const { handler } = await import(process.argv[1]);
  await handler({}).catch(() => undefined);
  const { user, system } = process.cpuUsage();
  process.stdout.write(String((user + system) / 1000));`;

/** Fewer rounds tell nothing, more tell nothing new. */
const ROUNDS = { least: 5, most: 40 };

/**
 * Milliseconds of processor from the start of a process until a handler is ready, of each bundle and of a bare one
 * (`bare`): the least of several processes that take turns, because whatever else a machine does only adds to it. Whoever
 * is over `budget` times the bare one gets more turns, so that a busy machine has to find no more than some quiet moments.
 */
export async function coldStarts(
  bundles: readonly Bundle[],
  into: string,
  { budget, rounds = ROUNDS }: { budget: number; rounds?: typeof ROUNDS },
): Promise<ReadonlyMap<string, number>> {
  const bareFile = await bundleBare(join(into, 'bare', 'index.mjs'));
  const least = new Map<string, number>();
  const time = (name: string, file: string) =>
    least.set(name, Math.min(timeOf(file), least.get(name) ?? Number.POSITIVE_INFINITY));
  const isOver = ({ lambda }: Bundle) => !(timesBare(least, lambda) <= budget);
  for (let round = 0; round < rounds.most; round++) {
    const turn = round < rounds.least ? bundles : bundles.filter(isOver);
    if (turn.length === 0) break;
    time('bare', bareFile);
    for (const { lambda, folder } of turn) time(lambda, join(folder, 'index.mjs'));
  }
  return least;
}

/** How many times as long as a bare one a Lambda takes. */
export function timesBare(least: ReadonlyMap<string, number>, lambda: string): number {
  return (least.get(lambda) ?? Number.NaN) / (least.get('bare') ?? Number.NaN);
}

async function bundleBare(outfile: string): Promise<string> {
  await build({
    stdin: { contents: bare, resolveDir: root },
    outfile,
    ...asModule,
  });
  return outfile;
}

function timeOf(file: string): number {
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', probe, file], {
    encoding: 'utf8',
    env: {},
  });
  return Number(said);
}
