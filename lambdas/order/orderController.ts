import {
  type Cart,
  Carts,
  cartKey,
  changeCart,
  MAX_LINES,
  MAX_QTY,
  withoutLines,
} from '#lambdas/cart/models/Cart.ts';
import { postMovement } from '#lambdas/payment/models/Ledger.ts';
import { type Promo, Promos, promoKey, promoMovement, withPromo } from '#lambdas/payment/models/Promo.ts';
import { type Catalogue, catalogueOf, forgetCatalogue } from '#lambdas/product/models/catalogue.ts';
import {
  type Product,
  Products,
  type StockLine,
  stillOnSale,
  takeStock,
} from '#lambdas/product/models/Product.ts';
import { openOrderOf, type User, Users } from '#lambdas/user/models/User.ts';
import { commit, type Decision } from '#shared/data/commit.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { type SlotOnDay, slotAt } from '#shared/data/slot.ts';
import type { Row } from '#shared/data/table.ts';
import { create, type Write } from '#shared/data/write.ts';
import type { Address } from '#shared/domain/address.ts';
import { addDays, dayOf, type Instant, plusSeconds } from '#shared/domain/day.ts';
import { type Minor, toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { isStaff, ownerOf } from '#shared/http/owner.ts';
import type { Actor } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import {
  dayKeyOf,
  dueOf,
  forbiddenMove,
  moveOrder,
  type Order,
  type OrderStatus,
  Orders,
  orderEvent,
  promoOf,
  todoKeyOf,
} from './models/Order.ts';
import { keptPieces, standingOf } from './models/StandingDemand.ts';
import { addressKeyOf, bookStop, type Stop, Stops, stopKeyFor } from './models/Stop.ts';
import { isServed, lineLockOf, slotLockOf } from './rules/cutoff.ts';
import { chargedOf, deliveredOf } from './rules/delivered.ts';
import { mergeLines, priceOrder } from './rules/pricing.ts';
import { checkServed } from './rules/serviceArea.ts';
import { standsThere } from './slotRoom.ts';
import { bookingPlaces } from './standingCount.ts';

export interface PlaceOrder {
  userId?: string;
  cartItems?: { productId: string; qty: number }[];
  totalAmount?: Minor;
  deliverySlot: string;
  address?: Address;
  paymentMethod?: 'CARD' | 'UPI' | 'WALLET' | 'COD';
}

/** Most parts a transaction of the store may have, and how many the event, the audit entry and the kept answer need. */
const MOST_PARTS = 100;
const ROOM = 3;

/**
 * Places an order: stock for all lines, the stop in the slot, the order and its event are written together or
 * not at all. It waits, unpaid, until it is paid or expires.
 */
export async function createOrder(world: World, call: Call<PlaceOrder>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const slot = openSlot(await settingsOf(world), world.clock.now(), call.input.deliverySlot);
  if (slot instanceof Problem) return slot;
  const orderId = `O${world.ids.next()}`;
  const asks = [
    { table: Carts, key: cartKey(userId) },
    { table: Users, key: { userId } },
    { table: Stops, key: stopKeyFor(slot.day, slot.slotId, userId) },
    { table: Promos, key: promoKey(userId) },
  ] as const;
  const book = () =>
    commit(world, call, asks, async ([cart, user, stop, promo]) => {
      const checked = await checkOrder(world, call.input, slot, cart, user);
      if (checked instanceof Problem) return checked;
      const deliverySlot = new Date(call.input.deliverySlot).toISOString();
      const order = await newOrder(world, call.actor, { orderId, userId, slot, deliverySlot, ...checked });
      return placing(world, order, { ...checked, cart, stop, slot, promo });
    });
  return slot.capacity === null ? book() : bookingPlaces(world, book);
}

/** What an order would be, without placing it: the same checks, prices and refusals. */
export async function validateOrder(world: World, call: Call<PlaceOrder>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const slot = openSlot(await settingsOf(world), world.clock.now(), call.input.deliverySlot);
  if (slot instanceof Problem) return slot;
  const [cart, user] = await world.store.getMany([
    { table: Carts, key: cartKey(userId) },
    { table: Users, key: { userId } },
  ]);
  const checked = await checkOrder(
    world,
    call.input,
    slot,
    cart as Cart | undefined,
    user as User | undefined,
  );
  if (checked instanceof Problem) return checked;
  const items = checked.items.map(({ productId, name, qty, price, amount }) => ({
    productId,
    name,
    qty,
    price: toMajor(price),
    amount: toMajor(amount),
  }));
  return {
    valid: true,
    amount: toMajor(checked.amountMinor),
    items,
    slotId: slot.slotId,
    deliveryDay: slot.day,
  };
}

/** The slot on a day that an instant lies in, if it can still be ordered for. */
function openSlot(settings: Settings, now: Date, deliverySlot: string): SlotOnDay | Problem {
  const window = slotAt(settings, new Date(deliverySlot));
  const errors = [{ pointer: '/deliverySlot', detail: 'is not inside an open slot' }];
  if (!window || !isServed(settings, window.day)) {
    return refuse('SLOT_NOT_OFFERED', window && `Nothing is delivered on ${window.day}.`, { errors });
  }
  const slot = { ...window, cutoffAt: slotLockOf(settings, window.slotId, window.day) ?? window.cutoffAt };
  if (slot.cutoffAt <= now.toISOString()) {
    return refuse('PAST_CUTOFF', `Orders for ${slot.slotId} on ${slot.day} closed at ${slot.cutoffAt}.`, {
      errors,
      more: { cutoffAt: slot.cutoffAt },
    });
  }
  if (slot.day > addDays(dayOf(now, settings.timeZone), settings.bookAheadDays)) {
    return refuse('SLOT_NOT_OFFERED', `Orders can be placed ${settings.bookAheadDays} days ahead.`, {
      errors,
    });
  }
  return slot;
}

interface CheckedOrder {
  items: Order['items'];
  amountMinor: Minor;
  address: Address | undefined;
  paymentMethod: PlaceOrder['paymentMethod'];
  catalogue: Catalogue;
  /** The first of the lines' locks: until then the order can be changed. */
  cutoffAt: Instant;
}

async function checkOrder(
  world: World,
  input: PlaceOrder,
  slot: SlotOnDay,
  cart: Cart | undefined,
  user: User | undefined,
): Promise<CheckedOrder | Problem> {
  if (!user || user.erasedAt || !user.active) return refuse('NOT_FOUND', 'There is no such active customer.');
  const wanted = mergeLines(input.cartItems ?? cart?.items ?? []);
  if (wanted.length === 0) return refuse('CART_EMPTY');
  if (wanted.length > MAX_LINES) {
    return refuse('TOO_MANY_LINES', `An order holds ${MAX_LINES} different products at most.`);
  }
  const over = wanted.findIndex(({ qty }) => qty > MAX_QTY);
  if (over >= 0) {
    const errors = [{ pointer: `/cartItems/${over}/qty`, detail: `is more than ${MAX_QTY} in all` }];
    return refuse('INVALID_INPUT', `An order holds ${MAX_QTY} pieces of a product at most.`, { errors });
  }
  const catalogue = await catalogueOf(world);
  const priced = priceOrder(wanted, (id) => catalogue.byId.get(id)?.product, input.totalAmount, slot.day);
  if (priced instanceof Problem) return priced;
  const settings = await settingsOf(world);
  const cutoffAt = firstLock(settings, slot, wanted, world.clock.now().toISOString());
  if (cutoffAt instanceof Problem) return cutoffAt;
  const address = input.address ?? user.address;
  const unserved = checkServed(settings, address);
  if (unserved) return unserved;
  return { ...priced, address, paymentMethod: input.paymentMethod, catalogue, cutoffAt };
}

/** The first of an order's locks, as a product may lock earlier than its slot; refused when one is over. */
function firstLock(
  settings: Settings,
  { slotId, day, cutoffAt }: SlotOnDay,
  lines: readonly { productId: string }[],
  now: Instant,
): Instant | Problem {
  const locks = lines.map(({ productId }) => lineLockOf(settings, slotId, day, productId) ?? cutoffAt);
  const over = locks.findIndex((lock) => lock <= now);
  if (over < 0) return [...locks, cutoffAt].sort()[0] ?? cutoffAt;
  const productId = lines[over]?.productId;
  return refuse('PAST_CUTOFF', `${productId} for ${day} could be ordered until ${locks[over]}.`, {
    errors: [{ pointer: `/cartItems/${over}/productId`, detail: 'is closed for that day', productId }],
    more: { cutoffAt: locks[over] },
  });
}

async function newOrder(
  world: World,
  actor: Actor,
  from: CheckedOrder & { orderId: string; userId: string; slot: SlotOnDay; deliverySlot: string },
): Promise<Order> {
  const { orderId, userId, slot } = from;
  const now = world.clock.now().toISOString();
  const { unpaidOrderMinutes } = await settingsOf(world);
  return {
    orderId,
    userId,
    items: from.items,
    amount: from.amountMinor,
    deliverySlot: from.deliverySlot,
    status: 'CREATED',
    slotId: slot.slotId,
    deliveryDay: slot.day,
    slotStartsAt: slot.startsAt,
    slotEndsAt: slot.endsAt,
    cutoffAt: from.cutoffAt,
    address: from.address,
    stopKey: addressKeyOf(from.address),
    paymentMethod: from.paymentMethod,
    attempts: 0,
    timeline: [{ status: 'CREATED', at: now, by: actor.userId }],
    placedBy: actor.userId,
    through: isStaff(actor) ? 'DESK' : 'SELF',
    createdAt: now,
    version: 1,
    dayKey: dayKeyOf(slot.day, orderId),
    todo: todoKeyOf('EXPIRE', orderId),
    todoAt: plusSeconds(now, unpaidOrderMinutes * 60),
  };
}

async function placing(
  world: World,
  placed: Order,
  from: CheckedOrder & {
    cart: Cart | undefined;
    stop: Stop | undefined;
    slot: SlotOnDay;
    promo: Promo | undefined;
  },
): Promise<Decision<ReturnType<typeof shownOrder>> | Problem> {
  const { catalogue, cart, slot } = from;
  const { timeZone } = await settingsOf(world);
  const at = placed.createdAt;
  const { order, ...promo } = withPromo(placed, from.promo, { today: dayOf(at, timeZone), timeZone });
  const standing = await standingOf(world);
  const shared = await sharedPlace(world, order, slot, from.stop);
  const lines = order.items.map(
    (item): StockLine => ({
      ...item,
      priceMinor: item.price,
      dailySupply: catalogue.byId.get(item.productId)?.product.dailySupply,
      keep: keptPieces(standing, item, order.deliveryDay),
    }),
  );
  const writes: Write[] = [
    create(Orders, order),
    ...promo.writes,
    ...postMovement(promoMovement(order, 'SET_ASIDE', at, promo.lines)),
    ...lines.flatMap((line, i) => takeStock(line, order.deliveryDay, (row) => shortage(world, line, i, row))),
    ...bookStop(from.stop, slot, order.userId, { addressKey: order.stopKey, shared: shared !== undefined }),
    ...(shared ? [shared] : []),
    openOrderOf(order.userId),
  ];
  const rest = withoutLines(cart?.items ?? [], order.items);
  const left = rest.reduce((sum, line) => sum + line.qty, 0);
  const had = (cart?.items ?? []).reduce((sum, line) => sum + line.qty, 0);
  if (left < had) writes.push(changeCart(world, order.userId, cart, rest, totalOf(rest, catalogue)));
  const perDay = lines.filter((line) => line.stockMode === 'PER_DAY');
  // An order of many PER_DAY products has no room to check each inside the transaction: those are read once more.
  if (writes.length + perDay.length <= MOST_PARTS - ROOM) writes.push(...perDay.map(stillOnSale));
  else if (!(await areStillOnSale(world, perDay)))
    return refuse('PRICE_CHANGED', 'A price changed just now; try again.');
  return { writes, events: [orderEvent(order)], answer: shownOrder(order) };
}

/** In a slot with a capacity: what an order relies on that goes where a standing order of the household stops anyway. */
async function sharedPlace(
  world: World,
  { userId, stopKey }: Order,
  slot: SlotOnDay,
  stop: Stop | undefined,
) {
  if (slot.capacity === null || (stop?.orders[stopKey] ?? 0) > 0) return undefined;
  return standsThere(world, await settingsOf(world), slot, { userId, addressKey: stopKey });
}

/** What a line's failed condition means: short of stock, or the catalogue was stale and is read again. */
function shortage(world: World, line: StockLine, i: number, row: Row | undefined): Problem | undefined {
  forgetCatalogue(world);
  const product = line.stockMode === 'ON_HAND' ? (row as Product | undefined) : undefined;
  if (product && (product.price !== line.priceMinor || !product.active)) return undefined;
  const available = Math.max(0, Number(row?.stock ?? line.dailySupply ?? 0) - (line.keep ?? 0));
  // Enough was there after all: somebody changed the product at the same moment.
  if (available >= line.qty) return undefined;
  const detail = `${line.productId}: ${line.qty} wanted, ${available} left`;
  return refuse('OUT_OF_STOCK', detail, {
    errors: [{ pointer: `/cartItems/${i}/qty`, detail, productId: line.productId, available }],
  });
}

async function areStillOnSale(world: World, lines: readonly StockLine[]): Promise<boolean> {
  const rows = await world.store.getMany(
    lines.map(({ productId }) => ({ table: Products, key: { productId } })),
  );
  const same = rows.every((row, i) => {
    const product = row as Product | undefined;
    const line = lines[i];
    return product?.active && product.price === line?.priceMinor && product.stockMode === line?.stockMode;
  });
  if (!same) forgetCatalogue(world);
  return same;
}

function totalOf(lines: readonly { productId: string; qty: number }[], catalogue: Catalogue): Minor {
  return lines.reduce(
    (sum, line) => sum + (catalogue.byId.get(line.productId)?.product.price ?? 0) * line.qty,
    0,
  );
}

/** An order as the API shows it. */
export function shownOrder(order: Order) {
  return {
    orderId: order.orderId,
    userId: order.userId,
    status: order.status,
    amount: toMajor(order.amount),
    charged: order.status === 'DELIVERED' ? toMajor(chargedOf(order)) : undefined,
    ...(order.promo ? { promo: toMajor(promoOf(order)), due: toMajor(dueOf(order)) } : {}),
    items: order.items.map((item) => ({
      productId: item.productId,
      name: item.name,
      qty: item.qty,
      delivered: order.status === 'DELIVERED' ? deliveredOf(item) : undefined,
      price: toMajor(item.price),
      amount: toMajor(item.amount),
    })),
    deliverySlot: order.deliverySlot,
    deliveryDay: order.deliveryDay,
    slotId: order.slotId,
    cutoffAt: order.cutoffAt,
    address: order.address,
    paymentMethod: order.paymentMethod,
    paymentStatus: order.payment?.status,
    deliveryId: order.deliveryId,
    cancelReason: order.cancelReason,
    payUntil: order.status === 'CREATED' ? order.todoAt : undefined,
    placedBy: order.placedBy,
    through: order.through,
    createdAt: order.createdAt,
  };
}

/** A household's orders, newest first. */
export async function listOrders(
  world: World,
  call: Call<{ userId?: string; status?: OrderStatus; limit: number; cursor?: string }>,
) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const { limit, cursor, status } = call.input;
  const { rows, cursor: next } = await world.store.query(Orders, {
    index: 'byUser',
    hash: userId,
    limit,
    cursor,
    newestFirst: true,
  });
  return new Reply(rows.filter((order) => !status || order.status === status).map(shownOrder), {
    cursor: next,
  });
}

/** Staff's own moves of an order: packing. The others follow from payments, deliveries and cancelling. */
export async function setOrderStatus(world: World, call: Call<{ orderId: string; status: OrderStatus }>) {
  const { orderId, status } = call.input;
  return commit(world, call, [{ table: Orders, key: { orderId } }], ([order]) => {
    if (!order) return refuse('NOT_FOUND', `There is no order ${orderId}.`);
    if (status !== 'PACKED') return forbiddenMove(order, status);
    const moved = moveOrder(order, ['PACKED'], {
      at: world.clock.now().toISOString(),
      by: call.actor.userId,
    });
    if (moved instanceof Problem) return moved;
    return { writes: [moved.write], events: moved.events, answer: shownOrder(moved.order) };
  });
}
