import type { User } from '#lambdas/user/models/User.ts';
import type { Settings } from '#shared/data/settings.ts';
import type { Instant } from '#shared/domain/day.ts';
import { type Minor, showMoney } from '#shared/domain/money.ts';
import { letterhead, money } from '#shared/paper/letterhead.ts';
import { faint, newPaper, type Paper, type Row } from '#shared/paper/paper.ts';
import { pockets } from './rules/statement/accounts.ts';
import type { DeliveryEntry, Statement } from './rules/statement/statement.ts';
import type { Totals } from './rules/statement/totals.ts';
import { describeLine, describeOutcome, type StatementWords, shortDay } from './rules/statement/words.ts';

interface OnPaper {
  statement: Statement;
  user: Pick<User, 'userId' | 'name' | 'address'>;
  settings: Pick<Settings, 'dairyName' | 'seller' | 'currency' | 'timeZone'>;
  words: StatementWords;
  at: Instant;
}

/** A statement as a dairy sends it: one PDF in the household's language. */
export async function statementPaper(about: OnPaper): Promise<Uint8Array> {
  const { statement, settings, words, at } = about;
  const { dairyName, timeZone } = settings;
  const title = `${words.title} ${monthName(statement.month, words)}`;
  const paper = await newPaper({ title: `${title}, ${dairyName}`, author: dairyName, at });
  letterhead(paper, {
    title: words.title,
    subtitle: subtitleOf(statement, words),
    settings,
    words: words.licence,
  });
  addressee(paper, about);
  summary(paper, about);
  totals(paper, about);
  deliveries(paper, about);
  movements(paper, about);
  taxes(paper, about);
  const when = new Intl.DateTimeFormat(words.locale, { dateStyle: 'long', timeZone }).format(new Date(at));
  return paper.finish({ text: `${dairyName} · ${words.madeOn(when)}`, page: words.page });
}

function monthName(month: string, { locale }: StatementWords): string {
  const options = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale, options).format(new Date(`${month}-01`));
}

function subtitleOf({ month, lines, from, final }: Statement, words: StatementWords): string {
  const name = monthName(month, words);
  return final ? name : `${name}, ${words.soFar(shortDay(lines.at(-1)?.day ?? from, words))}`;
}

/** Whose statement it is, and beside it what counts most: what is there at the end. */
function addressee(paper: Paper, { statement, user, settings, words }: OnPaper): void {
  const top = paper.y;
  const half = paper.width / 2;
  const { line1, line2, city, pincode } = user.address ?? {};
  const address = [line1, line2, [city, pincode].filter(Boolean).join(' ')].filter(Boolean).join('\n');
  let left = top + paper.put(words.household, paper.left, top, { size: 8, colour: faint, width: half - 20 });
  left += paper.put(user.name ?? user.userId, paper.left, left, { size: 11, bold: true, width: half - 20 });
  if (address) left += paper.put(address, paper.left, left, { size: 9, width: half - 20 });

  const { closing } = statement;
  const due = closing.owed > 0;
  const inside = { width: half - 24, align: 'right' as const };
  const x = paper.left + half + 12;
  paper.box(paper.left + half, top - 2, half, 52);
  const label = due
    ? words.accounts.owed
    : `${words.accounts.available}, ${words.summary.closing.toLowerCase()}`;
  paper.put(label, x, top + 6, { size: 8, colour: faint, ...inside });
  const sum = showMoney(due ? closing.owed : closing.available, settings.currency);
  paper.put(sum, x, top + 19, { size: 18, bold: true, ...inside });
  paper.y = Math.max(left, top + 56);
}

/** Each account before and after; those that were empty all along are left out. */
function summary(paper: Paper, { statement, settings, words }: OnPaper): void {
  const { opening, closing } = statement;
  const used = pockets.filter(
    (pocket) => pocket === 'available' || opening[pocket] !== 0 || closing[pocket] !== 0,
  );
  const columns = amountsAfter(paper.width, 3, 85);
  paper.skip(12);
  paper.table(
    columns,
    ['', words.summary.opening, words.summary.change, words.summary.closing],
    used.map((pocket): Row => {
      const [before, end] = [opening[pocket], closing[pocket]];
      const amounts = [money(before, settings), signed(end - before, settings), money(end, settings)];
      return { cells: [words.accounts[pocket], ...amounts] };
    }),
  );
}

const listed: readonly (keyof Totals)[] = [
  'topUps',
  'paidForOrders',
  'paidAtDoor',
  'credits',
  'other',
  'delivered',
  'refunds',
  'withdrawals',
  'fees',
];
const takes: readonly (keyof Totals)[] = ['delivered', 'refunds', 'withdrawals', 'fees'];

function totals(paper: Paper, { statement, settings, words }: OnPaper): void {
  const rows = listed
    .filter((name) => statement.totals[name] !== 0 || name === 'delivered')
    .map((name): Row => {
      const amount = statement.totals[name];
      return { cells: [words.totals[name], signed(takes.includes(name) ? -amount : amount, settings)] };
    });
  paper.heading(words.totalsHeading);
  paper.table(amountsAfter(paper.width, 1, 110), [], rows);
}

function deliveries(paper: Paper, { statement, settings, words }: OnPaper): void {
  paper.heading(words.deliveriesHeading);
  if (statement.deliveries.length === 0) {
    paper.paragraph(words.deliveries.none, { size: 9, colour: faint });
    return;
  }
  const columns = [{ width: 62 }, { width: paper.width - 62 - 90 }, { width: 90, align: 'right' as const }];
  let day = '';
  const rows = statement.deliveries.map((entry): Row => {
    const first = entry.day === day ? '' : shortDay(entry.day, words);
    day = entry.day;
    const came = entry.outcome === 'DELIVERED';
    const cells = [first, contents(entry, words), came ? money(entry.amount, settings) : '–'];
    return { cells, look: came ? {} : { colour: faint } };
  });
  const delivered = statement.deliveries.reduce((sum, { amount }) => sum + amount, 0);
  const sum = {
    cells: ['', words.deliveries.sum, money(delivered, settings)],
    look: { bold: true },
    ruled: true,
  };
  paper.table(
    columns,
    [words.deliveries.day, words.deliveries.what, words.deliveries.amount],
    [...rows, sum],
  );
}

function contents({ lines, outcome, invoiceNumber }: DeliveryEntry, words: StatementWords): string {
  const goods = lines.map(({ qty, name }) => `${qty} × ${name}`).join(', ');
  const reason = describeOutcome(outcome, words);
  if (reason) return `${goods}: ${reason}`;
  return invoiceNumber === undefined ? goods : `${goods}  (${words.invoice(invoiceNumber)})`;
}

function movements(paper: Paper, { statement, settings, words }: OnPaper): void {
  const { opening, closing, lines } = statement;
  const owes = opening.owed !== 0 || lines.some(({ change }) => change.owed !== 0);
  const amounts = owes ? 4 : 3;
  const columns = [{ width: 52 }, ...amountsAfter(paper.width - 52, amounts, owes ? 72 : 82)];
  const cells = (day: string, what: string, parts: (string | undefined)[], owed: Minor): string[] => [
    day,
    what,
    ...parts.map((part) => part ?? ''),
    ...(owes ? [money(owed, settings)] : []),
  ];
  const edge = (what: string, amount: Minor, owed: Minor): Row => ({
    cells: cells('', what, ['', '', money(amount, settings)], owed),
    look: { bold: true },
  });
  const rows = lines.map(({ day, change, balance, ...line }, i): Row => {
    const parts = [
      changed(change.available, settings),
      changed(change.deferred, settings),
      money(balance.available, settings),
    ];
    const shown = lines[i - 1]?.day === day ? '' : shortDay(day, words);
    return {
      cells: cells(shown, describeLine({ day, change, balance, ...line }, words), parts, balance.owed),
    };
  });
  const { day, what, change, setAside, balance } = words.movements;
  paper.heading(words.movementsHeading);
  paper.table(
    columns,
    [day, what, change, setAside, balance, ...(owes ? [words.accounts.owed] : [])],
    [
      edge(words.opening, opening.available, opening.owed),
      ...rows,
      { ...edge(words.closing, closing.available, closing.owed), ruled: true },
    ],
  );
}

function taxes(paper: Paper, { statement, settings, words }: OnPaper): void {
  if (statement.taxes.length === 0) return;
  paper.heading(words.taxHeading);
  paper.table(
    amountsAfter(paper.width, 1, 110),
    [words.taxes.name, words.taxes.amount],
    statement.taxes.map(({ name, amount }) => ({ cells: [name, money(amount, settings)] })),
  );
}

/** A wide first column, and amounts to the right of it. */
function amountsAfter(width: number, amounts: number, each: number) {
  const right = Array.from({ length: amounts }, () => ({ width: each, align: 'right' as const }));
  return [{ width: width - amounts * each }, ...right];
}

function changed(amount: Minor, settings: OnPaper['settings']): string | undefined {
  return amount === 0 ? undefined : signed(amount, settings);
}

function signed(amount: Minor, settings: OnPaper['settings']): string {
  if (amount === 0) return money(0, settings);
  return `${amount > 0 ? '+' : '−'}${money(Math.abs(amount), settings)}`;
}
