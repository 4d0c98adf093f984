import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Done, Job } from './drive.ts';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Milliseconds in a tick of /proc: 100 ticks a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** A server that was started for a measurement. */
export interface Server {
  name: string;
  url: string;
  dataDir: string;
  peopleFile: string;
  pid: number;
  stop(): Promise<void>;
}

/** Milkfloat as `npm start` starts it, but on a free port, without limits on requests, its log thrown away. */
export async function startMilkfloat(dataDir: string, followUp: 'on' | 'off'): Promise<Server> {
  const env = { RATE_LIMITS: 'off', LOG_LEVEL: 'info', FOLLOW_UP: followUp };
  const started = await start('Milkfloat', ['tools/run.mjs', 'start'], dataDir, env);
  // The script that was started only passes signals on; the server wrote down who it is.
  return { ...started, pid: Number(readFileSync(join(dataDir, 'server.pid'), 'utf8')) };
}

/** The bare server, under the settings of V8 that Milkfloat was started with. */
export function startBare(dataDir: string, beside: Server): Promise<Server> {
  const words = readFileSync(`/proc/${beside.pid}/cmdline`, 'utf8').split('\0');
  const flags = words.slice(1, words.indexOf('runtime/main.ts'));
  return start('bare', [...flags, 'bench/bare/server.ts'], dataDir, {});
}

async function start(
  name: string,
  args: string[],
  dataDir: string,
  more: NodeJS.ProcessEnv,
): Promise<Server> {
  const nowhere = openSync('/dev/null', 'w');
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...more, DATA_DIR: dataDir, PORT: '0' },
    stdio: ['ignore', nowhere, 'pipe'],
  });
  closeSync(nowhere);
  const url = await openedAt(child);
  const peopleFile = join(dataDir, 'people.json');
  return { name, url, dataDir, peopleFile, pid: child.pid ?? 0, stop: () => stopChild(child) };
}

/** The address a server says it is open at; throws with what it said when it ends instead. */
async function openedAt(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  if (!child.stderr) throw new Error('the server has no standard error');
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    const url = /is open: (http:\/\/[\d.:]+)/.exec(line)?.[1];
    if (!url) continue;
    child.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    child.stderr.resume();
    return url;
  }
  throw new Error(`the server did not open:\n${said.join('\n')}`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** The engine's process, which writes its number into the data folder. */
export function enginePid({ dataDir }: Server): number {
  return Number(readFileSync(join(dataDir, 'engine.pid'), 'utf8'));
}

/** The engine's address, from its command line. */
export function engineUrl(server: Server): string {
  const words = readFileSync(`/proc/${enginePid(server)}/cmdline`, 'utf8').split('\0');
  return `http://127.0.0.1:${words[words.indexOf('--port') + 1]}`;
}

export interface ProcessorMs {
  server: number;
  engine: number;
}

/** Processor time so far of the server and of its engine, user and system, all threads. */
export function processorOf(server: Server): ProcessorMs {
  return { server: processorMs(server.pid), engine: processorMs(enginePid(server)) };
}

export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name, in brackets; it may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Resident memory of server and engine now, megabytes. */
export function memoryOf(server: Server): { server: number; engine: number } {
  return { server: residentMb(server.pid), engine: residentMb(enginePid(server)) };
}

function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}

/** The driver, one process for the whole run. */
export interface Driver {
  drive(job: Job): Promise<Done>;
  stop(): Promise<void>;
}

export function startDriver(): Driver {
  const child = spawn(process.execPath, ['bench/drive.ts'], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async drive(job) {
      child.stdin.write(`${JSON.stringify(job)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('the driver ended');
      const answer = JSON.parse(value) as Done | { error: string };
      if ('error' in answer) throw new Error(`${job.operation} at ${job.url}: ${answer.error}`);
      return answer;
    },
    stop: () => stopChild(child),
  };
}
