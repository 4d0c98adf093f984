import { callingCodeOf, readPhone } from '#shared/domain/phone.ts';
import { shardKeys, shardOf } from '#shared/domain/shard.ts';
import type { CustomerKey } from '../models/CustomerKey.ts';
import { emailKeyOf, type User } from '../models/User.ts';

/** Words of a name by which it is found; a longer one is found by its first. */
const MOST_WORDS = 8;
const LONGEST = 60;
/** So many of the last digits of a number find it. */
const LAST_DIGITS = 4;

/** The partitions that hold every household once, by when it came. */
export const everybody = shardKeys('ALL');

/** A beginning that is looked for, and the partition that it is looked for in. */
export interface Beginning {
  part: string;
  text: string;
}

/**
 * The rows that a household is found by: none of staff and of who was erased. They follow from the row alone, so that
 * those of the row before can always be taken away.
 */
export function keysOfCustomer(user: User): CustomerKey[] {
  if (user.role !== 'customer' || user.erasedAt) return [];
  const { userId } = user;
  const beginnings: Beginning[] = [
    { part: everybody[shardOf(userId)] ?? '', text: user.createdAt },
    ...tailsOf(user.name ?? '').map((tail) => beginning('NAME', tail)),
    ...(user.email ? [beginning('MAIL', emailKeyOf(user.email).slice(0, LONGEST))] : []),
    ...numbersOf(user.phone ?? '').map((digits) => beginning('DIAL', digits)),
    ...numbersOf(user.phone ?? '')
      .slice(0, 1)
      .map((digits) => beginning('TAIL', turned(digits))),
  ];
  const rows = beginnings.map(({ part, text }) => ({ part, key: `${text} ${userId}`, userId }));
  return [...new Map(rows.map((row) => [`${row.part} ${row.key}`, row])).values()];
}

/** Where the desk's words are looked for, in this order: as a telephone number, as an e-mail address, as a name. */
export function beginningsOf(q: string, country: string): Beginning[] {
  const mail = beginning('MAIL', emailKeyOf(q).slice(0, LONGEST));
  if (q.includes('@')) return [mail];
  const name = foldedWords(q).join(' ').slice(0, LONGEST);
  const named = name ? [beginning('NAME', name)] : [];
  const written = /^[\s+().\d-]+$/.test(q) ? bare(q) : '';
  if (!written) return [mail, ...named];
  const code = callingCodeOf(country);
  const abroad = code && written.startsWith(code) && written.length > code.length;
  return [
    beginning('DIAL', written),
    ...(abroad ? [beginning('DIAL', written.slice(code.length))] : []),
    ...(written.length >= LAST_DIGITS ? [beginning('TAIL', turned(written))] : []),
    mail,
    ...named,
  ];
}

/** Spread by what it begins with, which whoever looks for it knows. */
function beginning(kind: 'NAME' | 'MAIL' | 'DIAL' | 'TAIL', from: string): Beginning {
  const text = from.toWellFormed();
  return { part: `${kind}#${[...text][0] ?? ''}`, text };
}

/** A name from each of its words on, so that the beginning of any of them finds it, also with what follows. */
function tailsOf(name: string): string[] {
  const words = foldedWords(name);
  return words.slice(0, MOST_WORDS).map((_, i) => words.slice(i).join(' ').slice(0, LONGEST).trimEnd());
}

/** Words without capitals and without the accents of Latin letters; the vowel signs of other scripts stay. */
function foldedWords(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase();
  return plain.split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean);
}

/** A number as it is dialled at home, then from abroad; one that is only text has just its digits. */
function numbersOf(phone: string): string[] {
  const read = phone.startsWith('+') ? readPhone(phone, '') : undefined;
  const numbers = read ? [read.national, read.e164.slice(1)] : [bare(phone)];
  return numbers.filter(Boolean);
}

/** Digits without what is dialled before them at home (0) or abroad (00). */
function bare(text: string): string {
  return text.replaceAll(/\D/g, '').replace(/^0+/, '');
}

function turned(digits: string): string {
  return [...digits].reverse().join('');
}
