import { Orders, runOrderIdOf } from '#lambdas/order/models/Order.ts';
import { Ledger } from '#lambdas/payment/models/Ledger.ts';
import { type Answer, differences, paise, unlike } from './compare.ts';
import { type DairyLife, HOUSEHOLDS } from './deeds.ts';
import { type Day, dates, type Moment, step } from './model/almanac.ts';
import { type Deed, House, type Kept, type Told } from './model/house.ts';
import type { Piece } from './model/standing.ts';
import type { Disturbance, Stage } from './stage.ts';

interface ShownLine {
  subscriptionId?: string;
  productId: string;
  qty: number;
  wanted?: number;
  amount: number;
  status: string;
  locksAt: string;
}

interface Figures {
  due: number;
  orders: number;
  reasons: Record<string, number>;
  amount: number;
  digest: string;
}

/** A life lasts no longer, days that its end looks at counted in. */
const LIFE_DAYS = 50;

/** One life in a real dairy and in the model at once. */
export class Play {
  readonly #stage: Stage;
  readonly #life: DairyLife;
  #log: { deed: Deed; at: Moment }[] = [];
  /** Every receipt that an answer has shown. */
  #receipts = new Set<string>();
  #subscriptionIds: string[] = [];
  house: House;

  constructor(stage: Stage, life: DairyLife) {
    this.#stage = stage;
    this.#life = life;
    this.house = this.#build([]);
  }

  get now(): Moment {
    return this.#stage.dairy.clock.now().toISOString();
  }

  get today(): Day {
    return this.house.almanac.today(this.now);
  }

  /** The model as these deeds make it. */
  #build(log: readonly { deed: Deed; at: Moment }[]): House {
    const { place, wares, terms } = this.#life;
    const house = new House(place.begins, place.arrangement, { wares, terms, households: HOUSEHOLDS });
    for (const { deed, at } of log) house.do(deed, at);
    return house;
  }

  async open(): Promise<void> {
    const { place, wares, terms } = this.#life;
    const { creditLimit, graceLimit, balanceShort } = terms;
    await this.#stage.begin(place, wares, { balanceShort, graceLimit: graceLimit / 100 });
    if (creditLimit > 0) await this.#stage.grantAccount(HOUSEHOLDS - 1, creditLimit / 100);
    for (const holiday of place.arrangement.holidays) holiday.declaredAt = this.now;
    this.house = this.#build([]);
  }

  /** Lets time pass; order runs begin on their way. Answers what differs. */
  async passTo(to: Moment, run: Disturbance, down: boolean): Promise<string[]> {
    const { clock } = this.#stage.dairy;
    const moments = this.house.almanac.runsBetween(this.now, to);
    const wrong: string[] = [];
    for (const at of down ? [] : moments) {
      clock.set(at);
      wrong.push(...(await this.#run(run)));
    }
    clock.set(to);
    if (down && moments.length > 0) wrong.push(...(await this.#run('NONE')));
    return wrong;
  }

  /**
   * A run; where it is disturbed, a day that it closes must be what a simulation said before. A day before which another
   * is run at the same moment has less money by then than the simulation sees.
   */
  async #run(disturbance: Disturbance): Promise<string[]> {
    const { almanac } = this.house;
    const closing = disturbance === 'NONE' ? [] : almanac.closing(this.now);
    const [first] = almanac.running(this.now);
    const foreseen = closing.filter((day) => day === first);
    const before = await this.#figures('simulateRun', foreseen);
    await this.#stage.run(disturbance);
    this.#note({ deed: 'RUN' });
    const after = await this.#figures('runDay', closing);
    for (const day of closing) this.#note({ deed: 'RUN', day });
    const model = closing.map((day) => this.house.figures(day));
    const sums = after.map(({ digest: _, ...figures }) => figures);
    const made = after.filter((_, i) => closing[i] === first);
    return [...differences('simulation', made, before), ...differences('run', sums, model)];
  }

  async #figures(door: 'simulateRun' | 'runDay', days: readonly Day[]) {
    const { dairy } = this.#stage;
    const figures = [];
    for (const day of days) {
      const { due, orders, reasons, amount, digest } = await dairy.call<Figures>(
        'admin',
        door,
        { day },
        dairy.admin,
      );
      const sorted = Object.fromEntries(Object.entries(reasons).sort(([a], [b]) => (a < b ? -1 : 1)));
      figures.push({ due, orders, reasons: sorted, amount: paise(amount), digest });
    }
    return figures;
  }

  #note(deed: Deed): Told {
    this.#log.push({ deed, at: this.now });
    return this.house.do(deed, this.now);
  }

  /** Does something in both; answers what is said differently. */
  async act(deed: Deed): Promise<string[]> {
    const answer = await this.#do(deed);
    const wrong = unlike(this.#receipts, deed, answer, this.#note(deed));
    await this.#follow();
    for (const next of following([deed])) this.#note(next);
    return wrong;
  }

  /** What follows from top-ups. */
  async #follow(): Promise<void> {
    await this.#stage.bring('order-again', 'order', ['WALLET_TOPPED_UP']);
  }

  /** Does two things at once: both must have happened in one of their orders. */
  async actBoth(one: Deed, other: Deed): Promise<string[]> {
    const answers = await Promise.all([this.#do(one), this.#do(other)]);
    await this.#follow();
    const at = this.now;
    const tried: string[] = [];
    for (const turns of [
      [one, other],
      [other, one],
    ]) {
      const house = this.#build(this.#log);
      const told = new Map(turns.map((deed) => [deed, house.do(deed, at)]));
      const next = following(turns);
      for (const deed of next) house.do(deed, at);
      this.house = house;
      const receipts = new Set(this.#receipts);
      const answerOf = (deed: Deed) => answers[deed === one ? 0 : 1];
      const wrong = [
        ...turns.flatMap((deed) => unlike(receipts, deed, answerOf(deed), told.get(deed))),
        // Which came first may show only on days that nobody looks at before long.
        ...(await this.compare(LIFE_DAYS)),
      ];
      if (wrong.length === 0) {
        this.#receipts = receipts;
        this.#log.push(...[...turns, ...next].map((deed) => ({ deed, at })));
        return [];
      }
      tried.push(...wrong);
    }
    return tried;
  }

  /** Everything that the doors show of each household against the model. */
  async compare(ahead = 14): Promise<string[]> {
    const wrong: string[] = [];
    for (const household of this.house.purses.keys()) {
      wrong.push(...differences(`calendar ${household}`, ...(await this.#calendars(household, ahead))));
      wrong.push(...differences(`wallet ${household}`, ...(await this.#wallets(household))));
    }
    return wrong;
  }

  /** Every order and every line of the books against the model. */
  async audit(): Promise<string[]> {
    const orders = await this.#stage.all(Orders);
    const made = orders
      .map(({ subscriptionId = '', deliveryDay, status, cancelReason, items, amount, charged }) => {
        const ended = status === 'CANCELLED' ? `${status} ${cancelReason}` : status;
        const pieces = items.map(({ productId, qty, price }) => `${productId} ${qty} à ${price}`).sort();
        const order = this.#subscriptionIds.indexOf(subscriptionId);
        return `${order} ${deliveryDay} ${ended} ${amount} ${charged ?? '-'}: ${pieces}`;
      })
      .sort();
    const told = this.house.orders.flatMap(({ days }, n) =>
      [...days]
        .filter(([, kept]) => kept.ordered)
        .map(([day, kept]) => {
          const charged = kept.status === 'DELIVERED' ? this.house.charge(kept) : '-';
          return `${n} ${day} ${kept.status} ${this.house.worth(kept)} ${charged}: ${piecesOf(kept)}`;
        }),
    );
    const movements = await this.#stage.all(Ledger);
    const unequal = movements.filter(({ lines }) => lines.reduce((sum, { amount }) => sum + amount, 0) !== 0);
    const earned = this.house.purses.map((purse) => purse.earned);
    const booked = this.house.purses.map((_, household) => {
      const { userId } = this.#stage.actor(household);
      const lines = movements
        .filter((movement) => movement.userId === userId)
        .flatMap(({ lines: all }) => all);
      return lines.reduce(
        (sum, line) => (['revenue', 'tax'].includes(line.account) ? sum - line.amount : sum),
        0,
      );
    });
    return [
      ...differences('orders', made, told.sort()),
      ...differences('movements that do not sum to nothing', unequal, []),
      ...differences('earned', booked, earned),
    ];
  }

  async #calendars(household: number, ahead: number): Promise<[unknown, unknown]> {
    const today = this.house.almanac.today(this.now);
    const [from, to] = [step(today, -3), step(today, ahead)];
    const shown = await this.#stage.dairy.call<{ day: Day; lines: ShownLine[]; amount: number }[]>(
      'order',
      'viewCalendar',
      { from, to },
      this.#stage.actor(household),
    );
    const code = shown.map(({ day, lines, amount }) => ({
      day,
      lines: lines.map((line) => this.#lineShown(line)).sort(),
      amount: paise(amount),
    }));
    const model = dates(from, to).flatMap((day) => this.#dayTold(household, day));
    return [code, model];
  }

  #lineShown({ subscriptionId = '', productId, qty, wanted, amount, status, locksAt }: ShownLine): string {
    const order = this.#subscriptionIds.indexOf(subscriptionId);
    const cost = costs.includes(status) ? paise(amount) : '-';
    const lock = open.includes(status) ? locksAt : '-';
    return [order, productId, qty, wanted ?? '-', status, cost, lock].join(' ');
  }

  #dayTold(household: number, day: Day): { day: Day; lines: string[]; amount: number }[] {
    const lines: string[] = [];
    let amount = 0;
    for (const [order, kept] of this.house.orders.entries()) {
      if (kept.household !== household) continue;
      const had = kept.days.get(day);
      const told = had ? this.#pastTold(had) : this.#comingTold(order, day);
      for (const { text, cost } of told) {
        lines.push(`${order} ${text}`);
        amount += cost;
      }
      const isPlanned = !had && told.length > 0;
      if (!isPlanned) lines.push(...this.#goneBefore(kept.days.get(step(day, -1)), order, day));
    }
    return lines.length > 0 ? [{ day, lines: lines.sort(), amount }] : [];
  }

  /** What of a holiday was brought the day before. */
  #goneBefore(before: Kept | undefined, order: number, day: Day): string[] {
    const gone = (before?.shares ?? []).filter(({ line, standsIn }) => line.scheduled === day && !standsIn);
    return gone.map(({ line }) => `${order} ${line.productId} ${line.qty} - HOLIDAY - -`);
  }

  #pastTold({ shares, status, missing }: Kept): { text: string; cost: number }[] {
    const none = shares.filter(({ granted }) => granted === 0);
    const some = Map.groupBy(
      shares.filter(({ granted }) => granted > 0),
      ({ line }) => line.productId,
    );
    return [
      ...none.map(({ line, outcome }) => ({
        text: `${line.productId} ${line.qty} - ${outcome} - -`,
        cost: 0,
      })),
      ...[...some].map(([productId, parts]) => {
        const lacks = missing.get(productId) ?? 0;
        const got = parts.reduce((sum, { granted }) => sum + granted, 0) - lacks;
        const wanted = parts.reduce((sum, { line }) => sum + line.qty, 0);
        const cost = got * (parts[0]?.price ?? 0);
        const isShort = lacks > 0 || (wanted > got && status === 'CONFIRMED');
        const short = isShort ? 'SHORT' : shownAs(status);
        const counts = costs.includes(short);
        return {
          text: `${productId} ${got} ${wanted > got ? wanted : '-'} ${short} ${counts ? cost : '-'} -`,
          cost: counts ? cost : 0,
        };
      }),
    ];
  }

  #comingTold(order: number, day: Day): { text: string; cost: number }[] {
    const { standing } = this.house.order(order);
    const today = this.house.almanac.today(this.now);
    const isOpen = day >= today || day > (standing.done ?? '');
    // One that has ended says only what still comes.
    const lines = standing.lines(day).filter(({ state }) => (state === 'DUE' ? isOpen : !standing.cancelled));
    return lines.map(({ productId, qty, state, locksAt, slotId }) => {
      const cost = qty * this.house.prices.on(productId, slotId, day);
      if (state === 'MOVED') return { text: `${productId} ${qty} - HOLIDAY - -`, cost: 0 };
      if (state !== 'DUE') return { text: `${productId} ${qty} - ${state} - -`, cost: 0 };
      const status = locksAt <= this.now ? 'LOCKED' : 'PLANNED';
      return { text: `${productId} ${qty} - ${status} ${cost} ${locksAt}`, cost };
    });
  }

  async #wallets(household: number): Promise<[unknown, unknown]> {
    const shown = await this.#stage.dairy.call<{
      available: number;
      deferred: number;
      owed: number;
      promo: number;
    }>('payment', 'viewWallet', {}, this.#stage.actor(household));
    const { wallet, held, owed, promo } = this.house.purse(household);
    const code = [paise(shown.available), paise(shown.deferred), paise(shown.owed), paise(shown.promo)];
    return [code, [wallet, held, owed, promo]];
  }

  async #do(deed: Deed): Promise<Answer> {
    const { dairy } = this.#stage;
    switch (deed.deed) {
      case 'SUBSCRIBE': {
        const actor = this.#stage.actor(deed.household);
        const answer = await dairy.call<Answer>('order', 'subscribeOrder', deed.asked, actor);
        if (answer.subscriptionId) this.#subscriptionIds.push(answer.subscriptionId);
        return answer;
      }
      case 'CHANGE': {
        const subscriptionId = this.#subscriptionIds[deed.order] ?? '';
        const actor = this.#stage.actor(this.house.order(deed.order).household);
        return dairy.call('order', 'changeSubscription', { subscriptionId, ...deed.act }, actor);
      }
      case 'TOP_UP': {
        const topUp = { userId: this.#stage.actor(deed.household).userId, amount: deed.amount / 100 };
        return dairy.call('payment', 'topUpWallet', { ...topUp, paymentMethod: 'CASH' }, dairy.admin);
      }
      case 'WITHDRAW': {
        const actor = this.#stage.actor(deed.household);
        return dairy.call('payment', 'withdrawFromWallet', { amount: deed.amount / 100 }, actor);
      }
      case 'GRANT': {
        const grant = { userId: this.#stage.actor(deed.household).userId, amount: deed.amount / 100 };
        return dairy.call('payment', 'grantPromo', { ...grant, reason: 'Sorry' }, dairy.admin);
      }
      case 'PRICE': {
        const { productId, price } = deed;
        return dairy.call('admin', 'updateProduct', { productId, price: price / 100 }, dairy.admin);
      }
      case 'RUN':
      case 'TRY_AGAIN':
        return {};
      default:
        return this.#end(deed);
    }
  }

  async #end(deed: Extract<Deed, { day: Day }>): Promise<Answer> {
    const { dairy } = this.#stage;
    const orderId = runOrderIdOf(this.#subscriptionIds[deed.order] ?? '', deed.day);
    if (deed.deed === 'CALL_OFF') return dairy.call('order', 'cancelOrder', { orderId }, dairy.admin);
    await this.#stage.bring('delivery', 'delivery', ['ORDER_CONFIRMED']);
    const { deliveryId = '', paymentMethod, items } = await dairy.orderRow(orderId);
    for (const status of ['PICKED_UP', 'IN_TRANSIT']) {
      const moved = await dairy.move<Answer>(deliveryId, status);
      if (moved.code) return moved;
    }
    if (deed.deed === 'DELIVER') {
      const cash = paymentMethod === 'COD' ? { cashCollected: deed.cash / 100 } : {};
      return dairy.move<Answer>(deliveryId, 'DELIVERED', { ...cash, ...leftOf(items, deed.short) });
    }
    const failed = await dairy.move<Answer>(deliveryId, 'FAILED', { reason: 'Nobody at home' });
    if (failed.code) return failed;
    return dairy.call('order', 'cancelOrder', { orderId, goods: 'WASTE' }, dairy.admin);
  }
}

/** What of a day counts towards what it costs, and what can still change. */
const costs = ['PLANNED', 'LOCKED', 'ORDERED', 'SHORT', 'DELIVERED'];
const open = ['PLANNED', 'LOCKED'];

/** What follows by itself from what was done. */
function following(deeds: readonly (Deed | undefined)[]): Deed[] {
  return deeds.flatMap((deed) =>
    deed?.deed === 'TOP_UP' ? [{ deed: 'TRY_AGAIN' as const, household: deed.household }] : [],
  );
}

/** What the courier says of the door, where something is missing. */
function leftOf(items: readonly Piece[], short: Piece | undefined): object {
  if (!short) return {};
  const ordered = items.filter(({ productId }) => productId === short.productId);
  const delivered = ordered.reduce((sum, { qty }) => sum + qty, 0) - short.qty;
  return { items: [{ productId: short.productId, delivered }] };
}

function shownAs(status: string): string {
  if (status === 'CONFIRMED') return 'ORDERED';
  if (status === 'CANCELLED DELIVERY_FAILED') return 'FAILED';
  return status.replace('CANCELLED ', '');
}

function piecesOf({ shares }: Kept): string[] {
  const byProduct = Map.groupBy(
    shares.filter(({ granted }) => granted > 0),
    ({ line }) => line.productId,
  );
  return [...byProduct]
    .map(([productId, parts]) => {
      const qty = parts.reduce((sum, { granted }) => sum + granted, 0);
      return `${productId} ${qty} à ${parts[0]?.price}`;
    })
    .sort();
}

/** What the code answered, in the model's words. */
