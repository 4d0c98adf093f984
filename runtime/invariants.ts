import { generateReport } from '#lambdas/analytics/analyticsController.ts';
import type { SalesRow } from '#lambdas/analytics/rules/sales.ts';
import { viewMoneyOwed } from '#lambdas/payment/moneyOwed.ts';
import { dayOf } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import type { World } from '#shared/world.ts';
import { checkAccounts, checkBottles, checkCredits } from './invariants/accounts.ts';
import { type Books, readBooks, type Say, Sums } from './invariants/books.ts';
import { checkDocuments } from './invariants/documents.ts';
import { checkCharges, checkLedger, checkPaid, checkPayments } from './invariants/money.ts';
import { checkDeliveries, checkEvents, checkTimelines } from './invariants/moves.ts';
import {
  checkAccountsOfPeople,
  checkErased,
  checkGone,
  checkMessages,
  checkWork,
} from './invariants/people.ts';
import { checkStandingReports } from './invariants/reports.ts';
import { checkPlaces, checkStops } from './invariants/slots.ts';
import { checkDaysDealtWith, checkOpenOrders, checkRuns, checkUndelivered } from './invariants/standing.ts';
import { checkStock } from './invariants/stock.ts';

interface Checking {
  /** Whether all events and timers are through: then what follows from events is checked as well. */
  quiet: boolean;
  /** Words of erased people that must be nowhere in the store. */
  gone?: readonly string[];
}

/**
 * Every broken invariant that the store can show, one line each, such as `I2 P101: …`. It reads
 * every table whole and trusts no counter, index or report: it computes them again. Nothing may write meanwhile.
 */
export async function checkInvariants(world: World, { quiet, gone = [] }: Checking): Promise<string[]> {
  const broken: string[] = [];
  const say: Say = (number, about, wrong) => broken.push(`${number} ${about}: ${wrong}`);
  const books = await readBooks(world);
  checkStock(books, say);
  checkStops(books, say);
  checkPlaces(books, say, quiet);
  checkLedger(books, say);
  checkPayments(books, say);
  checkCharges(books, say, quiet);
  checkDocuments(books, say, quiet);
  await checkPaid(world, books, say, quiet);
  checkAccounts(books, say);
  checkBottles(books, say);
  checkCredits(books, say);
  checkDaysDealtWith(books, say);
  checkUndelivered(books, say);
  checkRuns(books, say);
  checkOpenOrders(books, say);
  checkTimelines(books, say);
  checkEvents(books, say);
  checkDeliveries(books, say, quiet);
  checkAccountsOfPeople(books, say);
  checkMessages(books, say, quiet);
  if (!quiet) return broken;
  checkWork(books, say);
  checkErased(books, say);
  await checkGone(world, gone, say);
  // A dead letter that waits for staff is missing from the reports too.
  const waits = books.deadLetters.some(
    ({ consumer, status }) => consumer === 'analytics' && status === 'OPEN',
  );
  if (!waits) {
    await checkSales(world, books, say);
    await checkStandingReports(world, books, say);
  }
  await checkMoneyOwed(world, books, say);
  return broken;
}

/** I22: the report of customers' money says what the lines until its instant make. */
async function checkMoneyOwed(world: World, { movements }: Books, say: Say): Promise<void> {
  const { asOf, ...told } = await viewMoneyOwed(world);
  const sums = new Sums();
  const lines = movements.filter(({ at }) => at <= asOf).flatMap((movement) => movement.lines);
  for (const { account, amount } of lines) sums.add(account, amount);
  const held = ['wallet', 'held', 'deposit', 'transit', 'suspense'].map((account) => -sums.get(account));
  const expected = {
    total: held.reduce((all, one) => all + one, 0),
    wallet: held[0],
    owed: sums.get('owed'),
  };
  for (const [name, amount] of Object.entries(expected)) {
    const figure = Math.round(told[name as keyof typeof told] * 100);
    if (figure !== (amount ?? 0) + 0)
      say('I22', `money owed, ${name}`, `is ${figure}, the lines make ${amount}`);
  }
}

const columns = { CREATED: 'ordered', CANCELLED: 'cancelled', DELIVERED: 'delivered' } as const;

/** I22: the sales report says what the orders' own timelines say. */
async function checkSales(world: World, { orders, settings, now }: Books, say: Say): Promise<void> {
  const sums = new Sums();
  const days = [dayOf(now, settings.timeZone)];
  for (const { timeline, items, through, corrections = [] } of orders) {
    const fixed = corrections.flatMap(({ at, lines }) => lines.map((line) => ({ ...line, at })));
    for (const { status, at } of timeline) {
      const placed = through === 'RUN' && status === 'CONFIRMED' ? 'CREATED' : status;
      const column = (columns as Record<string, string | undefined>)[placed];
      if (!column) continue;
      const day = dayOf(at, settings.timeZone);
      days.push(day);
      for (const { productId, qty, delivered = qty, price } of items) {
        const later = fixed.filter((line) => line.productId === productId);
        const first = delivered - later.reduce((sum, line) => sum + line.qty, 0);
        const count = status === 'DELIVERED' ? first : qty;
        sums.add(`${day} ${productId} ${column}Qty`, count);
        sums.add(`${day} ${productId} ${column}Amount`, price * count);
      }
    }
    for (const { at, productId, qty, amountMinor } of fixed) {
      const day = dayOf(at, settings.timeZone);
      days.push(day);
      sums.add(`${day} ${productId} deliveredQty`, qty);
      sums.add(`${day} ${productId} deliveredAmount`, amountMinor);
    }
  }
  const reported = new Sums();
  for (const row of await salesRows(world, days.sort())) {
    const { day, productId, ...figures } = row;
    for (const [name, figure] of Object.entries(figures)) {
      reported.add(`${day} ${productId} ${name}`, name.endsWith('Qty') ? figure : Math.round(figure * 100));
    }
  }
  for (const key of new Set([...sums.of.keys(), ...reported.of.keys()])) {
    const [expected, told] = [sums.get(key), reported.get(key)];
    if (expected === told) continue;
    const shown = (figure: number) => (key.endsWith('Qty') ? figure : toMajor(figure));
    say('I22', key, `the report says ${shown(told)}, the orders make ${shown(expected)}`);
  }
}

async function salesRows(world: World, days: readonly string[]): Promise<SalesRow[]> {
  const answer = await generateReport(world, {
    input: { type: 'sales', from: days[0], to: days.at(-1), format: 'json' },
    actor: { userId: 'system', role: 'system' },
    requestId: 'invariants',
    action: 'checkInvariants',
    address: '',
  });
  if (!Array.isArray(answer)) throw new TypeError('the sales report is no list');
  return answer as SalesRow[];
}
