import { type LambdaHandler, lambdaOf, lazily } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { productLambda } from './productRoutes.ts';

export const makeHandler = (world: World): LambdaHandler => lambdaOf(world, productLambda);

export const handler = lazily(async () => (await import('#adapters/aws/world.ts')).awsWorld(), makeHandler);
