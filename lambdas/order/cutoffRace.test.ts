import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkInvariants } from '#runtime/invariants.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { timerEvent } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { Orders } from './models/Order.ts';
import { Receipts, Subscriptions } from './models/Subscription.ts';

/** Edits at the cutoff, to the millisecond and against the order run (I14, F10). */
const DAY = '2027-01-06';
const LAST_MOMENT = '2027-01-05T16:29:59.999Z';
const LOCK = '2027-01-05T16:30:00.000Z';
const RUN = '2027-01-05T16:30:05.000Z';

let dairy: TestDairy;
let subscribers: { actor: Actor; subscriptionId: string }[];
beforeEach(async () => {
  dairy = await testDairy();
  await dairy.call('admin', 'restockProduct', { productId: 'P101', qty: 5_000 }, dairy.admin);
  subscribers = [];
  for (let i = 0; i < 24; i++) {
    const actor = await dairy.addHousehold(`Urace${i}`);
    const { subscriptionId } = await dairy.call<{ subscriptionId: string }>(
      'order',
      'subscribeOrder',
      {
        items: [{ productId: 'P101', qty: 2 }],
        schedule: { type: 'DAILY' },
        startDate: DAY,
        slot: 'MORNING',
        paymentMethod: 'COD',
      },
      actor,
    );
    subscribers.push({ actor, subscriptionId });
  }
});
afterEach(() => dairy?.close());

const change = (actor: Actor, subscriptionId: string, input: object) =>
  dairy.call<{ code?: string; receipt?: object }>(
    'order',
    'changeSubscription',
    { subscriptionId, ...input },
    actor,
  );
const runOrders = () => dairy.handlerOf('order')(timerEvent('runOrders'));
async function qtyOrdered(actor: Actor): Promise<number> {
  const { rows } = await dairy.world.store.query(Orders, { index: 'byUser', hash: actor.userId });
  const orders = rows.filter(({ deliveryDay }) => deliveryDay === DAY);
  expect(orders.length).toBeLessThanOrEqual(1);
  return orders[0]?.items[0]?.qty ?? 0;
}

test('F10: a change in the last millisecond counts, one at the lock is refused, from two tabs and the desk alike', async () => {
  const [first, second] = subscribers;
  if (!first || !second) throw new Error('no subscribers');
  dairy.clock.set(LAST_MOMENT);
  const inTime = await Promise.all([
    change(first.actor, first.subscriptionId, { action: 'SKIP', day: DAY }),
    change(dairy.admin, first.subscriptionId, { action: 'SKIP', day: '2027-01-07' }),
    change(first.actor, first.subscriptionId, { action: 'PAUSE', from: '2027-01-09', to: '2027-01-09' }),
  ]);
  expect(inTime.filter(({ receipt }) => receipt)).toHaveLength(3);
  dairy.clock.set(LOCK);
  for (const actor of [second.actor, dairy.admin]) {
    expect(await change(actor, second.subscriptionId, { action: 'SKIP', day: DAY })).toMatchObject({
      code: 'PAST_CUTOFF',
      firstDay: '2027-01-07',
    });
  }
  dairy.clock.set(RUN);
  await runOrders();
  expect([await qtyOrdered(first.actor), await qtyOrdered(second.actor)]).toEqual([0, 2]);
});

test('I14: of edits that race with the order run, each that was acknowledged is honoured and each other changed nothing', async () => {
  dairy.clock.set(LAST_MOMENT);
  // An edit’s write is on its way for a while, so that the run plans and writes between its decision and its write.
  dairy.wireOf.current = (wire) => ({
    async call(operation, payload, api) {
      if (JSON.stringify(payload).includes('"Receipts"')) await sleep(Math.random() * 2_000);
      return wire.call(operation, payload, api);
    },
    close: () => wire.close(),
  });
  const edits = subscribers.map(({ actor, subscriptionId }, i) =>
    change(
      actor,
      subscriptionId,
      i % 2 === 0
        ? { action: 'SKIP', day: DAY }
        : { action: 'CHANGE', from: DAY, items: [{ productId: 'P101', qty: 5 }] },
    ),
  );
  await sleep(250);
  dairy.clock.set(RUN);
  const [answers] = await Promise.all([Promise.all(edits), runOrders(), runOrders()]);
  dairy.wireOf.current = (wire) => wire;
  await runOrders();
  for (const [i, { actor, subscriptionId }] of subscribers.entries()) {
    const acknowledged = answers[i]?.receipt !== undefined;
    const wanted = i % 2 === 0 ? 0 : 5;
    expect([i, acknowledged, await qtyOrdered(actor)]).toEqual([i, acknowledged, acknowledged ? wanted : 2]);
    if (!acknowledged) expect(answers[i]?.code).toBe('PAST_CUTOFF');
    const { rows } = await dairy.world.store.query(Receipts, { hash: subscriptionId });
    expect(rows).toHaveLength(acknowledged ? 2 : 1);
    const row = await dairy.world.store.get(Subscriptions, { subscriptionId });
    expect(row?.lastRunDay).toBe(DAY);
  }
  expect(await checkInvariants(dairy.world, { quiet: false })).toEqual([]);
});
