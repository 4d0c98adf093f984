import { Hono } from 'hono';
import type { Wire } from '#shared/data/wire.ts';
import { addToCart } from './cart.ts';
import { catalogueOf } from './catalogue.ts';
import { createOrder, trackOrder } from './order.ts';
import { payOrder } from './payment.ts';

/**
 * Milkfloat's store traffic and nothing else: the same calls with the same rows and conditions on the same parts,
 * but no token, no validation, no log, no headers, no idempotency key, no retries and no payment provider.
 * bench/same.ts compares the two, call by call, before anything is measured.
 */
export function bareApp(wire: Wire): Hono {
  const app = new Hono();
  const catalogue = catalogueOf(wire);
  app.get('/product/list', async (c) => {
    const { lists } = await catalogue.get();
    return text(lists.get(c.req.query('category') ?? '') ?? '[]', 200);
  });
  app.post('/cart/add', async (c) => {
    const { products } = await catalogue.get();
    return json(await addToCart(wire, products, await c.req.json()), 200);
  });
  app.post('/order/create', async (c) => {
    const { products } = await catalogue.get();
    return json(await createOrder(wire, products, await c.req.json()), 201);
  });
  app.post('/payment/pay', async (c) => json(await payOrder(wire, await c.req.json()), 200));
  app.get('/order/track', async (c) => json(await trackOrder(wire, c.req.query('orderId') ?? ''), 200));
  return app;
}

function json(answer: object, status: number): Response {
  return text(JSON.stringify(answer), status);
}

function text(body: string, status: number): Response {
  return new Response(body, { status, headers: { 'content-type': 'application/json' } });
}
