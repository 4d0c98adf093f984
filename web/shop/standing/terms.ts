import type { Input } from '../../kit/api/client.ts';
import type { Subscription } from '../../kit/api/doors.gen.ts';
import { type Weekday, weekdays } from '../../kit/formats.ts';
import type { Address } from '../../kit/ui/Address.tsx';

type Asked = Input<'POST /order/subscribe'>;
export type Schedule = Asked['schedule'];
export type Item = Subscription['items'][number];

/** What a household can say of a standing order, while it says it. */
export interface Terms {
  items: Item[];
  schedule: Schedule;
  slot: string;
  address: Address;
  paymentMethod: Asked['paymentMethod'];
}

/** Whether each weekday has a quantity of its own. */
export function isByWeekday({ schedule, items }: Terms): boolean {
  return schedule.type === 'WEEKDAYS' || items.some(({ qtyByWeekday }) => qtyByWeekday);
}

/** How many of an item come on a weekday on which the order comes. */
export function quantityOn({ schedule }: Terms, item: Item, weekday: Weekday): number {
  if (schedule.type === 'WEEKDAYS' && !schedule.days.includes(weekday)) return 0;
  return item.qtyByWeekday?.[weekday] ?? item.qty;
}

/** With another quantity of an item on one weekday; a weekday on which nothing is left is no day of the schedule. */
export function withQuantityOn(terms: Terms, item: Item, weekday: Weekday, qty: number): Terms {
  const items = terms.items.map((one) => {
    const each = weekdays.map(
      (day) => [day, one === item && day === weekday ? qty : quantityOn(terms, one, day)] as const,
    );
    const most = Math.max(1, ...each.map(([, n]) => n));
    return { ...one, qty: most, qtyByWeekday: Object.fromEntries(each) as Item['qtyByWeekday'] };
  });
  if (terms.schedule.type !== 'WEEKDAYS') return { ...terms, items };
  const days = weekdays.filter((day) => items.some(({ qtyByWeekday }) => (qtyByWeekday?.[day] ?? 0) > 0));
  return { ...terms, items, schedule: { type: 'WEEKDAYS', days } };
}

/** With another kind of schedule; one without weekdays of its own has one quantity for all days. */
export function withSchedule(terms: Terms, schedule: Schedule): Terms {
  if (schedule.type === 'WEEKDAYS') return { ...terms, schedule };
  return { ...terms, schedule, items: terms.items.map(({ qtyByWeekday: _, ...item }) => item) };
}

/** The items as a door takes them: without those that never come. */
function itemsOf({ schedule, items }: Terms): Asked['items'] {
  return items.flatMap(({ name: _, qtyByWeekday, ...item }) => {
    if (!qtyByWeekday) return [item];
    const days = schedule.type === 'WEEKDAYS' ? schedule.days : weekdays;
    const kept = days.map((day) => [day, qtyByWeekday[day] ?? item.qty] as const);
    if (kept.every(([, qty]) => qty === 0)) return [];
    return [{ ...item, qtyByWeekday: Object.fromEntries(kept) as Item['qtyByWeekday'] }];
  });
}

/** The terms as doors take them; an address that is not begun is the profile's. */
export function askedOf(terms: Terms) {
  const { schedule, slot, address, paymentMethod } = terms;
  return {
    items: itemsOf(terms),
    schedule,
    slot,
    ...(address.line1.trim() ? { address: filled(address) } : {}),
    paymentMethod,
  };
}

/** An address without fields that are left empty. */
export function filled(address: Address): Address {
  return Object.fromEntries(
    Object.entries(address).filter(([, value]) => typeof value === 'number' || value?.trim()),
  ) as Address;
}

/** Why the terms cannot be asked for yet. */
export function missingIn(terms: Terms): 'chooseDay' | 'chooseItem' | undefined {
  const { schedule } = terms;
  if (schedule.type === 'WEEKDAYS' && schedule.days.length === 0) return 'chooseDay';
  if (schedule.type === 'MONTHLY' && schedule.daysOfMonth.length === 0) return 'chooseDay';
  return itemsOf(terms).length === 0 ? 'chooseItem' : undefined;
}

/** What of the new terms differs from those that are. */
export function changesOf(before: Terms, after: Terms) {
  const [was, is] = [askedOf(before), askedOf(after)];
  const differs = (name: keyof typeof is) => JSON.stringify(was[name]) !== JSON.stringify(is[name]);
  return Object.fromEntries(
    (Object.keys(is) as (keyof typeof is)[]).filter(differs).map((name) => [name, is[name]]),
  ) as Partial<typeof is>;
}
