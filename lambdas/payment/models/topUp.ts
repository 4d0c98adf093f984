import { endOrderOf } from '#lambdas/user/models/User.ts';
import { type Context, commit, type Decision } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import type { ChargeResult } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { type PaidInto, toppedUp } from '../rules/postings.ts';
import { keepMethod } from './AutoTopUp.ts';
import { type Balance, Balances, balanceKey, owedOf, postMovement } from './Ledger.ts';
import { type Payment, Payments, settlePayment, toppedUpEvent, topUpFailed } from './Payment.ts';
import { claiming, seenAsk } from './ProviderEvent.ts';
import { type Settled, sendBack, unchanged } from './settlement.ts';

/**
 * Makes what the provider said of a top-up's charge true here, once, whoever asks first. What it brought clears what
 * the household owes, the rest is prepaid balance; a wrong amount or currency, or money that comes after the top-up
 * failed, goes back whole.
 */
export async function settleTopUp(
  world: World,
  context: Context,
  { paymentId, userId }: { paymentId: string; userId: string },
  result: ChargeResult,
  { known, claim }: { known?: [Payment, Balance | undefined]; claim?: string } = {},
): Promise<Settled | Problem> {
  const { currency } = await settingsOf(world);
  const asks = [
    { table: Payments, key: { paymentId } },
    { table: Balances, key: balanceKey(userId) },
    seenAsk(claim),
  ] as const;
  return commit(
    world,
    context,
    asks,
    ([payment, balance, seen]): Decision<Settled> | Problem => {
      if (!payment) return refuse('NOT_FOUND', `There is no payment ${paymentId}.`);
      if (seen) return unchanged(payment);
      return claiming(world, claim, settling(world, payment, balance, result, currency));
    },
    known && [...known, undefined],
  );
}

function settling(
  world: World,
  payment: Payment,
  balance: Balance | undefined,
  result: ChargeResult,
  currency: string,
): Decision<Settled> {
  if (result.state === 'FAILED') return failing(world, payment, result);
  if (result.state !== 'SUCCEEDED' || payment.captured > 0) return unchanged(payment, result);
  if (result.amountMinor === 0) return failing(world, payment, { ...result, reason: 'WRONG_AMOUNT' });
  const wrong = whyItDoesNotCount(payment, result, currency);
  if (!wrong) return toppingUp(world, payment, balance, result);
  const { writes, events, answer } = sendBack(world, payment, result, wrong);
  if (payment.status !== 'PENDING') return { writes, events, answer };
  const failed = topUpFailed({ ...payment, version: payment.version + 1 }, wrong);
  return { writes: [...writes, endOrderOf(payment.userId)], events: [failed, ...events], answer };
}

function whyItDoesNotCount(payment: Payment, result: ChargeResult, currency: string): string | undefined {
  if (result.currency !== undefined && result.currency !== currency) return 'WRONG_CURRENCY';
  if ((result.amountMinor ?? payment.amount) !== payment.amount) return 'WRONG_AMOUNT';
  return payment.status === 'PENDING' ? undefined : 'TOO_LATE';
}

function failing(world: World, payment: Payment, result: ChargeResult): Decision<Settled> {
  if (payment.status !== 'PENDING') return unchanged(payment);
  const reason = result.reason ?? 'DECLINED';
  const settledAt = world.clock.now().toISOString();
  const failed = settlePayment(payment, 'FAILED', { reason, settledAt, providerRef: result.providerRef });
  return {
    writes: [failed.write, endOrderOf(payment.userId)],
    events: [topUpFailed(failed.payment, reason)],
    answer: { paymentId: payment.paymentId, status: 'FAILED', reason },
  };
}

function toppingUp(
  world: World,
  payment: Payment,
  balance: Balance | undefined,
  { providerRef, saved }: ChargeResult,
): Decision<Settled> {
  const { paymentId, userId, paymentMethod } = payment;
  const settledAt = world.clock.now().toISOString();
  const paid = settlePayment(payment, 'SUCCESS', { captured: payment.amount, providerRef, settledAt });
  const keeps = saved && (paymentMethod === 'CARD' || paymentMethod === 'UPI');
  return {
    writes: [
      paid.write,
      endOrderOf(userId),
      ...topUpMovement(paid.payment, balance, settledAt),
      ...(keeps ? [keepMethod(userId, paymentMethod, saved)] : []),
    ],
    events: [toppedUpEvent(paid.payment)],
    answer: { paymentId, status: 'SUCCESS' },
  };
}

const arrivesAt: Partial<Record<Payment['paymentMethod'], PaidInto>> = { BANK: 'bank', CASH: 'deskCash' };

/** The movement of a top-up that succeeded. */
export function topUpMovement(payment: Payment, balance: Balance | undefined, at: string) {
  const { paymentId, userId, amount, paymentMethod } = payment;
  return postMovement({
    movementId: `${paymentId}#TOP_UP`,
    kind: 'TOP_UP',
    at,
    userId,
    lines: toppedUp(amount, { userId, owedMinor: owedOf(balance) }, arrivesAt[paymentMethod] ?? 'provider'),
  });
}
