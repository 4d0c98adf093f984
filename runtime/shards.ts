import { StoreError, type Wire } from '#shared/data/wire.ts';
import { Outbox } from '#shared/events/event.ts';

const STREAMS = 'DynamoDBStreams_20120810';

/** Trimmed: the records are too old. Validation: the sequence is of another stream. */
const unknownPlace = new Set(['TrimmedDataAccessException', 'ValidationException']);

/** A record of the outbox's stream. */
export interface StreamRecord {
  eventName: string;
  dynamodb: { SequenceNumber: string; Keys?: object; NewImage?: object };
}

export interface Stream {
  arn: string;
  /** Its shards, open and closed. The embedded engine has one for ever; others close one and open the next. */
  shards: string[];
}

/** The outbox's stream as it is now. */
export async function streamOf(wire: Wire): Promise<Stream> {
  const { Table } = await wire.call<{ Table: { LatestStreamArn: string } }>('DescribeTable', {
    TableName: Outbox.name,
  });
  const arn = Table.LatestStreamArn;
  const shards: string[] = [];
  let from: string | undefined;
  do {
    const { StreamDescription } = await wire.call<{
      StreamDescription: { Shards: { ShardId: string }[]; LastEvaluatedShardId?: string };
    }>('DescribeStream', { StreamArn: arn, ExclusiveStartShardId: from }, STREAMS);
    shards.push(...StreamDescription.Shards.map(({ ShardId }) => ShardId));
    from = StreamDescription.LastEvaluatedShardId;
  } while (from);
  return { arn, shards };
}

/**
 * An iterator after a record of a shard, or at the shard's first one without a record.
 * @returns undefined where the stream does not have what followed the record any more
 */
export async function iteratorAt(
  wire: Wire,
  { arn, shard, after }: { arn: string; shard: string; after?: string },
): Promise<string | undefined> {
  const from = after
    ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }
    : { ShardIteratorType: 'TRIM_HORIZON' };
  try {
    const asked = { StreamArn: arn, ShardId: shard, ...from };
    return (await wire.call<{ ShardIterator: string }>('GetShardIterator', asked, STREAMS)).ShardIterator;
  } catch (error) {
    if (after && error instanceof StoreError && unknownPlace.has(error.name)) return undefined;
    throw error;
  }
}

/** The next records of a shard; `next` is undefined when it is closed and read to its end. */
export async function recordsAt(
  wire: Wire,
  iterator: string,
  most = 1_000,
): Promise<{ records: StreamRecord[]; next: string | undefined }> {
  const answer = await wire.call<{ Records: StreamRecord[]; NextShardIterator?: string | null }>(
    'GetRecords',
    { ShardIterator: iterator, Limit: most },
    STREAMS,
  );
  return { records: answer.Records, next: answer.NextShardIterator ?? undefined };
}

/** Places in the shards as one text: `shard:sequence shard:sequence`. */
export function placeText(places: Iterable<readonly [shard: string, sequence: string]>): string {
  return [...places].map((place) => place.join(':')).join(' ');
}

/** The places in such a text. Older releases knew only the first shard and wrote its sequence without its name. */
export function placesIn(text: string): ReadonlyMap<string, string> {
  const places = text.split(' ').filter((place) => place !== '');
  return new Map(
    places.map((place) => {
      const cut = place.lastIndexOf(':');
      return [place.slice(0, Math.max(cut, 0)), place.slice(cut + 1)];
    }),
  );
}
