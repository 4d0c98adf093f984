import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Counts {
  passed: number;
  failed: number;
}

/** Runs Vitest's suites and counts their tests. */
export async function runSuites(args: readonly string[], env: Record<string, string> = {}): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'milkfloat-report-'));
  const report = join(folder, 'report.json');
  try {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json'];
    const code = await runNode([...vitest, `--outputFile.json=${report}`, ...args], env);
    const { passed, failed } = countsIn(report);
    // A run that ended badly without a failed test (a crash, no report) is a failure all the same.
    return { passed, failed: Math.max(failed, code === 0 ? 0 : 1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a script with our Node, its temporary files in memory where there is room; answers its exit code. */
export function runNode(args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const whole = { ...process.env, ...foldersOfTests(), ...env };
  return new Promise((resolve) => {
    spawn(process.execPath, args, { stdio: 'inherit', env: whole }).on('exit', (code) => resolve(code ?? 1));
  });
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

function countsIn(report: string): Counts {
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that cannot be loaded fails without a test of its own.
    return { passed: numPassedTests, failed: numFailedTests || (numFailedTestSuites > 0 ? 1 : 0) };
  } catch (error) {
    console.error(`no test report: ${String(error)}`);
    return { passed: 0, failed: 0 };
  }
}
