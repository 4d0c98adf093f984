import { readDay } from '#lambdas/order/models/dayOrders.ts';
import { OrderRuns } from '#lambdas/order/models/OrderRun.ts';
import { COUNT_ID, StandingDemands } from '#lambdas/order/models/StandingDemand.ts';
import { type Product, Products, type StockDay, StockDays } from '#lambdas/product/models/Product.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { csvOf } from '#shared/domain/csv.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { DayDemand, type Pieces, runsOf, sumOf, supplyOf } from './rules/demand.ts';

/**
 * What a delivery day needs of each product, by slot: ordered by hand, made by the order run, and what standing orders
 * will bring, from the count that a timer makes; against what there is.
 */
export async function viewDemand(world: World, { input }: Call<{ day?: Day; format: 'json' | 'csv' }>) {
  const settings = await settingsOf(world);
  const day = input.day ?? dayOf(world.clock.now(), settings.timeZone);
  const [count, runs] = await Promise.all([
    world.store.get(StandingDemands, { countId: COUNT_ID, day }),
    world.store.query(OrderRuns, { hash: day, consistent: true }),
  ]);
  const { closedSlots, held } = runsOf(runs.rows);
  const demand = new DayDemand(count);
  await readDay(world, day, (order) => demand.addOrder(order));
  demand.addPlanned(closedSlots);
  const products = await productRows(world, day, demand, held, settings);
  if (input.format === 'csv') return csvReply(day, products, settings);
  return { day, plannedAt: count?.countedAt, orders: demand.orders, products };
}

type ProductRow = Awaited<ReturnType<typeof productRows>>[number];

async function productRows(
  world: World,
  day: Day,
  { needs, names }: DayDemand,
  held: ReadonlyMap<string, number>,
  settings: Settings,
) {
  const productIds = [...needs.keys()];
  const found = await world.store.getMany([
    ...productIds.map((productId) => ({ table: Products, key: { productId } })),
    ...productIds.map((productId) => ({ table: StockDays, key: { productId, day } })),
  ]);
  const order = new Intl.Collator('en');
  return productIds
    .map((productId, i) => {
      const product = found[i] as Product | undefined;
      const stockDay = found[productIds.length + i] as StockDay | undefined;
      const slots = needs.get(productId) ?? new Map<string, Pieces>();
      const sum = sumOf(slots.values());
      const there = supplyOf(product, stockDay, held.get(productId) ?? 0);
      return {
        productId,
        name: product?.name ?? names.get(productId) ?? productId,
        unit: product?.unit,
        category: product?.category,
        ...sum,
        ...there,
        // What is ordered was taken from the stock; what is planned must come from what is left.
        short: Math.max(0, sum.planned - there.left),
        slots: slotRows(slots, settings),
      };
    })
    .sort((a, b) => order.compare(a.category ?? '', b.category ?? '') || order.compare(a.name, b.name));
}

/** A product's slots in the order of the day; what is planned further ahead is in none. */
function slotRows(slots: ReadonlyMap<string, Pieces>, settings: Settings) {
  const places = settings.slots.map(({ slotId }) => slotId);
  const placeOf = (slotId: string) => (places.indexOf(slotId) + places.length + 1) % (places.length + 1);
  return [...slots]
    .filter(([slotId]) => slotId !== '')
    .sort(([a], [b]) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1))
    .map(([slotId, pieces]) => ({ slotId, ...sumOf([pieces]) }));
}

function csvReply(day: Day, products: readonly ProductRow[], settings: Settings): Reply {
  const offered = settings.slots.map(({ slotId }) => slotId);
  const slotIds = [...new Set([...offered, ...products.flatMap(({ slots }) => slots.map((s) => s.slotId))])];
  const rows = products.map(({ slots, ...row }) => ({
    ...row,
    ...Object.fromEntries(slots.map(({ slotId, total }) => [slotId, total])),
  }));
  const columns = [
    'productId',
    'name',
    'unit',
    'category',
    'orderedByHand',
    'orderedByRun',
    'planned',
    'total',
    'supply',
    'left',
    'short',
    ...slotIds,
  ];
  return csvFile(`demand-${day}`, csvOf(columns, rows));
}

/** CSV that a browser keeps as a file of that name. */
export function csvFile(name: string, text: string, cursor?: string): Reply {
  return new Reply(text, {
    cursor,
    contentType: 'text/csv; charset=utf-8; header=present',
    headers: { 'content-disposition': `attachment; filename="${name}.csv"` },
  });
}
