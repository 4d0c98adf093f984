import { marshall } from '@aws-sdk/util-dynamodb';
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { itemOf } from '../shared/data/item.ts';
import { catalogue } from '../shared/events/catalogue.ts';
import { Outbox } from '../shared/events/event.ts';
import { outboxEvents } from './outboxEvents.ts';

/** A stream record of an outbox row, as the pipe hands it on. */
function recordOf(row: Record<string, unknown>) {
  return { eventName: 'INSERT', dynamodb: { NewImage: itemOf(Outbox, row) } };
}

/** A record of a release that did not fold the event into a text. */
function oldRecordOf(row: Record<string, unknown>) {
  return { eventName: 'INSERT', dynamodb: { NewImage: marshall(row, { removeUndefinedValues: true }) } };
}

/** What the Express workflow makes of records: Step Functions runs this very expression. */
function published(records: object[]): Promise<unknown> {
  // Step Functions brings `$parse`, which JSONata itself does not have.
  const bindings = { states: { input: records }, parse: JSON.parse };
  return jsonata(outboxEvents).evaluate(undefined, bindings);
}

test('Every event of the catalogue comes out of the pipe as it went into the outbox', async () => {
  const events = Object.entries(catalogue).map(([eventType, { sample, schema }]) => ({
    eventId: `E-${eventType}`,
    eventType,
    schema,
    entityId: 'X1',
    entityVersion: 1,
    timestamp: '2027-01-04T04:30:00.000Z',
    ...sample,
  }));
  const rows = events.map((event) => ({
    eventId: event.eventId,
    eventType: event.eventType,
    event,
    createdAt: '',
  }));
  const wanted = events.map((event) => ({ eventType: event.eventType, event }));
  expect(await published(rows.map(recordOf))).toEqual(wanted);
  expect(await published(rows.slice(0, 1).map(recordOf))).toEqual(wanted.slice(0, 1));
  expect(await published(rows.map(oldRecordOf))).toEqual(wanted);
});

test('A replayed dead letter keeps the name of its one consumer', async () => {
  const row = { eventId: 'E9', eventType: 'ORDER_PLACED', event: { eventId: 'E1' }, onlyFor: 'notification' };
  expect(await published([recordOf(row)])).toEqual([
    { eventType: 'ORDER_PLACED', onlyFor: 'notification', event: { eventId: 'E1' } },
  ]);
});

test('Nothing gets lost on the way: empty, nested and false values, zero and none', async () => {
  const event = {
    text: '',
    none: null,
    yes: true,
    no: false,
    zero: 0,
    part: -1.5,
    large: 9_007_199_254_740_991,
    empty: { list: [], map: {} },
    one: ['x'],
    lists: [[1, 2], [3], []],
    lines: [{ productId: 'P1', qty: 2, tags: [] }],
    'a name with $ and .': 1,
  };
  const row = { eventId: 'E1', eventType: 'T', event };
  expect(await published([recordOf(row), oldRecordOf(row)])).toEqual([
    { eventType: 'T', event },
    { eventType: 'T', event },
  ]);
});
