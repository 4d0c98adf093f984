import { isTally, type OrderRun, OrderRuns, type Tally } from '#lambdas/order/models/OrderRun.ts';
import { closedKey, runsFrom } from '#lambdas/order/models/orderRun/day.ts';
import { addFigures, noFigures } from '#lambdas/order/models/orderRun/figures.ts';
import { lockGroupsOf } from '#lambdas/order/models/orderRun/run.ts';
import { Meta } from '#shared/data/meta.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { type Day, dayOf, type Instant } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';

export const runStates = ['WAITING', 'PLANNING', 'MAKING', 'MADE', 'DONE'] as const;
type RunState = (typeof runStates)[number];

/** How far the order run of a day is: for each lock what is due and made, and why some days have no order. */
export async function viewOrderRun(world: World, { input }: Call<{ day?: Day }>) {
  const settings = await settingsOf(world);
  const day = input.day ?? dayOf(world.clock.now(), settings.timeZone);
  const groups = lockGroupsOf(settings, day).map(({ lock, slots }) => ({ lock, slotIds: [...slots.keys()] }));
  const [{ rows }, closed] = await Promise.all([
    world.store.query(OrderRuns, { hash: day, consistent: true }),
    closedSlots(
      world,
      day,
      groups.flatMap(({ slotIds }) => slotIds),
    ),
  ]);
  const byLock = Map.groupBy(rows, ({ part }) => part.split('#')[0] ?? '');
  // What was run under other settings is told as it was.
  const before = [...byLock.keys()]
    .filter((lock) => !groups.some((group) => group.lock === lock))
    .map((lock) => ({ lock, slotIds: [] as string[] }));
  const locks = [...groups, ...before]
    .sort((a, b) => (a.lock < b.lock ? -1 : 1))
    .map(({ lock, slotIds }) => {
      const kept = byLock.get(lock) ?? [];
      const isClosed = slotIds.length > 0 && slotIds.every((slotId) => closed.has(slotId));
      return shownLock(lock, slotIds, kept, { isClosed, now: world.clock.now().toISOString() });
    });
  return { day, locks };
}

/** Slots that are closed up to a day; of a day on which nothing was due that is all that is written. */
async function closedSlots(world: World, day: Day, slotIds: readonly string[]): Promise<Set<string>> {
  const rows = await world.store.getMany(slotIds.map((slotId) => ({ table: Meta, key: closedKey(slotId) })));
  return new Set(slotIds.filter((_, i) => String(rows[i]?.text ?? '') >= day));
}

function shownLock(
  lock: Instant,
  slotIds: readonly string[],
  kept: readonly OrderRun[],
  { isClosed, now }: { isClosed: boolean; now: Instant },
) {
  const head = kept.find(({ part }) => part.endsWith('#HEAD'));
  const figures = noFigures();
  for (const tally of kept.filter(isTally)) addFigures(figures, tally as Tally);
  const { due: made, orders, reasons, amount, digest } = figures;
  const state = head ? stateOf(head) : stateWithout(isClosed, runsFrom(lock) <= now);
  // More than was expected: somebody subscribed while it was made.
  const due = head || state === 'DONE' ? Math.max(head?.expected ?? 0, made) : undefined;
  return {
    lock,
    slotIds: head?.slotIds ?? slotIds,
    state,
    startedAt: head?.startedAt,
    due,
    made,
    orders,
    reasons,
    amount: toMajor(amount),
    digest,
  };
}

function stateOf({ state }: OrderRun): RunState {
  if (state === 'OPEN') return 'MAKING';
  return state === 'CLOSED' ? 'DONE' : 'MADE';
}

function stateWithout(isClosed: boolean, hasLocked: boolean): RunState {
  if (isClosed) return 'DONE';
  return hasLocked ? 'PLANNING' : 'WAITING';
}
