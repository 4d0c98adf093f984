import { type LambdaHandler, lambdaOf } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { userLambda } from './userRoutes.ts';

export const makeHandler = (world: World): LambdaHandler => lambdaOf(world, userLambda);
