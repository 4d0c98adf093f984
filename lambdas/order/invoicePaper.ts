import {
  addressLines,
  type Buyer,
  type OrderDocument,
  type TaxedDocumentLine,
} from '#lambdas/payment/rules/invoice/document.ts';
import type { InvoiceWords } from '#lambdas/payment/rules/invoice/words.ts';
import type { Settings } from '#shared/data/settings.ts';
import type { Instant } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import { letterhead, money } from '#shared/paper/letterhead.ts';
import { faint, newPaper, type Paper, type Row } from '#shared/paper/paper.ts';
import type { Order } from './models/Order.ts';

interface OnPaper {
  document: OrderDocument;
  order: Order;
  buyer: Buyer;
  /** What notes added to this invoice since; negative what they took off. */
  noted: Minor;
  settings: Settings;
  words: InvoiceWords;
  at: Instant;
}

/** A summary, invoice, bill of supply or credit note as PDF, in the household's language. */
export async function invoicePaper(about: OnPaper): Promise<Uint8Array> {
  const { document, order, words, at } = about;
  const title = document.isMixed && document.number ? words.mixed : words.titles[document.kind];
  const subtitle = document.number ? `${words.number} ${document.number}` : `${words.order} ${order.orderId}`;
  const { name, ...seller } = document.seller;
  const paper = await newPaper({
    title: `${title} ${document.number ?? order.orderId}, ${name}`,
    author: name,
    at,
  });
  letterhead(paper, { title, subtitle, settings: { dairyName: name, seller }, words: words.licence });
  parties(paper, about);
  lines(paper, about);
  sums(paper, about);
  taxes(paper, about);
  remarks(paper, about);
  return paper.finish({ text: `${name} · ${words.madeOn(longDay(at, about))}`, page: words.page });
}

function longDay(day: string, { words, settings }: Pick<OnPaper, 'words' | 'settings'>): string {
  // A calendar day is the same everywhere; an instant is shown in the dairy's zone.
  const timeZone = day.length === 10 ? 'UTC' : settings.timeZone;
  return new Intl.DateTimeFormat(words.locale, { dateStyle: 'long', timeZone }).format(new Date(day));
}

/** For whom it is, and beside it what identifies it. */
function parties(paper: Paper, about: OnPaper): void {
  const { document, order, buyer, words } = about;
  const top = paper.y;
  const half = paper.width / 2;
  const wide = { width: half - 16 };
  let left = top + paper.put(words.buyer, paper.left, top, { size: 8, colour: faint, ...wide });
  left += paper.put(buyer.name ?? buyer.userId, paper.left, left, { size: 11, bold: true, ...wide });
  for (const line of addressLines(buyer.address))
    left += paper.put(line, paper.left, left, { size: 9, ...wide });
  const facts: [string, string][] = [
    [document.number ? words.day : words.deliverOn, longDay(document.day, about)],
    [words.order, order.orderId],
    ...(document.invoiceNumber ? [[words.forInvoice, document.invoiceNumber] as [string, string]] : []),
  ];
  let right = top;
  for (const [name, value] of facts) {
    paper.put(name, paper.left + half, right, { size: 9, colour: faint, width: 90 });
    const place = { size: 9, width: half - 94, align: 'right' as const };
    right += paper.put(value, paper.left + half + 94, right, place) + 2;
  }
  paper.y = Math.max(left, right) + 14;
}

function lines(paper: Paper, { document, settings, words }: OnPaper): void {
  const right = 'right' as const;
  const columns = [
    { width: paper.width - 62 - 46 - 84 - 92 },
    { width: 62 },
    { width: 46, align: right },
    { width: 84, align: right },
    { width: 92, align: right },
  ];
  const { name, hsn, qty, price, amount } = words.columns;
  const rows = document.lines.map((line): Row => {
    const cells = [
      [nameOf(line, document, words), ...discountOf(line, settings, words)].join(' · '),
      line.hsn,
      line.qty === undefined ? undefined : String(line.qty),
      line.price === undefined ? undefined : money(line.price, settings),
      money(line.amount, settings),
    ];
    return { cells };
  });
  paper.rule();
  paper.skip(3);
  paper.table(columns, [name, hsn, qty, price, amount], rows);
}

/** On an invoice with both, what bears no tax says so. */
function discountOf({ discount }: TaxedDocumentLine, settings: Settings, words: InvoiceWords): string[] {
  return discount === undefined ? [] : [`${words.discount} ${money(discount, settings)}`];
}

function nameOf({ name, parts }: TaxedDocumentLine, { isMixed }: OrderDocument, words: InvoiceWords): string {
  return isMixed && !parts.some(({ rate }) => rate > 0) ? `${name} (${words.exempt})` : name;
}

function sums(paper: Paper, { document, noted, settings, words }: OnPaper): void {
  const columns = [{ width: paper.width - 110 }, { width: 110, align: 'right' as const }];
  const total = {
    cells: [words.total, money(document.amount, settings)],
    look: { size: 11, bold: true },
    ruled: true,
  };
  const parts = document.taxes.map(
    ({ component, rate, amount }): Row => ({
      cells: [`${component} ${rate / 100}%`, money(amount, settings)],
      look: { colour: faint },
    }),
  );
  const net = { cells: [words.net, money(document.net, settings)], look: { colour: faint }, ruled: true };
  const sign = noted < 0 ? '−' : '+';
  const since = { cells: [words.noted, `${sign}${money(Math.abs(noted), settings)}`] };
  const after: Row[] = noted === 0 ? [] : [since];
  paper.skip(4);
  paper.table(columns, [], [...(parts.length > 0 ? [net, ...parts] : []), total, ...after]);
}

/** The tax by HSN and rate, as tax offices want it; left out where nothing bears tax. */
function taxes(paper: Paper, { document, settings, words }: OnPaper): void {
  const rates = [...new Map(document.lines.map((line) => [rateName(line), line])).keys()].filter(Boolean);
  if (rates.length === 0) return;
  const components = [...new Set(document.taxes.map(({ component }) => component))];
  const each = 78;
  const right = { width: each, align: 'right' as const };
  const columns = [
    { width: 62 },
    { width: paper.width - 62 - each * (components.length + 1) },
    right,
    ...components.map(() => right),
  ];
  const groups = new Map<string, TaxedDocumentLine[]>();
  for (const line of document.lines) {
    const key = `${line.hsn ?? ''}\n${rateName(line) || words.exempt}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  const rows = [...groups].map(([key, some]): Row => {
    const [hsn, rate] = key.split('\n');
    const net = some.reduce((sum, line) => sum + line.net, 0);
    const of = (component: string) =>
      some
        .flatMap(({ parts }) => parts)
        .reduce((sum, part) => sum + (part.component === component ? part.amount : 0), 0);
    return {
      cells: [hsn, rate, money(net, settings), ...components.map((name) => money(of(name), settings))],
    };
  });
  paper.skip(14);
  paper.room(60);
  paper.table(columns, [words.columns.hsn, '', words.net, ...components], rows);
}

function rateName({ parts }: TaxedDocumentLine): string {
  return parts
    .filter(({ rate }) => rate > 0)
    .map(({ component, rate }) => `${component} ${rate / 100}%`)
    .join(' + ');
}

function remarks(paper: Paper, { document, settings, words }: OnPaper): void {
  paper.skip(12);
  if (words.inWords && settings.currency === 'INR' && document.number)
    paper.paragraph(`${words.inWords(document.amount)}.`, { size: 9, bold: true });
  const said = document.kind === 'SUMMARY' ? `${words.inclusive} ${words.notYet}` : words.inclusive;
  paper.paragraph(said, { size: 8.5, colour: faint });
}
