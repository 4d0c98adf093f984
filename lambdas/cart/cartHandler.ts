import { type LambdaHandler, lambdaOf } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { cartLambda } from './cartRoutes.ts';

export const makeHandler = (world: World): LambdaHandler => lambdaOf(world, cartLambda);
