import { useCallback, useState, useSyncExternalStore } from 'react';
import { useDoor } from '../kit/api/hooks.ts';
import { useSession } from '../kit/api/session.ts';

const listeners = new Set<() => void>();

/** The instant of the newest message that was looked at on this device; the dairy does not ask who has read what. */
function useSeenUntil(): [string, (instant: string) => void] {
  const key = `milkfloat.shop.seen.${useSession()?.userId ?? ''}`;
  const until = useSyncExternalStore(subscribe, () => localStorage.getItem(key) ?? '');
  const look = useCallback(
    (instant: string) => {
      if (instant <= (localStorage.getItem(key) ?? '')) return;
      localStorage.setItem(key, instant);
      for (const listener of listeners) listener();
    },
    [key],
  );
  return [until, look];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}

/** Which messages came since the last look, as it was when the page was opened. */
export function useSeen() {
  const [until, look] = useSeenUntil();
  const [before] = useState(until);
  return { isNew: (instant: string) => instant > before, look };
}

const LOOK_MS = 60_000;

/** Whether a message came that was not looked at yet. */
export function useHasNews(): boolean {
  const session = useSession();
  const [until] = useSeenUntil();
  const newest = useDoor(
    'GET /notification/list',
    { limit: 1 },
    { when: session !== undefined, everyMs: LOOK_MS },
  );
  return (newest.data?.[0]?.createdAt ?? '') > until;
}
