import { type Catalogue, catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { Users } from '#lambdas/user/models/User.ts';
import { commit } from '#shared/data/commit.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import { ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { type Cart, type CartLine, Carts, cartKey, changeCart, MAX_LINES, MAX_QTY } from './models/Cart.ts';

interface LineInput {
  userId?: string;
  productId: string;
  qty: number;
}

/** Adds pieces of a product; adding again adds up. */
export async function addToCart(world: World, call: Call<LineInput>) {
  const { productId, qty } = call.input;
  return changeLines(world, call, productId, (items) => {
    const had = items.find((line) => line.productId === productId)?.qty ?? 0;
    return setLine(items, productId, had + qty);
  });
}

/** Sets the quantity of a line; 0 removes it. */
export async function setCartItem(world: World, call: Call<LineInput>) {
  const { productId, qty } = call.input;
  return changeLines(world, call, qty > 0 ? productId : undefined, (items) => setLine(items, productId, qty));
}

export async function clearCart(world: World, call: Call<{ userId?: string }>) {
  return changeLines(world, call, undefined, () => []);
}

/** The cart at live prices; a line whose product is gone or short says so. */
export async function getCart(world: World, call: Call<{ userId?: string }>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const cart = await world.store.get(Carts, cartKey(userId));
  return shownCart(await catalogueOf(world), userId, cart?.items ?? []);
}

async function changeLines(
  world: World,
  call: Call<{ userId?: string }>,
  needsProduct: string | undefined,
  change: (items: readonly CartLine[]) => CartLine[],
) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const catalogue = await catalogueOf(world);
  if (needsProduct !== undefined && !catalogue.byId.get(needsProduct)?.product.active) {
    return refuse('PRODUCT_UNKNOWN', `There is no product ${needsProduct} on sale.`, {
      errors: [{ pointer: '/productId', detail: 'is not on sale' }],
    });
  }
  const asks = [
    { table: Carts, key: cartKey(userId) },
    // Who fills somebody else's cart may have mistyped whose.
    ...(userId === call.actor.userId ? [] : [{ table: Users, key: { userId } }]),
  ];
  return commit(world, call, asks, ([held, customer]) => {
    const cart = held as Cart | undefined;
    if (asks.length > 1 && !customer) return refuse('NOT_FOUND', `There is no customer ${userId}.`);
    const items = change(cart?.items ?? []);
    if (items.length > MAX_LINES) {
      return refuse('TOO_MANY_LINES', `A cart holds ${MAX_LINES} different products at most.`);
    }
    const over = items.find((line) => line.qty > MAX_QTY);
    if (over) {
      return refuse('INVALID_INPUT', `A cart holds ${MAX_QTY} pieces of a product at most.`, {
        errors: [{ pointer: '/qty', detail: `makes ${over.qty} in the cart` }],
      });
    }
    return {
      writes: [changeCart(world, userId, cart, items, totalOf(catalogue, items))],
      answer: shownCart(catalogue, userId, items),
    };
  });
}

function setLine(items: readonly CartLine[], productId: string, qty: number): CartLine[] {
  const known = items.some((line) => line.productId === productId);
  const lines = items.map((line) => (line.productId === productId ? { productId, qty } : line));
  return (known ? lines : [...lines, { productId, qty }]).filter((line) => line.qty > 0);
}

function totalOf(catalogue: Catalogue, items: readonly CartLine[]): Minor {
  return items.reduce((sum, { productId, qty }) => {
    const product = catalogue.byId.get(productId)?.product;
    return sum + (product?.active ? product.price * qty : 0);
  }, 0);
}

function shownCart(catalogue: Catalogue, userId: string, items: readonly CartLine[]) {
  return {
    ...cartKey(userId),
    items: items.map((line) => {
      const offer = catalogue.byId.get(line.productId);
      if (!offer?.product.active) return { ...line, flag: 'GONE' as const };
      const { product, available } = offer;
      const shown = {
        ...line,
        name: product.name,
        price: toMajor(product.price),
        amount: toMajor(product.price * line.qty),
      };
      return available < line.qty
        ? { ...shown, flag: 'SHORT' as const, available: Math.max(0, available) }
        : shown;
    }),
    totalAmount: toMajor(totalOf(catalogue, items)),
  };
}
