import { z } from '@hono/zod-openapi';
import { endOpenOrder, moveOrder, type Order } from '#lambdas/order/models/Order.ts';
import {
  atRatesOfDay,
  type DeliveredItem,
  missingLines,
  withResult,
} from '#lambdas/order/rules/delivered.ts';
import { creditFreed, freeing } from '#lambdas/payment/models/accountPayment.ts';
import { keepBottles } from '#lambdas/payment/models/Bottles.ts';
import { type LedgerLine, postMovement } from '#lambdas/payment/models/Ledger.ts';
import {
  editPayment,
  type OrderPayment,
  paymentFailed,
  paymentSucceeded,
  refundToWallet,
  requestRefund,
  settlePayment,
} from '#lambdas/payment/models/Payment.ts';
import { settlePromo } from '#lambdas/payment/models/Promo.ts';
import { claimWrite, seenAsk } from '#lambdas/payment/models/ProviderEvent.ts';
import type { CountedBottles } from '#lambdas/payment/rules/bottles.ts';
import { returnStock, wasteSoldStock } from '#lambdas/product/models/Product.ts';
import type { NewEvent } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import type { Write } from '#shared/data/write.ts';
import { idSchema } from '#shared/domain/id.ts';
import { Amount, type Minor, toMinor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { World } from '#shared/world.ts';
import type { Delivery } from './Delivery.ts';
import { paidWhen, postingsOf, type Reckoned, readStop, reckonStop } from './reckoning.ts';

/** Most different products that a stop can name. */
const MOST_LINES = 50;
const productId = idSchema('product');

/** What is said of a stop when the goods are at the door. */
export const atDoorShape = {
  /** What was left, where it was less than ordered; a product that is not named came whole. */
  items: z
    .array(z.strictObject({ productId, delivered: z.number().int().min(0).max(1_000) }))
    .max(MOST_LINES)
    .optional(),
  /** Whether what did not come goes into stock again or is thrown away; RETURN unless told. */
  shortGoods: z.enum(['RETURN', 'WASTE']).optional(),
  /** The money the courier was given at the door: the cash counted, or what the household paid by QR. */
  cashCollected: Amount.optional(),
  paidBy: z.enum(['CASH', 'QR']).optional(),
  /** Of a payment by QR: what the provider calls it. Each counts once. */
  providerRef: z.string().trim().min(1).max(100).optional(),
  /** Empty bottles the courier took back. */
  empties: z
    .array(z.strictObject({ productId, count: z.number().int().min(0).max(1_000) }))
    .max(MOST_LINES)
    .optional(),
};

export interface AtDoor {
  items?: DeliveredItem[];
  shortGoods?: 'RETURN' | 'WASTE';
  cashCollected?: Minor;
  paidBy?: 'CASH' | 'QR';
  providerRef?: string;
  empties?: CountedBottles[];
}

/** What goes with a delivery's move: the order's own move, stock, money and bottles; and what the delivery keeps. */
export interface Consequence {
  writes: Write[];
  events: NewEvent[];
  kept?: Partial<Delivery>;
}

interface By {
  at: string;
  by: string;
  reason?: string;
}

/** The goods are at the door, all or some: what was set aside is earned or goes back, or the cash is. */
export async function delivered(
  world: World,
  order: Order,
  delivery: Delivery,
  door: AtDoor,
  by: By,
): Promise<Consequence | Problem> {
  const left = withResult(order.items, door.items);
  if (left instanceof Problem) return left;
  const claim = await qrClaim(world, door);
  if (claim instanceof Problem) return claim;
  const rows = await readStop(world, order);
  if (rows instanceof Problem) return rows;
  const items = atRatesOfDay(left, order.deliveryDay, (productId) => rows.products.get(productId));
  const result = { ...order, items };
  const paid = order.payment?.status === 'SUCCESS';
  if (!paid && rows.payment.status !== 'PENDING') return refuse('EDIT_CONFLICT');
  const { roundCashTo, timeZone } = await settingsOf(world);
  const counted = {
    collectedMinor: door.cashCollected,
    paidBy: door.paidBy ?? 'CASH',
    empties: door.empties ?? [],
  };
  const reckoned = reckonStop(result, delivery.courierId, rows, counted, toMinor(roundCashTo));
  if (reckoned instanceof Problem) return reckoned;
  const promo = settlePromo(order, rows.promo, reckoned.promoUsedMinor, timeZone);
  const payment = paid
    ? givenBack(rows.payment, reckoned.restMinor, by.at)
    : endPayment(rows.payment, reckoned, by.at);
  const moved = moveOrder(order, ['DELIVERED'], by, {
    set: {
      charged: reckoned.chargedMinor,
      ...(reckoned.restMinor > 0 ? { returned: reckoned.restMinor } : {}),
      ...(isChanged(order, result) ? { items } : {}),
      ...(order.promo ? { promoUsed: reckoned.promoUsedMinor } : {}),
      ...(order.payment && payment.status ? { payment: { ...order.payment, status: payment.status } } : {}),
    },
    remove: ['todo', 'todoAt'],
  });
  if (moved instanceof Problem) return moved;
  const back = door.shortGoods === 'WASTE' ? wasteSoldStock : returnStock;
  return {
    writes: [
      moved.write,
      endOpenOrder(order),
      ...missingLines(result).map((line) => back(line, order.deliveryDay)),
      ...payment.writes,
      ...movementOf(order, rows.payment, reckoned, promo.lines, by.at),
      ...promo.writes,
      ...keepBottles(order.userId, rows.bottles, reckoned.held),
      ...claim,
    ],
    events: [...moved.events, ...payment.events],
    kept: keptOf(door, reckoned),
  };
}

/** Whether a stop leaves lines other than they were ordered: less of them, or at another rate of tax. */
function isChanged(before: Order, after: Pick<Order, 'items'>): boolean {
  return (
    missingLines(after).length > 0 || after.items.some(({ taxes }, i) => taxes !== before.items[i]?.taxes)
  );
}

/** A payment by QR is told by its reference, which counts at one stop only. */
async function qrClaim(
  world: World,
  { paidBy, providerRef, cashCollected }: AtDoor,
): Promise<Write[] | Problem> {
  if ((paidBy === 'QR') !== (providerRef !== undefined)) {
    const detail = paidBy === 'QR' ? 'is needed for a payment by QR' : 'is for a payment by QR';
    return refuse('INVALID_INPUT', `providerRef ${detail}.`, {
      errors: [{ pointer: '/providerRef', detail }],
    });
  }
  if (providerRef === undefined) return [];
  if (!cashCollected) {
    const detail = 'is needed: how much was paid by QR';
    return refuse('INVALID_INPUT', `cashCollected ${detail}.`, {
      errors: [{ pointer: '/cashCollected', detail }],
    });
  }
  const claim = `QR#${providerRef}`;
  const ask = seenAsk(claim);
  const taken = refuse('ALREADY_PAID', `The payment ${providerRef} was counted at a stop already.`, {
    errors: [{ pointer: '/providerRef', detail: 'is counted already' }],
  });
  return (await world.store.get(ask.table, ask.key)) ? taken : [claimWrite(world, claim)];
}

function movementOf(
  order: Order,
  payment: OrderPayment,
  reckoned: Reckoned,
  promo: readonly LedgerLine[],
  at: string,
): Write[] {
  const when = paidWhen(payment);
  const freed = when === 'AFTERWARDS' ? creditFreed(payment) : undefined;
  const { lines, also } = postingsOf(reckoned, freed);
  const movement = {
    movementId: `${order.orderId}#DELIVERED`,
    kind: when === 'AT_DOOR' ? 'DELIVERED_CASH' : 'DELIVERED',
    at,
    userId: order.userId,
    orderId: order.orderId,
    lines: [...lines, ...promo],
  };
  const posted = postMovement(movement, undefined, also);
  return posted.length > 0 ? posted : freeing(freed);
}

interface PaymentEnd {
  writes: Write[];
  events: NewEvent[];
  status?: 'SUCCESS' | 'FAILED';
}

/** What of a prepaid order's money was for what did not come goes back the way it came. */
export function givenBack(payment: OrderPayment, restMinor: Minor, at: string, cause = 'SHORT'): PaymentEnd {
  if (restMinor <= 0) return { writes: [], events: [] };
  const back = payment.paymentMethod === 'WALLET' ? refundToWallet : requestRefund;
  const refund = back({ payment, amountMinor: restMinor, cause, at });
  const edited = editPayment(payment, { refunded: payment.refunded + restMinor });
  return { writes: [edited.write, refund.write], events: [refund.event] };
}

/**
 * Money in hand makes a payment at the door a success, also when some is missing (that is owed); none at all fails it.
 * An account takes the charge.
 */
function endPayment(payment: OrderPayment, { paidMinor, chargedMinor }: Reckoned, at: string): PaymentEnd {
  if (paidMinor > 0 || chargedMinor === 0) {
    const ended = settlePayment(payment, 'SUCCESS', { captured: paidMinor, settledAt: at });
    return { writes: [ended.write], events: [paymentSucceeded(ended.payment)], status: 'SUCCESS' };
  }
  const ended = settlePayment(payment, 'FAILED', { reason: 'NOT_COLLECTED', settledAt: at });
  return {
    writes: [ended.write],
    events: [paymentFailed(ended.payment, 'NOT_COLLECTED')],
    status: 'FAILED',
  };
}

/** What of the stop its delivery remembers. */
export function keptOf(door: AtDoor, { moves }: Reckoned): Partial<Delivery> {
  const byQr = door.paidBy === 'QR';
  return {
    ...(door.cashCollected === undefined
      ? {}
      : byQr
        ? { qrCollected: door.cashCollected, providerRef: door.providerRef }
        : { cashCollected: door.cashCollected }),
    ...(moves.length > 0 ? { bottles: moves } : {}),
    ...(door.shortGoods === 'WASTE' ? { shortGoods: door.shortGoods } : {}),
  };
}
