import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openPage } from '../browser.ts';

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  ({ page } = await openPage(browser, { keyboard: true }));
});
afterAll(() => browser?.close());

test('Who has no pointer presses buttons, chooses and types days by keys', async () => {
  await page.setContent(`
    <button onclick="this.textContent = event.detail === 0 ? 'by key' : 'by mouse'">Press</button>
    <label><input type="radio" name="kind" value="1" />cow</label>
    <label><input type="radio" name="kind" value="2" />buffalo</label>
    <select><option>a</option><option>b</option><option>c</option></select>
    <input type="date" value="2027-05-05" />`);
  await page.locator('input[type=date]').fill('2027-01-18');
  await page.locator('select').selectOption({ label: 'c' });
  await page.getByText('buffalo').click();
  await page.getByRole('button').click();
  expect(await page.getByRole('button').textContent()).toBe('by key');
  expect(await page.locator('[value="2"]').isChecked()).toBe(true);
  expect(await page.locator('select').inputValue()).toBe('c');
  expect(await page.locator('input[type=date]').inputValue()).toBe('2027-01-18');
});

test('What only a pointer can press is found out', async () => {
  await page.setContent(
    '<div onclick="alert()">a box</div><a href="#x" tabindex="-1">a link</a><button>b</button>',
  );
  await expect(page.getByText('a box').click()).rejects.toThrow('no key leads to');
  await expect(page.getByText('a link').click()).rejects.toThrow('no key leads to');
});
