/** A request's fields, as Stripe reads them: nested, all text. */
export interface Fields {
  [name: string]: string | Fields;
}

/** An answer of the API: a status and an object of Stripe's. */
export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export interface StripeRequest {
  method: string;
  path: string;
  fields: Fields;
  headers: Record<string, unknown>;
}

/** An answer that is an error, in Stripe's form. */
export function failure(
  status: number,
  error: { type: string; code?: string; message?: string; [more: string]: unknown },
): Answer {
  return { status, body: { error: { message: error.code ?? error.type, ...error } } };
}

/** `a[b][c]=1&a[d]=2` as nested fields. */
export function fieldsOf(form: string): Fields {
  const fields: Fields = {};
  for (const [name, value] of new URLSearchParams(form)) {
    const [first = '', ...inner] = name.split(/\[|\]\[|\]/).filter((part) => part !== '');
    let at = fields;
    let key = first;
    for (const next of inner) {
      const below = fieldsIn(at[key]);
      at[key] = below;
      at = below;
      key = next;
    }
    at[key] = value;
  }
  return fields;
}

export const textOf = (value: string | Fields | undefined) => (typeof value === 'string' ? value : undefined);
export const fieldsIn = (value: string | Fields | undefined): Fields =>
  typeof value === 'object' ? value : {};

const KEPT_MS = 24 * 3_600_000;

/**
 * What Stripe documents of idempotency keys: the status and body of the first request are kept for a day once its
 * endpoint began to work, errors and 500s too, and said again; other fields under the same key are a 400; two at the
 * same time are a 409; what fails validation, or is stopped before (401, 429), is not kept.
 */
export function makeIdempotency(now: () => number) {
  const kept = new Map<string, { asked: string; answer?: Answer; atMs: number }>();
  return async (
    request: StripeRequest,
    work: () => Answer | Promise<Answer>,
  ): Promise<Answer & { replayed?: boolean }> => {
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || typeof key !== 'string') return work();
    const asked = JSON.stringify([request.path, request.fields]);
    const known = kept.get(key);
    if (known && now() - known.atMs < KEPT_MS) {
      if (!known.answer) return failure(409, { type: 'idempotency_error', code: 'idempotency_key_in_use' });
      if (known.asked !== asked) return failure(400, { type: 'idempotency_error' });
      return { ...known.answer, replayed: true };
    }
    const entry: { asked: string; answer?: Answer; atMs: number } = { asked, atMs: now() };
    kept.set(key, entry);
    const answer = await work();
    if (isInvalid(answer)) kept.delete(key);
    else entry.answer = answer;
    return answer;
  };
}

function isInvalid({ status, body }: Answer): boolean {
  const { code } = (body.error ?? {}) as { code?: string };
  return (status === 400 || status === 404) && code !== 'payment_intent_unexpected_state';
}

/** What goes wrong with the next call of an endpoint. */
export type Trouble =
  /** Done, but the connection breaks before the answer. */
  | 'LOST_ANSWER'
  /** The connection breaks before anything is done. */
  | 'LOST_REQUEST'
  /** Done, and answered 500, which is then kept under the key. */
  | 'DONE_BUT_500'
  /** Refused before anything is done. */
  | { status: number; error: { type: string; code?: string; message?: string } }
  /** Done late. */
  | { waitMs: number };

/** Troubles by endpoint (`POST refunds`), each for one call. */
export function makeTroubles() {
  const waiting: { on: string; trouble: Trouble }[] = [];
  return {
    plan(on: string, ...troubles: Trouble[]): void {
      waiting.push(...troubles.map((trouble) => ({ on, trouble })));
    },
    take(on: string): Trouble | undefined {
      const at = waiting.findIndex((one) => one.on === on);
      return at === -1 ? undefined : waiting.splice(at, 1)[0]?.trouble;
    },
  };
}

/** `POST payment_intents/id/cancel`: what a request asks for. */
export function endpointOf({ method, path }: StripeRequest): string {
  const [, , noun = '', id, verb] = path.split('/');
  return `${method} ${noun}${id ? '/id' : ''}${verb ? `/${verb}` : ''}`;
}
