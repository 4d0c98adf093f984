import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { Orders } from '#lambdas/order/models/Order.ts';
import { tables } from '#lambdas/tables.ts';
import { Meta, SCHEMA } from '#shared/data/meta.ts';
import { Store } from '#shared/data/store.ts';
import { openWire } from '#shared/data/wire.ts';
import { type Engine, startEngine } from './engine.ts';
import { checkInvariants } from './invariants.ts';
import { fitSchema } from './schema.ts';
import { testWorld } from './testWorld.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const open: { engine: Engine; folder: string; close(): Promise<void> }[] = [];

async function storeOn(folder = mkdtempSync(join(tmpdir(), 'milkfloat-schema-'))) {
  const engine = await startEngine({ dataDir: folder, log: silent });
  const credentials = () => ({ accessKeyId: 'local', secretAccessKey: 'local' });
  const wire = openWire({ region: 'local', endpoint: engine.endpoint, credentials });
  open.push({ engine, folder, close: () => wire.close() });
  return new Store(wire);
}

afterEach(async () => {
  for (const { engine, folder, close } of open.splice(0)) {
    await close();
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

const names = async (store: Store) =>
  (await store.wire.call<{ TableNames: string[] }>('ListTables', {})).TableNames;

test('An empty store gets every table, and a second start changes nothing', async () => {
  const store = await storeOn();
  await fitSchema(store, tables, silent);
  expect((await names(store)).sort()).toEqual(tables.map((table) => table.name).sort());
  expect(await store.get(Meta, { metaId: 'schema' })).toMatchObject({ number: SCHEMA });
  await fitSchema(store, tables, silent);
  expect(await names(store)).toHaveLength(tables.length);
});

test('A store that lacks a table and an index gets them, and keeps its rows', async () => {
  const store = await storeOn();
  const older = tables
    .filter((table) => table.name !== 'Invoices')
    .map((table) =>
      table === Orders ? { ...Orders, indexes: { byUser: { hash: 'userId', range: 'orderId' } } } : table,
    );
  await fitSchema(store, older, silent);
  const row = { orderId: 'O1', userId: 'U1', dayKey: '2027-01-05#1', status: 'CONFIRMED' };
  await store.wire.call('PutItem', {
    TableName: 'Orders',
    Item: Object.fromEntries(Object.entries(row).map(([name, text]) => [name, { S: text }])),
  });
  await fitSchema(store, tables, silent);
  expect(await names(store)).toContain('Invoices');
  const byDay = await store.query(Orders, { index: 'byDay', hash: '2027-01-05#1' });
  expect(byDay.rows).toEqual([row]);
});

test('An index that this release has no use for is dropped', async () => {
  const store = await storeOn();
  const older = tables.map((table) =>
    table === Orders
      ? { ...Orders, indexes: { ...Orders.indexes, byName: { hash: 'userId', range: 'status' } } }
      : table,
  );
  await fitSchema(store, older, silent);
  await fitSchema(store, tables, silent);
  const { Table: made } = await store.wire.call<{
    Table: { GlobalSecondaryIndexes: { IndexName: string }[] };
  }>('DescribeTable', { TableName: Orders.name });
  expect(made.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName).sort()).toEqual(
    Object.keys(Orders.indexes).sort(),
  );
});

test('Under a test clock nothing is cleaned up by the machine’s clock, also in a folder made before; without one it is', async () => {
  const store = await storeOn();
  const expiring = tables.filter(({ expires }) => expires).map(({ name }) => name);
  const cleaned = async () => {
    const found: string[] = [];
    for (const { name } of tables) {
      const { TimeToLiveDescription: described } = await store.wire.call<{
        TimeToLiveDescription: { TimeToLiveStatus: string };
      }>('DescribeTimeToLive', { TableName: name });
      if (described.TimeToLiveStatus === 'ENABLED') found.push(name);
    }
    return found;
  };
  expect(expiring).toContain('Sessions');
  await fitSchema(store, tables, silent, { cleansUp: false });
  expect(await cleaned()).toEqual([]);
  await fitSchema(store, tables, silent);
  expect(await cleaned()).toEqual(expiring);
  await fitSchema(store, tables, silent, { cleansUp: false });
  expect(await cleaned()).toEqual([]);
});

test('Data of a newer release is refused before anything is changed', async () => {
  const store = await storeOn();
  await fitSchema(store, [Meta], silent);
  await store.wire.call('PutItem', {
    TableName: 'Meta',
    Item: { metaId: { S: 'schema' }, number: { N: String(SCHEMA + 1) } },
  });
  await expect(fitSchema(store, tables, silent)).rejects.toThrow(/newer Milkfloat/);
  expect(await names(store)).toEqual(['Meta']);
});

const desk = { userId: 'Uadmin', role: 'admin' as const };
const kept = (name: string) => gunzipSync(readFileSync(join(import.meta.dirname, 'releases', name)));
const releases = readdirSync(join(import.meta.dirname, 'releases'))
  .filter((file) => file.endsWith('.db.gz'))
  .map((file) => file.slice(0, -'.db.gz'.length));

test.for(releases)('The data folder of an earlier release, %s, opens and is whole', async (release) => {
  const folder = mkdtempSync(join(tmpdir(), 'milkfloat-release-'));
  writeFileSync(join(folder, 'milkfloat.db'), kept(`${release}.db.gz`));
  writeFileSync(join(folder, 'sandbox.jsonl'), kept(`${release}.sandbox.jsonl.gz`));
  const dairy = await testWorld({ folder });
  try {
    expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
    const statuses: string[] = [];
    for await (const order of dairy.world.store.scan(Orders)) statuses.push(order.status);
    expect(statuses.sort()).toEqual(['CANCELLED', 'CONFIRMED', 'CREATED', 'DELIVERED']);
    const found = await dairy.call<object>('admin', 'listCustomers', { q: 'u101@ex' }, desk);
    expect(found).toMatchObject([{ userId: 'U101', email: 'U101@example.com' }]);
    const standing = await dairy.call<object[]>('order', 'listSubscriptions', { userId: 'U101' }, desk);
    const listed = release < 'schema-3' ? [] : [{ status: 'ACTIVE' }, { status: 'CANCELLED' }];
    expect(standing).toMatchObject(listed);
    const placed = await dairy.call(
      'order',
      'createOrder',
      { cartItems: [{ productId: 'P101', qty: 1 }], deliverySlot: '2027-01-06T02:30:00Z' },
      { userId: 'U101', role: 'customer' },
    );
    expect(placed).toMatchObject({ status: 'CREATED' });
  } finally {
    await dairy.close();
  }
});
