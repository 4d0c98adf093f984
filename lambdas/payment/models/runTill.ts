import { dueOf, type Order } from '#lambdas/order/models/Order.ts';
import type { Till } from '#lambdas/order/models/orderRun/run.ts';
import type { Purse } from '#lambdas/order/rules/household.ts';
import { settingsOf } from '#shared/data/settings.ts';
import type { Write } from '#shared/data/write.ts';
import { type Day, dayOf, type Instant } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import { heldByWallet } from '../rules/postings.ts';
import { type PromoPart, promoSetAside, spend, totalOf, usable } from '../rules/promo.ts';
import { accountPayment, freeing, roomFor } from './accountPayment.ts';
import {
  type AlsoOf,
  availableOf,
  type Balance,
  Balances,
  balanceKey,
  creditLeftOf,
  type LedgerLine,
  owedOf,
  postMovement,
} from './Ledger.ts';
import { newCashPayment, Payments } from './Payment.ts';
import { keepGrants, type Promo, Promos, promoKey, promoMovement } from './Promo.ts';
import { walletPayment } from './walletPayment.ts';

interface ToPay {
  order: Order;
  /** What of it the household then owes (grace). */
  owedMinor: Minor;
  promoMinor: Minor;
  /** Tells a later payment of the order from its first. */
  part?: string;
}

/** The rows that a purse was read from. */
interface Rows {
  balance?: Balance;
  promo?: Promo;
  today: Day;
  timeZone: string;
}

/** How an order run pays: the orders of one household together, as a transaction changes its balances once. */
export const till: Till = {
  async pursesOf(world, userIds) {
    const { timeZone } = await settingsOf(world);
    const today = dayOf(world.clock.now(), timeZone);
    const balances = (await world.store.getMany(
      userIds.map((userId) => ({ table: Balances, key: balanceKey(userId) })),
    )) as (Balance | undefined)[];
    // Most have no promo credit, and then there is nothing to read of it.
    const some = balances.flatMap((row) => (row?.promo ? [row.balanceId] : []));
    const promos = (await world.store.getMany(
      some.map((userId) => ({ table: Promos, key: promoKey(userId) })),
    )) as (Promo | undefined)[];
    const promoOfUser = new Map(some.map((userId, i) => [userId, promos[i]]));
    return new Map(
      userIds.map((userId, i) => [
        userId,
        purseOf({ balance: balances[i], promo: promoOfUser.get(userId), today, timeZone }),
      ]),
    );
  },
  pay(orders, purse, at) {
    const some = orders.map((one) => one as ToPay);
    return some.length === 0
      ? { paid: new Map(), writes: [] }
      : payTogether(some, purse.row as unknown as Rows, at);
  },
};

function purseOf(rows: Rows): Purse {
  const { balance, promo, today } = rows;
  return {
    walletMinor: availableOf(balance),
    owedMinor: owedOf(balance),
    creditLeftMinor: creditLeftOf(balance),
    promoMinor: totalOf(usable(promo?.grants ?? [], today)),
    row: { ...rows },
  };
}

/** Each order's payment and movements, and one change of the household's balances for all of them. */
function payTogether(orders: readonly ToPay[], rows: Rows, at: Instant) {
  const paid = new Map<string, Pick<Order, 'payment' | 'promo'>>();
  const writes: Write[] = [];
  const lines: LedgerLine[] = [];
  let grants: readonly PromoPart[] = rows.promo?.grants ?? [];
  let onAccount = 0;
  for (const { order: bare, owedMinor, promoMinor, part } of orders) {
    const { used, left } = spend(grants, Math.min(promoMinor, bare.amount), rows.today);
    grants = left;
    const order: Order = used.length > 0 ? { ...bare, promo: used } : bare;
    const aside = promoSetAside(totalOf(used), order.userId);
    writes.push(...ledgerOnly(postMovement(promoMovement(order, 'SET_ASIDE', at, aside, part))));
    const payment = payOne(order, { owedMinor, part }, rows.balance, at);
    // What a prepaid balance pays follows from the order: it needs no row of its own yet.
    const isBorn = order.paymentMethod === 'WALLET';
    writes.push(...ledgerOnly(payment.writes).filter(({ table }) => !isBorn || table !== Payments));
    lines.push(...aside);
    if (order.paymentMethod === 'WALLET') lines.push(...heldByWallet(dueOf(order), order.userId, owedMinor));
    if (order.paymentMethod === 'ACCOUNT') onAccount += dueOf(order);
    paid.set(order.orderId, { payment: payment.pointer, ...(used.length > 0 ? { promo: used } : {}) });
  }
  const userId = orders[0]?.order.userId ?? '';
  const isPromoUsed = totalOf(grants) < totalOf(rows.promo?.grants ?? []);
  if (isPromoUsed) writes.push(keepGrants(userId, rows.promo, grants, rows.timeZone));
  const room = onAccount > 0 ? roomFor(userId, onAccount, rows.balance) : undefined;
  return { paid, writes: [...writes, ...balancesOf(userId, lines, room, at)] };
}

/** The one change of a household's balances: all lines added up. */
function balancesOf(userId: string, lines: LedgerLine[], room: AlsoOf | undefined, at: Instant): Write[] {
  const all = { movementId: `run of ${userId}`, kind: 'ALL', at, userId, lines };
  const change = postMovement(all, undefined, room).filter(({ table }) => table === Balances);
  return change.length > 0 ? change : freeing(room);
}

const ledgerOnly = (writes: readonly Write[]) => writes.filter(({ table }) => table !== Balances);

function payOne(
  order: Order,
  { owedMinor, part }: Pick<ToPay, 'owedMinor' | 'part'>,
  balance: Balance | undefined,
  at: Instant,
) {
  if (order.paymentMethod === 'WALLET') return walletPayment(order, at, { owedMinor, part });
  if (order.paymentMethod === 'COD') return newCashPayment(order, at);
  return accountPayment(order, balance, at);
}
