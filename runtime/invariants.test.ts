import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnalyticsEvents } from '#lambdas/analytics/models/AnalyticsEvent.ts';
import { FirstDeliveries } from '#lambdas/analytics/models/FirstDelivery.ts';
import { Carts } from '#lambdas/cart/models/Cart.ts';
import { Deliveries } from '#lambdas/delivery/models/Delivery.ts';
import { Notifications } from '#lambdas/notification/models/Notification.ts';
import { type Order, Orders } from '#lambdas/order/models/Order.ts';
import { ProblemReports } from '#lambdas/order/models/ProblemReport.ts';
import { SlotPlaces } from '#lambdas/order/models/SlotPlace.ts';
import { SlotDays, Stops } from '#lambdas/order/models/Stop.ts';
import { settleDispute } from '#lambdas/payment/disputes.ts';
import { Bills } from '#lambdas/payment/models/Account.ts';
import { BottlesTable } from '#lambdas/payment/models/Bottles.ts';
import { Disputes } from '#lambdas/payment/models/Dispute.ts';
import { HouseClosings } from '#lambdas/payment/models/HouseClosing.ts';
import { Invoices } from '#lambdas/payment/models/Invoice.ts';
import { Balances, Ledger } from '#lambdas/payment/models/Ledger.ts';
import { Payments, Refunds } from '#lambdas/payment/models/Payment.ts';
import { Promos } from '#lambdas/payment/models/Promo.ts';
import { Products, StockDays } from '#lambdas/product/models/Product.ts';
import { CustomerKeys } from '#lambdas/user/models/CustomerKey.ts';
import { Emails, Phones, Users } from '#lambdas/user/models/User.ts';
import { keyOf, type Row, type Table } from '#shared/data/table.ts';
import { put, remove } from '#shared/data/write.ts';
import { Outbox } from '#shared/events/event.ts';
import { runTimers } from './chaos.ts';
import { checkInvariants } from './invariants.ts';
import { type TestDairy, testDairy } from './testDairy.ts';
import { timerEvent } from './testEvents.ts';

let dairy: TestDairy;

/** A day with an order delivered for cash, one short and paid by QR, bottles left, one paid by card and on its way, one cancelled, and somebody erased. */
beforeAll(async () => {
  dairy = await testDairy();
  await dairy.addProduct({
    productId: 'Pmilk',
    name: 'Farm Milk',
    price: 64,
    dailySupply: 50,
    taxes: { CGST: 250, SGST: 250 },
    deposit: 10,
  });
  await dairy.call('admin', 'addCustomer', { name: 'Asha', phone: '9811122333' }, dairy.admin);
  await limitSlot();
  const cartItems = [
    { productId: 'P101', qty: 2 },
    { productId: 'Pmilk', qty: 1 },
  ];
  const assign = async (orderId: string) => {
    const wish = { orderId, courierId: dairy.courier.userId };
    return (await dairy.call<{ deliveryId: string }>('delivery', 'assignDelivery', wish, dairy.admin))
      .deliveryId;
  };
  const cash = await dairy.order({ cartItems });
  await dairy.pay(cash, { paymentMethod: 'COD' });
  const stop = await assign(cash.orderId);
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(stop, status);
  await dairy.move(stop, 'DELIVERED', { cashCollected: 200 });
  const short = await dairy.order({ cartItems });
  await dairy.pay(short, { paymentMethod: 'COD' });
  const shortStop = await assign(short.orderId);
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(shortStop, status);
  await dairy.move(shortStop, 'DELIVERED', {
    items: [{ productId: 'P101', delivered: 1 }],
    empties: [{ productId: 'Pmilk', count: 1 }],
    cashCollected: 100,
    paidBy: 'QR',
    providerRef: 'upi-1',
  });
  const card = await dairy.order({ cartItems });
  await dairy.pay(card);
  await dairy.move(await assign(card.orderId), 'PICKED_UP');
  const off = await dairy.order();
  await dairy.pay(off);
  await dairy.call('order', 'cancelOrder', { orderId: off.orderId }, dairy.household);
  await aProblem();
  await theDesk(card);
  const gone = await dairy.addHousehold('Ugone');
  await dairy.call('cart', 'addToCart', { productId: 'P101', qty: 1 }, dairy.household);
  await dairy.settle();
  await dairy.call('user', 'eraseProfile', {}, gone);
  await dairy.settle();
  await runTimers(dairy);
  await dairy.settle();
});
afterAll(() => dairy?.close());

/** The dairy's mornings have room for twenty stops; one is that of a standing order. */
async function limitSlot() {
  const { slots } = await dairy.call<{ slots: { slotId: string }[] }>(
    'admin',
    'viewSettings',
    {},
    dairy.admin,
  );
  const limited = slots.map((slot) => ({ ...slot, capacity: slot.slotId === 'MORNING' ? 20 : null }));
  await dairy.call('admin', 'updateSettings', { slots: limited }, dairy.admin);
  const wish = {
    items: [{ productId: 'P101', qty: 1 }],
    schedule: { type: 'DAILY' },
    startDate: '2027-02-01',
    slot: 'MORNING',
    paymentMethod: 'COD',
  };
  await dairy.call('order', 'subscribeOrder', wish, await dairy.addHousehold('Ustands'));
}

/** A household whose milk was sour, and who broke a bottle of it. */
async function aProblem() {
  const who = await dairy.addHousehold('Usour');
  const { orderId } = await dairy.order({ cartItems: [{ productId: 'Pmilk', qty: 2 }] }, who);
  await dairy.pay({ orderId, amount: 12_800 } as Order, {}, who);
  const wish = { orderId, courierId: dairy.courier.userId };
  const { deliveryId } = await dairy.call<{ deliveryId: string }>(
    'delivery',
    'assignDelivery',
    wish,
    dairy.admin,
  );
  for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) await dairy.move(deliveryId, status);
  await dairy.call('order', 'reportProblem', { orderId, productId: 'Pmilk', qty: 1, kind: 'SPOILT' }, who);
  const broken = { userId: 'Usour', productId: 'Pmilk', count: 1 };
  await dairy.call('payment', 'loseBottles', broken, dairy.admin);
}

/** A payout, a won and a lost dispute, a hand-over, a debt given up in part, an order on account, and a bill. */
async function theDesk(paid: Order) {
  const { world, household, courier } = dairy;
  const { userId } = household;
  const desk = (name: string, input: object) => dairy.call('payment', name, input, dairy.admin);
  const { paymentId = '' } = paid.payment ?? (await dairy.orderRow(paid.orderId)).payment ?? {};
  const topUp = await dairy.call<{ paymentId: string }>(
    'payment',
    'topUpWallet',
    { amount: 500, paymentMethod: 'UPI' },
    household,
  );
  const context = {
    actor: { userId: 'provider', role: 'system' as const },
    requestId: 'test',
    action: 'test',
  };
  const told = { kind: 'DISPUTE', providerEventId: 'e', amountMinor: 10_000, feeMinor: 1_500 } as const;
  await settleDispute(world, context, { ...told, ourId: paymentId, disputeRef: 'won', state: 'WON' }, 'w');
  await settleDispute(
    world,
    context,
    { ...told, ourId: topUp.paymentId, disputeRef: 'lost', state: 'LOST' },
    'l',
  );
  await desk('enterPayout', { payoutRef: 'po', amount: 90, fee: 10 });
  await desk('grantAccount', { userId, creditLimit: 1000, billing: 'WEEKLY' });
  const later = await dairy.order();
  await dairy.pay(later, { paymentMethod: 'ACCOUNT' });
  const unpaid = await dairy.order({ cartItems: [{ productId: 'Pmilk', qty: 2 }] });
  await dairy.pay(unpaid, { paymentMethod: 'COD' });
  const wish = { orderId: unpaid.orderId, courierId: courier.userId };
  const { deliveryId } = await dairy.call<{ deliveryId: string }>(
    'delivery',
    'assignDelivery',
    wish,
    dairy.admin,
  );
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
  await dairy.move(deliveryId, 'DELIVERED', { cashCollected: 20 });
  await desk('writeOffDebt', { userId, amount: 8, reason: 'Broken' });
  await desk('handOverCash', { courierId: courier.userId, counted: 219 });
  await desk('bankCash', { amount: 200 });
  await desk('grantPromo', { userId, amount: 30, reason: 'Sorry' });
  const cheaper = await dairy.order({ cartItems: [{ productId: 'P101', qty: 2 }] });
  await dairy.pay(cheaper, { amount: 70, paymentMethod: 'COD' });
  await desk('grantPromo', { userId, amount: 20, reason: 'Sorry again' });
  dairy.clock.advance(7 * 86_400);
  await dairy.handlerOf('payment')(timerEvent('billAccounts'));
  await dairy.handlerOf('payment')(timerEvent('closeBooks'));
}

const check = () => checkInvariants(dairy.world, { quiet: true, gone: ['Ugone@example.com'] });

async function findRow<T extends Row>(table: Table<T>, fits: (row: T) => boolean): Promise<T> {
  for await (const row of dairy.world.store.scan(table)) if (fits(row)) return row;
  throw new Error(`no such row of ${table.name}`);
}

test('A day on which nothing went wrong breaks nothing', async () => {
  expect(await check()).toEqual([]);
});

interface Harm {
  number: string;
  what: string;
  table: Table;
  fits?: (row: Row) => boolean;
  /** The row as it is made; nothing for a row that is taken away. */
  made: ((row: Row) => Row) | undefined;
}

const harm = <T extends Row>(
  number: string,
  what: string,
  table: Table<T>,
  made?: (row: T) => Row,
  fits?: (row: T) => boolean,
): Harm => ({
  number,
  what,
  table,
  fits: fits as Harm['fits'],
  made: made && ((row) => ({ ...row, ...made(row as T) })),
});

const isCard = ({ status }: { status: string }) => status === 'DISPATCHED';
const isCredited = ({ credited = 0 }: { credited?: number }) => credited > 0;
const isFebruary = ({ part }: { part: string }) => part === '2027-02';
const isCash = ({ status }: { status: string }) => status === 'DELIVERED';

const harms: Harm[] = [
  harm('I1', 'less than nothing is reserved', Products, () => ({ reserved: -1 })),
  harm('I2', 'a pack is in stock that never came', Products, ({ stock }) => ({ stock: stock + 1 })),
  harm('I2', 'a litre of a day is lost', StockDays, ({ sold }) => ({ sold: sold - 1 })),
  harm('I3', 'a day has less than was sold', StockDays, () => ({ supply: 1 })),
  harm('I4', 'a slot counts a stop too many', SlotDays, ({ booked }) => ({ booked: booked + 1 })),
  harm('I4', 'a stop forgets its orders', Stops, () => ({ orders: {} })),
  harm(
    'I4',
    'a place was given without room',
    SlotPlaces,
    ({ room15 }) => ({ room15: (room15 ?? 0) - 20 }),
    isFebruary,
  ),
  harm('I4', 'a standing order has no place', SlotPlaces, () => ({ taken15: 0, standing15: 0 }), isFebruary),
  harm(
    'I4',
    'nobody knows who has a place',
    SlotPlaces,
    ({ taken15 = 0 }) => ({ taken15: taken15 + 1 }),
    isFebruary,
  ),
  harm('I5', 'a movement has one line', Ledger, ({ lines }) => ({ lines: lines.slice(1) })),
  harm('I5', 'a balance is not the sum of its lines', Balances, ({ held = 0 }) => ({ held: held - 1 })),
  harm('I6', 'a wallet is overdrawn', Ledger, () => ({
    lines: [
      { account: 'wallet', party: 'U101', amount: 999_999 },
      { account: 'losses', amount: -999_999 },
    ],
  })),
  harm('I7', 'more is given back than was taken', Payments, () => ({ refunded: 999_999 })),
  harm('I7', 'a refund is missing', Refunds),
  harm('I8', 'an order costs more than its lines', Orders, ({ amount }) => ({ amount: amount + 1 }), isCash),
  harm('I8', 'a delivered order has no invoice', Invoices),
  harm('I8', 'an invoice number is left out', Invoices, ({ number }) => ({ number: number + 5 })),
  harm('I8', 'an invoice is about more than was charged', Invoices, ({ amount = 0, lines = [] }) => ({
    amount: amount + 100,
    lines: lines.map((line, i) => (i ? line : { ...line, amount: line.amount + 100 })),
  })),
  harm('I8', 'what did not come is charged', Orders, ({ charged = 0 }) => ({ charged: charged + 1 }), isCash),
  harm(
    'I2',
    'what did not come is not in stock again',
    Orders,
    ({ items }) => ({ items: items.map(({ delivered: _, ...item }) => item) }),
    ({ items }) => items.some(({ delivered }) => delivered !== undefined),
  ),
  harm('I8', 'an order forgets that it was credited', Orders, () => ({ credited: 0 }), isCredited),
  harm('I8', 'a problem was credited that the books do not know', ProblemReports, ({ credited }) => ({
    credited: credited - 1,
  })),
  harm('I8', 'more pieces are reported than came', ProblemReports, () => ({ qty: 9 })),
  harm('I30', 'a kept deposit is in no movement', Ledger, undefined, ({ kind }) => kind === 'BOTTLES_LOST'),
  harm('I21', 'a household has a bottle too many', BottlesTable, ({ products }) => ({
    products: { Pmilk: { count: 2, deposit: products.Pmilk?.deposit ?? 0 } },
  })),
  harm('I21', 'a bottle’s deposit is not what was given', BottlesTable, () => ({
    products: { Pmilk: { count: 1, deposit: 999 } },
  })),
  harm(
    'I21',
    'a stop left other bottles',
    Deliveries,
    // So many fewer that no broken bottle explains it, whichever stop it is.
    ({ bottles = [] }) => ({
      bottles: bottles.map((one) => ({ ...one, left: one.left - 100 })),
    }),
    ({ bottles = [] }) => bottles.length > 0,
  ),
  harm(
    'I30',
    'the provider has what nobody paid by QR',
    Deliveries,
    () => ({ qrCollected: 1 }),
    ({ qrCollected }) => qrCollected !== undefined,
  ),
  harm('I9', 'a payment has no order', Payments, () => ({ orderId: 'Onone' })),
  harm('I9', 'an order on its way is not paid', Orders, () => ({ payment: undefined }), isCard),
  harm(
    'I9',
    'the provider took another amount',
    Payments,
    ({ captured }) => ({ captured: captured - 1 }),
    ({ paymentMethod }) => paymentMethod === 'CARD',
  ),
  harm(
    'I11',
    'an event was never written',
    Outbox,
    undefined,
    ({ eventType }) => eventType === 'ORDER_PLACED',
  ),
  harm(
    'I11',
    'a delivery moved without an event',
    Outbox,
    undefined,
    ({ eventType }) => eventType === 'DELIVERY_UPDATED',
  ),
  harm(
    'I11',
    'a payment succeeded without an event',
    Outbox,
    undefined,
    ({ eventType }) => eventType === 'PAYMENT_SUCCEEDED',
  ),
  harm(
    'I15',
    'an order skipped a status',
    Orders,
    ({ timeline }) => ({ timeline: timeline.filter(({ status }) => status !== 'CONFIRMED') }),
    isCard,
  ),
  harm('I16', 'a delivery changed without counting', Deliveries, ({ version }) => ({ version: version + 1 })),
  harm('I19', 'an e-mail belongs to somebody else', Emails, () => ({ userId: 'Uother' })),
  harm('I19', 'a telephone number belongs to somebody else', Phones, () => ({ userId: 'Uother' })),
  harm('I19', 'a household is not found by its name', CustomerKeys, undefined, ({ part }) =>
    part.startsWith('NAME#'),
  ),
  harm('I19', 'a household is found by what it is not', CustomerKeys, () => ({ userId: 'Uother' })),
  harm('I19', "a cart is another user's", Carts, () => ({ userId: 'Uother' })),
  harm('I20', 'a delivery has no order', Deliveries, () => ({ orderId: 'Onone' })),
  harm(
    'I20',
    'an order on its way has no live delivery',
    Deliveries,
    ({ timeline }) => ({ status: 'FAILED', timeline }),
    ({ status }) => status === 'PICKED_UP',
  ),
  harm(
    'I22',
    'an event that was logged is gone',
    AnalyticsEvents,
    undefined,
    ({ eventType }) => eventType === 'ORDER_DELIVERED',
  ),
  harm('I26', 'a message has been on its way for hours', Notifications, () => ({ status: 'SENDING' })),
  harm('I27', 'an event was not logged', AnalyticsEvents),
  harm('I27', 'a household was not told', Notifications, undefined, ({ type }) => type === 'ORDER_CONFIRMED'),
  harm(
    'I28',
    'an erased person has a name',
    Users,
    () => ({ name: 'Somebody' }),
    ({ erasedAt }) => erasedAt !== undefined,
  ),
  harm('I28', "a message has an erased person's address", Notifications, () => ({
    message: 'To Ugone@example.com',
  })),
  harm('I30', 'an order holds more than was paid', Orders, () => ({ status: 'CANCELLED' }), isCard),
  ...(['PAYOUT', 'HANDOVER', 'BANKED', 'WRITTEN_OFF', 'DISPUTE_WON', 'DISPUTE_LOST', 'TOP_UP'] as const).map(
    (kind) =>
      harm('I30', `the books have no movement ${kind}`, Ledger, undefined, (row) => row.kind === kind),
  ),
  harm(
    'I30',
    'a lost dispute counts as won',
    Disputes,
    () => ({ status: 'WON' }),
    ({ status }) => status === 'LOST',
  ),
  harm('I30', 'a provider kept more for a dispute', Disputes, ({ fee }) => ({ fee: fee + 1 })),
  harm('I30', 'a bill is higher than the debt was', Bills, ({ amount }) => ({ amount: amount + 1 })),
  harm('I30', 'a bill is paid with less', Bills, ({ paidWith }) => ({ paidWith: paidWith - 1 })),
  harm('I30', 'a bill is overdue and its account goes on', Bills, () => ({ status: 'OVERDUE' })),
  harm('I30', 'more waits on account than was ordered', Balances, ({ onAccount = 0 }) => ({
    onAccount: onAccount + 1,
  })),
  harm('I30', 'more debt was paid than was moved', Balances, ({ owedPaid = 0 }) => ({
    owedPaid: owedPaid + 1,
  })),
  harm('I18', 'a household has promo credit that nobody granted', Promos, ({ grants }) => ({
    grants: grants.map((grant) => ({ ...grant, amount: grant.amount + 1 })),
  })),
  harm('I18', 'a grant is in no movement', Ledger, undefined, ({ kind }) => kind === 'PROMO_GRANTED'),
  harm(
    'I18',
    'promo credit became money',
    Ledger,
    ({ lines }) => ({
      lines: lines.map((line) => (line.account === 'promoIssued' ? { ...line, account: 'bank' } : line)),
    }),
    ({ kind }) => kind === 'PROMO_GRANTED',
  ),
  harm(
    'I30',
    'an order set other promo credit aside',
    Orders,
    ({ promo = [] }) => ({
      promo: promo.map((part) => ({ ...part, amount: part.amount + 1 })),
    }),
    ({ promo }) => promo !== undefined,
  ),
  harm('I22', 'a first delivery is noted on another day', FirstDeliveries, () => ({ day: '2026-12-31' })),
  harm('I22', 'a closing has other sums than its lines', HouseClosings, ({ sums }) => ({
    sums: { ...sums, wallet: (sums.wallet ?? 0) - 1 },
  })),
  harm(
    'I30',
    'the courier holds other cash than was counted',
    Deliveries,
    () => ({ cashCollected: 1 }),
    isCash,
  ),
];

for (const { number, what, table, fits, made } of harms) {
  test(`${number} is named when ${what}`, async () => {
    const row = await findRow(table, fits ?? (() => true));
    const { store } = dairy.world;
    await store.write(made ? put(table, made(row)) : remove(table, keyOf(table, row)));
    const broken = await check();
    await store.write(put(table, row));
    expect(broken.map((line) => line.split(' ')[0])).toContain(number);
    expect(broken[0]).toMatch(/^I\d+ .+: .+$/);
  });
}

test('After all harm is undone nothing is broken any more', async () => {
  expect(await check()).toEqual([]);
});
