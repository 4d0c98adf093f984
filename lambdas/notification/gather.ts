import { encodeTime } from 'ulid';
import { type Order, Orders } from '#lambdas/order/models/Order.ts';
import { type Subscription, Subscriptions } from '#lambdas/order/models/Subscription.ts';
import { type AutoTopUp, AutoTopUps } from '#lambdas/payment/models/AutoTopUp.ts';
import { type Balance, Balances, balanceKey } from '#lambdas/payment/models/Ledger.ts';
import { type Refund, Refunds } from '#lambdas/payment/models/Payment.ts';
import { catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { type Product, Products } from '#lambdas/product/models/Product.ts';
import { type Reset, Resets } from '#lambdas/user/models/Reset.ts';
import { type SignInCode, SignInCodes } from '#lambdas/user/models/SignInCode.ts';
import { type User, Users } from '#lambdas/user/models/User.ts';
import { type Key, keyOf, type Row, type Table } from '#shared/data/table.ts';
import { catalogue } from '#shared/events/catalogue.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import type { World } from '#shared/world.ts';
import { channels, type Notification, Notifications, notificationIdOf } from './models/Notification.ts';
import type { Facts } from './rules/facts.ts';
import { type Audience, audiencesOf } from './rules/occasion.ts';

/** The rows that a batch's texts are made from, read in a few calls. */
export interface Found {
  usersOf(audience: Audience): (User | undefined)[];
  factsOf(event: DairyEvent): Facts;
  /** What an event is told together with; undefined where it has a message of its own. */
  togetherOf(event: DairyEvent): Together | undefined;
  message(notificationId: string): Notification | undefined;
}

/** Several events that one message tells: those of one household's stop. */
export interface Together {
  /** Stands in the message's id where an event's own id stands else. */
  key: string;
  /** What tells the messages of several stops of one household apart. */
  stop: string;
  /** The event's own part, and all that a message made now would tell. */
  part: string;
  parts: readonly string[];
}

export async function gather(world: World, events: readonly DairyEvent[]): Promise<Found> {
  const rows = new Rows();
  await rows.read(world, events.flatMap(keysOf));
  const row = <T extends Row>(table: Table<T>, id: unknown) => rows.get(table, id);
  const orderOf = (event: DairyEvent) => row<Order>(Orders, event.orderId);
  const runOrders = events.flatMap((event) => {
    const order = event.eventType === 'ORDER_CONFIRMED' ? orderOf(event) : undefined;
    return order?.through === 'RUN' ? [order] : [];
  });
  const [admins, siblings, nameOf] = await Promise.all([
    events.some((event) => audiencesOf(event).includes('ADMINS')) ? activeAdmins(world) : [],
    ordersAround(world, runOrders),
    events.some(({ eventType }) => namesProducts.includes(eventType)) ? productNames(world) : undefined,
  ]);
  const togetherOf = (event: DairyEvent) => stopOf(event, orderOf(event), siblings, events);
  await rows.read(
    world,
    events.flatMap((event) => messagesOf(event, togetherOf(event))),
  );
  return {
    usersOf: (audience) => (audience === 'ADMINS' ? admins : [row<User>(Users, audience.userId)]),
    factsOf: (event) => ({
      order: orderOf(event),
      together: siblings.get(stopName(orderOf(event))),
      shorts: shortsWith(event, events),
      subscription: row<Subscription>(Subscriptions, event.subscriptionId),
      balance: row<Balance>(Balances, event.userId),
      autoTopUp: row<AutoTopUp>(AutoTopUps, event.userId),
      refund: row<Refund>(Refunds, event.refundId),
      product: row<Product>(Products, event.productId),
      reset: row<Reset>(Resets, event.resetId),
      signIn: row<SignInCode>(SignInCodes, event.userId),
      nameOf,
      now: world.clock.now().toISOString(),
    }),
    togetherOf,
    message: (notificationId) => row<Notification>(Notifications, notificationId),
  };
}

class Rows {
  readonly #rows = new Map<string, Row>();

  async read(world: World, asks: readonly { table: Table; key: Key }[]): Promise<void> {
    if (asks.length === 0) return;
    const found = await world.store.getMany(asks);
    asks.forEach(({ table }, i) => {
      const row = found[i];
      if (row) this.#rows.set(`${table.name} ${keyOf(table, row)[table.hash]}`, row);
    });
  }

  get<T extends Row>(table: Table<T>, id: unknown): T | undefined {
    return this.#rows.get(`${table.name} ${id}`) as T | undefined;
  }
}

const aboutDebits: readonly string[] = [
  'WALLET_TOPPED_UP',
  'AUTO_TOP_UP_SET',
  'MANDATE_NOTICE',
  'DUNNING_STEP',
  'DUNNING_EXHAUSTED',
];
const aboutBalance: readonly string[] = ['ORDER_CONFIRMED', 'WALLET_TOPPED_UP'];

function keysOf(event: DairyEvent): { table: Table; key: Key }[] {
  const { userId, orderId, resetId, refundId, subscriptionId, productId } = event;
  const keys: { table: Table; key: Key }[] = [];
  const want = (table: Table, name: string, id: unknown) => {
    if (typeof id === 'string') keys.push({ table, key: { [name]: id } });
  };
  if (audiencesOf(event).some((audience) => audience !== 'ADMINS')) {
    want(Users, 'userId', userId);
    want(Orders, 'orderId', orderId);
    want(Resets, 'resetId', resetId);
    if (event.codeId !== undefined) want(SignInCodes, 'codeKey', userId);
    want(Refunds, 'refundId', refundId);
    want(Subscriptions, 'subscriptionId', subscriptionId);
    if (aboutDebits.includes(event.eventType)) want(AutoTopUps, 'userId', userId);
    if (aboutBalance.includes(event.eventType))
      keys.push({ table: Balances, key: balanceKey(String(userId)) });
  }
  want(Products, 'productId', productId);
  return keys;
}

const namesProducts: readonly string[] = [
  'SUBSCRIPTION_CREATED',
  'SUBSCRIPTION_DAY_SHORT',
  'SUBSCRIPTION_DAY_COMPLETED',
  'PRICE_CHANGED',
  'DELIVERY_CORRECTED',
];

/** Who they are the index says; that they still are, each claim checks. */
async function activeAdmins(world: World): Promise<User[]> {
  const { rows } = await world.store.query(Users, { index: 'byStaffRole', hash: 'admin' });
  return rows;
}

async function productNames(world: World): Promise<(productId: string) => string> {
  const { byId } = await catalogueOf(world);
  return (productId) => byId.get(productId)?.product.name ?? productId;
}

/** A household's newest orders hold those of the run that has just been. */
const NEWEST = 12;

/** The orders that runs made for the same stops as some do, each stop's own list. */
async function ordersAround(world: World, orders: readonly Order[]): Promise<Map<string, readonly Order[]>> {
  const found = new Map<string, readonly Order[]>();
  const households = Map.groupBy(orders, ({ userId }) => userId);
  await Promise.all(
    [...households].map(async ([userId, theirs]) => {
      const page = await world.store.query(Orders, {
        index: 'byUser',
        hash: userId,
        limit: NEWEST,
        newestFirst: true,
      });
      const known = new Map([...page.rows, ...theirs].map((order) => [order.orderId, order]));
      const byRun = [...known.values()].filter(
        ({ through, status }) => through === 'RUN' && status !== 'CANCELLED',
      );
      for (const [stop, group] of Map.groupBy(byRun, stopName)) {
        found.set(
          stop,
          group.sort((a, b) => (a.orderId < b.orderId ? -1 : 1)),
        );
      }
    }),
  );
  return found;
}

function stopName(order: Order | undefined): string {
  return order ? [order.userId, order.deliveryDay, order.slotId, order.stopKey].join(' ') : '';
}

/** The stop whose one message an event belongs to. */
function stopOf(
  event: DairyEvent,
  order: Order | undefined,
  siblings: ReadonlyMap<string, readonly Order[]>,
  events: readonly DairyEvent[],
): Together | undefined {
  if (event.eventType === 'SUBSCRIPTION_DAY_SHORT') {
    const { subscriptionId, deliveryDay, slotId } = catalogue.SUBSCRIPTION_DAY_SHORT.data.parse(event);
    const parts = shortsWith(event, events).map((short) => `${short.subscriptionId} ${deliveryDay}`);
    return {
      key: keyAt(event.timestamp.slice(0, 10), `${deliveryDay}-${slotId}-SHORT`),
      stop: '',
      part: `${subscriptionId} ${deliveryDay}`,
      parts,
    };
  }
  if (order?.through !== 'RUN') return undefined;
  const { orderId, deliveryDay, slotId, stopKey, cutoffAt, slotStartsAt } = order;
  if (event.eventType === 'ORDER_CONFIRMED') {
    const parts = (siblings.get(stopName(order)) ?? []).map((sibling) => sibling.orderId);
    return { key: keyAt(cutoffAt, `${deliveryDay}-${slotId}-ORDERED`), stop: stopKey, part: orderId, parts };
  }
  if (event.eventType === 'DELIVERY_UPDATED' && event.status === 'DELIVERED') {
    // It says that the courier was there, whatever of the stop came by which order.
    return {
      key: keyAt(slotStartsAt, `${deliveryDay}-${slotId}-DELIVERED`),
      stop: stopKey,
      part: `${deliveryDay}-${slotId}`,
      parts: [`${deliveryDay}-${slotId}`],
    };
  }
  return undefined;
}

/** Sorts among the ids of other messages by an instant. */
function keyAt(at: string, name: string): string {
  return `E${encodeTime(Date.parse(at), 10)}-${name}`;
}

/** What of a batch came short for the same household, day and slot. */
function shortsWith(event: DairyEvent, events: readonly DairyEvent[]) {
  if (event.eventType !== 'SUBSCRIPTION_DAY_SHORT') return [];
  const isSame = (other: DairyEvent) =>
    other.eventType === event.eventType &&
    other.userId === event.userId &&
    other.deliveryDay === event.deliveryDay &&
    other.slotId === event.slotId;
  return events.filter(isSame).map((short) => catalogue.SUBSCRIPTION_DAY_SHORT.data.parse(short));
}

function messagesOf(event: DairyEvent, together: Together | undefined): { table: Table; key: Key }[] {
  if (!together) return [];
  return channels.map((channel) => {
    const notificationId = notificationIdOf(together.key, channel, String(event.userId), together.stop);
    return { table: Notifications, key: { notificationId } };
  });
}
