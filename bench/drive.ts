import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Pool } from 'undici';

export type Operation = 'list' | 'cart' | 'order' | 'track';

/** Whom the driver acts for, and with what. */
export interface People {
  households: { userId: string; token: string; orderId: string }[];
  productIds: string[];
  /** Instants inside slots that can be ordered for. */
  slots: string[];
}

/** A closed loop: so many clients, each asking again when it was answered, until `count` operations are done. */
export interface Job {
  url: string;
  peopleFile: string;
  operation: Operation;
  clients: number;
  count: number;
}

export interface Done {
  seconds: number;
  /** The middle and the 95th of a hundred operations' times, milliseconds. */
  p50Ms: number;
  p95Ms: number;
}

interface Server {
  pool: Pool;
  people: People;
  /** How many orders each household has made: every one is for another slot, until all had their turn. */
  orders: Map<string, number>;
}

const servers = new Map<string, Server>();

function serverOf({ url, peopleFile }: Job): Server {
  let server = servers.get(url);
  if (!server) {
    const people = JSON.parse(readFileSync(peopleFile, 'utf8')) as People;
    server = { pool: new Pool(url, { connections: 64, pipelining: 1 }), people, orders: new Map() };
    servers.set(url, server);
  }
  return server;
}

async function drive(job: Job): Promise<Done> {
  const server = serverOf(job);
  const times: number[] = [];
  let left = job.count;
  const started = performance.now();
  const client = async (number: number) => {
    for (let turn = 0; left > 0; turn++) {
      left--;
      const from = performance.now();
      await perform(server, job, number, turn);
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: job.clients }, (_, number) => client(number)));
  const seconds = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round((times[Math.floor(share * times.length)] ?? 0) * 100) / 100;
  return { seconds, p50Ms: at(0.5), p95Ms: at(0.95) };
}

async function perform(server: Server, { operation, clients }: Job, number: number, turn: number) {
  const { households, productIds } = server.people;
  const half = households.length / 2;
  // No two clients ever act for one household; those that fill carts are not those that order.
  const mine = Math.floor(half / clients);
  const at = number + clients * (turn % mine);
  const household = households[operation === 'order' ? half + at : at];
  if (!household) throw new RangeError(`there are too few households for ${clients} clients`);
  const productId = productIds[(number * 7 + turn) % productIds.length] ?? '';
  switch (operation) {
    case 'list':
      return call(server, 'GET', '/product/list?category=Milk', household, undefined, 200);
    case 'track':
      return call(server, 'GET', `/order/track?orderId=${household.orderId}`, household, undefined, 200);
    case 'cart':
      return call(server, 'POST', '/cart/add', household, { productId, qty: 1 }, 200);
    case 'order':
      return orderFlow(server, household, productId);
  }
}

type Household = People['households'][number];

/** A household's way from the shelf to a paid order: cart, order, card. */
async function orderFlow(server: Server, household: Household, productId: string): Promise<void> {
  const made = server.orders.get(household.userId) ?? 0;
  server.orders.set(household.userId, made + 1);
  const deliverySlot = server.people.slots[made % server.people.slots.length];
  await call(server, 'POST', '/cart/add', household, { productId, qty: 2 }, 200);
  const order = await call(
    server,
    'POST',
    '/order/create',
    household,
    { deliverySlot, paymentMethod: 'CARD' },
    201,
  );
  const { orderId, amount } = order as { orderId: string; amount: number };
  const paid = await call(
    server,
    'POST',
    '/payment/pay',
    household,
    { orderId, amount, paymentMethod: 'CARD' },
    200,
  );
  if (paid.status !== 'SUCCESS') throw new Error(`${orderId} was not paid: ${JSON.stringify(paid)}`);
}

async function call(
  { pool }: Server,
  method: 'GET' | 'POST',
  path: string,
  { userId, token }: Household,
  input: object | undefined,
  expected: number,
): Promise<Record<string, unknown>> {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (input) headers['content-type'] = 'application/json';
  // The bare server knows no tokens: it is told who asks.
  const named = path === '/payment/pay' || !input ? input : { userId, ...input };
  const { statusCode, body } = await pool.request({
    method,
    path,
    headers,
    body: named && JSON.stringify(named),
  });
  const text = await body.text();
  if (statusCode !== expected)
    throw new Error(`${method} ${path} answered ${statusCode}: ${text.slice(0, 300)}`);
  return input ? JSON.parse(text) : {};
}

/** A job a line on standard input, its result a line on standard output: a process beside the servers it drives. */
for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(await drive(JSON.parse(line) as Job)));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
