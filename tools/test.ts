import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `npm test`: the checks, then every suite; the last line counts them all. */
async function test(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'milkfloat-report-'));
  const report = join(folder, 'report.json');
  try {
    ensureBrowser();
    const checks = await run(['tools/check.ts', '--without-rules']);
    const suites = await run([
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...process.argv.slice(2),
    ]);
    const counts = countsIn(report);
    const passed = counts.passed + (checks === 0 ? 1 : 0);
    // A run that ended badly without a failed test (a crash, no report) is a failure all the same.
    const failed = Math.max(counts.failed, suites === 0 ? 0 : 1) + (checks === 0 ? 0 : 1);
    console.log(`${passed} passed, ${failed} failed`);
    return failed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

/** Linux's memory disk, where there is one with room: tests open hundreds of engines that sync every write. */
const MEMORY_DISK = '/dev/shm';
const ROOM_BYTES = 4 * 2 ** 30;

function foldersOfTests(): NodeJS.ProcessEnv {
  if (process.env.TMPDIR) return {};
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DISK);
    return bavail * bsize > ROOM_BYTES ? { TMPDIR: MEMORY_DISK } : {};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return {};
  }
}

function run(args: readonly string[]): Promise<number> {
  const env = { ...process.env, ...foldersOfTests() };
  return new Promise((resolve) => {
    spawn(process.execPath, args, { stdio: 'inherit', env }).on('exit', (code) => resolve(code ?? 1));
  });
}

function countsIn(report: string): { passed: number; failed: number } {
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that cannot be loaded fails without a test of its own.
    return { passed: numPassedTests, failed: numFailedTests || (numFailedTestSuites > 0 ? 1 : 0) };
  } catch (error) {
    console.error(`no test report: ${String(error)}`);
    return { passed: 0, failed: 0 };
  }
}

process.exit((await test()) === 0 ? 0 : 1);
