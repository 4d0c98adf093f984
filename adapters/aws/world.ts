import { z } from '@hono/zod-openapi';
import { openLine } from '#shared/data/line.ts';
import { Models } from '#shared/data/models.ts';
import { Store } from '#shared/data/store.ts';
import { openWire, type StoreAddress } from '#shared/data/wire.ts';
import type { World } from '#shared/world.ts';
import { systemClock } from './clock.ts';
import { makeFiles } from './files.ts';
import { makeIdentity } from './identity.ts';
import { makeIds } from './ids.ts';
import { readIndia } from './india.ts';
import { makeLog } from './log.ts';
import { makeMailer } from './mailer.ts';
import { makePayments } from './payments.ts';
import { readSecret } from './secret.ts';
import { makeSms } from './sms.ts';

/** What the CDK app gives a function (infra/functions.ts), beside what Lambda itself sets. */
const Environment = z.object({
  AWS_REGION: z.string().min(1),
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_SESSION_TOKEN: z.string().min(1).optional(),
  /** AWS's own variables for other addresses of its services; tests point them at emulators. */
  AWS_ENDPOINT_URL_DYNAMODB: z.url().optional(),
  /** What the tables' names begin with: the stage's. */
  TABLE_PREFIX: z.string().optional(),
  AWS_ENDPOINT_URL_SECRETS_MANAGER: z.url().optional(),
  SECRET_NAME: z.string().min(1),
  /** The secret that CloudFront shows, by which it is known. */
  EDGE_SECRET_NAME: z.string().min(1).optional(),
  /** The secret with Stripe's keys; a dairy without one takes cash only. */
  STRIPE_SECRET_NAME: z.string().min(1).optional(),
  USER_POOL_ID: z.string().min(1),
  USER_POOL_CLIENT_ID: z.string().min(1),
  /** AWS's own variable for another address of Cognito; tests point it at moto, where the pool's keys are too. */
  AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: z.url().optional(),
  FILES_BUCKET: z.string().min(1),
  MAIL_FROM: z.string().min(3),
  /** The configuration set that mails go out under, so that SES tells of those that come back. */
  MAIL_CONFIGURATION: z.string().min(1).optional(),
  SMS_ORIGINATION: z.string().min(3),
  /** The secret with what is registered in India; without one messages go there as anywhere. */
  SMS_SECRET_NAME: z.string().min(1).optional(),
  PUBLIC_URL: z.url(),
  PASSWORD_POLICY: z.enum(['basic', 'strict']),
  /** A dairy that people live by does not take its time from a test. */
  TEST_CLOCK: z.undefined({ error: 'is refused on AWS' }).optional(),
});

/** The world of a Lambda, from its environment. Throws an Error that names every bad variable, never a value. */
export async function awsWorld(environment: NodeJS.ProcessEnv = process.env): Promise<World> {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const bad = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The function's environment is not right: ${bad.join('; ')}`);
  }
  const env = parsed.data;
  const credentials = {
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    sessionToken: env.AWS_SESSION_TOKEN,
  };
  const address: StoreAddress = {
    region: env.AWS_REGION,
    endpoint: env.AWS_ENDPOINT_URL_DYNAMODB,
    prefix: env.TABLE_PREFIX,
    // Lambda replaces an instance before the credentials in its environment expire.
    credentials: () => credentials,
  };
  const secrets = openLine({ ...address, endpoint: env.AWS_ENDPOINT_URL_SECRETS_MANAGER });
  const log = makeLog();
  const [secret, edgeSecret] = await Promise.all([
    readSecret(env.SECRET_NAME, secrets),
    env.EDGE_SECRET_NAME ? readSecret(env.EDGE_SECRET_NAME, secrets) : undefined,
  ]);
  const smsSecret = env.SMS_SECRET_NAME;
  const india = smsSecret === undefined ? undefined : () => readIndia(smsSecret, secrets);
  const issuer = `https://cognito-idp.${env.AWS_REGION}.amazonaws.com/${env.USER_POOL_ID}`;
  const elsewhere = env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER;
  return {
    config: {
      secret,
      edgeSecret,
      passwordPolicy: env.PASSWORD_POLICY,
      rateLimits: true,
      countsRequests: false,
      publicUrl: env.PUBLIC_URL,
      // API Gateway tells the caller's address itself; a header can be forged.
      trustProxy: false,
      screens: { cards: { provider: env.STRIPE_SECRET_NAME ? 'STRIPE' : 'NONE' } },
    },
    store: new Store(openWire(address)),
    models: new Models(address),
    clock: systemClock,
    ids: makeIds(systemClock),
    log,
    mailer: makeMailer({ from: env.MAIL_FROM, configuration: env.MAIL_CONFIGURATION }),
    sms: makeSms({ origination: env.SMS_ORIGINATION, india }),
    files: makeFiles({ bucket: env.FILES_BUCKET }),
    identity: makeIdentity({
      userPoolId: env.USER_POOL_ID,
      clientId: env.USER_POOL_CLIENT_ID,
      issuer,
      keysAt: elsewhere && `${elsewhere}/${env.USER_POOL_ID}`,
      secret,
      clock: systemClock,
    }),
    payments: makePayments({
      stripe: env.STRIPE_SECRET_NAME ? { secretName: env.STRIPE_SECRET_NAME, secrets } : undefined,
      clock: systemClock,
      log,
    }),
  };
}
