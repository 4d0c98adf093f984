import { type LambdaHandler, lambdaOf } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { deliveryLambda } from './deliveryRoutes.ts';

export const makeHandler = (world: World): LambdaHandler => lambdaOf(world, deliveryLambda);
