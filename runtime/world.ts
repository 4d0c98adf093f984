import { join } from 'node:path';
import { makeFiles } from '#adapters/local/files.ts';
import { makeIdentity } from '#adapters/local/identity.ts';
import { makeIds } from '#adapters/local/ids.ts';
import { makeMailer } from '#adapters/local/mailer.ts';
import { makePayments } from '#adapters/local/payments.ts';
import { makeSms } from '#adapters/local/sms.ts';
import { makeStripe } from '#adapters/stripe/payments.ts';
import type { ServiceAddress } from '#shared/data/line.ts';
import { Models } from '#shared/data/models.ts';
import { Store } from '#shared/data/store.ts';
import { openWire, type Wire } from '#shared/data/wire.ts';
import type { Clock, Log, PaymentProvider } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import type { RuntimeConfig } from './config.ts';

export interface LocalWorld {
  world: World;
  /** The sandbox: takes cards where Stripe does not. */
  payments: ReturnType<typeof makePayments>;
  close(): Promise<void>;
}

/** The world of one machine: the embedded (or another) engine, and this machine's adapters. */
export async function makeWorld(options: {
  config: RuntimeConfig;
  endpoint: string;
  clock: Clock;
  log: Log;
  /** Tests count calls and inject faults here. */
  wrapWire?: (wire: Wire) => Wire;
}): Promise<LocalWorld> {
  const { config, endpoint, clock, log } = options;
  const address: ServiceAddress = {
    region: config.AWS_REGION,
    endpoint,
    credentials: () => ({
      accessKeyId: config.AWS_ACCESS_KEY_ID,
      secretAccessKey: config.AWS_SECRET_ACCESS_KEY,
      sessionToken: config.AWS_SESSION_TOKEN,
    }),
  };
  const wire = openWire(address);
  const payments = makePayments({ folder: config.dataDir, clock, secret: config.sandboxSecret, log });
  const world: World = {
    config: {
      secret: config.secret,
      passwordPolicy: config.PASSWORD_POLICY,
      rateLimits: config.RATE_LIMITS === 'on',
      countsRequests: config.RATE_LIMITS === 'on',
      publicUrl: config.PUBLIC_URL ?? `http://localhost:${config.PORT}`,
      trustProxy: config.TRUST_PROXY === 'on',
      screens: config.screens,
    },
    store: new Store(options.wrapWire?.(wire) ?? wire),
    models: new Models(address),
    clock,
    ids: makeIds(clock),
    log,
    mailer: makeMailer({ smtpUrl: config.SMTP_URL, from: config.MAIL_FROM }),
    sms: makeSms(),
    files: makeFiles(join(config.dataDir, 'files')),
    identity: await makeIdentity({ keyFile: join(config.dataDir, 'keys.json'), clock }),
    payments: config.stripe ? stripeOf(config.stripe, options) : payments,
  };
  return {
    world,
    payments,
    async close() {
      await payments.close();
      await wire.close();
    },
  };
}

function stripeOf(
  keys: NonNullable<RuntimeConfig['stripe']>,
  { config, clock, log }: { config: RuntimeConfig; clock: Clock; log: Log },
): PaymentProvider {
  return makeStripe({ keys: async () => keys, clock, log, apiBase: config.STRIPE_API_BASE });
}
