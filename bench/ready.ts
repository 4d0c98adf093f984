import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#runtime/freePort.ts';
import { root } from './servers.ts';

const GIVE_UP_MS = 60_000;

/** Seconds from `npm start`'s own command until /health answers 200, on a folder that is new or is not. */
export async function measureReady(dataDir: string): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, ['tools/run.mjs', 'start'], {
    cwd: root,
    env: { ...process.env, DATA_DIR: dataDir, PORT: String(port) },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  try {
    while (!(await isHealthy(port))) {
      if (child.exitCode !== null) throw new Error('the server did not start');
      if (performance.now() - started > GIVE_UP_MS) throw new Error('the server is not ready');
      await sleep(10);
    }
    return (performance.now() - started) / 1_000;
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`)).status === 200;
  } catch {
    // Nobody listens yet.
    return false;
  }
}
