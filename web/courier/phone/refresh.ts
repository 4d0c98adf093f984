import { useSyncExternalStore } from 'react';
import { askPage, Refusal } from '../../kit/api/client.ts';
import { currentSession } from '../../kit/api/session.ts';
import { addDays } from '../../kit/formats.ts';
import type { Stop } from '../rules/stops.ts';
import { forgetOldDays, keepSheet, ownerOf } from './store.ts';

/** How fresh the stops are. */
interface Freshness {
  isBusy: boolean;
  error?: Refusal;
}

let freshness: Freshness = { isBusy: false };
const listeners = new Set<() => void>();

function tell(next: Freshness): void {
  freshness = next;
  for (const listener of listeners) listener();
}

export function useFreshness(): Freshness {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => freshness,
  );
}

/** Asks for the stops of today, of yesterday (what is still open there) and of tomorrow, and keeps them. */
export async function refresh(today: string): Promise<void> {
  const userId = ownerOf();
  if (freshness.isBusy || !userId || currentSession()?.userId !== userId) return;
  tell({ isBusy: true });
  try {
    for (const day of [today, addDays(today, -1), addDays(today, 1)]) {
      if (ownerOf() !== userId) break;
      const asOf = new Date().toISOString();
      await keepSheet({ userId, day, asOf, stops: await stopsOf(day) });
    }
    await forgetOldDays(addDays(today, -3));
    tell({ isBusy: false });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    tell({ isBusy: false, error });
  }
}

/** So many pages of a hundred are more than any courier's day. */
const MOST_PAGES = 20;

async function stopsOf(day: string): Promise<Stop[]> {
  const stops: Stop[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await askPage('GET /delivery/run', { day, cursor });
    stops.push(...answer.rows);
    cursor = answer.cursor;
    if (!cursor) break;
  }
  return stops;
}
