import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#shared/ports/ports.ts';
import { freePort } from './freePort.ts';
import { careForStream } from './streamRecords.ts';

/** The embedded DynamoDB-compatible engine, a child process with its database in one file. */
export interface Engine {
  endpoint: string;
  pid(): number | undefined;
  /** Begins to look after its stream records, once the schema of the data is known to be ours. */
  tendStream(): void;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 20_000;
const pidFileOf = (dataDir: string) => join(dataDir, 'engine.pid');
const endpointFileOf = (dataDir: string) => join(dataDir, 'engine.endpoint');
const databaseOf = (dataDir: string) => join(dataDir, 'milkfloat.db');

/** Where the engine that runs on a data folder answers; undefined when none does. */
export function runningEngine(dataDir: string): string | undefined {
  const pid = pidIn(pidFileOf(dataDir));
  if (pid === undefined || !commandOf(pid).includes(databaseOf(dataDir))) return undefined;
  return readIfThere(endpointFileOf(dataDir));
}

/**
 * Starts Dynoxide on a free loopback port, waits until it answers, and starts it again on the same port when
 * it dies. An engine that an earlier run left behind on the same file is ended first.
 */
export async function startEngine({ dataDir, log }: { dataDir: string; log: Log }): Promise<Engine> {
  const binary = findBinary();
  const pidFile = pidFileOf(dataDir);
  const database = databaseOf(dataDir);
  await endLeftover(pidFile, database);
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  writeFileSync(endpointFileOf(dataDir), endpoint);
  let child: ChildProcess;
  let stopping = false;
  let restarts = 0;
  let endCare: (() => void) | undefined;

  const launch = () => {
    child = spawn(binary, ['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', database], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // SQLite lets one write at a time: more threads only contend for the engine's allocator (docs/decisions/0013).
      env: { ...process.env, TOKIO_WORKER_THREADS: process.env.TOKIO_WORKER_THREADS ?? '1' },
      // Outside the terminal's process group: Ctrl-C asks the server to stop, which stops the engine last.
      detached: true,
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000);
    });
    if (child.pid) writeFileSync(pidFile, String(child.pid));
    child.on('exit', async (code, signal) => {
      if (stopping) return;
      log.error('engine died', { code, signal, said: said.trim(), restarts });
      await sleep(Math.min(5_000, 50 * 2 ** Math.min(restarts++, 7)));
      if (!stopping) launch();
    });
    child.on('error', (error) => log.error('engine cannot start', { error: error.message }));
  };
  launch();
  await untilAnswers(endpoint);
  log.info('engine ready', { port, database });

  return {
    endpoint,
    pid: () => child.pid,
    tendStream: () => {
      endCare ??= careForStream(database, log);
    },
    async stop() {
      stopping = true;
      endCare?.();
      await endProcess(child);
      rmSync(pidFile, { force: true });
      rmSync(endpointFileOf(dataDir), { force: true });
    },
  };
}

function findBinary(): string {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    return require.resolve(`${name}/dynoxide${process.platform === 'win32' ? '.exe' : ''}`);
  } catch (error) {
    throw new Error(
      `No embedded engine for ${process.platform}-${process.arch} is installed. Install the npm package "dynoxide" ` +
        `(or ${name}), or point DYNAMODB_ENDPOINT at another DynamoDB, for example Amazon's DynamoDB Local.`,
      { cause: error },
    );
  }
}

async function untilAnswers(endpoint: string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await fetch(endpoint, { signal: AbortSignal.timeout(1_000) });
      return;
    } catch (error) {
      if (Date.now() > until) throw new Error('the embedded engine does not answer', { cause: error });
      await sleep(15);
    }
  }
}

/** Two engines on one file would not see each other: the one a killed server left is ended before the next begins. */
async function endLeftover(pidFile: string, database: string): Promise<void> {
  const pid = pidIn(pidFile);
  if (pid === undefined || !commandOf(pid).includes(database)) return;
  process.kill(pid, 'SIGTERM');
  for (let waited = 0; waited < 5_000 && commandOf(pid) !== ''; waited += 20) await sleep(20);
  if (commandOf(pid) !== '') process.kill(pid, 'SIGKILL');
}

function pidIn(pidFile: string): number | undefined {
  const pid = Number(readIfThere(pidFile));
  return Number.isInteger(pid) ? pid : undefined;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The command line of a process, empty when there is none (or, on a system without /proc and ps, unknown). */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    try {
      return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    } catch {
      return '';
    }
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(late);
}
