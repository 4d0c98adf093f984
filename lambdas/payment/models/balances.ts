import type { Minor } from '#shared/domain/money.ts';
import type { World } from '#shared/world.ts';
import { Balances, balanceKey } from './Ledger.ts';

/** Prepaid balances by household. A wallet is a liability: its row's amount is what is owed, as a negative number. */
export async function walletBalances(world: World, userIds: readonly string[]): Promise<Map<string, Minor>> {
  const rows = await world.store.getMany(
    userIds.map((userId) => ({ table: Balances, key: balanceKey('wallet', userId) })),
  );
  return new Map(userIds.map((userId, i) => [userId, 0 - Number(rows[i]?.amount ?? 0)]));
}
