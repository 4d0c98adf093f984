import { Payments } from '#lambdas/payment/models/Payment.ts';
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
import {
  type AnalyticsEvent,
  AnalyticsEvents,
  analyticsRowOf,
  eachEventOf,
} from './models/AnalyticsEvent.ts';
import { OrdersRow, ordersReport } from './rules/orders.ts';
import { PaymentsRow, paymentsReport } from './rules/payments.ts';
import { dayFinder } from './rules/report.ts';
import { SalesRow, salesReport } from './rules/sales.ts';

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
  type: 'sales' | 'orders' | 'payments';
  from?: Day;
  to?: Day;
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
};

/** A report over days of the dairy, both included, made from the event log. */
export async function generateReport(world: World, { input }: Call<AskReport>) {
  const span = spanOf(input, world.clock.now(), (await settingsOf(world)).timeZone);
  if (span instanceof Problem) return span;
  const rows = await rowsOf(world, input.type, span);
  if (input.format === 'json') return rows;
  return new Reply(csvOf(columnsOf[input.type], rows), {
    contentType: 'text/csv; charset=utf-8; header=present',
    headers: { 'content-disposition': `attachment; filename="${input.type}-${span.from}-${span.to}.csv"` },
  });
}

function spanOf(input: AskReport, now: Date, timeZone: string): Span | Problem {
  const today = dayOf(now, timeZone);
  const to = input.to ?? today;
  const from = input.from ?? addDays(to, -6);
  if (from > to) return badFrom(`is after ${to}`);
  if (from < addDays(to, 1 - MAX_DAYS)) return badFrom(`makes more than ${MAX_DAYS} days until ${to}`);
  return { from, to, today, timeZone };
}

function badFrom(detail: string): Problem {
  return refuse('INVALID_INPUT', `?from: ${detail}`, { errors: [{ pointer: '?from', detail }] });
}

async function rowsOf(world: World, type: AskReport['type'], { from, to, today, timeZone }: Span) {
  const dayAt = dayFinder(from, to, timeZone);
  const days = keptUnder(from, earlier(to, today));
  if (type === 'sales') {
    const report = salesReport(dayAt);
    await eachEventOf(world.store, days, report.take);
    return report.rows();
  }
  if (type === 'orders') {
    const report = ordersReport(dayAt);
    const ended = earlier(addDays(to, ORDER_ENDS_WITHIN_DAYS), today);
    await eachEventOf(world.store, keptUnder(from, ended), report.take);
    return report.rows();
  }
  const report = paymentsReport(dayAt);
  await eachEventOf(world.store, days, report.take);
  // A refund may belong to a payment made before the report's first day.
  const unknown = report.unknownPayments();
  const payments = await world.store.getMany(
    unknown.map((paymentId) => ({ table: Payments, key: { paymentId } })),
  );
  unknown.forEach((paymentId, i) => {
    const method = payments[i]?.paymentMethod;
    if (typeof method === 'string') report.learn(paymentId, method);
  });
  return report.rows();
}

/** The days whose partitions hold what happened from `from` to `to`, also if the dairy's zone was another then. */
function keptUnder(from: Day, to: Day): Day[] {
  return daysBetween(addDays(from, -1), addDays(to, 1));
}

function earlier(a: Day, b: Day): Day {
  return [a, b].sort()[0] ?? a;
}
