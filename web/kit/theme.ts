import { useSyncExternalStore } from 'react';

export type Appearance = 'light' | 'dark' | 'system';

const KEY = 'milkfloat.appearance';
const listeners = new Set<() => void>();
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
let fallback: Appearance = 'system';

function chosen(): Appearance {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' || kept === 'system' ? kept : fallback;
}

function show(): void {
  const appearance = chosen();
  const isDark = appearance === 'dark' || (appearance === 'system' && prefersDark.matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
}

/** Shows the chosen colours; where nobody chose, those that a door begins with. */
export function startTheme(first: Appearance = 'system'): void {
  fallback = first;
  show();
  prefersDark.addEventListener('change', show);
}

export function useAppearance(): [Appearance, (appearance: Appearance) => void] {
  const appearance = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, chosen);
  const choose = (next: Appearance) => {
    localStorage.setItem(KEY, next);
    show();
    for (const listener of listeners) listener();
  };
  return [appearance, choose];
}
