import { type Context, commit, type Decision, happened } from '#shared/data/commit.ts';
import { is } from '#shared/data/condition.ts';
import { update } from '#shared/data/write.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import type { ChargeResult } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { transitPaid, transitToWallet } from '../rules/postings.ts';
import { type Balance, Balances, balanceKey, owedOf, postMovement } from './Ledger.ts';
import { type Refund, Refunds } from './Payment.ts';
import { claiming, seenAsk } from './ProviderEvent.ts';

interface SettledRefund {
  refundId: string;
  status: Refund['status'];
}

/**
 * Makes what the provider (or of a pay-out the desk) said of a refund true here, once. One that cannot be paid out
 * goes into the household's prepaid balance. `claim` names the provider's message that said it.
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
    const open = refund.status === 'PENDING' && !seen;
    if (!open || (result.state !== 'SUCCEEDED' && result.state !== 'FAILED')) {
      return { writes: [], answer: { refundId, status: refund.status } };
    }
    const balance =
      result.state === 'FAILED' ? await world.store.get(Balances, balanceKey(refund.userId)) : undefined;
    return claiming(world, claim, ending(world, refund, result, balance));
  });
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
