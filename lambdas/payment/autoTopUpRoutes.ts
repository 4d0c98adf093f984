import { z } from '@hono/zod-openapi';
import { idSchema } from '#shared/domain/id.ts';
import { Amount, AmountShown } from '#shared/domain/money.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import { onDemand } from '#shared/onDemand.ts';
import { setAutoTopUp, viewAutoTopUp } from './autoTopUp.ts';
import { autoTopUpStatuses } from './models/AutoTopUp.ts';
import { paymentStatuses } from './models/Payment.ts';

const owners = ['customer', 'admin'] as const;
const userId = idSchema('user').optional();

const AutoTopUpShown = onDemand(() =>
  z
    .object({
      enabled: z.boolean(),
      amount: AmountShown.optional(),
      days: z.number().int(),
      /** The kept card or UPI account, as its household knows it. */
      method: z.string().optional(),
      status: z.enum(autoTopUpStatuses),
      /** The first day of deliveries that the balance does not cover. */
      dueDay: z.string().optional(),
      /** Nothing is debited before. */
      debitAt: z.string().optional(),
      failedTries: z.number().int(),
      /** The top-up that keeps the card or UPI account of a token. */
      topUp: z
        .object({
          paymentId: z.string(),
          status: z.enum(paymentStatuses),
          reason: z.string().optional(),
          clientSecret: z.string().optional(),
        })
        .optional(),
    })
    .openapi('AutoTopUp'),
);

export const autoTopUpDoors: AnyDoor[] = [
  door({
    name: 'viewAutoTopUp',
    summary: 'How my prepaid balance is topped up by itself, and what of it is under way',
    who: owners,
    http: { method: 'GET', path: '/payment/auto-topup' },
    input: z.strictObject({ userId }),
    answer: AutoTopUpShown,
    run: viewAutoTopUp,
  }),
  door({
    name: 'setAutoTopUp',
    summary:
      'Switch automatic top-ups on or off; a token makes the first one and keeps its card or UPI account',
    who: owners,
    http: { method: 'PATCH', path: '/payment/auto-topup' },
    input: z.strictObject({
      userId,
      enabled: z.boolean(),
      amount: Amount.refine((minor) => minor > 0, { message: 'must be more than nothing' }).optional(),
      /** So many coming days of deliveries shall be covered. */
      days: z.number().int().min(1).max(30).optional(),
      paymentMethod: z.enum(['CARD', 'UPI']).default('CARD'),
      paymentToken: z.string().trim().min(1).max(200).optional(),
    }),
    answer: AutoTopUpShown,
    run: setAutoTopUp,
  }),
];
