import { extractText } from 'unpdf';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rupeesInWords } from '#lambdas/payment/rules/invoice/inWords.ts';
import { checkInvariants } from '#runtime/invariants.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';

let dairy: TestDairy;
/** Milk is exempt, curd bears 5 %, ghee 12 %. */
beforeEach(async () => {
  dairy = await testDairy();
  const curd = { productId: 'P201', name: 'दही Curd', price: 105, stock: 50, hsn: '0403' };
  await dairy.addProduct({ ...curd, taxes: { CGST: 250, SGST: 250 } });
  const ghee = { productId: 'P202', name: 'Ghee', price: 336, stock: 50, hsn: '0405' };
  await dairy.addProduct({ ...ghee, taxes: { CGST: 600, SGST: 600 } });
});
afterEach(() => dairy?.close());

interface Tax {
  component: string;
  ratePercent: number;
  amount: number;
}
interface Shown {
  kind: string;
  invoiceNumber?: string;
  noteNumber?: string;
  day: string;
  seller: object;
  lines: { productId: string; hsn?: string; exempt: boolean; net: number; taxes: Tax[]; amount: number }[];
  taxes: Tax[];
  net: number;
  amount: number;
  charged: number;
  notes: { noteId: string; kind: string; number: string; amount: number }[];
}

const view = <A = Shown>(orderId: string, more: object = {}, actor = dairy.household) =>
  dairy.call<A>('order', 'viewInvoice', { orderId, ...more }, actor);

const items = (...ids: string[]) => ids.map((productId) => ({ productId, qty: 1 }));

async function ordered(cartItems: object[], deliverySlot = dairy.morning) {
  const order = await dairy.order({ cartItems, deliverySlot });
  await dairy.pay(order);
  await dairy.settle();
  return order;
}

async function brought(orderId: string, more: object = {}) {
  const { deliveryId = '' } = await dairy.orderRow(orderId);
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
  await dairy.move(deliveryId, 'DELIVERED', more);
  await dairy.settle();
}

test('Before the stop there is a summary without a number; after it the invoice has what was left at the door', async () => {
  const { orderId } = await ordered([{ productId: 'P201', qty: 3 }]);
  expect(await view(orderId)).toMatchObject({ kind: 'SUMMARY', amount: 315, charged: 315, notes: [] });
  expect((await view(orderId)).invoiceNumber).toBeUndefined();
  await brought(orderId, { items: [{ productId: 'P201', delivered: 2 }] });
  // 210 with 5 % in it: 200 and 5 of each component.
  expect(await view(orderId)).toMatchObject({
    kind: 'INVOICE',
    invoiceNumber: 'INV/26-27/000001',
    lines: [{ productId: 'P201', hsn: '0403', exempt: false, net: 200, amount: 210 }],
    taxes: [
      { component: 'CGST', ratePercent: 2.5, amount: 5 },
      { component: 'SGST', ratePercent: 2.5, amount: 5 },
    ],
    net: 200,
    amount: 210,
    charged: 210,
  });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('Exempt milk gets a bill of supply, and a mixed order says of each line whether it bears tax', async () => {
  const milk = await ordered(items('P101'));
  const mixed = await ordered(items('P101', 'P201', 'P202'));
  await brought(milk.orderId);
  await brought(mixed.orderId);
  expect(await view(milk.orderId)).toMatchObject({ kind: 'BILL_OF_SUPPLY', taxes: [], net: 50, amount: 50 });
  const both = await view(mixed.orderId);
  expect(both).toMatchObject({ kind: 'INVOICE', invoiceNumber: 'INV/26-27/000002', amount: 491, net: 450 });
  expect(both.lines.map(({ exempt, net }) => [exempt, net])).toEqual([
    [true, 50],
    [false, 100],
    [false, 300],
  ]);
  // Each rate for itself: 2.50 and 2.50 of curd, 18 and 18 of ghee.
  expect(both.taxes.map(({ ratePercent, amount }) => [ratePercent, amount])).toEqual([
    [2.5, 2.5],
    [2.5, 2.5],
    [6, 18],
    [6, 18],
  ]);
});

test('Numbers begin anew with the financial year of the day of supply, under the dairy’s own prefix', async () => {
  dairy.clock.set('2027-03-30T04:00:00.000Z');
  await dairy.call('admin', 'updateSettings', { invoiceSeries: { invoice: 'GK' } }, dairy.admin);
  dairy.clock.advance(5);
  const march = await ordered(items('P101'), '2027-03-31T02:30:00.000Z');
  const april = await ordered(items('P101'), '2027-04-01T02:30:00.000Z');
  dairy.clock.set('2027-03-31T02:40:00.000Z');
  await brought(march.orderId);
  // Half past midnight in Kolkata is the evening before in London: the dairy's day counts.
  dairy.clock.set('2027-03-31T19:00:00.000Z');
  await brought(april.orderId);
  expect((await view(march.orderId)).invoiceNumber).toBe('GK/26-27/000001');
  expect((await view(april.orderId)).invoiceNumber).toBe('GK/27-28/000001');
  expect(await view(april.orderId)).toMatchObject({ day: '2027-04-01' });
});

test('Sixteen stops at once get sixteen numbers without a gap, and a repeated event none', async () => {
  await dairy.call('admin', 'restockProduct', { productId: 'P101', received: 100 }, dairy.admin);
  const orders = [];
  for (let i = 0; i < 16; i++) orders.push(await ordered(items('P101')));
  await Promise.all(
    orders.map(async ({ orderId }) => {
      const { deliveryId = '' } = await dairy.orderRow(orderId);
      for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) await dairy.move(deliveryId, status);
    }),
  );
  await dairy.settle({ disturb: (batch) => [...batch, ...batch] });
  const numbers = await Promise.all(orders.map(async ({ orderId }) => (await view(orderId)).invoiceNumber));
  const expected = Array.from({ length: 16 }, (_, i) => `INV/26-27/${String(i + 1).padStart(6, '0')}`);
  expect([...numbers].sort()).toEqual(expected);
});

test('A tax that changes on a day is that of the day of delivery, also when it is told after the order', async () => {
  dairy.clock.set('2027-01-04T04:30:00.000Z');
  const change = { productId: 'P201', taxChanges: [{ from: '2027-01-07', taxes: { CGST: 900, SGST: 900 } }] };
  const before = await ordered(items('P201'), '2027-01-06T02:30:00.000Z');
  const told = await ordered(items('P201'), '2027-01-08T02:30:00.000Z');
  expect(await dairy.call('admin', 'updateProduct', change, dairy.admin)).toMatchObject(change);
  const after = await ordered(items('P201'), '2027-01-08T02:30:00.000Z');
  expect((await view(after.orderId)).taxes.map(({ ratePercent }) => ratePercent)).toEqual([9, 9]);
  dairy.clock.set('2027-01-06T02:40:00.000Z');
  await brought(before.orderId);
  dairy.clock.set('2027-01-08T02:40:00.000Z');
  await brought(told.orderId);
  expect(await view(before.orderId)).toMatchObject({
    taxes: [{ ratePercent: 2.5 }, { ratePercent: 2.5 }],
    net: 100,
  });
  // 105 with 18 %: 8.01 of each, and the rest.
  expect(await view(told.orderId)).toMatchObject({ taxes: [{ amount: 8.01 }, { amount: 8.01 }], net: 88.98 });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
  const twice = { productId: 'P201', taxChanges: [change.taxChanges[0], change.taxChanges[0]] };
  expect(await dairy.call('admin', 'updateProduct', twice, dairy.admin)).toMatchObject({
    code: 'INVALID_INPUT',
  });
});

test('A credit gets a credit note with its part of the tax; invoice less credit notes is what was charged', async () => {
  const { orderId } = await ordered(items('P101', 'P201'));
  await brought(orderId);
  const credit = { orderId, amount: 31, reason: 'Sour' };
  await dairy.call('payment', 'refundPayment', credit, dairy.admin);
  await dairy.settle({ disturb: (batch) => [...batch, ...batch] });
  const invoice = await view(orderId);
  expect(invoice).toMatchObject({ kind: 'INVOICE', amount: 155, charged: 124 });
  expect(invoice.notes).toMatchObject([{ number: 'CN/26-27/000001', amount: 31 }]);
  const note = await view(orderId, { noteId: invoice.notes[0]?.noteId });
  // 10 of the milk, 21 of the curd, of which half a rupee is each tax.
  expect(note).toMatchObject({
    kind: 'CREDIT_NOTE',
    noteNumber: 'CN/26-27/000001',
    invoiceNumber: 'INV/26-27/000001',
    lines: [{ amount: 10 }, { amount: 21, net: 20 }],
    taxes: [{ amount: 0.5 }, { amount: 0.5 }],
    amount: 31,
  });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('A household’s export has its invoices and the notes to them', async () => {
  const { orderId } = await ordered(items('P201'));
  await brought(orderId);
  await dairy.call('payment', 'refundPayment', { orderId, amount: 21, reason: 'Sour' }, dairy.admin);
  await dairy.settle();
  const { invoices, notes } = await dairy.call('user', 'exportProfile', {}, dairy.household);
  expect(invoices).toMatchObject([{ orderId, series: 'INV/26-27', number: 1, amount: 10_500 }]);
  expect(notes).toMatchObject([{ orderId, kind: 'CREDIT', amount: 2_100 }]);
});

test('A reported problem that was credited has its credit note too', async () => {
  const { orderId } = await ordered(items('P201'));
  await brought(orderId);
  const report = { orderId, productId: 'P201', kind: 'SPOILT' };
  expect(await dairy.call('order', 'reportProblem', report, dairy.household)).toMatchObject({
    status: 'CREDITED',
  });
  await dairy.settle();
  const { notes, charged } = await view(orderId);
  expect(notes).toMatchObject([{ number: 'CN/26-27/000001', amount: 105 }]);
  expect(charged).toBe(0);
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('What the desk puts right after the invoice is a credit note, or a debit note where more came', async () => {
  const { orderId } = await ordered([{ productId: 'P201', qty: 3 }]);
  await brought(orderId, { items: [{ productId: 'P201', delivered: 2 }] });
  const { deliveryId } = await dairy.orderRow(orderId);
  const correct = async (delivered: number) => {
    const said = { deliveryId, items: [{ productId: 'P201', delivered }], reason: 'Counted again' };
    expect(await dairy.call('delivery', 'correctStop', said, dairy.admin)).toMatchObject({
      status: 'DELIVERED',
    });
    await dairy.settle({ disturb: (batch) => [...batch, ...batch] });
  };
  await correct(3);
  await correct(1);
  const invoice = await view(orderId);
  expect(invoice).toMatchObject({ invoiceNumber: 'INV/26-27/000001', amount: 210, charged: 105 });
  expect(invoice.notes).toMatchObject([
    { kind: 'DEBIT', number: 'DN/26-27/000001', amount: 105 },
    { kind: 'CREDIT', number: 'CN/26-27/000001', amount: 210 },
  ]);
  expect(await view(orderId, { noteId: invoice.notes[1]?.noteId })).toMatchObject({
    kind: 'CREDIT_NOTE',
    lines: [{ qty: 2, amount: 210, net: 200 }],
    taxes: [{ amount: 5 }, { amount: 5 }],
  });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('Cash that was counted anew after the invoice changes no charge, and gets no note', async () => {
  const order = await dairy.order({ cartItems: [{ productId: 'P201', qty: 1 }] });
  await dairy.pay(order, { paymentMethod: 'COD' });
  await dairy.settle();
  await brought(order.orderId, { cashCollected: 100 });
  const { deliveryId } = await dairy.orderRow(order.orderId);
  const said = { deliveryId, cashCollected: 105, reason: 'Counted again' };
  expect(await dairy.call('delivery', 'correctStop', said, dairy.admin)).toMatchObject({
    status: 'DELIVERED',
  });
  await dairy.settle();
  expect(await view(order.orderId)).toMatchObject({ kind: 'INVOICE', amount: 105, charged: 105, notes: [] });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('What the desk puts right before the invoice is in it and needs no note', async () => {
  const { orderId } = await ordered([{ productId: 'P201', qty: 3 }]);
  const { deliveryId = '' } = await dairy.orderRow(orderId);
  for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) await dairy.move(deliveryId, status);
  const said = { deliveryId, items: [{ productId: 'P201', delivered: 2 }], reason: 'Counted again' };
  await dairy.call('delivery', 'correctStop', said, dairy.admin);
  await dairy.settle();
  expect(await view(orderId)).toMatchObject({ amount: 210, charged: 210, notes: [] });
  expect(await checkInvariants(dairy.world, { quiet: true })).toEqual([]);
});

test('An invoice stays as it was issued when the dairy’s name and numbers change', async () => {
  const { orderId } = await ordered(items('P101'));
  await brought(orderId);
  await dairy.call(
    'admin',
    'updateSettings',
    { dairyName: 'New Dairy', seller: { taxNumber: 'T2' } },
    dairy.admin,
  );
  dairy.clock.advance(5);
  expect((await view(orderId)).seller).toEqual({ name: 'Milkfloat Dairy' });
});

test('An invoice is its household’s own and the desk’s; a credit note that is not there is told so', async () => {
  const { orderId } = await ordered(items('P101'));
  const stranger = await dairy.addHousehold('U102');
  expect(await view(orderId, {}, stranger)).toMatchObject({ code: 'NOT_FOUND' });
  expect(await view(orderId, {}, dairy.admin)).toMatchObject({ kind: 'SUMMARY' });
  expect(await view(orderId, { noteId: 'R1' })).toMatchObject({ code: 'NOT_FOUND' });
});

async function textOf(base64: string): Promise<string> {
  const { text } = await extractText(new Uint8Array(Buffer.from(base64, 'base64')), { mergePages: true });
  return text.replace(/\s+/g, ' ').replaceAll('₹ ', '₹');
}

test('As PDF the invoice has number, HSN, tax by rate, the sum in words, and is no invoice before the stop', async () => {
  const seller = { legalName: 'Gokul Pvt Ltd', taxNumber: '27AAAPL1234C1ZV', foodLicence: '11521999000123' };
  await dairy.call('admin', 'updateSettings', { dairyName: 'Gokul Dairy', seller }, dairy.admin);
  dairy.clock.advance(5);
  const { orderId } = await ordered(items('P101', 'P201', 'P202'));
  const summary = await textOf(await view<string>(orderId, { format: 'pdf' }));
  expect(summary).toContain('Order summary');
  expect(summary).toContain('This is no invoice');
  await brought(orderId);
  const text = await textOf(await view<string>(orderId, { format: 'pdf' }));
  for (const part of [
    'Invoice-cum-bill of supply',
    'INV/26-27/000001',
    '27AAAPL1234C1ZV',
    '0403',
    '0405',
    '123 Main St',
  ])
    expect(text).toContain(part);
  for (const figure of ['₹491.00', '₹450.00', '₹18.00', '₹2.50', 'CGST 6%', 'CGST 2.5%', 'exempt'])
    expect(text).toContain(figure);
  expect(text).toContain('Four hundred ninety-one rupees.');
});

test('Rupees are told in words as India counts them', () => {
  expect(rupeesInWords(0)).toBe('Zero rupees');
  expect(rupeesInWords(100)).toBe('One rupee');
  expect(rupeesInWords(2_101_950)).toBe('Twenty-one thousand nineteen rupees and fifty paise');
  expect(rupeesInWords(10_000_000_00)).toBe('One crore rupees');
  expect(rupeesInWords(1_23_45_678_90)).toBe(
    'One crore twenty-three lakh forty-five thousand six hundred seventy-eight rupees and ninety paise',
  );
});
