import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barriersOn, openBrowser, openPage, sizes } from '../browser.ts';
import { ADMIN, eventually, login, moveClock, type Server, startServer } from '../server.ts';

/** Orders are placed the evening before; the round is at six in the morning in Kolkata. */
const EVENING = '2027-01-05T12:00:00Z';
const MORNING = '2027-01-06T00:30:00Z';
const DAY = '2027-01-06';
const PASSWORD = 'round-1';
const photo = {
  name: 'door.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
    'base64',
  ),
};

interface Row {
  deliveryId: string;
  status: string;
  household: { name: string };
  proof?: { note?: string; photo?: string };
  reason?: string;
  cashCollected?: number;
  bottles?: { back: number }[];
  timeline: { status: string; at: string; toldAt?: string }[];
}

let server: Server;
let browser: Browser;
let admin: string;

async function asked<A>(method: string, path: string, token?: string, body?: unknown): Promise<A> {
  const answer = await server.http<A>(method, path, { token, body });
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** A household that ordered for the morning, to be paid in cash. */
async function household(name: string, pincode: string) {
  const account = { email: `${name.replaceAll(' ', '.')}@example.com`, password: 'test123' };
  const address = { line1: `${pincode.slice(-2)} Lake Road`, city: 'Bengaluru', pincode, note: 'Ring twice' };
  await asked('POST', '/user/register', undefined, { ...account, name, phone: '+919812345678', address });
  return login(server, account);
}
async function order(token: string, courierId: string, lines: Record<string, number>, slot = '01:30') {
  const cartItems = Object.entries(lines).map(([productId, qty]) => ({ productId, qty }));
  const wish = { cartItems, deliverySlot: `${DAY}T${slot}:00Z` };
  const { orderId, amount } = await asked<{ orderId: string; amount: number }>(
    'POST',
    '/order/create',
    token,
    wish,
  );
  await asked('POST', '/payment/pay', token, { orderId, amount, paymentMethod: 'COD' });
  const given = { orderId, courierId };
  return (await asked<{ deliveryId: string }>('POST', '/delivery/assign', admin, given)).deliveryId;
}
/** What was told of a stop; how often the desk gave it to whom before does not matter. */
const toldOf = (row: Row | undefined) =>
  row?.timeline.map(({ status }) => status).filter((one) => one !== 'ASSIGNED');
const courier = async (email: string) =>
  (
    await asked<{ userId: string }>('POST', '/admin/user', admin, {
      name: email,
      email,
      password: PASSWORD,
      role: 'courier',
    })
  ).userId;
const tell = (deliveryId: string, status: string, more: object = {}) =>
  asked('PATCH', '/delivery/update', admin, { deliveryId, status, ...more });

/** Six doors for a courier: cash, less, nobody there, empties, one that the desk ends, and one by keyboard. */
async function fillRound(size: string): Promise<void> {
  const courierId = await courier(`${size}@dairy.example`);
  const other = await courier(`${size}.before@dairy.example`);
  const bottles = await household(`${size} Bottles`, '560004');
  // They have two bottles of another day.
  const before = await order(bottles, other, { Pbottle: 2 });
  for (const status of ['PICKED_UP', 'IN_TRANSIT']) await tell(before, status);
  await tell(before, 'DELIVERED', { cashCollected: 160 });
  await order(bottles, courierId, { Pbottle: 2 });
  await order(await household(`${size} Cash`, '560001'), courierId, { P101: 2 });
  await order(await household(`${size} Less`, '560002'), courierId, { P101: 3, P102: 1 });
  await order(await household(`${size} Nobody`, '560003'), courierId, { P101: 1 });
  await order(await household(`${size} Desk`, '560005'), courierId, { P101: 1 });
  await order(await household(`${size} Keys`, '560006'), courierId, { P102: 1 }, '05:30');
}

/** Two doors for one courier, none for another who gets the same phone afterwards. */
async function fillShift(): Promise<void> {
  const courierId = await courier('early@dairy.example');
  await courier('late@dairy.example');
  await order(await household('shift First', '560011'), courierId, { P101: 1 });
  await order(await household('shift Second', '560012'), courierId, { P101: 1 });
}

beforeAll(async () => {
  server = await startServer({ clock: EVENING });
  browser = await openBrowser();
  admin = await login(server);
  for (const product of [
    { productId: 'P101', name: 'Cow Milk', price: 62, stock: 500, category: 'Milk', unit: '1 l' },
    { productId: 'P102', name: 'Curd', price: 45, stock: 500, category: 'Curd', unit: '400 g' },
    { productId: 'Pbottle', name: 'Bottled Milk', price: 60, stock: 500, category: 'Milk', deposit: 20 },
  ]) {
    await asked('POST', '/product/add', admin, product);
  }
  for (const size of Object.keys(sizes)) await fillRound(size);
  await fillShift();
  await moveClock(server, MORNING);
  admin = await login(server);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe.each(Object.entries(sizes))('A courier on a %s', (size, viewport) => {
  let page: Page;
  let wrong: string[];
  let close: () => Promise<void>;
  let token: string;
  const at = (path: string) => page.goto(`${server.url}/courier${path}`);
  const press = (label: string | RegExp) => page.getByRole('button', { name: label }).click();
  const seen = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const heading = (text: string | RegExp) => page.getByRole('heading', { name: text }).first().waitFor();
  const openStop = async (who: string) => {
    await page.getByRole('link', { name: new RegExp(`${size} ${who}`) }).click();
    await heading(`${size} ${who}`);
  };
  const isUsable = async () => expect(await barriersOn(page)).toEqual([]);
  const signIn = async (email: string, password: string) => {
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await press('Sign in');
  };
  const sheet = () => asked<Row[]>('GET', `/delivery/run?day=${DAY}`, token);
  const rowOf = async (who: string) =>
    (await sheet()).find(({ household: { name } }) => name === `${size} ${who}`) as Row;

  beforeAll(async () => {
    ({ page, wrong, close } = await openPage(browser, { viewport, keyboard: viewport === sizes.desktop }));
    await page.clock.install({ time: new Date(MORNING) });
    token = await login(server, { email: `${size}@dairy.example`, password: PASSWORD });
  });
  afterAll(() => close?.());

  test('is let in, and who is no courier is shown their own door', async () => {
    await at('/');
    await heading('Sign in');
    await isUsable();
    await signIn(ADMIN.email, ADMIN.password);
    await seen('This is an account of the desk');
    expect(await page.getByRole('link', { name: 'Go to its own door' }).getAttribute('href')).toBe('/desk/');
    await signIn(`${size}.Cash@example.com`, 'test123');
    await seen('This is a household’s account');
    await isUsable();
    await signIn(`${size}@dairy.example`, PASSWORD);
    await heading('My stops');
    await seen('6 of 6 left');
    await seen(/To collect: ₹684/);
    await isUsable();
  });

  test('loses the signal after the first load, and starts the round all the same', async () => {
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    await page.context().setOffline(true);
    await seen(/No signal/);
    await page.reload();
    await seen('6 of 6 left');
    await seen(/As of 6:0\d am/);
    await press('Start the round (6)');
    await seen('6 stops are on the way.');
    await isUsable();
  });

  test('takes cash at one door, brings less to another, and finds nobody at a third', async () => {
    await openStop('Cash');
    await seen('Ring twice');
    expect(await page.getByRole('link', { name: 'Call' }).getAttribute('href')).toBe('tel:+919812345678');
    await isUsable();
    await press('Delivered · ₹124');
    await seen(`Delivered: ${size} Cash`);
    await openStop('Less');
    await press('Not all there');
    await page
      .getByRole('group', { name: 'Left of Cow Milk' })
      .getByRole('button', { name: 'One less' })
      .click();
    await isUsable();
    await press('Delivered with less · ₹169');
    await seen(`Delivered with less: ${size} Less`);
    await openStop('Nobody');
    await page.getByRole('link', { name: 'Could not deliver' }).click();
    await press('Could not deliver');
    await seen('Choose why.');
    await page.getByLabel('Nobody was there').check();
    await page.getByRole('textbox', { name: 'Note' }).fill('Dog at the gate');
    await page.locator('input[type=file]').setInputFiles(photo);
    await page.getByAltText('The photo you took').waitFor();
    await isUsable();
    await press('Could not deliver');
    await seen(`Not delivered: ${size} Nobody`);
  });

  test('takes back a tap that was wrong, and counts empties and cash', async () => {
    await openStop('Bottles');
    await press('Delivered · ₹160');
    await seen(`Delivered: ${size} Bottles`);
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await seen('Taken back.');
    await openStop('Bottles');
    const empties = page.getByRole('group', { name: 'Empties taken of Bottled Milk' });
    await empties.getByRole('button', { name: 'One more' }).click();
    await isUsable();
    await page.getByLabel('Money taken').fill('150');
    await press('Delivered · ₹150');
    await openStop('Desk');
    await press('Delivered · ₹62');
    await seen('1 of 6 left');
  });

  test('delivers by keyboard alone', async () => {
    await page.getByRole('link', { name: new RegExp(`${size} Keys`) }).focus();
    await page.keyboard.press('Enter');
    await heading(`${size} Keys`);
    await page.getByLabel('Money taken').focus();
    for (let tabs = 0; tabs < 12; tabs++) {
      await page.keyboard.press('Tab');
      const text = await page.evaluate('document.activeElement.textContent');
      if (text === 'Delivered · ₹45') break;
    }
    await page.keyboard.press('Enter');
    await seen('All stops are done.');
  });

  test('finds all of it on the phone after a reload without signal', async () => {
    await page.reload();
    await seen('0 of 6 left');
    await at('/unsent');
    await heading('Not sent yet');
    expect(await page.getByRole('main').getByRole('listitem').count()).toBe(12);
    await isUsable();
    await at('/day');
    await seen('Without signal only this phone’s figures are known.');
    expect((await sheet()).every(({ status }) => status === 'ASSIGNED')).toBe(true);
  });

  test('sends it all once when the signal is back, from one of two tabs; one refusal stops nothing else', async () => {
    // The desk heard by telephone that this door is closed.
    await tell((await rowOf('Desk')).deliveryId, 'FAILED', { reason: 'Closed' });
    const second = await page.context().newPage();
    const sent: string[] = [];
    page.context().on('request', (request) => {
      if (request.method() === 'PATCH') sent.push(String(request.headers()['idempotency-key']));
    });
    await second.goto(`${server.url}/courier/unsent`);
    await second.getByRole('heading', { name: 'Not sent yet' }).waitFor();
    await page.context().setOffline(false);
    await page.clock.fastForward(15_000);
    const rows = await eventually(sheet, (all) => all.every(({ status }) => /DELIVERED|FAILED/.test(status)));
    const once = ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED'];
    const stepsOf = (who: string) =>
      toldOf(rows.find(({ household: { name } }) => name === `${size} ${who}`));
    for (const who of ['Cash', 'Less', 'Bottles', 'Keys']) expect(stepsOf(who)).toEqual(once);
    expect(stepsOf('Nobody')).toEqual(['PICKED_UP', 'IN_TRANSIT', 'FAILED']);
    expect(new Set(sent).size).toBe(sent.length);
    await second.close();
  });

  test('is told what the dairy did not take, and lets it be', async () => {
    await at('/unsent');
    await page.getByText('The dairy did not take this:').first().waitFor();
    await seen(`${size} Desk`);
    await isUsable();
    // The start of the round was refused at this door; what came after it there waits behind it.
    const letItBe = page.getByRole('button', { name: 'Let it be' });
    for (const what of ['on the way', 'delivered']) {
      await page.getByRole('listitem').filter({ hasText: 'Let it be' }).getByText(what).first().waitFor();
      await press('Try again');
      await letItBe.click();
    }
    await seen('All is sent');
    await isUsable();
  });

  test('ends the day with a phone and a dairy that agree, to the rupee', async () => {
    const rows = await Promise.all(['Nobody', 'Less', 'Bottles'].map(rowOf));
    expect(rows.map(({ reason, cashCollected }) => reason ?? cashCollected)).toEqual([
      'NOBODY_HOME',
      169,
      150,
    ]);
    expect(rows[0]?.proof).toMatchObject({ note: 'Dog at the gate', photo: expect.stringMatching(/\.jpg$/) });
    expect(rows[2]?.bottles).toMatchObject([{ back: 1 }]);
    await at('/day');
    await seen('Both agree.');
    await seen('Cash to hand over at the desk');
    await isUsable();
    const totals = await asked<object>('GET', `/delivery/totals?day=${DAY}`, token);
    expect(totals).toMatchObject({
      delivered: 4,
      failed: 2,
      open: 0,
      cashCollected: 488,
      empties: 1,
      cashHeld: 488,
    });
    expect(await page.getByText('₹488').count()).toBe(3);
  });

  test('reads it in Hindi and by daylight, and leaves no household’s name behind', async () => {
    await at('/account');
    await isUsable();
    await page.getByLabel('हिन्दी').check();
    await heading('खाता');
    await page.getByLabel('दिन', { exact: true }).check();
    await isUsable();
    await at('/');
    await heading('मेरे पते');
    await isUsable();
    await at('/account');
    await press('साइन आउट');
    await heading('साइन इन');
    const kept = await page.evaluate(`new Promise((done) => {
      const opened = indexedDB.open('milkfloat.courier');
      opened.onsuccess = () => {
        const all = opened.result.transaction('sheets').objectStore('sheets').getAll();
        all.onsuccess = () => done(JSON.stringify(all.result));
      };
    })`);
    expect(kept).toBe('[]');
  });

  test('met no error on any page but those of the signal, the refusal and who had just left', () => {
    const expected = /ERR_INTERNET_DISCONNECTED|status of 409|status of 401/;
    expect(wrong.filter((text) => !expected.test(text))).toEqual([]);
  });
});

describe('One phone and two couriers', () => {
  let page: Page;
  let close: () => Promise<void>;
  const press = (label: string | RegExp) => page.getByRole('button', { name: label }).click();
  const seen = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const signIn = async (name: string) => {
    await page.getByLabel('E-mail').fill(`${name}@dairy.example`);
    await page.getByLabel('Password').fill(PASSWORD);
    await press('Sign in');
  };
  const deliver = async (who: string) => {
    await page.getByRole('link', { name: new RegExp(`shift ${who}`) }).click();
    await press('Delivered · ₹62');
    await seen(`Delivered: shift ${who}`);
  };
  const signOut = async () => {
    await page.goto(`${server.url}/courier/account`);
    await press('Sign out');
  };
  const stops = async () => {
    const token = await login(server, { email: 'early@dairy.example', password: PASSWORD });
    return asked<Row[]>('GET', `/delivery/run?day=${DAY}`, token);
  };

  beforeAll(async () => {
    ({ page, close } = await openPage(browser, { viewport: sizes.phone }));
    await page.clock.install({ time: new Date(MORNING) });
    await page.goto(`${server.url}/courier/`);
  });
  afterAll(() => close?.());

  test('A courier whose tab was killed and whose session has ended goes on, and is asked to sign in again', async () => {
    await signIn('early');
    await seen('2 of 2 left');
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    const context = page.context();
    await context.setOffline(true);
    await deliver('First');
    await page.close();
    page = await context.newPage();
    await page.goto(`${server.url}/courier/`);
    await seen('1 of 2 left');
    const key = 'milkfloat.session.courier';
    await page.evaluate(
      `localStorage.setItem('${key}', JSON.stringify({ ...JSON.parse(localStorage.getItem('${key}')), refreshToken: 'SNgone.x.y' }))`,
    );
    await page.reload();
    await seen('1 of 2 left');
    await context.setOffline(false);
    await seen('Your session has ended. Sign in again.');
    await deliver('Second');
    expect(await barriersOn(page)).toEqual([]);
    expect((await stops()).map(({ status }) => status)).toEqual(['ASSIGNED', 'ASSIGNED']);
  });

  test('Another courier neither sees nor sends what is not theirs, and is told that it waits', async () => {
    await signOut();
    await seen(/2 things are not sent yet\. It stays on this phone/);
    await press('Sign out all the same');
    await seen(/2 things that another courier did on this phone/);
    await signIn('late');
    await seen('No stops');
    await page.clock.fastForward(20_000);
    await page.getByRole('link', { name: 'Not sent' }).click();
    await seen('2 things of another courier wait on this phone until they sign in.');
    await seen('All is sent');
    expect(await page.getByText('shift First').count()).toBe(0);
    expect((await stops()).map(({ status }) => status)).toEqual(['ASSIGNED', 'ASSIGNED']);
    await signOut();
  });

  test('The first one signs in again, and all that waited is told, with the time of the door', async () => {
    await signIn('early');
    await page.clock.fastForward(20_000);
    const rows = await eventually(stops, (all) => all.every(({ status }) => status === 'DELIVERED'));
    for (const row of rows) expect(toldOf(row)).toEqual(['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']);
    await page.goto(`${server.url}/courier/unsent`);
    await seen('All is sent');
  });
});
