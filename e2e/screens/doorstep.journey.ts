import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barriersOn, openBrowser, openPage, sizes } from '../browser.ts';
import { eventually, login, type Server, startServer } from '../server.ts';

/** A Monday morning in Kolkata; the milk comes on Tuesday. */
const NOW = '2027-01-04T04:30:00Z';

let server: Server;
let browser: Browser;
let desk: string;
beforeAll(async () => {
  server = await startServer({ clock: NOW });
  browser = await openBrowser();
  desk = await login(server);
  for (const product of [
    { productId: 'P101', name: 'Cow Milk', price: 62, stock: 500, category: 'Milk' },
    { productId: 'P102', name: 'Ghee', price: 640, stock: 500, category: 'Ghee' },
  ]) {
    await server.http('POST', '/product/add', { token: desk, body: product });
  }
  const courier = { name: 'Ravi', email: 'ravi@dairy.example', password: 'round-1', role: 'courier' };
  await server.http('POST', '/admin/user', { token: desk, body: courier });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** A household with an order of milk and ghee for tomorrow, that a courier was found for. */
async function household(name: string) {
  const account = { email: `${name}@example.com`, password: 'test123' };
  const address = { line1: '12 Lake Road', city: 'Bengaluru', pincode: '560001', lat: 12.9784, lng: 77.6408 };
  await server.http('POST', '/user/register', { body: { name: 'Asha Rao', ...account, address } });
  const token = await login(server, account);
  const { body } = await server.http<{ orderId: string; amount: number }>('POST', '/order/create', {
    token,
    body: {
      cartItems: [
        { productId: 'P101', qty: 2 },
        { productId: 'P102', qty: 1 },
      ],
      deliverySlot: '2027-01-05T02:30:00Z',
    },
  });
  const { orderId, amount } = body;
  await server.http('POST', '/payment/pay', { token, body: { orderId, amount, paymentMethod: 'COD' } });
  const tracked = await eventually(
    () =>
      server.http<{ delivery?: { deliveryId: string } }>('GET', `/order/track?orderId=${orderId}`, { token }),
    (answer) => answer.body.delivery !== undefined,
  );
  return { account, orderId, deliveryId: tracked.body.delivery?.deliveryId ?? '' };
}

describe.each(Object.entries(sizes))('A household whose milk is on its way, on a %s', (name, viewport) => {
  let page: Page;
  let wrong: string[];
  let close: () => Promise<void>;
  let home: Awaited<ReturnType<typeof household>>;
  const at = (path: string) => page.goto(`${server.url}/shop${path}`);
  const seen = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const isUsable = async () => expect(await barriersOn(page)).toEqual([]);
  const courierSays = async (step: object) => {
    const body = { deliveryId: home.deliveryId, ...step };
    const said = await server.http('PATCH', '/delivery/update', { token: desk, body });
    expect(said.status).toBe(200);
  };

  beforeAll(async () => {
    home = await household(name);
    ({ page, wrong, close } = await openPage(browser, { viewport, keyboard: viewport === sizes.desktop }));
    await page.clock.install({ time: new Date(NOW) });
    await at(`/sign-in?to=/orders/${home.orderId}`);
    await page.getByLabel('E-mail').fill(home.account.email);
    await page.getByLabel('Password').fill(home.account.password);
    await page.keyboard.press('Enter');
  });
  afterAll(() => close?.());

  test('sees the courier come nearer, without doing anything', async () => {
    await page.getByRole('heading', { name: /Order of Tuesday,? 5 January/ }).waitFor();
    await seen('Has a courier');
    await isUsable();
    await courierSays({ status: 'PICKED_UP' });
    await courierSays({ status: 'IN_TRANSIT', location: { lat: 12.9716, lng: 77.6362 } });
    await page.clock.runFor(61_000);
    await seen('Near you');
    await seen('910 m away');
    await page.locator('.map-courier').waitFor({ state: 'attached' });
    await isUsable();
  });

  test('sees what came, and has a sour litre credited at once while the ghee waits for the desk', async () => {
    await courierSays({ status: 'DELIVERED', proof: { note: 'At the gate' }, cashCollected: 764 });
    await page.clock.runFor(11_000);
    await seen('The courier says: At the gate');
    expect(await page.locator('.map-courier').count()).toBe(0);
    await page.getByRole('button', { name: 'Report a problem' }).click();
    await page.getByRole('button', { name: 'One less' }).click();
    await isUsable();
    await page.getByRole('button', { name: 'Report it' }).click();
    await seen('₹62 is back in your balance.');
    await seen('Spoilt: 1 × Cow Milk');
    await page.getByRole('button', { name: 'Report a problem' }).click();
    await page.getByLabel('What', { exact: true }).selectOption({ label: 'Ghee' });
    await page.getByLabel('Broken').click();
    await page.getByLabel('In your words').fill('The glass was in pieces');
    await page.getByRole('button', { name: 'Report it' }).click();
    await seen('Reported. The dairy looks at it.');
  });

  test('finds what became of it, and every message of the dairy, marked until it was looked at', async () => {
    await at('/problems');
    await seen('The dairy looks at it: ₹640.');
    await seen('“The glass was in pieces”');
    await isUsable();
    await page.getByRole('link', { name: 'Messages, some are new' }).click();
    await seen('new');
    await seen(/delivered/i);
    await isUsable();
    await at('/problems');
    await page.getByRole('link', { name: 'Messages', exact: true }).first().waitFor();
  });

  test('met no error on any page, and no breach of what pages may load', () => {
    expect(wrong).toEqual([]);
  });
});
