import { useDoorAll } from './api/hooks.ts';

/** The names of products by their ids, of those not sold any more too; an id that nothing is known of stays as it is. */
export function useProductNames({ when = true } = {}): (productId: string) => string {
  const products = useDoorAll('GET /product/list', { all: true, limit: 100 }, { when, staleMs: 600_000 });
  const names = new Map(products.data?.map(({ productId, name }) => [productId, name]));
  return (productId) => names.get(productId) ?? productId;
}
