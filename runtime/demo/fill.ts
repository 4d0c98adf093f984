import { catalogueOf, forgetCatalogue } from '#lambdas/product/models/catalogue.ts';
import { Products } from '#lambdas/product/models/Product.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { slotOn } from '#shared/data/slot.ts';
import { addDays, dayOf } from '#shared/domain/day.ts';
import type { Actor, Role } from '#shared/ports/ports.ts';
import { handlersOf } from '../handlers.ts';
import type { Milkfloat } from '../milkfloat.ts';
import { type DemoProduct, demoProducts } from './catalogue.ts';
import { drawProduct } from './images.ts';
import { demoCouriers, demoHouseholds } from './people.ts';

const PASSWORD = 'milk-demo';
const staff: Actor = { userId: 'system', role: 'system' };
const desk: Actor = { userId: 'Udesk', role: 'admin' };

type Invoke = <A = Record<string, string>>(
  lambda: string,
  name: string,
  payload: object,
  actor?: Actor,
) => Promise<A>;

/**
 * Fills an empty dairy with one that lives: products with pictures, couriers, households, and orders for the
 * next two days in every status. It goes through the same use cases as people do. A filled dairy is left alone.
 */
export async function fillDemo(milkfloat: Milkfloat): Promise<void> {
  const { world } = milkfloat.local;
  if (await world.store.get(Products, { productId: demoProducts[0]?.productId ?? '' })) {
    console.error('The demo dairy is here already.');
    return;
  }
  const handlerOf = handlersOf(world);
  const invoke: Invoke = async <A>(lambda: string, name: string, payload: object, actor: Actor = desk) => {
    const answer = (await handlerOf(lambda)({ function: name, actor, payload })) as {
      code?: string;
      detail?: string;
    };
    if (answer?.code) throw new Error(`${name}: ${answer.code} ${answer.detail}`);
    return answer as A;
  };
  for (const product of demoProducts) await addProduct(milkfloat, invoke, product);
  const couriers = await addCouriers(invoke);
  const households = await addHouseholds(invoke);
  forgetCatalogue(world);
  const placed = await placeOrders(milkfloat, invoke, households);
  console.error(
    [
      `The demo dairy is open: ${demoProducts.length} products, ${households.length} households, ${placed} orders.`,
      `  customer ${demoHouseholds[0]?.email}  ${PASSWORD}`,
      `  courier  ${demoCouriers[0]?.email}  ${PASSWORD}  (${couriers.length} couriers)`,
    ].join('\n'),
  );
}

async function addProduct(milkfloat: Milkfloat, invoke: Invoke, product: DemoProduct): Promise<void> {
  const { art: _art, ...fields } = product;
  const file = `${product.productId}.svg`;
  await milkfloat.local.world.files.put(`images/${file}`, Buffer.from(drawProduct(product)), 'image/svg+xml');
  await invoke('admin', 'addProduct', { ...fields, imageUrl: `/product/image?file=${file}` });
}

async function addCouriers(invoke: Invoke): Promise<string[]> {
  const ids: string[] = [];
  for (const courier of demoCouriers) {
    const made = await invoke('admin', 'addUser', { ...courier, password: PASSWORD, role: 'courier' });
    ids.push(made.userId ?? '');
  }
  return ids;
}

async function addHouseholds(invoke: Invoke): Promise<string[]> {
  const ids: string[] = [];
  for (const household of demoHouseholds) {
    const made = await invoke('user', 'register', { ...household, password: PASSWORD }, staff);
    ids.push(made.userId ?? '');
  }
  return ids;
}

/** Two orders a household, from a plain repeating pattern, so that the demo is the same each time. */
async function placeOrders(
  milkfloat: Milkfloat,
  invoke: Invoke,
  households: readonly string[],
): Promise<number> {
  const { world } = milkfloat.local;
  const settings = await settingsOf(world);
  const { listed } = await catalogueOf(world);
  const today = dayOf(world.clock.now(), settings.timeZone);
  let placed = 0;
  for (const [i, userId] of households.entries()) {
    for (const ahead of i % 3 === 0 ? [2] : [2, 3]) {
      const window = settings.slots[(i + ahead) % settings.slots.length];
      if (!window) continue;
      const slot = slotOn(window, addDays(today, ahead), settings.timeZone);
      const picks = [0, 1, 2]
        .slice(0, 1 + (i % 3))
        .map((k) => listed[(i * 7 + k * 13 + ahead) % listed.length]);
      const cartItems = picks.flatMap((offer, k) =>
        offer ? [{ productId: offer.product.productId, qty: 1 + ((i + k) % 2) }] : [],
      );
      const customer: Actor = { userId, role: 'customer' as Role };
      const order = await invoke<{ orderId: string; amount: number }>(
        'order',
        'createOrder',
        { cartItems, deliverySlot: slot.startsAt },
        customer,
      );
      placed++;
      await advance(invoke, order, i, customer);
    }
  }
  return placed;
}

/** Pays most orders, in one way or another, and packs or cancels some. */
async function advance(
  invoke: Invoke,
  order: { orderId: string; amount: number },
  i: number,
  customer: Actor,
): Promise<void> {
  const { orderId, amount } = order;
  if (i % 11 === 5) return;
  const paymentMethod = (['UPI', 'CARD', 'COD'] as const)[i % 3];
  await invoke('payment', 'processPayment', { orderId, amount, paymentMethod }, customer);
  if (i % 9 === 4) await invoke('order', 'cancelOrder', { orderId }, customer);
  else if (i % 2 === 0) await invoke('order', 'setOrderStatus', { orderId, status: 'PACKED' });
}
