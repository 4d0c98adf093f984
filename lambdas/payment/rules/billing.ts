import { addDays, type Day } from '#shared/domain/day.ts';
import type { Billing } from '../models/Account.ts';

/** The last day of the billing period that a day lies in: its Sunday, or the end of its month. */
export function periodEnd(day: Day, billing: Billing): Day {
  if (billing === 'WEEKLY') {
    const weekday = new Date(day).getUTCDay();
    return addDays(day, (7 - weekday) % 7);
  }
  const [year = 0, month = 0] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}
