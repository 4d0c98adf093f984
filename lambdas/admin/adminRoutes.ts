import { z } from '@hono/zod-openapi';
import { DeliveryShown } from '#lambdas/delivery/models/Delivery.ts';
import { UpdateDelivery, updateDelivery } from '#lambdas/delivery/models/progress.ts';
import { emailField, nameField, passwordField, phoneField } from '#lambdas/user/models/User.ts';
import { AuditRow } from '#shared/data/audit.ts';
import { Settings } from '#shared/data/settings.ts';
import { isDay } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { AmountShown } from '#shared/domain/money.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import type { LambdaParts } from '#shared/lambda.ts';
import { addUser, listUsers, makeFirstAdmin, updateUser } from './adminController.ts';
import { catalogueDoors } from './catalogueRoutes.ts';
import { customerDoors } from './customerRoutes.ts';
import { dayDoors } from './dayRoutes.ts';
import { collectDeadLetters, listDeadLetters, replayDeadLetters } from './deadLetters.ts';
import { viewAudit } from './desk.ts';
import { docsDoors } from './docsRoutes.ts';
import { DeadLetter, deadLetterStatuses } from './models/DeadLetter.ts';
import { runDayNow, simulateRun } from './orderRun.ts';
import { ChangeSettings } from './rules/settings.ts';
import { runStates, viewOrderRun } from './runState.ts';
import { updateSettings, viewSettings } from './settings.ts';

const staff = ['admin'] as const;
const userId = idSchema('user');
const day = z
  .string()
  .refine(isDay, { message: 'must be a day YYYY-MM-DD' })
  .openapi({ format: 'date', example: '2027-01-05' });
const page = {
  limit: z.coerce.number().int().min(1).max(100).default(100),
  cursor: z.string().max(500).optional(),
};

const userDoors: AnyDoor[] = [
  door({
    name: 'makeFirstAdmin',
    summary: 'Make the first admin of a dairy that has none, and tell the password once',
    who: ['system'],
    input: z.strictObject({ email: emailField }),
    answer: () =>
      z.object({ made: z.boolean(), email: z.string().optional(), password: z.string().optional() }),
    run: makeFirstAdmin,
  }),
  door({
    name: 'addUser',
    summary: 'Make the account of a courier or of staff',
    who: staff,
    http: { method: 'POST', path: '/admin/user', status: 201 },
    input: z.strictObject({
      name: nameField,
      email: emailField,
      password: passwordField,
      phone: phoneField.optional(),
      role: z.enum(['courier', 'admin']),
    }),
    answer: () => z.object({ userId: z.string() }),
    run: addUser,
  }),
  door({
    name: 'updateUser',
    summary: 'Change what somebody may do; all their sessions end at once',
    who: staff,
    http: { method: 'PATCH', path: '/admin/user' },
    input: z
      .strictObject({
        userId,
        role: z.enum(['customer', 'courier', 'admin']).optional(),
        active: z.boolean().optional(),
      })
      .refine((input) => input.role !== undefined || input.active !== undefined, {
        message: 'must have role or active',
      })
      .openapi({ example: { userId: 'U9', active: false } }),
    answer: () => z.object({ userId: z.string(), role: z.string(), active: z.boolean() }),
    run: updateUser,
  }),
  door({
    name: 'listUsers',
    summary: 'Couriers or admins',
    who: staff,
    http: { method: 'GET', path: '/admin/users' },
    input: z.strictObject({ role: z.enum(['courier', 'admin']), ...page }),
    answer: () =>
      z.array(
        z.object({
          userId: z.string(),
          name: z.string().optional(),
          email: z.string().optional(),
          phone: z.string().optional(),
          role: z.string(),
          active: z.boolean(),
          createdAt: z.string(),
        }),
      ),
    run: listUsers,
  }),
];

const settingsDoors: AnyDoor[] = [
  door({
    name: 'viewSettings',
    summary: 'What the dairy has decided for itself',
    who: staff,
    http: { method: 'GET', path: '/admin/settings' },
    input: z.strictObject({}),
    answer: () => Settings,
    run: viewSettings,
  }),
  door({
    name: 'updateSettings',
    summary: 'Change settings; groups are merged, lists are replaced',
    who: staff,
    http: { method: 'PATCH', path: '/admin/settings' },
    input: ChangeSettings,
    answer: () => Settings,
    run: updateSettings,
  }),
];

const deskDoors: AnyDoor[] = [
  door({
    name: 'updateDelivery',
    summary: 'Move a delivery on, with its order, stock and money: its courier, or the desk for them',
    who: ['courier', 'admin'],
    http: { method: 'PATCH', path: '/delivery/update', idempotent: true },
    input: UpdateDelivery,
    answer: DeliveryShown,
    run: updateDelivery,
  }),
  door({
    name: 'viewAudit',
    summary: 'What staff and couriers did on a day, the newest first; today unless told',
    who: staff,
    http: { method: 'GET', path: '/admin/audit' },
    input: z.strictObject({ day: day.optional(), ...page }),
    answer: () => z.array(AuditRow()),
    run: viewAudit,
  }),
];

const runFigures = () => ({ productId: z.string(), granted: z.number().int() });

const runMade = () => ({
  day: z.string(),
  /** Days of standing orders that had something due; each has an order or a reason. */
  due: z.number().int(),
  orders: z.number().int(),
  reasons: z.record(z.string(), z.number().int()),
  amount: AmountShown,
  /** Fingerprint of every decision, whatever order they were made in. */
  digest: z.string(),
});

const runDoors: AnyDoor[] = [
  door({
    name: 'runDay',
    summary: 'Make the orders of a day now; what has not locked yet is made as it stands and locks',
    who: staff,
    http: { method: 'POST', path: '/admin/run', idempotent: false },
    input: z.strictObject({ day }),
    /** `done` is false when more is to be made than an answer has time for: the timer goes on. */
    answer: () => z.object({ ...runMade(), done: z.boolean() }),
    run: runDayNow,
  }),
  door({
    name: 'viewOrderRun',
    summary: "How far the order run of a day is, for each lock of its slots; today's unless told",
    who: staff,
    http: { method: 'GET', path: '/admin/run' },
    input: z.strictObject({ day: day.optional() }),
    answer: () =>
      z
        .object({
          day: z.string(),
          locks: z.array(
            z.object({
              lock: z.string(),
              slotIds: z.array(z.string()),
              /**
               * WAITING for the lock; PLANNING how the stock is shared; MAKING orders; MADE by the desk before the lock;
               * DONE for good.
               */
              state: z.enum(runStates),
              startedAt: z.string().optional(),
              /** Days of standing orders that have something due, once it is planned, and how many are dealt with. */
              due: z.number().int().optional(),
              made: z.number().int(),
              orders: z.number().int(),
              reasons: z.record(z.string(), z.number().int()).openapi({ example: { BALANCE_SHORT: 3 } }),
              amount: AmountShown,
              digest: z.string(),
            }),
          ),
        })
        .openapi('OrderRunState'),
    run: viewOrderRun,
  }),
  door({
    name: 'simulateRun',
    summary: 'What the order run of a day would make now, with what it has made already; nothing is written',
    who: staff,
    http: { method: 'POST', path: '/admin/run/simulate', idempotent: false },
    input: z.strictObject({ day }),
    answer: () =>
      z.object({
        ...runMade(),
        demand: z.array(z.object({ ...runFigures(), wanted: z.number().int(), available: z.number().int() })),
        short: z.array(
          z.object({
            ...runFigures(),
            subscriptionId: z.string(),
            userId: z.string(),
            qty: z.number().int(),
            reason: z.string(),
          }),
        ),
      }),
    run: simulateRun,
  }),
];

const deadLetterDoors: AnyDoor[] = [
  door({
    name: 'listDeadLetters',
    summary: 'Events that a consumer could not take, the newest first',
    who: staff,
    http: { method: 'GET', path: '/admin/dead-letters' },
    input: z.strictObject({ status: z.enum(deadLetterStatuses).default('OPEN'), ...page }),
    answer: () => z.array(DeadLetter().omit({ version: true, listKey: true })),
    run: listDeadLetters,
  }),
  door({
    name: 'replayDeadLetters',
    summary: 'Send one dead letter, or the oldest open ones, to its consumer once more',
    who: staff,
    http: { method: 'POST', path: '/admin/dead-letters/replay' },
    input: z
      .strictObject({ deadLetterId: idSchema('deadLetter').optional(), all: z.literal(true).optional() })
      .refine((input) => (input.deadLetterId === undefined) !== (input.all === undefined), {
        message: 'must have either deadLetterId or all',
      })
      .openapi({ example: { all: true } }),
    answer: () => z.object({ replayed: z.number().int(), more: z.boolean() }),
    run: replayDeadLetters,
  }),
];

export const adminLambda: LambdaParts = {
  name: 'admin',
  doors: [
    ...catalogueDoors,
    ...userDoors,
    ...customerDoors,
    ...settingsDoors,
    ...deskDoors,
    ...dayDoors,
    ...runDoors,
    ...deadLetterDoors,
    ...docsDoors,
  ],
  consume: collectDeadLetters,
};
