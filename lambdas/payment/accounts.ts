import { Users } from '#lambdas/user/models/User.ts';
import { commit, type Decision, happened } from '#shared/data/commit.ts';
import { absent, any, between, is, lessThan, present } from '#shared/data/condition.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { create, put, update, type Write } from '#shared/data/write.ts';
import { addDays, type Day, dayOf, instantOf } from '#shared/domain/day.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import {
  type Account,
  Accounts,
  type Bill,
  type Billing,
  type BillStatus,
  Bills,
  billIdOf,
  billKeyOf,
  billKeys,
  dueKeyOf,
  dueKeys,
} from './models/Account.ts';
import { type Balance, Balances, balanceKey, Ledger, owedOf } from './models/Ledger.ts';
import { periodEnd } from './rules/billing.ts';

/** How many bills one run of the timer writes; the rest follows with the next. */
const MOST_AT_ONCE = 500;

export interface GrantAccount {
  userId: string;
  creditLimit: Minor | null;
  billing?: Billing;
  dueDays?: number;
}

/** Lets a household pay after its deliveries, up to a limit; or ends that: what is owed stays owed and is billed. */
export async function grantAccount(world: World, call: Call<GrantAccount>) {
  const { userId, creditLimit } = call.input;
  const { timeZone } = await settingsOf(world);
  const today = dayOf(world.clock.now(), timeZone);
  const asks = [
    { table: Users, key: { userId } },
    { table: Accounts, key: { userId } },
  ] as const;
  return commit(world, call, asks, ([user, before]) => {
    if (!user || user.erasedAt || (!user.active && creditLimit !== null)) {
      return refuse('NOT_FOUND', 'There is no such active customer.');
    }
    const billing = call.input.billing ?? before?.billing ?? 'MONTHLY';
    const dueDays = call.input.dueDays ?? before?.dueDays ?? 14;
    const billFrom = before?.todo ? before.billFrom : today;
    const account: Account = {
      userId,
      creditLimit: creditLimit ?? undefined,
      billing,
      dueDays,
      billFrom,
      version: (before?.version ?? 0) + 1,
      ...nextBill(userId, billFrom, billing, timeZone),
    };
    const limit: Write = update(
      Balances,
      balanceKey(userId),
      creditLimit === null ? { remove: ['creditLimit'] } : { set: { creditLimit } },
      any(absent('balanceId'), present('balanceId')),
    );
    return {
      writes: [keepAccount(before, account), limit],
      answer: { userId, creditLimit: creditLimit === null ? null : toMajor(creditLimit), billing, dueDays },
      note: `limit ${creditLimit === null ? 'none' : toMajor(creditLimit)}`,
    };
  });
}

function keepAccount(before: Account | undefined, after: Account): Write {
  return before ? put(Accounts, after, is('version', before.version)) : create(Accounts, after);
}

/** When the period that holds a day is over. */
function nextBill(userId: string, billFrom: Day, billing: Billing, timeZone: string) {
  const todoAt = instantOf(addDays(periodEnd(billFrom, billing), 1), '00:00', timeZone);
  return { todo: billKeyOf(userId), todoAt };
}

/** Timer: bills post-paid accounts whose period is over, and looks whether bills were paid in time. */
export async function billAccounts(world: World) {
  const now = world.clock.now().toISOString();
  const due = { op: '<=' as const, attribute: 'todoAt', value: now };
  const accounts = await world.store.queryAll(Accounts, 'byTodo', billKeys, due);
  let issued = 0;
  for (const { userId } of accounts.slice(0, MOST_AT_ONCE)) if (await billAccount(world, userId)) issued++;
  const bills = await world.store.queryAll(Bills, 'byTodo', dueKeys, due);
  let overdue = 0;
  for (const { billId } of bills.slice(0, MOST_AT_ONCE)) if (await followBill(world, billId)) overdue++;
  return { issued, overdue };
}

function system(world: World) {
  const actor = { userId: 'system', role: 'system' as const };
  return { actor, requestId: world.ids.next(), action: 'billAccounts' };
}

async function billAccount(world: World, userId: string): Promise<boolean> {
  const { timeZone } = await settingsOf(world);
  const asks = [
    { table: Accounts, key: { userId } },
    { table: Balances, key: balanceKey(userId) },
  ] as const;
  const billed = await commit(
    world,
    system(world),
    asks,
    async ([account, balance]): Promise<Decision<boolean>> => {
      const now = world.clock.now().toISOString();
      if (!account?.todo || !account.todoAt || account.todoAt > now) return { writes: [], answer: false };
      const since = await movedSince(world, userId, account.todoAt, now);
      const amount = owedOf(balance) - since.owed;
      const paidWith = (balance?.owedPaid ?? 0) - since.paid + amount;
      const to = periodEnd(account.billFrom, account.billing);
      const billFrom = addDays(to, 1);
      // An account that was taken back is billed until nothing is owed.
      const goesOn = account.creditLimit !== undefined || owedOf(balance) > 0;
      const next: Account = { ...account, billFrom, version: account.version + 1 };
      delete next.todo;
      delete next.todoAt;
      if (goesOn) Object.assign(next, nextBill(userId, billFrom, account.billing, timeZone));
      const writes = [keepAccount(account, next)];
      if (amount <= 0) return { writes, answer: false };
      const bill = newBill({ ...account, to, amount, paidWith, timeZone, now });
      return {
        writes: [...writes, create(Bills, bill)],
        events: [billEvent('BILL_ISSUED', bill)],
        answer: true,
      };
    },
  );
  return billed === true;
}

/** What a timer that comes late must not count: how a debt changed since the period's end. */
async function movedSince(world: World, userId: string, from: string, to: string) {
  const { rows } = await world.store.query(Ledger, {
    index: 'byUser',
    hash: userId,
    range: between('at', from, to),
  });
  let owed = 0;
  let paid = 0;
  for (const { lines } of rows) {
    const sum = lines.reduce(
      (all, line) => (line.account === 'owed' && line.party === userId ? all + line.amount : all),
      0,
    );
    owed += sum;
    if (sum < 0) paid -= sum;
  }
  return { owed, paid };
}

function newBill(
  from: Account & { to: Day; amount: Minor; paidWith: Minor; timeZone: string; now: string },
): Bill {
  const { userId, billFrom, to, amount, paidWith, dueDays, timeZone, now } = from;
  const billId = billIdOf(userId, to);
  const dueDay = addDays(to, dueDays);
  return {
    billId,
    userId,
    from: billFrom,
    to,
    amount,
    dueDay,
    status: 'OPEN',
    paidWith,
    issuedAt: now,
    version: 1,
    todo: dueKeyOf(billId),
    todoAt: instantOf(addDays(dueDay, 1), '00:00', timeZone),
  };
}

function billEvent(eventType: 'BILL_ISSUED' | 'BILL_OVERDUE', bill: Bill) {
  const { billId, userId, from, to, amount, dueDay, version } = bill;
  return happened(eventType, billId, version, { userId, billId, from, to, amountMinor: amount, dueDay });
}

/** A bill whose last day is over is paid, or its account stands still until it is. Answers whether it fell overdue. */
async function followBill(world: World, billId: string): Promise<boolean> {
  const bill = await world.store.get(Bills, { billId });
  if (!bill) return false;
  const asks = [
    { table: Bills, key: { billId } },
    { table: Balances, key: balanceKey(bill.userId) },
  ] as const;
  const followed = await commit(world, system(world), asks, ([row, balance]): Decision<boolean> => {
    const now = world.clock.now();
    if (!row?.todoAt || row.todoAt > now.toISOString()) return { writes: [], answer: false };
    const status = statusOf(row, balance);
    if (status === 'PAID') return { writes: [keepBill(row, { status }, ['todo', 'todoAt'])], answer: false };
    const todoAt = new Date(now.getTime() + 86_400_000).toISOString();
    const after: Bill = { ...row, status: 'OVERDUE', todoAt, version: row.version + 1 };
    const writes = [keepBill(row, { status: 'OVERDUE', todoAt })];
    if (row.status === 'OVERDUE') return { writes, answer: false };
    return {
      writes: [...writes, standStill(row, balance)],
      events: [billEvent('BILL_OVERDUE', after)],
      answer: true,
    };
  });
  return followed === true;
}

function keepBill(bill: Bill, set: Partial<Bill>, remove: (keyof Bill)[] = []): Write {
  const changes = { set: { ...set, version: bill.version + 1 }, remove };
  return update(Bills, { billId: bill.billId }, changes, is('version', bill.version));
}

/** From now on nothing is delivered on account until the bill is paid; not if it was paid at this moment. */
function standStill({ userId, paidWith }: Bill, balance: Balance | undefined): Write {
  const overdueBelow = Math.max(paidWith, balance?.overdueBelow ?? 0);
  const unpaid = any(absent('owedPaid'), lessThan('owedPaid', paidWith));
  return update(Balances, balanceKey(userId), { set: { overdueBelow } }, unpaid);
}

function statusOf(bill: Bill, balance: Balance | undefined): BillStatus {
  return (balance?.owedPaid ?? 0) >= bill.paidWith ? 'PAID' : bill.status;
}

/** A household's bills, the newest first, as they stand at this moment. */
export async function listBills(
  world: World,
  call: Call<{ userId?: string; limit: number; cursor?: string }>,
) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const { limit, cursor } = call.input;
  const balance = await world.store.get(Balances, balanceKey(userId));
  const page = await world.store.query(Bills, {
    index: 'byUser',
    hash: userId,
    limit,
    cursor,
    newestFirst: true,
  });
  return new Reply(
    page.rows.map((bill) => shownBill(bill, balance)),
    { cursor: page.cursor },
  );
}

function shownBill(bill: Bill, balance: Balance | undefined) {
  const { billId, userId, from, to, amount, dueDay, paidWith, issuedAt } = bill;
  const status = statusOf(bill, balance);
  const left = Math.min(amount, Math.max(0, paidWith - (balance?.owedPaid ?? 0)));
  return { billId, userId, from, to, amount: toMajor(amount), left: toMajor(left), dueDay, status, issuedAt };
}
