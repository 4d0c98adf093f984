/** A request to a service of AWS, as it came over the wire. */
export interface Request {
  method: string;
  path: string;
  /** The operation of a service that takes JSON: `DynamoDB_20120810.GetItem`. */
  target: string | undefined;
  body: Buffer;
  /** The service that it is signed for. */
  service: string;
}

/** Something that IAM is asked about: an action and the resource it is to be done to. */
export interface Ask {
  action: string;
  arn: string;
}

/** What the ARNs of an account begin with, and what it knows under other names than the requests. */
export interface Account {
  arn(service: string, resource: string): string;
  /** A secret's ARN has an ending that AWS made up. */
  secret(name: string): string;
  /** What SES has verified for a sender. */
  identityOf(sender: string): string;
}

// biome-ignore lint/suspicious/noExplicitAny: each operation has a shape of its own.
type Payload = any;

/** What IAM checks before a service does what it is asked for: all of these, or it is denied. Throws at what nobody has described here. */
export function asksOf(request: Request, account: Account): Ask[] {
  const operation = request.target?.split('.').at(-1) ?? '';
  const payload = () => JSON.parse(request.body.toString('utf8'));
  switch (request.service) {
    case 'dynamodb':
      return ofTables(operation, payload(), account);
    case 'secretsmanager':
      return [{ action: `secretsmanager:${operation}`, arn: account.secret(payload().SecretId) }];
    case 'cognito-idp': {
      const arn = account.arn('cognito-idp', `userpool/${payload().UserPoolId}`);
      return [{ action: `cognito-idp:${operation}`, arn }];
    }
    case 's3':
      return [ofFile(request)];
    case 'ses':
      return ofMail(request, payload(), account);
    case 'sms-voice':
      return [{ action: `sms-voice:${operation}`, arn: payload().OriginationIdentity }];
    default:
      throw new Error(`nobody has said what IAM asks of ${request.service}`);
  }
}

/** The parts of a transaction are asked about by verbs of their own; a batch is one for each table. */
function ofTables(operation: string, payload: Payload, account: Account): Ask[] {
  const ask = (verb: string, { TableName, IndexName }: { TableName: string; IndexName?: string }): Ask => ({
    action: `dynamodb:${verb}`,
    arn: account.arn('dynamodb', `table/${TableName}${IndexName ? `/index/${IndexName}` : ''}`),
  });
  if (payload.TransactItems)
    return payload.TransactItems.flatMap((item: Payload) =>
      Object.entries(item).map(([kind, part]) =>
        ask(kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`, part as { TableName: string }),
      ),
    );
  if (payload.RequestItems)
    return Object.keys(payload.RequestItems).map((TableName) => ask(operation, { TableName }));
  return [ask(operation, payload)];
}

const deeds: Record<string, string> = { GET: 'GetObject', PUT: 'PutObject', DELETE: 'DeleteObject' };

function ofFile({ method, path }: Request): Ask {
  const [, bucket = '', ...key] = decodeURIComponent(new URL(path, 'http://s3').pathname).split('/');
  const name = key.join('/');
  const deed = name === '' ? 'ListBucket' : deeds[method];
  if (!deed) throw new Error(`nobody has said what IAM asks of ${method} at S3`);
  return { action: `s3:${deed}`, arn: `arn:aws:s3:::${name === '' ? bucket : `${bucket}/${name}`}` };
}

/** What S3 asks before it says that something is not in a bucket: who may not list it is denied instead. */
export function listOf({ service, method, path }: Request): Ask[] {
  if (service !== 's3' || method !== 'GET') return [];
  return [{ action: 's3:ListBucket', arn: `arn:aws:s3:::${path.split('/')[1]}` }];
}

/** SES asks about the sender and about the configuration that a mail goes out under. */
function ofMail({ method, path }: Request, payload: Payload, account: Account): Ask[] {
  if (`${method} ${path}` !== 'POST /v2/email/outbound-emails')
    throw new Error(`nobody has said what IAM asks of ${method} ${path} at SES`);
  const { FromEmailAddress, ConfigurationSetName } = payload;
  const resources = [
    `identity/${account.identityOf(FromEmailAddress)}`,
    ...(ConfigurationSetName ? [`configuration-set/${ConfigurationSetName}`] : []),
  ];
  return resources.map((resource) => ({ action: 'ses:SendEmail', arn: account.arn('ses', resource) }));
}
