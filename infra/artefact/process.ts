import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Order, Outcome } from './host.ts';

const host = join(import.meta.dirname, 'host.ts');

const MOST_KEPT = 20_000;

export interface FunctionOptions {
  /** What is uploaded, unpacked. */
  folder: string;
  environment: Record<string, string>;
}

/** One instance of a function: it takes one event at a time, as on Lambda. */
export interface FunctionProcess {
  /** The answer after its way through JSON; throws FunctionError where the handler did. */
  invoke(event: object): Promise<unknown>;
  /** What the process itself says its environment is. */
  environment(): Promise<Record<string, string>>;
  /** What it warned of and what it called an error: the last of it. */
  complaints(): string;
  stop(): Promise<void>;
}

/** What Lambda tells of a handler that threw. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly errorType: string;
  constructor({ errorType, errorMessage }: { errorType: string; errorMessage: string }) {
    super(errorMessage);
    this.errorType = errorType;
  }
}

/**
 * Starts a function in a process that has the given environment and no other, and can read its own folder and nothing
 * else of the disk: neither write, nor start anything.
 */
export async function startFunction({ folder, environment }: FunctionOptions): Promise<FunctionProcess> {
  const may = ['--permission', `--allow-fs-read=${join(folder, '*')}`, `--allow-fs-read=${host}`];
  const child = spawn(process.execPath, [...may, host], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  child.stdout?.resume();
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-MOST_KEPT);
  });
  const complaints = () => said;
  await next(child, complaints);
  let before: Promise<unknown> = Promise.resolve();

  function ask(order: Order): Promise<unknown> {
    const asked = before.then(async () => {
      const answered = next(child, complaints);
      child.send(order);
      return answered;
    });
    before = asked.catch(() => undefined);
    return asked.then((outcome) => resultOf(outcome as Outcome));
  }

  return {
    invoke: (event) => ask({ event: JSON.stringify(event) }),
    environment: () => ask('environment') as Promise<Record<string, string>>,
    complaints,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** The next thing the process says; throws with what it complained of when it ends instead. */
async function next(child: ChildProcess, complaints: () => string): Promise<unknown> {
  const over = new AbortController();
  const { signal } = over;
  try {
    const ended = once(child, 'exit', { signal }).then(() => {
      throw new Error(`the function's process ended:\n${complaints()}`);
    });
    const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
    return message;
  } finally {
    over.abort();
  }
}

function resultOf(outcome: Outcome): unknown {
  if ('error' in outcome) throw new FunctionError(outcome.error);
  return JSON.parse(outcome.answer);
}
