import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { makePayments } from '../payments.ts';

export const SECRET = 'whsec_test';

const root = mkdtempSync(join(tmpdir(), 'milkfloat-payments-'));
let folders = 0;

afterAll(() => rmSync(root, { recursive: true, force: true }));

type Payments = ReturnType<typeof makePayments>;
/** Vitest's `onTestFinished` or `afterAll`. */
type Finished = (end: () => void | Promise<void>) => void;

/** A clock that runs, and can be put forward. */
export function makeClock() {
  let aheadMs = 0;
  return {
    now: () => new Date(Date.now() + aheadMs),
    forward: (ms: number) => {
      aheadMs += ms;
    },
  };
}

/** A sandbox, closed by `finished`. With another's folder: what starts again there after kill -9. */
export function open(finished: Finished, { folder = join(root, `${++folders}`), clock = makeClock() } = {}) {
  const lines: string[] = [];
  const note = (message: string) => void lines.push(message);
  const log = { info: note, warn: note, error: note };
  const payments = makePayments({ folder, clock, secret: SECRET, log });
  finished(() => payments.close());
  return { payments, folder, clock, lines, journal: join(folder, 'sandbox.jsonl') };
}

/** A household pays, 64.00 unless the test says otherwise. */
export function pay(payments: Payments, paymentId: string, token?: string, amountMinor = 6400) {
  const order = { paymentId, orderId: 'O1', userId: 'U101', amountMinor, currency: 'INR' };
  return payments.charge({ ...order, method: 'CARD', token });
}

/** Milkfloat's webhook address: keeps what comes, and answers with the statuses given, then 200. */
export async function listen(finished: Finished, payments: Payments, statuses: number[] = []) {
  const bodies: { raw: string; headers: Record<string, string> }[] = [];
  const server = createServer(async (request, response) => {
    bodies.push({ raw: await text(request), headers: request.headers as Record<string, string> });
    response.writeHead(statuses.shift() ?? 200).end('noted');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  finished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/payment/webhook`;
  /** What the genuine ones of the bodies say. */
  const told = async () => {
    const read = await Promise.all(bodies.map(({ raw, headers }) => payments.readWebhook(raw, headers)));
    return read.filter((event) => event !== undefined && event !== 'IGNORED');
  };
  /** Of these what they say about charges and refunds. */
  const events = async () => (await told()).filter((event) => 'result' in event);
  const states = async () => (await events()).map(({ result }) => result.state);
  return { url, bodies, told, events, states };
}
