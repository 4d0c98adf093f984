import { Deliveries, type Delivery, deliveryMoves } from '#lambdas/delivery/models/Delivery.ts';
import { type Order, Orders } from '#lambdas/order/models/Order.ts';
import { Payments, Refunds } from '#lambdas/payment/models/Payment.ts';
import type { Row, Table } from '#shared/data/table.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { insist, isRefusal, providerOf, runTimers, type Said } from './chaos.ts';
import type { TestDairy } from './testDairy.ts';

const tokens = [
  'tok_success',
  'tok_decline',
  'tok_pending',
  'tok_pending_decline',
  'tok_timeout',
  'tok_timeout_lost',
  'tok_repeat',
  'tok_reorder',
  'tok_lost_webhook',
  'tok_wrong_amount',
  'tok_refund_pending',
  'tok_refund_fail',
];
const slots = ['2027-01-06T02:30:00.000Z', '2027-01-06T12:00:00.000Z', '2027-01-07T00:00:00.000Z'];
const products = ['P101', 'Pghee', 'Pmilk', 'Pbread'];

/** People who do what people of a dairy do, at random, until the seed's numbers say otherwise. */
export interface Crowd {
  /** One thing by somebody. */
  act(): Promise<void>;
  /** What was done and how often it was refused, by name. */
  readonly counts: Map<string, number>;
  /** Answers of a kind that nobody should ever get. */
  readonly faults: string[];
  /** Names and addresses of the erased, which must be nowhere. */
  readonly gone: string[];
}

interface Household extends Actor {
  orders: string[];
  /** How many things it does at this moment; nobody asks to be erased while their cart fills. */
  busy: number;
  erased?: true;
}

/** Makes a crowd over a dairy that has products `P101`, `Pghee`, `Pmilk`, `Pbread` and these couriers. */
export function crowdOf(dairy: TestDairy, couriers: readonly Actor[], random: () => number): Crowd {
  const counts = new Map<string, number>();
  const faults: string[] = [];
  const gone: string[] = [];
  const households: Household[] = [];
  const provider = providerOf(dairy);
  let made = 0;

  const pick = <T>(things: readonly T[]): T | undefined => things[Math.floor(random() * things.length)];
  const from = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const alive = () => households.filter(({ erased }) => !erased);

  /** Calls until it is not busy, and keeps the books of what was answered. */
  const say = async (name: string, lambda: string, payload: object, actor?: Actor): Promise<Said> => {
    const { said, met } = await insist(() => dairy.call<Said>(lambda, name, payload, actor));
    const word = isRefusal(said) ? `${name} ${said.code}` : name;
    counts.set(word, (counts.get(word) ?? 0) + 1);
    if (met.includes('INTERNAL')) faults.push(`${name} ${JSON.stringify(payload)}: INTERNAL`);
    return said;
  };

  const anyOrder = async (): Promise<Order | undefined> => {
    const orderId = pick(households.flatMap(({ orders }) => orders));
    return orderId ? find(dairy, Orders, { orderId }) : undefined;
  };

  async function register() {
    const userId = `Uhome${String(made++).padStart(3, '0')}`;
    const person = {
      name: `Name${userId}`,
      email: `${userId}@home.example`,
      address: `${made} Lane of ${userId}`,
    };
    const said = await say('register', 'user', { userId, password: 'test123', ...person });
    // A lost answer may have made the account all the same.
    if (!isRefusal(said) || said.code === 'ID_TAKEN')
      households.push({ userId, role: 'customer', orders: [], busy: 0 });
  }

  async function fillCart() {
    const who = pick(alive());
    if (!who) return;
    who.busy++;
    await say('addToCart', 'cart', { productId: pick(products), qty: from(1, 3) }, who);
    who.busy--;
  }

  async function order() {
    const who = pick(alive());
    if (!who) return;
    who.busy++;
    const lines = Array.from({ length: from(1, 3) }, () => ({ productId: pick(products), qty: from(1, 3) }));
    const ofCart = random() < 0.2;
    const said = await say(
      'createOrder',
      'order',
      { deliverySlot: pick(slots), ...(ofCart ? {} : { cartItems: lines }) },
      who,
    );
    if (said.orderId) who.orders.push(said.orderId);
    who.busy--;
  }

  async function pay() {
    const unpaid = await anyOrder();
    if (!unpaid) return;
    const paymentMethod = pick(['CARD', 'CARD', 'UPI', 'COD', 'COD', 'WALLET', 'WALLET', 'ACCOUNT']);
    const wish = {
      orderId: unpaid.orderId,
      amount: unpaid.amount / 100,
      paymentMethod,
      paymentToken: pick(tokens),
    };
    const owner = households.find(({ userId }) => userId === unpaid.userId);
    if (owner && !owner.erased) await say('processPayment', 'payment', wish, owner);
  }

  /** The provider tells what is so, or what was so, up to five times at once. */
  async function webhook() {
    const payment = pick(await all(dairy, Payments));
    const refund = random() < 0.3 ? pick(await all(dairy, Refunds)) : undefined;
    if (refund) await tellRefund(dairy, refund.refundId, from(1, 5));
    if (!payment?.orderId || !['CARD', 'UPI'].includes(payment.paymentMethod)) return;
    const { state, amountMinor } = await dairy.world.payments.findCharge(payment.paymentId);
    const told = state === 'SUCCEEDED' && random() < 0.2 ? 'PENDING' : state;
    if (told === 'UNKNOWN') return;
    const message = {
      type: 'charge',
      reference: payment.paymentId,
      state: told,
      amountMinor: amountMinor ?? payment.amount,
    } as const;
    await Promise.all(Array.from({ length: from(1, 5) }, () => provider(message)));
  }

  async function cancel() {
    const open = await anyOrder();
    if (!open) return;
    const staff = random() < 0.4;
    const owner = { userId: open.userId, role: 'customer' as const };
    const goods = open.status === 'DISPATCHED' ? pick(['RETURN', 'WASTE']) : undefined;
    const wish = staff ? { orderId: open.orderId, goods } : { orderId: open.orderId };
    await say('cancelOrder', 'order', wish, staff ? dairy.admin : owner);
  }

  async function pack() {
    const open = await anyOrder();
    if (open) await say('setOrderStatus', 'order', { orderId: open.orderId, status: 'PACKED' }, dairy.admin);
  }

  async function assign() {
    const open = await anyOrder();
    if (open)
      await say(
        'assignDelivery',
        'delivery',
        { orderId: open.orderId, courierId: pick(couriers)?.userId },
        dairy.admin,
      );
  }

  async function deliver() {
    const visit = pick(
      (await all(dairy, Deliveries)).filter(({ status }) => deliveryMoves[status].length > 0),
    );
    if (!visit) return;
    const next = random() < 0.2 ? 'FAILED' : (deliveryMoves[visit.status][0] as Delivery['status']);
    const order = await find(dairy, Orders, { orderId: visit.orderId });
    const reason = next === 'FAILED' ? 'NOBODY_HOME' : undefined;
    const told = next === 'DELIVERED' && order ? atDoor(order) : {};
    const wish = { deliveryId: visit.deliveryId, status: next, reason, ...told };
    await say('updateStatus', 'delivery', wish, { userId: visit.courierId, role: 'courier' });
  }

  /** What a courier says at a door: mostly right, sometimes short, with cash that fits or does not, and empties. */
  function atDoor(order: Order) {
    const line = pick(order.items);
    const short = random() < 0.3 && line ? [{ productId: line.productId, delivered: from(0, line.qty) }] : [];
    const due = order.payment?.status === 'PENDING';
    const byQr = due && random() < 0.3;
    return {
      items: short,
      shortGoods: pick(['RETURN', 'WASTE']),
      ...(due
        ? { cashCollected: Math.max(byQr ? 1 : 0, order.amount / 100 - (pick([0, 0, 10, -5, 9_999]) ?? 0)) }
        : {}),
      ...(byQr ? { paidBy: 'QR', providerRef: `upi-${from(1, 1_000_000)}` } : {}),
      ...(random() < 0.3 ? { empties: [{ productId: 'Pmilk', count: from(0, 2) }] } : {}),
    };
  }

  /** The desk puts a stop right, or keeps the deposit of bottles. */
  async function putRight() {
    const visit = pick((await all(dairy, Deliveries)).filter(({ status }) => status === 'DELIVERED'));
    if (!visit) return;
    const order = await find(dairy, Orders, { orderId: visit.orderId });
    const line = order && pick(order.items);
    const items = line ? [{ productId: line.productId, delivered: from(0, line.qty) }] : [];
    const cash = visit.cashCollected !== undefined && random() < 0.5 ? { cashCollected: from(0, 200) } : {};
    const wish = { deliveryId: visit.deliveryId, items, ...cash, reason: 'mistyped' };
    await say('correctStop', 'delivery', wish, dairy.admin);
    const lost = { userId: visit.userId, productId: 'Pmilk', count: 1 };
    if (random() < 0.2) await say('loseBottles', 'payment', lost, dairy.admin);
  }

  async function problem() {
    const order = await anyOrder();
    if (!order) return;
    const wish = {
      orderId: order.orderId,
      productId: pick(order.items)?.productId,
      qty: from(1, 2),
      kind: pick(['SPOILT', 'MISSING']),
    };
    const said = await say('reportProblem', 'order', wish, { userId: order.userId, role: 'customer' });
    const decision = pick(['CREDIT', 'REFUSE']);
    const { problemId } = said as { problemId?: string };
    if (said.status === 'OPEN') await say('decideProblem', 'order', { problemId, decision }, dairy.admin);
  }

  /** A household pays into its balance at the desk or by card, or gets an account. */
  async function payIn() {
    const who = pick(alive());
    if (!who) return;
    const { userId } = who;
    const amount = from(50, 400);
    const kind = from(1, 3);
    if (kind === 1)
      await say('topUpWallet', 'payment', { userId, amount, paymentMethod: 'CASH' }, dairy.admin);
    const card = { amount, paymentMethod: 'UPI', paymentToken: 'tok_success' };
    if (kind === 2) await say('topUpWallet', 'payment', card, who);
    if (kind === 3) await say('grantAccount', 'payment', { userId, creditLimit: amount }, dairy.admin);
  }

  async function refund() {
    const order = await anyOrder();
    if (!order) return;
    const wish = { orderId: order.orderId, amount: from(1, 400) / 4, reason: `sour milk ${from(1, 3)}` };
    await say('refundPayment', 'payment', wish, dairy.admin);
  }

  async function desk() {
    const work = from(1, 5);
    const deposit = pick([5, 10, 12.5]);
    if (work === 5) await say('updateProduct', 'admin', { productId: 'Pmilk', deposit }, dairy.admin);
    if (work === 1)
      await say('restockProduct', 'admin', { productId: 'Pghee', qty: from(1, 20) }, dairy.admin);
    if (work === 2)
      await say('restockProduct', 'admin', { productId: 'Pghee', wasted: from(1, 3) }, dairy.admin);
    if (work === 3)
      await say('updateProduct', 'admin', { productId: 'Pbread', price: from(20, 60) }, dairy.admin);
    const supply = { productId: 'Pmilk', day: slots[0]?.slice(0, 10), supply: from(20, 80) };
    if (work === 4) await say('restockProduct', 'admin', supply, dairy.admin);
  }

  async function timePasses() {
    dairy.clock.advance(from(1, 900));
    await runTimers(dairy);
  }

  async function erase() {
    const who = pick(alive().filter(({ busy }) => busy === 0));
    if (!who) return;
    who.erased = true;
    const said = await say('eraseProfile', 'user', {}, who);
    if (isRefusal(said) && said.code !== 'NOT_FOUND') who.erased = undefined;
    else gone.push(`Name${who.userId}`, `${who.userId}@home.example`, `Lane of ${who.userId}`);
  }

  const acts = [
    ...[register, fillCart, fillCart, fillCart, order, order, order, order, order, pay, pay, pay, pay, pay],
    ...[webhook, webhook, cancel, pack, assign, deliver, deliver, deliver, deliver, deliver, deliver],
    ...[refund, desk, timePasses, erase, payIn, payIn, payIn, putRight, problem, problem],
  ];
  return {
    counts,
    faults,
    gone,
    act: () => (households.length < 4 ? register() : (pick(acts) as () => Promise<void>)()),
  };
}

async function all<T extends Row>({ world }: TestDairy, table: Table<T>): Promise<T[]> {
  const rows: T[] = [];
  try {
    for await (const row of world.store.scan(table)) rows.push(row);
  } catch {
    // Under faults even looking may fail; whoever looks sees less.
  }
  return rows;
}

async function find<T extends Row>(
  { world }: TestDairy,
  table: Table<T>,
  key: Record<string, string>,
): Promise<T | undefined> {
  return world.store.get(table, key).catch(() => undefined);
}

/** The provider tells how a refund stands. */
export async function tellRefund(dairy: TestDairy, refundId: string, times = 1): Promise<void> {
  const { state, amountMinor = 0 } = await dairy.world.payments.findRefund(refundId);
  if (state !== 'SUCCEEDED') return;
  const message = { type: 'refund', reference: refundId, state, amountMinor } as const;
  await Promise.all(Array.from({ length: times }, () => providerOf(dairy)(message)));
}
