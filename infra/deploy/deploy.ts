import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { root } from '../bundle.ts';
import type { Place } from '../deployed.ts';
import { faultsOf, Settings, stackNameOf } from '../settings.ts';
import { cdk, faultsOfArguments, prepare } from './cdk.ts';
import { type Finding, findPlace, hindrance, lookAround } from './checks.ts';
import { putScreens } from './screens.ts';

/**
 * `npm run deploy`: looks first whether everything is there, so that nothing is changed when something is not; then takes
 * the dairy into the account and puts its screens there. With `-- --check` it only looks. Other arguments go to CDK.
 */
async function deploy(args: readonly string[]): Promise<number> {
  const faults = [...settingsFaults(), ...faultsOfArguments(args)];
  if (faults.length > 0) return refuse(faults.map(hindrance));
  const settings = Settings.parse(process.env);
  const place = await findPlace();
  if ('weight' in place) return refuse([place]);
  const findings = await lookAround(settings, place);
  tell(findings);
  if (findings.some(({ weight }) => weight === 'hindrance')) return refuse([]);
  console.log(
    `${stackNameOf(settings)} for account ${place.account} in ${place.region}: everything is there.`,
  );
  if (args.includes('--check')) return 0;
  return take(settings, place, args);
}

function settingsFaults(): string[] {
  const stage = process.env.STAGE ? [] : ['STAGE is not set: dev to try things out, prod to live by'];
  return [...stage, ...(faultsOf(process.env) ?? [])];
}

function refuse(findings: readonly Finding[]): number {
  tell(findings);
  console.error('Nothing was changed.');
  return 1;
}

function tell(findings: readonly Finding[]): void {
  for (const { weight, text } of findings) console.error(`${weight === 'hindrance' ? '✗' : '!'} ${text}`);
}

async function take(settings: Settings, place: Place, args: readonly string[]): Promise<number> {
  const outdir = join(root, 'cdk.out');
  const told = join(outdir, 'outputs.json');
  rmSync(outdir, { recursive: true, force: true });
  const misfit = await prepare(outdir, settings, place);
  if (misfit) return refuse([hindrance(misfit)]);
  const deployed = cdk(['deploy', '--all', '--app', outdir, '--outputs-file', told, ...args], place);
  if (deployed !== 0) return deployed;
  const outputs = JSON.parse(readFileSync(told, 'utf8'))[stackNameOf(settings)];
  const put = await putScreens(
    new S3Client({ region: place.region }),
    outputs.PagesBucket,
    join(root, 'web', 'dist'),
  );
  console.log(`${put} files of the screens are new.`);
  console.log(`The dairy is open: ${outputs.Pages}/shop/`);
  console.log(`Staff: ${outputs.Pages}/desk/   Couriers: ${outputs.Pages}/courier/`);
  if (settings.DOMAIN)
    console.log(`The DNS must lead ${settings.DOMAIN} to ${outputs.Edge} (CNAME, or an alias of Route 53).`);
  return 0;
}

process.exit(await deploy(process.argv.slice(2)));
