import { z } from '@hono/zod-openapi';
import { editOrder, type Order, Orders } from '#lambdas/order/models/Order.ts';
import { type DeliveredItem, deliveredOf, withResult } from '#lambdas/order/rules/delivered.ts';
import { keepBottles } from '#lambdas/payment/models/Bottles.ts';
import { Ledger, type LedgerLine, type Movement, postMovement } from '#lambdas/payment/models/Ledger.ts';
import { editPayment, type OrderPayment } from '#lambdas/payment/models/Payment.ts';
import { correctPromo } from '#lambdas/payment/models/Promo.ts';
import { overdrawn, undoMoves } from '#lambdas/payment/rules/bottles.ts';
import { correctedLines } from '#lambdas/payment/rules/stopPostings.ts';
import { resellStock, resellWasted, returnStock, wasteSoldStock } from '#lambdas/product/models/Product.ts';
import { commit, type Decision, happened, type NewEvent } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import type { Write } from '#shared/data/write.ts';
import { idSchema } from '#shared/domain/id.ts';
import { type Minor, toMajor, toMinor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { correctDelivery, Deliveries, type Delivery } from './models/Delivery.ts';
import { shownDelivery } from './models/progress.ts';
import {
  balanceAsRead,
  hasSource,
  paidWhen,
  type Reckoned,
  readStop,
  reckonStop,
  type StopRows,
} from './models/reckoning.ts';
import { atDoorShape, givenBack } from './models/stop.ts';

/** What the desk found out about a stop; what is not named stays as the courier said. */
export const CorrectDelivery = z.strictObject({
  deliveryId: idSchema('delivery'),
  items: atDoorShape.items,
  shortGoods: atDoorShape.shortGoods,
  cashCollected: atDoorShape.cashCollected,
  empties: atDoorShape.empties,
  reason: z.string().trim().min(1).max(200),
});
export type CorrectDelivery = z.infer<typeof CorrectDelivery>;

/**
 * The desk puts right what was said at a door: order, stock, bottles and money become what they would be, by one
 * movement that undoes what was posted and posts what is right. What went back to a card stays there.
 */
export async function correctStop(world: World, call: Call<CorrectDelivery>) {
  const { deliveryId, reason } = call.input;
  const asks = [{ table: Deliveries, key: { deliveryId } }] as const;
  return commit(world, call, asks, async ([delivery]): Promise<Decision<object> | Problem> => {
    if (!delivery) return refuse('NOT_FOUND', `There is no delivery ${deliveryId}.`);
    if (delivery.status !== 'DELIVERED') {
      return refuse('INVALID_TRANSITION', `The delivery is ${delivery.status}; it has no result yet.`, {
        more: { deliveryStatus: delivery.status },
      });
    }
    const order = await world.store.get(Orders, { orderId: delivery.orderId });
    if (order?.deliveryId !== deliveryId) return refuse('EDIT_CONFLICT');
    const items = resultAfter(order, call.input.items);
    if (items instanceof Problem) return items;
    const rows = await readStop(world, order);
    if (rows instanceof Problem) return rows;
    const result: Order = { ...order, items };
    const { roundCashTo, timeZone } = await settingsOf(world);
    const reckoned = reckonAgain(result, delivery, call.input, rows, toMinor(roundCashTo));
    if (reckoned instanceof Problem) return reckoned;
    const refusal = whyNotCorrectable(result, rows.payment, reckoned);
    if (refusal) return refusal;
    const by = { at: world.clock.now().toISOString(), by: call.actor.userId, reason };
    const movementId = `${order.orderId}#CORRECTED#${delivery.version + 1}`;
    const promo = correctPromo(order, rows.promo, reckoned.promoUsedMinor, { today: rows.today, timeZone });
    const movement = { movementId, at: by.at, promo: promo.lines };
    const money = await moneyAgain(world, order, rows, reckoned, movement);
    const lines = differences(order, result);
    const entry = { movementId, ...by, chargedBefore: order.charged ?? order.amount, lines };
    const edited = editOrder(order, {
      set: {
        items,
        charged: reckoned.chargedMinor,
        ...(order.promo ? { promoUsed: reckoned.promoUsedMinor } : {}),
        corrections: [...(order.corrections ?? []), entry],
        ...(reckoned.restMinor > (order.returned ?? 0) ? { returned: reckoned.restMinor } : {}),
      },
    });
    const fixed = correctDelivery(delivery, by, keptAfter(delivery, call.input, reckoned));
    return {
      writes: [
        fixed.write,
        edited.write,
        ...stockAgain(order, result, delivery, call.input.shortGoods),
        ...money.writes,
        ...promo.writes,
        ...keepBottles(order.userId, rows.bottles, reckoned.held),
      ],
      events: [
        correctedEvent(fixed.delivery, entry.chargedBefore, reckoned.chargedMinor, lines),
        ...money.events,
      ],
      answer: shownDelivery(fixed.delivery),
      note: reason,
    };
  });
}

/** The order's lines with what really came: what is not named stays as it was. */
function resultAfter({ items }: Order, said: DeliveredItem[] = []) {
  const now = new Map<string, number>();
  for (const item of items) now.set(item.productId, (now.get(item.productId) ?? 0) + deliveredOf(item));
  const named = new Set(said.map(({ productId }) => productId));
  const rest = [...now].filter(([productId]) => !named.has(productId));
  return withResult(items, [...said, ...rest.map(([productId, delivered]) => ({ productId, delivered }))]);
}

/** The stop added up once more, as if its bottles had not been counted; each bottle at the deposit of that day. */
function reckonAgain(
  result: Order,
  delivery: Delivery,
  input: CorrectDelivery,
  rows: StopRows,
  roundCashTo: Minor,
): Reckoned | Problem {
  const moves = delivery.bottles ?? [];
  const held = undoMoves(rows.bottles?.products ?? {}, moves);
  const products = new Map(rows.products);
  for (const { productId, left, leftMinor } of moves) {
    const product = products.get(productId);
    if (product && left > 0) products.set(productId, { ...product, deposit: Math.round(leftMinor / left) });
  }
  const byQr = delivery.qrCollected !== undefined;
  const empties = input.empties ?? moves.map(({ productId, back }) => ({ productId, count: back }));
  const { userId, version = 0 } = rows.bottles ?? { userId: result.userId };
  const reckoned = reckonStop(
    result,
    delivery.courierId,
    { ...rows, products, bottles: { userId, version, products: held } },
    {
      collectedMinor: input.cashCollected ?? delivery.cashCollected ?? delivery.qrCollected,
      paidBy: byQr ? 'QR' : 'CASH',
      empties,
    },
    roundCashTo,
  );
  if (reckoned instanceof Problem) return reckoned;
  const gone = overdrawn(reckoned.held);
  if (!gone) return reckoned;
  return refuse('TOO_MANY_EMPTIES', `The household gave back more of ${gone} since than it would have had.`);
}

/** What was credited for problems stays credited: no less can be charged, no fewer pieces have come. */
function whyNotCorrectable(
  { items, credited = 0, reported = {} }: Order,
  payment: OrderPayment,
  { chargedMinor, paidMinor }: Reckoned,
): Problem | undefined {
  const came = (productId: string) =>
    items.filter((item) => item.productId === productId).reduce((sum, item) => sum + deliveredOf(item), 0);
  const fewer = Object.entries(reported).find(([productId, qty]) => came(productId) < qty);
  const tooLittle =
    chargedMinor < credited || (paidWhen(payment) !== 'BEFORE' && paidMinor < payment.refunded);
  if (!fewer && !tooLittle) return undefined;
  return refuse('REFUND_EXCEEDS_PAYMENT', `${toMajor(credited)} was credited for problems of what came.`, {
    more: { credited: toMajor(credited) },
  });
}

/** The movement that makes the books right, the payment's figures, and what more goes back. */
async function moneyAgain(
  world: World,
  order: Order,
  { payment }: StopRows,
  reckoned: Reckoned,
  { movementId, at, promo }: { movementId: string; at: string; promo: LedgerLine[] },
): Promise<{ writes: Write[]; events: NewEvent[] }> {
  const posted = await postedOf(world, order);
  const before = paidWhen(payment) === 'BEFORE';
  // What went back stays where it went: the household pays anew for what came after all.
  const { returned = 0 } = order;
  const toSourceMinor = hasSource(payment) ? Math.max(returned, reckoned.restMinor) : 0;
  const money = { ...reckoned.money, toSourceMinor };
  const { lines, wholeWallet } = correctedLines(posted, money);
  const movement = {
    movementId,
    kind: 'DELIVERY_CORRECTED',
    at,
    userId: order.userId,
    orderId: order.orderId,
    lines: [...lines, ...promo],
  };
  const writes = postMovement(movement, undefined, wholeWallet ? balanceAsRead(money) : undefined);
  if (!before) return { writes: [...writes, ...capturedAgain(payment, reckoned)], events: [] };
  const cause = `SHORT-${movementId.split('#').at(-1)}`;
  const more = givenBack(payment, reckoned.restMinor - returned, at, cause);
  return { writes: [...writes, ...more.writes], events: more.events };
}

/** All money that was posted of an order's stop, added up; promo credit is put right by itself. */
async function postedOf(world: World, { orderId, corrections = [] }: Order): Promise<LedgerLine[]> {
  const ids = [`${orderId}#DELIVERED`, ...corrections.map(({ movementId }) => movementId)];
  const rows = await world.store.getMany(ids.map((movementId) => ({ table: Ledger, key: { movementId } })));
  const sums = new Map<string, LedgerLine>();
  for (const { account, party, amount } of rows.flatMap(
    (row) => (row as Movement | undefined)?.lines ?? [],
  )) {
    if (memos.includes(account)) continue;
    const key = `${account} ${party}`;
    sums.set(key, { account, party, amount: (sums.get(key)?.amount ?? 0) + amount });
  }
  return [...sums.values()];
}

const memos: readonly string[] = ['promo', 'promoHeld', 'promoIssued'];

/** A payment at the door that failed stays failed; what was collected after all is in the books. */
function capturedAgain(payment: OrderPayment, { paidMinor }: Reckoned): Write[] {
  if (payment.status !== 'SUCCESS' || payment.captured === paidMinor) return [];
  return [editPayment(payment, { captured: paidMinor }).write];
}

/** By how much each line changed. */
function differences(before: Order, after: Order) {
  return before.items.flatMap((item, i) => {
    const qty = deliveredOf(after.items[i] ?? item) - deliveredOf(item);
    return qty === 0 ? [] : [{ productId: item.productId, qty, amountMinor: item.price * qty }];
  });
}

function stockAgain(
  before: Order,
  after: Order,
  delivery: Delivery,
  goods = delivery.shortGoods ?? 'RETURN',
): Write[] {
  return before.items.flatMap((item, i) => {
    const more = deliveredOf(after.items[i] ?? item) - deliveredOf(item);
    if (more === 0) return [];
    if (more < 0) {
      const back = goods === 'WASTE' ? wasteSoldStock : returnStock;
      return [back({ ...item, qty: -more }, before.deliveryDay)];
    }
    const line = { ...item, qty: more };
    const gone = () =>
      refuse(
        'OUT_OF_STOCK',
        `${item.productId}: what had come back is not in stock any more; restock first.`,
      );
    return [(delivery.shortGoods === 'WASTE' ? resellWasted : resellStock)(line, before.deliveryDay, gone)];
  });
}

function keptAfter(delivery: Delivery, input: CorrectDelivery, { moves }: Reckoned): Partial<Delivery> {
  const { cashCollected, shortGoods } = input;
  const byQr = delivery.qrCollected !== undefined;
  return {
    bottles: moves,
    ...(cashCollected === undefined ? {} : byQr ? { qrCollected: cashCollected } : { cashCollected }),
    ...(shortGoods ? { shortGoods } : {}),
  };
}

function correctedEvent(
  delivery: Delivery,
  chargedBeforeMinor: Minor,
  chargedMinor: Minor,
  lines: { productId: string; qty: number; amountMinor: number }[],
): NewEvent {
  const { deliveryId, orderId, userId, courierId, status, version } = delivery;
  return happened('DELIVERY_CORRECTED', deliveryId, version, {
    userId,
    orderId,
    deliveryId,
    courierId,
    status,
    chargedBeforeMinor,
    chargedMinor,
    lines,
  });
}
