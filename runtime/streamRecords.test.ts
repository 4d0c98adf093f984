import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outboxWrite } from '#shared/data/commit.ts';
import { trimPiece } from './streamRecords.ts';
import { type TestWorld, testWorld } from './testWorld.ts';

let dairy: TestWorld;
let database: string;
beforeAll(async () => {
  dairy = await testWorld();
  database = join(dairy.folder, 'milkfloat.db');
});
afterAll(() => dairy?.close());

const publish = (entityId: string) =>
  dairy.world.store.write(
    outboxWrite(dairy.world, {
      eventType: 'PRODUCT_UPDATED',
      entityId,
      entityVersion: 1,
      data: { productId: entityId },
    }),
  );

function read<T>(sql: string): T[] {
  const file = new DatabaseSync(database, { readOnly: true });
  try {
    return file.prepare(sql).all() as T[];
  } finally {
    file.close();
  }
}

test('The engine finds the stream’s last number and its next records by an index', () => {
  const statements = [
    "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = 'Outbox'",
    "SELECT * FROM _stream_records WHERE table_name = 'Outbox' AND shard_id = 'x' AND CAST(sequence_number AS INTEGER) > 5 ORDER BY CAST(sequence_number AS INTEGER) ASC LIMIT 1000",
  ];
  for (const statement of statements) {
    const plan = read<{ detail: string }>(`EXPLAIN QUERY PLAN ${statement}`).map(({ detail }) => detail);
    expect(plan).toHaveLength(1);
    expect(plan[0]).toContain('milkfloat_stream_order');
  }
});

test('Old stream records are removed, but never the last, and numbers go on from it', async () => {
  for (const productId of ['P1', 'P2', 'P3']) await publish(productId);
  const numbers = () =>
    read<{ n: number }>('SELECT CAST(sequence_number AS INTEGER) AS n FROM _stream_records ORDER BY id').map(
      ({ n }) => n,
    );
  const before = numbers();
  expect(before).toHaveLength(3);
  const now = Math.floor(Date.now() / 1_000);
  expect(trimPiece(database, now - 3_600)).toBe(0);
  expect(numbers()).toEqual(before);
  expect(trimPiece(database, now + 3_600)).toBe(2);
  expect(trimPiece(database, now + 3_600)).toBe(0);
  const last = before.at(-1) ?? 0;
  expect(numbers()).toEqual([last]);
  await publish('P4');
  expect(numbers()).toEqual([last, last + 1]);
});
