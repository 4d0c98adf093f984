import { z } from '@hono/zod-openapi';
import { ProductShown } from '#lambdas/product/models/Product.ts';
import { idSchema } from '#shared/domain/id.ts';
import { pictureShape } from '#shared/domain/picture.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import { addProduct, restockProduct, updateProduct } from './catalogue.ts';
import { importProducts } from './importProducts.ts';
import { setProductImage } from './productImage.ts';
import { AddProduct, UpdateProduct } from './rules/product.ts';
import { Restock } from './stock.ts';

/** The system is a direct invocation, gated by IAM. */
const staff = ['admin', 'system'] as const;

export const catalogueDoors: AnyDoor[] = [
  door({
    name: 'addProduct',
    summary: 'Put a new product on sale',
    who: staff,
    http: { method: 'POST', path: '/product/add', status: 201 },
    input: AddProduct,
    answer: ProductShown,
    run: addProduct,
  }),
  door({
    name: 'updateProduct',
    summary: 'Change a product; null takes an optional field away, stock has /product/restock',
    who: staff,
    http: { method: 'PATCH', path: '/product/update' },
    input: UpdateProduct,
    answer: ProductShown,
    run: updateProduct,
  }),
  door({
    name: 'restockProduct',
    summary: "Record what came in or was thrown away, or a delivery day's supply",
    who: staff,
    http: { method: 'POST', path: '/product/restock' },
    input: Restock,
    answer: ProductShown,
    run: restockProduct,
  }),
  door({
    name: 'setProductImage',
    summary: 'Give a product its picture: at most 700 kB of JPEG, PNG or WebP',
    who: staff,
    http: { method: 'POST', path: '/product/image' },
    input: z.strictObject({ productId: idSchema('product'), ...pictureShape }),
    answer: ProductShown,
    run: setProductImage,
  }),
  door({
    name: 'importProducts',
    summary: 'Add and update products from CSV; nothing is written unless every row is good',
    who: staff,
    // The CSV may have 2 MiB; as a JSON string it is somewhat longer.
    http: { method: 'POST', path: '/product/import', maxBytes: 2_400_000 },
    input: z.strictObject({
      csv: z.string().openapi({
        example: 'productId,name,price,stock,category,taxes\nP101,Cow Milk,50,100,Milk,CGST:250;SGST:250',
      }),
    }),
    answer: () =>
      z.object({ added: z.number().int(), updated: z.number().int(), unchanged: z.number().int() }),
    run: importProducts,
  }),
];
