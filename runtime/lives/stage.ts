import { makeIds } from '#adapters/local/ids.ts';
import { closedKey } from '#lambdas/order/models/orderRun/day.ts';
import { forgetCatalogue } from '#lambdas/product/models/catalogue.ts';
import { tables } from '#lambdas/tables.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { queueEvent, timerEvent } from '#runtime/testEvents.ts';
import { rowOf } from '#shared/data/item.ts';
import { Meta } from '#shared/data/meta.ts';
import { forgetSettings } from '#shared/data/settings.ts';
import type { Row, Table } from '#shared/data/table.ts';
import type { Wire } from '#shared/data/wire.ts';
import { put } from '#shared/data/write.ts';
import { type DairyEvent, Outbox } from '#shared/events/event.ts';
import type { Ids } from '#shared/ports/ports.ts';
import { momentOf, step } from './model/almanac.ts';
import type { Ware } from './model/house.ts';
import type { Place } from './wishes.ts';

type Item = Record<string, never>;
interface Page {
  Items: Item[];
  LastEvaluatedKey?: Item;
}

/** Rows that outlive a life: accounts take long to make, as their passwords do. */
const people = ['Users', 'Emails', 'CustomerKeys'];
const BATCH = 25;

/** How a run is disturbed: not at all, done twice, by two at once, or killed at a write and then run again. */
export type Disturbance = 'NONE' | 'TWICE' | 'TOGETHER' | { killedAt: number; written: boolean };

/** One real dairy that is emptied after each life: its engine, its four households, its courier and its desk. */
export class Stage {
  readonly dairy: TestDairy;
  readonly #people = new Map<string, Item[]>();
  #events: DairyEvent[] = [];
  #writesLeft = Number.POSITIVE_INFINITY;
  #lastIsWritten = false;

  private constructor(dairy: TestDairy) {
    this.dairy = dairy;
    dairy.wireOf.current = (wire) => this.#watched(wire);
  }

  static async open(households: number): Promise<Stage> {
    const stage = new Stage(await testDairy());
    for (let i = 0; i < households; i++) await stage.dairy.addHousehold(`Ulife${i}`);
    for (const table of people) stage.#people.set(table, await stage.#rows(table));
    return stage;
  }

  actor(household: number) {
    return { userId: `Ulife${household}`, role: 'customer' as const };
  }

  /** Empties the dairy and opens it on a day: its arrangement, its wares, and no day behind it. */
  async begin({ begins, arrangement }: Place, wares: readonly Ware[], terms: object): Promise<void> {
    await this.#clear();
    const { dairy } = this;
    dairy.clock.set(momentOf(begins, '06:00', arrangement.timeZone));
    (dairy.world as { ids: Ids }).ids = makeIds(dairy.clock);
    forgetSettings(dairy.world);
    forgetCatalogue(dairy.world);
    this.#events = [];
    await dairy.call('admin', 'updateSettings', { ...arrangement, ...terms, quietHours: null }, dairy.admin);
    for (const { productId, price, ...stock } of wares) {
      await dairy.addProduct({ productId, name: productId, price: price / 100, ...stock });
    }
    for (const { slotId } of arrangement.slots) {
      await dairy.world.store.write(put(Meta, { ...closedKey(slotId), text: step(begins, -1) }));
    }
  }

  /** Lets a household pay after its deliveries, up to a limit in rupees. */
  async grantAccount(household: number, creditLimit: number): Promise<void> {
    const { userId } = this.actor(household);
    await this.dairy.call('payment', 'grantAccount', { userId, creditLimit }, this.dairy.admin);
  }

  /** The order run's timers, as the clock stands. */
  async run(disturbance: Disturbance): Promise<void> {
    if (disturbance === 'TOGETHER') await Promise.all([this.#runOnce(), this.#runOnce()]);
    else if (typeof disturbance === 'object') {
      this.#writesLeft = disturbance.killedAt;
      this.#lastIsWritten = disturbance.written;
      await this.#runOnce().catch((error: unknown) => {
        if (!String(error).includes('killed')) throw error;
      });
      this.#writesLeft = Number.POSITIVE_INFINITY;
      await this.#runOnce();
    } else await this.#runOnce();
    if (disturbance === 'TWICE') await this.#runOnce();
    await this.dairy.handlerOf('order')(timerEvent('followSubscriptions'));
  }

  /** Brings events of a type that were published since to the consumer of a queue. */
  async bring(queue: string, lambda: string, eventTypes: readonly string[]): Promise<void> {
    const wanted = this.#events.filter(({ eventType }) => eventTypes.includes(eventType));
    this.#events = this.#events.filter((event) => !wanted.includes(event));
    for (let start = 0; start < wanted.length; start += BATCH) {
      await this.dairy.handlerOf(lambda)(queueEvent(queue, wanted.slice(start, start + BATCH)));
    }
  }

  close(): Promise<void> {
    return this.dairy.close();
  }

  /** Every row of a table. */
  async all<T extends Row>(table: Table<T>): Promise<T[]> {
    const rows: T[] = [];
    for await (const row of this.dairy.world.store.scan(table)) rows.push(row);
    return rows;
  }

  async #runOnce(): Promise<void> {
    await this.dairy.handlerOf('order')(timerEvent('runOrders'));
  }

  /** Hears what is published, and ends all calls once so many writes of a run are made. */
  #watched(wire: Wire): Wire {
    return {
      close: () => wire.close(),
      call: async (operation, payload, ...rest) => {
        const writes = operation === 'TransactWriteItems' || operation === 'PutItem';
        if (this.#writesLeft <= 0) throw new Error('the run was killed');
        const last = writes && --this.#writesLeft <= 0;
        if (last && !this.#lastIsWritten) throw new Error('the run was killed');
        const answer = await wire.call<never>(operation, payload, ...rest);
        if (writes) this.#hear(payload);
        if (last) throw new Error('the run was killed');
        return answer;
      },
    };
  }

  #hear(payload: object): void {
    const { TransactItems = [] } = payload as {
      TransactItems?: { Put?: { TableName: string; Item: Item } }[];
    };
    for (const { Put } of TransactItems) {
      if (Put?.TableName !== 'Outbox') continue;
      this.#events.push(rowOf(Outbox, Put.Item).event as DairyEvent);
    }
  }

  async #rows(table: string): Promise<Item[]> {
    const rows: Item[] = [];
    let from: Item | undefined;
    do {
      const page: Page = await this.dairy.world.store.wire.call('Scan', {
        TableName: table,
        ExclusiveStartKey: from,
      });
      rows.push(...page.Items);
      from = page.LastEvaluatedKey;
    } while (from);
    return rows;
  }

  async #clear(): Promise<void> {
    for (const { name, hash, range } of tables) {
      if (people.includes(name)) continue;
      const keys = (await this.#rows(name)).map((item) => ({
        [hash]: item[hash],
        ...(range ? { [range]: item[range] } : {}),
      }));
      await this.#batch(
        name,
        keys.map((Key) => ({ DeleteRequest: { Key } })),
      );
    }
    for (const [name, items] of this.#people) {
      await this.#batch(
        name,
        items.map((Item) => ({ PutRequest: { Item } })),
      );
    }
  }

  async #batch(table: string, requests: readonly object[]): Promise<void> {
    for (let start = 0; start < requests.length; start += BATCH) {
      await this.dairy.world.store.wire.call('BatchWriteItem', {
        RequestItems: { [table]: requests.slice(start, start + BATCH) },
      });
    }
  }
}
