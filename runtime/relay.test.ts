import { afterEach, beforeEach, expect, test } from 'vitest';
import { DeadLetters } from '#lambdas/admin/models/DeadLetter.ts';
import { AnalyticsEvents } from '#lambdas/analytics/models/AnalyticsEvent.ts';
import { Invoices } from '#lambdas/payment/models/Invoice.ts';
import { Meta } from '#shared/data/meta.ts';
import type { Row, Table } from '#shared/data/table.ts';
import { Outbox } from '#shared/events/event.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import { runTimers, type Said } from './chaos.ts';
import { seeded } from './faulty.ts';
import { checkInvariants } from './invariants.ts';
import { Relay, type RelayOptions } from './relay.ts';
import { type TestDairy, testDairy } from './testDairy.ts';

let dairy: TestDairy;
beforeEach(async () => {
  dairy = await testDairy();
});
afterEach(() => dairy?.close());

type Batch = { Records: { messageId: string; body: string }[] };
/** What a Lambda is made to do with a batch before it may take it; nothing of it when this answers true. */
type Trouble = (lambda: string, batch: Batch) => boolean | Promise<boolean>;

async function rowsOf<T extends Row>(table: Table<T>): Promise<T[]> {
  const rows: T[] = [];
  for await (const row of dairy.world.store.scan(table)) rows.push(row);
  return rows;
}

/** Households order and pay; the first order is brought to its door. */
async function busyMorning(orders: number): Promise<void> {
  for (let i = 0; i < orders; i++) {
    const order = await dairy.order();
    await dairy.pay(order, i % 3 === 2 ? { paymentToken: 'tok_decline' } : {});
    if (i > 0) continue;
    const wish = { orderId: order.orderId, courierId: dairy.courier.userId };
    const { deliveryId } = await dairy.call<{ deliveryId: string }>(
      'delivery',
      'assignDelivery',
      wish,
      dairy.admin,
    );
    for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) await dairy.move(deliveryId, status);
  }
}

/** The handlers, of which some are in trouble. */
function troubled(trouble: Trouble): (lambda: string) => LambdaHandler {
  return (lambda) => async (event) => {
    if (await trouble(lambda, event as Batch)) throw new Error(`${lambda} is in trouble`);
    return dairy.handlerOf(lambda)(event);
  };
}

function relayWith(options: Partial<RelayOptions>): Relay {
  const { store, log } = dairy.world;
  return new Relay({ store, log, handlerOf: dairy.handlerOf, mostBackOffMs: 20, ...options });
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await holds()); waited++) {
    if (waited > 500) throw new Error('it does not come about');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const intact = async () => expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
const logged = async () => (await rowsOf(AnalyticsEvents)).map(({ eventId }) => eventId).sort();
const published = async () => (await rowsOf(Outbox)).map(({ event }) => String(event.eventId)).sort();

test('Events that come shuffled and two to five times have every effect once (F3, I11, I26, I27)', async () => {
  await busyMorning(9);
  const random = seeded(3);
  const disturb = <T>(batch: T[]) =>
    batch
      .flatMap((message) =>
        Array.from({ length: 2 + Math.floor(random() * 4) }, () => ({ message, at: random() })),
      )
      .sort((a, b) => a.at - b.at)
      .map(({ message }) => message);
  await dairy.settle({ disturb });
  await runTimers(dairy);
  await dairy.settle({ disturb });
  expect(await rowsOf(Invoices)).toHaveLength(1);
  expect(await logged()).toEqual(await published());
  await intact();
});

test('A consumer that fails for a while catches up, and the others do not wait for it (F5)', async () => {
  await busyMorning(6);
  let failures = 0;
  const handlerOf = troubled((lambda) => lambda === 'notification' && failures++ < 4);
  const relay = relayWith({ handlerOf });
  relay.start();
  await until(async () => (await logged()).length === (await published()).length);
  await until(() => failures > 4 && relay.backlog === 0);
  await relay.stop();
  await dairy.settle();
  expect(failures).toBeGreaterThan(4);
  expect(await rowsOf(DeadLetters)).toEqual([]);
  await intact();
});

test('A message no one can take ends as a dead letter, the rest of its batch is done, and staff send it again once (F5, I27)', async () => {
  await busyMorning(3);
  const poison = (await rowsOf(Outbox)).find(({ eventType }) => eventType === 'ORDER_PLACED')
    ?.eventId as string;
  let cured = false;
  const handlerOf =
    (lambda: string): LambdaHandler =>
    async (event) => {
      const batch = event as Batch;
      if (lambda !== 'analytics' || cured) return dairy.handlerOf(lambda)(event);
      const [bad, good] = [true, false].map((is) =>
        batch.Records.filter(({ body }) => body.includes(poison) === is),
      );
      const answer = (await dairy.handlerOf(lambda)({ Records: good })) as { batchItemFailures: object[] };
      return {
        batchItemFailures: [
          ...answer.batchItemFailures,
          ...(bad ?? []).map(({ messageId }) => ({ itemIdentifier: messageId })),
        ],
      };
    };
  await dairy.settle({ handlerOf, mostBackOffMs: 10 });
  const [letter, ...others] = await rowsOf(DeadLetters);
  expect(others).toEqual([]);
  expect(letter).toMatchObject({ consumer: 'analytics', eventId: poison, status: 'OPEN', tries: 8 });
  expect(await logged()).toEqual((await published()).filter((eventId) => eventId !== poison));
  await intact();

  cured = true;
  const again = () =>
    dairy.call<Said>('admin', 'replayDeadLetters', { deadLetterId: letter?.deadLetterId }, dairy.admin);
  const answers = await Promise.all([again(), again(), again()]);
  expect(answers.filter(({ code }) => code === undefined)).toEqual([{ replayed: 1, more: false }]);
  await dairy.settle({ handlerOf });
  expect((await rowsOf(DeadLetters))[0]?.status).toBe('REPLAYED');
  expect(await logged()).toEqual([...new Set(await published())]);
  await intact();
});

test('A relay that is stopped in the middle goes on at its place, and loses and repeats nothing (F8, I27)', async () => {
  await busyMorning(12);
  let taken = 0;
  const slow = relayWith({
    handlerOf: troubled(async () => {
      await new Promise((resolve) => setTimeout(resolve, 15));
      return taken++ > 6;
    }),
  });
  slow.start();
  await until(() => taken > 7);
  await slow.stop();
  expect(slow.backlog).toBeGreaterThan(0);
  await dairy.settle();
  expect(await logged()).toEqual(await published());
  await intact();
});

test('A relay whose place was never written down reads everything again, and every effect is there once (F1, I26)', async () => {
  await busyMorning(5);
  const before = dairy.wireOf.current;
  dairy.wireOf.current = (wire) => ({
    ...wire,
    call: (operation, payload, api) => {
      const place = operation === 'PutItem' && JSON.stringify(payload).includes('"relay"');
      return place ? (Promise.resolve({}) as never) : wire.call(operation, payload, api);
    },
  });
  await dairy.settle();
  dairy.wireOf.current = before;
  expect(await dairy.world.store.get(Meta, { metaId: 'relay' })).toBeUndefined();
  const messages = await checkInvariants(dairy.world, { quiet: true });
  expect(messages).toEqual([]);
  await dairy.settle();
  expect(await logged()).toEqual(await published());
  await intact();
});

test('A relay that was shut longer than the stream keeps its records finds what it missed in the outbox (F8, I27)', async () => {
  await dairy.settle();
  const place = await dairy.world.store.get(Meta, { metaId: 'relay' });
  await busyMorning(2);
  // A stream that kept none of what happened since: its place is after the last record, a day old.
  const silent = relayWith({ handlerOf: () => async () => ({ batchItemFailures: [] }) });
  silent.start();
  await until(async () => (await dairy.world.store.get(Meta, { metaId: 'relay' }))?.text !== place?.text);
  await silent.stop();
  const reached = (await dairy.world.store.get(Meta, { metaId: 'relay' }))?.text?.split(' ')[1];
  await dairy.world.store.wire.call('PutItem', {
    TableName: Meta.name,
    Item: { metaId: { S: 'relay' }, text: { S: `2020-01-01T00:00:00.000Z ${reached}` } },
  });
  await dairy.settle();
  expect(await logged()).toEqual(await published());
  await intact();
});
