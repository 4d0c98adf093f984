import { z } from '@hono/zod-openapi';
import { idSchema } from '#shared/domain/id.ts';
import { Amount } from '#shared/domain/money.ts';
import { drawnOnly } from '#shared/domain/picture.ts';
import { refuse } from '#shared/domain/problem.ts';
import { type AnyDoor, door, Reply } from '#shared/http/door.ts';
import type { LambdaParts } from '#shared/lambda.ts';
import { ProductShown } from './models/Product.ts';
import { getProductDetails, listProducts, watchStock } from './productController.ts';
import { neverChanges } from './rules/pictureName.ts';

/** A number in a query arrives as text. */
const amountInQuery = z.union([
  Amount,
  z
    .string()
    .regex(/^\d+(\.\d{1,2})?$/)
    .transform(Number)
    .pipe(Amount),
]);
const flagInQuery = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
const filters = {
  q: z.string().trim().max(100).optional(),
  inStock: flagInQuery.optional(),
  minPrice: amountInQuery.optional(),
  maxPrice: amountInQuery.optional(),
};

const doors: AnyDoor[] = [
  door({
    name: 'listProducts',
    summary: 'Browse what is on sale',
    who: 'public',
    http: { method: 'GET', path: '/product/list' },
    input: z.strictObject({
      category: z.string().trim().min(1).max(60).optional(),
      ...filters,
      filters: z.strictObject(filters).optional(),
      /** Also what is not on sale any more. */
      all: flagInQuery.optional(),
      limit: z.coerce.number().int().min(1).max(100).default(100),
      cursor: z.string().max(500).optional(),
    }),
    answer: () => z.array(ProductShown()),
    run: listProducts,
  }),
  door({
    name: 'getProductDetails',
    summary: 'One product',
    who: 'public',
    http: { method: 'GET', path: '/product/details' },
    input: z.strictObject({ productId: idSchema('product') }),
    answer: ProductShown,
    run: getProductDetails,
  }),
  door({
    name: 'getProductImage',
    summary: 'A picture of a product',
    who: 'public',
    http: { method: 'GET', path: '/product/image', produces: 'image/*' },
    input: z.strictObject({ file: z.string().regex(/^[A-Za-z0-9_-]{1,80}\.(svg|png|jpg|webp)$/) }),
    answer: () => z.string(),
    run: async (world, { input }) => {
      const file = await world.files.get(`images/${input.file}`);
      if (!file) return refuse('NOT_FOUND');
      return new Reply(file.body, {
        contentType: file.contentType,
        headers: {
          ...drawnOnly,
          'cache-control': neverChanges(input.file)
            ? 'public, max-age=31536000, immutable'
            : 'public, max-age=86400',
        },
      });
    },
  }),
];

export const productLambda: LambdaParts = { name: 'product', doors, consume: watchStock };
