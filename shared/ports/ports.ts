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

/** Thrown by a mailer that knows at once that the address takes no mail, neither this one nor the next. */
export class DeadAddress extends Error {}

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

/**
 * Sends one text message, with the same promise as Mailer. `template` names the one that the text was made from
 * (docs/sms-templates.md); a text that somebody typed has none.
 */
export interface Sms {
  readonly keepsInbox: boolean;
  send(message: { id: string; to: string; text: string; template?: string }): Promise<{ ref: string }>;
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

/** Whose session it is, or shall be. */
export interface SessionClaims {
  userId: string;
  role: Role;
  sessionId: string;
  /** What ended the user's earlier tokens; a new one is dated after it. */
  after?: Instant;
}

export interface Issued {
  token: string;
  /** Seconds. */
  expiresIn: number;
}

/** A session that was opened, with its first access token. */
export interface Opened extends Issued {
  /** The session's name from now on: the one that was asked for, or the provider's own. */
  sessionId: string;
  /** What the provider wants to see for the session's next token; absent where it wants nothing. A secret. */
  kept?: string;
}

/**
 * Sessions and their tokens: ES256 of our own at home; on AWS Cognito signs. Refresh families are our own rows on both,
 * so they are not here.
 */
export interface Identity {
  /** Who keeps passwords in our place once they have been used; without it the hash in the Users row stays. */
  readonly passwords?: PasswordKeeper;
  /** Opens a session for somebody whom our own store has identified. */
  open(claims: SessionClaims): Promise<Opened>;
  /** The next access token of a session that was checked. Throws the Problem SESSION_ENDED where the provider has ended it. */
  issue(claims: SessionClaims & { kept?: string }): Promise<Issued>;
  /** The claims of a token that is genuine and not expired; undefined otherwise. */
  verify(token: string): Promise<TokenClaims | undefined>;
  /** Public keys that verify our tokens (RFC 7517). */
  keySet(): Promise<{ keys: Record<string, unknown>[] }>;
  /** Follows a change of role, of being active, or an erasure. Harmless for somebody who has never signed in. */
  update(userId: string, change: { role?: Role; active?: boolean; erased?: boolean }): Promise<void>;
}

/** Passwords outside our store. */
export interface PasswordKeeper {
  /** Makes a login, or gives one that is there another password; who calls has made sure whose it is. Harmless when repeated. */
  keep(login: { userId: string; role: Role; password: string }): Promise<void>;
  /** Opens a session for a right password; undefined for a wrong one, and for nobody in the same time. */
  open(claims: Omit<SessionClaims, 'sessionId'> | undefined, password: string): Promise<Opened | undefined>;
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
