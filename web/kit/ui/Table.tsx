import type { ReactNode } from 'react';

export interface Column<R> {
  label: string;
  of: (row: R) => ReactNode;
  /** Figures stand at the end, under each other. */
  end?: boolean;
  /** Buttons need no name of their own on a phone. */
  bare?: boolean;
}

/** Rows with columns; on a phone each row is a card that names its values. The first column is what the row is. */
export function Table<R>({
  caption,
  columns,
  rows,
  keyOf,
}: {
  /** What is listed; read out. */
  caption: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  keyOf: (row: R) => string;
}) {
  return (
    <div className="md:card md:overflow-x-auto print:overflow-visible">
      <table className="w-full border-collapse md:wrap-break-word text-start max-md:block print:table">
        <caption className="sr-only">{caption}</caption>
        <thead className="max-md:sr-only print:not-sr-only">
          <tr className="border-b border-line-strong">
            {columns.map(({ label, end }) => (
              <th
                key={label}
                scope="col"
                className={`px-3 py-2 text-sm text-soft ${end ? 'text-end' : 'text-start'}`}
              >
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="max-md:grid max-md:gap-3">
          {rows.map((row) => (
            <tr
              key={keyOf(row)}
              className="max-md:card max-md:block max-md:px-3 max-md:py-2 md:border-b md:border-line md:last:border-0"
            >
              {columns.map(({ label, of, end, bare }, i) => (
                <Cell key={label} label={label} end={end} bare={bare} isHead={i === 0}>
                  {of(row)}
                </Cell>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({
  label,
  end,
  bare,
  isHead,
  children,
}: {
  label: string;
  end?: boolean;
  bare?: boolean;
  isHead: boolean;
  children: ReactNode;
}) {
  const place = `py-1 md:px-3 md:py-2 align-top ${end ? 'figures md:text-end' : 'text-start'}`;
  if (isHead) {
    return (
      <th scope="row" className={`${place} max-md:block text-start font-semibold`}>
        {children}
      </th>
    );
  }
  if (children === undefined || children === null || children === '') {
    return <td className={`${place} max-md:hidden`} />;
  }
  return (
    <td
      data-label={bare ? undefined : label}
      className={`${place} max-md:flex max-md:justify-between max-md:gap-4 ${bare ? 'max-md:pt-2' : 'max-md:before:shrink-0 max-md:before:text-soft max-md:before:content-[attr(data-label)]'}`}
    >
      {children}
    </td>
  );
}
