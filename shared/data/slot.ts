import { addDays, type Day, dayOf, type Instant, instantOf } from '#shared/domain/day.ts';
import { type Settings, type SlotWindow, type Weekday, weekdays } from './settings.ts';

/** A slot on one delivery day: a half-open window of instants and the last moment to change it. */
export interface SlotOnDay {
  slotId: string;
  day: Day;
  startsAt: Instant;
  endsAt: Instant;
  cutoffAt: Instant;
  capacity: number | null;
}

/** A window of the settings on a day, in instants of the dairy's zone. */
export function slotOn(window: SlotWindow, day: Day, timeZone: string): SlotOnDay {
  return {
    slotId: window.slotId,
    day,
    startsAt: instantOf(day, window.from, timeZone),
    endsAt: instantOf(day, window.to, timeZone),
    cutoffAt: instantOf(addDays(day, -window.cutoffDaysBefore), window.cutoffTime, timeZone),
    capacity: window.capacity,
  };
}

/** The offered window that holds an instant, if any. */
export function slotAt(settings: Settings, at: Date): SlotOnDay | undefined {
  const day = dayOf(at, settings.timeZone);
  const instant = at.toISOString();
  return settings.slots
    .map((window) => slotOn(window, day, settings.timeZone))
    .find((slot) => slot.startsAt <= instant && instant < slot.endsAt);
}

/** How many days ahead a day with a delivery is looked for. */
const MOST_DAYS_AHEAD = 40;

/** The first delivery day that can still be changed: something is delivered then, and some slot's cutoff lies ahead. */
export function nextOpenDay(settings: Settings, now: Date): Day {
  const instant = now.toISOString();
  const closed = new Set(settings.holidays.map(({ day }) => day));
  const isServed = (day: Day) => !closed.has(day) && !settings.closedWeekdays.includes(weekdayOf(day));
  let day = dayOf(now, settings.timeZone);
  for (let ahead = 0; ahead < MOST_DAYS_AHEAD; ahead++, day = addDays(day, 1)) {
    const open = settings.slots.some((window) => slotOn(window, day, settings.timeZone).cutoffAt > instant);
    if (open && isServed(day)) return day;
  }
  return day;
}

function weekdayOf(day: Day): Weekday {
  return weekdays[(new Date(day).getUTCDay() + 6) % 7] ?? 'MON';
}
