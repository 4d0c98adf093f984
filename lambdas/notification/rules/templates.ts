import { createHash } from 'node:crypto';
import type { User } from '#lambdas/user/models/User.ts';
import { type Settings, weekdays } from '#shared/data/settings.ts';
import { clockTimeOf, type Day, dayOf } from '#shared/domain/day.ts';
import { showMoney } from '#shared/domain/money.ts';
import { english } from './english.ts';
import { bare, clip, fence, fitted, templateOf, usualLength } from './fences.ts';
import { hindi } from './hindi.ts';
import { letterHtml } from './letter.ts';
import type { Occasion } from './occasion.ts';
import { type Language, oneLine, type Say, type Words } from './wording.ts';

const languages = { en: english, hi: hindi };
const locales = { en: 'en-IN', hi: 'hi-IN' };

/** Longest text message; one that is longer is cut. */
const SMS_CHARS = 160;
/** What stands in a stored message for its secret. */
export const MASK = '••••••••';

/** For whom and from whom a message is. */
export interface Reader {
  language: 'en' | 'hi';
  name?: string;
  dairyName: string;
  currency: string;
  timeZone: string;
}

export function readerOf(user: User, { dairyName, currency, timeZone }: Settings): Reader {
  return { language: user.preferences?.language ?? 'en', name: user.name, dairyName, currency, timeZone };
}

/** A message in all its forms. */
export interface Rendered {
  subject: string;
  text: string;
  html: string;
  sms: string;
  /** What the text message was made from; none where it was cut, or somebody else chose its words. */
  template?: SmsTemplate;
}

/** A text message with its values left open. */
export interface SmsTemplate {
  /** `TYPE.language.sum`; the sum is of the text, so that other words never go by the name of these. */
  name: string;
  text: string;
}

/** An occasion in the reader's language. Secrets are masked; `reveal` puts them in. */
export function render(occasion: Occasion, reader: Reader): Rendered {
  const language: Language = languages[reader.language];
  const words = wordsOf(language, occasion, sayFor(reader));
  const brief = words.sms ?? briefly(words, sayFor(reader));
  const { text: sms, isWhole } = fitted(brief, SMS_CHARS);
  const template = isWhole ? named(`${occasion.type}.${reader.language}`, templateOf(brief)) : undefined;
  return { ...letterOf(bareWords(words), language, reader), sms, template };
}

function named(kind: string, text: string): SmsTemplate {
  const sum = createHash('sha256').update(text).digest('hex').slice(0, 6);
  return { name: `${kind}.${sum}`, text };
}

/**
 * What a letter comes to in a text message, for who gets no letters: its subject, and its first sentence where that
 * usually fits. A sentence cut short would be of no template.
 */
function briefly({ subject, paragraphs }: Words, { dairy }: Say): string {
  const [short, long] = [[subject], [subject, paragraphs[0] ?? '']].map((parts) => {
    const said = parts.map(oneLine).filter(Boolean).join(' - ');
    return said.includes(dairy) ? said : `${said} - ${dairy}`;
  });
  return long !== undefined && usualLength(long) <= SMS_CHARS ? long : (short ?? '');
}

function bareWords({ subject, paragraphs, facts, code }: Words): Words {
  return {
    subject: bare(subject),
    paragraphs: paragraphs.map(bare),
    facts: facts?.map(([label, value]) => [bare(label), bare(value)] as const),
    code: code && bare(code),
  };
}

/** A message whose words somebody else chose: its first line is the subject. */
export function renderGiven(message: string, reader: Reader): Rendered {
  const [first = '', ...rest] = message.split(/\n\s*\n|\r?\n/).map((line) => line.trim());
  const subject = clip(oneLine(first), 90);
  const words = { subject, paragraphs: (subject === first ? rest : [first, ...rest]).filter(Boolean) };
  return { ...letterOf(words, languages[reader.language], reader), text: message, sms: message };
}

/** A stored text with the secret where the mask is. */
export function reveal(text: string, code: string): string {
  return text.replaceAll(MASK, () => code);
}

function wordsOf<T extends Occasion['type']>(
  language: Language,
  occasion: Extract<Occasion, { type: T }>,
  say: Say,
): Words {
  const speak = language[occasion.type as T] as (occasion: Extract<Occasion, { type: T }>, say: Say) => Words;
  return speak(occasion, say);
}

function letterOf(
  words: Words,
  language: Language,
  { dairyName, language: lang }: Reader,
): Omit<Rendered, 'sms'> {
  const dairy = bare(oneLine(dairyName));
  const subject = oneLine(words.subject);
  const facts = (words.facts ?? []).map(([label, value]) => `${oneLine(label)}: ${oneLine(value)}`);
  const parts = [subject, ...(words.code ? [words.code] : []), ...words.paragraphs];
  if (facts.length > 0) parts.push(facts.join('\n'));
  parts.push(language.regards(dairy));
  return {
    subject,
    text: parts.join('\n\n'),
    html: letterHtml({ ...words, subject, lang, dairy, footer: language.footer(dairy) }),
  };
}

function sayFor({ language, name, dairyName, currency, timeZone }: Reader): Say {
  const locale = locales[language];
  // A delivery day is a calendar date: it is shown as such, whatever zone this process runs in.
  const days = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  const names = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  const months = new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' });
  const day = (text: Day) => days.format(new Date(`${text}T00:00:00Z`));
  const clock = (at: string) => clockTimeOf(at, timeZone);
  const harmless = nameOf(name);
  return {
    value: (text) => fence(text),
    long: (text) => fence(text, 'long'),
    name: harmless && fence(harmless),
    dairy: fence(oneLine(dairyName), 'dairy'),
    money: (minor) => fence(showMoney(minor, currency)),
    day: (text) => fence(day(text)),
    clock: (at) => fence(clock(at)),
    moment: (at) => fence(`${day(dayOf(at, timeZone))}, ${clock(at)}`),
    // A week that began on Monday.
    weekday: (weekday) => names.format(new Date(Date.UTC(2027, 0, 4 + weekdays.indexOf(weekday)))),
    month: (month) => fence(months.format(new Date(`${month}-01T00:00:00Z`))),
    visit: (visit) => fence(`${day(visit.day)}, ${clock(visit.startsAt)}–${clock(visit.endsAt)}`),
    mask: fence(MASK),
  };
}

/** A name fit for a message to an address nobody has proved yet: no links, no essays. */
function nameOf(name: string | undefined): string | undefined {
  const text = oneLine(name ?? '');
  const suspicious = /:\/\/|www\.|[@<>]|\w\.(?:[a-z]{2,}|[A-Z]{2,})/.test(text) || text.length > 60;
  return text && !suspicious ? text : undefined;
}
