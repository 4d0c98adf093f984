import { newProduct } from '#lambdas/admin/rules/product.ts';
import { addProductWrite, type Product } from '#lambdas/product/models/Product.ts';
import { hashPassword } from '#lambdas/user/models/passwordHash.ts';
import { accountWrites } from '#lambdas/user/models/registration.ts';
import { newUser, type User } from '#lambdas/user/models/User.ts';
import { SettingsTable, settingsKey } from '#shared/data/settings.ts';
import { create, type Write } from '#shared/data/write.ts';
import { Problem } from '#shared/domain/problem.ts';
import type { World } from '#shared/world.ts';

/** As many households as clients never share a cart with: half of them fill carts, half of them order. */
export const HOUSEHOLDS = 400;
const COURIERS = 4;
const categories = ['Milk', 'Curd', 'Butter', 'Bread'];
const EACH = 15;
const STOCK = 1_000_000;

/** A dairy that can be measured: people, products and settings, the same for every server. */
export interface Dairy {
  households: User[];
  couriers: User[];
  products: Product[];
  writes: Write[];
}

export async function dairyOf(world: World, households: number): Promise<Dairy> {
  const passwordHash = await hashPassword('test123');
  const people = Array.from({ length: households }, (_, i) => household(world, i, passwordHash));
  const couriers = Array.from({ length: COURIERS }, (_, i) => {
    const from = { userId: `UC${i}`, role: 'courier' as const, name: `Courier ${i}`, phone: undefined };
    return newUser(world, { ...from, email: `c${i}@bench.local`, address: undefined }, passwordHash);
  });
  const products = categories.flatMap((category, i) =>
    Array.from({ length: EACH }, (_, k) => product(world, category, i * EACH + k)),
  );
  // Night or day, what follows an order is sent at once.
  const settings = { ...settingsKey, version: 1, settings: { quietHours: null } };
  const writes = [
    create(SettingsTable, settings),
    ...products.map(addProductWrite),
    ...[...people, ...couriers].flatMap(accountWrites),
  ];
  return { households: people, couriers, products, writes };
}

function household(world: World, i: number, passwordHash: string) {
  const number = String(i).padStart(5, '0');
  const address = { line1: `${i % 90} Cross ${i % 17}`, city: 'Bengaluru', pincode: `5600${10 + (i % 80)}` };
  return newUser(
    world,
    {
      userId: `UB${number}`,
      role: 'customer',
      name: `Household ${number}`,
      email: `h${number}@bench.local`,
      phone: `+9198${number}000`,
      address,
    },
    passwordHash,
  );
}

function product(world: World, category: string, i: number): Product {
  const made = newProduct(
    {
      productId: `P${1000 + i}`,
      name: `${category} of kind ${i}`,
      price: 2_000 + 150 * i,
      category,
      unit: '500 ml pouch',
      description: 'Pasteurised the same morning, light enough to drink cold, steady enough for the coffee.',
      imageUrl: `/product/image?file=p${1000 + i}.svg`,
      stock: STOCK,
      taxes: { CGST: 250, SGST: 250 },
      hsn: '0401',
    },
    world.clock.now().toISOString(),
  );
  if (made instanceof Problem) throw made;
  return made;
}
