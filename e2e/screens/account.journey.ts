import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barriersOn, openBrowser, openPage, sizes } from '../browser.ts';
import { eventually, login, type Server, startServer } from '../server.ts';

let server: Server;
let browser: Browser;
let desk: string;
beforeAll(async () => {
  server = await startServer();
  browser = await openBrowser();
  desk = await login(server);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe.each(Object.entries(sizes))('A household and its account, on a %s', (name, viewport) => {
  const account = { email: `${name}@example.com`, password: 'test123' };
  let page: Page;
  let wrong: string[];
  let close: () => Promise<void>;
  const at = (path: string) => page.goto(`${server.url}/shop${path}`);
  const press = (label: string) => page.getByRole('button', { name: label, exact: true }).click();
  const seen = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const isUsable = async () => expect(await barriersOn(page)).toEqual([]);
  const signIn = async (password: string) => {
    await page.getByLabel('E-mail').fill(account.email);
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Account' }).waitFor();
  };

  beforeAll(async () => {
    const address = { line1: '12 Lake Road', city: 'Bengaluru', pincode: '560001' };
    await server.http('POST', '/user/register', { body: { name: 'Asha Rao', ...account, address } });
    ({ page, wrong, close } = await openPage(browser, { viewport, keyboard: viewport === sizes.desktop }));
    await at('/sign-in?to=/account');
    await signIn(account.password);
  });
  afterAll(() => close?.());

  test('keeps a second address, makes it the usual one, and takes the removal of the first back', async () => {
    await press('Add an address');
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('House and street').fill('7 Hill View');
    await sheet.getByLabel('Town').fill('Mysuru');
    await sheet.getByLabel('Postal code').fill('570001');
    await isUsable();
    await sheet.getByRole('button', { name: 'Save' }).click();
    await press('Make it the usual one');
    const first = page.getByRole('listitem').filter({ hasText: '12 Lake Road' });
    await first.getByRole('button', { name: 'Make it the usual one' }).waitFor();
    await first.getByRole('button', { name: 'Remove' }).click();
    await first.waitFor({ state: 'detached' });
    await press('Undo');
    await first.waitFor();
    await isUsable();
  });

  test('is not told by SMS any more, and takes home what is held on it', async () => {
    await page.getByLabel('By SMS').uncheck();
    await page.locator('#messages').getByRole('button', { name: 'Save' }).click();
    await seen('Saved.');
    const file = page.waitForEvent('download');
    await press('Everything you hold on me');
    expect((await file).suggestedFilename()).toBe('milkfloat.json');
    await page.reload();
    expect(await page.getByLabel('By SMS').isChecked()).toBe(false);
  });

  test('stays signed in where the answer that renews its session is lost on its way', async () => {
    let lost = 0;
    const lose = async (route: Route) => {
      // The dairy has renewed it, and the phone hears nothing of that.
      expect((await route.fetch()).status()).toBe(200);
      lost++;
      await route.abort();
    };
    await page.route('**/user/refresh', lose, { times: 1 });
    await page.reload();
    await expect.poll(() => lost, { timeout: 20_000 }).toBe(1);
    await page.reload();
    await page.getByLabel('By SMS').waitFor();
  });

  test('changes its password and stays, while the old password opens nothing any more', async () => {
    await page.getByText('Change the password').first().click();
    await page.getByLabel('Current password').fill('wrong-one');
    await page.getByLabel('New password').fill('fresh-milk-2');
    await press('Change the password');
    await seen('E-mail or password is wrong.');
    await page.getByLabel('Current password').fill(account.password);
    await isUsable();
    await press('Change the password');
    await seen('The password is changed.');
    await expect(login(server, account)).rejects.toThrow('BAD_CREDENTIALS');
    await page.reload();
    await page.getByRole('heading', { name: 'Account' }).waitFor();
  });

  test('is gone once it has typed its address', async () => {
    await page.getByText('Erase my account').first().click();
    const erase = page.getByRole('button', { name: 'Erase my account' });
    expect(await erase.isDisabled()).toBe(true);
    await page.getByLabel('Type your e-mail to erase').fill(account.email);
    await isUsable();
    await erase.click();
    await seen('The account is erased.');
    await at('/account');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expect(login(server, { ...account, password: 'fresh-milk-2' })).rejects.toThrow('BAD_CREDENTIALS');
  });

  test('signs in by a code to the telephone that the desk knows', async () => {
    const phone = name === 'phone' ? '+919812300001' : '+919812300002';
    const made = await server.http('POST', '/admin/customer', {
      token: desk,
      body: { name: 'Kamala', phone, address: '3 Well Street' },
    });
    expect(made.status).toBe(201);
    await press('Sign in by phone');
    await isUsable();
    await page.getByLabel('Phone').fill(phone);
    await press('Send me a code');
    const inbox = await eventually(
      () => server.http<{ message: string; type: string }[]>('GET', '/notification/inbox', { token: desk }),
      ({ body }) => body.some(({ message, type }) => /CODE/.test(type) && /\b\d{6}\b/.test(message)),
    );
    const message = inbox.body.find(({ type }) => /CODE/.test(type))?.message ?? '';
    await page.getByLabel('Code from the SMS').fill(/\b(\d{6})\b/.exec(message)?.[1] ?? '');
    await isUsable();
    await press('Use the code');
    await page.getByRole('heading', { name: 'Account' }).waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('Kamala');
  });

  test('met no error on any page but the refusals', () => {
    expect(wrong.filter((text) => !/status of 401|ERR_FAILED/.test(text))).toEqual([]);
  });
});
