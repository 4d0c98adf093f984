import type { Models } from './data/models.ts';
import type { Store } from './data/store.ts';
import type { Clock, Files, Identity, Ids, Log, Mailer, PaymentProvider, Sms } from './ports/ports.ts';

/** What the environment decided, parsed once at the start. */
export interface Config {
  /** Keys fingerprints of requests and hashes of account names; never leaves the process. */
  secret: string;
  passwordPolicy: 'basic' | 'strict';
  /** Whether logins and the like are counted, by account and by address. */
  rateLimits: boolean;
  /** Whether this process counts every address's requests; on AWS the gateway throttles. */
  countsRequests: boolean;
  /** The address people reach this dairy at, for links in messages. */
  publicUrl: string;
  /** Whether X-Forwarded-For may be believed (a proxy of ours sets it). */
  trustProxy: boolean;
  /** What the edge before the API shows, so that it is believed when it says who asks; absent where there is none. */
  edgeSecret?: string;
  /** What screens need to know of the installation. */
  screens: ScreenConfig;
}

export interface ScreenConfig {
  /** Who takes cards: nobody on AWS without Stripe's keys. The publishable key is Stripe's, for its form in the page. */
  cards: { provider: 'STRIPE' | 'SANDBOX' | 'NONE'; publishableKey?: string };
  /** Where map tiles come from (`https://…/{z}/{x}/{y}.png`), and who is to be named for them. */
  tiles?: { url: string; attribution: string };
}

/** Everything a use case may touch beside its input. Adapters fill it: `adapters/local` at home, `adapters/aws` there. */
export interface World {
  readonly config: Config;
  readonly store: Store;
  readonly models: Models;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly mailer: Mailer;
  readonly sms: Sms;
  readonly files: Files;
  readonly identity: Identity;
  readonly payments: PaymentProvider;
}
