import { csvOf } from '#shared/domain/csv.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { type Pockets, pockets } from './accounts.ts';
import type { Statement, StatementLine } from './statement.ts';
import type { StatementWords } from './words.ts';

const changes = pockets.map((pocket) => `${pocket}Change`);
const columns = ['day', 'at', 'kind', 'what', 'movementId', 'orderId', ...changes, ...pockets];

/** A statement's movements between its opening and closing balance, one row each, amounts in major units. */
export function statementCsv(
  statement: Statement,
  words: StatementWords,
  describe: (line: StatementLine) => string,
): string {
  const { from, to, opening, closing, lines } = statement;
  const rows = lines.map((line) => ({
    day: line.day,
    at: line.at,
    kind: line.kind,
    what: describe(line),
    movementId: line.movementId,
    orderId: line.orderId,
    ...majors(line.change, 'Change'),
    ...majors(line.balance),
  }));
  return csvOf(columns, [
    { day: from, kind: 'OPENING', what: words.opening, ...majors(opening) },
    ...rows,
    { day: to, kind: 'CLOSING', what: words.closing, ...majors(closing) },
  ]);
}

function majors(amounts: Pockets, suffix = ''): Record<string, Minor> {
  return Object.fromEntries(pockets.map((pocket) => [`${pocket}${suffix}`, toMajor(amounts[pocket])]));
}
