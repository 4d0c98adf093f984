// Takes README's pictures: a demo dairy is opened in a folder of its own, and each door is looked at in Chromium.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage } from '../e2e/browser.ts';
import { ADMIN, type Server, startServer } from '../e2e/server.ts';
import { demoCouriers, demoHouseholds } from '../runtime/demo/people.ts';
import { DEMO_PASSWORD } from '../runtime/demo/story.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'pictures');
const phone = { width: 390, height: 780 };
const desktop = { width: 1280, height: 860 };
const QUALITY = 82;

interface Picture {
  name: string;
  /** The door, and the page of it. */
  door: string;
  path: string;
  viewport: typeof phone;
  who: { email: string; password: string };
  colorScheme?: 'dark';
}

const household = { email: demoHouseholds[0]?.email ?? '', password: DEMO_PASSWORD };
const courier = { email: demoCouriers[0]?.email ?? '', password: DEMO_PASSWORD };
const pictures: readonly Picture[] = [
  { name: 'shop', door: 'shop', path: '/', viewport: phone, who: household },
  { name: 'days', door: 'shop', path: '/days', viewport: phone, who: household },
  { name: 'desk', door: 'desk', path: '/', viewport: desktop, who: ADMIN },
  { name: 'courier', door: 'courier', path: '/', viewport: phone, who: courier, colorScheme: 'dark' },
];

const server = await startServer({ args: ['--demo'], opensWithinMs: 180_000 });
const browser = await openBrowser();
try {
  mkdirSync(folder, { recursive: true });
  for (const picture of pictures) await take(server, browser, picture);
} finally {
  await browser.close();
  await server.stop();
}

async function take({ url }: Server, chromium: Browser, picture: Picture): Promise<void> {
  const { name, door, path, viewport, who, colorScheme } = picture;
  const { page, close } = await openPage(chromium, { viewport, colorScheme, deviceScaleFactor: 1.5 });
  await page.goto(`${url}/${door}/${door === 'shop' ? 'sign-in' : ''}`);
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password').fill(who.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('Password').waitFor({ state: 'detached' });
  await page.goto(`${url}/${door}${path}`);
  await page.waitForLoadState('networkidle');
  writeFileSync(join(folder, `${name}.webp`), await webpOf(page));
  console.error(`docs/pictures/${name}.webp`);
  await close();
}

/** Playwright itself writes PNG and JPEG only, which are several times as large. */
async function webpOf(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const shot = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  return Buffer.from(shot.data, 'base64');
}
