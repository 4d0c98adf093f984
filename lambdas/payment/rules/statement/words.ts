import type { Day } from '#shared/domain/day.ts';
import type { Pocket } from './accounts.ts';
import { english } from './english.ts';
import { hindi } from './hindi.ts';
import type { StatementLine } from './statement.ts';
import type { Totals } from './totals.ts';

/** The words of a statement in one language. */
export interface StatementWords {
  locale: string;
  title: string;
  /** What the statement of a month that is not over says of itself. */
  soFar: (day: string) => string;
  household: string;
  accounts: Record<Pocket, string>;
  summary: { opening: string; change: string; closing: string };
  /** What a month came to, in the order in which they are listed. */
  totals: Record<keyof Totals, string>;
  totalsHeading: string;
  deliveriesHeading: string;
  deliveries: { day: string; what: string; amount: string; none: string; sum: string };
  invoice: (number: string) => string;
  /** Why something did not come, or how far it is. What is not listed is the desk's own words. */
  outcomes: Record<string, string>;
  movementsHeading: string;
  movements: { day: string; what: string; change: string; setAside: string; balance: string };
  /** What kind of movement it was; `day` is the delivery's, where it has one. */
  kinds: Record<string, (day: string | undefined) => string>;
  otherKind: string;
  opening: string;
  closing: string;
  taxHeading: string;
  taxes: { name: string; amount: string };
  licence: { tax: string; food: string };
  madeOn: (when: string) => string;
  page: (number: number, of: number) => string;
}

export const statementWords = { en: english, hi: hindi } satisfies Record<string, StatementWords>;

/** A day in few letters, e.g. "6 Jan". */
export function shortDay(day: Day, { locale }: Pick<StatementWords, 'locale'>): string {
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(day),
  );
}

/** What a movement was, in words. */
export function describeLine({ kind, deliveryDay }: StatementLine, words: StatementWords): string {
  const day = deliveryDay === undefined ? undefined : shortDay(deliveryDay, words);
  return words.kinds[kind]?.(day) ?? words.otherKind;
}

/** What became of a delivery, in words; nothing to say of one that came. A reason that is not ours is the desk's own. */
export function describeOutcome(outcome: string, words: StatementWords): string | undefined {
  return outcome === 'DELIVERED' ? undefined : (words.outcomes[outcome] ?? outcome);
}
