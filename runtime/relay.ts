import { setTimeout as sleep } from 'node:timers/promises';
import { rowOf } from '#shared/data/item.ts';
import { Meta } from '#shared/data/meta.ts';
import type { Store } from '#shared/data/store.ts';
import { StoreError } from '#shared/data/wire.ts';
import { Outbox, OutboxRow } from '#shared/events/event.ts';
import { type Subscription, subscriptions } from '#shared/events/subscriptions.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import type { Log } from '#shared/ports/ports.ts';

const POLL_BUSY_MS = 30;
const POLL_IDLE_MS = 150;
const POLL_WAITED_FOR_MS = 2;
const MOST_IN_FLIGHT = 4_000;
const STREAM_KEEPS_MS = 20 * 3_600_000;
const STREAMS = 'DynamoDBStreams_20120810';

interface StreamRecord {
  eventName: string;
  dynamodb: { SequenceNumber: string; Keys?: object; NewImage?: object };
}

/** A stream record on its way: done when every consumer it goes to is through with it. */
interface Flight {
  sequence: string;
  open: number;
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
  readonly #flights: Flight[] = [];
  #iterator: string | undefined;
  #saved = '';
  #reached = '';
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
        this.#iterator ??= await this.#findPlace();
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
        this.#iterator = undefined;
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

  /** An iterator after the saved place; after a stop longer than a stream keeps records, the outbox is read whole. */
  async #findPlace(): Promise<string> {
    const { wire } = this.#options.store;
    const place = await this.#options.store.get(Meta, { metaId: 'relay' });
    const [savedAt, sequence] = (place?.text ?? '').split(' ');
    const sequenceNow = this.#saved || sequence || '';
    this.#forget();
    if (!this.#saved && savedAt && Date.now() - new Date(savedAt).getTime() > STREAM_KEEPS_MS)
      await this.#sweep();
    const { Table } = await wire.call<{ Table: { LatestStreamArn: string } }>('DescribeTable', {
      TableName: Outbox.name,
    });
    const { StreamDescription } = await wire.call<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      'DescribeStream',
      { StreamArn: Table.LatestStreamArn },
      STREAMS,
    );
    const shard = { StreamArn: Table.LatestStreamArn, ShardId: StreamDescription.Shards[0]?.ShardId };
    const from = sequenceNow
      ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequenceNow }
      : { ShardIteratorType: 'TRIM_HORIZON' };
    try {
      const found = await wire.call<{ ShardIterator: string }>(
        'GetShardIterator',
        { ...shard, ...from },
        STREAMS,
      );
      return found.ShardIterator;
    } catch (error) {
      if (!(error instanceof StoreError) || error.name !== 'TrimmedDataAccessException') throw error;
      await this.#sweep();
      const whole = { ...shard, ShardIteratorType: 'TRIM_HORIZON' };
      return (await wire.call<{ ShardIterator: string }>('GetShardIterator', whole, STREAMS)).ShardIterator;
    }
  }

  /** Drops what is in flight: it is read again from the saved place. */
  #forget(): void {
    this.#flights.length = 0;
    for (const lane of this.#lanes) lane.waiting.length = 0;
  }

  /** Every event the outbox still has, as one flight before all others: the place cannot pass it until it is through. */
  async #sweep(): Promise<void> {
    this.#options.log.warn('relay reads the whole outbox', {});
    const flight: Flight = { sequence: '', open: 0 };
    this.#flights.push(flight);
    for await (const row of this.#options.store.scan(Outbox)) this.#route(row, flight);
  }

  async #readStream(): Promise<number> {
    if (this.#flights.length >= MOST_IN_FLIGHT) return 0;
    const answer = await this.#options.store.wire.call<{
      Records: StreamRecord[];
      NextShardIterator: string;
    }>('GetRecords', { ShardIterator: this.#iterator, Limit: 1_000 }, STREAMS);
    this.#iterator = answer.NextShardIterator;
    for (const record of answer.Records) {
      const flight: Flight = { sequence: record.dynamodb.SequenceNumber, open: 0 };
      this.#flights.push(flight);
      if (record.eventName !== 'INSERT' || !record.dynamodb.NewImage) continue;
      const row = OutboxRow.safeParse(rowOf(Outbox, record.dynamodb.NewImage));
      if (row.success) this.#route(row.data, flight);
      // One row that this release cannot read must not hold up all others; it stays in the outbox.
      else this.#options.log.error('unreadable outbox row', { keys: record.dynamodb.Keys });
    }
    return answer.Records.length;
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

  /** Writes down the last record before which everything is through. */
  async #savePlace(): Promise<void> {
    let through = 0;
    while (this.#flights[through]?.open === 0) through++;
    if (through > 0) {
      this.#reached = this.#flights[through - 1]?.sequence || this.#reached;
      this.#flights.splice(0, through);
    }
    if (this.#reached === this.#saved || this.#reached === '') return;
    const text = `${new Date().toISOString()} ${this.#reached}`;
    await this.#options.store.wire.call('PutItem', {
      TableName: Meta.name,
      Item: { metaId: { S: 'relay' }, text: { S: text } },
    });
    this.#saved = this.#reached;
  }
}
