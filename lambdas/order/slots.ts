import { settingsOf } from '#shared/data/settings.ts';
import { addDays, type Day, dayOf } from '#shared/domain/day.ts';
import { refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { figureOn, monthKey, type SlotPlace, SlotPlaces } from './models/SlotPlace.ts';
import { isServed, slotOnDay } from './rules/cutoff.ts';
import { countPlaces } from './standingCount.ts';

/** The slots of a day, with what room each has left; only those whose cutoff lies ahead. */
export async function listSlots(world: World, { input }: Call<{ date?: string; pincode?: string }>) {
  const settings = await settingsOf(world);
  const now = world.clock.now();
  if (
    input.pincode &&
    settings.servedPincodes.length > 0 &&
    !settings.servedPincodes.includes(input.pincode)
  ) {
    return refuse('OUTSIDE_SERVICE_AREA', undefined, {
      errors: [{ pointer: '?pincode', detail: 'is not served' }],
    });
  }
  const today = dayOf(now, settings.timeZone);
  const day = input.date ?? addDays(today, 1);
  if (day > addDays(today, settings.bookAheadDays)) return [];
  if (!isServed(settings, day)) return [];
  const open = settings.slots
    .map((window) => slotOnDay(settings, window, day))
    .filter((slot) => slot.cutoffAt > now.toISOString());
  const taken = await takenOn(
    world,
    day,
    open.filter(({ capacity }) => capacity !== null).map(({ slotId }) => slotId),
  );
  return open.map(({ slotId, startsAt, endsAt, cutoffAt, capacity }) => ({
    slotId,
    startsAt,
    endsAt,
    cutoffAt,
    capacityLeft: capacity === null ? null : Math.max(0, capacity - (taken.get(slotId) ?? capacity)),
  }));
}

/** How many places of slots are taken on a day; those that nobody has counted yet are missing. */
async function takenOn(world: World, day: Day, slotIds: readonly string[]): Promise<Map<string, number>> {
  const look = async () => {
    const rows = await world.store.getMany(
      slotIds.map((slotId) => ({ table: SlotPlaces, key: monthKey(slotId, day) })),
    );
    const found = slotIds.map((slotId, i) => [
      slotId,
      figureOn(rows[i] as SlotPlace | undefined, 'taken', day),
    ]);
    return new Map(found.filter((entry): entry is [string, number] => entry[1] !== undefined));
  };
  if (slotIds.length === 0) return new Map();
  const taken = await look();
  return taken.size < slotIds.length && (await countPlaces(world)) ? look() : taken;
}
