import { z } from '@hono/zod-openapi';
import { isDay } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { Amount, AmountOrNone, AmountShown } from '#shared/domain/money.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import { grantAccount, listBills } from './accounts.ts';
import { bankCash, enterPayout, handOverCash, viewCash, writeOffDebt } from './deskMoney.ts';
import { listDisputes } from './disputes.ts';
import { billings, billStatuses } from './models/Account.ts';
import { disputeStatuses } from './models/Dispute.ts';
import { viewMoneyOwed } from './moneyOwed.ts';
import { grantPromo, viewPromo } from './promo.ts';

const staff = ['admin'] as const;
const userId = idSchema('user');
const reason = z.string().trim().min(1).max(200);
/** Nothing can be moved. */
const SomeAmount = Amount.refine((minor) => minor > 0, { message: 'must be more than nothing' });
const page = {
  limit: z.coerce.number().int().min(1).max(100).default(100),
  cursor: z.string().max(500).optional(),
};

const providerDoors: AnyDoor[] = [
  door({
    name: 'enterPayout',
    summary: 'Book what the payment provider paid out, where its message did not come',
    who: staff,
    http: { method: 'POST', path: '/payment/settlement', status: 201 },
    input: z.strictObject({
      payoutRef: z.string().trim().min(1).max(100),
      /** What arrived at the bank. */
      amount: SomeAmount,
      /** What the provider kept. */
      fee: Amount,
    }),
    answer: () => z.object({ movementId: z.string(), amount: AmountShown, fee: AmountShown }),
    run: enterPayout,
  }),
  door({
    name: 'listDisputes',
    summary: 'Charges that households’ banks took back, by how they stand, newest first',
    who: staff,
    http: { method: 'GET', path: '/payment/disputes' },
    input: z.strictObject({ status: z.enum(disputeStatuses).default('OPENED'), ...page }),
    answer: () =>
      z.array(
        z
          .object({
            disputeId: z.string(),
            paymentId: z.string(),
            orderId: z.string().optional(),
            userId: z.string(),
            status: z.enum(disputeStatuses),
            amount: AmountShown,
            fee: AmountShown,
            openedAt: z.string(),
            closedAt: z.string().optional(),
          })
          .openapi('Dispute'),
      ),
    run: listDisputes,
  }),
];

const cashDoors: AnyDoor[] = [
  door({
    name: 'handOverCash',
    summary: 'A courier hands over the cash of the doors; what was counted against what it should be',
    who: staff,
    http: { method: 'POST', path: '/payment/handover', status: 201 },
    input: z.strictObject({ courierId: userId, counted: Amount }),
    answer: () =>
      z.object({
        movementId: z.string(),
        courierId: z.string(),
        expected: AmountShown,
        counted: AmountShown,
        /** Counted less expected. */
        difference: AmountShown,
      }),
    run: handOverCash,
  }),
  door({
    name: 'bankCash',
    summary: 'Cash of the desk was paid in at the bank',
    who: staff,
    http: { method: 'POST', path: '/payment/banked', status: 201 },
    input: z.strictObject({ amount: SomeAmount }),
    answer: () => z.object({ movementId: z.string(), amount: AmountShown }),
    run: bankCash,
  }),
  door({
    name: 'viewCash',
    summary: 'The cash that each courier should hold now, and former couriers who still hold some',
    who: staff,
    http: { method: 'GET', path: '/payment/cash' },
    input: z.strictObject(page),
    answer: () =>
      z.array(
        z.object({
          courierId: z.string(),
          name: z.string().optional(),
          /** Whether they are an active courier now. */
          active: z.boolean(),
          expected: AmountShown,
        }),
      ),
    run: viewCash,
  }),
  door({
    name: 'writeOffDebt',
    summary: 'Give up what a household owes, or a part of it',
    who: staff,
    http: { method: 'POST', path: '/payment/write-off', status: 201 },
    input: z.strictObject({ userId, amount: SomeAmount, reason }),
    answer: () =>
      z.object({
        movementId: z.string(),
        userId: z.string(),
        amount: AmountShown,
        /** What is still owed. */
        owed: AmountShown,
      }),
    run: writeOffDebt,
  }),
];

const accountDoors: AnyDoor[] = [
  door({
    name: 'grantAccount',
    summary: 'Let a household pay after its deliveries, up to a limit; null ends that',
    who: staff,
    http: { method: 'PATCH', path: '/admin/account' },
    input: z.strictObject({
      userId,
      creditLimit: AmountOrNone,
      billing: z.enum(billings).optional(),
      dueDays: z.number().int().min(0).max(90).optional(),
    }),
    answer: () =>
      z.object({
        userId: z.string(),
        creditLimit: AmountShown.nullable(),
        billing: z.enum(billings),
        dueDays: z.number().int(),
      }),
    run: grantAccount,
  }),
  door({
    name: 'listBills',
    summary: 'The bills of a post-paid account, newest first',
    who: ['customer', 'admin'],
    http: { method: 'GET', path: '/payment/bills' },
    input: z.strictObject({ userId: userId.optional(), ...page }),
    answer: () =>
      z.array(
        z
          .object({
            billId: z.string(),
            userId: z.string(),
            from: z.string(),
            to: z.string(),
            amount: AmountShown,
            /** What of it is not paid yet. */
            left: AmountShown,
            dueDay: z.string(),
            status: z.enum(billStatuses),
            issuedAt: z.string(),
          })
          .openapi('Bill'),
      ),
    run: listBills,
  }),
];

const reportDoors: AnyDoor[] = [
  door({
    name: 'viewMoneyOwed',
    summary: 'Customers’ money that the dairy holds; what customers owe is listed apart',
    who: staff,
    http: { method: 'GET', path: '/payment/owed' },
    input: z.strictObject({}),
    answer: () =>
      z.object({
        asOf: z.string(),
        /** wallet + deferred + deposits + transit + suspense. */
        total: AmountShown,
        wallet: AmountShown,
        deferred: AmountShown,
        deposits: AmountShown,
        transit: AmountShown,
        suspense: AmountShown,
        owed: AmountShown,
        promo: AmountShown,
        /** What the cash box at the desk should hold. */
        deskCash: AmountShown,
      }),
    run: viewMoneyOwed,
  }),
];

const promoDoors: AnyDoor[] = [
  door({
    name: 'grantPromo',
    summary: 'Give a household promo credit: a discount on its next orders, never money',
    who: staff,
    http: { method: 'POST', path: '/admin/promo', status: 201 },
    input: z.strictObject({
      userId,
      amount: SomeAmount,
      reason,
      /** The last day it can be used. */
      expiresOn: z.string().refine(isDay, { message: 'must be a day YYYY-MM-DD' }).optional(),
    }),
    answer: () =>
      z.object({
        promoId: z.string(),
        userId: z.string(),
        amount: AmountShown,
        expiresOn: z.string().optional(),
      }),
    run: grantPromo,
  }),
  door({
    name: 'viewPromo',
    summary: 'My promo credit, in the order in which it is used',
    who: ['customer', 'admin'],
    http: { method: 'GET', path: '/payment/promo' },
    input: z.strictObject({ userId: userId.optional() }),
    answer: () =>
      z.object({
        available: AmountShown,
        grants: z.array(
          z.object({ promoId: z.string(), left: AmountShown, expiresOn: z.string().optional() }),
        ),
      }),
    run: viewPromo,
  }),
];

export const deskDoors: AnyDoor[] = [
  ...providerDoors,
  ...cashDoors,
  ...accountDoors,
  ...promoDoors,
  ...reportDoors,
];
