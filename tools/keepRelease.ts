import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { testDairy } from '#runtime/testDairy.ts';
import { SCHEMA } from '#shared/data/meta.ts';

/**
 * Keeps what this release's data looks like, for the test that upgrades it in all later ones: a small dairy with
 * a delivered, a paid, an unpaid and a cancelled order, a standing order and one that is over. Run it once, when a release is made.
 */
const folder = join(import.meta.dirname, '..', 'runtime', 'releases');
mkdirSync(folder, { recursive: true });
const dairy = await testDairy();
const delivered = await dairy.order();
await dairy.pay(delivered);
await dairy.settle();
const { deliveryId } = await dairy.orderRow(delivered.orderId);
for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) await dairy.move(deliveryId ?? '', status);
await dairy.pay(await dairy.order(), { paymentMethod: 'COD' });
await dairy.order();
const cancelled = await dairy.order();
await dairy.call('order', 'cancelOrder', { orderId: cancelled.orderId }, dairy.household);
const standing = {
  items: [{ productId: 'P101', qty: 1 }],
  schedule: { type: 'DAILY' },
  startDate: '2027-01-08',
  slot: 'MORNING',
  paymentMethod: 'COD',
};
const subscribe = () =>
  dairy.call<{ subscriptionId: string }>('order', 'subscribeOrder', standing, dairy.household);
await subscribe();
const { subscriptionId } = await subscribe();
await dairy.call('order', 'changeSubscription', { subscriptionId, action: 'CANCEL' }, dairy.household);
await dairy.settle();
await dairy.stopEngine();
for (const [file, name] of [
  ['milkfloat.db', 'db'],
  ['sandbox.jsonl', 'sandbox.jsonl'],
]) {
  const bytes = readFileSync(join(dairy.folder, file ?? ''));
  writeFileSync(join(folder, `schema-${SCHEMA}.${name}.gz`), gzipSync(bytes, { level: 9 }));
}
await dairy.close();
