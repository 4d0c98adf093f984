import { z } from '@hono/zod-openapi';
import { idSchema } from '#shared/domain/id.ts';
import { AmountShown } from '#shared/domain/money.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import type { LambdaParts } from '#shared/lambda.ts';
import { onDemand } from '#shared/onDemand.ts';
import { addToCart, clearCart, getCart, setCartItem } from './cartController.ts';
import { MAX_QTY } from './models/Cart.ts';

const userId = idSchema('user').optional();
const owners = ['customer', 'admin'] as const;

const CartShown = onDemand(() =>
  z
    .object({
      cartId: z.string(),
      items: z.array(
        z.object({
          productId: z.string(),
          qty: z.number().int(),
          name: z.string().optional(),
          price: AmountShown.optional(),
          amount: AmountShown.optional(),
          /** GONE: not on sale any more. SHORT: fewer are there than wanted. */
          flag: z.enum(['GONE', 'SHORT']).optional(),
          available: z.number().int().optional(),
        }),
      ),
      totalAmount: AmountShown,
    })
    .openapi('Cart'),
);

const doors: AnyDoor[] = [
  door({
    name: 'addToCart',
    summary: 'Add pieces of a product; adding again adds up',
    who: owners,
    http: { method: 'POST', path: '/cart/add' },
    input: z.strictObject({
      userId,
      productId: idSchema('product'),
      qty: z.number().int().min(1).max(MAX_QTY),
    }),
    answer: CartShown,
    run: addToCart,
  }),
  door({
    name: 'getCart',
    summary: 'The cart at live prices',
    who: owners,
    http: { method: 'GET', path: '/cart/view' },
    input: z.strictObject({ userId }),
    answer: CartShown,
    run: getCart,
  }),
  door({
    name: 'setCartItem',
    summary: 'Set the quantity of a line; 0 removes it',
    who: owners,
    http: { method: 'PATCH', path: '/cart/item' },
    input: z.strictObject({
      userId,
      productId: idSchema('product'),
      qty: z.number().int().min(0).max(MAX_QTY),
    }),
    answer: CartShown,
    run: setCartItem,
  }),
  door({
    name: 'clearCart',
    summary: 'Empty the cart',
    who: owners,
    http: { method: 'DELETE', path: '/cart' },
    input: z.strictObject({ userId }),
    answer: CartShown,
    run: clearCart,
  }),
];

export const cartLambda: LambdaParts = { name: 'cart', doors };
