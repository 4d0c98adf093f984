import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tables } from '#lambdas/tables.ts';
import { readConfig } from '#runtime/config.ts';
import { startEngine } from '#runtime/engine.ts';
import { fitSchema } from '#runtime/schema.ts';
import { makeWorld } from '#runtime/world.ts';
import type { Wire } from '#shared/data/wire.ts';
import type { Write } from '#shared/data/write.ts';
import { addDays, dayOf, instantOf } from '#shared/domain/day.ts';
import type { Log } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import type { People } from './drive.ts';
import { comingOrder, type PastClock, pastOrder } from './history.ts';
import { type Dairy, dairyOf, HOUSEHOLDS } from './households.ts';

export const quiet: Log = { info: () => undefined, warn: console.error, error: console.error };
/** Rows a transaction of the fill holds, and how many are under way. */
const PARTS = 100;
const LANES = 4;
/** The history is spread over more households than those that are measured. */
const HISTORY_HOUSEHOLDS = 2_000;
/** How many days ahead measured orders are for; every household finds new stops in them for a while. */
const ORDER_DAYS = { from: 2, to: 27 };
const TIME_ZONE = 'Asia/Kolkata';

export interface Opened {
  world: World;
  clock: PastClock;
  close(): Promise<void>;
}

/** A data folder opened in this process, with all tables, on an engine of its own. */
export async function openFolder(dataDir: string, wrapWire?: (wire: Wire) => Wire): Promise<Opened> {
  const config = readConfig({ DATA_DIR: dataDir, RATE_LIMITS: 'off', LOG_LEVEL: 'silent' });
  const engine = await startEngine({ dataDir, log: quiet });
  const clock: PastClock = { at: new Date() };
  const local = await makeWorld({
    config,
    endpoint: engine.endpoint,
    clock: { now: () => clock.at },
    log: quiet,
    wrapWire,
  });
  await fitSchema(local.world.store, tables, quiet);
  engine.tendStream();
  return {
    world: local.world,
    clock,
    async close() {
      await local.close();
      await engine.stop();
    },
  };
}

/**
 * Fills an empty data folder with a dairy to measure and `orders` orders of the past, and writes down whom the
 * driver acts for. Answers the file's name.
 */
export async function prepareFolder(dataDir: string, orders: number): Promise<string> {
  const opened = await openFolder(dataDir);
  try {
    const dairy = await dairyOf(opened.world, orders > 0 ? HISTORY_HOUSEHOLDS : HOUSEHOLDS);
    const people = await peopleOf(opened, dairy);
    await writeAll(opened.world, dairy.writes.values());
    await writeAll(opened.world, people.writes.values());
    await writeAll(opened.world, pastOf(opened, dairy, orders));
    const file = join(dataDir, 'people.json');
    writeFileSync(file, JSON.stringify(people.people));
    return file;
  } finally {
    await opened.close();
  }
}

function* pastOf({ world, clock }: Opened, dairy: Dairy, count: number): Generator<Write> {
  for (let i = 0; i < count; i++) {
    yield* pastOrder(world, clock, dairy, i, count);
    if ((i + 1) % 10_000 === 0) console.error(`  ${i + 1} orders of the past`);
  }
}

/** Everybody the driver acts for, each with a token and an order that is on its way. */
async function peopleOf(
  { world, clock }: Opened,
  dairy: Dairy,
): Promise<{ people: People; writes: Write[] }> {
  const writes: Write[] = [];
  const people: People = {
    households: [],
    productIds: dairy.products.map(({ productId }) => productId),
    slots: slotInstants(new Date()),
  };
  for (const [i, { userId }] of dairy.households.slice(0, HOUSEHOLDS).entries()) {
    const { token } = await world.identity.issue({ userId, role: 'customer', sessionId: `SNbench${i}` });
    const coming = comingOrder(world, clock, dairy, i);
    writes.push(...coming.writes);
    people.households.push({ userId, token, orderId: coming.orderId });
  }
  return { people, writes };
}

/** An instant in every slot of the days that can be ordered for. */
function slotInstants(now: Date): string[] {
  const today = dayOf(now, TIME_ZONE);
  const instants: string[] = [];
  for (let ahead = ORDER_DAYS.from; ahead <= ORDER_DAYS.to; ahead++) {
    for (const time of ['05:30', '08:00', '12:00', '18:00']) {
      instants.push(instantOf(addDays(today, ahead), time, TIME_ZONE));
    }
  }
  return instants;
}

/** Writes rows in transactions of a hundred, some at once: the cheapest way in that a commit has on this engine. */
export async function writeAll(world: World, writes: Iterator<Write>): Promise<void> {
  const lane = async () => {
    for (;;) {
      const parts = new Map<string, object>();
      while (parts.size < PARTS) {
        const { value, done } = writes.next();
        if (done) break;
        const { TableName, Item } = value.item.Put as { TableName: string; Item: object };
        parts.set(`${TableName} ${Object.values(value.key).join(' ')}`, { Put: { TableName, Item } });
      }
      if (parts.size === 0) return;
      await world.store.wire.call('TransactWriteItems', { TransactItems: [...parts.values()] });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
