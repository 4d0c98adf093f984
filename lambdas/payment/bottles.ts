import { commit, happened } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { BottlesTable, keepBottles } from './models/Bottles.ts';
import { postMovement } from './models/Ledger.ts';
import { moveBottles } from './rules/bottles.ts';
import { bottlesLost } from './rules/stopPostings.ts';

export interface LoseBottles {
  userId: string;
  productId: string;
  count: number;
  reason?: string;
}

/** A household lost or broke bottles: their deposit is the dairy's, with the tax that the settings say. */
export async function loseBottles(world: World, call: Call<LoseBottles>) {
  const { userId, productId, count, reason } = call.input;
  const lossId = `BL${world.ids.next()}`;
  const { bottleTax } = await settingsOf(world);
  return commit(world, call, [{ table: BottlesTable, key: { userId } }], ([bottles]) => {
    const had = bottles?.products[productId]?.count ?? 0;
    if (count > had) {
      const detail = `is more than the ${had} the household has`;
      return refuse('TOO_MANY_EMPTIES', `${productId}: ${count} ${detail}.`, {
        errors: [{ pointer: '/count', detail, productId, available: had }],
      });
    }
    const moved = moveBottles(bottles?.products ?? {}, [], [{ productId, count }]);
    if ('code' in moved) return moved;
    const amount: Minor = moved.moves[0]?.backMinor ?? 0;
    const movement = {
      movementId: `${lossId}#BOTTLES`,
      kind: 'BOTTLES_LOST',
      at: world.clock.now().toISOString(),
      userId,
      lines: bottlesLost(amount, bottleTax, userId),
    };
    return {
      writes: [...keepBottles(userId, bottles, moved.held), ...postMovement(movement)],
      events: [happened('BOTTLES_LOST', lossId, 1, { userId, productId, count, amountMinor: amount })],
      answer: { userId, productId, count, amount: toMajor(amount), left: had - count },
      note: reason,
    };
  });
}
