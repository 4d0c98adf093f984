/**
 * When a step was done that is told now: as its teller says, but not later than now and not earlier than the step
 * before, because the clocks of phones go wrong. ISO 8601 instants in UTC.
 */
export function doneAt(before: string, now: string, said?: string): { at: string; toldAt?: string } {
  if (said === undefined || said >= now) return { at: now };
  return { at: said < before ? before : said, toldAt: now };
}
