import { z } from '@hono/zod-openapi';
import { Address, AddressInput } from '#shared/domain/address.ts';
import { isDay } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { AmountShown } from '#shared/domain/money.ts';
import { pictureShape } from '#shared/domain/picture.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import type { LambdaParts } from '#shared/lambda.ts';
import { onDemand } from '#shared/onDemand.ts';
import { assignDelivery, assignWaiting, followUp } from './assignment.ts';
import { CorrectDelivery, correctStop } from './correct.ts';
import { trackOrder } from './deliveryController.ts';
import { DeliveryShown, deliveryStatuses, Place, Proof } from './models/Delivery.ts';
import { UpdateDelivery, updateDelivery } from './models/progress.ts';
import { paidWhens } from './models/reckoning.ts';
import { addPhoto, viewPhoto } from './photos.ts';
import { viewRun, viewRunTotals } from './runSheet.ts';

const orderId = idSchema('order');
const Step = onDemand(() => z.object({ status: z.string(), at: z.string(), reason: z.string().optional() }));

const doors: AnyDoor[] = [
  door({
    name: 'trackOrder',
    summary: 'Follow an order to the door',
    who: ['customer', 'courier', 'admin'],
    http: { method: 'GET', path: '/order/track' },
    input: z.strictObject({ orderId }),
    answer: () =>
      z
        .object({
          orderId: z.string(),
          userId: z.string(),
          status: z.string(),
          timeline: z.array(Step()),
          deliverySlot: z.string(),
          deliveryDay: z.string(),
          slotId: z.string(),
          /** Where it goes; with coordinates where they are known. */
          address: Address.optional(),
          amount: AmountShown,
          /** What is left to pay, after promo credit. */
          due: AmountShown,
          /** Once it is delivered: what was charged, for what was left at the door. */
          charged: AmountShown.optional(),
          items: z.array(
            z.object({
              productId: z.string(),
              name: z.string(),
              qty: z.number().int(),
              delivered: z.number().int().optional(),
            }),
          ),
          paymentMethod: z.string().optional(),
          paymentStatus: z.string().optional(),
          cancelReason: z.string().optional(),
          delivery: z
            .object({
              deliveryId: z.string(),
              status: z.enum(deliveryStatuses),
              courierId: z.string(),
              reason: z.string().optional(),
              location: Place.optional(),
              proof: Proof.optional(),
              timeline: z.array(Step()),
            })
            .optional(),
        })
        .openapi('Track'),
    run: trackOrder,
  }),
  door({
    name: 'assignDelivery',
    summary: "Give an order's delivery to a courier, or to another one while it waits to be fetched",
    who: ['admin'],
    http: { method: 'POST', path: '/delivery/assign' },
    input: z.strictObject({
      orderId,
      courierId: idSchema('user').optional(),
      deliverySlot: z.iso
        .datetime({ offset: true })
        .transform((text) => new Date(text).toISOString())
        .optional()
        .openapi({ example: '2027-01-05T07:00:00Z' }),
      address: AddressInput.optional(),
    }),
    answer: () =>
      z.object({
        deliveryId: z.string(),
        orderId: z.string(),
        status: z.enum(deliveryStatuses),
        courierId: z.string(),
      }),
    run: assignDelivery,
  }),
  door({
    name: 'viewRun',
    summary: "A courier's run sheet of a day",
    who: ['courier', 'admin'],
    http: { method: 'GET', path: '/delivery/run' },
    input: z.strictObject({
      day: z.string().refine(isDay, { message: 'must be a day YYYY-MM-DD' }).optional(),
      courierId: idSchema('user').optional(),
      limit: z.coerce.number().int().min(1).max(100).default(100),
      cursor: z.string().max(500).optional(),
    }),
    answer: () =>
      z.array(
        DeliveryShown().extend({
          household: z.object({ name: z.string().optional(), phone: z.string().optional() }),
          items: z.array(
            z.object({
              productId: z.string(),
              name: z.string(),
              unit: z.string().optional(),
              qty: z.number().int(),
              /** Of one piece, like `deposit`, which is nothing where the product asks none. */
              price: AmountShown,
              deposit: AmountShown,
            }),
          ),
          /** When the household pays: before the stop, at the door, or afterwards on account. */
          paid: z.enum(paidWhens),
          /** The order's promo credit: what is used of it is in proportion to what comes. */
          promo: AmountShown,
          /** With the deposits of the bottles that are left, if all is; empties counted make it less. */
          cashDue: AmountShown,
          deposits: AmountShown,
          /** Bottles that the household has of other days, and what it gave for them as deposit in all. */
          bottlesHeld: z.array(
            z.object({
              productId: z.string(),
              name: z.string(),
              count: z.number().int(),
              deposit: AmountShown,
            }),
          ),
          address: Address.optional(),
        }),
      ),
    run: viewRun,
  }),
  door({
    name: 'viewRunTotals',
    summary: "What a courier's day comes to, as the books have it: to compare with the phone's own count",
    who: ['courier', 'admin'],
    http: { method: 'GET', path: '/delivery/totals' },
    input: z.strictObject({
      day: z.string().refine(isDay, { message: 'must be a day YYYY-MM-DD' }).optional(),
      courierId: idSchema('user').optional(),
    }),
    answer: () =>
      z
        .object({
          day: z.string(),
          courierId: z.string(),
          delivered: z.number().int(),
          failed: z.number().int(),
          open: z.number().int(),
          /** Counted at the doors of this day. */
          cashCollected: AmountShown,
          qrCollected: AmountShown,
          /** Bottles that were taken back. */
          empties: z.number().int(),
          /** What the courier should hold in cash now, of all days since the last hand-over. */
          cashHeld: AmountShown,
        })
        .openapi('RunTotals'),
    run: viewRunTotals,
  }),
  door({
    name: 'addDeliveryPhoto',
    summary: 'Keep a photo of a delivery, at most 700 kB of JPEG, PNG or WebP; its name goes into the proof',
    who: ['courier', 'admin'],
    http: { method: 'POST', path: '/delivery/photo', status: 201 },
    input: z.strictObject({ deliveryId: idSchema('delivery'), ...pictureShape }),
    answer: () =>
      z.object({
        deliveryId: z.string(),
        /** To be given as `proof.photo` of the delivery. */
        photo: z.string(),
      }),
    run: addPhoto,
  }),
  door({
    name: 'viewDeliveryPhoto',
    summary: "A delivery's photo: the one named, or the proof's; for its household, its courier and staff",
    who: ['customer', 'courier', 'admin'],
    http: { method: 'GET', path: '/delivery/photo', produces: 'image/*' },
    input: z.strictObject({ deliveryId: idSchema('delivery'), photo: z.string().max(200).optional() }),
    answer: () => z.string(),
    run: viewPhoto,
  }),
  door({
    name: 'correctStop',
    summary: 'Put right what was said of a delivery at its door, with its order, stock, bottles and money',
    who: ['admin'],
    http: { method: 'PATCH', path: '/delivery/correct' },
    input: CorrectDelivery,
    answer: DeliveryShown,
    run: correctStop,
  }),
  door({
    name: 'updateStatus',
    summary: 'Move a delivery on, with its order, stock and money',
    who: ['courier', 'admin'],
    input: UpdateDelivery,
    answer: DeliveryShown,
    run: updateDelivery,
  }),
];

export const deliveryLambda: LambdaParts = {
  name: 'delivery',
  doors,
  consume: followUp,
  timers: { assignWaiting },
};
