import { expect, test } from 'vitest';
import type { eventually, Http } from '../server.ts';

/** A dairy that nobody has used yet, wherever it runs. */
export interface Stage {
  http: Http;
  /** Asks again until the answer is as wanted. */
  eventually: typeof eventually;
  admin: { email: string; password: string };
  /** Of the courier and of Jimmy, as the policy there demands. */
  passwords: { ravi: string; jimmy: string };
  /** How the order is paid: by card at once, or in cash at the door where nobody takes cards. */
  pays: 'CARD' | 'COD';
}

/** The seed's document, in its order, with its example bodies; only dates lie in the future. */
export function playSeed(open: () => Promise<Stage>): void {
  let stage: Stage;
  let admin: string;
  let courier: { userId: string; token: string };
  let jimmy: string;
  let orderId: string;
  let deliveryId: string;
  const deliverySlot = `${new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)}T07:00:00Z`;

  const atDoor = () => (stage.pays === 'COD' ? { cashCollected: 100 } : {});

  async function login(email: string, password: string): Promise<string> {
    const { status, body } = await stage.http<{ token: string }>('POST', '/user/login', {
      body: { email, password },
    });
    expect(status).toBe(200);
    return body.token;
  }

  test('The admin opens the dairy with cow milk and a courier', async () => {
    stage = await open();
    admin = await login(stage.admin.email, stage.admin.password);
    const product = { productId: 'P101', name: 'Cow Milk', price: 50, stock: 100, category: 'Milk' };
    const added = await stage.http('POST', '/product/add', { token: admin, body: product });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject(product);
    const made = await stage.http<{ userId: string }>('POST', '/admin/user', {
      token: admin,
      body: { name: 'Ravi', email: 'ravi@dairy.example', password: stage.passwords.ravi, role: 'courier' },
    });
    expect(made.status).toBe(201);
    courier = { userId: made.body.userId, token: await login('ravi@dairy.example', stage.passwords.ravi) };
  });

  test('Jimmy registers and logs in', async () => {
    const registered = await stage.http('POST', '/user/register', {
      body: { userId: 'U101', name: 'Jimmy', email: 'jimmy@example.com', password: stage.passwords.jimmy },
    });
    expect(registered).toMatchObject({
      status: 201,
      body: { message: 'User registered successfully', userId: 'U101' },
    });
    jimmy = await login('jimmy@example.com', stage.passwords.jimmy);
    const profile = await stage.http('GET', '/user/profile', { token: jimmy });
    expect(profile.body).toMatchObject({ userId: 'U101', name: 'Jimmy', email: 'jimmy@example.com' });
    expect(JSON.stringify(profile.body)).not.toMatch(/hash|argon/i);
  });

  test('He gives his address', async () => {
    const changed = await stage.http('PATCH', '/user/profile', {
      token: jimmy,
      body: { address: '123 Main St' },
    });
    expect(changed).toMatchObject({ status: 200, body: { address: { line1: '123 Main St' } } });
  });

  test('He browses Milk and finds P101 at 50 with 100 in stock', async () => {
    const { status, body } = await stage.http<object[]>('GET', '/product/list?category=Milk');
    expect(status).toBe(200);
    expect(body).toEqual([
      expect.objectContaining({ productId: 'P101', name: 'Cow Milk', price: 50, stock: 100 }),
    ]);
  });

  test('He puts two into his cart', async () => {
    const added = await stage.http('POST', '/cart/add', {
      token: jimmy,
      body: { userId: 'U101', productId: 'P101', qty: 2 },
    });
    expect(added).toMatchObject({
      status: 200,
      body: { cartId: 'C101', items: [{ productId: 'P101', qty: 2 }], totalAmount: 100 },
    });
    const viewed = await stage.http('GET', '/cart/view', { token: jimmy });
    expect(viewed.body).toMatchObject({ cartId: 'C101', totalAmount: 100 });
  });

  test('He orders for 100 into a slot', async () => {
    const created = await stage.http<{ orderId: string }>('POST', '/order/create', {
      token: jimmy,
      body: { userId: 'U101', cartItems: [{ productId: 'P101', qty: 2 }], totalAmount: 100, deliverySlot },
    });
    expect(created).toMatchObject({ status: 201, body: { status: 'CREATED', amount: 100 } });
    orderId = created.body.orderId;
    expect((await stage.http('GET', '/cart/view', { token: jimmy })).body).toMatchObject({ items: [] });
    const details = await stage.eventually(
      () => stage.http<{ stock: number }>('GET', '/product/details?productId=P101'),
      ({ body }) => body.stock === 98,
    );
    expect(details.body.stock).toBe(98);
  });

  test('He pays and the order is confirmed', async () => {
    const paid = await stage.http('POST', '/payment/pay', {
      token: jimmy,
      body: { orderId, amount: 100, paymentMethod: stage.pays },
    });
    expect(paid).toMatchObject({
      status: 200,
      body: {
        status: stage.pays === 'CARD' ? 'SUCCESS' : 'PENDING',
        paymentId: expect.stringMatching(/^PAY/),
      },
    });
    const tracked = await stage.http('GET', `/order/track?orderId=${orderId}`, { token: jimmy });
    expect(tracked.body).toMatchObject({ orderId, status: 'CONFIRMED' });
  });

  test('A delivery is assigned to the courier by itself', async () => {
    const tracked = await stage.eventually(
      () =>
        stage.http<{ delivery?: { deliveryId: string; status: string; courierId: string } }>(
          'GET',
          `/order/track?orderId=${orderId}`,
          { token: jimmy },
        ),
      ({ body }) => body.delivery !== undefined,
    );
    expect(tracked.body.delivery).toMatchObject({ status: 'ASSIGNED', courierId: courier.userId });
    deliveryId = tracked.body.delivery?.deliveryId ?? '';
    const assigned = await stage.http('POST', '/delivery/assign', {
      token: admin,
      body: { orderId, deliverySlot, address: '123 Main St' },
    });
    expect(assigned).toMatchObject({ status: 200, body: { deliveryId, status: 'ASSIGNED' } });
  });

  test('The courier brings it: PICKED_UP, IN_TRANSIT, DELIVERED', async () => {
    const expectedOrder = { PICKED_UP: 'DISPATCHED', IN_TRANSIT: 'DISPATCHED', DELIVERED: 'DELIVERED' };
    for (const [status, orderStatus] of Object.entries(expectedOrder)) {
      const moved = await stage.http('PATCH', '/delivery/update', {
        token: courier.token,
        body: { deliveryId, status, ...(status === 'DELIVERED' && atDoor()) },
      });
      expect(moved).toMatchObject({ status: 200, body: { deliveryId, status } });
      const tracked = await stage.http('GET', `/order/track?orderId=${orderId}`, { token: jimmy });
      expect(tracked.body).toMatchObject({ status: orderStatus, delivery: { status } });
    }
  });

  test('Every step told him and the books exactly once', async () => {
    const wanted = ['WELCOME_EMAIL', 'ORDER_CONFIRMED', 'DELIVERY_UPDATE'];
    const { body: notifications } = await stage.eventually(
      () =>
        stage.http<{ type: string; channel: string; message: string; status: string }[]>(
          'GET',
          '/notification/list',
          { token: jimmy },
        ),
      ({ body }) =>
        body.filter(
          ({ type, channel, status }) =>
            type === 'DELIVERY_UPDATE' && channel === 'EMAIL' && status === 'SENT',
        ).length >= 4,
    );
    const mails = notifications.filter(({ channel }) => channel === 'EMAIL').map(({ type }) => type);
    expect(new Set(mails)).toEqual(new Set(wanted));
    expect(mails.filter((type) => type === 'WELCOME_EMAIL')).toHaveLength(1);
    expect(mails.filter((type) => type === 'ORDER_CONFIRMED')).toHaveLength(1);
    // Assigned, picked up, in transit, delivered.
    expect(mails.filter((type) => type === 'DELIVERY_UPDATE')).toHaveLength(4);
    expect(notifications.find(({ type }) => type === 'WELCOME_EMAIL')?.message).toContain('Welcome Jimmy');

    const today = new Date().toISOString().slice(0, 10);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const report = (type: string) =>
      stage.http<Record<string, unknown>[]>(
        'GET',
        `/analytics/report?type=${type}&from=${today}&to=${tomorrow}`,
        { token: admin },
      );
    const sales = await stage.eventually(
      () => report('sales'),
      ({ body }) => body.some((row) => row.deliveredQty === 2),
    );
    expect(sales.body).toEqual([
      expect.objectContaining({
        productId: 'P101',
        orderedQty: 2,
        orderedAmount: 100,
        deliveredQty: 2,
        deliveredAmount: 100,
        cancelledQty: 0,
      }),
    ]);
    expect((await report('payments')).body).toEqual([
      expect.objectContaining({ paymentMethod: stage.pays, succeeded: 1, succeededAmount: 100, failed: 0 }),
    ]);
  });
}
