import type { Order } from '#lambdas/order/models/Order.ts';
import type { NewEvent } from '#shared/data/commit.ts';
import type { Row } from '#shared/data/table.ts';
import type { Write } from '#shared/data/write.ts';
import type { Instant } from '#shared/domain/day.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { refuse } from '#shared/domain/problem.ts';
import { heldByWallet } from '../rules/postings.ts';
import { type AlsoOf, availableOf, type Balance, postMovement } from './Ledger.ts';
import { newPaymentWrite, type OrderPayment, paymentSucceeded, walletPaymentRow } from './Payment.ts';

interface WalletPayment {
  payment: OrderPayment;
  pointer: NonNullable<Order['payment']>;
  writes: Write[];
  events: NewEvent[];
}

/**
 * Pays an order from its household's prepaid balance, on condition that it suffices (else BALANCE_SHORT, in major
 * units). The payment's id follows from the order's, so that it is paid from the balance once. `owedMinor` of it (grace)
 * the balance lacks and the household owes; `also` changes with its row; `part` tells what is paid later for lines that
 * were added.
 */
export function walletPayment(
  order: Order,
  at: Instant,
  { owedMinor = 0, also, part }: { owedMinor?: Minor; also?: AlsoOf; part?: string } = {},
): WalletPayment {
  const payment = walletPaymentRow(order, at);
  const due = payment.amount;
  const movement = {
    movementId: [order.orderId, 'PAID', payment.paymentId, ...(part ? [part] : [])].join('#'),
    kind: 'ORDER_PAID',
    at,
    userId: order.userId,
    orderId: order.orderId,
    lines: heldByWallet(due, order.userId, owedMinor),
  };
  const short = (row: Row | undefined) => {
    const available = toMajor(availableOf(row as Balance | undefined));
    return refuse('BALANCE_SHORT', `The prepaid balance is ${available}.`, {
      more: { available, needed: toMajor(due) },
    });
  };
  return {
    payment,
    pointer: { paymentId: payment.paymentId, paymentMethod: 'WALLET', status: 'SUCCESS' },
    writes: [newPaymentWrite(payment), ...postMovement(movement, short, also)],
    events: [paymentSucceeded(payment)],
  };
}
