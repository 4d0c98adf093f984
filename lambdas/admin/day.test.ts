import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Order } from '#lambdas/order/models/Order.ts';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { timerEvent } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { request, tokenOf } from './testing.ts';

/** One delivery day at the desk: 6 January, two couriers, three households, two slots. */
let dairy: TestDairy;
let anna: Actor;
let bala: Actor;
let meera: Actor;
const day = '2027-01-06';
const evening = '2027-01-06T12:30:00.000Z';
const place = (line1: string, pincode: string, note?: string) => ({ line1, pincode, note });
const orders: Record<'late' | 'near' | 'nearToo' | 'far' | 'cancelled', Order> = {} as never;

beforeAll(async () => {
  dairy = await testDairy();
  anna = await dairy.addHousehold('U102');
  bala = await dairy.addHousehold('U103');
  meera = await dairy.addCourier('meera');
  await dairy.addProduct({ productId: 'P201', name: 'Curd, thick', price: 30, stock: 50, unit: '500 g' });
  const put = async (name: keyof typeof orders, who: Actor, input: object) => {
    const placed = await dairy.order(input, who);
    await dairy.pay(placed, { paymentMethod: 'COD' }, who);
    orders[name] = placed;
  };
  const far = place('=9 Far Road', '560099');
  const near = place('1 Near Road', '560001', 'The blue gate');
  await put('late', dairy.household, { deliverySlot: evening, address: place('1 Near Road', '560001') });
  await put('far', anna, { address: far });
  await put('near', bala, { address: near });
  await put('nearToo', bala, {
    address: near,
    cartItems: [
      { productId: 'P101', qty: 1 },
      { productId: 'P201', qty: 3 },
    ],
  });
  await put('cancelled', anna, { address: far });
  await dairy.settle();
  for (const name of ['late', 'near', 'nearToo', 'cancelled'] as const) await give(name, dairy.courier);
  await give('far', meera);
  await dairy.call('order', 'cancelOrder', { orderId: orders.cancelled.orderId }, anna);
  await dairy.settle();
});
afterAll(() => dairy?.close());

const give = (name: keyof typeof orders, { userId }: Actor) =>
  dairy.call('delivery', 'assignDelivery', { orderId: orders[name].orderId, courierId: userId }, dairy.admin);
const ids = (...names: (keyof typeof orders)[]) => names.map((name) => orders[name].orderId);
const desk = <A = Stop[]>(name: string, input: object = {}, actor = dairy.admin) =>
  dairy.call<A>('admin', name, { day, ...input }, actor);

interface Stop {
  userId: string;
  slotId: string;
  courier?: string;
  orders: { orderId: string }[];
}

/** Every page of a door, each with the answer's text as JSON. */
async function pages<A>(path: string, query: Record<string, string>, between?: () => Promise<unknown>) {
  const token = await tokenOf(dairy, dairy.admin);
  const found: A[] = [];
  for (let asked: Record<string, string> | undefined = query; asked; ) {
    const { statusCode, text, headers } = await request(dairy, 'admin', ['GET', path], {
      token,
      query: asked,
    });
    expect(statusCode, text).toBe(200);
    found.push(JSON.parse(text) as A);
    const next = /<([^>]+)>; rel="next"/.exec(headers.link ?? '')?.[1];
    asked = next ? Object.fromEntries(new URL(next, 'http://dairy.example').searchParams) : undefined;
    if (asked) await between?.();
  }
  return found;
}

describe('the pack list', () => {
  test('Has a stop for each door and slot in driving order, with all that is packed for it', async () => {
    const stops = await desk('listPack');
    expect(stops).toMatchObject([
      {
        userId: 'U103',
        name: 'U103',
        slotId: 'MORNING',
        address: { line1: '1 Near Road', pincode: '560001', note: 'The blue gate' },
        courier: 'ravi',
        items: [
          { productId: 'P101', name: 'Cow Milk', qty: 3 },
          { productId: 'P201', name: 'Curd, thick', qty: 3 },
        ],
      },
      { userId: 'U102', slotId: 'MORNING', courier: 'meera', items: [{ productId: 'P101', qty: 2 }] },
      { userId: 'U101', slotId: 'EVENING', items: [{ productId: 'P101', qty: 2 }] },
    ]);
    expect(stops.map((stop) => stop.orders.map(({ orderId }) => orderId).sort())).toEqual([
      ids('near', 'nearToo').sort(),
      ids('far'),
      ids('late'),
    ]);
  });

  test('Is that of one slot, or of what one courier brings', async () => {
    expect((await desk('listPack', { slotId: 'EVENING' })).map(({ userId }) => userId)).toEqual(['U101']);
    expect((await desk('listPack', { courierId: meera.userId })).map(({ userId }) => userId)).toEqual([
      'U102',
    ]);
    expect(
      (await desk('listPack', { courierId: dairy.courier.userId, slotId: 'MORNING' })).map(
        ({ userId }) => userId,
      ),
    ).toEqual(['U103']);
    expect(await desk('listPack', { day: '2027-01-07' })).toEqual([]);
    expect(await desk('listPack', { slotId: 'NIGHT' })).toEqual([]);
  });

  test('As a file has a line for each product, and no formula that a customer typed', async () => {
    const csv = await desk<string>('listPack', { format: 'csv', slotId: 'MORNING' });
    expect(csv.split('\r\n')).toEqual([
      'slotId,courier,name,phone,line1,line2,city,pincode,note,productId,product,qty,orders',
      expect.stringMatching(
        /^MORNING,ravi,U103,,1 Near Road,,,560001,The blue gate,P101,Cow Milk,3,O\w+ O\w+$/,
      ),
      expect.stringContaining('P201,"Curd, thick",3'),
      expect.stringContaining("MORNING,meera,U102,,'=9 Far Road"),
      '',
    ]);
  });

  test('Comes in pages, each stop once, also when one is cancelled in between', async () => {
    const extra = await dairy.order({ address: place('5 Middle Road', '560050') }, anna);
    await dairy.pay(extra, { paymentMethod: 'COD' }, anna);
    await dairy.settle();
    expect((await pages<Stop[]>('/admin/pack', { day, limit: '1' })).flat()).toMatchObject([
      { userId: 'U103' },
      { userId: 'U102', address: { line1: '5 Middle Road' } },
      { userId: 'U102', address: { line1: '=9 Far Road' } },
      { userId: 'U101' },
    ]);
    const cancel = () => dairy.call('order', 'cancelOrder', { orderId: extra.orderId }, anna);
    const met = (await pages<Stop[]>('/admin/pack', { day, limit: '2' }, cancel)).flat();
    expect(met.map(({ userId }) => userId)).toEqual(['U103', 'U102', 'U102', 'U101']);
    expect(await desk('listPack')).toHaveLength(3);
  });
});

interface Deliveries {
  couriers: object[];
  deliveries: { orderId: string; status: string }[];
}

describe("the day's deliveries", () => {
  test('Are in driving order with household and courier, and tell how far each courier is', async () => {
    const nearId = (await dairy.orderRow(orders.near.orderId)).deliveryId ?? '';
    const farId = (await dairy.orderRow(orders.far.orderId)).deliveryId ?? '';
    for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(nearId, status);
    await dairy.move(nearId, 'DELIVERED', { cashCollected: 100 });
    await dairy.move(farId, 'PICKED_UP', {}, meera);
    dairy.clock.advance(60);
    await dairy.move(farId, 'FAILED', { reason: 'NO_ACCESS' }, meera);
    const seen = await desk<Deliveries>('listDeliveries');
    expect(seen.deliveries).toHaveLength(4);
    expect(seen.deliveries).toMatchObject([
      ...ids('near', 'nearToo')
        .sort()
        .map((orderId) => ({ orderId, name: 'U103', courier: 'ravi' })),
      {
        orderId: orders.far.orderId,
        status: 'FAILED',
        reason: 'NO_ACCESS',
        courier: 'meera',
        at: dairy.clock.now().toISOString(),
        hasPhoto: false,
      },
      { orderId: orders.late.orderId, status: 'ASSIGNED' },
    ]);
    const all = (courierId: string, figures: object) => expect.objectContaining({ courierId, ...figures });
    expect(seen.couriers).toHaveLength(2);
    expect(seen.couriers).toEqual(
      expect.arrayContaining([
        all(dairy.courier.userId, { name: 'ravi', planned: 3, done: 1, failed: 0, open: 2, onTheWay: 0 }),
        all(meera.userId, { name: 'meera', planned: 1, done: 0, failed: 1, open: 0 }),
      ]),
    );
  });

  test('Are those of one courier, slot or status, while the progress counts the whole day', async () => {
    const done = await desk<Deliveries>('listDeliveries', { status: 'DELIVERED' });
    expect(done.deliveries.map(({ orderId }) => orderId)).toEqual(ids('near'));
    expect(done.couriers).toHaveLength(2);
    const late = await desk<Deliveries>('listDeliveries', { slotId: 'EVENING' });
    expect(late.deliveries.map(({ orderId }) => orderId)).toEqual(ids('late'));
    const hers = await desk<Deliveries>('listDeliveries', { courierId: meera.userId });
    expect(hers).toMatchObject({ couriers: [{ courierId: meera.userId }], deliveries: [{ name: 'U102' }] });
    expect(await desk('listDeliveries', { day: '2027-01-07' })).toEqual({
      day: '2027-01-07',
      couriers: [],
      deliveries: [],
    });
  });

  test('Come in pages, each once', async () => {
    const found = await pages<Deliveries>('/admin/deliveries', { day, limit: '3' });
    expect(found.map(({ deliveries }) => deliveries.length)).toEqual([3, 1]);
    const seen = found.flatMap(({ deliveries }) => deliveries.map(({ orderId }) => orderId));
    expect([...new Set(seen)].sort()).toEqual(ids('near', 'nearToo', 'far', 'late').sort());
  });

  test('A failed one is packed no more by who failed, and by somebody else at another try', async () => {
    expect(await desk('listPack', { courierId: meera.userId })).toEqual([]);
    await give('far', dairy.courier);
    const again = await desk('listPack', { courierId: dairy.courier.userId });
    expect(again.map(({ userId }) => userId)).toEqual(['U103', 'U102', 'U101']);
    const { couriers } = await desk<Deliveries>('listDeliveries');
    expect(couriers).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'ravi', planned: 4, done: 1, open: 3 })]),
    );
  });
});

describe('the board', () => {
  interface Board {
    counts: object;
    orders: { orderId: string }[];
  }
  const found = async (input: object) =>
    (await desk<Board>('viewBoard', input)).orders.map(({ orderId }) => orderId);

  test('Names household and courier, and finds orders by slot, courier, payment and id', async () => {
    const { orders: all, counts } = await desk<Board>('viewBoard');
    expect(all.find(({ orderId }) => orderId === orders.near.orderId)).toMatchObject({
      name: 'U103',
      courier: 'ravi',
      courierId: dairy.courier.userId,
      deliveryStatus: 'DELIVERED',
      paymentMethod: 'COD',
      paymentStatus: 'SUCCESS',
      through: 'SELF',
    });
    expect(await found({ slotId: 'EVENING' })).toEqual(ids('late'));
    expect(await found({ courierId: dairy.courier.userId, paymentStatus: 'SUCCESS' })).toEqual(ids('near'));
    expect(await found({ q: orders.far.orderId.slice(3).toLowerCase() })).toEqual(ids('far'));
    expect((await found({ q: 'u103' })).sort()).toEqual(ids('near', 'nearToo').sort());
    expect(await found({ q: 'nobody' })).toEqual([]);
    const unpaid = await dairy.order({}, anna);
    expect(await found({ paymentStatus: 'NONE' })).toEqual([unpaid.orderId]);
    expect(await found({ courierId: 'NONE', status: 'CREATED' })).toEqual([unpaid.orderId]);
    // What is asked for changes nothing of the day's counts.
    expect(await desk<Board>('viewBoard', { slotId: 'EVENING' })).toMatchObject({
      counts: { ...counts, CREATED: 1 },
    });
  });

  test('Comes in pages, each order once, with the counts of the whole day on each', async () => {
    const found = await pages<Board>('/admin/board', { day, limit: '4' });
    expect(found.map(({ orders: some }) => some.length)).toEqual([4, 3]);
    expect(new Set(found.flatMap(({ orders: some }) => some.map(({ orderId }) => orderId))).size).toBe(7);
    expect(found[1]?.counts).toEqual(found[0]?.counts);
  });
});

test('A household and a courier see nothing of the desk’s day, and a day that is none is refused', async () => {
  for (const name of ['viewBoard', 'viewDemand', 'listPack', 'listDeliveries']) {
    for (const actor of [dairy.household, dairy.courier])
      expect(await desk<Refusal>(name, {}, actor)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await desk<Refusal>(name, { day: '2027-02-29' })).toMatchObject({ errors: [{ pointer: '/day' }] });
  }
});

describe('what a day needs', () => {
  interface Demand {
    plannedAt?: string;
    orders: number;
    products: { productId: string }[];
  }
  let own: TestDairy;
  beforeAll(async () => {
    own = await testDairy();
    await own.addHousehold('U102');
    await own.addProduct({ productId: 'P301', name: 'Curd', price: 30, dailySupply: 10 });
  });
  afterAll(() => own?.close());
  const demand = (input: object = {}) =>
    own.call<Demand>('admin', 'viewDemand', { day, ...input }, own.admin);
  const of = async (productId: string) =>
    (await demand()).products.find((product) => product.productId === productId);
  const fire = (timer: string) => own.handlerOf('order')(timerEvent(timer));

  test('Is nothing where nobody has ordered', async () => {
    expect(await demand()).toEqual({ day, orders: 0, products: [] });
  });

  test('Is what is ordered and what standing orders will bring, by slot, against the day’s supply', async () => {
    await own.order();
    await own.order({ deliverySlot: evening, cartItems: [{ productId: 'P301', qty: 1 }] });
    const cancelled = await own.order({ cartItems: [{ productId: 'P301', qty: 4 }] });
    await own.call('order', 'cancelOrder', { orderId: cancelled.orderId }, own.household);
    await own.call(
      'order',
      'subscribeOrder',
      {
        items: [{ productId: 'P301', qty: 8 }],
        schedule: { type: 'DAILY' },
        startDate: day,
        slot: 'MORNING',
        paymentMethod: 'COD',
      },
      { userId: 'U102', role: 'customer' },
    );
    await own.settle();
    await fire('countStanding');
    expect(await demand()).toMatchObject({ orders: 2, plannedAt: own.clock.now().toISOString() });
    expect(await of('P101')).toMatchObject({ orderedByHand: 2, planned: 0, total: 2, supply: 100, left: 98 });
    expect(await of('P301')).toMatchObject({
      name: 'Curd',
      orderedByHand: 1,
      orderedByRun: 0,
      planned: 8,
      total: 9,
      supply: 10,
      left: 9,
      short: 0,
      slots: [
        { slotId: 'MORNING', orderedByHand: 0, planned: 8, total: 8 },
        { slotId: 'EVENING', orderedByHand: 1, planned: 0, total: 1 },
      ],
    });
    const csv = await own.call<string>('admin', 'viewDemand', { day, format: 'csv' }, own.admin);
    expect(csv.split('\r\n').slice(0, 3)).toEqual([
      'productId,name,unit,category,orderedByHand,orderedByRun,planned,total,supply,left,short,EARLY,MORNING,MIDDAY,EVENING',
      'P101,Cow Milk,,Milk,2,0,0,2,100,98,0,,2,,',
      'P301,Curd,,Milk,1,0,8,9,10,9,0,,8,,1',
    ]);
  });

  test('Further ahead than a week is told in sum, and less than needed arrived is short', async () => {
    const later = await demand({ day: '2027-01-20' });
    expect(later.products).toMatchObject([{ productId: 'P301', planned: 8, total: 8, slots: [] }]);
    await own.call('admin', 'restockProduct', { productId: 'P301', supply: 5, day }, own.admin);
    expect(await of('P301')).toMatchObject({ supply: 5, left: 4, planned: 8, short: 4 });
  });

  test('After the order run is what it made, at once and not once more when it is counted again', async () => {
    own.clock.set('2027-01-05T16:30:06.000Z');
    await fire('runOrders');
    const made = {
      orderedByHand: 1,
      orderedByRun: 4,
      planned: 0,
      total: 5,
      supply: 5,
      left: 0,
      short: 0,
      slots: [{ slotId: 'MORNING', orderedByRun: 4, planned: 0 }, { slotId: 'EVENING' }],
    };
    expect(await of('P301')).toMatchObject(made);
    own.clock.advance(120);
    await fire('countStanding');
    expect(await of('P301')).toMatchObject(made);
  });
});
