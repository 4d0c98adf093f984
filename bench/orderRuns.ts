import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './servers.ts';
import { fillStanding } from './standing.ts';

/** What one order run said of itself. Processor time is milliseconds, memory the most that was resident. */
export interface RunFigures {
  subscriptions: number;
  orders: number;
  digest: string;
  seconds: number;
  nodeMs: number;
  engineMs: number;
  peakMb: number;
}

/** One order run over a dairy of so many standing orders, in a process of its own. */
export async function measureRun(folder: string, subscriptions: number): Promise<RunFigures> {
  const dataDir = join(folder, `run-${subscriptions}`);
  const day = await fillStanding(dataDir, subscriptions);
  return { subscriptions, ...(await answerOf(startRun(dataDir, day))) };
}

/**
 * An order run that is killed again and again (kill −9) until it comes to its end.
 * Answers how often it was killed, and what the last one said of the whole day.
 */
export async function killAndResume(folder: string, subscriptions: number) {
  const dataDir = join(folder, 'killed');
  const day = await fillStanding(dataDir, subscriptions);
  let kills = 0;
  for (; kills < 5; kills++) {
    const child = startRun(dataDir, day);
    const ended = once(child, 'exit');
    await Promise.race([ended, sleep(2_500 + 400 * kills)]);
    if (child.exitCode !== null) break;
    child.kill('SIGKILL');
    await ended;
  }
  return { kills, ...(await answerOf(startRun(dataDir, day))) };
}

function startRun(dataDir: string, day: string): ChildProcess {
  // The heap as `npm start` sets it.
  const heap = ['--max-semi-space-size=16', '--heap-growing-percent=30'];
  return spawn(process.execPath, [...heap, join(root, 'bench/runDay.ts'), dataDir, day], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function answerOf(child: ChildProcess): Promise<Omit<RunFigures, 'subscriptions'>> {
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the order run ended with ${code}: ${said}`);
  return JSON.parse(said);
}
