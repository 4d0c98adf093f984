import { z } from '@hono/zod-openapi';
import { isDay } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import type { LambdaParts } from '#shared/lambda.ts';
import { generateReport, logEvent, logEvents } from './analyticsController.ts';
import { OrdersRow } from './rules/orders.ts';
import { PaymentsRow } from './rules/payments.ts';
import { SalesRow } from './rules/sales.ts';

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
    answer: z.object({ eventId: z.string() }),
    run: logEvent,
  }),
  door({
    name: 'generateReport',
    summary: 'Sales by day and product, orders by status, or payments by method; the last 7 days unless told',
    who: ['admin', 'system'],
    http: { method: 'GET', path: '/analytics/report', produces: 'text/csv' },
    input: z.strictObject({
      type: z.enum(['sales', 'orders', 'payments']),
      from: day.optional(),
      to: day.optional(),
      format: z.enum(['json', 'csv']).default('json'),
    }),
    answer: z.array(z.union([SalesRow, OrdersRow, PaymentsRow])),
    run: generateReport,
  }),
];

export const analyticsLambda: LambdaParts = { name: 'analytics', doors, consume: logEvents };
