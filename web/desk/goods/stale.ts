/** What is read anew after a product or its stock has changed. */
export const staleGoods = ['GET /product/list', 'GET /product/details', 'GET /admin/demand'] as const;
