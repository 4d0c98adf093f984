import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type User, Users } from '#lambdas/user/models/User.ts';
import { is } from '#shared/data/condition.ts';
import { createTableRequest } from '#shared/data/dynamoose.ts';
import { Models } from '#shared/data/models.ts';
import { Store } from '#shared/data/store.ts';
import { openWire } from '#shared/data/wire.ts';
import { create, update } from '#shared/data/write.ts';
import { type Engine, startEngine } from './engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'milkfloat-stages-'));
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ dataDir: folder, log: quiet });
});
afterAll(async () => {
  await engine?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** One stage's way to the store that all share. */
async function stage(prefix: string) {
  const credentials = () => ({ accessKeyId: 'test', secretAccessKey: 'test' });
  const address = { region: 'ap-south-1', endpoint: engine.endpoint, prefix, credentials };
  const store = new Store(openWire(address));
  await store.wire.call('CreateTable', await createTableRequest(Users));
  return { store, models: new Models(address) };
}

test('Two stages in one account do not see each other’s households, whichever way they are read and written', async () => {
  const [prod, dev] = [await stage('milkfloat-'), await stage('milkfloat-dev-')];
  const user: User = {
    userId: 'U101',
    role: 'courier',
    staffRole: 'courier',
    active: true,
    createdAt: '',
    version: 1,
  };
  const key = { userId: 'U101' };
  await prod.store.write(create(Users, user));
  expect(await dev.store.get(Users, key)).toBeUndefined();
  expect(await dev.models.find(Users, key)).toBeUndefined();

  await dev.models.create(Users, { ...user, name: 'Somebody to try' });
  await prod.store.transact([update(Users, key, { set: { name: 'Ravi' } }, is('version', 1))]);
  const asks = [
    { table: Users, key },
    { table: Users, key: { userId: 'U404' } },
  ];
  expect((await prod.store.getMany(asks)).map((row) => row?.name)).toEqual(['Ravi', undefined]);
  expect((await dev.store.getMany(asks)).map((row) => row?.name)).toEqual(['Somebody to try', undefined]);
  const couriers = await dev.store.query(Users, { index: 'byStaffRole', hash: 'courier' });
  expect(couriers.rows.map(({ name }) => name)).toEqual(['Somebody to try']);
  expect(await prod.models.find(Users, key)).toMatchObject({ name: 'Ravi' });

  const { TableNames: names } = await new Store(
    openWire({
      region: 'ap-south-1',
      endpoint: engine.endpoint,
      credentials: () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
    }),
  ).wire.call<{ TableNames: string[] }>('ListTables', {});
  expect(names.sort()).toEqual(['milkfloat-Users', 'milkfloat-dev-Users']);
});
