import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A service of AWS that runs on this machine. */
export interface Emulator {
  endpoint: string;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'emulators');

/**
 * The folder that holds what `list` names, filled by `fill` when no earlier run has. It stays under node_modules; a
 * list that changed is a folder of its own, and one that is half filled is never seen.
 */
export function installed(name: string, list: string, fill: (folder: string) => void): string {
  const folder = join(
    cache,
    `${name}-${createHash('sha256').update(readFileSync(list)).digest('hex').slice(0, 12)}`,
  );
  if (existsSync(folder)) return folder;
  console.error(`Installing ${name} …`);
  mkdirSync(cache, { recursive: true });
  const half = mkdtempSync(join(cache, `${name}-half-`));
  try {
    fill(half);
    // Whoever installs it at the same time has the same: the first one stays.
    if (!existsSync(folder)) renameSync(half, folder);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return folder;
}

/** Runs a program to its end; throws with what it said when it fails. */
export function run(command: string, args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', stdio: 'pipe' });
  if (status !== 0)
    throw new Error(`${command} ${args[0]} failed: ${error?.message ?? (stderr || stdout).slice(-2_000)}`);
}

/** Sees to it that a program is there, by Debian's packages where we may; throws an Error that says what to install. */
export function need(works: () => boolean, what: string, packages: readonly string[]): void {
  if (works()) return;
  const stdio: ['ignore', 2, 2] = ['ignore', 2, 2];
  if (process.getuid?.() === 0) {
    spawnSync('apt-get', ['update', '-q'], { stdio });
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { stdio });
  }
  if (!works())
    throw new Error(
      `${what} is missing. Install it (Debian: apt-get install ${packages.join(' ')}) and try again.`,
    );
}

/** What a program says of its version; '' when it is not there. */
export function versionOf(command: string, ...args: string[]): string {
  const { stdout, stderr } = spawnSync(command, args.length > 0 ? args : ['--version'], { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`;
}

/**
 * Starts a service that chooses a free port and says `http://127.0.0.1:<port>` when it listens. Standard input is a
 * pipe of ours: a service that watches it ends when we do, however we end.
 */
export async function startService(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Emulator> {
  const child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, ...env } });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  const endpoint = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${command} ${why}: ${said.slice(-2_000)}`));
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      fail('does not listen');
    }, READY_WITHIN_MS);
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (!found) return;
      clearTimeout(late);
      resolve(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code) => {
      clearTimeout(late);
      fail(`ended with ${code}`);
    });
  });
  return {
    endpoint,
    async stop() {
      child.stdin.end();
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(late);
    },
  };
}
