import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN, login, moveClock, type Server, startServer } from './server.ts';

/** Monday, 10 o'clock in Kolkata. */
const START = '2027-01-04T04:30:00.000Z';
const deliverySlot = '2027-01-06T02:30:00Z';
const jimmy = { email: 'jimmy@example.com', password: 'test123' };
const ravi = { email: 'ravi@dairy.example', password: 'round-1' };

let server: Server;
beforeAll(async () => {
  server = await startServer({ clock: START });
  await fill(server);
});
afterAll(() => server?.stop());

/** Cow milk, a household and a courier. */
async function fill(to: Server): Promise<void> {
  const token = await login(to);
  const made = [
    await to.http('POST', '/product/add', {
      token,
      body: { productId: 'P101', name: 'Cow Milk', price: 50, stock: 100, category: 'Milk' },
    }),
    await to.http('POST', '/admin/user', { token, body: { name: 'Ravi', role: 'courier', ...ravi } }),
    await to.http('POST', '/user/register', { body: { userId: 'U101', name: 'Jimmy', ...jimmy } }),
    await to.http('PATCH', '/user/profile', {
      token: await login(to, jimmy),
      body: { address: '123 Main St' },
    }),
  ];
  expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 200]);
}

interface Order {
  orderId: string;
  status: string;
  createdAt: string;
  payUntil?: string;
}

async function place(slot = deliverySlot): Promise<Order> {
  const body = { cartItems: [{ productId: 'P101', qty: 2 }], deliverySlot: slot };
  const placed = await server.http<Order>('POST', '/order/create', {
    token: await login(server, jimmy),
    body,
  });
  expect(placed.status).toBe(201);
  return placed.body;
}

async function orderNow(orderId: string): Promise<Order | undefined> {
  const { body } = await server.http<Order[]>('GET', '/order/list', { token: await login(server, jimmy) });
  return body.find((order) => order.orderId === orderId);
}

async function shelf(): Promise<number> {
  const { body } = await server.http<{ stock: number }>('GET', '/product/details?productId=P101');
  return body.stock;
}

/** The instant `minutes` after the start. */
const after = (minutes: number) => new Date(Date.parse(START) + minutes * 60_000).toISOString();

test('A dairy that people live by has no door to its clock', async () => {
  const open = await startServer();
  try {
    const token = await login(open);
    const answer = await open.http('PUT', '/admin/clock', { token, body: { now: START } });
    expect(answer).toMatchObject({ status: 404, body: { code: 'ROUTE_NOT_FOUND' } });
    const { body } = await open.http<{ paths: Record<string, unknown> }>('GET', '/openapi.json');
    expect(Object.keys(body.paths)).not.toContain('/admin/clock');
  } finally {
    await open.stop();
  }
});

test('The clock stands still, and everything is dated by it', async () => {
  const order = await place();
  expect(order).toMatchObject({ createdAt: START, payUntil: after(30) });
  const { body } = await server.http<{ now: string }>('PUT', '/admin/clock', {
    token: await login(server),
    body: { now: '2027-01-04T10:00:00+05:30' },
  });
  expect(body).toEqual({ now: START, fired: 0 });
});

test('Only the desk moves the clock, and only to an instant', async () => {
  const put = (token: string | undefined, body: object) =>
    server.http('PUT', '/admin/clock', { token, body });
  expect(await put(undefined, { now: START })).toMatchObject({
    status: 401,
    body: { code: 'UNAUTHENTICATED' },
  });
  for (const who of [jimmy, ravi]) {
    const refused = await put(await login(server, who), { now: START });
    expect(refused).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  }
  const token = await login(server);
  const wrong = [
    {},
    { now: 'tomorrow' },
    { now: '2027-02-29T00:00:00Z' },
    { now: '2027-01-05' },
    { now: 1_800_000_000 },
    { now: null },
    { now: '1999-12-31T23:59:59Z' },
    { now: '2031-01-04T04:30:00Z' },
    { now: START, fired: 1 },
  ];
  for (const body of wrong) {
    expect([body, await put(token, body)]).toMatchObject([
      body,
      { status: 422, body: { code: 'INVALID_INPUT' } },
    ]);
  }
  expect((await server.http('GET', '/admin/clock', { token })).status).toBe(405);
});

test('Who changes a password and logs in again at the same instant is let in, and the old token is void', async () => {
  const old = await login(server, jimmy);
  for (const newPassword of ['test1234', 'test123']) {
    const currentPassword = jimmy.password === newPassword ? 'test1234' : jimmy.password;
    const token = await login(server, { ...jimmy, password: currentPassword });
    const changed = await server.http('POST', '/user/password/change', {
      token,
      body: { currentPassword, newPassword },
    });
    expect(changed.status).toBe(200);
    expect((await server.http('GET', '/user/profile', { token })).status).toBe(401);
    const fresh = await login(server, { ...jimmy, password: newPassword });
    expect((await server.http('GET', '/user/profile', { token: fresh })).status).toBe(200);
  }
  expect((await server.http('GET', '/user/profile', { token: old })).status).toBe(401);
});

test('Webhooks of the sandbox come while the clock stands, and at once when it moves', async () => {
  const pay = async (order: Order, paymentToken: string) => {
    const body = { orderId: order.orderId, amount: 100, paymentMethod: 'CARD', paymentToken };
    await server.http('POST', '/payment/pay', { token: await login(server, jimmy), body });
  };
  const standing = await place();
  await pay(standing, 'tok_pending');
  await expect
    .poll(async () => (await orderNow(standing.orderId))?.status, { timeout: 20_000 })
    .toBe('CONFIRMED');
  // The quickest of three: what a busy machine adds is no waiting for the webhook.
  const waits: number[] = [];
  for (const minutes of [0.05, 0.1, 0.15]) {
    const moved = await place();
    await pay(moved, 'tok_pending');
    const begun = Date.now();
    await moveClock(server, after(minutes));
    expect((await orderNow(moved.orderId))?.status).toBe('CONFIRMED');
    waits.push(Date.now() - begun);
  }
  expect(Math.min(...waits)).toBeLessThan(2_000);
});

test('An unpaid order ends when 31 minutes are moved, and its milk is on the shelf again', async () => {
  const before = await shelf();
  const order = await place();
  await moveClock(server, after(29));
  expect((await orderNow(order.orderId))?.status).toBe('CREATED');
  expect((await moveClock(server, after(31.1))).fired).toBeGreaterThan(0);
  expect(await orderNow(order.orderId)).toMatchObject({
    status: 'CANCELLED',
    cancelReason: 'PAYMENT_TIMEOUT',
  });
  await expect.poll(shelf, { timeout: 20_000 }).toBeGreaterThanOrEqual(before);
});

test('A login is good for 15 minutes of that clock, and a refresh for 30 days', async () => {
  const { body } = await server.http<{ token: string; refreshToken: string }>('POST', '/user/login', {
    body: jimmy,
  });
  const profile = () => server.http('GET', '/user/profile', { token: body.token });
  const { now } = await moveClock(server, after(45));
  expect((await profile()).status).toBe(200);
  await moveClock(server, after(46.2));
  expect((await profile()).status).toBe(401);
  const refreshed = await server.http<{ token: string }>('POST', '/user/refresh', {
    body: { refreshToken: body.refreshToken },
  });
  expect(refreshed.status).toBe(200);
  expect((await server.http('GET', '/user/profile', { token: refreshed.body.token })).status).toBe(200);
  expect(now).toBe(after(45));
});

test('The clock may be set back, which fires nothing', async () => {
  expect(await moveClock(server, after(40))).toEqual({ now: after(40), fired: 0 });
  expect(await moveClock(server, after(47))).toMatchObject({ now: after(47) });
});

test('Moves asked for at once are made one after the other', async () => {
  const token = await login(server);
  const instants = [48, 50, 49, 51].map(after);
  const moved = await Promise.all(
    instants.map((now) => server.http<{ now: string }>('PUT', '/admin/clock', { token, body: { now } })),
  );
  expect(moved.map(({ status, body }) => [status, body.now])).toEqual(instants.map((now) => [200, now]));
  const seen = await place('2027-01-07T02:30:00Z');
  expect(instants).toContain(seen.createdAt);
});

test('A dairy with older data starts at the instant it is given, and its sessions live by that clock', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'milkfloat-clock-'));
  try {
    // Years before the machine's clock, in a folder that was made by it.
    await (await startServer({ folder })).stop();
    const past = await startServer({ folder, clock: '2020-01-04T04:30:00Z' });
    await fill(past);
    const session = await past.http<{ refreshToken: string }>('POST', '/user/login', { body: jimmy });
    await past.stop();
    const again = await startServer({ folder, clock: '2020-01-20T04:30:00Z' });
    const body = { refreshToken: session.body.refreshToken };
    const refreshed = await again.http('POST', '/user/refresh', { body });
    await moveClock(again, '2020-02-20T04:30:00Z');
    const tooLate = await again.http('POST', '/user/refresh', {
      body: { refreshToken: refreshed.body.refreshToken },
    });
    await again.stop();
    expect([refreshed.status, tooLate.status]).toEqual([200, 401]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each([
  [{ TEST_CLOCK: 'tomorrow' }, /TEST_CLOCK: must be an instant/],
  [{ TEST_CLOCK: '2027-02-30T00:00:00Z' }, /TEST_CLOCK: must be an instant/],
  [{ TEST_CLOCK: START, STRIPE_SECRET_KEY: 'sk_test_x' }, /TEST_CLOCK.*STRIPE_SECRET_KEY/],
  [{ TEST_CLOCK: START, DYNAMODB_ENDPOINT: 'https://dynamodb.ap-south-1.amazonaws.com' }, /refused on AWS/],
  [{ TEST_CLOCK: START, AWS_LAMBDA_FUNCTION_NAME: 'milkfloat-order' }, /refused on AWS/],
])('The dairy does not open with %o', (env, says) => {
  const folder = mkdtempSync(join(tmpdir(), 'milkfloat-clock-'));
  try {
    const { status, stderr } = spawnSync(process.execPath, ['runtime/main.ts'], {
      cwd: join(import.meta.dirname, '..'),
      env: { ...process.env, DATA_DIR: folder, PORT: '0', ADMIN_PASSWORD: ADMIN.password, ...env },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringMatching(says) });
    expect(stderr).not.toContain('sk_test_x');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
