import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from '@hono/zod-openapi';
import type { ScreenConfig } from '#shared/world.ts';
import { TestInstant } from './testClock.ts';

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('./data'),
  DYNAMODB_ENDPOINT: z.url().optional(),
  AWS_REGION: z.string().default('ap-south-1'),
  AWS_ACCESS_KEY_ID: z.string().default('local'),
  AWS_SECRET_ACCESS_KEY: z.string().default('local'),
  AWS_SESSION_TOKEN: z.string().optional(),
  ADMIN_EMAIL: z.email().default('admin@milkfloat.local'),
  ADMIN_PASSWORD: z.string().min(6).optional(),
  PASSWORD_POLICY: z.enum(['basic', 'strict']).default('basic'),
  RATE_LIMITS: z.enum(['on', 'off']).default('on'),
  PUBLIC_URL: z.url().optional(),
  TRUST_PROXY: z.enum(['on', 'off']).default('off'),
  SMTP_URL: z.string().min(1).optional(),
  MAIL_FROM: z.string().min(3).default('Milkfloat <no-reply@milkfloat.local>'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  SANDBOX_WEBHOOK_SECRET: z.string().min(16).optional(),
  /** Off holds back events and timers, so that a measurement sees the requests alone. */
  FOLLOW_UP: z.enum(['on', 'off']).default('on'),
  /** The instant at which a dairy under test starts; its clock stands still until a test moves it. */
  TEST_CLOCK: TestInstant.optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^[sr]k_\S+$/, 'is no secret key of Stripe (sk_… or rk_…)')
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_\S+$/, 'is no signing secret of a webhook endpoint (whsec_…)')
    .optional(),
  STRIPE_PUBLISHABLE_KEY: z
    .string()
    .regex(/^pk_\S+$/, 'is no publishable key of Stripe (pk_…)')
    .optional(),
  MAP_TILES_URL: z
    .string()
    .regex(/^https:\/\/[^\s'";,]+$/, 'must be https://… with {z}, {x} and {y}')
    .optional(),
  MAP_TILES_ATTRIBUTION: z.string().max(200).default(''),
  /** A stand-in for Stripe in tests: it is on this machine, or nobody's key would be safe. */
  STRIPE_API_BASE: z
    .string()
    .regex(
      /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+\/?$/,
      'must be http:// on this machine, with a port',
    )
    .optional(),
});
type Environment = z.infer<typeof Environment>;

/** Why a test clock may not be here: real money and the real AWS have a clock of their own. */
function wrongWithTestClock(environment: Environment, given: NodeJS.ProcessEnv): string[] {
  if (environment.TEST_CLOCK === undefined) return [];
  const host = environment.DYNAMODB_ENDPOINT ? new URL(environment.DYNAMODB_ENDPOINT).hostname : '';
  const onAws = given.AWS_LAMBDA_FUNCTION_NAME !== undefined || /(^|\.)amazonaws\.com(\.cn)?$/.test(host);
  return [
    ...(environment.STRIPE_SECRET_KEY
      ? ['TEST_CLOCK: is not possible together with STRIPE_SECRET_KEY; payments under it are the sandbox’s']
      : []),
    ...(onAws ? ['TEST_CLOCK: is refused on AWS'] : []),
  ];
}

/** Stripe's key and its webhooks' secret are of no use without each other. */
function wrongWithStripe(environment: Environment): string[] {
  const { STRIPE_SECRET_KEY: key, STRIPE_WEBHOOK_SECRET: secret } = environment;
  if (Boolean(key) === Boolean(secret)) return [];
  const [set, lacking] = key
    ? ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET']
    : ['STRIPE_WEBHOOK_SECRET', 'STRIPE_SECRET_KEY'];
  return [`${set}: needs ${lacking} too: set both for Stripe, or neither`];
}

/** Both of Stripe's secrets, or nothing: then the sandbox takes cards. */
function stripeOf({ STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret }: Environment) {
  return secretKey && webhookSecret ? { secretKey, webhookSecret } : undefined;
}

function screensOf(env: Environment): ScreenConfig {
  const { MAP_TILES_URL: url, MAP_TILES_ATTRIBUTION: attribution } = env;
  return {
    cards: stripeOf(env)
      ? { provider: 'STRIPE', publishableKey: env.STRIPE_PUBLISHABLE_KEY }
      : { provider: 'SANDBOX' },
    ...(url ? { tiles: { url, attribution } } : {}),
  };
}

export type RuntimeConfig = ReturnType<typeof readConfig>;

/** The environment, checked once. Throws an Error that names every bad variable. */
export function readConfig(environment: NodeJS.ProcessEnv) {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  const bad = parsed.success
    ? [...wrongWithTestClock(parsed.data, given), ...wrongWithStripe(parsed.data)]
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (!parsed.success || bad.length > 0) {
    throw new Error(`The environment is not right:\n  ${bad.join('\n  ')}`);
  }
  const env = parsed.data;
  const dataDir = resolve(env.DATA_DIR);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const secret = secretIn(dataDir);
  return {
    ...env,
    dataDir,
    secret,
    stripe: stripeOf(env),
    screens: screensOf(env),
    sandboxSecret: env.SANDBOX_WEBHOOK_SECRET ?? createHmac('sha256', secret).update('sandbox').digest('hex'),
  };
}

/** The installation's secret: made at the first start, readable only by its owner. */
function secretIn(dataDir: string): string {
  const file = join(dataDir, 'secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flush: true });
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < 32) throw new Error(`${file} is damaged; restore it from a backup.`);
  return secret;
}
