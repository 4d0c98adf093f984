import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import Stripe from 'stripe';
import {
  type Answer,
  endpointOf,
  type Fields,
  failure,
  fieldsIn,
  fieldsOf,
  makeIdempotency,
  makeTroubles,
  type StripeRequest,
  type Trouble,
  textOf,
} from './stripeApi.ts';
import { makeBooks, missing } from './stripeBooks.ts';

export const STRIPE_KEY = 'sk_test_of_the_contract';
export const STRIPE_WEBHOOK_SECRET = 'whsec_of_the_contract';

/** A webhook as it would be sent. */
export interface Sent {
  type: string;
  raw: string;
}

/**
 * A small Stripe on this machine: the endpoints that the adapter uses, as Stripe documents them. `now` is its clock.
 * Webhooks are kept in `sent`, in their order; `headersOf` signs one as Stripe does.
 */
export async function startStripe(now: () => number) {
  const asked: StripeRequest[] = [];
  const sent: Sent[] = [];
  const lines = new Map<string, object[]>();
  const books = makeBooks(now, send);
  const idempotent = makeIdempotency(now);
  const troubles = makeTroubles();
  let events = 0;

  function send(type: string, object: object): Sent {
    const event = {
      id: `evt_${++events}`,
      object: 'event',
      type,
      created: Math.floor(now() / 1000),
      data: { object },
    };
    const one = { type, raw: JSON.stringify(event) };
    sent.push(one);
    return one;
  }

  const server = createServer(async (incoming, response) => {
    const url = new URL(incoming.url ?? '', 'http://stripe');
    const form = incoming.method === 'GET' ? url.search : await text(incoming);
    const { headers, method = '' } = incoming;
    const request: StripeRequest = { method, path: url.pathname, fields: fieldsOf(form), headers };
    asked.push(request);
    const trouble = troubles.take(endpointOf(request));
    const answer = trouble === 'LOST_REQUEST' ? undefined : await answerTo(request, trouble);
    if (!answer || trouble === 'LOST_ANSWER') {
      incoming.socket.destroy();
      return;
    }
    response
      .writeHead(answer.status, { 'content-type': 'application/json', 'request-id': `req_${asked.length}` })
      .end(JSON.stringify(answer.body));
  });

  async function answerTo(request: StripeRequest, trouble: Trouble | undefined): Promise<Answer> {
    if (request.headers.authorization !== `Bearer ${STRIPE_KEY}`)
      return failure(401, { type: 'invalid_request_error' });
    const { status, error, waitMs } = { ...(typeof trouble === 'object' ? trouble : {}) } as Partial<Told>;
    if (status && error) return failure(status, error);
    return idempotent(request, async () => {
      if (waitMs) await pause(waitMs);
      const answer = work(request);
      return trouble === 'DONE_BUT_500' ? failure(500, { type: 'api_error' }) : answer;
    });
  }

  function work(request: StripeRequest): Answer {
    const { fields } = request;
    const id = request.path.split('/')[3] ?? '';
    const endpoint = endpointOf(request);
    switch (endpoint) {
      case 'POST customers':
        return books.createCustomer(fields);
      case 'POST payment_intents':
        return books.createIntent(fields);
      case 'POST payment_intents/id/cancel':
        return books.cancel(id);
      case 'GET payment_intents/id':
        return one(books.intents.get(id), books.shown);
      case 'GET payment_intents':
        return page([...books.intents.values()].map(books.shown), fields);
      case 'GET payment_methods/id':
        return one(books.kept.get(id));
      case 'POST refunds':
        return books.createRefund(fields);
      case 'GET refunds/id':
        return one(books.refunds.get(id));
      case 'GET refunds':
        return page(
          [...books.refunds.values()].filter(
            (refund) => !fields.payment_intent || refund.payment_intent === fields.payment_intent,
          ),
          fields,
        );
      case 'GET balance_transactions':
        return page((lines.get(String(fields.payout)) ?? []) as Listed[], fields);
      default:
        return failure(404, {
          type: 'invalid_request_error',
          message: `Unrecognized request URL (${endpoint})`,
        });
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const signer = new Stripe(STRIPE_KEY);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    sent,
    books,
    send,
    trouble: troubles.plan,
    /** The lines of a payout that `balance_transactions` lists. */
    pays: (payout: string, of: object[]) => lines.set(payout, of),
    headersOf(raw: string, { secret = STRIPE_WEBHOOK_SECRET, atMs = now() } = {}): Record<string, string> {
      const timestamp = Math.floor(atMs / 1000);
      return {
        'stripe-signature': signer.webhooks.generateTestHeaderString({ payload: raw, secret, timestamp }),
      };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Told = { waitMs: number } & Extract<Trouble, { status: number }>;

interface Listed {
  id: string;
  created?: number;
}

function one<T extends object>(found: T | undefined, shown: (one: T) => object = (same) => same): Answer {
  return found ? { status: 200, body: { ...shown(found) } } : missing('id');
}

/** Newest first, as all of Stripe's lists. */
function page(all: readonly Listed[], fields: Fields): Answer {
  const { gte = '0', lte = '99999999999' } = fieldsIn(fields.created);
  const within = all
    .filter(({ created = 0 }) => created >= Number(gte) && created <= Number(lte))
    .toReversed();
  const after = textOf(fields.starting_after);
  const from = after ? within.findIndex(({ id }) => id === after) + 1 : 0;
  const data = within.slice(from, from + Number(textOf(fields.limit) ?? 10));
  return {
    status: 200,
    body: { object: 'list', url: '/', has_more: from + data.length < within.length, data },
  };
}
