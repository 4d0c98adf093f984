import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barriersOn, openBrowser, openPage, sizes } from '../browser.ts';
import { ADMIN, type Server, startServer } from '../server.ts';

/** A Monday morning in Kolkata: tomorrow can still change until ten in the evening. */
const NOW = '2027-01-04T04:30:00Z';

let server: Server;
let browser: Browser;
beforeAll(async () => {
  server = await startServer({ clock: NOW });
  browser = await openBrowser();
  const { body } = await server.http<{ token: string }>('POST', '/user/login', { body: ADMIN });
  for (const product of [
    { productId: 'P101', name: 'Cow Milk', price: 62, stock: 500, category: 'Milk', unit: '1 l' },
    { productId: 'P102', name: 'Curd', price: 45, stock: 500, category: 'Curd', unit: '400 g' },
  ]) {
    await server.http('POST', '/product/add', { token: body.token, body: product });
  }
  const served = { servedPincodes: ['560001'] };
  await server.http('PATCH', '/admin/settings', { token: body.token, body: served });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe.each(Object.entries(sizes))('A household on a %s', (name, viewport) => {
  let page: Page;
  let wrong: string[];
  let close: () => Promise<void>;
  const at = (path: string) => page.goto(`${server.url}/shop${path}`);
  const press = (label: string | RegExp) => page.getByRole('button', { name: label }).click();
  /** The last thing that was done; what was done just before may still be there to be undone. */
  const undo = () => page.getByRole('button', { name: 'Undo' }).last().click();
  const seen = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const heading = (text: string | RegExp) => page.getByRole('heading', { name: text }).first().waitFor();
  const isUsable = async () => expect(await barriersOn(page)).toEqual([]);

  beforeAll(async () => {
    ({ page, wrong, close } = await openPage(browser, { viewport, keyboard: viewport === sizes.desktop }));
    // The page shows the dairy's today; its own clock is the test's.
    await page.clock.setFixedTime(new Date(NOW));
  });
  afterAll(() => close?.());

  test('finds milk on the shelf without an account', async () => {
    await page.goto(server.url);
    await heading('Cow Milk');
    await isUsable();
    await page.getByRole('searchbox').fill('curd');
    await page.getByRole('heading', { name: 'Cow Milk' }).waitFor({ state: 'detached' });
    await heading('Curd');
  });

  test('signs up, and comes to what it wanted', async () => {
    await at('/');
    await page.getByRole('link', { name: 'Have Cow Milk come regularly' }).click();
    await heading('Sign in');
    await isUsable();
    await press('Become a household');
    await isUsable();
    await page.getByLabel('Name').focus();
    for (const text of [
      'Asha Rao',
      `${name}@example.com`,
      'test123',
      '+919812345678',
      '12 Lake Road',
      'Bengaluru',
      '560001',
    ]) {
      await page.keyboard.type(text);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await heading('Have it come by itself');
  });

  test('has two litres come every day, and sees what the month costs', async () => {
    await seen('Each delivery costs ₹62.');
    await isUsable();
    await page.getByRole('button', { name: 'One more' }).click();
    await seen('Each delivery costs ₹124.');
    const cost = page.getByRole('region', { name: 'What it costs' });
    await cost.getByText('₹3,348').waitFor();
    await cost.getByText(/From Tue, 5 Jan on\. That day can change until 4 Jan, 10:00.pm\./).waitFor();
    await isUsable();
    await press('Begin');
    await seen(/It comes from Tue, 5 Jan on\. This month: ₹3,348\./);
    await heading('My days');
    const coming = page.getByRole('button', { name: /: ₹124$/ });
    await coming.first().waitFor();
    expect(await coming.count()).toBe(27);
    await isUsable();
  });

  test('skips a day, takes it back, and adds curd for another', async () => {
    await press(/Thursday,? 7 January/);
    await seen(/Can change until 6 Jan, 10:00.pm/);
    await isUsable();
    await press('Skip this day');
    await seen(/Thu, 7 Jan is skipped\. This month is now ₹3,224\./);
    const thursday = (what: string) =>
      page.getByRole('button', { name: new RegExp(`Thursday,? 7 January: ${what}`) });
    await thursday('Nothing comes').waitFor();
    // By its key, and then one is where one was.
    await page.keyboard.press('F6');
    await page.keyboard.press('Enter');
    await thursday('₹124').waitFor();
    expect(await page.evaluate('document.activeElement.closest("button")?.innerText')).toContain('7 January');
    await thursday('₹124').click();
    await press('Skip this day');
    await thursday('Nothing comes').click();
    await page.getByRole('dialog').getByText('skipped', { exact: true }).waitFor();
    await press('Let it come after all');
    await thursday('₹124').waitFor();
    await press(/Friday,? 8 January/);
    await page.getByLabel('What to add').selectOption({ label: 'Curd' });
    await press('Add once');
    await page.getByRole('button', { name: /Friday,? 8 January: ₹169/ }).waitFor();
    // What is past is told, and nothing is offered for it.
    await press(/Saturday,? 2 January/);
    await page.getByRole('dialog').getByText('Nothing comes.').waitFor();
    await isUsable();
    expect(await page.getByRole('button', { name: 'Add once' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    // Who is quick closes it before the focus has come into it.
    await press(/Saturday,? 2 January/);
    await page.getByRole('dialog').waitFor();
    await page.evaluate(`document.activeElement.blur();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));`);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('has one litre more on Sundays, and sees what that costs before it confirms', async () => {
    await press('Change');
    const sheet = page.getByRole('dialog');
    await sheet.getByText('Chosen weekdays').click();
    const sunday = sheet.getByRole('group', { name: 'Cow Milk, Sunday' });
    for (const _ of [1, 2, 3]) await sunday.getByRole('button', { name: 'One more' }).click();
    // Mondays, Wednesdays and Fridays bring two, Sundays three; the curd of the Friday stays.
    await sheet.getByText('So far ₹3,393').waitFor();
    await sheet.getByText('₹2,153', { exact: true }).waitFor();
    await isUsable();
    await sheet.getByRole('button', { name: 'Change it' }).click();
    await seen(/Changed from Tue, 5 Jan on\. This month is now ₹2,153\./);
    await page.getByRole('button', { name: /Sunday,? 10 January: ₹186/ }).waitFor();
    await seen('Mon, Wed, Fri, Sun');
  });

  test('is away for a week, and takes that back', async () => {
    await press('Pause everything');
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('From').fill('2027-01-18');
    await sheet.getByLabel('To, that day included').fill('2027-01-24');
    await sheet.getByText('₹558 less').waitFor();
    await isUsable();
    await sheet.getByRole('button', { name: 'Pause', exact: true }).click();
    await seen('Paused from Mon, 18 Jan to Sun, 24 Jan');
    await undo();
    await page.getByRole('button', { name: /Monday,? 18 January: ₹124/ }).waitFor();
  });

  test('finds a receipt of each change, and what ending it would save', async () => {
    await at('/receipts');
    await seen('₹3,393 → ₹2,153');
    await isUsable();
    await at('/days');
    await press('End it');
    const sheet = page.getByRole('dialog');
    await sheet.getByText('₹2,153 less').waitFor();
    await isUsable();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /Sunday,? 10 January: ₹186/ }).waitFor();
  });

  test('pays into its balance, orders from it, and follows the order', async () => {
    await at('/money');
    await isUsable();
    await press('Top up');
    await seen('₹500 is in your balance.');
    await at('/product/P102');
    await isUsable();
    await press('Add Curd to the basket');
    await seen('Curd is in the basket');
    await at('/basket');
    await page.getByLabel(/Prepaid balance/).waitFor();
    await isUsable();
    await seen('until 4 Jan, 10:00 pm');
    await page.getByLabel('Postal code').fill('110001');
    await seen('We do not deliver to this postal code yet.');
    await page.getByLabel('Postal code').fill('560001');
    await seen('until 4 Jan, 10:00 pm');
    await press('Order for ₹45');
    await heading(/Order of Tuesday,? 5 January/);
    await seen('paid');
    await seen('confirmed');
    await isUsable();
    await at('/orders');
    await seen('1 × Curd');
    await isUsable();
  });

  test('comes to what stands behind the first hundred products', async () => {
    const { body } = await server.http<{ token: string }>('POST', '/user/login', { body: ADMIN });
    const rows = Array.from({ length: 120 }, (_, i) => `Ware ${i + 1},10,Wares,5`);
    const csv = ['name,price,category,stock', ...rows].join('\n');
    const { status } = await server.http('POST', '/product/import', { token: body.token, body: { csv } });
    expect(status).toBe(200);
    await at('/');
    await heading('Ware 1');
    expect(await page.getByRole('heading', { name: 'Ware 99', exact: true }).count()).toBe(0);
    await press('Show more');
    await page.getByRole('heading', { name: 'Ware 99', exact: true }).waitFor();
    await isUsable();
  });

  test('reads it all in Hindi and in the dark, and signs out', async () => {
    await at('/account');
    await heading('Account');
    await isUsable();
    await page.getByLabel('Language').first().selectOption('hi');
    await heading('खाता');
    await press('मेन्यू');
    await press('गहरा');
    await page.keyboard.press('Escape');
    await isUsable();
    expect(await page.evaluate('document.documentElement.lang')).toBe('hi');
    await press('साइन आउट');
    await heading(/दूध/);
    await isUsable();
    await at('/days');
    await heading('साइन इन');
  });

  test('met no error on any page, and no breach of what pages may load', () => {
    // The browser itself writes down that a postal code was refused.
    expect(wrong.filter((text) => !/status of 422/.test(text))).toEqual([]);
  });
});
