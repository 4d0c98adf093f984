import { type User, Users } from '#lambdas/user/models/User.ts';
import { type Context, commit, type Decision } from '#shared/data/commit.ts';
import { is } from '#shared/data/condition.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import {
  type Balance,
  Balances,
  balanceKey,
  CASH_HOLDER,
  HOUSE,
  Ledger,
  type LedgerLine,
  owedOf,
  postMovement,
} from './models/Ledger.ts';
import { claiming, seenAsk } from './models/ProviderEvent.ts';
import { banked, handedOver, paidOut, writtenOff } from './rules/deskPostings.ts';

export interface Settlement {
  payoutRef: string;
  amount: Minor;
  fee: Minor;
}

/**
 * Books what the provider paid out to the bank, once for each of its references, whoever tells first: a webhook
 * (whose message `claim` names) or the desk. Other figures for a known reference are refused.
 */
export async function bookPayout(
  world: World,
  context: Context,
  { payoutRef, amount, fee }: Settlement,
  claim?: string,
) {
  const movementId = `PAYOUT#${world.payments.name}#${payoutRef}`;
  const asks = [{ table: Ledger, key: { movementId } }, seenAsk(claim)] as const;
  const answer = { movementId, amount: toMajor(amount), fee: toMajor(fee) };
  const lines = paidOut(amount, fee);
  return commit(world, context, asks, ([known, seen]): Decision<typeof answer> | Problem => {
    if (known && !isSame(known.lines, lines)) {
      return refuse('ID_TAKEN', `The payout ${payoutRef} was booked with other figures.`, {
        errors: [{ pointer: '/payoutRef', detail: 'is booked already' }],
      });
    }
    if (known || seen) return { writes: [], answer };
    const at = world.clock.now().toISOString();
    const writes = postMovement({ movementId, kind: 'PAYOUT', at, userId: HOUSE, lines });
    return claiming(world, claim, { writes, answer });
  });
}

function isSame(kept: readonly LedgerLine[], lines: readonly LedgerLine[]): boolean {
  const sumOf = (list: readonly LedgerLine[], account: string) =>
    list.reduce((sum, line) => (line.account === account ? sum + line.amount : sum), 0);
  return ['bank', 'fees'].every((account) => sumOf(kept, account) === sumOf(lines, account));
}

/** The desk books a payout from the provider's own statement. */
export function enterPayout(world: World, call: Call<Settlement>) {
  return bookPayout(world, call, call.input);
}

/**
 * A courier hands over all the cash of the doors until this moment. What was counted is the desk's; a difference to
 * what the courier should hold is the dairy's.
 */
export async function handOverCash(world: World, call: Call<{ courierId: string; counted: Minor }>) {
  const { courierId, counted } = call.input;
  const movementId = `HANDOVER#${world.ids.next()}`;
  const asks = [
    { table: Balances, key: balanceKey(courierId) },
    { table: Users, key: { userId: courierId } },
  ] as const;
  return commit(world, call, asks, ([balance, user]) => {
    const expected = balance?.courierCash ?? 0;
    if (!user || (user.role !== 'courier' && expected === 0)) {
      return refuse('NOT_FOUND', `There is no courier ${courierId}.`);
    }
    if (expected === 0) return refuse('NO_CASH_HELD');
    const lines = handedOver(expected, counted, courierId);
    const movement = {
      movementId,
      kind: 'HANDOVER',
      at: world.clock.now().toISOString(),
      userId: courierId,
      lines,
    };
    const difference = toMajor(counted - expected);
    return {
      // Cash of a door that comes in between is not what was counted.
      writes: postMovement(movement, undefined, { party: courierId, condition: is('courierCash', expected) }),
      answer: { movementId, courierId, expected: toMajor(expected), counted: toMajor(counted), difference },
      note: `difference ${difference}`,
    };
  });
}

/** Cash of the desk was paid in at the bank. */
export async function bankCash(world: World, call: Call<{ amount: Minor }>) {
  const { amount } = call.input;
  const movementId = `BANKED#${world.ids.next()}`;
  const at = world.clock.now().toISOString();
  return commit(world, call, [], () => ({
    writes: postMovement({ movementId, kind: 'BANKED', at, userId: HOUSE, lines: banked(amount) }),
    answer: { movementId, amount: toMajor(amount) },
  }));
}

/**
 * What each courier should hold in cash at this moment; after the last of them those who are none any more and have
 * not handed theirs over.
 */
export async function viewCash(world: World, call: Call<{ limit: number; cursor?: string }>) {
  const { limit, cursor } = call.input;
  const page = await world.store.query(Users, { index: 'byStaffRole', hash: 'courier', limit, cursor });
  const balances = await world.store.getMany(
    page.rows.map(({ userId }) => ({ table: Balances, key: balanceKey(userId) })),
  );
  const couriers = page.rows.map((user, i) => shownCash(user, balances[i] as Balance | undefined));
  const former = page.cursor ? [] : await formerCouriers(world);
  return new Reply([...couriers, ...former], { cursor: page.cursor });
}

async function formerCouriers(world: World) {
  const { rows } = await world.store.query(Balances, { index: 'byCashHolder', hash: CASH_HOLDER });
  const keys = rows.map(({ balanceId }) => ({ balance: balanceKey(balanceId), user: { userId: balanceId } }));
  const found = await world.store.getMany(
    keys.flatMap(({ balance, user }) => [
      { table: Balances, key: balance },
      { table: Users, key: user },
    ]),
  );
  return keys.flatMap((_, i) => {
    const [balance, user] = [found[2 * i] as Balance | undefined, found[2 * i + 1] as User | undefined];
    return user && user.role !== 'courier' && balance?.courierCash ? [shownCash(user, balance)] : [];
  });
}

function shownCash({ userId, name, active, role }: User, balance: Balance | undefined) {
  const expected = toMajor(balance?.courierCash ?? 0);
  return { courierId: userId, name, active: active && role === 'courier', expected };
}

/** The dairy gives up a debt, or a part of it. */
export async function writeOffDebt(
  world: World,
  call: Call<{ userId: string; amount: Minor; reason: string }>,
) {
  const { userId, amount, reason } = call.input;
  const movementId = `WRITTEN_OFF#${world.ids.next()}`;
  const asks = [{ table: Balances, key: balanceKey(userId) }] as const;
  return commit(world, call, asks, ([balance]) => {
    const owed = owedOf(balance);
    if (amount > owed) return exceedsDebt(owed);
    const at = world.clock.now().toISOString();
    const movement = { movementId, kind: 'WRITTEN_OFF', at, userId, lines: writtenOff(amount, userId) };
    const left = owed - amount;
    return {
      // What is left is as the desk is told.
      writes: postMovement(movement, undefined, { party: userId, condition: is('owed', owed) }),
      answer: { movementId, userId, amount: toMajor(amount), owed: toMajor(left) },
      note: reason,
    };
  });
}

function exceedsDebt(owedMinor: Minor): Problem {
  const owed = toMajor(owedMinor);
  return refuse('EXCEEDS_DEBT', `The household owes ${owed}.`, {
    errors: [{ pointer: '/amount', detail: `is more than ${owed}` }],
    more: { owed },
  });
}
