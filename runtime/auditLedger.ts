import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeLog } from '#adapters/local/log.ts';
import { tables } from '#lambdas/tables.ts';
import { Meta, SCHEMA } from '#shared/data/meta.ts';
import { Store } from '#shared/data/store.ts';
import { openWire } from '#shared/data/wire.ts';
import { plusSeconds } from '#shared/domain/day.ts';
import { auditLedger } from './audit/audit.ts';
import { type RuntimeConfig, readConfig } from './config.ts';
import { runningEngine, startEngine } from './engine.ts';
import { lockFolder } from './lock.ts';
import { missingFrom } from './schema.ts';

/** By then every write that was under way when the audit began is done or has failed. */
const SETTLED_SECONDS = 60;

/**
 * `npm run audit:ledger`: recomputes the books of the dairy in DATA_DIR, open or closed, or of the one behind
 * DYNAMODB_ENDPOINT. Ends with 0 when all is right, 1 when something differs, 2 when it cannot tell.
 */
async function main(): Promise<number> {
  process.umask(0o077);
  const given = process.env.DATA_DIR || './data';
  if (!process.env.DYNAMODB_ENDPOINT && !existsSync(join(given, 'milkfloat.db')))
    throw new Error(`There is no dairy in ${given}. Set DATA_DIR, or DYNAMODB_ENDPOINT.`);
  const config = readConfig(process.env);
  const opened = await openStore(config);
  try {
    await refuseIncomplete(opened.store);
    const schema = (await opened.store.get(Meta, { metaId: 'schema' }))?.number;
    if (schema !== SCHEMA)
      throw new Error(`The data has schema ${schema}; this release reads ${SCHEMA}. Start the dairy once.`);
    // A clock that stands still moves only when nothing is being written.
    const open = opened.inUse && config.TEST_CLOCK === undefined;
    const before = open ? plusSeconds(new Date(), -SETTLED_SECONDS) : undefined;
    const differs = await auditLedger({ store: opened.store, before, tell: (line) => console.log(line) });
    console.log(differs ? `DIFFERS  ${differs.message}` : 'The books are right.');
    return differs ? 1 : 0;
  } finally {
    await opened.close();
  }
}

/** Where a table is gone nothing can be said about the books. */
async function refuseIncomplete(store: Store): Promise<void> {
  const missing = await missingFrom(store, tables);
  if (missing.length === 0) return;
  if (missing.includes(Meta.name)) throw new Error('There is no dairy in this store: it has no table Meta.');
  throw new Error(
    `The data lacks ${missing.join(', ')}, so that the books cannot be looked through. An older release may never have had it: start the dairy once, which makes what is missing, empty. If it was there before, bring back a backup first.`,
  );
}

/** The store of a dairy that is open, or of one that is closed, which stays closed to others meanwhile. */
async function openStore(config: RuntimeConfig) {
  const log = makeLog('error');
  const running = config.DYNAMODB_ENDPOINT ?? runningEngine(config.dataDir);
  const unlock = running ? undefined : lockFolder(config.dataDir);
  const engine = running ? undefined : await startEngine({ dataDir: config.dataDir, log });
  const wire = openWire({
    region: config.AWS_REGION,
    endpoint: running ?? engine?.endpoint ?? '',
    credentials: () => ({
      accessKeyId: config.AWS_ACCESS_KEY_ID,
      secretAccessKey: config.AWS_SECRET_ACCESS_KEY,
      sessionToken: config.AWS_SESSION_TOKEN,
    }),
  });
  return {
    store: new Store(wire),
    inUse: running !== undefined,
    async close() {
      await wire.close();
      await engine?.stop();
      unlock?.();
    },
  };
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
