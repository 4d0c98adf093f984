import { commit, type Decision, type NewEvent } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import type { Write } from '#shared/data/write.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import { ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { availableOf, Balances, balanceKey, postMovement } from './models/Ledger.ts';
import {
  editPayment,
  type Payment,
  Payments,
  payoutKeys,
  type Refund,
  Refunds,
  requestPayout,
  requestRefund,
} from './models/Payment.ts';
import { settleRefund } from './models/refunding.ts';
import { walletToTransit } from './rules/postings.ts';

/** Money goes back to so many top-ups at once: each is three parts of one transaction. */
const MOST_SOURCES = 20;
/** How many payments are looked through for unused top-ups. */
const MOST_LOOKED_AT = 500;

interface Withdrawal {
  withdrawalId: string;
  userId: string;
  amount: Minor;
}

/**
 * Pays unused prepaid balance back: to the cards and UPI accounts that topped it up, the newest first; what came in
 * another way the desk pays out to a bank account.
 */
export async function withdrawFromWallet(world: World, call: Call<{ userId?: string; amount: Minor }>) {
  const { amount } = call.input;
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  if (!(await settingsOf(world)).withdrawals) {
    return refuse('METHOD_UNAVAILABLE', 'This dairy does not pay prepaid balance out.');
  }
  const withdrawalId = `W${world.ids.next()}`;
  const sources = await sourcesOf(world, userId, amount);
  const asks = [{ table: Balances, key: balanceKey(userId) }] as const;
  return commit(world, call, asks, async ([balance]) => {
    const available = availableOf(balance);
    if (available < amount) return balanceShort(available, amount);
    const rows = await world.store.getMany(
      sources.map((paymentId) => ({ table: Payments, key: { paymentId } })),
    );
    return withdrawing(world, { withdrawalId, userId, amount }, rows as (Payment | undefined)[]);
  });
}

function balanceShort(availableMinor: Minor, neededMinor: Minor): Problem {
  const available = toMajor(availableMinor);
  return refuse('BALANCE_SHORT', `The prepaid balance is ${available}.`, {
    errors: [{ pointer: '/amount', detail: `is more than ${available}` }],
    more: { available, needed: toMajor(neededMinor) },
  });
}

/** What of a top-up can go back the way it came, minor units. */
function unusedOf({ orderId, status, provider, captured, refunded, disputed = 0 }: Payment): Minor {
  const byProvider = provider !== 'BANK' && provider !== 'CASH';
  return !orderId && status === 'SUCCESS' && byProvider ? Math.max(0, captured - refunded - disputed) : 0;
}

/** The newest top-ups that together hold an amount, as far as an index knows; their rows decide. */
async function sourcesOf(world: World, userId: string, amount: Minor): Promise<string[]> {
  const found: string[] = [];
  let left = amount;
  let looked = 0;
  let cursor: string | undefined;
  do {
    const page = await world.store.query(Payments, {
      index: 'byUser',
      hash: userId,
      limit: 100,
      cursor,
      newestFirst: true,
    });
    for (const payment of page.rows.filter((row) => unusedOf(row) > 0)) {
      if (left <= 0 || found.length >= MOST_SOURCES) return found;
      found.push(payment.paymentId);
      left -= unusedOf(payment);
    }
    looked += page.rows.length;
    cursor = page.cursor;
  } while (cursor && looked < MOST_LOOKED_AT);
  return found;
}

function withdrawing(
  world: World,
  { withdrawalId, userId, amount }: Withdrawal,
  sources: readonly (Payment | undefined)[],
): Decision<object> {
  const at = world.clock.now().toISOString();
  const writes: Write[] = [];
  const events: NewEvent[] = [];
  const refunds: Refund[] = [];
  let left = amount;
  for (const payment of sources) {
    if (!payment || unusedOf(payment) === 0 || left === 0) continue;
    const part = Math.min(left, unusedOf(payment));
    const asked = requestRefund({ payment, amountMinor: part, cause: withdrawalId, at });
    writes.push(asked.write, editPayment(payment, { refunded: payment.refunded + part }).write);
    events.push(asked.event);
    refunds.push(asked.refund);
    left -= part;
  }
  if (left > 0) {
    const payout = requestPayout({ withdrawalId, userId, amountMinor: left, at });
    writes.push(payout.write);
    refunds.push(payout.refund);
  }
  const movement = {
    movementId: `${withdrawalId}#ASKED`,
    kind: 'WITHDRAWAL',
    at,
    userId,
    lines: walletToTransit(amount, userId),
  };
  return {
    writes: [...writes, ...postMovement(movement)],
    events,
    answer: {
      withdrawalId,
      amount: toMajor(amount),
      status: 'PENDING',
      refunds: refunds.map(shownRefund),
    },
  };
}

function shownRefund({ refundId, userId, amount, to, status, reason, createdAt }: Refund) {
  return { refundId, userId, amount: toMajor(amount), to: to ?? 'SOURCE', status, reason, createdAt };
}

/** Pay-outs to bank accounts that the desk still has to make. */
export async function listPayouts(world: World) {
  return (await world.store.queryAll(Refunds, 'byTodo', payoutKeys)).map(shownRefund);
}

/** The desk made a pay-out, or could not: then the money is prepaid balance again. */
export async function settlePayout(
  world: World,
  call: Call<{ refundId: string; status: 'SUCCESS' | 'FAILED'; reason?: string }>,
) {
  const { refundId, status, reason } = call.input;
  const refund = await world.store.get(Refunds, { refundId });
  if (refund?.to !== 'BANK') return refuse('NOT_FOUND', `There is no pay-out ${refundId}.`);
  if (refund.status !== 'PENDING' && refund.status !== status) {
    return refuse('INVALID_TRANSITION', `The pay-out is ${refund.status}.`);
  }
  const state = status === 'SUCCESS' ? ('SUCCEEDED' as const) : ('FAILED' as const);
  return settleRefund(world, call, refundId, { state, reason });
}
