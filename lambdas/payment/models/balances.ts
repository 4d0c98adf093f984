import type { Minor } from '#shared/domain/money.ts';
import type { World } from '#shared/world.ts';
import { availableOf, type Balance, Balances, balanceKey } from './Ledger.ts';

/** Prepaid balances by household, minor units. */
export async function walletBalances(world: World, userIds: readonly string[]): Promise<Map<string, Minor>> {
  const rows = await world.store.getMany(
    userIds.map((userId) => ({ table: Balances, key: balanceKey(userId) })),
  );
  return new Map(userIds.map((userId, i) => [userId, availableOf(rows[i] as Balance | undefined)]));
}
