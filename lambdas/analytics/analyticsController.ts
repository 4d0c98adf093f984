import { methodOf, type Payment, Payments } from '#lambdas/payment/models/Payment.ts';
import { commit } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { backOff } from '#shared/data/store.ts';
import { StoreError } from '#shared/data/wire.ts';
import { create } from '#shared/data/write.ts';
import { csvOf } from '#shared/domain/csv.ts';
import { addDays, type Day, dayOf, daysBetween } from '#shared/domain/day.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import type { Message } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { firstDaysOf, noteFirstDeliveries } from './firstDeliveries.ts';
import {
  type AnalyticsEvent,
  AnalyticsEvents,
  analyticsRowOf,
  eachEventOf,
} from './models/AnalyticsEvent.ts';
import { OrdersRow, ordersReport } from './rules/orders.ts';
import { PaymentsRow, paymentsReport } from './rules/payments.ts';
import { RecurringRow, recurringReport } from './rules/recurring.ts';
import { dayFinder, mondayOf, type Report } from './rules/report.ts';
import { RetentionRow, retentionReport } from './rules/retention.ts';
import { SalesRow, salesReport } from './rules/sales.ts';
import { byWeek, SubscriptionsRow, subscriptionsReport } from './rules/subscriptions.ts';

const MOST_IN_ONE_WRITE = 100;
const MAX_TRIES = 6;
const MAX_DAYS = 366;
/** An order ends within the days it can be booked ahead (90) and the few that a late result may take. */
const ORDER_ENDS_WITHIN_DAYS = 120;

/** Event door: keeps every event once. What cannot be kept comes again; what is there already is done. */
export async function logEvents(world: World, messages: readonly Message[]): Promise<string[]> {
  const { timeZone } = await settingsOf(world);
  const rows = new Map<string, AnalyticsEvent>();
  const unkept = new Set<string>();
  for (const { event } of messages) {
    try {
      rows.set(event.eventId, analyticsRowOf(event, timeZone));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      world.log.warn('event without an instant', { eventId: event.eventId, eventType: event.eventType });
      unkept.add(event.eventId);
    }
  }
  const whole = [...rows.values()];
  for (let start = 0; start < whole.length; start += MOST_IN_ONE_WRITE) {
    for (const row of await keep(world, whole.slice(start, start + MOST_IN_ONE_WRITE)))
      unkept.add(row.eventId);
  }
  await noteFirstDeliveries(
    world,
    messages.map(({ event }) => event).filter(({ eventId }) => !unkept.has(eventId)),
    timeZone,
  );
  return messages.filter(({ event }) => unkept.has(event.eventId)).map(({ messageId }) => messageId);
}

/** Writes rows that may be there already, all in one transaction where that works; answers those it could not. */
async function keep(
  world: World,
  rows: readonly AnalyticsEvent[],
  tries = 1,
): Promise<readonly AnalyticsEvent[]> {
  if (rows.length === 0) return [];
  if (tries > MAX_TRIES) return rows;
  try {
    await world.store.transact(rows.map((row) => create(AnalyticsEvents, row)));
    return [];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const codeOf = new Map(rows.map((row, i) => [row, error.reasons[i]?.Code]));
    const unkept = rows.filter((row) => codeOf.get(row) === 'ValidationError');
    const rest = rows.filter((row) => !settled.has(codeOf.get(row) ?? ''));
    if (unkept.length > 0)
      world.log.error('events cannot be kept', { eventIds: unkept.map((row) => row.eventId) });
    if (rest.length < rows.length) return [...unkept, ...(await keep(world, rest, tries))];
    if (error.name === 'ValidationException') return keepHalves(world, rows, error.message);
    await backOff(tries);
    return keep(world, rows, tries + 1);
  }
}

/** What trying again cannot change: the row is there already, or the store will not take it. */
const settled = new Set(['ConditionalCheckFailed', 'ValidationError']);

/** A batch above the store's size, or with an event it will not take: the others must not wait for it. */
async function keepHalves(world: World, rows: readonly AnalyticsEvent[], reason: string) {
  if (rows.length === 1) {
    world.log.error('events cannot be kept', { eventIds: rows.map((row) => row.eventId), reason });
    return rows;
  }
  const half = Math.ceil(rows.length / 2);
  return [...(await keep(world, rows.slice(0, half))), ...(await keep(world, rows.slice(half)))];
}

export interface LogEvent {
  eventId?: string;
  eventType: string;
  entityId?: string;
  entityVersion?: number;
  userId?: string;
  orderId?: string;
  timestamp?: string;
  data?: Record<string, unknown>;
}

/** Keeps one event that a caller tells; an eventId that is kept already is a repeat. */
export async function logEvent(world: World, call: Call<LogEvent>) {
  const { eventId = `E${world.ids.next()}`, userId, orderId, data, ...given } = call.input;
  const event: DairyEvent = {
    eventId,
    eventType: given.eventType,
    schema: 1,
    entityId: given.entityId ?? orderId ?? userId ?? eventId,
    // Below every version that a real change has, so that it never passes for the newest.
    entityVersion: given.entityVersion ?? 0,
    ...(userId === undefined ? {} : { userId }),
    ...(orderId === undefined ? {} : { orderId }),
    timestamp: given.timestamp ?? world.clock.now().toISOString(),
    ...(data === undefined ? {} : { data }),
  };
  const row = analyticsRowOf(event, (await settingsOf(world)).timeZone);
  const key = { dayKey: row.dayKey, eventId };
  return commit(world, call, [{ table: AnalyticsEvents, key }], ([kept]) => ({
    writes: kept ? [] : [create(AnalyticsEvents, row)],
    answer: { eventId },
  }));
}

export interface AskReport {
  type: (typeof reportTypes)[number];
  from?: Day;
  to?: Day;
  /** Of subscriptions: a row a day, or a week. */
  by?: 'day' | 'week';
  format: 'json' | 'csv';
}

interface Span {
  from: Day;
  to: Day;
  today: Day;
  timeZone: string;
}

const columnsOf = {
  sales: Object.keys(SalesRow.shape),
  orders: Object.keys(OrdersRow.shape),
  payments: Object.keys(PaymentsRow.shape),
  subscriptions: Object.keys(SubscriptionsRow.shape),
  recurring: Object.keys(RecurringRow.shape),
  retention: Object.keys(RetentionRow.shape),
};
export const reportTypes = [
  'sales',
  'orders',
  'payments',
  'subscriptions',
  'recurring',
  'retention',
] as const;
/** Weeks that retention looks back, unless told. */
const RETENTION_DAYS = 56;
const DEFAULT_DAYS = 7;

/** A report over days of the dairy, both included, made from the event log. */
export async function generateReport(world: World, { input }: Call<AskReport>) {
  const span = spanOf(input, world.clock.now(), (await settingsOf(world)).timeZone);
  if (span instanceof Problem) return span;
  const rows = await rowsOf(world, input, span);
  if (input.format === 'json') return rows;
  return new Reply(csvOf(columnsOf[input.type], rows), {
    contentType: 'text/csv; charset=utf-8; header=present',
    headers: { 'content-disposition': `attachment; filename="${input.type}-${span.from}-${span.to}.csv"` },
  });
}

function spanOf(input: AskReport, now: Date, timeZone: string): Span | Problem {
  const today = dayOf(now, timeZone);
  const to = input.to ?? today;
  const from = input.from ?? addDays(to, 1 - (input.type === 'retention' ? RETENTION_DAYS : DEFAULT_DAYS));
  if (from > to) return badFrom(`is after ${to}`);
  if (from < addDays(to, 1 - MAX_DAYS)) return badFrom(`makes more than ${MAX_DAYS} days until ${to}`);
  return { from, to, today, timeZone };
}

function badFrom(detail: string): Problem {
  return refuse('INVALID_INPUT', `?from: ${detail}`, { errors: [{ pointer: '?from', detail }] });
}

function rowsOf(world: World, { type, by }: AskReport, span: Span) {
  switch (type) {
    case 'sales':
      return read(world, span, salesReport(dayAtOf(span)));
    case 'orders':
      return read(world, span, ordersReport(dayAtOf(span)), ORDER_ENDS_WITHIN_DAYS);
    case 'payments':
      return paymentsRows(world, span);
    case 'subscriptions':
      return subscriptionsRows(world, span, by);
    case 'recurring':
      return read(world, span, recurringReport(span.from, span.to));
    case 'retention':
      return retentionRows(world, span);
  }
}

const dayAtOf = ({ from, to, timeZone }: Span) => dayFinder(from, to, timeZone);

/** Gives a report every event of its days, and of some days after them. */
async function read<R>(
  world: World,
  { from, to, today }: Span,
  report: Report<R>,
  moreDays = 0,
): Promise<R[]> {
  const last = earlier(addDays(to, moreDays), today);
  await eachEventOf(world.store, keptUnder(from, last), report.take);
  return report.rows();
}

async function paymentsRows(world: World, span: Span) {
  const report = paymentsReport(dayAtOf(span));
  await read(world, span, report);
  // A refund may belong to a payment made before the report's first day.
  const unknown = report.unknownPayments();
  const payments = await world.store.getMany(
    unknown.map((paymentId) => ({ table: Payments, key: { paymentId } })),
  );
  unknown.forEach((paymentId, i) => {
    const method = methodOf(paymentId, payments[i] as Payment | undefined);
    if (method) report.learn(paymentId, method);
  });
  return report.rows();
}

async function subscriptionsRows(world: World, span: Span, by: AskReport['by']) {
  const { from, to, today, timeZone } = span;
  const rows = await read(world, span, subscriptionsReport(daysBetween(from, earlier(to, today)), timeZone));
  return by === 'week' ? byWeek(rows) : rows;
}

/** Whole weeks: that of the first day is read from its Monday on. */
async function retentionRows(world: World, span: Span) {
  const { to, today } = span;
  const whole = { ...span, from: mondayOf(span.from) };
  const report = retentionReport(dayAtOf(whole), [whole.from, mondayOf(earlier(to, today))]);
  await read(world, whole, report);
  for (const [userId, day] of await firstDaysOf(world, report.households())) report.learn(userId, day);
  return report.rows();
}

/** The days whose partitions hold what happened from `from` to `to`, also if the dairy's zone was another then. */
function keptUnder(from: Day, to: Day): Day[] {
  return daysBetween(addDays(from, -1), addDays(to, 1));
}

function earlier(a: Day, b: Day): Day {
  return [a, b].sort()[0] ?? a;
}
