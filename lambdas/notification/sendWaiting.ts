import { type User, Users } from '#lambdas/user/models/User.ts';
import { atMost } from '#shared/data/condition.ts';
import type { World } from '#shared/world.ts';
import { dispatch, type Outgoing } from './dispatch.ts';
import { type Notification, Notifications, sendKeys } from './models/Notification.ts';
import { addressOf, isReachable, wants } from './rules/channels.ts';
import { codeOf, isSecret, liveCodes } from './secrets.ts';

const PAGE = 25;
const MOST_ROUNDS = 10;

/**
 * Timer: sends what waited for the end of the quiet hours or for another try, and says of claims that nobody
 * marked that their fate is unknown. The index only says where to look; each row decides for itself.
 */
export async function sendWaiting(world: World): Promise<{ sent: number; failed: number }> {
  const seen = new Set<string>();
  let sent = 0;
  let failed = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const due = (await dueRows(world)).filter(({ notificationId }) => !seen.has(notificationId));
    if (due.length === 0) break;
    for (const { notificationId } of due) seen.add(notificationId);
    const context = {
      actor: { userId: 'system', role: 'system' as const },
      requestId: world.ids.next(),
      action: 'sendWaiting',
    };
    const done = await dispatch(world, context, await addressed(world, due), 'CLOCK');
    for (const { status } of done.rows.values()) {
      if (status === 'SENT') sent++;
      if (status === 'FAILED') failed++;
    }
  }
  return { sent, failed };
}

async function dueRows(world: World): Promise<Notification[]> {
  const range = atMost('sendAfter', world.clock.now().toISOString());
  const pages = await Promise.all(
    sendKeys.map((hash) => world.store.query(Notifications, { index: 'byTodo', hash, range, limit: PAGE })),
  );
  return pages.flatMap((page) => page.rows);
}

/** Messages with where they go now; none for who left, opted out, or whose code is no good any more. */
async function addressed(world: World, due: readonly Notification[]): Promise<Outgoing[]> {
  const users = await world.store.getMany(due.map(({ userId }) => ({ table: Users, key: { userId } })));
  const live = await liveCodes(world, due);
  return due.map((row, i) => {
    const user = users[i] as User | undefined;
    const takes =
      isReachable(user) &&
      wants(user, row.channel, row.type) &&
      (!isSecret(row) || live.has(row.notificationId));
    return {
      row,
      user,
      to: takes ? addressOf(user, row.channel) : undefined,
      code: codeOf(world, row),
    };
  });
}
