import { endOrderOf } from '#lambdas/user/models/User.ts';
import { type Context, commit, type Decision, happened } from '#shared/data/commit.ts';
import { Meta } from '#shared/data/meta.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { addDays, type Day, dayOf, laterDay } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';
import { closedKey } from './models/orderRun/day.ts';
import {
  atRest,
  changeSubscription,
  isAtRest,
  runKeys,
  type Subscription,
  Subscriptions,
} from './models/Subscription.ts';
import { statusOn } from './rules/changes.ts';
import { isOver } from './rules/rest.ts';

/** Subscriptions that are looked at together. */
const PAGE = 200;

/** Timer: subscriptions whose end or pause has come, or whose pause is over, take the status that follows. */
export async function followSubscriptions(world: World) {
  const { timeZone, slots } = await settingsOf(world);
  const today = dayOf(world.clock.now(), timeZone);
  const cursors = await world.store.getMany(
    slots.map(({ slotId }) => ({ table: Meta, key: closedKey(slotId) })),
  );
  // Up to here every day of every slot is closed.
  const closedDay = cursors.map((row) => String(row?.text ?? '')).sort()[0] ?? '';
  let moved = 0;
  for (const hash of runKeys) {
    let cursor: string | undefined;
    do {
      const page = await world.store.query(Subscriptions, { index: 'byRun', hash, limit: PAGE, cursor });
      for (const subscription of page.rows.filter((row) => isBehind(row, today, closedDay))) {
        if (await follow(world, subscription.subscriptionId, today, closedDay)) moved++;
      }
      cursor = page.cursor;
    } while (cursor);
  }
  return { moved };
}

async function follow(world: World, subscriptionId: string, today: Day, closedDay: Day): Promise<boolean> {
  const context: Context = {
    actor: { userId: 'system', role: 'system' },
    requestId: world.ids.next(),
    action: 'followSubscriptions',
  };
  const asks = [{ table: Subscriptions, key: { subscriptionId } }] as const;
  const outcome = await commit(world, context, asks, ([subscription]) => {
    if (!subscription || !isBehind(subscription, today, closedDay)) return { writes: [], answer: false };
    return following(subscription, today, closedDay);
  });
  return outcome === true;
}

/** The first day that a status speaks of: the day after the last that was dealt with, or today. */
function nextDayOf({ lastRunDay }: Subscription, today: Day): Day {
  return lastRunDay ? laterDay(today, addDays(lastRunDay, 1)) : today;
}

function isBehind(subscription: Subscription, today: Day, closedDay: Day): boolean {
  const status = statusOn(subscription, nextDayOf(subscription, today));
  if (isAtRest(subscription)) return false;
  return status !== subscription.status || isOver({ ...subscription, status }, closedDay);
}

function following(subscription: Subscription, today: Day, closedDay: Day): Decision<boolean> {
  const status = statusOn(subscription, nextDayOf(subscription, today));
  const next = { ...subscription, status };
  const over = isOver(next, closedDay);
  const after = changeSubscription(subscription, over ? atRest(next) : next);
  const { subscriptionId, userId, version } = after.subscription;
  const event = happened('SUBSCRIPTION_MOVED', subscriptionId, version, {
    userId,
    subscriptionId,
    status,
    from: subscription.status,
    reason: status === 'CANCELLED' ? (subscription.endReason ?? 'ENDED') : undefined,
  });
  return {
    writes: [after.write, ...(over ? [endOrderOf(userId)] : [])],
    events: status === subscription.status ? [] : [event],
    answer: true,
  };
}
