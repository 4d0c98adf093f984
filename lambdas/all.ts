import type { LambdaParts } from '#shared/lambda.ts';
import { adminLambda } from './admin/adminRoutes.ts';
import { analyticsLambda } from './analytics/analyticsRoutes.ts';
import { cartLambda } from './cart/cartRoutes.ts';
import { deliveryLambda } from './delivery/deliveryRoutes.ts';
import { notificationLambda } from './notification/notificationRoutes.ts';
import { orderLambda } from './order/orderRoutes.ts';
import { paymentLambda } from './payment/paymentRoutes.ts';
import { productLambda } from './product/productRoutes.ts';
import { userLambda } from './user/userRoutes.ts';

/** The nine Lambdas, in the order in which models may import each other. */
export const lambdas: readonly LambdaParts[] = [
  userLambda,
  productLambda,
  cartLambda,
  orderLambda,
  paymentLambda,
  deliveryLambda,
  notificationLambda,
  analyticsLambda,
  adminLambda,
];
