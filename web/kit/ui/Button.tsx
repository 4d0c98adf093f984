import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link } from 'wouter';

const kinds = {
  primary: 'bg-float text-on-float hover:bg-float-deep border-transparent',
  butter: 'bg-butter text-on-butter hover:brightness-95 border-transparent',
  quiet: 'bg-paper text-ink hover:bg-float-wash border-line-strong',
  bare: 'bg-transparent text-float hover:bg-float-wash border-transparent',
  danger: 'bg-paper text-berry hover:bg-berry-wash border-berry',
} as const;

const sizes = {
  small: 'min-h-9 px-3 text-sm',
  normal: 'min-h-11 px-4',
  large: 'min-h-14 px-6 text-lg',
} as const;

interface Look {
  kind?: keyof typeof kinds;
  size?: keyof typeof sizes;
  wide?: boolean;
}

function look({ kind = 'quiet', size = 'normal', wide }: Look): string {
  return `inline-flex items-center justify-center gap-2 rounded-full border font-semibold leading-tight text-center transition-[background,filter,transform] duration-150 active:scale-[0.98] disabled:opacity-60 disabled:active:scale-100 aria-disabled:opacity-60 no-underline select-none ${kinds[kind]} ${sizes[size]} ${wide ? 'w-full' : ''}`;
}

type ButtonProps = Look &
  ButtonHTMLAttributes<HTMLButtonElement> & {
    /** Something is under way because it was pressed: it says so, and takes no second press. */
    busy?: boolean;
  };

export function Button({ kind, size, wide, busy, children, className = '', onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={`${look({ kind, size, wide })} ${className}`}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

/** A link that looks like a button. */
export function LinkButton({
  to,
  children,
  className = '',
  ...rest
}: Look & { to: string; children: ReactNode; className?: string }) {
  return (
    <Link href={to} className={`${look(rest)} ${className}`}>
      {children}
    </Link>
  );
}

/** A button that shows an icon only; its label is read out. */
export function IconButton({
  label,
  children,
  className = '',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`inline-grid size-11 place-items-center rounded-full border border-transparent text-ink transition-colors hover:bg-float-wash disabled:opacity-50 ${className}`}
    >
      {children}
    </button>
  );
}

export function Spinner({ className = 'size-4' }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" className={`animate-spin ${className}`} aria-hidden="true">
      <circle cx="12" cy="12" r="9" fill="none" stroke="currentColor" strokeWidth="3" opacity="0.25" />
      <path d="M12 3a9 9 0 0 1 9 9" fill="none" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
