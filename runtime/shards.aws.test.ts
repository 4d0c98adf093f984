import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AnalyticsEvents } from '#lambdas/analytics/models/AnalyticsEvent.ts';
import { outboxWrite } from '#shared/data/commit.ts';
import type { Row, Table } from '#shared/data/table.ts';
import { Outbox } from '#shared/events/event.ts';
import { startDynamoDbLocal } from '../tools/emulators/dynamodbLocal.ts';
import type { Emulator } from '../tools/emulators/program.ts';
import { Relay } from './relay.ts';
import { streamOf } from './shards.ts';
import { type TestWorld, testWorld } from './testWorld.ts';

let dynamodb: Emulator;
let dairy: TestWorld;
beforeAll(async () => {
  dynamodb = await startDynamoDbLocal({ shardsLastMs: 1_500 });
  vi.stubEnv('TEST_DYNAMODB_ENDPOINT', dynamodb.endpoint);
  dairy = await testWorld();
});
afterAll(async () => {
  await dairy?.close();
  await dynamodb?.stop();
  vi.unstubAllEnvs();
});

async function rowsOf<T extends Row>(table: Table<T>): Promise<T[]> {
  const rows: T[] = [];
  for await (const row of dairy.world.store.scan(table)) rows.push(row);
  return rows;
}

const published = async () => (await rowsOf(Outbox)).map(({ eventId }) => eventId).sort();
const logged = async () => (await rowsOf(AnalyticsEvents)).map(({ eventId }) => eventId).sort();

async function publish(productId: string): Promise<void> {
  const event = { eventType: 'PRODUCT_UPDATED' as const, entityId: productId, entityVersion: 1 };
  await dairy.world.store.write(outboxWrite(dairy.world, { ...event, data: { productId } }));
}

function open(): Relay {
  const { store, log } = dairy.world;
  const relay = new Relay({ store, log, handlerOf: dairy.handlerOf, mostBackOffMs: 50, mostDelayMs: 20 });
  relay.start();
  return relay;
}

test('A stream that closes its shards and opens others loses no event, with the relay open or shut meanwhile', async () => {
  const shards = async () => (await streamOf(dairy.world.store.wire)).shards.length;
  for (const wanted of [2, 3]) {
    // The relay is open while a shard is closed, then shut while another may be.
    const relay = open();
    for (let i = 0; (await shards()) < wanted; i++) {
      await publish(`P${wanted}-${i}`);
      await sleep(100);
    }
    await publish(`P${wanted}-after`);
    await vi.waitFor(async () => expect(await logged()).toEqual(await published()), 20_000);
    await relay.stop();
    await publish(`P${wanted}-shut`);
  }
  await dairy.settle();
  expect(await logged()).toEqual(await published());
}, 120_000);
