import type { Weekday } from '#shared/data/settings.ts';
import type { Day, Instant } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import type { Thing, Visit } from './facts.ts';
import { fence } from './fences.ts';
import type { Occasion } from './occasion.ts';

/** What a message says in one language, before it becomes text, HTML or a text message. */
export interface Words {
  /** The subject of the e-mail and the first line of its text. */
  subject: string;
  paragraphs: readonly string[];
  /** Label and value, shown as a small table. */
  facts?: readonly (readonly [string, string])[];
  /** Shown large, to be copied. */
  code?: string;
  /** The whole of the text message, where there is one. */
  sms?: string;
}

/** How values read in a language, fenced (rules/fences.ts): a text message's template has a variable for each. */
export interface Say {
  /** An id, a number, a name: as it is. */
  value(text: string | number): string;
  /** What may be longer than one variable holds. */
  long(text: string): string;
  /** The person's name, if it is known and harmless. */
  name?: string;
  dairy: string;
  money(minor: Minor): string;
  day(day: Day): string;
  clock(at: Instant): string;
  /** Day and clock time, e.g. "Tue, 5 January, 22:00". */
  moment(at: Instant): string;
  /** Not fenced: it stands in a list. */
  weekday(weekday: Weekday): string;
  /** Of `YYYY-MM`. */
  month(month: string): string;
  /** Day and window of a delivery, e.g. "Tue, 5 January, 07:00–10:00". */
  visit(visit: Visit): string;
  /** What stands where a secret will be put at the moment of sending. */
  mask: string;
}

type OccasionOf<T extends Occasion['type']> = Extract<Occasion, { type: T }>;

/** A language: the words of every occasion, and of what surrounds them. */
export type Language = {
  regards(dairy: string): string;
  /** Below the letter: why it came. */
  footer(dairy: string): string;
} & { [T in Occasion['type']]: (occasion: OccasionOf<T>, say: Say) => Words };

/** A reason as people read it: known codes in words, other codes spelt out, what staff wrote as they wrote it. */
export function reasonText(
  reason: string | undefined,
  known: Readonly<Record<string, string>>,
): string | undefined {
  if (!reason) return undefined;
  const phrase = known[reason];
  if (phrase !== undefined) return phrase;
  const text = /^[A-Z][A-Z0-9_]*$/.test(reason) ? reason.toLowerCase().replaceAll('_', ' ') : reason;
  return oneLine(text).slice(0, 120) || undefined;
}

/** Text without line breaks and control characters, so that it cannot make headers or lines of its own. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

/** Things as they are read one after the other, however many one value. */
export function listed(things: readonly Thing[]): string {
  return fence(things.map(({ name, qty }) => `${qty} × ${name}`).join(', '), 'long');
}
