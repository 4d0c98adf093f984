import { z } from '@hono/zod-openapi';
import { absent, any, atLeast, is } from '#shared/data/condition.ts';
import type { SlotOnDay } from '#shared/data/slot.ts';
import { defineTable } from '#shared/data/table.ts';
import { put, update, type Write } from '#shared/data/write.ts';
import type { Address } from '#shared/domain/address.ts';
import type { Day } from '#shared/domain/day.ts';
import { hash32 } from '#shared/domain/shard.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import { figureOn, leavePlace, type SlotPlace, takePlace } from './SlotPlace.ts';

/** How many counters one slot's bookings are spread over; more than one when a slot is too busy for one row. */
const COUNTERS = 1;

/** How many stops are booked in a slot on a day. */
export const SlotDay = onDemand(() => z.object({ slotDayId: z.string(), booked: z.number().int() }));
export const SlotDays = defineTable('SlotDays', SlotDay, { hash: 'slotDayId' });

/** A household's stops in a slot on a day: how many of its orders go to each address. One address is one stop. */
export const Stop = onDemand(() =>
  z.object({
    stopId: z.string(),
    orders: z.record(z.string(), z.number().int()),
    /** Addresses at which a standing order holds the place: no other is booked for the orders there. */
    shared: z.array(z.string()).optional(),
    version: z.number().int(),
  }),
);
export type Stop = TypeOf<typeof Stop>;
export const Stops = defineTable('Stops', Stop, { hash: 'stopId' });

export function stopKeyFor(day: Day, slotId: string, userId: string) {
  return { stopId: `${day}#${slotId}#${userId}` };
}

/** The name of an address among a household's stops. */
export function addressKeyOf(address: Address | undefined): string {
  if (!address) return 'none';
  const parts = [address.line1, address.line2, address.city, address.pincode];
  return hash32(parts.map((part) => (part ?? '').trim().toLowerCase()).join('\n')).toString(36);
}

function counterOf(day: Day, slotId: string, userId: string): { slotDayId: string; part: number } {
  const part = hash32(userId) % COUNTERS;
  return { slotDayId: `${day}#${slotId}#${part}`, part };
}

/** The keys of every counter of a slot on a day; their sum is what is booked. */
export function slotDayKeys(day: Day, slotId: string) {
  return Array.from({ length: COUNTERS }, (_, part) => ({ slotDayId: `${day}#${slotId}#${part}` }));
}

/**
 * Books an order's stop: the slot's capacity counts it once for each household and address. Where a standing order stops
 * there anyway, it is `shared` and takes no place.
 */
export function bookStop(
  stop: Stop | undefined,
  slot: SlotOnDay,
  userId: string,
  { addressKey, shared }: { addressKey: string; shared: boolean },
): Write[] {
  const had = stop?.orders[addressKey] ?? 0;
  const row: Stop = {
    ...stop,
    ...stopKeyFor(slot.day, slot.slotId, userId),
    orders: { ...stop?.orders, [addressKey]: had + 1 },
    ...(shared && had === 0 ? { shared: [...(stop?.shared ?? []), addressKey] } : {}),
    version: (stop?.version ?? 0) + 1,
  };
  const writes = [put(Stops, row, stop ? is('version', stop.version) : absent('stopId'))];
  if (had === 0 && !shared) writes.push(...bookSlot(slot, userId));
  return writes;
}

/** Where a slot has a capacity its place is taken as well; the counter tells what orders by hand have booked. */
function bookSlot(slot: SlotOnDay, userId: string): Write[] {
  const counter = countBooked(slot.day, slot.slotId, userId, 1);
  return slot.capacity === null ? [counter] : [counter, takePlace(slot.slotId, slot.day, slot.capacity)];
}

/** Takes an order off its stop; the last one gives the slot's place back, where the slot's `places` are counted. */
export function releaseStop(
  stop: Stop,
  place: { deliveryDay: Day; slotId: string; userId: string; stopKey: string },
  places: SlotPlace | undefined,
): Write[] {
  const left = (stop.orders[place.stopKey] ?? 0) - 1;
  const orders = { ...stop.orders };
  if (left > 0) orders[place.stopKey] = left;
  else delete orders[place.stopKey];
  const isShared = stop.shared?.includes(place.stopKey) ?? false;
  const shared = left > 0 ? stop.shared : stop.shared?.filter((addressKey) => addressKey !== place.stopKey);
  const row = { ...stop, orders, shared, version: stop.version + 1 };
  const writes = [put(Stops, row, is('version', stop.version))];
  if (left === 0 && !isShared) {
    writes.push(countBooked(place.deliveryDay, place.slotId, place.userId, -1));
    const taken = figureOn(places, 'taken', place.deliveryDay) ?? 0;
    if (taken > 0) writes.push(leavePlace(place.slotId, place.deliveryDay));
  }
  return writes;
}

/** Adds to what orders by hand have booked. */
function countBooked(day: Day, slotId: string, userId: string, by: number): Write {
  const { slotDayId } = counterOf(day, slotId, userId);
  const condition = by < 0 ? atLeast('booked', -by) : any(absent('slotDayId'), atLeast('booked', 0));
  return update(SlotDays, { slotDayId }, { add: { booked: by } }, condition);
}

/**
 * Has a standing order's places count for a household's orders at some addresses, and those at others book their own
 * again, because the standing order left.
 */
export function shareStop(
  stop: Stop,
  place: { day: Day; slotId: string; userId: string },
  { share, unshare }: { share: readonly string[]; unshare: readonly string[] },
): Write[] {
  const shared = [...(stop.shared ?? []).filter((addressKey) => !unshare.includes(addressKey)), ...share];
  const by = unshare.length - share.length;
  return [
    put(Stops, { ...stop, shared, version: stop.version + 1 }, is('version', stop.version)),
    ...(by === 0 ? [] : [countBooked(place.day, place.slotId, place.userId, by)]),
  ];
}
