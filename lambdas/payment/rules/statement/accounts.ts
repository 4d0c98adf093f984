import type { Minor } from '#shared/domain/money.ts';
import type { Account, Movement } from '../../models/Ledger.ts';

/** A household's accounts as its statement names them; each is what it has, and `owed` what it owes. */
export const household = {
  available: 'wallet',
  deferred: 'held',
  promo: 'promo',
  promoDeferred: 'promoHeld',
  deposits: 'deposit',
  owed: 'owed',
} as const satisfies Record<string, Account>;
export type Pocket = keyof typeof household;
export const pockets = Object.keys(household) as Pocket[];

/** Minor units in each of a household's accounts, as it sees them: never a sign of the books. */
export type Pockets = Record<Pocket, Minor>;

export const empty = (): Pockets => ({
  available: 0,
  deferred: 0,
  promo: 0,
  promoDeferred: 0,
  deposits: 0,
  owed: 0,
});

const pocketOf = new Map<Account, Pocket>(pockets.map((pocket) => [household[pocket], pocket]));

/** What a row of account sums (of the books: a debit positive) is to the household. */
export function pocketsOf(sums: { [K in (typeof household)[Pocket]]?: number } | undefined): Pockets {
  const seen = empty();
  for (const pocket of pockets) seen[pocket] = seenBy(pocket, sums?.[household[pocket]] ?? 0);
  return seen;
}

/** A sum of the books as the household sees it, or the other way round. */
export function seenBy(pocket: Pocket, amount: Minor): Minor {
  // Nought is nought, not minus nought.
  return pocket === 'owed' || amount === 0 ? amount : -amount;
}

/** What a movement adds to each of a household's accounts. */
export function changeOf({ userId: about, lines }: Movement, userId: string): Pockets {
  const change = empty();
  // What schema 1 wrote of held money names no party: it is the household's of the movement.
  for (const { account, party = about, amount } of lines) {
    const pocket = pocketOf.get(account);
    if (pocket && party === userId) change[pocket] += seenBy(pocket, amount);
  }
  return change;
}

export function plus(a: Pockets, b: Pockets): Pockets {
  const sum = empty();
  for (const pocket of pockets) sum[pocket] = a[pocket] + b[pocket];
  return sum;
}

export const same = (a: Pockets, b: Pockets) => pockets.every((pocket) => a[pocket] === b[pocket]);

/** What a household has in all, less what it owes. */
export function netOf(all: Pockets): Minor {
  return pockets.reduce((sum, pocket) => sum + (pocket === 'owed' ? -all[pocket] : all[pocket]), 0);
}
