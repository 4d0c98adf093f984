import type { Order } from '#lambdas/order/models/Order.ts';
import type { Till } from '#lambdas/order/models/orderRun/run.ts';
import type { Purse } from '#lambdas/order/rules/household.ts';
import type { Write } from '#shared/data/write.ts';
import type { Instant } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import { accountPayment } from './accountPayment.ts';
import { availableOf, type Balance, Balances, balanceKey, creditLeftOf, owedOf } from './Ledger.ts';
import { newCashPayment } from './Payment.ts';
import { walletPayment } from './walletPayment.ts';

interface ToPay {
  order: Order;
  /** What of it the household then owes (grace). */
  owedMinor: Minor;
}

interface Paid {
  pointer: NonNullable<Order['payment']>;
  writes: Write[];
}

/** How an order run pays: the orders of one household together, as a transaction changes its balances once. */
export const till: Till = {
  async pursesOf(world, userIds) {
    const rows = await world.store.getMany(
      userIds.map((userId) => ({ table: Balances, key: balanceKey(userId) })),
    );
    return new Map(userIds.map((userId, i) => [userId, purseOf(rows[i] as Balance | undefined)]));
  },
  pay(orders, purse, at) {
    const pointers = new Map<string, Order['payment']>();
    const writes = (['COD', 'WALLET', 'ACCOUNT'] as const).flatMap((method) => {
      const some = orders.filter(({ order }) => order.paymentMethod === method);
      return payTogether(some, (one) => payOne(one, purse, at), pointers);
    });
    return { pointers, writes };
  },
};

function purseOf(balance: Balance | undefined): Purse {
  return {
    walletMinor: availableOf(balance),
    owedMinor: owedOf(balance),
    creditLeftMinor: creditLeftOf(balance),
    row: balance,
  };
}

function payOne({ order, owedMinor }: ToPay, { row }: Purse, at: Instant): Paid {
  if (order.paymentMethod === 'WALLET') return walletPayment(order, at, { owedMinor });
  if (order.paymentMethod === 'COD') return newCashPayment(order, at);
  return accountPayment(order, row as Balance | undefined, at);
}

/** Each order's payment and movement, and one change of the balances for all of them. */
function payTogether(
  orders: readonly ToPay[],
  payOf: (one: ToPay) => Paid,
  pointers: Map<string, Order['payment']>,
): Write[] {
  const paid = orders.map((one) => {
    const payment = payOf(one);
    pointers.set(one.order.orderId, payment.pointer);
    return payment;
  });
  const writes = paid.flatMap((one) => one.writes);
  const [first] = orders;
  if (!first || orders.length === 1) return writes;
  const amount = orders.reduce((sum, { order }) => sum + order.amount, 0);
  const owedMinor = orders.reduce((sum, one) => sum + one.owedMinor, 0);
  const together = payOf({ order: { ...first.order, amount }, owedMinor });
  return [
    ...writes.filter(({ table }) => table !== Balances),
    ...together.writes.filter(({ table }) => table === Balances),
  ];
}
