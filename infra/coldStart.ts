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
 * Loads all that a first request needs and tells the processor's milliseconds since the process began. Without an environment our
 * handlers make their world up to the point where they would ask AWS for their secret.
 */
const probe = `
  const { handler } = await import(process.argv[1]);
  await handler({}).catch(() => undefined);
  const { user, system } = process.cpuUsage();
  process.stdout.write(String((user + system) / 1000));`;

/**
 * Milliseconds of processor from the start of a process until a handler is ready, of each bundle and of a bare one
 * (`bare`): the least of several processes that take turns, because whatever else a machine does only adds to it.
 */
export async function coldStarts(
  bundles: readonly Bundle[],
  into: string,
  rounds: number,
): Promise<Map<string, number>> {
  const { outfile } = await bundleBare(join(into, 'bare', 'index.mjs'));
  const files = new Map([
    ['bare', outfile],
    ...bundles.map(({ lambda, folder }) => [lambda, join(folder, 'index.mjs')] as const),
  ]);
  const times = new Map([...files.keys()].map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, file] of files) times.get(name)?.push(timeOf(file));
  }
  return new Map([...times].map(([name, all]) => [name, Math.min(...all)]));
}

async function bundleBare(outfile: string): Promise<{ outfile: string }> {
  await build({
    stdin: { contents: bare, resolveDir: root },
    outfile,
    ...asModule,
  });
  return { outfile };
}

function timeOf(file: string): number {
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', probe, file], {
    encoding: 'utf8',
    env: {},
  });
  return Number(said);
}
