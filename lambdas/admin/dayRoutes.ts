import { z } from '@hono/zod-openapi';
import { deliveryStatuses } from '#lambdas/delivery/models/Delivery.ts';
import { orderStatuses } from '#lambdas/order/models/Order.ts';
import { paymentMethods, paymentStatuses } from '#lambdas/payment/models/Payment.ts';
import { Address } from '#shared/domain/address.ts';
import { isDay } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { AmountShown } from '#shared/domain/money.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import { listDeliveries } from './dayDeliveries.ts';
import { viewDemand } from './demand.ts';
import { viewBoard } from './desk.ts';
import { listPack } from './pack.ts';

const staff = ['admin'] as const;
const userId = idSchema('user');
const day = z
  .string()
  .refine(isDay, { message: 'must be a day YYYY-MM-DD' })
  .optional()
  .openapi({ format: 'date', example: '2027-01-05' });
const slotId = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{1,30}$/, { message: 'must be a slotId such as MORNING' })
  .optional()
  .openapi({ example: 'MORNING' });
const page = {
  limit: z.coerce.number().int().min(1).max(100).default(100),
  cursor: z.string().max(500).optional(),
};
const format = z.enum(['json', 'csv']).default('json');
const pieces = z.number().int();
const figures = () => ({ orderedByHand: pieces, orderedByRun: pieces, planned: pieces, total: pieces });

/** What the desk sees of one delivery day. */
export const dayDoors: AnyDoor[] = [
  door({
    name: 'viewBoard',
    summary: "A delivery day's orders by slot, and how many stand where; today unless told",
    who: staff,
    http: { method: 'GET', path: '/admin/board' },
    input: z.strictObject({
      day,
      status: z.enum(orderStatuses).optional(),
      slotId,
      /** NONE: what nobody brings yet. */
      courierId: z.union([userId, z.literal('NONE')]).optional(),
      /** NONE: nobody has paid or said how. */
      paymentStatus: z.enum([...paymentStatuses, 'NONE']).optional(),
      /** Part of an orderId or userId. */
      q: z.string().trim().min(1).max(64).optional(),
      ...page,
    }),
    answer: () =>
      z.object({
        day: z.string(),
        /** Of the whole day, whatever is asked for. */
        counts: z.record(z.string(), z.number().int()).openapi({ example: { CONFIRMED: 12, CANCELLED: 1 } }),
        amount: AmountShown,
        orders: z.array(
          z.object({
            orderId: z.string(),
            userId: z.string(),
            name: z.string().optional(),
            status: z.enum(orderStatuses),
            slotId: z.string(),
            deliverySlot: z.string(),
            amount: AmountShown,
            paymentMethod: z.enum(paymentMethods).optional(),
            paymentStatus: z.enum(paymentStatuses).optional(),
            through: z.enum(['SELF', 'DESK', 'RUN']),
            deliveryId: z.string().optional(),
            deliveryStatus: z.enum(deliveryStatuses).optional(),
            courierId: z.string().optional(),
            courier: z.string().optional(),
            createdAt: z.string(),
          }),
        ),
      }),
    run: viewBoard,
  }),
  door({
    name: 'viewDemand',
    summary: 'What a delivery day needs of each product, by slot, and what is short; today unless told',
    who: staff,
    http: { method: 'GET', path: '/admin/demand', produces: 'text/csv' },
    input: z.strictObject({ day, format }),
    answer: () =>
      z
        .object({
          day: z.string(),
          /** When what standing orders will bring was counted; absent where nothing was. */
          plannedAt: z.string().optional(),
          orders: z.number().int(),
          products: z.array(
            z.object({
              productId: z.string(),
              name: z.string(),
              unit: z.string().optional(),
              category: z.string().optional(),
              ...figures(),
              /** The day's supply; of what is kept on hand all there is, reserved for other days too. */
              supply: pieces,
              /** What of that nobody has ordered yet; below what is planned it is short. */
              left: pieces,
              short: pieces,
              /** What is planned more than a week ahead is in no slot. */
              slots: z.array(z.object({ slotId: z.string(), ...figures() })),
            }),
          ),
        })
        .openapi('Demand'),
    run: viewDemand,
  }),
  door({
    name: 'listPack',
    summary:
      'What is packed for a delivery day: its stops in driving order, with what each gets; today unless told',
    who: staff,
    http: { method: 'GET', path: '/admin/pack', produces: 'text/csv' },
    input: z.strictObject({ day, slotId, courierId: userId.optional(), format, ...page }),
    answer: () =>
      z.array(
        z
          .object({
            slotId: z.string(),
            slotStartsAt: z.string(),
            slotEndsAt: z.string(),
            userId: z.string(),
            name: z.string().optional(),
            phone: z.string().optional(),
            /** With its note, such as a gate's code. */
            address: Address.optional(),
            courierId: z.string().optional(),
            courier: z.string().optional(),
            orders: z.array(z.object({ orderId: z.string(), status: z.enum(orderStatuses) })),
            items: z.array(z.object({ productId: z.string(), name: z.string(), qty: pieces })),
          })
          .openapi('PackStop'),
      ),
    run: listPack,
  }),
  door({
    name: 'listDeliveries',
    summary: "A day's deliveries in driving order, and how far each courier is; today unless told",
    who: staff,
    http: { method: 'GET', path: '/admin/deliveries' },
    input: z.strictObject({
      day,
      courierId: userId.optional(),
      slotId,
      status: z.enum(deliveryStatuses).optional(),
      ...page,
    }),
    answer: () =>
      z
        .object({
          day: z.string(),
          /** Of all their deliveries of the day, whatever status or slot is asked for; planned = done + failed + open. */
          couriers: z.array(
            z.object({
              courierId: z.string(),
              name: z.string().optional(),
              planned: pieces,
              done: pieces,
              failed: pieces,
              onTheWay: pieces,
              open: pieces,
            }),
          ),
          deliveries: z.array(
            z.object({
              deliveryId: z.string(),
              orderId: z.string(),
              userId: z.string(),
              name: z.string().optional(),
              courierId: z.string(),
              courier: z.string().optional(),
              slotId: z.string(),
              slotStartsAt: z.string(),
              status: z.enum(deliveryStatuses),
              at: z.string(),
              reason: z.string().optional(),
              address: Address.optional(),
              hasPhoto: z.boolean(),
            }),
          ),
        })
        .openapi('DayDeliveries'),
    run: listDeliveries,
  }),
];
