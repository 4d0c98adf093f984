import aws4 from 'aws4';
import { Pool } from 'undici';
import { prefixed } from './prefixed.ts';

/** Where the store is and who asks. Without an endpoint it is DynamoDB of the region. */
export interface StoreAddress {
  region: string;
  endpoint?: string;
  /** What the names of the tables begin with there; an account may hold other things beside one dairy. */
  prefix?: string;
  credentials: () => { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** An answer of the store other than 200, or none at all (`name` is then NetworkError). */
export class StoreError extends Error {
  /** The service's error name without its namespace, e.g. TransactionCanceledException. */
  override readonly name: string;
  readonly reasons: CancellationReason[];
  constructor(name: string, message: string, reasons: CancellationReason[] = [], cause?: unknown) {
    super(message, { cause });
    this.name = name;
    this.reasons = reasons;
  }
}

/** Errors of the store that pass: asked again, it may well answer. */
export const passingErrors: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TransactionConflictException',
  'TransactionInProgressException',
  'InternalServerError',
  'ServiceUnavailable',
  'NetworkError',
]);

export interface CancellationReason {
  Code: string;
  Item?: Record<string, object>;
}

/** One call of the DynamoDB API: operation and payload as AWS documents them. */
export type Wire = {
  call<A>(
    operation: string,
    payload: object,
    api?: 'DynamoDB_20120810' | 'DynamoDBStreams_20120810',
  ): Promise<A>;
  close(): Promise<void>;
};

/**
 * The lean client: aws4 signs, undici sends. docs/decisions/0003 has the figures beside the AWS SDK, Dynamoose
 * and aws-lite. Throws StoreError.
 */
export function openWire(address: StoreAddress): Wire {
  const endpoints = { DynamoDB_20120810: 'dynamodb', DynamoDBStreams_20120810: 'streams.dynamodb' } as const;
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string) => {
    let pool = pools.get(origin);
    if (!pool) {
      pool = new Pool(origin, {
        connections: 64,
        pipelining: 1,
        headersTimeout: 10_000,
        bodyTimeout: 10_000,
      });
      pools.set(origin, pool);
    }
    return pool;
  };

  const wire: Wire = {
    async call<A>(operation: string, payload: object, api: keyof typeof endpoints = 'DynamoDB_20120810') {
      const origin = address.endpoint ?? `https://${endpoints[api]}.${address.region}.amazonaws.com`;
      const signed = aws4.sign(
        {
          service: 'dynamodb',
          region: address.region,
          host: new URL(origin).host,
          method: 'POST',
          path: '/',
          headers: { 'X-Amz-Target': `${api}.${operation}`, 'Content-Type': 'application/x-amz-json-1.0' },
          body: JSON.stringify(payload),
        },
        address.credentials(),
      );
      const headers = { ...signed.headers } as Record<string, string>;
      delete headers['Content-Length'];
      try {
        const response = await poolOf(origin).request({
          method: 'POST',
          path: '/',
          headers,
          body: signed.body,
        });
        const answer = (await response.body.json()) as Record<string, unknown>;
        if (response.statusCode === 200) return answer as A;
        throw storeErrorOf(answer);
      } catch (error) {
        if (error instanceof StoreError) throw error;
        throw new StoreError('NetworkError', `the store did not answer ${operation}`, [], error);
      }
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
  return address.prefix ? prefixed(wire, address.prefix) : wire;
}

function storeErrorOf(answer: Record<string, unknown>): StoreError {
  const type = String(answer.__type ?? 'UnknownError');
  const message = String(answer.message ?? answer.Message ?? type);
  const name = type.slice(type.indexOf('#') + 1);
  // A write that stands alone names its reason like a transaction of one part.
  const reasons =
    name === 'ConditionalCheckFailedException'
      ? [{ Code: 'ConditionalCheckFailed', Item: answer.Item }]
      : answer.CancellationReasons;
  return new StoreError(name, message, reasons as CancellationReason[] | undefined);
}
