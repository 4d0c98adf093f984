import { planRun } from '#lambdas/order/models/runPlan.ts';
import { slotOnDay } from '#lambdas/order/rules/cutoff.ts';
import { amountOf, type RunUnit } from '#lambdas/order/rules/orderRun.ts';
import { walletBalances } from '#lambdas/payment/models/balances.ts';
import { settingsOf } from '#shared/data/settings.ts';
import type { Day } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import { refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';

/** What a slot's order run of a day would make if it ran now: the run's own decisions, with nothing written. */
export async function simulateRun(world: World, { input }: Call<{ day: Day; slotId: string }>) {
  const settings = await settingsOf(world);
  const window = settings.slots.find(({ slotId }) => slotId === input.slotId);
  if (!window) {
    return refuse('SLOT_NOT_OFFERED', `There is no slot ${input.slotId}.`, {
      errors: [{ pointer: '/slotId', detail: 'is not a slot of this dairy' }],
    });
  }
  const slot = slotOnDay(settings, window, input.day);
  const { units, digest, stockOf } = await planRun(world, slot, walletBalances, false);
  const ordered = units.filter(({ outcome }) => outcome === 'ORDERED');
  return {
    day: slot.day,
    slotId: slot.slotId,
    cutoffAt: slot.cutoffAt,
    digest,
    orders: ordered.length,
    amount: toMajor(ordered.reduce((sum, { lines }) => sum + amountOf(lines), 0)),
    demand: demandOf(units, stockOf),
    reasons: countsOf(units),
    short: units.flatMap(({ subscription, lines }) =>
      lines
        .filter(({ outcome }) => notWhole.includes(outcome))
        .map(({ productId, qty, granted, outcome }) => ({
          subscriptionId: subscription.subscriptionId,
          userId: subscription.userId,
          productId,
          qty,
          granted,
          reason: outcome,
        })),
    ),
  };
}

const notWhole: readonly string[] = ['SHORT', 'OUT_OF_STOCK', 'BALANCE_SHORT', 'PRODUCT_GONE'];

/** What the day needs of each product, what there is of it, and what is granted. */
function demandOf(units: readonly RunUnit[], stockOf: ReadonlyMap<string, number>) {
  const demand = new Map<string, { productId: string; wanted: number; granted: number; available: number }>();
  for (const { productId, qty, granted, outcome } of units.flatMap(({ lines }) => lines)) {
    if (outcome !== 'ORDERED' && !notWhole.includes(outcome)) continue;
    const row = demand.get(productId) ?? {
      productId,
      wanted: 0,
      granted: 0,
      available: stockOf.get(productId) ?? 0,
    };
    demand.set(productId, { ...row, wanted: row.wanted + qty, granted: row.granted + granted });
  }
  return [...demand.values()].sort((a, b) => (a.productId < b.productId ? -1 : 1));
}

function countsOf(units: readonly RunUnit[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of units) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
