import type { ReactNode } from 'react';
import { Link } from 'wouter';

/** A part of a page with a heading, on paper. */
export function Card({
  title,
  aside,
  children,
  className = '',
}: {
  title?: string;
  /** Beside the heading: a link, a figure. */
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={`card grid content-start gap-3 p-4 ${className}`}>
      {title && (
        <div className="flex flex-wrap items-baseline justify-between gap-2">
          <h2 className="text-xl">{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}

/** A figure that is seen from afar, and what it counts; a link where there is more of it. */
export function Figure({
  label,
  value,
  to,
  bad,
}: {
  label: string;
  value: ReactNode;
  to?: string;
  bad?: boolean;
}) {
  const inside = (
    <>
      <span className={`figures block font-display text-3xl font-bold ${bad ? 'text-berry' : 'text-float'}`}>
        {value}
      </span>
      <span className="block text-sm text-soft">{label}</span>
    </>
  );
  const look = 'card block min-w-0 px-4 py-3';
  return to ? (
    <Link href={to} className={`${look} no-underline hover:bg-float-wash`}>
      {inside}
    </Link>
  ) : (
    <div className={look}>{inside}</div>
  );
}

const fills = { good: 'bg-meadow', bad: 'bg-berry', busy: 'bg-butter', plain: 'bg-float' } as const;

/** How far something is: parts of a whole, in the order given. The words beside it say the same. */
export function Meter({
  label,
  total,
  parts,
}: {
  label: string;
  total: number;
  parts: readonly { value: number; fill: keyof typeof fills }[];
}) {
  const done = parts.reduce((sum, { value }) => sum + value, 0);
  return (
    // The element <meter> has one part only.
    // biome-ignore lint/a11y/useSemanticElements: it shows several parts
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(total, 1)}
      aria-valuenow={Math.min(done, Math.max(total, 1))}
      className="flex h-3 overflow-hidden rounded-full bg-line"
    >
      {parts.map(({ value, fill }) => (
        <svg
          key={fill}
          aria-hidden="true"
          className={`h-full shrink-0 ${fills[fill]}`}
          width={`${Math.min(100, (100 * value) / Math.max(total, 1))}%`}
        />
      ))}
    </div>
  );
}
