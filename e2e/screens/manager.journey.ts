import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barriersOn, openBrowser, openPage, sizes } from '../browser.ts';
import { ADMIN, login, moveClock, type Server, startServer } from '../server.ts';

/** A Monday, half past ten in the morning in Kolkata. */
const NOW = '2027-01-04T05:00:00Z';
/** The evening, when the orders of the next day are made, and the next morning. */
const EVENING = '2027-01-04T16:45:00Z';
const MORNING = '2027-01-05T03:00:00Z';
const BAD_CSV = 'name,price,category,stock,unit\nCow Milk,62,Milk,500,1 l\nCurd,forty,Curd,100,400 g\n';
const NOTE = 'The pot <img src="x" onerror="alert(1)"> had a crack';
const GOOD_CSV = BAD_CSV.replace('forty', '45');

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

describe.each(Object.entries(sizes))('A manager on a %s', (_, viewport) => {
  let server: Server;
  let page: Page;
  let wrong: string[];
  let close: () => Promise<void>;
  const at = (path: string) => page.goto(`${server.url}/desk${path}`);
  /** Where one can press and type: the dialog, if there is one. */
  const front = async () => {
    const dialog = page.getByRole('dialog');
    return (await dialog.count()) > 0 ? dialog : page.locator('body');
  };
  const press = async (label: string | RegExp, exact = true) =>
    (await front()).getByRole('button', { name: label, exact }).first().click();
  const field = async (label: string, value: string) =>
    (await front()).getByLabel(label, { exact: true }).first().fill(value);
  /** The dialog has done its work and is gone. */
  const closed = () => page.getByRole('dialog').waitFor({ state: 'detached' });
  const seen = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const heading = (name: string | RegExp) => page.getByRole('heading', { name }).first().waitFor();
  const isUsable = async () => expect(await barriersOn(page)).toEqual([]);
  const file = (csv: string) => ({ name: 'goods.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  /** The time is another one for the dairy and on the page. */
  const itIs = async (now: string) => {
    await moveClock(server, now);
    await page.clock.setFixedTime(new Date(now));
  };

  beforeAll(async () => {
    server = await startServer({ clock: NOW });
    ({ page, wrong, close } = await openPage(browser, { viewport, keyboard: viewport === sizes.desktop }));
    await page.clock.setFixedTime(new Date(NOW));
  });
  afterAll(async () => {
    await close?.();
    await server?.stop();
  });

  test('signs in by keyboard, and finds an empty day', async () => {
    await at('/');
    await heading('Sign in');
    await isUsable();
    await page.getByLabel('E-mail').focus();
    for (const text of [ADMIN.email, ADMIN.password]) {
      await page.keyboard.type(text);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await heading('The day');
    await seen('No orders for this day yet.');
    await isUsable();
  });

  test('brings the products in from a spreadsheet, and is told which row is bad', async () => {
    await at('/goods');
    await seen('No such product.');
    await press('From a spreadsheet');
    await page.getByLabel('File').setInputFiles(file(BAD_CSV));
    await press('Bring in 2 rows');
    await seen('1 place is bad. Nothing was changed.');
    const bad = page.getByRole('row', { name: /^3/ });
    expect(await bad.textContent()).toContain('price');
    await isUsable();
    await page.getByLabel('File').setInputFiles(file(GOOD_CSV));
    await press('Bring in 2 rows');
    await seen('2 added, 0 changed, 0 as before.');
    await page.keyboard.press('Escape');
    await closed();
    await page.getByRole('rowheader', { name: /Cow Milk/ }).waitFor();
    await isUsable();
  });

  test('changes a product, with a tax, and records what came in', async () => {
    const row = page.getByRole('row', { name: /Curd/ });
    await row.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('Taxes in per cent').fill('CGST 2.5, SGST 2.5');
    await isUsable();
    await press('Save');
    await seen('Curd is changed.');
    await closed();
    await row.getByRole('button', { name: 'Stock' }).click();
    await field('How many', '20');
    await press('Save');
    await seen('Curd: 120 left.');
  });

  test('takes a courier on, and locks somebody out and in again', async () => {
    await at('/team');
    await press('Add somebody');
    await field('Name', 'Ravi Kumar');
    await field('E-mail', 'ravi@dairy.example');
    await field('First password', 'ravi-2027');
    await press('Add somebody');
    await seen('Ravi Kumar can sign in now.');
    await closed();
    await press('Lock out');
    await seen('Ravi Kumar cannot sign in any more.');
    await press('Undo');
    await seen('Ravi Kumar can sign in again.');
    await isUsable();
  });

  test('makes a household that only has a telephone, takes its money, and sets its milk up', async () => {
    await at('/customers');
    await press('Add a household');
    await field('Name', 'Kamala Devi');
    await field('Telephone', '98111 22333');
    await field('House and street', '7 Temple Street');
    await field('Town', 'Bengaluru');
    await field('Postal code', '560001');
    await isUsable();
    await press('Add a household');
    await heading('Kamala Devi');
    await press('Take a payment');
    await field('Amount', '1000');
    await press('Take a payment');
    await seen('₹1,000 is in the balance.');
    await closed();
    await press('Standing order');
    await page.getByRole('group', { name: 'Cow Milk' }).getByRole('button', { name: 'One more' }).click();
    await isUsable();
    await press('Begin the standing order');
    await seen('It is set up. This month: ₹1,674.');
    await closed();
    await press('Order for them');
    await page.getByRole('group', { name: 'Curd' }).getByRole('button', { name: 'One more' }).click();
    await page.getByText('Cash at the door').click();
    await press('Place the order');
    await heading('Order for Tuesday');
    await seen('confirmed');
    await isUsable();
    await at('/customers?q=22333');
    await page.getByRole('link', { name: 'Kamala Devi' }).click();
    await heading('Kamala Devi');
    await seen('next Tue, 5 Jan');
    await isUsable();
  });

  test('tries the run of the next day, and sees it made at the lock', async () => {
    await at('/demand');
    await page.getByRole('rowheader', { name: /Cow Milk/ }).waitFor();
    await press('Try the run');
    await seen('1 due, 1 orders, ₹62');
    await isUsable();
    await itIs(EVENING);
    await at('/demand');
    await seen('1 of 1');
    await at('/orders?day=2027-01-05');
    await seen('2 orders on this day');
    await page.getByLabel('Placed by').waitFor({ state: 'detached' });
    if (viewport.width < 768) await page.getByText('Show only some').click();
    await page.getByLabel('State').selectOption({ label: 'confirmed' });
    await isUsable();
  });

  test('packs the next morning, and follows the round', async () => {
    await itIs(MORNING);
    await at('/pack');
    await seen('For 1 stop');
    await seen('Kamala Devi');
    const download = page.waitForEvent('download');
    await press('Download as CSV');
    expect((await download).suggestedFilename()).toBe('pack-2027-01-05.csv');
    await isUsable();
    await deliverAll(server);
    await at('/rounds');
    await seen('2 of 2 done');
    await isUsable();
    await at('/');
    await seen('2 of 2 done');
    await isUsable();
  });

  test('decides a problem that was reported, and refunds an order', async () => {
    await reportProblem(server);
    await at('/problems');
    // What a household typed is shown as it was typed, and is nothing else.
    await seen(`“${NOTE}”`);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    await isUsable();
    await press(/Credit ₹/, false);
    await seen('₹45 is credited.');
    await seen('No open problems.');
    await at('/orders?day=2027-01-05');
    await page
      .getByRole('row', { name: /standing order/ })
      .getByRole('link')
      .click();
    await press('Refund');
    await field('Amount', '12.50');
    await field('Why', 'Came late');
    await page.getByLabel('Where to').selectOption({ label: 'Prepaid balance' });
    await press('Refund');
    await seen('₹12.50 goes back.');
    await isUsable();
  });

  test('takes the cash of the doors over', async () => {
    await at('/till');
    await seen('₹45');
    await press('Take cash over');
    await field('Counted', '40');
    await isUsable();
    await press('Take cash over');
    await seen('Taken over; ₹5 is missing.');
    await isUsable();
  });

  test('reads a report as a chart and as a file', async () => {
    await at('/reports');
    await page.getByRole('rowheader', { name: 'Cow Milk' }).waitFor();
    await isUsable();
    for (const type of ['orders', 'payments', 'subscriptions', 'recurring', 'retention']) {
      await page.getByLabel('Report').selectOption(type);
      await page.waitForLoadState('networkidle');
      await heading('Reports');
      await isUsable();
    }
    const download = page.waitForEvent('download');
    await press('Download as CSV');
    expect((await download).suggestedFilename()).toMatch(/^retention-.*\.csv$/);
  });

  test('changes a setting, and sees who did what', async () => {
    await at('/settings');
    await field('Days to report a problem', '3');
    await isUsable();
    const part = page.locator('section', { has: page.getByRole('heading', { name: 'Orders', exact: true }) });
    await part.getByRole('button', { name: 'Save' }).click();
    await seen('Saved.');
    await at('/events');
    await seen('Nothing is stuck.');
    await page.getByRole('rowheader', { name: 'updateSettings' }).first().waitFor();
    await isUsable();
  });

  test('reads it in Hindi and in the dark', async () => {
    await at('/');
    await heading('The day');
    if (await page.getByRole('button', { name: 'Menu' }).isVisible()) await press('Menu');
    await page.getByLabel('Language').first().selectOption('hi');
    await heading('आज का दिन');
    await page.evaluate("localStorage.setItem('milkfloat.appearance', 'dark')");
    for (const path of ['/', '/orders', '/customers', '/till', '/settings']) {
      await at(path);
      await page.waitForLoadState('networkidle');
      await isUsable();
    }
  });

  test('met no error on any page, and no breach of what pages may load', () => {
    expect(wrong.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
  });
});

interface Stop {
  deliveryId: string;
  cashDue: number;
}

/** The courier brings everything, and takes the cash. */
async function deliverAll(server: Server): Promise<void> {
  const token = await login(server, { email: 'ravi@dairy.example', password: 'ravi-2027' });
  const { body: stops } = await server.http<Stop[]>('GET', '/delivery/run', { token });
  for (const { deliveryId, cashDue } of stops) {
    for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) {
      const cash = status === 'DELIVERED' && cashDue > 0 ? { cashCollected: cashDue } : {};
      const body = { deliveryId, status, ...cash };
      const { status: answered } = await server.http('PATCH', '/delivery/update', { token, body });
      expect(answered).toBe(200);
    }
  }
  expect(stops).toHaveLength(2);
}

/** The household rings; the desk writes its problem down, and nothing is credited without a decision. */
async function reportProblem(server: Server): Promise<void> {
  const token = await login(server);
  await server.http('PATCH', '/admin/settings', { token, body: { instantCreditLimit: 0 } });
  const { body } = await server.http<{ orders: { orderId: string; through: string }[] }>(
    'GET',
    '/admin/board?day=2027-01-05',
    { token },
  );
  const orderId = body.orders.find(({ through }) => through === 'DESK')?.orderId;
  const { body: products } = await server.http<{ productId: string; name: string }[]>(
    'GET',
    '/product/list',
    {},
  );
  const productId = products.find(({ name }) => name === 'Curd')?.productId;
  const report = { orderId, productId, kind: 'BROKEN', note: NOTE };
  const { status } = await server.http('POST', '/order/problem', { token, body: report });
  expect(status).toBe(201);
}
