import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { serve } from '@hono/node-server';
import { tables } from '#lambdas/tables.ts';
import { startEngine } from '#runtime/engine.ts';
import { fitSchema } from '#runtime/schema.ts';
import { Store } from '#shared/data/store.ts';
import { openWire } from '#shared/data/wire.ts';
import { bareApp } from './app.ts';

/** `DATA_DIR=… node bench/bare/server.ts`: the bare server on an engine and a data folder of its own. */
const quiet = { info: () => undefined, warn: console.error, error: console.error };
const dataDir = resolve(process.env.DATA_DIR ?? './data-bare');
const engine = await startEngine({ dataDir, log: quiet });
const wire = openWire({
  region: 'ap-south-1',
  endpoint: engine.endpoint,
  credentials: () => ({ accessKeyId: 'local', secretAccessKey: 'local' }),
});
await fitSchema(new Store(wire), tables, quiet);
engine.tendStream();

const port = Number(process.env.PORT ?? 0);
const server = serve({ fetch: bareApp(wire).fetch, port, hostname: '127.0.0.1' }, (address: AddressInfo) =>
  console.error(`Bare server is open: http://127.0.0.1:${address.port}`),
);

process.on('SIGTERM', async () => {
  server.close();
  await wire.close();
  await engine.stop();
  process.exit(0);
});
