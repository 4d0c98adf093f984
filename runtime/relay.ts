import { setTimeout as sleep } from 'node:timers/promises';
import { rowOf } from '#shared/data/item.ts';
import { Meta } from '#shared/data/meta.ts';
import type { Store } from '#shared/data/store.ts';
import { Outbox, OutboxRow } from '#shared/events/event.ts';
import { type Subscription, subscriptions } from '#shared/events/subscriptions.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import type { Log } from '#shared/ports/ports.ts';
import { iteratorAt, placesIn, placeText, recordsAt, streamOf } from './shards.ts';

const POLL_BUSY_MS = 30;
const POLL_IDLE_MS = 150;
const POLL_WAITED_FOR_MS = 2;
const MOST_IN_FLIGHT = 4_000;
const STREAM_KEEPS_MS = 20 * 3_600_000;
/** A shard's successors are there when it ends; this is for a stream that tells of them later. */
const LOOK_FOR_SHARDS_MS = 30_000;

/** A stream record on its way: done when every consumer it goes to is through with it. */
interface Flight {
  sequence: string;
  open: number;
}

/** A part of the stream that is read from record to record. */
interface Shard {
  id: string;
  /** Where to read on; undefined when it is closed and read to its end. */
  iterator: string | undefined;
  flights: Flight[];
  /** The last record up to which everything is through. */
  reached: string | undefined;
}

interface Waiting {
  messageId: string;
  body: string;
  tries: number;
  readyAt: number;
  flight: Flight;
}

interface Lane {
  subscription: Subscription;
  waiting: Waiting[];
  running: boolean;
}

export interface RelayOptions {
  store: Store;
  log: Log;
  handlerOf: (consumer: string) => LambdaHandler;
  /** Longest wait before a failed message is tried again. */
  mostBackOffMs?: number;
  /** Longest first wait of a subscription with a delay. */
  mostDelayMs?: number;
  /** Tests shuffle and repeat what a batch holds. */
  disturb?: (batch: Waiting[]) => Waiting[];
}

/**
 * What Pipe, bus and queues are on AWS: it reads the outbox's stream and hands every event to the event door
 * of each Lambda that listens, in batches shaped like SQS's, with back-off, and with dead letters at the end.
 * Its place is a row; after a crash it begins at the first record that was not through, so events come at
 * least once. Consumers claim, so that their effects happen once.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #lanes: Lane[];
  #shards: Shard[] = [];
  #lookedAt = 0;
  /** The outbox read whole: no place is written down before it is through. */
  #swept: Flight | undefined;
  #saved = '';
  #stopping = false;
  #loop: Promise<void> | undefined;
  /** Who waits until all is through. */
  #waiters = new Set<() => void>();
  #hurry: (() => void) | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#lanes = subscriptions.map((subscription) => ({ subscription, waiting: [], running: false }));
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** How many deliveries of an event to a consumer are not through yet, of those read so far. */
  get backlog(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.waiting.length + (lane.running ? 1 : 0), 0);
  }

  /**
   * Waits until everything published so far, and what came of it, is through with every consumer, at most so long.
   * @returns whether it is
   */
  async settled(withinMs: number): Promise<boolean> {
    if (!this.#loop) return true;
    let through: () => void = () => undefined;
    const done = new Promise<true>((resolve) => {
      through = () => resolve(true);
    });
    this.#waiters.add(through);
    this.#hurry?.();
    const late = new AbortController();
    const answer = await Promise.race([
      done,
      sleep(withinMs, false as const, { signal: late.signal }).catch(() => false as const),
    ]);
    late.abort();
    this.#waiters.delete(through);
    return answer;
  }

  /** Finishes the batches under way and writes its place down. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#loop;
    while (this.#lanes.some((lane) => lane.running)) await sleep(10);
    // Without a store the place stays where it was: what follows it is delivered again.
    await this.#savePlace().catch((error: unknown) =>
      this.#options.log.warn('relay could not save its place', { reason: String(error) }),
    );
  }

  async #run(): Promise<void> {
    let lastSave = Date.now();
    while (!this.#stopping) {
      let read = 0;
      try {
        if (this.#shards.length === 0) await this.#findPlaces();
        // Nobody is at work who could publish more, and everything published before this read is seen by it.
        const asked = this.backlog === 0 ? [...this.#waiters] : [];
        read = await this.#readStream();
        if (read === 0) for (const through of asked) through();
        if (Date.now() - lastSave > 300) {
          await this.#savePlace();
          lastSave = Date.now();
        }
      } catch (error) {
        this.#options.log.warn('relay waits for the store', { reason: String(error) });
        this.#shards = [];
        await sleep(300);
      }
      for (const lane of this.#lanes) this.#work(lane);
      await this.#pause(read > 0 || this.backlog > 0 ? POLL_BUSY_MS : POLL_IDLE_MS);
    }
  }

  /** Waits before the next read; hardly at all while somebody waits for everything to be through. */
  async #pause(ms: number): Promise<void> {
    if (this.#waiters.size > 0) {
      await sleep(POLL_WAITED_FOR_MS);
      return;
    }
    const hurried = new Promise<void>((resolve) => {
      this.#hurry = resolve;
    });
    const timer = new AbortController();
    await Promise.race([sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined), hurried]);
    timer.abort();
    this.#hurry = undefined;
  }

  /** Goes to the saved places; after a stop longer than a stream keeps records, the outbox is read whole. */
  async #findPlaces(): Promise<void> {
    const row = await this.#options.store.get(Meta, { metaId: 'relay' });
    const [savedAt = '', ...places] = (row?.text ?? '').split(' ');
    this.#forget();
    const isWhole = await this.#addShards(placesIn(this.#saved || places.join(' ')));
    const wasShut = savedAt !== '' && Date.now() - new Date(savedAt).getTime() > STREAM_KEEPS_MS;
    if (!isWhole || (wasShut && !this.#saved)) await this.#sweep();
  }

  /** Drops what is in flight: it is read again from the saved places. */
  #forget(): void {
    this.#shards = [];
    this.#swept = undefined;
    for (const lane of this.#lanes) lane.waiting.length = 0;
  }

  /**
   * Begins to read the shards that the stream has got, and lets go of those it has forgotten.
   * @returns whether the stream still has everything after the places
   */
  async #addShards(places: ReadonlyMap<string, string> = new Map()): Promise<boolean> {
    const { wire } = this.#options.store;
    const { arn, shards } = await streamOf(wire);
    this.#lookedAt = Date.now();
    this.#shards = this.#shards.filter(({ id, flights }) => shards.includes(id) || flights.length > 0);
    let isWhole = true;
    for (const id of shards.filter((id) => this.#shards.every((shard) => shard.id !== id))) {
      const after = places.get(id) ?? (id === shards[0] ? places.get('') : undefined);
      const there = await iteratorAt(wire, { arn, shard: id, after });
      isWhole &&= there !== undefined;
      const iterator = there ?? (await iteratorAt(wire, { arn, shard: id }));
      this.#shards.push({ id, iterator, flights: [], reached: there && after });
    }
    return isWhole;
  }

  /** Every event the outbox still has, as one flight: no place is written down until it is through. */
  async #sweep(): Promise<void> {
    this.#options.log.warn('relay reads the whole outbox', {});
    const flight: Flight = { sequence: '', open: 0 };
    this.#swept = flight;
    for await (const row of this.#options.store.scan(Outbox)) this.#route(row, flight);
  }

  /** Reads on in every shard; answers how much there was, or that there may be more. */
  async #readStream(): Promise<number> {
    let read = 0;
    let ended = false;
    for (const shard of this.#shards) {
      if (shard.iterator === undefined || this.#inFlight() >= MOST_IN_FLIGHT) continue;
      read += await this.#readShard(shard, shard.iterator);
      ended ||= shard.iterator === undefined;
    }
    if (!ended && Date.now() - this.#lookedAt < LOOK_FOR_SHARDS_MS) return read;
    const known = this.#shards.length;
    await this.#addShards();
    return read + Math.max(0, this.#shards.length - known);
  }

  #inFlight(): number {
    return this.#shards.reduce((sum, { flights }) => sum + flights.length, 0);
  }

  async #readShard(shard: Shard, iterator: string): Promise<number> {
    const { records, next } = await recordsAt(this.#options.store.wire, iterator);
    shard.iterator = next;
    for (const record of records) {
      const flight: Flight = { sequence: record.dynamodb.SequenceNumber, open: 0 };
      shard.flights.push(flight);
      if (record.eventName !== 'INSERT' || !record.dynamodb.NewImage) continue;
      const row = OutboxRow().safeParse(rowOf(Outbox, record.dynamodb.NewImage));
      if (row.success) this.#route(row.data, flight);
      // One row that this release cannot read must not hold up all others; it stays in the outbox.
      else this.#options.log.error('unreadable outbox row', { keys: record.dynamodb.Keys });
    }
    return records.length;
  }

  #route(row: OutboxRow, flight: Flight): void {
    const body = JSON.stringify(row.event);
    for (const lane of this.#lanes) {
      const { name, events, delaySeconds = 0 } = lane.subscription;
      const wanted = row.onlyFor
        ? row.onlyFor === name
        : (events as readonly string[]).includes(row.eventType);
      if (!wanted) continue;
      flight.open++;
      lane.waiting.push({
        messageId: `${row.eventId}-${name}`,
        body,
        tries: 0,
        readyAt:
          Date.now() + Math.min(delaySeconds * 1_000, this.#options.mostDelayMs ?? Number.POSITIVE_INFINITY),
        flight,
      });
    }
  }

  /** Starts the lane's next batch when none is under way and something is ready. */
  #work(lane: Lane): void {
    if (lane.running || this.#stopping) return;
    const now = Date.now();
    const batch: Waiting[] = [];
    const notReady: Waiting[] = [];
    let looked = 0;
    for (; looked < lane.waiting.length && batch.length < lane.subscription.batch; looked++) {
      const message = lane.waiting[looked] as Waiting;
      if (message.readyAt <= now) batch.push(message);
      else notReady.push(message);
    }
    if (batch.length === 0) return;
    lane.waiting.splice(0, looked, ...notReady);
    lane.running = true;
    this.#deliver(lane, this.#options.disturb?.(batch) ?? batch)
      .catch((error: unknown) => this.#options.log.error('relay fault', { reason: String(error) }))
      .finally(() => {
        lane.running = false;
        this.#work(lane);
      });
  }

  async #deliver(lane: Lane, batch: readonly Waiting[]): Promise<void> {
    const { name, consumer } = lane.subscription;
    const unique = [...new Set(batch)];
    for (const message of unique) message.tries++;
    const failed = await this.#offer(consumer, name, batch);
    const lost: Waiting[] = [];
    for (const message of unique) {
      if (!failed.has(message.messageId)) message.flight.open--;
      else if (message.tries >= lane.subscription.tries) lost.push(message);
      else this.#later(lane, message);
    }
    if (lost.length === 0) return;
    const unwritten = await this.#offer('admin', `${name}-dead`, lost);
    for (const message of lost) {
      if (unwritten.has(message.messageId)) this.#later(lane, message);
      else message.flight.open--;
    }
  }

  #later(lane: Lane, message: Waiting): void {
    const most = Math.min(this.#options.mostBackOffMs ?? 60_000, 250 * 2 ** message.tries);
    message.readyAt = Date.now() + most / 2 + Math.random() * (most / 2);
    lane.waiting.push(message);
  }

  /** Calls a Lambda's event door as SQS would; answers the ids that failed. */
  async #offer(lambda: string, queue: string, batch: readonly Waiting[]): Promise<Set<string>> {
    const event = {
      Records: batch.map((message) => ({
        messageId: message.messageId,
        receiptHandle: message.messageId,
        body: message.body,
        attributes: { ApproximateReceiveCount: String(message.tries) },
        messageAttributes: {},
        eventSource: 'aws:sqs',
        eventSourceARN: `arn:aws:sqs:local:000000000000:milkfloat-${queue}`,
        awsRegion: 'local',
      })),
    };
    try {
      const answer = (await this.#options.handlerOf(lambda)(event)) as {
        batchItemFailures: { itemIdentifier: string }[];
      };
      return new Set(answer.batchItemFailures.map((failure) => failure.itemIdentifier));
    } catch (error) {
      this.#options.log.error('batch failed', { lambda, queue, size: batch.length, reason: String(error) });
      return new Set(batch.map((message) => message.messageId));
    }
  }

  /** Writes down the last record of each shard up to which everything is through. */
  async #savePlace(): Promise<void> {
    for (const shard of this.#shards) {
      let through = 0;
      while (shard.flights[through]?.open === 0) through++;
      if (through > 0) shard.reached = shard.flights[through - 1]?.sequence;
      shard.flights.splice(0, through);
    }
    const places = placeText(
      this.#shards.flatMap(({ id, reached }) => (reached ? [[id, reached] as const] : [])),
    );
    if (places === this.#saved || places === '' || (this.#swept?.open ?? 0) > 0) return;
    await this.#options.store.wire.call('PutItem', {
      TableName: Meta.name,
      Item: { metaId: { S: 'relay' }, text: { S: `${new Date().toISOString()} ${places}` } },
    });
    this.#saved = places;
  }
}
