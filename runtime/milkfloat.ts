import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { systemClock } from '#adapters/local/clock.ts';
import { makeLog } from '#adapters/local/log.ts';
import { ensureFirstAdmin, firstPassword } from '#lambdas/admin/adminController.ts';
import { lambdas } from '#lambdas/all.ts';
import { tables } from '#lambdas/tables.ts';
import { appOf } from '#shared/http/serve.ts';
import type { Log } from '#shared/ports/ports.ts';
import { clockDoor } from './clockDoor.ts';
import { ClockMover } from './clockMover.ts';
import type { RuntimeConfig } from './config.ts';
import { type Engine, startEngine } from './engine.ts';
import { handlersOf } from './handlers.ts';
import { lockFolder } from './lock.ts';
import { Relay } from './relay.ts';
import { fitSchema } from './schema.ts';
import { serveScreens } from './screens.ts';
import { ServerTestClock } from './testClock.ts';
import { startTimers } from './timers.ts';
import { type LocalWorld, makeWorld } from './world.ts';

const DRAIN_MS = 10_000;
/** Under a test clock waits in real time only hold up who moves it: the engine's indexes are never behind. */
const hurried = { mostDelayMs: 20, mostBackOffMs: 500 };

export type TellPassword = (password: string, config: RuntimeConfig) => void;

export interface Milkfloat {
  url: string;
  local: LocalWorld;
  log: Log;
  /** Under a test clock: what moves it. */
  mover?: ClockMover;
  enginePid(): number | undefined;
  stop(): Promise<void>;
}

/** Starts the whole dairy in this process: engine, schema, nine Lambdas on one port, events and timers. */
export async function startMilkfloat(
  config: RuntimeConfig,
  /** Told the first admin's password when this start made that admin with a password of its own. */
  tellPassword: TellPassword = () => undefined,
): Promise<Milkfloat> {
  const log = makeLog(config.LOG_LEVEL);
  const unlock = lockFolder(config.dataDir);
  let engine: Engine | undefined;
  let local: LocalWorld | undefined;
  try {
    engine = config.DYNAMODB_ENDPOINT ? undefined : await startEngine({ dataDir: config.dataDir, log });
    const endpoint = config.DYNAMODB_ENDPOINT ?? engine?.endpoint ?? '';
    const testClock = config.TEST_CLOCK === undefined ? undefined : new ServerTestClock(config.TEST_CLOCK);
    local = await makeWorld({ config, endpoint, clock: testClock ?? systemClock, log });
    const { world, payments } = local;
    await fitSchema(world.store, tables, log, { cleansUp: !testClock });
    engine?.tendStream();
    await makeFirstAdmin(config, local, tellPassword);

    const handlerOf = handlersOf(world);
    const followUp = config.FOLLOW_UP === 'on';
    const relay = new Relay({ store: world.store, log, handlerOf, ...(testClock ? hurried : {}) });
    const mover =
      testClock && new ClockMover({ local, clock: testClock, relay, handlerOf, firesTimers: followUp });
    const doors = [...lambdas.flatMap((lambda) => lambda.doors), ...(mover ? [clockDoor(mover)] : [])];
    const app = appOf(world, doors);
    serveScreens(app, config.screens);
    const server = await listen(config, app);
    const { port } = server.address() as AddressInfo;
    if (!config.stripe) payments.deliverTo(`${urlOf(reachable(config.HOST), port)}/payment/webhook`);
    if (followUp) relay.start();
    const stopTimers = followUp && !mover ? startTimers(handlerOf, log) : async () => undefined;
    if (mover)
      log.warn('the clock stands still: TEST_CLOCK is set', { now: world.clock.now().toISOString() });
    const held = { engine, local };
    return {
      url: urlOf(config.HOST, port),
      local,
      log,
      mover,
      enginePid: () => held.engine?.pid(),
      async stop() {
        const moved = mover?.stop();
        await closeServer(server);
        await moved;
        await stopTimers();
        await relay.stop();
        await held.local.close();
        await held.engine?.stop();
        unlock();
      },
    };
  } catch (error) {
    await local?.close();
    await engine?.stop();
    unlock();
    throw error;
  }
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Where this machine reaches itself, also when it listens on every address. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

async function makeFirstAdmin(
  config: RuntimeConfig,
  { world }: LocalWorld,
  tellPassword: TellPassword,
): Promise<void> {
  const password = config.ADMIN_PASSWORD ?? firstPassword(world);
  const made = await ensureFirstAdmin(world, { email: config.ADMIN_EMAIL, password });
  // At once: whatever fails after this, nobody can be told again.
  if (made && config.ADMIN_PASSWORD === undefined) tellPassword(password, config);
}

async function listen(
  config: RuntimeConfig,
  app: { fetch: Parameters<typeof serve>[0]['fetch'] },
): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port: config.PORT, hostname: config.HOST }, () =>
      resolve(server),
    );
    // A client that trickles its request does not hold a connection for ever.
    Object.assign(server, { requestTimeout: 20_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 });
    server.once('error', (error: NodeJS.ErrnoException) => {
      const busy = error.code === 'EADDRINUSE';
      reject(busy ? new Error(`Port ${config.PORT} is in use; set PORT to another one.`) : error);
    });
  });
}

/** Takes no new connections, lets requests in flight finish, and ends what is left after a while. */
async function closeServer(server: ServerType): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection is idle again as soon as its request in flight is answered.
  const idle = setInterval(() => {
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  }, 20);
  const late = setTimeout(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
  }, DRAIN_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
