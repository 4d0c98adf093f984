import { type Context, commit } from '#shared/data/commit.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { addDays, type Day, dayOf, daysBetween, type Instant, plusSeconds } from '#shared/domain/day.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { World } from '#shared/world.ts';
import { ending } from './ending.ts';
import { dayKeysOf, holdsReservation, Orders } from './models/Order.ts';
import { holidayOn, isServed } from './rules/cutoff.ts';
import type { WorkStep } from './steps.ts';

/** How many orders of a closed day one message ends. */
const ORDERS_A_STEP = 100;
/** An order run that had begun before a day was closed is over by then. */
const LOOK_AGAIN_SECONDS = 2 * 3_600;

/** The days that can have orders and on which nothing is delivered. */
export async function closedDaysOf(world: World): Promise<Day[]> {
  const settings = await settingsOf(world);
  return coming(settings, world.clock.now()).filter((day) => !isServed(settings, day));
}

function coming(settings: Settings, now: Date): Day[] {
  const today = dayOf(now, settings.timeZone);
  return daysBetween(today, addDays(today, settings.bookAheadDays));
}

/** Holidays to come that were declared in the last hours. */
export async function recentlyClosed(world: World, now: Instant): Promise<Day[]> {
  const settings = await settingsOf(world);
  const since = plusSeconds(now, -LOOK_AGAIN_SECONDS);
  return coming(settings, world.clock.now()).filter(
    (day) => (holidayOn(settings, day)?.declaredAt ?? '') >= since,
  );
}

/**
 * Cancels a page of a closed day's orders, everything back: also those whose cutoff had passed when the day was closed.
 * What left the dairy already is on its way.
 */
export async function closeOrdersOf(world: World, { deliveryDay = '', shard, cursor }: WorkStep) {
  const page = await world.store.query(Orders, {
    index: 'byDay',
    hash: dayKeysOf(deliveryDay)[shard] ?? '',
    limit: ORDERS_A_STEP,
    cursor,
  });
  for (const order of page.rows.filter(holdsReservation)) await closeOrder(world, order.orderId);
  return { cursor: page.cursor, page: page.rows.at(-1)?.orderId ?? '' };
}

async function closeOrder(world: World, orderId: string): Promise<void> {
  const context: Context = {
    actor: { userId: 'system', role: 'system' },
    requestId: world.ids.next(),
    action: 'closeDays',
  };
  const outcome = await commit(world, context, [{ table: Orders, key: { orderId } }], async ([order]) => {
    // The index may be behind, and the day may be open again.
    const open = !order || isServed(await settingsOf(world), order.deliveryDay);
    if (open || !holdsReservation(order)) return refuse('INVALID_TRANSITION');
    return ending(world, context, order, { reason: 'HOLIDAY' });
  });
  if (outcome instanceof Problem && outcome.code !== 'INVALID_TRANSITION') throw outcome;
}
