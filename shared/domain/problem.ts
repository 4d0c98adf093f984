/** Every refusal and fault an answer can carry: its HTTP status, its title, and whether trying again may help. */
export const problems = {
  MALFORMED_JSON: { status: 400, title: 'The body is not valid JSON' },
  MALFORMED_QUERY: { status: 400, title: 'The query cannot be read' },
  UNAUTHENTICATED: { status: 401, title: 'A valid access token is needed' },
  BAD_CREDENTIALS: { status: 401, title: 'E-mail or password is wrong' },
  BAD_CODE: { status: 401, title: 'The code is wrong or has expired' },
  BAD_SIGNATURE: { status: 401, title: 'The signature does not match' },
  SESSION_ENDED: { status: 401, title: 'The session has ended; log in again' },
  FORBIDDEN: { status: 403, title: 'Not allowed for this role' },
  FOREIGN_USER: { status: 403, title: 'The userId is not yours' },
  NOT_FOUND: { status: 404, title: 'Nothing found' },
  ROUTE_NOT_FOUND: { status: 404, title: 'No such endpoint' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The endpoint has no such method' },
  EMAIL_TAKEN: { status: 409, title: 'The e-mail address has an account already' },
  PHONE_TAKEN: { status: 409, title: 'The telephone number has an account already' },
  PHONE_NEEDED: { status: 409, title: 'The account is signed in to by its telephone number' },
  ID_TAKEN: { status: 409, title: 'The id is taken' },
  INVALID_TRANSITION: { status: 409, title: 'The status cannot change in this way' },
  OUT_OF_STOCK: { status: 409, title: 'Not enough in stock' },
  SUPPLY_BELOW_TAKEN: { status: 409, title: 'More is taken for that day than the new supply' },
  PRICE_CHANGED: { status: 409, title: 'The price has changed' },
  PAST_CUTOFF: { status: 409, title: 'The cutoff of that delivery day has passed' },
  SLOT_FULL: { status: 409, title: 'The slot is full' },
  NOTHING_PLANNED: { status: 409, title: 'There is nothing of that kind on that day' },
  PAUSED: { status: 409, title: 'That day is paused' },
  CART_EMPTY: { status: 409, title: 'The cart is empty' },
  ALREADY_PAID: { status: 409, title: 'The order is paid' },
  BALANCE_SHORT: { status: 409, title: 'The prepaid balance is too small' },
  CREDIT_LIMIT: { status: 409, title: 'The post-paid account is over its limit or overdue' },
  NO_CASH_HELD: { status: 409, title: 'The courier holds no cash' },
  EXCEEDS_DEBT: { status: 409, title: 'The household owes less than that' },
  PAYMENT_PENDING: { status: 409, title: 'A payment for the order is under way' },
  REFUND_EXCEEDS_PAYMENT: { status: 409, title: 'More than was paid cannot be refunded' },
  ALREADY_REFUNDED: { status: 409, title: 'This was refunded for that reason already' },
  ALREADY_REPORTED: { status: 409, title: 'This problem was reported already' },
  REPORT_TOO_LATE: { status: 409, title: 'It is too late to report a problem with this order' },
  TOO_MANY_EMPTIES: { status: 409, title: 'More bottles than the household has' },
  TOO_MANY_PHOTOS: { status: 409, title: 'The delivery has as many photos as it may have' },
  NO_COURIER: { status: 409, title: 'There is no active courier for this' },
  LAST_ADMIN: { status: 409, title: 'The last active admin cannot be removed' },
  ERASURE_BLOCKED: { status: 409, title: 'Open orders must end before the account can be erased' },
  EDIT_CONFLICT: { status: 409, title: 'Somebody else changed this at the same time' },
  TOO_LARGE: { status: 413, title: 'The body is too large' },
  NOT_JSON: { status: 415, title: 'The body must be application/json' },
  INVALID_INPUT: { status: 422, title: 'The input breaks a rule' },
  INVALID_CURSOR: { status: 422, title: 'The cursor is not one of this list' },
  TOO_MANY_LINES: { status: 422, title: 'Too many different products' },
  PRODUCT_UNKNOWN: { status: 422, title: 'The product does not exist or is not sold' },
  SLOT_NOT_OFFERED: { status: 422, title: 'No delivery slot is offered at that time' },
  OUTSIDE_SERVICE_AREA: { status: 422, title: 'The address is outside the service area' },
  ADDRESS_NEEDED: { status: 422, title: 'A delivery address is needed' },
  AMOUNT_MISMATCH: { status: 422, title: 'The amount is not the amount due' },
  METHOD_UNAVAILABLE: { status: 422, title: 'The payment method is not available' },
  WEAK_PASSWORD: { status: 422, title: 'The password does not meet the policy' },
  RESET_CODE_INVALID: { status: 422, title: 'The reset code is wrong or has expired' },
  STOCK_MODE: { status: 422, title: 'The product keeps its stock another way' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The Idempotency-Key was used for another request' },
  IMPORT_REJECTED: { status: 422, title: 'The import has bad rows; nothing was written' },
  TOO_MANY_REQUESTS: { status: 429, title: 'Too many requests', retryable: true },
  INTERNAL: { status: 500, title: 'Something went wrong on our side', retryable: true },
  BUSY: { status: 503, title: 'Busy; try again', retryable: true },
  UNAVAILABLE: { status: 503, title: 'A service Milkfloat needs does not answer', retryable: true },
} as const satisfies Record<string, { status: number; title: string; retryable?: boolean }>;

export type ProblemCode = keyof typeof problems;

/** One bad place of an input: a JSON pointer (RFC 6901) into the body, or `?name` for a query parameter. */
export interface ProblemPlace {
  pointer: string;
  detail: string;
  [more: string]: unknown;
}

/**
 * The one error class. A refusal that a caller can expect is returned as a value; a fault is thrown.
 * `more` holds members of the answer beside RFC 9457's own, e.g. the right `totalAmount`.
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: ProblemPlace[] | undefined;
  readonly more: Record<string, unknown> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    detail?: string,
    extra: {
      errors?: ProblemPlace[];
      more?: Record<string, unknown>;
      retryAfterSeconds?: number;
      cause?: unknown;
    } = {},
  ) {
    super(detail ?? problems[code].title, { cause: extra.cause });
    this.name = 'Problem';
    this.code = code;
    this.errors = extra.errors;
    this.more = extra.more;
    this.retryAfterSeconds = extra.retryAfterSeconds;
  }

  get status(): number {
    return problems[this.code].status;
  }

  /** The body of an `application/problem+json` answer (RFC 9457). */
  toBody(requestId: string): Record<string, unknown> {
    return {
      type: `/docs#${this.code}`,
      title: problems[this.code].title,
      status: this.status,
      detail: this.message,
      code: this.code,
      ...(this.errors ? { errors: this.errors } : {}),
      ...this.more,
      requestId,
    };
  }
}

/** A refusal as a value, for a use case to return. */
export function refuse(...args: ConstructorParameters<typeof Problem>): Problem {
  return new Problem(...args);
}
