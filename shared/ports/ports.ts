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
  /** Makes a login; its result goes into the Users row. */
  enrol(login: { userId: string; email: string; password: string; role: Role }): Promise<Credentials>;
  /** Whether the password is right. Takes the same time for an unknown user (`credentials` undefined). */
  verifyPassword(userId: string, password: string, credentials: Credentials | undefined): Promise<boolean>;
  /** Changes a password; its result replaces that in the Users row. */
  setPassword(userId: string, password: string): Promise<Credentials>;
  /** An access token for a session that was checked. */
  issue(claims: {
    userId: string;
    role: Role;
    sessionId: string;
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

export interface ChargeResult {
  state: ProviderState;
  /** The provider's own id, once it is known. */
  providerRef?: string;
  amountMinor?: Minor;
  currency?: string;
  reason?: string;
}

/** What a provider's signed message says happened. */
export interface ProviderEvent {
  providerEventId: string;
  kind: 'CHARGE' | 'REFUND';
  /** Our paymentId or refundId, which we gave as the provider's reference. */
  ourId: string;
  result: ChargeResult;
}

/** A payment provider. Every call carries our own id as the idempotency key, so that a repeat is harmless. */
export interface PaymentProvider {
  readonly name: string;
  charge(charge: {
    paymentId: string;
    orderId: string;
    amountMinor: Minor;
    currency: string;
    method: 'CARD' | 'UPI';
    /** What the household's device got from the provider instead of card data. */
    token?: string;
  }): Promise<ChargeResult>;
  /** How a charge stands now; FAILED when the provider has never heard of it. */
  findCharge(paymentId: string): Promise<ChargeResult>;
  /** Stops a charge that has not succeeded yet; answers how it stands after that. */
  cancelCharge(paymentId: string): Promise<ChargeResult>;
  refund(refund: { refundId: string; paymentId: string; amountMinor: Minor }): Promise<ChargeResult>;
  findRefund(refundId: string): Promise<ChargeResult>;
  /** The event in a webhook's raw body; undefined when the signature is missing, wrong or too old. */
  readWebhook(rawBody: string, headers: Record<string, string>): ProviderEvent | undefined;
}
