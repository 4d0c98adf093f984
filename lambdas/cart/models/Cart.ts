import { z } from '@hono/zod-openapi';
import { absent, is } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { put, type Write } from '#shared/data/write.ts';
import { cartIdOf } from '#shared/domain/id.ts';
import type { Minor } from '#shared/domain/money.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import type { World } from '#shared/world.ts';

/** Most different products in a cart, an order or a subscription. */
export const MAX_LINES = 50;
/** Most pieces of one product in a cart or an order. */
export const MAX_QTY = 1_000;

export const CartLine = onDemand(() => z.object({ productId: z.string(), qty: z.number().int() }));
export type CartLine = TypeOf<typeof CartLine>;

/** What a household is about to order: one cart a user, its id follows from the user's. */
export const Cart = onDemand(() =>
  z.object({
    cartId: z.string(),
    userId: z.string(),
    items: z.array(CartLine()),
    /** Minor units, at the prices of the last change. */
    totalAmount: z.number().int(),
    updatedAt: z.string(),
    version: z.number().int(),
  }),
);
export type Cart = TypeOf<typeof Cart>;

export const Carts = defineTable('Carts', Cart, { hash: 'cartId' });

export function cartKey(userId: string) {
  return { cartId: cartIdOf(userId) };
}

/** Replaces a cart's lines, on condition that it is still as it was read. */
export function changeCart(
  world: World,
  userId: string,
  cart: Cart | undefined,
  items: CartLine[],
  totalMinor: Minor,
): Write {
  const next: Cart = {
    ...cartKey(userId),
    userId,
    items,
    totalAmount: totalMinor,
    updatedAt: world.clock.now().toISOString(),
    version: (cart?.version ?? 0) + 1,
  };
  return put(Carts, next, cart ? is('version', cart.version) : absent('cartId'));
}

/** What remains of a cart's lines after these were ordered. */
export function withoutLines(items: readonly CartLine[], ordered: readonly CartLine[]): CartLine[] {
  const taken = new Map(ordered.map((line) => [line.productId, line.qty]));
  return items
    .map((line) => ({ ...line, qty: line.qty - (taken.get(line.productId) ?? 0) }))
    .filter((line) => line.qty > 0);
}
