import { afterAll, beforeAll, expect, test } from 'vitest';
import { request, tokenOf } from '#lambdas/admin/testing.ts';
import { tables } from '#lambdas/tables.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { timerEvent } from '#runtime/testEvents.ts';
import { addDays, daysBetween } from '#shared/domain/day.ts';
import type { Actor } from '#shared/ports/ports.ts';

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
  await dairy.addProduct({ productId: 'P201', name: 'Bread', price: 40, stock: 5_000, category: 'Bakery' });
  await dairy.call('admin', 'restockProduct', { productId: 'P101', qty: 5_000 }, dairy.admin);
  const slot = { slotId: 'MORNING', from: '07:00', to: '10:00', capacity: 1 };
  const slots = [{ ...slot, cutoffTime: '22:00', cutoffDaysBefore: 1 }];
  await dairy.call('admin', 'updateSettings', { slots }, dairy.admin);
});
afterAll(() => dairy?.close());

const start = {
  items: [{ productId: 'P101', qty: 2 }],
  schedule: { type: 'DAILY' },
  startDate: '2027-01-08',
  slot: 'MORNING',
  paymentMethod: 'COD',
};
type Said = Record<string, unknown>;
const ask = (door: string, input: object, actor: Actor) => dairy.call<Said>('order', door, input, actor);

/** Every row of every table, as text that does not depend on the order of its fields. */
async function everything(): Promise<string[]> {
  const rows: string[] = [];
  const inOrder = (_: string, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [z]) => (a < z ? -1 : 1)))
      : value;
  for (const table of tables) {
    for await (const row of dairy.world.store.scan(table)) {
      rows.push(`${table.name} ${JSON.stringify(row, inOrder)}`);
    }
  }
  return rows.sort();
}

/** A receipt without what only one that is kept has. */
function bare({ receiptId: _, subscriptionId: __, ...receipt }: Said): Said {
  return receipt;
}

test('A household sees the receipt of a standing order and of each change before it is made, to the paisa', async () => {
  const actor = await dairy.addHousehold('Uahead');
  const thought = await ask('previewSubscribe', start, actor);
  const begun = await ask('subscribeOrder', start, actor);
  expect(thought).toMatchObject({ firstDayAffected: '2027-01-08', monthBefore: 0, monthAfter: 24 * 100 });
  expect(thought).toEqual(bare(begun.receipt as Said));
  // Some days have been dealt with by order runs: they count as they were charged.
  for (const day of daysBetween('2027-01-08', '2027-01-10')) {
    dairy.clock.set(`${addDays(day, -1)}T16:30:06.000Z`);
    await dairy.handlerOf('order')(timerEvent('runOrders'));
  }
  const { subscriptionId } = begun;
  const changes = [
    { action: 'SKIP', day: '2027-01-20' },
    { action: 'CHANGE', from: '2027-01-15', schedule: { type: 'WEEKDAYS', days: ['MON', 'SAT'] } },
    { action: 'CHANGE', items: [{ productId: 'P201', qty: 3 }], paymentMethod: 'WALLET' },
    { action: 'ADD_ONE_OFF', day: '2027-01-21', items: [{ productId: 'P101', qty: 1 }] },
    { action: 'PAUSE', from: '2027-01-23', to: '2027-01-29' },
    { action: 'CANCEL', from: '2027-01-25' },
  ];
  for (const change of changes) {
    const preview = await ask('previewChange', { subscriptionId, ...change }, actor);
    const made = await ask('changeSubscription', { subscriptionId, ...change }, actor);
    expect(preview).toEqual(bare(made.receipt as Said));
    expect(preview).toHaveProperty('monthAfter');
  }
});

test('Nothing is written for a preview: no order, no place, no kept answer, no line of the audit trail', async () => {
  dairy.clock.set('2027-01-04T04:30:00.000Z');
  const actor = await dairy.addHousehold('Ulooks');
  const other = await dairy.addHousehold('Uother');
  const startDate = '2027-03-01';
  const { subscriptionId } = await ask('subscribeOrder', { ...start, startDate, endDate: startDate }, other);
  const before = await everything();
  const token = await tokenOf(dairy, actor);
  const preview = (body: object) =>
    request(dairy, 'order', ['POST', '/order/subscribe/preview'], {
      token,
      body,
      headers: { 'idempotency-key': 'think-1' },
    });
  expect((await preview(start)).statusCode).toBe(200);
  // The same key with something else is no other request: nothing was kept of the first.
  expect((await preview({ ...start, items: [{ productId: 'P201', qty: 1 }] })).statusCode).toBe(200);
  await ask('previewSubscribe', { ...start, userId: 'Ulooks' }, dairy.admin);
  await ask('previewChange', { subscriptionId, action: 'CANCEL' }, other);
  await ask('previewChange', { subscriptionId, action: 'CANCEL' }, dairy.admin);
  expect((await everything()).filter((row) => !before.includes(row))).toEqual([]);
});

test('A preview is refused as the change would be, and shows nobody another’s standing order', async () => {
  const actor = await dairy.addHousehold('Uasks');
  const owner = await dairy.addHousehold('Uowns');
  const startDate = '2027-02-01';
  const { subscriptionId } = await ask('subscribeOrder', { ...start, startDate, endDate: startDate }, owner);
  const refused = async (door: string, input: object, by = actor) => (await ask(door, input, by)).code;
  expect(await refused('previewSubscribe', { ...start, startDate: '2027-01-03' })).toBe('PAST_CUTOFF');
  const gone = [{ productId: 'P999', qty: 1 }];
  expect(await refused('previewSubscribe', { ...start, items: gone })).toBe('PRODUCT_UNKNOWN');
  const elsewhere = { subscriptionId, action: 'SKIP', day: startDate };
  expect(await refused('previewChange', elsewhere)).toBe('NOT_FOUND');
  const far = { subscriptionId, action: 'SKIP', day: '2027-02-02' };
  expect(await refused('previewChange', far, owner)).toBe('NOTHING_PLANNED');
});
