import { type LambdaHandler, lambdaOf, lazily } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { deliveryLambda } from './deliveryRoutes.ts';

export const makeHandler = (world: World): LambdaHandler => lambdaOf(world, deliveryLambda);

export const handler = lazily(async () => (await import('#adapters/aws/world.ts')).awsWorld(), makeHandler);
