import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Orders } from '#lambdas/order/models/Order.ts';
import { tables } from '#lambdas/tables.ts';
import { Meta } from '#shared/data/meta.ts';
import { Store } from '#shared/data/store.ts';
import { put } from '#shared/data/write.ts';
import { type TestDairy, testDairy } from '../testDairy.ts';
import { testWorld } from '../testWorld.ts';
import { backUpFolder, restoreFolder, restorePlace } from './backup.ts';
import { differing, move, type Place, talliesOf } from './move.ts';
import { openFolder } from './places.ts';

const PHOTO = 'proofs/D1-photo.jpg';
let dairy: TestDairy;
/** A dairy with an order on its way, a paid one, and a photo; and a backup that was made while it ran. */
let backup: string;

beforeAll(async () => {
  dairy = await testDairy();
  await dairy.pay(await dairy.order());
  await dairy.addHousehold('U102');
  await dairy.order({}, { userId: 'U102', role: 'customer' });
  await dairy.settle();
  await dairy.world.files.put(PHOTO, Buffer.from('a photo'), 'image/jpeg');
  writeFileSync(join(dairy.folder, 'server.pid'), 'nobody');
  backup = join(folder(), 'backup');
  await backUpFolder(dairy.folder, backup);
});
afterAll(async () => {
  await dairy?.close();
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'milkfloat-moving-'));
  folders.push(made);
  return made;
}

async function opened(path: string, make = false): Promise<Place> {
  const place = await openFolder(path, { make });
  onTestFinished(() => place.close());
  return place;
}

/** Every row of every table, by table and in an order of its own, but for what is of one store only. */
async function everything(store: Store): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const table of tables) {
    const rows: string[] = [];
    for await (const row of store.scan(table)) {
      if (table.name === Meta.name && ['relay', 'moving'].includes(String(row.metaId))) continue;
      rows.push(inspect(row, { sorted: true, depth: null, breakLength: Infinity, maxArrayLength: null }));
    }
    all[table.name] = rows.sort();
  }
  return all;
}

test('A backup of an open dairy is a dairy: restored into an empty folder it has every row, file and key', async () => {
  const here = join(folder(), 'restored');
  const tallies = await restoreFolder(backup, here);
  expect(tallies.Orders?.count).toBe(2);
  expect(tallies.files?.count).toBe(1);
  for (const name of ['secret', 'keys.json']) {
    expect(readFileSync(join(here, name), 'utf8')).toBe(readFileSync(join(dairy.folder, name), 'utf8'));
  }
  expect(readdirSync(here)).not.toContain('server.pid');
  const restored = await testWorld({ folder: here });
  onTestFinished(() => restored.close());
  expect(await everything(restored.world.store)).toEqual(await everything(dairy.world.store));
  expect((await restored.world.files.get(PHOTO))?.body.toString()).toBe('a photo');
});

test('A backup that was damaged is not restored, and the folder stays empty', async () => {
  const list = JSON.parse(readFileSync(join(backup, 'backup.json'), 'utf8'));
  const other = join(folder(), 'damaged');
  await restoreFolder(backup, other);
  list.tallies.Orders.sum = list.tallies.Orders.sum.replace(/^./, (digit: string) =>
    digit === '0' ? '1' : '0',
  );
  writeFileSync(join(other, 'backup.json'), JSON.stringify(list));
  const here = join(folder(), 'here');
  await expect(restoreFolder(other, here)).rejects.toThrow(/damaged: Orders/);
  expect(readdirSync(here)).toEqual([]);
  const place = await opened(join(folder(), 'place'), true);
  await expect(restorePlace(other, place, () => undefined)).rejects.toThrow(/damaged: Orders/);
});

test('Nothing is backed up over something, restored over a dairy, or taken for a backup that is none', async () => {
  await expect(backUpFolder(dairy.folder, backup)).rejects.toThrow('is not empty');
  await expect(restoreFolder(backup, dairy.folder)).rejects.toThrow('is not empty');
  await expect(backUpFolder(folder(), join(folder(), 'b'))).rejects.toThrow('There is no dairy');
  await expect(restoreFolder(folder(), join(folder(), 'b'))).rejects.toThrow('is no backup');
});

test('A dairy that moves has everything where it arrives, also when the move is cut off at any write', async () => {
  const from = await opened(backup);
  const to = await opened(join(folder(), 'to'), true);
  const said: string[] = [];
  for (let cuts = 0; ; cuts++) {
    let writes = 0;
    const cutOff: Place = {
      ...to,
      wire: {
        ...to.wire,
        call: (operation, payload) => {
          if (operation === 'BatchWriteItem' && writes++ === 4) throw new Error('the line is dead');
          return to.wire.call(operation, payload);
        },
      },
    };
    const moved = await move(from, cutOff, (line) => said.push(line)).catch((error: Error) => error.message);
    if (typeof moved !== 'string') break;
    expect(moved).toBe('the line is dead');
    expect(cuts).toBeLessThan(100);
  }
  expect(said.some((line) => line.startsWith('goes on after'))).toBe(true);
  expect(differing(await talliesOf(from), await talliesOf(to))).toEqual([]);
  expect(await everything(new Store(to.wire))).toEqual(await everything(new Store(from.wire)));
  await expect(move(from, to, () => undefined)).rejects.toThrow('There is a dairy in');
});

test('A dairy that went on while it moved is not said to have arrived', async () => {
  const from = await opened(backup);
  const to = await opened(join(folder(), 'to'), true);
  const store = new Store(from.wire);
  const busy: Place = {
    ...from,
    files: {
      ...from.files,
      async *names() {
        await store.write(put(Orders, { ...(await dairy.order()), orderId: 'Olate' }));
        yield* from.files.names();
      },
    },
  };
  await expect(move(busy, to, () => undefined)).rejects.toThrow(/Orders: not the same/);
});
