import type { Day } from '#shared/domain/day.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';

/** The part of a day's list that a page shows, and where the next one begins. */
export interface DayPage<T> {
  rows: T[];
  cursor?: string;
}

/**
 * A page of a day's whole list. It begins after the row that the last page ended with, found by its id in all that the
 * day has, so that what left the filter meanwhile does not lose the place.
 */
export function pageOfDay<T>(
  all: readonly T[],
  { day, limit, cursor }: { day: Day; limit: number; cursor?: string },
  idOf: (row: T) => string,
  isAsked: (row: T) => boolean = () => true,
): DayPage<T> | Problem {
  const place = cursor === undefined ? 0 : placeAfter(all, day, cursor, idOf);
  if (typeof place !== 'number') return place;
  const rows: T[] = [];
  for (let i = place; i < all.length; i++) {
    const row = all[i] as T;
    if (!isAsked(row)) continue;
    const last = rows.at(-1);
    if (rows.length === limit && last) return { rows, cursor: cursorOf(day, idOf(last)) };
    rows.push(row);
  }
  return { rows };
}

function cursorOf(day: Day, id: string): string {
  return Buffer.from(JSON.stringify([day, id])).toString('base64url');
}

function placeAfter<T>(
  all: readonly T[],
  day: Day,
  cursor: string,
  idOf: (row: T) => string,
): number | Problem {
  const id = idIn(cursor, day);
  const place = id === undefined ? -1 : all.findIndex((row) => idOf(row) === id);
  return place < 0 ? refuse('INVALID_CURSOR') : place + 1;
}

function idIn(cursor: string, day: Day): string | undefined {
  try {
    const [of, id]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return of === day && typeof id === 'string' ? id : undefined;
  } catch (error) {
    // Not JSON, or none that is a list.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
