import type { z } from '@hono/zod-openapi';
import type { Context } from '#shared/data/commit.ts';
import type { Problem } from '#shared/domain/problem.ts';
import type { Role } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';

/** One call of a use case, already parsed and permitted. */
export interface Call<I> extends Context {
  input: I;
  /** The caller's network address; empty for direct invocations. */
  address: string;
  /** The body as it came and the headers in lower case, for signatures over them. */
  raw?: { body: string; headers: Record<string, string> };
}

/** An answer that is not plain JSON: a list's page with its cursor, a file, a page of HTML. */
export class Reply {
  readonly body: unknown;
  readonly cursor: string | undefined;
  readonly contentType: string | undefined;
  readonly headers: Record<string, string>;
  constructor(
    body: unknown,
    extra: { cursor?: string; contentType?: string; headers?: Record<string, string> } = {},
  ) {
    this.body = body;
    this.cursor = extra.cursor;
    this.contentType = extra.contentType;
    this.headers = extra.headers ?? {};
  }
}

/** JSON text made beforehand, sent as it is. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Answer<A> = A | Reply | JsonText | Problem;

export interface HttpDoor {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** The status of a success; 200 unless told. */
  status?: 200 | 201 | 202;
  /** Whether an Idempotency-Key is honoured; for POST it is unless told. */
  idempotent?: boolean;
  /** A signed message of a provider: the raw body is handed on and unknown fields are allowed. */
  webhook?: boolean;
  /** Largest body in bytes; 1 MB unless told. */
  maxBytes?: number;
  /** What the answer is, or can be, when it is not JSON. */
  produces?: string | readonly string[];
}

/**
 * A door: one use case with everything that decides who may call it and with what. The same table makes the
 * HTTP routes, the OpenAPI document, direct invocations, the routes of the CDK app and the refusal tests.
 */
export interface Door<I = never, A = unknown> {
  /** The use case's name: the function of a direct invocation and OpenAPI's operationId. */
  name: string;
  summary: string;
  who: 'public' | readonly Role[];
  input: z.ZodType<I>;
  /** Only the document of the API reads it, so it is built when that is asked for and costs a cold start nothing. */
  answer: () => z.ZodType;
  http?: HttpDoor;
  run(world: World, call: Call<I>): Promise<Answer<A>>;
}

/** A door whose input type only its own `run` knows; parse before you run. */
// biome-ignore lint/suspicious/noExplicitAny: a table holds doors of different inputs; `serve` and `invoke` parse with the door's own schema first.
export type AnyDoor = Door<any, unknown>;

/** Declares a door, so that `run` gets the type its input schema parses to. */
export function door<S extends z.ZodType, A>(
  declared: Omit<Door<z.infer<S>, A>, 'input'> & { input: S },
): AnyDoor {
  return declared;
}
