import { type Balance, Balances, balanceKey, owedOf, postMovement } from '#lambdas/payment/models/Ledger.ts';
import { revenueToWallet } from '#lambdas/payment/rules/postings.ts';
import { billedLines } from '#lambdas/payment/rules/promo.ts';
import { commit, type Decision, happened } from '#shared/data/commit.ts';
import { is } from '#shared/data/condition.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { create, update, type Write } from '#shared/data/write.ts';
import { addDays, dayOf } from '#shared/domain/day.ts';
import { type Minor, toMajor, toMinor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { isStaff, ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { editOrder, type Order, type OrderLine, Orders } from './models/Order.ts';
import {
  countInstantCredit,
  type InstantCredit,
  InstantCredits,
  openProblemKeyOf,
  openProblemKeys,
  type ProblemKind,
  type ProblemReport,
  ProblemReports,
  problemIdOf,
} from './models/ProblemReport.ts';
import { creditLeftOn } from './rules/delivered.ts';

export interface ReportProblem {
  orderId: string;
  productId: string;
  qty?: number;
  kind: ProblemKind;
  note?: string;
}

/**
 * A household reports a problem with a delivered line. A small one is credited at once into its prepaid balance,
 * after what it owes; above the limits of the settings it waits for the desk.
 */
export async function reportProblem(world: World, call: Call<ReportProblem>) {
  const { orderId, productId, kind } = call.input;
  const problemId = problemIdOf(orderId, productId, kind);
  const settings = await settingsOf(world);
  const now = world.clock.now().toISOString();
  const month = dayOf(now, settings.timeZone).slice(0, 7);
  const asks = [
    { table: Orders, key: { orderId } },
    { table: ProblemReports, key: { problemId } },
  ] as const;
  return commit(world, call, asks, async ([order, known]): Promise<Decision<object> | Problem> => {
    const own = order && (isStaff(call.actor) || order.userId === call.actor.userId);
    if (!order || !own) return refuse('NOT_FOUND', `There is no order ${orderId}.`);
    const late = whyNotNow(order, settings, now);
    if (late) return late;
    if (known) return refuse('ALREADY_REPORTED', undefined, { more: { problemId, problem: known.status } });
    const line = lineOf(order, call.input);
    if ('code' in line) return line;
    const { userId } = order;
    const [balance, credited] = (await world.store.getMany([
      { table: Balances, key: balanceKey(userId) },
      { table: InstantCredits, key: { userId, month } },
    ])) as [Balance?, InstantCredit?];
    const cap = toMinor(settings.instantCreditMonthly);
    const fits = (credited?.amount ?? 0) + line.amount <= cap;
    const instant =
      fits && line.amount <= toMinor(settings.instantCreditLimit) && line.amount <= creditLeftOn(order);
    const report = newReport(call.input, order, line, now, instant);
    const after = editOrder(order, {
      set: {
        reported: { ...order.reported, [productId]: (order.reported?.[productId] ?? 0) + line.qty },
        ...(instant ? { credited: (order.credited ?? 0) + line.amount } : {}),
      },
    });
    const credit = instant
      ? [
          ...crediting(order, report, line.amount, balance, now),
          countInstantCredit(userId, month, line.amount, cap),
        ]
      : [];
    return {
      writes: [create(ProblemReports, report), after.write, ...credit],
      events: [happened('PROBLEM_REPORTED', problemId, 1, told(report))],
      answer: shownReport(report),
    };
  });
}

function whyNotNow({ status, timeline }: Order, { timeZone, problemDays }: Settings, now: string) {
  if (status !== 'DELIVERED') {
    return refuse('INVALID_TRANSITION', `The order is ${status}; problems are of delivered orders.`, {
      more: { orderStatus: status },
    });
  }
  const at = timeline.findLast((entry) => entry.status === 'DELIVERED')?.at ?? now;
  const last = addDays(dayOf(at, timeZone), problemDays);
  if (dayOf(now, timeZone) <= last) return undefined;
  return refuse('REPORT_TOO_LATE', `Problems with this order could be reported until ${last}.`, {
    more: { lastDay: last },
  });
}

/** The pieces that a report is about, at the price they were charged; never more than came and was not reported yet. */
function lineOf(order: Order, { productId, qty }: ReportProblem): OrderLine | Problem {
  const lines = billedLines(order).filter((line) => line.productId === productId);
  const [first] = lines;
  const came = lines.reduce((sum, line) => sum + line.qty, 0);
  if (!first) {
    const errors = [{ pointer: '/productId', detail: 'was not delivered with this order', productId }];
    return refuse('INVALID_INPUT', `${productId} was not delivered with this order.`, { errors });
  }
  const left = came - (order.reported?.[productId] ?? 0);
  const pieces = qty ?? left;
  // A part of what was charged, which promo credit may have made less than the price.
  const charged = lines.reduce((sum, { amount }) => sum + amount, 0);
  const amount = Math.floor((charged * pieces) / came);
  if (pieces > 0 && pieces <= left) return { ...first, qty: pieces, amount };
  const detail = left > 0 ? `is more than the ${left} left to report` : 'all of it is reported already';
  return refuse(left > 0 ? 'INVALID_INPUT' : 'ALREADY_REPORTED', `${productId}: ${detail}.`, {
    errors: [{ pointer: '/qty', detail, available: left }],
  });
}

function newReport(
  { orderId, productId, kind, note }: ReportProblem,
  { userId }: Order,
  { qty, amount }: OrderLine,
  createdAt: string,
  instant: boolean,
): ProblemReport {
  const problemId = problemIdOf(orderId, productId, kind);
  const base = { problemId, userId, orderId, productId, qty, kind, note, amount, createdAt, version: 1 };
  if (!instant) return { ...base, status: 'OPEN', credited: 0, todo: openProblemKeyOf(problemId) };
  return { ...base, status: 'CREDITED', credited: amount, decidedBy: 'system', decidedAt: createdAt };
}

/** The movement of a credit: what was earned with the line is undone, into the wallet. */
function crediting(
  order: Order,
  { problemId, productId }: ProblemReport,
  amountMinor: Minor,
  balance: Balance | undefined,
  at: string,
): Write[] {
  const { userId, orderId } = order;
  const lines = billedLines(order).filter((line) => line.productId === productId);
  return postMovement({
    movementId: `${problemId}#CREDIT`,
    kind: 'CREDIT',
    at,
    userId,
    orderId,
    lines: revenueToWallet(amountMinor, lines, { userId, owedMinor: owedOf(balance) }),
  });
}

export interface DecideProblem {
  problemId: string;
  decision: 'CREDIT' | 'REFUSE';
  amount?: Minor;
}

/** The desk credits a reported problem, all of it unless it says less, or refuses it. Once. */
export async function decideProblem(world: World, call: Call<DecideProblem>) {
  const { problemId, decision } = call.input;
  const asks = [{ table: ProblemReports, key: { problemId } }] as const;
  return commit(world, call, asks, async ([report]): Promise<Decision<object> | Problem> => {
    if (!report) return refuse('NOT_FOUND', `There is no problem ${problemId}.`);
    if (report.status !== 'OPEN') {
      return refuse('INVALID_TRANSITION', `The problem is ${report.status} already.`, {
        more: { problem: report.status },
      });
    }
    const { orderId, userId } = report;
    const [order, balance] = (await world.store.getMany([
      { table: Orders, key: { orderId } },
      { table: Balances, key: balanceKey(userId) },
    ])) as [Order?, Balance?];
    if (!order) return refuse('EDIT_CONFLICT');
    const at = world.clock.now().toISOString();
    const amount = decision === 'CREDIT' ? (call.input.amount ?? report.amount) : 0;
    const most = Math.min(report.amount, creditLeftOn(order));
    if (decision === 'CREDIT' && (amount === 0 || amount > most)) return tooMuch(most);
    const status = decision === 'CREDIT' ? ('CREDITED' as const) : ('REFUSED' as const);
    const { todo: _, ...kept } = report;
    const decided = { status, credited: amount, decidedBy: call.actor.userId, decidedAt: at, version: 2 };
    const after: ProblemReport = { ...kept, ...decided };
    const edited = editOrder(order, { set: orderAfter(order, after) });
    return {
      writes: [
        update(
          ProblemReports,
          { problemId },
          { set: decided, remove: ['todo'] },
          is('version', report.version),
        ),
        edited.write,
        ...(amount > 0 ? crediting(order, after, amount, balance, at) : []),
      ],
      events: [happened('PROBLEM_DECIDED', problemId, 2, told(after))],
      answer: shownReport(after),
      note: `${decision} ${toMajor(amount)}`,
    };
  });
}

/** What a decision changes of the order: what was credited; or pieces that may be reported as something else. */
function orderAfter(order: Order, { status, credited, productId, qty }: ProblemReport): Partial<Order> {
  if (status === 'CREDITED') return { credited: (order.credited ?? 0) + credited };
  const reported = (order.reported?.[productId] ?? 0) - qty;
  return { reported: { ...order.reported, [productId]: Math.max(0, reported) } };
}

function tooMuch(mostMinor: Minor): Problem {
  const most = toMajor(mostMinor);
  return refuse('REFUND_EXCEEDS_PAYMENT', `At most ${most} can be credited.`, {
    errors: [{ pointer: '/amount', detail: `must be more than nothing and at most ${most}` }],
    more: { refundable: most },
  });
}

export interface ListProblems {
  userId?: string;
  limit: number;
  cursor?: string;
}

/** A household's problems, the newest first; for the desk, unless it names one, what waits for it, the oldest first. */
export async function listProblems(world: World, { actor, input }: Call<ListProblems>) {
  const { limit, cursor } = input;
  if (isStaff(actor) && input.userId === undefined) return openProblems(world, limit, cursor);
  const owner = ownerOf(actor, input.userId);
  if (owner instanceof Problem) return owner;
  const own = { index: 'byUser', hash: owner, limit, cursor, newestFirst: true };
  const page = await world.store.query(ProblemReports, own);
  return new Reply(page.rows.map(shownReport), { cursor: page.cursor });
}

async function openProblems(world: World, limit: number, cursor?: string) {
  const after = cursor === undefined ? '' : placeIn(cursor);
  if (after === undefined) return refuse('INVALID_CURSOR');
  const rows = await world.store.queryAll(ProblemReports, 'byTodo', openProblemKeys);
  // Those before the place may be decided meanwhile: what follows is found by its own place.
  const waiting = rows
    .filter((row) => placeOf(row) > after)
    .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const page = waiting.slice(0, limit);
  const last = waiting.length > limit ? page.at(-1) : undefined;
  return new Reply(page.map(shownReport), {
    cursor: last && Buffer.from(placeOf(last)).toString('base64url'),
  });
}

const placeOf = ({ createdAt, problemId }: ProblemReport): string => `${createdAt} ${problemId}`;

function placeIn(cursor: string): string | undefined {
  const place = Buffer.from(cursor, 'base64url').toString('utf8');
  return /^\d{4}-\d\d-\d\dT\S+Z PR\S+$/.test(place) ? place : undefined;
}

function told({ userId, orderId, problemId, productId, qty, kind, amount, status, credited }: ProblemReport) {
  const figures = { amountMinor: amount, creditedMinor: credited };
  return { userId, orderId, problemId, productId, qty, kind, status, ...figures };
}

function shownReport(report: ProblemReport) {
  const { problemId, userId, orderId, productId, qty, kind, note, status, createdAt, decidedAt } = report;
  return {
    problemId,
    userId,
    orderId,
    productId,
    qty,
    kind,
    note,
    status,
    amount: toMajor(report.amount),
    credited: toMajor(report.credited),
    createdAt,
    decidedAt,
  };
}
