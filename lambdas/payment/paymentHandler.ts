import { type LambdaHandler, lambdaOf } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { paymentLambda } from './paymentRoutes.ts';

export const makeHandler = (world: World): LambdaHandler => lambdaOf(world, paymentLambda);
