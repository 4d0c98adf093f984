import { openLine, type ServiceAddress } from './line.ts';
import { prefixed } from './prefixed.ts';

/** Where the store is and who asks. Without an endpoint it is DynamoDB of the region. */
export interface StoreAddress extends ServiceAddress {
  /** What the names of the tables begin with there; an account may hold other things beside one dairy. */
  prefix?: string;
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

/** The lean client: docs/decisions/0003 has the figures beside the AWS SDK, Dynamoose and aws-lite. Throws StoreError. */
export function openWire(address: StoreAddress): Wire {
  const hosts = { DynamoDB_20120810: 'dynamodb', DynamoDBStreams_20120810: 'streams.dynamodb' } as const;
  const line = openLine(address);
  const wire: Wire = {
    async call<A>(operation: string, payload: object, api: keyof typeof hosts = 'DynamoDB_20120810') {
      const ask = { service: 'dynamodb', host: hosts[api], target: `${api}.${operation}`, payload };
      const { status, body } = await line.ask(ask).catch((error: unknown) => {
        throw new StoreError('NetworkError', `the store did not answer ${operation}`, [], error);
      });
      if (status === 200) return body as A;
      throw storeErrorOf(body);
    },
    close: async () => line.close(),
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
