import { z } from '@hono/zod-openapi';
import { isDay } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import type { LambdaParts } from '#shared/lambda.ts';
import { generateReport, logEvent, logEvents, reportTypes } from './analyticsController.ts';
import { OrdersRow } from './rules/orders.ts';
import { PaymentsRow } from './rules/payments.ts';
import { RecurringRow } from './rules/recurring.ts';
import { RetentionRow } from './rules/retention.ts';
import { SalesRow } from './rules/sales.ts';
import { SubscriptionsRow } from './rules/subscriptions.ts';

const day = z
  .string()
  .refine(isDay, { message: 'must be a day of the calendar, YYYY-MM-DD' })
  .openapi({ format: 'date', example: '2027-01-05' });
const id = z.string().trim().min(1).max(100);

const doors: AnyDoor[] = [
  door({
    name: 'logEvent',
    summary: 'Keep one event in the event log',
    who: ['admin', 'system'],
    input: z.strictObject({
      eventId: idSchema('event').optional(),
      eventType: z
        .string()
        .regex(/^[A-Z][A-Z0-9_]{1,60}$/, { message: 'must be capitals, digits and "_"' })
        .openapi({ example: 'USER_REGISTERED' }),
      entityId: id.optional(),
      entityVersion: z.number().int().min(0).optional(),
      userId: idSchema('user').optional(),
      orderId: idSchema('order').optional(),
      timestamp: z.iso.datetime({ offset: true }).optional(),
      data: z.record(z.string().max(100), z.unknown()).optional(),
    }),
    answer: () => z.object({ eventId: z.string() }),
    run: logEvent,
  }),
  door({
    name: 'generateReport',
    summary:
      'Sales by day and product, orders by status, payments by method, subscriptions, what they bring in a month, or retention by week; the last 7 days (56 for retention) unless told',
    who: ['admin', 'system'],
    http: { method: 'GET', path: '/analytics/report', produces: 'text/csv' },
    input: z.strictObject({
      type: z.enum(reportTypes),
      from: day.optional(),
      to: day.optional(),
      /** Of subscriptions: a row a day, or a week. */
      by: z.enum(['day', 'week']).default('day'),
      format: z.enum(['json', 'csv']).default('json'),
    }),
    answer: () =>
      z.array(z.union([SalesRow, OrdersRow, PaymentsRow, SubscriptionsRow, RecurringRow, RetentionRow])),
    run: generateReport,
  }),
];

export const analyticsLambda: LambdaParts = { name: 'analytics', doors, consume: logEvents };
