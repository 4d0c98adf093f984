import { Notifications } from '#lambdas/notification/models/Notification.ts';
import { tables } from '#lambdas/tables.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { timerEvent } from '#runtime/testEvents.ts';
import type { Wire } from '#shared/data/wire.ts';
import { Outbox } from '#shared/events/event.ts';
import { subscriptions } from '#shared/events/subscriptions.ts';
import { timers } from '#shared/events/timers.ts';
import type { Actor } from '#shared/ports/ports.ts';

/** What something uses on AWS, for one of it. Read and write units are DynamoDB's on demand. */
export interface Use {
  /** Requests through the API. */
  requests: number;
  readUnits: number;
  writeUnits: number;
  /** Round trips to the store. */
  calls: number;
  /** What is kept of it, with its copies in indexes, bytes of JSON. */
  bytes: number;
  /** Events that the pipe puts onto the bus, and messages that the rules put into queues for them. */
  events: number;
  messages: number;
  /** Of the messages, those that go by a topic. */
  topics: number;
  mails: number;
  texts: number;
  /** Processor time of our code, milliseconds of this machine. */
  ms: number;
}

export const HOUSEHOLDS = 40;
/** Calls that say what they used when they are asked. */
const metered = /^(Batch)?(Get|Put|Update|Delete|Write)Item$|^BatchWriteItem$|^Query$|^Scan$|^Transact/;

/** What units the answers of the store name: one, or one a table. */
type Consumed = { CapacityUnits?: number } | { CapacityUnits?: number }[];

/** Counts what goes over a dairy's wire, and what its outbox and inbox come to. */
class Meter {
  readonly #dairy: TestDairy;
  #used = { readUnits: 0, writeUnits: 0, calls: 0 };
  #requests = 0;

  constructor(dairy: TestDairy) {
    this.#dairy = dairy;
    dairy.wireOf.current = (wire) => this.#listening(wire);
  }

  /** A request of somebody through the API. */
  async ask<A = Record<string, never>>(
    lambda: string,
    name: string,
    payload: object,
    actor?: Actor,
  ): Promise<A> {
    this.#requests++;
    const answer = await this.#dairy.call<A & { code?: string; detail?: string }>(
      lambda,
      name,
      payload,
      actor,
    );
    if (answer?.code) throw new Error(`${name}: ${answer.detail}`);
    return answer;
  }

  /** What so many of something used in all, divided by their number. */
  async of(count: number, work: () => Promise<void>): Promise<Use> {
    const before = await this.#tellings();
    this.#used = { readUnits: 0, writeUnits: 0, calls: 0 };
    this.#requests = 0;
    const started = process.cpuUsage();
    await work();
    await this.#dairy.settle();
    const { user, system } = process.cpuUsage(started);
    const used = { ...this.#used, requests: this.#requests, ms: (user + system) / 1_000 };
    const after = await this.#tellings();
    const told = Object.entries(after).map(([name, value]) => [name, value - (before[name as 'mails'] ?? 0)]);
    const all = { ...used, ...Object.fromEntries(told) } as Use;
    return Object.fromEntries(
      Object.entries(all).map(([name, value]) => [name, value / count]),
    ) as unknown as Use;
  }

  #listening(wire: Wire): Wire {
    return {
      close: () => wire.close(),
      call: async <A>(operation: string, payload: object, api?: Parameters<Wire['call']>[2]) => {
        // What the relay notes of its own place is the pipe's business on AWS.
        if (!metered.test(operation) || JSON.stringify(payload).includes('"relay"'))
          return wire.call<A>(operation, payload, api);
        const answer = await wire.call<A & { ConsumedCapacity?: Consumed }>(
          operation,
          { ...payload, ReturnConsumedCapacity: 'TOTAL' },
          api,
        );
        const consumed = [answer.ConsumedCapacity ?? []].flat();
        const units = consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
        this.#used.calls++;
        this.#used[/Get|Query|Scan/.test(operation) ? 'readUnits' : 'writeUnits'] += units;
        return answer;
      },
    };
  }

  async #tellings() {
    const counts = { events: 0, messages: 0, topics: 0, mails: 0, texts: 0, bytes: 0 };
    const used = this.#used;
    for (const table of tables) {
      const copies = 1 + Object.keys(table.indexes).length;
      for await (const row of this.#dairy.world.store.scan(table))
        counts.bytes += JSON.stringify(row).length * copies;
    }
    for await (const { event } of this.#dairy.world.store.scan(Outbox)) {
      const listeners = subscriptions.filter(({ events }) => events.some((type) => type === event.eventType));
      counts.events++;
      counts.messages += listeners.length;
      counts.topics += listeners.filter(({ via }) => via === 'SNS').length;
    }
    for await (const { channel, status } of this.#dairy.world.store.scan(Notifications)) {
      if (status === 'SENT') counts[channel === 'EMAIL' ? 'mails' : 'texts']++;
    }
    this.#used = used;
    return counts;
  }
}

/** The stories that a dairy's month is made of. */
export interface Stories {
  /** From the shelf to the door: looked at, put into the cart, placed, paid by card, followed, delivered. */
  oneOff: Use;
  /** A day of a standing order: made by the order run, paid from the balance, delivered. */
  standing: Use;
  /** A household looks what comes: the shelf, its days, its balance, its messages. */
  visit: Use;
  /** A household pays into its balance. */
  topUp: Use;
  /** All timers once, with nothing to do. */
  idle: Use;
}

export async function playStories(): Promise<Stories> {
  const dairy = await testDairy({ at: '2027-01-04T04:30:00.000Z' });
  try {
    const meter = new Meter(dairy);
    await dairy.addProduct({ productId: 'P102', name: 'Curd', price: 45, stock: 100_000 });
    await dairy.addProduct({
      productId: 'P103',
      name: 'Buffalo Milk',
      price: 70,
      stockMode: 'PER_DAY',
      dailySupply: 50_000,
    });
    const households: Actor[] = [];
    for (let i = 0; i < HOUSEHOLDS; i++) households.push(await dairy.addHousehold(`UCost${i}`));
    // What is loaded and compiled once shall not count.
    await oneOffOf(meter, dairy, households.slice(0, 5));
    const oneOff = await meter.of(HOUSEHOLDS, () => oneOffOf(meter, dairy, households));
    const visit = await meter.of(HOUSEHOLDS, () => visitOf(meter, households));
    const topUp = await meter.of(HOUSEHOLDS, async () => {
      for (const household of households) {
        await meter.ask('payment', 'topUpWallet', { amount: 2_000, paymentMethod: 'UPI' }, household);
      }
    });
    await subscribeAll(meter, dairy, households);
    const standing = await meter.of(HOUSEHOLDS, () => standingDayOf(meter, dairy));
    // What the clock left them to do is done by the first round.
    await tickAll(dairy);
    await dairy.settle();
    const idle = await meter.of(1, () => tickAll(dairy));
    return { oneOff, standing, visit, topUp, idle };
  } finally {
    await dairy.close();
  }
}

async function oneOffOf(meter: Meter, dairy: TestDairy, households: readonly Actor[]): Promise<void> {
  const orderIds: string[] = [];
  for (const household of households) {
    await meter.ask('product', 'listProducts', {}, household);
    await meter.ask('order', 'listSlots', { date: '2027-01-06' }, household);
    await meter.ask('cart', 'addToCart', { productId: 'P102', qty: 2 }, household);
    const wish = { deliverySlot: dairy.morning };
    const { orderId, amount } = await meter.ask<{ orderId: string; amount: number }>(
      'order',
      'createOrder',
      wish,
      household,
    );
    const pay = { orderId, amount, paymentMethod: 'CARD' };
    await meter.ask('payment', 'processPayment', pay, household);
    for (let i = 0; i < 4; i++) await meter.ask('delivery', 'trackOrder', { orderId }, household);
    orderIds.push(orderId);
  }
  await dairy.settle();
  await deliverAll(meter, dairy, '2027-01-06');
}

async function visitOf(meter: Meter, households: readonly Actor[]): Promise<void> {
  for (const household of households) {
    await meter.ask('product', 'listProducts', {}, household);
    await meter.ask('order', 'viewCalendar', { from: '2027-01-04', to: '2027-02-03' }, household);
    await meter.ask('payment', 'viewWallet', {}, household);
    await meter.ask('notification', 'listNotifications', {}, household);
  }
}

async function subscribeAll(meter: Meter, dairy: TestDairy, households: readonly Actor[]): Promise<void> {
  for (const household of households) {
    const items = [
      { productId: 'P103', qty: 1 },
      { productId: 'P102', qty: 1 },
    ];
    const wish = {
      items,
      schedule: { type: 'DAILY' },
      startDate: '2027-01-08',
      slot: 'MORNING',
      paymentMethod: 'WALLET',
    };
    await meter.ask('order', 'subscribeOrder', wish, household);
  }
  // The evening before the first day, some seconds after the cutoff.
  await dairy.settle();
  dairy.clock.set('2027-01-07T16:30:06.000Z');
}

async function standingDayOf(meter: Meter, dairy: TestDairy): Promise<void> {
  await dairy.handlerOf('order')(timerEvent('runOrders'));
  await dairy.settle();
  dairy.clock.set('2027-01-08T01:00:00.000Z');
  await deliverAll(meter, dairy, '2027-01-08');
}

/** The courier takes everything of a day along and brings it: two taps a stop, and a look at the run. */
async function deliverAll(meter: Meter, dairy: TestDairy, day: string): Promise<void> {
  const { courier } = dairy;
  const stops = await dairy.call<{ deliveryId: string; status: string }[]>(
    'delivery',
    'viewRun',
    { day },
    courier,
  );
  for (const { deliveryId, status } of stops) {
    if (status !== 'ASSIGNED') continue;
    for (const next of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) {
      await meter.ask('delivery', 'updateStatus', { deliveryId, status: next }, courier);
    }
  }
}

async function tickAll(dairy: TestDairy): Promise<void> {
  for (const { lambda, timer } of timers) await dairy.handlerOf(lambda)(timerEvent(timer));
}
