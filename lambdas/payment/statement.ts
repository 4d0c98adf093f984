import { ordersOfDays, recordsOfDays } from '#lambdas/order/models/householdDays.ts';
import { catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { type User, Users } from '#lambdas/user/models/User.ts';
import { atMost, between } from '#shared/data/condition.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { backOff } from '#shared/data/store.ts';
import { StoreError } from '#shared/data/wire.ts';
import { create } from '#shared/data/write.ts';
import {
  addDays,
  addMonths,
  type Day,
  dayOf,
  type Instant,
  instantOf,
  plusSeconds,
} from '#shared/domain/day.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { type Closing, Closings } from './models/Closing.ts';
import { type Invoice, Invoices, numberOf } from './models/Invoice.ts';
import { Balances, balanceKey, Ledger, type Movement } from './models/Ledger.ts';
import { household, type Pockets, pockets, pocketsOf, same, seenBy } from './rules/statement/accounts.ts';
import { shownStatement } from './rules/statement/shown.ts';
import { after, deliveriesOf, type Statement, statementOf } from './rules/statement/statement.ts';
import { statementCsv } from './rules/statement/statementCsv.ts';
import { describeLine, statementWords } from './rules/statement/words.ts';
import { statementPaper } from './statementPaper.ts';

export interface AskStatement {
  userId?: string;
  month: string;
  format: 'json' | 'csv' | 'pdf';
}

/** A month of the dairy's calendar: its days, and its instants from `begin` up to but without `end`. */
interface Month {
  month: string;
  from: Day;
  to: Day;
  begin: Instant;
  end: Instant;
}

/** A month is closed for good when nothing that bears an instant of it can still be on its way into the ledger. */
const SETTLED_SECONDS = 3_600;
const TRIES = 5;

/** A household's month: opening balance, every movement, what came and what did not, totals and closing balance. */
export async function viewStatement(world: World, call: Call<AskStatement>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const settings = await settingsOf(world);
  const month = monthOf(call.input.month, settings.timeZone);
  if (month.begin > world.clock.now().toISOString()) {
    const errors = [{ pointer: '?month', detail: 'has not begun' }];
    return refuse('INVALID_INPUT', 'The month has not begun.', { errors });
  }
  const [user, books, deliveries] = await Promise.all([
    world.store.get(Users, { userId }),
    booksOf(world, userId, month),
    deliveriesIn(world, userId, settings, month),
  ]);
  if (books instanceof Problem) return books;
  if (!user) return refuse('NOT_FOUND', 'There is no such household.');
  const final = month.end <= world.clock.now().toISOString();
  const { timeZone } = settings;
  const statement = statementOf({ userId, ...month, final, timeZone, ...books, deliveries });
  return answered(world, call.input.format, statement, user, settings);
}

async function answered(
  world: World,
  format: AskStatement['format'],
  statement: Statement,
  user: User,
  settings: Settings,
) {
  if (format === 'json') return shownStatement(statement, settings);
  const words = statementWords[user.preferences?.language ?? 'en'];
  const file = (ending: string) => ({
    'content-disposition': `attachment; filename="statement-${statement.month}.${ending}"`,
  });
  if (format === 'csv') {
    const csv = statementCsv(statement, words, (line) => describeLine(line, words));
    return new Reply(csv, { contentType: 'text/csv; charset=utf-8; header=present', headers: file('csv') });
  }
  const at = world.clock.now().toISOString();
  const pdf = await statementPaper({ statement, user, settings, words, at });
  return new Reply(pdf, { contentType: 'application/pdf', headers: file('pdf') });
}

function monthOf(month: string, timeZone: string): Month {
  const from = `${month}-01`;
  const next = addMonths(from, 1);
  const begin = instantOf(from, '00:00', timeZone);
  return { month, from, to: addDays(next, -1), begin, end: instantOf(next, '00:00', timeZone) };
}

/**
 * What was there when the month began, and its movements. An index may lag behind, so the newest month is compared
 * with the kept balances until both tell one story.
 */
async function booksOf(
  world: World,
  userId: string,
  { begin, end }: Month,
): Promise<{ opening: Pockets; movements: Movement[] } | Problem> {
  const settled = plusSeconds(world.clock.now(), -SETTLED_SECONDS);
  for (let tries = 1; tries <= TRIES; tries++) {
    if (tries > 1) await backOff(tries);
    const before = await world.store.get(Balances, balanceKey(userId));
    const opening = await balanceAt(world, userId, begin, { trusted: tries === 1, keep: begin <= settled });
    if (end <= settled) return { opening, movements: await movementsOf(world, userId, begin, end) };
    const since = await movementsOf(world, userId, begin, '9999');
    const now = await world.store.get(Balances, balanceKey(userId));
    const stoodStill = same(pocketsOf(before), pocketsOf(now));
    if (stoodStill && same(after(opening, since, userId), pocketsOf(now))) {
      return { opening, movements: since.filter(({ at }) => at < end) };
    }
  }
  return refuse('BUSY', 'The household’s balance is moving; ask again.', { retryAfterSeconds: 1 });
}

/**
 * What a household had before an instant: from the latest closing that was kept, or else from its first movement on.
 * The result is kept in its turn.
 */
async function balanceAt(
  world: World,
  userId: string,
  until: Instant,
  { trusted, keep }: { trusted: boolean; keep: boolean },
): Promise<Pockets> {
  const last = trusted ? await closingBefore(world, userId, until) : undefined;
  if (last?.until === until) return pocketsOf(last);
  const movements = await movementsOf(world, userId, last?.until ?? '0000', until);
  const balance = after(pocketsOf(last), movements, userId);
  if (keep && trusted && movements.length > 0) await keepClosing(world, userId, until, balance);
  return balance;
}

async function closingBefore(world: World, userId: string, until: Instant): Promise<Closing | undefined> {
  const range = atMost('until', until);
  const page = await world.store.query(Closings, {
    hash: userId,
    range,
    limit: 1,
    newestFirst: true,
    consistent: true,
  });
  return page.rows[0];
}

async function keepClosing(world: World, userId: string, until: Instant, balance: Pockets): Promise<void> {
  const sums = pockets.map((pocket) => [household[pocket], seenBy(pocket, balance[pocket])]);
  try {
    await world.store.write(create(Closings, { userId, until, ...Object.fromEntries(sums) }));
  } catch (error) {
    // Somebody asked for the same statement at the same time; or it is kept by the next one.
    if (!(error instanceof StoreError)) throw error;
  }
}

async function movementsOf(world: World, userId: string, from: Instant, until: Instant): Promise<Movement[]> {
  // Instants have milliseconds: the last one before the end.
  const last = until === '9999' ? until : plusSeconds(until, -0.001);
  const range = between('at', from, last);
  return (await world.store.query(Ledger, { index: 'byUser', hash: userId, range })).rows;
}

async function deliveriesIn(world: World, userId: string, settings: Settings, { from, to }: Month) {
  const today = dayOf(world.clock.now(), settings.timeZone);
  const [orders, records, catalogue] = await Promise.all([
    ordersOfDays(world, userId, settings, [from, to]),
    recordsOfDays(world, userId, [from, to]),
    catalogueOf(world),
  ]);
  const due = orders.filter(
    ({ status, deliveryDay }) => status === 'DELIVERED' || status === 'CANCELLED' || deliveryDay <= today,
  );
  const invoices = await world.store.getMany(
    due.map(({ orderId }) => ({ table: Invoices, key: { orderId } })),
  );
  const numbers = new Map(
    (invoices as (Invoice | undefined)[]).map((invoice) => [invoice?.orderId, invoice && numberOf(invoice)]),
  );
  return deliveriesOf(due, records.values(), {
    nameOf: (productId) => catalogue.byId.get(productId)?.product.name ?? productId,
    invoiceOf: (orderId) => numbers.get(orderId),
  });
}
