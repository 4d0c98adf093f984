// Draws the icons of the screens from web/kit/public/icon.svg, for phones that put a door on their home screen. Run it
// when the icon changes, and commit what it writes.
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const folder = new URL('../web/kit/public/', import.meta.url);
const svg = readFileSync(new URL('icon.svg', folder), 'utf8');
/** A phone may cut a maskable icon down to a circle of four fifths: its ground is whole, and what it shows is smaller. */
const maskable = svg
  .replace(/<rect width="96" height="96" rx="22"/, '<rect width="96" height="96"')
  .replace(/(<path .*)<\/svg>/, '<g transform="translate(14.4 14.4) scale(0.7)">$1</g></svg>');

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
for (const [name, text, side] of [
  ['icon-180', svg, 180],
  ['icon-192', svg, 192],
  ['icon-512', svg, 512],
  ['icon-maskable-512', maskable, 512],
] as const) {
  await page.setViewportSize({ width: side, height: side });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${text}`);
  writeFileSync(new URL(`${name}.png`, folder), await page.screenshot({ omitBackground: true }));
}
await browser.close();
