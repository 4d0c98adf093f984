import { useEffect, useState } from 'react';

/** A value once it has stayed the same for a moment, so that not every key and tap asks a door. */
export function useSettled<T>(value: T, ms = 350): T {
  const text = JSON.stringify(value);
  const [settled, setSettled] = useState({ text, value });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the value
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ text, value }), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return settled.value;
}
