import { Users } from '#lambdas/user/models/User.ts';
import { commit, type Decision, happened } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import { ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { postMovement } from './models/Ledger.ts';
import { expireKeys, keepGrants, Promos, promoKey } from './models/Promo.ts';
import { type PromoPart, promoExpired, promoGranted, totalOf, usable } from './rules/promo.ts';

/** So many grants of a household can be open at once: each order looks through them. */
const MOST_GRANTS = 50;
const MOST_AT_ONCE = 500;

export interface GrantPromo {
  userId: string;
  amount: Minor;
  reason: string;
  expiresOn?: Day;
}

/** Gives a household promo credit: a discount on its next orders, never money. */
export async function grantPromo(world: World, call: Call<GrantPromo>) {
  const { userId, amount, reason, expiresOn } = call.input;
  const { timeZone } = await settingsOf(world);
  const at = world.clock.now().toISOString();
  if (expiresOn && expiresOn < dayOf(at, timeZone)) {
    const errors = [{ pointer: '/expiresOn', detail: 'is over' }];
    return refuse('INVALID_INPUT', 'expiresOn is over.', { errors });
  }
  const promoId = `PC${world.ids.next()}`;
  const asks = [
    { table: Users, key: { userId } },
    { table: Promos, key: promoKey(userId) },
  ] as const;
  return commit(world, call, asks, ([user, row]) => {
    if (!user?.active || user.erasedAt) return refuse('NOT_FOUND', 'There is no such active customer.');
    const grants = row?.grants ?? [];
    if (grants.length >= MOST_GRANTS) {
      return refuse('INVALID_INPUT', `A household has ${MOST_GRANTS} open grants of promo credit at most.`);
    }
    const movement = {
      movementId: `PROMO#${promoId}`,
      kind: 'PROMO_GRANTED',
      at,
      userId,
      lines: promoGranted(amount, userId),
    };
    const after = [...grants, { promoId, amount, ...(expiresOn ? { expiresOn } : {}) }];
    return {
      writes: [keepGrants(userId, row, after, timeZone), ...postMovement(movement)],
      events: [happened('PROMO_GRANTED', promoId, 1, { userId, promoId, amountMinor: amount, expiresOn })],
      answer: { promoId, userId, amount: toMajor(amount), expiresOn },
      note: reason,
    };
  });
}

/** A household's promo credit that it can still use, in the order in which it is used. */
export async function viewPromo(world: World, call: Call<{ userId?: string }>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const { timeZone } = await settingsOf(world);
  const row = await world.store.get(Promos, promoKey(userId));
  const grants = usable(row?.grants ?? [], dayOf(world.clock.now(), timeZone));
  return {
    available: toMajor(totalOf(grants)),
    grants: grants.map(({ promoId, amount, expiresOn }) => ({ promoId, left: toMajor(amount), expiresOn })),
  };
}

/** Timer: what of a grant was not used in time is gone, also what a cancelled order gave back too late. */
export async function expirePromos(world: World) {
  const now = world.clock.now().toISOString();
  const due = { op: '<=' as const, attribute: 'todoAt', value: now };
  const rows = await world.store.queryAll(Promos, 'byTodo', expireKeys, due);
  let expired = 0;
  for (const { userId } of rows.slice(0, MOST_AT_ONCE)) expired += await expireOf(world, userId);
  return { expired };
}

async function expireOf(world: World, userId: string): Promise<number> {
  const { timeZone } = await settingsOf(world);
  const actor = { userId: 'system', role: 'system' as const };
  const context = { actor, requestId: world.ids.next(), action: 'expirePromos' };
  const asks = [{ table: Promos, key: promoKey(userId) }] as const;
  const outcome = await commit(world, context, asks, ([row]): Decision<number> => {
    const at = world.clock.now().toISOString();
    const isOver = ({ expiresOn }: PromoPart) => expiresOn !== undefined && expiresOn < dayOf(at, timeZone);
    const over = row?.grants.filter(isOver) ?? [];
    if (!row || over.length === 0) return { writes: [], answer: 0 };
    const left = row.grants.filter((grant) => !isOver(grant));
    const movement = {
      // One grant may be over twice: what an order gave back later is over again.
      movementId: `PROMO#${userId}#EXPIRED#${row.version}`,
      kind: 'PROMO_EXPIRED',
      at,
      userId,
      lines: promoExpired(totalOf(over), userId),
    };
    const told = over.map(({ promoId, amount }) =>
      happened('PROMO_EXPIRED', promoId, row.version + 1, { userId, promoId, amountMinor: amount }),
    );
    return {
      writes: [keepGrants(userId, row, left, timeZone), ...postMovement(movement)],
      events: told,
      answer: over.length,
    };
  });
  return outcome instanceof Problem ? 0 : outcome;
}
