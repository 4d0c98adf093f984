import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

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
    const { passed, failed } = readReport(report);
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

interface Report {
  numPassedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

/** Counts what a report holds, and says once more what failed: of a log that was cut, its end is what is left. */
function readReport(path: string): Counts {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    console.error(`no test report: ${String(error)}`);
    return { passed: 0, failed: 0 };
  }
  const failures = report.testResults.flatMap((file) => {
    const tests = file.assertionResults.filter(({ status }) => status === 'failed');
    const failed = tests.map(({ fullName, failureMessages }) =>
      failureOf(file.name, fullName, failureMessages.join('\n')),
    );
    // A file that cannot be loaded, or whose hooks fail, may have no failed test of its own.
    return file.status === 'failed' && failed.length === 0
      ? [failureOf(file.name, 'as a whole', file.message)]
      : failed;
  });
  for (const failure of failures) console.log(failure);
  return { passed: report.numPassedTests, failed: failures.length };
}

const LINES_OF_A_FAILURE = 12;

/** What failed and why, each line marked `FAILED` (`.ci/run` finds them by it). */
function failureOf(file: string, test: string, message: string): string {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => !line.includes('node_modules'))
    .slice(0, LINES_OF_A_FAILURE);
  return [`FAILED ${relative(process.cwd(), file)} > ${test}`, ...lines].join('\nFAILED   ');
}
