import type { Write } from '#shared/data/write.ts';
import { addDays, type Day } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';
import { addressKeyOf, type Stop, Stops, shareStop, stopKeyFor } from './models/Stop.ts';
import type { HeldStop } from './rules/heldStops.ts';

/** Orders by hand are for so many days ahead at most. */
const BOOKED_DAYS = 91;

/**
 * Where a household has ordered by hand for the door of a standing order, both are one stop. Of the stops that a standing
 * order comes to, those where such an order has booked the place, which is the standing order's from now on; of those it
 * leaves, where the order that stays has none of its own and gets this one.
 */
export async function sharing(
  world: World,
  userId: string,
  today: Day,
  { more, less }: { more: readonly HeldStop[]; less: readonly HeldStop[] },
): Promise<{ share: HeldStop[]; unshare: HeldStop[]; writes: Write[] }> {
  const last = addDays(today, BOOKED_DAYS);
  const near = [...more, ...less].filter(({ day }) => day <= last);
  const places = [...new Map(near.map(({ day, slotId }) => [`${day} ${slotId}`, { day, slotId }])).values()];
  const rows = await world.store.getMany(
    places.map(({ day, slotId }) => ({ table: Stops, key: stopKeyFor(day, slotId, userId) })),
  );
  const sum = { share: [] as HeldStop[], unshare: [] as HeldStop[], writes: [] as Write[] };
  for (const [i, place] of places.entries()) {
    const row = rows[i] as Stop | undefined;
    if (!row) continue;
    const isHere = (stop: HeldStop) => stop.day === place.day && stop.slotId === place.slotId;
    const isShared = (stop: HeldStop) => row.shared?.includes(addressKeyOf(stop.address)) ?? false;
    const isOrdered = (stop: HeldStop) => (row.orders[addressKeyOf(stop.address)] ?? 0) > 0;
    const share = more.filter((stop) => isHere(stop) && isOrdered(stop) && !isShared(stop));
    const unshare = less.filter((stop) => isHere(stop) && isShared(stop));
    if (share.length + unshare.length === 0) continue;
    const keys = (stops: readonly HeldStop[]) => stops.map(({ address }) => addressKeyOf(address));
    sum.share.push(...share);
    sum.unshare.push(...unshare);
    sum.writes.push(...shareStop(row, { ...place, userId }, { share: keys(share), unshare: keys(unshare) }));
  }
  return sum;
}
