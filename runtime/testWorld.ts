import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tables } from '#lambdas/tables.ts';
import { StoreError, type Wire } from '#shared/data/wire.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import type { Actor, Log } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { readConfig } from './config.ts';
import { type Engine, startEngine } from './engine.ts';
import { handlersOf } from './handlers.ts';
import { Relay, type RelayOptions } from './relay.ts';
import { fitSchema } from './schema.ts';
import { TestClock } from './testClock.ts';
import { type LocalWorld, makeWorld } from './world.ts';

export interface TestWorld extends LocalWorld {
  clock: TestClock;
  folder: string;
  /** The environment in which another process finds this world's data. */
  env: Record<string, string>;
  handlerOf: (lambda: string) => LambdaHandler;
  /** Invokes a Lambda's function directly as an actor; the answer or problem as plain JSON. */
  call<A = Record<string, never>>(lambda: string, name: string, payload: object, actor?: Actor): Promise<A>;
  /** Delivers all events that were published so far, as the relay does, until nothing is left. */
  settle(options?: Partial<RelayOptions>): Promise<void>;
  wireOf: { current: (wire: Wire) => Wire };
  /** Stops the engine, so that its file is whole and can be copied. */
  stopEngine(): Promise<void>;
}

const SETTLES_WITHIN_MS = 60_000;
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * A whole dairy for a test: a real engine on a folder of its own, all tables, the nine handlers, a clock that
 * stands at 2027-01-04T04:30:00Z (10 o'clock in Kolkata) and no limits on requests.
 */
export async function testWorld(
  options: { at?: string; env?: Record<string, string>; log?: Log; folder?: string } = {},
): Promise<TestWorld> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'milkfloat-test-'));
  const log = options.log ?? silent;
  const { engine, env } = await engineOf(folder, log);
  const config = readConfig({
    DATA_DIR: folder,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'silent',
    ...env,
    ...options.env,
  });
  const clock = new TestClock(options.at ?? '2027-01-04T04:30:00.000Z');
  const wireOf = { current: (wire: Wire) => wire };
  const local = await makeWorld({
    config,
    endpoint: engine.endpoint,
    clock,
    log,
    wrapWire: (wire) => ({
      call: (...args) => wireOf.current(wire).call(...args),
      close: () => wire.close(),
    }),
  });
  await fitSchema(local.world.store, tables, log);
  engine.tendStream();
  const handlerOf = handlersOf(local.world);
  return {
    ...local,
    clock,
    folder,
    env: { DATA_DIR: folder, ...env },
    handlerOf,
    wireOf,
    call: async <A>(lambda: string, name: string, payload: object, actor?: Actor) =>
      (await handlerOf(lambda)({ function: name, actor, payload })) as A,
    settle: (relayOptions) => settle(local.world, handlerOf, relayOptions),
    stopEngine: () => engine.stop(),
    async close() {
      wireOf.current = (wire) => wire;
      await engine.clear(local.world.store.wire);
      await local.close();
      await engine.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type TestEngine = Pick<Engine, 'endpoint' | 'tendStream' | 'stop'> & { clear(wire: Wire): Promise<void> };

/**
 * What keeps a test's tables: the embedded engine, or another DynamoDB that `npm run test:aws` names. There a folder
 * has an access key of its own, and with it, in DynamoDB Local, tables of its own. They are deleted at the end:
 * DynamoDB Local works at each table for ever.
 */
async function engineOf(
  folder: string,
  log: Log,
): Promise<{ engine: TestEngine; env: Record<string, string> }> {
  const endpoint = process.env.TEST_DYNAMODB_ENDPOINT;
  if (!endpoint)
    return {
      engine: { ...(await startEngine({ dataDir: folder, log })), clear: async () => undefined },
      env: {},
    };
  const AWS_ACCESS_KEY_ID = createHash('sha256').update(folder).digest('hex').slice(0, 20);
  const engine = { endpoint, tendStream: () => undefined, stop: async () => undefined, clear };
  return { engine, env: { DYNAMODB_ENDPOINT: endpoint, AWS_ACCESS_KEY_ID } };
}

async function clear(wire: Wire): Promise<void> {
  for (const { name } of tables) {
    await wire.call('DeleteTable', { TableName: name }).catch((error: unknown) => {
      // A test that tells what happens without a table has deleted it itself.
      if (!(error instanceof StoreError) || error.name !== 'ResourceNotFoundException') throw error;
    });
  }
}

async function settle(
  world: World,
  handlerOf: (lambda: string) => LambdaHandler,
  options: Partial<RelayOptions> = {},
): Promise<void> {
  const relay = new Relay({
    store: world.store,
    log: silent,
    handlerOf,
    mostBackOffMs: 50,
    mostDelayMs: 20,
    ...options,
  });
  relay.start();
  const isThrough = await relay.settled(SETTLES_WITHIN_MS);
  await relay.stop();
  if (!isThrough) throw new Error('events are still on their way');
}
