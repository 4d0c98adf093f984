import { type Context, commit, type Decision, happened, type NewEvent } from '#shared/data/commit.ts';
import { absent, any, is } from '#shared/data/condition.ts';
import type { Write } from '#shared/data/write.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import type { ProviderEvent } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { type Dispute, type DisputeStatus, Disputes, disputeMoves, keepDispute } from './models/Dispute.ts';
import { availableOf, type Balance, Balances, balanceKey, postMovement } from './models/Ledger.ts';
import { editPayment, type Payment, Payments } from './models/Payment.ts';
import { claiming, seenAsk } from './models/ProviderEvent.ts';
import { disputeLostOrder, disputeLostTopUp, disputeOpened, disputeWon } from './rules/deskPostings.ts';

type Told = Extract<ProviderEvent, { kind: 'DISPUTE' }>;

/**
 * Makes what the provider says of a dispute true here, once: opened, won or lost. One that is heard of only when it
 * is over is opened and closed at once; what comes late or again changes nothing.
 */
export async function settleDispute(world: World, context: Context, told: Told, claim: string) {
  const payment = await world.store.get(Payments, { paymentId: told.ourId });
  if (!payment) return refuse('NOT_FOUND', 'There is no such payment.');
  const disputeId = `${world.payments.name}-${told.disputeRef}`;
  const asks = [
    { table: Disputes, key: { disputeId } },
    { table: Payments, key: { paymentId: told.ourId } },
    { table: Balances, key: balanceKey(payment.userId) },
    seenAsk(claim),
  ] as const;
  return commit(
    world,
    context,
    asks,
    ([before, paid, balance, seen]): Decision<{ disputeId: string }> | Problem => {
      if (!paid) return refuse('NOT_FOUND', 'There is no such payment.');
      const steps = seen ? [] : stepsTo(before, told.state);
      const answer = { disputeId };
      if (steps.length === 0) return { writes: [], answer };
      const at = world.clock.now().toISOString();
      const fresh: Dispute = {
        disputeId,
        paymentId: paid.paymentId,
        orderId: paid.orderId,
        userId: paid.userId,
        status: 'OPENED',
        amount: told.amountMinor,
        fee: 0,
        openedAt: at,
        version: 0,
      };
      const made = following(before ?? fresh, steps, { paid, balance, feeMinor: told.feeMinor, at });
      const writes = [keepDispute(before, made.dispute), ...made.writes];
      return claiming(world, claim, { writes, events: made.events, answer });
    },
  );
}

/** The statuses that a dispute still goes through when a provider says how it stands. */
function stepsTo(before: Dispute | undefined, state: DisputeStatus): DisputeStatus[] {
  if (!before) return state === 'OPENED' ? ['OPENED'] : ['OPENED', state];
  return disputeMoves[before.status].includes(state) ? [state] : [];
}

interface About {
  paid: Payment;
  balance: Balance | undefined;
  /** What the provider took for the dispute altogether. */
  feeMinor: Minor;
  at: string;
}

function following(dispute: Dispute, steps: readonly DisputeStatus[], about: About) {
  const writes: Write[] = [];
  const events: NewEvent[] = [];
  let now = dispute;
  for (const status of steps) {
    const addedFee = about.feeMinor - now.fee;
    const closedAt = status === 'OPENED' ? undefined : about.at;
    now = { ...now, status, fee: about.feeMinor, closedAt, version: now.version + 1 };
    writes.push(...moving(now, addedFee, about));
    events.push(disputeEvent(now));
  }
  // What a bank has taken back, or may keep, is not there to be refunded.
  const disputed = now.status === 'WON' ? 0 : now.amount;
  const lost = now.status === 'LOST' ? { lost: now.amount } : {};
  writes.push(editPayment(about.paid, { disputed, ...lost }).write);
  return { dispute: now, writes, events };
}

function moving(dispute: Dispute, addedFee: Minor, { balance, at }: About): Write[] {
  const { disputeId, status, amount, userId, orderId } = dispute;
  const about = {
    movementId: `DISPUTE#${disputeId}#${status}`,
    kind: `DISPUTE_${status}`,
    at,
    userId,
    orderId,
  };
  if (status === 'OPENED') return postMovement({ ...about, lines: disputeOpened(amount, addedFee) });
  if (status === 'WON') return postMovement({ ...about, lines: disputeWon(amount, addedFee) });
  if (orderId) return postMovement({ ...about, lines: disputeLostOrder(amount, addedFee) });
  const availableMinor = availableOf(balance);
  const lines = disputeLostTopUp(amount, addedFee, { userId, availableMinor });
  // Nothing is owed while there is prepaid balance that could have been taken.
  const asRead =
    availableMinor === 0 ? any(absent('wallet'), is('wallet', 0)) : is('wallet', -availableMinor);
  return postMovement({ ...about, lines }, undefined, { party: userId, condition: asRead });
}

function disputeEvent({
  disputeId,
  userId,
  orderId,
  paymentId,
  status,
  amount,
  fee,
  version,
}: Dispute): NewEvent {
  const data = { userId, orderId, paymentId, disputeId, amountMinor: amount, feeMinor: fee };
  if (status === 'OPENED') return happened('DISPUTE_OPENED', disputeId, version, data);
  return happened('DISPUTE_CLOSED', disputeId, version, { ...data, outcome: status });
}

/** Disputes of a status, the newest first. */
export async function listDisputes(
  world: World,
  call: Call<{ status: DisputeStatus; limit: number; cursor?: string }>,
) {
  const { status, limit, cursor } = call.input;
  const page = await world.store.query(Disputes, {
    index: 'byStatus',
    hash: status,
    limit,
    cursor,
    newestFirst: true,
  });
  return new Reply(page.rows.map(shownDispute), { cursor: page.cursor });
}

function shownDispute({
  disputeId,
  paymentId,
  orderId,
  userId,
  status,
  amount,
  fee,
  openedAt,
  closedAt,
}: Dispute) {
  return {
    disputeId,
    paymentId,
    orderId,
    userId,
    status,
    amount: toMajor(amount),
    fee: toMajor(fee),
    openedAt,
    closedAt,
  };
}
