import { openOrderOf, stillActive, Users } from '#lambdas/user/models/User.ts';
import { commit, type Decision } from '#shared/data/commit.ts';
import { between } from '#shared/data/condition.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { addDays, type Day, instantOf, plusSeconds } from '#shared/domain/day.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { isStaff, ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { chargeProvider, RECONCILE_AFTER_SECONDS } from './charging.ts';
import {
  availableOf,
  type Balance,
  Balances,
  balanceKey,
  Ledger,
  type Movement,
  owedOf,
} from './models/Ledger.ts';
import { newPaymentWrite, type Payment, reconcileKeyOf, toppedUpEvent } from './models/Payment.ts';
import { settleTopUp, topUpMovement } from './models/topUp.ts';

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
  const byDesk = paymentMethod === 'BANK' || paymentMethod === 'CASH';
  if (byDesk && !isStaff(call.actor)) return refuse('FORBIDDEN', 'Only the desk books cash and transfers.');
  if (byDesk && save) {
    return refuse('INVALID_INPUT', 'Only a card or UPI account can be kept.', {
      errors: [{ pointer: '/save', detail: 'is possible for CARD and UPI only' }],
    });
  }
  const payment = newTopUp(world, userId, amount, paymentMethod);
  const { paymentId, status } = payment;
  const asks = [
    { table: Balances, key: balanceKey(userId) },
    { table: Users, key: { userId } },
  ] as const;
  const begun = await commit(world, call, asks, ([balance, user]): Decision<Begun> | Problem => {
    if (!user?.active || user.erasedAt) return refuse('NOT_FOUND', 'There is no such active customer.');
    if (byDesk) {
      const writes = [newPaymentWrite(payment), stillActive(userId)];
      const moved = topUpMovement(payment, balance, payment.createdAt);
      return {
        writes: [...writes, ...moved],
        events: [toppedUpEvent(payment)],
        answer: { paymentId, status },
      };
    }
    // While the provider has it, the account cannot be erased.
    const writes = [newPaymentWrite(payment), openOrderOf(userId)];
    return { writes, answer: { paymentId, status, known: [payment, balance] }, final: false };
  });
  if (begun instanceof Problem || !begun.known) return begun;
  const { currency } = await settingsOf(world);
  const method = paymentMethod === 'UPI' ? ('UPI' as const) : ('CARD' as const);
  const charge = { paymentId, userId, amountMinor: amount, currency, method, token: paymentToken, save };
  const result = await chargeProvider(world, charge);
  return settleTopUp(world, call, { paymentId, userId }, result, { known: begun.known });
}

function newTopUp(
  world: World,
  userId: string,
  amount: Minor,
  paymentMethod: TopUp['paymentMethod'],
): Payment {
  const createdAt = world.clock.now().toISOString();
  const paymentId = `PAY${world.ids.next()}`;
  const base = { paymentId, userId, amount, paymentMethod, refunded: 0, createdAt, version: 1 };
  if (paymentMethod === 'BANK' || paymentMethod === 'CASH') {
    return { ...base, provider: paymentMethod, status: 'SUCCESS', captured: amount, settledAt: createdAt };
  }
  return {
    ...base,
    provider: world.payments.name,
    status: 'PENDING',
    captured: 0,
    todo: reconcileKeyOf(paymentId),
    todoAt: plusSeconds(createdAt, RECONCILE_AFTER_SECONDS),
  };
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
