import { createContext, createElement, type ReactNode, useContext, useEffect } from 'react';
import type { Output } from './api/client.ts';
import { useDoor } from './api/hooks.ts';

/** What everybody may know of the dairy. */
export type Dairy = Output<'GET /dairy'>;

const KEY = 'milkfloat.dairy';
const DairyContext = createContext<Dairy | undefined>(undefined);

export function useDairy(): Dairy {
  const dairy = useContext(DairyContext);
  if (!dairy) throw new Error('useDairy outside of DairyProvider');
  return dairy;
}

/** Asks for the dairy once, and keeps it for the next visit, also one without a connection. */
export function DairyProvider({ children }: { children: (failed: unknown) => ReactNode }): ReactNode {
  const { data, error } = useDoor('GET /dairy', {}, { staleMs: 600_000 });
  useEffect(() => {
    if (data) localStorage.setItem(KEY, JSON.stringify(data));
  }, [data]);
  const dairy = data ?? kept();
  if (!dairy) return error ? children(error) : null;
  return createElement(DairyContext, { value: dairy }, children(undefined));
}

function kept(): Dairy | undefined {
  const text = localStorage.getItem(KEY);
  return text ? (JSON.parse(text) as Dairy) : undefined;
}
