import { createHash } from 'node:crypto';
import { encodeTime } from 'ulid';
import { stillActive } from '#lambdas/user/models/User.ts';
import { commit, happened, type NewEvent } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { dayOf, instantOf } from '#shared/domain/day.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import { ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { newTopUp } from './charging.ts';
import {
  type AutoTopUp,
  AutoTopUps,
  atRest,
  editAutoTopUp,
  isOn,
  lookAt,
  movedEvent,
  statusOf,
} from './models/AutoTopUp.ts';
import { payIn } from './wallet.ts';

/** Days of deliveries that shall be covered, unless a household says otherwise: room for a notice and a debit. */
const DEFAULT_DAYS = 3;

export async function viewAutoTopUp(world: World, call: Call<{ userId?: string }>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  return shown(await world.store.get(AutoTopUps, { userId }));
}

function shown(row: AutoTopUp | undefined) {
  return {
    enabled: row?.enabled ?? false,
    amount: row?.amount === undefined ? undefined : toMajor(row.amount),
    days: row?.days ?? DEFAULT_DAYS,
    method: row?.saved?.label,
    status: statusOf(row),
    dueDay: row?.dueDay,
    debitAt: row?.debitAt,
    failedTries: row?.failed ?? 0,
  };
}

export interface SetAutoTopUp {
  userId?: string;
  enabled: boolean;
  amount?: Minor;
  days?: number;
  paymentMethod: 'CARD' | 'UPI';
  paymentToken?: string;
}

/**
 * Switches a household's automatic top-ups on or off. On, they need a card or UPI account that a top-up kept; with a
 * token the first top-up is made here and now, and keeps it.
 */
export async function setAutoTopUp(world: World, call: Call<SetAutoTopUp>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const topUp = call.input.enabled ? await firstTopUp(world, call, userId) : undefined;
  if (topUp instanceof Problem) return topUp;
  const declined = topUp?.status === 'FAILED';
  const asks = [{ table: AutoTopUps, key: { userId } }] as const;
  return commit(world, call, asks, ([row]) => {
    if (declined) return { writes: [], answer: { ...shown(row), topUp } };
    const after = settled(call.input, row, userId, topUp !== undefined);
    if (after instanceof Problem) return after;
    const now = world.clock.now().toISOString();
    const changed = editAutoTopUp(
      row,
      isOn(after) && !isUnderWay(after) ? { ...after, ...lookAt(userId, now) } : after,
    );
    return {
      writes: [changed.write, stillActive(userId)],
      events: eventsOf(row, changed.row),
      answer: { ...shown(changed.row), ...(topUp ? { topUp } : {}) },
    };
  });
}

/** The top-up that keeps a token's card or UPI account. The same token on the same day asks for the same one. */
async function firstTopUp(world: World, call: Call<SetAutoTopUp>, userId: string) {
  const { amount, paymentMethod, paymentToken } = call.input;
  if (paymentToken === undefined) return undefined;
  if (amount === undefined) return amountNeeded();
  const { timeZone } = await settingsOf(world);
  const today = dayOf(world.clock.now(), timeZone);
  const what = createHash('sha256').update(JSON.stringify([userId, amount, paymentToken, today]));
  const time = encodeTime(Date.parse(instantOf(today, '00:00', timeZone)), 10);
  const paymentId = `PAY${time}${what.digest('hex').slice(0, 16)}`;
  const payment = newTopUp(world, { userId, amount, paymentMethod, paymentId });
  return payIn(world, { ...call, idempotency: undefined }, payment, { token: paymentToken, save: true });
}

function amountNeeded(): Problem {
  return refuse('INVALID_INPUT', 'Say how much each top-up brings.', {
    errors: [{ pointer: '/amount', detail: 'is missing' }],
  });
}

/** The row as a household wishes it, or why it cannot be. */
function settled(
  { enabled, amount, days }: SetAutoTopUp,
  row: AutoTopUp | undefined,
  userId: string,
  methodComes: boolean,
): Omit<AutoTopUp, 'version'> | Problem {
  const before = row ?? { userId, version: 0 };
  const wish = { amount: amount ?? before.amount, days: days ?? before.days ?? DEFAULT_DAYS };
  if (!enabled) {
    // What is under way at the provider ends there; all else is over.
    return isUnderWay(before) ? { ...before, ...wish, enabled } : { ...atRest(before), ...wish, enabled };
  }
  if (wish.amount === undefined) return amountNeeded();
  if (!before.saved && !methodComes) {
    return refuse(
      'METHOD_UNAVAILABLE',
      'Keep a card or UPI account first: top up with save, or give a paymentToken.',
      {
        errors: [{ pointer: '/paymentToken', detail: 'is needed while no card or UPI account is kept' }],
      },
    );
  }
  // A debit that was announced stays announced; one that was declined is begun anew.
  if (statusOf(before) === 'NOTICED' && wish.amount === before.amount) return { ...before, ...wish, enabled };
  return isUnderWay(before) ? { ...before, ...wish, enabled } : { ...atRest(before), ...wish, enabled };
}

const isUnderWay = (row: Pick<AutoTopUp, 'status'>) => row.status === 'CHARGING';

function eventsOf(before: AutoTopUp | undefined, after: AutoTopUp): NewEvent[] {
  const { userId, version, enabled = false, amount, days } = after;
  const set = happened('AUTO_TOP_UP_SET', userId, version, { userId, enabled, amountMinor: amount, days });
  if (!before || statusOf(before) === statusOf(after)) return [set];
  return [set, movedEvent(before, after, enabled ? 'CHANGED' : 'SWITCHED_OFF')];
}
