import { setTimeout as sleep } from 'node:timers/promises';
import { AnalyticsEvents } from '#lambdas/analytics/models/AnalyticsEvent.ts';
import { Notifications } from '#lambdas/notification/models/Notification.ts';
import { iteratorAt, placesIn, recordsAt, streamOf } from '#runtime/shards.ts';
import { Meta } from '#shared/data/meta.ts';
import { Store } from '#shared/data/store.ts';
import type { Table } from '#shared/data/table.ts';
import { openWire, type Wire } from '#shared/data/wire.ts';
import { Outbox } from '#shared/events/event.ts';
import { totalOf } from './rounds.ts';
import { type Driver, engineUrl, memoryOf, processorOf, type Server } from './servers.ts';

const WARM_UP = 100;
const FLOWS = 1_500;
const CLIENTS = 16;
const GIVE_UP_MS = 120_000;

export interface FollowUp {
  flows: number;
  rate: number;
  /** How long after the last answer everything that followed was done. */
  backlogSeconds: number;
  /** Events and messages that the measured flows caused. */
  events: number;
  messages: number;
  /** Of one order flow, request and follow-up together, milliseconds. */
  server: number;
  engine: number;
  memory: { server: number; engine: number };
}

/** Order flows with events, couriers, messages and analytics at work, until nothing of them is left to do. */
export async function measureFollowUp(driver: Driver, server: Server): Promise<FollowUp> {
  const wire = openWire({
    region: 'ap-south-1',
    endpoint: engineUrl(server),
    credentials: () => ({ accessKeyId: 'local', secretAccessKey: 'local' }),
  });
  try {
    const job = {
      url: server.url,
      peopleFile: server.peopleFile,
      operation: 'order' as const,
      clients: CLIENTS,
    };
    await driver.drive({ ...job, count: WARM_UP });
    await untilDone(wire);
    const counted = await countOf(wire);
    const before = processorOf(server);
    const { seconds } = await driver.drive({ ...job, count: FLOWS });
    const backlogSeconds = await untilDone(wire);
    const after = processorOf(server);
    const now = await countOf(wire);
    if (now.kept !== now.told) throw new Error(`${now.told} events were told, but ${now.kept} kept`);
    return {
      flows: FLOWS,
      rate: FLOWS / seconds,
      backlogSeconds,
      events: now.told - counted.told,
      messages: now.messages - counted.messages,
      server: (after.server - before.server) / FLOWS,
      engine: (after.engine - before.engine) / FLOWS,
      memory: memoryOf(server),
    };
  } finally {
    await wire.close();
  }
}

async function countOf(wire: Wire) {
  const [told, kept, messages] = await Promise.all(
    [Outbox, AnalyticsEvents, Notifications].map((table) => rowsIn(wire, table)),
  );
  return { told: told ?? 0, kept: kept ?? 0, messages: messages ?? 0 };
}

async function rowsIn(wire: Wire, table: Table): Promise<number> {
  let count = 0;
  let from: object | undefined;
  do {
    const page: { Count: number; LastEvaluatedKey?: object } = await wire.call('Scan', {
      TableName: table.name,
      Select: 'COUNT',
      ExclusiveStartKey: from,
    });
    count += page.Count;
    from = page.LastEvaluatedKey;
  } while (from);
  return count;
}

/**
 * Waits until the relay's saved place is the stream's end, twice: every consumer is through with every event, those
 * that consumers told included. Answers the seconds until the first time.
 */
async function untilDone(wire: Wire): Promise<number> {
  const store = new Store(wire);
  const started = Date.now();
  let doneAt: number | undefined;
  while (Date.now() - started < GIVE_UP_MS) {
    const place = (await store.get(Meta, { metaId: 'relay' }))?.text?.split(' ')[1];
    if (place === undefined || (await isMoreAfter(wire, place))) doneAt = undefined;
    else if (doneAt !== undefined && Date.now() - doneAt > 1_500) return (doneAt - started) / 1_000;
    else doneAt ??= Date.now();
    await sleep(100);
  }
  throw new Error(`events are still waiting after ${GIVE_UP_MS / 1_000} s`);
}

async function isMoreAfter(wire: Wire, place: string): Promise<boolean> {
  const { arn, shards } = await streamOf(wire);
  const places = placesIn(place);
  for (const shard of shards) {
    const iterator = await iteratorAt(wire, { arn, shard, after: places.get(shard) });
    if (iterator && (await recordsAt(wire, iterator, 1)).records.length > 0) return true;
  }
  return false;
}

/** What follow-up costs beside the request, of one order flow, milliseconds of server and engine. */
export function beside(followUp: FollowUp, request: { server: number; engine: number }): number {
  return totalOf(followUp) - totalOf(request);
}
