import { type Payment, Payments, walletPaymentIdOf } from '#lambdas/payment/models/Payment.ts';
import { till } from '#lambdas/payment/models/runTill.ts';
import {
  holdStock,
  type Product,
  Products,
  type StockDay,
  StockDays,
} from '#lambdas/product/models/Product.ts';
import { type User, Users } from '#lambdas/user/models/User.ts';
import { type Context, commit, type Decision, happened, type NewEvent } from '#shared/data/commit.ts';
import { is } from '#shared/data/condition.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import type { Key, Row, Table } from '#shared/data/table.ts';
import { create, put, type Write } from '#shared/data/write.ts';
import { addDays, dayOf, type Instant, plusSeconds } from '#shared/domain/day.ts';
import { toMinor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { shardOf } from '#shared/domain/shard.ts';
import type { World } from '#shared/world.ts';
import { recordsOfDays } from './models/householdDays.ts';
import { editOrder, type Order, Orders, orderEvent, runOrderIdOf } from './models/Order.ts';
import { OrderRuns, type Tally, tallyKey } from './models/OrderRun.ts';
import { keptOf } from './models/orderRun/day.ts';
import { countAgain } from './models/orderRun/figures.ts';
import { beginRun, type LockGroup, lockGroupsOf, type Run, stockLineOf } from './models/orderRun/run.ts';
import { itemsOf, orderOf } from './models/orderRun/write.ts';
import {
  countRunOrder,
  RunLine,
  type Subscription,
  type SubscriptionDay,
  SubscriptionDays,
  Subscriptions,
  subscriptionDayKey,
} from './models/Subscription.ts';
import { lockReachDays } from './rules/cutoff.ts';
import { decideHousehold } from './rules/household.ts';
import { plannedDays } from './rules/plannedDays.ts';
import { gainedMinor, isGained, isUnpaid, unpaidUnit, withGained } from './rules/secondTry.ts';
import type { RunUnit } from './rules/units.ts';

/** What a transaction holds, less the household's own rows, the tally and what the till writes. */
const MOST_WRITES = 80;
/** A household's day is dealt with in as many transactions at most. */
const MOST_ROUNDS = 20;

/**
 * A top-up came: what the household's balance did not pay at a cutoff that is not long ago is decided once more, and
 * nothing else (S10). `toppedUpAt` is the instant that counts. A run that is still at work is waited for: BUSY.
 */
export async function tryAgain(
  world: World,
  userId: string,
  toppedUpAt: Instant,
): Promise<Problem | undefined> {
  for (const group of stillOpen(await settingsOf(world), toppedUpAt)) {
    const refusal = await tryGroup(world, group, userId);
    if (refusal) return refusal;
  }
  return undefined;
}

/** The slots whose lock had passed at an instant, and not yet the time for a second try. */
function stillOpen(settings: Settings, at: Instant): LockGroup[] {
  const today = dayOf(at, settings.timeZone);
  const reach = Array.from({ length: lockReachDays(settings) + 1 }, (_, days) => addDays(today, days));
  const seconds = settings.retryAfterCutoffMinutes * 60;
  return reach
    .flatMap((day) => lockGroupsOf(settings, day))
    .filter(({ lock }) => lock !== '' && lock <= at && at < plusSeconds(lock, seconds));
}

async function tryGroup(world: World, group: LockGroup, userId: string): Promise<Problem | undefined> {
  const { head } = await keptOf(world, group);
  // A run that has not begun will find the money itself.
  if (!head) return undefined;
  if (head.state === 'OPEN') return refuse('BUSY', undefined, { retryAfterSeconds: 5 });
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const records = await recordsOfDays(world, userId, [group.day, group.day]);
    const unpaid = [...records.values()].filter(
      ({ slotId, lines }) => group.slots.has(slotId) && lines.some(isUnpaid),
    );
    if (unpaid.length === 0) return undefined;
    const again = await tryOnce(world, group, userId, unpaid);
    if (again instanceof Problem) return again;
    if (!again) return undefined;
  }
  return undefined;
}

/** One transaction of what can be paid now. Answers whether there was more than it holds. */
async function tryOnce(
  world: World,
  group: LockGroup,
  userId: string,
  unpaid: readonly SubscriptionDay[],
): Promise<boolean | Problem> {
  const context: Context = {
    actor: { userId: 'system', role: 'system' },
    requestId: world.ids.next(),
    action: 'tryAgain',
  };
  const run = await beginRun(world, till, group, () => false);
  const asks = asksOf(group, userId, unpaid);
  return commit(world, context, asks, (rows) => decideAgain(run, userId, new Sight(asks, rows), unpaid));
}

interface Ask {
  table: Table;
  key: Key;
}

const ask = (table: Table, key: Key): Ask => ({ table, key });

function asksOf({ day, lock }: LockGroup, userId: string, unpaid: readonly SubscriptionDay[]): Ask[] {
  const products = new Set(
    unpaid.flatMap(({ lines }) => lines.filter(isUnpaid)).map((line) => line.productId),
  );
  return [
    ask(Users, { userId }),
    ask(OrderRuns, tallyKey(day, lock, shardOf(userId))),
    ...unpaid.flatMap(({ subscriptionId }) => {
      const orderId = runOrderIdOf(subscriptionId, day);
      return [
        ask(Subscriptions, { subscriptionId }),
        ask(SubscriptionDays, subscriptionDayKey(userId, day, subscriptionId)),
        ask(Orders, { orderId }),
        ask(Payments, { paymentId: walletPaymentIdOf(orderId) }),
      ];
    }),
    ...[...products].flatMap((productId) => [
      ask(Products, { productId }),
      ask(StockDays, { productId, day }),
    ]),
  ];
}

/** The rows that a decision has read, by their keys. */
class Sight {
  readonly #rows: Map<string, Row | undefined>;

  constructor(asks: readonly Ask[], rows: readonly (Row | undefined)[]) {
    this.#rows = new Map(asks.map(({ table, key }, i) => [nameOf(table, key), rows[i]]));
  }

  get<T extends Row>(table: Table<T>, key: Key): T | undefined {
    return this.#rows.get(nameOf(table, key)) as T | undefined;
  }
}

const nameOf = ({ name }: Table, key: Key) => `${name} ${Object.values(key).join(' ')}`;

/** A day of a standing order that may still be completed. */
interface Open {
  record: SubscriptionDay;
  order: Order | undefined;
  unit: RunUnit;
}

async function decideAgain(
  run: Run,
  userId: string,
  sight: Sight,
  unpaid: readonly SubscriptionDay[],
): Promise<Decision<boolean>> {
  const { world, group, terms } = run;
  const user: User | undefined = sight.get(Users, { userId });
  const tally = sight.get(OrderRuns, tallyKey(group.day, group.lock, shardOf(userId))) as Tally | undefined;
  const open = unpaid.flatMap((record) => openDay(run, sight, record) ?? []).sort(byAge);
  if (!user?.active || !tally || open.length === 0) return { writes: [], answer: false };

  cutToStock(run, sight, open);
  const purse = (await run.till.pursesOf(world, [userId])).get(userId);
  if (!purse) return { writes: [], answer: false };
  const { balanceShort, graceLimit } = terms.settings;
  decideHousehold(
    open.map(({ unit }) => unit),
    {
      policy: balanceShort,
      graceLimitMinor: toMinor(graceLimit),
      purse,
      active: true,
      isMissed: () => false,
    },
  );
  const gained = open.filter(({ unit }) => isGained(unit));
  const now = fitting(gained);
  if (now.length === 0) return { writes: [], answer: false };

  const at = world.clock.now().toISOString();
  const counted = structuredClone(tally);
  for (const { unit, record } of now) countAgain(counted, unit, record.outcome, group.day);
  const bills = now.map((day) => billOf(run, day, at));
  const paid = run.till.pay(bills, purse, at);
  const outcomes = bills.map(({ day, order }) => {
    const pay = paid.paid.get(order.orderId);
    return day.order ? added(day, day.order, order.items, pay?.promo) : born(day, { ...order, ...pay });
  });
  return {
    writes: [
      put(OrderRuns, { ...counted, version: tally.version + 1 }, is('version', tally.version)),
      ...stockOf(run, now),
      ...paid.writes,
      ...outcomes.flatMap(({ writes }) => writes),
    ],
    events: outcomes.map(({ event }) => event),
    answer: now.length < gained.length,
  };
}

const byAge = ({ unit: { subscription: a } }: Open, { unit: { subscription: b } }: Open) =>
  `${a.createdAt} ${a.subscriptionId}` < `${b.createdAt} ${b.subscriptionId}` ? -1 : 1;

/** A day that can still be loaded, and whose order nobody has touched. */
function openDay(run: Run, sight: Sight, { subscriptionId, userId }: SubscriptionDay): Open | undefined {
  const { day } = run.group;
  const orderId = runOrderIdOf(subscriptionId, day);
  const subscription: Subscription | undefined = sight.get(Subscriptions, { subscriptionId });
  const record = sight.get(SubscriptionDays, subscriptionDayKey(userId, day, subscriptionId));
  const order = sight.get(Orders, { orderId });
  const payment: Payment | undefined = sight.get(Payments, { paymentId: walletPaymentIdOf(orderId) });
  if (!subscription || !record || run.isMissed(record.slotId)) return undefined;
  if (order && (order.status !== 'CONFIRMED' || payment)) return undefined;
  const [planned] = plannedDays(subscription, run.terms.settings, day, day);
  if (planned?.plan.paymentMethod !== 'WALLET') return undefined;
  return { record, order, unit: unpaidUnit(record, { subscription, plan: planned.plan }) };
}

/** What was left when the run was over may be sold by now: what is not there any more does not come. */
function cutToStock({ group, catalogue }: Run, sight: Sight, open: readonly Open[]): void {
  const left = new Map<string, number>();
  for (const line of open.flatMap(({ unit }) => unit.lines)) {
    const { productId } = line;
    const product: Product | undefined = sight.get(Products, { productId });
    const ofDay: StockDay | undefined = sight.get(StockDays, { productId, day: group.day });
    const supply = catalogue.byId.get(productId)?.product.dailySupply ?? 0;
    const there =
      left.get(productId) ??
      (product?.stockMode === 'PER_DAY' ? (ofDay?.stock ?? supply) : (product?.stock ?? 0));
    const granted = Math.min(line.granted, Math.max(0, there));
    left.set(productId, there - granted);
    if (granted === line.granted) continue;
    line.granted = granted;
    line.outcome = granted > 0 ? 'SHORT' : 'OUT_OF_STOCK';
  }
}

/** As many of the oldest as one transaction holds. */
function fitting(gained: readonly Open[]): Open[] {
  let room = MOST_WRITES;
  const fits = gained.findIndex(({ unit }) => {
    room -= 6 + unit.lines.length;
    return room < 0;
  });
  return gained.slice(0, fits < 0 ? gained.length : Math.max(1, fits));
}

/** What is to be paid now of a day: a new order, or what is added to one, as an order of its own. */
function billOf(run: Run, day: Open, at: Instant) {
  const { record, order, unit } = day;
  const whole = withGained(record, unit);
  const { owedMinor, promoMinor } = unit;
  if (!order) return { day, order: orderOf(run, whole, at), owedMinor, promoMinor };
  const items = itemsOf(whole, run.catalogue, run.group.day);
  const more: Order = { ...order, items, amount: gainedMinor(unit), promo: undefined };
  // The order's own payment has its movement: this one is told by the version that it makes.
  return { day, order: more, owedMinor, promoMinor, part: String(order.version + 1) };
}

interface Outcome {
  writes: Write[];
  event: NewEvent;
}

/** A day that had nothing has its order now. */
function born(day: Open, order: Order): Outcome {
  const { subscription } = day.unit;
  return {
    writes: [create(Orders, order), countRunOrder(subscription, {}, 1), completed(day, order.orderId)],
    event: orderEvent(order),
  };
}

/** What a day lacked is added to its order. */
function added(day: Open, order: Order, items: Order['items'], morePromo: Order['promo'] = []): Outcome {
  const { subscription, lines } = day.unit;
  const { userId, orderId, deliveryDay, slotId } = order;
  const addedMinor = gainedMinor(day.unit);
  const promo = [...(order.promo ?? []), ...morePromo];
  const set = { items, amount: order.amount + addedMinor, ...(promo.length > 0 ? { promo } : {}) };
  return {
    writes: [editOrder(order, { set }).write, countRunOrder(subscription, {}, 0), completed(day, orderId)],
    event: happened('SUBSCRIPTION_DAY_COMPLETED', subscription.subscriptionId, subscription.version + 1, {
      userId,
      subscriptionId: subscription.subscriptionId,
      orderId,
      deliveryDay,
      slotId,
      amountMinor: addedMinor,
      lines: lines
        .filter(({ granted }) => granted > 0)
        .map(({ productId, granted, price }) => ({ productId, qty: granted, amountMinor: price * granted })),
    }),
  };
}

function completed({ record, unit }: Open, orderId: string): Write {
  const lines = withGained(record, unit).lines.map((line) => RunLine().parse(line));
  // The subscription's version is the condition: whoever changes a day's record changes that too.
  return put(SubscriptionDays, { ...record, outcome: 'ORDERED', orderId, lines });
}

function stockOf(run: Run, days: readonly Open[]): Write[] {
  const sums = new Map<string, number>();
  for (const { productId, granted } of days.flatMap(({ unit }) => unit.lines)) {
    if (granted > 0) sums.set(productId, (sums.get(productId) ?? 0) + granted);
  }
  return [...sums].map(([productId, qty]) => holdStock(stockLineOf(run, productId, qty), run.group.day));
}
