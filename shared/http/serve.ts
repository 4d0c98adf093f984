import type { IncomingMessage } from 'node:http';
import { Hono, type Context as HonoContext } from 'hono';
import { idempotencyKeyOf } from '#shared/data/idempotency.ts';
import { isRevoked } from '#shared/data/revocation.ts';
import { passingErrors, StoreError } from '#shared/data/wire.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Actor } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { type AnyDoor, type Call, type HttpDoor, JsonText, Reply } from './door.ts';
import { parseInput, readQuery } from './parse.ts';
import { addressOf, limiterOf } from './rateLimit.ts';

const MAX_BYTES = 1_048_576;
const anyone: Actor = { userId: 'anonymous', role: 'customer' };

/** The HTTP app of some doors: one handler a route, so that a request meets nothing it does not need. */
export function appOf(world: World, doors: readonly AnyDoor[]): Hono {
  const app = new Hono();
  const methods = new Map<string, string[]>();
  for (const door of doors) {
    if (!door.http) continue;
    const { method, path } = door.http;
    methods.set(path, [...(methods.get(path) ?? []), method]);
    app.on(method, path, (c) => serve(world, door, door.http as HttpDoor, c));
  }
  for (const [path, allowed] of methods) {
    app.all(path, (c) =>
      problemResponse(
        refuse('METHOD_NOT_ALLOWED', `${path} has ${allowed.join(', ')}.`),
        requestIdOf(world, c),
        { allow: allowed.join(', ') },
      ),
    );
  }
  app.notFound((c) => problemResponse(refuse('ROUTE_NOT_FOUND'), requestIdOf(world, c)));
  app.onError((error, c) => {
    const requestId = requestIdOf(world, c);
    return problemResponse(problemOf(world, error, requestId, 'app'), requestId);
  });
  return app;
}

async function serve(world: World, door: AnyDoor, http: HttpDoor, c: HonoContext): Promise<Response> {
  const started = performance.now();
  const requestId = requestIdOf(world, c);
  let actor = anyone;
  let answer: unknown;
  try {
    answer = await answerOf(world, door, http, c, requestId, (who) => {
      actor = who;
    });
  } catch (error) {
    answer = problemOf(world, error, requestId, door.name);
  }
  const problem = answer instanceof Problem ? answer : undefined;
  const response = problem
    ? problemResponse(problem, requestId)
    : successResponse(http, c, answer, requestId);
  world.log.info('request', {
    requestId,
    door: door.name,
    status: problem?.status ?? http.status ?? 200,
    code: problem?.code,
    userId: actor === anyone ? undefined : actor.userId,
    ms: Math.round((performance.now() - started) * 10) / 10,
  });
  return response;
}

async function answerOf(
  world: World,
  door: AnyDoor,
  http: HttpDoor,
  c: HonoContext,
  requestId: string,
  learnt: (actor: Actor) => void,
): Promise<unknown> {
  const address = addressOf(world, c);
  if (world.config.countsRequests && !(await limiterOf(world).allows(address))) {
    return refuse('TOO_MANY_REQUESTS', undefined, { retryAfterSeconds: 1 });
  }
  let actor = anyone;
  if (door.who !== 'public') {
    const proven = await authenticate(world, headerOf(c, 'authorization'));
    if (proven instanceof Problem) return proven;
    if (!door.who.includes(proven.role)) return refuse('FORBIDDEN');
    actor = proven;
    learnt(actor);
  }

  const read = http.method === 'GET' ? readQuery(c.req.url) : await readBody(c, http);
  if (read instanceof Problem) return read;
  const raw = http.webhook
    ? { body: (read as { text: string }).text, headers: Object.fromEntries(c.req.raw.headers.entries()) }
    : undefined;
  const value = http.method === 'GET' ? read : (read as { value: unknown }).value;
  const input = parseInput(door.input, value, http.method === 'GET' ? 'query' : 'body');
  if (input instanceof Problem) return input;

  const key = (http.idempotent ?? http.method === 'POST') ? headerOf(c, 'idempotency-key') : undefined;
  if (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key)) {
    return refuse('INVALID_INPUT', 'Idempotency-Key must be 1 to 200 visible ASCII characters.', {
      errors: [{ pointer: '', detail: 'the Idempotency-Key header is not valid' }],
    });
  }
  const call: Call<unknown> = { input, actor, requestId, action: door.name, address, raw };
  if (key !== undefined) {
    call.idempotency = idempotencyKeyOf(world, actor, door.name, key, JSON.stringify(value));
  }
  return door.run(world, call);
}

/** The actor of a bearer token that is genuine, not expired and not revoked. */
export async function authenticate(world: World, header: string | undefined): Promise<Actor | Problem> {
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(header ?? '')?.[1];
  if (!token) return refuse('UNAUTHENTICATED');
  const claims = await world.identity.verify(token);
  if (!claims || (await isRevoked(world, claims))) return refuse('UNAUTHENTICATED');
  return claims;
}

/** The body as text and as JSON, its size bounded while it is read. */
async function readBody(c: HonoContext, http: HttpDoor): Promise<{ text: string; value: unknown } | Problem> {
  const maxBytes = http.maxBytes ?? MAX_BYTES;
  const announced = headerOf(c, 'content-length');
  if (announced !== undefined && Number(announced) > maxBytes) return tooLarge(maxBytes);
  const text =
    announced !== undefined || !headerOf(c, 'transfer-encoding')
      ? await c.req.text()
      : await readBounded(c.req.raw.body, maxBytes);
  if (text === undefined || Buffer.byteLength(text) > maxBytes) return tooLarge(maxBytes);
  if (text === '' && http.method === 'DELETE') return { text, value: {} };
  if (!/^application\/json\s*(;|$)/i.test(headerOf(c, 'content-type') ?? '')) return refuse('NOT_JSON');
  try {
    return { text, value: JSON.parse(text) };
  } catch (error) {
    return refuse('MALFORMED_JSON', undefined, { cause: error });
  }
}

function tooLarge(maxBytes: number): Problem {
  return refuse('TOO_LARGE', `A body here may have ${maxBytes} bytes at most.`);
}

async function readBounded(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function successResponse(http: HttpDoor, c: HonoContext, answer: unknown, requestId: string): Response {
  const reply = answer instanceof Reply ? answer : undefined;
  const body = reply ? reply.body : answer;
  const headers: Record<string, string> = {
    'content-type': reply?.contentType ?? 'application/json',
    'x-request-id': requestId,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...reply?.headers,
  };
  if (reply?.cursor) headers.link = nextLink(c.req.url, reply.cursor);
  const raw =
    body instanceof JsonText
      ? body.text
      : reply?.contentType
        ? (body as string | Uint8Array<ArrayBuffer>)
        : JSON.stringify(body);
  return new Response(raw, { status: http.status ?? 200, headers });
}

/** The link of RFC 8288 to a list's next page. */
function nextLink(url: string, cursor: string): string {
  const next = new URL(url);
  next.searchParams.set('cursor', cursor);
  return `<${next.pathname}${next.search}>; rel="next"`;
}

function problemResponse(
  problem: Problem,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(problem.toBody(requestId)), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'x-request-id': requestId,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      ...(problem.retryAfterSeconds ? { 'retry-after': String(problem.retryAfterSeconds) } : {}),
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...headers,
    },
  });
}

/** What a caller is told of something thrown: a refusal as it is, a store that does not answer, or a fault. */
export function problemOf(world: World, error: unknown, requestId: string, door: string): Problem {
  if (error instanceof Problem) return error;
  logFault(world, error, requestId, door);
  const passes = error instanceof StoreError && passingErrors.has(error.name);
  return passes ? refuse('UNAVAILABLE', undefined, { retryAfterSeconds: 2 }) : refuse('INTERNAL');
}

/** Writes down what went wrong, for operators; callers get only the request's id. */
function logFault(world: World, error: unknown, requestId: string, door: string): void {
  const fault = error instanceof Error ? error : new Error(String(error));
  const cause = fault.cause instanceof Error ? `${fault.cause.name}: ${fault.cause.message}` : undefined;
  world.log.error('fault', {
    requestId,
    door,
    name: fault.name,
    message: fault.message,
    stack: fault.stack,
    cause,
  });
}

function requestIdOf(world: World, c: HonoContext): string {
  const given = headerOf(c, 'x-request-id');
  return given && /^[\w-]{8,64}$/.test(given) ? given : world.ids.next();
}

/** A header as Node's server has parsed it already, or as the request of any other server has it. */
function headerOf(c: HonoContext, name: string): string | undefined {
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage };
  const value = incoming ? incoming.headers[name] : c.req.header(name);
  return Array.isArray(value) ? value[0] : value;
}
