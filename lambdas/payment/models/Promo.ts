import { z } from '@hono/zod-openapi';
import { type Order, promoOf } from '#lambdas/order/models/Order.ts';
import { is } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { create, put, type Write } from '#shared/data/write.ts';
import { addDays, type Day, type Instant, instantOf } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import { shardKeys, shardOf } from '#shared/domain/shard.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import {
  giveBack,
  type PromoPart,
  promoCorrected,
  promoSetAside,
  promoSettled,
  spend,
  stillUsed,
} from '../rules/promo.ts';
import type { LedgerLine } from './Ledger.ts';

/** A household's promo credit: what is left of each grant, minor units. Their sum is the balance `promo`. */
export const Promo = onDemand(() =>
  z.object({
    userId: z.string(),
    grants: z.array(
      z.object({ promoId: z.string(), amount: z.number().int(), expiresOn: z.string().optional() }),
    ),
    version: z.number().int(),
    /** `EXPIRE#<shard>`, and when the first of them expires. */
    todo: z.string().optional(),
    todoAt: z.string().optional(),
  }),
);
export type Promo = TypeOf<typeof Promo>;
export const Promos = defineTable('Promos', Promo, {
  hash: 'userId',
  indexes: { byTodo: { hash: 'todo', range: 'todoAt' } },
});

export const promoKey = (userId: string) => ({ userId });
export const expireKeys = shardKeys('EXPIRE');

/** The write that makes a household's grants what they are now. */
export function keepGrants(
  userId: string,
  before: Promo | undefined,
  grants: readonly PromoPart[],
  timeZone: string,
): Write {
  const [first] = grants.flatMap(({ expiresOn }) => expiresOn ?? []).sort();
  const after: Promo = {
    userId,
    grants: [...grants],
    version: (before?.version ?? 0) + 1,
    ...(first
      ? { todo: `EXPIRE#${shardOf(userId)}`, todoAt: instantOf(addDays(first, 1), '00:00', timeZone) }
      : {}),
  };
  return before ? put(Promos, after, is('version', before.version)) : create(Promos, after);
}

/** A part of a change of money: lines for its movement, and writes beside it. */
export interface PromoMove {
  lines: LedgerLine[];
  writes: Write[];
}

/** An order with as much promo credit as there is and its price takes, and what sets that aside. */
export function withPromo(
  order: Order,
  row: Promo | undefined,
  { today, timeZone }: { today: Day; timeZone: string },
): { order: Order } & PromoMove {
  const { used, left } = spend(row?.grants ?? [], order.amount, today);
  if (used.length === 0) return { order, lines: [], writes: [] };
  const priced: Order = { ...order, promo: used };
  return {
    order: priced,
    lines: promoSetAside(promoOf(priced), order.userId),
    writes: [keepGrants(order.userId, row, left, timeZone)],
  };
}

/** What becomes of an order's promo credit at its end: `usedMinor` of it is used, the rest the household's again. */
export function settlePromo(
  order: Order,
  row: Promo | undefined,
  usedMinor: Minor,
  timeZone: string,
): PromoMove {
  const held = promoOf(order);
  if (held === 0) return { lines: [], writes: [] };
  const back = held - usedMinor;
  const grants = giveBack(row?.grants ?? [], order.promo ?? [], back);
  return {
    lines: promoSettled(held, usedMinor, order.userId),
    writes: back > 0 ? [keepGrants(order.userId, row, grants, timeZone)] : [],
  };
}

/** What a correction of an order's stop changes: less is used than before, or more of what the household still has. */
export function correctPromo(
  order: Order,
  row: Promo | undefined,
  usedMinor: Minor,
  { today, timeZone }: { today: Day; timeZone: string },
): PromoMove {
  const before = order.promoUsed ?? 0;
  const more = usedMinor - before;
  if (more === 0) return { lines: [], writes: [] };
  const grants = row?.grants ?? [];
  const after =
    more > 0
      ? spend(grants, more, today).left
      : giveBack(grants, stillUsed(order.promo ?? [], promoOf(order) - before), -more);
  return {
    lines: promoCorrected(more, order.userId),
    writes: [keepGrants(order.userId, row, after, timeZone)],
  };
}

/** The movement of an order's promo credit where no other movement goes with it. */
export function promoMovement(
  order: Order,
  step: 'SET_ASIDE' | 'BACK',
  at: Instant,
  lines: LedgerLine[],
  part?: string,
) {
  const { orderId, userId } = order;
  const movementId = [orderId, `PROMO_${step}`, ...(part ? [part] : [])].join('#');
  return { movementId, kind: `PROMO_${step}`, at, userId, orderId, lines };
}
