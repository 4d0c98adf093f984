import type { Wire } from '#shared/data/wire.ts';
import type { Products } from './catalogue.ts';
import { put, type Row, readOf } from './requests.ts';

export interface Line {
  productId: string;
  qty: number;
}

/** Mirrors `addToCart`: one BatchGetItem and one conditional PutItem. */
export async function addToCart(wire: Wire, products: Products, input: Line & { userId: string }) {
  const { userId, productId, qty } = input;
  const cartId = `C${userId.slice(1)}`;
  const [cart] = await readOf(wire, { Carts: { cartId } });
  const had: Line[] = cart?.items ?? [];
  const known = had.some((line) => line.productId === productId);
  const lines = known
    ? had.map((line) => (line.productId === productId ? { productId, qty: line.qty + qty } : line))
    : [...had, { productId, qty }];
  await wire.call('PutItem', cartPut(userId, cart, lines, products));
  const items = lines.map((line) => {
    const product = products.get(line.productId);
    return {
      ...line,
      name: product?.name,
      price: product?.price / 100,
      amount: (product?.price * line.qty) / 100,
    };
  });
  return { cartId, items, totalAmount: totalOf(lines, products) / 100 };
}

/** A cart's next row, as `changeCart` writes it. */
export function cartPut(userId: string, cart: Row | undefined, items: Line[], products: Products) {
  const row = {
    cartId: `C${userId.slice(1)}`,
    userId,
    items,
    totalAmount: totalOf(items, products),
    updatedAt: new Date().toISOString(),
    version: (cart?.version ?? 0) + 1,
  };
  return put('Carts', 'cartId', row, cart?.version);
}

function totalOf(lines: readonly Line[], products: Products): number {
  return lines.reduce((sum, line) => sum + products.get(line.productId)?.price * line.qty, 0);
}
