import type { Order } from '#lambdas/order/models/Order.ts';
import { Orders } from '#lambdas/order/models/Order.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { type TestWorld, testWorld } from './testWorld.ts';

/** What a refusal looks like to a direct caller. */
export interface Refusal {
  code: string;
  detail: string;
  status: number;
  errors?: { pointer: string; available?: number }[];
  [more: string]: unknown;
}

/** A small dairy for tests: cow milk (P101, 50, 100 on hand), a household U101, a courier, an admin. */
export interface TestDairy extends TestWorld {
  admin: Actor;
  household: Actor;
  courier: Actor;
  /** The day after tomorrow, MORNING (07–10 in Kolkata). */
  morning: string;
  addProduct(product: object): Promise<void>;
  addHousehold(userId: string): Promise<Actor>;
  addCourier(name: string): Promise<Actor>;
  /** Places an order of cow milk unless told otherwise; throws when refused. */
  order(input?: object, actor?: Actor): Promise<Order>;
  /** Pays it by card unless told otherwise. */
  pay<A = { paymentId: string; status: string; code?: string }>(
    order: Order,
    input?: object,
    actor?: Actor,
  ): Promise<A>;
  orderRow(orderId: string): Promise<Order>;
  move<A = { status: string; code?: string }>(
    deliveryId: string,
    status: string,
    more?: object,
    actor?: Actor,
  ): Promise<A>;
}

export async function testDairy(options: Parameters<typeof testWorld>[0] = {}): Promise<TestDairy> {
  const t = await testWorld(options);
  const admin: Actor = { userId: 'Uadmin', role: 'admin' };
  const ok = async <A>(answer: Promise<A>): Promise<A> => {
    const given = await answer;
    const refusal = given as unknown as Refusal;
    if (refusal?.code && refusal.status >= 400) throw new Error(`${refusal.code}: ${refusal.detail}`);
    return given;
  };
  const dairy: TestDairy = {
    ...t,
    admin,
    household: { userId: 'U101', role: 'customer' },
    courier: { userId: '', role: 'courier' },
    morning: '2027-01-06T02:30:00.000Z',
    async addProduct(product) {
      await ok(t.call('admin', 'addProduct', { category: 'Milk', ...product }, admin));
    },
    async addHousehold(userId) {
      const login = { userId, name: userId, email: `${userId}@example.com`, password: 'test123' };
      await ok(t.call('user', 'register', { ...login, address: '123 Main St' }));
      return { userId, role: 'customer' };
    },
    async addCourier(name) {
      const login = { name, email: `${name}@dairy.example`, password: 'round-1', role: 'courier' };
      const made = await ok(t.call<{ userId: string }>('admin', 'addUser', login, admin));
      return { userId: made.userId, role: 'courier' };
    },
    async order(input = {}, actor = dairy.household) {
      const wanted = { cartItems: [{ productId: 'P101', qty: 2 }], deliverySlot: dairy.morning, ...input };
      const made = await ok(t.call<{ orderId: string }>('order', 'createOrder', wanted, actor));
      return dairy.orderRow(made.orderId);
    },
    pay: <A>(order: Order, input: object = {}, actor: Actor = dairy.household) =>
      t.call<A>(
        'payment',
        'processPayment',
        { orderId: order.orderId, amount: order.amount / 100, paymentMethod: 'CARD', ...input },
        actor,
      ),
    async orderRow(orderId) {
      const row = await t.world.store.get(Orders, { orderId });
      if (!row) throw new Error(`no order ${orderId}`);
      return row;
    },
    move: <A>(deliveryId: string, status: string, more: object = {}, actor: Actor = dairy.courier) =>
      t.call<A>('delivery', 'updateStatus', { deliveryId, status, ...more }, actor),
  };
  await dairy.addProduct({ productId: 'P101', name: 'Cow Milk', price: 50, stock: 100 });
  await dairy.addHousehold('U101');
  dairy.courier = await dairy.addCourier('ravi');
  return dairy;
}
