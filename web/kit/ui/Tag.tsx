import type { ReactNode } from 'react';

const tones = {
  plain: 'bg-float-wash text-ink',
  good: 'bg-meadow-wash text-meadow',
  warn: 'bg-butter-wash text-ink',
  bad: 'bg-berry-wash text-berry',
} as const;
export type Tone = keyof typeof tones;

/** A short word about how something stands. */
export function Tag({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1 rounded-full px-2.5 py-0.5 text-sm font-semibold ${tones[tone]}`}
    >
      {children}
    </span>
  );
}
