import type { Wire } from '#shared/data/wire.ts';
import { hash32, shardOf } from '#shared/domain/shard.ts';
import { cartPut, type Line } from './cart.ts';
import type { Products } from './catalogue.ts';
import { change, getRow, put, type Row, readOf, tell, ulid } from './requests.ts';

interface PlaceOrder {
  userId: string;
  deliverySlot: string;
  paymentMethod?: string;
}

/**
 * Mirrors `createOrder` of the cart: one BatchGetItem of three rows and one transaction of order, stock, stop,
 * slot (where the stop is new), user, cart and ORDER_PLACED.
 */
export async function createOrder(wire: Wire, products: Products, input: PlaceOrder) {
  const { userId } = input;
  const slot = slotOf(input.deliverySlot);
  const stopId = `${slot.deliveryDay}#${slot.slotId}#${userId}`;
  const asked = { Carts: { cartId: `C${userId.slice(1)}` }, Users: { userId }, Stops: { stopId } };
  const [cart, user, stop] = await readOf(wire, asked);
  const order = newOrder(input, slot, user?.address, cart?.items ?? [], products);
  const had: number = stop?.orders[order.stopKey] ?? 0;
  const orders = { ...stop?.orders, [order.stopKey]: had + 1 };
  const stopRow = { stopId, orders, version: (stop?.version ?? 0) + 1 };
  await wire.call('TransactWriteItems', {
    TransactItems: [
      { Put: put('Orders', 'orderId', order) },
      ...order.items.map((item) => ({ Update: takeStock(item) })),
      { Put: put('Stops', 'stopId', stopRow, stop?.version) },
      ...(had === 0 ? [{ Update: bookSlot(`${slot.deliveryDay}#${slot.slotId}#0`) }] : []),
      { Update: countOrder(userId) },
      { Put: cartPut(userId, cart, [], products) },
      tell('ORDER_PLACED', order.orderId, 1, orderFacts(order)),
    ],
  });
  return shownOrder(order);
}

function countOrder(userId: string) {
  const condition = '(#active = :yes AND attribute_not_exists(#erasedAt))';
  return change(
    'Users',
    { userId },
    { update: 'ADD #openOrders :one', condition },
    { ':yes': true, ':one': 1 },
  );
}

const windows = [
  { slotId: 'EARLY', from: 5, to: 7 },
  { slotId: 'MORNING', from: 7, to: 10 },
  { slotId: 'MIDDAY', from: 11, to: 14 },
  { slotId: 'EVENING', from: 17, to: 20 },
];
/** Kolkata's distance from UTC, always. */
const ZONE_MS = 5.5 * 3_600_000;

function slotOf(deliverySlot: string) {
  const local = new Date(new Date(deliverySlot).getTime() + ZONE_MS);
  const midnight = Math.floor(local.getTime() / 86_400_000) * 86_400_000;
  const hour = local.getUTCHours();
  const window = windows.find(({ from, to }) => from <= hour && hour < to);
  if (!window) throw new RangeError(`${deliverySlot} lies in no slot`);
  const at = (hours: number) => new Date(midnight - ZONE_MS + hours * 3_600_000).toISOString();
  return {
    slotId: window.slotId,
    deliveryDay: local.toISOString().slice(0, 10),
    slotStartsAt: at(window.from),
    slotEndsAt: at(window.to),
    cutoffAt: at(-2),
  };
}

type Order = ReturnType<typeof newOrder>;

function newOrder(
  input: PlaceOrder,
  slot: ReturnType<typeof slotOf>,
  address: Row | undefined,
  lines: readonly Line[],
  products: Products,
) {
  const { userId } = input;
  const orderId = `O${ulid()}`;
  const shard = shardOf(orderId);
  const now = new Date();
  const createdAt = now.toISOString();
  const items = lines.map(({ productId, qty }) => {
    const { name, price, stockMode, taxes, hsn } = products.get(productId) ?? {};
    return { productId, name, qty, price, amount: price * qty, stockMode, taxes, hsn };
  });
  return {
    orderId,
    userId,
    items,
    amount: items.reduce((sum, item) => sum + item.amount, 0),
    deliverySlot: new Date(input.deliverySlot).toISOString(),
    status: 'CREATED',
    ...slot,
    address,
    stopKey: stopKeyOf(address),
    paymentMethod: input.paymentMethod,
    attempts: 0,
    timeline: [{ status: 'CREATED', at: createdAt, by: userId }],
    placedBy: userId,
    through: 'SELF',
    createdAt,
    version: 1,
    dayKey: `${slot.deliveryDay}#${shard}`,
    todo: `EXPIRE#${shard}`,
    todoAt: new Date(now.getTime() + 1_800_000).toISOString(),
  };
}

function stopKeyOf(address: Row | undefined): string {
  const parts = [address?.line1, address?.line2, address?.city, address?.pincode];
  return hash32(parts.map((part) => (part ?? '').trim().toLowerCase()).join('\n')).toString(36);
}

function takeStock({ productId, qty, price }: Order['items'][number]) {
  const update = 'ADD #stock :less, #reserved :more';
  const condition = '((#price = :price AND #active = :yes AND #stockMode = :mode) AND #stock >= :more)';
  const values = { ':less': -qty, ':more': qty, ':price': price, ':yes': true, ':mode': 'ON_HAND' };
  return change('Products', { productId }, { update, condition }, values);
}

function bookSlot(slotDayId: string) {
  const condition = '(attribute_not_exists(#slotDayId) OR #booked >= :none)';
  return change(
    'SlotDays',
    { slotDayId },
    { update: 'ADD #booked :one', condition },
    { ':one': 1, ':none': 0 },
  );
}

/** What events tell of an order. */
export function orderFacts(order: Order | Row) {
  const { userId, orderId, status, deliveryDay, slotId, amount: amountMinor } = order;
  const items: Order['items'] = order.items;
  const lines = items.map(({ productId, qty, amount }) => ({ productId, qty, amountMinor: amount }));
  return { userId, orderId, status, deliveryDay, slotId, amountMinor, lines };
}

function shownOrder(order: Order) {
  const { stopKey: _1, timeline: _2, version: _3, dayKey: _4, todo: _5, todoAt, ...shown } = order;
  const items = order.items.map(({ productId, name, qty, price, amount }) => ({
    productId,
    name,
    qty,
    price: price / 100,
    amount: amount / 100,
  }));
  return { ...shown, items, amount: order.amount / 100, payUntil: todoAt };
}

/** Mirrors `trackOrder`: one GetItem of the order and one of its delivery. */
export async function trackOrder(wire: Wire, orderId: string) {
  const order = await getRow(wire, 'Orders', { orderId });
  const delivery = order.deliveryId && (await getRow(wire, 'Deliveries', { deliveryId: order.deliveryId }));
  const { status, timeline, deliverySlot, deliveryDay, slotId, amount, payment } = order;
  return {
    orderId,
    status,
    timeline,
    deliverySlot,
    deliveryDay,
    slotId,
    amount: amount / 100,
    paymentStatus: payment?.status,
    delivery: delivery && {
      deliveryId: delivery.deliveryId,
      status: delivery.status,
      courierId: delivery.courierId,
      timeline: delivery.timeline,
    },
  };
}
