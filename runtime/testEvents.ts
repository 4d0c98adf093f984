/** Events as AWS sends them, for tests of the Lambda handlers. */
import { type DairyEvent, Outbox } from '#shared/events/event.ts';
import type { Actor } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';

export interface HttpEventOptions {
  token?: string;
  body?: unknown;
  /** The body's exact text, for signatures over it. */
  rawBody?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** The caller's network address. */
  from?: string;
  /** What the API's authorizer read in the token; it hands on text only. */
  claims?: Record<string, unknown>;
}

/** An event of API Gateway's HTTP API, payload format 2.0. */
export function httpEvent(method: string, path: string, options: HttpEventOptions = {}): object {
  const rawQueryString = new URLSearchParams(options.query).toString();
  const body = options.rawBody ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString,
    headers: {
      host: 'api.milkfloat.example',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
      ...options.headers,
    },
    queryStringParameters: options.query,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      ...(options.claims && { authorizer: { jwt: { claims: asText(options.claims), scopes: null } } }),
      domainName: 'api.milkfloat.example',
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: options.from ?? '203.0.113.7',
        userAgent: 'test',
      },
      requestId: 'request-of-the-test',
      routeKey: `${method} ${path}`,
      stage: '$default',
      time: '04/Jan/2027:04:30:00 +0000',
      timeEpoch: 1_798_000_000_000,
    },
    body,
    isBase64Encoded: false,
  };
}

function asText(claims: Record<string, unknown>): Record<string, string> {
  const text = (value: unknown) => (Array.isArray(value) ? `[${value.join(' ')}]` : String(value));
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, text(value)]));
}

/** A batch of SQS; an event given as text is a body of its own (a poison message). */
export function queueEvent(queue: string, events: readonly (object | string)[], receiveCount = 1): object {
  return {
    Records: events.map((event, i) => ({
      messageId: `message-${i}`,
      receiptHandle: `receipt-${i}`,
      body: typeof event === 'string' ? event : JSON.stringify(event),
      attributes: { ApproximateReceiveCount: String(receiveCount), SentTimestamp: '1798000000000' },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:ap-south-1:000000000000:milkfloat-${queue}`,
      awsRegion: 'ap-south-1',
    })),
  };
}

/** What EventBridge Scheduler sends a Lambda for one of its timers. */
export function timerEvent(timer: string): object {
  return { source: 'milkfloat.timer', 'detail-type': 'Scheduled Event', detail: { timer } };
}

export interface HttpResult<B> {
  status: number;
  headers: Record<string, string>;
  body: B;
}

/** What API Gateway sends on of what the handler gave it; the body is parsed when it is JSON. */
export function httpResult<B = Record<string, unknown>>(result: unknown): HttpResult<B> {
  const { statusCode, headers, body, isBase64Encoded } = result as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
    isBase64Encoded?: boolean;
  };
  const sent = isBase64Encoded ? Buffer.from(body, 'base64') : body;
  const isJson = /json/.test(headers['content-type'] ?? '');
  return { status: statusCode, headers, body: (isJson ? JSON.parse(body) : sent) as B };
}

/** An access token of somebody, as a login gives it. */
export async function tokenOf(world: World, { userId, role }: Actor): Promise<string> {
  return (await world.identity.issue({ userId, role, sessionId: `SNtest${userId}` })).token;
}

/** The events of a type that were published so far, oldest first. */
export async function publishedOf(world: World, eventType: string): Promise<DairyEvent[]> {
  const events: DairyEvent[] = [];
  for await (const row of world.store.scan(Outbox)) {
    if (row.eventType === eventType) events.push(row.event as DairyEvent);
  }
  return events.sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
}

/** Events of no kind that any Lambda knows. */
export const strangeEvents: readonly unknown[] = [
  undefined,
  null,
  'text',
  {},
  { Records: [{ eventSource: 'aws:s3', s3: { bucket: { name: 'files' } } }] },
  { version: '1.0', httpMethod: 'GET', path: '/health' },
  { source: 'aws.health', 'detail-type': 'AWS Health Event', detail: {} },
];
