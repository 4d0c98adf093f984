import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from './app.ts';
import { root } from './bundle.ts';
import { Settings } from './settings.ts';

/** What AWS itself checks templates with, from PyPI; and regions in which a dairy is likely to be. */
const CFN_LINT = 'cfn-lint==1.58.0';
const REGIONS = ['ap-south-1', 'us-east-1', 'eu-central-1'];
/** W3005: CDK says of a function that it waits for its role, which its reference says too. */
const KNOWN = ['W3005'];

/** Every setting made use of; the other stack is made from none. */
const everything = {
  STAGE: 'dev',
  MAIL_FROM: 'Dairy <milk@dairy.in>',
  DOMAIN: 'shop.dairy.in',
  CERTIFICATE_ARN: 'arn:aws:acm:us-east-1:111122223333:certificate/0b0ed25b-4e2f-4e2c-8a0b-2a1b6d0c7e11',
  ALARM_MAIL: 'desk@dairy.in',
  MONTHLY_BUDGET: '200',
  STRIPE_SECRET_NAME: 'milkfloat/stripe',
  SMS_SECRET_NAME: 'milkfloat/sms',
};

/** Has the templates checked against CloudFormation's own schemas: types, values, circles, what a region lacks. */
async function lint(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'milkfloat-lint-'));
  try {
    const templates: string[] = [];
    let bundles: Awaited<ReturnType<typeof synthesize>>['bundles'] | undefined;
    for (const environment of [{}, everything]) {
      const outdir = join(folder, `stack-${templates.length}`);
      const made = await synthesize(outdir, Settings.parse(environment), { bundles });
      bundles = made.bundles;
      templates.push(made.assembly.getStackByName(made.stack.stackName).templateFullPath);
    }
    return run(cfnLint(), ['--regions', ...REGIONS, '--ignore-checks', ...KNOWN, '--', ...templates]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command, in a virtual environment of its own that is made when it is first asked for. */
function cfnLint(): string {
  const environment = join(root, 'node_modules', '.cache', CFN_LINT);
  const command = join(environment, 'bin', 'cfn-lint');
  if (existsSync(command)) return command;
  console.error(`Installing ${CFN_LINT} …`);
  const made = run('python3', ['-m', 'venv', environment]);
  const installed = made || run(join(environment, 'bin', 'pip'), ['install', '--quiet', CFN_LINT]);
  if (installed === 0) return command;
  rmSync(environment, { recursive: true, force: true });
  throw new Error(`${CFN_LINT} could not be installed: python3 with venv, and a PyPI mirror, are needed.`);
}

function run(command: string, args: readonly string[]): number {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) console.error(error.message);
  return status ?? 1;
}

const code = await lint();
console.log(code === 0 ? 'cfn-lint finds nothing.' : 'cfn-lint found something.');
process.exit(code);
