import { Temporal } from 'temporal-polyfill';

/** A delivery day: a calendar date `YYYY-MM-DD` in the dairy's time zone, not an instant. */
export type Day = string;
/** An instant: ISO 8601 in UTC with milliseconds, so that text order is time order. */
export type Instant = string;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether text names a day that the calendar has (2027-02-29 is none). */
export function isDay(text: string): text is Day {
  if (!DAY.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Whether text is a time zone this runtime knows, e.g. Asia/Kolkata. */
export function isTimeZone(text: string): boolean {
  try {
    Temporal.Now.zonedDateTimeISO(text);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The calendar date in a zone at an instant. */
export function dayOf(at: Date | Instant, timeZone: string): Day {
  return Temporal.Instant.fromEpochMilliseconds(new Date(at).getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}

/** The day `count` calendar days later (earlier when negative). */
export function addDays(day: Day, count: number): Day {
  return Temporal.PlainDate.from(day).add({ days: count }).toString();
}

/** The day `count` months later; the last of its month where that month is shorter. */
export function addMonths(day: Day, count: number): Day {
  return Temporal.PlainDate.from(day).add({ months: count }).toString();
}

/** The later of two days. */
export function laterDay(a: Day, b: Day): Day {
  return a < b ? b : a;
}

/** Every day from `from` to `to`, both included; empty when `to` is earlier. */
export function daysBetween(from: Day, to: Day): Day[] {
  const days: Day[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

/** The clock time `HH:MM` in a zone at an instant. */
export function clockTimeOf(at: Date | Instant, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(new Date(at).getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' });
}

const known = new Map<string, Instant>();

/**
 * The instant of a clock time `HH:MM` on a day in a zone. In the hour that daylight saving skips it is the
 * moment after the jump; in the hour that comes twice, the first ("compatible" in RFC 5545's sense).
 */
export function instantOf(day: Day, time: string, timeZone: string): Instant {
  const name = `${day} ${time} ${timeZone}`;
  let at = known.get(name);
  if (at === undefined) {
    const zoned = Temporal.PlainDate.from(day).toZonedDateTime({
      timeZone,
      plainTime: Temporal.PlainTime.from(time),
    });
    at = new Date(zoned.epochMilliseconds).toISOString();
    if (known.size > 5_000) known.clear();
    known.set(name, at);
  }
  return at;
}

/** The instant `seconds` after another (before it when negative). */
export function plusSeconds(at: Date | Instant, seconds: number): Instant {
  return new Date(new Date(at).getTime() + seconds * 1000).toISOString();
}

/** Now, or the next millisecond after `earlier` where the clock has not passed it: what follows is dated later. */
export function instantAfter(now: Date, earlier: Instant | undefined): Instant {
  const at = now.toISOString();
  return earlier !== undefined && at <= earlier ? plusSeconds(earlier, 0.001) : at;
}

/** An instant as whole seconds since 1970, the form of a time-to-live attribute; rounds up. */
export function epochSeconds(at: Date | Instant): number {
  return Math.ceil(new Date(at).getTime() / 1000);
}
