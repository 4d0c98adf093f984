import { forgetCatalogue } from '#lambdas/product/models/catalogue.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { slotOn } from '#shared/data/slot.ts';
import { addDays, type Day, dayOf, daysBetween, plusSeconds } from '#shared/domain/day.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { handlersOf } from '../handlers.ts';
import type { Milkfloat } from '../milkfloat.ts';
import { type DemoProduct, demoProducts } from './catalogue.ts';
import { drawProduct } from './images.ts';
import { demoCouriers, demoHouseholds } from './people.ts';

export const DEMO_PASSWORD = 'milk-demo';
/** How many days the demo dairy has been open. */
export const PAST_DAYS = 6;
const system: Actor = { userId: 'system', role: 'system' };
const desk: Actor = { userId: 'Udesk', role: 'admin' };

type Invoke = <A = Record<string, string>>(
  lambda: string,
  name: string,
  payload: object,
  actor?: Actor,
) => Promise<A>;

interface Stop {
  deliveryId: string;
  status: string;
  slotStartsAt: string;
  orderId: string;
  cashDue: number;
  items: { productId: string; qty: number }[];
}

/**
 * Lives through the demo dairy's days until `now`: households, standing orders, orders by hand, rounds, problems and
 * cash, from a plain repeating pattern. It goes through the same use cases as people do. Answers what there is now.
 */
export async function liveDemo(milkfloat: Milkfloat, now: Date): Promise<string> {
  const story = new Story(milkfloat, await settingsOf(milkfloat.local.world));
  await story.open();
  const { today } = story;
  const last = dayOf(now, story.settings.timeZone);
  for (const [nth, day] of daysBetween(today(), last).entries()) {
    if (day !== last) console.error(`The demo lives through ${day} …`);
    await story.liveDay(day, nth, now);
  }
  await story.orderAhead();
  await story.moveTo(now);
  const { products, households, couriers } = story;
  return `The demo dairy is open: ${products.length} products, ${households.length} households, ${couriers.length} couriers, ${PAST_DAYS} days of orders.`;
}

class Story {
  readonly settings: Settings;
  readonly products = demoProducts;
  households: string[] = [];
  couriers: string[] = [];
  readonly #milkfloat: Milkfloat;
  readonly #invoke: Invoke;

  constructor(milkfloat: Milkfloat, settings: Settings) {
    this.#milkfloat = milkfloat;
    this.settings = settings;
    const handlerOf = handlersOf(milkfloat.local.world);
    this.#invoke = async <A>(lambda: string, name: string, payload: object, actor: Actor = desk) => {
      const answer = (await handlerOf(lambda)({ function: name, actor, payload })) as {
        code?: string;
        detail?: string;
      };
      if (answer?.code) throw new Error(`${name}: ${answer.code} ${answer.detail}`);
      return answer as A;
    };
  }

  today = (): Day => dayOf(this.#milkfloat.local.world.clock.now(), this.settings.timeZone);

  async moveTo(at: Date | string): Promise<void> {
    const { world } = this.#milkfloat.local;
    const to = new Date(at);
    if (to > world.clock.now()) await this.#milkfloat.mover?.moveTo(to.toISOString());
  }

  /** The first morning: products, people, balances and what shall come by itself. */
  async open(): Promise<void> {
    for (const product of this.products) await this.#addProduct(product);
    for (const courier of demoCouriers) {
      const input = { ...courier, password: DEMO_PASSWORD, role: 'courier' };
      this.couriers.push((await this.#invoke('admin', 'addUser', input)).userId ?? '');
    }
    for (const household of demoHouseholds) {
      const input = { ...household, password: DEMO_PASSWORD };
      this.households.push((await this.#invoke('user', 'register', input, system)).userId ?? '');
    }
    forgetCatalogue(this.#milkfloat.local.world);
    for (const [i, userId] of this.households.entries()) await this.#begin(userId, i);
  }

  async #addProduct({ art, ...product }: DemoProduct): Promise<void> {
    const file = `${product.productId}.svg`;
    const drawn = Buffer.from(drawProduct({ art, ...product }));
    await this.#milkfloat.local.world.files.put(`images/${file}`, drawn, 'image/svg+xml');
    await this.#invoke('admin', 'addProduct', { ...product, imageUrl: `/product/image?file=${file}` });
  }

  /** Four households of five have something come by itself; some have paid in little. */
  async #begin(userId: string, i: number): Promise<void> {
    if (i % 5 === 4) return;
    const amount = i % 13 === 7 ? 150 : 1_500 + (i % 4) * 500;
    const paymentMethod = i % 6 === 5 ? 'COD' : i % 10 === 3 ? 'ACCOUNT' : 'WALLET';
    if (paymentMethod === 'WALLET')
      await this.#invoke('payment', 'topUpWallet', { userId, amount, paymentMethod: 'CASH' });
    if (paymentMethod === 'ACCOUNT')
      await this.#invoke('payment', 'grantAccount', {
        userId,
        creditLimit: 4_000,
        billing: 'WEEKLY',
        dueDays: 7,
      });
    const schedules = [
      { type: 'DAILY' },
      { type: 'ALTERNATE_DAYS' },
      { type: 'WEEKDAYS', days: ['MON', 'WED', 'FRI', 'SAT'] },
      { type: 'DAILY' },
    ];
    const milk = this.products.filter(({ category }) => category === 'Milk');
    const curd = this.products.filter(({ category }) => category.startsWith('Curd'));
    const items = [
      { productId: milk[i % milk.length]?.productId, qty: 1 + (i % 2) },
      ...(i % 3 === 0 ? [{ productId: curd[i % curd.length]?.productId, qty: 1 }] : []),
    ];
    await this.#invoke(
      'order',
      'subscribeOrder',
      {
        items,
        schedule: schedules[i % schedules.length],
        startDate: addDays(this.today(), 1),
        slot: this.settings.slots[i % 2]?.slotId,
        paymentMethod,
      },
      this.#customer(userId),
    );
  }

  #customer = (userId: string): Actor => ({ userId, role: 'customer' });

  /** Orders by hand, the rounds that are due by `now`, what went wrong, and the cash of the day. */
  async liveDay(day: Day, nth: number, now: Date): Promise<void> {
    const { timeZone, slots } = this.settings;
    await this.#orderByHand(addDays(day, 1), nth);
    for (const window of slots) {
      const slot = slotOn(window, day, timeZone);
      if (new Date(slot.startsAt) > now) break;
      await this.moveTo(slot.startsAt);
      const isToday = dayOf(now, timeZone) === day;
      for (const [i, courierId] of this.couriers.entries())
        await this.#drive(courierId, i, slot.startsAt, isToday);
      const end = new Date(slot.endsAt) < now ? new Date(slot.endsAt) : now;
      await this.moveTo(end);
    }
    const evening = slotOn(slots.at(-1) as Settings['slots'][number], day, timeZone).endsAt;
    if (new Date(evening) > now) return;
    for (const courierId of this.couriers.slice(0, 3)) await this.#handOver(courierId);
    // The day locks, and the orders of the next one are made.
    await this.moveTo(new Date(Math.min(now.getTime(), Date.parse(plusSeconds(evening, 4 * 3_600)))));
  }

  /** A few households order something for the next day, and pay in one way or another. */
  async #orderByHand(day: Day, nth: number): Promise<void> {
    for (const [i, userId] of this.households.entries()) {
      if ((i + nth * 3) % 8 !== 0) continue;
      const window = this.settings.slots[(i + nth) % this.settings.slots.length];
      if (window) await this.#place(userId, i + nth, slotOn(window, day, this.settings.timeZone).startsAt);
    }
  }

  async #place(userId: string, seed: number, deliverySlot: string): Promise<void> {
    const customer = this.#customer(userId);
    const picks = [0, 1, 2]
      .slice(0, 1 + (seed % 3))
      .map((k) => this.products[(seed * 7 + k * 13) % this.products.length]);
    const cartItems = picks.map((product, k) => ({
      productId: product?.productId,
      qty: 1 + ((seed + k) % 2),
    }));
    const input = { cartItems, deliverySlot };
    const order = await this.#invoke<{ orderId: string; amount: number }>(
      'order',
      'createOrder',
      input,
      customer,
    );
    const { orderId, amount } = order;
    if (seed % 11 === 5) return;
    const paymentMethod = (['UPI', 'CARD', 'COD'] as const)[seed % 3];
    await this.#invoke('payment', 'processPayment', { orderId, amount, paymentMethod }, customer);
    if (seed % 9 === 4) await this.#invoke('order', 'cancelOrder', { orderId }, customer);
  }

  /** A courier's stops of a slot: nearly all are delivered, some short, one not at all. Of today's some are left to try. */
  async #drive(courierId: string, nth: number, slotStartsAt: string, isToday: boolean): Promise<void> {
    const courier: Actor = { userId: courierId, role: 'courier' };
    const sheet = await this.#invoke<Stop[]>('delivery', 'viewRun', { day: this.today() }, courier);
    const stops = sheet
      .filter((stop) => stop.status === 'ASSIGNED' && stop.slotStartsAt === slotStartsAt)
      .filter((_, i) => !isToday || i % 3 !== 2);
    const move = (deliveryId: string, status: string, more: object = {}) =>
      this.#invoke('admin', 'updateDelivery', { deliveryId, status, ...more }, courier);
    for (const { deliveryId } of stops) {
      await move(deliveryId, 'PICKED_UP');
      await move(deliveryId, 'IN_TRANSIT');
    }
    for (const [i, stop] of stops.entries()) {
      const { deliveryId, cashDue, items, orderId } = stop;
      if ((i + nth) % 17 === 11) {
        await move(deliveryId, 'FAILED', { reason: 'Nobody home, gate locked' });
        continue;
      }
      const [first] = items;
      const isShort = cashDue === 0 && (i + nth) % 13 === 6 && first && first.qty > 1;
      await move(deliveryId, 'DELIVERED', {
        ...(isShort ? { items: [{ productId: first.productId, delivered: first.qty - 1 }] } : {}),
        ...(cashDue > 0 ? { cashCollected: cashDue } : {}),
        proof: { note: 'Left at the door' },
      });
      if ((i + nth) % 7 === 5 && first) await this.#complain(orderId, first.productId, i);
    }
  }

  async #complain(orderId: string, productId: string, seed: number): Promise<void> {
    const kind = (['SPOILT', 'BROKEN', 'MISSING'] as const)[seed % 3];
    const note = ['The milk was sour', 'The bottle had a crack', 'It was not in the bag'][seed % 3];
    await this.#invoke('order', 'reportProblem', { orderId, productId, kind, note });
  }

  async #handOver(courierId: string): Promise<void> {
    const held = await this.#invoke<{ courierId: string; expected: number }[]>('payment', 'viewCash', {
      limit: 100,
    });
    const expected = held.find((one) => one.courierId === courierId)?.expected ?? 0;
    if (expected > 0) await this.#invoke('payment', 'handOverCash', { courierId, counted: expected });
  }

  /** Orders for the coming days, some of them packed, some without payment. */
  async orderAhead(): Promise<void> {
    const { slots, timeZone } = this.settings;
    for (const [i, userId] of this.households.entries()) {
      if (i % 3 !== 0) continue;
      const window = slots[i % slots.length];
      if (window) await this.#place(userId, i, slotOn(window, addDays(this.today(), 2), timeZone).startsAt);
    }
  }
}
