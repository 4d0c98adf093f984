import { z } from '@hono/zod-openapi';
import { idSchema } from '#shared/domain/id.ts';
import { Amount, AmountShown } from '#shared/domain/money.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import type { LambdaParts } from '#shared/lambda.ts';
import { billAccounts } from './accounts.ts';
import { autoTopUpDoors } from './autoTopUpRoutes.ts';
import { collectTopUps } from './collecting.ts';
import { deskDoors } from './deskRoutes.ts';
import { paymentStatuses } from './models/Payment.ts';
import { closeBooks } from './moneyOwed.ts';
import { followUp, paymentWebhook, processPayment, reconcilePayments } from './paymentController.ts';
import { expirePromos } from './promo.ts';
import { refundPayment } from './refunds.ts';
import { walletDoors } from './walletRoutes.ts';

const doors: AnyDoor[] = [
  door({
    name: 'processPayment',
    summary: 'Pay an order',
    who: ['customer', 'admin'],
    http: { method: 'POST', path: '/payment/pay' },
    input: z.strictObject({
      orderId: idSchema('order'),
      amount: Amount,
      paymentMethod: z.enum(['CARD', 'UPI', 'WALLET', 'COD', 'ACCOUNT']),
      /** What the household's device got from the provider instead of card data. */
      paymentToken: z.string().trim().min(1).max(200).optional(),
    }),
    answer: () =>
      z.object({
        paymentId: z.string(),
        status: z.enum(paymentStatuses),
        reason: z.string().optional(),
        /** Of a charge that the household's device is to finish: what the provider's own form needs. */
        clientSecret: z.string().optional(),
      }),
    run: processPayment,
  }),
  door({
    name: 'paymentWebhook',
    summary: "The payment provider's signed messages",
    who: 'public',
    http: { method: 'POST', path: '/payment/webhook', webhook: true, idempotent: false },
    input: z.looseObject({}),
    answer: () => z.object({ received: z.boolean() }),
    run: paymentWebhook,
  }),
  door({
    name: 'refundPayment',
    summary: 'Credit a problem with a delivered order: the way it was paid, or into the prepaid balance',
    who: ['admin'],
    http: { method: 'POST', path: '/payment/refund', status: 201 },
    input: z.strictObject({
      orderId: idSchema('order'),
      amount: Amount.refine((minor) => minor > 0, { message: 'must be more than nothing' }),
      reason: z.string().trim().min(1).max(200),
      /** Into the prepaid balance at once, or the way it came; that unless told, where it is possible. */
      to: z.enum(['SOURCE', 'WALLET']).optional(),
    }),
    answer: () => z.object({ refundId: z.string(), status: z.enum(paymentStatuses), amount: AmountShown }),
    run: refundPayment,
  }),
];

export const paymentLambda: LambdaParts = {
  name: 'payment',
  doors: [...doors, ...walletDoors, ...deskDoors, ...autoTopUpDoors],
  consume: followUp,
  timers: { reconcilePayments, billAccounts, collectTopUps, expirePromos, closeBooks },
};
