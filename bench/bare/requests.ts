import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { monotonicFactory } from 'ulid';
import type { Wire } from '#shared/data/wire.ts';

// The few shapes of request that the bare server sends, written out as DynamoDB documents them.

export const ulid = monotonicFactory();

/** A row as the store gives it; this server trusts its store. */
export type Row = ReturnType<typeof unmarshall>;

const lean = { removeUndefinedValues: true };
const whole = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
const OUTBOX_SECONDS = 14 * 24 * 3600;

/** One row of each table, in the order of the tables named, in one BatchGetItem. */
export async function readOf(wire: Wire, keys: Record<string, Record<string, string>>) {
  const asked = Object.entries(keys).map(([table, key]) => [
    table,
    { Keys: [marshall(key)], ConsistentRead: true },
  ]);
  const answer = await wire.call<{ Responses: Record<string, Record<string, never>[]> }>('BatchGetItem', {
    RequestItems: Object.fromEntries(asked),
  });
  return Object.keys(keys).map((table): Row | undefined => {
    const item = answer.Responses[table]?.[0];
    return item && unmarshall(item);
  });
}

export async function getRow(wire: Wire, table: string, key: Record<string, string>): Promise<Row> {
  const request = { TableName: table, Key: marshall(key), ConsistentRead: true };
  const { Item } = await wire.call<{ Item: Record<string, never> }>('GetItem', request);
  return unmarshall(Item);
}

/** A Put of a row that is new, or that still has the version it was read at. */
export function put(table: string, key: string, row: object, version?: number) {
  const fresh = {
    ConditionExpression: 'attribute_not_exists(#key)',
    ExpressionAttributeNames: { '#key': key },
  };
  const same = {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: marshall({ ':version': version }, lean),
  };
  const condition = version === undefined ? fresh : same;
  return { TableName: table, Item: marshall(row, lean), ...condition, ...whole };
}

/** An Update: every `name` in the texts is `#name`, every value `:name`. */
export function change(
  table: string,
  key: Record<string, string>,
  texts: { update: string; condition: string },
  values: object,
) {
  const { update, condition } = texts;
  const named = `${update} ${condition}`.match(/#\w+/g) ?? [];
  return {
    TableName: table,
    Key: marshall(key),
    UpdateExpression: update,
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries(named.map((name) => [name, name.slice(1)])),
    ExpressionAttributeValues: marshall(values, lean),
    ...whole,
  };
}

/** The outbox row of an event. */
export function tell(eventType: string, entityId: string, entityVersion: number, facts: object) {
  const eventId = `E${ulid()}`;
  const now = new Date();
  const timestamp = now.toISOString();
  const event = { eventId, eventType, schema: 1, entityId, entityVersion, timestamp, ...facts };
  const expiresAtSeconds = Math.ceil(now.getTime() / 1000) + OUTBOX_SECONDS;
  return {
    Put: put('Outbox', 'eventId', { eventId, eventType, event, createdAt: timestamp, expiresAtSeconds }),
  };
}
