import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STRIPE_KEY, STRIPE_WEBHOOK_SECRET, startStripe } from '#adapters/contract/stripeServer.ts';
import { barriersOn, openBrowser, openPage, sizes } from '../browser.ts';
import { login, type Server, startServer } from '../server.ts';

/** A dairy that takes cards by Stripe, beside stand-ins for Stripe's API and for its script in the page. */
const SCRIPT = `window.Stripe = (key) => ({
  _registerWrapper() {},
  elements: ({ clientSecret }) => ({
    create: (kind) => ({
      mount(box) { box.textContent = key + ' ' + kind + ' of ' + clientSecret; },
      destroy() {},
    }),
  }),
  confirmPayment: async () => (window.declines ? { error: { message: 'Your card was declined.' } } : {}),
});`;

let stripe: Awaited<ReturnType<typeof startStripe>>;
let server: Server;
let browser: Browser;
let page: Page;
let wrong: string[];
let close: () => Promise<void>;
let scripts = 0;
beforeAll(async () => {
  stripe = await startStripe(Date.now);
  const env = { STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_API_BASE: stripe.url };
  server = await startServer({ env: { ...env, STRIPE_PUBLISHABLE_KEY: 'pk_test_of_the_page' } });
  browser = await openBrowser();
  ({ page, wrong, close } = await openPage(browser, { viewport: sizes.phone }));
  await page.route('https://js.stripe.com/**', (route) => {
    scripts++;
    return route.fulfill({ contentType: 'text/javascript', body: SCRIPT });
  });
});
afterAll(async () => {
  await close?.();
  await browser?.close();
  await server?.stop();
  await stripe?.close();
});

/** What Stripe does once its form was sent: it takes the money of the newest charge, and says so, signed. */
async function stripeTakesTheCard(): Promise<void> {
  const intent = [...stripe.books.intents.values()].at(-1);
  const card = stripe.books.methodOf('pm_card_visa');
  if (!intent || !card) throw new Error('Stripe has no such charge or card');
  stripe.books.confirm(intent, card, false);
  const { raw = '' } = stripe.sent.at(-1) ?? {};
  const headers = { 'content-type': 'application/json', ...stripe.headersOf(raw) };
  const said = await fetch(`${server.url}/payment/webhook`, { method: 'POST', headers, body: raw });
  expect(said.status).toBe(200);
}

describe('A household that pays by card', () => {
  const seen = (text: string | RegExp) => page.getByText(text).first().waitFor();

  test('meets nothing of Stripe where it does not pay', async () => {
    const account = { email: 'asha@example.com', password: 'test123' };
    await server.http('POST', '/user/register', { body: { name: 'Asha Rao', ...account } });
    await page.goto(`${server.url}/shop/sign-in?to=/money`);
    await page.getByLabel('E-mail').fill(account.email);
    await page.getByLabel('Password').fill(account.password);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Top up', exact: true }).waitFor();
    expect(scripts).toBe(0);
  });

  test('types its card into Stripe’s own form, is told of a decline, and tries again', async () => {
    await page.getByLabel('Keep it for automatic top-ups').check();
    await page.getByLabel('Card', { exact: true }).check();
    await page.getByRole('button', { name: 'Top up', exact: true }).click();
    await seen(/^pk_test_of_the_page payment of secret_/);
    expect(scripts).toBe(1);
    expect(await barriersOn(page)).toEqual([]);
    await page.evaluate('window.declines = true');
    await page.getByRole('button', { name: 'Pay ₹500' }).click();
    await seen('Your card was declined.');
    await page.evaluate('window.declines = false');
    await page.getByRole('button', { name: 'Pay ₹500' }).click();
    await seen(/The bank has not answered yet/);
  });

  test('has the money once Stripe’s signed message has come, and can have it topped up by itself', async () => {
    await stripeTakesTheCard();
    await page.reload();
    await page.getByText('₹500').first().waitFor();
    await page.getByLabel('Top up by itself').check();
    await page.getByLabel('With how much').fill('300');
    expect(await barriersOn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await seen('The balance tops up by itself. You are told a day before.');
  });

  test('takes a part of it back, and reads it all in its statement', async () => {
    await page.getByText('Take money back').first().click();
    await page.getByLabel('Amount').last().fill('120');
    await page.getByRole('button', { name: 'Take money back' }).click();
    await seen('₹120 is on its way back to you.');
    await page.getByRole('link', { name: 'Statement' }).first().click();
    await seen('Balance so far');
    await seen('₹380');
    expect(await barriersOn(page)).toEqual([]);
    const file = page.waitForEvent('download');
    await page.getByRole('button', { name: 'PDF' }).click();
    expect((await file).suggestedFilename()).toMatch(/^statement-\d{4}-\d\d\.pdf$/);
  });

  test('orders by card from the basket, closes Stripe’s form and finds it again on the order’s page', async () => {
    const desk = await login(server);
    const milk = { productId: 'P101', name: 'Cow Milk', price: 62, stock: 500, category: 'Milk' };
    await server.http('POST', '/product/add', { token: desk, body: milk });
    await page.goto(`${server.url}/shop/product/P101`);
    await page.getByRole('button', { name: 'Add Cow Milk to the basket' }).click();
    await seen('Cow Milk is in the basket');
    await page.goto(`${server.url}/shop/basket`);
    await page.getByLabel('House and street').fill('12 Lake Road');
    await page.getByLabel('Town').fill('Bengaluru');
    await page.getByLabel('Postal code').fill('560001');
    // Tomorrow may be closed already, by the hour at which this runs.
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel('Day').fill(day);
    await page.getByLabel('Card', { exact: true }).check();
    await page.getByRole('button', { name: 'Order for ₹62' }).click();
    await page.getByRole('heading', { name: 'To be paid: ₹62' }).waitFor();
    expect(await page.getByLabel('Card', { exact: true }).isChecked()).toBe(true);
    const before = stripe.books.intents.size;
    await page.getByRole('button', { name: 'Pay ₹62' }).click();
    await seen(/^pk_test_of_the_page payment of secret_/);
    expect(await barriersOn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Pay ₹62' }).click();
    await seen(/^pk_test_of_the_page payment of secret_/);
    expect(stripe.books.intents.size).toBe(before + 1);
    await page.getByRole('button', { name: 'Pay ₹62' }).click();
    await seen('Paid. The order is confirmed as soon as the bank says so.');
    await stripeTakesTheCard();
    await page.reload();
    await seen('confirmed');
    expect(await page.getByRole('heading', { name: /To be paid/ }).count()).toBe(0);
    expect(wrong).toEqual([]);
  });
});
