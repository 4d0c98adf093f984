import { z } from '@hono/zod-openapi';
import { MAX_QTY } from '#lambdas/cart/models/Cart.ts';
import { DocumentShown } from '#lambdas/payment/rules/invoice/document.ts';
import { Address, AddressInput } from '#shared/domain/address.ts';
import { isDay } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { Amount, AmountShown } from '#shared/domain/money.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import type { LambdaParts } from '#shared/lambda.ts';
import { onDemand } from '#shared/onDemand.ts';
import { tellAhead } from './ahead.ts';
import { cancelOrder, expireOrders, releaseUnresolved } from './ending.ts';
import { recordFigures } from './figures.ts';
import { followSubscriptions } from './followSubscriptions.ts';
import { viewInvoice } from './invoice.ts';
import { orderStatuses } from './models/Order.ts';
import { createOrder, listOrders, setOrderStatus, validateOrder } from './orderController.ts';
import { runOrders } from './orderRun.ts';
import { problemDoors } from './problemRoutes.ts';
import { listSlots } from './slots.ts';
import { countStanding } from './standingCount.ts';
import { closeDays, followChanges } from './steps.ts';
import { subscriptionDoors } from './subscriptionRoutes.ts';

const orderId = idSchema('order');
const userId = idSchema('user').optional();
const owners = ['customer', 'admin'] as const;

const OrderShown = onDemand(() =>
  z
    .object({
      orderId: z.string(),
      userId: z.string(),
      status: z.enum(orderStatuses),
      amount: AmountShown,
      /** Once it is delivered: what was charged, for what was left at the door. */
      charged: AmountShown.optional(),
      /** Of an order with promo credit: what that pays, and what is left to pay. */
      promo: AmountShown.optional(),
      due: AmountShown.optional(),
      items: z.array(
        z.object({
          productId: z.string(),
          name: z.string(),
          qty: z.number().int(),
          delivered: z.number().int().optional(),
          price: AmountShown,
          amount: AmountShown,
        }),
      ),
      deliverySlot: z.string(),
      deliveryDay: z.string(),
      slotId: z.string(),
      cutoffAt: z.string(),
      address: Address.optional(),
      paymentMethod: z.string().optional(),
      paymentStatus: z.string().optional(),
      deliveryId: z.string().optional(),
      cancelReason: z.string().optional(),
      payUntil: z.string().optional(),
      placedBy: z.string(),
      through: z.enum(['SELF', 'DESK', 'RUN']),
      createdAt: z.string(),
    })
    .openapi('Order'),
);

const PlaceOrder = z.strictObject({
  userId,
  cartItems: z
    .array(z.strictObject({ productId: idSchema('product'), qty: z.number().int().min(1).max(MAX_QTY) }))
    .min(1)
    .max(500)
    .optional(),
  totalAmount: Amount.optional(),
  deliverySlot: z.iso.datetime({ offset: true }).openapi({ example: '2027-01-05T07:00:00Z' }),
  address: AddressInput.optional(),
  paymentMethod: z.enum(['CARD', 'UPI', 'WALLET', 'COD']).optional(),
});

const doors: AnyDoor[] = [
  door({
    name: 'listSlots',
    summary: 'Delivery slots of a day that can still be ordered for',
    who: 'public',
    http: { method: 'GET', path: '/order/slots' },
    input: z.strictObject({
      date: z.string().refine(isDay, { message: 'must be a day YYYY-MM-DD' }).optional(),
      pincode: z.string().trim().min(3).max(10).optional(),
    }),
    answer: () =>
      z.array(
        z.object({
          slotId: z.string(),
          startsAt: z.string(),
          endsAt: z.string(),
          cutoffAt: z.string(),
          capacityLeft: z.number().int().nullable(),
        }),
      ),
    run: listSlots,
  }),
  door({
    name: 'createOrder',
    summary: 'Place an order: of the lines given, or of the cart',
    who: owners,
    http: { method: 'POST', path: '/order/create', status: 201 },
    input: PlaceOrder,
    answer: OrderShown,
    run: createOrder,
  }),
  door({
    name: 'validateOrder',
    summary: 'What an order would be, without placing it',
    who: owners,
    input: PlaceOrder,
    answer: () => z.object({ valid: z.boolean(), amount: AmountShown }),
    run: validateOrder,
  }),
  door({
    name: 'listOrders',
    summary: 'My orders, newest first',
    who: owners,
    http: { method: 'GET', path: '/order/list' },
    input: z.strictObject({
      userId,
      status: z.enum(orderStatuses).optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().max(500).optional(),
    }),
    answer: () => z.array(OrderShown()),
    run: listOrders,
  }),
  door({
    name: 'viewInvoice',
    summary: 'The summary of an order, its invoice once it is delivered, or one of its notes',
    who: owners,
    http: { method: 'GET', path: '/order/invoice', produces: 'application/pdf' },
    input: z.strictObject({
      orderId,
      noteId: z.string().trim().min(1).max(120).optional(),
      format: z.enum(['json', 'pdf']).default('json'),
    }),
    answer: DocumentShown,
    run: viewInvoice,
  }),
  door({
    name: 'cancelOrder',
    summary: 'Cancel an order; stock and money go back',
    who: owners,
    http: { method: 'POST', path: '/order/cancel' },
    input: z.strictObject({
      orderId,
      reason: z.string().trim().min(1).max(200).optional(),
      goods: z.enum(['RETURN', 'WASTE']).optional(),
    }),
    answer: OrderShown,
    run: cancelOrder,
  }),
  door({
    name: 'setOrderStatus',
    summary: 'Mark an order packed',
    who: ['admin'],
    http: { method: 'PATCH', path: '/order/status' },
    input: z.strictObject({ orderId, status: z.enum(orderStatuses) }),
    answer: OrderShown,
    run: setOrderStatus,
  }),
];

export const orderLambda: LambdaParts = {
  name: 'order',
  doors: [...doors, ...subscriptionDoors, ...problemDoors],
  consume: followChanges,
  timers: {
    expireOrders,
    releaseUnresolved,
    runOrders,
    followSubscriptions,
    closeDays,
    countStanding,
    tellAhead,
    recordFigures,
  },
};
