import { type Product, Products } from '#lambdas/product/models/Product.ts';
import { pictureNameOf } from '#lambdas/product/rules/pictureName.ts';
import { type Picture, pictureOf } from '#shared/domain/picture.ts';
import { Problem } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { answeredBefore } from './answered.ts';
import { noSuchProduct, updateProduct } from './catalogue.ts';

export interface SetProductImage {
  productId: string;
  contentType: Picture['contentType'];
  data: string;
}

/**
 * Keeps a picture and makes it the product's. The file is there before the product names it; its name follows from its
 * bytes, so that the same picture again is the same file.
 */
export async function setProductImage(world: World, call: Call<SetProductImage>) {
  const { productId } = call.input;
  const picture = pictureOf(call.input);
  if (picture instanceof Problem) return picture;
  const answered = await answeredBefore<Product>(world, call);
  if (answered) return answered;
  if (!(await world.store.get(Products, { productId }))) return noSuchProduct(productId);
  const file = pictureNameOf(picture);
  await world.files.put(`images/${file}`, picture.body, picture.contentType);
  return updateProduct(world, { ...call, input: { productId, imageUrl: `/product/image?file=${file}` } });
}
