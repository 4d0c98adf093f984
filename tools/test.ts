import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { runNode, runSuites } from './suites.ts';

/** `npm test`: the checks, then every suite; the last line counts them all. */
async function test(): Promise<number> {
  ensureBrowser();
  const checks = await runNode(['tools/check.ts', '--without-rules']);
  const suites = await runSuites(process.argv.slice(2));
  const passed = suites.passed + (checks === 0 ? 1 : 0);
  const failed = suites.failed + (checks === 0 ? 0 : 1);
  console.log(`${passed} passed, ${failed} failed`);
  return failed;
}

/** The browser that the screens are tested in; Debian's, fetched where it is missing and we may. */
function ensureBrowser(): void {
  const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (existsSync(browser)) return;
  console.error('Installing Chromium for the tests of the screens …');
  const stdio: ['ignore', 2, 2] = ['ignore', 2, 2];
  spawnSync('apt-get', ['update', '-q'], { stdio });
  spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { stdio });
  if (!existsSync(browser)) {
    console.error('Chromium is missing: install it, or set CHROMIUM to one. Tests of the screens will fail.');
  }
}

process.exit((await test()) === 0 ? 0 : 1);
