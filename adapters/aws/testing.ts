import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as an AWS service gets it. */
export interface Asked {
  /** The operation of a JSON API (`AdminCreateUser`), else method and path. */
  operation: string;
  body: string;
  headers: Record<string, unknown>;
}

export interface Told {
  status?: number;
  /** An object is sent as JSON, text as it is; none at all ends the connection without an answer. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** An error as AWS's JSON services tell it. */
export function refusal(type: string, status = 400): Told {
  return { status, body: { __type: type, message: type } };
}

/** A stand-in for an AWS service on this machine: it writes down what it is asked and answers as the test says. */
export async function standIn(answer: (asked: Asked) => Told | 'silence') {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const target = String(request.headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1);
    const operation = target || `${request.method} ${request.url}`;
    const one = { operation, body: Buffer.concat(chunks).toString('utf8'), headers: request.headers };
    asked.push(one);
    const told = answer(one);
    if (told === 'silence') {
      request.socket.destroy();
      return;
    }
    const { status = 200, body = {}, headers = { 'content-type': 'application/x-amz-json-1.1' } } = told;
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What every SDK client needs to know to talk to a stand-in. */
export function towards(endpoint: string) {
  return { endpoint, region: 'ap-south-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}
