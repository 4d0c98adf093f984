import { type Reset, Resets, resetCodeOf } from '#lambdas/user/models/Reset.ts';
import { digitsOf, type SignInCode, SignInCodes } from '#lambdas/user/models/SignInCode.ts';
import type { Key, Table } from '#shared/data/table.ts';
import type { World } from '#shared/world.ts';
import type { Notification } from './models/Notification.ts';
import { isLive, isLiveCode } from './rules/occasion.ts';

type Secret = Pick<Notification, 'resetId' | 'codeId'>;

/** The secret that a message's mask stands for; undefined when it has none. It is made anew each time, never stored. */
export function codeOf(world: World, { resetId, codeId }: Secret): string | undefined {
  if (codeId !== undefined) return digitsOf(world, codeId);
  return resetId === undefined ? undefined : resetCodeOf(world, resetId);
}

/** Whether a message has a secret in it. */
export function isSecret({ resetId, codeId }: Secret): boolean {
  return resetId !== undefined || codeId !== undefined;
}

/** Those of some messages whose code can still be used, by notificationId. */
export async function liveCodes(world: World, rows: readonly Notification[]): Promise<Set<string>> {
  const secret = rows.filter(isSecret);
  if (secret.length === 0) return new Set();
  const found = await world.store.getMany(secret.map(askFor));
  const now = world.clock.now().toISOString();
  const live = secret.filter(({ codeId }, i) => {
    const row = found[i];
    if (!row) return false;
    return codeId === undefined ? isLive(row as Reset, now) : isLiveCode(row as SignInCode, codeId, now);
  });
  return new Set(live.map(({ notificationId }) => notificationId));
}

function askFor({ userId, resetId = '', codeId }: Notification): { table: Table; key: Key } {
  return codeId === undefined
    ? { table: Resets, key: { resetId } }
    : { table: SignInCodes, key: { codeKey: userId } };
}
