import { makeHandler as admin } from '#lambdas/admin/adminHandler.ts';
import { makeHandler as analytics } from '#lambdas/analytics/analyticsHandler.ts';
import { makeHandler as cart } from '#lambdas/cart/cartHandler.ts';
import { makeHandler as delivery } from '#lambdas/delivery/deliveryHandler.ts';
import { makeHandler as notification } from '#lambdas/notification/notificationHandler.ts';
import { makeHandler as order } from '#lambdas/order/orderHandler.ts';
import { makeHandler as payment } from '#lambdas/payment/paymentHandler.ts';
import { makeHandler as product } from '#lambdas/product/productHandler.ts';
import { makeHandler as user } from '#lambdas/user/userHandler.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';

const makers = { user, product, cart, order, payment, delivery, notification, analytics, admin };

/** The nine Lambda handlers over one world, by name: the same functions that are deployed. */
export function handlersOf(world: World): (lambda: string) => LambdaHandler {
  const handlers = new Map(Object.entries(makers).map(([name, make]) => [name, make(world)]));
  return (lambda) => {
    const handler = handlers.get(lambda);
    if (!handler) throw new TypeError(`there is no Lambda ${lambda}`);
    return handler;
  };
}
