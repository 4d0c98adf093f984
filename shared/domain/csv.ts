import { stringify } from 'csv-stringify/sync';

/**
 * Rows as CSV (RFC 4180) with a header row. Text that a spreadsheet would take for a formula (it begins with
 * = + - or @) gets a leading apostrophe, as OWASP's "CSV injection" asks; numbers stay numbers.
 */
export function csvOf(columns: readonly string[], rows: readonly Record<string, unknown>[]): string {
  return stringify(rows as Record<string, unknown>[], {
    header: true,
    columns: [...columns],
    escape_formulas: true,
    record_delimiter: '\r\n',
  });
}
