import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent, request } from 'node:https';
import { json } from 'node:stream/consumers';
import aws4 from 'aws4';

/** Where a service of AWS is and who asks. Without an endpoint it is the service of the region. */
export interface ServiceAddress {
  region: string;
  endpoint?: string;
  credentials: () => { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** What is asked of a service: the name that signs, its host's, and its operation with the payload AWS documents. */
export interface Ask {
  service: string;
  host?: string;
  target: string;
  payload: object;
}

/** Kept connections to services of AWS that take signed JSON. */
export interface Line {
  /** The answer's status and JSON. Throws what Node says where there is no whole answer. */
  ask(ask: Ask): Promise<{ status: number; body: Record<string, unknown> }>;
  close(): void;
}

/** Between two signs of life of an answer. */
const LONGEST_MS = 10_000;
/** Services and load balancers close what is idle for longer: to send into such a connection loses the request. */
const IDLE_MS = 4_000;

/** aws4 signs, Node's own client sends: nothing to load where a function starts (docs/decisions/0003). */
export function openLine({ region, endpoint, credentials }: ServiceAddress): Line {
  const isPlain = endpoint?.startsWith('http:') ?? false;
  const send = isPlain ? plainRequest : request;
  const agent = new (isPlain ? PlainAgent : Agent)({ keepAlive: true, maxSockets: 64, timeout: IDLE_MS });

  return {
    async ask({ service, host = service, target, payload }) {
      const url = new URL(endpoint ?? `https://${host}.${region}.amazonaws.com`);
      const version = target.startsWith('DynamoDB') ? '1.0' : '1.1';
      const { headers, body } = aws4.sign(
        {
          service,
          region,
          host: url.host,
          method: 'POST',
          path: '/',
          headers: { 'X-Amz-Target': target, 'Content-Type': `application/x-amz-json-${version}` },
          body: JSON.stringify(payload),
        },
        credentials(),
      );
      const options = {
        method: 'POST',
        headers: headers as Record<string, string>,
        agent,
        timeout: LONGEST_MS,
      };
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const asked = send(url, options, resolve);
        asked.on('timeout', () => asked.destroy(new Error(`no answer within ${LONGEST_MS} ms`)));
        asked.on('error', reject);
        asked.end(body);
      });
      return { status: answer.statusCode ?? 0, body: (await json(answer)) as Record<string, unknown> };
    },
    close: () => agent.destroy(),
  };
}
