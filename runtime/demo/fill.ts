import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Settings } from '#shared/data/settings.ts';
import { addDays, dayOf, instantOf } from '#shared/domain/day.ts';
import { readConfig } from '../config.ts';
import { startMilkfloat, type TellPassword } from '../milkfloat.ts';
import { demoCouriers, demoHouseholds } from './people.ts';
import { DEMO_PASSWORD, liveDemo, PAST_DAYS } from './story.ts';

/** What a start leaves in a folder; the database comes last, because a folder that has it is a dairy. */
const DATABASE = 'milkfloat.db';
const passing = ['server.pid', 'engine.pid', 'engine.endpoint'];

/**
 * Makes a living dairy in an empty data folder: some days are lived through at the pace of this machine, with the
 * clock set back, in a folder beside; then it is moved to its place whole. A folder that has a dairy is left alone.
 */
export async function fillDemo(environment: NodeJS.ProcessEnv, tellPassword: TellPassword): Promise<void> {
  const config = readConfig(environment);
  if (config.DYNAMODB_ENDPOINT) throw new Error('--demo needs the embedded engine: unset DYNAMODB_ENDPOINT.');
  if (existsSync(join(config.dataDir, DATABASE))) {
    console.error(`There is a dairy in ${config.dataDir} already; it is left as it is.`);
    return;
  }
  const folder = join(config.dataDir, 'demo-in-the-making');
  rmSync(folder, { recursive: true, force: true });
  const now = new Date();
  const { timeZone } = Settings.parse({});
  const past = readConfig({
    ...environment,
    DATA_DIR: folder,
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
    RATE_LIMITS: 'off',
    TEST_CLOCK: instantOf(addDays(dayOf(now, timeZone), -PAST_DAYS), '09:00', timeZone),
    // Nobody's real money or mail is in a story.
    STRIPE_SECRET_KEY: '',
    STRIPE_WEBHOOK_SECRET: '',
    STRIPE_PUBLISHABLE_KEY: '',
    SMTP_URL: '',
  });
  const milkfloat = await startMilkfloat(past, tellPassword);
  try {
    const told = await liveDemo(milkfloat, now);
    console.error(told);
  } finally {
    await milkfloat.stop();
  }
  settleIn(folder, config.dataDir);
  console.error(
    [
      `  household ${demoHouseholds[0]?.email}  ${DEMO_PASSWORD}`,
      `  courier   ${demoCouriers[0]?.email}  ${DEMO_PASSWORD}`,
    ].join('\n'),
  );
}

function settleIn(folder: string, dataDir: string): void {
  const files = readdirSync(folder).filter((name) => !passing.includes(name));
  for (const name of files.sort((a, b) => Number(a === DATABASE) - Number(b === DATABASE))) {
    rmSync(join(dataDir, name), { recursive: true, force: true });
    renameSync(join(folder, name), join(dataDir, name));
  }
  rmSync(folder, { recursive: true, force: true });
}
