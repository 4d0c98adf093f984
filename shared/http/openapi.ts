import { OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import { problems } from '#shared/domain/problem.ts';
import type { LambdaParts } from '#shared/lambda.ts';
import type { AnyDoor, HttpDoor } from './door.ts';

const Problem = z
  .looseObject({
    type: z.string().openapi({ example: '/docs#OUT_OF_STOCK' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(Object.keys(problems) as [string, ...string[]]),
    errors: z
      .array(z.looseObject({ pointer: z.string(), detail: z.string() }))
      .optional()
      .openapi({
        description: 'Each bad place: a JSON pointer into the body, or ?name for a query parameter.',
      }),
    requestId: z.string(),
  })
  .openapi('Problem', { description: 'A refusal or fault (RFC 9457).' });

const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/)
  .optional()
  .openapi({
    description:
      'The same key and body within 24 hours give the first successful answer again, and no second effect.',
  });

/** The OpenAPI 3.1 document of all doors that HTTP reaches, made from the schemas that validate. */
export function openApiOf(lambdas: readonly LambdaParts[]): object {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  });
  for (const lambda of lambdas) {
    for (const door of lambda.doors) {
      if (door.http) registry.registerPath(operationOf(lambda.name, door, door.http));
    }
  }
  return app.getOpenAPI31Document({
    openapi: '3.1.1',
    info: {
      title: 'Milkfloat',
      version: '1',
      description:
        'A doorstep dairy: browse, order, pay, follow the bottle to the door. Amounts are major units with at most ' +
        'two decimals; instants are ISO 8601 in UTC; days are YYYY-MM-DD in the time zone of the dairy. Lists are ' +
        'bare arrays; the next page is in the Link header.',
    },
    tags: lambdas.map(({ name }) => ({ name })),
  });
}

type Operation = RouteConfig & { 'x-roles': readonly string[] };

function operationOf(tag: string, door: AnyDoor, http: HttpDoor): Operation {
  return {
    method: http.method.toLowerCase() as RouteConfig['method'],
    path: http.path,
    operationId: door.name,
    summary: door.summary,
    tags: [tag],
    // The system acts by direct invocation only, never over HTTP.
    'x-roles': door.who === 'public' ? ['public'] : door.who.filter((role) => role !== 'system'),
    ...(door.who === 'public' ? {} : { security: [{ bearer: [] }] }),
    request: requestOf(door, http),
    responses: {
      [http.status ?? 200]: { description: 'Done', content: contentOf(door, http) },
      default: {
        description: 'Refused; the code says why',
        content: { 'application/problem+json': { schema: Problem } },
      },
    },
  };
}

function requestOf(door: AnyDoor, http: HttpDoor): RouteConfig['request'] {
  if (http.method === 'GET') return { query: queryOf(door.input) };
  const honoursKey = http.idempotent ?? http.method === 'POST';
  return {
    ...(honoursKey ? { headers: z.object({ 'Idempotency-Key': IdempotencyKey }) } : {}),
    // A DELETE may come without a body; every other has at least an empty object.
    body: { required: http.method !== 'DELETE', content: { 'application/json': { schema: door.input } } },
  };
}

/** The fields of an input that a query can carry: text in a URL, so no groups, and a number rather than its text. */
function queryOf(input: z.ZodType): z.ZodObject {
  if (!(input instanceof z.ZodObject)) throw new TypeError('the input of a GET must be an object');
  const fields = Object.entries(input.shape as Record<string, z.ZodType>).flatMap(([name, field]) => {
    const inner = field instanceof z.ZodOptional ? (field.unwrap() as z.ZodType) : field;
    if (inner instanceof z.ZodObject) return [];
    return [
      [name, inner instanceof z.ZodUnion ? (inner.options[0] as z.ZodType).optional() : field] as const,
    ];
  });
  return z.object(Object.fromEntries(fields));
}

/** JSON, and what else the door makes; a door whose answer is declared as text makes only that. */
function contentOf(door: AnyDoor, http: HttpDoor) {
  const made = Object.fromEntries(
    [http.produces ?? []].flat().map((type) => [type, { schema: bodyOf(type) }]),
  );
  const schema = door.answer();
  if (http.produces !== undefined && schema instanceof z.ZodString) return made;
  return { 'application/json': { schema }, ...made };
}

function bodyOf(type: string) {
  return type.startsWith('text/') ? z.string() : z.string().openapi({ format: 'binary' });
}
