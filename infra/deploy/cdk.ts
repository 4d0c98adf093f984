import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { type Bundle, root } from '../bundle.ts';
import type { Place } from '../deployed.ts';
import type { Settings } from '../settings.ts';

/** Where else than in AWS_REGION, AWS_PROFILE and AWS_ACCESS_KEY_ID the CDK command looks, and the SDK of the checks does not. */
const OWN_WAYS = [
  'AMAZON_REGION',
  'AWS_DEFAULT_REGION',
  'AMAZON_DEFAULT_REGION',
  'AWS_DEFAULT_PROFILE',
  'AMAZON_ACCESS_KEY_ID',
  'AMAZON_SECRET_ACCESS_KEY',
  'AMAZON_SESSION_TOKEN',
  'CDK_PROFILE',
  'CDK_REGION',
];
/** With a profile the SDK leaves these aside, and CDK would take them first. */
const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** Arguments that would lead CDK to another account or region than was looked at; and what says it to both. */
const ELSEWHERE = { '--profile': 'AWS_PROFILE', '--region': 'AWS_REGION' };

/** What is wrong with arguments that are meant for CDK, a line each. */
export function faultsOfArguments(args: readonly string[]): string[] {
  return Object.entries(ELSEWHERE)
    .filter(([option]) => args.some((arg) => arg === option || arg.startsWith(`${option}=`)))
    .map(
      ([option, variable]) =>
        `${option} would be heard by CDK only, after another place was looked at: set ${variable} instead`,
    );
}

/** The environment in which CDK finds the region and the credentials that were looked at, and no others. */
export function environmentFor(environment: NodeJS.ProcessEnv, { region }: Pick<Place, 'region'>) {
  const left = new Set([...OWN_WAYS, ...(environment.AWS_PROFILE ? KEYS : [])]);
  const kept = Object.entries(environment).filter(([name]) => !left.has(name));
  return { ...Object.fromEntries(kept), AWS_REGION: region };
}

/**
 * Writes into `outdir` what CDK takes to this one place and to no other; or says why the dairy cannot stand there: CDK
 * knows which kinds of resources each region has, and has told which are missing.
 */
export async function prepare(
  outdir: string,
  settings: Settings,
  place: Place,
  bundles?: Bundle[],
): Promise<string | undefined> {
  // CDK is large: it is loaded only when there is something to do.
  const { synthesize } = await import('../app.ts');
  try {
    await synthesize(outdir, settings, { place, bundles });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationFailed') throw error;
    return `The dairy cannot stand in ${place.region} as it is set: what CDK found is told above.`;
  }
}

/** CDK's own command, of the release that this app is made with. It asks before rights are widened, where it can. */
export function cdk(args: readonly string[], place: Place): number {
  const bin = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
  const approval = process.stdin.isTTY ? [] : ['--require-approval', 'never'];
  const { status } = spawnSync(process.execPath, [bin, ...args, ...approval, '--no-notices'], {
    cwd: root,
    env: environmentFor(process.env, place),
    stdio: 'inherit',
  });
  return status ?? 1;
}
