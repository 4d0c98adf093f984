import { useEffect, useState } from 'react';

/**
 * What is entered at a door and not yet said, kept while the tab is: phones put a page to sleep when their camera opens,
 * and load it anew afterwards. `forget` ends it.
 */
export function useDraft<T>(name: string, first: T): [T, (next: T) => void, () => void] {
  const key = `milkfloat.draft.${name}`;
  const [value, setValue] = useState<T>(() => {
    const kept = sessionStorage.getItem(key);
    return kept ? (JSON.parse(kept) as T) : first;
  });
  useEffect(() => {
    if (value !== first) sessionStorage.setItem(key, JSON.stringify(value));
  }, [key, value, first]);
  return [value, setValue, () => sessionStorage.removeItem(key)];
}
