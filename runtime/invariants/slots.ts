import type { Order } from '#lambdas/order/models/Order.ts';
import { figureOn, GATES, isHome, type SlotPlace } from '#lambdas/order/models/SlotPlace.ts';
import { addressKeyOf } from '#lambdas/order/models/Stop.ts';
import { heldStops, limitsOf } from '#lambdas/order/rules/heldStops.ts';
import { addDays, dayOf } from '#shared/domain/day.ts';
import { type Books, groupBy, type Say, Sums } from './books.ts';

/** As far ahead as standing orders are looked at: two months show what is wrong for ever. */
const AHEAD_DAYS = 60;

const slotOf = ({ deliveryDay, slotId }: Order) => `${deliveryDay}#${slotId}`;
const isLive = ({ status }: Order) => status !== 'CANCELLED';

/** I4: a slot's counter, the households' stops and the orders by hand tell one number. */
export function checkStops(books: Books, say: Say): void {
  // What an order run makes comes at the places of standing orders; nobody has booked it.
  const live = books.orders.filter((order) => isLive(order) && order.through !== 'RUN');
  const wanted = groupBy(live, (order) => `${slotOf(order)}#${order.userId} ${order.stopKey}`);
  const kept = new Map<string, number>(
    books.stops.flatMap(({ stopId, orders }) =>
      Object.entries(orders).map(([address, count]) => [`${stopId} ${address}`, count] as [string, number]),
    ),
  );
  for (const key of new Set([...wanted.keys(), ...kept.keys()])) {
    const [orders, count] = [wanted.get(key)?.length ?? 0, kept.get(key) ?? 0];
    if (orders !== count) say('I4', key, `the stop counts ${count} orders, there are ${orders}`);
  }
  // Where a standing order stops anyway nothing is booked.
  const shared = new Set(
    books.stops.flatMap(({ stopId, shared: doors = [] }) => doors.map((door) => `${stopId} ${door}`)),
  );
  for (const stop of shared) if (!wanted.has(stop)) say('I4', stop, 'shares a place with no order');
  const alone = [...wanted.keys()].filter((stop) => !shared.has(stop));
  const stops = groupBy(alone, (stop) => stop.split('#').slice(0, 2).join('#'));
  const booked = bookedOf(books);
  for (const { slotDayId, booked: count } of books.slotDays) {
    if (count < 0) say('I4', slotDayId, `booked is ${count}`);
  }
  for (const slot of new Set([...stops.keys(), ...booked.of.keys()])) {
    const count = stops.get(slot)?.length ?? 0;
    if (booked.get(slot) !== count)
      say('I4', slot, `booked is ${booked.get(slot)}, orders make ${count} stops`);
  }
}

function bookedOf({ slotDays }: Books): Sums {
  const booked = new Sums();
  for (const { slotDayId, booked: count } of slotDays)
    booked.add(slotDayId.split('#').slice(0, 2).join('#'), count);
  return booked;
}

/**
 * I4: what standing orders bring, what order runs made of them and what was ordered by hand, each door once, is no more
 * than there are places: places are taken only where there was room. Capacity may have been set lower since.
 */
export function checkPlaces(books: Books, say: Say, quiet: boolean): void {
  const limits = limitsOf(books.settings);
  const counted = books.slotPlaces.filter(({ slotId }) => slotId === GATES).map(({ part }) => part);
  const today = dayOf(books.now, books.settings.timeZone);
  const doors = doorsOf(books, today);
  const booked = bookedOf(books);
  for (const row of books.slotPlaces.filter((each) => each.slotId !== GATES && !isHome(each))) {
    if (!limits.has(row.slotId) || !counted.includes(row.slotId)) continue;
    for (const day of daysOf(row)) checkDay(row, day, { books, today, doors, booked, quiet }, say);
  }
}

const daysOf = ({ part }: SlotPlace) =>
  Array.from({ length: 31 }, (_, i) => `${part}-${String(i + 1).padStart(2, '0')}`);

function checkDay(
  row: SlotPlace,
  day: string,
  {
    books,
    today,
    doors,
    booked,
    quiet,
  }: {
    books: Books;
    today: string;
    doors: Map<string, Set<string>>;
    booked: Sums;
    quiet: boolean;
  },
  say: Say,
): void {
  const taken = figureOn(row, 'taken', day);
  if (taken === undefined) return;
  const about = `${day}#${row.slotId}`;
  const [standing, room] = [figureOn(row, 'standing', day) ?? 0, figureOn(row, 'room', day) ?? 0];
  if (standing < 0) say('I4', about, `standing orders hold ${standing} places`);
  if (taken !== standing + booked.get(about))
    say('I4', about, `${taken} taken, ${standing} by standing orders and ${booked.get(about)} by hand`);
  // What a holiday moves to the day before it comes there, whatever room there is.
  if (books.settings.holidays.some((holiday) => holiday.day === addDays(day, 1))) return;
  const stops = doors.get(about)?.size ?? 0;
  // A count that met changes counts them twice until the next one; doors are what there may not be too many of.
  if (quiet && taken > room) say('I4', about, `${taken} places taken, room for ${room}`);
  if (stops > room) say('I4', about, `${stops} stops, room for ${room}`);
  if (day >= today && stops > taken) say('I4', about, `${stops} stops, ${taken} places taken`);
}

/** The doors of each day and slot: by orders, and by standing orders whose day no run has dealt with. */
function doorsOf(books: Books, today: string): Map<string, Set<string>> {
  const doors = new Map<string, Set<string>>();
  const add = (slot: string, door: string) => doors.set(slot, (doors.get(slot) ?? new Set()).add(door));
  for (const order of books.orders.filter(isLive)) add(slotOf(order), `${order.userId} ${order.stopKey}`);
  const dealt = new Set([
    ...books.orders.map(({ subscriptionId, deliveryDay }) => `${subscriptionId} ${deliveryDay}`),
    ...books.subscriptionDays.map(({ subscriptionId, day }) => `${subscriptionId} ${day}`),
  ]);
  for (const subscription of books.subscriptions) {
    for (const { day, slotId, address } of heldStops(
      subscription,
      books.settings,
      today,
      addDays(today, AHEAD_DAYS),
    )) {
      if (!dealt.has(`${subscription.subscriptionId} ${day}`))
        add(`${day}#${slotId}`, `${subscription.userId} ${addressKeyOf(address)}`);
    }
  }
  return doors;
}
