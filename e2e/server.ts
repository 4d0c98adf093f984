import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#runtime/freePort.ts';

/** A really started Milkfloat in a process and a data folder of its own. */
export interface Server {
  url: string;
  folder: string;
  process: ChildProcess;
  http: Http;
  stop(): Promise<void>;
}

export interface Answer<A> {
  status: number;
  body: A;
  headers: Headers;
}

/** One request; the answer's body is parsed when it is JSON. */
export type Http = <A = Record<string, never>>(
  method: string,
  path: string,
  request?: { token?: string; body?: unknown; headers?: Record<string, string> },
) => Promise<Answer<A>>;

export const ADMIN = { email: 'admin@dairy.example', password: 'desk-2027' };

export function httpOf(url: string): Http {
  return async <A>(
    method: string,
    path: string,
    { token, body, headers }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      body: (json ? JSON.parse(text) : text) as A,
      headers: response.headers,
    };
  };
}

export interface StartOptions {
  folder?: string;
  env?: Record<string, string>;
  args?: string[];
  /** Starts at this instant, with a clock that stands still until `moveClock`. */
  clock?: string;
  /** How long it may take to open; a demo lives through a week first. */
  opensWithinMs?: number;
}

/** Starts the server on a free port and waits until it is healthy. A folder given is kept at the end. */
export async function startServer(options: StartOptions = {}): Promise<Server> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'milkfloat-e2e-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let said = '';
  const child = spawn(process.execPath, ['runtime/main.ts', ...(options.args ?? [])], {
    cwd: join(import.meta.dirname, '..'),
    env: {
      ...process.env,
      PORT: String(port),
      DATA_DIR: folder,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      LOG_LEVEL: 'error',
      ...(options.clock ? { TEST_CLOCK: options.clock } : {}),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-8_000);
    });
  }
  for (let waited = 0; ; waited += 50) {
    const healthy = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) break;
    if (child.exitCode !== null || waited > (options.opensWithinMs ?? 30_000))
      throw new Error(`the server did not start:\n${said}`);
    await sleep(50);
  }
  return {
    url,
    folder,
    process: child,
    http: httpOf(url),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await ended;
      }
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An access token of somebody; it is good for 15 minutes of the server's clock. */
export async function login({ http }: Server, { email, password } = ADMIN): Promise<string> {
  const answer = await http<{ token: string }>('POST', '/user/login', { body: { email, password } });
  if (answer.status !== 200) throw new Error(`login of ${email}: ${JSON.stringify(answer.body)}`);
  return answer.body.token;
}

/** Moves the clock of a server that was started with one; what falls due on the way is done when this answers. */
export async function moveClock(server: Server, now: string): Promise<{ now: string; fired: number }> {
  const token = await login(server);
  const moved = await server.http<{ now: string; fired: number }>('PUT', '/admin/clock', {
    token,
    body: { now },
  });
  if (moved.status !== 200) throw new Error(`the clock was not moved: ${JSON.stringify(moved.body)}`);
  return moved.body;
}

/** Asks again until the answer is as wanted; fails after a minute with the last one. */
export async function eventually<A>(
  ask: () => Promise<A>,
  wanted: (answer: A) => boolean,
  seconds = 60,
): Promise<A> {
  const until = Date.now() + seconds * 1_000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > until) throw new Error(`not in ${seconds} s; last answer: ${JSON.stringify(answer)}`);
    await sleep(100);
  }
}
