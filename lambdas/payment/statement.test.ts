import { extractText } from 'unpdf';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { addDays } from '#shared/domain/day.ts';
import { Closings } from './models/Closing.ts';
import { Ledger } from './models/Ledger.ts';

let dairy: TestDairy;
beforeEach(async () => {
  dairy = await testDairy();
});
afterEach(() => dairy?.close());

interface Accounts {
  available: number;
  deferred: number;
  owed: number;
}
interface Statement {
  final: boolean;
  opening: Accounts;
  closing: Accounts;
  movements: { kind: string; at: string; deliveryDay?: string; change: Accounts; balance: Accounts }[];
  deliveries: { day: string; outcome: string; amount: number; invoiceNumber?: string; lines: object[] }[];
  totals: Record<string, number> & { taxes: { name: string; amount: number }[] };
  code?: string;
}

const ask = <A = Statement>(month: string, format = 'json', actor = dairy.household) =>
  dairy.call<A>('payment', 'viewStatement', { month, format }, actor);

const at = (instant: string) => dairy.clock.set(instant);

async function topUp(amount: number) {
  await dairy.call('payment', 'topUpWallet', { userId: 'U101', amount, paymentMethod: 'CASH' }, dairy.admin);
}

/** An order for the day after tomorrow, 07–10 in Kolkata, paid from the prepaid balance unless told otherwise. */
async function orderFor(day: string, cartItems: object[], paymentMethod = 'WALLET') {
  const order = await dairy.order({ cartItems, deliverySlot: `${day}T02:30:00.000Z` });
  await dairy.pay(order, { paymentMethod });
  await dairy.settle();
  return order;
}

async function deliver(orderId: string, more: object = {}) {
  const { deliveryId = '' } = await dairy.orderRow(orderId);
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
  await dairy.move(deliveryId, 'DELIVERED', more);
  await dairy.settle();
}

const milk = (qty: number) => [{ productId: 'P101', qty }];

/** January: 1,000 paid in; milk for 100 and taxed curd for 210 delivered; one cancelled; 20 credited; 90 withdrawn. */
async function january() {
  await dairy.addProduct({
    productId: 'P201',
    name: 'दही Curd',
    price: 105,
    stock: 50,
    taxes: { CGST: 250, SGST: 250 },
  });
  await topUp(1000);
  const first = await orderFor('2027-01-06', milk(2));
  at('2027-01-06T02:40:00.000Z');
  await deliver(first.orderId);
  const curd = await orderFor('2027-01-09', [{ productId: 'P201', qty: 2 }]);
  at('2027-01-09T02:40:00.000Z');
  await deliver(curd.orderId);
  const off = await orderFor('2027-01-12', milk(1));
  await dairy.call('order', 'cancelOrder', { orderId: off.orderId }, dairy.household);
  const credit = { orderId: curd.orderId, amount: 21, reason: 'Sour' };
  await dairy.call('payment', 'refundPayment', credit, dairy.admin);
  await dairy.call('payment', 'withdrawFromWallet', { amount: 90 }, dairy.household);
  const door = await orderFor('2027-01-15', milk(1), 'COD');
  at('2027-01-15T02:40:00.000Z');
  await deliver(door.orderId, { cashCollected: 60 });
  return { first, curd, off, door };
}

test('A household’s month adds up: opening, every movement with its balance, deliveries, totals, closing', async () => {
  const { curd } = await january();
  at('2027-01-20T04:00:00.000Z');
  const { opening, closing, movements, deliveries, totals, final } = await ask('2027-01');
  expect(final).toBe(false);
  expect(opening).toMatchObject({ available: 0, deferred: 0, owed: 0 });
  const seen = movements.map(({ kind, change, balance }) => [
    kind,
    change.available,
    change.deferred,
    balance.available,
    balance.deferred,
  ]);
  expect(seen).toEqual([
    ['TOP_UP', 1000, 0, 1000, 0],
    ['ORDER_PAID', -100, 100, 900, 100],
    ['DELIVERED', 0, -100, 900, 0],
    ['ORDER_PAID', -210, 210, 690, 210],
    ['DELIVERED', 0, -210, 690, 0],
    // All at one instant of a clock that stands still.
    ['ORDER_PAID', -50, 50, 640, 50],
    ['CREDIT', 21, 0, 661, 50],
    ['ORDER_CANCELLED', 50, -50, 711, 0],
    ['WITHDRAWAL', -90, 0, 621, 0],
    ['DELIVERED_CASH', 10, 0, 631, 0],
  ]);
  expect(closing).toMatchObject({ available: 631, deferred: 0, owed: 0 });
  expect(movements[1]?.deliveryDay).toBe('2027-01-06');
  expect(
    deliveries.map(({ day, outcome, amount, invoiceNumber }) => [day, outcome, amount, invoiceNumber]),
  ).toEqual([
    ['2027-01-06', 'DELIVERED', 100, 'INV/26-27/000001'],
    ['2027-01-09', 'DELIVERED', 210, 'INV/26-27/000002'],
    ['2027-01-12', 'CUSTOMER', 0, undefined],
    ['2027-01-15', 'DELIVERED', 50, 'INV/26-27/000003'],
  ]);
  expect(deliveries[1]?.lines).toEqual([
    { productId: 'P201', name: 'दही Curd', qty: 2, price: 105, amount: 210 },
  ]);
  // 210 has 5 of each tax in it; of the credit of 21 half a rupee each comes back.
  expect(totals).toMatchObject({
    delivered: 360,
    topUps: 1000,
    paidAtDoor: 60,
    credits: 21,
    withdrawals: 90,
    refunds: 0,
    other: 0,
    taxes: [
      { name: 'CGST 2.5%', amount: 4.5 },
      { name: 'SGST 2.5%', amount: 4.5 },
    ],
  });
  expect(1000 + 60 + 21 - 360 - 90).toBe(closing.available);
  expect(curd.amount).toBe(21_000);
});

test('A month opens with what the one before closed with, and is cut at midnight of the dairy', async () => {
  await topUp(100);
  // The last moment of January in Kolkata, and the first of February.
  at('2027-01-31T18:29:59.999Z');
  await topUp(10);
  at('2027-01-31T18:30:00.000Z');
  await topUp(1);
  at('2027-02-03T04:00:00.000Z');
  const first = await ask('2027-01');
  expect(first).toMatchObject({ final: true, opening: { available: 0 }, closing: { available: 110 } });
  const second = await ask('2027-02');
  expect(second).toMatchObject({ final: false, opening: { available: 110 }, closing: { available: 111 } });
  expect(second.movements).toHaveLength(1);
  at('2027-03-05T04:00:00.000Z');
  expect(await ask('2027-02')).toMatchObject({ final: true, closing: { available: 111 } });
  expect(await ask('2027-03')).toMatchObject({ opening: { available: 111 }, movements: [] });
});

test('A closing that was kept saves reading the years before it, and is what they make', async () => {
  let day = '2027-01-04';
  for (let i = 0; i < 5; i++) {
    at(`${day}T06:00:00.000Z`);
    await topUp(100 + i);
    day = addDays(day, 31);
  }
  at('2027-06-20T06:00:00.000Z');
  expect(await ask('2027-06')).toMatchObject({ opening: { available: 510 }, closing: { available: 510 } });
  const closings = [];
  for await (const row of dairy.world.store.scan(Closings)) closings.push(row);
  expect(closings).toMatchObject([{ userId: 'U101', until: '2027-05-31T18:30:00.000Z', wallet: -51_000 }]);
  const reads: string[] = [];
  dairy.wireOf.current = (wire) => ({
    call: (operation, payload, api) => {
      const { TableName, ExpressionAttributeValues } = payload as Record<string, never>;
      if (TableName === 'Ledger') reads.push(JSON.stringify(ExpressionAttributeValues));
      return wire.call(operation, payload, api);
    },
    close: () => wire.close(),
  });
  expect(await ask('2027-06')).toMatchObject({ opening: { available: 510 } });
  expect(reads).toHaveLength(1);
  expect(reads[0]).toContain('2027-05-31T18:30:00.000Z');
});

test('A kept closing that is not what the ledger says is not believed', async () => {
  await topUp(100);
  at('2027-02-10T06:00:00.000Z');
  await ask('2027-02');
  const { store } = dairy.world;
  const until = '2027-01-31T18:30:00.000Z';
  const wrong = { userId: { S: 'U101' }, until: { S: until }, wallet: { N: '-900000' } };
  await store.wire.call('PutItem', { TableName: 'Closings', Item: wrong });
  expect(await ask('2027-02')).toMatchObject({ opening: { available: 100 } });
});

test('Movements of one instant are listed alike every time, and no balance shows below nothing', async () => {
  // By its id the payment would come before the top-ups that it was paid from.
  for (let i = 0; i < 6; i++) await topUp(20);
  await orderFor('2027-01-06', milk(2));
  const { movements } = await ask('2027-01');
  expect(movements.map(({ balance }) => balance.available)).toEqual([20, 40, 60, 80, 100, 0, 20]);
  expect((await ask('2027-01')).movements).toEqual(movements);
});

test('A statement is its household’s own and the desk’s; a month that has not begun has none', async () => {
  await topUp(100);
  const stranger = await dairy.addHousehold('U102');
  const other = await dairy.call('payment', 'viewStatement', { month: '2027-01', userId: 'U101' }, stranger);
  expect(other).toMatchObject({ status: 403 });
  const desk = await dairy.call(
    'payment',
    'viewStatement',
    { month: '2027-01', userId: 'U101' },
    dairy.admin,
  );
  expect(desk).toMatchObject({ closing: { available: 100 } });
  expect(await ask('2027-02')).toMatchObject({ code: 'INVALID_INPUT', errors: [{ pointer: '?month' }] });
  for (const month of ['2027-13', '2027-1', 'January', '0000-01'])
    expect(await ask(month)).toMatchObject({ code: 'INVALID_INPUT' });
});

test('As CSV the statement has a row a movement between both balances, and no cell that a spreadsheet runs', async () => {
  await january();
  const csv = await ask<string>('2027-01', 'csv');
  const [head, first, second, ...rest] = csv.trim().split('\r\n');
  expect(head).toMatch(/^day,at,kind,what,movementId,orderId,availableChange,.*,available,deferred,/);
  expect(first).toMatch(/^2027-01-01,,OPENING,Opening balance,/);
  expect(second).toContain(',TOP_UP,Paid in,');
  expect(rest).toHaveLength(10);
  expect(rest.at(-1)).toMatch(/^2027-01-31,,CLOSING,Closing balance,.*,631,0,0,0,0,0$/);
  for (const cell of csv.split(/[,\r\n]+/)) if (/^[=+@-]/.test(cell)) expect(Number(cell)).not.toBeNaN();
});

async function textOf(base64: string): Promise<string> {
  const { text } = await extractText(new Uint8Array(Buffer.from(base64, 'base64')), { mergePages: true });
  return text.replace(/\s+/g, ' ');
}

test('As PDF the statement has the dairy, the household and every figure, in rupees', async () => {
  const seller = {
    legalName: 'Gokul Dairy Pvt Ltd',
    address: '7 Dairy Road, Pune',
    taxNumber: '27AAAPL1234C1ZV',
  };
  await dairy.call('admin', 'updateSettings', { dairyName: 'Gokul डेयरी', seller }, dairy.admin);
  await january();
  const text = await textOf(await ask<string>('2027-01', 'pdf'));
  for (const part of [
    'Gokul',
    '7 Dairy Road, Pune',
    '27AAAPL1234C1ZV',
    'U101',
    '123 Main St',
    'January 2027',
  ])
    expect(text).toContain(part);
  for (const figure of ['₹631.00', '−₹360.00', '+₹1,000.00', '+₹60.00', '+₹21.00', '−₹90.00', '₹4.50'])
    expect(text.replaceAll('₹ ', '₹')).toContain(figure);
  expect(text).toContain('cancelled as you asked');
  expect(text).toContain('Page 1 of');
});

test('A household that reads Hindi gets its statement in Hindi', async () => {
  await dairy.call(
    'user',
    'updateProfile',
    { preferences: { language: 'hi' }, name: 'श्रीमती शर्मा' },
    dairy.household,
  );
  await january();
  const text = await textOf(await ask<string>('2027-01', 'pdf'));
  expect(text).toContain('जनवरी 2027');
  expect(text).toContain('आपके पैसे का');
  expect(text).not.toContain('Statement');
  expect(text.replaceAll('₹ ', '₹')).toContain('₹631.00');
  expect(await ask<string>('2027-01', 'csv')).toContain('जमा किया');
});

test('Whatever the books hold, the kinds of all movements have words in both languages', async () => {
  await january();
  const kinds = new Set<string>();
  for await (const { kind } of dairy.world.store.scan(Ledger)) kinds.add(kind);
  expect(kinds.size).toBeGreaterThan(5);
  const csv = await ask<string>('2027-01', 'csv');
  expect(csv).not.toContain('Booked by the dairy');
});
