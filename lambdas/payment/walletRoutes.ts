import { z } from '@hono/zod-openapi';
import { isDay } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { Amount, AmountShown } from '#shared/domain/money.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import { onDemand } from '#shared/onDemand.ts';
import { loseBottles } from './bottles.ts';
import { accounts } from './models/Ledger.ts';
import { paymentStatuses, refundStatuses } from './models/Payment.ts';
import { StatementShown } from './rules/statement/shown.ts';
import { viewStatement } from './statement.ts';
import { topUpWallet, viewLedger, viewWallet } from './wallet.ts';
import { listPayouts, settlePayout, withdrawFromWallet } from './withdrawal.ts';

const owners = ['customer', 'admin'] as const;
const userId = idSchema('user').optional();
const day = z.string().refine(isDay, { message: 'must be a day YYYY-MM-DD' }).optional();
/** Nothing can be paid in or out. */
const SomeAmount = Amount.refine((minor) => minor > 0, { message: 'must be more than nothing' });

const RefundShown = onDemand(() =>
  z
    .object({
      refundId: z.string(),
      userId: z.string(),
      amount: AmountShown,
      to: z.enum(['SOURCE', 'WALLET', 'BANK']),
      status: z.enum(refundStatuses),
      /** WRONG_CURRENCY: it came in another currency, and the provider does not take it back. */
      reason: z.string().optional(),
      createdAt: z.string(),
    })
    .openapi('Refund'),
);

export const walletDoors: AnyDoor[] = [
  door({
    name: 'viewWallet',
    summary: 'My prepaid balance, what is set aside for coming deliveries, and what I owe',
    who: owners,
    http: { method: 'GET', path: '/payment/wallet' },
    input: z.strictObject({ userId }),
    answer: () =>
      z.object({
        available: AmountShown,
        deferred: AmountShown,
        promo: AmountShown,
        deposits: AmountShown,
        owed: AmountShown,
        creditLimit: AmountShown.optional(),
        currency: z.string(),
      }),
    run: viewWallet,
  }),
  door({
    name: 'topUpWallet',
    summary: 'Pay into a prepaid balance',
    who: owners,
    http: { method: 'POST', path: '/payment/topup', status: 201 },
    input: z.strictObject({
      userId,
      amount: SomeAmount,
      /** BANK and CASH are booked by the desk. */
      paymentMethod: z.enum(['CARD', 'UPI', 'BANK', 'CASH']),
      paymentToken: z.string().trim().min(1).max(200).optional(),
      /** Keeps the card or UPI account, so that the balance can be topped up by itself. */
      save: z.boolean().optional(),
    }),
    answer: () =>
      z.object({
        paymentId: z.string(),
        status: z.enum(paymentStatuses),
        reason: z.string().optional(),
        /** As of POST /payment/pay. */
        clientSecret: z.string().optional(),
      }),
    run: topUpWallet,
  }),
  door({
    name: 'withdrawFromWallet',
    summary: 'Take unused prepaid balance back',
    who: owners,
    http: { method: 'POST', path: '/payment/withdraw', status: 201 },
    input: z.strictObject({ userId, amount: SomeAmount }),
    answer: () =>
      z.object({
        withdrawalId: z.string(),
        amount: AmountShown,
        status: z.literal('PENDING'),
        refunds: z.array(RefundShown()),
      }),
    run: withdrawFromWallet,
  }),
  door({
    name: 'loseBottles',
    summary: 'Keep the deposit of bottles that a household lost or broke',
    who: ['admin'],
    http: { method: 'POST', path: '/payment/bottle-lost' },
    input: z.strictObject({
      userId: idSchema('user'),
      productId: idSchema('product'),
      count: z.number().int().min(1).max(1_000),
      reason: z.string().trim().min(1).max(200).optional(),
    }),
    answer: () =>
      z.object({
        userId: z.string(),
        productId: z.string(),
        count: z.number().int(),
        amount: AmountShown,
        left: z.number().int(),
      }),
    run: loseBottles,
  }),
  door({
    name: 'listPayouts',
    summary: 'Pay-outs to bank accounts that the desk has to make',
    who: ['admin'],
    http: { method: 'GET', path: '/payment/payouts' },
    input: z.strictObject({}),
    answer: () => z.array(RefundShown()),
    run: listPayouts,
  }),
  door({
    name: 'settlePayout',
    summary: 'Say that a pay-out was made, or could not be',
    who: ['admin'],
    http: { method: 'POST', path: '/payment/payout' },
    input: z.strictObject({
      refundId: z.string().trim().min(1).max(100),
      status: z.enum(['SUCCESS', 'FAILED']),
      reason: z.string().trim().min(1).max(200).optional(),
    }),
    answer: () => z.object({ refundId: z.string(), status: z.enum(refundStatuses) }),
    run: settlePayout,
  }),
  door({
    name: 'viewLedger',
    summary: 'Every movement of my money, newest first; the lines of each sum to zero',
    who: owners,
    http: { method: 'GET', path: '/payment/ledger' },
    input: z.strictObject({
      userId,
      from: day,
      to: day,
      limit: z.coerce.number().int().min(1).max(100).default(100),
      cursor: z.string().max(500).optional(),
    }),
    answer: () =>
      z.array(
        z
          .object({
            movementId: z.string(),
            at: z.string(),
            kind: z.string(),
            orderId: z.string().optional(),
            /** What the prepaid balance gained; negative what it lost. */
            wallet: AmountShown,
            lines: z.array(
              z.object({ account: z.enum(accounts), tax: z.string().optional(), amount: AmountShown }),
            ),
          })
          .openapi('Movement'),
      ),
    run: viewLedger,
  }),
  door({
    name: 'viewStatement',
    summary: 'My month: opening balance, every movement, what came and what did not, totals, closing balance',
    who: owners,
    http: { method: 'GET', path: '/payment/statement', produces: ['text/csv', 'application/pdf'] },
    input: z.strictObject({
      userId,
      month: z
        .string()
        .regex(/^\d{4}-(0[1-9]|1[0-2])$/, { message: 'must be a month YYYY-MM' })
        .refine((month) => month >= '2000-01', { message: 'must be a month of this century' })
        .openapi({ example: '2027-01' }),
      format: z.enum(['json', 'csv', 'pdf']).default('json'),
    }),
    answer: StatementShown,
    run: viewStatement,
  }),
];
