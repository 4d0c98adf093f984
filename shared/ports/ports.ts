import type { Instant } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';

/** Who acts: made by the identity port from a verified token, never from the request. */
export interface Actor {
  userId: string;
  role: Role;
  /** The session the token belongs to; absent for direct invocations and the system itself. */
  sessionId?: string;
}

export type Role = 'customer' | 'courier' | 'admin' | 'system';

/** The one source of time. */
export interface Clock {
  now(): Date;
  /** Milliseconds that pass also while `now` stands still: they tell how old a copy in memory is. */
  ageMs?(): number;
}

/** The one source of ids: text that sorts by creation, without a prefix. */
export interface Ids {
  next(): string;
}

/** Structured log lines: a message code and fields; never bodies, tokens, passwords or addresses. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Sends one e-mail. Throws when it is certain that nothing was sent. Answers the carrier's own id. */
export interface Mailer {
  /** Whether messages go nowhere but to the inbox page, which then shows them whole. */
  readonly keepsInbox: boolean;
  send(mail: {
    id: string;
    to: string;
    subject: string;
    text: string;
    html: string;
  }): Promise<{ ref: string }>;
}

/** Sends one text message, with the same promise as Mailer. */
export interface Sms {
  readonly keepsInbox: boolean;
  send(message: { id: string; to: string; text: string }): Promise<{ ref: string }>;
}

/** Files by name: product pictures, proofs, reports. A name has the form `folder/file.ext`. */
export interface Files {
  put(name: string, body: Uint8Array, contentType: string): Promise<void>;
  /** Undefined when there is no such file. */
  get(name: string): Promise<{ body: Uint8Array; contentType: string } | undefined>;
  remove(name: string): Promise<void>;
  /** The names of all, in no order. */
  names(): AsyncIterable<string>;
}

/** What a verified access token says. */
export interface TokenClaims extends Actor {
  sessionId: string;
  issuedAtSeconds: number;
}

/** A login as the identity store knows it. `passwordHash` is what the Users row keeps; a provider that keeps passwords itself gives none. */
export interface Credentials {
  passwordHash?: string;
}

/**
 * Passwords and tokens. At home argon2id hashes in Users and ES256 tokens; on AWS Cognito keeps the passwords
 * and signs. Refresh families are our own rows on both, so they are not here.
 */
export interface Identity {
  /** Whether it gives tokens also to who signed in without a password. */
  readonly issuesByItself: boolean;
  /** Makes a login; its result goes into the Users row. Without a password it is good for none until one is set. */
  enrol(login: { userId: string; password?: string; role: Role }): Promise<Credentials>;
  /** Whether the password is right. Takes the same time for an unknown user (`credentials` undefined). */
  verifyPassword(userId: string, password: string, credentials: Credentials | undefined): Promise<boolean>;
  /** Changes a password; its result replaces that in the Users row. */
  setPassword(userId: string, password: string): Promise<Credentials>;
  /** An access token for a session that was checked. */
  issue(claims: {
    userId: string;
    role: Role;
    sessionId: string;
    /** What ended the user's earlier tokens; the new one is dated after it. */
    after?: Instant;
  }): Promise<{ token: string; expiresIn: number }>;
  /** The claims of a token that is genuine and not expired; undefined otherwise. */
  verify(token: string): Promise<TokenClaims | undefined>;
  /** Public keys that verify our tokens (RFC 7517). */
  keySet(): Promise<{ keys: Record<string, unknown>[] }>;
  /** Follows a change of role, of being active, or an erasure. */
  update(userId: string, change: { role?: Role; active?: boolean; erased?: boolean }): Promise<void>;
}

/** How a charge or refund stands at the provider. UNKNOWN: the provider did not say; ask again later. */
export type ProviderState = 'SUCCEEDED' | 'FAILED' | 'PENDING' | 'UNKNOWN';

/** A card or UPI mandate kept at the provider for later charges. It is no secret: without our key nobody can charge it. */
export interface SavedMethod {
  /** The household at the provider. */
  customerRef: string;
  methodRef: string;
  /** How the household knows it, e.g. "Visa •••• 4242". */
  label: string;
}

export interface ChargeResult {
  state: ProviderState;
  /** The provider's own id, once it is known. */
  providerRef?: string;
  amountMinor?: Minor;
  currency?: string;
  reason?: string;
  /** What the household's device needs to finish a PENDING charge itself (Stripe's client secret). */
  clientSecret?: string;
  /** The method kept for later charges, when the charge asked for that. */
  saved?: SavedMethod;
}

/** What a provider's signed message says happened. A repeat has the same `providerEventId`. */
export type ProviderEvent =
  | {
      kind: 'CHARGE' | 'REFUND';
      providerEventId: string;
      /** Our paymentId or refundId, which we gave as the provider's reference. */
      ourId: string;
      result: ChargeResult;
    }
  | {
      /** A household's bank takes a charge back, or has decided about that. */
      kind: 'DISPUTE';
      providerEventId: string;
      /** Our paymentId. */
      ourId: string;
      /** The provider's id of the dispute; one state of one dispute may be told by several events. */
      disputeRef: string;
      state: 'OPENED' | 'WON' | 'LOST';
      amountMinor: Minor;
      /** What the provider takes for the dispute altogether, as it stands now. */
      feeMinor: Minor;
    }
  | {
      /** The provider pays out to our bank what it holds. */
      kind: 'SETTLEMENT';
      providerEventId: string;
      payoutRef: string;
      /** What arrives at the bank; below nought when the provider draws from there what it is owed. */
      amountMinor: Minor;
      /** What the provider kept of the charges in it; a dispute's fee is told with the dispute. */
      feeMinor: Minor;
    };

export interface ChargeOrder {
  paymentId: string;
  /** Absent where the money is for the wallet. */
  orderId?: string;
  userId: string;
  amountMinor: Minor;
  currency: string;
  method: 'CARD' | 'UPI';
  /** What the household's device got from the provider instead of card data. */
  token?: string;
  /** Keep the method for later charges without the household present. */
  save?: boolean;
  /** Charge a kept method off session. */
  saved?: SavedMethod;
}

/** What our row knows of a charge or refund: where a provider cannot be asked by our id, this is what finds it. */
export interface Trace {
  providerRef?: string;
  createdAt?: string;
}

/** A payment provider. Every call that writes carries our own id as the idempotency key, so that a repeat is harmless. */
export interface PaymentProvider {
  readonly name: string;
  charge(charge: ChargeOrder): Promise<ChargeResult>;
  /** How a charge stands now; FAILED `NOT_FOUND` when the provider has never heard of it and will not any more. */
  findCharge(paymentId: string, trace?: Trace): Promise<ChargeResult>;
  /** Stops a charge that has not succeeded yet; answers how it stands after that. */
  cancelCharge(paymentId: string, trace?: Trace): Promise<ChargeResult>;
  /** `chargeRef` is the providerRef of the charge. */
  refund(refund: {
    refundId: string;
    paymentId: string;
    amountMinor: Minor;
    chargeRef?: string;
  }): Promise<ChargeResult>;
  findRefund(refundId: string, trace?: Trace & { chargeRef?: string }): Promise<ChargeResult>;
  /**
   * The event in a webhook's raw body. undefined: the signature is missing, wrong or too old. 'IGNORED': genuine, but
   * of a kind that does not concern us. Rejects when the provider must be asked for more and does not answer; it
   * sends the webhook again.
   */
  readWebhook(
    rawBody: string,
    headers: Record<string, string>,
  ): Promise<ProviderEvent | 'IGNORED' | undefined>;
}
