import { isPlanned } from '#lambdas/admin/rules/progress.ts';
import { dueOf, type Order, Orders, promoOf } from '#lambdas/order/models/Order.ts';
import { type Bottles, BottlesTable } from '#lambdas/payment/models/Bottles.ts';
import { Balances, balanceKey } from '#lambdas/payment/models/Ledger.ts';
import { depositOf } from '#lambdas/payment/rules/bottles.ts';
import { roundedDue } from '#lambdas/payment/rules/stopPostings.ts';
import { type Catalogue, catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { type User, Users } from '#lambdas/user/models/User.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import { toMajor, toMinor } from '#shared/domain/money.ts';
import { refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { isStaff } from '#shared/http/owner.ts';
import type { Actor } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { Deliveries, type Delivery, roundKeyOf } from './models/Delivery.ts';
import { shownDelivery } from './models/progress.ts';
import { type PaidWhen, paidWhen } from './models/reckoning.ts';

interface Round {
  day?: Day;
  courierId?: string;
}

/** Whether somebody may see a courier's round: it is their own, or they are staff. */
const maySee = (actor: Actor, { courierId }: Round) =>
  courierId === undefined || courierId === actor.userId || isStaff(actor);

/** A courier's run sheet of a day: their stops by slot and postal code, with what to bring and what to collect. */
export async function viewRun(world: World, call: Call<Round & { limit: number; cursor?: string }>) {
  const { input, actor } = call;
  if (!maySee(actor, input)) return refuse('FOREIGN_USER');
  const settings = await settingsOf(world);
  const day = input.day ?? dayOf(world.clock.now(), settings.timeZone);
  const { rows, cursor } = await world.store.query(Deliveries, {
    index: 'byRound',
    hash: roundKeyOf(input.courierId ?? actor.userId, day),
    limit: input.limit,
    cursor: input.cursor,
  });
  const found = await world.store.getMany([
    ...rows.map(({ orderId }) => ({ table: Orders, key: { orderId } })),
    ...rows.map(({ userId }) => ({ table: Users, key: { userId } })),
    ...rows.map(({ userId }) => ({ table: BottlesTable, key: { userId } })),
  ]);
  const catalogue = await catalogueOf(world);
  const stops = rows.map((delivery, i) =>
    stopOnSheet(
      {
        delivery,
        order: found[i] as Order | undefined,
        household: found[rows.length + i] as User | undefined,
        bottles: found[2 * rows.length + i] as Bottles | undefined,
      },
      catalogue,
      settings,
    ),
  );
  return new Reply(stops, { cursor });
}

interface StopRows {
  delivery: Delivery;
  order: Order | undefined;
  household: User | undefined;
  bottles: Bottles | undefined;
}

/** A stop with what to bring, what to collect if all is left, and how many empties the household has. */
function stopOnSheet(
  { delivery, order, household, bottles }: StopRows,
  catalogue: Catalogue,
  { roundCashTo }: Settings,
) {
  const items = order?.items ?? [];
  const deposits = items.reduce(
    (sum, { productId, qty }) => sum + depositOf(catalogue.byId.get(productId)?.product ?? {}, qty),
    0,
  );
  const isDue = order?.payment?.paymentMethod === 'COD' && order.payment.status === 'PENDING';
  const due = isDue ? roundedDue(dueOf(order) + deposits, toMinor(roundCashTo)) : 0;
  return {
    ...shownDelivery(delivery),
    household: { name: household?.name, phone: household?.phone },
    items: items.map(({ productId, name, qty, price }) => {
      const product = catalogue.byId.get(productId)?.product;
      const deposit = toMajor(depositOf(product ?? {}, 1));
      return { productId, name, unit: product?.unit, qty, price: toMajor(price), deposit };
    }),
    paid: order ? paidWhenOf(order) : 'BEFORE',
    promo: toMajor(order ? promoOf(order) : 0),
    cashDue: toMajor(due),
    deposits: toMajor(deposits),
    bottlesHeld: Object.entries(bottles?.products ?? {}).map(([productId, { count, deposit }]) => ({
      productId,
      name: catalogue.byId.get(productId)?.product.name ?? productId,
      count,
      deposit: toMajor(deposit),
    })),
  };
}

function paidWhenOf({ payment }: Order): PaidWhen {
  return payment && payment.status === 'PENDING' ? paidWhen(payment) : 'BEFORE';
}

/** What a courier's day comes to, and the cash that the courier should hold of this and earlier days. */
export async function viewRunTotals(world: World, { input, actor }: Call<Round>) {
  if (!maySee(actor, input)) return refuse('FOREIGN_USER');
  const courierId = input.courierId ?? actor.userId;
  const day = input.day ?? dayOf(world.clock.now(), (await settingsOf(world)).timeZone);
  const [round, balance] = await Promise.all([
    world.store.query(Deliveries, { index: 'byRound', hash: roundKeyOf(courierId, day) }),
    world.store.get(Balances, balanceKey(courierId)),
  ]);
  const planned = round.rows.filter(isPlanned);
  const countOf = (status: Delivery['status']) => planned.filter((row) => row.status === status).length;
  const sumOf = (figure: (row: Delivery) => number | undefined) =>
    planned.reduce((sum, row) => sum + (figure(row) ?? 0), 0);
  const [delivered, failed] = [countOf('DELIVERED'), countOf('FAILED')];
  return {
    day,
    courierId,
    delivered,
    failed,
    open: planned.length - delivered - failed,
    cashCollected: toMajor(sumOf(({ cashCollected }) => cashCollected)),
    qrCollected: toMajor(sumOf(({ qrCollected }) => qrCollected)),
    empties: sumOf(({ bottles }) => bottles?.reduce((sum, { back }) => sum + back, 0)),
    cashHeld: toMajor(balance?.courierCash ?? 0),
  };
}
