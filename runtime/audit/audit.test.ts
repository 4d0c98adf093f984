import { afterAll, beforeAll, expect, test } from 'vitest';
import { Orders } from '#lambdas/order/models/Order.ts';
import { Invoices } from '#lambdas/payment/models/Invoice.ts';
import { Balances, Ledger, postMovement } from '#lambdas/payment/models/Ledger.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { keyOf, type Row, type Table } from '#shared/data/table.ts';
import { put, remove } from '#shared/data/write.ts';
import { auditLedger } from './audit.ts';
import { runAudit } from './testing.ts';

let dairy: TestDairy;

/** A household that topped up 500, was delivered for 100 from its balance, and has 100 set aside for another order. */
beforeAll(async () => {
  dairy = await testDairy();
  const topUp = { userId: 'U101', amount: 500, paymentMethod: 'CASH' };
  await dairy.call('payment', 'topUpWallet', topUp, dairy.admin);
  for (const paymentMethod of ['WALLET', 'COD']) {
    dairy.clock.advance(60);
    const order = await dairy.order();
    await dairy.pay(order, { paymentMethod });
    await dairy.settle();
    const { deliveryId = '' } = await dairy.orderRow(order.orderId);
    dairy.clock.advance(60);
    for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
    await dairy.move(deliveryId, 'DELIVERED', paymentMethod === 'COD' ? { cashCollected: 110 } : {});
  }
  dairy.clock.advance(7_200);
  await dairy.pay(await dairy.order(), { paymentMethod: 'WALLET' });
  await dairy.settle();
});
afterAll(() => dairy?.close());

const heard: string[] = [];
const audit = async (before?: string) => {
  heard.length = 0;
  const tell = (line: string) => heard.push(line);
  return (await auditLedger({ store: dairy.world.store, before, tell }))?.message;
};

async function findRow(table: Table, fits: (row: Row) => boolean, from = dairy): Promise<Row> {
  for await (const row of from.world.store.scan(table)) if (fits(row)) return row;
  throw new Error(`no such row of ${table.name}`);
}

test('The books of an honest dairy are right, and the audit says what it saw', async () => {
  expect(await audit()).toBeUndefined();
  expect(heard).toEqual([
    'ledger: 5 movements; each of them and all together sum to zero',
    'balances: 2 households and couriers, each the sum of its lines',
    'history: 1 prepaid balances, none below nothing at any time',
    'set aside: for 1 open orders, nothing for ended ones',
    'documents: 2 in 1 series, consecutive',
    'credit and debit notes: 0, each as the ledger has it',
    'orders: 2 delivered; order, ledger and invoice agree',
  ]);
});

test('Movements written while the audit reads are no false alarm', async () => {
  const before = dairy.clock.now().toISOString();
  dairy.clock.advance(5);
  const topUp = { userId: 'U101', amount: 20, paymentMethod: 'CASH' };
  await dairy.call('payment', 'topUpWallet', topUp, dairy.admin);
  await dairy.pay(await dairy.order(), { paymentMethod: 'WALLET' });
  expect(await audit(before)).toBeUndefined();
  expect(heard[1]).toBe('balances: 2 households and couriers, each the sum of its lines');
});

interface Harm {
  what: string;
  table: Table;
  fits: (row: Row) => boolean;
  /** The row as it is made; nothing for a row that is taken away. */
  made: ((row: Row) => Row) | undefined;
  named: RegExp;
}

const kindIs = (kind: string) => (row: Row) => row.kind === kind;
const delivered = (row: Row) => row.status === 'DELIVERED';
/** That of 500: there is a later one, and another store lists them in another order. */
const isFirstTopUp = (row: Row) =>
  row.kind === 'TOP_UP' && linesOf(row).some(({ amount }) => amount === 50_000);
const linesOf = (row: Row) => row.lines as { account: string; party?: string; amount: number }[];
const harms: Harm[] = [
  {
    what: 'a household’s balance that somebody raised',
    table: Balances,
    fits: ({ balanceId }) => balanceId === 'U101',
    made: (row) => ({ ...row, wallet: Number(row.wallet) - 100 }),
    named: /^balance wallet of U101: is kept as -231, but its lines make -230$/,
  },
  {
    what: 'a household’s balance that is gone',
    table: Balances,
    fits: ({ balanceId }) => balanceId === 'U101',
    made: undefined,
    named: /^balance wallet of U101: is kept as 0/,
  },
  {
    what: 'a line of another amount',
    table: Ledger,
    fits: isFirstTopUp,
    made: (row) => ({ ...row, lines: linesOf(row).map((line, i) => (i ? line : { ...line, amount: 1 })) }),
    named: /#TOP_UP: its lines sum to -499.99, not to nothing$/,
  },
  {
    what: 'a line that is gone',
    table: Ledger,
    fits: kindIs('DELIVERED'),
    made: (row) => ({ ...row, lines: linesOf(row).slice(0, 1) }),
    named: /#DELIVERED: its lines sum to 100, not to nothing$/,
  },
  {
    what: 'a movement that is gone',
    table: Ledger,
    fits: isFirstTopUp,
    made: undefined,
    named: /^balance wallet of U101: is kept as -230, but its lines make 270$/,
  },
  {
    what: 'a movement that was filed under another day',
    table: Ledger,
    fits: isFirstTopUp,
    made: (row) => ({ ...row, dayKey: '2020-01-01#0' }),
    named: /^(prepaid balance of U101|index byDay)/,
  },
  {
    what: 'a top-up dated after what it paid for',
    table: Ledger,
    fits: isFirstTopUp,
    made: (row) => ({ ...row, at: '2027-01-04T23:00:00.000Z' }),
    named: /^prepaid balance of U101: was below nothing from 2027-01-04T04:31:00.000Z on/,
  },
  {
    what: 'an ended order that still has money set aside',
    table: Orders,
    fits: ({ status }) => status === 'CONFIRMED',
    made: (row) => ({ ...row, status: 'CANCELLED' }),
    named: /^order O\w+: has ended, and 100 is still in held$/,
  },
  {
    what: 'an order of another amount than was charged',
    table: Orders,
    fits: delivered,
    made: (row) => ({
      ...row,
      amount: 10_100,
      items: (row.items as Row[]).map((i) => ({ ...i, amount: 10_100 })),
    }),
    named: /^order O\w+: DELIVERED, 101 is due and the ledger earned 100$/,
  },
  {
    what: 'an order whose lines make another amount',
    table: Orders,
    fits: delivered,
    made: (row) => ({ ...row, amount: 9_900 }),
    named: /^order O\w+: its amount is 99, its lines make 100$/,
  },
  {
    what: 'an invoice that is gone',
    table: Invoices,
    fits: ({ number }) => number === 1,
    made: undefined,
    named: /^document INV\/26-27\/000001: is missing among the numbers given$/,
  },
  {
    what: 'an invoice number that was given twice',
    table: Invoices,
    fits: ({ number }) => number === 2,
    made: (row) => ({ ...row, number: 1 }),
    named: /^document INV\/26-27\/000001: is there twice/,
  },
];

test.for(harms)('The audit names $what', async ({ table, fits, made, named }) => {
  const row = await findRow(table, fits);
  const { store } = dairy.world;
  await store.write(made ? put(table, made(row)) : remove(table, keyOf(table, row)));
  try {
    expect(await audit()).toMatch(named);
    // Seen as well while the dairy is open: the harm is older than what may be being written.
    expect(await audit('2027-01-05T00:00:00.000Z')).toMatch(named);
  } finally {
    await store.write(put(table, row));
  }
  expect(await audit()).toBeUndefined();
});

test('A balance that only a single line explains is wrong by that line', async () => {
  const stray = { movementId: 'Mstray', kind: 'TOP_UP', at: '2027-01-04T05:00:00.000Z', userId: 'U102' };
  const lines = [
    { account: 'bank' as const, amount: 700 },
    { account: 'wallet' as const, party: 'U102', amount: -700 },
  ];
  const writes = postMovement({ ...stray, lines });
  await dairy.world.store.transact(writes.slice(0, 1));
  expect(await audit()).toBe('balance wallet of U102: is kept as 0, but its lines make -7');
  await dairy.world.store.transact(writes.slice(1));
  expect(await audit()).toBeUndefined();
});

test('What the desk puts right before and after an invoice, more or less, is no difference; a wrong invoice still is', async () => {
  const own = await testDairy();
  const { store } = own.world;
  const looked = async () => (await auditLedger({ store, tell: () => undefined }))?.message;
  const correct = (deliveryId: string, delivered: number) =>
    own.call(
      'delivery',
      'correctStop',
      { deliveryId, items: [{ productId: 'P101', delivered }], reason: 'mistyped' },
      own.admin,
    );
  try {
    const order = await own.order({ cartItems: [{ productId: 'P101', qty: 4 }] });
    await own.pay(order);
    await own.settle();
    const { deliveryId = '' } = await own.orderRow(order.orderId);
    for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) await own.move(deliveryId, status);
    await correct(deliveryId, 3);
    await own.settle();
    expect((await store.get(Invoices, { orderId: order.orderId }))?.amount).toBe(15_000);
    for (const delivered of [1, 2]) {
      await correct(deliveryId, delivered);
      await own.settle();
      expect([delivered, await looked()]).toEqual([delivered, undefined]);
    }
    const invoice = await findRow(Invoices, ({ orderId }) => orderId === order.orderId, own);
    await store.write(put(Invoices, { ...invoice, amount: 10_000 } as never));
    expect(await looked()).toContain('150 is due, invoice INV/26-27/000001 says 100');
  } finally {
    await own.close();
  }
});

test('The command looks through a dairy that is open, and ends 1 where a balance was touched', async () => {
  const env = { ...dairy.env, TEST_CLOCK: '2027-01-05T00:00:00Z' };
  expect(await runAudit(env)).toMatchObject({
    code: 0,
    said: expect.stringContaining('are right.'),
  });
  const { store } = dairy.world;
  const row = await findRow(Balances, ({ balanceId }) => balanceId === 'U101');
  await store.write(put(Balances, { ...row, balanceId: 'U101', wallet: 0 }));
  const found = await runAudit(env);
  expect(found).toMatchObject({ code: 1, said: expect.stringContaining('DIFFERS  balance wallet of U101') });
  await store.write(put(Balances, { ...row, balanceId: 'U101' }));
});

test('The command says which table is gone, and what to do, in place of an error of the store', async () => {
  const own = await testDairy();
  const env = { ...own.env, TEST_CLOCK: '2027-01-05T00:00:00Z' };
  try {
    expect(await runAudit(env)).toMatchObject({ code: 0 });
    const { wire } = own.world.store;
    await wire.call('DeleteTable', { TableName: 'InvoiceNotes' });
    const gone = await runAudit(env);
    expect(gone).toMatchObject({ code: 2, said: expect.stringContaining('The data lacks InvoiceNotes') });
    expect(gone.said).toContain('bring back a backup first');
    expect(gone.said).not.toContain('ResourceNotFoundException');
    await wire.call('DeleteTable', { TableName: 'Meta' });
    const none = await runAudit(env);
    expect(none).toMatchObject({ code: 2, said: expect.stringContaining('it has no table Meta') });
  } finally {
    await own.close();
  }
});
