import {
  Agent,
  request as ask,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Account, type Ask, asksOf, listOf, type Request } from './asks.ts';

/** What a function asked of AWS, and whether it may. */
export interface Asked extends Ask {
  lambda: string;
  allowed: boolean;
}

export interface ProxyOptions {
  /** The function that an access key was given to. */
  whose: ReadonlyMap<string, string>;
  account: Account;
  may(lambda: string, ask: Ask): boolean;
  /** Where DynamoDB is; and, at another address, everything else. */
  dynamodb: string;
  others: string;
  /** The access key under which the emulators keep what is the dairy's. */
  accessKey: string;
}

/**
 * The way of the functions to AWS, where IAM stands in it: who asks is known by its access key, and what its role does
 * not allow is denied in the service's own words. What is allowed goes on to the emulator. The signature itself is
 * checked by nobody.
 */
export async function startProxy(options: ProxyOptions) {
  const asked: Asked[] = [];
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: Error) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(error.message);
    });
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { key, request } = await read(incoming);
    const lambda = options.whose.get(key);
    // The keys of the pool are for everybody.
    const isOpen = key === '' && request.path.endsWith('/.well-known/jwks.json');
    const refusal = isOpen ? undefined : refusalOf(lambda, request);
    if (refusal) return refuse(response, request.service, refusal);
    const onward = forward(request, incoming.headers, key);
    onward.on('response', (answer) => {
      const hidden = lambda && answer.statusCode === 404 && judge(lambda, listOf(request));
      if (!hidden) {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
        return;
      }
      answer.resume();
      refuse(response, request.service, hidden);
    });
    onward.on('error', () => response.destroy());
    onward.end(request.body);
  }

  function refusalOf(lambda: string | undefined, request: Request): Refusal | undefined {
    if (!lambda) return { type: 'UnrecognizedClientException', message: 'nobody has this access key' };
    const denied = judge(lambda, asksOf(request, options.account));
    if (denied) return denied;
    // No emulator speaks End User Messaging: nobody pretends that a text message was sent.
    return request.service === 'sms-voice'
      ? { type: 'UnknownOperationException', message: 'text messages are not emulated' }
      : undefined;
  }

  /** Writes down what is asked; answers a refusal when some of it is not allowed. */
  function judge(lambda: string, asks: readonly Ask[]): Refusal | undefined {
    const judged = asks.map((one) => ({ lambda, ...one, allowed: options.may(lambda, one) }));
    asked.push(...judged);
    const denied = judged.find(({ allowed }) => !allowed);
    const words = `User: ${lambda} is not authorized to perform: ${denied?.action} on resource: ${denied?.arn}`;
    return denied && { type: DENIED, message: words };
  }

  function forward({ method, path, service }: Request, headers: IncomingHttpHeaders, key: string) {
    const to = new URL(path, service === 'dynamodb' ? options.dynamodb : options.others);
    const authorization = headers.authorization?.replace(key, options.accessKey);
    const own = { host: to.host, ...(authorization && { authorization }) };
    return ask(to, { method, agent, headers: { ...headers, ...own } });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Everything that was asked so far. */
    asked,
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const DENIED = 'AccessDeniedException';

interface Refusal {
  type: string;
  message: string;
}

/** The request, and the access key that it is signed with: '' when it is not. */
async function read(incoming: IncomingMessage): Promise<{ key: string; request: Request }> {
  const { method = '', url: path = '', headers } = incoming;
  const [, key = '', service = ''] =
    /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const target = headers['x-amz-target'] as string | undefined;
  return { key, request: { method, path, target, service, body: await buffer(incoming) } };
}

/** An error in the words of the service: as XML at S3, else as JSON, with its name in a header for those that read it there. */
function refuse(response: ServerResponse, service: string, { type, message }: Refusal): void {
  if (service === 's3') {
    const text = `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`;
    response.writeHead(403, { 'content-type': 'application/xml' }).end(text);
    return;
  }
  const status = service === 'ses' && type === DENIED ? 403 : 400;
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type };
  response.writeHead(status, headers).end(JSON.stringify({ __type: type, message }));
}
