import { addDays, type Day, dayOf, type Instant, instantOf } from '#shared/domain/day.ts';
import type { Settings, SlotWindow } from './settings.ts';

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

/** The first delivery day that can still be changed: some slot's cutoff lies ahead. */
export function nextOpenDay(settings: Settings, now: Date): Day {
  const instant = now.toISOString();
  let day = dayOf(now, settings.timeZone);
  for (let ahead = 0; ahead < 10; ahead++, day = addDays(day, 1)) {
    if (settings.slots.some((window) => slotOn(window, day, settings.timeZone).cutoffAt > instant))
      return day;
  }
  return day;
}
