import type { Settings } from '#shared/data/settings.ts';
import { type Minor, showMoney } from '#shared/domain/money.ts';
import { accent, faint, type Paper } from './paper.ts';

interface Letterhead {
  title: string;
  subtitle: string;
  settings: Pick<Settings, 'dairyName' | 'seller'>;
  /** What the seller's registration numbers are called. */
  words: { tax: string; food: string };
}

/** The head of the first page: the dairy with its address and numbers, and what the paper is. */
export function letterhead(paper: Paper, { title, subtitle, settings, words }: Letterhead): void {
  const { dairyName, seller } = settings;
  const top = paper.y;
  const wide = paper.width * 0.62;
  const narrow = paper.width - wide;
  let left =
    top + paper.put(dairyName, paper.left, top, { size: 18, bold: true, colour: accent, width: wide });
  const numbers = [
    seller.taxNumber && `${words.tax} ${seller.taxNumber}`,
    seller.foodLicence && `${words.food} ${seller.foodLicence}`,
  ].filter(Boolean);
  const legal = seller.legalName === dairyName ? undefined : seller.legalName;
  for (const line of [legal, seller.address, numbers.join(' · ')]) {
    if (line) left += paper.put(line, paper.left, left, { size: 8.5, colour: faint, width: wide - 12 });
  }
  const x = paper.left + wide;
  let right = top + paper.put(title, x, top, { size: 15, bold: true, width: narrow, align: 'right' });
  right += paper.put(subtitle, x, right, { size: 10, colour: faint, width: narrow, align: 'right' });
  paper.y = Math.max(left, right) + 8;
  paper.rule(accent);
  paper.skip(14);
}

/** An amount as papers show it, e.g. "₹1,234.50". */
export function money(amount: Minor, { currency }: Pick<Settings, 'currency'>): string {
  return showMoney(amount, currency);
}
