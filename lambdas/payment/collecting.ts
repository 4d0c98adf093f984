import { liveSubscriptionsOf } from '#lambdas/order/models/householdSubscriptions.ts';
import type { PriceOn } from '#lambdas/order/rules/forecast.ts';
import { catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { standingPriceOn } from '#lambdas/product/rules/standingPrice.ts';
import { openOrderOf, Users } from '#lambdas/user/models/User.ts';
import { type Context, commit, type Decision, happened } from '#shared/data/commit.ts';
import { atMost } from '#shared/data/condition.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { StoreError } from '#shared/data/wire.ts';
import { type Day, dayOf, type Instant, plusSeconds } from '#shared/domain/day.ts';
import { Problem } from '#shared/domain/problem.ts';
import type { SavedMethod } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { chargeTopUp, newTopUp } from './charging.ts';
import {
  type AutoTopUp,
  AutoTopUps,
  atRest,
  collectKeys,
  editAutoTopUp,
  isOn,
  lookAt,
  moveAutoTopUp,
  movedEvent,
  type SwitchedOn,
  statusOf,
  wakeIdle,
} from './models/AutoTopUp.ts';
import { availableOf, type Balance, Balances, balanceKey } from './models/Ledger.ts';
import { newPaymentWrite, type Payment, Payments } from './models/Payment.ts';
import { nextCollection, nextTry } from './rules/dunning.ts';
import { type Need, needOf } from './rules/need.ts';

const PAGE = 50;
const MOST_ROUNDS = 20;
const LANES = 8;
/** A debit whose end nobody told is looked at again so often, though the event of its end should have come before. */
const UNDER_WAY_SECONDS = 3_600;

/**
 * Timer: looks at the automatic top-ups whose time has come: announces debits, asks for announced ones, tries declined
 * ones again. The index names them; each row decides for itself.
 */
export async function collectTopUps(world: World): Promise<{ seen: number; failed: number }> {
  const seen = new Set<string>();
  let failed = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const due = (await dueRows(world)).filter((userId) => !seen.has(userId));
    if (due.length === 0) break;
    for (const userId of due) seen.add(userId);
    const waiting = due.values();
    const lane = async () => {
      for (const userId of waiting) if (!(await collected(world, userId))) failed++;
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }
  return { seen: seen.size, failed };
}

async function dueRows(world: World): Promise<string[]> {
  const range = atMost('todoAt', world.clock.now().toISOString());
  const pages = await Promise.all(
    collectKeys.map((hash) => world.store.query(AutoTopUps, { index: 'byTodo', hash, range, limit: PAGE })),
  );
  return pages.flatMap(({ rows }) => rows.map(({ userId }) => userId));
}

/** Does what is due of one household; what could not be done is found again. */
async function collected(world: World, userId: string): Promise<boolean> {
  try {
    const outcome = await collect(world, userId);
    if (!(outcome instanceof Problem)) return true;
    world.log.warn('top-up not collected', { userId, code: outcome.code });
  } catch (error) {
    world.log.warn('top-up not collected', { userId, reason: String(error) });
  }
  return false;
}

const system = (world: World, action: string): Context => ({
  actor: { userId: 'system', role: 'system' },
  requestId: world.ids.next(),
  action,
});

/** A top-up that is written down and is still to be asked for. */
interface ToCharge {
  known: [Payment, Balance | undefined];
  saved: SavedMethod;
}

async function collect(world: World, userId: string) {
  const context = system(world, 'collectTopUps');
  const asks = [
    { table: AutoTopUps, key: { userId } },
    { table: Balances, key: balanceKey(userId) },
    { table: Users, key: { userId } },
  ] as const;
  const due = await commit(
    world,
    context,
    asks,
    async ([row, balance, user]): Promise<Decision<ToCharge | undefined>> => {
      const now = world.clock.now().toISOString();
      if (!row?.todoAt || row.todoAt > now) return { writes: [], answer: undefined };
      const settings = await settingsOf(world);
      if (statusOf(row) === 'CHARGING') return stillUnderWay(world, row, settings, now);
      if (!isOn(row) || !user?.active)
        return { writes: [editAutoTopUp(row, atRest(row)).write], answer: undefined };
      const need = await needNow(world, row, settings, now, balance);
      return deciding(world, { row, balance, need, settings, now });
    },
  );
  if (due instanceof Problem || !due) return due;
  return chargeTopUp(world, context, due.known, { saved: due.saved });
}

async function needNow(
  world: World,
  { userId, days = 1 }: AutoTopUp,
  settings: Settings,
  now: Instant,
  balance: Balance | undefined,
): Promise<Need | undefined> {
  const [live, priceOn] = await Promise.all([liveSubscriptionsOf(world, userId), prices(world)]);
  const today = dayOf(now, settings.timeZone);
  return needOf(live, { settings, priceOn, today }, days, availableOf(balance));
}

async function prices(world: World): Promise<PriceOn> {
  const { byId } = await catalogueOf(world);
  return (productId, day, locksAt) => {
    const product = byId.get(productId)?.product;
    return product ? standingPriceOn(product, day, locksAt) : 0;
  };
}

interface Looked {
  row: SwitchedOn;
  balance: Balance | undefined;
  need: Need | undefined;
  settings: Settings;
  now: Instant;
}

/** What is done of a switched-on row whose time has come, by what its balance lacks. */
function deciding(
  world: World,
  { row, balance, need, settings, now }: Looked,
): Decision<ToCharge | undefined> {
  const { userId } = row;
  const later = lookAt(userId, nextCollection(settings, now));
  const status = statusOf(row);
  if (!need) {
    const rested = { ...atRest(row), ...later };
    if (status === 'IDLE') return { writes: [editAutoTopUp(row, rested).write], answer: undefined };
    const moved = moveAutoTopUp(row, 'IDLE', rested);
    return { writes: [moved.write], events: [movedEvent(row, moved.row, 'COVERED')], answer: undefined };
  }
  if (status === 'IDLE') return announcing(row, need, settings, now);
  if ((row.debitAt ?? '') > now) {
    const waits = editAutoTopUp(row, { ...row, ...lookAt(userId, row.debitAt ?? now) });
    return { writes: [waits.write], answer: undefined };
  }
  return debiting(world, { row, balance, need, settings, now }, need.dueDay);
}

/** A debit is announced; nothing is taken before the household had its notice. */
function announcing(row: SwitchedOn, need: Need, settings: Settings, now: Instant): Decision<undefined> {
  const { userId, amount } = row;
  const debitAt = plusSeconds(now, settings.mandateNoticeHours * 3_600);
  const { dueDay, missingMinor } = need;
  const moved = moveAutoTopUp(row, 'NOTICED', {
    ...atRest(row),
    dueDay,
    debitAt,
    ...lookAt(userId, debitAt),
  });
  const told = { userId, amountMinor: amount, debitAt, dueDay, missingMinor };
  return {
    writes: [moved.write],
    events: [happened('MANDATE_NOTICE', userId, moved.row.version, told)],
    answer: undefined,
  };
}

/** The top-up is written down with the move; then the provider is asked. */
function debiting(world: World, { row, balance, now }: Looked, dueDay: Day): Decision<ToCharge> {
  const { userId, amount, paymentMethod = 'CARD', saved } = row;
  const payment = newTopUp(world, { userId, amount, paymentMethod, automatic: true });
  const moved = moveAutoTopUp(row, 'CHARGING', {
    ...row,
    dueDay,
    paymentId: payment.paymentId,
    ...lookAt(userId, plusSeconds(now, UNDER_WAY_SECONDS)),
  });
  return {
    writes: [moved.write, newPaymentWrite(payment), openOrderOf(userId)],
    events: [movedEvent(row, moved.row, 'DEBITED')],
    answer: { known: [payment, balance], saved },
    final: false,
  };
}

async function stillUnderWay(
  world: World,
  row: AutoTopUp,
  settings: Settings,
  now: Instant,
): Promise<Decision<undefined>> {
  const payment = await world.store.get(Payments, { paymentId: row.paymentId ?? '' });
  if (payment && payment.status !== 'PENDING') return ended(row, payment, settings, now);
  const later = lookAt(row.userId, plusSeconds(now, UNDER_WAY_SECONDS));
  return { writes: [editAutoTopUp(row, { ...row, ...later }).write], answer: undefined };
}

/** Event: a top-up came to an end, by itself or by the household's own hand. */
export function followTopUp(world: World, { userId, paymentId }: { userId: string; paymentId: string }) {
  const asks = [
    { table: AutoTopUps, key: { userId } },
    { table: Payments, key: { paymentId } },
  ] as const;
  return commit(
    world,
    system(world, 'followTopUp'),
    asks,
    async ([row, payment]): Promise<Decision<undefined>> => {
      if (!row || !payment || payment.status === 'PENDING') return { writes: [], answer: undefined };
      const settings = await settingsOf(world);
      return ended(row, payment, settings, world.clock.now().toISOString());
    },
  );
}

const nothing: Decision<undefined> = { writes: [], answer: undefined };

function ended(row: AutoTopUp, payment: Payment, settings: Settings, now: Instant): Decision<undefined> {
  const status = statusOf(row);
  const isItsOwn = status === 'CHARGING' && row.paymentId === payment.paymentId;
  if (payment.status === 'FAILED') return isItsOwn ? declined(row, payment, settings, now) : nothing;
  const later = isOn(row) ? lookAt(row.userId, nextCollection(settings, now)) : {};
  const rested = { ...atRest(row), ...later };
  // Money that came in another way ends what was declined, and leaves what is announced or under way as it is.
  if (isItsOwn || status === 'RETRYING' || status === 'EXHAUSTED') {
    const moved = moveAutoTopUp(row, 'IDLE', rested);
    return { writes: [moved.write], events: [movedEvent(row, moved.row, 'PAID')], answer: undefined };
  }
  // Switched on while its method was still to come.
  const waits = status === 'IDLE' && isOn(row) && row.todo === undefined;
  return waits ? { writes: [editAutoTopUp(row, rested).write], answer: undefined } : nothing;
}

/** A debit that was declined is tried again, with a message each time, and in the end no more. */
function declined(row: AutoTopUp, payment: Payment, settings: Settings, now: Instant): Decision<undefined> {
  const { userId } = row;
  const { paymentId, amount: amountMinor, reason = 'DECLINED' } = payment;
  if (!isOn(row)) {
    const moved = moveAutoTopUp(row, 'IDLE', atRest(row));
    return { writes: [moved.write], events: [movedEvent(row, moved.row, 'SWITCHED_OFF')], answer: undefined };
  }
  const kept = { ...atRest(row), dueDay: row.dueDay };
  if (reason === 'NOT_FOUND') {
    // The provider was never asked: nobody declined, and nobody is told.
    const debitAt = nextCollection(settings, now);
    const again = {
      ...kept,
      failed: row.failed,
      failedAt: row.failedAt,
      debitAt,
      ...lookAt(userId, debitAt),
    };
    const moved = moveAutoTopUp(row, 'RETRYING', again);
    return { writes: [moved.write], events: [movedEvent(row, moved.row, 'NOT_ASKED')], answer: undefined };
  }
  const failed = (row.failed ?? 0) + 1;
  const failedAt = row.failedAt ?? now;
  const notBefore = plusSeconds(now, settings.mandateNoticeHours * 3_600);
  const debitAt = nextTry(settings, { failed, failedAt, notBefore });
  const told = { userId, paymentId, step: failed, amountMinor, reason };
  if (debitAt === undefined) {
    const moved = moveAutoTopUp(row, 'EXHAUSTED', { ...kept, failed, failedAt });
    const event = happened('DUNNING_EXHAUSTED', userId, moved.row.version, told);
    return { writes: [moved.write], events: [event], answer: undefined };
  }
  const again = { ...kept, failed, failedAt, debitAt, ...lookAt(userId, debitAt) };
  const moved = moveAutoTopUp(row, 'RETRYING', again);
  const event = happened('DUNNING_STEP', userId, moved.row.version, { ...told, nextTryAt: debitAt });
  return { writes: [moved.write], events: [event], answer: undefined };
}

/** Event: a household's coming days changed; where it tops up by itself, the clock looks at it now. */
export async function lookAgain(world: World, userId: string): Promise<void> {
  try {
    await world.store.write(wakeIdle(userId, world.clock.now().toISOString()));
  } catch (error) {
    if (!(error instanceof StoreError) || error.name !== 'ConditionalCheckFailedException') throw error;
  }
}
