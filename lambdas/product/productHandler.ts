import { type LambdaHandler, lambdaOf } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { productLambda } from './productRoutes.ts';

export const makeHandler = (world: World): LambdaHandler => lambdaOf(world, productLambda);
