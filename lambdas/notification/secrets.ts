import { type Reset, Resets, resetCodeOf } from '#lambdas/user/models/Reset.ts';
import type { World } from '#shared/world.ts';
import type { Notification } from './models/Notification.ts';
import { isLive } from './rules/occasion.ts';

/** The secret that a message's mask stands for; undefined when it has none. It is made anew each time, never stored. */
export function codeOf(world: World, { resetId }: Notification): string | undefined {
  return resetId === undefined ? undefined : resetCodeOf(world, resetId);
}

/** Those of some messages whose reset code can still be used, by notificationId. */
export async function liveResets(world: World, rows: readonly Notification[]): Promise<Set<string>> {
  const resets = rows.filter((row) => row.resetId !== undefined);
  if (resets.length === 0) return new Set();
  const keys = resets.map(({ resetId = '' }) => ({ table: Resets, key: { resetId } }));
  const found = (await world.store.getMany(keys)) as (Reset | undefined)[];
  const now = world.clock.now().toISOString();
  const isGood = (reset: Reset | undefined) => reset !== undefined && isLive(reset, now);
  return new Set(resets.filter((_, i) => isGood(found[i])).map(({ notificationId }) => notificationId));
}
