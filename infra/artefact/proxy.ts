import { Agent, request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Account, type Ask, asksOf, type Request } from './asks.ts';

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
  const server = createServer((request, response) => {
    serve(request, response).catch((error: Error) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(error.message);
    });
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const { method = '', url: path = '', headers } = incoming;
    const [, key = '', service = ''] =
      /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
    // The keys of the pool are for everybody.
    const isOpen = key === '' && path.endsWith('/.well-known/jwks.json');
    if (!isOpen) {
      const lambda = options.whose.get(key);
      if (!lambda) return refuse(response, 400, 'UnrecognizedClientException', 'nobody has this access key');
      const target = headers['x-amz-target'] as string | undefined;
      const request = { method, path, target, body, service };
      const denied = judge(lambda, request);
      if (denied) return deny(response, service, denied);
      // No emulator speaks End User Messaging: nobody pretends that a text message was sent.
      if (service === 'sms-voice')
        return refuse(response, 400, 'UnknownOperationException', 'text messages are not emulated');
    }
    const authorization = headers.authorization?.replace(key, options.accessKey);
    const to = new URL(path, service === 'dynamodb' ? options.dynamodb : options.others);
    const onward = ask(to, {
      method,
      agent,
      headers: { ...headers, host: to.host, ...(authorization && { authorization }) },
    });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  }

  /** The first thing that is not allowed. */
  function judge(lambda: string, request: Request): Asked | undefined {
    const judged = asksOf(request, options.account).map((one) => ({
      lambda,
      ...one,
      allowed: options.may(lambda, one),
    }));
    asked.push(...judged);
    return judged.find(({ allowed }) => !allowed);
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

function deny(response: ServerResponse, service: string, { lambda, action, arn }: Asked): void {
  const message = `User: ${lambda} is not authorized to perform: ${action} on resource: ${arn}`;
  if (service === 's3') {
    const text = `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`;
    response.writeHead(403, { 'content-type': 'application/xml' }).end(text);
    return;
  }
  refuse(response, service === 'ses' ? 403 : 400, 'AccessDeniedException', message);
}

/** An error as AWS's JSON services tell it, and as those do whose errors are named in a header. */
function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type };
  response.writeHead(status, headers).end(JSON.stringify({ __type: type, message }));
}
