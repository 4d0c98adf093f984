import { type LambdaHandler, lambdaOf } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { notificationLambda } from './notificationRoutes.ts';

export const makeHandler = (world: World): LambdaHandler => lambdaOf(world, notificationLambda);
