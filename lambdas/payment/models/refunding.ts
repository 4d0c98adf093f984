import { type Context, commit, type Decision, happened } from '#shared/data/commit.ts';
import { is } from '#shared/data/condition.ts';
import { update } from '#shared/data/write.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import type { ChargeResult } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { transitPaid, transitToWallet } from '../rules/postings.ts';
import { type Balance, Balances, balanceKey, owedOf, postMovement } from './Ledger.ts';
import { Payments, payoutKeyOf, type Refund, Refunds } from './Payment.ts';
import { claiming, seenAsk } from './ProviderEvent.ts';

interface SettledRefund {
  refundId: string;
  status: Refund['status'];
}

/**
 * Makes what the provider (or of a pay-out the desk) said of a refund true here, once. One that cannot be paid out
 * goes into the household's prepaid balance; one of another currency is left to the desk. `claim` names the provider's message that said it.
 */
export async function settleRefund(
  world: World,
  context: Context,
  refundId: string,
  result: ChargeResult,
  claim?: string,
): Promise<SettledRefund | Problem> {
  const asks = [{ table: Refunds, key: { refundId } }, seenAsk(claim)] as const;
  return commit(world, context, asks, async ([refund, seen]): Promise<Decision<SettledRefund> | Problem> => {
    if (!refund) return refuse('NOT_FOUND', `There is no refund ${refundId}.`);
    // Of a pay-out the desk says how it ended, and nobody else.
    const isTeller = (refund.to === 'BANK') === (context.actor.role === 'admin');
    const open = refund.status === 'PENDING' && !seen && isTeller;
    if (!open || (result.state !== 'SUCCEEDED' && result.state !== 'FAILED')) {
      return { writes: [], answer: { refundId, status: refund.status } };
    }
    if (result.state === 'SUCCEEDED') return claiming(world, claim, ending(world, refund, result, undefined));
    const { userId, paymentId, to } = refund;
    const [balance, payment] = await Promise.all([
      world.store.get(Balances, balanceKey(userId)),
      paymentId && to !== 'BANK' ? world.store.get(Payments, { paymentId }) : undefined,
    ]);
    const isForeign = payment?.reason === 'WRONG_CURRENCY';
    return claiming(
      world,
      claim,
      isForeign ? leavingToDesk(refund, 'WRONG_CURRENCY') : ending(world, refund, result, balance),
    );
  });
}

/** What is no amount of the dairy's money, and cannot go back the way it came, the desk pays out; until then it is under way. */
function leavingToDesk(refund: Refund, reason: string): Decision<SettledRefund> {
  const { refundId, version } = refund;
  const set = { to: 'BANK' as const, reason, todo: payoutKeyOf(refundId), version: version + 1 };
  return {
    writes: [update(Refunds, { refundId }, { set }, is('version', version))],
    answer: { refundId, status: refund.status },
  };
}

function ending(
  world: World,
  refund: Refund,
  result: ChargeResult,
  balance: Balance | undefined,
): Decision<SettledRefund> {
  const at = world.clock.now().toISOString();
  const { refundId, paymentId, orderId, userId, amount } = refund;
  const succeeded = result.state === 'SUCCEEDED';
  const status = succeeded ? ('SUCCESS' as const) : ('FAILED' as const);
  const version = refund.version + 1;
  const lines = succeeded
    ? transitPaid(amount, refund.to === 'BANK' ? 'bank' : 'provider')
    : transitToWallet(amount, { userId, owedMinor: owedOf(balance) });
  const movement = {
    movementId: `${refundId}#${status}`,
    kind: succeeded ? 'REFUND_CONFIRMED' : 'REFUND_REFUSED',
    at,
    userId,
    orderId,
    lines,
  };
  const data = { userId, orderId, refundId, paymentId, amountMinor: amount };
  return {
    writes: [
      update(
        Refunds,
        { refundId },
        {
          set: { status, version, reason: result.reason, providerRef: result.providerRef, settledAt: at },
          remove: ['todo', 'todoAt'],
        },
        is('version', refund.version),
      ),
      ...postMovement(movement),
    ],
    events: [happened(succeeded ? 'REFUND_ISSUED' : 'REFUND_FAILED', refundId, version, data)],
    answer: { refundId, status },
  };
}
