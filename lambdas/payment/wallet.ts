import { openOrderOf, stillActive, Users } from '#lambdas/user/models/User.ts';
import { type Context, commit, type Decision } from '#shared/data/commit.ts';
import { between } from '#shared/data/condition.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { addDays, type Day, instantOf } from '#shared/domain/day.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { isStaff, ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { chargeTopUp, newTopUp } from './charging.ts';
import {
  availableOf,
  type Balance,
  Balances,
  balanceKey,
  Ledger,
  type Movement,
  owedOf,
} from './models/Ledger.ts';
import { newPaymentWrite, type Payment, Payments, toppedUpEvent } from './models/Payment.ts';
import { topUpMovement } from './models/topUp.ts';

/** What a household has and owes, major units. */
export async function viewWallet(world: World, call: Call<{ userId?: string }>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const balance = await world.store.get(Balances, balanceKey(userId));
  return { ...shownBalance(balance), currency: (await settingsOf(world)).currency };
}

function shownBalance(balance: Balance | undefined) {
  const has = (account: 'held' | 'promo' | 'deposit') => toMajor(0 - (balance?.[account] ?? 0));
  return {
    available: toMajor(availableOf(balance)),
    deferred: has('held'),
    promo: has('promo'),
    deposits: has('deposit'),
    owed: toMajor(owedOf(balance)),
    creditLimit: balance?.creditLimit === undefined ? undefined : toMajor(balance.creditLimit),
  };
}

export interface TopUp {
  userId?: string;
  amount: Minor;
  paymentMethod: 'CARD' | 'UPI' | 'BANK' | 'CASH';
  paymentToken?: string;
  /** Keep the card or UPI account for later top-ups. */
  save?: boolean;
}

/** A top-up written down; with the rows as they are now when the provider is still to be asked. */
interface Begun {
  paymentId: string;
  status: Payment['status'];
  known?: [Payment, Balance | undefined];
}

/**
 * Pays into a prepaid balance. CARD and UPI: written PENDING, then the provider is asked, then its word is made true.
 * Staff book what came by bank transfer or was paid at the desk.
 */
export async function topUpWallet(world: World, call: Call<TopUp>) {
  const { amount, paymentMethod, paymentToken, save } = call.input;
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  if (paymentMethod === 'CARD' || paymentMethod === 'UPI') {
    return payIn(world, call, newTopUp(world, { userId, amount, paymentMethod }), {
      token: paymentToken,
      save,
    });
  }
  if (!isStaff(call.actor)) return refuse('FORBIDDEN', 'Only the desk books cash and transfers.');
  if (save) {
    return refuse('INVALID_INPUT', 'Only a card or UPI account can be kept.', {
      errors: [{ pointer: '/save', detail: 'is possible for CARD and UPI only' }],
    });
  }
  return bookTopUp(world, call, { userId, amount, paymentMethod });
}

/** Writes a top-up by card or UPI down and asks the provider for it. One that is written down already is answered as it is. */
export async function payIn(
  world: World,
  context: Context,
  payment: Payment,
  how: { token?: string; save?: boolean },
) {
  const { paymentId, userId, status } = payment;
  const asks = [
    { table: Balances, key: balanceKey(userId) },
    { table: Users, key: { userId } },
    { table: Payments, key: { paymentId } },
  ] as const;
  const begun = await commit(world, context, asks, ([balance, user, same]): Decision<Begun> | Problem => {
    if (!user?.active || user.erasedAt) return refuse('NOT_FOUND', 'There is no such active customer.');
    if (same) return { writes: [], answer: { paymentId, status: same.status } };
    // While the provider has it, the account cannot be erased.
    const writes = [newPaymentWrite(payment), openOrderOf(userId)];
    return { writes, answer: { paymentId, status, known: [payment, balance] }, final: false };
  });
  if (begun instanceof Problem || !begun.known) return begun;
  return chargeTopUp(world, context, begun.known, how);
}

/** What came by bank transfer or was paid at the desk is prepaid balance at once. */
function bookTopUp(
  world: World,
  call: Call<TopUp>,
  { userId, amount, paymentMethod }: { userId: string; amount: Minor; paymentMethod: 'BANK' | 'CASH' },
) {
  const at = world.clock.now().toISOString();
  const payment: Payment = {
    paymentId: `PAY${world.ids.next()}`,
    userId,
    amount,
    paymentMethod,
    provider: paymentMethod,
    status: 'SUCCESS',
    captured: amount,
    refunded: 0,
    createdAt: at,
    settledAt: at,
    version: 1,
  };
  const asks = [
    { table: Balances, key: balanceKey(userId) },
    { table: Users, key: { userId } },
  ] as const;
  return commit(world, call, asks, ([balance, user]) => {
    if (!user?.active || user.erasedAt) return refuse('NOT_FOUND', 'There is no such active customer.');
    const moved = topUpMovement(payment, balance, at);
    return {
      writes: [newPaymentWrite(payment), stillActive(userId), ...moved],
      events: [toppedUpEvent(payment)],
      answer: { paymentId: payment.paymentId, status: payment.status },
    };
  });
}

export interface ViewLedger {
  userId?: string;
  from?: Day;
  to?: Day;
  limit: number;
  cursor?: string;
}

/** Every movement of a household's money in a range of days, newest first: all lines, which sum to zero. */
export async function viewLedger(world: World, call: Call<ViewLedger>) {
  const { from, to, limit, cursor } = call.input;
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  if (from && to && to < from) {
    const errors = [{ pointer: '?to', detail: 'is before from' }];
    return refuse('INVALID_INPUT', 'to is before from.', { errors });
  }
  const { timeZone } = await settingsOf(world);
  const begin = from ? instantOf(from, '00:00', timeZone) : '0000';
  // Up to the last millisecond of the last day.
  const end = to ? plusMs(instantOf(addDays(to, 1), '00:00', timeZone), -1) : '9999';
  const page = await world.store.query(Ledger, {
    index: 'byUser',
    hash: userId,
    range: between('at', begin, end),
    limit,
    cursor,
    newestFirst: true,
  });
  const shown = page.rows.map((movement) => shownMovement(movement, userId));
  return new Reply(shown, { cursor: page.cursor });
}

function plusMs(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}

/** A movement as its household sees it: debits positive, as the books have it, and what its prepaid balance gained. */
function shownMovement({ movementId, at, kind, orderId, lines }: Movement, userId: string) {
  const gained = lines
    .filter(({ account, party }) => account === 'wallet' && party === userId)
    .reduce((sum, { amount }) => sum - amount, 0);
  return {
    movementId,
    at,
    kind,
    orderId,
    wallet: toMajor(gained),
    lines: lines.map(({ account, party, amount }) => ({
      account,
      ...(account === 'tax' ? { tax: party } : {}),
      amount: toMajor(amount),
    })),
  };
}
