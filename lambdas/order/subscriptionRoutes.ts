import { z } from '@hono/zod-openapi';
import { MAX_LINES } from '#lambdas/cart/models/Cart.ts';
import { Address, AddressInput } from '#shared/domain/address.ts';
import { idSchema } from '#shared/domain/id.ts';
import { AmountShown } from '#shared/domain/money.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import { onDemand } from '#shared/onDemand.ts';
import { viewCalendar } from './calendar.ts';
import {
  DayInput,
  OneOffItem,
  Pause,
  Schedule,
  StandingItem,
  standingMethods,
  subscriptionStatuses,
} from './models/Subscription.ts';
import { listReceipts } from './receipts.ts';
import {
  changeSubscriptionTerms,
  listSubscriptions,
  previewChange,
  previewSubscribe,
  subscribeOrder,
} from './subscriptionController.ts';

const userId = idSchema('user').optional();
const subscriptionId = idSchema('subscription');
const owners = ['customer', 'admin'] as const;
/** A list of products: 500 to be read at all, and no more than an order holds. */
function linesOf<T extends z.ZodType>(line: T) {
  return z
    .array(line)
    .min(1)
    .max(500)
    .refine((lines) => lines.length <= MAX_LINES, {
      message: `names more than ${MAX_LINES} products`,
      params: { code: 'TOO_MANY_LINES' },
    });
}
const items = linesOf(StandingItem);
const slot = z.string().trim().min(1).max(40).openapi({ example: 'MORNING' });
const paymentMethod = z.enum(standingMethods);
const productIds = z.array(idSchema('product')).min(1).max(MAX_LINES);

const ReceiptShown = onDemand(() =>
  z
    .object({
      receiptId: z.string(),
      subscriptionId: z.string(),
      userId: z.string(),
      action: z.string(),
      at: z.string(),
      by: z.string(),
      through: z.enum(['SELF', 'DESK', 'PRICE']),
      firstDayAffected: z.string(),
      cutoffAt: z.string(),
      lines: z.array(
        z.object({
          day: z.string(),
          productId: z.string(),
          qtyBefore: z.number().int(),
          qtyAfter: z.number().int(),
          amountBefore: AmountShown,
          amountAfter: AmountShown,
          locksAt: z.string(),
        }),
      ),
      /** What comes all the same on a day, or does not (0), because it had locked. */
      stays: z
        .array(
          z.object({ day: z.string(), productId: z.string(), qty: z.number().int(), locksAt: z.string() }),
        )
        .optional(),
      /** Of each product, the first day whose line differs. */
      firstDays: z.array(z.object({ productId: z.string(), day: z.string(), locksAt: z.string() })),
      monthBefore: AmountShown,
      monthAfter: AmountShown,
      next30Before: AmountShown,
      next30After: AmountShown,
      /** Its amounts are what is to be expected; what is charged is decided at each day's lock. */
      forecast: z.boolean(),
    })
    .openapi('Receipt'),
);

const planShown = () => ({
  items: z.array(StandingItem.extend({ name: z.string().optional() })),
  schedule: Schedule,
  slot: z.string(),
  address: Address.optional(),
  paymentMethod,
});

const SubscriptionShown = onDemand(() =>
  z
    .object({
      subscriptionId: z.string(),
      userId: z.string(),
      status: z.enum(subscriptionStatuses),
      ...planShown(),
      startDate: z.string(),
      endDate: z.string().optional(),
      endReason: z.string().optional(),
      nextDelivery: z.string().optional(),
      skips: z.array(z.string()),
      pauses: z.array(Pause()),
      oneOffs: z.array(z.object({ day: z.string(), items: z.array(OneOffItem) })),
      comingChanges: z.array(z.object({ from: z.string(), ...planShown() })),
      placedBy: z.string(),
      through: z.enum(['SELF', 'DESK']),
      createdAt: z.string(),
    })
    .openapi('Subscription'),
);
const WithReceipt = onDemand(() => SubscriptionShown().extend({ receipt: ReceiptShown() }));

/** A receipt that is not kept: of a change that is only thought of. */
const Preview = onDemand(() => ReceiptShown().omit({ receiptId: true, subscriptionId: true }));

const from = DayInput.optional();

const Subscribe = z
  .strictObject({
    userId,
    items,
    schedule: Schedule,
    startDate: DayInput,
    endDate: DayInput.optional(),
    slot,
    address: AddressInput.optional(),
    paymentMethod,
  })
  .refine(({ startDate, endDate }) => endDate === undefined || startDate <= endDate, {
    path: ['endDate'],
    message: 'is before startDate',
  });

const Change = z.discriminatedUnion('action', [
  z.strictObject({ subscriptionId, action: z.literal('SKIP'), day: DayInput }),
  z.strictObject({ subscriptionId, action: z.literal('UNSKIP'), day: DayInput }),
  z.strictObject({
    subscriptionId,
    action: z.literal('PAUSE'),
    from,
    to: DayInput.optional(),
    productIds: productIds.optional(),
  }),
  z.strictObject({ subscriptionId, action: z.literal('RESUME'), from, reanchor: z.boolean().optional() }),
  z.strictObject({
    subscriptionId,
    action: z.literal('CHANGE'),
    from,
    items: items.optional(),
    schedule: Schedule.optional(),
    slot: slot.optional(),
    address: AddressInput.optional(),
    paymentMethod: paymentMethod.optional(),
  }),
  z.strictObject({
    subscriptionId,
    action: z.literal('ADD_ONE_OFF'),
    day: DayInput,
    items: linesOf(OneOffItem),
  }),
  z.strictObject({ subscriptionId, action: z.literal('CANCEL'), from }),
]);

export const subscriptionDoors: AnyDoor[] = [
  door({
    name: 'subscribeOrder',
    summary: 'Begin a standing order',
    who: owners,
    http: { method: 'POST', path: '/order/subscribe', status: 201 },
    input: Subscribe,
    answer: WithReceipt,
    run: subscribeOrder,
  }),
  door({
    name: 'previewSubscribe',
    summary: 'What a standing order would do and cost; nothing begins',
    who: owners,
    http: { method: 'POST', path: '/order/subscribe/preview', idempotent: false },
    input: Subscribe,
    answer: Preview,
    run: previewSubscribe,
  }),
  door({
    name: 'listSubscriptions',
    summary: 'My standing orders: what can still come, newest first, then what is over',
    who: owners,
    http: { method: 'GET', path: '/order/subscriptions' },
    input: z.strictObject({
      userId,
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().max(500).optional(),
    }),
    answer: () => z.array(SubscriptionShown()),
    run: listSubscriptions,
  }),
  door({
    name: 'viewCalendar',
    summary: 'My days: what comes, what it costs, and until when it can change',
    who: owners,
    http: { method: 'GET', path: '/order/calendar' },
    input: z.strictObject({ userId, from: DayInput.optional(), to: DayInput.optional() }),
    answer: () =>
      z.array(
        z.object({
          day: z.string(),
          lines: z.array(
            z.object({
              subscriptionId: z.string().optional(),
              orderId: z.string().optional(),
              productId: z.string(),
              qty: z.number().int(),
              wanted: z.number().int().optional(),
              price: AmountShown,
              amount: AmountShown,
              status: z.string(),
              locksAt: z.string(),
              scheduledDay: z.string().optional(),
              movedTo: z.string().optional(),
            }),
          ),
          amount: AmountShown,
        }),
      ),
    run: viewCalendar,
  }),
  door({
    name: 'changeSubscription',
    summary: 'Change, skip, pause, resume, add to or cancel a standing order',
    who: owners,
    http: { method: 'PATCH', path: '/order/subscription', idempotent: true },
    input: Change,
    answer: WithReceipt,
    run: changeSubscriptionTerms,
  }),
  door({
    name: 'previewChange',
    summary: 'What a change of a standing order would do and cost; nothing is changed',
    who: owners,
    http: { method: 'POST', path: '/order/subscription/preview', idempotent: false },
    input: Change,
    answer: Preview,
    run: previewChange,
  }),
  door({
    name: 'listReceipts',
    summary: 'The receipts of a standing order, or of all of mine, newest first',
    who: owners,
    http: { method: 'GET', path: '/order/receipts' },
    input: z.strictObject({
      userId,
      subscriptionId: subscriptionId.optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().max(500).optional(),
    }),
    answer: () => z.array(ReceiptShown()),
    run: listReceipts,
  }),
];
