import type { ReactNode } from 'react';

const isWide = () => matchMedia('(width >= 48rem)').matches;

/** What is always there on a large screen, and folded away on a phone unless it is in use. */
export function Fold({ title, open, children }: { title: string; open: boolean; children: ReactNode }) {
  return (
    <details open={open || isWide()} className="no-print">
      <summary className="min-h-11 content-center font-semibold text-float md:hidden">{title}</summary>
      {children}
    </details>
  );
}
