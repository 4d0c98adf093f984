import { type LambdaHandler, lambdaOf, lazily } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { analyticsLambda } from './analyticsRoutes.ts';

export const makeHandler = (world: World): LambdaHandler => lambdaOf(world, analyticsLambda);

export const handler = lazily(async () => (await import('#adapters/aws/world.ts')).awsWorld(), makeHandler);
