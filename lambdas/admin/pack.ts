import type { Delivery } from '#lambdas/delivery/models/Delivery.ts';
import { readDay } from '#lambdas/order/models/dayOrders.ts';
import { type Order, Orders } from '#lambdas/order/models/Order.ts';
import type { User } from '#lambdas/user/models/User.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { csvOf } from '#shared/domain/csv.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import { Problem } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { csvFile } from './demand.ts';
import { deliveriesOf, roundOf, usersOf } from './rounds.ts';
import { pageOfDay } from './rules/dayPage.ts';
import { itemsOf, type PackStop, stopIdOf, stopsOf } from './rules/packing.ts';

/** A file is read by a spreadsheet, not by a screen: it has this many stops, and a link to more. */
const STOPS_A_FILE = 2_000;

export interface ListPack {
  day?: Day;
  slotId?: string;
  courierId?: string;
  format: 'json' | 'csv';
  limit: number;
  cursor?: string;
}

/** What is packed for a day: its stops in the order a courier drives them, with what each gets and who brings it. */
export async function listPack(world: World, { input }: Call<ListPack>) {
  const { slotId, courierId, format, cursor } = input;
  const day = input.day ?? dayOf(world.clock.now(), (await settingsOf(world)).timeZone);
  const stops = courierId ? await stopsOfRound(world, courierId, day) : await stopsOfDay(world, day);
  const limit = format === 'csv' ? STOPS_A_FILE : input.limit;
  const page = pageOfDay(
    stops,
    { day, limit, cursor },
    stopIdOf,
    ({ packed: [first] }) => first !== undefined && (slotId ?? first.slotId) === first.slotId,
  );
  if (page instanceof Problem) return page;
  const shown = await shownStops(world, page.rows);
  if (format === 'csv') return csvFile(`pack-${day}`, csvOf(columns, shown.flatMap(linesOf)), page.cursor);
  return new Reply(shown, { cursor: page.cursor });
}

async function stopsOfDay(world: World, day: Day): Promise<PackStop[]> {
  const orders: Order[] = [];
  await readDay(world, day, (order) => orders.push(order));
  return stopsOf(orders);
}

/** The stops of one courier. What failed there is packed no more, or for another try by whoever makes it. */
async function stopsOfRound(world: World, courierId: string, day: Day): Promise<PackStop[]> {
  const round = await roundOf(world, courierId, day);
  const live = new Set(round.filter(({ status }) => status !== 'FAILED').map(({ orderId }) => orderId));
  const found = await world.store.getMany(round.map(({ orderId }) => ({ table: Orders, key: { orderId } })));
  const orders = new Map(
    (found as (Order | undefined)[]).flatMap((order) => (order ? [[order.orderId, order]] : [])),
  );
  return stopsOf([...orders.values()], new Set([...orders.keys()].filter((orderId) => !live.has(orderId))));
}

async function shownStops(world: World, stops: readonly PackStop[]) {
  const orders = stops.flatMap((stop) => stop.packed);
  const deliveries = await deliveriesOf(
    world,
    orders.map(({ deliveryId }) => deliveryId),
  );
  const people = await usersOf(world, [
    ...orders.map(({ userId }) => userId),
    ...[...deliveries.values()].map(({ courierId }) => courierId),
  ]);
  return stops.map((stop) => shownStop(stop, deliveries, people));
}

function shownStop(
  stop: PackStop,
  deliveries: ReadonlyMap<string, Delivery>,
  people: ReadonlyMap<string, User>,
) {
  const [first] = stop.packed as [Order, ...Order[]];
  const household = people.get(first.userId);
  const live = stop.packed
    .map(({ deliveryId }) => deliveries.get(deliveryId ?? ''))
    .find((delivery) => delivery && delivery.status !== 'FAILED');
  return {
    slotId: first.slotId,
    slotStartsAt: first.slotStartsAt,
    slotEndsAt: first.slotEndsAt,
    userId: first.userId,
    name: household?.name,
    phone: household?.phone,
    address: first.address,
    courierId: live?.courierId,
    courier: people.get(live?.courierId ?? '')?.name,
    orders: stop.packed.map(({ orderId, status }) => ({ orderId, status })),
    items: itemsOf(stop),
  };
}

const columns = [
  'slotId',
  'courier',
  'name',
  'phone',
  'line1',
  'line2',
  'city',
  'pincode',
  'note',
  'productId',
  'product',
  'qty',
  'orders',
];

/** A stop as a file has it: a line for each product. */
function linesOf({ items, address, orders, ...stop }: Awaited<ReturnType<typeof shownStops>>[number]) {
  const orderIds = orders.map(({ orderId }) => orderId).join(' ');
  return items.map(({ productId, name, qty }) => ({
    ...address,
    ...stop,
    productId,
    product: name,
    qty,
    orders: orderIds,
  }));
}
