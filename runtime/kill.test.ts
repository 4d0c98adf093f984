import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Orders } from '#lambdas/order/models/Order.ts';
import { Payments } from '#lambdas/payment/models/Payment.ts';
import { runTimers } from './chaos.ts';
import { readConfig } from './config.ts';
import { startEngine } from './engine.ts';
import { freePort } from './freePort.ts';
import { handlersOf } from './handlers.ts';
import { checkInvariants } from './invariants.ts';
import { Relay } from './relay.ts';
import { makeWorld } from './world.ts';

const HOUSEHOLDS = 6;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const servers = new Set<ChildProcess>();
const folders: string[] = [];

afterEach(async () => {
  for (const server of servers) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    if (server.exitCode === null && server.signalCode === null && server.kill('SIGKILL')) await ended;
  }
  servers.clear();
  for (const folder of folders.splice(0)) {
    const pid = pidIn(join(folder, 'engine.pid'));
    if (pid && commandOf(pid).includes(folder)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

function pidIn(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

interface Answer {
  status: number;
  body: Record<string, string>;
}

/** A dairy in a process of its own on a folder, reached only by HTTP. */
class Dairy {
  readonly folder = mkdtempSync(join(tmpdir(), 'milkfloat-kill-'));
  readonly #port: number;
  #server: ChildProcess | undefined;
  constructor(port: number) {
    this.#port = port;
    folders.push(this.folder);
  }

  async start(): Promise<void> {
    const server = spawn(process.execPath, ['runtime/main.ts'], {
      env: {
        PATH: process.env.PATH,
        DATA_DIR: this.folder,
        PORT: String(this.#port),
        ADMIN_PASSWORD: 'opening-1',
        RATE_LIMITS: 'off',
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    servers.add(server);
    this.#server = server;
    for (let waited = 0; waited < 400; waited++) {
      if ((await this.try('GET', '/health'))?.status === 200) return;
      if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
      await sleep(50);
    }
    throw new Error('the server does not open');
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const server = this.#server as ChildProcess;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await ended;
    servers.delete(server);
  }

  killEngine(): void {
    const pid = pidIn(join(this.folder, 'engine.pid'));
    if (!pid || !commandOf(pid).includes(this.folder)) throw new Error('the engine is not ours');
    process.kill(pid, 'SIGKILL');
  }

  /** One request; nothing when no answer comes. */
  async try(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer | undefined> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, {
        method,
        headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(5_000),
      });
      return { status: response.status, body: (await response.json()) as Record<string, string> };
    } catch {
      return undefined;
    }
  }

  /** A request that is sent again, with one key, until there is an answer that is not a fault. */
  async insist(path: string, body: object, token = '', key = ''): Promise<Answer> {
    for (let tries = 0; tries < 400; tries++) {
      const headers = {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(key ? { 'idempotency-key': key } : {}),
      };
      const answer = await this.try('POST', path, body, headers);
      if (answer && answer.status < 500) return answer;
      await sleep(50);
    }
    throw new Error(`${path} is never answered`);
  }

  async login(email: string, password: string): Promise<string> {
    return (await this.insist('/user/login', { email, password })).body.token ?? '';
  }
}

/** What households were told, which must be so afterwards. */
interface Promised {
  orders: string[];
  payments: string[];
}

/** Households order and pay until they are told to stop. */
function orderAllDay(dairy: Dairy, tokens: readonly string[]): { promised: Promised; stop(): Promise<void> } {
  const promised: Promised = { orders: [], payments: [] };
  const deliverySlot = new Date(Date.now() + 48 * 3_600_000).toISOString().replace(/T.*/, 'T02:30:00.000Z');
  let open = true;
  const shop = async (token: string, who: number) => {
    for (let i = 0; open; i++) {
      const wish = { cartItems: [{ productId: 'P101', qty: 1 }], deliverySlot };
      const order = await dairy.insist('/order/create', wish, token, `order-${who}-${i}`);
      if (order.status !== 201) throw new Error(`order: ${JSON.stringify(order.body)}`);
      const { orderId = '' } = order.body;
      promised.orders.push(orderId);
      const payment = { orderId, amount: 50, paymentMethod: i % 4 === 3 ? 'COD' : 'CARD' };
      const paid = await dairy.insist('/payment/pay', payment, token, `pay-${who}-${i}`);
      // After a kill in the middle the payment is open until it is reconciled.
      if (paid.status === 200 && paid.body.paymentId) promised.payments.push(paid.body.paymentId);
      else if (paid.status !== 409) throw new Error(`pay: ${JSON.stringify(paid.body)}`);
    }
  };
  const shopping = Promise.all(tokens.map(shop));
  return {
    promised,
    async stop() {
      open = false;
      await shopping;
    },
  };
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited++) {
    if (waited > 1_500) throw new Error('it does not come about');
    await sleep(20);
  }
}

/** Reads the folder after the last stop, some hours later, with all events and timers through. */
async function afterwards(
  folder: string,
): Promise<{ broken: string[]; orders: Map<string, string>; payments: Map<string, string> }> {
  const config = readConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent', RATE_LIMITS: 'off' });
  const engine = await startEngine({ dataDir: folder, log: silent });
  let aheadMs = 0;
  const clock = { now: () => new Date(Date.now() + aheadMs) };
  const local = await makeWorld({ config, endpoint: engine.endpoint, clock, log: silent });
  const { world } = local;
  const handlerOf = handlersOf(world);
  try {
    for (let round = 0; round < 3; round++) {
      const relay = new Relay({ store: world.store, log: silent, handlerOf, mostBackOffMs: 50 });
      relay.start();
      for (let quiet = 0; quiet < 8; quiet = relay.backlog === 0 ? quiet + 1 : 0) await sleep(50);
      await relay.stop();
      aheadMs += 3_600_000;
      expect(await runTimers({ handlerOf })).toEqual([]);
    }
    const orders = new Map<string, string>();
    for await (const { orderId, status } of world.store.scan(Orders)) orders.set(orderId, status);
    const payments = new Map<string, string>();
    for await (const { paymentId, status } of world.store.scan(Payments)) payments.set(paymentId, status);
    return { broken: await checkInvariants(world, { quiet: true }), orders, payments };
  } finally {
    await local.close();
    await engine.stop();
  }
}

test('Kill −9 of the server, twice, and of the engine, under load: every order that was acknowledged is there, with its effects once (F1, I27, I29)', async () => {
  const dairy = new Dairy(await freePort());
  await dairy.start();
  const admin = await dairy.login('admin@milkfloat.local', 'opening-1');
  const milk = { productId: 'P101', name: 'Cow Milk', price: 50, stock: 100_000, category: 'Milk' };
  expect((await dairy.insist('/product/add', milk, admin)).status).toBeLessThan(300);
  const courier = { name: 'Ravi', email: 'ravi@dairy.example', password: 'round-1', role: 'courier' };
  expect((await dairy.insist('/admin/user', courier, admin)).status).toBe(201);
  const tokens: string[] = [];
  for (let i = 0; i < HOUSEHOLDS; i++) {
    const email = `home${i}@example.com`;
    await dairy.insist('/user/register', {
      name: `Home ${i}`,
      email,
      password: 'test123',
      address: '1 Main St',
    });
    tokens.push(await dairy.login(email, 'test123'));
  }

  const { promised, stop } = orderAllDay(dairy, tokens);
  for (const wanted of [40, 120]) {
    await until(() => promised.orders.length >= wanted);
    await dairy.end('SIGKILL');
    await dairy.start();
  }
  await until(() => promised.orders.length >= 200);
  dairy.killEngine();
  const before = promised.orders.length;
  await until(() => promised.orders.length >= before + 60);
  await stop();
  await dairy.end('SIGTERM');

  const { broken, orders, payments } = await afterwards(dairy.folder);
  expect(promised.orders.filter((orderId) => !orders.has(orderId))).toEqual([]);
  expect(promised.payments.filter((paymentId) => !payments.has(paymentId))).toEqual([]);
  expect(new Set(promised.orders).size).toBe(promised.orders.length);
  expect(orders.size).toBe(promised.orders.length);
  expect(broken).toEqual([]);
});
