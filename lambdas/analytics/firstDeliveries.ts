import { StoreError } from '#shared/data/wire.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import type { World } from '#shared/world.ts';
import { FirstDeliveries, type FirstDelivery, noteDelivery } from './models/FirstDelivery.ts';

/** Notes the households that were delivered to for the first time, as far as a batch of events tells. */
export async function noteFirstDeliveries(
  world: World,
  events: readonly DairyEvent[],
  timeZone: string,
): Promise<void> {
  const days = new Map<string, Day>();
  for (const { eventType, userId, timestamp } of events) {
    if (eventType !== 'ORDER_DELIVERED' || userId === undefined) continue;
    const day = dayOf(timestamp, timeZone);
    const known = days.get(userId);
    if (known === undefined || day < known) days.set(userId, day);
  }
  const known = await firstDaysOf(world, [...days.keys()]);
  for (const [userId, day] of days) {
    if ((known.get(userId) ?? '9999') > day) await note(world, userId, day);
  }
}

/** The first days of some households, as far as they are known. */
export async function firstDaysOf(world: World, userIds: readonly string[]): Promise<Map<string, Day>> {
  const rows = await world.store.getMany(
    userIds.map((userId) => ({ table: FirstDeliveries, key: { userId } })),
  );
  return new Map(
    (rows as (FirstDelivery | undefined)[]).flatMap((row) => (row ? [[row.userId, row.day]] : [])),
  );
}

async function note(world: World, userId: string, day: Day): Promise<void> {
  try {
    await world.store.write(noteDelivery(userId, day));
  } catch (error) {
    // Somebody noted an earlier day in between.
    if (!(error instanceof StoreError) || error.name !== 'ConditionalCheckFailedException') throw error;
  }
}
