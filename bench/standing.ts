import {
  type Plan,
  runKeyOf,
  runOrderOf,
  type Subscription,
  Subscriptions,
} from '#lambdas/order/models/Subscription.ts';
import { Balances } from '#lambdas/payment/models/Ledger.ts';
import { addProductWrite, type Product } from '#lambdas/product/models/Product.ts';
import { Users } from '#lambdas/user/models/User.ts';
import { create, type Write } from '#shared/data/write.ts';
import { addDays, type Day, dayOf } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';
import { dairyOf } from './households.ts';
import { openFolder, writeAll } from './prepare.ts';

/** What each household has in its prepaid balance: enough for many days. */
const BALANCE_MINOR = 100_000_000;
/** Of seven households six have one subscription and one has two. */
const TWO_EVERY = 7;
/** What a day's supply is: nothing is short. */
const SUPPLY = 10_000_000;

type Schedule = Plan['schedule'];
const schedules: readonly Schedule[] = [
  { type: 'DAILY' },
  { type: 'DAILY' },
  { type: 'DAILY' },
  { type: 'ALTERNATE_DAYS' },
  { type: 'WEEKDAYS', days: ['MON', 'TUE', 'WED', 'THU', 'FRI'] },
];
const slotIds = ['EARLY', 'MORNING', 'MORNING', 'EVENING'];

/** As long as an id and in the order of numbers: two folders of one size hold the same, so that their digests agree. */
const idOf = (number: number) => String(number).padStart(26, '0');

/**
 * Fills a data folder with households and their standing orders by the direct path: rows as subscribing leaves them,
 * paid from prepaid balances. Answers the first day that they are for.
 */
export async function fillStanding(dataDir: string, count: number): Promise<Day> {
  const opened = await openFolder(dataDir);
  try {
    const { world } = opened;
    const day = addDays(dayOf(world.clock.now(), 'Asia/Kolkata'), 1);
    const dairy = await dairyOf(world, 0);
    const products = dairy.products.map(perDay);
    await writeAll(world, dairy.writes.filter(({ table }) => table.name !== 'Products').values());
    await writeAll(world, products.map(addProductWrite).values());
    await writeAll(world, standingOrders(world, products, count, day));
    return day;
  } finally {
    await opened.close();
  }
}

function perDay(product: Product, i: number): Product {
  return i % 3 === 2
    ? product
    : { ...product, stockMode: 'PER_DAY', stock: 0, received: 0, dailySupply: SUPPLY };
}

function* standingOrders(
  world: World,
  products: readonly Product[],
  count: number,
  day: Day,
): Generator<Write> {
  for (let i = 0, household = 0; i < count; household++) {
    const userId = `UB${idOf(household)}`;
    const address = {
      line1: `${household % 90} Cross ${household % 17}`,
      city: 'Bengaluru',
      pincode: `5600${10 + (household % 80)}`,
    };
    const theirs = household % TWO_EVERY === 0 && i + 1 < count ? 2 : 1;
    yield create(Users, {
      userId,
      name: `Household ${household}`,
      phone: '+919800000000',
      address,
      addresses: [address],
      preferences: { language: 'en', email: true, sms: true },
      role: 'customer',
      active: true,
      createdAt: world.clock.now().toISOString(),
      openOrders: theirs,
      version: 1,
    });
    yield create(Balances, { balanceId: userId, wallet: -BALANCE_MINOR });
    for (let k = 0; k < theirs; k++, i++)
      yield create(Subscriptions, standingOrder(world, products, { userId, address, i, day }));
    if (i % 20_000 < theirs) console.error(`  ${i} standing orders`);
  }
}

function standingOrder(
  world: World,
  products: readonly Product[],
  { userId, address, i, day }: { userId: string; address: Plan['address']; i: number; day: Day },
): Subscription {
  const subscriptionId = `S${idOf(i)}`;
  const items = Array.from({ length: 1 + (i % 3) }, (_, k) => ({
    productId: products[(i * 7 + k * 11) % products.length]?.productId ?? '',
    qty: 1 + ((i + k) % 2),
  }));
  const plan: Plan = {
    from: day,
    anchor: day,
    items,
    schedule: schedules[i % schedules.length] as Schedule,
    slotId: slotIds[i % slotIds.length] ?? '',
    address,
    paymentMethod: 'WALLET',
  };
  return {
    subscriptionId,
    userId,
    status: 'ACTIVE',
    plans: [plan],
    startDay: day,
    skips: [],
    pauses: [],
    oneOffs: [],
    placedBy: userId,
    through: 'SELF',
    createdAt: world.clock.now().toISOString(),
    version: 1,
    runKey: runKeyOf(userId),
    runOrder: runOrderOf(userId, subscriptionId),
  };
}
